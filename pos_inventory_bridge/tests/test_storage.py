"""Rule 5: which storage unit an ingredient is taken from, in both priorities, and from
when.
"""

from datetime import date, timedelta
from unittest.mock import patch

from lxml import etree

from odoo import Command, modules
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestStorage(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parent = {"location_id": cls.warehouse.view_location_id.id}
        units = cls.env["stock.location"].create(
            [
                {
                    "name": name,
                    **parent,
                    "is_storage_unit": True,
                    "company_id": cls.company.id,
                }
                for name in ("Line", "Recipe", "Ingredient", "Fallback")
            ]
        )
        cls.units = {unit.name: unit for unit in units}
        cls.tomato = cls.ingredient("Tomato")
        cls.salad = cls.recipe("Salad", [(cls.tomato, 1)])
        cls.item("SALAD", cls.salad)

    def place(self, **named):
        """Name a unit at each given step of the chain."""
        line = self.salad.bom_line_ids
        if "line" in named:
            line.issue_location_id = self.units["Line"]
        if "recipe" in named:
            self.salad.issue_location_id = self.units["Recipe"]
        if "ingredient" in named:
            self.tomato.issue_location_id = self.units["Ingredient"]
        if "fallback" in named:
            self.integration.fallback_location_id = self.units["Fallback"]
        if not named.get("outlet"):
            self.env.cr.execute("DELETE FROM pos_bridge_outlet_storage")
            self.env.invalidate_all()

    def taken_from(self):
        self.sell({"SALAD": 1})
        self.run_day()
        return self.moves().location_id.name

    def test_outlet_first(self):
        self.place(outlet=True, line=True, recipe=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Bar")

    def test_outlet_first_without_a_unit(self):
        self.place(line=True, recipe=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Line")

    def test_outlet_first_recipe(self):
        self.place(recipe=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Recipe")

    def test_outlet_first_ingredient(self):
        self.place(ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Ingredient")

    def test_outlet_first_fallback(self):
        self.place(fallback=True)
        self.assertEqual(self.taken_from(), "Fallback")

    def test_specific_line(self):
        self.integration.storage_priority = "specific"
        self.place(outlet=True, line=True, recipe=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Line")

    def test_specific_recipe(self):
        self.integration.storage_priority = "specific"
        self.place(outlet=True, recipe=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Recipe")

    def test_specific_ingredient(self):
        self.integration.storage_priority = "specific"
        self.place(outlet=True, ingredient=True, fallback=True)
        self.assertEqual(self.taken_from(), "Ingredient")

    def test_specific_outlet(self):
        self.integration.storage_priority = "specific"
        self.place(outlet=True, fallback=True)
        self.assertEqual(self.taken_from(), "Bar")

    def test_specific_fallback(self):
        self.integration.storage_priority = "specific"
        self.place(fallback=True)
        self.assertEqual(self.taken_from(), "Fallback")

    def test_no_storage_at_all(self):
        self.place()
        self.sell({"SALAD": 1})
        self.run_day()
        self.assertFalse(self.moves())
        problem = self.exceptions()
        self.assertEqual(problem.code, "no_issue_storage")
        self.assertEqual(problem.product_id, self.tomato)
        self.assertIn("Choose a unit", problem.message)

    def test_only_the_ingredient_without_storage_waits(self):
        onion = self.ingredient("Onion")
        onion.issue_location_id = self.units["Ingredient"]
        self.stock_up(onion, self.units["Ingredient"])
        self.salad.bom_line_ids = [self._recipe_line(onion, 2)]
        self.place()
        self.sell({"SALAD": 1})
        self.run_day()
        self.assertEqual(self.used(), {"Onion": 2})
        self.assertEqual(self.exceptions().product_id, self.tomato)

    def test_shelf_counts_as_its_unit(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.bar.id, "company_id": self.company.id}
        )
        self.assertEqual(shelf.storage_unit_id, self.bar)
        self.outlet._link_storage_unit(shelf, DAY)
        self.assertEqual(self.taken_from(), "Bar")

    def test_units_do_not_nest(self):
        with self.assertRaisesRegex(ValidationError, "do not nest"):
            self.env["stock.location"].create(
                {"name": "Inner", "location_id": self.bar.id, "is_storage_unit": True}
            )

    def test_units_do_not_nest_inside_something_plain(self):
        room = self.env["stock.location"].create(
            {"name": "Room", "location_id": self.warehouse.view_location_id.id}
        )
        self.kitchen.location_id = room
        with self.assertRaisesRegex(ValidationError, "do not nest"):
            room.location_id = self.bar

    def test_a_manager_makes_one_where_it_is_chosen(self):
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "pos_bridge_unit_maker",
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [
                    Command.set(
                        self.env.ref(
                            "pos_inventory_bridge.pos_bridge_group_manager"
                        ).ids
                    )
                ],
            }
        )
        view = etree.fromstring(self.outlet.get_view(view_type="form")["arch"])
        context = view.find(".//field[@name='storage_unit_id']").get("context")
        context = safe_eval(context, {"company_id": self.company.id})
        locations = self.env["stock.location"].with_context(**context)
        made = locations.with_user(manager).name_create("Cellar")
        unit = self.env["stock.location"].browse(made[0])
        self.assertTrue(unit.is_storage_unit)
        self.assertEqual((unit.name, unit.company_id), ("Cellar", self.company))
        self.assertEqual(unit.location_id, self.warehouse.lot_stock_id)
        self.outlet.with_user(manager).storage_unit_id = unit
        self.assertEqual(self.outlet.storage_unit_id, unit)
        with self.assertRaises(AccessError):
            locations.with_user(self.user).name_create("Mine")

    def test_unit_in_use_stays_a_unit(self):
        self.taken_from()
        with self.assertRaisesRegex(UserError, "stays a storage unit"):
            self.bar.is_storage_unit = False

    @freeze_time("2026-03-05 10:00:00")
    def test_another_unit_counts_from_today(self):
        self.sell({"SALAD": 1})
        self.run_day()
        self.outlet.storage_unit_id = self.kitchen
        self.assertEqual(self.outlet._storage_unit_on(date(2026, 3, 4)), self.bar)
        self.assertEqual(self.outlet._storage_unit_on(date(2026, 3, 5)), self.kitchen)
        self.run_day("repost")
        self.assertEqual(self.used(unit=self.bar), {"Tomato": 1})
        self.assertFalse(self.day().stale_reason)

    def test_correction_back_replaces_later_links(self):
        self.outlet._link_storage_unit(self.kitchen, date(2026, 3, 5))
        self.outlet._link_storage_unit(self.bar, date(2026, 3, 1))
        for day in (1, 5, 9):
            self.assertEqual(self.outlet._storage_unit_on(date(2026, 3, day)), self.bar)

    def test_another_unit_for_past_days_moves_the_use(self):
        self.sell({"SALAD": 1})
        self.run_day()
        self.outlet._link_storage_unit(self.kitchen, DAY - timedelta(days=1))
        self.assertTrue(self.day().stale_reason)
        self.run_day("repost")
        self.assertEqual(self.used(unit=self.bar), {})
        self.assertEqual(self.used(unit=self.kitchen), {"Tomato": 1})
        self.assertEqual(len(self.day().posting_ids[-1].picking_ids), 2)


@tagged("post_install", "-at_install")
class TestWithoutWarehouse(PosBridgeCommon):
    """A company may have storage units and no warehouse."""

    @classmethod
    def _create_company(cls):
        # While it is tested, Odoo makes one with every company.
        with patch.object(modules.module, "current_test", None):
            return super()._create_company()

    def test_posts_all_the_same(self):
        self.assertFalse(self.warehouse)
        self.assertFalse(self.company.pos_bridge_picking_type_id)
        tomato = self.ingredient("Tomato")
        self.item("TOMATO", tomato)
        self.sell({"TOMATO": 2})
        self.run_day()
        self.assertEqual(self.moves().location_id, self.bar)
        self.assertEqual(self.moves().quantity, 2)
        self.assertEqual(
            self.company.pos_bridge_picking_type_id.default_location_src_id, self.bar
        )
