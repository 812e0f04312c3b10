"""Past sales of many companies, read and posted through the queue.

Each company has one outlet; each outlet sells 40 receipts of 120 lines a day, 30
dishes, 60 ingredients. A historical migration of --days days is started for every
outlet, and --workers processes empty the queue; then one process does the same for the
same number of days before. The ledger is compared with a calculation of its own.

Prints: seconds, lines and moves per second, memory of the workers over time, the ratio.
"""

import sys
from datetime import date, timedelta

from _bench import Results, environment, parser
from _place import Place
from _restaurant import Restaurant, differences, rows_of
from _workers import empty_queue

COLUMNS = ("outlet", "date", "receipt", "line", "quantity", "amount")
OUTLET = "main"
DISHES = 30
RECEIPTS = 40
LINES = 120
#: The day on which the menu became known; sales come later.
MENU_DAY = date(2020, 1, 1)
LAST_DAY = date(2026, 6, 30)


class Branch:
    """One company with one outlet, and what was used there so far."""

    def __init__(self, env, name, restaurant):
        company = env["res.company"].create({"name": name})
        env["stock.warehouse"].create({"company_id": company.id, "code": name[-5:]})
        self.name, self.restaurant, self.used = name, restaurant, {}
        self.place = Place(env(context={"allowed_company_ids": company.ids}), COLUMNS)
        self.place.add_menu(restaurant)
        menu = [[(dish, 1)] for dish in restaurant.dishes]
        self.place.upload(rows_of(OUTLET, MENU_DAY, menu))
        self.place.map()

    def migrate(self, days):
        """Store a file with these days and ask for all of them. Returns transfers."""
        rows = []
        for day in days:
            receipts = self.restaurant.receipts(f"{self.name}/{day}", RECEIPTS, LINES)
            self.used[day] = self.restaurant.used(receipts)
            rows += rows_of(OUTLET, day, receipts)
        self.place.upload(rows)
        migration = self.place.env["pos.bridge.migration"].create(
            {
                "outlet_id": self.place.outlets.id,
                "date_from": days[0],
                "date_to": days[-1],
            }
        )
        migration.action_start()
        self.place.env.cr.commit()
        return migration.transfer_ids

    def differences(self):
        return differences(self.used, self.place.ledger())


def migrate_all(results, branches, days, workers):
    """All branches migrate these days. Returns seconds."""
    transfers = branches[0].place.env["pos.bridge.transfer"]
    transfers = transfers.union(*(branch.migrate(days) for branch in branches))
    return empty_queue(results, transfers, workers, LINES * len(transfers))


def main(arguments):
    options = parser(__doc__)
    options.add_argument("--companies", type=int, default=20)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args(arguments)
    results = Results(chosen.json)
    print(f"\n{chosen.companies} companies, {chosen.days} days of {LINES} lines each")
    with results.timed("setting up"):
        env, restaurant = environment(), Restaurant(DISHES)
        branches = [
            Branch(env, f"Company {number:02}", restaurant)
            for number in range(1, chosen.companies + 1)
        ]
    days = [LAST_DAY - timedelta(days=n) for n in range(2 * chosen.days, 0, -1)]
    several = migrate_all(results, branches, days[chosen.days :], chosen.workers)
    alone = migrate_all(results, branches, days[: chosen.days], 1)
    results.add(f"{chosen.workers} workers against 1", alone / several, "times")
    wrong = sum(branch.differences() for branch in branches)
    results.add("differences in the ledger", wrong)
    results.end()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
