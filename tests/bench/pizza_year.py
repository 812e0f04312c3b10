"""A pizza place's real year, posted day by day and compared with another calculation.

48,620 lines of 358 days are loaded through the CSV add-on and posted; the ledger per
ingredient and day must be what a calculation with fractions makes of the raw files,
before and after 200 edits. Also printed: speed, memory, and the last days against the
first.

The sales (orders.csv, order_details.csv, pizza_types.csv, pizzas.csv) lie in data/pizza
of ../shared or of the folder that POS_BRIDGE_SHARED names, or where --data says;
without them the benchmark ends with 2.
"""

import csv
import itertools
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

from _bench import Results, environment, parser, peak_mb
from _place import Place

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("POS_BRIDGE_SHARED") or HERE.parents[3] / "shared")
DATA = SHARED / "data/pizza"
SEED = 2015
EDITS = 200
DIGITS = 5
EDGE_DAYS = 30
FIRST_DAY = date(2015, 1, 1)
COLUMNS = ("date", "time", "receipt", "line", "quantity")
SIZES = {"S": "1", "M": "1.4", "L": "1.9", "XL": "2.4", "XXL": "3"}
DOUGH_OF_S = Decimal("0.180")
SAUCE_OF_S = Decimal("0.080")
#: {sub-recipe: (yield in kg, {ingredient: (kg, trim in %)})}
SUB_RECIPES = {
    "Dough": (
        "10",
        {
            "Flour": ("6.1", "0"),
            "Olive Oil": ("0.2", "0"),
            "Salt": ("0.12", "0"),
            "Yeast": ("0.03", "0"),
        },
    ),
    "Tomato Sauce": (
        "5",
        {
            "Canned Tomatoes": ("4.6", "2"),
            "Olive Oil": ("0.3", "0"),
            "Salt": ("0.05", "0"),
            "Basil": ("0.05", "10"),
        },
    ),
}
TRIMMED = ("Peppers", "Onions", "Tomatoes", "Spinach", "Mushrooms", "Garlic")
TRIM = Decimal(12)
# === THE MENU: PLAIN DATA FOR BOTH SIDES === #


class Menu:
    """What each pizza is made of, on every date."""

    def __init__(self, folder):
        types = read(folder / "pizza_types.csv")
        self.toppings = {
            row["pizza_type_id"]: row["ingredients"].split(", ") for row in types
        }
        self.categories = {row["pizza_type_id"]: row["category"] for row in types}
        self.pizzas = {
            row["pizza_id"]: (row["pizza_type_id"], row["size"])
            for row in read(folder / "pizzas.csv")
        }
        self.names = sorted({name for each in self.toppings.values() for name in each})
        self.base = {
            name: Decimal(15 + 7 * place % 40) / 1000
            for place, name in enumerate(self.names)
        }
        #: Corrections: {pizza: (from date, factor)}, {(pizza, name): (from date, kg)}
        self.portions, self.amounts = {}, {}

    def trim(self, name):
        return TRIM if any(word in name for word in TRIMMED) else Decimal(0)

    def lines(self, pizza, day=date.max):
        """{ingredient or sub-recipe: kg} of one pizza."""
        kind, size = self.pizzas[pizza]
        factor = Decimal(SIZES[size])
        lines = {name: self.base[name] * factor for name in self.toppings[kind]}
        for name in lines:
            since, amount = self.amounts.get((pizza, name), (None, None))
            if since and day >= since:
                lines[name] = amount
        lines["Dough"] = DOUGH_OF_S * factor
        if not any("Sauce" in name for name in self.toppings[kind]):
            lines["Tomato Sauce"] = SAUCE_OF_S * factor
        return lines

    def portion(self, pizza, day):
        since, factor = self.portions.get(pizza, (None, None))
        return factor if since and day >= since else Decimal(1)

    def needs(self, pizza, day):
        """{ingredient: kg to take from stock for one sold pizza}."""
        needs = defaultdict(Fraction)
        for name, amount in self.lines(pizza, day).items():
            for ingredient, kg in self.taken_apart(name, amount):
                needs[ingredient] += kg * Fraction(self.portion(pizza, day))
        return needs

    def taken_apart(self, name, amount):
        if name not in SUB_RECIPES:
            yield name, Fraction(amount) / Fraction(1 - self.trim(name) / 100)
            return
        made, lines = SUB_RECIPES[name]
        for ingredient, (kg, trim) in lines.items():
            share = Fraction(amount) / int(made)
            yield ingredient, share * Fraction(kg) / (1 - Fraction(trim) / 100)

    def print_grams(self):
        sizes = "".join(f"{size:>7}" for size in SIZES)
        print(f"\nGrams per pizza{'':21}{sizes}   trim %")
        amounts = {**self.base, "Dough": DOUGH_OF_S, "Tomato Sauce": SAUCE_OF_S}
        for name, amount in amounts.items():
            cells = "".join(
                f"{amount * 1000 * Decimal(factor):7.1f}" for factor in SIZES.values()
            )
            trim = self.trim(name) if name not in SUB_RECIPES else Decimal(0)
            print(f"   {name:33}{cells}   {trim:6}")


