"""What connectors hand over: frozen records that check themselves.

A connector gives these and nothing else, so no step behind it has to guess whether a
quantity is a string, whether a time has a zone, or whether two lines share an identity.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from .plan import EVENTS, REVERSING_EVENTS

LINE_KINDS = ("sale", "modifier", "refund", "void", "comp", "staff_meal")
SALE_KINDS = ("sale", "refund", "void")
# A quantity beyond this is a damaged cell, not a sale; it also keeps sums exact.
LARGEST_NUMBER = Decimal(10) ** 9


def _require(condition, message):
    if not condition:
        raise ValueError(message)


def _require_text(value, what):
    _require(isinstance(value, str) and value.strip(), f"{what} is empty")
    _require("\x00" not in value, f"{what} contains a NUL character")


class Question(str):
    """A sentence for a person about an answer of the till.

    :ivar key: what it is about, alike in every language: another one is asked anew
    """

    def __new__(cls, text, *about):
        question = super().__new__(cls, " ".join(text.split()))
        question.key = "\t".join(map(str, about)) or str(question)
        return question

    def __getnewargs__(self):
        return (str(self), self.key)


class Catalogue(list):
    """The items that a source listed.

    :ivar lost: names of outlets whose items could not be listed, so that nothing is
        missing because it is not here
    """

    def __init__(self, items, lost=()):
        super().__init__(items)
        self.lost = tuple(lost)


def _require_number(value, what):
    _require(isinstance(value, Decimal), f"{what} must be a Decimal, not {value!r}")
    _require(value.is_finite(), f"{what} is not a number: {value}")
    _require(abs(value) <= LARGEST_NUMBER, f"{what} is too large: {value}")


def _plain(number):
    """One spelling per number: 2, 2.0 and 2E0 are the same sale."""
    return format(number.normalize() + 0, "f")


@dataclass(frozen=True)
class OutletData:
    """A place that sells: ``external_id`` is its identity at the source."""

    external_id: str
    name: str
    tz: str | None = None
    day_start: float | None = None

    def __post_init__(self):
        _require_text(self.external_id, "Outlet id")
        _require_text(self.name, "Outlet name")


@dataclass(frozen=True)
class ItemData:
    """An item the till can sell. ``price`` is in the company's currency, as the till
    lists it: net, unless the connector says otherwise (``_lists_net_prices``).
    """

    external_id: str
    name: str
    sku: str | None = None
    price: Decimal | None = None
    item_type: str | None = None
    group_external_id: str | None = None
    group_name: str | None = None
    kitchen_name: str | None = None

    def __post_init__(self):
        _require_text(self.external_id, "Item id")
        _require_text(self.name, "Item name")
        if self.price is not None:
            _require_number(self.price, "Item price")


@dataclass(frozen=True)
class SaleLineData:
    """One line of a receipt.

    :param quantity: sold units, signed as the till told it; on the receipt a refund or
        void is negative, though the till may write it without a minus
    :param amount_net: money without tax, signed like the quantity
    :param parent_external_id: for a modifier, the line of the same receipt that it
        modifies
    :param item_external_id: the source's item id, None where lines carry another key
        only
    :param sold_at: when it was rung up, with a zone; None where the source does not say
    :param item_type: what kind of item it is, for an item that is not known yet
    """

    external_id: str
    name: str
    quantity: Decimal
    amount_net: Decimal = Decimal(0)
    kind: str = "sale"
    item_external_id: str | None = None
    sku: str | None = None
    parent_external_id: str | None = None
    sold_at: datetime | None = None
    item_type: str | None = None

    def __post_init__(self):
        _require_text(self.external_id, "Line id")
        _require(
            self.item_external_id or self.sku or self.name,
            f"Line {self.external_id} names no item",
        )
        _require_number(self.quantity, f"Quantity of line {self.external_id}")
        _require_number(self.amount_net, f"Amount of line {self.external_id}")
        _require(self.kind in LINE_KINDS, f"Line {self.external_id}: kind {self.kind}?")
        _require(
            self.sold_at is None or self.sold_at.tzinfo is not None,
            f"Line {self.external_id}: its time has no time zone",
        )

    def opposite(self, kind):
        """One more line that takes this one back."""
        return replace(
            self,
            external_id=f"{self.external_id}#{kind}",
            quantity=-self.quantity,
            amount_net=-self.amount_net,
            kind=kind,
        )

    def taken_back(self):
        """This line as what it takes away. One with a minus is told as it is meant: of
        a discount that is taken back, the money comes back.
        """
        if self.quantity < 0:
            return self
        return replace(self, quantity=-self.quantity, amount_net=-abs(self.amount_net))

    def as_plain(self):
        """What identifies the content of the line, as plain JSON values."""
        return [
            self.external_id,
            self.item_external_id,
            self.sku,
            self.name,
            _plain(self.quantity),
            _plain(self.amount_net),
            self.kind,
            self.parent_external_id,
            self.sold_at and self.sold_at.astimezone().timestamp(),
        ]


@dataclass(frozen=True)
class SaleData:
    """One closed receipt; ``external_id`` is its identity for ever, at one outlet.

    :param payload: the receipt as received (JSON values), kept for replay and proof
    """

    external_id: str
    business_date: date
    lines: tuple[SaleLineData, ...]
    receipt_number: str | None = None
    closed_at: datetime | None = None
    kind: str = "sale"
    currency: str | None = None
    payload: object = None

    def __post_init__(self):
        object.__setattr__(self, "lines", tuple(self.lines))
        _require_text(self.external_id, "Receipt id")
        _require(
            self.kind in SALE_KINDS, f"Receipt {self.external_id}: kind {self.kind}?"
        )
        _require(
            self.closed_at is None or self.closed_at.tzinfo is not None,
            f"Receipt {self.external_id}: its time has no time zone",
        )
        ids = [line.external_id for line in self.lines]
        _require(
            len(ids) == len(set(ids)), f"Receipt {self.external_id}: a line id twice"
        )
        self._require_parents(set(ids))
        object.__setattr__(self, "lines", tuple(self._signed_lines()))

    def _signed_lines(self):
        """A refund or void, and what modifies it, is negative, whatever the till
        says.
        """
        lines = {line.external_id: line for line in self.lines}
        for line in self.lines:
            head = line
            while head and head.kind not in EVENTS:
                head = lines.get(head.parent_external_id)
            is_back = head and head.kind in REVERSING_EVENTS
            yield line.taken_back() if is_back else line

    def _require_parents(self, ids):
        """Every modifier leads, through parents, to a line that modifies nothing."""
        parents = {line.external_id: line.parent_external_id for line in self.lines}
        for line_id in ids:
            seen = set()
            while line_id is not None:
                _require(
                    line_id in ids and line_id not in seen,
                    f"Receipt {self.external_id}: a line modifies a missing one",
                )
                seen.add(line_id)
                line_id = parents[line_id]

    @property
    def digest(self):
        """Fingerprint of the content; the raw payload may differ without the sale
        differing.
        """
        content = [
            self.external_id,
            self.business_date.isoformat(),
            self.receipt_number,
            self.kind,
            self.currency,
            self.closed_at and self.closed_at.astimezone().timestamp(),
            sorted((line.as_plain() for line in self.lines), key=lambda line: line[0]),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True)
class ControlTotals:
    """What the source says the day should add up to; None where it does not say."""

    count: int | None = None
    quantity: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class SalesDay:
    """All that a source told about one outlet on one business date.

    :param complete: True only if the source says that nothing is missing; only then may
        a receipt that is not here be taken as gone
    :param missing: what is missing, in words for a person, where the source knows it
    :param next_day_start: when the next business day begins, where the source says so
    :param questions: why this answer must be looked at before it is posted: each a
        ``Question``, or a sentence that is worded alike for alike answers, for what
        reads otherwise is asked again
    """

    complete: bool
    sales: tuple[SaleData, ...] = ()
    next_day_start: datetime | None = None
    control_totals: ControlTotals = field(default_factory=ControlTotals)
    missing: str = ""
    questions: tuple[Question, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "sales", tuple(self.sales))
        self._tidy_questions()
        ids = [sale.external_id for sale in self.sales]
        _require(
            len(ids) == len(set(ids)), "The same receipt id stands twice in one day"
        )

    def _tidy_questions(self):
        """Each in one line, none twice."""
        _require(not isinstance(self.questions, str), "Questions are several sentences")
        for question in self.questions:
            _require_text(question, "A question")
        tidy = (
            each if isinstance(each, Question) else Question(each)
            for each in self.questions
        )
        object.__setattr__(self, "questions", tuple(dict.fromkeys(tidy)))
