import json

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.contract import Contract, OverrideRefused
from ..tools.trouble import sentence


class PosBridgeSidesSettings(models.AbstractModel):
    """How one account of SIDES is reached: of a connection, and of one to be tested."""

    _name = "pos.bridge.sides.settings"
    _description = "SIDES settings"

    sides_base_url = fields.Char(
        "Address",
        help="The beginning of the address of your SIDES, as SIDES tells it: "
        "https://... without a path.",
    )
    sides_auth_mode = fields.Selection(
        [
            ("basic", "User and password"),
            ("login_token", "Log in with user and password"),
            ("header_key", "Key in a header"),
            ("query_key", "Key in the address"),
        ],
        string="Authentication",
        default="basic",
        help="User and password: sent with each question. Log in: sent once, SIDES "
        "answers with a token. Keys: what SIDES shows for the API user.",
    )
    sides_username = fields.Char("User")
    sides_mandant_ref = fields.Char(
        "Mandant", help="Only if SIDES asks for it: what {mandant_ref} stands for."
    )
    sides_tz = fields.Selection(
        lambda self: [(name, name) for name in pytz.common_timezones],
        string="SIDES' Time Zone",
        default="Europe/Berlin",
        help="The zone of the stores that are synced, and of the times SIDES tells.",
    )
    sides_override = fields.Text(
        "Contract Override",
        help="What differs from the proposed contract: paths, parameters, names of "
        "fields. It is merged over the contract; a key it does not have is refused.",
    )
    sides_contract_version = fields.Char(
        "Contract", compute="_compute_sides_contract_version"
    )

    def _get_sides_secret(self):
        raise NotImplementedError

    @api.depends("sides_override")
    def _compute_sides_contract_version(self):
        for settings in self:
            try:
                version = settings._get_sides_contract()["version"]
            except ValidationError:
                version = "?"
            settings.sides_contract_version = version

    @api.constrains("sides_override")
    def _check_sides_override(self):
        for settings in self:
            settings._get_sides_contract()

    def _get_sides_contract(self, override=None):
        """The contract with the replacements, or what is wrong with them."""
        text = override or self.sides_override or "{}"
        try:
            return Contract(json.loads(text))
        except OverrideRefused as error:
            raise ValidationError(
                sentence(self.env, error.code, error.values)
            ) from error
        except ValueError as error:
            values = {"reason": error}
            raise ValidationError(
                sentence(self.env, "not_an_object", values)
            ) from error

    def _get_sides_values(self):
        """What the client needs, the secret in clear: never stored, never logged."""
        self.ensure_one()
        secret = (self._get_sides_secret() or "").strip()
        return {
            "base_url": (self.sides_base_url or "").strip(),
            "auth_mode": self.sides_auth_mode,
            "username": (self.sides_username or "").strip(),
            "password": secret,
            "api_key": secret,
            "mandant_ref": self.sides_mandant_ref or "",
        }
