"""Rule 9 in money: stock is worth what it was, the count's difference shrinks by what
was used.
"""

from datetime import timedelta

from odoo.tests import tagged

from .cases import add_cases
from .common import DAY
from .counted import ValuedCountsCommon, at

METHODS = ("standard", "average", "fifo")
VALUATIONS = ("real_time", "periodic")

#: name -> steps, and what the use is worth by each costing method. Everything was sold
#: before it was counted. Worked out by hand: 10 kg at 4.00 came first.
STORIES = {
    "one price": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("sell", "1.5", "4 05:00"),
        ],
        {"standard": 6, "average": 6, "fifo": 6},
    ),
    "nothing was missing but what was sold": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 7, "3 22:00"),
            ("sell", 3, "4 05:00"),
        ],
        {"standard": 12, "average": 12, "fifo": 12},
    ),
    "another price since the count": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("deliver", 8, 6, "5 08:00"),
            ("price", 7, "5 09:00"),
            ("sell", 2, "6 05:00"),
        ],
        # Today's price; the cost of 3 March; the oldest that are there.
        {"standard": 14, "average": 8, "fifo": 8},
    ),
    "more, after another price": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("sell", 1, "4 05:00"),
            ("deliver", 8, 6, "5 08:00"),
            ("price", 7, "5 09:00"),
            ("sell", 2, "6 05:00"),
        ],
        {"standard": 4 + 7, "average": 8, "fifo": 8},
    ),
    "less, after another price": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("sell", 3, "4 05:00"),
            ("price", 7, "5 09:00"),
            ("sell", 1, "6 05:00"),
        ],
        # What comes back is worth what left.
        {"standard": 4, "average": 4, "fifo": 4},
    ),
    "undone after another price": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("sell", 3, "4 05:00"),
            ("price", 7, "5 09:00"),
            ("undo", "6 05:00"),
        ],
        {"standard": 0, "average": 0, "fifo": 0},
    ),
    "undone and posted again": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 8, "3 22:00"),
            ("sell", 3, "4 05:00"),
            ("undo", "6 05:00"),
            ("redo", "6 06:00"),
        ],
        {"standard": 12, "average": 12, "fifo": 12},
    ),
    "posted, counted, then less": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("sell", 3, "4 05:00"),
            ("count", 5, "5 22:00"),
            ("sell", 1, "6 05:00"),
        ],
        {"standard": 4, "average": 4, "fifo": 4},
    ),
    "posted, counted, undone": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("sell", 3, "4 05:00"),
            ("count", 5, "5 22:00"),
            ("undo", "6 05:00"),
        ],
        {"standard": 0, "average": 0, "fifo": 0},
    ),
    "counted to nothing": (
        [
            ("deliver", 10, 4, "2 08:00"),
            ("count", 0, "3 22:00"),
            ("deliver", 8, 4, "5 08:00"),
            ("sell", 3, "6 05:00"),
        ],
        {"standard": 12, "average": 12, "fifo": 12},
    ),
}


