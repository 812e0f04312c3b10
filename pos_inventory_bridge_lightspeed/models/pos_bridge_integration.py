from odoo import api, fields, models

from odoo.addons.pos_inventory_bridge.models.pos_bridge_token import secret_field
from odoo.addons.pos_inventory_bridge.tools.doubts import CONTRADICTIONS

from ..tools.normalise import COUNTED, IGNORED, Reading

#: Where the API is, and where clients of the second generation log in.
HOSTS = {
    "production": ("https://api.lsk.lightspeed.app", "https://auth.lsk-prod.app"),
    "trial": ("https://api.trial.lsk.lightspeed.app", "https://auth.lsk-demo.app"),
}
REALM = "/realms/k-series/protocol/openid-connect"
#: Proposed; an account may have others.
ADDRESS = {"compute": "_compute_lightspeed_urls", "store": True, "readonly": False}
QUANTITIES = [("absolute", "Of all together"), ("per_parent", "Of each one")]
TYPES = ("counted_types", "ignored_types")


class PosBridgeIntegration(models.Model):
    """Account and settings; the form says what each of them means."""

    _inherit = "pos.bridge.integration"

    connector = fields.Selection(
        selection_add=[("lightspeed", "Lightspeed K-Series")],
        ondelete={"lightspeed": "set default"},
    )
    lightspeed_environment = fields.Selection(
        [("production", "Production"), ("trial", "Trial")], default="production"
    )
    lightspeed_generation = fields.Selection(
        [("v2", "V2 (devp-v2-…)"), ("v1", "V1")], default="v2"
    )
    lightspeed_api_url = fields.Char(**ADDRESS)
    lightspeed_authorize_url = fields.Char(**ADDRESS)
    lightspeed_exchange_url = fields.Char(**ADDRESS)
    lightspeed_business = fields.Char()
    lightspeed_client = fields.Char()
    lightspeed_client_secret = secret_field("lightspeed_client_secret")
    lightspeed_confirmed = fields.Boolean("Confirmed", copy=False, tracking=True)
    lightspeed_void_style = fields.Selection(
        [("twin", "Adds a negative line"), ("mark", "Only marks the line")],
        "A Void",
        default="twin",
    )
    lightspeed_quantity_sign = fields.Selection(
        [("signed", "Negative"), ("unsigned", "Without a minus")],
        "Quantity of Refunds and Voids",
        default="signed",
    )
    lightspeed_modifier_quantity = fields.Selection(
        QUANTITIES, "Quantity of Modifiers", default="absolute"
    )
    lightspeed_combo_quantity = fields.Selection(
        QUANTITIES, "Quantity of Combo Parts", default="absolute"
    )
    lightspeed_counted_types = fields.Char(default=", ".join(sorted(COUNTED)))
    lightspeed_ignored_types = fields.Char(default=", ".join(sorted(IGNORED)))

    @api.depends("lightspeed_environment", "lightspeed_generation")
    def _compute_lightspeed_urls(self):
        for each in self:
            api_url, login = HOSTS[each.lightspeed_environment or "production"]
            paths = (f"{login}{REALM}/auth", f"{login}{REALM}/token")
            if each.lightspeed_generation == "v1":
                paths = (f"{api_url}/oauth/authorize", f"{api_url}/oauth/token")
            each.lightspeed_api_url = api_url
            each.lightspeed_authorize_url, each.lightspeed_exchange_url = paths

    def _lightspeed_reading(self, **others):
        """How the answers of this account are read."""
        settings = {name: self[f"lightspeed_{name}"] for name in CONTRADICTIONS}
        for name in TYPES:
            told = (self[f"lightspeed_{name}"] or "").upper()
            settings[name] = frozenset(told.replace(",", " ").split())
        settings["combos"] = frozenset(self._get_item_keys("SEQUENCE"))
        return Reading(**{**settings, **others})

    def action_lightspeed_check(self):
        return self._action_check_settings()
