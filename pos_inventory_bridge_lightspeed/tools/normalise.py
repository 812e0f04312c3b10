"""What Lightspeed's sales mean: receipts whose lines have signed quantities.

Several points are not documented. Each is one setting of ``Reading``, whose defaults
are what is most likely. An answer that does not fit a setting is read all the same, and
becomes a doubt, so that a person looks before anything is posted.

A receipt is known by business date, account (``accountFiscId``, of which one answer may
tell several receipts) and receipt number. The date belongs to it because a later day
may tell a correction under the same account: that is a fact of its own, and must not
move the receipt away from the day on which it was sold.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from odoo.addons.pos_inventory_bridge.tools.records import SaleData, SaleLineData
from odoo.addons.pos_inventory_bridge.tools.shapes import (
    first,
    moment,
    number,
    only,
    plain,
    rows,
    spelled,
)

from .client import closed_at

AMOUNTS = ("totalNetAmountWithoutTax", "totalNetAmountWithTax")
KINDS_OF_DISCOUNT = ("discountType", "accountDiscountType")
DISCOUNTS = ("discountAmount", "accountDiscountAmount", "totalDiscountAmount")
NUMBERS = ("receiptId", "accountFiscId", "accountReference")
SOLD_AT = ("timeOfSale", "timeofSale")
#: What is kept of an answer: nothing about guests, staff, tables or payments.
KEPT_OF_SALE = (
    *(*NUMBERS, "type", "cancelled", "voidReason", "timeOfOpening", "timeofOpening"),
    *("timeClosed", "timeOfCloseAndPaid", "timeofCloseAndPaid"),
)
KEPT_OF_LINE = (
    *("id", "parentLineId", "sku", "name", "quantity", "menuListPrice", "currency"),
    *("taxAmount", "voidReason"),
    *(*AMOUNTS, *DISCOUNTS, *KINDS_OF_DISCOUNT, *SOLD_AT),
)
REVERSING = frozenset({"REFUND", "VOID", "CANCEL"})
#: Types that may tell again what another receipt tells, too.
RESTATING = frozenset({"RECALL", "SPLIT", "UPDATE", "TRANSFER", "CROSS_BL"})
COUNTED = REVERSING | {"SALE"}
IGNORED = frozenset({"FLOAT", "TRANSITORY"})
#: On the house, or broken: no money came in, and the goods are gone.
ON_THE_HOUSE = {"COMP", "LOSS"}


@dataclass(frozen=True)
class Reading:
    """How undocumented points are read.

    :param void_style: ``twin``: a void is a negative line beside the original;
        ``mark``: the original bears the reason, and no other line follows
    :param quantity_sign: of refunds and voids: ``signed`` or ``unsigned``
    :param modifier_quantity: ``absolute``, or ``per_parent``: of each modified unit
    :param combo_quantity: the same of what a combo consists of
    :param combos: SKUs of the items that are combos
    :param counted_types: types of receipts whose lines count without a doubt
    :param ignored_types: types of receipts that move no goods
    """

    void_style: str = "twin"
    quantity_sign: str = "signed"
    modifier_quantity: str = "absolute"
    combo_quantity: str = "absolute"
    combos: frozenset = frozenset()
    counted_types: frozenset = COUNTED
    ignored_types: frozenset = IGNORED


@dataclass(eq=False)
class Line:
    """A told line on its way to what counts.

    :param factor: how many there are of the line that it belongs to
    :param is_annulled: voided by a mark, so that its opposite is to be added
    :param is_reopened: taken back only to be told anew, as no guest brings it back
    """

    told: dict
    sale: dict
    id: str
    type: str
    quantity: Decimal
    amount: Decimal
    parent: "Line | None" = None
    factor: Decimal = Decimal(1)
    is_annulled: bool = False
    is_reopened: bool = False

    def __post_init__(self):
        is_off = self.sale.get("voidReason") or self.sale.get("cancelled") is True
        self.item = first(self.told, ("sku", "name")) or "?"
        self.is_whole_void = bool(is_off) or self.type in REVERSING
        reason = self.told.get("voidReason") or self.is_whole_void
        self.is_void = bool(reason) and self.type != "REFUND"

    @property
    def unit_price(self):
        """None where it is free, discounted or unknown."""
        if not self.quantity or any(number(self.told.get(name)) for name in DISCOUNTS):
            return None
        return abs(self.amount / self.quantity) or None

    @property
    def head(self):
        """The line that modifies nothing: the dish, the combo."""
        return self.parent.head if self.parent else self

    @property
    def kind(self):
        if self.type == "REFUND" and not self.is_reopened:
            return "refund"
        if self.is_void and self.quantity < 0:
            return "void"
        if ON_THE_HOUSE.intersection(map(self.told.get, KINDS_OF_DISCOUNT)):
            return "comp"
        return "modifier" if self.parent else "sale"

    def __str__(self):
        name, told = self.told.get("name") or self.item, self.told.get("quantity")
        return f"{first(self.sale, NUMBERS)}: {name} ({told})"


@dataclass
class DayReader:
    """Reads the sales of one business day.

    :ivar doubts: {code: examples for a person}
    """

    reading: Reading
    business_date: date
    doubts: dict = field(default_factory=dict)

    def receipts(self, told):
        """The receipts as ``SaleData``, each once and in the same order every time."""
        parts_of = {}
        unique = {spelled(sale): sale for sale in told}
        for _spelling, sale in sorted(unique.items()):
            parts_of.setdefault(self._identity(sale), []).append(sale)
        lines = {key: self._lines(parts) for key, parts in parts_of.items()}
        every_line = [line for found in lines.values() for line in found]
        self._note_reopened(every_line)
        self._settle(every_line)
        return [self._receipt(key, parts_of[key], lines[key]) for key in parts_of]

    def _identity(self, sale):
        account = first(sale, NUMBERS[1:])
        parts = [str(part) for part in (account, sale.get("receiptId")) if part]
        if not parts:
            raise ValueError("Lightspeed told a receipt that has no number.")
        return "/".join([self.business_date.isoformat(), *parts])

    def _doubt(self, code, example):
        self.doubts.setdefault(code, []).append(str(example))

    # === FROM ROWS TO LINES === #

    def _lines(self, parts):
        """The lines of one receipt, which may be told in parts, or twice."""
        lines = {}
        for sale in parts:
            kind = self._type(sale)
            for place, told in enumerate(_rows(sale), 1):
                line = self._line(sale, kind, told, place)
                while lines.get(line.id, line).told != told:
                    line.id += "+"
                lines.setdefault(line.id, line)
        for line in lines.values():
            self._link(line, lines)
        return list(lines.values())

    def _type(self, sale):
        kind, reading = sale.get("type"), self.reading
        known = COUNTED | RESTATING | reading.counted_types | reading.ignored_types
        if not kind or not isinstance(sale.get("salesLines"), list):
            self._doubt("unreadable", first(sale, NUMBERS))
        elif kind not in known:
            self._doubt("type_unknown", f"{first(sale, NUMBERS)} ({kind})")
        return kind or "SALE"

    def _line(self, sale, kind, told, place):
        quantity, amount = number(told.get("quantity")), first(told, AMOUNTS, number)
        values = (quantity or Decimal(0), amount or Decimal(0))
        line = Line(told, sale, str(told.get("id") or f"#{place}"), kind, *values)
        if quantity is None:
            self._doubt("unreadable", line)
        return line

    def _link(self, line, lines):
        """Not to a parent that is missing, or that modifies what modifies it."""
        parent = lines.get(line.told.get("parentLineId"))
        above, seen = parent, {line.id}
        while above and above.id not in seen:
            seen.add(above.id)
            above = lines.get(above.told.get("parentLineId"))
        line.parent = None if above else parent

    # === WHAT COUNTS === #

    def _settle(self, lines):
        """The only place that decides how much of each told line counts."""
        reading = self.reading
        counted = (COUNTED | RESTATING | reading.counted_types) - reading.ignored_types
        families = {}
        for line in lines:
            if line.type in counted:
                key = (_family(line.sale), line.item)
                families.setdefault(key, []).append(line)
                line.factor = self._factor(line)
            else:
                line.quantity = line.amount = Decimal(0)
        counting = [line for family in families.values() for line in family]
        self._check_modifiers(counting)
        self._sign(counting)
        for family in families.values():
            self._annul_marked(family)
            self._check_restated(family)

    def _factor(self, line):
        above = line.parent
        if not above:
            return Decimal(1)
        each = self._factor(above) if self._is_per_parent(above) else 1
        return abs(above.quantity * each) or Decimal(1)

    def _is_per_parent(self, line):
        is_part = line.parent and line.parent.item in self.reading.combos
        name = "combo_quantity" if is_part else "modifier_quantity"
        return bool(line.parent) and getattr(self.reading, name) == "per_parent"

    def _check_modifiers(self, lines):
        """Are those of several told, or paid, like one, or like one for each?"""
        prices = {(line.item, line.unit_price) for line in lines if line.factor == 1}
        for line in lines:
            if line.factor == 1:
                continue
            paid, is_per_parent = line.unit_price, self._is_per_parent(line)
            known = [price for item, price in prices if item == line.item and price]
            one = any(paid and _is_near(paid, price) for price in known)
            each = any(paid and _is_near(paid, price * line.factor) for price in known)
            each |= not paid and not is_per_parent and abs(line.quantity) < line.factor
            if one != each and each != is_per_parent:
                self._doubt("modifier_each" if each else "modifier_all", line)

    def _sign(self, lines):
        """What comes back is negative, however it was told."""
        is_signed = self.reading.quantity_sign == "signed"
        worth = {}
        for line in lines:
            for whole in (line.head, id(line.sale)):
                worth[whole] = worth.get(whole, 0) + line.amount
        for line in lines:
            is_negative, is_back = line.quantity < 0, self._is_back(line, worth)
            if is_back and line.quantity and is_negative != is_signed:
                self._doubt("sign_told" if is_negative else "sign_missing", line)
            line.quantity *= line.factor if self._is_per_parent(line) else 1
            if is_back:
                line.quantity, line.amount = -abs(line.quantity), -abs(line.amount)

    def _is_back(self, line, worth):
        """A free line goes with its dish. In the style of marks, a voided receipt may
        be the original itself: its money says so.
        """
        is_paid_back = (line.amount or worth[line.head]) < 0
        total = worth[id(line.sale)]
        is_sold = line.is_void and line.quantity > 0 and not is_paid_back
        if is_sold and self.reading.void_style == "mark":
            if line.type in REVERSING and not total:
                self._doubt("void_unclear", line)
            if line.type not in REVERSING or total >= 0:
                return False
        return line.type in REVERSING or line.quantity < 0 or is_paid_back

    def _annul_marked(self, lines):
        """What was voided counts nothing, unless a negative line takes it back: for one
        dish on the same receipt, for a receipt as a whole on any that follows it.
        """
        twins = [line for line in lines if line.is_void and line.quantity < 0]
        is_twin_style = self.reading.void_style == "twin"
        open_ones, used = [], []
        for line in lines:
            if line in twins and not is_twin_style and line.type not in REVERSING:
                self._doubt("void_twin", line)
            if not line.is_void or line.quantity <= 0:
                continue
            own = [t for t in twins if line.is_whole_void or t.sale is line.sale]
            line.is_annulled = not own
            if line.is_annulled and is_twin_style:
                self._doubt("void_marked", line)
            open_ones += [line] if own else []
            used += [twin for twin in own if twin not in used]
        if _sum(open_ones) != -_sum(used):
            self._doubt("void_unclear", open_ones[0])

    def _check_restated(self, lines):
        """Does a transfer, a split ... tell again what another receipt told?"""
        sold = [line for line in lines if line.quantity > 0]
        unproven = RESTATING - self.reading.counted_types
        again = [line for line in sold if line.type in unproven]
        back = _sum(sold) - _sum(lines)
        if back < min(_sum(again), _sum(sold) - _sum(again)):
            self._doubt("restated", again[0])
        told = {}
        for line in sorted(sold, key=lambda line: line.type in RESTATING):
            if told.setdefault(line.told.get("id") or line, line.sale) is not line.sale:
                line.quantity = line.amount = Decimal(0)
                self._doubt("restated", line)

    def _note_reopened(self, lines):
        """What is told anew after a refund was not brought back by a guest."""
        followed = {
            _source(line.sale).get("previousAccountId")
            for line in lines
            if line.type not in REVERSING
        }
        for line in lines:
            line.is_reopened = line.sale.get("accountFiscId", "") in followed

    # === RECORDS === #

    def _receipt(self, identity, parts, lines):
        types = {part.get("type") for part in parts}
        back = "refund" if "REFUND" in types else "void"
        closed = max(filter(None, map(closed_at, parts)), default=None)
        return SaleData(
            external_id=identity,
            business_date=self.business_date,
            lines=[record for line in lines for record in _records(line, closed)],
            receipt_number=str(first(parts[0], NUMBERS)),
            closed_at=closed,
            kind=back if types <= REVERSING else "sale",
            currency=next((line.told.get("currency") for line in lines), None),
            payload=plain([_kept(part) for part in parts]),
        )


def _records(line, closed):
    """The line as a record; one that was annulled by a mark, with its opposite."""
    record = SaleLineData(
        external_id=line.id,
        name=line.told.get("name") or line.item,
        quantity=line.quantity,
        amount_net=line.amount,
        kind=line.kind,
        sku=line.told.get("sku") or None,
        parent_external_id=line.parent and line.parent.id,
        sold_at=first(line.told, SOLD_AT, moment) or closed,
    )
    back = {"quantity": -line.quantity, "amount_net": -line.amount, "kind": "void"}
    opposite = replace(record, external_id=f"{line.id}#void", **back)
    return [record, opposite] if line.is_annulled else [record]


def _rows(sale):
    return rows({"salesLines": sale.get("salesLines") or []}, "salesLines")


def _source(sale):
    found = sale.get("source")
    return found if isinstance(found, dict) else {}


def _family(sale):
    """Accounts that follow each other share the number of the first one."""
    known = _source(sale).get("initialAccountId")
    return known or first(sale, NUMBERS[1:]) or sale.get("receiptId")


def _sum(lines):
    return sum(line.quantity for line in lines)


def _is_near(amount, other):
    return abs(amount - other) <= other / 100


def _kept(sale):
    lines = [only(line, KEPT_OF_LINE) for line in _rows(sale)]
    source = {"initialAccountId": _family(sale)}
    return {**only(sale, KEPT_OF_SALE), "source": source, "salesLines": lines}
