"""The accountant's months."""

from collections import defaultdict

from _pizza_cells import DAY, Cells, end_of_month
from _pizza_figures import STATES
from _pizza_story import at
from freezegun import freeze_time


class MonthCells(Cells):
    def months(self):
        parts = defaultdict(lambda: ({}, {}))
        for first in sorted({day.replace(day=1) for day in self.days}):
            last = end_of_month(first)
            wizard = self.env["pos.bridge.month.wizard"].create({"month": first})
            with freeze_time(at(self.days[-1] + 40 * DAY, 9)):
                told = wizard.get_month()
            self.books_of(last, told["stock"], parts)
            for outlet in told["outlets"]:
                place = outlet["name"], first
                self.days_of(place, last, outlet, parts)
                self.corrections_of(place, last, outlet, parts)
                self.exceptions_of(place, last, outlet, parts)
        for name, pair in parts.items():
            self.compare(f"accountant's month, {name}", *pair)

    def books_of(self, last, told, parts):
        if last <= self.days[-1]:
            names = ("value", "booked", "difference")
            value, booked = self.figures.books(last)
            figures = value, booked, value - booked
            for name, figure in zip(names, figures, strict=True):
                parts["stock and books"][0][last, name] = round(figure, 2)
                sums = sum(line[name] for line in told)
                parts["stock and books"][1][last, name] = round(sums, 2)

    def days_of(self, place, last, told, parts):
        names = (*STATES, "read", "reported", "cost")
        for line in told["days"]:
            key = place[0], line["date"]
            account = self.figures.accounts.get(key, {})
            figures = {name: account.get(name) for name in names}
            is_there = figures["read"] is not None
            state = "Undone" if key in self.truth.undone else "Posted"
            want = {
                **figures,
                "state": state if is_there else "No day",
                "is_right": True if is_there else None,
            }
            for name, value in want.items():
                parts["days"][0][*key, name] = value
                parts["days"][1][*key, name] = line[name]
        sums = self.figures.span(place[1], last, place[0])
        for name in names:
            parts["totals"][0][*place, name] = sums[name]
            parts["totals"][1][*place, name] = told["total"][name]

    def corrections_of(self, place, last, told, parts):
        outlet, first = place
        want, have = parts["corrections"]
        lines = sorted(
            (day, when, booked_on, is_late, round(value, 2))
            for (where, day, _n), (_kind, when, booked_on, is_late, value) in (
                self.figures.corrections.items()
            )
            if where == outlet and (first <= day <= last or first <= booked_on <= last)
        )
        names = ("date", "posted_at", "accounting_date", "is_late", "value")
        found = sorted(
            tuple(line[name] for name in names[:4]) + (round(line["value"], 2),)
            for line in told["corrections"]
        )
        for cells, rows in ((want, lines), (have, found)):
            for number, row in enumerate(rows):
                cells |= {
                    (*place, number, n): v for n, v in zip(names, row, strict=True)
                }

    def exceptions_of(self, place, last, told, parts):
        want, have = parts["open exceptions"]
        outlet, first = place
        amounts = sorted(
            (day, amount)
            for (where, day, _code, _item), (_sold, amount) in (
                self.figures.problems.items()
            )
            if where == outlet and first <= day <= last
        )
        found = sorted((line["date"], line["amount"]) for line in told["exceptions"])
        for cells, rows in ((want, amounts), (have, found)):
            for number, (day, amount) in enumerate(rows):
                cells[*place, number, day] = amount
