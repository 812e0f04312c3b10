"""What one day told is told again, changed or cancelled on another one."""

from datetime import timedelta

from odoo.tests import tagged

from .common import LightspeedCommon
from .simulated import DAY, sold
from .test_normalise import line, sale

NEXT = DAY + timedelta(days=1)


def on(day, *lines, **facts):
    return sale(*lines, timeClosed=f"{day}T20:00:00.000Z", **facts)


@tagged("post_install", "-at_install")
class TestOtherDays(LightspeedCommon):
    """On the first day, account A1.1 sold two soups: line S1 of receipt R1.1."""

    def setUp(self):
        super().setUp()
        self.start(receipts=0)
        self.connect()
        self.lightspeed.told = [on(DAY, line("SOUP", 2, id="S1"))]
        self.soup = self.ingredient("Soup")
        self.stock_up(self.soup)

    def tell(self, *lines, **facts):
        """What the next day tells; its day, after it was read."""
        self.lightspeed.told.append(on(NEXT, *lines, **facts))

    def run_days(self, *dates):
        for date in dates:
            self.run_day(day=self.day(date))
        return self.day(dates[-1])

    def map_soup(self):
        self.run_days(DAY)
        item = self.env["pos.bridge.item"].search([("sku", "=", "SOUP")])
        self.map(item, self.soup)
        self.run_day("repost", day=self.day(DAY))

    def assert_asked(self, words, dates=(DAY, NEXT)):
        day = self.run_days(*dates)
        self.assertTrue(day.waits_for_look)
        self.assertIn(words, day.source_questions)
        self.assertFalse(self.moves(day))
        return day

    def assert_not_asked(self, *dates):
        day = self.run_days(*(dates or (DAY, NEXT)))
        self.assertFalse(day.source_questions)

    def test_the_same_line_is_not_used_twice(self):
        for kind in ("UPDATE", "TRANSFER", "SPLIT", "RECALL"):
            with self.subTest(kind=kind):
                del self.lightspeed.told[1:]
                self.tell(line("SOUP", 2, id="S1"), number=2, initial=1, type=kind)
                self.assert_asked("may tell again")
                self.assertEqual(sold(self.fetch(NEXT).sales), {})

    def test_what_a_person_posts_then(self):
        self.map_soup()
        self.tell(line("SOUP", 2, id="S1"), number=2, initial=1, type="UPDATE")
        day = self.assert_asked("may tell again")
        day.with_user(self.user).action_post_as_read()
        self.assertEqual(self.used(self.day(DAY)), {"Soup": 2})
        self.assertEqual(self.used(day), {})

    def test_other_lines_of_a_known_account(self):
        """Under its own number, and as one that follows it."""
        for number in (1, 2):
            with self.subTest(number=number):
                del self.lightspeed.told[1:]
                facts = {"number": number, "initial": 1, "type": "UPDATE"}
                self.tell(line("SOUP", 3, id="S9"), **facts)
                self.assert_asked("may tell again")

    def test_what_it_follows_is_not_known(self):
        self.tell(line("TEA", 1), number=2, initial=7, type="UPDATE")
        self.assert_asked("may tell again")

    def test_moved_and_new(self):
        self.tell(line("TEA", 1), number=2, type="TRANSFER")
        self.assert_not_asked()

    def test_a_type_that_counts_without_a_doubt(self):
        self.integration.lightspeed_counted_types = "SALE, UPDATE"
        self.integration.lightspeed_confirmed = True
        self.tell(line("TEA", 1), number=2, initial=7, type="UPDATE")
        self.assert_not_asked()

    def test_cancelled_later_by_a_mark(self):
        self.integration.lightspeed_void_style = "mark"
        self.integration.lightspeed_confirmed = True
        for name in ("S1", "S9"):
            with self.subTest(line=name):
                del self.lightspeed.told[1:]
                self.tell(line("SOUP", 2, id=name), cancelled=True)
                self.assert_asked("nothing is given back")

    def test_cancelled_later_with_a_negative_line(self):
        """The day itself is even, and yet the first one is not taken back."""
        rows = line("SOUP", 2, id="S1"), line("SOUP", -2, id="S2", voidReason="Other")
        self.tell(*rows, cancelled=True)
        self.assert_asked("nothing is given back")

    def test_cancelled_on_its_own_day(self):
        self.integration.lightspeed_void_style = "mark"
        self.integration.lightspeed_confirmed = True
        self.tell(line("TEA", 1), number=2, cancelled=True)
        self.assert_not_asked()

    def test_told_once_more_for_another_reason(self):
        """The way of paying was corrected, say."""
        self.tell(line("SOUP", 2, id="S1"))
        self.assert_asked("may tell again")
        self.assertEqual(sold(self.fetch(NEXT).sales), {})

    def test_a_refund_of_another_day_is_one(self):
        self.tell(line("SOUP", -2, id="S3"), number=2, initial=1, type="REFUND")
        self.assert_not_asked()
        self.assertEqual(sold(self.fetch(NEXT).sales), {"SOUP": -2})

    def test_days_that_are_read_the_other_way_round(self):
        self.tell(line("SOUP", 2, id="S1"), type="UPDATE")
        self.assert_not_asked(NEXT)
        self.assert_asked("may tell again", [DAY])

    def test_the_first_day_is_read_again(self):
        """It is not doubted because of what counts nothing on the next one."""
        self.tell(line("SOUP", 2, id="S1"), type="UPDATE")
        self.run_days(DAY, NEXT)
        self.assert_not_asked(DAY)

    def test_the_first_day_tells_it_no_more(self):
        """Then it belongs where it is told."""
        self.run_days(DAY)
        self.lightspeed.told.clear()
        self.tell(line("SOUP", 2, id="S1"))
        self.assert_not_asked()
        self.assertEqual(sold(self.fetch(NEXT).sales), {"SOUP": 2})

    def test_another_outlet_is_another_till(self):
        other = self.outlet.copy({"external_id": "1", "name": "Other"})
        self.run_days(DAY)
        self.outlet.external_id, other.external_id = "2", self.outlet.external_id
        self.tell(line("SOUP", 2, id="S1"), type="UPDATE")
        self.assertEqual(self.fetch(NEXT, other).questions, ())
