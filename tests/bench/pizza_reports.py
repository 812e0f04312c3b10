"""Every figure on overview and reports over a pizza place's year, calculated twice.

Sales and prices come from the place's own files, what goods cost from a fixed table,
deliveries, waste, transfers, counts and corrections of two outlets from a fixed seed.
All of it is played in Odoo, day by day, and apart from Odoo; then every cell of every
report is compared, as a back-office user sees it.

The sales lie in ../shared/data/pizza or where --data says; without them the benchmark
ends with 2.
"""

import sys
from decimal import Decimal

from _bench import Results, environment
from _pizza_cells import Tally
from _pizza_compare_days import DayCells
from _pizza_compare_month import MonthCells
from _pizza_compare_sales import SalesCells
from _pizza_compare_stock import StockCells
from _pizza_figures import Figures
from _pizza_odoo import Kitchens, Player
from _pizza_story import Story
from _pizza_truth import Truth
from pizza_year import Menu, options_of, read, read_chosen

REPORTS = {
    SalesCells: ("sales", "consumption"),
    DayCells: ("overview", "corrections", "exceptions"),
    StockCells: ("variances", "stock"),
    MonthCells: ("months",),
}


def play(results, chosen):
    """(environment of a back-office user, ``Figures``), once all has happened."""
    menu, lines = read_chosen(chosen)
    prices = {
        row["pizza_id"]: Decimal(row["price"])
        for row in read(chosen.data / "pizzas.csv")
    }
    story = Story(lines, menu, prices)
    with results.timed("calculating"):
        figures = Figures(Truth(story))
    env = environment()
    place = Kitchens(env, story)
    with results.timed("playing"):
        Player(place, story, figures.truth.found).play(Menu(chosen.data))
    results.add("sales days", len(story.opened))
    results.add("lines sold", len(story.lines))
    results.add("stock moves", len(figures.truth.stock.moves))
    return place.env(user=place.user.id, su=False), figures


def main(arguments):
    chosen = options_of(__doc__).parse_args(arguments)
    results = Results(chosen.json)
    env, figures = play(results, chosen)
    tally = Tally(results)
    for cells, names in REPORTS.items():
        for name in names:
            getattr(cells(env, figures, tally), name)()
    results.add("cells compared", tally.compared)
    results.add("differences", tally.differences)
    results.end()
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
