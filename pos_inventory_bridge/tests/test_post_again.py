"""Days that a correction touches: listed, looked at, posted again by one button."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import Form, freeze_time, tagged

from .common import DAY, PosBridgeCommon

DATES = [DAY + timedelta(days=number) for number in range(3)]


@tagged("post_install", "-at_install")
@freeze_time("2026-04-05 10:00:00")
class TestPostAgain(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()

    def setUp(self):
        super().setUp()
        for business_date in DATES:
            self.sell({"ESP": 2}, business_date)
            self.run_day(day=self.day(business_date))

    def correct_mapping(self):
        """One shot more in each, also for the past."""
        for business_date in DATES:
            self.day(business_date).sudo().stale_reason = "Mapping of Esp changed"
        self.esp.mapping_ids.sudo().write({"quantity": 2})
        self.env.cr.execute(
            "UPDATE pos_bridge_mapping SET quantity = 2, date_from = NULL "
            "WHERE item_id = %s",
            [self.esp.id],
        )
        self.env.invalidate_all()

    def days_model(self):
        return self.env["pos.bridge.day"].with_user(self.user)

    def total_used(self):
        return [self.used(self.day(each)).get("Coffee", 0) for each in DATES]

    def test_nothing_posts_them_unasked(self):
        self.correct_mapping()
        for business_date in DATES:
            self.run_day("automatic", self.day(business_date))
        self.assertEqual(self.total_used(), [2, 2, 2])
        self.assertTrue(all(self.day(each).stale_reason for each in DATES))

    def test_the_list_says_how_many(self):
        action = self.days_model().action_view_to_post_again()
        self.assertEqual(action["name"], "To Post Again (0)")
        self.correct_mapping()
        action = self.days_model().action_view_to_post_again()
        self.assertEqual(action["name"], "To Post Again (3)")
        found = self.days_model().search(action["domain"])
        self.assertEqual(sorted(found.mapped("business_date")), DATES)

    def test_a_back_office_user_opens_it_from_the_menu(self):
        self.correct_mapping()
        server = self.env.ref("pos_inventory_bridge.pos_bridge_day_stale_count_action")
        action = server.with_user(self.user).run()
        self.assertEqual(action["name"], "To Post Again (3)")

    def test_an_undone_day_is_not_offered(self):
        self.correct_mapping()
        self.day().hold_revision = "0"
        action = self.days_model().action_view_to_post_again()
        self.assertEqual(action["name"], "To Post Again (2)")

    def look(self, days):
        action = days.action_preview_to_post_again()
        wizards = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        return Form(wizards.with_context(**action["context"])).save()

    def test_one_button_previews_all_and_posts_them_in_the_background(self):
        self.correct_mapping()
        wizard = self.look(self.days_model())
        self.assertEqual(wizard.day_count, 3)
        with patch.object(
            self.registry["pos.bridge.connector.none"],
            "fetch_sales",
            side_effect=AssertionError("No till may be asked."),
        ):
            told = wizard.action_post()
            self.assertIn("in the background: 3", told["params"]["message"])
            self.assertEqual(self.total_used(), [2, 2, 2])
            queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
            self.assertEqual(set(queued.mapped("trigger")), {"repost"})
            queued._run_all()
        self.assertEqual(self.total_used(), [4, 4, 4])
        self.assertFalse(any(self.day(each).stale_reason for each in DATES))

    def test_overview_and_reports_say_that_days_are_being_posted(self):
        """As many as wait or run; nothing once they are done."""
        runs = self.env["pos.bridge.transfer"].with_user(self.user)
        self.assertFalse(runs.get_text_of_progress())
        self.correct_mapping()
        told = self.look(self.days_model()).action_post()
        self.assertTrue(told["params"]["sticky"])
        self.assertIn(": 3.", runs.get_text_of_progress())
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        self.assertIn(": 3.", overview.get_overview()["progress"])
        self.env["pos.bridge.transfer"].search([("state", "=", "queued")])._run_all()
        self.assertFalse(runs.get_text_of_progress())
        self.assertFalse(overview.get_overview()["progress"])

    def test_what_is_tried_much_later_is_not_being_posted(self):
        later = fields.Datetime.now() + timedelta(hours=1)
        queue = self.env["pos.bridge.transfer"]
        queue._enqueue(self.day(), "repost", next_try_at=later)
        self.assertFalse(queue.with_user(self.user).get_text_of_progress())

    def test_days_of_another_company_do_not_count(self):
        self.env["pos.bridge.transfer"]._enqueue(self.day(), "repost")
        other = self.env["res.company"].create({"name": "Company C"})
        stranger = self.user.copy(
            {
                "login": "stranger",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        runs = self.env["pos.bridge.transfer"].with_user(stranger)
        runs = runs.with_context(allowed_company_ids=other.ids)
        self.assertFalse(runs.get_text_of_progress())

    def test_only_the_chosen_days(self):
        self.correct_mapping()
        chosen = self.day(DATES[1]).with_user(self.user)
        self.look(chosen).action_post()
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        self.assertEqual(queued.day_id, self.day(DATES[1]))
