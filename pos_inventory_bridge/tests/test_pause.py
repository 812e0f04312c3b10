"""A manager pauses an outlet or all of them, and resumes: what runs meanwhile, what is
told, and that nothing is lost.
"""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..models import pos_bridge_transfer_queue as queue
from .scripted_till import down
from .test_automatic import AutomaticCase, march


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
                    outlet = self.outlet.with_user(self.user)
                    action = outlet.action_view_missing_days()
                    days = self.env["pos.bridge.day"].search(action["domain"])
                    dates = sorted(days.mapped("business_date"))
                    self.assertEqual(dates, march(3, 4, 5))
                    outlet.action_fetch_missing()
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
class TestPausedQueue(AutomaticCase):
    """What waits in the queue when somebody pauses: 2 March, queued on the 3rd."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_outlet = cls.outlet.with_user(cls.manager)
        cls.own_integration = cls.integration.with_user(cls.manager)
        cls.startClassPatcher(patch.object(queue, "SECONDS_BETWEEN_LOOKS", 0))
        cls.startClassPatcher(patch.object(queue, "LOOKS_IN_VAIN", 2))

    def setUp(self):
        super().setUp()
        self.sell({"ESP": 2}, march(2)[0])
        self.waiting = self.queue("2026-03-03 05:00:00").sudo()

    def work(self, now="2026-03-03 10:00:00"):
        """What one worker does."""
        cron = self.registry["ir.cron"]
        with (
            freeze_time(now),
            patch.object(cron, "_commit_progress", lambda *args, **vals: 10),
        ):
            self.transfers.sudo()._cron_run_queued()
        self.env.invalidate_all()

    def pause(self, record, now="2026-03-03 09:00:00"):
        with freeze_time(now):
            record.action_pause()
        self.env.invalidate_all()

    def resume(self, record, button, now="2026-03-03 11:00:00"):
        with freeze_time(now):
            action = record.action_resume()
            wizards = self.env[action["res_model"]].with_user(self.manager)
            getattr(wizards.browse(action["res_id"]), button)()
        self.env.invalidate_all()

    def used_on_the_second(self):
        return self.used(self.day(march(2)[0]))

    def test_it_waits_and_is_picked_up(self):
        for record in (self.own_outlet, self.own_integration):
            with self.subTest(model=record._name), self.env.cr.savepoint() as point:
                self.pause(record)
                self.work()
                self.assertEqual((self.till.asked, self.waiting.state), ([], "queued"))
                told = f"Waits: {record.name} is paused. It runs once resumed."
                self.assertEqual(self.waiting.error_sentence, told)
                self.resume(record, "action_resume_and_fetch")
                self.assertEqual(self.waiting.error_sentence, "Waits for its turn.")
                self.work("2026-03-03 11:01:00")
                self.assertEqual(self.till.asked, [("Bar", march(2)[0])])
                self.assertEqual(self.used_on_the_second(), {"Coffee": 2})
                point.rollback()
                self.till.asked.clear()
                self.env.invalidate_all()

    def test_what_somebody_asked_for_runs(self):
        """By hand, also in the background, and past sales: they have their own pause.

        The schedule's own request becomes that of the person.
        """
        self.pause(self.own_outlet)
        dates = march(1, 2)
        days = self.env["pos.bridge.day"]._get_or_create(self.outlet, dates)
        self.transfers._enqueue(days[1], "manual")
        self.transfers._enqueue(days[0], "migration", priority=20)
        self.work()
        self.assertEqual([date for _name, date in self.till.asked], dates[::-1])
        self.assertEqual(self.used_on_the_second(), {"Coffee": 2})

    def test_what_somebody_retries_is_tried_again_by_itself(self):
        """The till is busy at that moment, and the person was told not to wait."""
        self.pause(self.own_outlet)
        self.till.then(down(seconds=60))
        with freeze_time("2026-03-03 10:00:00"):
            told = self.waiting.with_user(self.user).action_retry()["params"]
            self.env.invalidate_all()
            self.assertIn("Next try: ", self.waiting.error_sentence)
        self.assertIn("asked again by itself", told["message"])
        self.work("2026-03-03 10:01:01")
        self.assertEqual(self.waiting.state, "done")
        self.assertEqual(self.used_on_the_second(), {"Coffee": 2})

    def test_missed_days_left_for_later_are_left(self):
        """Those that waited already as well: all stay listed until they are fetched."""
        for record in (self.own_outlet, self.own_integration):
            with self.subTest(model=record._name), self.env.cr.savepoint() as point:
                self.pause(record)
                self.resume(record, "action_resume_only", "2026-03-05 09:00:00")
                self.work("2026-03-05 09:01:00")
                self.assertFalse(self.till.asked)
                self.assertEqual(self.waiting.state, "cancelled")
                self.assertIn("Fetch this one when", self.waiting.error_sentence)
                with freeze_time("2026-03-05 09:02:00"):
                    self.assertEqual(self.outlet._missing_days(), march(2, 3, 4))
                    self.outlet.with_user(self.user).action_fetch_missing()
                self.assertEqual(self.used_on_the_second(), {"Coffee": 2})
                point.rollback()
                self.till.asked.clear()
                self.env.invalidate_all()

    def test_deactivated_it_is_not_read(self):
        self.own_outlet.action_deactivate()
        self.work()
        self.assertEqual((self.till.asked, self.waiting.state), ([], "cancelled"))
        self.assertIn("the outlet was deactivated", self.waiting.error_sentence)
