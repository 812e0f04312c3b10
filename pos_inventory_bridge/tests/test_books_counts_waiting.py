"""Rule 9 where goods are waited for: what was sold before a count needs none, as the
count's difference gives it back.
"""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .cases import add_cases
from .common import DAY
from .counted import CountsCommon, at
from .test_books_shortage import GoodsCommon

NEXT_DAY = DAY + timedelta(days=1)
#: Nothing is there on 3 and 4 March, then it is counted. name -> (on the shelf before,
#: sold of each of the two days, counted on 5 March, sold on 6 March, on the shelf then
#: by policy). What is sold before the count is gone when it is counted, so only what is
#: sold later takes from what was counted, as far as it goes.
STORIES = {
    "more than was sold": (0, (5, 2), 20, 3, (17, 17)),
    "less than was sold": (0, (5, 2), 4, 3, (1, 1)),
    "nothing is there": (0, (5, 2), 0, 3, (0, 0)),
    "less than there seemed to be": (4, (5, 2), 3, 3, (0, 0)),
    "too little for later": (0, (5, 2), 1, 3, (0, 1)),
    "as there seemed to be": (4, (6, 2), 4, 5, (0, 4)),
}


class WaitingCommon(CountsCommon):
    post_waiting_if_called = GoodsCommon.post_waiting_if_called
    post_waiting = GoodsCommon.post_waiting
    open_of = GoodsCommon.open_of

    def shelf_at(self, when, product=None):
        """What lay there at a moment, by the dates of Odoo's moves."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", (product or self.coffee).id),
                ("state", "=", "done"),
                ("date", "<=", at(when)),
            ]
        )
        came = moves.filtered(lambda move: move.location_dest_id == self.bar)
        went = moves.filtered(lambda move: move.location_id == self.bar)
        return round(sum(came.mapped("quantity")) - sum(went.mapped("quantity")), 6)

    def sold_on(self, date, quantity):
        self.tell(date, (f"{date.day} 12:00", quantity))
        run = self.run_day(day=self.day(date))
        self.assertFalse(run.error)
        self.let_a_day_pass()

    def tell(self, date, *sales):
        lines = [
            self.line(number, "ESP", quantity, 2, sold_at=self.moment(when))
            for number, (when, quantity) in enumerate(sales)
        ]
        self.sell([self.receipt(f"R{date.day}", lines, date)], date)

    def let_a_day_pass(self):
        """What is known was worked out before whatever is counted next."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pos_bridge_usage SET create_date = create_date - interval '1 day'"
        )
        self.env.invalidate_all()

    def posted_and_open(self, date):
        day = self.day(date)
        moves = self.moves(day).filtered(lambda move: not move.is_inventory)
        back = moves.filtered(lambda move: move.location_dest_id == self.bar)
        out = moves - back
        posted = sum(out.mapped("quantity")) - sum(back.mapped("quantity"))
        return round(posted, 6), self.open_of(day)


