"""What a row of a file says: something was sold, or it cannot be used."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .reader import Refusal


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
    group: str | None
    day: date | None = None
    moment: datetime | None = None
    receipt: str | None = None

    def says(self):
        """All but the place in the file."""
        return (
            *(self.outlet, self.source_day, self.clock, self.number, self.line),
            *(self.modifies, self.code, self.name, self.quantity, self.amount),
            *(self.price, self.kind, self.is_of_row, self.sku, self.group),
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
            self.group,
        ]

    @classmethod
    def from_plain(cls, outlet, source_day, plain):
        row, clock, *texts, quantity, amount, price, kind, is_of_row = plain[:-2]
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
            *plain[-2:],
        )


@dataclass(frozen=True)
class Reject:
    """A refused row, and where it may belong; what is empty could not be read.

    :param code: what it sold
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
    code: str | None = None
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
            self.code,
        ]

    @classmethod
    def from_plain(cls, plain):
        outlet, day, clock, by_clock, number, code = plain
        return cls(
            row=0,
            refusal=Refusal("stored"),
            outlet=outlet,
            source_day=day and date.fromisoformat(day),
            clock=clock and time.fromisoformat(clock),
            by_clock=by_clock,
            number=number,
            code=code,
        )
