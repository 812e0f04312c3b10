"""One function per kind of column: from a cell to a value, or a ``Refusal``."""

import re
from contextlib import suppress
from datetime import date, time
from decimal import Decimal

from .reader import Refusal

#: A quantity beyond this is a damaged cell, not a sale (the core's limit).
LARGEST_NUMBER = Decimal(10) ** 9
#: Nobody names a thing at such length; the cell is damaged.
LONGEST_TEXT = 500
YEARS = range(2000, 2100)
KINDS = {
    "": "sale",
    "sale": "sale",
    "modifier": "modifier",
    "refund": "refund",
    "return": "refund",
    "void": "void",
    "cancelled": "void",
    "comp": "comp",
    "staff_meal": "staff_meal",
    "staff meal": "staff_meal",
}
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")


def read_text(cell: str) -> str:
    if "\x00" in cell:
        raise Refusal("nul")
    if len(cell) > LONGEST_TEXT:
        raise Refusal("cell_too_long", limit=LONGEST_TEXT)
    return cell.strip()


def read_decimal(cell: str, separator: str, default: Decimal) -> Decimal:
    """A plain number with that decimal separator; thousands have none."""
    value = read_text(cell)
    if not value:
        return default
    plain = value.replace(separator, ".")
    if not _NUMBER.fullmatch(plain) or (separator != "." and "." in value):
        raise Refusal("bad_number", value=value[:40], separator=separator)
    if abs(Decimal(plain)) > LARGEST_NUMBER:
        raise Refusal("number_too_large", value=value[:40])
    return Decimal(plain) + 0  # and never minus zero


def read_date(cell: str) -> date:
    value = read_text(cell)
    if _DATE.fullmatch(value) and int(value[:4]) in YEARS:
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise Refusal("bad_date", value=value[:40])


def read_time(cell: str) -> time:
    value = read_text(cell)
    if _TIME.fullmatch(value):
        with suppress(ValueError):
            return time.fromisoformat(value.zfill(5 if value.count(":") == 1 else 8))
    raise Refusal("bad_time", value=value[:40])


def read_kind(cell: str) -> str:
    value = read_text(cell)
    if value.casefold() not in KINDS:
        raise Refusal("bad_kind", value=value[:40])
    return KINDS[value.casefold()]
