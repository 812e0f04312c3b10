"""What users are promised of transfers, where no other test has all of it in one place.

The till answers as scripted; what must be in the ledger is counted by hand.
"""

from decimal import Decimal

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .scripted_till import broken, changed, shuffled, wrong
from .test_automatic import AutomaticCase, march
from .test_trouble import LOGGER

#: Every table that a run may write to, except those that say that it ran.
TABLES = (
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "stock_quant",
    "account_move",
    "account_move_line",
    "product_value",
    "pos_bridge_item",
    "pos_bridge_mapping",
    "pos_bridge_recipe_version",
    "pos_bridge_sale",
    "pos_bridge_sale_line",
    "pos_bridge_usage",
    "pos_bridge_posting",
    "pos_bridge_exception",
)


@tagged("post_install", "-at_install")
class TestPromises(AutomaticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cola = cls.ingredient("Cola")
        cls.soup = cls.recipe("Soup", [(cls.coffee, 0.1), (cls.cola, 0.2, 20)])
        cls.stock_up(cls.cola)
        cls.item("COLA", cls.cola, 1)
        cls.item("SOUP", cls.soup, 2)

    def sell_much(self, outlet=None, espressos=3):
        """Two receipts, with a modifier, a refund, and an item that nobody mapped."""
        first = [
            self.line(1, "ESP", espressos, 10),
            self.line(2, "SOUP", 4, 10),
            self.line(3, "NEW", 1, 5),
        ]
        second = [
            self.line(1, "COLA", 9, 10),
            self.line(2, "COLA", 1, 0, kind="modifier", parent_external_id="1"),
            self.line(3, "COLA", -2, 10, kind="refund"),
        ]
        sales = [self.receipt("R1", first), self.receipt("R2", second)]
        self.sell(sales, outlet=outlet)

    #: 3 + 4 x 2 x 0.1; 9 + 1 - 2 + 4 x 2 x 0.2 / 0.8
    USED = {"Coffee": 3.8, "Cola": 10}

    def rows(self):
        """{table: where each of its rows lies}; a row that is written lies elsewhere,
        even where the same values were written.
        """
        self.env.flush_all()
        places = {}
        for table in TABLES:
            query = "SELECT array_agg(ctid::text ORDER BY id) FROM %s"
            self.env.cr.execute(SQL(query, SQL.identifier(table)))
            places[table] = self.env.cr.fetchone()[0]
        return places

    def test_1_and_6_a_run_without_changes_writes_nothing(self):
        """Not a row of what it could write to, however often and by whom it is run."""
        self.sell_much()
        self.run_day()
        self.assertEqual(self.used(), self.USED)
        before = self.rows()
        for trigger in ("automatic", "manual", "repost", "migration", "automatic"):
            with self.subTest(trigger=trigger):
                self.run_day(trigger)
                self.assertEqual(self.rows(), before)
        self.assertEqual(self.day().revision, 1)

    def test_4_the_watermark_never_passes_a_day_that_is_not_complete(self):
        """The second of five days cannot be read: the others are posted, it stays."""
        for number, date in enumerate(march(2, 3, 4, 5, 6), start=1):
            self.sell({"ESP": number}, date)
        self.till.at(march(3)[0], wrong())
        self.tick("2026-03-07 05:00:00")
        posted = [self.used(self.day(date)) for date in march(2, 3, 4, 5, 6)]
        expected = [{"Coffee": 1}, {}, {"Coffee": 3}, {"Coffee": 4}, {"Coffee": 5}]
        self.assertEqual(posted, expected)
        self.assertEqual(self.outlet.watermark_date, march(2)[0])
        self.till.recover()
        with freeze_time("2026-03-07 08:00:00"):
            failed = self.day(march(3)[0]).transfer_ids
            failed.with_user(self.user).action_retry()
        self.env.invalidate_all()
        self.assertEqual(self.used(self.day(march(3)[0])), {"Coffee": 2})
        self.assertEqual(self.outlet.watermark_date, march(6)[0])

    def test_5_an_edited_sale_is_a_signed_correction(self):
        """Three espressos become two: one comes back, the first move is as it was."""
        self.sell_much()
        self.run_day()
        first = self.moves().filtered(lambda move: move.product_id == self.coffee)
        names = ["quantity", "date", "location_id", "location_dest_id", "value"]
        content = first.read(names)
        self.till.always(changed(ESP=Decimal(2)))
        self.run_day()
        correction = self.moves() - self.day().posting_ids[0].move_ids
        self.assertEqual((correction.product_id, correction.quantity), (self.coffee, 1))
        self.assertEqual(correction.origin_returned_move_id, first)
        self.assertEqual(correction.location_dest_id, self.bar)
        self.assertEqual(first.read(names), content)
        self.assertEqual(self.used(), {**self.USED, "Coffee": 2.8})

    def test_7_the_order_of_arrival_does_not_matter(self):
        """Receipts and lines backwards, modifiers before what they modify."""
        hall = self._create_outlet("Hall", self.bar)
        self.sell_much()
        self.sell_much(outlet=hall)
        self.till.at(hall.id, shuffled)
        days = self.day() | self.day(outlet=hall)
        for day in days:
            self.run_day(day=day)
            self.assertEqual(self.used(day), self.USED)
        names = ["read_count", "posted_count", "unmapped_count", "zero_count"]
        own, other = (day.read(names)[0] for day in days)
        self.assertEqual({**own, "id": 0}, {**other, "id": 0})
        self.assertEqual(days[0].sales_digest, days[1].sales_digest)

    @mute_logger(LOGGER)
    def test_10_one_bad_sale_and_one_bad_outlet_stop_nobody_else(self):
        """An item without its ingredient; an outlet whose connector has a bug."""
        hall = self._create_outlet("Hall", self.bar)
        self.sell_much()
        self.sell_much(outlet=hall)
        self.till.at(self.outlet.id, broken(KeyError("amount")))
        self.coffee.sudo().active = False
        self.run_day(day=self.day())
        self.run_day(day=self.day(outlet=hall))
        self.assertEqual((self.day().state, self.used()), ("failed", {}))
        self.assertEqual(self.used(self.day(outlet=hall)), {"Cola": 8})
        codes = self.exceptions(self.day(outlet=hall)).mapped("code")
        self.assertEqual(
            sorted(codes),
            ["ingredient_not_found", "ingredient_not_found", "unmapped_pos_item"],
        )

    def test_3_nothing_is_lost_silently(self):
        """Every line of the answer is one of the parts, in count and in money."""
        self.sell_much()
        self.coffee.sudo().active = False
        self.run_day()
        day = self.day()
        count = [
            day[f"{part}_count"]
            for part in ("read", "posted", "ignored", "unmapped", "failed", "zero")
        ]
        self.assertEqual(count, [6, 3, 0, 1, 2, 0])
        amount = [
            day[f"{part}_amount"] for part in ("read", "posted", "unmapped", "failed")
        ]
        self.assertEqual(amount, [145, 70, 5, 70])

    def test_the_days_after_are_not_held_up(self):
        """A day that a person must look at; the next morning goes on."""
        self.sell({"ESP": 10}, march(2)[0])
        self.tick("2026-03-03 05:00:00")
        self.integration.reread_days = 1
        self.sell({"ESP": 2}, march(2)[0])
        self.sell({"ESP": 5}, march(3)[0])
        self.tick("2026-03-04 05:00:00")
        shrunk, after = (self.day(date) for date in march(2, 3))
        self.assertTrue(shrunk.has_shrunk)
        self.assertEqual(self.used(shrunk), {"Coffee": 10})
        self.assertEqual(self.used(after), {"Coffee": 5})
