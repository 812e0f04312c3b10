"""What several files say together about one business day."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import count


def merge(sheets, outlet, day, adds):
    """The receipts of one business day of an outlet.

    A night makes two files speak of one day, each of its own date; so the newest file
    that contains a date of the day is the answer for that date (with ``adds``, all of
    them are). A receipt of which a row was refused stays as an older file tells it.

    :param sheets: newest first
    :return: ({receipt: rows}, whether nothing can be missing, the sheets that may lack
        something)
    """
    parts, damaged, lacking = {}, set(), []
    for sheet in sheets:
        said = sheet.parts(outlet, day)
        counts = adds or not parts or said.keys() - parts.keys()
        if counts and sheet.may_miss(outlet, day):
            lacking.append(sheet)
        for source_day, receipts in said.items():
            is_answer = adds or source_day not in parts
            part = parts.setdefault(source_day, {})
            for receipt, rows in receipts.items():
                key = source_day, receipt
                if is_answer or key in damaged:
                    known = part.get(receipt, []) if adds else []
                    part[receipt] = _joined(rows, known)
                    damaged.discard(key)
                    if sheet.may_lack(rows[0]):
                        damaged.add(key)
    complete = not lacking and bool(parts) and not _is_tail(sheets, parts, outlet, day)
    return _in_order(parts), complete, lacking


def _joined(older, newer):
    """The rows of two files that add to one receipt number.

    Two tills may count alike: a line of the newer file whose id is taken is another
    line, and gets an id that tells so.
    """
    taken, names = {row.line for row in older if row.line}, {}
    for row in newer:
        if row.line in taken and row.line not in names:
            free = (f"{row.line} ({n})" for n in count(2))
            names[row.line] = next(name for name in free if name not in taken)
            taken.add(names[row.line])
    return older + [
        replace(
            row,
            line=names.get(row.line, row.line),
            modifies=names.get(row.modifies, row.modifies),
        )
        for row in newer
    ]


def _is_tail(sheets, parts, outlet, day):
    """Only what was sold after midnight is there, in a file about the next day."""
    tomorrow = day + timedelta(days=1)
    return day not in parts and any(
        tomorrow in sheet.days.get(outlet, ()) for sheet in sheets
    )


def _in_order(parts):
    receipts = defaultdict(list)
    for _source_day, part in sorted(parts.items()):
        for receipt, rows in part.items():
            receipts[receipt] = _joined(receipts[receipt], rows)
    return dict(receipts)
