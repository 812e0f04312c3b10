"""Reading answers whose shape nobody guarantees.

What is there comes out in a type to calculate with, what is missing as None; an answer
that cannot be what was asked for is a ``ContractViolation``.
"""

import json
import logging
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation

from odoo.tools import LazyTranslate

from .errors import ContractViolation

_lt = LazyTranslate(__name__, default_lang="en_US")
_logger = logging.getLogger(__name__)

FLAGS = {"true": True, "false": False, "none": None, "": None}
#: What code runs into that reads an answer of another shape than it was promised.
MISREADINGS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError)


@contextmanager
def readable(latest):
    """Where an answer is read: whatever cannot be read is a ``ContractViolation``.

    :param latest: function that tells the answer, to be kept with what went wrong
    """
    try:
        yield
    except ContractViolation as error:
        if error.payload is None:
            error.payload = latest()
        raise
    except ValueError as error:
        raise ContractViolation(str(error), latest()) from error
    except MISREADINGS as error:
        _logger.warning("An answer has another shape", exc_info=True)
        message = _lt("The till's answer has another shape.")
        raise ContractViolation(message, latest()) from error


def number(value):
    """A finite number, exactly, or None."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def moment(text):
    """A time with a zone, or None."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def flag(told, name, default=None):
    """True or False, also where it was told as text."""
    value = told.get(name)
    if str(value).lower() not in FLAGS:
        raise ContractViolation(
            _lt("The till's answer lacks a yes or no: %s.", name), told
        )
    found = FLAGS[str(value).lower()]
    return default if found is None else found


def text(value):
    """A name or a number, as text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise ContractViolation(_lt("The till's answer lacks a text."), value)
    return str(value)


def first(told, names, read=lambda value: value):
    """The first value under these names that says something, read; or None."""
    found = (read(told[name]) for name in names if told.get(name) not in (None, ""))
    return next((value for value in found if value is not None), None)


def dictionary(told):
    if not isinstance(told, dict):
        raise ContractViolation(_lt("The till's answer has another shape."), told)
    return told


def rows(told, name, default=None):
    """A list of dictionaries. An answer without the list must not pass for one with an
    empty list, unless that is what its absence means (``default``).
    """
    found = dictionary(told).get(name, default)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ContractViolation(_lt("The till's answer lacks a list: %s.", name), told)
    return found


def any_rows(told, name):
    """A list, alone or under a name, or one record instead of a list of one."""
    if isinstance(told, dict) and "id" in told:
        return [told]
    return rows({name: told} if isinstance(told, list) else told, name)


def distinct(told):
    """Each record once, in the same order every time."""
    unique = {spelled(record): record for record in told}
    return [unique[spelling] for spelling in sorted(unique)]


def grouped(records, key):
    """{key: its records}"""
    found = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return found


def only(told, names):
    """What may be kept of a record: these names, and no others."""
    return {name: told[name] for name in names if name in told}


def spelled(told):
    """One spelling for the same content, to compare and to sort by."""
    return json.dumps(told, sort_keys=True, default=str)


def plain(told):
    """As JSON can hold it: exact numbers become text."""
    return json.loads(json.dumps(told, default=str))
