from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pos_inventory_bridge.models.pos_bridge_token import secret_field
from odoo.addons.pos_inventory_bridge.tools.records import OutletData

from ..models.pos_bridge_integration import SECRET

COPIED = (
    *("sides_base_url", "sides_auth_mode", "sides_username"),
    *("sides_mandant_ref", "sides_tz", "sides_override"),
)
TESTED = (SECRET, "store_uuid", *COPIED)


class PosBridgeSidesConnect(models.TransientModel):
    """Connect SIDES: type, test, and only then save. Also for new credentials."""

    _name = "pos.bridge.sides.connect"
    _inherit = ["pos.bridge.sides.settings", "pos.bridge.sides.sheet"]
    _description = "Connect SIDES"

    name = fields.Char(default="SIDES", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    sides_secret = secret_field(
        SECRET,
        string="Password or Key",
        help="It is kept encrypted and never shown again. Empty: the one that is kept.",
    )
    store_uuid = fields.Char(
        "ID of One Store",
        help="The uuid of a store, for where SIDES does not allow the list of stores: "
        "the store is made with the connection.",
    )
    store_name = fields.Char("Name of the Store")
    has_secret = fields.Boolean(readonly=True)
    stages = fields.Json(readonly=True)
    result = fields.Char(readonly=True)
    is_good = fields.Boolean(readonly=True)
    stages_html = fields.Html(compute="_compute_stages_html", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        integration = self.env["pos.bridge.integration"].browse(
            values.get("integration_id")
        )
        if integration:
            values |= {name: integration[name] for name in (*COPIED, "name")}
            values["company_id"] = integration.company_id.id
            values["has_secret"] = integration.sides_has_secret
        return values

    @api.depends("stages", "result")
    def _compute_stages_html(self):
        template = "pos_inventory_bridge_sides.connect_stages"
        for wizard in self:
            values = {"stages": wizard.stages or {}, "result": wizard.result}
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
        self._seal(secrets[SECRET])

    def _get_sides_secret(self):
        typed, integration = self._unseal(), self.integration_id
        if typed or not integration:
            return typed
        # What was given for one address is not sent to another one.
        is_same = self.sides_base_url == integration.sides_base_url
        return integration._get_sides_secret() if is_same else None

    # === ACTIONS === #

    def action_test(self):
        connector = self.env["pos.bridge.connector.sides"]
        stages, result = connector.with_context(pos_bridge_person_waits=True)._test(
            self, self.store_uuid
        )
        is_good = all(stages.values())
        self.write({"stages": stages, "result": result, "is_good": is_good})
        return self._reopen()

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
            vals |= {"name": self.name, "company_id": self.company_id.id}
            integration = integration.create({**vals, "connector": "sides"})
        if secret := self._unseal():
            integration._set_secrets({SECRET: secret})
        if self.store_uuid:
            name = self.store_name or self.store_uuid
            store = OutletData(self.store_uuid.strip(), name, self.sides_tz, 0.0)
            self.env["pos.bridge.outlet"]._upsert(integration, [store])
        self.sudo().unlink()
        return integration

    def _open(self, integration):
        return {**integration.get_formview_action(), "target": "main"}
