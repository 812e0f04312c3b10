"""From the rows of a file to receipts of business days.

Which business day a row belongs to depends on the clocks of the outlets, so it is found
whenever a file is asked, and not kept with it.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cached_property

from .reader import Refusal
from .rows import read_sold
from .sold import Reject

#: Rows of one receipt number that are closer than this are one receipt, even where
#: the business day changes in between; a till's numbers restart much later.
LONGEST_PAUSE = timedelta(hours=6)


class Sheet:
    """What a file says, or the part of it that is about some dates.

    :param sold: list of ``Sold``, which get their business dates here; ``all_sold``
        keeps those, too, that contradict others
    :param rejects: list of ``Reject``
    :param locate: (outlet, date, time or None) -> (business date, moment or None)
    """

    def __init__(self, sold, rejects, locate, date_is_business_date):
        self.sold = self.all_sold = sold
        self.rejects, self.locate = list(rejects), locate
        for each in sold:
            each.day, each.moment = locate(each.outlet, each.source_day, each.clock)
            each.receipt = each.number
        if not date_is_business_date:
            self._join_nights()
        self._name_rows_without_receipt()
        self._refuse_contradictions()
        self._refuse_orphans()
        self.rejects.sort(key=lambda reject: reject.row)

    # === WHAT IT SAYS === #

    @cached_property
    def days(self):
        """{outlet: business dates} of which this file tells something, good or not."""
        days = defaultdict(set)
        for sold in self.sold:
            days[sold.outlet].add(sold.day)
        for outlet, of_reject, _number in self._gaps:
            if outlet and len(of_reject) == 1:
                days[outlet].update(of_reject)
        return dict(days)

    @cached_property
    def source_days(self):
        """First and last date in the file."""
        days = {sold.source_day for sold in self.sold}
        days.update(each.source_day for each in self.rejects if each.source_day)
        return min(days), max(days)

    def names(self):
        """{code: (name, price, SKU)}, as the last row says that says so."""
        names = {}
        for sold in self.sold:
            name, price, sku = names.get(sold.code, ("", None, None))
            price = price if sold.price is None else sold.price
            names[sold.code] = sold.name or name, price, sold.sku or sku
        return names

    def parts(self, outlet, day):
        """{date in the file: {receipt: its rows}} of one business day."""
        return self._parts.get((outlet, day), {})

    @cached_property
    def _parts(self):
        parts = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for sold in self.sold:
            part = parts[sold.outlet, sold.day][sold.source_day]
            part[sold.receipt].append(sold)
        return parts

    def may_miss(self, outlet, day, number=None):
        """Whether a refused row may belong to this day, or to one receipt of it.

        One that could be of any day is missing on all days of the file.
        """
        days = self.days.get(outlet, ())
        return any(
            of_outlet in (None, outlet)
            and day in (of_days or days)
            and (not number or of_number in (None, number))
            for of_outlet, of_days, of_number in self._gaps
        )

    @cached_property
    def _gaps(self):
        """(outlet, business dates, receipt number) of refused rows, each once."""
        return {
            (each.outlet, each.days(self.locate), each.number)
            for each in self.rejects
            if not each.is_note
        }

    def plain_gaps(self):
        """Where rows are missing that could not be read, each once, as JSON values."""
        gaps = [r.as_plain() for r in self.rejects if not (r.is_note or r.day)]
        return [list(gap) for gap in dict.fromkeys(map(tuple, gaps))]

    # === HOW ROWS FIND THEIR RECEIPT === #

    def _join_nights(self):
        """A receipt that outlasts its business day stays on the day it began."""
        receipts = defaultdict(list)
        for place, sold in enumerate(self.sold):
            if sold.number and sold.moment:
                receipts[sold.outlet, sold.number].append((sold.moment, place))
        for rows in receipts.values():
            last, day = None, None
            for moment, place in sorted(rows):
                sold = self.sold[place]
                if last and moment - last < LONGEST_PAUSE:
                    sold.day = day
                last, day = moment, sold.day

    def _name_rows_without_receipt(self):
        """Each is a sale of its own, known by what it says and not by its place in
        the file: then a row more or less changes no other.
        """
        counts, names = Counter(), {}
        for sold in self.sold:
            if sold.number:
                continue
            if sold.row not in names:
                clock = sold.moment.strftime("%H:%M:%S") if sold.moment else "-"
                name = f"row {clock} {sold.code} {sold.kind}"
                counts[sold.outlet, sold.day, name] += 1
                names[sold.row] = f"{name} {counts[sold.outlet, sold.day, name]}"
            sold.receipt, sold.line = names[sold.row], None

    def _refuse_contradictions(self):
        """A line that stands twice and says the same counts once."""
        lines, kept = {}, []
        for sold in self.sold:
            first = lines.setdefault(_key(sold, sold.line), sold) if sold.line else sold
            if first is sold:
                kept.append(sold)
            elif first.says() != sold.says():
                self._refuse(sold, "line_twice", line=sold.line, row=first.row)
        self.sold = kept

    def _refuse_orphans(self):
        """Modifiers that do not lead, one after the other, to a line that is there."""
        waiting = [sold for sold in self.sold if sold.modifies]
        if not waiting:
            return
        rooted, found = {_key(s, s.line) for s in self.sold if not s.modifies}, True
        while found:
            found = [sold for sold in waiting if _key(sold, sold.modifies) in rooted]
            rooted.update(_key(sold, sold.line) for sold in found)
            placed = {id(sold) for sold in found}
            waiting = [sold for sold in waiting if id(sold) not in placed]
        for sold in waiting:
            self._refuse(sold, "parent_missing", line=sold.modifies)
        orphans = {id(sold) for sold in waiting}
        self.sold = [sold for sold in self.sold if id(sold) not in orphans]

    def _refuse(self, sold, code, **values):
        refusal = Refusal(code, **values)
        self.rejects.append(
            Reject(
                sold.row,
                refusal,
                sold.outlet,
                number=sold.number,
                day=sold.day,
                source_day=sold.source_day,
            )
        )


def _key(sold, line):
    """Identity of a line of the receipt that a row belongs to."""
    return sold.outlet, sold.day, sold.receipt, line


def read_sheet(content, layout, locate):
    """Read a file to its end, as a ``Sheet``.

    :raises Refusal: the file as a whole cannot be used
    """
    sold, rejects = read_sold(content, layout)
    sheet = Sheet(sold, rejects, locate, layout.date_is_business_date)
    if not sheet.sold:
        first = sheet.rejects[0]
        raise Refusal("all_refused", row=first.row, reason=first.refusal)
    return sheet
