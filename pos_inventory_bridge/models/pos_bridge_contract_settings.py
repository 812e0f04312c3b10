import json

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.json_contract import Contract, OverrideRefused
from ..tools.json_trouble import sentence_of_override

LOGINS_OF_USERS = ("basic", "login_token")


class PosBridgeContractSettings(models.AbstractModel):
    """How an account is reached that is asked by a contract: of a connection, and of
    one to be tested. Children have a field ``connector``.
    """

    _name = "pos.bridge.contract.settings"
    _description = "POS settings by a contract"

    contract_address = fields.Char(
        "Address",
        help="The beginning of the address of the till's service, as its vendor tells "
        "it: https://... without what follows for each question.",
    )
    contract_login = fields.Selection(
        [
            ("basic", "User and password"),
            ("login_token", "Log in with user and password"),
            ("header_key", "Key in a header"),
            ("query_key", "Key in the address"),
        ],
        string="Authentication",
        default="basic",
        help="User and password: sent with each question. Log in: sent once, the till "
        "answers with a token. Keys: what the vendor gave you instead of a password.",
    )
    contract_user = fields.Char("User")
    contract_tenant = fields.Char(
        "Tenant", help="Only if the till asks for it: what {tenant} stands for."
    )
    contract_tz = fields.Selection(
        lambda self: [(name, name) for name in pytz.common_timezones],
        string="The Till's Time Zone",
        compute="_compute_contract_tz",
        store=True,
        readonly=False,
        help="The zone of the outlets that are synced. Times that the till tells "
        "without a zone are in that of their outlet.",
    )
    contract_override = fields.Text(
        help="What differs from the contract of the connector: paths, parameters, "
        "names of fields. It is merged over it; a key it does not have is refused."
    )
    contract_version = fields.Char(
        "Contract", compute="_compute_contract_version", compute_sudo=True
    )

    def _contract_connector(self):
        """What speaks to the till; has no ``_contract`` where it needs none."""
        name = f"pos.bridge.connector.{self.connector or 'none'}"
        return self.env[name]

    def _contract_secret(self):
        """In clear, or None."""
        raise NotImplementedError

    @api.depends("connector")
    def _compute_contract_tz(self):
        for settings in self:
            tz = settings._contract_connector()._contract_tz
            settings.contract_tz = settings.contract_tz or tz

    @api.depends("contract_override", "connector")
    def _compute_contract_version(self):
        for settings in self:
            try:
                version = settings._get_contract()["version"]
            except ValidationError:
                version = "?"
            settings.contract_version = version

    @api.constrains("contract_override")
    def _check_contract_override(self):
        for settings in self:
            settings._get_contract()

    def _get_contract(self, override=None):
        """The connector's contract with the override, or what is wrong with that."""
        text = override or self.contract_override or "{}"
        try:
            override = json.loads(text)
            return Contract(self._contract_connector()._contract or {}, override)
        except OverrideRefused as error:
            refused = error
        except ValueError as error:
            refused = OverrideRefused("not_an_object", reason=error)
        raise ValidationError(sentence_of_override(self.env, refused))

    def _get_contract_account(self):
        """What the client needs, the secret in clear: never stored, never logged."""
        self.ensure_one()
        secret = (self._contract_secret() or "").strip()
        return {
            "login": self.contract_login,
            "username": (self.contract_user or "").strip(),
            "password": secret,
            "api_key": secret,
            "tenant": self.contract_tenant or "",
        }
