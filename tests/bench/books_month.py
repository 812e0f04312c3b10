"""A pizza place's real month with all that makes books hard, and the same without.

Average cost booked in real time; a delivery of everything twice a week, each at another
price; some ingredients in lots with expiry dates; on Sundays at six in the evening a
count of everything, posted before that day's sales are; corrections of past days at the
end. Quantities, lots, values and journal are compared with calculations that know
nothing of the add-ons. Beside it the month as plain as it can be: standard price, no
lots, no counts.

The sales lie in ../shared/data/pizza or where --data says; without them the benchmark
ends with 2.
"""

import random
import statistics
import sys
from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import ROUND_UP, Decimal
from pathlib import Path

from _bench import Results, environment, install, peak_mb
from pizza_year import (
    SEED,
    compare,
    edit,
    expected,
    options_of,
    read_chosen,
    set_up,
)

#: Plain Python, which the tests of the books use, too.
ORACLE = Path(__file__).resolve().parents[2] / "pos_inventory_bridge/tests"
MONTH = 31
MORNING, SIX = time(6), time(18)
NIGHT = time(23, 59, 59)
#: Days of the week on which goods arrive, and the one on which they are counted.
DELIVERIES, SUNDAY = (0, 3), 6
#: Kept in lots.
PERISHABLE = ("Cheese", "Chicken", "Salami", "Ham")
NOTHING = Decimal(0)


# === THE OTHER CALCULATION === #


class Shelf:
    """One ingredient: its lots as they really are, and its books."""

    def __init__(self, goods):
        self.goods = goods
        #: {lot: (use by, quantity)}; without lots there is one for all.
        self.lots = {}

    @property
    def quantity(self):
        return sum((quantity for _use_by, quantity in self.lots.values()), NOTHING)

    def put(self, lot, use_by, quantity):
        _old, there = self.lots.get(lot, (use_by, NOTHING))
        self.lots[lot] = (use_by, there + quantity)

    def take(self, quantity):
        """What must be used first goes first."""
        for lot, (use_by, there) in sorted(self.lots.items(), key=lambda o: o[1][0]):
            part = min(there, quantity)
            self.lots[lot] = (use_by, there - part)
            quantity -= part
        if quantity:
            raise SystemExit("The benchmark delivers too little.")

    def lose(self, quantity):
        """What nobody wrote down is missing from the lot that has most."""
        lot = max(self.lots, key=lambda each: self.lots[each][1])
        use_by, there = self.lots[lot]
        self.lots[lot] = (use_by, there - quantity)


class Truth:
    """What really happened in the kitchen, and what the books must say of it."""

    def __init__(self, lines, menu, goods_class):
        self.used = expected(lines, menu)
        six = str(SIX)
        self.used_before_six = expected([row for row in lines if row[1] < six], menu)
        self.names = sorted({name for _day, name in self.used})
        self.days = sorted({day for day, _name in self.used})
        self.shelves = {name: Shelf(goods_class("average")) for name in self.names}
        #: {(date, ingredient): money} of what was used; {date: money} in the journal
        self.values, self.journal = {}, defaultdict(Decimal)
        self.chance = random.Random(SEED)

    def is_in_lots(self, name):
        return any(word in name for word in PERISHABLE)

    def orders(self, day):
        """{ingredient: (kg, price, lot, use by)} of a delivery: enough for ten days."""
        until = day + timedelta(days=10)
        orders = {}
        for place, name in enumerate(self.names):
            needed = sum(
                (
                    self.used.get((each, name), NOTHING)
                    for each in self.days
                    if day <= each < until
                ),
                NOTHING,
            )
            missing = needed * 2 - self.shelves[name].quantity
            kg = max(missing, Decimal(1)).quantize(Decimal(1), ROUND_UP)
            price = Decimal(200 + 31 * place % 900 + day.toordinal() * 7 % 90) / 100
            # The goods of every other delivery keep for longer.
            use_by = datetime.combine(
                day + timedelta(days=40 + 9 * (day.weekday() % 2)), MORNING
            )
            lot = f"{name} {day}" if self.is_in_lots(name) else None
            orders[name] = (kg, price, lot, use_by)
        return orders

    def deliver(self, day, orders):
        for name, (kg, price, lot, use_by) in orders.items():
            shelf = self.shelves[name]
            shelf.put(lot, use_by if lot else datetime.max, kg)
            shelf.goods.receive(datetime.combine(day, MORNING), kg, price)

    def sell(self, day, first=None, until=None):
        """From the shelves: all of the day, or what was sold before or after six."""
        for name in self.names:
            all_day = self.used.get((day, name), NOTHING)
            before = self.used_before_six.get((day, name), NOTHING)
            amounts = {(None, None): all_day, (None, SIX): before}
            self.shelves[name].take(amounts.get((first, until), all_day - before))

    def count(self, day):
        """Somebody counts at six; a little of some ingredients has gone."""
        moment = datetime.combine(day, SIX)
        for shelf in self.shelves.values():
            if self.chance.random() < 0.6:
                shelf.lose(Decimal(self.chance.randrange(1, 60)) / 100)
            goods = shelf.goods
            difference = shelf.quantity - goods.on_hand
            if difference > 0:
                goods.receive(moment, difference)
            elif difference:
                goods.issue(moment, -difference)

    def post(self, day, is_counted):
        """The books follow: all of the day's use leaves; what was sold before the count
        comes back out of its difference, at the value of its use.
        """
        for name in self.names:
            quantity = self.used.get((day, name), NOTHING)
            if not quantity:
                continue
            goods = self.shelves[name].goods
            issue = goods.issue(datetime.combine(day, NIGHT), quantity)
            self.values[day, name] = issue.value
            self.journal[day] += issue.value
            before = self.used_before_six.get((day, name), NOTHING)
            if is_counted and before:
                goods.give_back(issue, datetime.combine(day, SIX), before)


