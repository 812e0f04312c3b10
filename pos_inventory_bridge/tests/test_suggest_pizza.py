"""A real menu, mapped from suggestions in a new database.

The 91 items of a pizza place, called as its till would call them ("The Hawaiian Pizza
M"), meet the recipes of owners who wrote theirs down before: by dish, by dish and size,
or not at all. Which recipe is right stands in ``RECIPES``, made by hand.

The menu lies in ../shared/data/pizza, or under the folder that POS_BRIDGE_SHARED names.
"""

import csv
import logging
import os
from pathlib import Path
from unittest import skipUnless

from odoo.tests import freeze_time, tagged

from ..tools.suggestion import SURE
from .test_suggest_items import SuggestCommon

_logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("POS_BRIDGE_SHARED") or HERE.parents[3] / "shared")
DATA = SHARED / "data/pizza"
#: How the owner calls what the till calls "The Barbecue Chicken Pizza".
RECIPES = {
    "bbq_ckn": "Barbecue Chicken",
    "cali_ckn": "California Chicken",
    "ckn_alfredo": "Chicken Alfredo",
    "ckn_pesto": "Chicken Pesto",
    "southw_ckn": "Southwest Chicken",
    "thai_ckn": "Thai Chicken",
    "big_meat": "Big Meat",
    "classic_dlx": "Classic Deluxe",
    "hawaiian": "Hawaiian",
    "ital_cpcllo": "Italian Capocollo",
    "napolitana": "Napoletana",
    "pep_msh_pep": "Pepperoni, Mushroom & Peppers",
    "pepperoni": "Pepperoni",
    "the_greek": "Greek",
    "brie_carre": "Brie Carré",
    "calabrese": "Calabrese",
    "ital_supr": "Italian Supreme",
    "peppr_salami": "Salami Pepper",
    "prsc_argla": "Prosciutto & Arugula",
    "sicilian": "Sicilian",
    "soppressata": "Sopressata",
    "spicy_ital": "Spicy Italian",
    "spinach_supr": "Spinach Supreme",
    "five_cheese": "Five Cheese",
    "four_cheese": "Four Cheese",
    "green_garden": "Green Garden",
    "ital_veggie": "Italian Veggie",
    "mediterraneo": "Mediterraneo",
    "mexicana": "Mexicana",
    "spin_pesto": "Spinach Pesto",
    "spinach_fet": "Spinach Feta",
    "veggie_veg": "Vegetables + Vegetables",
}
#: Other recipes of the kitchen, none of which is a pizza.
OTHERS = ("Pizza Dough", "Tomato Sauce", "Chicken Salad", "Greek Salad", "Garlic Bread")
PORTIONS = {"s": 1, "m": 1.4, "l": 1.9, "xl": 2.4, "xxl": 3}


def read(name):
    with (DATA / name).open(encoding="latin-1") as file:
        return list(csv.DictReader(file))


