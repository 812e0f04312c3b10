"""The reports of a played ``Story``, as a back-office user sees them, against figures
that were worked out apart from Odoo.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from _pizza_figures import STATES, month_before
from _pizza_story import DELIVERY, HARBOUR, OUTLETS, SUNDAY, UNMAPPED, UTC, at
from _pizza_variance import FIGURES, Variance
from freezegun import freeze_time

#: Quantities and shares of money are floats in Odoo; this is their end.
CLOSE = 1e-6
DAYS_OF_MARKS, DAYS_OF_SHARE = 14, 7
DAY = timedelta(days=1)
SALES, CONSUMPTION = "pos.bridge.sales.report", "pos.bridge.consumption.report"


def is_same(want, have):
    if isinstance(want, float | int) and isinstance(have, float | int):
        return abs(want - have) <= CLOSE * max(1.0, abs(want))
    return want == have


class Comparison:
    """
    :param env: of a back-office user
    :param results: where figures are added: cells compared, and what differs
    """

    def __init__(self, env, figures, results):
        self.env, self.figures, self.results = env, figures, results
        self.truth, self.days = figures.truth, figures.truth.story.days
        self.differences = self.compared = 0

    def compare(self, name, want, have):
        """Each cell of a figure: {where: what}."""
        keys = want.keys() | have.keys()
        wrong = [
            key
            for key in sorted(keys, key=str)
            if key not in want or key not in have or not is_same(want[key], have[key])
        ]
        for key in wrong[:3]:
            told = want.get(key, "nothing"), have.get(key, "nothing")
            print(f"   {name}, {key}: expected {told[0]}, told {told[1]}")
        self.results.add(f"{name}: compared", len(want))
        if wrong:
            self.results.add(f"{name}: differences", len(wrong))
        self.differences += len(wrong)
        self.compared += len(want)

    # === SALES AND CONSUMPTION === #

    def told(self, model, groups, measure, domain=()):
        """{groups: figure} as the pivot shows it, without groups of nothing."""
        rows = self.env[model]._read_group(list(domain), groups, [measure])
        return {
            key[0] if len(key) == 1 else key: float(figure)
            for *group, figure in rows
            for key in [tuple(self.name_of(each) for each in group)]
            if figure
        }

    def name_of(self, value):
        if not hasattr(value, "_name"):
            return value.date() if isinstance(value, datetime) else value
        names = {
            "pos.bridge.item": "external_id",
            "product.product": "default_code",
            "mrp.bom": "product_tmpl_id.default_code",
        }
        path = names.get(value._name, "name")
        return (value.mapped(path) or [""])[0] or "" if value else ""

    def sales(self):
        """Sales, cost, margin and cost share by item, group, outlet, day and month."""
        groups = self.truth.story.groups
        month, day = "business_date:month", "business_date:day"
        measures = {
            "quantity:sum": lambda sale: sale.quantity,
            "sales:sum": lambda sale: sale.amount + sale.zero_amount,
            "amount:sum": lambda sale: sale.amount_if("posted"),
            "unmapped_amount:sum": lambda sale: sale.amount_if("unmapped", "failed"),
            "cost:sum": lambda sale: sale.cost,
            "margin:sum": lambda sale: sale.amount_if("posted") - sale.cost,
        }
        for title, fields, key in (
            ("item", ["item_id"], lambda s: s.item),
            ("item and month", [month, "item_id"], lambda s: (s.month, s.item)),
            ("group", ["group_id"], lambda s: groups[s.item]),
            (
                "group and month",
                [month, "group_id"],
                lambda s: (s.month, groups[s.item]),
            ),
            ("month", [month], lambda s: s.month),
            ("outlet and day", ["outlet_id", day], lambda s: (s.outlet, s.day)),
        ):
            for measure, figure in measures.items():
                want = self.figures.by(key, figure)
                self.compare_sums(f"sales by {title}, {measure}", want, fields, measure)
            shares = self.figures.shares(key)
            self.compare(
                f"sales by {title}, cost_share",
                {each: share for each, share in shares.items() if share},
                self.told(SALES, fields, "cost_share:avg"),
            )
        self.states()

    def compare_sums(self, title, want, fields, measure):
        """A group of nothing is shown as nothing or as 0, which is the same."""
        want = {key: value for key, value in want.items() if abs(value) > CLOSE}
        have = self.told(SALES, fields, measure)
        have = {key: value for key, value in have.items() if abs(value) > CLOSE}
        self.compare(title, want, have)

    def states(self):
        """Money by what became of it."""
        sums = defaultdict(float)
        for (_outlet, day), figures in self.figures.accounts.items():
            for state in STATES:
                sums[day.replace(day=1), state] += figures[state]
        groups = ["business_date:month", "state"]
        want = {key: value for key, value in sums.items() if value}
        self.compare("sales by what became", want, self.told(SALES, groups, "sales:sum"))

    def consumption(self):
        """What was used and what it cost by ingredient, item, recipe, outlet, day."""
        used = [("kind", "=", "used")]
        month, day = "business_date:month", "business_date:day"
        recipes = {"spinach_supr_m": ""}
        for title, fields, key in (
            ("ingredient", ["product_id"], lambda s, name: name),
            (
                "ingredient and month",
                [month, "product_id"],
                lambda s, name: (s.month, name),
            ),
            (
                "ingredient and item",
                ["item_id", "product_id"],
                lambda s, name: (s.item, name),
            ),
            (
                "ingredient and recipe",
                ["bom_id", "product_id"],
                lambda s, name: (recipes.get(s.item, s.item), name),
            ),
            (
                "ingredient and outlet",
                ["outlet_id", "product_id"],
                lambda s, name: (s.outlet, name),
            ),
            (
                "ingredient, outlet and day",
                ["outlet_id", day, "product_id"],
                lambda s, name: (s.outlet, s.day, name),
            ),
        ):
            figures = self.figures.used_by(key)
            measures = ("quantity:sum", "cost:sum")
            for measure, want in zip(measures, figures, strict=True):
                want = {k: v for k, v in want.items() if abs(v) > 1e-9}
                have = self.told(CONSUMPTION, fields, measure, used)
                have = {k: v for k, v in have.items() if abs(v) > 1e-9}
                self.compare(f"use by {title}, {measure}", want, have)
        self.against_sales()

    def against_sales(self):
        """Cost beside the money of the same items, outlets and days."""
        month, day = "business_date:month", "business_date:day"
        for title, fields, key in (
            ("item", ["item_id"], lambda s: s.item),
            ("outlet and month", ["outlet_id", month], lambda s: (s.outlet, s.month)),
            ("day", [day], lambda s: s.day),
        ):
            for measure, figure in (
                ("cost:sum", lambda sale: sale.cost),
                ("amount:sum", lambda sale: sale.amount_if("posted")),
            ):
                want = {k: v for k, v in self.figures.by(key, figure).items() if v}
                have = self.told(CONSUMPTION, fields, measure)
                have = {k: v for k, v in have.items() if abs(v) > 1e-9}
                self.compare(f"use against sales by {title}, {measure}", want, have)

    # === OVERVIEW === #

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
            end = (first + 32 * DAY).replace(day=1) - DAY
            days |= {first + 4 * DAY, first.replace(day=16), end, first}
        return sorted(day for day in days if self.days[3] < day <= self.days[-1])

    def months_of(self, today, told, cells):
        [month] = told["months"]
        last = month_before(today)
        for name, first, until in (
            ("this", today.replace(day=1), today),
            ("last", last.replace(day=1), last),
        ):
            sums = self.figures.span(first, until)
            margin = sums["posted"] - sums["cost"]
            want = {
                "sales": sums["read"],
                "cost": sums["cost"],
                "margin": margin,
                "margin_share": margin / sums["posted"] if sums["posted"] else None,
                "unmapped": sums["unmapped"] + sums["failed"],
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
        have = {}
        for row in rows:
            key = row.outlet_id.name, row.business_date, row.posting_id.revision
            have |= {(*key, name): row[name] for name in names}
            if not row.user_id:
                self.results.add(f"correction {key} without a name", 1)
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

    # === THEORETICAL AGAINST ACTUAL === #

    def variances(self):
        counts = [day.replace(day=1) for day in self.days]
        counts = sorted(set(counts))[1:]
        first, last = self.days[3], self.days[-3]
        spans = [("dates", first, last, None), ("dates", *self.a_month(), None)]
        spans += [("dates", first, last, outlet) for outlet in OUTLETS]
        spans += [("counts", first, last, None)]
        spans += [("counts", *pair, None) for pair in zip(counts, counts[1:])]
        cells, coverage = defaultdict(lambda: ({}, {})), ({}, {})
        for span in spans:
            variance, wizard = Variance(self.figures, *span), self.wizard_of(*span)
            self.lines_of(span, variance, wizard, cells)
            for name, value in variance.coverage().items():
                coverage[0][*span, name] = float(value)
                coverage[1][*span, name] = float(wizard[name])
        for (basis, name), pair in cells.items():
            self.compare(f"variance between {basis}, {name}", *pair)
        self.compare("variance, coverage", *coverage)

    def a_month(self):
        """The last whole one."""
        end = self.days[-1].replace(day=1) - DAY
        return end.replace(day=1), end

    def wizard_of(self, basis, first, last, outlet):
        units = self.env["pos.bridge.outlet"].search([("name", "=", outlet)])
        wizard = self.env["pos.bridge.variance.wizard"].create(
            {
                "basis": basis,
                "date_from": first,
                "date_to": last,
                "storage_unit_ids": units.storage_unit_id.ids,
            }
        )
        wizard.action_compare()
        return wizard

    def lines_of(self, span, variance, wizard, cells):
        for line in variance.lines.items():
            for name in (*FIGURES, "is_counted", "since", "until"):
                cells[span[0], name][0][*span, *line[0]] = line[1][name]
        for line in wizard.line_ids:
            place = line.storage_unit_id.name.removeprefix("Kitchen of ")
            key = *span, place, line.product_id.default_code
            for name in (*FIGURES, "is_counted", "since", "until"):
                cells[span[0], name][1][key] = line[name]

    # === ACCOUNTANT'S MONTH === #

    def months(self):
        parts = defaultdict(lambda: ({}, {}))
        for first in sorted({day.replace(day=1) for day in self.days}):
            last = (first + 32 * DAY).replace(day=1) - DAY
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
            figures = self.figures.accounts.get(key, dict.fromkeys(names))
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
            if where == outlet
            and (first <= day <= last or first <= booked_on <= last)
        )
        names = ("date", "posted_at", "accounting_date", "is_late", "value")
        found = sorted(
            tuple(line[name] for name in names[:4]) + (round(line["value"], 2),)
            for line in told["corrections"]
        )
        for cells, rows in ((want, lines), (have, found)):
            for number, row in enumerate(rows):
                cells |= {(*place, number, n): v for n, v in zip(names, row, strict=True)}

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

    # === WHAT IS THERE === #

    def stock(self):
        stock = self.truth.stock
        want, have = {}, {}
        for (outlet, name), kg in stock.on_hand.items():
            want[outlet, name, "quantity"] = float(kg)
            want[outlet, name, "value"] = float(kg * stock.cost(name))
        for row in self.env["pos.bridge.stock"].search([]):
            outlet = row.storage_unit_id.name.removeprefix("Kitchen of ")
            for figure in ("quantity", "value"):
                have[outlet, row.product_id.default_code, figure] = row[figure]
        self.compare("what is there", want, have)


def cells_of(rows):
    return {
        (*key, number): value
        for key, values in rows.items()
        for number, value in enumerate(values)
    }