# === THE SAME IN ODOO === #


class Kitchen:
    """The place with its books in Odoo."""

    def __init__(self, place, names, truth):
        self.place, self.env = place, place.env
        self.unit = place.storages[0]
        self.products = {name: place.products[name] for name in names}
        self.lots = {}
        self._keep_books()
        for name, product in self.products.items():
            if truth.is_in_lots(name):
                product.tracking = "lot"

    def _keep_books(self):
        """A chart of accounts, average cost in real time, no price before the first
        goods arrive.
        """
        company = self.env.company
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        products = self.env["product.product"].union(*self.place.products.values())
        products.standard_price = 0
        category = self.env["product.category"].create({"name": "Real time"})
        category.property_cost_method = "average"
        category.property_valuation = "real_time"
        products.categ_id = category
        self.place.date_prices()
        [outlet] = self.place.outlets
        self.cost_account = company._get_pos_bridge_cost_account()
        outlet.consumption_location_id.valuation_account_id = self.cost_account
        self.outlet = outlet

    def deliver(self, day, orders):
        moves = self.env["stock.move"].create(
            [
                self._prepare_delivery(self.products[name], *order)
                for name, order in orders.items()
            ]
        )
        moves._action_done()
        moves.date = datetime.combine(day, MORNING)
        self.env.flush_all()
        prices = {
            self.products[name]: kg * price
            for name, (kg, price, *_lot) in orders.items()
        }
        for move in moves:
            move.value_manual = float(prices[move.product_id])
        self.env.cr.commit()

    def _prepare_delivery(self, product, kg, _price, lot, use_by):
        places = {
            "product_id": product.id,
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.unit.id,
            "company_id": self.env.company.id,
            "picked": True,
        }
        line = {**places, "quantity": float(kg), "product_uom_id": product.uom_id.id}
        if lot:
            self.lots[lot] = self.env["stock.lot"].create(
                {"name": lot, "product_id": product.id}
            )
            self.lots[lot].removal_date = use_by
            line["lot_id"] = self.lots[lot].id
        return {
            **places,
            "product_uom": product.uom_id.id,
            "product_uom_qty": float(kg),
            "move_line_ids": [(0, 0, line)],
        }

    def count(self, day, truth):
        """What is there is typed for every ingredient and lot, and applied."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        counted = quants.browse()
        for name, product in self.products.items():
            shelf = truth.shelves[name]
            for lot, (_use_by, quantity) in shelf.lots.items():
                quant = quants.create(
                    {
                        "product_id": product.id,
                        "location_id": self.unit.id,
                        "lot_id": self.lots[lot].id if lot else False,
                        "inventory_quantity": float(quantity),
                    }
                )
                counted |= quant
        counted.action_apply_inventory(datetime.combine(day, SIX))
        self.env.cr.commit()

    def stock(self):
        """{(ingredient, lot or None): kg}"""
        groups = self.env["stock.quant"]._read_group(
            [("location_id", "=", self.unit.id)],
            ["product_id", "lot_id"],
            ["quantity:sum"],
        )
        return {
            (product.default_code, lot.name or None): rounded(quantity)
            for product, lot, quantity in groups
            if rounded(quantity)
        }

    def values(self):
        """{(date, ingredient): money} of what the sales days used, now."""
        totals = defaultdict(Decimal)
        moves = self.env["stock.move"].search(
            [
                ("pos_bridge_day_id.outlet_id", "=", self.outlet.id),
                ("is_inventory", "=", False),
                ("state", "=", "done"),
            ]
        )
        for move in moves:
            sign = 1 if move.location_id == self.unit else -1
            key = move.pos_bridge_day_id.business_date, move.product_id.default_code
            totals[key] += sign * Decimal(str(round(move.value, 2)))
        return {key: value for key, value in totals.items() if value}

    def journal(self):
        """{date: money} on the account of cost."""
        domain = [
            ("account_id", "=", self.cost_account.id),
            ("parent_state", "=", "posted"),
        ]
        groups = self.env["account.move.line"]._read_group(
            domain, ["date:day"], ["balance:sum"]
        )
        return {
            day: Decimal(str(round(balance, 2))) for day, balance in groups if balance
        }

    def stock_values(self):
        return {
            name: Decimal(str(round(product.total_value, 2)))
            for name, product in self.products.items()
        }


def rounded(quantity):
    return Decimal(str(round(quantity, 5))).normalize()


# === THE MONTHS === #


def plain_month(results, env, menu, lines):
    """Standard price, no lots, no counts: seconds of each day."""
    place = set_up(env, menu)
    transfers = place.upload(lines)
    place.map()
    seconds = place.post(transfers._queue())
    results.add("plain month: a day, median", statistics.median(seconds), "s")
    return seconds


def full_month(results, place, kitchen, truth, transfers):
    """In the order in which things happen; seconds of each day's posting."""
    seconds, counted = {}, []
    for day, runs in transfers.grouped("business_date").items():
        if day.weekday() in DELIVERIES or not seconds:
            orders = truth.orders(day)
            truth.deliver(day, orders)
            kitchen.deliver(day, orders)
        if day.weekday() == SUNDAY:
            truth.sell(day, until=SIX)
            truth.count(day)
            kitchen.count(day, truth)
            truth.sell(day, first=SIX)
            counted.append(day)
        else:
            truth.sell(day)
        [seconds[day]] = place.post(runs)
        truth.post(day, day in counted)
    uncounted = [each for day, each in seconds.items() if day not in counted]
    results.add("full month: a day, median", statistics.median(uncounted), "s")
    results.add(
        "full month: a day that was counted before, median",
        statistics.median(seconds[day] for day in counted),
        "s",
    )
    return list(seconds.values())


