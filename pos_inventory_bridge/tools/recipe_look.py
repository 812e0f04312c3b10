"""What can be said about recipes as they are written now: cost, faults, portions.

For screens only: nothing is posted from here. Reads prices and stock of all recipes of
a list at once; the arithmetic is that of the recipe book.
"""

import math
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from .recipe_book import RecipeBook, RecipeError
from .wording import number_text

#: A hair, so that 0.3 of a shelf is enough for three times 0.1.
HAIR = Decimal("1e-9")


class RecipeLook:
    """
    :param boms: recipes of one company, saved or being typed
    :param company: whose prices and shelves count
    """

    def __init__(self, boms, company):
        self.boms = boms
        self.company = company
        self.env = boms.env
        self.bills = boms._bills_below(company)
        self.book = RecipeBook(self._find)
        self._recipes = {}
        self._needs = {}

    def _find(self, product_id):
        if product_id not in self._recipes:
            bill = self.bills.get(product_id)
            self._recipes[product_id] = bill and bill._as_written()
        return self._recipes[product_id]

    def _needs_of(self, line):
        """What one line takes for the whole yield, or the ``RecipeError`` it has."""
        if line not in self._needs:
            self._needs[line] = self._explode(line)
        return self._needs[line]

    def _explode(self, line):
        recipe = line.bom_id._as_written()
        dish = line.bom_id._recipe_product()
        if not line._applies_to(dish):
            return []
        recipe = replace(recipe, lines=(line._as_written(),))
        try:
            return self.book.explode(recipe, recipe.yield_quantity, recipe.yield_unit)
        except RecipeError as error:
            return error

    def _products(self, ids):
        return self.env["product.product"].browse(ids)

    @cached_property
    def _ingredients(self):
        """{id: product} of all that these recipes take, read together."""
        ids = {
            need.product_id
            for line in self.boms.bom_line_ids
            if isinstance(needs := self._needs_of(line), list)
            for need in needs
        }
        return {product.id: product for product in self._products(list(ids))}

    # === COST === #

    def cost_of(self, line):
        """What a line costs for the whole yield; nothing while it has a fault."""
        needs = self._needs_of(line)
        if isinstance(needs, RecipeError):
            return 0.0
        return sum(
            float(need.quantity) * self._ingredients[need.product_id].standard_price
            for need in needs
        )

    def no_cost_of(self, bom):
        """Which of its ingredients, sub-recipes included, have no cost; or False."""
        ids = {
            need.product_id
            for line in bom.bom_line_ids
            if isinstance(needs := self._needs_of(line), list)
            for need in needs
        }
        products = self._products(list(ids)).with_prefetch(list(self._ingredients))
        return products._pos_bridge_no_cost_text(self.company)

    # === FAULTS === #

    def problem_of(self, bom):
        """Why a sale of the recipe could not be deducted; False if it could."""
        if not bom.bom_line_ids:
            return self.env._("No ingredients yet: selling it deducts nothing.")
        for line in bom.bom_line_ids:
            needs = self._needs_of(line)
            if isinstance(needs, RecipeError):
                return self._text_of(needs)
        return False

    def _text_of(self, error):
        names = [
            product.name for product in self._products(error.product_ids) if product.id
        ]
        last = names[-1] if names else ""
        if error.code == "recipe_cycle":
            return self.env._("It contains itself: %s", " > ".join(names))
        if error.code == "recipe_not_found":
            return self.env._("%s is a recipe without ingredients yet.", last)
        if error.code == "invalid_trim_pct":
            return self.env._("%s: the trim must be at least 0 and below 100 %%.", last)
        return self.env._("%s: quantity or unit cannot be used.", last)

    # === PORTIONS === #

    def portion_texts(self, bom):
        """One sentence per storage unit that has some of what the recipe takes."""
        needs = self._needs_per_portion(bom)
        if not needs:
            return []
        found = [
            (*self._portions_from(unit, needs), unit)
            for unit in self._units_with(needs)
        ]
        if not found:
            return [self.env._("None of its ingredients is in stock today.")]
        found.sort(key=lambda each: (-each[0], each[2].name))
        return [self._portion_text(bom, *each) for each in found]

    def _needs_per_portion(self, bom):
        """{(product, place it always comes from or empty): quantity}; {}: unknown."""
        if bom.product_qty <= 0:
            return {}
        totals = defaultdict(Decimal)
        for line in bom.bom_line_ids:
            needs = self._needs_of(line)
            if isinstance(needs, RecipeError):
                return {}
            for need in needs:
                product = self._ingredients[need.product_id]
                if product.is_storable and need.quantity > 0:
                    key = (product, self._place_of(need, product))
                    totals[key] += need.quantity / Decimal(repr(bom.product_qty))
        return totals

    def _place_of(self, need, product):
        """Where an ingredient comes from whatever the outlet; empty: its unit."""
        locations = self.env["stock.location"]
        if not self._specific_first:
            return locations
        location_id = need.line_location_id or need.recipe_location_id
        location = locations.browse(location_id) or product.issue_location_id
        return location.storage_unit_id

    @cached_property
    def _specific_first(self):
        """Do all integrations let recipe and ingredient decide before the outlet?"""
        integrations = self.env["pos.bridge.integration"].search_fetch(
            [("company_id", "=", self.company.id)], ["storage_priority"]
        )
        return set(integrations.mapped("storage_priority")) == {"specific"}

    @cached_property
    def _stock(self):
        """{(product, storage unit): quantity on the shelves today}."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", list(self._ingredients)),
                ("location_id.storage_unit_id", "!=", False),
                ("company_id", "=", self.company.id),
            ],
            ["product_id", "location_id"],
            ["quantity:sum"],
        )
        stock = defaultdict(float)
        for product, location, quantity in groups:
            stock[product, location.storage_unit_id] += quantity
        return stock

    def _units_with(self, needs):
        wanted = {product for product, place in needs}
        free = {product for product, place in needs if not place}
        units = {unit for product, unit in self._stock if product in (free or wanted)}
        return sorted(units, key=lambda unit: unit.name)

    def _portions_from(self, unit, needs):
        """(portions, what runs out first)"""
        portions = [
            (
                Decimal(repr(self._stock.get((product, place or unit), 0.0))) / need,
                product,
            )
            for (product, place), need in needs.items()
        ]
        portion, limit = min(portions, key=lambda each: (each[0], each[1].name))
        return max(portion, Decimal(0)) + HAIR, limit

    def _portion_text(self, bom, portions, limit, unit):
        texts = {"unit": unit.name, "limit": limit.name}
        if bom.product_uom_id._has_common_reference(
            self.env.ref("uom.product_uom_unit")
        ):
            texts["count"] = math.floor(portions)
            if texts["count"] == 1:
                return self.env._(
                    "One portion from %(unit)s today: limited by %(limit)s", **texts
                )
            return self.env._(
                "%(count)s portions from %(unit)s today: limited by %(limit)s", **texts
            )
        texts["count"] = number_text(self.env, math.floor(portions * 100) / 100)
        texts["uom"] = bom.product_uom_id.name
        return self.env._(
            "%(count)s %(uom)s from %(unit)s today: limited by %(limit)s", **texts
        )
