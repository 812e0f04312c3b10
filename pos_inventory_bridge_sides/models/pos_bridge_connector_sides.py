import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.pos_inventory_bridge.tools import business_day
from odoo.addons.pos_inventory_bridge.tools.errors import (
    ConnectorError,
    PermissionDenied,
)
from odoo.addons.pos_inventory_bridge.tools.http_sentences import in_language_of
from odoo.addons.pos_inventory_bridge.tools.records import OutletData, SalesDay

from ..tools.client import Client
from ..tools.normalise import Normaliser
from ..tools.trouble import FAILED_AT, STAGES, TRANSPORT_CODES, spoken

_logger = logging.getLogger(__name__)

SECONDS, SECONDS_BETWEEN = 30, 0.3
SHOWN_REFUSED = 5


class PosBridgeConnectorSides(models.AbstractModel):
    """Answers from the daily order report of SIDES."""

    _name = "pos.bridge.connector.sides"
    _inherit = "pos.bridge.connector.http"
    _description = "SIDES connector"
    #: What portals sell, deposits and fees are not in the list of products.
    _lists_all_items = False
    _secret_addresses = ("sides_base_url",)

    # === WHAT EVERY CONNECTOR ANSWERS === #

    @api.private
    def fetch_outlets(self, integration):
        """Where the list is not allowed, the stores that were added by hand."""
        known = [
            OutletData(outlet.external_id, outlet.name)
            for outlet in integration.outlet_ids
        ]
        with spoken(self.env):
            try:
                return self._stores(integration) or known
            except PermissionDenied:
                if not known:
                    raise
                return known

    @api.private
    def fetch_items(self, integration):
        """None where the list is not allowed: they come with what is sold."""
        with spoken(self.env):
            client, reader = self._open(integration)
            has_list = client.contract["calls"]["products"]["path"]
            try:
                return reader.items(client.products()) if has_list else []
            except PermissionDenied:
                return []

    @api.private
    def fetch_sales(self, outlet, business_date):
        with spoken(self.env):
            client, reader = self._open(outlet.integration_id, outlet.tz)
            store, dates, window = outlet.external_id, [business_date], None
            if client.contract["business_day"] == "outlet":
                dates.append(business_date + timedelta(days=1))
                window = business_day.window(business_date, outlet.tz, outlet.day_start)
            sales = {}
            for date in dates:
                rows = client.orders(store, date)
                told = reader.sales(rows, store, date, business_date, window)
                sales.update((sale.external_id, sale) for sale in told)
        _logger.info("%s, %s: notes %s", outlet.id, business_date, reader.notes)
        missing = self._missing(reader.refused)
        return SalesDay(not missing, sales.values(), missing=missing)

    @api.private
    def check_connection(self, integration):
        with spoken(self.env):
            return self._try_out(integration, integration.outlet_ids[:1].external_id)

    def _is_no_goods(self, integration, item_type):
        contract = integration._get_sides_contract()
        return contract.is_one_of("ignored_kinds", item_type)

    # === STEPS === #

    @api.private
    def _request_base_url(self, integration):
        return (integration.sides_base_url or "").strip()

    @api.private
    def _request_timeout(self, integration):
        return SECONDS

    def _open(self, settings, tz=None):
        """(client, reader) by the settings of a connection, or of one to be tested."""
        contract, values = settings._get_sides_contract(), settings._get_sides_values()
        say = in_language_of(self.env)

        def say_code(code, **more):
            return TRANSPORT_CODES.get(code) or say(code, **more)

        def transport(auth):
            options = {"interval": SECONDS_BETWEEN, "say": say_code}
            return self._transport(settings, auth=auth, **options)

        reader = Normaliser(contract, tz or settings.sides_tz)
        return Client(contract, transport, values), reader

    def _stores(self, settings):
        client, reader = self._open(settings)
        has_list = client.contract["calls"]["stores"]["path"]
        return reader.outlets(client.stores()) if has_list else []

    def _try_out(self, settings, store_uuid=None):
        """Ask for the stores; without a list, for yesterday's orders of one store."""
        try:
            stores = self._stores(settings)
        except PermissionDenied:
            if not store_uuid:
                raise
            stores = []
        if stores:
            names = ", ".join(store.name for store in stores)
            return self.env._("Connected. Stores: %s.", names)
        if not store_uuid:
            return self.env._("Connected, but SIDES lists no store. Add one by hand.")
        client, reader = self._open(settings)
        yesterday = fields.Date.context_today(self) - timedelta(days=1)
        rows = client.orders(store_uuid, yesterday)
        sales = reader.sales(rows, store_uuid, yesterday, yesterday)
        return self.env._("Connected. Orders of yesterday: %s.", len(sales))

    def _test(self, settings, store_uuid=None):
        """How far a connection comes: ({stage: True, False or None}, text)."""
        if not (settings.sides_base_url and settings._get_sides_secret()):
            text = self.env._("Type the address, and the password or key.")
            return {**dict.fromkeys(STAGES), "stored": False}, text
        try:
            with spoken(self.env):
                text = self._try_out(settings, store_uuid)
            return dict.fromkeys(STAGES, True), text
        except ConnectorError as error:
            failed_at = FAILED_AT.get(getattr(error, "code", None), "shape")
            place = STAGES.index(failed_at)
            passed = dict.fromkeys(STAGES[:place], True)
            return {**dict.fromkeys(STAGES), **passed, failed_at: False}, str(error)

    def _missing(self, refused):
        """Which orders could not be read, for a person."""
        if not refused:
            return ""
        shown = ", ".join(
            f"{number} ({what})" for number, what in refused[:SHOWN_REFUSED]
        )
        return self.env._(
            "Orders that could not be read, so they stay as they were: %(count)s. The "
            "first ones, with what is wrong: %(orders)s.",
            count=len(refused),
            orders=shown,
        )
