from odoo import fields, models


class PosBridgeIntegration(models.Model):
    _inherit = "pos.bridge.integration"

    connector = fields.Selection(
        selection_add=[("sides", "SIDES")], ondelete={"sides": "set default"}
    )

    def action_sides_letter(self):
        self.ensure_one()
        xml_id = "pos_inventory_bridge_sides.pos_bridge_sides_letter_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return action | {"context": {"default_integration_id": self.id}}
