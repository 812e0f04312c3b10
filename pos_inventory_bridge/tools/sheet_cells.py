"""What a person wrote into a cell of a spreadsheet. Knows nothing of Odoo."""

import re
from datetime import date, datetime

_BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_GAP = f"[{_BLANKS}'\N{RIGHT SINGLE QUOTATION MARK}]"
#: 1 500: blanks and apostrophes separate thousands and nothing else.
GROUPED = re.compile(rf"[+-]?\d{{1,3}}({_GAP}\d{{3}})+([.,]\d+)?")
#: 1,500 and 1.500: one and a half for some, one thousand five hundred for others.
UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")


class RowError(Exception):
    """A row that cannot be used, in words for the person who wrote it."""


class UnclearNumber(ValueError):
    """It means one number to some people and a thousand times that to others."""


def read_text(value):
    """A cell as a text; a spreadsheet makes the number 12 of the code "12"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def read_number(value):
    """A cell as a number, None where it is empty.

    :raises UnclearNumber: it is a text whose separator may be either
    :raises ValueError, TypeError: it is none
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _number_of_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(value)
    return float(value)


def _number_of_text(text):
    if UNCLEAR.fullmatch(text):
        raise UnclearNumber(text)
    if "_" in text:
        raise ValueError(text)
    if GROUPED.fullmatch(text):
        text = re.sub(_GAP, "", text)
    return float(text.replace(",", "."))


def read_date(value):
    """A cell as a date, None where it is empty.

    :raises ValueError: it is none
    """
    if not value:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(read_text(value))
