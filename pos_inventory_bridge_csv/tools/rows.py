"""From the cells of a row to what it says was sold, or why it cannot be used."""

from decimal import Decimal
from itertools import islice

from . import columns
from .layout import Layout
from .reader import Refusal, as_text, named_columns, read_cells, read_header
from .sold import Reject, Sold

#: Rows without any outlet, in column or layout, belong to this one.
MAIN_OUTLET = "main"


def read_sold(content: bytes, layout: Layout):
    """Read a file to its end.

    :return: (list of ``Sold``, list of ``Reject``), in the order of the file
    :raises Refusal: the file as a whole cannot be used
    """
    return read_first(content, layout, None)


def read_first(content, layout, most):
    """Like ``read_sold``, of the first rows only."""
    sold, rejects = [], []
    for number, cells, _raw in islice(layout.rows_of(content), most):
        outcome = _read_row(number, cells, layout)
        if isinstance(outcome, Reject):
            rejects.append(outcome)
        else:
            sold += outcome
    return sold, rejects


def read_some_cells(content, layout, numbers):
    """Yield (row number, cells as texts) of the header and of some rows."""
    rows = read_cells(content, layout.encoding, layout.delimiter)
    number, header = read_header(rows, layout.header_row)
    yield number, named_columns(header)
    for number, cells in rows:
        if number in numbers:
            yield number, [as_text(cell) for cell in cells]


def _read_row(number, cells, layout):
    """What every rule finds in the row; a row in which none finds a code is refused."""
    if not cells:
        return Reject(number, Refusal("cells"))
    found = []
    for rule in layout.rules:
        row = _RowReader(layout, rule, cells)
        if row.refusals:
            break
        found += row.sold(number, len(found))
    heads = [sold for sold in found if not sold.is_of_row]
    if heads and not row.refusals:
        return found
    refusal = next(iter(row.refusals), Refusal("code_missing"))
    if row.says_nothing():
        return Reject(number, Refusal("not_a_sale"), is_note=True)
    return Reject(
        number,
        refusal,
        row.outlet,
        row.date,
        row.time,
        row.by_clock,
        row.number,
        row.single_code(),
    )


class _RowReader:
    """One row under one rule; all of it is read, so that a refused row has a place."""

    def __init__(self, layout, rule, cells):
        self.layout, self.rule, self.cells = layout, rule, cells
        self.refusals = []
        self.by_clock = bool(rule.time) and not layout.date_is_business_date
        self.outlet = self._outlet()
        self.date, self.time = self._local_moment() or (self._date(), self._time())
        self.number = self._text("receipt") or None
        self.line = self._text("line") or None
        self.modifies = self._text("modifies") or None
        self.code = self._text("code") or ""
        self.name = self._text("name") or ""
        self.variant = self._text("variant") or ""
        self.sku = self._text("sku") or None
        self.group = self._text("group") or None
        self.kind = self._kind()
        # One per code where no column tells; an empty cell of that column is none.
        self.quantity = self._number("quantity", None if rule.quantity else Decimal(1))
        if self.quantity is None and not self.refusals:
            self.refusals.append(Refusal("quantity_missing"))
        self.amount = self._number("amount", Decimal(0))
        self.price = self._number("price", None)

    def _cell(self, name):
        return self.cells.get(getattr(self.rule, name), "")

    def _read(self, name, read, *arguments):
        try:
            return read(self._cell(name), *arguments)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return None

    def _text(self, name):
        return self._read(name, columns.read_text)

    def _number(self, name, default):
        separator = self.layout.decimal_separator
        return self._read(name, columns.read_decimal, separator, default)

    def _outlet(self):
        outlet = self._text("outlet") or self.layout.outlet
        if self.rule.outlet and not outlet and not self.refusals:
            self.refusals.append(Refusal("outlet_missing"))
        return outlet if self.rule.outlet else outlet or MAIN_OUTLET

    def _local_moment(self):
        """(date, time) by the outlet's clock of a cell that names its time zone."""
        if not self.layout.localize or not self.rule.date or not self.outlet:
            return None
        try:
            moment = columns.read_moment(self._cell("date"), self.layout.date_order)
        except Refusal:
            return None
        if not moment:
            return None
        local = self.layout.localize(self.outlet, moment)
        return self._past(local.date()), local.time() if self.rule.time else None

    def _date(self):
        if not self.rule.date:
            return self.layout.day
        return self._past(self._read("date", columns.read_date, self.layout.date_order))

    def _past(self, day):
        if day and day > self.layout.latest:
            self.refusals.append(Refusal("date_future", value=str(day)))
            return None
        return day

    def _time(self):
        """A missing time matters only where it decides the business date."""
        if not self.rule.time:
            return None
        is_blank = not as_text(self._cell("time")).strip()
        if is_blank and self.layout.date_is_business_date:
            return None
        return self._read("time", columns.read_time)

    def _kind(self):
        kind = self._read("kind", columns.read_kind, self.layout.words)
        if kind == "modifier" and not self.modifies:
            self.refusals.append(Refusal("modifier_alone"))
        return "modifier" if kind == "sale" and self.modifies else kind

    def says_nothing(self):
        """Neither item nor date: a total or a remark, and no sale."""
        names = [each for each in ("code", "date", "name") if getattr(self.rule, each)]
        blank = not any(as_text(self._cell(name)).strip() for name in names)
        return blank and bool(self.rule.date)

    def single_code(self):
        """The code of a row that has just one, or None."""
        is_plain = self.code and not self.rule.separator and not self.rule.is_modifier
        if not is_plain:
            return None
        return f"{self.code} / {self.variant}" if self.variant else self.code

    def sold(self, row, before):
        """One per code; the money of the row stands with the first.

        :param before: how many codes other rules found in this row
        """
        separator = self.rule.separator
        parts = self.code.split(separator) if separator else [self.code]
        codes = [part.strip() for part in parts if part.strip()]
        if self.variant and not self.rule.is_modifier:
            codes = [f"{code} / {self.variant}" for code in codes]
        is_single, sign = len(codes) == 1, self._sign()
        is_item = is_single and not self.rule.is_modifier
        for index, code in enumerate(codes, before):
            has_money = index == 0 and not self.rule.is_modifier
            yield Sold(
                row=row,
                outlet=self.outlet,
                source_day=self.date,
                clock=self.time,
                number=self.number,
                line=f"{self.line}#{index + 1}" if self.line and index else self.line,
                modifies=self.modifies,
                code=code,
                name=self._sold_name() if is_single else "",
                quantity=sign(self.quantity),
                amount=sign(self.amount) if has_money else Decimal(0),
                price=self.price if is_single and has_money else None,
                kind=self._sold_kind(),
                is_of_row=self.rule.is_modifier,
                sku=self.sku if is_item else None,
                group=self.group if is_item else None,
            )

    def _sold_name(self):
        if self.rule.is_modifier or not self.name:
            return ""
        return f"{self.name} / {self.variant}" if self.variant else self.name

    def _sold_kind(self):
        if self.kind == "cancelled":
            return "void"
        return (
            "modifier" if self.rule.is_modifier and self.kind == "sale" else self.kind
        )

    def _sign(self):
        """What becomes of the numbers of this kind of row."""
        if self.kind in ("refund", "void"):
            return lambda number: -abs(number)
        if self.kind == "cancelled":
            return lambda number: Decimal(0)
        return lambda number: number
