"""Many sites of one company, several workers, and years of history.

Each site sells 300 receipts of 1,000 lines a day, 150 dishes, 300 ingredients. Every
worker is a process of its own that takes from the same queue. All of them post the
first day of every site, which costs more than any later one (stock records are made).
Then one worker posts --days days of all sites, then --workers of them post as many
again; the ledger is compared with a calculation of its own.

With --history N one more site, at average cost, gets N years of posted days (copies of
a posted one) and posts five days more, to be compared with five days before. Printed
apart is what needs the whole past of a product: goods that come back, and a day that is
posted behind a later delivery.

Prints: seconds, lines and moves per second, memory of the workers over time, ratios.
"""

import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from _bench import Results, environment, parser
from _history import add_history
from _place import Place
from _restaurant import LINES, RECEIPTS, Restaurant, differences, rows_of
from _workers import empty_queue

COLUMNS = ("outlet", "date", "receipt", "line", "quantity", "amount")
#: The day on which the menu became known; sales come later.
MENU_DAY = date(2020, 1, 1)
LAST_DAY = date(2026, 6, 30)
OLD_SITE = "Old site"
DAYS_COMPARED = 5
DAYS_PER_YEAR = 365


class Chain:
    """The company, what its sites sold so far, and what that took."""

    def __init__(self, env, sites):
        self.restaurant = Restaurant()
        self.names = [f"Site {number:03}" for number in range(1, sites + 1)]
        self.place = Place(env, COLUMNS, [*self.names, OLD_SITE])
        self.place.add_menu(self.restaurant)
        self.used = defaultdict(dict)
        menu = [[(dish, 1)] for dish in self.restaurant.dishes]
        self.place.upload(rows_of(self.names[0], MENU_DAY, menu))
        self.place.map()

    def sell(self, days, names=None):
        """Store a file with these days of the sites. Returns it."""
        rows = []
        for name in names or self.names:
            for day in days:
                receipts = self.restaurant.receipts(f"{name}/{day}")
                self.used[name][day] = self.restaurant.used(receipts)
                rows += rows_of(name, day, receipts)
        return self.place.upload(rows)

    def differences(self):
        """How many ingredients and days the ledger has wrong."""
        return sum(
            differences(self.used[outlet.name], self.place.ledger(outlet))
            for outlet in self.place.outlets
        )


# === WHAT IS MEASURED === #


def post_all(results, chain, days, workers, title=""):
    """All sites post these days. Returns seconds."""
    transfers = chain.sell(days)._queue()
    chain.place.env.cr.commit()
    return empty_queue(results, transfers, workers, LINES * len(transfers), title)


def post_here(chain, days, name):
    """Seconds of each of these days of one site, in this process."""
    transfers = chain.sell(days, [name])._queue()
    chain.place.env.cr.commit()
    chain.place.env.invalidate_all()
    return chain.place.post(transfers)


def correct(chain, day, name):
    """Take the last receipt out of a posted day: seconds, and moves that came back."""
    receipts = chain.restaurant.receipts(f"{name}/{day}")[:-1]
    chain.used[name][day] = chain.restaurant.used(receipts)
    file = chain.place.upload(rows_of(name, day, receipts))
    transfer = file._queue()
    chain.place.env.cr.commit()
    chain.place.env.invalidate_all()
    return sum(chain.place.post(transfer)), transfer.move_count


def post_with_history(results, chain, first, years):
    """One site, without and with years behind it; the second with average cost."""
    outlet = chain.place.outlets[-1]
    chain.place.use_average_cost()
    days = [first + timedelta(days=number) for number in range(2 * DAYS_COMPARED)]
    before = post_here(chain, days[:DAYS_COMPARED], OLD_SITE)
    back_before, moves = correct(chain, days[1], OLD_SITE)
    posted = chain.place.env["pos.bridge.day"].search(
        [("outlet_id", "=", outlet.id), ("business_date", "=", days[0])]
    )
    count = years * DAYS_PER_YEAR
    with results.timed(f"loading {count:,} days of history"):
        rows = add_history(chain.place.env.cr, posted.id, count)
    results.add("rows of history", sum(rows.values()))
    results.add("of them stock moves", rows["stock_move"])
    for number in range(1, count + 1):
        earlier = days[0] - timedelta(days=number)
        chain.used[OLD_SITE][earlier] = chain.used[OLD_SITE][days[0]]
    chain.place.env.invalidate_all()
    after = post_here(chain, days[DAYS_COMPARED:], OLD_SITE)
    results.add("a day without history, median", median(before), "s")
    results.add("a day with history, median", median(after), "s")
    results.add("with history against none", median(after) / median(before), "times")
    back_after, _moves = correct(chain, days[-1], OLD_SITE)
    print("\nApart: average costs that must be replayed")
    results.add("moves of a correction that gives back", moves)
    results.add("this correction without history", back_before, "s")
    results.add("this correction with history", back_after, "s")
    chain.place.receive(chain.place.storages[-1], days[-1] + timedelta(days=9))
    last = days[-1] + timedelta(days=1)
    results.add(
        "a day before a later delivery", *post_here(chain, [last], OLD_SITE), "s"
    )
    results.add("core's own replay of all ingredients, once", replay(chain.place), "s")


def replay(place):
    """Seconds that core takes to work out today's average costs."""
    place.env.invalidate_all()
    products = [each for each in place.products.values() if each.is_storable]
    start = time.perf_counter()
    for product in products:
        product._run_avco()
    return time.perf_counter() - start


def main(arguments):
    options = parser(__doc__)
    options.add_argument("--sites", type=int, default=5)
    options.add_argument("--days", type=int, default=2)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--history", type=int, default=0, help="years")
    chosen = options.parse_args(arguments)
    results = Results(chosen.json)
    print(f"\n{chosen.sites} sites, {RECEIPTS} receipts of {LINES} lines a day")
    with results.timed("setting up"):
        chain = Chain(environment(), chosen.sites)
    first, *days = [
        LAST_DAY + timedelta(days=n) for n in range(-2 * chosen.days - 1, 0)
    ]
    post_all(results, chain, [first], chosen.workers, ", first day")
    alone = post_all(results, chain, days[: chosen.days], 1)
    if chosen.workers > 1:
        several = post_all(results, chain, days[chosen.days :], chosen.workers)
        results.add(f"{chosen.workers} workers against 1", alone / several, "times")
    if chosen.history:
        print(f"\n{chosen.history} years of history")
        post_with_history(results, chain, LAST_DAY, chosen.history)
    wrong = chain.differences()
    results.add("differences in the ledger", wrong)
    results.end()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
