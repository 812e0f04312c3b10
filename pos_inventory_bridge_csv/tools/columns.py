"""One function per kind of column: from a cell to a value, or a ``Refusal``.

Cells are texts, or what a workbook knows better: numbers, dates and times.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from .reader import Refusal, as_text

#: A quantity beyond this is a damaged cell, not a sale (the core's limit).
LARGEST_NUMBER = Decimal(10) ** 9
#: Nobody names a thing at such length; the cell is damaged.
LONGEST_TEXT = 500
YEARS = range(2000, 2100)
#: What a row can be. "cancelled": rung up and taken back in the same row, so that
#: nothing was sold; it stays visible and counts as zero.
KINDS = (
    "sale",
    "modifier",
    "refund",
    "void",
    "comp",
    "staff_meal",
    "cancelled",
)
#: Where year, month and day stand in a date, by the name of the format.
DATE_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
#: How many different cells are remembered; tills repeat theirs.
REMEMBERED = 4096

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
# 0,500 is a half, never five hundred.
_GROUPED = re.compile(
    r"[+-]?[1-9][0-9]{0,2}(([.,' ])[0-9]{3})(\2[0-9]{3})*([.,][0-9]+)?"
)
_DATE = re.compile(r"([0-9]{1,4})[-./]([0-9]{1,2})[-./]([0-9]{1,4})")
_TIME = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?: ?([ap])\.?m\.?)?",
    re.IGNORECASE,
)
_ZONED = re.compile(r"(.*:[0-9]{2}(?:[.,][0-9]+)?) ?(Z|[+-][0-9]{2}:?[0-9]{2})")
_FORMULA_TEXT = re.compile(r'="(.*)"')
_SPACES = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\t", "   ")


def read_text(cell) -> str:
    """A text; spreadsheets' ``="007"``, which keeps zeros, is 007."""
    text = as_text(cell)
    if "\x00" in text:
        raise Refusal("nul")
    if len(text) > LONGEST_TEXT:
        raise Refusal("cell_too_long", limit=LONGEST_TEXT)
    text = text.translate(_SPACES).strip()
    if isinstance(cell, Decimal) and "." in text:
        # A workbook writes the code 4711 as the number 4711.0.
        text = text.rstrip("0").rstrip(".")
    match = _FORMULA_TEXT.fullmatch(text)
    return match[1].strip() if match else text


def read_decimal(cell, separator: str, default: Decimal | None) -> Decimal | None:
    """A number with that decimal separator; an empty cell is ``default``.

    Thousands may be grouped by the other sign, a space or an apostrophe. A currency
    and parentheses or a sign at the end, which mean less than zero, may be there.
    """
    if isinstance(cell, Decimal):
        value, number = as_text(cell), cell
    else:
        value = read_text(cell)
        if not value:
            return default
        number = _number(value, separator)
    if number is None or not number.is_finite():
        raise Refusal("bad_number", value=value[:40], separator=separator)
    if abs(number) > LARGEST_NUMBER:
        raise Refusal("number_too_large", value=value[:40])
    return number + 0  # and never minus zero


@lru_cache(REMEMBERED)
def _number(value, separator):
    plain = _without_currency(value)
    sign = 1
    if plain.startswith("(") and plain.endswith(")"):
        plain, sign = plain[1:-1], -1
    elif plain.endswith("-") and not plain.startswith(("-", "+")):
        plain, sign = plain[:-1], -1
    match = _GROUPED.fullmatch(plain)
    if match and match[2] != separator and match[4] != match[2]:
        plain = plain.replace(match[2], "")
    if separator != "." and "." in plain:
        return None
    plain = plain.replace(separator, ".")
    return sign * Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _without_currency(value):
    plain = value.replace("\N{MINUS SIGN}", "-")
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Sc")
    return re.sub(r"^[A-Z]{3} ?| ?[A-Z]{3}$", "", plain.strip()).strip()


def read_date(cell, order: str) -> date:
    """The date of a cell that may go on with a time.

    :param order: a key of ``DATE_ORDERS``; a date that begins with four digits is
        always year, month, day
    """
    if isinstance(cell, datetime):
        day = cell.date()
    else:
        value = read_text(cell)
        day = _date(value.replace("T", " ").split(" ")[0].rstrip(","), order)
    if not day or day.year not in YEARS:
        raise Refusal("bad_date", value=as_text(cell)[:40], order=order)
    return day


@lru_cache(REMEMBERED)
def _date(value, order):
    match = _DATE.fullmatch(value)
    if not match:
        return None
    parts = match.groups()
    if len(parts[0]) == 4:
        order = "ymd"
    elif order == "ymd":
        return None
    year, month, day = (parts[place] for place in DATE_ORDERS[order])
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    year = int(year) + (2000 if len(year) == 2 else 0)
    with suppress(ValueError):
        return date(year, int(month), int(day))
    return None


def read_time(cell) -> time:
    """The time of a cell that may begin with a date; 12 and 24 hours."""
    if isinstance(cell, datetime | time):
        return _clock(cell)
    value = read_text(cell)
    zoned = _ZONED.fullmatch(value)
    moment = _time(_after_date(zoned[1] if zoned else value))
    if moment is None:
        raise Refusal("bad_time", value=value[:40])
    return moment


def _clock(moment):
    return time(moment.hour, moment.minute, moment.second)


def _after_date(value):
    head, space, tail = value.replace("T", " ", 1).partition(" ")
    return tail.strip() if space and _DATE.fullmatch(head.rstrip(",")) else value


@lru_cache(REMEMBERED)
def _time(value):
    match = _TIME.fullmatch(value)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if hour not in range(1, 13):
            return None
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    with suppress(ValueError):
        return time(hour, minute, second)
    return None


def read_moment(cell, order: str) -> datetime | None:
    """The moment of a cell that names its time zone, else None."""
    if isinstance(cell, datetime | time | Decimal):
        return None
    value = read_text(cell)
    match = _ZONED.fullmatch(value)
    if not match or not _DATE.match(value):
        return None
    zone = "+00:00" if match[2] == "Z" else match[2]
    day, clock = read_date(value, order), read_time(value)
    return datetime.fromisoformat(f"{day}T{clock}{zone}")


def read_kind(cell, words: dict) -> str:
    """What kind of row it is.

    :param words: {word in lower case: one of ``KINDS``}; an empty cell is a sale
    """
    value = read_text(cell)
    kind = words.get(value.casefold()) if value else "sale"
    if not kind:
        raise Refusal("bad_kind", value=value[:40])
    return kind
