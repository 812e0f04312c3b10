from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class PosBridgeDay(models.Model):
    """What a day's goods cost, as the ledger booked it, and where nobody knew."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    cost_amount = fields.Monetary(
        "Cost of Goods",
        compute="_compute_cost_amount",
        store=True,
        help="What the goods were worth that left stock with this day's sales, minus "
        "what came back, at the value that the ledger booked.",
    )
    posted_cost = fields.Float(
        "Cost of Posted Sales",
        digits=False,
        readonly=True,
        help="What the goods cost of the items whose money counts as posted: what a "
        "margin sets against that money. An item that failed keeps its cost in the "
        "ledger, though its money is not posted.",
    )
    uncosted_move_count = fields.Integer(
        compute="_compute_uncosted_move_count",
        help="Moves of this day that are worth nothing: their products had no cost.",
    )

    @api.depends("move_ids.value", "move_ids.state")
    def _compute_cost_amount(self):
        """What only moves the difference of a count costs no sale anything."""
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("pos_bridge_day_id", "in", self.ids),
                    ("state", "=", "done"),
                    ("is_inventory", "=", False),
                ],
                ["pos_bridge_day_id", "location_id"],
                ["value:sum"],
            )
        )
        costs = defaultdict(float)
        for day, source, value in groups:
            costs[day.id] += abs(value) if source.usage == "internal" else -abs(value)
        for day in self:
            day.cost_amount = costs[day._origin.id]

    @api.depends("move_ids.value")
    def _compute_uncosted_move_count(self):
        moves = self.env["stock.move"].sudo()
        mine = Domain("pos_bridge_day_id", "in", self.ids)
        groups = moves._read_group(
            mine & moves._domain_pos_bridge_uncosted(),
            ["pos_bridge_day_id"],
            ["__count"],
        )
        counts = {day.id: count for day, count in groups}
        for day in self:
            day.uncosted_move_count = counts.get(day.id, 0)

    def action_view_uncosted(self):
        """Its moves without cost."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_move_action_uncosted"
        )
        mine = Domain("pos_bridge_day_id", "in", self.ids)
        domain = mine & self.env["stock.move"]._domain_pos_bridge_uncosted()
        return {**action, "domain": list(domain), "context": {}}