class CountedWhileWaiting(WaitingCommon):
    policy = None

    def setUp(self):
        super().setUp()
        self.integration.negative_stock_policy = self.policy

    def is_hold(self):
        return self.policy == "hold"

    def assertStory(self, name):
        before, sold, counted, later, left = STORIES[name]
        if before:
            self.deliver(before, "1 08:00")
        for date, quantity in zip((DAY, NEXT_DAY), sold, strict=True):
            self.sold_on(date, quantity)
        self.assertTrue(self.open_of(self.day(NEXT_DAY)))
        self.count(counted, "5 10:00")
        self.assertTrue(self.post_waiting_if_called(), "a count is news")
        for date, quantity in zip((DAY, NEXT_DAY), sold, strict=True):
            self.assertEqual(self.posted_and_open(date), (quantity, 0))
        self.assertEqual(self.there(), counted)
        for when in ("5 10:00", "5 23:00", "20 10:00"):
            self.assertEqual(self.shelf_at(when), counted, when)
        last = DAY + timedelta(days=3)
        self.sold_on(last, later)
        left = left[self.is_hold()]
        self.assertEqual(self.there(), left)
        self.assertEqual(
            self.posted_and_open(last), (counted - left, later - counted + left)
        )
        self.check_quiet()

    def check_quiet(self):
        """Nothing more to do: neither by night nor by hand."""
        before = self.row_counts()
        self.assertFalse(self.post_waiting())
        for day in self.env["pos.bridge.day"].search([]):
            self.run_day("repost", day)
        self.assertEqual(self.row_counts(), before)

    # === ONE DAY, BEFORE AND AFTER === #

    def test_before_and_after_on_one_day(self):
        """5 were sold before, 2 after; 1 was there then."""
        self.count(1, "3 12:00")
        self.tell(DAY, ("3 08:00", 5), ("3 13:00", 2))
        self.run_day()
        left = 1 if self.is_hold() else 0
        self.assertEqual(self.posted_and_open(DAY), (6 - left, 1 + left))
        self.assertEqual(self.there(), left)
        self.check_quiet()
        self.deliver(10, "6 08:00")
        self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.posted_and_open(DAY), (7, 0))
        self.assertEqual(self.there(), 9)
        self.check_quiet()

    def test_older_days_claim_nothing_of_what_a_count_gives(self):
        """The older day has not been run since the count; 1 of 4 is for later."""
        self.sold_on(DAY, 6)
        self.count(4, "4 12:00")
        self.tell(NEXT_DAY, ("4 08:00", 2), ("4 13:00", 3))
        self.run_day(day=self.day(NEXT_DAY))
        self.assertEqual(self.posted_and_open(NEXT_DAY), (2, 3))
        self.assertEqual(self.there(), 4)
        self.post_waiting()
        self.assertEqual(self.posted_and_open(DAY), (6, 0))
        self.post_waiting()
        self.assertEqual(self.posted_and_open(NEXT_DAY), (5, 0))
        self.assertEqual(self.there(), 1)

    def test_dated_on_the_business_date(self):
        """Only what needs goods is dated when they came."""
        self.sold_on(DAY, 5)
        self.count(1, "5 10:00")
        self.sold_on(DAY + timedelta(days=3), 2)
        with freeze_time("2026-03-09 10:00:00"):
            self.post_waiting()
        posting = self.day().posting_ids
        self.assertEqual(str(posting.accounting_date), "2026-03-03")
        self.assertFalse(posting.waited_for_goods)
        dates = {move.is_inventory: move.date for move in posting.move_ids}
        self.assertEqual(dates, {False: posting.move_date, True: at("5 10:00")})

    def test_a_smaller_use_before_and_a_larger_one_after(self):
        """It comes back and out of the difference at once: that needs no goods."""
        self.count(10, "3 12:00")
        self.tell(DAY, ("3 08:00", 5), ("3 13:00", 2))
        self.run_day()
        self.count(8, "5 10:00")
        self.env["stock.quant"]._update_available_quantity(self.coffee, self.bar, -8)
        self.tell(DAY, ("3 08:00", 1), ("3 13:00", 2))
        self.run_day()
        self.assertEqual(self.posted_and_open(DAY), (3, 0))
        self.assertEqual(self.there(), 0)

    def test_counted_again_before_anything_is_posted(self):
        """What the first count is owed is nothing to the second one."""
        self.sold_on(DAY, 5)
        self.count(3, "5 10:00")
        self.count(7, "6 10:00")
        self.post_waiting_if_called()
        self.assertEqual(self.posted_and_open(DAY), (5, 0))
        self.assertEqual(self.there(), 7)
        self.check_quiet()

    def test_what_waits_for_a_count_is_asked_for_once(self):
        """A count that gives nothing wakes a day one time only."""
        self.integration.late_count_policy = "post"
        self.sold_on(DAY, 5)
        self.count(0, "5 10:00")
        self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.posted_and_open(DAY), (0, 5))
        self.assertFalse(self.post_waiting())

    def test_counts_of_other_things_wake_nobody(self):
        self.sold_on(DAY, 5)
        tea = self.ingredient("Tea")
        self.count(0, "5 10:00", product=tea)
        self.count(0, "5 10:00", location=self.kitchen)
        self.assertFalse(self.post_waiting_if_called())
        self.assertFalse(self.post_waiting())

    # === LOTS === #

    def test_what_had_no_lot_is_taken_and_given_back_when_it_has(self):
        """Both at one moment: at every time the shelf says what was counted."""
        milk = self.ingredient("Milk", tracking="lot")
        self.item("LATTE", milk, 1)
        line = self.line(1, "LATTE", 5, 2, sold_at=self.moment("3 12:00"))
        self.sell([self.receipt("R1", [line])])
        self.run_day()
        self.let_a_day_pass()
        self.assertEqual(self.open_of(self.day()), 5)
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": milk.id})
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": milk.id,
                "location_id": self.bar.id,
                "lot_id": lot.id,
                "inventory_quantity": 20,
            }
        ).action_apply_inventory(at("5 10:00"))
        with freeze_time("2026-03-09 10:00:00"):
            self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.posted_and_open(DAY), (5, 0))
        for when in ("5 10:00", "8 10:00", "9 10:00", "20 10:00"):
            self.assertEqual(self.shelf_at(when, milk), 20, when)


