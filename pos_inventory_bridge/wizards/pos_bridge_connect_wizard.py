from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.pos_bridge_contract_settings import LOGINS_OF_USERS
from ..models.pos_bridge_integration_contract import CONTRACT_SECRET
from ..models.pos_bridge_token import secret_field
from ..tools.records import OutletData

COPIED = (
    *("contract_address", "contract_login", "contract_user"),
    *("contract_tenant", "contract_tz", "contract_override"),
)
TESTED = (CONTRACT_SECRET, "outlet_external_id", *COPIED)


class PosBridgeConnectWizard(models.TransientModel):
    """Connect a till that is asked by a contract: type, test, and only then save. Also
    for new credentials.
    """

    _name = "pos.bridge.connect.wizard"
    _inherit = ["pos.bridge.contract.settings", "pos.bridge.sealed.sheet"]
    _description = "Connect a POS"

    connector = fields.Selection(
        lambda self: (
            self.env["pos.bridge.integration"]
            ._fields["connector"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    contract_secret = secret_field(
        CONTRACT_SECRET,
        string="Password or Key",
        help="It is kept encrypted and never shown again. Empty: the one that is kept.",
    )
    needs_user = fields.Boolean(compute="_compute_needs_user")
    outlet_external_id = fields.Char(
        "ID of One Outlet",
        help="For where the list of outlets is not allowed: the outlet is made with "
        "the connection.",
    )
    outlet_name = fields.Char("Name of the Outlet")
    secret_hint = fields.Char(compute="_compute_secret_hint")
    stages = fields.Json(readonly=True)
    result = fields.Char(readonly=True)
    is_good = fields.Boolean(readonly=True)
    stages_html = fields.Html(compute="_compute_stages_html", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        integrations = self.env["pos.bridge.integration"]
        # Saving the sheet asks for the defaults of what cannot be changed in it.
        integration = integrations.browse(
            self.env.context.get("default_integration_id")
        )
        if integration:
            values |= {name: integration[name] for name in (*COPIED, "name")}
            values["company_id"] = integration.company_id.id
            values["connector"] = integration.connector
        else:
            values.setdefault("name", self._vendor(values.get("connector")))
        return values

    def _vendor(self, connector):
        return self.env[f"pos.bridge.connector.{connector or 'none'}"]._choice()[1]

    def _title(self):
        connector = self.connector or self.env.context.get("default_connector")
        return self.env._("Connect %s", self._vendor(connector))

    @api.depends("contract_login")
    def _compute_needs_user(self):
        for wizard in self:
            wizard.needs_user = wizard.contract_login in LOGINS_OF_USERS

    @api.depends("integration_id", "contract_address", "stages")
    def _compute_secret_hint(self):
        for wizard in self:
            kept = wizard._integration_of_secret().contract_has_secret
            is_kept = wizard.sudo().sealed or kept
            hint = self.env._("Empty: the one that is kept")
            wizard.secret_hint = hint if is_kept else False

    @api.depends("stages", "result", "connector")
    def _compute_stages_html(self):
        template = "pos_inventory_bridge.connect_stages"
        for wizard in self:
            values = {
                "stages": wizard.stages or {},
                "result": wizard.result,
                "till": wizard._vendor(wizard.connector),
            }
            wizard.stages_html = self.env["ir.qweb"]._render(template, values)

    @api.onchange(*TESTED)
    def _onchange_tested(self):
        self.is_good = self.stages = self.result = False

    def write(self, vals):
        """What was tested is what is saved."""
        if not vals.keys().isdisjoint(TESTED):
            vals = {**vals, "is_good": False, "stages": False, "result": False}
        return super().write(vals)

    @api.private
    def _set_secrets(self, secrets):
        self._seal(secrets[CONTRACT_SECRET])

    def _contract_secret(self):
        integration = self._integration_of_secret()
        kept = integration._contract_secret() if integration else None
        return self._unseal() or kept

    def _integration_of_secret(self):
        """What was given for one address is not sent to another one."""
        return self.integration_id.filtered(
            lambda each: each.contract_address == self.contract_address
        )

    # === ACTIONS === #

    def action_test(self):
        connector = self._contract_connector()
        stages, result = connector.with_context(pos_bridge_person_waits=True)._test(
            self, self.outlet_external_id
        )
        is_good = all(stages.values())
        self.write({"stages": stages, "result": result, "is_good": is_good})
        return self._action()

    def action_save(self):
        if not self.is_good:
            raise UserError(self.env._("Test the connection first, then save it."))
        integration = self._save()
        integration.state = "connected"
        return self._open(integration)

    def action_save_draft(self):
        return self._open(self._save())

    def _save(self):
        """A new connection, or new credentials for one that keeps all else."""
        vals = {name: self[name] for name in COPIED}
        integration = self.integration_id
        if integration:
            integration.write(vals)
        else:
            names = {"name": self.name, "connector": self.connector}
            names["company_id"] = self.company_id.id
            integration = integration.create({**vals, **names})
        if secret := self._unseal():
            integration._set_secrets({CONTRACT_SECRET: secret})
        if outlet_id := (self.outlet_external_id or "").strip():
            name = self.outlet_name or outlet_id
            outlet = OutletData(outlet_id, name, self.contract_tz, 0.0)
            self.env["pos.bridge.outlet"]._upsert(integration, [outlet])
        self.sudo().unlink()
        return integration

    def _open(self, integration):
        return {**integration.get_formview_action(), "target": "main"}
