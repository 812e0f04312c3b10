"""What a day that is not plainly posted says of itself: what waits, and what for."""

import base64
import io
from datetime import date

from openpyxl import load_workbook

from odoo.tests import tagged

from .common import DAY
from .test_books_counts_reverted import RevertedCommon
from .test_books_locks import SOLD_ON, LocksCommon
from .test_books_shortage import GoodsCommon

CROSS = "\N{MULTIPLICATION SIGN}"
#: Three are there and eight are sold: policy -> (state, what is open, cause).
SHORTAGES = {
    "post": ("posted", "Negative stock", "negative_stock"),
    "available": ("part", "Waits for goods", "waits_for_goods"),
    "hold": ("waits", "Held: not all there", "held_for_goods"),
}


@tagged("post_install", "-at_install")
class TestToldShortage(GoodsCommon):
    def fall_short(self, policy):
        self.integration.negative_stock_policy = policy
        self.receive(self.coffee, 3, self.bar, "2026-03-01 08:00:00")
        self.sell({"ESP": 8})
        self.run_day()
        return self.day()

    def check_policy(self, policy):
        state, text, cause = SHORTAGES[policy]
        day = self.fall_short(policy)
        self.assertEqual(day.shown_state, state)
        self.assertEqual(day.open_text, f"1 {CROSS} {text}")
        problem = self.exceptions()
        self.assertEqual((problem.code, problem.cause), ("negative_stock", cause))
        self.assertTrue(day.is_short)

    def test_post_says_that_it_is_negative(self):
        self.check_policy("post")

    def test_available_says_that_part_waits(self):
        self.check_policy("available")

    def test_hold_says_that_it_waits_for_all(self):
        self.check_policy("hold")

    def test_what_waits_is_told_though_nobody_wants_to_hear_it(self):
        day = self.fall_short("available")
        self.exceptions().with_user(self.user).action_resolve()
        self.assertFalse(day.attention)
        self.assertEqual(day.shown_state, "part")
        self.assertEqual(day.open_text, f"1 {CROSS} Waits for goods")

    def test_a_margin_whose_goods_wait_is_marked(self):
        """Sold with no cost yet: a margin of everything would be believed."""
        report = self.env["pos.bridge.sales.report"]
        mine = [("company_id", "=", self.company.id)]
        lacking = [*mine, ("lacks_cost", "=", True)]
        self.coffee.standard_price = 4
        self.fall_short("hold")
        row = report.search(mine)
        self.assertEqual((row.state, row.cost, row.lacks_cost), ("posted", 0, True))
        self.assertEqual(report.search(lacking), row)
        self.arrive(9)
        self.env.invalidate_all()
        row = report.search(mine)
        self.assertEqual((row.cost, row.lacks_cost), (32, False))
        self.assertFalse(report.search(lacking))

    def test_nothing_is_told_when_the_goods_are_there(self):
        day = self.fall_short("available")
        self.arrive(9)
        self.assertEqual((day.shown_state, day.open_text), ("posted", ""))
        self.assertFalse(day.waits_text)

    def test_the_accountant_s_month_says_so(self):
        self.fall_short("available")
        months = self.env["pos.bridge.month.wizard"].with_user(self.user)
        wizard = months.create({"month": "2026-03-01"})
        wizard.action_spreadsheet()
        book = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        days = book["Days"].iter_rows(min_row=4, values_only=True)
        headings = next(days)
        of_day = next(row for row in days if row[1] and row[1].date() == DAY)
        told = dict(zip(headings, of_day, strict=True))
        self.assertEqual(
            (told["State"], told["Waits"]),
            ("Partly posted", f"1 {CROSS} Waits for goods"),
        )

    def test_two_ingredients_and_an_item(self):
        tea = self.ingredient("Tea")
        self.item("TEA", tea, 1)
        self.integration.negative_stock_policy = "available"
        self.sell({"ESP": 8, "TEA": 2, "SOUP": 1})
        self.run_day()
        day = self.day()
        self.assertEqual(day.waits_text, f"2 {CROSS} Waits for goods")
        self.assertEqual(
            day.open_text, f"2 {CROSS} Waits for goods, 1 {CROSS} Not mapped"
        )


