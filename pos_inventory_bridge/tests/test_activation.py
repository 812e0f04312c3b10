"""A manager activates an outlet; what is in the way, what is told, what is offered."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_automatic import AutomaticCase, march


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
        for state, words in (
            ("running", "Past sales are being read right now"),
            ("paused", "past sales is paused: resume it and let it finish, or cancel"),
        ):
            migration.state = state
            self.refused(words)
            action = self.terrace.action_setup_migration()
            self.assertEqual(action["res_id"], migration.id)
        for state in ("draft", "cancelled", "done"):
            migration.state = state
            self.assertIn("activate", self.steps())

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
