"""Recipes as plain data, and what a quantity of one takes from the shelf.

    used = quantity x line quantity / yield / (1 - trim / 100)

per line, through every level of sub-recipes, in ``decimal`` and never rounded: rounding
is the ledger's business, once, on the sum of a day. Knows nothing of Odoo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


class RecipeError(Exception):
    """A recipe that cannot be used as it stands.

    :param code: the exception code under which a person will see it
    :param product_ids: the products that it is about, outermost first
    """

    def __init__(self, code, product_ids, detail=None):
        super().__init__(code)
        self.code = code
        self.product_ids = tuple(product_ids)
        self.detail = detail


@dataclass(frozen=True)
class Unit:
    """A unit of measure: ``factor`` of its reference unit; ``reference`` says which
    one.
    """

    id: int
    factor: Decimal
    reference: int


def convert(quantity: Decimal, unit: Unit, to: Unit, product_id: int) -> Decimal:
    """Between units of one kind, at full precision; anything else is refused."""
    if unit.reference != to.reference:
        raise RecipeError("validation_error", [product_id], detail=(unit.id, to.id))
    return quantity if unit.id == to.id else quantity * unit.factor / to.factor


@dataclass(frozen=True)
class RecipeLine:
    """One line: ``quantity`` of ``unit``, usable amount, for one yield."""

    product_id: int
    product_unit: Unit
    quantity: Decimal
    unit: Unit
    trim: Decimal = Decimal(0)
    location_id: int | None = None


@dataclass(frozen=True)
class Recipe:
    """One version of a recipe; ``lines`` make ``yield_quantity`` of ``yield_unit``."""

    product_id: int
    version_id: int
    yield_quantity: Decimal
    yield_unit: Unit
    lines: tuple[RecipeLine, ...]
    location_id: int | None = None


@dataclass(frozen=True)
class Need:
    """An ingredient that is taken: how much (product unit), and through which recipes.

    ``line_location_id`` and ``recipe_location_id`` are the innermost issue storages on
    the way down; where the goods really come from is decided by the caller.
    """

    product_id: int
    quantity: Decimal
    version_ids: tuple[int, ...] = ()
    line_location_id: int | None = None
    recipe_location_id: int | None = None


@dataclass(frozen=True)
class _Step:
    """Where an explosion stands: what led here, outermost first."""

    product_ids: tuple[int, ...] = ()
    version_ids: tuple[int, ...] = ()
    line_location_id: int | None = None
    recipe_location_id: int | None = None

    def into(self, recipe: Recipe) -> "_Step":
        if recipe.product_id in self.product_ids:
            raise RecipeError("recipe_cycle", (*self.product_ids, recipe.product_id))
        return _Step(
            (*self.product_ids, recipe.product_id),
            (*self.version_ids, recipe.version_id),
            self.line_location_id,
            recipe.location_id or self.recipe_location_id,
        )

    def through(self, line: RecipeLine) -> "_Step":
        location_id = line.location_id or self.line_location_id
        return _Step(
            self.product_ids, self.version_ids, location_id, self.recipe_location_id
        )


class RecipeBook:
    """Explodes recipes. ``find(product_id)`` gives the version in force, None if there
    is none.
    """

    def __init__(self, find: Callable[[int], Recipe | None]):
        self.find = find

    def explode(self, recipe: Recipe, quantity: Decimal, unit: Unit) -> list[Need]:
        """What ``quantity`` of the recipe takes, one entry per line at the end of a
        path.

        :raises RecipeError: recipe_cycle, invalid_trim_pct, validation_error (units
            that do not fit, a yield of nothing), recipe_not_found (a recipe without
            lines)
        """
        return list(self._explode(recipe, quantity, unit, _Step()))

    def _explode(self, recipe, quantity, unit, step):
        step = step.into(recipe)
        if not recipe.lines:
            raise RecipeError("recipe_not_found", step.product_ids)
        if recipe.yield_quantity <= 0:
            raise RecipeError("validation_error", step.product_ids)
        batches = (
            convert(quantity, unit, recipe.yield_unit, recipe.product_id)
            / recipe.yield_quantity
        )
        for line in recipe.lines:
            yield from self._explode_line(line, batches, step)

    def _explode_line(self, line, batches, step):
        if not 0 <= line.trim < 100:
            raise RecipeError(
                "invalid_trim_pct", (*step.product_ids, line.product_id), line.trim
            )
        needed = batches * line.quantity / (1 - line.trim / 100)
        step = step.through(line)
        recipe = self.find(line.product_id)
        if recipe:
            yield from self._explode(recipe, needed, line.unit, step)
            return
        quantity = convert(needed, line.unit, line.product_unit, line.product_id)
        yield Need(
            line.product_id,
            quantity,
            step.version_ids,
            step.line_location_id,
            step.recipe_location_id,
        )
