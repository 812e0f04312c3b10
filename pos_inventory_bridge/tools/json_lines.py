"""The lines of one receipt, read by a contract."""

from decimal import Decimal

from .records import SaleLineData
from .shapes import grouped


class ReceiptLines:
    """Modifiers and parts of menus stand below what they belong to.

    :param values: reads plain values
    :param moment: when they were sold, or None
    :param is_cancelled: the receipt as a whole
    :ivar records: ``SaleLineData`` of each
    :ivar kept: what is stored of each
    :ivar notes: names of what was missing, so that something was assumed
    """

    def __init__(self, values, moment, is_cancelled):
        self.values, self.contract = values, values.contract
        self.moment, self.is_cancelled = moment, is_cancelled
        self.records, self.kept, self.notes, self._ids = [], [], [], set()

    def add_all(self, rows):
        """All lines of the receipt; those that name another one stand below it."""
        ids = {self._told(row, "id") for row in rows}
        below = grouped(rows, lambda row: self._told_parent(row, ids))
        self._add(below.pop(None, ()), below)
        if below:
            raise ValueError("parent")

    def _add(self, rows, below, parent=None):
        for row in rows:
            line = self._line(row, parent)
            self.records.append(line)
            self.kept.append({"ref": line.external_id, **self.values.kept(row, "line")})
            children = below.pop(self._told(row, "id"), ())
            self._add([*self.contract.children(row), *children], below, line)

    def _told(self, row, name):
        return self.values.getter(row, "line")(name)

    def _told_parent(self, row, ids):
        """None for a line that stands alone, also if what it belongs to is missing."""
        told = self._told(row, "parent")
        return told if told in ids and told != self._told(row, "id") else None

    def _line(self, row, parent):
        get = self.values.getter(row, "line")
        is_void = self.is_cancelled or self.values.is_cancelled(row, "line")
        is_void = is_void or bool(parent and parent.kind == "void")
        quantity = Decimal(0) if is_void else self._quantity(get, parent)
        return SaleLineData(
            external_id=self._id(get("id"), parent),
            name=get("name") or get("sku") or get("item") or "",
            quantity=quantity,
            amount_net=Decimal(0) if is_void else self._amount(get, quantity),
            kind="void" if is_void else self._kind(get("type"), quantity, parent),
            parent_external_id=parent and parent.external_id,
            sold_at=self.moment,
            **self._item(get),
        )

    def _id(self, given, parent):
        """The given one, else the place. The same one twice may be of an item, so both
        lines count.
        """
        start = f"{given}~" if given else f"{parent.external_id}." if parent else "#"
        wanted, count = given, 0
        while not wanted or wanted in self._ids:
            count += 1
            wanted = f"{start}{count}"
        self._ids.add(wanted)
        return wanted

    def _item(self, get):
        """Which item; what is no goods has an item of its own, that uses nothing."""
        item_type, ref = get("type"), get("item")
        if self.contract.is_one_of("ignored_types", item_type):
            ref = f"{item_type}:{ref or get('sku') or get('name')}"
            return {"item_external_id": ref, "item_type": item_type}
        return {"item_external_id": ref, "sku": get("sku"), "item_type": item_type}

    def _kind(self, item_type, quantity, parent):
        for name in ("comp", "staff_meal"):
            if self.contract.is_one_of(f"{name}_types", item_type):
                return name
        if parent:
            return "modifier"
        return "refund" if quantity < 0 else "sale"

    def _quantity(self, get, parent):
        text, number = get("quantity"), self.values.number
        if text is None:
            self.notes.append("quantity")
        quantity = number(text, "quantity_divisor") if text else Decimal(1)
        is_per_parent = self.contract["child_quantity"] == "per_parent"
        return quantity * parent.quantity if parent and is_per_parent else quantity

    def _amount(self, get, quantity):
        """Without tax where the till says how much tax is in it."""
        name = "amount_net" if get("amount_net") else "amount_gross"
        amount = self.values.number(get(name) or "0", "money_divisor")
        if self.contract["numbers"]["price_per"] == "unit":
            amount *= quantity
        if name == "amount_gross" and get("tax_rate"):
            told = get("tax_rate")
            # What is a number already has no sign to take off.
            told = told.rstrip("% ") if told.endswith(("%", " ")) else told
            rate = self.values.number(told)
            amount = round(amount / (1 + rate / 100), 4)
        return -amount if quantity < 0 < amount else amount
