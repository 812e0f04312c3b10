"""Stock and its value, worked out apart from Odoo: quantities, average costs, moves."""

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(money):
    return money.quantize(CENT, ROUND_HALF_UP)


@dataclass(order=True)
class Move:
    """What went into (or, negative, out of) an outlet's unit.

    :param kind: receipt, issue, waste, transfer, count
    :param value: signed like the quantity; None where nothing changes for the company
    :param key: (outlet, business date, number of the posting) of a sales day's move
    :param booked: the value that the books got, whatever Odoo makes of it later
    :param back: what of an issue came back since
    """

    moment: datetime
    number: int
    outlet: str
    name: str
    kind: str
    quantity: Decimal
    value: Decimal | None
    key: tuple | None = None
    booked: Decimal = Decimal(0)
    back: Decimal = Decimal(0)

    def share(self, quantity):
        """Of this move's value, what so much of it is worth."""
        return cents(abs(self.value) * quantity / abs(self.quantity))


class Stock:
    """
    :param standard: names of what is valued at a price set by hand
    """

    def __init__(self, standard):
        self.standard, self.set_prices, self.price_changes = standard, {}, []
        self.moves, self.by_name = [], defaultdict(list)
        self.on_hand = defaultdict(Decimal)
        self.by_day = defaultdict(list)
        self.counted = defaultdict(list)

    def add(self, moment, outlet, name, kind, quantity, value, key=None):
        """
        :param value: of the goods, without sign; None: nothing changes
        """
        if value is not None:
            value = value.copy_sign(quantity) if quantity else Decimal(0)
        number, booked = len(self.moves), value or Decimal(0)
        place = moment, number, outlet, name, kind
        move = Move(*place, quantity, value, key, booked)
        self.moves.append(move)
        insort(self.by_name[name], move)
        self.on_hand[outlet, name] += quantity
        if self.on_hand[outlet, name] < 0:
            raise ValueError(f"{name} runs out in {outlet} on {moment}.")
        if key:
            self.by_day[(*key[:2], name)].append(move)
        return move

    def set_price(self, moment, prices):
        """From now on; a price that was set counts from its moment on."""
        self.set_prices.update(prices)
        self.price_changes.append((moment, prices))
        for name, price in prices.items():
            self._value_anew(name, price)

    def _value_anew(self, name, price):
        """Odoo gives the new price to the youngest receipts that can still be there."""
        left = sum(kg for (_outlet, each), kg in self.on_hand.items() if each == name)
        for move in reversed(self.by_name[name]):
            if left > 0 and move.quantity > 0 and move.value is not None:
                left -= move.quantity
                if not move.key:
                    move.value = cents(price * move.quantity)

    def value_at(self, name, moment):
        """What all of it was worth at a moment."""
        if name not in self.standard:
            return self.average(name, moment)[1]
        price = next(
            prices[name] for at, prices in reversed(self.price_changes) if at <= moment
        )
        moves = self.by_name[name]
        return price * sum(move.quantity for move in moves if move.moment <= moment)

    def cost(self, name, moment=None):
        """Cost of a unit at a moment (none: with all that is known)."""
        if name in self.standard:
            return self.set_prices[name]
        return self.average(name, moment)[0]

    def average(self, name, moment=None):
        """(average cost, what all of it is worth) by all moves up to a moment."""
        there = total = average = Decimal(0)
        for move in self.by_name[name]:
            if moment and move.moment > moment:
                break
            if move.value is None:
                continue
            there += move.quantity
            if move.quantity > 0:
                total += move.value
                average = total / there
            else:
                total += move.quantity * average
        return average, total

    def worth(self, name, quantity, moment=None):
        return cents(self.cost(name, moment) * abs(quantity))

    def last_count(self, outlet, name, until):
        """When it was counted last."""
        return max(
            (moment for moment in self.counted[outlet, name] if moment <= until),
            default=None,
        )
