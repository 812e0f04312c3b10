from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.pos_bridge_day import CHANGEABLE_STATES


class PosBridgeCorrectionWizard(models.TransientModel):
    """ "Also past days from ...": what a mapping, a recipe or a storage link says now
    was true earlier. Marks the days that this touches; posts nothing.
    """

    _name = "pos.bridge.correction.wizard"
    _description = "Correct past days"

    mapping_id = fields.Many2one("pos.bridge.mapping")
    bom_id = fields.Many2one("mrp.bom", string="Recipe")
    outlet_id = fields.Many2one("pos.bridge.outlet")
    date_from = fields.Date(string="Past Days From", required=True)
    reason = fields.Char()
    day_count = fields.Integer("Sales Days Since", compute="_compute_day_count")

    @api.depends("date_from", "outlet_id")
    def _compute_day_count(self):
        for wizard in self:
            domain = [("business_date", ">=", wizard.date_from), ("revision", ">", 0)]
            if wizard.outlet_id:
                domain.append(("outlet_id", "=", wizard.outlet_id.id))
            days = self.env["pos.bridge.day"]
            wizard.day_count = days.search_count(domain) if wizard.date_from else 0

    def action_apply(self):
        self.ensure_one()
        if self.date_from > fields.Date.context_today(self):
            raise UserError(self.env._("A correction of past days begins in the past."))
        if self.mapping_id:
            self.mapping_id.write({"date_from": self.date_from, "reason": self.reason})
        elif self.bom_id:
            recipe = self.bom_id.with_context(
                pos_bridge_from_date=fields.Date.to_string(self.date_from)
            )
            recipe._record_versions(self.reason)
        elif self.outlet_id:
            self.outlet_id._link_storage_unit(
                self.outlet_id.storage_unit_id, self.date_from
            )
        return self._corrected()

    def _corrected(self):
        """Say how many days wait now, and offer to post them."""
        days = self.env["pos.bridge.day"].search(
            [
                ("stale_reason", "!=", False),
                ("state", "in", CHANGEABLE_STATES),
                ("business_date", ">=", self.date_from),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        close = {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "pos_bridge_mapping_saved",
            "params": {
                "message": self.env._(
                    "Corrected; posted days that wait since then: %s.", len(days)
                ),
                "day_ids": days.ids,
                "button": self._button(len(days)),
                "next": close,
            },
        }

    @api.model
    def _button(self, count):
        if count == 1:
            return self.env._("Post it again")
        return self.env._("Post %(count)s days again", count=count)
