"""What goods of a company are worth, worked out from what came and went.

Plain python and ``decimal``: no Odoo, no code of the add-ons. Value follows from the
costing method's own definition, from the first event on, each time anew.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def cents(amount, cent=CENT):
    return Decimal(amount).quantize(cent, ROUND_HALF_UP)


@dataclass(frozen=True)
class Event:
    """Goods that came (``value`` with them) or went, or a price that somebody set."""

    when: datetime
    number: int
    kind: str
    quantity: Decimal = NOTHING
    value: Decimal = NOTHING

    @property
    def place(self):
        """A price holds for what moves at the same moment."""
        return self.when, self.kind != "price", self.number


@dataclass
class Issue:
    """Goods that left at a value, and how much of them came back since."""

    number: int
    quantity: Decimal
    value: Decimal
    moment: datetime
    returned: Decimal = NOTHING

    @property
    def left(self):
        return self.quantity - self.returned


@dataclass
class Goods:
    """One product of one company.

    ``price`` is what the product says it costs today.
    """

    method: str
    price: Decimal = NOTHING
    cent: Decimal = CENT
    events: list = field(default_factory=list)
    numbers: count = field(default_factory=count)

    # === WHAT HAPPENS === #

    def set_price(self, when, price):
        self.price = Decimal(price)
        if self.method != "fifo":
            self._happened(when, "price", value=self.price)

    def receive(self, when, quantity, unit_price=None):
        """Goods from outside; without a price of their own at today's cost."""
        unit_price = self.price if unit_price is None else Decimal(unit_price)
        value = cents(unit_price * quantity, self.cent)
        self._happened(when, "in", quantity, value)
        self._reprice()
        return value

    def issue(self, moment, quantity):
        value = cents(self._value_of_issue(moment, quantity), self.cent)
        event = self._happened(moment, "out", quantity, value)
        self._reprice()
        return Issue(event.number, quantity, value, moment)

    def give_back(self, issue, moment, quantity):
        """A return of what left carries its share of the value that left."""
        value = cents(issue.value * quantity / issue.quantity, self.cent)
        issue.returned += quantity
        self._happened(moment, "in", quantity, value)
        self._reprice()
        return value

    def revalue(self, issue, value):
        """What left at another value than it should have; returns follow."""
        issue.value = value
        self.events = [
            replace(event, value=value) if event.number == issue.number else event
            for event in self.events
        ]

    def _happened(self, when, kind, quantity=NOTHING, value=NOTHING):
        event = Event(when, next(self.numbers), kind, Decimal(quantity), value)
        self.events.append(event)
        return event

    # === WHAT FOLLOWS === #

    @property
    def on_hand(self):
        signs = {"in": 1, "out": -1, "price": 0}
        return sum((signs[e.kind] * e.quantity for e in self.events), NOTHING)

    def on_hand_at(self, moment):
        """What was there, as all that is known now says."""
        past = replace(self, events=[e for e in self.events if e.when <= moment])
        return past.on_hand

    @property
    def stock_value(self):
        """What the goods on the shelf are worth."""
        if not self.on_hand:
            return cents(0, self.cent)
        if self.method == "standard":
            value = self.price * self.on_hand
        elif self.method == "average":
            value = self._average()[1]
        elif self.on_hand > 0:
            value = self._cost_of_layers(self.on_hand)
        else:
            value = self.price * self.on_hand
        return cents(value, self.cent)

    def _value_of_issue(self, moment, quantity):
        if self.method == "standard":
            return self.price * quantity
        if self.method == "average":
            return self._cost_at(moment) * quantity
        return self._cost_of_layers(quantity)

    def _reprice(self):
        """Today's cost follows what is there."""
        if self.method == "average":
            self.price = self._average()[0] or self.price
        elif self.method == "fifo" and self.on_hand > 0:
            self.price = self._cost_of_layers(self.on_hand) / self.on_hand
        elif self.method == "fifo" and (layers := self._layers()):
            self.price = layers[-1].value / layers[-1].quantity

    # === AVERAGE === #

    def _cost_at(self, moment):
        """The average when the goods left; unknown then, the first that was known."""
        cost = self._average(lambda event: event.when <= moment)[0]
        return cost or self._first_cost() or self.price

    def _first_cost(self):
        for known in sorted(self.events, key=lambda event: event.place):
            cost = self._average(lambda event, end=known: event.place <= end.place)[0]
            if cost:
                return cost
        return NOTHING

    def _average(self, counts=lambda _event: True):
        """(cost of one, value of all), event by event in the order of their dates.

        What leaves costs the average of its moment. What comes onto an empty or
        overdrawn shelf sets a new one.
        """
        cost = total = quantity = NOTHING
        for event in sorted(filter(counts, self.events), key=lambda e: e.place):
            if event.kind == "price":
                cost, total = event.value, event.value * quantity
            elif event.kind == "out":
                quantity, total = (
                    quantity - event.quantity,
                    total - event.quantity * cost,
                )
            elif quantity > 0:
                quantity, total = quantity + event.quantity, total + event.value
                cost = total / quantity
            else:
                quantity, cost = (
                    quantity + event.quantity,
                    event.value / event.quantity,
                )
                total = cost * quantity
        return cost, total

    # === FIRST IN, FIRST OUT === #

    def _layers(self):
        coming = [event for event in self.events if event.kind == "in"]
        return sorted(coming, key=lambda event: event.place)

    def _remaining_layers(self):
        """[(quantity, value)] of what is on the shelf: the youngest, oldest first."""
        left, result = self.on_hand, []
        for layer in reversed(self._layers()):
            if left <= 0:
                break
            part = min(left, layer.quantity)
            result.append((part, layer.value * part / layer.quantity))
            left -= part
        return result[::-1]

    def _cost_of_layers(self, quantity):
        """Of the oldest goods there; more than is there costs as the youngest does."""
        value, unit_price = NOTHING, self.price
        for part, worth in self._remaining_layers():
            taken = min(part, quantity)
            unit_price = worth / part
            value += unit_price * taken
            quantity -= taken
            if not quantity:
                break
        return value + quantity * unit_price
