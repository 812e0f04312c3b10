import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models

from ..tools import business_day
from ..tools.doubts import Doubts
from ..tools.errors import ConnectorError, PermissionDenied
from ..tools.http_sentences import in_language_of
from ..tools.json_client import Client
from ..tools.json_reader import Reader
from ..tools.json_trouble import (
    FAILED_AT,
    KIND_OF,
    SENTENCES,
    STAGES,
    TRANSPORT_CODES,
)
from ..tools.records import OutletData, SalesDay

_logger = logging.getLogger(__name__)

SHOWN_REFUSED = 5


class PosBridgeConnector(models.AbstractModel):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    #: What the vendor says, over ``PLAIN`` of ``tools/json_contract.py``; None where
    #: the till is not asked by a contract.
    _contract = None
    #: The zone that is proposed for the till.
    _contract_tz = False
    #: {code of ``tools/json_trouble.py``: a sentence that helps more}
    _contract_sentences = {}

    def _choice(self):
        """(value, title) of this connector."""
        value = self._name.removeprefix("pos.bridge.connector.")
        connectors = self.env["pos.bridge.integration"]._fields["connector"]
        titles = dict(connectors._description_selection(self.env))
        return value, titles.get(value, value)


class PosBridgeConnectorJson(models.AbstractModel):
    """A point of sale that lists outlets, items and the sales of a day as JSON.

    All that differs between vendors stands in a contract: a child needs ``_contract``
    and nothing else.
    """

    _name = "pos.bridge.connector.json"
    _inherit = "pos.bridge.connector.http"
    _description = "POS connector by a contract"

    _contract = {}
    _contract_tz = "UTC"
    _secret_addresses = ("contract_address",)
    _reading_fields = (
        *("contract_address", "contract_login", "contract_user"),
        *("contract_tenant", "contract_override"),
    )
    _confirmed_field = "contract_confirmed"
    #: Between two requests.
    _seconds_between = 0.2

    # === WHAT EVERY CONNECTOR ANSWERS === #

    @api.private
    def fetch_outlets(self, integration):
        """Where the list is not allowed, the outlets that were added by hand."""
        known = [
            OutletData(outlet.external_id, outlet.name)
            for outlet in integration.outlet_ids
        ]
        with self._spoken():
            try:
                return self._outlets(integration) or known
            except PermissionDenied:
                if not known:
                    raise
                return known

    @api.private
    def fetch_items(self, integration):
        """None where the list is not allowed: they come with what is sold."""
        with self._spoken():
            client, reader = self._open(integration)
            has_list = client.contract["calls"]["items"]["path"]
            try:
                return reader.items(client.items()) if has_list else []
            except PermissionDenied:
                return []

    @api.private
    def fetch_sales(self, outlet, business_date):
        with self._spoken():
            client, reader = self._open(outlet.integration_id, outlet.tz)
            place, dates, window = outlet.external_id, [business_date], None
            if client.contract["business_day"] == "outlet":
                dates.append(business_date + timedelta(days=1))
                window = business_day.window(business_date, outlet.tz, outlet.day_start)
            sales = {}
            for date in dates:
                rows = client.sales(place, date)
                told = reader.sales(rows, place, date, business_date, window)
                sales.update((sale.external_id, sale) for sale in told)
        _logger.info("%s, %s: notes %s", outlet.id, business_date, reader.notes)
        missing = self._missing(reader.refused)
        place = self.env._("Connection, Contract")
        questions = outlet._questions_of_reading(business_date, sales, Doubts(), place)
        return SalesDay(
            not missing, sales.values(), missing=missing, questions=questions
        )

    @api.private
    def check_connection(self, integration):
        with self._spoken():
            return self._try_out(integration, integration.outlet_ids[:1].external_id)

    def _is_no_goods(self, integration, item_type):
        contract = integration._get_contract()
        return contract.is_one_of("ignored_types", item_type)

    # === STEPS === #

    @api.private
    def _request_base_url(self, integration):
        return (integration.contract_address or "").strip()

    def _open(self, settings, tz=None):
        """(client, reader) by the settings of a connection, or of one to be tested."""
        contract, say = settings._get_contract(), in_language_of(self.env)

        def say_code(code, **values):
            return TRANSPORT_CODES.get(code) or say(code, **values)

        def transport(auth):
            options = {"interval": self._seconds_between, "say": say_code}
            return self._transport(settings, auth=auth, **options)

        client = Client(contract, transport, settings._get_contract_account())
        return client, Reader(contract, tz or settings.contract_tz or self._contract_tz)

    def _outlets(self, settings):
        client, reader = self._open(settings)
        has_list = client.contract["calls"]["outlets"]["path"]
        return reader.outlets(client.outlets()) if has_list else []

    def _try_out(self, settings, outlet_id=None):
        """Ask for the outlets; without a list, for yesterday's sales of one."""
        try:
            outlets = self._outlets(settings)
        except PermissionDenied:
            if not outlet_id:
                raise
            outlets = []
        if outlets:
            names = ", ".join(outlet.name for outlet in outlets)
            return self.env._("Connected. Outlets: %s.", names)
        if not outlet_id:
            return self.env._("Connected, but no outlet is listed. Add one by hand.")
        client, reader = self._open(settings)
        yesterday = fields.Date.context_today(self) - timedelta(days=1)
        rows = client.sales(outlet_id, yesterday)
        sales = reader.sales(rows, outlet_id, yesterday)
        return self.env._("Connected. Receipts of yesterday: %s.", len(sales))

    def _test(self, settings, outlet_id=None):
        """How far a connection comes: ({stage: True, False or None}, text)."""
        if not (settings.contract_address and settings._contract_secret()):
            text = self.env._("Type the address, and the password or key.")
            return {**dict.fromkeys(STAGES), "stored": False}, text
        try:
            with self._spoken():
                text = self._try_out(settings, outlet_id)
            return dict.fromkeys(STAGES, True), text
        except ConnectorError as error:
            failed_at = FAILED_AT.get(getattr(error, "code", None), "shape")
            place = STAGES.index(failed_at)
            passed = dict.fromkeys(STAGES[:place], True)
            return {**dict.fromkeys(STAGES), **passed, failed_at: False}, str(error)

    def _missing(self, refused):
        """Which receipts could not be read, for a person."""
        if not refused:
            return ""
        shown = ", ".join(
            f"{number} ({what})" for number, what in refused[:SHOWN_REFUSED]
        )
        return self.env._(
            "Receipts that could not be read, so they stay as they were: %(count)s. "
            "The first ones, with what is wrong: %(receipts)s.",
            count=len(refused),
            receipts=shown,
        )

    # === WHAT IS SAID TO A PERSON === #

    def _sentence(self, code, values):
        """What a code says, in the reader's language, and the code itself."""
        value, title = self._choice()
        text = self.env._({**SENTENCES, **self._contract_sentences}[code])
        shown = f"{value}_{KIND_OF.get(code, code)}"
        return f"{text % {'till': title, **values}} ({shown})"

    @contextmanager
    def _spoken(self):
        """Whatever the client raises says in the reader's language what to do."""
        try:
            yield
        except ConnectorError as error:
            if code := getattr(error, "code", None):
                error.args = (self._sentence(code, error.values),)
            raise
