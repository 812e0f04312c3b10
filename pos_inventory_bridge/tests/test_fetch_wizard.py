"""Fetching by hand: which days, and what a person is shown of each."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, freeze_time, tagged

from ..tools.errors import ContractViolation
from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-05 10:00:00")
class TestFetchWizard(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee", cost=20.0)
        cls.milk = cls.ingredient("Milk", cost=1.0)
        cls.stock_up(cls.coffee | cls.milk)
        cls.esp = cls.item("ESP", cls.coffee, 0.5)
        cls.map(cls.item("MLK"), cls.milk, 1)

    def open_wizard(self, **context):
        wizards = self.env["pos.bridge.fetch.wizard"].with_user(self.user)
        return Form(wizards.with_context(**context))

    def fetch(self, date_from=DAY, date_to=None, outlets=None):
        """Fill the wizard as a person does, and press the button."""
        form = self.open_wizard(default_outlet_id=self.outlet.id)
        form.date_from = date_from
        form.date_to = date_to or date_from
        for outlet in outlets or ():
            form.outlet_ids.add(outlet)
        wizard = form.save()
        action = wizard.action_fetch()
        self.assertEqual(action["res_id"], wizard.id)
        self.env.invalidate_all()
        return wizard

    def till_fails(self):
        return patch.object(
            self.registry["pos.bridge.connector.none"],
            "fetch_sales",
            side_effect=ContractViolation("The till told no total."),
        )

    def test_yesterday_and_the_only_outlet_are_proposed(self):
        form = self.open_wizard()
        self.assertEqual(form.date_from, date(2026, 4, 4))
        self.assertEqual(form.date_to, date(2026, 4, 4))
        self.assertEqual(form.outlet_ids[:], self.outlet)

    def test_of_several_outlets_a_person_chooses(self):
        self._create_outlet("Kitchen", self.kitchen)
        form = self.open_wizard()
        self.assertFalse(form.outlet_ids[:])
        form = self.open_wizard(default_outlet_id=self.outlet.id)
        self.assertEqual(form.outlet_ids[:], self.outlet)

    def test_one_day_unless_said_otherwise(self):
        form = self.open_wizard()
        form.date_from = DAY
        self.assertEqual(form.date_to, DAY)

    def test_what_happened_is_shown(self):
        self.sell({"ESP": 4, "MLK": 3, "NEW": 2})
        wizard = self.fetch()
        line = wizard.line_ids
        self.assertEqual(wizard.step, "result")
        self.assertEqual((line.day_id, line.state), (self.day(), "partial"))
        self.assertEqual(line.used_text, "Coffee 2 kg, Milk 3 kg")
        self.assertEqual(line.used_value, 43)
        self.assertEqual((line.unmapped_amount, line.open_count), (20, 1))
        self.assertIn("Not mapped", line.note)
        self.assertEqual(
            wizard.summary, "1 day: posted 0, with exceptions 1, failed 0, waiting 0"
        )
        self.assertEqual(wizard.progress, 100)
        self.assertEqual(
            line.action_view_exceptions()["domain"], [("day_id", "in", self.day().ids)]
        )
        self.assertEqual(line.action_open_day()["res_id"], self.day().id)

    def test_an_error_is_told_in_its_own_words(self):
        with self.till_fails():
            wizard = self.fetch()
        self.assertEqual(wizard.line_ids.state, "parked")
        self.assertIn("The till told no total.", wizard.line_ids.note)
        self.assertFalse(wizard.line_ids.used_text)

    def test_a_day_without_sales(self):
        self.assertEqual(self.fetch().line_ids.note, "The till told no sales")

    def test_an_undone_day_says_so(self):
        self.sell({"ESP": 4})
        self.run_day()
        self.day().hold_revision = "0"
        self.run_day("undo")
        self.assertIn("Undone", self.fetch().line_ids.note)

    def test_fetched_again_posts_the_difference_only(self):
        self.sell({"ESP": 4})
        self.fetch()
        self.sell({"ESP": 6})
        line = self.fetch().line_ids
        self.assertEqual((line.used_text, line.move_count), ("Coffee 3 kg", 1))
        self.assertEqual(self.used(), {"Coffee": 3})

    def test_the_first_days_now_the_others_in_the_background(self):
        for number in range(7):
            self.sell({"ESP": 2}, DAY + timedelta(days=number))
        wizard = self.fetch(DAY, DAY + timedelta(days=6))
        states = wizard.line_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["done"] * 5 + ["queued"] * 2)
        self.assertAlmostEqual(wizard.progress, 100 * 5 / 7)
        self.assertEqual(wizard.line_ids[-1].note, "Waits for its turn")
        wizard.line_ids.transfer_id.sudo()._run_all()
        self.env.invalidate_all()
        self.assertEqual(wizard.progress, 100)

    def test_several_outlets(self):
        kitchen = self._create_outlet("Kitchen", self.kitchen)
        self.sell({"ESP": 2})
        self.sell({"ESP": 4}, outlet=kitchen)
        self.stock_up(self.coffee, self.kitchen)
        wizard = self.fetch(outlets=kitchen)
        self.assertEqual(wizard.line_ids.day_id.outlet_id, self.outlet | kitchen)
        self.assertEqual(set(wizard.line_ids.mapped("used_value")), {20, 40})

    def test_more_than_a_month_is_for_past_sales(self):
        self.fetch(DAY, DAY + timedelta(days=30))
        with self.assertRaisesRegex(RedirectWarning, "At most 31 days"):
            self.fetch(DAY, DAY + timedelta(days=31))

    def test_dates_that_cannot_be(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self.fetch(date(2026, 4, 6))
        with self.assertRaisesRegex(UserError, "not be later"):
            self.fetch(DAY, DAY - timedelta(days=1))

    def test_from_the_list_of_days(self):
        self.sell({"ESP": 2})
        action = self.day().with_user(self.user).action_fetch_and_show()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.day_id, self.day())
        self.assertEqual(self.used(), {"Coffee": 1})

    def queries_to_show(self, days):
        """How many it takes to show the result of so many days."""
        for number in range(days):
            self.sell({"ESP": 2, "NEW": 1}, DAY + timedelta(days=number))
        wizard = self.fetch(DAY, DAY + timedelta(days=days - 1)).sudo()
        names = ["used_text", "used_value", "note", "unmapped_amount", "open_count"]
        wizard.line_ids.read(names)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.line_ids.read(names)
        return self.env.cr.sql_log_count - before

    def test_many_days_are_shown_in_as_many_queries_as_few(self):
        few = self.queries_to_show(2)
        self.assertEqual(self.queries_to_show(5), few)
