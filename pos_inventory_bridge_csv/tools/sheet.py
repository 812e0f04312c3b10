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
        for reject in self.rejects:
            told = () if reject.is_note else reject.days(self.locate)
            if reject.outlet and len(told) == 1:
                days[reject.outlet].update(told)
        return dict(days)

    @cached_property
    def source_days(self):
        """First and last date in the file."""
        days = {sold.source_day for sold in self.sold}
        days.update(each.source_day for each in self.rejects if each.source_day)
        return min(days), max(days)

    def names(self):
        """{code: (name, price, SKU, group)}, as the last row says that says so."""
        names = {}
        for sold in self.sold:
            name, price, sku, group = names.get(sold.code, ("", None, None, None))
            price = price if sold.price is None else sold.price
            names[sold.code] = (
                sold.name or name,
                price,
                sold.sku or sku,
                sold.group or group,
            )
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

    def may_miss(self, outlet, day):
        """Whether a refused row may belong to this day.

        One that could be of any day is missing on all days of the file.
        """
        return bool(self._gaps_of(outlet, day))

    def may_lack(self, sold):
        """Whether a refused row may belong to the receipt of this one.

        A row without a receipt number is a sale of its own and lacks nothing, but it
        may be taken for a refused one of the same code.
        """
        gaps = self._gaps_of(sold.outlet, sold.day)
        if sold.number:
            return any(("number", each) in gaps for each in (None, sold.number))
        return any(("code", each) in gaps for each in (None, sold.code))

    def _gaps_of(self, outlet, day):
        any_day = (None,) if day in self.days.get(outlet, ()) else ()
        keys = [(o, d) for o in (None, outlet) for d in (day, *any_day)]
        return set().union(*(self._gaps.get(key, ()) for key in keys))

    @cached_property
    def _gaps(self):
        """{(outlet, business date): receipt numbers and codes of refused rows}, as
        ("number", ...) and ("code", ...); what is None could be any.
        """
        gaps = defaultdict(set)
        for each in self.rejects:
            if each.is_note:
                continue
            told = {("number", each.number)}
            if not each.number:
                told.add(("code", each.code))
            for day in each.days(self.locate) or (None,):
                gaps[each.outlet, day] |= told
        return gaps

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
        lines, kept, refused = {}, [], []
        for sold in self.sold:
            first = lines.setdefault(_key(sold, sold.line), sold) if sold.line else sold
            if first is sold:
                kept.append(sold)
            elif first.says() != sold.says():
                why = Refusal("line_twice", line=sold.line, row=first.row)
                refused.append((sold, why))
        self.sold = kept
        self._refuse_rows(refused)

    def _refuse_orphans(self):
        """Modifiers that do not lead, one after the other, to a line that is there."""
        orphans = self._orphans()
        while orphans:
            self._refuse_rows(
                [
                    (sold, Refusal("parent_missing", line=sold.modifies))
                    for sold in orphans
                ]
            )
            orphans = self._orphans()

    def _orphans(self):
        waiting = [sold for sold in self.sold if sold.modifies]
        if not waiting:
            return []
        rooted, found = {_key(s, s.line) for s in self.sold if not s.modifies}, True
        while found:
            found = [sold for sold in waiting if _key(sold, sold.modifies) in rooted]
            rooted.update(_key(sold, sold.line) for sold in found)
            placed = {id(sold) for sold in found}
            waiting = [sold for sold in waiting if id(sold) not in placed]
        return waiting

    def _refuse_rows(self, refused):
        """Refuse all of these rows: what modifies a refused line must not hang on
        another.

        :param refused: list of (``Sold``, ``Refusal``)
        """
        rows = {}
        for sold, refusal in refused:
            rows.setdefault(sold.row, (sold, refusal))
        for sold, refusal in rows.values():
            self.rejects.append(
                Reject(
                    sold.row,
                    refusal,
                    outlet=sold.outlet,
                    source_day=sold.source_day,
                    number=sold.number,
                    code=sold.code,
                    day=sold.day,
                )
            )
        if rows:
            self.sold = [sold for sold in self.sold if sold.row not in rows]


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
