"""Suggestions in the list of items: what of, for whom, how fast, never unasked."""

import logging
import time

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DAY, PosBridgeCommon

_logger = logging.getLogger(__name__)

#: Queries for a page of items, whatever there is of items, recipes and ingredients.
PAGE = 80
MOST_QUERIES = 28


class SuggestCommon(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.litre = cls.env.ref("uom.product_uom_litre")
        cls.coffee = cls.ingredient("Coffee beans", cost=18)
        cls.items = cls.env["pos.bridge.item"].with_user(cls.user)

    @classmethod
    def named(cls, name, code=None, integration=None, **vals):
        """An item that is called so, seen by the back-office user."""
        integration = integration or cls.integration
        item = cls.env["pos.bridge.item"].create(
            {
                "integration_id": integration.id,
                "external_id": code or name,
                "name": name,
                **vals,
            }
        )
        return item.with_user(cls.user)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestSuggestItems(SuggestCommon):
    # === WHAT IS SUGGESTED === #

    def test_a_recipe_of_the_same_name(self):
        self.recipe("Margherita", [(self.coffee, 1)])
        item = self.named("MARGHERITA")
        self.assertEqual(item.suggestion, "Margherita 1 Units")
        self.assertEqual(item.suggestion_reason, "Same name as recipe Margherita")
        self.assertGreater(item.suggestion_confidence, 0.9)
        self.assertFalse(item.mapping_ids)

    def test_an_ingredient_with_the_amount_that_the_name_says(self):
        self.ingredient("Sprite", uom=self.litre)
        item = self.named("Sprite 0,4")
        self.assertEqual(item.suggestion, "Sprite 0.4 L")
        self.assertEqual(item.suggestion_reason, "Same name as ingredient Sprite")
        self.assertTrue(item.suggestion_is_complete)

    def test_units_of_one_kind_are_converted(self):
        millilitre = self.env["uom.uom"].create(
            {
                "name": "ml",
                "relative_factor": 0.001,
                "relative_uom_id": self.litre.id,
            }
        )
        gram = self.env.ref("uom.product_uom_gram")
        self.ingredient("Gin", uom=millilitre)
        self.ingredient("Steak", uom=gram)
        self.assertEqual(self.named("Gin 4 cl").suggestion, "Gin 40 ml")
        self.assertEqual(self.named("Steak 0,25 kg").suggestion, "Steak 250 g")

    def test_how_much_is_asked_where_nothing_says_it(self):
        item = self.named("Coffee beans")
        self.assertEqual(item.suggestion, "Coffee beans ? kg")
        self.assertIn("how much of it?", item.suggestion_reason)
        self.assertFalse(item.suggestion_is_complete)
        with self.assertRaises(UserError):
            item.action_accept_suggestion()

    def test_a_size_whose_portions_nobody_said_is_not_accepted_by_one_click(self):
        self.recipe("Margherita", [(self.coffee, 1)])
        item = self.named("Margherita L")
        self.assertIn("how many portions is L?", item.suggestion_reason)
        self.assertFalse(item.suggestion_is_complete)
        with self.assertRaises(UserError):
            item.action_accept_suggestion()

    def test_portions_learned_from_one_other_are_not_accepted_by_one_click(self):
        meat = self.recipe("Big Meat", [(self.coffee, 1)])
        self.recipe("Margherita", [(self.coffee, 1)])
        self.map(self.named("Big Meat S"), meat)
        item = self.named("Margherita S", "2")
        self.assertIn("1?", item.suggestion)
        self.assertIn("a guess", item.suggestion_reason)
        self.assertFalse(item.suggestion_is_complete)
        with self.assertRaises(UserError):
            item.action_accept_suggestion()

    def test_the_standard_serving_counts(self):
        self.coffee.product_tmpl_id.write(
            {
                "serving_quantity": 9,
                "serving_uom_id": self.env.ref("uom.product_uom_gram").id,
            }
        )
        item = self.named("Coffee beans")
        self.assertEqual(item.suggestion, "Coffee beans 0.009 kg")

    def test_price_and_cost_speak_against_it(self):
        """0.5 l of a wine at 30.00 a litre is not sold for 4.00."""
        self.ingredient("Barolo", uom=self.litre, cost=30)
        cheap = self.named("Barolo 0,5 l", list_price=4)
        fair = self.named("Barolo 0.5 l", "2", list_price=25)
        self.assertLessEqual(cheap.suggestion_confidence, 0.5)
        self.assertIn("does not fit", cheap.suggestion_reason)
        self.assertGreater(fair.suggestion_confidence, 0.9)

    def test_what_is_left_out_gives_back(self):
        self.ingredient("Chips")
        item = self.named("No chips")
        self.assertEqual(item.suggestion, "Chips ? kg (gives back)")
        self.assertLessEqual(item.suggestion_confidence, 0.9)

    def test_deposits_use_nothing(self):
        item = self.named("Flaschenpfand 0,25")
        self.assertEqual(item.suggestion, "Nothing")
        item.action_accept_suggestion()
        self.assertEqual(item.mapping_state, "ignored")

    def test_mapped_so_in_another_till(self):
        other = self.integration.copy({"name": "Bar Mitte"})
        there = self.named("Hausspezial", "77", other)
        self.map(there, self.coffee, 0.02)
        item = self.named("Hausspezial")
        self.assertEqual(item.suggestion, "Coffee beans 0.02 kg")
        self.assertEqual(item.suggestion_reason, "Mapped so in Bar Mitte")
        self.assertGreater(item.suggestion_confidence, 0.9)

    def test_mapped_so_in_an_outlet(self):
        other = self.integration.copy({"name": "Chain"})
        mitte = self.env["pos.bridge.outlet"].create(
            {
                "integration_id": other.id,
                "external_id": "m",
                "name": "Mitte",
                "tz": self.outlet_tz,
            }
        )
        there = self.named("Hausspezial", "77", other)
        self.map(there, self.coffee, 0.02, outlet_id=mitte.id)
        item = self.named("Hausspezial")
        self.assertEqual(item.suggestion_reason, "Mapped so in Mitte")

    def test_conditions_under_other_items_and_ended_mappings_are_no_evidence(self):
        parent = self.named("Burger", "9")
        under = self.named("Hausspezial", "7")
        self.map(under, self.coffee, 1, parent_item_id=parent.id)
        ended = self.named("Zweitspezial", "8")
        self.map(ended, self.coffee, 1, date_from="2026-01-01")
        ended.mapping_ids.with_user(self.user).unlink()
        other = self.integration.copy({"name": "Chain"})
        self.assertFalse(self.named("Hausspezial", "1", other).suggestion)
        self.assertFalse(self.named("Zweitspezial", "2", other).suggestion)

    # === FOR WHOM === #

    def test_companies_know_nothing_of_each_other(self):
        stranger = self.env["res.company"].create({"name": "Stranger"})
        theirs = self.env["pos.bridge.integration"].create(
            {"name": "Theirs", "connector": "none", "company_id": stranger.id}
        )
        there = self.env["pos.bridge.item"].create(
            {"integration_id": theirs.id, "external_id": "1", "name": "Hausspezial"}
        )
        secret = self.ingredient("Geheimrezept", self.uom_unit, company_id=stranger.id)
        dish = self.recipe("Wildsuppe", [(self.coffee, 1)], company_id=stranger.id)
        self.env["pos.bridge.mapping"].create(
            {
                "item_id": there.id,
                "map_type": "ingredient",
                "product_id": secret.id,
                "quantity": 1,
            }
        )
        self.assertEqual(dish.company_id, stranger)
        for name in ("Hausspezial", "Geheimrezept", "Wildsuppe"):
            self.assertFalse(self.named(name).suggestion, name)
        # Even for who may see both companies.
        both = self.named("Hausspezial", "x").with_user(self.env.user)
        self.assertFalse(both.with_context(allowed_company_ids=None).suggestion)

    def test_only_what_waits_gets_one(self):
        self.recipe("Soup", [(self.coffee, 1)])
        mapped, renamed = self.named("Soup", "1"), self.named("Soup", "2")
        self.map(mapped, self.coffee)
        renamed.sudo().review_state = "renamed"
        self.assertFalse(mapped.suggestion)
        self.assertFalse(renamed.suggestion)

    # === ACCEPTING === #

    def test_accepting_maps_for_always_and_undo_takes_it_back(self):
        soup = self.recipe("Soup", [(self.coffee, 1)])
        item = self.named("Soup")
        action = item.action_accept_suggestion()
        self.assertEqual(item.mapping_id.bom_id, soup)
        self.assertFalse(item.mapping_id.date_from)
        self.assertEqual(action["params"]["message"], "Soup is mapped.")
        batch = self.env["pos.bridge.mapping.batch"].browse(
            action["params"]["batch_ids"]
        )
        batch.with_user(self.user).action_undo()
        self.assertEqual(item.mapping_state, "unmapped")
        self.assertEqual(item.suggestion, "Soup 1 Units")

    def test_nothing_is_saved_by_looking(self):
        self.recipe("Soup", [(self.coffee, 1)])
        item = self.named("Soup")
        before = self.row_counts()
        self.items.search([]).read(["suggestion", "suggestion_reason"])
        Form(
            self.env["pos.bridge.mapping.wizard"]
            .with_user(self.user)
            .with_context(default_item_ids=item.ids)
        )
        item.action_suggestions()
        self.assertEqual(self.row_counts(), before)

    # === THE SHEET === #

    def sheet(self, item, **context):
        wizard = self.env["pos.bridge.mapping.wizard"].with_user(self.user)
        return Form(wizard.with_context(default_item_ids=item.ids, **context))

    def test_the_sheet_comes_filled_in_where_it_is_likely(self):
        soup = self.recipe("Soup", [(self.coffee, 1)])
        self.ingredient("Sprite", uom=self.litre)
        form = self.sheet(self.named("Soup"), default_map_type="ingredient")
        self.assertEqual((form.map_type, form.bom_id), ("recipe", soup))
        self.assertTrue(form.is_prefilled)
        form = self.sheet(self.named("Sprite 0,4"))
        self.assertEqual((form.map_type, form.quantity), ("ingredient", 0.4))
        self.assertEqual(form.uom_id, self.litre)

    def test_a_guess_is_shown_and_stands_in_the_sheet_on_demand_only(self):
        chips = self.ingredient("Chips")
        item = self.named("No chips")
        form = self.sheet(item)
        self.assertFalse(form.product_id)
        self.assertIn("Chips", form.suggestion)
        form.map_type = "nothing"
        wizard = form.save()
        wizard.action_use_suggestion()
        self.assertEqual(wizard.product_id, chips)
        self.assertTrue(wizard.is_subtraction)
        self.assertFalse(item.mapping_ids)

    # === SPEED === #

    def page(self):
        names = ("name", "mapping_state", "suggestion", "suggestion_reason")
        specification = {name: {} for name in names}
        self.env.flush_all()
        self.env.invalidate_all()
        before, start = self.cr.sql_log_count, time.perf_counter()
        result = self.items.web_search_read([], specification, limit=PAGE, order="name")
        seconds = time.perf_counter() - start
        return result["records"], self.cr.sql_log_count - before, seconds

    def fill(self, items, targets):
        template = self.env["product.template"]
        dishes = template.create(
            [
                {"name": f"Dish {n} Word{n % 97}", "type": "consu"}
                for n in range(targets)
            ]
        )
        self.env["mrp.bom"].create(
            [
                {
                    "product_tmpl_id": dish.id,
                    "type": "recipe",
                    "company_id": self.company.id,
                    "product_uom_id": dish.uom_id.id,
                }
                for dish in dishes
            ]
        )
        self.env["pos.bridge.item"].create(
            [
                {
                    "integration_id": self.integration.id,
                    "external_id": f"I{targets}-{n}",
                    "name": f"Dish {n} Word{n % 97} {'SML'[n % 3]}",
                }
                for n in range(items)
            ]
        )

    def test_a_page_of_5000_items_and_500_targets(self):
        self.fill(100, 20)
        self.page()
        _records, few, _seconds = self.page()
        self.fill(4900, 480)
        self.page()
        records, many, seconds = self.page()
        _logger.info(
            "80 of 5,000 items, 500 recipes: %s queries, %.2f s (%s of 100 items)",
            many,
            seconds,
            few,
        )
        self.assertEqual(len(records), PAGE)
        self.assertTrue(any(record["suggestion"] for record in records))
        self.assertEqual(many, few)
        self.assertLessEqual(many, MOST_QUERIES)

    def test_pages_without_items_that_wait_ask_nothing_more(self):
        mapped = self.named("Soup")
        self.map(mapped, self.coffee)
        self.assertEqual(mapped.mapping_state, "mapped")
        with self.assertQueryCount(0):
            self.assertFalse(mapped.suggestion)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestSuggestWizard(SuggestCommon):
    """All at once, after a look; and back again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_up(cls.coffee)
        cls.soup = cls.recipe("Soup", [(cls.coffee, 1)])
        cls.cake = cls.recipe("Cake", [(cls.coffee, 2)])
        cls.a, cls.b = cls.named("Soup", "SOUP"), cls.named("Cake", "CAKE")
        cls.c = cls.named("Cake L", "CAKEL")
        cls.d = cls.named("Xyzzy", "X")

    def open(self, items=None):
        action = (items or self.items).action_suggestions()
        return self.env[action["res_model"]].browse(action["res_id"])

    def accept(self, wizard):
        action = wizard.with_user(self.user).action_accept()
        return self.env["pos.bridge.mapping.batch"].browse(
            action["params"]["batch_ids"]
        )

    def states(self):
        return (self.a | self.b | self.c | self.d).mapped("mapping_state")

    def test_what_is_sure_is_ticked(self):
        wizard = self.open()
        chosen = {line.item_id.name: line.is_chosen for line in wizard.line_ids}
        self.assertEqual(chosen, {"Soup": True, "Cake": True, "Cake L": False})
        self.assertEqual((wizard.chosen_count, wizard.waiting_count), (2, 4))
        self.accept(wizard)
        self.assertEqual(self.states(), ["mapped", "mapped", "unmapped", "unmapped"])

    def test_only_the_chosen_items(self):
        wizard = self.open(self.b | self.c)
        self.assertEqual(wizard.line_ids.item_id, self.b | self.c)

    def test_an_empty_look_says_why_and_what_to_do(self):
        self.assertFalse(self.open(self.a).empty_reason)
        unlike = self.open(self.d)
        self.assertFalse(unlike.line_ids)
        self.assertIn("Map the best seller by hand", unlike.empty_reason)
        unlike.copied_from_id = self.integration.copy({"name": "Other till"})
        self.assertIn("mapped in Other till", unlike.empty_reason)
        unlike.copied_from_id = False
        (self.soup | self.cake).active = False
        self.env["product.product"].search([]).active = False
        self.assertIn("no ingredients or recipes yet", unlike.empty_reason)

    def test_another_threshold_ticks_others(self):
        form = Form(self.open())
        form.threshold = 75
        self.assertEqual(form.chosen_count, 3)
        wizard = form.save()
        self.assertEqual(set(wizard.line_ids.mapped("is_chosen")), {True})

    def test_a_tick_taken_away_is_not_accepted(self):
        form = Form(self.open())
        with form.line_ids.edit(0) as line:
            name = line.item_id.name
            line.is_chosen = False
        self.accept(form.save())
        mapped = (self.a | self.b).filtered(lambda item: item.mapping_id)
        self.assertEqual(len(mapped), 1)
        self.assertNotEqual(mapped.name, name)

    def test_portions_are_said_once_for_all(self):
        wizard = self.open()
        self.assertEqual(wizard.size_ids.mapped("label"), ["L"])
        wizard.size_ids.portions = 1.5
        wizard.action_refresh()
        line = wizard.line_ids.filtered(lambda each: each.item_id == self.c)
        self.assertEqual((line.quantity, line.is_chosen), (1.5, True))
        self.accept(wizard)
        self.assertEqual(self.c.mapping_id.quantity, 1.5)

    def test_money_that_it_is_about(self):
        lines = [self.line(1, "SOUP", 2, 5), self.line(2, "X", 1, 7)]
        self.sell([self.receipt("1", lines)])
        self.run_day()
        wizard = self.open()
        self.assertEqual((wizard.chosen_money, wizard.waiting_money), (10, 17))
        self.assertIn("2 of 4 items", wizard.summary)

    def test_without_a_quantity_nothing_is_accepted(self):
        self.ingredient("Chips")
        wizard = self.open(self.named("No chips"))
        self.assertFalse(wizard.line_ids.is_chosen)
        wizard.line_ids.is_chosen = True
        with self.assertRaisesRegex(UserError, "No chips"):
            wizard.action_accept()
        wizard.line_ids.quantity = 0.15
        self.accept(wizard)
        mapping = self.env["pos.bridge.mapping"].search([], limit=1, order="id desc")
        self.assertEqual((mapping.quantity, mapping.is_subtraction), (0.15, True))

    def test_who_was_faster_is_not_overwritten(self):
        wizard = self.open()
        self.map(self.a, self.coffee, 3)
        self.accept(wizard)
        self.assertEqual(self.a.mapping_id.product_id, self.coffee)
        self.assertEqual(self.b.mapping_id.bom_id, self.cake)

    def test_what_is_planned_stays_and_stops_nobody(self):
        """Soup is mapped from 1 April on: until then as suggested."""
        planned = self.map(self.a, self.coffee, 3, date_from="2026-04-01")
        wizard = self.open()
        line = wizard.line_ids.filtered(lambda each: each.item_id == self.a)
        self.assertIn("until what is planned begins on 1 Apr 2026", line.reason)
        action = wizard.with_user(self.user).action_accept()
        message = action["params"]["message"]
        self.assertIn("until what is planned begins: Soup", message)
        self.assertEqual(self.states(), ["mapped", "mapped", "unmapped", "unmapped"])
        self.assertEqual(self.a.mapping_id.bom_id, self.soup)
        self.assertEqual(str(self.a.mapping_id.date_to), "2026-03-31")
        batch = self.env["pos.bridge.mapping.batch"].browse(
            action["params"]["batch_ids"]
        )
        self.assertEqual((batch.mapping_count, batch.open_count), (2, 2))
        batch.with_user(self.user).action_undo()
        self.assertEqual(self.states(), ["unmapped"] * 4)
        self.assertFalse(planned.superseded)

    # === UNDO === #

    def test_undo_takes_back_what_was_not_changed(self):
        batch = self.accept(self.open()).with_user(self.user)
        self.b.mapping_id.with_user(self.user).quantity = 2
        self.assertEqual((batch.mapping_count, batch.open_count), (2, 1))
        action = batch.action_undo()
        self.assertIn("kept: 1", action["params"]["message"])
        self.assertEqual(self.states(), ["unmapped", "mapped", "unmapped", "unmapped"])
        self.assertEqual(self.b.mapping_id.quantity, 2)
        with self.assertRaises(UserError):
            batch.action_undo()

    def test_what_was_mapped_and_deleted_before_stays_what_it_was(self):
        mapping = self.map(self.a, self.coffee, 3, date_from="2026-01-01")
        mapping.unlink()
        batch = self.accept(self.open())
        self.assertEqual(str(self.a.mapping_id.date_from), "2026-03-05")
        batch.with_user(self.user).action_undo()
        self.assertEqual(self.a.mapping_state, "unmapped")
        self.assertEqual(str(mapping.date_to), "2026-03-04")
        self.assertFalse(mapping.superseded)

    def test_the_ledger_follows_acceptance_and_undo(self):
        self.sell({"SOUP": 3, "CAKE": 1})
        self.run_day()
        self.assertEqual(self.used(), {})
        batch = self.accept(self.open())
        self.assertTrue(self.day().stale_reason)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee beans": 5})
        self.assertFalse(self.day().stale_reason)
        batch.with_user(self.user).action_undo()
        self.assertTrue(self.day().stale_reason)
        self.run_day("repost")
        self.assertEqual(self.used(), {})

    def test_the_list_is_told_which_days_wait(self):
        self.sell({"SOUP": 3}, DAY)
        self.run_day()
        action = self.open().with_user(self.user).action_accept()
        self.assertEqual(action["params"]["day_ids"], self.day().ids)

    # === COPY === #

    def test_copy_from_another_integration(self):
        """By SKU, then by name; what another till is sure of, and nothing else."""
        other = self.integration.copy({"name": "Mitte"})
        soup = self.named("Soup", "1", other)
        self.map(soup, self.coffee, 7)
        sku = self.named("Xyzzi", "2", other, sku="S1")
        self.map(sku, self.coffee, 8)
        self.d.sudo().sku = "S1"
        wizard = self.open(self.a | self.b | self.d)
        wizard.copied_from_id = other
        wizard.action_refresh()
        found = {line.item_id.name: line.quantity for line in wizard.line_ids}
        self.assertEqual(found, {"Soup": 7, "Xyzzy": 8})
        sure = {line.item_id.name for line in wizard.line_ids if line.is_chosen}
        self.assertEqual(sure, {"Soup"})
        self.accept(wizard)
        self.assertEqual(self.a.mapping_id.quantity, 7)
        self.assertEqual(self.b.mapping_state, "unmapped")
