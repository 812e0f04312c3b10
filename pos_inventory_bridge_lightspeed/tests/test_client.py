"""The client against the simulated till, through real HTTP."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.pos_inventory_bridge.tools import paging
from odoo.addons.pos_inventory_bridge.tools.errors import (
    ConnectorError,
    ContractViolation,
    NotFound,
    PermissionDenied,
    TemporaryFailure,
)
from odoo.addons.pos_inventory_bridge.tools.http import Transport

from ..tools import client
from ..tools.normalise import DayReader, Reading
from .simulated import DAY, log_in, new_till, sold

DAILY = "sales-daily"
RANGE = "/sales$"


class ClientCase(BaseCase):
    def start(self, **options):
        self.till = self.enterContext(new_till(**options))
        self.location = self.till.locations[0]
        _name, _secret, tokens = log_in(self.till)
        self.slept = []
        self.transport = Transport(
            self.till.url,
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
            interval=0,
            timeout=2,
            sleep=self.slept.append,
            jitter=lambda: 0,
        )
        self.client = client.LightspeedClient(self.transport)

    def spoil(self, path, kind, times=1, **options):
        self.till.fail_next(path, kind, times, **options)

    def daily(self, day=DAY):
        return self.client.sales_daily(self.location.id, day)

    def range(self, day=DAY):
        window = (self.location.start_of(day + timedelta(days=n)) for n in (0, 1))
        return self.client.sales(self.location.id, *window)

    def sold(self, told, day=DAY):
        return sold(DayReader(Reading(), day).receipts(told))

    def assert_true(self, told, day=DAY):
        """The quantities are what the guests really had."""
        truth = self.till.truth(self.location, day).net
        self.assertTrue(truth)
        self.assertEqual(self.sold(told, day), truth)


@tagged("post_install", "-at_install")
class TestPlaces(ClientCase):
    def names(self):
        return [each["businessName"] for each in self.client.businesses()]

    def test_two_pages(self):
        self.start(businesses=3)
        with patch.object(client, "BUSINESSES_PER_PAGE", 2):
            names = self.names()
        self.assertEqual(names, [each.name for each in self.till.businesses])
        self.assertEqual(self.till.count("businesses", method="GET"), 3)

    def test_pages_that_are_capped_silently(self):
        for most in (1, 2):
            with self.subTest(most=most):
                self.start(businesses=5)
                self.spoil("businesses", "capped", 10, most=most)
                expected = [each.name for each in self.till.businesses]
                self.assertEqual(self.names(), expected)

    def test_a_full_page_and_nothing_after_it(self):
        self.start(businesses=2)
        with patch.object(client, "BUSINESSES_PER_PAGE", 2):
            self.assertEqual(len(self.names()), 2)

    def test_nothing_embedded(self):
        self.start()
        self.till.take_away()
        self.assertEqual(self.client.businesses(), [])

    def test_embedded_and_empty(self):
        self.start()
        self.spoil("businesses", "changed", change=lambda _told: {"_embedded": {}})
        self.assertEqual(self.client.businesses(), [])

    def test_a_business_without_locations(self):
        self.start()
        self.till.businesses[0].locations.clear()
        self.assertEqual(len(self.names()), 1)

    def test_pages_without_end(self):
        self.start()
        full = {"_embedded": {"businessList": [{"businessId": 1}]}}
        self.spoil("businesses", "changed", 10, change=lambda _told: full)
        with (
            patch.object(client, "BUSINESSES_PER_PAGE", 1),
            patch.object(paging, "PAGES_AT_MOST", 5),
            self.assertRaises(ContractViolation),
        ):
            self.client.businesses()

    def test_another_shape(self):
        for told in ([], "businesses", {"_embedded": {"businessList": "none"}}, 7):
            with self.subTest(told=told):
                self.start()
                self.spoil("businesses", "changed", change=lambda _old, to=told: to)
                with self.assertRaises(ContractViolation):
                    self.client.businesses()


@tagged("post_install", "-at_install")
class TestItems(ClientCase):
    def listed(self):
        return [item["id"] for item in self.client.items(self.location.id)]

    def expected(self):
        return [item.id for item in self.till.catalogue.listed()]

    def test_two_full_pages_and_a_rest(self):
        self.start(items=2003)
        self.assertEqual(self.listed(), self.expected())
        self.assertEqual(len(self.expected()), 2003)
        self.assertEqual(self.till.count("items"), 4)

    def test_pages_that_are_capped_silently(self):
        self.start(items=1203)
        self.spoil("items", "capped", 20, most=100)
        self.assertEqual(self.listed(), self.expected())
        self.assertEqual(self.till.count("items"), 14)

    def test_exactly_two_pages(self):
        self.start(items=2000)
        self.assertEqual(self.listed(), self.expected())
        self.assertEqual(self.till.count("items"), 3)

    def test_rows_shift_between_pages(self):
        self.start(items=1500)
        self.spoil("items", "changed", change=lambda told: told)
        self.spoil("items", "shifted_items")
        listed = self.listed()
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(listed, self.expected())

    def test_item_without_sku(self):
        self.start()
        bare = [row for row in self.client.items(self.location.id) if "sku" not in row]
        self.assertEqual({row["name"] for row in bare}, {"Open food", "Drinks"})

    def test_one_object_as_documented(self):
        self.start()
        self.spoil("items", "item_alone")
        self.spoil("items", "changed", change=lambda _told: [])
        self.assertEqual(self.listed(), self.expected()[:1])

    def test_list_within_an_object(self):
        self.start()
        self.spoil("items", "items_in_object")
        self.assertEqual(self.listed(), self.expected())

    def test_amount_refused(self):
        self.start(items=250)
        self.spoil("items", "amount_refused", 10)
        self.assertEqual(self.listed(), self.expected())
        amounts = [each.params["amount"] for each in self.till.find("items")]
        self.assertEqual(amounts, ["1000", *["100"] * 4])

    def test_refused_for_another_reason(self):
        self.start()
        self.spoil("items", 400, 5, body={"status": "400", "message": "No such thing"})
        with self.assertRaises(ContractViolation) as caught:
            self.listed()
        self.assertIn("No such thing", str(caught.exception))
        self.assertEqual(self.till.count("items"), 2)

    def test_a_failing_page_publishes_nothing(self):
        self.start(items=2003)
        self.spoil("items", "changed", change=lambda told: told)
        self.spoil("items", 500, 5)
        with self.assertRaises(TemporaryFailure):
            self.listed()

    def test_the_same_page_for_ever(self):
        self.start(items=1000)
        page = [item.told() for item in self.till.catalogue.listed()]
        self.spoil("items", "changed", 10, change=lambda _told: page)
        with self.assertRaises(ContractViolation):
            self.listed()
        self.assertEqual(self.till.count("items"), 2)

    def test_another_shape(self):
        for told in ({}, "items", [["no", "item"]], None):
            with self.subTest(told=told):
                self.start()
                self.spoil("items", "changed", change=lambda _old, to=told: to)
                with self.assertRaises(ContractViolation):
                    self.listed()


@tagged("post_install", "-at_install")
class TestDay(ClientCase):
    def test_a_day(self):
        self.start()
        told = self.daily()
        self.assert_true(told.sales)
        self.assertIs(told.is_complete, True)
        self.assertEqual(told.next_start, datetime(2026, 11, 3, 5, 30, tzinfo=UTC))

    def test_fields_are_missing(self):
        self.start()
        self.spoil(DAILY, "bare_sales")
        # Whether something was voided is not told then: what was sold is.
        told = self.daily()
        self.assertEqual(len(told.sales), len(self.daily().sales))
        DayReader(Reading(), DAY).receipts(told.sales)

    def test_an_answer_without_sales_is_no_empty_day(self):
        for told in ({"dataComplete": True}, {"sales": None}, {"sales": {}}, []):
            with self.subTest(told=told):
                self.start()
                self.spoil(DAILY, "changed", change=lambda _old, to=told: to)
                with self.assertRaises(ContractViolation):
                    self.daily()

    def test_incomplete_then_complete_with_more(self):
        self.start()
        self.till.hold_back(self.location, DAY)
        first = self.daily()
        self.assertIs(first.is_complete, False)
        self.till.add_receipt(self.location, DAY, self.till.order("COFFEE", 2))
        self.till.complete(self.location, DAY)
        second = self.daily()
        self.assertIs(second.is_complete, True)
        more = self.sold(second.sales)["COFFEE"] - self.sold(first.sales)["COFFEE"]
        self.assertEqual(more, 2)

    def test_completeness_that_is_not_told_is_none(self):
        self.start()
        self.spoil(DAILY, "changed", change=lambda told: {"sales": told["sales"]})
        told = self.daily()
        self.assertIs(told.is_complete, False)
        self.assertIsNone(told.next_start)

    def test_days_of_23_and_25_hours(self):
        for day, hours in (((2026, 3, 28), 23), ((2026, 10, 24), 25)):
            with self.subTest(hours=hours):
                self.start()
                day = DAY.replace(*day)
                told = self.daily(day)
                self.assert_true(told.sales, day)
                length = told.next_start - self.location.start_of(day)
                self.assertEqual(length, timedelta(hours=hours))

    def test_nobody_came(self):
        self.start()
        self.till.close_day(self.location, DAY)
        # Refunds of earlier days may still be told.
        for day in range(1, 4):
            self.till.close_day(self.location, DAY - timedelta(days=day))
        told = self.daily()
        self.assertEqual((told.sales, told.is_complete), ([], True))

    def test_fifty_megabytes(self):
        self.start()
        self.transport.timeout = 60
        self.spoil(DAILY, "huge", megabytes=50)
        self.assert_true(self.daily().sales)

    def test_more_than_is_read(self):
        self.start()
        self.spoil(DAILY, "huge", megabytes=65)
        with self.assertRaises(ContractViolation):
            self.daily()

    def test_before_the_location_opened(self):
        self.start()
        told = self.daily(self.location.opened - timedelta(days=1))
        self.assertEqual((told.sales, told.is_complete), ([], True))

    def test_that_answer_on_a_later_day_is_no_empty_day(self):
        self.start()
        self.spoil(DAILY, "earliest_date")
        with self.assertRaises(ContractViolation):
            self.daily()

    def test_another_400(self):
        self.start()
        self.spoil(DAILY, 400, body={"error": "Invalid date format: x"})
        with self.assertRaises(ContractViolation) as caught:
            self.daily()
        self.assertIn("Invalid date format", str(caught.exception))
        self.assertEqual(self.till.count(DAILY), 1)

    def test_totals(self):
        self.start()
        totals = {"totalAmount": "131.25", "numberOfSales": 13.0}
        self.spoil("aggregatedSales", 200, body=totals)
        told = self.client.aggregated_sales(self.location.id, DAY)
        self.assertEqual(told["totalAmount"], "131.25")


@tagged("post_install", "-at_install")
class TestRange(ClientCase):
    def test_pages_however_the_last_one_says_so(self):
        for habit in ("absent", "null", "empty"):
            with self.subTest(habit=habit):
                self.start(receipts=250, last_page_token=habit)
                self.assert_true(self.range())
                self.assertGreater(self.till.count(RANGE), 2)

    def test_a_short_page_is_not_the_end(self):
        self.start()
        self.spoil(RANGE, "short_page")
        self.assert_true(self.range())

    def test_a_repeated_token(self):
        self.start()
        self.spoil(RANGE, "repeated_token", 10)
        with self.assertRaises(ContractViolation):
            self.range()
        self.assertEqual(self.till.count(RANGE), 2)

    def test_all_parameters_are_repeated(self):
        self.start(receipts=150)
        self.range()
        first, second = self.till.find(RANGE)[:2]
        token = {"nextPageToken": second.params["nextPageToken"]}
        self.assertEqual(second.params, {**first.params, **token})

    def test_borders_belong_to_the_right_day(self):
        self.start(receipts=0)
        start = self.location.start_of(DAY)
        end = self.location.start_of(DAY + timedelta(days=1))
        second = timedelta(seconds=1)
        for closed in (start - second, start, end - second, end):
            day = self.location.day_of(closed)
            order = self.till.order("COFFEE")
            self.till.add_receipt(self.location, day, order, closed=closed)
        self.assertEqual(self.sold(self.range()), {"COFFEE": 2})

    def test_before_the_location_opened(self):
        self.start()
        self.assertEqual(self.range(self.location.opened - timedelta(days=2)), [])

    def test_the_same_as_the_day_in_one_piece(self):
        self.start()
        self.assertEqual(
            [each["receiptId"] for each in self.range()],
            [each["receiptId"] for each in self.daily().sales],
        )


@tagged("post_install", "-at_install")
class TestTrouble(ClientCase):
    def setUp(self):
        super().setUp()
        self.start()

    def test_too_many_requests(self):
        now = self.till.clock.now()
        for retry_after, expected in ((7, 7), (None, 1), (now, 0)):
            with self.subTest(retry_after=retry_after):
                self.slept.clear()
                self.spoil(DAILY, "too_many_requests", retry_after=retry_after)
                self.assert_true(self.daily().sales)
                self.assertEqual(self.slept, [expected])

    def test_down_for_long(self):
        self.spoil(DAILY, "server_error", 5)
        with self.assertRaises(TemporaryFailure):
            self.daily()
        self.assertEqual(self.till.count(DAILY), 5)

    def test_down_for_a_moment(self):
        for kind in ("bad_gateway", "hang_up", "cut", 503):
            with self.subTest(kind=kind):
                self.spoil(DAILY, kind)
                self.assert_true(self.daily().sales)

    def test_time_out(self):
        self.spoil(DAILY, "hang", 5, seconds=20)
        with (
            patch.object(client, "SECONDS_FOR_A_DAY", 0.2),
            self.assertRaises(TemporaryFailure),
        ):
            self.daily()

    def test_not_json(self):
        self.spoil(DAILY, "not_json")
        with self.assertRaises(ContractViolation):
            self.daily()

    def test_refusals(self):
        for kind, error in (("forbidden", PermissionDenied), ("not_found", NotFound)):
            with self.subTest(kind=kind):
                self.spoil(DAILY, kind)
                with self.assertRaises(error):
                    self.daily()

    def test_it_only_reads(self):
        self.client.businesses()
        self.client.items(self.location.id)
        self.daily()
        self.range()
        methods = {
            each.method for each in self.till.requests if "token" not in each.path
        }
        self.assertLessEqual(methods - {"POST"}, {"GET"})
        asked = [each for each in self.till.requests if each.method == "POST"]
        self.assertEqual({"openid" in each.path for each in asked}, {True})

    def test_nobody_is_named(self):
        """Nothing is asked for that would bring guests or staff along."""
        self.daily()
        self.range()
        asked = {name for each in self.till.find("sales") for name in each.params}
        self.assertNotIn("include", asked)

    def test_links_are_not_followed(self):
        self.client.businesses()
        hosts = {each.headers["host"] for each in self.till.find(method="GET")}
        self.assertEqual(hosts, {self.till.url.removeprefix("http://")})

    def test_logs_hold_no_secret(self):
        with self.assertLogs(level="DEBUG") as logs:
            for ask in (self.client.businesses, self.daily, self.range):
                ask()
            for kind in ("unauthorized", "forbidden", "not_json", "bad_gateway"):
                self.spoil(DAILY, kind)
                try:
                    self.daily()
                except ConnectorError as error:
                    logs.output.append(f"{error} {getattr(error, 'payload', '')}")
        text = "\n".join(logs.output)
        self.assertIn(DAILY, text)
        self.assertFalse([one for one in self.till.issued_secrets if one in text])
