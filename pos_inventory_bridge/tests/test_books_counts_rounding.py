"""Rule 2 and 9: what stands against a count is rounded as the use it stands against."""

from odoo.tests import tagged

from .counted import CountsCommon

#: A double takes 0.125 kg, a ristretto 0.0625; stock knows hundredths. What was sold
#: of both and posted before it was counted, and what the till told afterwards.
#: name -> (before, after, what was used in the end)
SALES = {
    "nothing changes": ((1, 0), (1, 0), 0.13),
    "nothing changes, of two items": ((1, 2), (1, 2), 0.25),
    "more, to half a hundredth": ((2, 0), (3, 0), 0.38),
    "more, from half a hundredth": ((1, 0), (2, 0), 0.25),
    "from half a hundredth to another": ((1, 0), (5, 0), 0.63),
    "less, to half a hundredth": ((4, 0), (3, 0), 0.38),
    "less, from half a hundredth": ((3, 0), (2, 0), 0.25),
    "one for the other": ((1, 0), (0, 2), 0.13),
    "less than half a hundredth more": ((0, 1), (0, 1), 0.06),
    "both change": ((1, 1), (2, 3), 0.44),
}


@tagged("post_install", "-at_install")
class TestCountsRounding(CountsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item("DOP", cls.coffee, 0.125)
        cls.item("RIS", cls.coffee, 0.0625)

    def tell(self, double, short):
        sold = {"DOP": double, "RIS": short, "ESP": 8}
        self.sell({name: count for name, count in sold.items() if count})

    def assertCounted(self, used):
        """Counted stock stands, use is the use, the count's difference bears it."""
        self.assertEqual(self.there(), 20)
        self.assertEqual(self.net_into("customer"), round(8 + used, 6))
        self.assertEqual(self.net_into("inventory"), round(30 - 8 - used, 6))

    def test_counted_stock_stands(self):
        for name, (before, after, used) in SALES.items():
            with self.subTest(name), self.cr.savepoint() as point:
                self.deliver(50, "2 10:00")
                self.tell(*before)
                self.run_day()
                self.count(20, "4 10:00")
                self.tell(*after)
                self.run_day()
                self.assertCounted(used)
                rows = self.row_counts()
                self.run_day("repost")
                self.assertEqual(self.row_counts(), rows)
                point.rollback()
                self.env.invalidate_all()

    def test_nothing_changes_and_nothing_moves(self):
        self.deliver(50, "2 10:00")
        self.tell(1, 0)
        self.run_day()
        self.count(20, "4 10:00")
        moves = self.moves()
        self.run_day("repost")
        self.assertEqual(self.moves(), moves)
        self.day().with_user(self.user).action_undo()
        self.assertEqual(self.there(), 20)
