"""How a file is read: which column tells what, and how it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date

from .reader import read_rows

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
    group: str | None = None

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
