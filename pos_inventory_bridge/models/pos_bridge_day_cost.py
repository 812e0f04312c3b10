from collections import defaultdict

from odoo import api, fields, models


class PosBridgeDay(models.Model):
    """What a day's goods cost, as the ledger booked it."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    cost_amount = fields.Monetary(
        "Cost of Goods",
        compute="_compute_cost_amount",
        store=True,
        help="What the goods were worth that left stock with this day's sales, minus "
        "what came back, at the value that the ledger booked.",
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
