from odoo import api, fields, models
from odoo.exceptions import ValidationError

CONTRACT_SECRET = "contract_secret"


class PosBridgeIntegration(models.Model):
    """Connections whose till is asked by a contract."""

    _name = "pos.bridge.integration"
    _inherit = ["pos.bridge.integration", "pos.bridge.contract.settings"]

    contract_confirmed = fields.Boolean(
        "Confirmed on Your Account",
        copy=False,
        tracking=True,
        help="Somebody has compared real days with the till, and the contract fits. "
        "Until then every day waits, before three of them were looked at and posted. "
        "Another account or another contract takes it back.",
    )
    uses_contract = fields.Boolean(compute="_compute_uses_contract")
    contract_has_secret = fields.Boolean(compute="_compute_contract_has_secret")

    @api.depends("connector")
    def _compute_uses_contract(self):
        for integration in self:
            contract = integration._contract_connector()._contract
            integration.uses_contract = contract is not None

    def _compute_contract_has_secret(self):
        for integration in self:
            saved = integration._origin
            has_secret = saved and saved._has_secret(CONTRACT_SECRET)
            integration.contract_has_secret = has_secret

    def _contract_secret(self):
        return self._get_secret(CONTRACT_SECRET)

    def _contract_account(self):
        """What no two connections of a company share."""
        address = (self.contract_address or "").strip(" /").lower()
        user, tenant = self.contract_user, self.contract_tenant
        return self.company_id, self.connector, address, user, tenant

    @api.constrains(
        *("connector", "company_id", "contract_address", "contract_user"),
        "contract_tenant",
    )
    def _check_contract_account_is_single(self):
        connected = self.search([("contract_address", "!=", False)])
        connected = connected.filtered("uses_contract")
        for integration in self & connected:
            for other in connected - integration:
                if other._contract_account() == integration._contract_account():
                    connector, values = integration._connector(), {"name": other.name}
                    text = connector._sentence("integration_exists", values)
                    raise ValidationError(text)

    # === ACTIONS === #

    def action_connect(self):
        """Credentials are typed and tested in a sheet, before they are kept."""
        if self.uses_contract and not self.contract_has_secret:
            return self.action_contract_connect()
        return super().action_connect()

    def action_contract_connect(self):
        return self._action_contract("pos.bridge.connect.wizard")

    def action_try_answer(self):
        return self._action_contract("pos.bridge.try.answer.wizard")

    def _action_contract(self, sheet):
        self.ensure_one()
        context = {
            "default_integration_id": self.id,
            "default_connector": self.connector,
        }
        action = self.env[sheet].with_context(**context)._action()
        return {**action, "context": context}
