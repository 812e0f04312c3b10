"""A recipe is written by name: the back-office user never meets the product behind."""

from odoo.exceptions import AccessError, UserError, ValidationError
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

    def test_the_name_typed_in_a_mapping_is_kept(self):
        typed = self.recipes.with_context(default_recipe_name="Soup")
        with Form(typed, "pos_inventory_bridge.mrp_bom_view_form_recipe") as form:
            self.assertEqual(form.recipe_name, "Soup")
        self.assertEqual(form.record.product_tmpl_id.name, "Soup")

    def test_a_first_version_counts_always(self):
        soup = self.recipes.browse(self.recipes.name_create("Soup")[0])
        self.assertTrue(soup.recipe_counts_always)
        with freeze_time("2026-03-06 10:00:00"):
            soup.product_qty = 4
        self.assertEqual(len(soup.recipe_version_ids), 2)
        self.assertFalse(soup.recipe_counts_always)

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

    def test_the_unit_of_a_new_ingredient_is_asked_for(self):
        """Its name alone opens the small form, where no unit is chosen yet: once used,
        the unit stays.
        """
        products = self.products.with_context(
            default_type="consu",
            default_is_storable=True,
            default_company_id=self.company.id,
            pos_bridge_asks_unit=True,
        )
        with self.assertRaisesRegex(ValidationError, "unit that Leek"):
            products.name_create("Leek")
        form = Form(products.with_context(default_name="Leek"), QUICK)
        self.assertEqual(form.name, "Leek")
        self.assertFalse(form.uom_id)
        form.uom_id = self.uom_kg
        leek = form.save()
        self.assertEqual((leek.name, leek.uom_id), ("Leek", self.uom_kg))

    def test_new_sub_recipe_through_the_small_form(self):
        """From a line of the burger: its sauce, which is written afterwards."""
        products = self.products.with_context(
            default_type="consu",
            default_is_storable=True,
            default_company_id=self.company.id,
            default_pos_bridge_kind="ingredient",
        )
        with Form(products, QUICK) as form:
            form.name = "Sauce"
            form.pos_bridge_kind = "recipe"
            form.uom_id = self.uom_kg
        sauce = form.record
        self.assertFalse(sauce.is_storable or sauce.sale_ok or sauce.purchase_ok)
        burger = self.recipes.browse(self.recipes.name_create("Burger")[0])
        burger.bom_line_ids = [self._recipe_line(sauce, 0.03)]
        recipe = burger.bom_line_ids.sub_recipe_id
        self.assertEqual(burger.action_open_empty_part()["res_id"], recipe.id)
        self.assertEqual((recipe.type, recipe.company_id), ("recipe", self.company))
        self.assertEqual((recipe.product_uom_id, recipe.product_qty), (self.uom_kg, 1))
        self.assertIn("Sauce is a recipe without", burger.recipe_problem)
        recipe.bom_line_ids = [self._recipe_line(self.ingredient("Ketchup"), 1)]
        self.env.invalidate_all()
        self.assertFalse(burger.recipe_problem or burger.recipe_empty_part_id)

    def test_only_what_is_named_a_recipe_gets_one(self):
        vals = {"type": "consu", "company_id": self.company.id}
        kinds = ("recipe", "ingredient", "recipe", False)
        products = self.products.create(
            [{**vals, "name": str(kind), "pos_bridge_kind": kind} for kind in kinds]
        )
        counts = [len(product.product_tmpl_id.bom_ids) for product in products]
        self.assertEqual(counts, [1, 0, 1, 0])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestRecipeFigures(PosBridgeCommon):
    """The burger of the worked example, with costs worked out by hand."""

    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bun = cls.ingredient("Bun", cls.uom_unit, cost=0.32)
        cls.patty = cls.ingredient("Patty", cls.uom_unit, cost=1.4)
        cls.tomato = cls.ingredient("Tomato", cost=2.7)
        cls.chips = cls.ingredient("Chips", cost=3.2)
        cls.mayonnaise = cls.ingredient("Mayonnaise", cost=4.5)
        cls.ketchup = cls.ingredient("Ketchup", cost=2.5)
        cls.spices = cls.ingredient("Spices", cost=20)
        cls.sauce = cls.recipe(
            "Sauce",
            [(cls.mayonnaise, 0.6), (cls.ketchup, 0.38), (cls.spices, 0.02)],
            uom=cls.uom_kg,
        )
        cls.burger = cls.recipe(
            "Burger",
            [
                (cls.bun, 1),
                (cls.patty, 1),
                (cls.tomato, 0.05, 10),
                (cls.chips, 0.15),
                (cls.sauce, 0.03),
            ],
        )
        cls.recipes = cls.env["mrp.bom"].with_user(cls.user)
        cls.recipes = cls.recipes.with_context(
            default_type="recipe", default_company_id=cls.company.id
        )

    def form(self, record=None):
        view = "pos_inventory_bridge.mrp_bom_view_form_recipe"
        return Form(self.recipes if record is None else record, view)

    def add_line(self, form, product, quantity, trim=0):
        with form.bom_line_ids.new() as line:
            line.product_id = product
            line.product_qty = quantity
            line.trim_percentage = trim
        return form

    def test_user_writes_a_recipe_with_a_sub_recipe_and_trim(self):
        with self.form() as form:
            form.recipe_name = "Platter"
            form.product_qty = 4
            self.add_line(form, self.tomato, 0.2, trim=10)
            self.add_line(form, self.sauce._recipe_product(), 0.12)
            # 0.2 / 0.9 x 2.70 = 0.60; 0.12 x (0.6 x 4.50 + 0.38 x 2.50 + 0.02 x 20)
            # = 0.12 x 4.05 = 0.486; for four portions.
            self.assertAlmostEqual(form.recipe_cost, 1.086 / 4, 2)
        platter = form.record
        first, second = platter.bom_line_ids
        self.assertAlmostEqual(first.needed_quantity, 0.222222, 6)
        self.assertAlmostEqual(first.portion_quantity, 0.05)
        self.assertAlmostEqual(first.recipe_cost, 0.60)
        self.assertEqual(second.sub_recipe_id, self.sauce)
        self.assertEqual(second.product_uom_id, self.uom_kg)
        self.assertFalse(platter.recipe_problem)
        self.assertEqual(platter.product_tmpl_id.sudo().company_id, self.company)
        self.assertEqual(len(platter.recipe_version_ids), 1)
        action = second.action_open_sub_recipe()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("mrp.bom", self.sauce.id)
        )
        own_form = self.env.ref("pos_inventory_bridge.mrp_bom_view_form_recipe")
        self.assertEqual(action["views"], [(own_form.id, "form")])

    def test_cost_of_a_burger(self):
        # 0.32 + 1.40 + 0.05 / 0.9 x 2.70 + 0.15 x 3.20 + 0.03 x 4.05
        self.assertAlmostEqual(self.burger.recipe_cost, 2.4715)
        self.assertEqual(
            [round(line.recipe_cost, 4) for line in self.burger.bom_line_ids],
            [0.32, 1.4, 0.15, 0.48, 0.1215],
        )

    def test_ingredients_without_cost_are_named(self):
        """Those of sub-recipes, too."""
        self.assertFalse(self.burger.recipe_no_cost)
        (self.spices | self.bun).standard_price = 0
        self.env.invalidate_all()
        names = ", ".join(sorted([self.bun.name, self.spices.name]))
        self.assertIn(f"No cost yet: {names}. ", self.burger.recipe_no_cost)

    def test_cost_is_that_of_its_company(self):
        other = self.env["res.company"].create({"name": "Company C"})
        self.bun.with_company(other).standard_price = 100
        self.env.invalidate_all()
        burger = self.burger.with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        self.assertAlmostEqual(burger.recipe_cost, 2.4715)

    def test_portions_of_todays_stock(self):
        burger = self.burger.with_user(self.user)
        self.assertEqual(
            burger.recipe_portions, "None of its ingredients is in stock today."
        )
        parts = self.bun | self.patty | self.tomato | self.chips
        self.stock_up(parts, self.kitchen, 40)
        self.stock_up(self.mayonnaise | self.ketchup | self.spices, self.kitchen, 1)
        self.stock_up(self.bun, self.bar, 3)
        self.env.invalidate_all()
        # 1 kg of mayonnaise / 0.018 = 55.6; 40 buns, 40 patties: the bun by its name.
        self.assertEqual(
            burger.recipe_portions.split("\n"),
            [
                "40 portions from Kitchen today: limited by Bun",
                "0 portions from Bar today: limited by Chips",
            ],
        )

    def test_portions_follow_what_is_typed(self):
        self.stock_up(self.bun | self.patty, self.kitchen, 40)
        with self.form() as form:
            form.recipe_name = "Double bun"
            self.add_line(form, self.bun, 2)
            self.assertEqual(
                form.recipe_portions, "20 portions from Kitchen today: limited by Bun"
            )
            form.product_qty = 4
            self.assertEqual(
                form.recipe_portions, "80 portions from Kitchen today: limited by Bun"
            )

    def test_portions_where_the_ingredient_decides(self):
        """Specific first: the buns come from the Bar whatever the outlet's unit is."""
        self.integration.storage_priority = "specific"
        self.bun.product_tmpl_id.issue_location_id = self.bar
        toast = self.recipe("Toast", [(self.bun, 1), (self.tomato, 0.1)])
        self.stock_up(self.bun, self.bar, 3)
        self.stock_up(self.bun | self.tomato, self.kitchen, 40)
        self.assertEqual(
            toast.recipe_portions, "3 portions from Kitchen today: limited by Bun"
        )

    def test_portions_of_a_sauce_are_kilograms(self):
        self.stock_up(self.mayonnaise | self.ketchup | self.spices, self.kitchen, 1)
        self.assertEqual(
            self.sauce.recipe_portions,
            "1.66 kg from Kitchen today: limited by Mayonnaise",
        )

    def test_faults_are_named(self):
        empty = self.recipe("Empty", [])
        self.assertIn("No ingredients yet", empty.recipe_problem)
        around = self.recipe("Around", [(empty, 1)])
        self.assertEqual(
            around.recipe_problem,
            "Empty is a recipe without ingredients yet.",
        )
        line = self.sauce.bom_line_ids[:1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET trim_percentage = 120 WHERE id = %s", [line.id]
        )
        self.env.invalidate_all()
        self.assertIn("Mayonnaise: the trim", self.burger.recipe_problem)
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s, trim_percentage = 0 "
            "WHERE id = %s",
            [self.burger._recipe_product().id, line.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.burger.recipe_problem, "It contains itself: Burger > Sauce > Burger"
        )

    def test_food_cost_follows_price_and_subtraction(self):
        """100 g at 5.00 a kg cost 0.50."""
        beef = self.ingredient("Minced beef", cost=5)
        item = self.item("BEEF", beef, 0.1, price=10.0)
        mapping = item.mapping_ids
        self.assertAlmostEqual(mapping.food_cost, 0.05)
        item.list_price = 5.0
        self.assertAlmostEqual(mapping.food_cost, 0.1)
        left_out = self.item("NOBEEF", beef, 0.1, price=10.0, is_subtraction=True)
        self.assertAlmostEqual(left_out.mapping_ids.use_cost, -0.5)
        self.assertFalse(left_out.mapping_ids.food_cost)

    def test_mapped_by_with_food_cost(self):
        item = self.item("BURGER", self.burger, 2, price=0)
        item.list_price = 10
        burger = self.burger.with_user(self.user)
        self.assertEqual(burger.recipe_mapping_ids.item_id, item)
        self.assertEqual(burger.recipe_mapping_count, 1)
        self.assertAlmostEqual(burger.recipe_mapping_ids.use_cost, 4.943)
        self.assertAlmostEqual(burger.recipe_mapping_ids.food_cost, 0.4943)

    def test_why_stands_beside_the_version(self):
        burger = self.burger.with_user(self.user)
        with freeze_time("2026-03-06 10:00:00"), self.form(burger) as form:
            form.recipe_reason = "more sauce"
            with form.bom_line_ids.edit(4) as line:
                line.product_qty = 0.04
        newest = burger.recipe_version_ids[0]
        self.assertEqual((newest.reason, newest.user_id), ("more sauce", self.user))
        self.assertFalse(burger.recipe_reason, "the next change has its own reason")

    def test_what_it_makes_is_settled_once_it_is_used(self):
        with self.form() as form:
            form.recipe_name = "Soup"
            self.add_line(form, self.tomato, 0.2)
        soup = form.record
        soup.product_uom_id = self.uom_kg
        self.assertEqual(soup.product_tmpl_id.sudo().uom_id, self.uom_kg)
        self.item("SOUP", soup.sudo())
        with self.assertRaisesRegex(UserError, "Write a new recipe"):
            soup.product_uom_id = self.uom_unit

    def test_list_of_300_recipes_reads_all_at_once(self):
        def read_list(recipes):
            self.env.invalidate_all()
            fields = ["recipe_name", "recipe_cost", "recipe_line_count"]
            fields += ["recipe_mapping_count", "recipe_problem"]
            before = self.env.cr.sql_log_count
            recipes.with_user(self.user).read(fields)
            return self.env.cr.sql_log_count - before

        made = self.env["mrp.bom"].union(
            *(
                self.recipe(f"Dish {number}", [(self.bun, 1), (self.sauce, 0.03)])
                for number in range(300)
            )
        )
        read_list(made)
        few = read_list(made[:3])
        self.assertEqual(read_list(made), few)
        with self.assertQueryCount(23):
            read_list(made)
