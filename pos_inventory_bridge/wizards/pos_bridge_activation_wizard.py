from datetime import timedelta

from odoo import fields, models

DAYS_BACK = 90


class PosBridgeActivationWizard(models.TransientModel):
    """An outlet is active from now on: what about the months before?"""

    _name = "pos.bridge.activation.wizard"
    _description = "Outlet is active"

    outlet_id = fields.Many2one("pos.bridge.outlet", required=True)
    activated_on = fields.Date(related="outlet_id.activated_on")
    schedule_text = fields.Text(related="outlet_id.integration_id.schedule_text")
    automatic = fields.Boolean(related="outlet_id.integration_id.automatic")

    def action_past_sales(self):
        """The form of a migration, filled in: the days before the first one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_migration_action"
        )
        begin = self.activated_on
        action["views"] = [(False, "form")]
        action["context"] = {
            "default_outlet_id": self.outlet_id.id,
            "default_date_from": str(begin - timedelta(days=DAYS_BACK)),
            "default_date_to": str(begin - timedelta(days=1)),
        }
        return action
