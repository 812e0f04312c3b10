"""From the cells of a row to what it says was sold, or why it cannot be used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from . import columns
from .reader import (
    Refusal,
    as_text,
    named_columns,
    read_cells,
    read_header,
    read_rows,
)

#: Rows without any outlet, in column or layout, belong to this one.
MAIN_OUTLET = "main"
#: Fields of a rule that are no names of columns.
NO_COLUMNS = ("separator", "is_modifier")


@dataclass(frozen=True)
class Rule:
    """Which column tells what; only that of the codes is needed.

    :param variant: the size or kind of the item, which makes it another item
    :param separator: between several codes in one cell
    :param is_modifier: the codes modify what the rule before found in the same row
    """

    code: str
    separator: str | None = None
    is_modifier: bool = False
    quantity: str | None = None
    date: str | None = None
    time: str | None = None
    outlet: str | None = None
    receipt: str | None = None
    line: str | None = None
    modifies: str | None = None
    kind: str | None = None
    amount: str | None = None
    name: str | None = None
    price: str | None = None
    variant: str | None = None
    sku: str | None = None

    def columns(self):
        """Names of the columns that the file must have."""
        told = (each.name for each in fields(self) if each.name not in NO_COLUMNS)
        return [getattr(self, name) for name in told if getattr(self, name)]


@dataclass(frozen=True)
class Layout:
    """How a file is read.

    :param words: {word in lower case: kind}, of the column that tells the kind
    :param outlet: of rows that name none; ``day``: of rows without a date
    :param latest: nothing can have been sold after this date
    :param localize: (outlet, moment with a zone) -> that moment by the outlet's clock
    """

    rules: tuple[Rule, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_separator: str = "."
    date_order: str = "ymd"
    header_row: int = 0
    date_is_business_date: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    outlet: str | None = None
    day: date | None = None
    latest: date = date.max
    localize: Callable | None = None

    def columns(self):
        """Names of all columns that the file must have, each once."""
        names = (name for rule in self.rules for name in rule.columns())
        return list(dict.fromkeys(names))

    def rows_of(self, content):
        """The rows of a file, as ``read_rows`` gives them."""
        return read_rows(
            content, self.encoding, self.delimiter, self.columns(), self.header_row
        )


@dataclass(slots=True)
class Sold:
    """One code of one row, as the file says it.

    :param number: the till's own number of the receipt
    :param is_of_row: modifies what the same row sold
    :param day: business date; ``moment`` and ``receipt``, which identifies the sale
        within the day, are found with it, see ``sheet.py``
    """

    row: int
    outlet: str
    source_day: date
    clock: time | None
    number: str | None
    line: str | None
    modifies: str | None
    code: str
    name: str
    quantity: Decimal
    amount: Decimal
    price: Decimal | None
    kind: str
    is_of_row: bool
    sku: str | None
    day: date | None = None
    moment: datetime | None = None
    receipt: str | None = None

    def says(self):
        """All but the place in the file."""
        return (
            *(self.outlet, self.source_day, self.clock, self.number, self.line),
            *(self.modifies, self.code, self.name, self.quantity, self.amount),
            *(self.price, self.kind, self.is_of_row, self.sku),
        )

    def as_plain(self):
        """JSON values; outlet and date are told apart from them."""
        return [
            self.row,
            self.clock and self.clock.isoformat(),
            self.number,
            self.line,
            self.modifies,
            self.code,
            self.name,
            str(self.quantity),
            str(self.amount),
            None if self.price is None else str(self.price),
            self.kind,
            int(self.is_of_row),
            self.sku,
        ]

    @classmethod
    def from_plain(cls, outlet, source_day, plain):
        row, clock, *texts, quantity, amount, price, kind, is_of_row, sku = plain
        return cls(
            row,
            outlet,
            source_day,
            time.fromisoformat(clock) if clock else None,
            *texts,
            Decimal(quantity),
            Decimal(amount),
            None if price is None else Decimal(price),
            kind,
            bool(is_of_row),
            sku,
        )


@dataclass(frozen=True)
class Reject:
    """A refused row, and where it may belong; what is empty could not be read.

    :param by_clock: its business date depends on its time
    :param day: the business date, where it is known
    :param is_note: nothing was sold in it: a total, a remark
    """

    row: int
    refusal: Refusal
    outlet: str | None = None
    source_day: date | None = None
    clock: time | None = None
    by_clock: bool = False
    number: str | None = None
    day: date | None = None
    is_note: bool = False

    def days(self, locate):
        """The business dates to which it may belong; none: that cannot be told."""
        if self.day:
            return (self.day,)
        if not self.source_day:
            return ()
        if not self.by_clock:
            return (self.source_day,)
        if self.clock and self.outlet:
            return (locate(self.outlet, self.source_day, self.clock)[0],)
        return (self.source_day - timedelta(days=1), self.source_day)

    def as_plain(self):
        """JSON values of what matters for the days that miss it."""
        return [
            self.outlet,
            self.source_day and self.source_day.isoformat(),
            self.clock and self.clock.isoformat(),
            self.by_clock,
            self.number,
        ]

    @classmethod
    def from_plain(cls, plain):
        outlet, day, clock, by_clock, number = plain
        return cls(
            row=0,
            refusal=Refusal("stored"),
            outlet=outlet,
            source_day=day and date.fromisoformat(day),
            clock=clock and time.fromisoformat(clock),
            by_clock=by_clock,
            number=number,
        )


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
    if found and not row.refusals:
        return found
    refusal = next(iter(row.refusals), Refusal("code_missing"))
    if row.says_nothing():
        return Reject(number, Refusal("not_a_sale"), is_note=True)
    return Reject(
        number, refusal, row.outlet, row.date, row.time, row.by_clock, row.number
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
        self.kind = self._kind()
        self.quantity = self._number("quantity", Decimal(1))
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
        """Neither item, receipt nor a date: a total or a remark, and no sale."""
        names = ("code", "date", "receipt", "line")
        told = [name for name in names if getattr(self.rule, name)]
        blank = not any(as_text(self._cell(name)).strip() for name in told)
        return blank and bool(self.rule.date)

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
                sku=self.sku if is_single and not self.rule.is_modifier else None,
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
        if self.kind == "refund":
            return lambda number: -abs(number)
        if self.kind == "cancelled":
            return lambda number: Decimal(0)
        return lambda number: number
