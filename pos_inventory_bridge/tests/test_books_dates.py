"""What comes back of goods that were dated late never comes back before it left.

The shelf at every date is worked out here from what came and what was used.
"""

from datetime import date, datetime

import freezegun

from odoo.tests import tagged

from .common import DAY
from .test_books_shortage import GoodsCommon

#: The last moment of 3 March in Berlin.
END_OF_DAY = datetime(2026, 3, 3, 22, 59, 59)
FIFTH, SIXTH = datetime(2026, 3, 5, 10), datetime(2026, 3, 6, 10)


@tagged("post_install", "-at_install")
class TestBackNotBeforeItLeft(GoodsCommon):
    """8 are sold on 3 March: 3 were there, 1 came on the 5th and 4 on the 6th."""

    @classmethod
    def setUpClass(cls):
        freezer = freezegun.freeze_time("2026-03-01 08:00:00")
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        cls.integration.negative_stock_policy = "available"

    def setUp(self):
        super().setUp()
        self.clock.move_to("2026-03-01 08:00:00")
        self.receive(self.coffee, 3, self.bar, "2026-03-01 08:00:00", 4)

    def deliver(self, when, quantity, cost):
        self.clock.move_to(when)
        self.receive(self.coffee, quantity, self.bar, when, cost)
        self.clock.tick(7200)
        self.post_waiting_if_called()

    def used_late(self):
        self.clock.move_to("2026-03-04 04:00:00")
        self.sell({"ESP": 8})
        self.run_day()
        self.deliver("2026-03-05 08:00:00", 1, 10)
        self.deliver("2026-03-06 08:00:00", 4, 6)
        self.assertEqual(self.used(), {"Coffee": 8})
        self.clock.move_to("2026-03-08 10:00:00")

    def told(self, quantity):
        self.sell({"ESP": quantity})
        self.run_day()

    def came_back(self):
        """[(when, accounting date, quantity, value)] of the returns, oldest first."""
        moves = self.moves().filtered(lambda move: move.location_dest_id == self.bar)
        return sorted(
            (
                move.date,
                move.pos_bridge_posting_id.accounting_date,
                move.quantity,
                round(move.value, 2),
            )
            for move in moves
        )

    def assertShelf(self, quantities):
        """{day of March: what was there in the evening}."""
        for number, quantity in quantities.items():
            at_end = datetime(2026, 3, number, 23, 30)
            product = self.coffee.with_context(to_date=at_end, location=self.bar.id)
            self.assertEqual(product.qty_available, quantity, f"{number} March")

    def test_newest_first(self):
        """2 of the 4 that left on the 6th, at what these were worth."""
        self.used_late()
        self.told(6)
        self.assertEqual(self.came_back(), [(SIXTH, date(2026, 3, 6), 2, 12)])
        self.assertShelf({2: 3, 3: 0, 4: 0, 5: 0, 6: 2, 7: 2})
        product = self.coffee.with_company(self.company)
        self.assertAlmostEqual(product.total_value, 12, 2)
        self.assertFalse(self.exceptions().filtered(lambda p: "lock" in p.code))

    def test_partly_of_each_date(self):
        self.used_late()
        self.told(2)
        self.assertEqual(
            self.came_back(),
            [
                (END_OF_DAY, DAY, 1, 4),
                (FIFTH, date(2026, 3, 5), 1, 10),
                (SIXTH, date(2026, 3, 6), 4, 24),
            ],
        )
        self.assertShelf({2: 3, 3: 1, 4: 1, 5: 2, 6: 6})
        self.assertFalse(self.exceptions())
        self.assertEqual(self.day().state, "posted")

    def test_undone_and_posted_again(self):
        self.used_late()
        self.day().with_user(self.user).action_undo()
        self.env.invalidate_all()
        self.assertEqual(
            self.came_back(),
            [
                (END_OF_DAY, DAY, 3, 12),
                (FIFTH, date(2026, 3, 5), 1, 10),
                (SIXTH, date(2026, 3, 6), 4, 24),
            ],
        )
        self.assertShelf({2: 3, 3: 3, 4: 3, 5: 4, 6: 8})
        self.assertEqual(self.used(), {})
        self.assertEqual(self.day().state, "undone")
        self.day().with_user(self.user).action_redo()
        self.assertEqual(self.used(), {"Coffee": 8})

    def test_nothing_is_left_to_be_posted(self):
        """A run that posted in several parts has posted all of it."""
        self.used_late()
        self.told(2)
        before = self.row_counts()
        for trigger in ("automatic", "manual", "repost"):
            self.run_day(trigger)
        self.assertEqual(self.row_counts(), before)

    def test_says_why(self):
        """Goods that came late, and what comes back of them, name their date."""
        self.used_late()
        late = self.day().posting_ids.sorted("revision")[1]
        self.assertIn("The goods were not there on 03/03/2026", late.late_text)
        self.assertIn("dated 03/05/2026", late.late_text)
        self.assertIn("the goods arrived then", late.late_text)
        self.assertNotIn("first moment that is open", late.late_text)
        self.told(6)
        back = self.day().posting_ids.sorted("revision")[-1]
        self.assertIn("had left on 03/06/2026", back.late_text)
        self.assertNotIn("first moment that is open", back.late_text)
        self.assertNotIn("arrived then", back.late_text)

    def test_closed_since(self):
        """Behind a lock it comes back on the first open day, if that is later."""
        self.used_late()
        self.clock.move_to("2026-03-10 10:00:00")
        self.env.flush_all()
        self.company.sudo().fiscalyear_lock_date = "2026-03-05"
        self.told(2)
        opened = datetime(2026, 3, 6, 22, 59, 59)
        self.assertEqual(
            self.came_back(),
            [
                (opened, date(2026, 3, 6), 1, 4),
                (opened, date(2026, 3, 6), 1, 10),
                (opened, date(2026, 3, 6), 4, 24),
            ],
        )
        posting = self.day().posting_ids.sorted("revision")[-1]
        self.assertIn("first moment that is open", posting.late_text)

    def test_a_lock_that_was_lifted(self):
        """Late because of a lock, and taken back when there is none any more."""
        self.clock.move_to("2026-03-08 10:00:00")
        self.env.flush_all()
        self.company.sudo().fiscalyear_lock_date = "2026-03-05"
        self.told(3)
        self.assertEqual(self.moves().date, datetime(2026, 3, 6, 22, 59, 59))
        self.company.sudo().fiscalyear_lock_date = False
        self.told(1)
        self.assertEqual(
            self.came_back(),
            [(datetime(2026, 3, 6, 22, 59, 59), date(2026, 3, 6), 2, 8)],
        )
        self.assertShelf({3: 3, 5: 3, 6: 2, 7: 2})

    def test_another_ingredient_of_the_same_run_keeps_the_business_date(self):
        tea = self.ingredient("Tea")
        self.item("TEA", tea)
        self.stock_up(tea)
        self.used_late()
        self.sell({"ESP": 6, "TEA": 2})
        run = self.run_day()
        self.assertEqual(self.came_back(), [(SIXTH, date(2026, 3, 6), 2, 12)])
        taken = self.moves().filtered(lambda move: move.product_id == tea)
        self.assertEqual(taken.date, END_OF_DAY)
        self.assertEqual(run.move_count, 2)
        self.assertEqual(len(run.posting_ids), 2)

    def test_what_is_counted_goes_with_its_use(self):
        """Counted on the 7th, then less was sold: 4 of the 6th and 2 before them."""
        self.used_late()
        self.clock.move_to("2026-03-08 10:00:00")
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.coffee.id,
                "location_id": self.bar.id,
                "inventory_quantity": 5,
            }
        ).action_apply_inventory()
        self.clock.move_to("2026-03-09 10:00:00")
        self.told(2)
        own = self.moves()
        counted = own.filtered("is_inventory")
        back = own.filtered(lambda m: m.location_dest_id == self.bar)
        self.assertEqual(sum(counted.mapped("quantity")), 6)
        self.assertEqual(counted.origin_returned_move_id, back)
        values = {move.origin_returned_move_id: move.value for move in counted}
        for move in back:
            self.assertEqual(abs(values[move]), move.value)
        self.assertEqual(self.on_hand(), 5)
