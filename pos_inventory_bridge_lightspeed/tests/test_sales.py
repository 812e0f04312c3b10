"""Locations, items and days: from the simulated till to Odoo's own stock moves."""

import inspect
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tools import told_lines
from odoo.addons.pos_inventory_bridge.tools.doubts import WORDS, Doubts
from odoo.addons.pos_inventory_bridge.tools.errors import (
    AuthenticationFailed,
    ContractViolation,
    NotFound,
    PermissionDenied,
)

from ..tools import normalise
from .common import LightspeedCommon
from .simulated import DAY, sold

DAILY = "sales-daily"


class SalesCase(LightspeedCommon):
    def setUp(self):
        super().setUp()
        self.start()
        self.connect()


@tagged("post_install", "-at_install")
class TestCatalogue(SalesCase):
    def outlets(self):
        return self.integration._connector().fetch_outlets(self.integration)

    def items(self):
        items = self.integration._connector().fetch_items(self.integration)
        return {item.name: item for item in items}

    def test_outlets(self):
        first = self.outlets()[0]
        self.assertEqual(
            (first.external_id, first.name, first.tz, first.day_start),
            (str(self.location.id), self.location.name, "Europe/London", 5.5),
        )
        self.assertEqual(len(self.outlets()), 2)

    def test_both_spellings_of_the_id(self):
        self.lightspeed.habits.location_id_name = "blId"
        self.assertEqual(self.outlets()[0].external_id, str(self.location.id))

    def test_unknown_time_zone(self):
        self.lightspeed.locations[1].timezone = "Mars/Olympus"
        self.assertIsNone(self.outlets()[1].tz)

    def test_nobody_sees_a_location(self):
        self.lightspeed.take_away()
        with self.assertRaisesRegex(PermissionDenied, "sees no location"):
            self.outlets()

    def test_a_new_outlet_knows_its_clock(self):
        outlets = self.integration._sync_outlets() - self.outlet
        self.assertEqual((outlets.tz, outlets.day_start), ("Europe/London", 5.5))

    def test_items(self):
        burger = self.items()["Cheeseburger"]
        told = self.lightspeed.catalogue.item("BRG-01")
        self.assertEqual((burger.external_id, burger.sku), (str(told.id), "BRG-01"))
        self.assertEqual((burger.price, burger.item_type), (Decimal(12), "ITEM"))
        self.assertEqual(burger.group_name, "Food")
        self.assertEqual(self.items()["Extra bacon"].item_type, "SUB_ITEM")

    def test_what_is_not_sold_is_no_item(self):
        names = self.items().keys()
        self.assertNotIn("Drinks", names)
        self.assertNotIn("Winter special", names)
        self.assertIn("Open food", names)

    def test_items_that_all_seem_archived_are_kept(self):
        for item in self.lightspeed.catalogue.items:
            item.active = False
        self.assertIn("Cheeseburger", self.items())

    def test_renamed_item_keeps_its_mapping(self):
        self.integration._sync_items()
        items = self.integration.item_ids
        coffee = items.filtered(lambda item: item.sku == "COFFEE")
        beans = self.ingredient("Beans")
        self.map(coffee, beans, 0.01)
        self.lightspeed.catalogue.rename("COFFEE", "Filter coffee")
        self.integration._sync_items()
        self.assertEqual(coffee.mapping_id.product_id, beans)
        self.assertEqual(
            (coffee.name, coffee.review_state), ("Filter coffee", "renamed")
        )
        self.stock_up(beans)
        self.run_day(day=self.day(DAY))
        lines = self.env["pos.bridge.sale.line"].search([("item_id", "=", coffee.id)])
        self.assertEqual(set(lines.mapped("matched_by")), {"sku"})

    def test_a_lost_location_leaves_the_others(self):
        """Its items are neither synced nor taken for sold no more."""
        self.integration._sync_outlets()
        first, second = self.lightspeed.locations
        self.integration.action_sync_items()
        count = len(self.integration.item_ids)
        self.lightspeed.catalogue.rename("COFFEE", "Filter coffee")
        for status in (403, 404):
            with self.subTest(status=status):
                self.lightspeed.take_away(second, status=status)
                told = self.integration.action_sync_items()["params"]
                self.assertEqual(told["type"], "warning")
                self.assertIn(second.name, told["message"])
                self.assertNotIn(first.name, told["message"])
                self.assertEqual(len(self.integration.item_ids), count)
                self.assertIn("Filter coffee", self.integration.item_ids.mapped("name"))
        self.lightspeed.give_back(second)
        told = self.integration.action_sync_items()["params"]
        self.assertNotIn(second.name, told["message"])

    def test_what_only_a_lost_location_sells_stays(self):
        self.integration._sync_outlets()
        self.integration._sync_items()
        item = self.item("ONLY-THERE")
        item.last_seen_at = "2026-11-01"
        self.lightspeed.take_away(self.lightspeed.locations[1])
        self.integration._sync_items()
        self.assertTrue(item.active)
        self.lightspeed.give_back()
        self.integration._sync_items()
        self.assertFalse(item.active)

    def test_combos_are_known_however_they_are_kept(self):
        combos = [("CMB-1", True), ("CMB-2", False), (False, True), (False, False)]
        for number, (sku, active) in enumerate(combos):
            item = self.item(f"C{number}")
            vals = {"name": f"Combo {number}", "sku": sku, "active": active}
            item.write({**vals, "item_type": "SEQUENCE"})
        item.former_keys = {"sku": ["CMB-OLD"], "name": ["Another"]}
        combos = self.integration._lightspeed_reading().combos
        names = {"Combo 2", "Combo 3"}
        self.assertEqual(combos, {"CMB-1", "CMB-2", "CMB-OLD", *names})

    def test_prices_are_those_of_the_guests(self):
        """With tax: what an item brings without it, its sales say."""
        self.integration._sync_items()
        burger = self.integration.item_ids.filtered(lambda item: item.sku == "BRG-01")
        self.assertEqual(burger._get_net_price(), burger.list_price)
        self.run_day(day=self.day(DAY))
        burger.invalidate_recordset()
        self.assertEqual(burger.list_price, 12)
        self.assertGreater(burger.sold_7_days, 0)
        self.assertLess(burger._get_net_price(), 12)

    def test_check(self):
        text = self.integration._connector().check_connection(self.integration)
        self.assertIn(self.location.name, text)


