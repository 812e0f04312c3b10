import pytz

from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.pos_inventory_bridge.tools import business_day
from odoo.addons.pos_inventory_bridge.tools.errors import (
    ContractViolation,
    PermissionDenied,
)
from odoo.addons.pos_inventory_bridge.tools.records import (
    ItemData,
    OutletData,
    SalesDay,
)
from odoo.addons.pos_inventory_bridge.tools.shapes import number

from ..tools.client import DayAnswer, LightspeedClient
from ..tools.normalise import DayReader

_lt = LazyTranslate(__name__)

#: What an answer doubts; examples follow.
DOUBTS = {
    "sign_missing": _lt("What comes back has no minus, unlike the settings say"),
    "sign_told": _lt("What comes back has a minus, unlike the settings say"),
    "void_marked": _lt("Voided lines have no negative line, unlike the settings say"),
    "void_twin": _lt("Voided lines have a negative line, unlike the settings say"),
    "void_unclear": _lt("Marked and negative lines of a void do not fit together"),
    "modifier_each": _lt("These count for each one, unlike the settings say"),
    "modifier_all": _lt("These count for all together, unlike the settings say"),
    "restated": _lt("These receipts may tell again what others told already"),
    "type_unknown": _lt("Receipts of a type in no list; they count nothing"),
    "unreadable": _lt("A type, a quantity or the lines are missing"),
}
EXAMPLES = 3
DAY_START = 5.5
SCOPES = ("financial-api", "items")


class PosBridgeConnectorLightspeed(models.AbstractModel):
    """Reads a Lightspeed K-Series account and gives what it says to the core."""

    _name = "pos.bridge.connector.lightspeed"
    _inherit = "pos.bridge.connector.http"
    _description = "Lightspeed K-Series connector"

    _match_keys = ("sku", "external_id", "name")

    @api.private
    def fetch_outlets(self, integration):
        business = self._business(integration)
        found = [self._outlet(row) for row in business.get("businessLocations") or ()]
        if not found:
            text = self.env._(
                "Whoever logged in to Lightspeed sees no location there. Log in as "
                "somebody who does, or correct the business in the tab Connection."
            )
            raise PermissionDenied(text)
        return found

    def _business(self, integration):
        """Only one: the same SKU means another item, and money another currency, in
        another business.
        """
        seen, chosen = self._client(integration).businesses(), None
        if integration.lightspeed_business:
            chosen = ("businessId", integration.lightspeed_business.strip())
        elif len(seen) > 1:
            chosen = ("currencyCode", integration.company_id.currency_id.name)
        mine = [
            each for each in seen if not chosen or str(each.get(chosen[0])) == chosen[1]
        ]
        if len(mine) == 1 or integration.lightspeed_business or not seen:
            return mine[0] if mine else {}
        names = [f"{each['businessId']} {each.get('businessName')}" for each in seen]
        text = self.env._(
            "Whoever logged in to Lightspeed sees several businesses. An integration "
            "is for one of them: enter its number in the tab Connection (%s).",
            ", ".join(names),
        )
        raise ContractViolation(text)

    def _outlet(self, row):
        known = str(row.get("blID") or row.get("blId") or "")
        zone = row.get("timezone")
        zone = zone if zone in pytz.common_timezones_set else None
        return OutletData(known, row.get("blName") or known, zone, DAY_START)

    @api.private
    def fetch_items(self, integration):
        """The items of all locations; many are shared between some of them."""
        client, found = self._client(integration), {}
        for outlet in integration.outlet_ids or self.fetch_outlets(integration):
            found.update((row["id"], row) for row in client.items(outlet.external_id))
        # A group is a page of the till's menu, and nothing to be sold.
        rows = [row for row in found.values() if row.get("itemType") != "GROUP"]
        # Should it mean the opposite for some, not all of them are given up.
        live = [row for row in rows if row.get("active") is not False] or rows
        return [self._item(row) for row in live]

    def _item(self, row):
        group, prices = row.get("accountingGroup") or {}, row.get("prices") or [{}]
        return ItemData(
            external_id=str(row["id"]),
            name=row.get("name") or row.get("sku") or str(row["id"]),
            sku=row.get("sku") or None,
            price=number(prices[0].get("amount")),
            item_type=row.get("itemType"),
            group_external_id=str(group["id"]) if group.get("id") else None,
            group_name=group.get("name"),
            kitchen_name=row.get("docketName"),
        )

    @api.private
    def fetch_sales(self, outlet, business_date):
        """A closed day in one piece; of the open one, what was closed so far."""
        integration = outlet.integration_id
        self._check_still_ours(outlet)
        reader = DayReader(integration._lightspeed_reading(), business_date)
        client = self._client(integration)
        if business_date >= outlet._today():
            open_day = business_day.window(business_date, outlet.tz, outlet.day_start)
            told = DayAnswer(client.sales(outlet.external_id, *open_day))
        else:
            told = client.sales_daily(outlet.external_id, business_date)
        sales = reader.receipts(told.sales)
        questions = self._questions(reader.doubts)
        questions += outlet._questions_of_clock(business_date, told.next_start)
        if sales and not integration.lightspeed_confirmed:
            questions += outlet._questions_of_first_days(business_date)
        missing = self.env._("Lightspeed says that the day is not complete yet.")
        return SalesDay(
            complete=told.is_complete,
            sales=sales,
            next_day_start=told.next_start,
            missing="" if told.is_complete else missing,
            questions=tuple(questions),
        )

    def _check_still_ours(self, outlet):
        """A location may be taken from the user's sight, or go to another business."""
        listed = self.fetch_outlets(outlet.integration_id)
        if outlet.external_id not in {each.external_id for each in listed}:
            text = self.env._(
                "%s is not among the locations that Lightspeed shows us any more. Ask "
                "whoever looks after Lightspeed to show it to the user who connected, "
                "or pause the outlet.",
                outlet.name,
            )
            raise PermissionDenied(text)

    def _questions(self, doubts):
        """One sentence for each kind of doubt, with examples."""
        return [
            self.env._(
                "%(what)s (Connection, How Lightspeed Is Read): %(examples)s.",
                what=self.env._(DOUBTS[code]),
                examples="; ".join(sorted(set(examples))[:EXAMPLES]),
            )
            for code, examples in sorted(doubts.items())
        ]

    # === HTTP AND LOG-IN === #

    def _client(self, integration):
        return LightspeedClient(self._transport(integration))

    def _request_base_url(self, integration):
        return integration.lightspeed_api_url

    def _oauth2_urls(self, integration):
        return integration.lightspeed_authorize_url, integration.lightspeed_exchange_url

    def _oauth2_scopes(self, integration):
        is_v1 = integration.lightspeed_generation == "v1"
        return SCOPES if is_v1 else (*SCOPES, "offline_access")

    def _oauth2_client(self, integration):
        secret = integration._get_secret("lightspeed_client_secret")
        return integration.lightspeed_client, secret
