"""Which goods are taken from which place: pure Python, no stock is touched here."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Heap:
    """Goods of one product that lie in one place, as one lot, of one owner.

    :param place: (location id, lot id, package id, owner id); 0 where there is none
    :param free: what nobody has reserved
    :param use_by: not to be used after this moment (None: for ever)
    :param since: when the goods came in
    """

    place: tuple[int, int, int, int]
    free: float
    use_by: datetime | None
    since: datetime

    @property
    def lot_id(self):
        return self.place[1]

    def is_plain_in(self, unit_id):
        """Does it lie loose in the unit itself, as goods do that nobody sorted?"""
        return self.place == (unit_id, 0, 0, 0)


def usable(heaps, moment, is_tracked):
    """Heaps in the order in which they are taken; of a tracked product only those with
    a lot that was good at the moment.

    Lots: what must be used first, then what came first. All else: loose before packed,
    own goods before those of others, then what came first.
    """
    there = [heap for heap in heaps if heap.free > 0]
    if not is_tracked:
        return sorted(there, key=_untracked_order)
    good = [heap for heap in there if heap.lot_id and _is_good(heap, moment)]
    return sorted(good, key=_lot_order)


def _is_good(heap, moment):
    return not heap.use_by or heap.use_by >= moment


def _lot_order(heap):
    location, lot, package, owner = heap.place
    use_by = heap.use_by or datetime.max
    return (use_by, heap.since, owner, package, lot, location)


def _untracked_order(heap):
    location, lot, package, owner = heap.place
    return (bool(owner), bool(package), heap.since, location, package, owner, lot)


def take(heaps, quantity, rounded):
    """Take a quantity from heaps in their order; they get smaller by it.

    :param rounded: how the product's unit rounds a quantity
    :return: ([(place, quantity)], what no heap could give)
    """
    taken, left = [], rounded(quantity)
    for heap in heaps:
        part = rounded(min(left, heap.free))
        if part > 0:
            heap.free = rounded(heap.free - part)
            left = rounded(left - part)
            taken.append((heap.place, part))
    return taken, left
