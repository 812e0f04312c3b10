"""What happens in a pizza place with two outlets, told as plain data.

What was sold comes from the place's own files; what was delivered, at which price,
wasted, moved, counted and corrected is made up from a fixed seed. ``Story.events`` is
played twice: by the calculation (``_pizza_truth.py``) and in Odoo (``_pizza_odoo.py``).
"""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from pizza_year import SEED

ZONE = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")
DOWNTOWN, HARBOUR = OUTLETS = ("Downtown", "Harbour")
SUNDAY, TUESDAY = 6, 1
OPENING = datetime(2014, 12, 31, 11)
#: Items that nobody maps; one that is mapped on a day of its own; one that is not to be
#: deducted; one whose recipe is gone; one that is bought as it is sold.
UNMAPPED = ("calabrese_s", "the_greek_xxl")
MAPPED_LATE = "green_garden_l"
IGNORED = "ital_supr_s"
WITHOUT_RECIPE = "mexicana_s"
FROZEN = "spinach_supr_m"
FROZEN_NAME, FROZEN_KG = "Frozen Spinach Supreme", Decimal("0.45")
DELIVERY, DELIVERY_FEE = "delivery", Decimal("2.50")
#: Of the price in ``Story.prices``, delivery by delivery.
PRICE_STEPS = tuple(map(Decimal, ("1.04", "0.97", "1.11", "1.02", "0.93", "1.08")))
FREE_OF_COST, STANDARD_COST = 7, 3


@dataclass(frozen=True)
class Line:
    """A line of a receipt, as the till tells it."""

    outlet: str
    day: date
    clock: str
    receipt: str
    line: str
    quantity: int
    item: str
    amount: Decimal
    kind: str = "sale"


def at(day, *clock):
    """A moment on the place's clock, in UTC and without a zone."""
    local = datetime.combine(day, time(*clock), tzinfo=ZONE)
    return local.astimezone(UTC).replace(tzinfo=None)