@tagged("post_install", "-at_install")
class TestToldCounts(RevertedCommon):
    def posted_after_a_count(self, policy):
        self.integration.late_count_policy = policy
        self.step_deliver(50, "1 08:00")
        self.step_count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        return self.day()

    def test_what_is_held_waits(self):
        day = self.posted_after_a_count("hold")
        self.assertEqual(day.shown_state, "part")
        self.assertEqual(day.open_text, f"1 {CROSS} Waits after a count")
        self.assertEqual(self.exceptions().cause, "waits_after_count")

    def test_what_is_posted_all_the_same_does_not(self):
        day = self.posted_after_a_count("post")
        self.assertEqual(day.shown_state, "posted")
        self.assertEqual(day.open_text, f"1 {CROSS} Counted since")

    def test_a_value_without_what_a_count_had_already_taken(self):
        """5 kg at 3.00; the 2 kg sold before the count go out of its difference."""
        self.coffee.standard_price = 3
        posting = self.posted_after_a_count("compensate").posting_ids
        counts = posting.move_ids.filtered("is_inventory")
        self.assertEqual(counts.quantity, 2)
        self.assertTrue(posting.has_count)
        self.assertEqual(posting.value, 15)

    def test_no_count_in_what_was_sold_since(self):
        self.coffee.standard_price = 3
        posting = self.posted_after_a_count("hold").posting_ids
        self.assertFalse(posting.has_count)
        self.assertEqual(posting.value, 9)

    def test_a_count_that_is_gone_is_nobody_s_problem(self):
        self.posted_after_a_count("post")
        self.step_revert()
        self.assertFalse(self.exceptions())

    def test_what_was_used_before_the_count_was_known_neither(self):
        """Undone after a count: what came back was counted as gone. The use itself
        does not name the count.
        """
        self.integration.late_count_policy = "post"
        self.step_deliver(50, "1 08:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.env.cr.execute(
            "UPDATE pos_bridge_usage SET create_date = create_date - interval '1 day'"
        )
        self.env.invalidate_all()
        self.step_count(20, "5 12:00")
        self.step_undo()
        self.assertEqual(self.exceptions().code, "counted_later")
        self.step_revert()
        self.assertFalse(self.exceptions())

    def test_another_count_stays_one(self):
        self.posted_after_a_count("post")
        tea = self.ingredient("Tea")
        self.count(3, "5 12:00", product=tea).move_line_ids.action_revert_inventory()
        self.assertEqual(self.exceptions().code, "counted_later")

    def test_the_way_to_the_count(self):
        self.posted_after_a_count("post")
        problem = self.exceptions()
        self.assertEqual(problem.cure, "counted")
        action = problem.action_open_cure()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.move_id, self.counts[-1])
        again = problem.action_count_again()
        self.assertEqual(again["context"]["default_product_id"], self.coffee.id)

    def test_who_may_not_count_is_told_whom_to_ask(self):
        self.posted_after_a_count("post")
        problem = self.exceptions().with_user(self.user)
        action = problem.action_open_cure()
        lines = self.env[action["res_model"]].with_user(self.user)
        self.assertEqual(lines.search(action["domain"]).move_id, self.counts[-1])
        refused = problem.action_count_again()
        self.assertIn("right Inventory / User", refused["params"]["message"])


