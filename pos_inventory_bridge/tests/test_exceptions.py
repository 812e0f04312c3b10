"""Every code, by the way in which it can still arise where Odoo or a form refuses
earlier.
"""

import json
from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..tools.records import ControlTotals
from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestExceptions(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flour = cls.ingredient("Flour")
        cls.egg = cls.ingredient("Egg", cls.uom_unit)
        cls.stock_up((cls.flour, cls.egg))
        cls.dough = cls.recipe("Dough", [(cls.flour, 0.6)], uom=cls.uom_kg)
        cls.pizza = cls.recipe("Pizza", [(cls.dough, 0.25)])
        cls.piz = cls.item("PIZ", cls.pizza)
        cls.egg_item = cls.item("EGG", cls.egg)

    def sql(self, query, *args):
        """What an import script or another app may do behind the models' back."""
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def assertProblem(self, code, *words, used=None):
        """The run leaves one exception, and the other item is posted all the same."""
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        problem = self.exceptions()
        self.assertEqual(problem.mapped("code"), [code])
        for word in words:
            self.assertIn(word, problem.message)
        self.assertEqual(self.used(), used if used is not None else {"Egg": 3})
        self.assertEqual(problem.integration_id, self.integration)
        self.assertEqual(problem.business_date, DAY)
        return problem

    def version_lines(self, bom, **changes):
        version = bom.recipe_version_ids
        lines = [{**version.lines[0], **changes}]
        self.sql(
            "UPDATE pos_bridge_recipe_version SET lines = %s::jsonb WHERE id = %s",
            json.dumps(lines),
            version.id,
        )

    def test_unmapped_pos_item(self):
        self.sql("DELETE FROM pos_bridge_mapping WHERE item_id = %s", self.piz.id)
        problem = self.assertProblem("unmapped_pos_item", "Piz", "4 sold", "Map it")
        self.assertEqual((problem.quantity, problem.amount), (4, 40))

    def test_recipe_cycle_by_versions(self):
        """The form refuses a cycle; versions of different dates can still make one."""
        product = self.pizza._recipe_product()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.dough.bom_line_ids = [self._recipe_line(product, 1)]
        self.version_lines(
            self.dough, product_id=product.id, uom_id=self.uom_unit.id, quantity=1
        )
        self.assertProblem("recipe_cycle", "Piz", "Pizza > Dough > Pizza")

    def test_recipe_cycle_by_sql(self):
        product = self.pizza._recipe_product()
        self.sql(
            "UPDATE mrp_bom_line SET product_id = %s, product_uom_id = %s WHERE "
            "bom_id = %s",
            product.id,
            self.uom_unit.id,
            self.dough.id,
        )
        with freeze_time(DAY):
            self.assertProblem("recipe_cycle", "Pizza")

    def test_invalid_trim_by_sql(self):
        self.version_lines(self.pizza, trim=120)
        self.assertProblem("invalid_trim_pct", "Piz", "Dough", "120 %", "below 100")

    def test_negative_trim_by_sql(self):
        self.version_lines(self.pizza, trim=-5)
        self.assertProblem("invalid_trim_pct", "-5 %")

    def test_recipe_without_lines(self):
        """A recipe that was emptied: nothing would be deducted, in silence."""
        self.dough.bom_line_ids.unlink()
        self.assertProblem("recipe_not_found", "Piz", "Dough", "no lines")

    def test_recipe_archived(self):
        """From that day on; days before keep the recipe that they had."""
        with freeze_time(DAY):
            self.pizza.active = False
        self.assertProblem("recipe_not_found", "Pizza", "archived")

    def test_mapping_without_recipe_by_sql(self):
        self.sql("UPDATE pos_bridge_mapping SET bom_id = NULL")
        self.assertProblem("recipe_not_found", "Piz")

    def test_ingredient_not_found_in_version(self):
        """A version can name a product that was deleted since."""
        self.version_lines(self.dough, product_id=999999)
        self.assertProblem("ingredient_not_found", "Piz", "Dough")

    def test_validation_error_units_by_sql(self):
        self.sql(
            "UPDATE pos_bridge_mapping SET uom_id = %s WHERE item_id = %s",
            self.uom_kg.id,
            self.piz.id,
        )
        self.assertProblem("validation_error", "Piz", "unit cannot be converted")

    def test_validation_error_yield_by_sql(self):
        self.sql(
            "UPDATE pos_bridge_recipe_version SET yield_quantity = 0 WHERE bom_id = %s",
            self.dough.id,
        )
        self.assertProblem("validation_error", "Dough", "yield")

    def test_validation_error_service(self):
        self.sql(
            "UPDATE product_template SET type = 'service' WHERE id = %s",
            self.flour.product_tmpl_id.id,
        )
        problem = self.assertProblem("validation_error", "Flour", "service")
        self.assertEqual(problem.cause, "validation_error")

    def test_unauthorized_access(self):
        """A product that another company took over after it was mapped."""
        other = self.env["res.company"].create({"name": "Other"})
        self.sql(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            other.id,
            self.flour.product_tmpl_id.id,
        )
        self.assertProblem("unauthorized_access", "Flour", "another company")

    def test_negative_stock_is_reported_and_resolves(self):
        self.stock_up(self.egg, quantity=-999)
        self.assertEqual(self.egg.with_context(location=self.bar.id).qty_available, 1)
        problem = self.assertProblem(
            "negative_stock",
            "Egg",
            "-2",
            "Bar",
            "count it",
            used={"Egg": 3, "Flour": 0.6},
        )
        self.assertEqual(problem.product_id, self.egg)
        self.run_day()
        self.assertEqual(self.exceptions(), problem)
        self.receive(self.egg, 10, self.bar, "2026-03-04 08:00:00")
        self.run_day()
        self.assertFalse(self.exceptions())
        self.assertEqual(self.day().attention, False)

    def test_total_mismatch(self):
        self.sell({"EGG": 3}, control_totals=ControlTotals(count=2, amount=45))
        self.run_day()
        problem = self.exceptions()
        self.assertEqual(problem.code, "total_mismatch")
        self.assertIn("$ 45.00 (lines: 2)", problem.message)
        self.assertEqual(self.used(), {"Egg": 3})

    def test_rounding_loss_is_never_silent(self):
        """Two digits: 3 g of something counted in kg is nothing to Odoo."""
        saffron = self.ingredient("Saffron")
        self.item("SAF", saffron, 0.003)
        self.sell({"SAF": 1})
        self.run_day()
        problem = self.exceptions()
        self.assertEqual(
            (problem.code, problem.product_id), ("validation_error", saffron)
        )
        self.assertEqual((problem.cause, problem.cure), ("rounding_loss", "digits"))
        self.assertIn("0.003 kg", problem.message)
        self.assertFalse(self.moves())
        told = problem.with_user(self.user).action_open_cure()
        self.assertIn("manager", told["params"]["message"])
        self.assertEqual(self.env["decimal.precision"].precision_get("Product Unit"), 2)
        self.assertEqual(problem.action_open_cure()["tag"], "reload")
        self.assertEqual(self.env["decimal.precision"].precision_get("Product Unit"), 5)
        self.assertTrue(self.day().stale_reason)
        self.stock_up(saffron)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Saffron": 0.003})
        self.assertFalse(self.exceptions())

    @freeze_time("2026-04-10 09:00:00")
    def test_period_locked(self):
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 31)
        self.sell({"EGG": 3})
        self.run_day()
        posting = self.day().posting_ids
        self.assertEqual(posting.accounting_date, date(2026, 4, 1))
        self.assertIn("closed in accounting", posting.late_reason)
        self.assertFalse(self.exceptions())
        said = self.day().exception_ids
        self.assertEqual((said.code, said.resolved), ("period_locked", True))
        self.assertEqual(str(self.moves().date), "2026-04-01 21:59:59")
        self.assertEqual(self.day().business_date, DAY)

    def test_solved_problems_resolve_themselves(self):
        with freeze_time(DAY):
            self.pizza.active = False
        self.assertProblem("recipe_not_found")
        with freeze_time(DAY):
            self.pizza.active = True
        self.run_day("repost")
        self.assertFalse(self.exceptions())
        # 4 x 0.25 x 0.6
        self.assertEqual(self.used(), {"Egg": 3, "Flour": 0.6})
