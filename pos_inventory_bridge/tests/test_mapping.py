"""Rule 6: mappings are dated; the most specific condition wins."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import DAY, PosBridgeCommon

NEXT = DAY + timedelta(days=1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMapping(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.milk = cls.ingredient("Milk")
        cls.cheese = cls.ingredient("Cheese")

    def force(self, item, on):
        """The mapping that a line sold on this date would meet."""
        mapping = self.env["pos.bridge.mapping"]
        return mapping._resolve(self.outlet, on, {(item.id, 0)})[item.id, 0]

    def tomorrow(self):
        return freeze_time("2026-03-06 10:00:00")

    def test_first_mapping_holds_for_always(self):
        item = self.item("ESP", self.coffee, 0.01)
        self.assertFalse(item.mapping_ids.date_from)
        self.assertEqual(self.force(item, date(2020, 1, 1)), item.mapping_ids)
        self.assertEqual(item.mapping_state, "mapped")

    def test_change_counts_from_today(self):
        item = self.item("ESP", self.coffee, 0.01)
        first = item.mapping_ids
        with self.tomorrow():
            first.with_user(self.user).quantity = 0.02
        second = item.mapping_ids - first
        self.assertEqual((first.quantity, second.quantity), (0.01, 0.02))
        self.assertEqual(first.date_to, date(2026, 3, 5))
        self.assertEqual(second.date_from, date(2026, 3, 6))
        self.assertEqual(second.previous_id, first)
        self.assertEqual(self.force(item, date(2026, 3, 5)), first)
        self.assertEqual(self.force(item, date(2026, 3, 6)), second)

    def test_second_change_on_one_day_supersedes_the_first(self):
        item = self.item("ESP", self.coffee, 0.01)
        first = item.mapping_ids
        first.quantity = 0.02
        second = item.mapping_ids - first
        self.assertTrue(first.superseded)
        self.assertFalse(second.date_from)
        self.assertEqual(self.force(item, DAY), second)

    def test_second_change_keeps_what_was_posted(self):
        item = self.item("ESP", self.coffee, 1)
        self.sell({"ESP": 2})
        self.run_day()
        item.mapping_ids.quantity = 3
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 2})
        self.assertEqual(item.mapping_id.quantity, 3)

    def test_same_values_change_nothing(self):
        item = self.item("ESP", self.coffee, 0.01)
        item.mapping_ids.write({"quantity": 0.01, "product_id": self.coffee.id})
        self.assertEqual(len(item.mapping_ids), 1)

    def test_correction_replaces_every_later_version(self):
        item = self.item("ESP", self.coffee, 0.01)
        with self.tomorrow():
            item.mapping_ids.quantity = 0.02
        with freeze_time("2026-03-07 10:00:00"):
            last = item.mapping_ids.sorted("id")[-1]
            last.with_context(pos_bridge_from_date="2026-03-04").quantity = 0.03
        self.assertEqual(self.force(item, date(2026, 3, 3)).quantity, 0.01)
        for day in (4, 5, 6, 7, 8):
            self.assertEqual(self.force(item, date(2026, 3, day)).quantity, 0.03)

    def test_correction_marks_days_and_posts_nothing(self):
        item = self.item("ESP", self.coffee, 1)
        for business_date in (DAY, NEXT):
            self.sell({"ESP": 2}, business_date)
            self.run_day(day=self.day(business_date))
        with self.tomorrow():
            item.mapping_ids.with_context(pos_bridge_from_date=str(NEXT)).quantity = 3
        self.assertFalse(self.day().stale_reason)
        self.assertTrue(self.day(NEXT).stale_reason)
        self.assertTrue(self.day(NEXT).attention)
        self.assertEqual(self.used(self.day(NEXT)), {"Coffee": 2})
        self.run_day("repost", self.day(NEXT))
        self.assertEqual(self.used(self.day(NEXT)), {"Coffee": 6})
        self.assertIn("Mapping of Esp changed", self.day(NEXT).posting_ids[-1].name)
        self.assertFalse(self.day(NEXT).stale_reason)

    def test_mapped_again_after_deletion(self):
        item = self.item("ESP", self.coffee, 0.01)
        with self.tomorrow():
            item.mapping_ids.unlink()
        with freeze_time("2026-03-08 10:00:00"):
            self.map(item, self.milk, 1)
        self.assertEqual(self.force(item, date(2026, 3, 5)).product_id, self.coffee)
        self.assertEqual(self.force(item, date(2026, 3, 6)).product_id, self.milk)

    def test_two_mappings_at_once_are_refused(self):
        item = self.item("ESP", self.coffee, 0.01)
        with self.assertRaisesRegex(ValidationError, "mapped already"):
            self.map(item, self.milk)

    def test_most_specific_condition_wins(self):
        extra = self.item("EXTRA", self.cheese, 1)
        burger = self.item("BURGER", self.coffee)
        group = self.env["pos.bridge.item.group"].create(
            {"integration_id": self.integration.id, "external_id": "g", "name": "Food"}
        )
        burger.group_id = group
        by_outlet = self.map(extra, self.cheese, 2, outlet_id=self.outlet.id)
        by_group = self.map(extra, self.cheese, 3, parent_group_id=group.id)
        by_parent = self.map(extra, self.cheese, 4, parent_item_id=burger.id)
        other = self._create_outlet("Other", self.kitchen)
        resolve = self.env["pos.bridge.mapping"]._resolve
        pairs = {(extra.id, burger.id), (extra.id, 0)}
        self.assertEqual(
            resolve(self.outlet, DAY, pairs),
            {(extra.id, burger.id): by_parent, (extra.id, 0): by_outlet},
        )
        by_parent.unlink()
        with self.tomorrow():
            found = resolve(self.outlet, date(2026, 3, 6), pairs)
        self.assertEqual(found[extra.id, burger.id], by_group)
        self.assertEqual(resolve(other, DAY, {(extra.id, 0)})[extra.id, 0].quantity, 1)

    def test_units_are_converted_and_checked(self):
        gram = self.env.ref("uom.product_uom_gram")
        item = self.item("ESP", self.coffee, 9, uom_id=gram.id)
        self.sell({"ESP": 100})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 0.9})
        with self.assertRaisesRegex(ValidationError, "cannot be converted"):
            self.map(self.item("X"), self.coffee, 1, uom_id=self.uom_unit.id)
        self.assertEqual(item.mapping_ids.uom_id, gram)

    def test_unit_that_is_given_with_a_new_ingredient_counts(self):
        spice = self.ingredient("Spice", self.env.ref("uom.product_uom_gram"))
        item = self.item("ESP", self.coffee, 1)
        item.mapping_ids.write(
            {"product_id": spice.id, "quantity": 0.2, "uom_id": self.uom_kg.id}
        )
        self.assertEqual(item.mapping_id.uom_id, self.uom_kg)
        self.sell({"ESP": 1})
        self.run_day()
        self.assertEqual(self.used(), {"Spice": 200})

    def test_typed_quantity_survives_a_coarse_precision(self):
        item = self.item("ESP", self.coffee, 0.009)
        item.mapping_ids.flush_recordset()
        item.mapping_ids.invalidate_recordset()
        self.assertEqual(item.mapping_ids.quantity, 0.009)
        self.assertIn("0.009", item.mapping_ids.precision_warning)
        self.assertIn("Coffee", self.integration.precision_warning)
        self.integration.action_use_more_digits()
        self.env.invalidate_all()
        self.assertFalse(self.integration.precision_warning)

    def test_parent_mapping_repeats_the_modified_item(self):
        """A "double" uses what the modified item uses once more."""
        latte = self.recipe("Latte", [(self.coffee, 0.02), (self.milk, 0.2)])
        self.item("LATTE", latte)
        double = self.item("DOUBLE")
        self.env["pos.bridge.mapping"].create(
            {"item_id": double.id, "map_type": "parent"}
        )
        lines = [
            self.line(1, "LATTE", 2, 4),
            self.line(2, "DOUBLE", 2, kind="modifier", parent_external_id="1"),
        ]
        self.sell([self.receipt("R1", lines)])
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 0.08, "Milk": 0.8})

    def test_ignored_group_ignores_new_items(self):
        group = self.env["pos.bridge.item.group"].create(
            {"integration_id": self.integration.id, "external_id": "g", "name": "Gifts"}
        )
        item = self.item("CARD")
        item.group_id = group
        group.with_user(self.user).ignored = True
        self.assertEqual(item.mapping_state, "ignored")
        late = self.env["pos.bridge.item"].create(
            {
                "integration_id": self.integration.id,
                "external_id": "CARD2",
                "name": "Card 2",
                "group_id": group.id,
            }
        )
        self.assertEqual(late.mapping_state, "ignored")
        self.sell({"CARD": 1})
        self.run_day()
        self.assertEqual(self.used(), {})
        self.assertEqual(self.day().ignored_count, 1)
        self.assertFalse(self.exceptions())

    def test_states_can_be_searched(self):
        mapped, unmapped = self.item("A", self.coffee), self.item("B")
        ignored = self.item("C")
        ignored.action_ignore()
        renamed = self.item("D", self.milk)
        renamed.review_state = "renamed"
        items = self.env["pos.bridge.item"].with_user(self.user)
        for state, expected in (
            ("mapped", mapped),
            ("unmapped", unmapped),
            ("ignored", ignored),
            ("review", renamed),
        ):
            found = items.search([("mapping_state", "=", state)])
            self.assertEqual(found, expected)
            self.assertEqual(found.mapping_state, state)

    def test_sheet_maps_many_items(self):
        items = self.item("A") | self.item("B")
        wizard = (
            self.env["pos.bridge.mapping.wizard"]
            .with_user(self.user)
            .create(
                {
                    "item_ids": [Command.set(items.ids)],
                    "map_type": "ingredient",
                    "product_id": self.coffee.id,
                    "quantity": 0.5,
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(items.mapping_id.product_id, self.coffee)
        self.assertEqual(set(items.mapping_id.mapped("quantity")), {0.5})

    def test_sheet_changes_a_mapping_under_a_condition(self):
        item = self.item("ESP", self.coffee, 1)
        here = self.map(item, self.coffee, 2, outlet_id=self.outlet.id)
        action = here.with_user(self.user).action_change()
        sheet = self.env[action["res_model"]].with_user(self.user)
        wizard = sheet.with_context(**action["context"]).create({"quantity": 3})
        self.assertEqual(wizard.product_id, self.coffee)
        wizard.action_apply()
        self.assertEqual(self.force(item, DAY).quantity, 3)
        self.assertEqual(item.mapping_id.quantity, 1)

    def test_sheet_says_what_would_be_lost(self):
        item = self.item("ESP")
        wizard = self.env["pos.bridge.mapping.wizard"].new(
            {
                "item_ids": item,
                "map_type": "ingredient",
                "product_id": self.coffee,
                "quantity": 0.009,
            }
        )
        self.assertIn("0.009 kg, Odoo keeps 0.01", wizard.precision_warning)
