"""The reports over a pizza place's real sales, compared with another calculation.

Prices come from the place's own file, what goods cost from a fixed table, waste and
counts from a fixed seed. Compared: sales, cost and margin per item and month, use per
ingredient and month, the overview's sums, every line of theoretical against actual
between two dates and from count to count, and the accountant's month.

The sales lie in ../shared/data/pizza or where --data says; without them the benchmark
ends with 2.
"""

import random
import sys
from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from _bench import Results, environment
from _place import IN_STOCK
from pizza_year import SEED, expected, options_of, read, read_chosen, set_up

COLUMNS = ("date", "time", "receipt", "line", "quantity", "amount")
CENT = Decimal("0.01")
#: Quantities are floats in Odoo; a billionth of a kilogram is their end.
CLOSE = 1e-6
NOON = time(12)


def cost_of(names):
    """A fixed table: money per kilogram of each ingredient."""
    return {
        name: Decimal(120 + 37 * place % 1700) / 100
        for place, name in enumerate(sorted(names))
    }


# === THE OTHER CALCULATION === #


class Truth:
    """What every report should say, from plain files, fractions and decimals."""

    def __init__(self, lines, menu, prices):
        self.menu, self.used = menu, expected(lines, menu)
        self.costs = cost_of({name for _day, name in self.used})
        self.waste, self.counts = {}, {}
        self.sold, self.amount = defaultdict(int), defaultdict(Decimal)
        for day, _time, _order, _line, quantity, pizza in lines:
            self.sold[day, pizza] += quantity
            self.amount[day, pizza] += prices[pizza] * quantity
        self.days = sorted({day for day, _pizza in self.sold})
        self.values = {
            key: (kg * self.costs[key[1]]).quantize(CENT, ROUND_HALF_UP)
            for key, kg in self.used.items()
        }
        self.item_costs = self._item_costs()

    def _item_costs(self):
        """{(date, pizza): money}: each move's value, by how much each item used."""
        parts, totals = {}, defaultdict(Fraction)
        for (day, pizza), quantity in self.sold.items():
            for name, kg in self.menu.needs(pizza, day).items():
                parts[day, pizza, name] = kg * quantity
                totals[day, name] += kg * quantity
        costs = defaultdict(Fraction)
        for (day, pizza, name), kg in parts.items():
            value = Fraction(self.values.get((day, name), 0))
            costs[day, pizza] += value * kg / totals[day, name]
        return costs

    def by_month(self, figures):
        """{(first of the month, name): sum}."""
        sums = defaultdict(Fraction)
        for (day, name), figure in figures.items():
            sums[day.replace(day=1), name] += Fraction(figure)
        return {key: float(figure) for key, figure in sums.items()}

    def total(self, figures, first, last):
        return float(sum(f for (day, _n), f in figures.items() if first <= day <= last))

    def variance(self, name, since, until):
        """(opening, theoretical, waste, difference, closing) between two moments."""

        def of(figures, start, end):
            return sum(
                kg
                for (moment, each), kg in figures.items()
                if each == name and start < moment <= end
            )

        used = {
            (datetime.combine(day, time(23, 59, 59)), each): kg
            for (day, each), kg in self.used.items()
        }
        start = datetime.min
        taken = of(used, start, since) + of(self.waste, start, since)
        opening = IN_STOCK - taken + of(self.counts, start, since)
        now = [of(each, since, until) for each in (used, self.waste, self.counts)]
        closing = opening - now[0] - now[1] + now[2]
        return tuple(float(each) for each in (opening, *now, closing))


# === WASTE AND COUNTS, IN ODOO AND IN THE TRUTH === #


