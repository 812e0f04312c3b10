"""The till renames, recycles, archives and brings back items: nothing is mapped to
something else in silence, and what was sold keeps what it was.
"""

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..tools.records import ItemData, SaleLineData
from .common import DAY, PosBridgeCommon

TODAY = date(2026, 3, 10)
NEXT = DAY + timedelta(days=1)


class ReviewCommon(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.meat = cls.ingredient("Meat")
        cls.stock_up((cls.coffee, cls.meat))

    def setUp(self):
        super().setUp()
        self.keys = ("sku", "external_id", "name")
        connector = self.registry["pos.bridge.connector.none"]
        self.startPatcher(patch.object(connector, "_match_keys", self.keys))
        self.espresso = self.sync(self.told("17", "Espresso", "K-001"))
        self.map(self.espresso, self.coffee, 1)

    def told(self, external_id, name, sku=None, price="2.40", **vals):
        return ItemData(external_id, name, sku=sku, price=Decimal(price), **vals)

    def sync(self, *told, complete=True):
        items = self.env["pos.bridge.item"]
        return items._upsert(self.integration, told, complete=complete)

    def items(self, **vals):
        domain = [(name, "=", value) for name, value in vals.items()]
        items = self.env["pos.bridge.item"].with_context(active_test=False)
        return items.search([("integration_id", "=", self.integration.id), *domain])

    def sold(self, quantity, day=DAY, name="Espresso", sku="K-001", **vals):
        """One receipt with one line, read from the till and posted."""
        line = SaleLineData("1", name, Decimal(quantity), Decimal(10), sku=sku, **vals)
        self.sell([self.receipt(f"R{day}", [line], day)], day)
        self.run_day(day=self.day(day))
        return self.lines(day)

    def lines(self, day=DAY):
        return self.day(day).sale_ids.line_ids

    def sheet(self, item):
        wizards = self.env["pos.bridge.mapping.wizard"].with_user(self.user)
        return Form(wizards.with_context(default_item_ids=item.ids))

    def decision(self, item):
        """The sheet as its buttons that need no target leave it."""
        form = self.sheet(item)
        form.map_type = "nothing"
        return form

    def codes(self, day=DAY):
        return self.exceptions(self.day(day)).mapped("code")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestChangedItem(ReviewCommon):
    def test_a_spelling_goes_to_review_and_is_deducted(self):
        self.sync(self.told("17", "Espresso single", "K-001"))
        self.assertEqual(self.espresso.review_state, "renamed")
        self.assertEqual(self.espresso.mapping_state, "review")
        self.sold(3, TODAY, "Espresso single")
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 3})

    def test_something_else_goes_to_review_and_is_deducted(self):
        self.sync(self.told("17", "Rump steak", "K-001", "24.00"))
        self.assertEqual(self.espresso.review_state, "recycled")
        self.sold(3, TODAY, "Rump steak")
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 3})

    def test_the_day_says_so(self):
        self.sync(self.told("17", "Rump steak", "K-001"))
        self.sold(3, TODAY, "Rump steak")
        problem = self.exceptions(self.day(TODAY))
        self.assertEqual(problem.code, "item_review")
        self.assertEqual((problem.item_id, problem.amount), (self.espresso, 0))
        for words in ("Espresso", "Rump steak", "3 sold, deducted as before"):
            self.assertIn(words, problem.message)

    def test_days_before_the_change_are_not_touched(self):
        self.sold(3)
        self.sync(self.told("17", "Rump steak", "K-001"))
        self.sold(4)
        self.assertEqual(self.used(), {"Coffee": 4})
        self.assertFalse(self.codes())

    def test_other_sku_of_the_same_id(self):
        self.sync(self.told("17", "Espresso", "K-777"))
        self.assertEqual(self.espresso.review_state, "renamed")
        self.assertEqual(self.sold(2, TODAY, sku="K-777").item_id, self.espresso)
        self.assertEqual(self.codes(TODAY), ["item_review"])

    def test_old_sku_still_finds_it(self):
        """A receipt of the past that comes late."""
        self.sync(self.told("17", "Espresso", "K-777"))
        line = self.sold(2, sku="K-001", name="As on the till's display")
        self.assertEqual((line.item_id, line.matched_by), (self.espresso, "sku"))

    def test_price_alone_is_no_review(self):
        self.sync(self.told("17", "Espresso", "K-001", "2.60"))
        self.assertEqual(self.espresso.review_state, "none")
        self.assertEqual(self.espresso.list_price, 2.6)

    def test_what_is_not_mapped_has_nothing_to_lose(self):
        soup = self.sync(self.told("18", "Soup"), complete=False)
        self.sync(self.told("18", "Salad"), complete=False)
        self.assertEqual((soup.name, soup.review_state), ("Salad", "none"))

    def test_named_back(self):
        self.sync(self.told("17", "Expresso", "K-001"))
        self.sync(self.told("17", "Espresso", "K-001"))
        self.assertEqual(self.espresso.mapping_state, "mapped")

    def test_two_changes_are_compared_with_the_first(self):
        self.sync(self.told("17", "Espresso s", "K-001"))
        self.sync(self.told("17", "Espresso solo", "K-001"))
        self.assertEqual(self.espresso.previous_facts["name"], "Espresso")
        self.assertIn("Before: Espresso ", self.espresso.review_text)
        self.assertIn("Now at the till: Espresso solo ", self.espresso.review_text)

    def test_syncing_again_changes_nothing(self):
        told = self.told("17", "Rump steak", "K-001")
        self.sync(told)
        before = self.espresso.read(["review_state", "previous_facts", "review_since"])
        self.sync(told)
        after = self.espresso.read(["review_state", "previous_facts", "review_since"])
        self.assertEqual(before, after)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestDecision(ReviewCommon):
    def setUp(self):
        super().setUp()
        self.sold(5)
        self.sold(6, NEXT, "Rump steak")
        self.sync(self.told("17", "Rump steak", "K-001", "24.00"))

    def decide(self, date=NEXT):
        form = self.decision(self.espresso)
        form.new_from = date
        saved = form.save().action_new_item()
        return self.items(id=saved["params"]["item_ids"][0])

    def test_sheet_shows_old_and_new_facts(self):
        form = self.sheet(self.espresso)
        self.assertEqual(form.review_kind, "changed")
        before, now = form.review_text.splitlines()
        for word in ("Espresso", "K-001", "2.40"):
            self.assertIn(word, before)
        for word in ("Rump steak", "K-001", "24.00"):
            self.assertIn(word, now)

    def test_proposed_day_is_the_first_that_was_sold_by_that_name(self):
        self.assertEqual(self.sheet(self.espresso).new_from, NEXT)

    def test_same_item_keeps_its_mapping(self):
        self.sold(1, TODAY, "Rump steak")
        saved = self.sheet(self.espresso).save().action_same_item()
        self.assertTrue(saved["params"]["go_on"])
        self.assertEqual(self.espresso.mapping_state, "mapped")
        self.assertEqual(self.espresso.name, "Rump steak")
        self.assertFalse(self.codes(TODAY))
        self.assertFalse(self.day(TODAY).attention)
        self.run_day("repost", self.day(TODAY))
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 1})

    def test_many_at_once(self):
        cola = self.sync(self.told("18", "Cola"), complete=False)
        self.map(cola, self.meat)
        self.sync(self.told("18", "Coke"), complete=False)
        both = self.espresso | cola
        self.env.ref("pos_inventory_bridge.pos_bridge_item_same_action").with_user(
            self.user
        ).with_context(active_model=both._name, active_ids=both.ids).run()
        self.assertEqual(both.mapped("mapping_state"), ["mapped", "mapped"])

    def test_new_item_takes_over_from_that_day(self):
        steak = self.decide()
        self.assertEqual((steak.name, steak.list_price), ("Rump steak", 24))
        self.assertEqual((steak.external_id, steak.date_from), ("17", NEXT))
        self.assertEqual(steak.previous_item_id, self.espresso)
        self.assertEqual(steak.mapping_state, "unmapped")
        old = self.espresso
        self.assertEqual((old.name, old.list_price), ("Espresso", 2.4))
        self.assertEqual((old.date_to, old.active), (DAY, False))
        self.assertEqual(old.mapping_ids.date_to, DAY)
        self.assertEqual(old.review_state, "none")

    def test_old_days_are_untouched_and_later_ones_wait(self):
        rows = self.day().usage_in_force_ids
        steak = self.decide()
        self.assertEqual(self.lines().item_id, self.espresso)
        self.assertEqual(self.lines(NEXT).item_id, steak)
        self.assertFalse(self.day().stale_reason)
        self.assertIn("another item since", self.day(NEXT).stale_reason)
        self.assertEqual(self.used(self.day(NEXT)), {"Coffee": 6})
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 5})
        self.assertEqual(self.day().usage_in_force_ids, rows)

    def test_later_days_posted_again_use_the_new_mapping(self):
        self.integration.shrink_limit = 1
        self.map(self.decide(), self.meat, 2)
        self.run_day("repost", self.day(NEXT))
        self.assertEqual(self.used(self.day(NEXT)), {"Meat": 12})

    def test_reading_a_past_day_again_keeps_its_item(self):
        steak = self.decide()
        self.map(steak, self.meat)
        self.assertEqual(self.sold(7).item_id, self.espresso)
        self.assertEqual(self.used(), {"Coffee": 7})
        self.assertEqual(self.sold(8, NEXT, "Rump steak").item_id, steak)

    def test_new_receipts_go_by_their_date(self):
        steak = self.decide()
        earlier, later = DAY - timedelta(days=1), TODAY
        self.assertEqual(self.sold(1, earlier).item_id, self.espresso)
        self.assertEqual(self.used(self.day(earlier)), {"Coffee": 1})
        self.assertEqual(self.sold(1, later, "Rump steak").item_id, steak)
        by_id = {"sku": None, "item_external_id": "17"}
        self.assertEqual(
            self.sold(1, earlier - timedelta(days=1), **by_id).item_id, self.espresso
        )
        self.assertEqual(self.sold(2, later, **by_id).item_id, steak)

    def test_the_catalogue_goes_on_with_the_new_one(self):
        steak = self.decide()
        seen = self.sync(self.told("17", "Rump steak", "K-001", "26.00"))
        self.assertEqual((seen, steak.list_price), (steak, 26))
        self.assertEqual(self.espresso.list_price, 2.4)
        self.assertEqual(len(self.items(external_id="17")), 2)

    def test_recycled_twice(self):
        steak = self.decide()
        self.map(steak, self.meat)
        self.sync(self.told("17", "Birthday cake", "K-001"))
        cake = steak.with_user(self.user)._new_item_from(TODAY)
        self.assertEqual(self.sold(9).item_id, self.espresso)
        self.assertEqual(self.sold(9, NEXT).item_id, steak)
        self.assertEqual(self.sold(9, TODAY).item_id, cake)
        with self.assertRaisesRegex(UserError, "later day"):
            cake._new_item_from(NEXT)

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(UserError, "first day"):
            self.decide(TODAY + timedelta(days=1))
        self.assertEqual(self.espresso.review_state, "recycled")

    def test_saving_a_mapping_decides_too(self):
        form = self.sheet(self.espresso)
        form.product_id = self.meat
        form.save().action_apply()
        self.assertEqual(self.espresso.mapping_state, "mapped")
        self.assertFalse(self.espresso.previous_facts)

    def test_which_item_it_is_is_no_word_of_a_user(self):
        for vals in ({"date_from": DAY}, {"date_to": DAY}, {"external_id": "18"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.espresso.with_user(self.user).write(vals)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestGoneAndBack(ReviewCommon):
    def setUp(self):
        super().setUp()
        self.cola = self.sync(self.told("18", "Cola", "K-002"), complete=False)

    def test_missing_from_a_full_answer(self):
        self.sync(self.told("18", "Cola", "K-002"))
        self.assertFalse(self.espresso.active)
        self.assertTrue(self.cola.active)
        self.assertEqual(self.espresso.mapping_id.product_id, self.coffee)
        self.assertEqual(self.sold(2).item_id, self.espresso)
        self.assertEqual(self.used(), {"Coffee": 2})
        self.assertFalse(self.codes())

    def test_missing_from_a_part(self):
        self.sync(self.told("18", "Cola", "K-002"), complete=False)
        self.assertTrue(self.espresso.active)

    def test_an_answer_that_breaks_off_changes_nothing(self):
        def breaks_off():
            yield self.told("18", "Cola zero", "K-002")
            raise ValueError("The third page is no page.")

        with self.assertRaises(ValueError):
            self.env["pos.bridge.item"]._upsert(
                self.integration, breaks_off(), complete=True
            )
        self.assertTrue(self.espresso.active)
        self.assertEqual(self.cola.name, "Cola")

    def test_an_empty_answer_archives_nothing(self):
        self.sync()
        self.assertTrue(self.espresso.active)

    def test_same_item_told_on_two_pages(self):
        self.sync(self.told("19", "Tea"), self.told("19", "Tea"))
        self.assertEqual(len(self.items(external_id="19")), 1)

    def test_button_archives_what_a_full_list_lacks(self):
        connector = self.registry["pos.bridge.connector.none"]
        told = [self.told("18", "Coke", "K-002")]
        self.map(self.cola, self.meat)
        with patch.object(connector, "fetch_items", lambda *args: iter(told)):
            message = self.integration.action_sync_items()["params"]["message"]
        self.assertFalse(self.espresso.active)
        self.assertIn("Review: 1", message)
        with (
            patch.object(connector, "fetch_items", lambda *args: iter(told)),
            patch.object(connector, "_lists_all_items", False),
        ):
            self.espresso.active = True
            self.integration.action_sync_items()
        self.assertTrue(self.espresso.active)

    def test_back_as_it_was(self):
        self.sync(self.told("18", "Cola", "K-002"))
        self.sync(self.told("17", "Espresso", "K-001"), self.told("18", "Cola"))
        self.assertTrue(self.espresso.active)
        self.assertEqual(self.espresso.mapping_state, "mapped")

    def test_back_with_another_price(self):
        self.sync(self.told("18", "Cola", "K-002"))
        back = self.told("17", "Espresso", "K-001", "9.90")
        self.sync(back, complete=False)
        self.assertEqual(self.espresso.review_state, "renamed")
        self.assertIn("9.90", self.espresso.review_text)
        self.sync(back, complete=False)
        self.assertEqual(self.espresso.review_state, "renamed")

    def test_sold_before_the_catalogue_knew_it(self):
        """It has no ID yet, so no list can miss it; then the list tells its ID."""
        line = self.sold(1, name="Tea", sku="K-009")
        self.map(line.item_id, self.coffee, 3)
        self.sync(self.told("18", "Cola", "K-002"))
        self.assertTrue(line.item_id.active)
        seen = self.sync(self.told("30", "Tea", "K-009"), complete=False)
        self.assertEqual(seen, line.item_id)
        self.assertEqual((seen.external_id, seen.mapping_state), ("30", "mapped"))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestSkuOnAnotherId(ReviewCommon):
    def taken(self):
        """The till archived 17 and sells 21 under its SKU."""
        return self.sync(self.told("21", "Espresso", "K-001", "2.90"))

    def test_nothing_changes_before_the_decision(self):
        new = self.taken()
        self.assertEqual(new.review_state, "recycled")
        self.assertEqual(new.previous_item_id, self.espresso)
        self.assertEqual(self.sold(2, TODAY).item_id, self.espresso)
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 2})
        self.assertEqual(self.codes(TODAY), ["item_review"])

    def test_the_day_leads_to_the_new_one(self):
        new = self.taken()
        self.sold(2, TODAY)
        problem = self.exceptions(self.day(TODAY)).with_user(self.user)
        context = problem.action_open_cure()["context"]
        self.assertEqual(context["default_item_ids"], new.ids)
        form = self.sheet(new)
        self.assertEqual(form.review_kind, "taken")
        self.assertIn("item ID 17, used: Coffee", form.review_text)
        self.assertIn("item ID 21", form.review_text)

    def test_same_item_takes_the_mapping_along(self):
        self.sold(1)
        new = self.taken()
        self.decision(new).save().action_same_item()
        self.assertEqual(new.mapping_id.product_id, self.coffee)
        self.assertEqual(new.mapping_id.previous_id, self.espresso.mapping_id)
        self.assertEqual(self.sold(2, TODAY).item_id, new)
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 2})
        self.assertFalse(self.codes(TODAY))
        self.assertEqual(self.sold(5).item_id, self.espresso)
        self.assertEqual(self.used(), {"Coffee": 5})

    def test_new_item_from_a_day(self):
        self.sold(1)
        self.sold(2, NEXT)
        new = self.taken()
        form = self.decision(new)
        form.new_from = NEXT
        form.save().action_new_item()
        self.assertEqual(self.lines().item_id, self.espresso)
        self.assertEqual(self.lines(NEXT).item_id, new)
        self.assertEqual(self.espresso.mapping_ids.date_to, DAY)
        self.assertEqual(new.mapping_state, "unmapped")
        self.assertEqual(self.sold(5).item_id, self.espresso)
        self.assertEqual(self.used(), {"Coffee": 5})
        self.assertEqual(self.used(self.day(NEXT)), {"Coffee": 2})

    def test_mapped_by_hand(self):
        new = self.taken()
        self.map(new, self.meat)
        new.with_user(self.user).action_review_done()
        self.sold(2, TODAY)
        self.assertEqual(self.used(self.day(TODAY)), {"Meat": 2})

    def test_modifiers_under_it_go_along(self):
        milk = self.item("MILK")
        self.map(milk, self.meat, parent_item_id=self.espresso.id)
        new = self.sync(self.told("21", "Espresso", "K-001"), self.told("MILK", "Milk"))
        new.filtered("previous_item_id").with_user(self.user).action_same_item()
        parents = milk.mapping_ids.parent_item_id
        self.assertEqual(set(parents.mapped("external_id")), {"17", "21"})

    def test_sku_swapped_while_both_are_sold(self):
        """17 got another SKU, and 21 got its old one."""
        self.sync(
            self.told("17", "Espresso", "K-777"), self.told("21", "Ristretto", "K-001")
        )
        new = self.items(external_id="21")
        self.assertEqual(self.espresso.review_state, "renamed")
        self.assertTrue(new._is_takeover_open())
        self.assertEqual(self.sold(2, TODAY).item_id, self.espresso)
        new.with_user(self.user)._new_item_from(TODAY)
        self.assertEqual(self.lines(TODAY).item_id, new)
        self.assertTrue(self.espresso.active)
        self.assertFalse(self.espresso.mapping_ids.date_to)
        self.assertEqual(self.sold(3, TODAY, sku="K-777").item_id, self.espresso)

    def test_nobody_had_it_mapped(self):
        self.sync(self.told("18", "Cola", "K-002"), complete=False)
        new = self.sync(
            self.told("17", "Espresso", "K-001"), self.told("22", "Cola", "K-002")
        )
        self.assertEqual(set(new.mapped("review_state")), {"none"})


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestTwoWithOneSku(ReviewCommon):
    def setUp(self):
        super().setUp()
        self.sync(
            self.told("17", "Espresso", "K-001"), self.told("21", "Steak", "K-001")
        )
        self.steak = self.items(external_id="21")

    def test_not_guessed(self):
        line = self.sold(3, TODAY, name="Something")
        self.assertNotIn(line.item_id, self.espresso | self.steak)
        self.assertFalse(self.used(self.day(TODAY)))
        problem = self.exceptions(self.day(TODAY))
        self.assertEqual((problem.code, problem.amount), ("item_review", 10))
        for words in ("SKU K-001", "Espresso (17)", "Steak (21)", "nothing was"):
            self.assertIn(words, problem.message)
        self.assertEqual(line.item_id.mapping_state, "review")

    def test_one_placeholder_for_all_of_them(self):
        first = self.sold(3, TODAY, name="Something")
        second = self.sold(3, NEXT, name="Something else")
        self.assertEqual(first.item_id, second.item_id)
        self.assertEqual(second.matched_by, "sku")

    def test_other_keys_decide(self):
        self.map(self.steak, self.meat)
        by_id = self.sold(1, DAY, name="Something", item_external_id="21")
        self.assertEqual((by_id.item_id, by_id.matched_by), (self.steak, "external_id"))
        by_name = self.sold(1, NEXT, name="Steak")
        self.assertEqual((by_name.item_id, by_name.matched_by), (self.steak, "name"))
        self.assertEqual(self.used(), {"Meat": 1})

    def test_what_was_sold_before_keeps_its_item(self):
        """Receipts that were read while the SKU was clear."""
        self.sync(self.told("17", "Espresso", "K-001"))
        self.sold(3, name="Something")
        self.sync(
            self.told("17", "Espresso", "K-001"), self.told("21", "Steak", "K-001")
        )
        self.assertEqual(self.sold(4, name="Something").item_id, self.espresso)
        self.assertEqual(self.used(), {"Coffee": 4})

    def test_a_person_maps_the_sku_itself(self):
        line = self.sold(3, TODAY, name="Something")
        form = self.sheet(line.item_id)
        self.assertEqual(form.review_kind, "unclear")
        form.map_type = "ingredient"
        form.product_id = self.coffee
        form.save().action_apply()
        self.run_day("repost", self.day(TODAY))
        self.assertEqual(self.used(self.day(TODAY)), {"Coffee": 3})
        self.assertFalse(self.codes(TODAY))

    def test_it_cannot_be_split(self):
        line = self.sold(3, TODAY, name="Something")
        with self.assertRaisesRegex(UserError, "SKU of its own"):
            line.item_id._new_item_from(TODAY)
