"""Rule 10 and 11: an error, a silence, an accident never gives goods back."""

import json
from datetime import timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..tools.records import SalesDay
from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestNothingComesBack(PosBridgeCommon):
    """Each case: a posted day, something breaks, a run reads the till: zero stock
    moves, one exception in words that a person can act on.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.flour = cls.ingredient("Flour")
        cls.cheese = cls.ingredient("Cheese")
        cls.stock_up((cls.coffee, cls.flour, cls.cheese))
        cls.pizza = cls.recipe("Pizza", [(cls.flour, 0.25, 5), (cls.cheese, 0.1)])
        cls.esp = cls.item("ESP", cls.coffee, 0.5)
        cls.piz = cls.item("PIZ", cls.pizza)

    def setUp(self):
        super().setUp()
        self.sell({"ESP": 40, "PIZ": 10})
        self.run_day()
        # 10 x 0.25 / 0.95 = 2.6316, at two digits
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.63, "Cheese": 1})

    def assertNothingMoved(
        self, code, words, triggers=("automatic", "manual", "upload")
    ):
        before = self.row_counts()
        rows = self.day().usage_in_force_ids
        for trigger in triggers:
            self.run_day(trigger)
        after = self.row_counts()
        for counts in (before, after):
            for table in (
                "pos.bridge.sale",
                "pos.bridge.sale.line",
                "pos.bridge.exception",
            ):
                counts.pop(table)
        self.assertEqual(after, before)
        self.assertEqual(self.day().usage_in_force_ids, rows)
        problem = self.exceptions()
        self.assertEqual(problem.mapped("code"), [code])
        for word in words:
            self.assertIn(word, problem.message)
        self.assertTrue(self.day().attention)
        return problem

    def sell_another_pizza(self):
        self.sell({"ESP": 40, "PIZ": 11})

    def test_trim_set_to_100_behind_the_form(self):
        version = self.pizza.recipe_version_ids
        lines = version.lines
        lines[0]["trim"] = 100
        self._write_lines(version, lines)
        self.sell_another_pizza()
        problem = self.assertNothingMoved("invalid_trim_pct", ["Piz", "Flour", "100"])
        self.assertEqual(problem.item_id, self.piz)
        self.assertEqual(self.day().failed_count, 1)

    def _write_lines(self, version, lines):
        self.env.cr.execute(
            SQL(
                "UPDATE pos_bridge_recipe_version SET lines = %s::jsonb WHERE id = %s",
                json.dumps(lines),
                version.id,
            )
        )
        version.invalidate_recordset()

    def test_ingredient_of_recipe_archived(self):
        self.cheese.active = False
        self.sell_another_pizza()
        self.assertNothingMoved("ingredient_not_found", ["Piz", "Cheese", "Restore"])

    def test_mapped_ingredient_archived(self):
        self.coffee.active = False
        self.sell({"ESP": 41, "PIZ": 10})
        self.assertNothingMoved("ingredient_not_found", ["Esp", "Coffee"])

    def test_recipe_archived(self):
        """That counts from today; a past day keeps the recipe that it had."""
        self.pizza.with_user(self.user).action_archive()
        self.sell_another_pizza()
        self.run_day()
        # 11 x 0.25 / 0.95 = 2.8947
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.89, "Cheese": 1.1})
        self.assertFalse(self.exceptions())

    def test_sub_recipe_archived_or_retyped(self):
        for change in ({"active": False}, {"type": "normal"}):
            with self.subTest(change):
                sauce = self.recipe("Sauce", [(self.cheese, 0.5)], uom=self.uom_kg)
                pasta = self.recipe("Pasta", [(sauce, 0.2)])
                name = f"PASTA {change}"
                self.item(name, pasta)
                day = self.day(DAY + timedelta(days=len(str(change))))
                self.sell({name: 10}, day.business_date)
                self.run_day(day=day)
                self.assertEqual(self.used(day), {"Cheese": 1})
                sauce.write(change)
                self.run_day("repost", day)
                self.assertEqual(self.used(day), {"Cheese": 1})

    def test_sub_recipe_archived_before_the_day(self):
        """The dish that is left over is nothing that could be deducted."""
        sauce = self.recipe("Sauce", [(self.cheese, 0.5)], uom=self.uom_kg)
        self.item("PASTA", self.recipe("Pasta", [(sauce, 0.2)]))
        with freeze_time(DAY):
            sauce.active = False
        day = self.day(DAY + timedelta(days=1))
        self.sell({"PASTA": 10}, day.business_date)
        self.run_day(day=day)
        self.assertFalse(self.used(day))
        self.assertEqual(self.exceptions(day).mapped("code"), ["recipe_not_found"])

    def test_unit_archived(self):
        """The form refuses while goods are there; an import or SQL does not."""
        self.env.cr.execute(
            SQL("UPDATE stock_location SET active = false WHERE id = %s", self.bar.id)
        )
        self.bar.invalidate_recordset()
        self.sell({"ESP": 41, "PIZ": 10})
        self.assertNothingMoved("no_issue_storage", ["Esp", "archived"], ["automatic"])

    def test_unit_unlinked_for_past_days(self):
        self.outlet._link_storage_unit(self.env["stock.location"], DAY)
        self.sell({"ESP": 41, "PIZ": 10})
        self.assertNothingMoved(
            "no_issue_storage", ["Esp", "Coffee", "Choose a unit"], ["automatic"]
        )

    def test_unit_unlinked_from_today(self):
        """That is no reason to touch a past day: it keeps the unit that it had."""
        self.outlet.storage_ids.unlink()
        self.assertFalse(self.outlet.storage_unit_id)
        self.sell_another_pizza()
        self.run_day()
        self.assertEqual(self.used(unit=self.bar)["Cheese"], 1.1)

    def test_product_made_a_kit(self):
        """Past days took it from stock, and core would explode its move: it stays."""
        self._make_kit(self.coffee)
        self.sell({"ESP": 41, "PIZ": 10})
        for _night in range(3):
            self.run_day()
            self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.63, "Cheese": 1})
            self.assertIn("Coffee is a kit now", self.exceptions().message)
        self.assertEqual(len(self.day().posting_ids), 1)

    def _make_kit(self, product):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": "phantom",
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": [self._recipe_line(self.flour, 2)],
            }
        )

    def test_undo_of_a_product_that_became_a_kit(self):
        """Its move cannot be made; everything else comes back, and a person is told."""
        self._make_kit(self.coffee)
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_undo"
        )
        self.day().with_user(self.user).action_undo()
        for _night in range(2):
            self.assertEqual(self.used(), {"Coffee": 20})
            self.assertIn("Coffee is a kit now", self.exceptions().message)
            self.run_day()

    def test_item_posted_in_part_counts_for_the_shrink_limit(self):
        """One of its ingredients never had a storage unit; the others were posted."""
        self.integration.storage_priority = "specific"
        spice = self.ingredient("Spice")
        self.outlet._link_storage_unit(self.env["stock.location"], DAY)
        self.coffee.issue_location_id = self.bar
        soup = self.recipe("Soup", [(self.coffee, 1), (spice, 1)])
        self.item("SOUP", soup)
        other = DAY + timedelta(days=1)
        self.sell({"SOUP": 10}, other)
        self.run_day(day=self.day(other))
        self.assertEqual(self.used(self.day(other)), {"Coffee": 10})
        self.sell({}, other)
        self.run_day(day=self.day(other))
        self.assertEqual(self.used(self.day(other)), {"Coffee": 10})
        self.assertIn("day_shrank", self.exceptions(self.day(other)).mapped("code"))

    def test_ingredient_that_gets_a_recipe_keeps_the_past(self):
        self.recipe("Flour mix", [(self.cheese, 1)])
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.flour.product_tmpl_id.id,
                "type": "recipe",
                "product_uom_id": self.uom_kg.id,
                "bom_line_ids": [self._recipe_line(self.cheese, 1)],
            }
        )
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.63, "Cheese": 1})

    def test_what_was_confirmed_is_what_was_seen(self):
        """Between the look and the run the till lost even more: look again."""
        self.sell({"ESP": 20, "PIZ": 10})
        self.run_day()
        self.assertIn("Esp 40", self.exceptions().message)
        queue = self.env["pos.bridge.transfer"]
        waiting = queue._enqueue(self.day(), "manual")
        self.till.clear()
        self.day().with_user(self.user).action_post_smaller_day()
        self.assertTrue(waiting.reads_source)
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.63, "Cheese": 1})
        self.assertIn("day_shrank", self.exceptions().mapped("code"))

    def test_smaller_day_says_why(self):
        """Its correction names the person's word, and what else was changed since."""
        why = "the till tells less, and a person confirmed it"
        for count, stale, reason in (
            (20, False, why),
            (10, "Recipe Pizza changed", f"{why}, Recipe Pizza changed"),
        ):
            with self.subTest(count=count):
                self.sell({"ESP": count, "PIZ": 10})
                self.run_day()
                self.day().stale_reason = stale
                self.day().with_user(self.user).action_post_smaller_day()
                posting = self.day().posting_ids.sorted("revision")[-1]
                self.assertEqual(posting.reason, reason)
                self.assertEqual(self.used()["Coffee"], count / 2)

    def test_only_that_item_is_left_out(self):
        self.cheese.active = False
        self.sell({"ESP": 44, "PIZ": 11})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 22, "Flour": 2.63, "Cheese": 1})

    def test_failing_item_is_corrected_later(self):
        self.cheese.active = False
        self.sell_another_pizza()
        self.run_day()
        self.cheese.active = True
        self.run_day("repost")
        # 11 x 0.25 / 0.95 = 2.8947
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.89, "Cheese": 1.1})
        self.assertFalse(self.exceptions())

    def test_item_not_sold_any_more_goes_back_without_its_recipe(self):
        self.integration.shrink_limit = 1
        self.cheese.active = False
        self.sell({"ESP": 40})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 20})

    def test_empty_answer(self):
        self.till[self.outlet.id, DAY] = SalesDay(complete=True)
        self.assertNothingMoved("day_shrank", ["100 %", "20 %"])

    def test_half_an_answer(self):
        self.sell({"ESP": 20, "PIZ": 5})
        self.assertNothingMoved("day_shrank", ["50 %", "Post the smaller day"])

    def test_shrink_without_money_counts_lines(self):
        self.env["pos.bridge.sale.line"].search([]).amount_net = 0
        self.run_day("repost")
        self.till[self.outlet.id, DAY] = SalesDay(complete=True)
        self.assertNothingMoved("day_shrank", ["100 %"])

    def test_incomplete_answer(self):
        """As after a file with refused rows: what is missing may be in the refused
        ones.
        """
        self.sell({"ESP": 40}, complete=False)
        self.assertNothingMoved(
            "day_incomplete", ["still missing", "nothing was taken back"]
        )

    def test_incomplete_empty_answer(self):
        self.sell({}, complete=False)
        self.assertNothingMoved("day_incomplete", ["Fetch the day again"])

    def test_small_loss_comes_back_as_returns(self):
        """Within the limit a deleted receipt is what it is: its goods come back."""
        self.sell({"ESP": 40, "PIZ": 9})
        self.run_day()
        # 9 x 0.25 / 0.95 = 2.3684
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.37, "Cheese": 0.9})
        returns = self.moves().filtered("origin_returned_move_id")
        self.assertEqual(len(returns), 2)
        self.assertEqual(returns.location_dest_id, self.bar)

    def test_mapping_deleted_keeps_the_past(self):
        piz = self.piz.with_user(self.user)
        piz.mapping_ids.unlink()
        # Whose date decides is the user's, also while it is still yesterday elsewhere.
        self.assertEqual(piz.mapping_state, "unmapped")
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 20, "Flour": 2.63, "Cheese": 1})

    def test_mapping_ended_for_past_days_is_a_decision(self):
        mapping = self.piz.mapping_ids.with_user(self.user)
        mapping.with_context(pos_bridge_from_date=str(DAY)).unlink()
        self.assertEqual(self.used()["Cheese"], 1)
        self.assertTrue(self.day().stale_reason)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 20})
        self.assertEqual(self.exceptions().code, "unmapped_pos_item")
