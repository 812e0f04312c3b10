"""What guests of a made-up restaurant order, and what becomes of it.

Nothing here knows how a till tells it: ``telling.py`` writes the till's answers,
``truth.py`` counts what was really used, both from these visits, neither from the
other.
"""

import dataclasses
import random
from datetime import datetime, timedelta
from decimal import Decimal

#: A refund of an earlier day comes at most so many days later.
LATEST_REFUND = 3
#: What becomes of the n-th visit of every forty; of all others: paid.
ENDINGS = {
    1: "dropped",
    2: "refunded",
    3: "voided",
    4: "reopened",
    5: "transferred",
    6: "split",
    7: "refunded_later",
    8: "float",
    13: "cancelled_later",
    16: "refunded",
}
#: What is special about the first order of the n-th visit of every forty.
SPECIALTIES = {
    9: "comp",
    10: "take_back",
    11: "weigh",
    12: "combo",
    14: "open_item",
    16: "take_back",
    17: "discount",
}
#: Endings of visits where nothing was voided or comped before.
PLAIN = ("dropped", "transferred", "split")
ROUND = 40
CENT = Decimal("0.01")


@dataclasses.dataclass(frozen=True)
class Extra:
    """A modifier; ``each``: how many of it per dish."""

    sku: str
    price: Decimal
    each: Decimal = Decimal(1)


@dataclasses.dataclass(frozen=True)
class Order:
    """A dish, or several of one. Without a sku it is an open item.

    :param taken_back: how many were voided after the kitchen had got them
    :param discount: which part of the price is not paid: 0.5 is half
    :param parts: skus of a combo, one of each per combo
    """

    sku: str | None
    quantity: Decimal
    price: Decimal
    extras: tuple = ()
    parts: tuple = ()
    taken_back: Decimal = Decimal()
    comped: bool = False
    discount: Decimal = Decimal()

    @property
    def served(self):
        return self.quantity - self.taken_back


@dataclasses.dataclass(frozen=True)
class Visit:
    """A table's evening, or a shift's cash float.

    :param ending: see ``ENDINGS``
    :param undone_at: when it was refunded, voided, cancelled or reopened
    :param undone: what was given back, if not all that had been served
    :param first_receipt: what the receipt said before it was reopened
    """

    number: int
    opened: datetime
    closed: datetime
    orders: tuple
    ending: str = "paid"
    undone_at: datetime | None = None
    undone: tuple = ()
    first_receipt: tuple = ()

    @property
    def undone_orders(self):
        return self.undone or self.orders


class Restaurant:
    """The visits of every location and day, always the same for the same seed.

    :param receipts: visits per day and location; 0: none but those of ``add``
    """

    def __init__(self, seed, receipts=40):
        self.seed = seed
        self.receipts = receipts
        self.closed = set()
        self._days = {}
        self._edits = {}

    # === READING === #

    def visits(self, location, day):
        """Those that ended on a business day, by number."""
        visits = {visit.number: visit for visit in self._imagined(location, day)}
        visits |= self._edits.get((location.id, day), {})
        return [visits[number] for number in sorted(visits) if visits[number]]

    def undone_on(self, location, day):
        """(day of the visit, visit) for what was undone on a day, of that day or
        an earlier one.
        """
        days = {day - timedelta(days=back) for back in range(LATEST_REFUND + 1)}
        days |= {of for at, of in self._edits if at == location.id and of < day}
        return [
            (of, visit)
            for of in sorted(days)
            for visit in self.visits(location, of)
            if visit.undone_at and location.day_of(visit.undone_at) == day
        ]

    def _imagined(self, location, day):
        if day < location.opened or (location.id, day) in self.closed:
            return ()
        key = (location.id, day, self.receipts)
        if key not in self._days:
            author = _Author(self.seed, location, day)
            self._days[key] = tuple(map(author.visit, range(self.receipts)))
        return self._days[key]

    # === CHANGING IT AFTERWARDS === #

    def put(self, location, day, visit):
        """A new visit, or another story for the number it has."""
        self._edits.setdefault((location.id, day), {})[visit.number] = visit

    def forget(self, location, day, number):
        self._edits.setdefault((location.id, day), {})[number] = None

    def visit(self, location, day, number):
        every = self.visits(location, day)
        return next(visit for visit in every if visit.number == number)

    def free_number(self, location, day):
        """Beyond those that are imagined, or were ever given."""
        given = self._edits.get((location.id, day), {})
        return max([5_000, *given]) + 1