@tagged("post_install", "-at_install")
class TestBusinesses(LightspeedCommon):
    def setUp(self):
        super().setUp()
        self.start(businesses=2)
        self.connect()

    def names(self):
        connector = self.integration._connector()
        return {each.name for each in connector.fetch_outlets(self.integration)}

    def test_one_must_be_chosen(self):
        with self.assertRaisesRegex(ContractViolation, "14154 .*, 14155 "):
            self.names()

    def test_one_is_chosen(self):
        for business in self.lightspeed.businesses:
            self.integration.lightspeed_business = str(business.id)
            expected = {location.name for location in business.locations}
            self.assertEqual(self.names(), expected)

    def test_the_only_one_with_the_currency_of_the_company(self):
        euro = self.env.ref("base.EUR")
        euro.sudo().active = True
        self.company.sudo().currency_id = euro
        locations = self.lightspeed.businesses[1].locations
        self.assertEqual(self.names(), {location.name for location in locations})

    def test_it_is_gone(self):
        self.integration.lightspeed_business = "1"
        with self.assertRaisesRegex(PermissionDenied, "sees no location"):
            self.names()

    def test_a_location_moved_to_another_business(self):
        first, second = self.lightspeed.businesses
        self.integration.lightspeed_business = str(first.id)
        self.assertTrue(self.fetch().sales)
        self.lightspeed.move_location(self.location, second)
        with self.assertRaisesRegex(PermissionDenied, "not among the locations"):
            self.fetch()