def waste_and_count(place, truth):
    """Some waste on many days; two counts of most ingredients, a third of the days
    apart. Returns the dates of both counts.
    """
    chance = random.Random(SEED)
    names = sorted(truth.costs)
    unit = place.outlets[0].storage_unit_id
    for day in truth.days[::3]:
        name, kg = chance.choice(names), Decimal(chance.randrange(1, 200)) / 100
        moment = datetime.combine(day, NOON) + timedelta(minutes=chance.randrange(60))
        truth.waste[moment, name] = kg
        scrap(place, unit, name, kg, moment)
    third = len(truth.days) // 3
    dates = truth.days[third], truth.days[2 * third]
    for day in dates:
        for name in chance.sample(names, len(names) * 4 // 5):
            kg = Decimal(chance.randrange(-300, 100)) / 100
            moment = datetime.combine(day, time(8))
            truth.counts[moment, name] = kg
            count(place, unit, name, kg, moment)
    place.env.cr.commit()
    return dates


def scrap(place, unit, name, kg, moment):
    product = place.products[name]
    scrapped = place.env["stock.scrap"].create(
        {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "scrap_qty": float(kg),
            "location_id": unit.id,
        }
    )
    scrapped.action_validate()
    scrapped.move_ids.date = moment


def count(place, unit, name, kg, moment):
    """A person counts so much more than Odoo knows of."""
    product = place.products[name]
    domain = [("product_id", "=", product.id)]
    quant = place.env["stock.quant"].search([*domain, ("location_id", "=", unit.id)])
    quant.ensure_one()
    quant = quant.with_context(inventory_mode=True)
    quant.inventory_quantity = round(quant.quantity + float(kg), 5)
    quant.action_apply_inventory()
    moves = place.env["stock.move"]
    move = moves.search(
        [*domain, ("is_inventory", "=", True)], order="id desc", limit=1
    )
    move.date = moment


# === COMPARISON === #


class Comparison:
    def __init__(self, env, truth, results):
        self.env, self.truth, self.results = env, truth, results
        self.differences = 0

    def compare(self, name, want, have):
        keys = {key for key in want.keys() | have.keys()}
        wrong = [
            key
            for key in sorted(keys, key=str)
            if not is_close(want.get(key, 0.0), have.get(key, 0.0))
        ]
        for key in wrong[:3]:
            print(f"   {key}: expected {want.get(key)}, report {have.get(key)}")
        self.results.add(f"{name}: compared", len(want))
        self.differences += len(wrong)

    def grouped(self, model, name, measure, domain=()):
        """{(first of the month, name): figure} as the pivot shows it."""
        groups = self.env[model]._read_group(
            list(domain), ["business_date:month", name], [measure]
        )
        return {
            (month, self.name_of(record)): float(figure or 0)
            for month, record, figure in groups
        }

    def name_of(self, record):
        is_item = record._name == "pos.bridge.item"
        return record.external_id if is_item else record.default_code

    def sales(self):
        truth, model = self.truth, "pos.bridge.sales.report"
        costs, amounts = (
            truth.by_month(figures) for figures in (truth.item_costs, truth.amount)
        )
        margins = {key: amounts[key] - costs[key] for key in amounts}
        shares = {key: costs[key] / amounts[key] for key in amounts}
        for measure, want in (
            ("amount:sum", amounts),
            ("cost:sum", costs),
            ("margin:sum", margins),
            ("cost_share:avg", shares),
            ("quantity:sum", truth.by_month(truth.sold)),
        ):
            have = self.grouped(model, "item_id", measure)
            self.compare(f"sales, {measure}", want, have)

    def consumption(self):
        truth, model = self.truth, "pos.bridge.consumption.report"
        for measure, figures in (
            ("quantity:sum", truth.used),
            ("cost:sum", truth.values),
        ):
            have = self.grouped(model, "product_id", measure, [("kind", "=", "used")])
            self.compare(f"consumption, {measure}", truth.by_month(figures), have)

    def overview(self):
        """The overview's sums of each month."""
        overview = self.env["pos.bridge.overview"]
        for first in sorted({day.replace(day=1) for day in self.truth.days}):
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            [sums] = overview._get_sums(first, last).values()
            month = overview._get_month((first, last), sums)
            sales = self.truth.total(self.truth.amount, first, last)
            cost = self.truth.total(self.truth.values, first, last)
            want = {"sales": sales, "cost": cost, "margin": sales - cost}
            have = {name: float(month[name]) for name in want}
            self.compare(f"overview of {first:%Y-%m}", want, have)

    def variances(self, counted):
        first, last = self.truth.days[3], self.truth.days[-3]
        end = datetime.combine(last, time(23, 59, 59))
        before = datetime.combine(first, time.min) - timedelta(seconds=1)
        lines = self.variance_lines("dates", first, last)
        spans = {name: (before, end) for name in self.truth.costs}
        self.compare_variances("between dates", lines, spans)
        lines = self.variance_lines("counts", *counted)
        both = [datetime.combine(day, time(8)) for day in counted]
        spans = {
            name: tuple(both)
            for name in self.truth.costs
            if all((moment, name) in self.truth.counts for moment in both)
        }
        lines = {name: line for name, line in lines.items() if line.is_counted}
        self.compare_variances("from count to count", lines, spans)
        counted_names = {name: 1.0 for name in spans}
        self.compare("who was counted", counted_names, dict.fromkeys(lines, 1.0))

    def variance_lines(self, basis, first, last):
        wizard = self.env["pos.bridge.variance.wizard"].create(
            {"basis": basis, "date_from": first, "date_to": last}
        )
        wizard.action_compare()
        return {line.product_id.default_code: line for line in wizard.line_ids}

    def compare_variances(self, title, lines, spans):
        names = ("opening", "theoretical", "waste", "count_difference", "closing")
        want, have = {}, {}
        for name, span in spans.items():
            figures = self.truth.variance(name, *span)
            want |= {(name, n): f for n, f in zip(names, figures, strict=True)}
        for name, line in lines.items():
            have |= {(name, n): line[n] for n in names}
        self.compare(f"variance {title}", want, have)

    def months(self):
        """The accountant's lines of the first month."""
        wizard = self.env["pos.bridge.month.wizard"].create(
            {"month": self.truth.days[0]}
        )
        [outlet] = wizard.get_month()["outlets"]
        want, have = {}, {}
        for line in outlet["days"]:
            day = line["date"]
            figures = (self.truth.amount, self.truth.amount, self.truth.values)
            for name, each in zip(("read", "posted", "cost"), figures, strict=True):
                want[day, name] = self.truth.total(each, day, day)
                have[day, name] = float(line[name])
        self.compare("accountant's month", want, have)


def is_close(one, other):
    return abs(one - other) <= CLOSE * max(1.0, abs(one))


def main(arguments):
    chosen = options_of(__doc__).parse_args(arguments)
    menu, lines = read_chosen(chosen)
    prices = {
        row["pizza_id"]: Decimal(row["price"])
        for row in read(chosen.data / "pizzas.csv")
    }
    results = Results(chosen.json)
    truth = Truth(lines, menu, prices)
    env = environment()
    place = set_up(env, menu, COLUMNS)
    for name, cost in truth.costs.items():
        place.products[name].standard_price = float(cost)
    place.date_prices()
    file = place.upload(
        [[*line[:5], prices[line[5]] * line[4], line[5]] for line in lines]
    )
    place.map()
    with results.timed("posting"):
        place.post(file._queue())
    counted = waste_and_count(place, truth)
    env.flush_all()
    comparison = Comparison(env, truth, results)
    comparison.sales()
    comparison.consumption()
    comparison.overview()
    comparison.variances(counted)
    comparison.months()
    results.add("differences", comparison.differences)
    results.end()
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