class _Author:
    """Makes up one day of one location."""

    def __init__(self, seed, location, day):
        self.chance = random.Random(f"{seed}/{location.id}/{day}")
        self.location = location
        self.day = day
        self.start = location.start_of(day)
        self.end = location.start_of(day + timedelta(days=1))
        menu = location.business.catalogue.menu
        self.dishes = [
            item for item in menu if item.kind == "ITEM" and not item.by_weight
        ]
        self.extras = [item for item in menu if item.kind == "SUB_ITEM"]
        self.weighed = [item for item in menu if item.by_weight]
        self.combos = [item for item in menu if item.kind == "SEQUENCE"]

    def visit(self, index):
        ending = ENDINGS.get(index % ROUND, "paid")
        closed = self._closing(index)
        opened = closed - timedelta(minutes=self.chance.randrange(5, 120))
        if ending == "float":
            return Visit(index + 1, opened, closed, (), ending)
        specialty = SPECIALTIES.get(index % ROUND)
        orders = self._orders(specialty, plain=ending in PLAIN)
        visit = Visit(index + 1, opened, closed, orders, ending)
        return self._undo(visit) if self._is_undone(ending) else visit

    @staticmethod
    def _is_undone(ending):
        return ending.endswith("_later") or ending in ("refunded", "voided", "reopened")

    def _closing(self, index):
        """Some time of the day; always one just after its start and before its end."""
        if index == 0:
            return self.end - timedelta(seconds=self.chance.randrange(1, 1800))
        if index == 15:
            return self.start + timedelta(seconds=self.chance.randrange(1800))
        seconds = int((self.end - self.start).total_seconds())
        moment = self.chance.randrange(3 * 3600, seconds - 7200) + self.chance.random()
        return self.start + timedelta(seconds=round(moment, 3))

    def _undo(self, visit):
        """Within two hours, or on one of the next days."""
        if visit.ending.endswith("_later"):
            day = self.day + timedelta(days=self.chance.randint(1, LATEST_REFUND))
            at = self.location.start_of(day) + self._minutes(60, 1200)
        else:
            at = visit.closed + self._minutes(1, 110)
        changed = dataclasses.replace(visit, undone_at=at)
        if visit.ending == "reopened":
            first = self._orders(None, plain=True)
            return dataclasses.replace(changed, first_receipt=first)
        is_partly = visit.ending == "refunded" and len(visit.orders) > 1
        part = self._part(visit.orders) if is_partly else ()
        return dataclasses.replace(changed, undone=part)

    def _part(self, orders):
        """One of what was served first."""
        order = next((order for order in orders if order.served), orders[0])
        quantity = min(order.served, Decimal(1))
        return (dataclasses.replace(order, quantity=quantity, taken_back=Decimal()),)

    def _minutes(self, least, most):
        return timedelta(minutes=self.chance.randrange(least, most))

    # === ORDERS === #

    def _orders(self, specialty, plain):
        """Never a dish both on the house and voided: where signs are not told, nobody
        could read that.
        """
        number = self.chance.choice((1, 2, 2, 3, 3, 4))
        orders = [self._order(plain) for _each in range(number)]
        if specialty:
            orders[0] = getattr(self, f"_{specialty}")(self._order(plain=True))
        return tuple(orders)

    def _order(self, plain):
        draw = self.chance.random()
        if draw < 0.04:
            return self._combo(None)
        if draw < 0.08:
            return self._weigh(None)
        order = self._dish()
        if plain or draw < 0.92:
            return order
        if draw < 0.95:
            return self._comp(order)
        return self._take_back(order) if draw < 0.98 else self._discount(order)

    def _dish(self):
        known = self.dishes[: self.chance.choice((9, len(self.dishes)))]
        dish = self.chance.choice(known)
        quantity = Decimal(self.chance.choice((1, 1, 1, 2, 2, 3)))
        return Order(dish.sku, quantity, dish.price, self._some_extras(dish))

    def _some_extras(self, dish):
        if dish.group != "Food" or self.chance.random() < 0.6:
            return ()
        chosen = self.chance.sample(self.extras, self.chance.choice((1, 1, 2)))
        return tuple(
            Extra(item.sku, item.price, Decimal(self.chance.choice((1, 1, 2))))
            for item in chosen
        )

    def _comp(self, order):
        return dataclasses.replace(order, comped=True)

    def _discount(self, order):
        part = Decimal(self.chance.choice((1, 2, 5))) / 10
        return dataclasses.replace(order, discount=part)

    def _take_back(self, order):
        count = self.chance.randint(1, int(order.quantity) or 1)
        return dataclasses.replace(order, taken_back=min(Decimal(count), order.served))

    def _weigh(self, _order):
        item = self.chance.choice(self.weighed)
        return Order(
            item.sku, Decimal(self.chance.randrange(50, 900)) / 1000, item.price
        )

    def _combo(self, _order):
        item = self.chance.choice(self.combos)
        quantity = Decimal(self.chance.choice((1, 1, 2, 3)))
        return Order(item.sku, quantity, item.price, parts=item.parts)

    def _open_item(self, _order):
        price = Decimal(self.chance.randrange(100, 2000)) * CENT
        return Order(None, Decimal(1), price)
