"""What several files say together about one business day."""

from collections import defaultdict
from datetime import timedelta


def merge(sheets, outlet, day, adds):
    """The receipts of one business day of an outlet.

    A night makes two files speak of one day, each of its own date; so the newest file
    that contains a date of the day is the answer for that date (with ``adds``, all of
    them are). A receipt of which a row was refused stays as an older file tells it.

    :param sheets: newest first
    :return: ({receipt: rows}, whether nothing can be missing)
    """
    parts, damaged, complete = {}, set(), True
    for sheet in sheets:
        said = sheet.parts(outlet, day)
        if adds or not parts or said.keys() - parts.keys():
            complete = complete and not sheet.may_miss(outlet, day)
        for source_day, receipts in said.items():
            is_answer = adds or source_day not in parts
            part = parts.setdefault(source_day, {})
            for receipt, rows in receipts.items():
                key = source_day, receipt
                if is_answer or key in damaged:
                    part[receipt] = rows + part.get(receipt, []) if adds else rows
                    damaged.discard(key)
                    if sheet.may_miss(outlet, day, rows[0].number or receipt):
                        damaged.add(key)
    complete = complete and bool(parts) and not _is_tail(sheets, parts, outlet, day)
    return _in_order(parts), complete


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
            receipts[receipt] += rows
    return dict(receipts)