def read(path):
    with path.open(encoding="latin-1") as file:
        return list(csv.DictReader(file))


# === THE OTHER CALCULATION === #


def read_lines(folder):
    """All sold lines: [date, time, order, line, quantity, pizza]."""
    orders = {row["order_id"]: row for row in read(folder / "orders.csv")}
    return [
        [
            date.fromisoformat(orders[row["order_id"]]["date"]),
            orders[row["order_id"]]["time"],
            row["order_id"],
            row["order_details_id"],
            int(row["quantity"]),
            row["pizza_id"],
        ]
        for row in read(folder / "order_details.csv")
    ]


def expected(lines, menu):
    """{(date, ingredient): kg}, exact to the end and rounded once, halves up."""
    sold = defaultdict(int)
    for day, _time, _order, _line, quantity, pizza in lines:
        sold[day, pizza] += quantity
    totals = defaultdict(Fraction)
    for (day, pizza), quantity in sold.items():
        for name, kg in menu.needs(pizza, day).items():
            totals[day, name] += kg * quantity
    rounded = {
        key: Decimal(floor(kg * 10**DIGITS + Fraction(1, 2))).scaleb(-DIGITS)
        for key, kg in totals.items()
    }
    return {key: kg for key, kg in rounded.items() if kg}


def compare(results, name, place, lines, menu):
    want, have = expected(lines, menu), place.ledger()
    keys = want.keys() | have.keys()
    different = [key for key in keys if want.get(key) != have.get(key)]
    for key in sorted(different)[:5]:
        print(f"   {key}: expected {want.get(key)}, ledger {have.get(key)}")
    results.add(f"{name}: ingredients and days compared", len(want))
    results.add(f"{name}: differences", len(different))
    return len(different)


# === THE PIZZA PLACE IN ODOO === #


def set_up(env, menu, columns=COLUMNS, **options):
    place = Place(env, columns, **options)
    place.add_ingredients(menu.names)
    for name, (made, lines) in SUB_RECIPES.items():
        place.add_ingredients(lines)
        place.add_recipe(name, made, place.kg, lines)
    for pizza in menu.pizzas:
        lines = {
            name: (amount, menu.trim(name) if name not in SUB_RECIPES else 0)
            for name, amount in menu.lines(pizza).items()
        }
        place.add_recipe(pizza, 1, place.unit, lines)
    return place


# === EDITS === #


