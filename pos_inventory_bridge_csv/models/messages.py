"""What a ``Refusal`` says to a person, by its code."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    # The file as a whole
    "all_refused": _lt(
        "No row of the file can be used. Check the layout. Row %(row)s: %(reason)s"
    ),
    "columns_missing": _lt(
        "The file lacks these columns: %(columns)s. It has: %(found)s. Is it the "
        "right file, or does the till write it differently now? Then a manager "
        "describes the file anew."
    ),
    "columns_twice": _lt(
        "These columns stand in the file more than once: %(columns)s."
    ),
    "date_format_missing": _lt("Say in which order the dates of the file stand."),
    "day_missing": _lt("The file has no date column: say which day it is about."),
    "decimal_separator_missing": _lt(
        "Say which sign the file writes before decimals: 1,500 could be one and a "
        "half, or fifteen hundred."
    ),
    "file_binary": _lt("This is neither a text file nor a workbook: save it as CSV."),
    "file_damaged": _lt(
        "The file cannot be read from row %(row)s on. Is there a quotation mark "
        "that is never closed?"
    ),
    "file_empty": _lt("The file is empty."),
    "file_encoding": _lt(
        "The file is no text in %(encoding)s (from about row %(row)s on): choose "
        "another encoding, or save it as CSV UTF-8."
    ),
    "file_too_large": _lt(
        "The file is larger than %(limit)s MB: upload fewer days at a time."
    ),
    "file_without_rows": _lt("The file has a header and nothing below it."),
    "meaning_twice": _lt(
        "Two columns have the same meaning: %(columns)s. Choose one of them."
    ),
    "rules_missing": _lt("Say which column has the item codes."),
    "too_many_columns": _lt(
        "Row %(row)s has more than %(limit)s columns: is this the right file, and "
        "the right delimiter?"
    ),
    "workbook_damaged": _lt(
        "The workbook is damaged, or protected by a password: open it in a "
        "spreadsheet program and save it as XLSX or CSV."
    ),
    "workbook_old": _lt(
        "This is a workbook in an old format (XLS) or protected by a password: save "
        "it as XLSX or CSV."
    ),
    "workbook_too_large": _lt(
        "The workbook is larger than %(limit)s MB when it is unpacked: upload fewer "
        "days at a time, or save it as CSV."
    ),
    # One row
    "date_future": _lt("%(value)s has not come yet: correct the date."),
    "bad_date": _lt("'%(value)s' is no date like %(example)s."),
    "bad_kind": _lt(
        "'%(value)s' is no kind of sale that the layout has a word for: a manager "
        "adds it there."
    ),
    "bad_number": _lt(
        "'%(value)s' is no number with '%(separator)s' before its decimals."
    ),
    "bad_time": _lt("'%(value)s' is no time like 23:05."),
    "cell_too_long": _lt(
        "A cell has more than %(limit)s characters, so it is damaged."
    ),
    "cells": _lt("The row has more or fewer cells than the header."),
    "code_missing": _lt("The row has no item code."),
    "line_twice": _lt(
        "Line %(line)s stands in row %(row)s already, and says otherwise."
    ),
    "modifier_alone": _lt("A modifier must say which line it modifies."),
    "not_a_sale": _lt(
        "Not a sale: it has neither item nor date. It counts as a total or a remark, "
        "and is missing nowhere."
    ),
    "nul": _lt("The row has a NUL character, so it is damaged."),
    "number_too_large": _lt("%(value)s is too large to be true."),
    "outlet_missing": _lt("The row names no outlet, and neither does the layout."),
    "quantity_missing": _lt(
        "The row has no quantity. In a workbook, a formula that was never computed "
        "has none: open it in a spreadsheet program and save it."
    ),
    "parent_missing": _lt(
        "It modifies line %(line)s, which this receipt does not have."
    ),
}
#: How a date looks, by the order of its parts.
EXAMPLES = {"ymd": "2026-03-31", "dmy": "31.03.2026", "mdy": "03/31/2026"}


def describe(env, refusal):
    """The sentence for a person, in the language of the environment."""
    values = dict(refusal.values)
    if "reason" in values:
        values["reason"] = describe(env, values["reason"])
    if "order" in values:
        values["example"] = EXAMPLES[values.pop("order")]
    sentence = env._(SENTENCES[refusal.code])
    return sentence % values