@tagged("post_install", "-at_install")
class TestDay(SalesCase):
    def test_a_closed_day(self):
        told = self.fetch()
        self.assertEqual(sold(told.sales), self.truth())
        self.assertEqual((told.complete, told.missing, told.questions), (True, "", ()))
        self.assertEqual(told.next_day_start, datetime(2026, 11, 3, 5, 30, tzinfo=UTC))
        self.assertEqual(self.lightspeed.count("/sales$"), 0)

    def test_an_incomplete_day(self):
        self.lightspeed.hold_back(self.location, DAY)
        told = self.fetch()
        self.assertFalse(told.complete)
        self.assertIn("not complete", told.missing)

    def test_the_open_day(self):
        today = self.location.day_of(self.lightspeed.clock.now())
        told = self.fetch(today)
        self.assertEqual(sold(told.sales), self.truth(today))
        self.assertFalse(told.complete)
        self.assertEqual(self.lightspeed.count(DAILY), 0)

    def test_the_open_day_keeps_its_receipts_when_it_ends(self):
        today = self.location.day_of(self.lightspeed.clock.now())
        first = {sale.external_id: sale.digest for sale in self.fetch(today).sales}
        self.lightspeed.clock.advance(days=1)
        with patch.object(
            self.registry["pos.bridge.outlet"],
            "_today",
            lambda outlet: today + timedelta(days=1),
        ):
            second = {sale.external_id: sale.digest for sale in self.fetch(today).sales}
        self.assertTrue(first)
        self.assertEqual(first.items() - second.items(), set())

    def test_before_it_was_opened(self):
        told = self.fetch(self.location.opened - timedelta(days=5))
        self.assertEqual((told.complete, told.sales, told.questions), (True, (), ()))

    def test_a_correction_of_a_later_day_stays_there(self):
        """The first day keeps what it sold."""
        order = self.lightspeed.order("COFFEE", 3)
        number = self.lightspeed.add_receipt(self.location, DAY, order)
        first, later = self.fetch(), DAY + timedelta(days=2)
        untouched = sold(self.fetch(later).sales)
        at = self.location.start_of(later) + timedelta(hours=9)
        self.lightspeed.refund_receipt(self.location, DAY, number, at, in_office=True)
        again, corrected = self.fetch(), self.fetch(later)
        ids = [{sale.external_id for sale in told.sales} for told in (first, again)]
        self.assertEqual(*ids)
        self.assertEqual(sold(again.sales), sold(first.sales))
        self.assertEqual(sold(corrected.sales), self.truth(later))
        back = sold(corrected.sales).get("COFFEE", 0) - untouched.get("COFFEE", 0)
        self.assertEqual(back, -3)

    def test_another_clock_is_asked_about(self):
        self.outlet.sudo().day_start = 4.0
        (question,) = self.fetch().questions
        self.assertIn("ended at 05:30 UTC", question)
        self.assertIn("04:00 UTC", question)

    def test_clocks_are_changed(self):
        for day in (date(2026, 3, 28), date(2026, 10, 24)):
            self.assertEqual(self.fetch(day).questions, ())

    def test_doubts_become_questions(self):
        self.lightspeed.habits.refund_quantity_sign = "positive"
        told = self.fetch()
        self.assertEqual(sold(told.sales), self.truth())
        (question,) = told.questions
        self.assertRegex(question, "no minus.*How Lightspeed Is Read.*R65315")
        self.assertEqual(told.questions, self.fetch().questions)
        vals = {"lightspeed_quantity_sign": "unsigned", "lightspeed_confirmed": True}
        self.integration.write(vals)
        self.assertEqual(self.fetch().questions, ())

    def test_unknown_type(self):
        self.lightspeed.fail_next(DAILY, "unknown_type")
        (question,) = self.fetch().questions
        self.assertIn("BARTER", question)

    def test_every_doubt_has_words(self):
        """What the reader may doubt, the outlet can ask."""
        source = inspect.getsource(normalise) + inspect.getsource(told_lines)
        told = set(re.findall(r'doubts.add\("(\w+)"', source))
        told |= {
            code
            for pair in re.findall(r'"(\w+)" if (?:each|\w+_\w+) else "(\w+)"', source)
            for code in pair
        }
        for code in WORDS:
            doubts = Doubts({code: ["R1: Soup"]})
            (question,) = self.outlet._questions_of_doubts(doubts, "Connection")
            self.assertRegex(question, "Connection.*R1: Soup")
        no_doubts = {"combo_quantity", "modifier_quantity"}
        self.assertEqual(told - no_doubts, set(WORDS))


@tagged("post_install", "-at_install")
class TestTrouble(SalesCase):
    def test_dead_token_is_renewed(self):
        for status in (401, 403):
            with self.subTest(status=status):
                self.lightspeed.guard.dead_token_status = status
                self.connect()
                self.age_token()
                self.lightspeed.guard.expire_access()
                self.env.flush_all()
                self.assertEqual(sold(self.fetch().sales), self.truth())

    def age_token(self):
        """A 403 for a token that is young is believed."""
        tokens = self.integration._secret_rows(["access_token"]).sudo()
        tokens.expires_at = datetime.now() + timedelta(seconds=200)

    def test_forbidden(self):
        self.lightspeed.fail_next(DAILY, "forbidden", 2)
        with self.assertRaises(PermissionDenied):
            self.fetch()

    def test_not_found(self):
        self.lightspeed.fail_next(DAILY, "not_found")
        with self.assertRaises(NotFound):
            self.fetch()

    def test_a_location_that_is_taken_away_fails_alone(self):
        self.lightspeed.take_away(self.location)
        with self.assertRaisesRegex(PermissionDenied, "not among the locations"):
            self.fetch()
        self.outlet.external_id = str(self.lightspeed.locations[1].id)
        self.assertTrue(self.fetch().sales)

    def test_forty_days_of_silence(self):
        self.lightspeed.clock.advance(days=41)
        self.integration._forget_secrets("access_token")
        self.env.flush_all()
        with self.assertRaises(AuthenticationFailed):
            self.fetch()

    def test_trouble_of_a_day_is_told_in_words(self):
        self.lightspeed.take_away(self.location)
        transfer = self.run_day(day=self.day(DAY))
        self.assertIn(transfer.state, ("failed", "parked"))
        self.assertIn("not among the locations", transfer.error)

    def test_syncing_without_a_location(self):
        self.lightspeed.take_away()
        with self.assertRaisesRegex(UserError, "sees no location"):
            self.integration.action_sync_items()