def edit(lines, menu, place):
    """200 of them, the same each time: quantities, receipts, a mapping, a recipe.

    Returns the lines as the till tells them afterwards.
    """
    chance = random.Random(SEED)
    orders = sorted({line[2] for line in lines}, key=int)
    # In a shortened year as dense as in the whole one, or days would shrink too much.
    count = min(EDITS, len(orders) // 100)
    gone = set(chance.sample(orders, count * 2 // 5))
    lines = [list(line) for line in lines if line[2] not in gone]
    for line in chance.sample(lines, count - len(gone) - 2):
        line[4] = chance.choice([more for more in (1, 2, 3, 4) if more != line[4]])
    pizza, other = chance.sample(sorted({line[5] for line in lines}), 2)
    since = date(2015, 10, 1)
    menu.portions[pizza] = since, Decimal("1.25")
    place.mappings[pizza].write({"quantity": 1.25, "date_from": since})
    name = menu.toppings[menu.pizzas[other][0]][0]
    menu.amounts[other, name] = since + timedelta(days=30), Decimal("0.0775")
    bom_line = place.boms[other].bom_line_ids.filtered(
        lambda each: each.product_id == place.products[name]
    )
    day = str(since + timedelta(days=30))
    bom_line.with_context(pos_bridge_from_date=day).product_qty = 0.0775
    place.env.cr.commit()
    return lines


def post_year(results, place, file):
    transfers = file._queue()
    place.env.cr.commit()
    edge = min(EDGE_DAYS, len(transfers) // 3)
    half = len(transfers) // 2
    # The very first day fills caches.
    cuts = (0, 1, edge + 1, half, len(transfers) - edge, len(transfers))
    seconds, parts = [], []
    for start, end in itertools.pairwise(cuts):
        busy = time.process_time()
        part = place.post(transfers[start:end])
        parts.append((sum(part), time.process_time() - busy))
        seconds += part
        if end == half:
            results.add("peak memory after half of the days", peak_mb(), "MB")
    results.add("peak memory after all days", peak_mb(), "MB")
    moves = sum(transfers.mapped("move_count"))
    results.add("days posted", len(transfers))
    results.add("stock moves", moves)
    results.add("posting", sum(seconds), "s")
    results.add("lines per second", file.line_count / sum(seconds))
    results.add("moves per second", moves / sum(seconds))
    results.add("a day, median of all", statistics.median(seconds), "s")
    (first, first_busy), (last, last_busy) = parts[1], parts[-1]
    name = f"last {edge} days against the first {edge}"
    results.add(name, last / first, "times")
    results.add("the same in processor time of Odoo", last_busy / first_busy, "times")


def options_of(docstring):
    """Options of a benchmark that uses these sales."""
    options = parser(docstring)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--days", type=int, default=366, help="only the first days")
    return options


def read_chosen(chosen):
    """(menu, sold lines) of the chosen days; without the sales the program ends."""
    if not (chosen.data / "orders.csv").exists():
        print(f"The sales are not there: {chosen.data} has no orders.csv.")
        sys.exit(2)
    until = FIRST_DAY + timedelta(days=chosen.days)
    lines = [line for line in read_lines(chosen.data) if line[0] < until]
    return Menu(chosen.data), lines


def main(arguments):
    chosen = options_of(__doc__).parse_args(arguments)
    menu, lines = read_chosen(chosen)
    results = Results(chosen.json)
    menu.print_grams()
    env = environment()
    place = set_up(env, menu)
    print("\nThe year")
    with results.timed("reading and storing the file"):
        file = place.upload(lines)
    results.add("lines", file.line_count)
    place.map()
    post_year(results, place, file)
    differences = compare(results, "the year", place, lines, menu)
    print("\nThe year again, after edits")
    lines = edit(lines, menu, place)
    with results.timed("reading and storing the edited file"):
        file = place.upload(lines)
    transfers = file._queue()
    with results.timed("posting it"):
        place.post(transfers)
    stale = env["pos.bridge.day"].search([("stale_reason", "!=", False)])
    place.post(env["pos.bridge.transfer"]._enqueue(stale, "repost"))
    results.add("corrections", sum(transfers.mapped("move_count")), "moves")
    differences += compare(results, "after edits", place, lines, menu)
    results.end()
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