class Story:
    """
    :param lines: as ``pizza_year.read_lines`` gives them
    :param prices: {pizza: money}
    """

    def __init__(self, lines, menu, prices):
        self.menu, self.item_prices = menu, prices
        self.groups = {
            pizza: menu.categories[kind] for pizza, (kind, _size) in menu.pizzas.items()
        } | {DELIVERY: "Extras"}
        self.chance = random.Random(SEED)
        #: As first told, and as they stand in the end.
        self.told_first = self.lines = self._tell(lines)
        self.days = sorted({line.day for line in self.lines})
        self.opened = sorted({(line.day, line.outlet) for line in self.lines})
        self.names = self._names()
        self.prices = {
            name: Decimal(120 + 37 * place % 1700) / 100
            for place, name in enumerate(self.names)
        }
        self.prices[self.names[FREE_OF_COST]] = Decimal(0)
        self.standard = set(self.names[::STANDARD_COST])
        self.events = []
        for tell in (
            self._deliveries,
            self._waste,
            self._transfers,
            self._counts,
            self._postings,
            self._changes,
            self._corrections,
            self._undone,
        ):
            tell()
        self.events.sort(key=lambda event: event[0])

    def add(self, moment, kind, *values):
        self.events.append((moment, kind, values))

    def is_over(self, day):
        return day > self.days[-1]

    def months(self):
        """The first of each month but the first."""
        firsts = {day.replace(day=1) for day in self.days}
        return sorted(firsts)[1:]

    # === SALES === #

    def _tell(self, lines):
        told = []
        for day, clock, order, line, quantity, item in lines:
            is_third = int(order) % 3 == 0 and day.weekday() != SUNDAY
            outlet = HARBOUR if is_third else DOWNTOWN
            price = self.item_prices[item]
            receipt = outlet, day, clock, order
            told.append(Line(*receipt, line, quantity, item, price * quantity))
            if int(line) % 131 == 0:
                told.append(Line(*receipt, f"{line}r", -1, item, -price, "refund"))
            if int(line) % 97 == 0:
                told.append(Line(*receipt, f"{line}d", 0, DELIVERY, DELIVERY_FEE))
        return told

    def _names(self):
        names = {FROZEN_NAME}
        for pizza in self.menu.pizzas:
            names |= self.menu.needs(pizza, self.days[0]).keys()
        return sorted(names)

    # === GOODS === #

    def _used_in_all(self):
        """{(outlet, name): kg}, more or less: what has to be bought."""
        sold, used = defaultdict(int), defaultdict(Fraction)
        for line in self.lines:
            sold[line.outlet, line.item] += line.quantity
        for (outlet, item), quantity in sold.items():
            if item == FROZEN:
                used[outlet, FROZEN_NAME] += Fraction(FROZEN_KG) * quantity
            elif item != DELIVERY:
                for name, kg in self.menu.needs(item, self.days[0]).items():
                    used[outlet, name] += kg * quantity
        return used

    def _deliveries(self):
        """Enough at the opening for a while, then every fortnight at another price."""
        days = [day for day in self.days if day.day in (2, 16)]
        used = self._used_in_all()
        for outlet in OUTLETS:
            goods = [
                (name, self._kg(used[outlet, name], 2, 20), self.prices[name])
                for name in self.names
            ]
            self.add(OPENING, "receive", outlet, goods)
        for number, day in enumerate(days):
            for place, outlet in enumerate(OUTLETS):
                step = PRICE_STEPS[(number + place) % len(PRICE_STEPS)]
                goods = [
                    (
                        name,
                        self._kg(used[outlet, name], len(days), 3),
                        (self.prices[name] * step).quantize(Decimal("0.01")),
                    )
                    for name in self.names
                ]
                self.add(at(day, 7, place), "receive", outlet, goods)

    def _kg(self, used, share, more):
        return Decimal(round(used / share * 10) + more * 10) / 10

    def _waste(self):
        for number, day in enumerate(self.days[::3]):
            outlet = OUTLETS[number % 2]
            kg = Decimal(self.chance.randrange(1, 200)) / 100
            name = self.chance.choice(self.names)
            self.add(at(day, 12, self.chance.randrange(60)), "scrap", outlet, name, kg)

    def _transfers(self):
        for number, day in enumerate(self.days):
            if day.weekday() == TUESDAY:
                places = OUTLETS if number % 2 else OUTLETS[::-1]
                for name in self.chance.sample(self.names, 3):
                    kg = Decimal(self.chance.randrange(10, 150)) / 100
                    self.add(at(day, 15), "transfer", *places, name, kg)

    def _counts(self):
        """On the first and on the 12th of each month, most ingredients; a few times
        nothing is missing.
        """
        for day in self.days[1:]:
            if day.day in (1, 12):
                for place, outlet in enumerate(OUTLETS):
                    names = self.chance.sample(self.names, len(self.names) * 4 // 5)
                    found = [(n, self._difference(m)) for m, n in enumerate(names)]
                    self.add(at(day, 8, 10 * place), "count", outlet, found)

    def _difference(self, number):
        hundredths = self.chance.randrange(-150, 60) if number % 7 else 0
        return Decimal(hundredths) / 100

    # === SALES DAYS AND WHAT BECOMES OF THEM === #

    def _postings(self):
        for day, outlet in self.opened:
            self.add(at(day + timedelta(days=1), 6), "post", outlet, day)

    def _changes(self):
        """Prices of what is valued by hand, locks, and changed mappings and recipes."""
        for number, first in enumerate(self.months()):
            step = PRICE_STEPS[number % len(PRICE_STEPS)]
            prices = {
                name: (self.prices[name] * step).quantize(Decimal("0.01"))
                for name in sorted(self.standard)
            }
            self.add(at(first, 9), "price", prices)
            tenth = first.replace(day=10)
            if not self.is_over(tenth):
                self.add(at(tenth, 9), "lock", first - timedelta(days=1))
        pizza, other = "thai_ckn_l", "spinach_fet_m"
        name = self.menu.toppings[self.menu.pizzas[other][0]][0]
        grams = Decimal("0.0775")
        for day, kind, values in (
            (date(2015, 2, 10), "map", (MAPPED_LATE,)),
            (date(2015, 2, 12), "portion", (pizza, date(2015, 2, 5), Decimal("1.25"))),
            (date(2015, 2, 13), "recipe", (other, name, date(2015, 2, 8), grams)),
        ):
            if not self.is_over(day):
                self.add(at(day, 12), kind, *values)

    def _corrections(self):
        """The till tells some days again: of the month, of the one before after its
        count, and of the one before after it was closed. Half an hour later somebody
        confirms the days that became much smaller.
        """
        for first in [self.days[0].replace(day=1), *self.months()]:
            before = first - timedelta(days=1)
            for told_on, since, until in (
                (first.replace(day=3), before - timedelta(days=9), before),
                (first.replace(day=14), before - timedelta(days=3), first),
                (first.replace(day=21), first, first.replace(day=12)),
            ):
                days = [day for day in self.days if since <= day <= until]
                if days and not self.is_over(told_on):
                    lines = self._edited(days)
                    self.add(at(told_on, 10), "tell", days[0], days[-1], lines)
                    self.add(at(told_on, 10, 30), "confirm")

    def _edited(self, days):
        """The lines of these days as they stand, with a receipt less and other
        quantities now and then. Later corrections go on from there.
        """
        lines = [line for line in self.lines if days[0] <= line.day <= days[-1]]
        receipts = sorted({line.receipt for line in lines}, key=int)
        gone = set(self.chance.sample(receipts, len(receipts) // 60))
        edited = []
        for line in lines:
            if line.receipt in gone:
                continue
            if line.kind == "sale" and line.quantity and self.chance.random() < 0.012:
                quantity = self.chance.choice(
                    [more for more in (1, 2, 3) if more != line.quantity]
                )
                amount = self.item_prices[line.item] * quantity
                line = replace(line, quantity=quantity, amount=amount)
            edited.append(line)
        others = [line for line in self.lines if not days[0] <= line.day <= days[-1]]
        self.lines = others + edited
        return edited

    def _undone(self):
        for day, outlet, moment, kind in (
            (date(2015, 1, 6), DOWNTOWN, at(date(2015, 1, 13), 11), "undo"),
            (date(2015, 1, 8), HARBOUR, at(date(2015, 1, 13), 11, 5), "undo"),
            (date(2015, 1, 8), HARBOUR, at(date(2015, 1, 13), 11, 10), "redo"),
        ):
            if moment < at(self.days[-1]):
                self.add(moment, kind, outlet, day)
