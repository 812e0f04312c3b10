from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.trouble import sentence

SECRET = "sides_secret"


class PosBridgeIntegration(models.Model):
    _name = "pos.bridge.integration"
    _inherit = ["pos.bridge.integration", "pos.bridge.sides.settings"]

    connector = fields.Selection(
        selection_add=[("sides", "SIDES")], ondelete={"sides": "set default"}
    )
    sides_has_secret = fields.Boolean(compute="_compute_sides_has_secret")

    def _compute_sides_has_secret(self):
        for integration in self:
            saved = integration._origin
            integration.sides_has_secret = saved and saved._has_secret(SECRET)

    def _get_sides_secret(self):
        return self._get_secret(SECRET)

    def _sides_account(self):
        address = (self.sides_base_url or "").strip(" /").lower()
        return self.company_id, address, self.sides_username, self.sides_mandant_ref

    @api.constrains(
        *("connector", "company_id", "sides_base_url", "sides_username"),
        "sides_mandant_ref",
    )
    def _check_sides_is_single(self):
        connected = self.search([("connector", "=", "sides")])
        for integration in self & connected.filtered("sides_base_url"):
            account = integration._sides_account()
            for other in connected - integration:
                if other._sides_account() == account:
                    values = {"name": other.name}
                    code = "sides_integration_exists"
                    raise ValidationError(sentence(self.env, code, values))

    # === ACTIONS === #

    def action_connect(self):
        """Credentials are typed and tested in a sheet, before they are kept."""
        if self.connector == "sides" and not self.sides_has_secret:
            return self.action_sides_connect()
        return super().action_connect()

    def action_sides_connect(self):
        return self._action_sides("pos_bridge_sides_connect_action")

    def action_sides_answer(self):
        return self._action_sides("pos_bridge_sides_answer_action")

    def action_sides_letter(self):
        return self._action_sides("pos_bridge_sides_letter_action")

    def _action_sides(self, name):
        self.ensure_one()
        xml_id = f"pos_inventory_bridge_sides.{name}"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {"default_integration_id": self.id}
        return action
