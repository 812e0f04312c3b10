"""What left without a cost, was counted, and gets its cost later: what only moves the
difference of the count follows, so stock is worth what it was.
"""

from odoo.tests import tagged

from .counted import ValuedCountsCommon, at

#: Nothing has a cost until 10 kg are delivered at 7.00 on the 7th. By hand: what stays
#: used, and what the counts found missing of what had left before them.
STORIES = {
    "sold before the count": (
        [("count", 8, "3 22:00"), ("sell", 2, "4 05:00")],
        {"cost": 2, "loss": -2},
    ),
    "less of it": (
        [("count", 8, "3 22:00"), ("sell", 3, "4 05:00"), ("sell", 1, "6 05:00")],
        {"cost": 1, "loss": -1},
    ),
    "undone": (
        [("count", 8, "3 22:00"), ("sell", 3, "4 05:00"), ("undo", "6 05:00")],
        {"cost": 0, "loss": 0},
    ),
    "undone and posted again": (
        [
            ("count", 8, "3 22:00"),
            ("sell", 3, "4 05:00"),
            ("undo", "6 05:00"),
            ("redo", "6 06:00"),
        ],
        {"cost": 3, "loss": -3},
    ),
    "posted, counted, then less": (
        [("sell", 3, "4 05:00"), ("count", 5, "5 22:00"), ("sell", 1, "6 05:00")],
        {"cost": 1, "loss": 2},
    ),
    "posted, counted, undone": (
        [("sell", 3, "4 05:00"), ("count", 5, "5 22:00"), ("undo", "6 05:00")],
        {"cost": 0, "loss": 3},
    ),
}


@tagged("post_install", "-at_install")
class TestRevaluedCounts(ValuedCountsCommon):
    """Standard and average cost, booked at once; goods on the shelf have no cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Free Coffee", cost=0)
        cls.esp = cls.item("FREE", cls.coffee, 1)
        cls.accounts = {"cost": cls.cost, "stock": cls.stock, "loss": cls.loss}
        cls.categ.property_valuation = "real_time"

    # === WHAT HAPPENS === #

    def follow(self, steps):
        for name, *values, when in steps:
            self.clock.move_to(at(when))
            getattr(self, f"step_{name}")(*values, when)
            self.env.invalidate_all()

    def step_count(self, quantity, when):
        self.count(quantity, when)

    def step_sell(self, quantity, _when):
        sold_at = self.moment("3 12:00")
        line = self.line(1, "FREE", quantity, 2, sold_at=sold_at)
        self.sell([self.receipt("R1", [line])])
        self.run_day()

    def revalue(self):
        moves = self.env["stock.move"]
        domain = moves._domain_pos_bridge_uncosted()
        self.env.user.group_ids |= self.env.ref("account.group_account_manager")
        moves.search(domain).action_pos_bridge_revalue()
        self.env.invalidate_all()

    # === WHAT MUST BE === #

    def balances(self):
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("move_id.stock_move_ids.pos_bridge_day_id", "!=", False),
            ]
        )
        return {
            name: round(
                sum(line.balance for line in lines if line.account_id == account), 2
            )
            for name, account in self.accounts.items()
        }

    def assertRevalued(self, name, method):
        self.categ.property_cost_method = method
        steps, quantities = STORIES[name]
        self.step_count(8, "2 08:00")
        self.follow(steps)
        self.assertEqual(set(self.balances().values()), {0})
        self.clock.move_to(at("7 08:00"))
        if method == "standard":
            self.coffee.standard_price = 7
        else:
            self.receive(self.coffee, 10, self.bar, at("7 08:00"), 7)
        self.revalue()
        expected = {
            account: round(7.0 * quantity, 2)
            for account, quantity in quantities.items()
        }
        # What the counts lack was out of the shelf when they were made.
        taken = sum(quantities.values())
        self.assertEqual(self.balances(), {**expected, "stock": -7.0 * taken})
        own = self.moves()
        for move in own:
            self.assertEqual(abs(move.value), round(7.0 * move.quantity, 2))
        day = self.day()
        self.assertEqual(day.cost_amount, expected["cost"])

    def test_stories(self):
        for name in STORIES:
            for method in ("standard", "average"):
                with self.subTest(name, method=method), self.taken_back():
                    self.assertRevalued(name, method)
                self.setUp()
