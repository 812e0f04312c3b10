"""The mapping sheet: what a person types, sees and saves, without stock rights."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import DAY, PosBridgeCommon

TODAY = date(2026, 3, 5)
EARLIER = date(2026, 3, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMappingSheet(PosBridgeCommon):
    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee", cost=18)
        cls.milk = cls.ingredient("Milk", cost=2)
        cls.stock_up(cls.coffee | cls.milk)

    def sheet(self, items, **context):
        context = {
            "default_item_ids": items.ids,
            "default_is_beside_list": True,
            **context,
        }
        wizard = self.env["pos.bridge.mapping.wizard"].with_user(self.user)
        return Form(wizard.with_context(**context))

    def map_to_coffee(self, items, quantity=0.01, **values):
        form = self.sheet(items)
        form.map_type = "ingredient"
        form.product_id = self.coffee
        form.quantity = quantity
        for name, value in values.items():
            form[name] = value
        return form

    def post(self, sold, day=DAY):
        self.sell(sold, day)
        self.run_day(day=self.day(day))

    # === WHAT IT SHOWS === #

    def test_header_says_what_the_till_says(self):
        item = self.item("SOUP", price=6.5)
        item.sku, item.kitchen_name = "S-114", "soup"
        form = self.sheet(item)
        self.assertEqual((form.title, form.mapping_state), ("Soup", "unmapped"))
        for fact in ("Item ID SOUP", "SKU S-114", "6.50", "in the kitchen soup"):
            self.assertIn(fact, form.facts)
        self.assertFalse(form.current)

    def test_mapped_item_comes_with_its_mapping(self):
        form = self.sheet(self.item("ESP", self.coffee, 0.009))
        self.assertEqual(form.map_type, "ingredient")
        self.assertEqual((form.product_id, form.quantity), (self.coffee, 0.009))
        self.assertIn("always", form.current)

    def test_switching_the_type_clears_the_target(self):
        form = self.sheet(self.item("ESP", self.coffee, 0.009))
        form.map_type = "recipe"
        self.assertFalse(form.product_id)

    # === THE SENTENCE === #

    def test_sentence_is_the_dry_run_of_the_last_week(self):
        """41 at 0.3 kg of a soup that is half milk: 6.15 kg each, 18 and 2 a kg."""
        item = self.item("SOUP", price=6.5)
        self.post({"SOUP": 40}, EARLIER)
        self.post({"SOUP": 1})
        soup = self.recipe(
            "Soup", [(self.coffee, 0.5), (self.milk, 0.5)], uom=self.uom_kg
        )
        before = self.row_counts()
        form = self.sheet(item)
        self.assertIn("41 sold from Sun 1 Mar to Tue 3 Mar", form.preview)
        form.bom_id = soup
        form.quantity = 0.3
        self.assertIn("6.15 kg Coffee, 6.15 kg Milk from Bar", form.preview)
        self.assertIn("123.00", form.preview)
        self.assertEqual(self.row_counts(), before)

    def test_sentence_of_what_gives_back(self):
        item = self.item("NOCOFFEE")
        self.post({"NOCOFFEE": 4})
        form = self.map_to_coffee(item, 0.5, is_subtraction=True)
        self.assertIn("gives back 2 kg Coffee to Bar", form.preview)

    def test_sentence_follows_the_policies(self):
        """Voids give back without a policy, staff meals are used."""
        item = self.item("ESP")
        lines = [
            self.line(1, "ESP", 10, 2),
            self.line(2, "ESP", 1, 2, kind="void"),
            self.line(3, "ESP", 2, 2, kind="staff_meal"),
        ]
        self.post([self.receipt("R", lines)])
        self.assertIn("11 sold", self.map_to_coffee(item, 1).preview)
        self.assertIn("11 kg Coffee", self.map_to_coffee(item, 1).preview)

    def test_sentence_of_what_was_not_sold(self):
        form = self.map_to_coffee(self.item("NEW"), 0.5)
        self.assertIn("Not sold", form.preview)
        self.assertIn("0.5 kg Coffee, ", form.preview)
        self.assertIn("9.00", form.preview)

    def sell_under_conditions(self):
        """3 plain shots in the bar, 5 in cups of the group, 2 on the terrace."""
        shot, cup = self.item("SHOT", price=1), self.item("CUP")
        cup.group_id = self.env["pos.bridge.item.group"].create(
            {
                "integration_id": self.integration.id,
                "external_id": "cups",
                "name": "Cups",
            }
        )
        lines = [self.line(1, "SHOT", 3, 1), self.line(2, "CUP", 5, 1)]
        lines.append(self.line(3, "SHOT", 5, 1, parent_external_id="2"))
        self.post([self.receipt("R1", lines)])
        terrace = self._create_outlet("Terrace", self.kitchen)
        receipt = self.receipt("R2", [self.line(1, "SHOT", 2, 1)])
        self.sell([receipt], outlet=terrace)
        self.run_day(day=self.day(outlet=terrace))
        return shot, cup.group_id, terrace

    def test_sentence_leaves_out_what_another_condition_wins(self):
        shot, group, terrace = self.sell_under_conditions()
        self.assertIn("10 sold", self.map_to_coffee(shot, 1).preview)
        self.map(shot, self.milk, parent_group_id=group.id)
        form = self.map_to_coffee(shot, 1)
        self.assertIn("5 sold", form.preview)
        self.assertIn("3 kg Coffee from Bar; 2 kg Coffee from Kitchen", form.preview)
        form.product_id = self.env["product.product"]
        self.assertIn("5.00", form.preview)
        self.map(shot, self.milk, outlet_id=terrace.id)
        self.assertIn("3 sold", self.map_to_coffee(shot, 1).preview)
        self.map(shot, self.milk, outlet_id=self.outlet.id)
        preview = self.map_to_coffee(shot, 1).preview
        self.assertIn("other mapping", preview)

    def test_sentence_of_a_condition_counts_its_own(self):
        shot, group, terrace = self.sell_under_conditions()
        self.map(shot, self.milk, 1)
        here = self.map(shot, self.milk, 1, outlet_id=terrace.id)
        under = self.map(shot, self.milk, 1, parent_group_id=group.id)
        self.assertIn("2 sold", self.sheet(shot, default_mapping_id=here.id).preview)
        self.assertIn("5 sold", self.sheet(shot, default_mapping_id=under.id).preview)
        self.assertIn("3 sold", self.sheet(shot).preview)

    def test_ignored_item_uses_nothing(self):
        item = self.item("ESP")
        self.post({"ESP": 2})
        form = self.sheet(item)
        form.map_type = "nothing"
        self.assertIn("nothing is used", form.preview)

    def test_warnings_while_typing(self):
        form = self.map_to_coffee(self.item("ESP", price=2.4), 9)
        self.assertIn("162.00", form.warning)
        self.assertIn("2.40", form.warning)
        form.quantity = 0.009
        self.assertFalse(form.warning)
        form.uom_id = self.uom_unit
        self.assertIn("unit", form.warning)
        form.map_type = "recipe"
        form.bom_id = self.recipe("Empty", [])
        self.assertIn("no ingredients yet", form.warning)

    def test_ingredients_without_cost_are_named(self):
        salt = self.ingredient("Salt", cost=0)
        water = self.ingredient("Water", cost=0, is_storable=False)
        form = self.map_to_coffee(self.item("ESP", price=2.4), 0.02)
        self.assertFalse(form.no_cost_warning)
        form.product_id = salt
        self.assertIn("No cost yet: Salt. ", form.no_cost_warning)
        form.map_type = "recipe"
        lines = [(self.coffee, 0.02), (salt, 0.01), (water, 1)]
        form.bom_id = self.recipe("Brew", lines)
        self.assertIn("No cost yet: Salt. ", form.no_cost_warning)

    def test_missing_storage_unit_is_warned_of(self):
        item = self.item("ESP")
        terrace = self._create_outlet("Terrace", self.bar, storage_ids=[])
        self.sell({"ESP": 1}, outlet=terrace)
        self.run_day(day=self.day(outlet=terrace))
        self.assertIn("storage unit", self.map_to_coffee(item).warning)

    # === FROM WHEN === #

    def dates(self, item):
        current = item.mapping_ids.filtered(lambda mapping: not mapping.superseded)
        current = current.sorted(lambda mapping: mapping._first())
        return [(mapping.date_from, mapping.date_to) for mapping in current]

    def test_first_mapping_holds_for_always(self):
        item = self.item("ESP")
        self.map_to_coffee(item).save().action_apply()
        self.assertEqual(self.dates(item), [(False, False)])

    def test_first_mapping_from_today_or_from_a_date(self):
        first, second = self.item("A"), self.item("B")
        self.map_to_coffee(first, first_from="today").save().action_apply()
        self.assertEqual(self.dates(first), [(TODAY, False)])
        form = self.map_to_coffee(second, first_from="date", date_from=EARLIER)
        form.save().action_apply()
        self.assertEqual(self.dates(second), [(EARLIER, False)])

    def test_change_holds_from_today_unless_past_days_are_corrected(self):
        with freeze_time("2026-03-01 10:00:00"):
            item = self.item("ESP", self.coffee, 1)
        self.post({"ESP": 2})
        form = self.sheet(item)
        form.quantity = 2
        form.save().action_apply()
        self.assertFalse(self.day().stale_reason)
        self.assertEqual(self.dates(item), [(False, date(2026, 3, 4)), (TODAY, False)])
        form = self.sheet(item)
        form.quantity = 3
        form.change_from = "date"
        form.date_from = EARLIER
        saved = form.save().action_apply()
        self.assertEqual(saved["params"]["day_ids"], self.day().ids)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 6})

    def test_correction_begins_in_the_past(self):
        form = self.sheet(self.item("ESP", self.coffee, 1))
        form.change_from = "date"
        form.date_from = date(2026, 4, 1)
        with self.assertRaises(UserError):
            form.save().action_apply()

    def test_mapping_again_after_a_deletion_reaches_back_on_demand(self):
        item = self.item("ESP", self.coffee, 1)
        self.post({"ESP": 2})
        self.sheet(item).save().action_delete()
        self.assertEqual(item.mapping_state, "unmapped")
        form = self.map_to_coffee(item, 5, first_from="date", date_from=EARLIER)
        form.save().action_apply()
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 10})

    def test_correction_of_a_mixed_selection_keeps_to_its_date(self):
        with freeze_time("2026-02-01 10:00:00"):
            mapped = self.item("OLD", self.coffee, 1)
        new = self.item("NEW")
        form = self.map_to_coffee(mapped | new, 0.5)
        form.change_from = "date"
        form.date_from = EARLIER
        form.save().action_apply()
        self.assertEqual(self.dates(new), [(EARLIER, False)])
        self.assertEqual(
            self.dates(mapped), [(False, date(2026, 2, 28)), (EARLIER, False)]
        )

    def test_always_replaces_what_is_planned(self):
        item = self.item("ESP")
        self.map(item, self.milk, date_from=date(2026, 4, 1))
        self.assertEqual(item.mapping_state, "unmapped")
        form = self.map_to_coffee(item)
        self.assertIn("04/01/2026", form.first_note)
        form.save().action_apply()
        self.assertEqual(self.dates(item), [(False, False)])
        self.assertEqual(item.mapping_id.product_id, self.coffee)

    def test_a_change_says_that_it_replaces_what_is_planned(self):
        item, other = self.item("ESP", self.milk), self.item("TEA", self.milk)
        item.mapping_id.write({"quantity": 2, "date_from": date(2026, 4, 1)})
        self.assertFalse(self.sheet(other).first_note)
        form = self.sheet(item)
        self.assertIn("04/01/2026", form.first_note)
        form.quantity = 3
        form.save().action_apply()
        self.assertEqual(item.mapping_id.quantity, 3)
        self.assertEqual(self.dates(item)[-1][1], False, "It holds for good.")
        with freeze_time("2026-04-02 10:00:00"):
            item.invalidate_recordset(["mapping_id"])
            self.assertEqual(item.mapping_id.quantity, 3)

    def test_always_after_a_deletion_says_from_when(self):
        item, other = self.item("ESP", self.coffee, 1), self.item("TEA")
        self.assertFalse(self.sheet(other).first_note)
        with freeze_time("2026-03-02 10:00:00"):
            self.sheet(item).save().action_delete()
        self.map(item, self.milk, date_from=date(2026, 4, 1))
        form = self.map_to_coffee(item, 5)
        self.assertIn("03/02/2026", form.first_note)
        form.save().action_apply()
        self.assertEqual(
            self.dates(item), [(False, EARLIER), (date(2026, 3, 2), False)]
        )
        self.assertEqual(item.mapping_id.quantity, 5)

    # === SAVING === #

    def test_saving_offers_the_days_that_wait(self):
        item, other = self.item("ESP"), self.item("TEA", self.milk, 1)
        self.post({"ESP": 2, "TEA": 1})
        self.post({"TEA": 1}, EARLIER)
        saved = self.map_to_coffee(item).save().action_apply()
        self.assertEqual(saved["params"]["day_ids"], self.day().ids)
        self.assertIn("one posted day waits", saved["params"]["message"])
        self.env["pos.bridge.day"].with_user(self.user).browse(
            saved["params"]["day_ids"]
        ).action_repost()
        self.assertEqual(self.used(), {"Coffee": 0.02, "Milk": 1})
        self.assertEqual(other.mapping_state, "mapped")

    def test_nothing_is_offered_where_nothing_changes(self):
        saved = self.map_to_coffee(self.item("ESP")).save().action_apply()
        self.assertFalse(saved["params"]["day_ids"])
        self.assertFalse(saved["params"]["go_on"])

    def test_save_and_next_goes_on(self):
        saved = self.map_to_coffee(self.item("ESP")).save().action_apply_next()
        self.assertTrue(saved["params"]["go_on"])
        self.assertEqual(saved["params"]["map_type"], "ingredient")

    def test_beside_the_list_no_dialog_is_closed(self):
        beside = self.map_to_coffee(self.item("A")).save().action_apply()
        self.assertFalse(beside["params"]["next"])
        form = self.sheet(self.item("B", self.coffee, 1), default_is_beside_list=False)
        dialog = form.save().action_apply()
        self.assertEqual(
            dialog["params"]["next"]["type"], "ir.actions.act_window_close"
        )

    def test_several_items_at_once(self):
        items = self.item("A") | self.item("B") | self.item("C", self.milk, 1)
        form = self.map_to_coffee(items, 0.5)
        self.assertEqual(form.title, "3 items")
        form.save().action_apply()
        self.assertEqual(items.mapping_id.product_id, self.coffee)
        self.assertEqual(self.dates(items[0]), [(False, False)])

    def test_saving_settles_a_review(self):
        item = self.item("ESP", self.coffee, 1)
        item.review_state = "renamed"
        self.sheet(item).save().action_apply()
        self.assertEqual(item.mapping_state, "mapped")

    # === IGNORE AND DELETE === #

    def test_ignoring_one_item(self):
        item = self.item("ESP")
        saved = (
            self.env["pos.bridge.mapping.wizard"]
            .with_user(self.user)
            .create({"item_ids": item.ids})
            .action_ignore()
        )
        self.assertEqual(item.mapping_state, "ignored")
        self.assertTrue(saved["params"]["go_on"])

    def test_deleting_leaves_past_days_alone(self):
        item = self.item("ESP", self.coffee, 1)
        self.post({"ESP": 2})
        self.sheet(item).save().action_delete()
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 2})
        self.assertEqual(item.mapping_state, "unmapped")

    # === WAYS ON === #

    def test_sheet_opens_the_item(self):
        item = self.item("ESP", self.coffee, 1)
        action = self.sheet(item).save().action_open_item()
        self.assertEqual((action["res_model"], action["res_id"]), (item._name, item.id))
