"""The overview, corrections, and what waits for a person."""

from collections import defaultdict
from datetime import date

from _pizza_cells import DAY, Cells, cells_of, end_of_month
from _pizza_figures import month_before
from _pizza_story import DELIVERY, HARBOUR, OUTLETS, SUNDAY, UNMAPPED, at
from freezegun import freeze_time

DAYS_OF_MARKS, DAYS_OF_SHARE = 14, 7


class DayCells(Cells):
    def overview(self):
        """On some mornings: all cards, and this month against the one before."""
        months, cards, connections = ({}, {}), ({}, {}), ({}, {})
        for today in self.mornings():
            with freeze_time(at(today, 9)):
                self.env.invalidate_all()
                told = self.env["pos.bridge.overview"].get_overview()
            self.months_of(today, told, months)
            self.cards_of(today, told, cards)
            [connection] = told["integrations"]
            for name, figure in (
                ("unmapped", len({*UNMAPPED, DELIVERY})),
                ("outlet_count", len(OUTLETS)),
            ):
                connections[0][today, name] = figure
                connections[1][today, name] = connection[name]
        self.compare("overview, this month against last", *months)
        self.compare("overview, outlets' cards", *cards)
        self.compare("overview, connections", *connections)

    def mornings(self):
        """The first, the middle and the last of each month."""
        days = {self.days[-1]}
        for first in {day.replace(day=1) for day in self.days}:
            days |= {first, first + 4 * DAY, first.replace(day=16), end_of_month(first)}
        return sorted(day for day in days if self.days[3] < day <= self.days[-1])

    def spans_of(self, today):
        """This month and the same days of the last one; before the first sales of a
        month the last one and the one before it, both whole.
        """
        first, last = today.replace(day=1), month_before(today)
        if self.figures.span(first, today)["read"]:
            return ("this", first, today), ("last", last.replace(day=1), last)
        end = first - DAY
        before = end.replace(day=1) - DAY
        return (
            ("this", end.replace(day=1), end),
            ("last", before.replace(day=1), before),
        )

    def months_of(self, today, told, cells):
        [month] = told["months"]
        for name, first, until in self.spans_of(today):
            sums = self.figures.span(first, until)
            margin = sums["margin"]
            want = {
                "sales": sums["read"],
                "cost": sums["cost"],
                "margin": margin,
                "margin_share": margin / sums["posted"] if sums["posted"] else None,
                "unmapped": sums["unmapped"] + sums["failed"] + sums["undone"],
            }
            for figure, value in want.items():
                cells[0][today, name, figure] = value
                cells[1][today, name, figure] = month[name][figure]

    def cards_of(self, today, told, cells):
        dates = [today - number * DAY for number in range(DAYS_OF_MARKS)][::-1]
        cells[0][today, "dates"] = list(map(str, dates))
        cells[1][today, "dates"] = told["dates"]
        for card in told["outlets"]:
            outlet = card["name"]
            is_told = (outlet, today) in self.figures.days
            first = today - (DAYS_OF_SHARE - is_told) * DAY
            last = max(day for place, day in self.figures.days if place == outlet)
            want = {
                "mapped_share": self.figures.mapped_share(first, today, outlet),
                "last_day": f"{last:%a} {last.day} {last:%b %Y}",
            }
            for name, value in want.items():
                cells[0][today, outlet, name] = value
                cells[1][today, outlet, name] = card[name]
            for day, cell in zip(dates, card["cells"], strict=True):
                if day >= self.days[0]:
                    is_open = outlet != HARBOUR or day.weekday() != SUNDAY
                    mark = self.figures.mark(outlet, day, is_open, today)
                    cells[0][today, outlet, day] = mark
                    cells[1][today, outlet, day] = cell["state"]

    # === CORRECTIONS AND EXCEPTIONS === #

    def corrections(self):
        rows = self.env["pos.bridge.correction.report"].search([])
        names = ("kind", "posted_at", "accounting_date", "is_late", "value")
        want = {
            (*key, name): value
            for key, values in self.figures.corrections.items()
            for name, value in zip(names, values, strict=True)
        }
        for key in self.figures.corrections:
            want[*key, "who"] = True
            want[*key, "why"] = want[*key, "kind"] == "usage"
        have = {}
        for row in rows:
            key = row.outlet_id.name, row.business_date, row.posting_id.revision
            have |= {(*key, name): row[name] for name in names}
            have[*key, "who"] = bool(row.user_id)
            have[*key, "why"] = bool(row.reason)
        self.compare("corrections", want, have)
        by_month = defaultdict(float)
        for (outlet, day, _n), (*_x, value) in self.figures.corrections.items():
            by_month[outlet, day.replace(day=1)] += value
        groups = ["outlet_id", "business_date:month"]
        told = self.told("pos.bridge.correction.report", groups, "value:sum")
        self.compare("corrections by outlet and month", by_month, told)

    def exceptions(self):
        problems = self.figures.problems
        rows = self.env["pos.bridge.exception"].search([("resolved", "=", False)])
        have = {
            (
                *(row.outlet_id.name, row.business_date, row.code),
                row.item_id.external_id or "",
            ): (row.quantity, row.amount)
            for row in rows
        }
        self.compare("open exceptions", problems, have)
        want = defaultdict(lambda: [0, 0.0, 0.0, date.min])
        for (outlet, day, code, item), (quantity, amount) in problems.items():
            cause = want[(code, item) if item else (code, outlet, day)]
            cause[0] += 1
            cause[1:3] = cause[1] + quantity, cause[2] + amount
            cause[3] = max(cause[3], day)
        have = {}
        for row in self.env["pos.bridge.exception.cause"].search([]):
            item = row.item_id.external_id
            place = row.day_id.outlet_id.name, row.day_id.business_date
            figures = row.day_count, row.quantity, row.amount, row.last_date
            have[(row.code, item) if item else (row.code, *place)] = figures
        self.compare("open exceptions by cause", *map(cells_of, (want, have)))
