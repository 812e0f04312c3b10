"""What is posted behind a lock: on the first open day, with its business date, and it
says so. Nothing is posted behind a lock, and nothing is lost to one.
"""

from datetime import date, datetime, time

from odoo import Command
from odoo.tests import tagged

from .books_common import VALUATIONS, BooksCommon
from .cases import add_cases

SOLD_ON = date(2026, 3, 5)
LOCKS = ("fiscal", "hard", "closing")
#: What the till says in March, in April after the first lock, after the second.
STORIES = {"more_and_more": (6, 9, 11), "less": (6, 2, 1), "up_and_down": (6, 10, 3)}


class LocksCommon(BooksCommon):
    def close(self, kind, until):
        """Close the books up to a date, which was before now."""
        if kind == "closing":
            self.company.action_close_stock_valuation(auto_post=True)
            # Its moment is written with the commit; until then it is that midnight.
            self.books.closed_at = datetime.combine(self.now().date(), time.min)
            self.assertEqual(
                self.company._get_last_closing_date(), self.books.closed_at
            )
            return
        field = {"fiscal": "fiscalyear_lock_date", "hard": "hard_lock_date"}[kind]
        self.company.sudo()[field] = until
        self.books.locked_until = until

    def open_and_sell(self, method, valuation):
        self.open_books(method, valuation)
        self.arrive(20, 4)
        self.at_time(2026, 3, 2, 8)
        self.arrive(7, "5.35")
        self.at_time(2026, 3, 6, 9)

    def check_said(self, posting, entry_expected):
        """Posting, move and journal entry say why they are not on the day."""
        self.assertTrue(posting.late_reason)
        self.assertIn("5 March 2026", posting.name)
        self.assertEqual(posting.day_id.business_date, SOLD_ON)
        self.assertEqual(posting.move_ids.pos_bridge_day_id, posting.day_id)
        said = posting.day_id.exception_ids.filtered(
            lambda problem: problem.code == "period_locked"
        )
        self.assertIn(posting.late_reason, " ".join(said.mapped("message")))
        self.assertFalse(self.exceptions(posting.day_id))
        entry = posting.move_ids.account_move_id
        self.assertEqual(bool(entry), entry_expected)
        if entry:
            self.assertEqual(entry.ref, posting.name)
            self.assertIn(posting.late_reason, entry.narration)
            self.assertEqual(entry.state, "posted")
        ledger = self.env["pos.bridge.ledger"].search(
            [("move_id", "in", posting.move_ids.ids)]
        )
        self.assertEqual(set(ledger.mapped("business_date")), {SOLD_ON})
        self.assertEqual(set(ledger.mapped("date")), {posting.move_date})


@tagged("post_install", "-at_install")
class TestBooksLocks(LocksCommon):
    """Kind of lock x costing method x valuation x what the till corrects."""

    def tell(self, kind, method, valuation, story):
        first, second, third = STORIES[story]
        self.open_and_sell(method, valuation)
        self.sold(first, SOLD_ON)
        self.at_time(2026, 4, 2, 10)
        self.close(kind, date(2026, 3, 31))
        self.at_time(2026, 4, 4, 10)
        is_late = not (kind == "closing" and valuation == "real_time")
        posting = self.sold(second, SOLD_ON)
        self.assertEqual(posting.accounting_date > SOLD_ON, is_late)
        if is_late:
            self.check_said(posting, valuation == "real_time")
        self.at_time(2026, 4, 10, 10)
        if kind != "closing" or valuation == "periodic":
            self.close(kind, date(2026, 4, 8))
        self.at_time(2026, 4, 12, 10)
        self.arrive(3, "6.66")
        posting = self.sold(third, SOLD_ON)
        self.assertEqual(posting.accounting_date >= date(2026, 4, 9), is_late)
        self.undo(SOLD_ON)
        self.check_redone(third)

    def check_redone(self, quantity):
        day = self.day(SOLD_ON)
        day.with_user(self.user).action_redo()
        self.env.invalidate_all()
        self.check_posted(day, {"Milk": quantity})
        self.assertEqual(self.used(day), {"Milk": quantity})
        self.assertEqual(day.state, "posted")


add_cases(TestBooksLocks, LOCKS, ("average", "fifo"), VALUATIONS, STORIES)


