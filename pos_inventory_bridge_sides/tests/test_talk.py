"""Asking SIDES: who may, in which dialect, and what each failure says."""

import re
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tools import errors
from odoo.addons.pos_inventory_bridge.tools.json_trouble import SENTENCES

from .common import DAY, SidesCommon, override_text, sides

MODES = ("basic", "login_token", "query_key", "header_key")
REPORT, STORES, PRODUCTS = "dailyOrder", "listStore", "listArticle"
#: (fault, options, class of the error, its code)
FAULTS = (
    (401, {}, errors.AuthenticationFailed, "sides_auth_failed"),
    (403, {}, errors.AuthenticationFailed, "sides_auth_failed"),
    (
        403,
        {"body": {"error": "no API right statisticdata.dailyOrderReport"}},
        errors.PermissionDenied,
        "sides_right_missing",
    ),
    (404, {}, errors.NotFound, "sides_store_unknown"),
    (400, {}, errors.ContractViolation, "sides_path_unknown"),
    (500, {}, errors.TemporaryFailure, "sides_unreachable"),
    ("bad_gateway", {}, errors.TemporaryFailure, "sides_unreachable"),
    ("hang_up", {}, errors.TemporaryFailure, "sides_unreachable"),
    ("cut", {}, errors.TemporaryFailure, "sides_unreachable"),
    (
        "too_many_requests",
        {"retry_after": 7},
        errors.TemporaryFailure,
        "sides_rate_limited",
    ),
    (
        "not_json",
        {"body": "<!doctype html><title>Login</title>"},
        errors.ContractViolation,
        "sides_not_json",
    ),
    (
        "changed",
        {"change": lambda said: {"result": said}},
        errors.ContractViolation,
        "sides_contract_mismatch",
    ),
)