def check(results, name, want, have):
    """Compare two dicts; a missing figure is nothing. Number of differences."""
    keys = want.keys() | have.keys()
    wrong = [k for k in keys if want.get(k, NOTHING) != have.get(k, NOTHING)]
    for key in sorted(wrong, key=str)[:5]:
        print(f"   {key}: expected {want.get(key)}, Odoo {have.get(key)}")
    results.add(f"{name}: compared", len(want))
    results.add(f"{name}: differences", len(wrong))
    return len(wrong)


def check_month(results, kitchen, truth):
    lots = {
        (name, lot): quantity.normalize()
        for name, shelf in truth.shelves.items()
        for lot, (_use_by, quantity) in shelf.lots.items()
        if quantity
    }
    wrong = check(results, "on hand, per lot", lots, kitchen.stock())
    wrong += check(results, "value of what was used", truth.values, kitchen.values())
    wrong += check(results, "journal, per day", truth.journal, kitchen.journal())
    values = {name: s.goods.stock_value for name, s in truth.shelves.items()}
    return wrong + check(results, "value of stock", values, kitchen.stock_values())


def check_corrected(results, place, kitchen, truth, lines, menu):
    """What was sold before the last count changes nothing of what was counted then."""
    wrong = compare(results, "use after corrections", place, lines, menu)
    used = expected(lines, menu)
    six = str(SIX)
    before = expected([row for row in lines if row[1] < six], menu)
    last = max(day for day in truth.days if day.weekday() == SUNDAY)
    want, have = {}, defaultdict(Decimal)
    for name, shelf in truth.shelves.items():
        changed = sum(
            (
                sign * figures.get((day, name), NOTHING)
                for day in truth.days
                if day >= last
                for sign, figures in parts(truth, used, before, day == last)
            ),
            NOTHING,
        )
        want[name] = (shelf.quantity - changed).normalize()
    for (name, _lot), quantity in kitchen.stock().items():
        have[name] += quantity
    have = {name: quantity.normalize() for name, quantity in have.items()}
    wrong += check(results, "on hand after corrections", want, have)
    totals = defaultdict(Decimal)
    for (day, _name), value in kitchen.values().items():
        totals[day] += value
    totals = {day: value for day, value in totals.items() if value}
    return wrong + check(results, "journal again", totals, kitchen.journal())


def parts(truth, used, before, is_counted):
    """What a correction changed of a day, as (sign, figures)."""
    yield from ((1, used), (-1, truth.used))
    if is_counted:
        yield from ((-1, before), (1, truth.used_before_six))


def main(arguments):
    options = options_of(__doc__)
    options.set_defaults(days=MONTH)
    chosen = options.parse_args(arguments)
    menu, lines = read_chosen(chosen)
    results = Results(chosen.json)
    install("product_expiry")
    env = environment()
    sys.path.append(str(ORACLE))
    from books_valuation import Goods

    plain = plain_month(results, env, menu, lines)
    truth = Truth(lines, menu, Goods)
    place = set_up(env, menu, in_stock=0)
    kitchen = Kitchen(place, truth.names, truth)
    file = place.upload(lines)
    place.map()
    full = full_month(results, place, kitchen, truth, file._queue())
    ratio = statistics.median(full) / statistics.median(plain)
    results.add("full against plain, median day", ratio, "times")
    results.add("peak memory", peak_mb(), "MB")
    differences = check_month(results, kitchen, truth)
    lines = edit(lines, menu, place)
    file = place.upload(lines)
    corrections = place.post(file._queue())
    results.add("corrected days", len(corrections))
    results.add("a corrected day, median", statistics.median(corrections), "s")
    differences += check_corrected(results, place, kitchen, truth, lines, menu)
    results.end()
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
