from odoo import api, fields, models
from odoo.fields import Domain


class PosBridgeDay(models.Model):
    """What a day used before anybody knew what it costs: a hint, no trouble."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    uncosted_move_count = fields.Integer(
        compute="_compute_uncosted_move_count",
        help="Moves of this day that are worth nothing: their products had no cost.",
    )

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