@tagged("post_install", "-at_install")
class TestTalk(SidesCommon):
    def test_every_way_in_and_every_dialect(self):
        days = [DAY + timedelta(days=number) for number in range(6)]
        for dialect, override in (("first", False), ("second", override_text())):
            for mode in MODES:
                with self.subTest(dialect=dialect, mode=mode):
                    till = self.start_till(mode, dialect)
                    till.seed(days)
                    self.connect(till, override)
                    self.check_all_is_read(days)

    def check_all_is_read(self, days):
        connector = self.integration._connector()
        outlets = connector.fetch_outlets(self.integration)
        told = {outlet.external_id: outlet.name for outlet in outlets}
        self.assertEqual(told, self.sides.stores)
        items = connector.fetch_items(self.integration)
        self.assertEqual(
            {(item.external_id, item.name, item.sku, item.price) for item in items},
            {
                (each.ref, each.name, each.number, each.price)
                for each in self.sides.products
            },
        )
        for day in days:
            sales_day = self.fetch(day)
            truth = self.sides.truth(self.sides.store, day)
            self.assertTrue(truth)
            self.assertEqual(self.sold(sales_day), truth)
            self.assertTrue(sales_day.complete)

    def test_wrong_credentials(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.connect(self.start_till(mode))
                self.integration._set_secrets({"contract_secret": "wrong"})
                with self.assertRaises(errors.AuthenticationFailed):
                    self.fetch()

    def test_item_facts(self):
        items = self.integration._connector().fetch_items(self.integration)
        pizza = next(item for item in items if item.external_id == "a-1001")
        self.assertEqual(
            (pizza.name, pizza.sku, pizza.item_type, pizza.kitchen_name),
            ("Pizza Margherita", "1001", "sales_item", "MARG"),
        )
        self.assertEqual(pizza.group_name, "Pizza")

    def test_price_that_cannot_be_read(self):
        for price in ("?", "1e40", True, []):

            def change(said, price=price):
                said["articles"][0]["priceNet"] = price
                return said

            with self.subTest(price=price):
                self.sides.fail_next(PRODUCTS, "changed", change=change)
                items = self.integration._connector().fetch_items(self.integration)
                self.assertEqual(len(items), len(sides.CATALOGUE))
                self.assertIsNone(items[0].price)

    def test_faults(self):
        self.sides.seed([DAY])
        for fault, options, error_class, code in FAULTS:
            with self.subTest(fault=fault, code=code):
                self.sides.heal()
                self.sides.fail_next(REPORT, fault, times=9, **options)
                with self.assertRaises(error_class) as caught:
                    self.fetch()
                self.assertEqual(f"sides_{caught.exception.code}", code)
                self.check_sentence(str(caught.exception), code)

    def check_sentence(self, text, code):
        """A sentence with the code, or with that of which it is a kind."""
        self.assertNotEqual(text, code)
        self.assertIn("(sides_", text)
        self.assertNotIn("%(", text)
        sentences = SENTENCES | self.integration._connector()._contract_sentences
        source = sentences[code.removeprefix("sides_")]._source
        self.assertIn(max(re.split(r"%\(\w+\)s", source), key=len), text)

    def test_server_asks_for_patience(self):
        self.sides.fail_next(REPORT, "too_many_requests", times=9, retry_after=7)
        with self.assertRaises(errors.TemporaryFailure) as caught:
            self.fetch()
        self.assertEqual(caught.exception.seconds, 7)

    def test_one_bad_moment_is_got_over(self):
        self.sides.seed([DAY])
        self.sides.fail_next(REPORT, 503, times=1)
        sales_day = self.fetch()
        self.assertEqual(self.sold(sales_day), self.sides.truth(self.sides.store, DAY))

    def test_nobody_listens(self):
        self.integration.contract_address = "http://127.0.0.1:1"
        with self.assertRaises(errors.TemporaryFailure) as caught:
            self.fetch()
        self.assertIn("sides_unreachable", str(caught.exception))

    def test_unknown_store(self):
        self.outlet.external_id = "0000000000000"
        with self.assertRaises(errors.NotFound) as caught:
            self.fetch()
        self.assertIn("sides_store_unknown", str(caught.exception))

    def test_list_of_stores_not_allowed(self):
        """Those added by hand stand for it; the report itself works."""
        self.sides.has_store_list = False
        connector = self.integration._connector()
        outlets = connector.fetch_outlets(self.integration)
        self.assertEqual([outlet.external_id for outlet in outlets], [self.sides.store])
        self.assertIn("yesterday", connector.check_connection(self.integration))
        self.outlet.unlink()
        with self.assertRaises(errors.PermissionDenied) as caught:
            connector.fetch_outlets(self.integration)
        self.assertIn("statisticdata.dailyOrderReport", str(caught.exception))

    def test_list_of_products_not_allowed(self):
        self.sides.fail_next(PRODUCTS, 403, times=1)
        self.assertEqual(
            self.integration._connector().fetch_items(self.integration), []
        )

    def test_next_page_on_another_host_is_not_asked(self):
        other = self.start_till()
        override = {"paging": {"kind": "next_url"}}
        self.integration.contract_override = override_text(override)
        self.sides.seed([DAY])
        self.sides.fail_next(
            REPORT, "changed", change=lambda said: {**said, "next": other.url + "/x"}
        )
        with self.assertRaises(errors.ContractViolation):
            self.fetch()
        self.assertEqual(other.count(), 0)

    def test_next_page_by_address(self):
        override = {"paging": {"kind": "next_url"}}
        self.integration.contract_override = override_text(override)
        self.sides.seed([DAY])
        address = f"/statisticdata/dailyOrderReportPublic?storeUuid={self.sides.store}"

        def split(said):
            half = said["orders"][:5]
            return {"orders": half, "next": f"{address}&date={DAY}"}

        self.sides.fail_next(REPORT, "changed", change=split)
        self.assertEqual(
            self.sold(self.fetch()), self.sides.truth(self.sides.store, DAY)
        )
        self.assertEqual(self.sides.count(REPORT), 2)

    def test_same_page_for_ever(self):
        """SIDES does not know our page parameter: then it may know more orders."""
        paging = {"kind": "page", "param": "p", "size_param": "n", "size": 2}
        self.integration.contract_override = override_text({"paging": paging})
        self.sides.seed([DAY])
        with self.assertRaises(errors.ContractViolation):
            self.fetch()
