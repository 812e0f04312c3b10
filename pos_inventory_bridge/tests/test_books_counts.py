"""Rule 9: what was sold before a count and is posted after it."""

from datetime import date

from odoo.tests import tagged

from .cases import add_cases
from .counted import CountStoriesCommon

#: What is counted and sold before and after, in UTC; the day is 3 March, 05:00 to 05:00
#: in Berlin (04:00 to 04:00 UTC). name -> ([(delivered, when)], [steps]); each step is
#: ("count", quantity, when), ("sell", (when, quantity), ...), ("run",), ("undo",) ...
STORIES = {
    "counted before the day": [("count", 20, "3 03:00"), ("sell", ("3 08:00", 2))],
    "counted while it was sold": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
    ],
    "counted after the last sale": [
        ("count", 20, "3 22:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
    ],
    "counted weeks later": [
        ("count", 20, "20 10:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
    ],
    "sold at the very second of the count": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 12:00", 2)),
    ],
    "without times, counted in the morning": [
        ("count", 20, "3 08:00"),
        ("sell", (None, 2)),
    ],
    "without times, counted before the day": [
        ("count", 20, "3 03:59"),
        ("sell", ("3 08:00", 2)),
    ],
    "some with times": [
        ("count", 20, "3 12:00"),
        ("sell", (None, 2), ("3 08:00", 1), ("3 13:00", 3)),
    ],
    "after midnight": [
        ("count", 20, "3 22:00"),
        ("sell", ("3 08:00", 2), ("4 01:30", 3)),
    ],
    "posted before it was counted, then nothing": [
        ("count", 50, "2 10:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "4 10:00"),
    ],
    "posted before it was counted, then more": [
        ("count", 50, "2 10:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "4 10:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 3)),
    ],
    "posted before it was counted, then less": [
        ("count", 50, "2 10:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "4 10:00"),
        ("sell", ("3 08:00", 1)),
    ],
    "half a day posted, then counted": [
        ("sell", ("3 08:00", 2)),
        ("run",),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 11:00", 4), ("3 13:00", 3)),
    ],
    "counted, posted, then corrected on both sides": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell", ("3 08:00", 5), ("3 13:00", 1)),
    ],
    "corrected by as much on either side": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell", ("3 08:00", 3), ("3 13:00", 2)),
    ],
    "a receipt turns out to be from after the count": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell", ("3 12:30", 2), ("3 13:00", 3)),
    ],
    "two counts, both before the posting": [
        ("count", 30, "3 10:00"),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 11:00", 1), ("3 13:00", 3)),
    ],
    "a second count after the posting": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 10:00"),
    ],
    "a second count, then a correction": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 10:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 1)),
    ],
    "three counts with a correction after each": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell", ("3 08:00", 3), ("3 13:00", 3)),
        ("run",),
        ("count", 25, "5 10:00"),
        ("sell", ("3 08:00", 1), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "6 10:00"),
        ("sell", ("3 08:00", 1), ("3 13:00", 9)),
    ],
    "the till forgets it": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell",),
    ],
    "forgotten after it was posted and counted": [
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 12:00"),
        ("sell",),
    ],
    "undone": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
    ],
    "undone and posted again": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
        ("redo",),
    ],
    "undone after a count that came later": [
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 12:00"),
        ("undo",),
    ],
    "counted while it was undone, then posted again": [
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
        ("count", 20, "5 12:00"),
        ("redo",),
    ],
    "undone, changed at the till, posted again": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
        ("sell", ("3 08:00", 7), ("3 13:00", 1)),
        ("run",),
        ("redo",),
        ("run",),
    ],
    "undone twice": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
        ("redo",),
        ("count", 18, "6 12:00"),
        ("undo",),
        ("redo",),
    ],
    "dated back to the middle of a posted day, then corrected": [
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 3)),
    ],
    "a delivery after the count": [
        ("count", 20, "3 12:00"),
        ("deliver", 10, "3 15:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
    ],
    "taken back after the count": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", -1)),
    ],
    "more came back than went, before the count": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", -2), ("3 13:00", 1)),
    ],
    "before and after cancel out": [
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", -2)),
    ],
    "thirds of a unit": [
        ("count", 20, "3 22:00"),
        ("sell", ("3 08:00", "0.333333"), ("3 13:00", "0.333333")),
        ("run",),
        ("sell", ("3 08:00", "0.333333"), ("3 13:00", "1.666667")),
    ],
    "thirds, posted before it was counted": [
        ("sell", ("3 08:00", "0.333333"), ("3 13:00", "0.333333")),
        ("run",),
        ("count", 20, "4 22:00"),
        ("sell", ("3 08:00", "0.333333"), ("3 13:00", "1.666667")),
    ],
    "known while all was closed, then counted again": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run while closed",),
        ("count", 20, "5 10:00"),
    ],
    "corrected while all was closed, then counted twice": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("sell", ("3 08:00", 7), ("3 13:00", 1)),
        ("run while closed",),
        ("count", 25, "5 10:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 2)),
        ("run while closed",),
        ("count", 20, "6 10:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 9)),
    ],
    "thirds, known while all was closed, then counted again": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", "0.333333"), ("3 13:00", "0.333333")),
        ("run",),
        ("sell", ("3 08:00", "1.333333"), ("3 13:00", "0.666667")),
        ("run while closed",),
        ("count", 20, "5 10:00"),
    ],
    "undone while all was closed, then counted again": [
        ("count", 30, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo while closed",),
        ("count", 20, "5 10:00"),
        ("redo",),
    ],
}


@tagged("post_install", "-at_install")
class TestCounts(CountStoriesCommon):
    def step_run_while_closed(self):
        """Nothing is posted; what is known is written down a day earlier."""
        self.close_books()
        moves = self.moves()
        self.run_day()
        self.assertEqual(self.moves(), moves)
        self.open_books_again()

    def step_undo_while_closed(self):
        self.close_books()
        self.step_undo()
        self.open_books_again()

    def close_books(self):
        self.company.sudo().fiscalyear_lock_date = date(2100, 1, 1)

    def open_books_again(self):
        self.company.sudo().fiscalyear_lock_date = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pos_bridge_usage SET create_date = create_date - interval '1 day'"
        )
        self.env.invalidate_all()

    def assertStory(self, name):
        self.follow(STORIES[name])
        if STORIES[name][-1][0] not in ("undo", "redo"):
            self.run_day()
        self.check_again()


add_cases(TestCounts, STORIES, told_by="assertStory")