@tagged("post_install", "-at_install")
class TestFirstDays(SalesCase):
    def setUp(self):
        super().setUp()
        self.integration.lightspeed_confirmed = False

    def days(self, count):
        found = [self.day(DAY + timedelta(days=number)) for number in range(count)]
        for day in found:
            self.run_day(day=day)
        return found

    def waiting(self, days):
        return [day.waits_for_look for day in days]

    def run_queued(self):
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        queued._run_all()
        self.env.invalidate_all()

    def test_all_wait_until_three_were_looked_at(self):
        days = self.days(5)
        self.assertEqual(self.waiting(days), [True] * 5)
        (days[0] | days[3]).action_post_as_read()
        self.run_queued()
        self.assertEqual(self.waiting(days), [False, True, True, False, True])
        days[1].action_post_as_read()
        self.run_queued()
        self.assertEqual(self.waiting(days), [False] * 5)
        self.assertEqual(self.waiting(self.days(7)[5:]), [False] * 2)

    def test_confirming_lets_the_others_through(self):
        days = self.days(2)
        self.integration.lightspeed_confirmed = True
        self.run_queued()
        self.assertEqual(self.waiting(days), [False] * 2)

    def test_they_still_wait_when_they_are_read_again(self):
        first = self.days(4)[0]
        self.run_day(day=first)
        self.assertTrue(first.waits_for_look)
        self.assertFalse(self.moves(first))

    def test_nothing_waits_once_it_is_confirmed(self):
        self.integration.lightspeed_confirmed = True
        self.assertFalse([day for day in self.days(2) if day.waits_for_look])

    def test_a_day_without_sales_needs_no_look(self):
        for number in range(5):
            self.lightspeed.close_day(self.location, DAY - timedelta(days=number))
        told = self.fetch(DAY)
        self.assertEqual((told.sales, told.questions), ((), ()))


@tagged("post_install", "-at_install")
class TestLedger(SalesCase):
    """What the ledger says is what the guests had."""

    def map_everything(self):
        """Each item uses one of its own ingredient."""
        self.integration._sync_items()
        self.products = {}
        for item in self.integration.item_ids:
            key = item.sku or ""
            product = self.ingredient(f"Part of {item.name}")
            self.products[key] = product
            self.map(item, product)
        self.stock_up(self.env["product.product"].union(*self.products.values()))

    def ledger(self, day):
        names = {product.name: sku for sku, product in self.products.items()}
        used = self.used(self.day(day))
        return {names[name]: quantity for name, quantity in used.items()}

    def test_three_days_and_what_becomes_of_them(self):
        self.env.ref("uom.decimal_product_uom").sudo().digits = 3
        self.map_everything()
        days = [DAY + timedelta(days=number) for number in range(3)]
        for day in days:
            self.run_day(day=self.day(day))
        self.check(days)
        order = self.lightspeed.order("COFFEE", 4)
        number = self.lightspeed.add_receipt(self.location, DAY, order)
        self.run_day(day=self.day(DAY))
        at = self.location.start_of(days[2]) + timedelta(hours=8)
        self.lightspeed.refund_receipt(self.location, DAY, number, at)
        for day in days:
            self.run_day(day=self.day(day))
        self.check(days)

    def check(self, days):
        for day in days:
            expected = {sku: float(n) for sku, n in self.truth(day).items()}
            used = self.ledger(day)
            self.assertTrue(expected)
            self.assertEqual(used.keys(), expected.keys())
            for sku, quantity in expected.items():
                self.assertAlmostEqual(used[sku], quantity, 3, sku)

    def test_nothing_twice(self):
        self.map_everything()
        for _time in range(2):
            self.run_day(day=self.day(DAY))
        moves = self.moves(self.day(DAY))
        self.run_day("manual", day=self.day(DAY))
        self.assertEqual(self.moves(self.day(DAY)), moves)
