from datetime import timedelta

from odoo import fields, models


class PosBridgeTransferWizard(models.TransientModel):
    """One outlet, one date: read the till now and post the difference."""

    _name = "pos.bridge.transfer.wizard"
    _description = "Fetch a sales day"

    outlet_id = fields.Many2one("pos.bridge.outlet", required=True)
    business_date = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=1),
    )

    def action_fetch(self):
        self.ensure_one()
        day = self.env["pos.bridge.day"]._get_or_create(
            self.outlet_id, [self.business_date]
        )
        day.action_fetch()
        return {
            "type": "ir.actions.act_window",
            "res_model": day._name,
            "res_id": day.id,
            "view_mode": "form",
        }
