"""What told lines count for.

Tills tell voids, returns and modifiers in different ways, and few vendors say how. A
connector says what its till is supposed to do (``Conventions``) and what it knows of
each line (``ToldLine``); ``Settlement`` gives each line the quantity that counts. What
contradicts the conventions is read all the same, and becomes a doubt, so that a person
looks before anything is posted.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from .records import SaleLineData
from .shapes import grouped

#: Of the line that takes back one that was annulled by a mark.
ANNULLED = "void"


@dataclass(frozen=True)
class Conventions:
    """How a till tells what it does not document.

    :param void_style: ``twin``: a void is a negative line beside the original;
        ``mark``: the original bears the reason, and no other line follows
    :param quantity_sign: of refunds and voids: ``signed`` or ``unsigned``
    :param modifier_quantity: ``absolute``, or ``per_parent``: of each modified unit
    :param combo_quantity: the same of what a combo consists of
    :param combos: the items that are combos
    """

    void_style: str = "twin"
    quantity_sign: str = "signed"
    modifier_quantity: str = "absolute"
    combo_quantity: str = "absolute"
    combos: frozenset = frozenset()

    def is_per_parent(self, line):
        is_part = line.parent and line.parent.item in self.combos
        name = "combo_quantity" if is_part else "modifier_quantity"
        return bool(line.parent) and getattr(self, name) == "per_parent"


@dataclass(eq=False)
class ToldLine:
    """A told line on its way to what counts.

    :param told: the line as it was told
    :param receipt: which receipt tells it
    :param number: by which people know the receipt, on whatever day it is told
    :param family: what receipts share that take back or tell again one another
    :param label: by which a person finds it
    :param is_discounted: so that its price says nothing about its quantity
    :param is_comp: no money came in, and the goods are gone
    :param is_refund: a guest brought it back
    :param is_void: it was voided, or takes back what was
    :param is_whole_void: its receipt was voided as a whole
    :param is_reversal: its receipt takes back
    :param is_follower: its receipt belongs to another one that came first
    :param may_restate: its receipt may tell again what another one told
    :ivar factor: how many there are of the line that it belongs to
    :ivar is_annulled: voided by a mark, so that its opposite is to be added
    """

    told: dict
    id: str
    receipt: str
    family: str
    item: str
    label: str
    quantity: Decimal
    amount: Decimal
    number: str | None = None
    parent_id: str | None = None
    is_discounted: bool = False
    is_comp: bool = False
    is_refund: bool = False
    is_void: bool = False
    is_whole_void: bool = False
    is_reversal: bool = False
    is_follower: bool = False
    may_restate: bool = False
    parent: "ToldLine | None" = None
    factor: Decimal = Decimal(1)
    is_annulled: bool = False

    @property
    def unit_price(self):
        """None where it is free, discounted or unknown."""
        if not self.quantity or self.is_discounted:
            return None
        return abs(self.amount / self.quantity) or None

    @property
    def head(self):
        """The line that modifies nothing: the dish, the combo."""
        return self.parent.head if self.parent else self

    @property
    def is_cancelled_sale(self):
        """Its receipt tells what was sold, and that it counts no more."""
        return self.is_whole_void and self.quantity > 0

    def is_among(self, told):
        """Is this line in ``Known``? What may be told again is so under any number."""
        numbers = told.get((self.id, self.item, self.quantity > 0), ())
        has_own_id = self.told.get("id") and self.may_restate
        return self.number in numbers or bool(numbers and has_own_id)

    @property
    def kind(self):
        if self.is_refund:
            return "refund"
        if self.is_void and self.quantity < 0:
            return "void"
        if self.is_comp:
            return "comp"
        return "modifier" if self.parent else "sale"

    def records(self, **facts):
        """The line as a record; one that was annulled by a mark, with its opposite."""
        record = SaleLineData(
            external_id=self.id,
            quantity=self.quantity,
            amount_net=self.amount,
            kind=self.kind,
            parent_external_id=self.parent and self.parent.id,
            **facts,
        )
        return [record, record.opposite(ANNULLED)] if self.is_annulled else [record]


@dataclass(frozen=True)
class Known:
    """What of an answer stands on other days already.

    :param earlier: {(line id, item, is it positive?): numbers of receipts} of earlier
        days
    :param later: the same of later days
    :param families: those of which an earlier day has a receipt
    """

    earlier: dict = field(default_factory=dict)
    later: dict = field(default_factory=dict)
    families: frozenset = frozenset()


def of_one_receipt(*parts):
    """Each line once, with an id of its own, and knowing its parent.

    :param parts: the lists of lines in which the receipt was told: what an id stands
        for is looked up in the own part first
    """
    lines = [line for part in parts for line in part]
    every, parents = _by_id(lines), {}
    for part in parts:
        own = {**every, **_by_id(part)}
        parents.update((line, own.get(line.parent_id)) for line in part)
    for line in lines:
        line.parent = _parent(line, parents)
    found, instead = {}, {}
    for line in lines:
        while line.id in found and not _is_same(found[line.id], line):
            line.id += "+"
        instead[line] = found.setdefault(line.id, line)
    for line in found.values():
        line.parent = instead.get(line.parent)
    return list(found.values())


def _by_id(lines):
    return {line.id: line for line in reversed(lines)}


def _is_same(line, other):
    told = [(each.told, each.parent and each.parent.told) for each in (line, other)]
    return told[0] == told[1]


def _parent(line, parents):
    """None where it is missing, or modifies what modifies it."""
    seen, above = {line}, parents[line]
    while above and above not in seen:
        seen.add(above)
        above = parents[above]
    return None if above else parents[line]


class Settlement:
    """The only place that decides how much of each told line counts.

    :param doubts: gets what contradicts the conventions
    :param look_back: function of the lines that count: what other days have of them
        (``Known``)
    """

    def __init__(self, conventions, doubts, look_back=None):
        self.conventions, self.doubts = conventions, doubts
        self.look_back = look_back or (lambda lines: Known())
        self.is_twin_style = conventions.void_style == "twin"
        self.is_signed = conventions.quantity_sign == "signed"

    def settle(self, lines):
        """Write into each line what counts of it."""
        lines = [line for line in lines if line.quantity]
        for line in lines:
            line.factor = self._factor(line)
            if line.parent_id and not line.parent:
                self.doubts.add("parent_missing", line.label)
        self._check_modifiers(lines)
        self._sign(lines)
        families = grouped(lines, lambda line: (line.family, line.item))
        for family in families.values():
            self._annul_marked(family)
            self._check_restated(family)
        self._check_other_days(lines)

    # === FOR EACH, OR FOR ALL TOGETHER === #

    def _factor(self, line):
        above = line.parent
        if not above:
            return Decimal(1)
        each = self._factor(above) if self.conventions.is_per_parent(above) else 1
        return abs(above.quantity * each) or Decimal(1)

    def _check_modifiers(self, lines):
        """Are those of several told, or paid, like one, or like one for each?"""
        prices = {(line.item, line.unit_price) for line in lines if line.factor == 1}
        for line in lines:
            if line.factor == 1:
                continue
            paid, is_per_parent = line.unit_price, self.conventions.is_per_parent(line)
            known = [price for item, price in prices if item == line.item and price]
            one = any(paid and _is_near(paid, price) for price in known)
            each = any(paid and _is_near(paid, price * line.factor) for price in known)
            each |= not paid and not is_per_parent and abs(line.quantity) < line.factor
            if one != each and each != is_per_parent:
                self.doubts.add("modifier_each" if each else "modifier_all", line.label)

    # === WHAT COMES BACK === #

    def _sign(self, lines):
        """What comes back is negative, however it was told."""
        worth = Counter()
        for line in lines:
            worth[line.head] += line.amount
            worth[line.receipt] += line.amount
        for line in lines:
            is_negative, is_back = line.quantity < 0, self._is_back(line, worth)
            if is_back and is_negative != self.is_signed:
                code = "sign_told" if is_negative else "sign_missing"
                self.doubts.add(code, line.label)
            line.quantity *= line.factor if self.conventions.is_per_parent(line) else 1
            if is_back:
                line.quantity, line.amount = -abs(line.quantity), -abs(line.amount)

    def _is_back(self, line, worth):
        """A free line goes with its dish."""
        if line.quantity < 0 or (line.amount or worth[line.head]) < 0:
            return True
        is_marked = line.is_void and not self.is_twin_style
        if is_marked and self._is_original(line, worth[line.receipt]):
            return False
        return line.is_reversal

    def _is_original(self, line, total):
        """In the style of marks, a voided receipt may be the sale itself. Its money
        says so; if there was none, nobody knows: more likely it is, if it comes after
        no other one.
        """
        if not line.is_reversal or total > 0:
            return True
        if not total:
            self.doubts.add("void_unclear", line.label)
        return not total and not line.is_follower

    def _annul_marked(self, lines):
        """What was voided counts nothing, unless a negative line takes it back: for one
        dish on the same receipt, for a receipt as a whole on any that follows it.
        """
        twins = [line for line in lines if line.is_void and line.quantity < 0]
        for twin in twins:
            if not self.is_twin_style and not twin.is_reversal:
                self.doubts.add("void_twin", twin.label)
        taken_back, used = [], set()
        for line in lines:
            if not line.is_void or line.quantity < 0:
                continue
            own = [t for t in twins if line.is_whole_void or t.receipt == line.receipt]
            line.is_annulled = not own
            if line.is_annulled and self.is_twin_style:
                self.doubts.add("void_marked", line.label)
            taken_back += [line] if own else []
            used.update(own)
        if _sum(taken_back) != -_sum(used):
            self.doubts.add("void_unclear", taken_back[0].label)

    # === WHAT IS TOLD AGAIN === #

    def _check_restated(self, lines):
        """Does a transfer, a split ... tell again what another receipt told?"""
        sold = [line for line in lines if line.quantity > 0]
        again = [line for line in sold if line.may_restate]
        back = _sum(sold) - _sum(lines)
        if back < min(_sum(again), _sum(sold) - _sum(again)):
            self.doubts.add("restated", again[0].label)
        told = {}
        for line in sorted(sold, key=lambda line: line.may_restate):
            first = told.setdefault(line.told.get("id") or line, line)
            if first.receipt != line.receipt:
                line.quantity = line.amount = Decimal(0)
                self.doubts.add("restated", line.label)

    # === WHAT OTHER DAYS TELL === #

    def _check_other_days(self, lines):
        """Is this told again, or cancelled, after another day has counted it?"""
        lines = [line for line in lines if line.quantity]
        known = self.look_back(lines)
        elsewhere = self._lines_from_elsewhere(lines, known)
        again = self._kept_of_what_may_be_told_again(lines)
        for line in lines:
            is_told = line.is_among(known.earlier)
            if line.is_cancelled_sale:
                if is_told or line in elsewhere:
                    self.doubts.add("cancelled_later", line.label)
            elif is_told:
                line.quantity = line.amount = Decimal(0)
                self.doubts.add("restated", line.label)
            elif line.is_among(known.later) or line in again & elsewhere:
                self.doubts.add("restated", line.label)

    def _lines_from_elsewhere(self, lines, known):
        """What came first in their families was not sold in this answer."""
        first = [line for line in lines if not line.is_follower]
        sold = [line for line in first if not line.is_whole_void and line.quantity > 0]
        here = {line.family for line in sold}
        return {
            line
            for line in lines
            if line.family in known.families
            or (line.is_follower and line.family not in here)
        }

    def _kept_of_what_may_be_told_again(self, lines):
        """What was not taken back in the same answer."""
        left = Counter()
        for line in lines:
            left[line.family, line.item] += line.quantity
        again = {line for line in lines if line.may_restate and line.quantity > 0}
        return {line for line in again if left[line.family, line.item] > 0}


def _sum(lines):
    return sum(line.quantity for line in lines)


def _is_near(amount, other):
    return abs(amount - other) <= other / 100
