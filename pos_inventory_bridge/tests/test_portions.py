"""Portion sizes of many mapped items at once."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DAY
from .test_suggest_items import SuggestCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestPortions(SuggestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_up(cls.coffee)
        cls.soup = cls.recipe("Soup", [(cls.coffee, 1)])
        cls.cake = cls.recipe("Cake", [(cls.coffee, 2)])
        names = ("Soup S", "Soup L", "Cake L", "Soup")
        cls.small, cls.large, cls.cake_l, cls.plain = map(cls.named, names)
        for item in (cls.small, cls.large, cls.plain):
            cls.map(item, cls.soup)
        cls.map(cls.cake_l, cls.cake)
        cls.mapped_items = cls.small | cls.large | cls.cake_l | cls.plain

    def open(self, items):
        action = items.action_portions()
        return (
            self.env[action["res_model"]].with_user(self.user).browse(action["res_id"])
        )

    def quantities(self):
        self.mapped_items.invalidate_recordset()
        return self.mapped_items.mapping_id.mapped("quantity")

    def portions(self, wizard, **portions):
        form = Form(wizard)
        for index, line in enumerate(wizard.line_ids):
            if line.name in portions:
                with form.line_ids.edit(index) as row:
                    row.portions = portions[line.name]
        return form

    def test_sizes_are_read_from_the_names_and_show_what_they_are_now(self):
        self.map(self.named("Tea L"), self.soup, 2)
        tea = self.items.search([("name", "=", "Tea L")])
        lines = self.open(self.mapped_items | tea).line_ids
        found = [
            (line.label, line.item_count, line.now, line.portions) for line in lines
        ]
        self.assertEqual(
            found, [("S", 1, "1", 1), ("L", 3, "1, 2", 0), ("None", 1, "1", 1)]
        )

    def test_all_of_a_size_are_changed_and_nothing_else(self):
        wizard = self.open(self.mapped_items)
        action = self.portions(wizard, s=0.5, l=1.5).save().action_apply()
        self.assertEqual(self.quantities(), [0.5, 1.5, 1.5, 1])
        self.assertEqual(self.cake_l.mapping_id.bom_id, self.cake)
        self.assertIn("3 items", action["params"]["message"])

    def test_days_follow_when_they_are_posted_again(self):
        """2 large soups at 1 kg, 1 cake at 2 kg; then one and a half of each."""
        self.sell({"Soup L": 2, "Cake L": 1})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee beans": 4})
        form = self.portions(self.open(self.large | self.cake_l), l=1.5)
        form.change_from = "date"
        form.date_from = DAY
        action = form.save().action_apply()
        self.assertEqual(action["params"]["day_ids"], self.day().ids)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee beans": 6})

    def test_past_days_can_be_corrected_once_today_is_right(self):
        """1 portion on 3 March, 1.5 from today on, though it always was 1.5."""
        self.sell({"Soup L": 2, "Soup S": 1})
        self.run_day()
        self.portions(self.open(self.large), l=1.5).save().action_apply()
        form = Form(self.open(self.large | self.small))
        self.assertEqual(form.record.line_ids.mapped("portions"), [1, 1.5])
        form.change_from = "date"
        form.date_from = DAY
        action = form.save().action_apply()
        self.assertEqual(action["params"]["day_ids"], self.day().ids)
        self.assertEqual(len(self.small.mapping_ids), 1, "it was right already")
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee beans": 4})
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            self.open(self.large).action_apply()

    def test_from_today_past_days_keep_what_they_used(self):
        self.sell({"Soup L": 2})
        self.run_day()
        self.portions(self.open(self.large), l=1.5).save().action_apply()
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee beans": 2})
        self.assertEqual(self.large.mapping_id.date_from, date(2026, 3, 5))

    def test_what_has_no_recipe_or_waits_for_a_look_is_left_out(self):
        ingredient, waiting = self.named("Beans L"), self.named("Tart L")
        self.map(ingredient, self.coffee, 0.1)
        self.cake_l.sudo().review_state = "renamed"
        wizard = self.open(self.large | self.cake_l | ingredient | waiting)
        self.assertEqual(wizard.item_ids, self.large)
        for item in (self.cake_l, ingredient, waiting):
            self.assertIn(item.name, wizard.left_out_text)
        self.portions(wizard, l=2).save().action_apply()
        self.assertEqual(ingredient.mapping_id.quantity, 0.1)
        self.assertEqual(self.cake_l.review_state, "renamed")
        with self.assertRaisesRegex(UserError, "Suggestions"):
            (ingredient | waiting).action_portions()

    def test_portions_are_in_the_unit_of_the_recipe(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.map(self.named("Rolls L"), self.soup, 0.5, uom_id=dozen.id)
        rolls = self.items.search([("name", "=", "Rolls L")])
        wizard = self.open(rolls)
        self.assertEqual(wizard.line_ids.portions, 6)
        self.portions(wizard, l=8).save().action_apply()
        mapping = rolls.mapping_id
        self.assertEqual((mapping.quantity, mapping.uom_id), (8, self.uom_unit))

    def test_nothing_written_changes_nothing(self):
        wizard = self.open(self.mapped_items)
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            wizard.action_apply()
        self.assertEqual(self.quantities(), [1, 1, 1, 1])
