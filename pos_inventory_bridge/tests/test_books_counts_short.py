"""Less was sold before a count and more since it, while the shelf is nearly empty."""

from odoo.tests import tagged

from .cases import add_cases
from .common import DAY
from .counted import CountsCommon

#: 5 were sold and posted, and 1 was counted after them. name -> (policy, what was sold
#: before the count and since, as the till says then; in the ledger, waiting, on the
#: shelf). What was sold before never waits, what was sold since takes what is there.
STORIES = {
    "more than is there": ("available", (3, 3), (4, 2, 0)),
    "all together as it was": ("available", (3, 2), (4, 1, 0)),
    "only since": ("available", (5, 2), (6, 1, 0)),
    "only before": ("available", (1, 0), (1, 0, 1)),
    "it comes back": ("available", (0, -2), (-2, 0, 3)),
    "held, more than is there": ("hold", (3, 3), (3, 3, 1)),
    "held, all together as it was": ("hold", (3, 2), (3, 2, 1)),
    "held, as much as is there": ("hold", (3, 1), (4, 0, 0)),
    "posted all the same": ("post", (3, 3), (6, 0, -2)),
}


@tagged("post_install", "-at_install")
class TestCountedAndShort(CountsCommon):
    def assertStory(self, name):
        policy, told, expected = STORIES[name]
        self.integration.negative_stock_policy = policy
        self.count(1, "3 12:00")
        self.ring(("3 08:00", 5))
        self.run_day()
        self.ring(("3 08:00", told[0]), ("3 13:00", told[1]))
        for _time in range(2):
            self.run_day()
            self.assertEqual(self.figures(), expected)
        self.deliver(4, "9 08:00")
        self.run_day("goods")
        self.assertEqual(self.figures(), (sum(told), 0, 5 - told[1]))
        self.check_again()

    def figures(self):
        waits = sum(self.day(DAY).open_ids.mapped("quantity"))
        return self.net_into("customer"), round(waits, 6), self.there()


add_cases(TestCountedAndShort, STORIES, told_by="assertStory")