@tagged("post_install", "-at_install")
class TestCountValues(ValuedCountsCommon):
    # === WHAT HAPPENS === #

    def follow(self, steps):
        """Each at its own time; remembers what all stood at when it was counted."""
        for name, *values, when in steps:
            self.clock.move_to(at(when))
            getattr(self, f"step_{name}")(*values, when)
            if name == "count":
                self.counted_books = self.books()

    def step_deliver(self, quantity, cost, when):
        self.receive(self.coffee, quantity, self.bar, at(when), cost)
        self.received.append((at(when), quantity))
        self.delivered = self.delivered + quantity * cost if self.counted else 0

    def step_price(self, price, _when):
        if self.coffee.cost_method == "standard":
            self.coffee.standard_price = price

    def step_count(self, quantity, when):
        self.delivered = 0
        self.count(quantity, when)

    def step_sell(self, quantity, _when):
        self.ring(("3 12:00", quantity))
        self.run_day()

    # === WHAT MUST BE === #

    def books(self):
        return {
            account: self.balance(account)
            for account in (self.stock, self.cost, self.loss)
        }

    def cost_of_sales(self):
        moves = self.moves().filtered(lambda move: not move.is_inventory)
        return round(
            sum(
                move.value * (1 if move.location_id == self.bar else -1)
                for move in moves
            ),
            2,
        )

    def moved_out_of_difference(self):
        moves = self.moves().filtered("is_inventory")
        return round(
            sum(
                move.value * (1 if move.location_dest_id == self.bar else -1)
                for move in moves
            ),
            2,
        )

    def assertStory(self, name, method, valuation):
        self.categ.property_cost_method = method
        self.categ.property_valuation = valuation
        steps, values = STORIES[name]
        self.follow(steps)
        self.env.invalidate_all()
        self.check()
        value = values[method]
        self.assertEqual(self.cost_of_sales(), value)
        self.assertWorth()
        if valuation == "real_time":
            self.assertBooked(value)
        self.check_again()

    def assertWorth(self):
        """What is there is worth what was counted, and what came since."""
        quantity = self.there()
        product = self.coffee.with_company(self.company)
        if product.cost_method == "standard":
            expected = quantity * product.standard_price
        else:
            expected = self.counted[1] * 4 + self.delivered
        self.assertAlmostEqual(product.total_value, expected, 2)

    def assertBooked(self, value):
        """The cost is that of the sales; the loss is what the sales do not explain."""
        before, now = self.counted_books, self.books()
        self.assertEqual(now[self.cost], value)
        self.assertEqual(now[self.stock], before[self.stock])
        change = round(value - before[self.cost], 2)
        self.assertEqual(now[self.loss], round(before[self.loss] - change, 2))
        entries = self.day().posting_ids.sudo().account_move_ids
        self.assertEqual(set(entries.mapped("state")), {"posted"})

    # === A MIGRATION OVER AN OPENING COUNT === #

    def assertMigrated(self, method, valuation):
        """Counted on 1 March at 4.00; goods at 7.00 came; then February is read."""
        self.categ.property_cost_method = method
        self.categ.property_valuation = valuation
        self.coffee.standard_price = 4
        self.follow(
            [
                ("count", 20, "1 12:00"),
                ("deliver", 10, 7, "5 08:00"),
                ("price", 7, "5 09:00"),
            ]
        )
        stock, loss = self.balance(self.stock), self.balance(self.loss)
        self.clock.move_to(at("6 08:00"))
        days = [DAY - timedelta(days=number) for number in range(24, 3, -1)]
        for number, day in enumerate(days):
            sold_at = self.at(day.year, day.month, day.day, 10)
            line = self.line(1, "ESP", number % 3 + 1, 2, sold_at=sold_at)
            self.sell([self.receipt(f"R{number}", [line], day)], day)
            self.run_day("migration", self.day(day))
        self.env.invalidate_all()
        # 21 days of 1, 2, 3 kg: at what was paid for them, or by standard price
        used, price = 42, 7 if method == "standard" else 4
        self.assertEqual(self.there(), 30)
        self.assertEqual(self.net_into("customer"), used)
        product = self.coffee.with_company(self.company)
        worth = 30 * 7 if method == "standard" else 20 * 4 + 10 * 7
        self.assertAlmostEqual(product.total_value, worth, 2)
        values = [
            (move.value, move.quantity * price)
            for day in days
            for move in self.moves(self.day(day))
        ]
        self.assertEqual(len(values), 2 * len(days))
        for value, expected in values:
            self.assertAlmostEqual(value, expected, 2)
        if valuation == "real_time":
            self.assertEqual(self.balance(self.stock), stock)
            self.assertEqual(self.balance(self.cost), used * price)
            self.assertEqual(self.balance(self.loss), loss - used * price)


add_cases(
    *(TestCountValues, METHODS, VALUATIONS),
    told_by="assertMigrated",
    title="test_migration",
)
add_cases(TestCountValues, STORIES, METHODS, VALUATIONS, told_by="assertStory")