@tagged("post_install", "-at_install")
@skipUnless(DATA.exists(), "../shared/data/pizza is not there")
@freeze_time("2026-03-05 10:00:00")
class TestPizzaPlace(SuggestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds = {row["pizza_type_id"]: row for row in read("pizza_types.csv")}
        names = {
            name.strip()
            for row in cls.kinds.values()
            for name in row["ingredients"].split(",")
        }
        for name in sorted(names):
            cls.ingredient(name, cost=5)
        sold = {row["pizza_id"] for row in read("order_details.csv")}
        cls.pizzas = [row for row in read("pizzas.csv") if row["pizza_id"] in sold]

    def setUp(self):
        super().setUp()
        self.boms, self.menu = {}, self.items.browse()

    def dish(self, name):
        self.boms[name] = self.recipe(name, [(self.coffee, 0.2)])

    def list_menu(self, name_of):
        for row in self.pizzas:
            kind = self.kinds[row["pizza_type_id"]]
            self.menu |= self.named(
                name_of(row, kind),
                row["pizza_id"],
                sku=row["pizza_id"],
                list_price=float(row["price"]),
            )

    @staticmethod
    def with_size(row, kind):
        return f"{kind['name']} {row['size']}"

    def truth(self, item):
        """The right recipe of an item, and how many portions it is."""
        row = next(r for r in self.pizzas if r["pizza_id"] == item.external_id)
        return RECIPES[row["pizza_type_id"]], PORTIONS[row["size"].lower()]

    def looked_at(self, suggested, is_by_size=False):
        """(right target, target and quantity right, sure, wrong though sure)"""
        right = whole = sure = 0
        wrong = []
        for item in self.menu:
            found = suggested.get(item.id)
            if not found:
                continue
            name, portions = self.truth(item)
            if is_by_size:
                size = next(s for s, p in PORTIONS.items() if p == portions)
                name, portions = f"{name} {size.upper()}", 1
            is_right = found.target == found.target and found.target.name == name
            is_whole = is_right and found.quantity == portions
            right, whole = right + is_right, whole + is_whole
            if found.confidence > SURE:
                sure += 1
                wrong += [] if is_whole else [item.name]
        return right, whole, sure, wrong

    def test_recipes_by_dish(self):
        """91 items: look, say what three to five sizes are, accept, do the rest."""
        for name in [*RECIPES.values(), *OTHERS]:
            self.dish(name)
        self.list_menu(self.with_size)
        self.assertEqual(len(self.menu), 91)
        first = self.looked_at(self.menu._suggest())
        action = self.menu.action_suggestions()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        for size in wizard.size_ids:
            size.portions = PORTIONS[size.name]
        stated = len(wizard.size_ids)
        wizard.action_refresh()
        portions = {size.name: size.portions for size in wizard.size_ids}
        second = self.looked_at(self.menu._suggest(portions))
        wizard.action_accept()
        by_hand = self.map_the_rest()
        interactions = 1 + stated + 1 + 1 + sum(by_hand)
        _logger.info(
            "Pizza place by dish: right recipe at first sight %s of 91 (with its "
            "portions %s); sizes said, right and sure %s of 91; by hand %s prefilled, "
            "%s chosen; interactions %s",
            first[0],
            first[1],
            second[2],
            by_hand[0],
            by_hand[1] // 3,
            interactions,
        )
        self.assertEqual(first[3] + second[3], [])
        self.assertGreaterEqual(first[0], 85)
        self.assertGreaterEqual(second[2], 65)
        self.assertLessEqual(interactions, 50)
        for item in self.menu:
            name, portions = self.truth(item)
            self.assertEqual(item.mapping_id.bom_id, self.boms[name], item.name)
            self.assertEqual(item.mapping_id.quantity, portions, item.name)

    def map_the_rest(self):
        """Item after item, as a person does in the sheet.

        :return: (items saved as they came, interactions of those that were corrected)
        """
        saved = corrected = 0
        for item in self.menu.filtered(lambda each: each.mapping_state == "unmapped"):
            name, portions = self.truth(item)
            found = item._suggest().get(item.id)
            is_right = found and found.target.name == name
            if is_right and found.quantity == portions and found.confidence >= 0.7:
                saved += 1
            else:
                # Type the recipe or the portions, choose, save.
                corrected += 3
            self.map(item, self.boms[name], portions)
            item.invalidate_recordset()
        return saved, corrected

    def test_recipes_by_dish_and_size(self):
        for row in self.pizzas:
            self.dish(f"{RECIPES[row['pizza_type_id']]} {row['size']}")
        self.list_menu(self.with_size)
        looked = self.looked_at(self.menu._suggest(), is_by_size=True)
        _logger.info(
            "Pizza place by dish and size: %s of 91 right, %s sure", *looked[:2]
        )
        self.assertEqual(looked[3], [])
        self.assertGreaterEqual(looked[0], 80)
        self.assertGreaterEqual(looked[2], 70)

    def test_ingredients_alone(self):
        """Nobody wrote recipes yet: nothing is suggested as sure, and no pizza is
        taken for the one topping that it is named after.
        """
        self.list_menu(self.with_size)
        suggested = self.menu._suggest()
        sure = [each for each in suggested.values() if each.confidence > SURE]
        self.assertEqual(sure, [])

    def test_names_that_are_codes(self):
        """A file that has codes only ("bbq_ckn_s") says little; still nothing wrong."""
        for name in [*RECIPES.values(), *OTHERS]:
            self.dish(name)
        self.list_menu(lambda row, _kind: row["pizza_id"])
        looked = self.looked_at(self.menu._suggest())
        _logger.info(
            "Pizza place by codes: %s of 91 right, %s sure", looked[0], looked[2]
        )
        self.assertEqual(looked[3], [])
