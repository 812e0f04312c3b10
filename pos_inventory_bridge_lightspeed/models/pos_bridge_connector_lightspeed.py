from functools import partial

import pytz

from odoo import api, models

from odoo.addons.pos_inventory_bridge.tools import business_day, errors, records
from odoo.addons.pos_inventory_bridge.tools.doubts import CONTRADICTIONS
from odoo.addons.pos_inventory_bridge.tools.shapes import first, flag, number, text

from ..tools.client import DayAnswer, LightspeedClient
from ..tools.normalise import DayReader

DAY_START, SECRET = 5.5, "lightspeed_client_secret"
SCOPES = ("financial-api", "items")
SETTINGS = ("business", *CONTRADICTIONS, "counted_types", "ignored_types")
READ_BY = tuple(f"lightspeed_{name}" for name in SETTINGS)


class PosBridgeConnectorLightspeed(models.AbstractModel):
    """Reads a Lightspeed K-Series account and gives what it says to the core."""

    _name = "pos.bridge.connector.lightspeed"
    _inherit = "pos.bridge.connector.http"
    _description = "Lightspeed K-Series connector"

    _match_keys = ("sku", "external_id", "name")
    _secret_addresses = (
        *("lightspeed_environment", "lightspeed_generation", "lightspeed_api_url"),
        *("lightspeed_authorize_url", "lightspeed_exchange_url"),
    )
    _reading_fields = (*_secret_addresses, *READ_BY)
    _lists_net_prices = False
    _client_type = LightspeedClient
    _oauth2_secret = SECRET
    _confirmed_field = "lightspeed_confirmed"

    @api.private
    def fetch_outlets(self, integration):
        with self._client(integration) as client:
            business = self._business(integration, client.businesses())
            rows = business.get("businessLocations") or ()
            found = [self._outlet(row) for row in rows]
        if not found:
            sentence = self.env._(
                "Whoever logged in to Lightspeed sees no location there. Log in as "
                "somebody who does, or correct the business in the tab Connection."
            )
            raise errors.PermissionDenied(sentence)
        return found

    def _business(self, integration, seen):
        """Only one: the same SKU means another item, and money another currency, in
        another business.
        """
        chosen = {}
        if integration.lightspeed_business:
            chosen = {"businessId": integration.lightspeed_business.strip()}
        elif len(seen) > 1:
            chosen = {"currencyCode": integration.company_id.currency_id.name}
        mine = [
            each
            for each in seen
            if all(str(each.get(name)) == value for name, value in chosen.items())
        ]
        if len(mine) == 1 or integration.lightspeed_business or not seen:
            return mine[0] if mine else {}
        names = [f"{each['businessId']} {each.get('businessName')}" for each in seen]
        sentence = self.env._(
            "Whoever logged in to Lightspeed sees several businesses. An integration "
            "is for one of them: enter its number in the tab Connection (%s).",
            ", ".join(names),
        )
        raise errors.ContractViolation(sentence)

    def _outlet(self, row):
        known = first(row, ("blID", "blId"), text) or ""
        zone = row.get("timezone")
        zone = zone if zone in pytz.common_timezones_set else None
        name = first(row, ("blName",), text) or known
        return records.OutletData(known, name, zone, DAY_START)

    @api.private
    def fetch_items(self, integration):
        """The items of all locations; many are shared between some of them."""
        outlets = integration.outlet_ids or self.fetch_outlets(integration)
        with self._client(integration) as client:
            told, lost = self._of_each_outlet(outlets, client.items)
            found = {row["id"]: row for rows in told for row in rows}
            # A group is a page of the till's menu, and nothing to be sold.
            rows = [row for row in found.values() if row.get("itemType") != "GROUP"]
            # Should it mean the opposite for some, not all of them are given up.
            live = [row for row in rows if flag(row, "active", True)] or rows
            return records.Catalogue(map(self._item, live), lost)

    def _item(self, row):
        group, prices = row.get("accountingGroup") or {}, row.get("prices") or [{}]
        return records.ItemData(
            external_id=text(row["id"]),
            name=first(row, ("name", "sku", "id"), text),
            sku=first(row, ("sku",), text),
            price=number(prices[0].get("amount")),
            item_type=first(row, ("itemType",), text),
            group_external_id=first(group, ("id",), text),
            group_name=first(group, ("name",), text),
            kitchen_name=first(row, ("docketName",), text),
        )

    @api.private
    def fetch_sales(self, outlet, business_date):
        """A closed day in one piece; of the open one, what was closed so far."""
        integration = outlet.integration_id
        # A location may be taken from the user's sight, or go to another business.
        outlet._require_listed(self.fetch_outlets(integration))
        look_back = partial(outlet._known_of_other_days, business_date)
        reader = DayReader(integration._lightspeed_reading(), business_date, look_back)
        with self._client(integration) as client:
            told = self._told(client, outlet, business_date)
            sales = reader.receipts(told.sales)
        place = self.env._("Connection, How Lightspeed Is Read")
        missing = self.env._("Lightspeed says that the day is not complete yet.")
        return records.SalesDay(
            complete=told.is_complete,
            sales=sales,
            next_day_start=told.next_start,
            missing="" if told.is_complete else missing,
            questions=outlet._questions_of_clock(business_date, told.next_start)
            + outlet._questions_of_reading(business_date, sales, reader.doubts, place),
        )

    def _told(self, client, outlet, business_date):
        if business_date < outlet._today():
            return client.sales_daily(outlet.external_id, business_date)
        open_day = business_day.window(business_date, outlet.tz, outlet.day_start)
        return DayAnswer(client.sales(outlet.external_id, *open_day))

    # === HTTP AND LOG-IN === #

    def _request_base_url(self, integration):
        return integration.lightspeed_api_url

    def _oauth2_urls(self, integration):
        return integration.lightspeed_authorize_url, integration.lightspeed_exchange_url

    def _oauth2_scopes(self, integration):
        is_v1 = integration.lightspeed_generation == "v1"
        return SCOPES if is_v1 else (*SCOPES, "offline_access")

    def _oauth2_client(self, integration):
        return integration.lightspeed_client, integration._get_secret(SECRET)
