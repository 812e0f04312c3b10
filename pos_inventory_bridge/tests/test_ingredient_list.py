"""The list of ingredients begins with what the till uses, not with all products."""

from odoo import Command
from odoo.tests import tagged

from .common import PosBridgeCommon


@tagged("post_install", "-at_install")
class TestIngredientList(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls.ingredient("Table")
        cls.coffee = cls.ingredient("Coffee")
        cls.tomato = cls.ingredient("Tomato")
        cls.item("ESP", cls.coffee, 0.009)
        cls.salad = cls.recipe("Salad", [(cls.tomato, 1)])
        cls.all = (cls.table | cls.coffee | cls.tomato).product_tmpl_id

    def shown(self, value=True, user=None):
        domain = [("id", "in", self.all.ids), ("pos_bridge_is_used", "=", value)]
        templates = self.env["product.template"].with_user(user or self.user)
        return set(templates.search(domain).mapped("name"))

    def test_mapped_or_in_a_recipe(self):
        self.assertEqual(self.shown(), {"Coffee", "Tomato"})
        self.assertEqual(self.shown(False), {"Table"})

    def test_what_a_sales_day_used_stays(self):
        """The recipe says something else by now; what was posted is still looked at."""
        self.stock_up(self.tomato)
        self.item("SALAD", self.salad)
        self.sell({"SALAD": 1})
        self.run_day()
        self.salad.bom_line_ids = [
            Command.clear(),
            self._recipe_line(self.coffee, 1),
        ]
        self.assertEqual(self.shown(), {"Coffee", "Tomato"})

    def test_a_bill_that_is_no_recipe_does_not_count(self):
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.ingredient("Desk").product_tmpl_id.id,
                "bom_line_ids": [self._recipe_line(self.table, 1)],
            }
        )
        self.assertNotIn("Table", self.shown())

    def test_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Company C"})
        self.user.company_ids |= other
        companies = {"allowed_company_ids": other.ids}
        templates = self.env["product.template"].with_user(self.user)
        templates = templates.with_context(**companies)
        self.assertIn(self.coffee.product_tmpl_id, templates.search([]))
        self.assertFalse(templates.search([("pos_bridge_is_used", "=", True)]))

    def test_asked_for_all_products_at_once(self):
        templates = self.env["product.template"].with_user(self.user)
        used = [("pos_bridge_is_used", "=", True)]
        for wave in ("first", "second"):
            for number in range(10):
                code = f"{wave} {number}"
                self.item(code, self.ingredient(code))
            templates.search(used)  # What is warm in a running system is warm here.
            with self.assertQueryCount(1):
                templates.search(used)

    def test_the_list_begins_with_them(self):
        action = self.env.ref("pos_inventory_bridge.product_template_action_ingredient")
        self.assertIn("'search_default_used': 1", action.context)
        arch = self.env["product.template"].get_view(action.search_view_id.id)["arch"]
        self.assertIn('name="used"', arch)
