"""What Lightspeed's sales mean: receipts whose lines have signed quantities.

Several points are not documented. Each is one setting of ``Reading``, whose defaults
are what is most likely.

A receipt is known by business date, account (``accountFiscId``, of which one answer may
tell several receipts) and receipt number. The date belongs to it because a later day
may tell a correction under the same account: that is a fact of its own, and must not
move the receipt away from the day on which it was sold.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.addons.pos_inventory_bridge.tools import shapes
from odoo.addons.pos_inventory_bridge.tools.doubts import Doubts
from odoo.addons.pos_inventory_bridge.tools.records import SaleData
from odoo.addons.pos_inventory_bridge.tools.shapes import first, number, only, text
from odoo.addons.pos_inventory_bridge.tools.told_lines import (
    Conventions,
    Settlement,
    ToldLine,
    of_one_receipt,
)

from .client import CLOSED_AT, closed_at

AMOUNTS = ("totalNetAmountWithoutTax", "totalNetAmountWithTax")
KINDS_OF_DISCOUNT = ("discountType", "accountDiscountType")
DISCOUNTS = ("discountAmount", "accountDiscountAmount", "totalDiscountAmount")
ACCOUNT = ("accountFiscId", "accountReference")
NUMBERS = ("receiptId", *ACCOUNT)
SOLD_AT = ("timeOfSale", "timeofSale")
#: What is kept of an answer: nothing about guests, staff, tables or payments.
KEPT_OF_SALE = (
    *("type", "cancelled", "voidReason", "timeOfOpening", "timeofOpening"),
    *(*NUMBERS, *CLOSED_AT),
)
KEPT_OF_LINE = (
    *("id", "parentLineId", "sku", "name", "quantity", "menuListPrice", "currency"),
    *("taxAmount", "voidReason", *AMOUNTS, *DISCOUNTS, *KINDS_OF_DISCOUNT, *SOLD_AT),
)
REVERSING = frozenset({"REFUND", "VOID", "CANCEL"})
#: Types that may tell again what another receipt tells, too.
RESTATING = frozenset({"RECALL", "SPLIT", "UPDATE", "TRANSFER", "CROSS_BL"})
COUNTED = REVERSING | {"SALE"}
IGNORED = frozenset({"FLOAT", "TRANSITORY"})
#: On the house, or broken.
ON_THE_HOUSE = {"COMP", "LOSS"}


@dataclass(frozen=True)
class Reading(Conventions):
    """How undocumented points are read; combos are known by their SKU.

    :param counted_types: types of receipts whose lines count without a doubt
    :param ignored_types: types of receipts that move no goods
    """

    counted_types: frozenset = COUNTED
    ignored_types: frozenset = IGNORED


@dataclass
class DayReader:
    """Reads the sales of one business day.

    :param look_back: see ``Settlement``
    :ivar doubts: {code: examples for a person}
    """

    reading: Reading
    business_date: date
    look_back: Callable | None = None
    doubts: Doubts = field(default_factory=Doubts)

    def receipts(self, told):
        """The receipts as ``SaleData``, each once and in the same order every time."""
        told = shapes.distinct(told)
        onward = [sale for sale in told if sale.get("type") not in REVERSING]
        # What is told anew after a refund was not brought back by a guest. An account
        # that both share says nothing: it may be the sale that is followed.
        followed = {str(_source(sale).get("previousAccountId")) for sale in onward}
        self._reopened = followed - {str(sale.get("accountFiscId")) for sale in onward}
        parts_of = shapes.grouped(told, self._identity)
        lines = {key: self._lines(key, parts) for key, parts in parts_of.items()}
        every_line = [line for found in lines.values() for line in found]
        Settlement(self.reading, self.doubts, self.look_back).settle(every_line)
        return [self._receipt(key, parts_of[key], lines[key]) for key in parts_of]

    def _identity(self, sale):
        parts = [first(sale, ACCOUNT), sale.get("receiptId")]
        if not any(parts):
            raise ValueError("Lightspeed told a receipt that has no number.")
        return "/".join(map(str, filter(None, [self.business_date, *parts])))

    # === FROM ROWS TO LINES === #

    def _lines(self, identity, parts):
        """The lines of one receipt, which may be told in parts, or twice."""
        told = []
        for sale in parts:
            facts, rows = self._facts(identity, sale), enumerate(_rows(sale), 1)
            told.append([self._line(facts, sale, row, place) for place, row in rows])
        return of_one_receipt(*told)

    def _facts(self, identity, sale):
        """What all lines of a receipt share."""
        kind, account = self._type(sale), str(sale.get("accountFiscId") or "")
        is_off = bool(sale.get("voidReason")) or shapes.flag(sale, "cancelled")
        return {
            "receipt": identity,
            "number": str(first(sale, NUMBERS)),
            "family": _family(sale),
            "is_reversal": kind in REVERSING,
            "is_refund": kind == "REFUND" and account not in self._reopened,
            "is_whole_void": is_off or kind in REVERSING,
            "is_follower": bool(account) and _family(sale) != account,
            "may_restate": kind in RESTATING - self.reading.counted_types,
        }

    def _type(self, sale):
        kind = sale.get("type")
        if not kind or not isinstance(sale.get("salesLines"), list):
            self.doubts.add("unreadable", first(sale, NUMBERS))
        elif not self._counts(kind) and kind not in self.reading.ignored_types:
            self.doubts.add("type_unknown", f"{first(sale, NUMBERS)} ({kind})")
        return kind or "SALE"

    def _counts(self, kind):
        counted = COUNTED | RESTATING | self.reading.counted_types
        return kind in counted - self.reading.ignored_types

    def _line(self, facts, sale, told, place):
        item, kind = first(told, ("sku", "name"), text) or "?", sale.get("type")
        name, quantity = told.get("name") or item, number(told.get("quantity"))
        label = f"{first(sale, NUMBERS)}: {name} ({told.get('quantity')})"
        if quantity is None:
            self.doubts.add("unreadable", label)
        counts = self._counts(kind or "SALE")
        is_void = facts["is_whole_void"] or bool(told.get("voidReason"))
        return ToldLine(
            told=told,
            id=str(told.get("id") or f"#{place}"),
            parent_id=str(told.get("parentLineId") or ""),
            item=item,
            label=label,
            quantity=(counts and quantity) or Decimal(0),
            amount=(counts and first(told, AMOUNTS, number)) or Decimal(0),
            is_discounted=any(number(told.get(name)) for name in DISCOUNTS),
            is_comp=not ON_THE_HOUSE.isdisjoint(map(told.get, KINDS_OF_DISCOUNT)),
            is_void=is_void and kind != "REFUND",
            **facts,
        )

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
            payload=shapes.plain([_kept(part) for part in parts]),
        )


def _records(line, closed):
    return line.records(
        name=first(line.told, ("name",), text) or line.item,
        sku=first(line.told, ("sku",), text),
        sold_at=first(line.told, SOLD_AT, shapes.moment) or closed,
    )


def _rows(sale):
    return shapes.rows({"salesLines": sale.get("salesLines") or []}, "salesLines")


def _source(sale):
    found = sale.get("source")
    return found if isinstance(found, dict) else {}


def _family(sale):
    """Accounts that follow each other share the number of the first one."""
    known = _source(sale).get("initialAccountId")
    return str(known or first(sale, ACCOUNT) or sale.get("receiptId"))


def _kept(sale):
    lines = [only(line, KEPT_OF_LINE) for line in _rows(sale)]
    source = {"initialAccountId": _family(sale)}
    return {**only(sale, KEPT_OF_SALE), "source": source, "salesLines": lines}
