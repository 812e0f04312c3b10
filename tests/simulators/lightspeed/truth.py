"""What was really used: counted from the guests' orders, never from a till's answer."""

import dataclasses
from collections import Counter
from decimal import Decimal


@dataclasses.dataclass
class Truth:
    """Units by sku ("" for open items), and money as the menu has it.

    ``net`` = sold - voided - refunded; what was comped was used and is part of it.
    A reopened receipt counts as what it said last: nobody was given a refund.
    """

    sold: Counter = dataclasses.field(default_factory=Counter)
    voided: Counter = dataclasses.field(default_factory=Counter)
    refunded: Counter = dataclasses.field(default_factory=Counter)
    comped: Counter = dataclasses.field(default_factory=Counter)
    gross_amount: Decimal = Decimal()
    voided_amount: Decimal = Decimal()
    refunded_amount: Decimal = Decimal()
    comped_amount: Decimal = Decimal()
    discounted_amount: Decimal = Decimal()

    @property
    def net(self):
        skus = {*self.sold, *self.voided, *self.refunded}
        net = {
            sku: self.sold[sku] - self.voided[sku] - self.refunded[sku] for sku in skus
        }
        return {sku: quantity for sku, quantity in net.items() if quantity}

    @property
    def net_amount(self):
        """What the guests paid, less what they got back."""
        given_away = self.voided_amount + self.comped_amount + self.discounted_amount
        return self.gross_amount - given_away - self.refunded_amount

    def __add__(self, other):
        names = [field.name for field in dataclasses.fields(self)]
        return Truth(
            **{name: _sum(getattr(self, name), getattr(other, name)) for name in names}
        )


def _sum(one, other):
    if isinstance(one, Counter):
        # Not "+", which drops what is not positive.
        return Counter({sku: one[sku] + other[sku] for sku in {*one, *other}})
    return one + other


def truth(restaurant, location, day, until):
    """What one location used on one business day, as far as it has come by then."""
    result = Truth()
    for visit in restaurant.visits(location, day):
        if visit.closed <= until and visit.ending != "float":
            for order in _final_orders(visit, until):
                _serve(result, order, dropped=visit.ending == "dropped")
    for _day, visit in restaurant.undone_on(location, day):
        if visit.undone_at <= until:
            _undo(result, visit)
    return result


def _final_orders(visit, until):
    is_yet_to_be_reopened = visit.ending == "reopened" and visit.undone_at > until
    return visit.first_receipt if is_yet_to_be_reopened else visit.orders


def _serve(result, order, dropped):
    result.sold.update(_units(order, order.quantity))
    result.gross_amount += _worth(order, order.quantity)
    voided = order.quantity if dropped else order.taken_back
    result.voided.update(_units(order, voided))
    result.voided_amount += _worth(order, voided)
    if order.comped and not dropped:
        result.comped.update(_units(order, order.served))
        result.comped_amount += _worth(order, order.served)
    elif not dropped:
        result.discounted_amount += _worth(order, order.served) * order.discount


def _undo(result, visit):
    if visit.ending == "reopened":
        return
    is_void = visit.ending == "voided"
    for order in visit.undone_orders:
        units = _units(order, order.served)
        paid = 0 if order.comped else 1 - order.discount
        amount = _worth(order, order.served) * paid
        (result.voided if is_void else result.refunded).update(units)
        if is_void:
            result.voided_amount += amount
        else:
            result.refunded_amount += amount


def _units(order, quantity):
    """Units of everything that so many of an order are made of."""
    units = Counter({order.sku or "": quantity})
    for extra in order.extras:
        units[extra.sku] += quantity * extra.each
    for part in order.parts:
        units[part] += quantity
    return Counter({sku: number for sku, number in units.items() if number})


def _worth(order, quantity):
    extras = sum(extra.price * extra.each for extra in order.extras)
    return quantity * (order.price + extras)
