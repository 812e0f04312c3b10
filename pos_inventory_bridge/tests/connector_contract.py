"""What the core relies on in every connector: one suite that each connector's tests
inherit.

The test class tells the suite how its source is made to say something; the suite says
what the connector must make of it.

    @tagged("post_install", "-at_install") class TestContract(ConnectorContract,
    MyCommon):
        def _contract_integration(self): ... def _contract_outlet(self): ... def
        _contract_tell(self, sales): ...
"""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.exceptions import AccessError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.service.model import get_public_method
from odoo.sql_db import Cursor

from ..tools import business_day
from ..tools.records import ItemData, OutletData, SaleData, SaleLineData, SalesDay

DAY = date(2026, 3, 3)
#: (zone, hour at which the business day starts, dates on which the zone changes its
#: clocks)
CLOCKS = (
    ("Europe/Berlin", 5.0, (date(2026, 3, 28), date(2026, 10, 24))),
    ("America/New_York", 4.0, (date(2026, 3, 7), date(2026, 10, 31))),
    ("UTC", 0.0, (DAY,)),
)


class ConnectorContract:
    """Mixin for a test class of a connector."""

    # === FIXTURES, PROVIDED BY THE CONNECTOR'S TESTS === #

    def _contract_integration(self):
        """An integration that uses the connector."""
        raise NotImplementedError

    def _contract_outlet(self):
        """An outlet of that integration that the source knows; the suite sets its
        clock.
        """
        raise NotImplementedError

    def _contract_tell(self, sales):
        """Make the source say just this, all of it at the contract's outlet.

        :param sales: ``SaleData`` whose ``closed_at`` says when; the business date is
            for the connector to find, unless the source itself tells one
        """
        raise NotImplementedError

    # === WHAT IS TOLD AND ASKED === #

    def _contract_connector(self):
        return self._contract_integration()._connector()

    def _contract_fetch(self, business_date=DAY):
        return self._contract_connector().fetch_sales(
            self._contract_outlet(), business_date
        )

    def _contract_set_clock(self, tz, day_start):
        self._contract_outlet().sudo().write({"tz": tz, "day_start": day_start})

    def _contract_sale(self, number, moment, lines, **vals):
        """A receipt; ``lines`` are (id, code, quantity, amount) with more as a
        dictionary.
        """
        outlet = self._contract_outlet()
        return SaleData(
            external_id=number,
            receipt_number=number,
            business_date=business_day.business_date_of(
                moment, outlet.tz, outlet.day_start
            ),
            closed_at=moment,
            lines=[
                SaleLineData(
                    external_id=line_id,
                    name=code.title(),
                    item_external_id=code,
                    quantity=Decimal(quantity),
                    amount_net=Decimal(amount),
                    sold_at=moment,
                    **more,
                )
                for line_id, code, quantity, amount, more in lines
            ],
            **vals,
        )

    def _contract_tell_a_day(self):
        """A sale with a modifier, a broken quantity, a refund, and what was on the
        house.
        """
        self._contract_set_clock("Europe/Berlin", 5.0)
        at = datetime(2026, 3, 3, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))
        meal = [
            ("1", "BURGER", "2", "29.80", {}),
            ("2", "NOCHIPS", "1", "0", {"kind": "modifier", "parent_external_id": "1"}),
            ("3", "WINE", "0.125", "4.10", {}),
        ]
        back = [("1", "COLA", "-1", "-3.50", {"kind": "refund"})]
        house = [
            ("1", "ESP", "1", "0", {"kind": "comp"}),
            ("2", "ESP", "3", "7.20", {}),
        ]
        told = [
            self._contract_sale("R1", at, meal),
            self._contract_sale("R2", at + timedelta(minutes=5), back, kind="refund"),
            self._contract_sale("R3", at + timedelta(hours=9), house),
        ]
        self._contract_tell(told)
        return told

    def _contract_lines(self, sales):
        """What receipts say, without the identities that a connector chooses."""
        return sorted(
            (
                self._contract_code(line),
                line.quantity,
                line.amount_net,
                line.kind,
                line.sold_at and line.sold_at.astimezone(UTC),
            )
            for sale in sales
            for line in sale.lines
        )

    @staticmethod
    def _contract_code(line):
        """What the source calls the item; lines of some have no ID in them."""
        return line.item_external_id or line.sku or line.name

    # === THE CONTRACT === #

    def test_contract_only_records_come_out(self):
        self._contract_tell_a_day()
        connector = self._contract_connector()
        integration = self._contract_integration()
        outlets = list(connector.fetch_outlets(integration))
        self.assertTrue(outlets)
        self.assertEqual({type(outlet) for outlet in outlets}, {OutletData})
        items = connector.fetch_items(integration)
        self.assertLessEqual({type(item) for item in items}, {ItemData})
        sales_day = self._contract_fetch()
        self.assertIs(type(sales_day), SalesDay)
        self.assertIs(type(sales_day.complete), bool)
        self.assertEqual({type(sale) for sale in sales_day.sales}, {SaleData})
        self.assertIsInstance(connector.check_connection(integration), str)

    def test_contract_lines_say_what_was_told(self):
        told = self._contract_tell_a_day()
        self.assertEqual(
            self._contract_lines(self._contract_fetch().sales),
            self._contract_lines(told),
        )

    def test_contract_numbers_are_decimals(self):
        self._contract_tell_a_day()
        sales = self._contract_fetch().sales
        lines = [line for sale in sales for line in sale.lines]
        self.assertTrue(lines)
        for line in lines:
            self.assertIs(type(line.quantity), Decimal)
            self.assertIs(type(line.amount_net), Decimal)

    def test_contract_ids_are_unique_and_stable(self):
        self._contract_tell_a_day()
        connector, integration = (
            self._contract_connector(),
            self._contract_integration(),
        )
        for fetch in (connector.fetch_outlets, connector.fetch_items):
            ids = [record.external_id for record in fetch(integration)]
            self.assertEqual(len(ids), len(set(ids)))
            again = [record.external_id for record in fetch(integration)]
            self.assertEqual(sorted(ids), sorted(again))
        self.assertEqual(self._contract_ids(), self._contract_ids())

    def _contract_ids(self):
        return {
            sale.external_id: sorted(line.external_id for line in sale.lines)
            for sale in self._contract_fetch().sales
        }

    def test_contract_receipt_ids_differ_between_days(self):
        """Identity is for ever, so receipts of two days never share one."""
        self._contract_set_clock("Europe/Berlin", 5.0)
        noon = datetime(2026, 3, 3, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        espresso = [("1", "ESP", "1", "2.40", {})]
        days = (DAY, DAY + timedelta(days=1))
        self._contract_tell(
            [
                self._contract_sale(f"R{place}", noon + timedelta(days=place), espresso)
                for place in range(2)
            ]
        )
        ids = [
            sale.external_id for day in days for sale in self._contract_fetch(day).sales
        ]
        self.assertEqual(len(set(ids)), 2)

    def test_contract_same_day_twice_is_the_same(self):
        self._contract_tell_a_day()
        first, second = (
            sorted(
                (sale.external_id, sale.digest) for sale in self._contract_fetch().sales
            )
            for _time in range(2)
        )
        self.assertTrue(first)
        self.assertEqual(first, second)

    def test_contract_refunds_are_negative(self):
        self._contract_tell_a_day()
        refunds = [
            line
            for sale in self._contract_fetch().sales
            for line in sale.lines
            if line.kind == "refund"
        ]
        self.assertTrue(refunds)
        for line in refunds:
            self.assertLess(line.quantity, 0)
            self.assertLessEqual(line.amount_net, 0)

    def test_contract_modifiers_keep_their_parent(self):
        self._contract_tell_a_day()
        pairs = set()
        for sale in self._contract_fetch().sales:
            lines = {line.external_id: line for line in sale.lines}
            for line in sale.lines:
                if line.parent_external_id:
                    pair = (line, lines[line.parent_external_id])
                    pairs.add((*map(self._contract_code, pair), line.kind))
        self.assertEqual(pairs, {("NOCHIPS", "BURGER", "modifier")})

    def test_contract_day_begins_by_the_clock_of_the_outlet(self):
        """Also where the night has 23 or 25 hours."""
        for tz, day_start, dates in CLOCKS:
            for day in dates:
                with self.subTest(tz=tz, day=day):
                    self._contract_set_clock(tz, day_start)
                    self._check_contract_day_borders(tz, day_start, day)

    def _check_contract_day_borders(self, tz, day_start, day):
        start, end = business_day.window(day, tz, day_start)
        second = timedelta(seconds=1)
        moments = {
            "BEFORE": start - second,
            "FIRST": start,
            "LAST": end - second,
            "AFTER": end,
        }
        self._contract_tell(
            [
                self._contract_sale(code, moment, [("1", code, "1", "1", {})])
                for code, moment in moments.items()
            ]
        )
        expected = {
            day - timedelta(days=1): {"BEFORE": moments["BEFORE"]},
            day: {"FIRST": moments["FIRST"], "LAST": moments["LAST"]},
            day + timedelta(days=1): {"AFTER": moments["AFTER"]},
        }
        for date_, sold in expected.items():
            sales = self._contract_fetch(date_).sales
            self.assertEqual({sale.business_date for sale in sales}, {date_})
            lines = [line for sale in sales for line in sale.lines]
            self.assertEqual(
                {self._contract_code(line): line.sold_at for line in lines}, sold
            )

    def test_contract_empty_day(self):
        self._contract_tell_a_day()
        sales_day = self._contract_fetch(DAY + timedelta(days=40))
        self.assertEqual(sales_day.sales, ())

    def test_contract_writes_nothing(self):
        self._contract_tell_a_day()
        connector, integration = (
            self._contract_connector(),
            self._contract_integration(),
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self._contract_writes() as writes:
            list(connector.fetch_outlets(integration))
            list(connector.fetch_items(integration))
            connector.check_connection(integration)
            self._contract_fetch()
            self._contract_fetch(DAY + timedelta(days=40))
            self.env.flush_all()
        self.assertEqual(writes, [])

    @contextmanager
    def _contract_writes(self):
        """Collect the statements that change something."""
        writes, execute = [], Cursor.execute

        def watch(cursor, query, *args, **kwargs):
            text = str(getattr(query, "code", query)).lstrip().upper()
            if text.startswith(("INSERT", "UPDATE", "DELETE", "TRUNCATE", "COPY")):
                writes.append(text)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", watch):
            yield writes

    def test_contract_methods_are_not_for_rpc(self):
        connector = self._contract_connector()
        for name in ("fetch_outlets", "fetch_items", "fetch_sales", "check_connection"):
            with self.assertRaises(AccessError):
                get_public_method(connector, name)

    def test_contract_secrets_stand_in_one_place(self):
        """No field of the integration holds one; those are in ``pos.bridge.token``."""
        words = ("password", "secret", "token", "api_key", "passphrase")
        fields = self.env["pos.bridge.integration"]._fields
        suspects = {
            name
            for name, field in fields.items()
            if field.store
            and any(word in name for word in words)
            and name != "token_ids"
        }
        self.assertEqual(suspects, set())

    def test_contract_neutralize_clears_every_secret(self):
        integration = self._contract_integration().sudo()
        integration.automatic = True
        self.env["pos.bridge.token"].sudo().create(
            {
                "integration_id": integration.id,
                "name": "access_token",
                "value": "hidden",
            }
        )
        self.env.flush_all()
        # Those of a till's add-on come with its name; a missing file is skipped.
        modules = ["pos_inventory_bridge", self._contract_module()]
        for query in get_neutralization_queries(dict.fromkeys(modules)):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.env["pos.bridge.token"].sudo().search_count([]))
        self.assertFalse(integration.automatic)

    def _contract_module(self):
        """The add-on that the test class belongs to."""
        return type(self).__module__.split(".")[2]