add_cases(CountedWhileWaiting, STORIES, told_by="assertStory")


@tagged("post_install", "-at_install")
class TestCountedWhileAvailable(CountedWhileWaiting):
    policy = "available"

    def test_undone_and_taken_again_it_is_dated_on_the_business_date(self):
        """3 of 8 were there, 1 came on the 5th, 9 on the 6th: what comes back does so
        when it had left; taken again, nothing waits, so all 8 leave on the day.
        """
        times = "3 23:59", "5 12:00", "6 12:00", "20 10:00"
        self.deliver(3, "1 08:00")
        self.tell(DAY, ("3 12:00", 8))
        with freeze_time("2026-03-04 10:00:00"):
            self.run_day()
        for quantity, date in ((1, 5), (9, 6)):
            self.deliver(quantity, f"{date} 08:00")
            with freeze_time(f"2026-03-0{date} 10:00:00"):
                self.assertTrue(self.post_waiting_if_called())
        self.assertEqual([self.shelf_at(when) for when in times], [0, 0, 5, 5])
        with freeze_time("2026-03-09 10:00:00"):
            self.day().with_user(self.user).action_undo()
            self.env.invalidate_all()
            self.assertEqual([self.shelf_at(when) for when in times], [3, 4, 13, 13])
            self.day().with_user(self.user).action_redo()
            self.env.invalidate_all()
        self.assertEqual([self.shelf_at(when) for when in times], [-5, -4, 5, 5])

    def test_comes_back_of_what_waited_and_was_sold_before(self):
        """5 were sold before 1 was counted, 2 after; one of the 7 waits for the 6th.
        Then only 4 were sold before: what comes back and what leaves the difference
        again do so on the 6th, as one of them left then.
        """
        self.count(1, "3 12:00")
        self.tell(DAY, ("3 08:00", 5), ("3 13:00", 2))
        with freeze_time("2026-03-04 10:00:00"):
            self.run_day()
        self.deliver(10, "6 08:00")
        with freeze_time("2026-03-06 10:00:00"):
            self.assertTrue(self.post_waiting_if_called())
        known = self.moves()
        self.tell(DAY, ("3 08:00", 4), ("3 13:00", 2))
        with freeze_time("2026-03-09 10:00:00"):
            self.run_day()
        new = self.moves() - known
        dates = {move.is_inventory: move.date for move in new}
        self.assertEqual(dates, {False: at("6 10:00"), True: at("6 10:00")})
        dates = set(new.picking_id.mapped("pos_bridge_posting_id.accounting_date"))
        self.assertEqual({str(date) for date in dates}, {"2026-03-06"})
        shelf = [self.shelf_at(when) for when in ("3 23:59", "6 09:00", "20 10:00")]
        self.assertEqual(shelf, [0, 10, 9])
        self.check_quiet()


@tagged("post_install", "-at_install")
class TestCountedWhileHeld(CountedWhileWaiting):
    policy = "hold"

    def test_held_because_of_a_count_that_is_reverted(self):
        """Five wait for goods, then for the count; without it for goods again."""
        self.integration.late_count_policy = "hold"
        self.sold_on(DAY, 5)
        count = self.count(20, "5 10:00")
        self.post_waiting_if_called()
        self.assertEqual(self.day().open_ids.code, "counted_later")
        self.assertFalse(self.day().stale_reason)
        count.move_line_ids.action_revert_inventory()
        self.assertEqual(
            self.day().stale_reason, "The count of Coffee in Bar was reverted"
        )
        self.run_day("repost")
        self.assertEqual(self.day().open_ids.code, "negative_stock")
        self.assertEqual(self.posted_and_open(DAY), (0, 5))


# The stories are told by those who have a policy.
del CountedWhileWaiting