@tagged("post_install", "-at_install")
class TestToldLocks(LocksCommon):
    def post_waiting(self):
        """As the scheduled action does, which somebody has called."""
        action = self.env["pos.bridge.open"]._scheduled_action()
        calls = self.env["ir.cron.trigger"].search([("cron_id", "=", action.id)])
        self.assertTrue(calls)
        calls.unlink()
        self.env["pos.bridge.open"]._cron_queue_waiting()
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        queued._run_all()
        self.env.invalidate_all()
        return queued

    def open_periods(self):
        self.company.sudo().fiscalyear_lock_date = False
        self.books.locked_until = None

    def row(self):
        return self.day(SOLD_ON).used_ids

    def test_what_is_late_is_only_said(self):
        """It is on the first open day, where it belongs: nobody has to do anything."""
        self.open_and_sell("average", "real_time")
        self.close("fiscal", date(2026, 3, 5))
        self.sold(6, SOLD_ON)
        day = self.day(SOLD_ON)
        self.assertFalse(day.attention)
        self.assertFalse(self.exceptions(day))
        said = day.exception_ids
        self.assertEqual((said.code, said.resolved), ("period_locked", True))
        self.assertIn("dated 03/06/2026", said.message)
        self.assertTrue(day.is_late)
        self.assertEqual(day.shown_state, "posted")

    def test_all_periods_are_closed(self):
        self.open_and_sell("average", "real_time")
        self.close("fiscal", date(2026, 3, 6))
        self.sold(6, SOLD_ON)
        day = self.day(SOLD_ON)
        self.assertEqual(day.shown_state, "waits")
        self.assertEqual(day.open_text, f"1 {CROSS} Period closed")
        wizard = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        look = wizard.with_context(default_day_ids=day.ids).create({})
        self.assertTrue(look.is_closed, "Posting again would move nothing.")
        self.open_periods()
        look.invalidate_recordset()
        self.assertFalse(look.is_closed)
        self.close("fiscal", date(2026, 3, 6))
        self.open_periods()
        self.post_waiting()
        self.check_posted(day, {"Milk": 6})
        self.assertEqual((day.shown_state, day.attention), ("posted", False))
        self.assertFalse(self.exceptions(day))

    def test_an_undo_waits_for_an_open_period(self):
        self.open_and_sell("average", "real_time")
        self.sold(6, SOLD_ON)
        self.close("fiscal", date(2026, 3, 6))
        self.undo(SOLD_ON)
        day = self.day(SOLD_ON)
        self.assertEqual(day.shown_state, "undoing")
        self.assertIn("is taken back by itself", self.exceptions(day).message)
        self.assertEqual((self.row().posted_quantity, self.row().to_give_back), (6, 6))
        self.open_periods()
        self.post_waiting()
        self.check_posted(day, {})
        self.assertEqual(day.shown_state, "undone")
        self.assertEqual((self.row().posted_quantity, self.row().to_give_back), (0, 0))
        self.assertFalse(self.exceptions(day))

    def test_nothing_runs_while_it_is_closed(self):
        self.open_and_sell("average", "real_time")
        self.close("fiscal", date(2026, 3, 6))
        self.sold(6, SOLD_ON)
        self.close("fiscal", date(2026, 3, 7))
        self.assertFalse(self.post_waiting())

    def test_a_closing_says_its_moment(self):
        """Closed and dated on one date would be a contradiction."""
        self.open_and_sell("average", "periodic")
        self.sold(6, SOLD_ON)
        self.at_time(2026, 4, 2, 10)
        self.close("closing", None)
        self.at_time(2026, 4, 4, 10)
        posting = self.sold(8, SOLD_ON)
        self.assertEqual(str(posting.accounting_date), "2026-04-02")
        reason = posting.late_reason.replace("\N{NARROW NO-BREAK SPACE}", " ")
        self.assertEqual(
            reason,
            "The stock valuation is closed up to 04/02/2026 12:00 AM; the "
            "next closing books what comes after that.",
        )

    def test_what_comes_back_is_not_called_an_issue(self):
        self.open_and_sell("average", "real_time")
        self.sold(6, SOLD_ON)
        self.sold(4, SOLD_ON)
        entries = self.env["pos.bridge.ledger"].search(
            [("day_id", "=", self.day(SOLD_ON).id)]
        )
        self.assertEqual(
            {entry.quantity: entry.shown_type for entry in entries},
            {-6: "issue", 2: "given_back"},
        )
