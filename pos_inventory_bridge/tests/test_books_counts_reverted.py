"""Rule 9 and Odoo's own way to take a count back: neither the count nor what took it
back is a count then.
"""

from contextlib import closing
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .cases import add_cases
from .counted import CountStoriesCommon, at

#: As the stories of counts. ("revert",) takes the last count back, ("restore",) takes
#: that back.
STORIES = {
    "before anything is posted": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("revert",),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
    ],
    "after it was posted": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("revert",),
        ("post again",),
    ],
    "after it was posted and corrected": [
        ("deliver", 50, "1 08:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 12:00"),
        ("sell", ("3 08:00", 7), ("3 13:00", 1)),
        ("run",),
        ("revert",),
        ("sell", ("3 08:00", 1), ("3 13:00", 1)),
        ("run",),
    ],
    "the second of two": [
        ("count", 30, "3 10:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("count", 20, "5 12:00"),
        ("sell", ("3 08:00", 4), ("3 13:00", 1)),
        ("run",),
        ("revert",),
        ("post again",),
    ],
    "the second of two before anything is posted": [
        ("count", 30, "3 10:00"),
        ("count", 20, "5 12:00"),
        ("revert",),
        ("sell", ("3 08:00", 4), ("3 13:00", 1)),
        ("run",),
    ],
    "and counted again": [
        ("count", 2, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("revert",),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 6), ("3 13:00", 4)),
        ("run",),
    ],
    "and it stands after all": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("revert",),
        ("post again",),
        ("restore",),
        ("post again",),
    ],
    "and it stands after all before anything is posted": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("revert",),
        ("restore",),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
    ],
    "and it stands after all once it was posted": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("revert",),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("restore",),
        ("post again",),
    ],
    "while the day is undone": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("undo",),
        ("revert",),
        ("redo",),
        ("post again",),
    ],
    "before the day is undone": [
        ("deliver", 50, "1 08:00"),
        ("count", 20, "3 12:00"),
        ("sell", ("3 08:00", 2), ("3 13:00", 3)),
        ("run",),
        ("revert",),
        ("undo",),
    ],
}


class RevertedCommon(CountStoriesCommon):
    def setUp(self):
        super().setUp()
        self.counted = datetime.min, 0
        self.counts, self.known = [], []

    def step_count(self, quantity, when):
        self.known.append(self.counted)
        self.counts.append(self.count(quantity, when))

    def step_revert(self):
        self.restored = self.counted
        self.revert(self.counts[-1])
        self.counted = self.known.pop()

    def step_restore(self):
        self.revert(self.last_by_hand())
        self.counted = self.restored

    def last_by_hand(self):
        return self.env["stock.move"].search(
            [("is_inventory", "=", True), ("pos_bridge_day_id", "=", False)],
            order="id desc",
            limit=1,
        )

    def revert(self, count):
        """As a person does it, in the list of moves."""
        shelf = self.there()
        count.move_line_ids.action_revert_inventory()
        self.env.invalidate_all()
        self.assertNotEqual(self.there(), shelf)

    def step_run(self):
        self.assertFalse(self.run_day().error)

    def step_post_again(self):
        self.assertFalse(self.run_day("repost").error)


@tagged("post_install", "-at_install")
class TestCountsReverted(RevertedCommon):
    def assertStory(self, name):
        self.follow(STORIES[name])
        self.check_again()

    def test_the_day_is_to_be_posted_again(self):
        """Nothing is posted unasked; the day says why it has to be."""
        self.follow(STORIES["after it was posted"][:-2])
        moves = self.moves()
        self.assertFalse(self.day().stale_reason)
        self.step_revert()
        self.assertEqual(
            self.day().stale_reason, "The count of Coffee in Bar was reverted"
        )
        self.run_day()
        self.assertEqual(self.moves(), moves)
        self.step_post_again()
        self.assertFalse(self.day().stale_reason)
        self.assertFalse(self.day().used_ids.counted_text)

    def test_other_days_are_not(self):
        self.follow(STORIES["after it was posted"][:-2])
        tea = self.ingredient("Tea")
        self.count(3, "5 12:00", product=tea).move_line_ids.action_revert_inventory()
        self.assertFalse(self.day().stale_reason)

    def test_what_does_not_know_of_it_is_told_that_it_stands(self):
        """Posted while there was no count; (counted, is the day to be posted again):
        what was over before the count was seen by it, whenever it is put in force.
        """
        for counted, is_waiting in (("3 12:00", True), ("3 01:00", False)):
            with self.subTest(counted), closing(self.env.cr.savepoint()) as point:
                self.deliver(50, "1 08:00")
                self.step_count(20, counted)
                self.step_revert()
                self.ring(("3 08:00", 2), ("3 13:00", 3))
                self.run_day()
                self.assertFalse(self.day().stale_reason)
                self.step_restore()
                text = "The count of Coffee in Bar is in force again"
                self.assertEqual(self.day().stale_reason, is_waiting and text)
                point.rollback()
                self.env.invalidate_all()

    def test_what_was_posted_before_the_count_was_made_is_not(self):
        self.deliver(50, "1 08:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.step_count(20, "5 12:00")
        self.step_revert()
        self.step_restore()
        self.assertFalse(self.day().stale_reason)

    def test_up_to_then_the_shelf_said_what_was_counted(self):
        """What stood against the count goes when the count goes."""
        self.follow(STORIES["after it was posted"])
        revert = self.last_by_hand()
        against, gone = self.moves().filtered("is_inventory")
        self.assertEqual((against.date, gone.date), (at("3 12:00"), revert.date))
        self.assertEqual(gone.origin_returned_move_id, against)

    def test_nobody_types_what_a_move_takes_back(self):
        """However it is said; the count stands."""
        count = self.count(20, "3 12:00")
        self.deliver(5, "4 08:00")
        other = self.last_move()
        keeper = self.user.copy({"login": "stock keeper"})
        keeper.group_ids |= self.env.ref("stock.group_stock_manager")
        moves = self.env["stock.move"].with_user(keeper)
        name = "pos_bridge_reverted_id"
        vals = {
            "product_id": self.coffee.id,
            "product_uom": self.coffee.uom_id.id,
            "location_id": count.location_dest_id.id,
            "location_dest_id": count.location_id.id,
        }
        default = moves.with_context(**{f"default_{name}": count.id})
        forged = moves.with_context(pos_bridge_reverting=True)
        for says in (
            lambda: moves.create({**vals, name: count.id}),
            lambda: default.create(vals),
            lambda: forged.create({**vals, name: count.id}),
            lambda: other.with_user(keeper).write({name: count.id}),
        ):
            with self.assertRaisesRegex(AccessError, "use Revert"):
                says()
        self.assertTrue(moves.create(vals))
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.there(), 20 + 5 - 3)

    def last_move(self):
        return self.env["stock.move"].search([], order="id desc", limit=1)

    def test_two_lots_of_one_count(self):
        """One of two is taken back: the other one still is a count."""
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf",
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        self.count(20, "3 12:00")
        wrong = self.count(5, "3 12:00", location=shelf)
        self.revert(wrong)
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.there(), 20 - 3)


add_cases(TestCountsReverted, STORIES, told_by="assertStory")
