"""A manager activates an outlet, pauses and resumes it; what each is told."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

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
