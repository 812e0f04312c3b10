import pytz

from odoo import api, models

from odoo.addons.pos_inventory_bridge.tools import business_day, errors, records
from odoo.addons.pos_inventory_bridge.tools.shapes import number

from ..tools.client import DayAnswer, LightspeedClient
from ..tools.normalise import DayReader

DAY_START = 5.5
SCOPES = ("financial-api", "items")


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

    @api.private
    def fetch_outlets(self, integration):
        business = self._business(integration)
        found = [self._outlet(row) for row in business.get("businessLocations") or ()]
        if not found:
            text = self.env._(
                "Whoever logged in to Lightspeed sees no location there. Log in as "
                "somebody who does, or correct the business in the tab Connection."
            )
            raise errors.PermissionDenied(text)
        return found

    def _business(self, integration):
        """Only one: the same SKU means another item, and money another currency, in
        another business.
        """
        seen, chosen = self._client(integration).businesses(), {}
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
        text = self.env._(
            "Whoever logged in to Lightspeed sees several businesses. An integration "
            "is for one of them: enter its number in the tab Connection (%s).",
            ", ".join(names),
        )
        raise errors.ContractViolation(text)

    def _outlet(self, row):
        known = str(row.get("blID") or row.get("blId") or "")
        zone = row.get("timezone")
        zone = zone if zone in pytz.common_timezones_set else None
        return records.OutletData(known, row.get("blName") or known, zone, DAY_START)

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
        return records.ItemData(
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
        # A location may be taken from the user's sight, or go to another business.
        outlet._require_listed(self.fetch_outlets(integration))
        reader = DayReader(integration._lightspeed_reading(), business_date)
        told = self._told(outlet, business_date)
        sales = reader.receipts(told.sales)
        place = self.env._("Connection, How Lightspeed Is Read")
        questions = outlet._questions_of_doubts(reader.doubts, place)
        questions += outlet._questions_of_clock(business_date, told.next_start)
        if sales and not integration.lightspeed_confirmed:
            questions += outlet._questions_of_first_days(business_date)
        missing = self.env._("Lightspeed says that the day is not complete yet.")
        return records.SalesDay(
            complete=told.is_complete,
            sales=sales,
            next_day_start=told.next_start,
            missing="" if told.is_complete else missing,
            questions=tuple(questions),
        )

    def _told(self, outlet, business_date):
        client = self._client(outlet.integration_id)
        if business_date < outlet._today():
            return client.sales_daily(outlet.external_id, business_date)
        open_day = business_day.window(business_date, outlet.tz, outlet.day_start)
        return DayAnswer(client.sales(outlet.external_id, *open_day))

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
