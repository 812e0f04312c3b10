"""Rule 3 and 6: recipes have a history, written before the first change of a day."""

from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestRecipeVersion(PosBridgeCommon):
    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flour = cls.ingredient("Flour")
        cls.cheese = cls.ingredient("Cheese")
        cls.pizza = cls.recipe("Pizza", [(cls.flour, 0.2)])
        cls.line_flour = cls.pizza.bom_line_ids
        cls.piz = cls.item("PIZ", cls.pizza)

    def recipe_on(self, day, product=None):
        book = self.env["mrp.bom"]._get_recipe_book(self.company, day)
        return book.find((product or self.pizza._recipe_product()).id)

    def amounts_on(self, day):
        return [float(line.quantity) for line in self.recipe_on(day).lines]

    def test_first_version_holds_for_always(self):
        self.assertEqual(len(self.pizza.recipe_version_ids), 1)
        self.assertFalse(self.pizza.recipe_version_ids.date_from)
        self.assertEqual(self.amounts_on(date(2020, 1, 1)), [0.2])

    def assertChangedOnThe6th(self, change):
        with freeze_time("2026-03-06 10:00:00"):
            change()
        self.assertEqual(self.amounts_on(date(2026, 3, 5)), [0.2])
        self.assertEqual(self.amounts_on(date(2026, 3, 6)), [0.3])

    def test_write_on_line(self):
        self.assertChangedOnThe6th(lambda: self.line_flour.write({"product_qty": 0.3}))

    def test_write_on_bill(self):
        command = Command.update(self.line_flour.id, {"product_qty": 0.3})
        self.assertChangedOnThe6th(
            lambda: self.pizza.write({"bom_line_ids": [command]})
        )

    def test_line_unlinked_and_created(self):
        def change():
            self.line_flour.unlink()
            self.env["mrp.bom.line"].create(
                {
                    "bom_id": self.pizza.id,
                    "product_id": self.flour.id,
                    "product_qty": 0.3,
                    "product_uom_id": self.uom_kg.id,
                }
            )

        self.assertChangedOnThe6th(change)

    def test_form(self):
        def change():
            with Form(self.pizza) as form, form.bom_line_ids.edit(0) as line:
                line.product_qty = 0.3

        self.assertChangedOnThe6th(change)

    def test_import(self):
        line = self.line_flour

        def change():
            self.env["ir.model.data"].create(
                {
                    "module": "__test__",
                    "name": "line",
                    "model": line._name,
                    "res_id": line.id,
                }
            )
            result = line.load(["id", "product_qty"], [["__test__.line", "0.3"]])
            self.assertFalse([m for m in result["messages"] if m["type"] == "error"])

        self.assertChangedOnThe6th(change)

    def test_changed_by_sql_from_the_day_of_use(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mrp_bom_line SET product_qty = 0.3 WHERE id = %s",
                self.line_flour.id,
            )
        )
        self.env.invalidate_all()
        self.assertChangedOnThe6th(lambda: self.recipe_on(date(2026, 3, 6)))

    def test_steps_of_one_change_leave_one_version(self):
        with freeze_time("2026-03-06 10:00:00"):
            for quantity in (0.3, 0.4, 0.5):
                self.line_flour.product_qty = quantity
        self.assertEqual(len(self.pizza.recipe_version_ids), 2)
        self.assertEqual(self.amounts_on(date(2026, 3, 6)), [0.5])

    def test_a_version_that_was_used_stays(self):
        self.sell({"PIZ": 1})
        self.run_day()
        used = self.pizza.recipe_version_ids
        self.line_flour.product_qty = 0.3
        self.assertTrue(used.exists())
        self.assertEqual(used.lines[0]["quantity"], 0.2)

    def test_correction_replaces_later_versions(self):
        with freeze_time("2026-03-06 10:00:00"):
            self.line_flour.product_qty = 0.3
        with freeze_time("2026-03-07 10:00:00"):
            recipe = self.line_flour.with_context(pos_bridge_from_date="2026-03-04")
            recipe.product_qty = 0.4
        self.assertEqual(self.amounts_on(date(2026, 3, 3)), [0.2])
        for day in (4, 5, 6, 7, 8):
            self.assertEqual(self.amounts_on(date(2026, 3, day)), [0.4])

    def test_recipe_older_than_the_add_on(self):
        """It has no version yet; changing it must not rewrite what it was before."""
        self.pizza.recipe_version_ids.unlink()
        with freeze_time("2026-03-06 10:00:00"):
            self.line_flour.product_qty = 0.3
        self.assertEqual(self.amounts_on(date(2026, 3, 5)), [0.2])
        self.assertEqual(self.amounts_on(date(2026, 3, 6)), [0.3])

    def test_change_on_the_day_it_was_made(self):
        """Days posted with it keep it; the past is changed on purpose only."""
        self.sell({"PIZ": 10})
        self.run_day()
        self.line_flour.product_qty = 0.3
        self.assertFalse(self.day().stale_reason)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Flour": 2})
        self.assertEqual(self.amounts_on(date(2026, 3, 5)), [0.3])

    def test_sub_recipe_corrected_marks_the_day(self):
        sauce = self.recipe("Sauce", [(self.cheese, 0.5)], uom=self.uom_kg)
        self.pizza.bom_line_ids = [self._recipe_line(sauce, 0.1)]
        self.sell({"PIZ": 10})
        self.run_day()
        self.assertEqual(self.used(), {"Flour": 2, "Cheese": 0.5})
        line = sauce.bom_line_ids.with_context(pos_bridge_from_date=str(DAY))
        line.product_qty = 0.6
        self.assertEqual(self.day().stale_reason, "Recipe Sauce changed")
        self.run_day("repost")
        self.assertEqual(self.used(), {"Flour": 2, "Cheese": 0.6})
        row = self.day().usage_in_force_ids.filtered(
            lambda usage: usage.product_id == self.cheese
        )
        self.assertEqual(row.recipe_path_name, "Pizza > Sauce")
        self.assertEqual(row.recipe_version_id.bom_id, sauce)

    def test_second_bill_starts_on_the_day_it_was_made(self):
        with freeze_time("2026-03-06 10:00:00"):
            second = self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": self.pizza.product_tmpl_id.id,
                    "type": "recipe",
                    "company_id": self.company.id,
                    "bom_line_ids": [self._recipe_line(self.cheese, 1)],
                    "product_uom_id": self.uom_unit.id,
                }
            )
            self.pizza.active = False
        self.assertEqual(second.recipe_version_ids.date_from, date(2026, 3, 6))
        self.assertEqual(self.amounts_on(date(2026, 3, 5)), [0.2])
        self.assertEqual(self.amounts_on(date(2026, 3, 6)), [1])
        # The mapping still names the first bill and follows the second.
        self.sell({"PIZ": 1}, date(2026, 3, 6))
        with freeze_time("2026-03-07 10:00:00"):
            self.run_day(day=self.day(date(2026, 3, 6)))
        self.assertEqual(self.used(self.day(date(2026, 3, 6))), {"Cheese": 1})

    def test_typed_quantity_survives_two_digits(self):
        self.env.ref("uom.decimal_product_uom").digits = 2
        self.line_flour.product_qty = 0.0125
        self.pizza.product_qty = 0.125
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.line_flour.product_qty, 0.0125)
        self.assertEqual(self.pizza.product_qty, 0.125)

    def test_recipe_in_use_is_archived_not_deleted(self):
        with self.assertRaisesRegex(ValidationError, "archive it instead"):
            self.pizza.unlink()

    def test_trim_and_units_are_checked_on_save(self):
        with self.assertRaisesRegex(ValidationError, "below 100"):
            self.line_flour.trim_percentage = 100
        with self.assertRaisesRegex(ValidationError, "cannot be converted"):
            self.line_flour.product_uom_id = self.uom_unit

    def test_cost_contains_the_trim(self):
        self.flour.standard_price = 2
        self.line_flour.trim_percentage = 20
        dish = self.pizza._recipe_product()
        dish.button_bom_cost()
        self.assertAlmostEqual(dish.standard_price, 2 * 0.2 / 0.8)

    def test_recipe_is_nothing_to_core(self):
        """Neither a kit nor something to manufacture."""
        dish = self.pizza._recipe_product()
        self.assertFalse(dish.is_kits)
        self.assertFalse(self.env["mrp.bom"]._bom_find(dish, bom_type="normal")[dish])
