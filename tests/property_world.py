"""The world of the property test: what is sold, and what that must take from where.

An independent calculation: plain dataclasses and ``decimal``, from the sales up, each
time from nothing. It shares no code with the add-ons and knows no Odoo, no revisions
and no corrections.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

#: unit -> (kind, how much of the kind's base unit)
UNITS = {
    "kg": ("weight", Decimal(1)),
    "g": ("weight", Decimal("0.001")),
    "Units": ("count", Decimal(1)),
}
INGREDIENTS = {
    "Beans": "kg",
    "Flour": "kg",
    "Cheese": "kg",
    "Spice": "g",
    "Bun": "Units",
    "Bottle": "Units",
}
#: Recipes, outermost level first; each may use those of deeper levels.
DISHES = {
    "Menu": "Units",
    "Burger": "Units",
    "Sauce": "kg",
    "Salad": "Units",
    "Stock": "kg",
    "Dough": "kg",
}
LEVELS = (("Menu", "Burger"), ("Sauce", "Salad"), ("Stock", "Dough"))
ITEMS = ("ESP", "COLA", "BURGER", "MENU", "EXTRA", "WITHOUT")
OUTLETS = ("Terrace", "Hall")
PLACES = ("Bar", "Kitchen", "Cellar")
GIVES_BACK = ("refund", "void")
EVENTS = (*GIVES_BACK, "comp", "staff_meal")


def convert(quantity, unit, to):
    return quantity * UNITS[unit][1] / UNITS[to][1]


def unit_of(product):
    return INGREDIENTS.get(product) or DISHES[product]


# === WHAT IS SAID === #


@dataclass(frozen=True)
class RecipeLine:
    product: str
    quantity: Decimal
    unit: str
    trim: Decimal = Decimal(0)
    place: str | None = None


@dataclass(frozen=True)
class Recipe:
    quantity: Decimal
    unit: str
    lines: tuple[RecipeLine, ...]


@dataclass(frozen=True)
class Use:
    """What one sold unit of an item takes; of nothing where ``product`` is None."""

    product: str | None
    quantity: Decimal = Decimal(1)
    unit: str | None = None
    gives_back: bool = False


@dataclass(frozen=True)
class Condition:
    """For which lines of an item a mapping holds."""

    item: str
    parent: str | None = None
    outlet: str | None = None

    def fits(self, item, parent, outlet):
        named = (self.item, self.parent or parent, self.outlet or outlet)
        return named == (item, parent, outlet)


@dataclass(frozen=True)
class Line:
    item: str
    quantity: Decimal
    kind: str = "sale"
    parent: int | None = None


@dataclass(frozen=True)
class Receipt:
    outlet: str
    day: date
    lines: tuple[Line, ...]


@dataclass
class History:
    """What was said from dates on; what was said last counts, where it has begun."""

    said: list = field(default_factory=list)

    def say(self, value, since=date.min, on=date.min):
        self.said.append((since, on, value))

    def at(self, day):
        begun = [value for since, _on, value in self.said if since <= day]
        return begun[-1] if begun else None

    @property
    def last(self):
        return self.said[-1][2]

    def beginning_of_change(self, today):
        """A second change on one day takes the place of the first."""
        since, on, _value = self.said[-1]
        return since if on == today else today

    def beginning_of_new(self):
        """What was ended and is said again holds from its end on."""
        return self.said[-1][0] if self.said else date.min


# === WHAT FOLLOWS === #


@dataclass
class World:
    digits: int
    specific_first: bool = False
    recipes: dict[str, History] = field(default_factory=lambda: defaultdict(History))
    recipe_places: dict[str, str] = field(default_factory=dict)
    product_places: dict[str, str] = field(default_factory=dict)
    uses: dict[Condition, History] = field(default_factory=lambda: defaultdict(History))
    units: dict[str, History] = field(default_factory=lambda: defaultdict(History))
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def days(self):
        return {(receipt.outlet, receipt.day) for receipt in self.receipts.values()}

    def ledger(self, outlet, day):
        """{(product, place): quantity} that must have left, rounded once."""
        with localcontext(prec=60):
            totals = defaultdict(Decimal)
            for sold, use, _key in self._sold(outlet, day):
                for product, quantity, place in self._taken(use, outlet, day):
                    totals[product, place] += sold * quantity
            rounded = {key: self._round(total) for key, total in totals.items()}
        return {key: quantity for key, quantity in rounded.items() if quantity}

    def unmapped(self, outlet, day):
        """{(item, item that it modifies)} of which nobody says what they take."""
        return {key for _sold, use, key in self._sold(outlet, day) if use is None}

    def _round(self, total):
        # 60 digits of a third are no third: first back to what the number stands for.
        exact = total.quantize(Decimal("1e-30"))
        return exact.quantize(Decimal(10) ** -self.digits, ROUND_HALF_UP)

    def _sold(self, outlet, day):
        """(units that took something, what one takes, (item, parent)) of each item."""
        totals = defaultdict(lambda: defaultdict(Decimal))
        for receipt in self.receipts.values():
            if (receipt.outlet, receipt.day) == (outlet, day):
                for line in receipt.lines:
                    if line.quantity:
                        parent = self._parent(receipt, line)
                        key = line.item, parent and parent.item
                        totals[key][self._event(receipt, line)] += line.quantity
        for (item, parent), events in totals.items():
            net = sum(
                -abs(total) if event in GIVES_BACK else total
                for event, total in events.items()
            )
            yield net, self._use(item, parent, outlet, day), (item, parent)

    def _parent(self, receipt, line):
        return None if line.parent is None else receipt.lines[line.parent]

    def _event(self, receipt, line):
        """What was ordered with a refund is refunded with it."""
        above = line
        while above and above.kind not in EVENTS:
            above = self._parent(receipt, above)
        return above and above.kind

    def _use(self, item, parent, outlet, day):
        """What the most specific mapping in force says."""
        found = [
            (bool(condition.parent), bool(condition.outlet), use)
            for condition, history in self.uses.items()
            if condition.fits(item, parent, outlet) and (use := history.at(day))
        ]
        return max(found, key=lambda entry: entry[:2])[2] if found else None

    def _taken(self, use, outlet, day):
        """(ingredient, quantity in its unit, place) for one sold unit."""
        if not use or not use.product:
            return
        quantity = -use.quantity if use.gives_back else use.quantity
        for product, needed, line_place, recipe_place in self._explode(
            use.product, quantity, use.unit, day, None, None
        ):
            specific = (line_place, recipe_place, self.product_places.get(product))
            own = self.units[outlet].at(day)
            order = (*specific, own) if self.specific_first else (own, *specific)
            yield product, needed, next(place for place in order if place)

    def _explode(self, product, quantity, unit, day, line_place, recipe_place):
        history = self.recipes.get(product)
        if not history:
            yield (
                product,
                convert(quantity, unit, unit_of(product)),
                line_place,
                recipe_place,
            )
            return
        recipe = history.at(day)
        batches = convert(quantity, unit, recipe.unit) / recipe.quantity
        recipe_place = self.recipe_places.get(product) or recipe_place
        for line in recipe.lines:
            needed = batches * line.quantity / (1 - line.trim / 100)
            yield from self._explode(
                line.product,
                needed,
                line.unit,
                day,
                line.place or line_place,
                recipe_place,
            )
