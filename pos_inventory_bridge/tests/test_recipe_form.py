"""A recipe is written by name: the back-office user never meets the product behind."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PosBridgeCommon

QUICK = "pos_inventory_bridge.product_product_view_form_ingredient_quick"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestRecipeName(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recipes = cls.env["mrp.bom"].with_user(cls.user)
        cls.recipes = cls.recipes.with_context(default_type="recipe")
        cls.products = cls.env["product.product"].with_user(cls.user)

    def test_a_name_makes_dish_and_recipe(self):
        bom = self.recipes.browse(self.recipes.name_create("Soup")[0])
        dish = bom.product_tmpl_id
        self.assertEqual(bom.display_name, "Soup")
        self.assertEqual((bom.type, bom.product_qty), ("recipe", 1))
        self.assertEqual(bom.product_uom_id, self.uom_unit)
        self.assertEqual((bom.company_id, dish.company_id), (self.company,) * 2)
        self.assertEqual((dish.type, dish.is_storable), ("consu", False))
        self.assertFalse(dish.purchase_ok or dish.sale_ok)

    def test_of_the_company_in_the_context(self):
        other = self.env["res.company"].create({"name": "Company C"})
        recipes = self.recipes.with_context(default_company_id=other.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            recipes.name_create("Soup")
        self.user.company_ids |= other
        recipes = recipes.with_context(allowed_company_ids=[self.company.id, other.id])
        bom = recipes.browse(recipes.name_create("Soup")[0])
        self.assertEqual((bom.company_id, bom.product_tmpl_id.company_id), (other,) * 2)

    def test_other_bills_need_a_product(self):
        with self.assertRaises(UserError):
            self.env["mrp.bom"].name_create("Table")

    def test_a_recipe_without_a_name_is_refused(self):
        with self.assertRaisesRegex(UserError, "Give the recipe a name"):
            self.recipes.create({"type": "recipe"})

    def test_renaming_renames_the_dish(self):
        bom = self.recipes.browse(self.recipes.name_create("Soup")[0])
        bom.recipe_name = "Pumpkin soup"
        self.assertEqual(bom.product_tmpl_id.sudo().name, "Pumpkin soup")

    def test_what_others_sell_is_not_renamed(self):
        bom = self.recipe("Soup", [(self.ingredient("Leek"), 1)])
        bom.product_tmpl_id.sale_ok = True
        with self.assertRaisesRegex(UserError, "other applications"):
            bom.with_user(self.user).recipe_name = "Mine"

    def test_new_ingredient_through_the_small_form(self):
        products = self.products.with_context(
            default_type="consu",
            default_is_storable=True,
            default_company_id=self.company.id,
        )
        with Form(products, QUICK) as form:
            form.name = "Leek"
            form.uom_id = self.uom_kg
            form.standard_price = 3.5
            form.serving_quantity = 0.15
        leek = form.record
        self.assertTrue(leek.is_storable)
        self.assertEqual((leek.uom_id, leek.company_id), (self.uom_kg, self.company))
        self.assertEqual((leek.standard_price, leek.serving_quantity), (3.5, 0.15))
