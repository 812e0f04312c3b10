"""Sales that flow by themselves: what is queued when, and what a person is told.

Every moment and every expected date is written out. The outlet stands in Berlin, its
day begins at 05:00, yesterday is read at 06:00 (UTC+1 in winter): 05:00 UTC.
"""

from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..tools.errors import ContractViolation
from .common import PosBridgeCommon


def march(*days):
    return [date(2026, 3, day) for day in days]


class AutomaticCase(PosBridgeCommon):
    """Active since Monday, 2 March 2026; nothing is read again unless a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.stock_up(cls.coffee)
        cls.esp = cls.item("ESP", cls.coffee, 1)
        cls.startClassPatcher(
            patch.object(
                cls.registry["pos.bridge.integration"],
                "_can_run_automatically",
                lambda self: True,
            )
        )
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

    def close_on(self, *weekdays):
        """Opening hours from 10:00 to 22:00 but on these weekdays (Monday is 0)."""
        self.outlet.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Opening hours",
                "company_id": self.company.id,
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 10,
                            "hour_to": 22,
                            "day_period": "morning",
                        }
                    )
                    for day in range(7)
                    if day not in weekdays
                ],
            }
        )


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


@tagged("post_install", "-at_install")
class TestWatermark(AutomaticCase):
    def watermark(self, now="2026-03-09 12:00:00"):
        with freeze_time(now):
            self.outlet._advance_watermark()
        self.env.invalidate_all()
        return self.outlet.watermark_date

    def missing(self, now="2026-03-09 12:00:00"):
        self.env.invalidate_all()
        with freeze_time(now):
            return self.outlet.with_user(self.user)._missing_days()

    def test_never_past_a_day_that_is_not_complete(self):
        for state in ("pending", "provisional", "failed", "incomplete", "none"):
            with self.subTest(state=state):
                self.outlet.watermark_date = False
                self.complete(2, 3, 5, 6)
                fourth = self.day(march(4)[0])
                if state == "none":
                    fourth.sudo().unlink()
                elif state == "incomplete":
                    fourth.sudo().write({"state": "posted", "source_complete": False})
                else:
                    fourth.sudo().write({"state": state, "source_complete": True})
                self.assertEqual(self.watermark(), march(3)[0])
        self.complete(4)
        self.assertEqual(self.watermark(), march(6)[0])

    def test_no_sales_and_undone_are_complete(self):
        self.complete(2, 4)
        self.run_day(day=self.day(march(3)[0]))
        self.assertEqual(self.day(march(3)[0]).state, "no_sales")
        self.day(march(2)[0]).sudo().state = "undone"
        self.assertEqual(self.watermark(), march(4)[0])

    def test_it_goes_back_when_the_till_takes_its_word_back(self):
        self.complete(2, 3, 4)
        self.assertEqual(self.watermark(), march(4)[0])
        self.sell({"ESP": 1}, march(3)[0], complete=False)
        self.run_day("manual", self.day(march(3)[0]))
        self.assertEqual(self.outlet.watermark_date, march(2)[0])
        self.complete(3)
        self.assertEqual(self.outlet.watermark_date, march(4)[0])

    def test_not_past_the_open_day(self):
        self.complete(2, 3)
        table = [
            ("2026-03-03 20:00:00", march(2)[0]),
            ("2026-03-04 03:59:00", march(2)[0]),
            ("2026-03-04 04:00:00", march(3)[0]),
        ]
        for now, expected in table:
            self.outlet.watermark_date = False
            self.assertEqual(self.watermark(now), expected, now)

    def test_missing_days(self):
        self.complete(2, 5)
        self.day(march(3)[0]).sudo().state = "failed"
        self.day(march(6)[0])
        self.assertEqual(self.missing("2026-03-08 04:59:00"), march(3, 4, 6))
        self.assertEqual(self.missing("2026-03-08 05:00:00"), march(3, 4, 6, 7))

    def test_closed_days_are_no_gap(self):
        """Closed on Mondays and Wednesdays: the 2nd and the 4th."""
        self.close_on(0, 2)
        self.complete(3, 6)
        self.assertEqual(self.missing("2026-03-07 12:00:00"), march(5))
        # A closed day had its turn once the daily reading was queued.
        self.outlet.daily_queued_date = march(6)[0]
        self.assertEqual(self.watermark("2026-03-07 12:00:00"), march(4)[0])

    def test_an_open_day_without_any_sales_is_missing(self):
        self.run_day(day=self.day(march(2)[0]))
        self.assertFalse(self.missing("2026-03-03 12:00:00"))
        self.close_on(2)
        self.assertEqual(self.missing("2026-03-03 12:00:00"), march(2))
        self.assertFalse(self.watermark("2026-03-03 12:00:00"))
        # It was a holiday: entered as time off, nothing is expected any more.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.outlet.calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 1, 23),
                "date_to": datetime(2026, 3, 2, 22, 59, 59),
            }
        )
        self.assertFalse(self.missing("2026-03-03 12:00:00"))
        self.assertEqual(self.watermark("2026-03-03 12:00:00"), march(2)[0])

    def test_sales_on_a_closed_day_count(self):
        self.close_on(0)
        self.complete(2)
        self.assertEqual(self.watermark("2026-03-03 12:00:00"), march(2)[0])

    def test_missing_days_of_many_outlets_in_one_query(self):
        with freeze_time("2026-03-02 09:00:00"):
            outlets = self.outlet
            for number in range(8):
                outlets |= self._create_outlet(f"Stand {number}", self.kitchen)
            (outlets - self.outlet).action_activate()
        outlets.mapped("integration_id.daily_hour")
        outlets.mapped("watermark_date")
        with freeze_time("2026-03-06 12:00:00"), self.assertQueryCount(1):
            missing = outlets._get_missing_dates()
        self.assertEqual(set(map(tuple, missing.values())), {tuple(march(2, 3, 4, 5))})


@tagged("post_install", "-at_install")
class TestPause(AutomaticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_outlet = cls.outlet.with_user(cls.manager)
        cls.own_integration = cls.integration.with_user(cls.manager)

    def wizard(self, action):
        self.assertEqual(action["res_model"], "pos.bridge.resume.wizard")
        wizard = self.env[action["res_model"]].with_user(self.manager)
        return wizard.browse(action["res_id"])

    def pause_for_days(self, record):
        """Paused on the 3rd, looked at until the 6th: nothing is queued."""
        self.tick("2026-03-03 05:00:00")
        with freeze_time("2026-03-03 09:00:00"):
            record.action_pause()
        for day in (4, 5, 6):
            self.assertFalse(self.queue(f"2026-03-0{day} 05:00:00"))

    def test_resume_and_fetch(self):
        for record in (self.own_outlet, self.own_integration):
            with self.subTest(model=record._name), self.env.cr.savepoint() as point:
                self.pause_for_days(record)
                self.assertIn("by Back Office", record.paused_reason)
                with freeze_time("2026-03-06 09:00:00"):
                    wizard = self.wizard(record.action_resume())
                    self.assertEqual(wizard.missed_count, 3)
                    self.assertIn("Tue 3 Mar 2026 – Thu 5 Mar 2026", wizard.missed_days)
                    self.assertTrue(record.paused_reason)
                    wizard.action_resume_and_fetch()
                self.assertFalse(record.paused_reason)
                queued = self.work_off("2026-03-06 09:00:00")
                self.assertEqual(queued.mapped("business_date"), march(3, 4, 5))
                self.assertEqual(self.queued_dates("2026-03-07 05:00:00"), march(6))
                point.rollback()
                self.env.invalidate_all()

    def test_resume_and_fetch_later(self):
        for record in (self.own_outlet, self.own_integration):
            with self.subTest(model=record._name), self.env.cr.savepoint() as point:
                self.pause_for_days(record)
                with freeze_time("2026-03-06 09:00:00"):
                    self.wizard(record.action_resume()).action_resume_only()
                self.assertFalse(self.queue("2026-03-06 09:00:00"))
                self.assertEqual(self.queued_dates("2026-03-07 05:00:00"), march(6))
                self.work_off("2026-03-07 05:00:00")
                self.assertEqual(self.outlet.watermark_date, march(2)[0])
                with freeze_time("2026-03-07 12:00:00"):
                    self.assertEqual(self.outlet._missing_days(), march(3, 4, 5))
                    action = self.outlet.with_user(self.user).action_view_missing_days()
                    days = self.env["pos.bridge.day"].search(action["domain"])
                    self.assertEqual(sorted(days.mapped("business_date")), march(3, 4, 5))
                    self.outlet.with_user(self.user).action_fetch_missing()
                self.env.invalidate_all()
                self.assertEqual(self.outlet.watermark_date, march(6)[0])
                point.rollback()
                self.env.invalidate_all()

    def test_resume_without_a_gap(self):
        self.tick("2026-03-03 05:00:00")
        with freeze_time("2026-03-03 09:00:00"):
            self.own_outlet.action_pause()
            told = self.own_outlet.action_resume()
        self.assertEqual(told["tag"], "display_notification")
        self.assertEqual(self.outlet.state, "active")

    def test_resume_forgets_failed_runs(self):
        self.outlet.failed_runs = 5
        self.outlet._pause("The till did not answer 5 times in a row.")
        with freeze_time("2026-03-02 12:00:00"):
            self.own_outlet.action_resume()
        self.assertFalse(self.outlet.failed_runs)
        self.assertFalse(self.outlet.paused_reason)

    def test_users_do_not_pause(self):
        for record in (self.outlet, self.integration):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.user).action_pause()

    def test_paused_days_can_be_fetched_by_hand(self):
        with freeze_time("2026-03-05 12:00:00"):
            self.own_outlet.action_pause()
            self.sell({"ESP": 3}, march(5)[0])
            self.outlet.with_user(self.user).action_fetch_now()
        self.assertEqual(self.used(self.day(march(5)[0])), {"Coffee": 3})


@tagged("post_install", "-at_install")
class TestActivate(AutomaticCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terrace = cls._create_outlet("Terrace", cls.kitchen).with_user(cls.manager)

    def steps(self):
        self.env.invalidate_all()
        return {step["key"]: step for step in self.terrace.setup_steps}

    def refused(self, words):
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.terrace.action_activate()

    def test_each_rule_is_named_with_its_cure(self):
        self.assertEqual(self.steps()["activate"]["method"], "action_activate")

        self.terrace.sudo().storage_unit_id = False
        self.refused("has no storage unit")
        self.assertTrue(self.steps()["storage"]["method"])
        self.assertNotIn("activate", self.steps())
        self.terrace.sudo().storage_unit_id = self.kitchen

        migration = self.env["pos.bridge.migration"].create(
            {"outlet_id": self.terrace.id}
        )
        migration.state = "running"
        self.refused("Past sales are being read")
        action = self.terrace.action_setup_migration()
        self.assertEqual(action["res_id"], migration.id)
        migration.state = "done"

        self.integration.state = "error"
        self.refused("not connected")
        self.integration.state = "connected"

        items = self.integration.item_ids
        self.env["pos.bridge.mapping"].sudo().search([]).unlink()
        self.env.invalidate_all()
        self.assertEqual(self.steps()["items"]["state"], "attention")
        self.assertIn("Nothing is mapped", self.terrace.missing)
        other = self.integration.copy({"name": "Other", "state": "connected"})
        items.integration_id = other
        self.refused("No item is known")

    def test_unit_of_another_company(self):
        other = self.env["res.company"].create({"name": "Company C"})
        self.env.cr.execute(
            "UPDATE stock_location SET company_id = %s WHERE id = %s",
            [other.id, self.kitchen.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self.terrace.sudo().action_activate()

    def test_a_warning_does_not_stop_it(self):
        self.env["pos.bridge.mapping"].sudo().search([]).unlink()
        with freeze_time("2026-03-05 02:00:00"):
            self.terrace.action_activate()
        # 03:00 in Berlin: the night of the 4th.
        self.assertEqual(self.terrace.activated_on, march(4)[0])

    def test_past_sales_are_offered_once(self):
        with freeze_time("2026-03-05 12:00:00"):
            action = self.terrace.action_activate()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            form = wizard.with_user(self.manager).action_past_sales()
        self.assertEqual(form["res_model"], "pos.bridge.migration")
        migration = (
            self.env["pos.bridge.migration"]
            .with_context(**form["context"])
            .with_user(self.manager)
            .create({})
        )
        self.assertEqual(migration.outlet_id.id, self.terrace.id)
        self.assertEqual(
            (migration.date_from, migration.date_to),
            (date(2025, 12, 5), date(2026, 3, 4)),
        )
        self.terrace.action_deactivate()
        with freeze_time("2026-03-06 12:00:00"):
            told = self.terrace.action_activate()
        self.assertEqual(told["tag"], "display_notification")

    def test_fetch_now_tells_what_happened(self):
        self.integration.reread_days = 2
        for day in march(1, 2, 3, 4):
            self.sell({"ESP": 1}, day)
        with freeze_time("2026-03-04 12:00:00"):
            told = self.outlet.with_user(self.user).action_fetch_now()
        self.env.invalidate_all()
        self.assertIn("Stock moves posted: 3", told["params"]["message"])
        days = self.outlet.day_ids.mapped("business_date")
        self.assertEqual(sorted(days), march(2, 3, 4))
        self.assertEqual(self.day(march(4)[0]).state, "provisional")

    def test_when_it_runs_in_words(self):
        self.integration.write({"intraday_minutes": "30", "reread_days": 3})
        text = self.integration.schedule_text
        self.assertIn("Every morning at 06:00 Berlin time, for the day before.", text)
        self.assertIn("Every 30 minutes, for the open day", text)
        self.assertIn("(3)", text)
        self.integration.daily_hour = 4
        self.assertIn("second morning", self.integration.schedule_text)
        self.integration.automatic = False
        self.assertIn("nothing is fetched by itself", self.integration.schedule_text)

    def test_next_reading(self):
        table = [
            ("0", "2026-03-04 12:00:00", "2026-03-05 05:00:00"),
            ("60", "2026-03-04 12:20:00", "2026-03-04 13:00:00"),
        ]
        for minutes, now, expected in table:
            self.integration.intraday_minutes = minutes
            self.tick(now)
            with freeze_time(now):
                self.assertEqual(str(self.outlet.next_run_at), expected)
        self.integration.automatic = False
        self.env.invalidate_all()
        self.assertFalse(self.outlet.next_run_at)
