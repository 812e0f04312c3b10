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

    def versions(self, item):
        """[(first day, last day, recipe, portions)] of what holds."""
        self.env.invalidate_all()
        mappings = item.mapping_ids.filtered(lambda mapping: not mapping.superseded)
        return [
            (each.date_from, each.date_to, each.bom_id, each.quantity)
            for each in mappings.sorted(lambda mapping: mapping._first())
        ]

    def mapped_before(self, name, target):
        with freeze_time("2026-02-05 10:00:00"):
            item = self.named(name)
            self.map(item, target)
        return item

    def test_a_correction_of_portions_leaves_another_recipe_alone(self):
        """Cake until 2 March, soup since: of the cake nothing was said."""
        item = self.mapped_before("Dish L", self.cake)
        item.mapping_ids.with_user(self.user).write(
            {"bom_id": self.soup.id, "date_from": DAY}
        )
        before = date(2026, 3, 1)
        for day in (before, DAY):
            self.sell({"Dish L": 1}, day)
            self.run_day(day=self.day(day))
        self.assertEqual(self.used(self.day(before)), {"Coffee beans": 2})
        form = self.portions(self.open(item), l=1.5)
        form.change_from = "date"
        form.date_from = before
        self.assertIn("Dish L (Cake 1 Units, always", form.kept_text)
        action = form.save().action_apply()
        self.assertEqual(
            self.versions(item),
            [(False, date(2026, 3, 2), self.cake, 1), (DAY, False, self.soup, 1.5)],
        )
        self.assertEqual(action["params"]["day_ids"], self.day().ids)
        self.assertFalse(self.day(before).stale_reason)

    def test_each_version_of_the_recipe_is_corrected_by_itself(self):
        """Soup, cake, soup: both soups had another portion."""
        item = self.mapped_before("Dish L", self.soup)
        for recipe, day in ((self.cake, date(2026, 3, 2)), (self.soup, DAY)):
            item.mapping_ids.sorted("id")[-1].with_user(self.user).write(
                {"bom_id": recipe.id, "date_from": day}
            )
        form = self.portions(self.open(item), l=1.5)
        form.change_from = "date"
        form.date_from = date(2026, 2, 20)
        form.save().action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 2, 19), self.soup, 1),
                (date(2026, 2, 20), date(2026, 3, 1), self.soup, 1.5),
                (date(2026, 3, 2), date(2026, 3, 2), self.cake, 1),
                (DAY, False, self.soup, 1.5),
            ],
        )

    def test_what_is_planned_stays_and_is_named(self):
        item, april = self.mapped_before("Dish L", self.soup), date(2026, 4, 1)
        item.mapping_ids.with_user(self.user).write(
            {"bom_id": self.cake.id, "date_from": april}
        )
        form = self.portions(self.open(item), l=1.5)
        self.assertIn("Dish L (Cake 1 Units, 1 Apr 2026", form.kept_text)
        form.save().action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 4), self.soup, 1),
                (date(2026, 3, 5), date(2026, 3, 31), self.soup, 1.5),
                (april, False, self.cake, 1),
            ],
        )
        self.assertFalse(self.open(self.small).kept_text)

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