@tagged("post_install", "-at_install")
class TestOneLock(LocksCommon):
    def test_first_posting_behind_a_lock(self):
        self.open_and_sell("average", "real_time")
        self.close("fiscal", date(2026, 3, 5))
        posting = self.sold(6, SOLD_ON)
        self.assertEqual(posting.accounting_date, date(2026, 3, 6))
        self.check_said(posting, True)

    def test_all_days_up_to_now_are_closed(self):
        """Nothing is posted, the day says so, and the next open day posts all of it."""
        self.open_and_sell("fifo", "real_time")
        self.close("fiscal", date(2026, 3, 6))
        self.sold(6, SOLD_ON)
        self.assertFalse(self.moves(self.day(SOLD_ON)))
        self.assertEqual(
            self.exceptions(self.day(SOLD_ON)).mapped("code"), ["period_locked"]
        )
        self.at_time(2026, 3, 7, 3)
        posting = self.sold(6, SOLD_ON)
        self.assertEqual(posting.accounting_date, date(2026, 3, 7))

    def test_a_lock_that_was_lifted(self):
        self.open_and_sell("average", "periodic")
        self.close("fiscal", date(2026, 3, 5))
        self.sold(6, SOLD_ON)
        self.company.sudo().fiscalyear_lock_date = False
        self.books.locked_until = None
        posting = self.sold(8, SOLD_ON)
        self.assertEqual(posting.accounting_date, SOLD_ON)
        self.assertFalse(posting.late_reason)
        # The first one still bears its later date, and has said so.
        problem = self.day(SOLD_ON).exception_ids
        self.assertEqual(problem.mapped("code"), ["period_locked"])
        self.assertTrue(problem.resolved)

    def test_sales_lock_is_not_ours(self):
        """Locks of sales, purchases and taxes say nothing about stock."""
        self.open_and_sell("average", "real_time")
        for field in ("sale_lock_date", "purchase_lock_date", "tax_lock_date"):
            self.company.sudo()[field] = SOLD_ON
        posting = self.sold(6, SOLD_ON)
        self.assertEqual(posting.accounting_date, SOLD_ON)

    def test_exception_of_one_user(self):
        """Who may still book there posts there; the scheduled run does not."""
        self.open_and_sell("average", "real_time")
        self.company.sudo().fiscalyear_lock_date = SOLD_ON
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.user.id,
                "fiscalyear_lock_date": False,
                "end_datetime": False,
            }
        )
        posting = self.sold(6, SOLD_ON)
        self.assertEqual(posting.accounting_date, SOLD_ON)
        self.books.locked_until = SOLD_ON
        self.sell({"MILK": 9}, SOLD_ON)
        day = self.day(SOLD_ON)
        self.env["pos.bridge.transfer"]._enqueue(day, "automatic")._run_all()
        posting = self.check_posted(day, {"Milk": 9})
        self.assertEqual(posting.accounting_date, date(2026, 3, 6))

    def test_exception_that_was_revoked(self):
        self.open_and_sell("average", "real_time")
        self.company.sudo().fiscalyear_lock_date = SOLD_ON
        exception = self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": False,
                "fiscalyear_lock_date": date(2026, 3, 4),
                "end_datetime": False,
            }
        )
        self.assertEqual(self.sold(6, SOLD_ON).accounting_date, SOLD_ON)
        exception.action_revoke()
        self.books.locked_until = SOLD_ON
        self.assertEqual(self.sold(7, SOLD_ON).accounting_date, date(2026, 3, 6))

    def test_closing_and_lock_together(self):
        """The later of both decides."""
        self.open_and_sell("average", "periodic")
        self.sold(6, SOLD_ON)
        self.at_time(2026, 4, 2, 10)
        self.close("closing", None)
        self.close("fiscal", date(2026, 4, 4))
        self.at_time(2026, 4, 8, 10)
        self.assertEqual(self.sold(9, SOLD_ON).accounting_date, date(2026, 4, 5))
        self.at_time(2026, 4, 15, 10)
        self.close("closing", None)
        self.at_time(2026, 4, 16, 10)
        self.assertEqual(self.sold(10, SOLD_ON).accounting_date, date(2026, 4, 15))

    def test_next_closing_books_the_correction_as_cost(self):
        """Dated behind the closing it would be lost in the stock's variation."""
        self.open_and_sell("fifo", "periodic")
        self.sold(6, SOLD_ON)
        self.at_time(2026, 4, 2, 10)
        self.close("closing", None)
        cost = self.cost_account()
        self.assertEqual(self.balance_of(cost), 24)
        self.at_time(2026, 4, 4, 10)
        self.sold(10, SOLD_ON)
        self.at_time(2026, 4, 30, 10)
        self.close("closing", None)
        self.assertEqual(self.balance_of(cost), 40)

    def balance_of(self, account):
        """Of what was closed as moved to a place with this account."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company.id),
                ("name", "like", "Location Reclassification"),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def test_a_draft_closing_closes_nothing(self):
        self.open_and_sell("fifo", "periodic")
        self.at_time(2026, 4, 2, 10)
        action = self.company.action_close_stock_valuation()
        self.at_time(2026, 4, 4, 10)
        self.assertEqual(self.sold(6, SOLD_ON).accounting_date, SOLD_ON)
        self.env["account.move"].browse(action["res_id"])._post()
        self.books.closed_at = datetime(2026, 4, 2)
        self.assertEqual(self.sold(7, SOLD_ON).accounting_date, date(2026, 4, 2))

    def test_closing_of_a_company_that_values_both_ways(self):
        """One product of the day is booked by the closing: the posting waits for it."""
        self.open_and_sell("average", "real_time")
        self.sold(6, SOLD_ON)
        category = self.categories["average", "periodic"]
        tea = self.ingredient("Tea", categ_id=category.id)
        self.item("TEA", tea)
        self.at_time(2026, 4, 2, 10)
        self.company.action_close_stock_valuation(auto_post=True)
        self.at_time(2026, 4, 4, 10)
        self.sell({"MILK": 6, "TEA": 1}, SOLD_ON)
        self.run_day(day=self.day(SOLD_ON))
        last = self.day(SOLD_ON).posting_ids.sorted("revision")[-1]
        self.assertEqual(last.move_ids.product_id, tea)
        self.assertEqual(last.accounting_date, date(2026, 4, 2))

    def test_undo_right_is_asked_for_behind_a_lock_too(self):
        self.open_and_sell("average", "real_time")
        self.sold(6, SOLD_ON)
        self.close("hard", SOLD_ON)
        undo = self.env.ref("pos_inventory_bridge.pos_bridge_group_undo")
        self.user.group_ids = [Command.unlink(undo.id)]
        with self.assertRaisesRegex(Exception, "right to undo"):
            self.day(SOLD_ON).with_user(self.user).action_undo()
        self.assertEqual(self.used(self.day(SOLD_ON)), {"Milk": 6})
