"""From rows to what was sold, and what several files say together about one business day."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from . import columns
from .reader import Refusal, read_rows

#: Rows without any outlet, in column or layout, belong to this one.
MAIN_OUTLET = "main"
#: Rows of one receipt number that are closer than this are one receipt, even where the
#: business day changes in between; a till's numbers restart much later.
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True)
class Rule:
    """Which column tells what; only that of the codes is needed."""

    code: str
    separator: str | None = None
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

    def columns(self):
        """Names of the columns that the file must have."""
        told = (each.name for each in fields(self) if each.name != "separator")
        return [getattr(self, name) for name in told if getattr(self, name)]


@dataclass(frozen=True)
class Layout:
    """How a file is read. ``outlet`` and ``day`` are those of rows that do not say."""

    rules: tuple[Rule, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_separator: str = "."
    date_is_business_date: bool = False
    outlet: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """One code of one row. ``day`` is its business date, ``source_day`` what the file says.

    ``receipt`` identifies the sale within the day; ``number`` is the till's, if it has one.
    """

    row: int
    outlet: str
    source_day: date
    day: date
    moment: datetime | None
    receipt: str
    number: str | None
    line: str | None
    modifies: str | None
    code: str
    name: str
    quantity: Decimal
    amount: Decimal
    price: Decimal | None
    kind: str


@dataclass(frozen=True)
class Reject:
    """A refused row, and where it may belong; what is empty could not be read."""

    row: int
    refusal: Refusal
    raw: str
    outlet: str | None = None
    days: tuple[date, ...] = ()
    number: str | None = None


@dataclass
class Sheet:
    """What a whole file says."""

    sold: list[Sold] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @cached_property
    def days(self):
        """{outlet: business dates} of which this file tells something, refused or not."""
        days = defaultdict(set)
        for sold in self.sold:
            days[sold.outlet].add(sold.day)
        for reject in self.rejects:
            if reject.outlet and len(reject.days) == 1:
                days[reject.outlet].update(reject.days)
        return days

    def source_days(self):
        """First and last date in the file."""
        days = {sold.source_day for sold in self.sold}
        days.update(day for reject in self.rejects for day in reject.days)
        return min(days), max(days)

    def names(self):
        """{code: (name, price)}, as the last row says that says so."""
        names = {}
        for sold in self.sold:
            name, price = names.get(sold.code, ("", None))
            price = price if sold.price is None else sold.price
            names[sold.code] = sold.name or name, price
        return names

    def parts(self, outlet, day):
        """{date in the file: {receipt: its rows}} of one business day."""
        parts = defaultdict(lambda: defaultdict(list))
        for sold in self.sold:
            if sold.day == day and sold.outlet == outlet:
                parts[sold.source_day][sold.receipt].append(sold)
        return parts

    def may_miss(self, outlet, day, number=None):
        """Whether a refused row may belong to this day, or to one receipt of it.

        One that could be of any day is missing on all days of the file.
        """
        days = self.days[outlet]
        return any(
            reject.outlet in (None, outlet)
            and day in (reject.days or days)
            and (not number or reject.number in (None, number))
            for reject in self.rejects
        )


def read_sheet(content: bytes, layout: Layout, locate) -> Sheet:
    """Read a file to its end.

    :param locate: (outlet, date, time or None) -> (business date, moment or None)
    :raises Refusal: the file as a whole cannot be used
    """
    sheet = Sheet()
    names = list(dict.fromkeys(name for rule in layout.rules for name in rule.columns()))
    for number, cells, raw in read_rows(
        content, layout.encoding, layout.delimiter, names
    ):
        _read_row(sheet, layout, locate, number, cells, raw)
    _join_nights(sheet)
    _name_rows_without_receipt(sheet)
    _refuse_bad_lines(sheet)
    if not sheet.sold:
        first = min(sheet.rejects, key=lambda reject: reject.row)
        raise Refusal("all_refused", row=first.row, reason=first.refusal)
    return sheet


def _read_row(sheet, layout, locate, number, cells, raw):
    """Apply every rule; a row in which none finds a code is refused."""
    raw = layout.delimiter.join(raw).replace("\x00", "\N{REPLACEMENT CHARACTER}")[:500]
    if not cells:
        sheet.rejects.append(Reject(number, Refusal("cells"), raw))
        return
    found = 0
    for rule in layout.rules:
        row = _RowReader(layout, rule, cells)
        codes = row.codes()
        if row.refusals or (not codes and rule is layout.rules[-1] and not found):
            refusal = next(iter(row.refusals), Refusal("code_missing"))
            where = row.outlet, row.days(locate), row.number
            sheet.rejects.append(Reject(number, refusal, raw, *where))
            return
        found += len(codes)
        sheet.sold += row.sold(number, codes, locate)


class _RowReader:
    """One row under one rule; all cells are read, so that a refused row can be placed."""

    def __init__(self, layout, rule, cells):
        self.layout, self.rule, self.cells = layout, rule, cells
        self.refusals = []
        self.outlet = self._outlet()
        self.date = self._read("date", columns.read_date) if rule.date else layout.day
        self.time = self._time()
        self.number = self._read("receipt", columns.read_text) or None
        self.line = self._read("line", columns.read_text) or None
        self.modifies = self._read("modifies", columns.read_text) or None
        self.kind = self._kind()
        self.name = self._read("name", columns.read_text) or ""
        self.quantity = self._read_number("quantity", Decimal(1))
        self.amount = self._read_number("amount", Decimal(0))
        self.price = self._read_number("price", None)
        if self.kind == "refund" and not self.refusals:
            self.quantity, self.amount = -abs(self.quantity), -abs(self.amount)

    def _read(self, name, read, *arguments):
        try:
            return read(self.cells.get(getattr(self.rule, name), ""), *arguments)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return None

    def _read_number(self, name, default):
        separator = self.layout.decimal_separator
        return self._read(name, columns.read_decimal, separator, default)

    def _outlet(self):
        outlet = self._read("outlet", columns.read_text) or self.layout.outlet
        if self.rule.outlet and not outlet and not self.refusals:
            self.refusals.append(Refusal("outlet_missing"))
        return outlet if self.rule.outlet else outlet or MAIN_OUTLET

    def _time(self):
        """A missing time matters only where it decides the business date."""
        if not self.rule.time:
            return None
        blank = not self.cells[self.rule.time].strip()
        if blank and self.layout.date_is_business_date:
            return None
        return self._read("time", columns.read_time)

    def _kind(self):
        kind = self._read("kind", columns.read_kind)
        if kind == "modifier" and not self.modifies:
            self.refusals.append(Refusal("modifier_alone"))
        return "modifier" if kind == "sale" and self.modifies else kind

    def codes(self):
        text = self._read("code", columns.read_text) or ""
        parts = text.split(self.rule.separator) if self.rule.separator else [text]
        return [part.strip() for part in parts if part.strip()]

    def days(self, locate):
        """The business dates to which the row may belong; none: it cannot be told."""
        if not self.date:
            return ()
        if not self.rule.time or self.layout.date_is_business_date:
            return (self.date,)
        if self.time and self.outlet:
            return (locate(self.outlet, self.date, self.time)[0],)
        return (self.date - timedelta(days=1), self.date)

    def sold(self, row, codes, locate):
        day, moment = locate(self.outlet, self.date, self.time)
        single = len(codes) == 1
        for index, code in enumerate(codes):
            line = f"{self.line}#{index + 1}" if self.line and index else self.line
            yield Sold(
                row=row,
                outlet=self.outlet,
                source_day=self.date,
                day=day,
                moment=moment,
                receipt=self.number or "",
                number=self.number,
                line=line,
                modifies=self.modifies,
                code=code,
                name=self.name if single else "",
                quantity=self.quantity,
                amount=Decimal(0) if index else self.amount,
                price=self.price if single else None,
                kind=self.kind,
            )


def _join_nights(sheet):
    """A receipt that lasts beyond the end of a business day stays on the day it began."""
    receipts = defaultdict(list)
    for place, sold in enumerate(sheet.sold):
        if sold.number and sold.moment:
            receipts[sold.outlet, sold.number].append((sold.moment, place))
    for rows in receipts.values():
        before = None
        for moment, place in sorted(rows):
            sold = sheet.sold[place]
            if before and sold.day > before.day and moment - before.moment < LONGEST_PAUSE:
                sheet.sold[place] = sold = replace(sold, day=before.day)
            before = sold


def _name_rows_without_receipt(sheet):
    """Each is a sale of its own, known by what it says and not by its place in the file:
    then a row more or less changes no other."""
    counts, receipts = Counter(), {}
    for place, sold in enumerate(sheet.sold):
        if not sold.number:
            if sold.row not in receipts:
                clock = sold.moment.strftime("%H:%M:%S") if sold.moment else "-"
                content = sold.outlet, sold.day, clock, sold.code, sold.kind
                counts[content] += 1
                receipts[sold.row] = f"row {clock} {sold.code} {sold.kind} {counts[content]}"
            sheet.sold[place] = replace(sold, receipt=receipts[sold.row], line=None)


def _refuse_bad_lines(sheet):
    """Lines that contradict each other, and modifiers of lines that are not there."""
    lines, kept = {}, []
    for sold in sheet.sold:
        known = sold.line and lines.setdefault(_line_key(sold, sold.line), sold)
        if not known or known is sold:
            kept.append(sold)
        elif replace(known, row=sold.row) != sold:
            _refuse(sheet, sold, Refusal("line_twice", line=sold.line, row=known.row))
    sheet.sold = kept
    while orphans := _orphans(sheet.sold):
        for sold in orphans:
            _refuse(sheet, sold, Refusal("parent_missing", line=sold.modifies))
        refused = {id(sold) for sold in orphans}
        sheet.sold = [sold for sold in sheet.sold if id(sold) not in refused]


def _line_key(sold, line):
    return sold.outlet, sold.day, sold.receipt, line


def _orphans(sold):
    """Rows that do not lead, from modifier to modified, to a row that modifies nothing."""
    rooted = {_line_key(row, row.line) for row in sold if not row.modifies}
    waiting, ready = [row for row in sold if row.modifies], True
    while ready:
        ready = [row for row in waiting if _line_key(row, row.modifies) in rooted]
        rooted.update(_line_key(row, row.line) for row in ready)
        waiting = [row for row in waiting if _line_key(row, row.modifies) not in rooted]
    return waiting


def _refuse(sheet, sold, refusal):
    raw = f"{sold.number or ''} {sold.line or ''} {sold.code} {sold.name}".strip()
    where = sold.outlet, (sold.day,), sold.number
    sheet.rejects.append(Reject(sold.row, refusal, raw, *where))


def merge(sheets, outlet, day, adds):
    """What files say together about one business day of an outlet.

    A night makes two files speak of one day, each of its own calendar date; so the newest
    file that contains a date of the day is the answer for that date (or, with ``adds``, all
    are). A receipt of which a row was refused stays what an older file said of it.

    :param sheets: newest first
    :return: ({receipt: rows}, whether nothing can be missing)
    """
    parts, damaged, complete = {}, set(), True
    for sheet in sheets:
        said = sheet.parts(outlet, day)
        if adds or not parts or said.keys() - parts.keys():
            complete = complete and not sheet.may_miss(outlet, day)
        for source_day, receipts in said.items():
            is_answer = adds or source_day not in parts
            part = parts.setdefault(source_day, {})
            for receipt, rows in receipts.items():
                key = source_day, receipt
                if is_answer or key in damaged:
                    part[receipt] = rows + part.get(receipt, []) if adds else rows
                    damaged.discard(key)
                    if sheet.may_miss(outlet, day, rows[0].number or receipt):
                        damaged.add(key)
    complete = complete and bool(parts) and not _is_tail(sheets, parts, outlet, day)
    return _in_order(parts), complete


def _is_tail(sheets, parts, outlet, day):
    """Only what was sold after midnight is there, in a file that is about the next day."""
    next_day = day + timedelta(days=1)
    return day not in parts and any(next_day in sheet.days[outlet] for sheet in sheets)


def _in_order(parts):
    receipts = defaultdict(list)
    for _source_day, part in sorted(parts.items()):
        for receipt, rows in part.items():
            receipts[receipt] += rows
    return dict(receipts)
