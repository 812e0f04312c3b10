"""Sales that flow by themselves: what is queued when, and what a person is told.

Every moment and every expected date is written out. The outlet stands in Berlin, its
day begins at 05:00, yesterday is read at 06:00 (UTC+1 in winter): 05:00 UTC.
"""

from datetime import date
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..tools.errors import ContractViolation
from .common import PosBridgeCommon


def march(*days):
    return [date(2026, 3, day) for day in days]


class AutomaticCase(PosBridgeCommon):
    """Active since Monday, 2 March 2026; no day is read again unless a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()
        cls._let_till_be_asked()
        cls.integration.write(
            {"state": "connected", "automatic": True, "reread_days": 0}
        )
        with freeze_time("2026-03-02 09:00:00"):
            cls.outlet.action_activate()
        cls.manager = cls.user.copy({"login": "pos_bridge_schedule_manager"})
        cls.manager.group_ids |= cls.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        cls.transfers = cls.env["pos.bridge.transfer"]

    def queue(self, now):
        """Let the scheduled action look; the transfers that it queued anew."""
        before = self.transfers.search([])
        with freeze_time(now):
            self.env["pos.bridge.outlet"]._cron_queue_due()
        self.env.invalidate_all()
        return self.transfers.search([], order="priority, business_date") - before

    def queued_dates(self, now):
        return self.queue(now).mapped("business_date")

    def work_off(self, now):
        """Run all that waits, as the scheduled action of the queue does."""
        with freeze_time(now):
            waiting = self.transfers.search(
                [("state", "=", "queued")], order="priority, business_date, id"
            )
            waiting._run_all()
        self.env.invalidate_all()
        return waiting

    def tick(self, now):
        self.queue(now)
        return self.work_off(now)

    def complete(self, *days):
        """Read these days of March, each with one espresso."""
        for day in march(*days):
            self.sell({"ESP": 1}, day)
            self.run_day(day=self.day(day))


@tagged("post_install", "-at_install")
class TestDaily(AutomaticCase):
    def test_the_day_that_ended_is_queued_once(self):
        """Not before 06:00 in Berlin, and not again at the next look."""
        self.assertFalse(self.queue("2026-03-03 04:59:00"))
        transfer = self.queue("2026-03-03 05:00:00")
        self.assertEqual(transfer.mapped("business_date"), march(2))
        self.assertEqual(transfer.trigger, "automatic")
        self.assertTrue(transfer.reads_source)
        self.assertFalse(self.queue("2026-03-03 05:00:00"))
        self.assertFalse(self.queue("2026-03-03 05:05:00"))
        self.work_off("2026-03-03 05:05:00")
        self.assertFalse(self.queue("2026-03-03 23:00:00"))
        self.assertEqual(self.queued_dates("2026-03-04 05:00:00"), march(3))

    def test_clock_changes(self):
        """06:00 is 05:00 UTC until 28 March, 04:00 UTC until 24 October, then 05:00."""
        table = [
            ("2026-03-28 05:00", "2026-03-29 04:00", date(2026, 3, 28)),
            ("2026-10-24 04:00", "2026-10-25 05:00", date(2026, 10, 24)),
        ]
        for before, due, expected in table:
            self.outlet.automatic_from = expected
            self.outlet.activated_on = expected
            self.queue(before)
            one_second_before = due.replace("4:00", "3:59").replace("5:00", "4:59")
            self.assertFalse(self.queue(one_second_before), due)
            self.assertEqual(self.queued_dates(due), [expected])

    def test_each_outlet_by_its_own_clock(self):
        with freeze_time("2026-03-02 20:00:00"):
            loft = self._create_outlet("Loft", self.kitchen, tz="America/New_York")
            loft.action_activate()
        self.assertEqual(self.queue("2026-03-03 05:00:00").outlet_id, self.outlet)
        self.assertFalse(self.queue("2026-03-03 10:59:00"))
        transfer = self.queue("2026-03-03 11:00:00")
        self.assertEqual(transfer.outlet_id, loft)
        self.assertEqual(transfer.mapped("business_date"), march(2))

    def test_a_server_that_was_off_catches_up(self):
        self.tick("2026-03-03 05:00:00")
        self.integration.intraday_minutes = "30"
        queued = self.queue("2026-03-07 12:00:00")
        # The open day first, then the backlog, oldest first.
        self.assertEqual(queued.mapped("business_date"), march(7, 3, 4, 5, 6))
        self.assertFalse(self.queue("2026-03-07 12:04:00"))

    def test_a_day_that_failed_is_asked_for_again(self):
        connector = self.registry["pos.bridge.connector.none"]
        broken = ContractViolation("The answer is broken.")
        with patch.object(connector, "fetch_sales", side_effect=broken):
            self.tick("2026-03-03 05:00:00")
        self.assertEqual(self.day(march(2)[0]).state, "failed")
        with freeze_time("2026-03-03 12:00:00"):
            self.assertEqual(self.outlet._missing_days(), march(2))
        self.sell({"ESP": 2}, march(2)[0])
        self.tick("2026-03-04 05:00:00")
        self.assertEqual(self.used(self.day(march(2)[0])), {"Coffee": 2})
        self.assertEqual(self.outlet.watermark_date, march(3)[0])

    def test_who_is_not_read(self):
        """Paused, inactive, switched off, not connected, paused as a whole."""
        cases = [
            (self.outlet, {"state": "paused"}),
            (self.outlet, {"state": "inactive"}),
            (self.integration, {"automatic": False}),
            (self.integration, {"state": "error"}),
            (self.integration, {"state": "draft"}),
            (self.integration, {"paused_reason": "by hand"}),
        ]
        for record, vals in cases:
            before = record.read(list(vals), load=None)[0]
            record.write(vals)
            self.assertFalse(self.queue("2026-03-03 05:00:00"), vals)
            record.write({name: before[name] for name in vals})
        self.assertEqual(self.queued_dates("2026-03-03 05:00:00"), march(2))

    def test_where_a_person_brings_the_sales(self):
        integrations = self.registry["pos.bridge.integration"]
        with patch.object(integrations, "_can_run_automatically", lambda self: False):
            self.assertFalse(self.queue("2026-03-03 05:00:00"))

    def test_one_look_costs_the_same_for_many_outlets(self):
        """Nothing is due: however many outlets, the same queries."""

        def count():
            self.queue("2026-03-02 10:00:00")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-03-02 10:05:00"):
                self.env["pos.bridge.outlet"]._cron_queue_due()
            return self.env.cr.sql_log_count - before

        few = count()
        with freeze_time("2026-03-02 09:00:00"):
            for number in range(5):
                self._create_outlet(f"Stand {number}", self.kitchen).action_activate()
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestOpenDay(AutomaticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.intraday_minutes = "30"
        cls.tuesday = date(2026, 3, 3)

    def test_provisional_by_difference_then_closed(self):
        """Three looks at one evening; the last sale before midnight changes nothing
        the next morning, and still the day is closed then.
        """
        self.tick("2026-03-03 05:00:00")
        day = self.day(self.tuesday)
        steps = [
            # now, espressos sold so far, what the till says, moves, state
            ("2026-03-03 11:00:00", 2, False, 1, "provisional"),
            ("2026-03-03 11:30:00", 5, False, 2, "provisional"),
            ("2026-03-03 12:00:00", 5, False, 2, "provisional"),
            # A till that calls an open day complete is not believed.
            ("2026-03-03 12:30:00", 5, True, 2, "provisional"),
            ("2026-03-04 05:00:00", 5, True, 2, "posted"),
        ]
        for now, sold, complete, moves, state in steps:
            receipts = [
                self.receipt(f"R{n}", [self.line(1, "ESP", 1, 10)], self.tuesday)
                for n in range(sold)
            ]
            self.sell(receipts, self.tuesday, complete=complete)
            self.tick(now)
            with self.subTest(now=now):
                self.assertEqual(self.used(day), {"Coffee": sold})
                self.assertEqual(len(self.moves(day)), moves)
                self.assertEqual(day.state, state)
                self.assertFalse(day.attention)
        self.assertTrue(day.source_complete)
        self.assertFalse(day.source_missing)
        self.assertEqual(self.outlet.watermark_date, self.tuesday)

    def test_every_half_hour_and_not_twice(self):
        table = [
            ("2026-03-03 05:00:00", march(3, 2)),
            ("2026-03-03 05:05:00", []),
            ("2026-03-03 05:29:00", []),
            ("2026-03-03 05:30:00", march(3)),
            ("2026-03-03 05:34:00", []),
            ("2026-03-03 11:17:00", march(3)),
            ("2026-03-03 11:29:00", []),
            # until 05:00 in Berlin the night belongs to the 3rd
            ("2026-03-04 03:59:00", march(3)),
            ("2026-03-04 04:00:00", march(4)),
            ("2026-03-04 05:00:00", march(4, 3)),
        ]
        for now, expected in table:
            with self.subTest(now=now):
                self.assertEqual(self.queued_dates(now), expected)
            self.work_off(now)

    def test_a_till_that_is_late(self):
        """Incomplete in the morning: provisional, in the way, and asked for again."""
        self.sell({"ESP": 2}, march(2)[0], complete=False)
        self.tick("2026-03-03 05:00:00")
        day = self.day(march(2)[0])
        self.assertEqual(day.state, "provisional")
        self.assertTrue(day.attention)
        self.assertFalse(self.outlet.watermark_date)
        self.sell({"ESP": 2}, march(2)[0])
        self.tick("2026-03-04 05:00:00")
        self.assertEqual(day.state, "posted")
        self.assertFalse(day.attention)
        self.assertEqual(len(self.moves(day)), 1)
        self.assertEqual(self.outlet.watermark_date, march(3)[0])


@tagged("post_install", "-at_install")
class TestReadAgain(AutomaticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.reread_days = 3

    def test_the_days_before_are_read_again_once_a_day(self):
        self.complete(2, 3, 4, 5)
        queued = self.queue("2026-03-07 05:00:00")
        # The day that ended, then the three before it.
        self.assertEqual(queued.mapped("business_date"), march(6, 3, 4, 5))
        self.assertFalse(self.queue("2026-03-07 18:00:00"))

    def test_days_before_the_activation_only_if_they_were_read(self):
        self.sell({"ESP": 4}, date(2026, 2, 28))
        self.run_day("migration", self.day(date(2026, 2, 28)))
        queued = self.queued_dates("2026-03-03 05:00:00")
        self.assertEqual(queued, [*march(2), date(2026, 2, 28)])

    def test_unchanged_computes_nothing_changed_is_corrected(self):
        self.complete(2, 3)
        self.sell({"ESP": 4}, march(3)[0])
        self.tick("2026-03-05 05:00:00")
        second, third = (self.day(day) for day in march(2, 3))
        self.assertEqual(self.used(second), {"Coffee": 1})
        self.assertEqual(self.used(third), {"Coffee": 4})
        self.assertEqual((second.revision, third.revision), (1, 2))
        self.assertEqual(second.transfer_ids[0].item_count, 0)
        self.assertEqual([len(self.moves(day)) for day in second | third], [1, 2])

    def test_a_day_that_shrank_waits_for_a_person(self):
        self.sell({"ESP": 10}, march(2)[0])
        self.run_day(day=self.day(march(2)[0]))
        self.sell({"ESP": 7}, march(2)[0])
        self.tick("2026-03-04 05:00:00")
        day = self.day(march(2)[0])
        self.assertEqual(self.used(day), {"Coffee": 10})
        self.assertTrue(day.has_shrunk)
        self.tick("2026-03-05 05:00:00")
        self.assertEqual(self.used(day), {"Coffee": 10})
        day.with_user(self.user).action_post_smaller_day()
        self.env.invalidate_all()
        self.assertEqual(self.used(day), {"Coffee": 7})
