"""Random stories for the property test: a café as it opens, and what people change.

Edits name things by number; the test takes that number modulo of what is there when the
edit comes, so every drawn story can be played.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import property_world as world
from hypothesis import strategies as st

DAYS = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
DISHES = tuple(world.DISHES)
#: Number of a day to correct from; None: no correction, from today on.
SINCE = st.sampled_from((None, 0, 0, 1, 2))
#: Most things happen in one place, so that they meet.
OUTLET = st.sampled_from((world.OUTLETS[0], *world.OUTLETS))
UNIT = st.sampled_from((*world.PLACES[:2], *world.PLACES))


@dataclass(frozen=True)
class Opening:
    """How the café starts."""

    specific_first: bool
    shrink_limit: float
    price: int
    recipes: dict
    recipe_places: dict
    product_places: dict
    uses: dict
    units: dict
    receipts: list


@dataclass(frozen=True)
class Edit:
    pick: int
    days_passed: int
    is_posted_later: bool


@dataclass(frozen=True)
class ChangeReceipt(Edit):
    lines: tuple


@dataclass(frozen=True)
class ChangeQuantity(Edit):
    line: int
    quantity: Decimal


@dataclass(frozen=True)
class DeleteReceipt(Edit):
    pass


@dataclass(frozen=True)
class AddReceipt(Edit):
    outlet: str
    lines: tuple


@dataclass(frozen=True)
class MoveReceipt(Edit):
    day: int


@dataclass(frozen=True)
class HalfAnswer(Edit):
    pass


@dataclass(frozen=True)
class ChangeUse(Edit):
    use: world.Use
    since: int | None


@dataclass(frozen=True)
class EndUse(Edit):
    since: int | None


@dataclass(frozen=True)
class AddUse(Edit):
    condition: world.Condition
    use: world.Use


@dataclass(frozen=True)
class ChangeLine(Edit):
    line: int
    changes: dict = field(hash=False)
    since: int | None


@dataclass(frozen=True)
class ChangeYield(Edit):
    quantity: Decimal
    since: int | None


@dataclass(frozen=True)
class AddLine(Edit):
    line: world.RecipeLine
    since: int | None


@dataclass(frozen=True)
class DropLine(Edit):
    line: int
    since: int | None


@dataclass(frozen=True)
class ChangeUnit(Edit):
    outlet: str
    place: str
    since: int | None


# === NUMBERS === #


def amounts(largest=3):
    """Above zero, with up to five digits, as people type them."""
    typed = st.sampled_from(
        ["1", "2", "0.5", "0.25", "0.009", "0.015", "0.33333", "0.00125"]
    )
    drawn = st.decimals("0.001", largest, places=3)
    return typed.map(Decimal) | drawn


def sold_quantities():
    typed = st.sampled_from(["1", "1", "2", "3", "0", "0.5", "-1", "-2"])
    return typed.map(Decimal) | st.integers(1, 30).map(Decimal)


TRIMS = st.sampled_from(["0", "0", "10", "12.5", "20", "33.3", "95"]).map(Decimal)
YIELDS = st.sampled_from(["1", "1", "4", "0.75", "3", "7"]).map(Decimal)
PLACE_OR_NONE = st.sampled_from((None, None, None, *world.PLACES))


def units_like(product):
    kind = world.UNITS[world.unit_of(product)][0]
    return st.sampled_from(
        [name for name, unit in world.UNITS.items() if unit[0] == kind]
    )


# === RECIPES AND MAPPINGS === #


@st.composite
def recipe_lines(draw, level):
    deeper = [dish for dishes in world.LEVELS[level + 1 :] for dish in dishes]
    product = draw(st.sampled_from([*world.INGREDIENTS, *deeper]))
    return world.RecipeLine(
        product=product,
        quantity=draw(amounts()),
        unit=draw(units_like(product)),
        trim=draw(TRIMS),
        place=draw(PLACE_OR_NONE),
    )


@st.composite
def recipes(draw, dish):
    level = next(n for n, dishes in enumerate(world.LEVELS) if dish in dishes)
    lines = draw(st.lists(recipe_lines(level), min_size=1, max_size=3))
    return world.Recipe(draw(YIELDS), draw(units_like(dish)), tuple(lines))


@st.composite
def uses(draw):
    product = draw(st.sampled_from([*world.INGREDIENTS, *world.DISHES, None]))
    if product is None:
        return world.Use(None)
    gives_back = draw(st.sampled_from([False, False, False, True]))
    return world.Use(product, draw(amounts(5)), draw(units_like(product)), gives_back)


conditions = st.builds(
    world.Condition,
    st.sampled_from(world.ITEMS),
    st.sampled_from((None, None, *world.ITEMS[2:4])),
    st.sampled_from((None, None, *world.OUTLETS)),
)


# === SALES === #


@st.composite
def receipt_lines(draw):
    """One to four lines; each may modify one above it."""
    lines = []
    for number in range(draw(st.integers(1, 4))):
        above = draw(st.sampled_from((None, number - 1, 0))) if number else None
        kinds = (
            ("sale", "sale", "sale", *world.EVENTS) if above is None else ("modifier",)
        )
        item = draw(st.sampled_from(world.ITEMS))
        kind = draw(st.sampled_from(kinds))
        lines.append(world.Line(item, draw(sold_quantities()), kind, above))
    return tuple(lines)


receipts = st.builds(world.Receipt, OUTLET, st.sampled_from(DAYS), receipt_lines())


@st.composite
def openings(draw):
    unmapped = draw(st.sets(st.sampled_from(world.ITEMS), max_size=2))
    mapped = {world.Condition(item): draw(uses()) for item in world.ITEMS}
    mapped = {key: use for key, use in mapped.items() if key.item not in unmapped}
    drawn = draw(st.dictionaries(conditions, uses(), max_size=3))
    return Opening(
        specific_first=draw(st.booleans()),
        shrink_limit=draw(st.sampled_from([1.0, 1.0, 1.0, 0.2])),
        price=draw(st.sampled_from([10, 0])),
        recipes={dish: draw(recipes(dish)) for dish in world.DISHES},
        recipe_places={dish: draw(PLACE_OR_NONE) for dish in world.DISHES},
        product_places={"Beans": draw(PLACE_OR_NONE), "Bun": draw(PLACE_OR_NONE)},
        uses=mapped | drawn,
        units={outlet: draw(UNIT) for outlet in world.OUTLETS},
        receipts=draw(st.lists(receipts, min_size=2, max_size=6)),
    )


# === EDITS === #


def _edit(kind, **drawn):
    common = {
        "pick": st.sampled_from((0, 0, 1, 2, 3, 5, 11)),
        # On the day something was made it can still be corrected: that has tests of its
        # own, where what was posted meanwhile can be told.
        "days_passed": st.sampled_from((1, 2)),
        "is_posted_later": st.sampled_from((False, False, False, True)),
    }
    return st.builds(kind, **common, **drawn)


number = st.integers(0, 30)
deep_lines = recipe_lines(len(world.LEVELS) - 1)
till_edits = (
    _edit(ChangeReceipt, lines=receipt_lines()),
    _edit(ChangeQuantity, line=number, quantity=sold_quantities()),
    _edit(DeleteReceipt),
    _edit(AddReceipt, outlet=OUTLET, lines=receipt_lines()),
    _edit(MoveReceipt, day=number),
    _edit(HalfAnswer),
)
line_changes = st.fixed_dictionaries({"quantity": amounts()}) | st.fixed_dictionaries(
    {"trim": TRIMS, "place": PLACE_OR_NONE}
)
mapping_edits = (
    _edit(ChangeUse, use=uses(), since=SINCE),
    _edit(EndUse, since=SINCE),
    _edit(AddUse, condition=conditions, use=uses()),
)
recipe_edits = (
    _edit(ChangeLine, line=number, changes=line_changes, since=SINCE),
    _edit(ChangeYield, quantity=YIELDS, since=SINCE),
    _edit(AddLine, line=deep_lines, since=SINCE),
    _edit(DropLine, line=number, since=SINCE),
)
unit_edits = (_edit(ChangeUnit, outlet=OUTLET, place=UNIT, since=SINCE),)
families = (till_edits, mapping_edits, recipe_edits, unit_edits)


@st.composite
def edits(draw):
    """Of all kinds; or mostly of one, whose changes then meet each other."""
    favourites = draw(st.sampled_from((families, *((family,) for family in families))))
    count = draw(st.integers(2, 7))
    drawn = []
    for _number in range(count):
        family = draw(st.sampled_from((*favourites, *favourites, till_edits)))
        drawn.append(draw(st.one_of(*family)))
    return drawn
