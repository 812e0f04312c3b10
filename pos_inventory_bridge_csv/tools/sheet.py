"""From the rows of a file to what was sold, and what was refused."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from . import columns
from .reader import Refusal, read_rows

#: Rows without any outlet, in column or layout, belong to this one.
MAIN_OUTLET = "main"
#: Rows of one receipt number that are closer than this are one receipt, even where
#: the business day changes in between; a till's numbers restart much later.
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_RAW = 500


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
    """How a file is read. ``outlet`` and ``day`` are those of rows that do not say;
    nothing can have been sold after ``latest``.
    """

    rules: tuple[Rule, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_separator: str = "."
    date_is_business_date: bool = False
    outlet: str | None = None
    day: date | None = None
    latest: date = date.max


@dataclass(frozen=True, slots=True)
class Sold:
    """One code of one row. ``day`` is the business date, ``source_day`` the file's.

    ``receipt`` identifies the sale within the day; ``number`` is the till's own.
    """

    row: int
    outlet: str
    source_day: date
    day: date
    moment: datetime | None
    receipt: str | None
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
        """{outlet: business dates} of which this file tells something, good or not."""
        days = defaultdict(set)
        for sold in self.sold:
            days[sold.outlet].add(sold.day)
        for reject in self.rejects:
            if reject.outlet and len(reject.days) == 1:
                days[reject.outlet].update(reject.days)
        return dict(days)

    @cached_property
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
        days = self.days.get(outlet, ())
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
    reader = _SheetReader(layout, locate)
    names = dict.fromkeys(name for rule in layout.rules for name in rule.columns())
    for row in read_rows(content, layout.encoding, layout.delimiter, list(names)):
        reader.read_row(*row)
    sheet = reader.finish()
    if not sheet.sold:
        first = sheet.rejects[0]
        raise Refusal("all_refused", row=first.row, reason=first.refusal)
    return sheet


class _SheetReader:
    """Rows one by one, then what only all of them together can tell."""

    def __init__(self, layout, locate):
        self.layout, self.locate = layout, locate
        self.sold, self.rejects, self.texts = [], [], {}

    def read_row(self, number, cells, raw):
        """Apply every rule; a row in which none finds a code is refused."""
        text = self.layout.delimiter.join(raw)[:LONGEST_RAW]
        self.texts[number] = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        if not cells:
            self.refuse(number, Refusal("cells"))
            return
        found = []
        for rule in self.layout.rules:
            row = _RowReader(self.layout, rule, cells)
            if row.refusals:
                break
            found += row.sold(number, self.locate)
        if row.refusals or not found:
            refusal = next(iter(row.refusals), Refusal("code_missing"))
            self.refuse(number, refusal, row.outlet, row.days(self.locate), row.number)
            return
        self.sold += found

    def refuse(self, number, refusal, *where):
        self.rejects.append(Reject(number, refusal, self.texts[number], *where))

    def finish(self):
        if not self.layout.date_is_business_date:
            self._join_nights()
        self._name_rows_without_receipt()
        self._refuse_contradictions()
        self._refuse_orphans()
        self.rejects.sort(key=lambda reject: reject.row)
        return Sheet(self.sold, self.rejects)

    def _join_nights(self):
        """A receipt that outlasts its business day stays on the day it began."""
        receipts = defaultdict(list)
        for place, sold in enumerate(self.sold):
            if sold.number and sold.moment:
                receipts[sold.outlet, sold.number].append((sold.moment, place))
        for rows in receipts.values():
            last, day = None, None
            for moment, place in sorted(rows):
                is_near = last and moment - last < LONGEST_PAUSE
                if is_near and self.sold[place].day != day:
                    self.sold[place] = replace(self.sold[place], day=day)
                last, day = moment, self.sold[place].day

    def _name_rows_without_receipt(self):
        """Each is a sale of its own, known by what it says and not by its place in
        the file: then a row more or less changes no other.
        """
        counts, names = Counter(), {}
        for place, sold in enumerate(self.sold):
            if sold.number:
                continue
            if sold.row not in names:
                clock = sold.moment.strftime("%H:%M:%S") if sold.moment else "-"
                name = f"row {clock} {sold.code} {sold.kind}"
                counts[sold.outlet, sold.day, name] += 1
                names[sold.row] = f"{name} {counts[sold.outlet, sold.day, name]}"
            self.sold[place] = replace(sold, receipt=names[sold.row], line=None)

    def _refuse_contradictions(self):
        """A line that stands twice and says the same counts once."""
        lines, kept = {}, []
        for sold in self.sold:
            first = lines.setdefault(_key(sold, sold.line), sold) if sold.line else sold
            if first is sold:
                kept.append(sold)
            elif replace(first, row=sold.row) != sold:
                self._refuse_sold(sold, "line_twice", line=sold.line, row=first.row)
        self.sold = kept

    def _refuse_orphans(self):
        """Modifiers that do not lead, one after the other, to a line that is there."""
        rooted = {_key(sold, sold.line) for sold in self.sold if not sold.modifies}
        waiting, found = [sold for sold in self.sold if sold.modifies], True
        while found:
            found = [sold for sold in waiting if _key(sold, sold.modifies) in rooted]
            rooted.update(_key(sold, sold.line) for sold in found)
            placed = {id(sold) for sold in found}
            waiting = [sold for sold in waiting if id(sold) not in placed]
        for sold in waiting:
            self._refuse_sold(sold, "parent_missing", line=sold.modifies)
        orphans = {id(sold) for sold in waiting}
        self.sold = [sold for sold in self.sold if id(sold) not in orphans]

    def _refuse_sold(self, sold, code, **values):
        refusal = Refusal(code, **values)
        self.refuse(sold.row, refusal, sold.outlet, (sold.day,), sold.number)


def _key(sold, line):
    """Identity of a line of the receipt that a row belongs to."""
    return sold.outlet, sold.day, sold.receipt, line


class _RowReader:
    """One row under one rule; all of it is read, so that a refused row has a place."""

    def __init__(self, layout, rule, cells):
        self.layout, self.rule, self.cells = layout, rule, cells
        self.refusals = []
        self.outlet = self._outlet()
        self.date = self._date()
        self.time = self._time()
        self.number = self._text("receipt") or None
        self.line = self._text("line") or None
        self.modifies = self._text("modifies") or None
        self.code = self._text("code") or ""
        self.name = self._text("name") or ""
        self.kind = self._kind()
        self.quantity = self._number("quantity", Decimal(1))
        self.amount = self._number("amount", Decimal(0))
        self.price = self._number("price", None)

    def _read(self, name, read, *arguments):
        try:
            return read(self.cells.get(getattr(self.rule, name), ""), *arguments)
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

    def _date(self):
        if not self.rule.date:
            return self.layout.day
        day = self._read("date", columns.read_date)
        if day and day > self.layout.latest:
            self.refusals.append(Refusal("date_future", value=str(day)))
            return None
        return day

    def _time(self):
        """A missing time matters only where it decides the business date."""
        if not self.rule.time:
            return None
        is_blank = not self.cells[self.rule.time].strip()
        if is_blank and self.layout.date_is_business_date:
            return None
        return self._read("time", columns.read_time)

    def _kind(self):
        kind = self._read("kind", columns.read_kind)
        if kind == "modifier" and not self.modifies:
            self.refusals.append(Refusal("modifier_alone"))
        return "modifier" if kind == "sale" and self.modifies else kind

    def days(self, locate):
        """The business dates to which it may belong; none: that cannot be told."""
        if not self.date:
            return ()
        if not self.rule.time or self.layout.date_is_business_date:
            return (self.date,)
        if self.time and self.outlet:
            return (locate(self.outlet, self.date, self.time)[0],)
        return (self.date - timedelta(days=1), self.date)

    def sold(self, row, locate):
        """One per code; the money of the row stands with the first."""
        separator = self.rule.separator
        parts = self.code.split(separator) if separator else [self.code]
        codes = [part.strip() for part in parts if part.strip()]
        day, moment = locate(self.outlet, self.date, self.time)
        is_single, is_refund = len(codes) == 1, self.kind == "refund"
        for index, code in enumerate(codes):
            amount = Decimal(0) if index else self.amount
            yield Sold(
                row=row,
                outlet=self.outlet,
                source_day=self.date,
                day=day,
                moment=moment,
                receipt=self.number,
                number=self.number,
                line=f"{self.line}#{index + 1}" if self.line and index else self.line,
                modifies=self.modifies,
                code=code,
                name=self.name if is_single else "",
                quantity=-abs(self.quantity) if is_refund else self.quantity,
                amount=-abs(amount) if is_refund else amount,
                price=self.price if is_single else None,
                kind=self.kind,
            )
