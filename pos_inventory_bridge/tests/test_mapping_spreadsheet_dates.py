"""From when on rows of a spreadsheet hold, and what is planned for later."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DAY
from .spreadsheet import SpreadsheetCommon

TODAY = date(2026, 3, 5)
APRIL = date(2026, 4, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMappingSpreadsheetDates(SpreadsheetCommon):
    def mapped_before(self, name, quantity=0.009, **vals):
        """An item that was mapped a month ago."""
        with freeze_time("2026-02-05 10:00:00"):
            item = self.named(name)
            self.map(item, self.coffee, quantity, **vals)
        return item

    def planned(self, name):
        """0.009 kg until 31 March, 0.02 kg from 1 April on."""
        item = self.mapped_before(name)
        item.mapping_ids.with_user(self.user).write(
            {"quantity": 0.02, "date_from": APRIL}
        )
        return item

    def versions(self, item):
        """[(first day, last day, quantity)] of what holds."""
        self.env.invalidate_all()
        mappings = item.mapping_ids.filtered(lambda mapping: not mapping.superseded)
        mappings = mappings.sorted(lambda mapping: mapping._first())
        return [(each.date_from, each.date_to, each.quantity) for each in mappings]

    # === WHAT IS PLANNED STAYS === #

    def test_a_change_of_today_keeps_what_is_planned(self):
        item = self.planned("Espresso")
        sheet = self.rewritten({("Espresso", 0): {"quantity": 0.01}})
        changed = sheet.line_ids.filtered(lambda line: line.status == "change")
        self.assertEqual(changed.since, TODAY)
        self.assertIn("From 1 Apr 2026 on as planned", changed.message)
        self.assertIn("0.02", changed.message)
        sheet.action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 4), 0.009),
                (TODAY, date(2026, 3, 31), 0.01),
                (APRIL, False, 0.02),
            ],
        )

    def test_both_rows_of_an_item_are_saved(self):
        item = self.planned("Espresso")
        change = {
            ("Espresso", 0): {"quantity": 0.01},
            ("Espresso", 1): {"quantity": 0.03},
        }
        action = self.rewritten(change).action_apply()
        self.assertIn("Rows saved: 2", action["params"]["message"])
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 4), 0.009),
                (TODAY, date(2026, 3, 31), 0.01),
                (APRIL, False, 0.03),
            ],
        )

    def test_a_correction_keeps_what_is_planned(self):
        item = self.planned("Espresso")
        change = {("Espresso", 0): {"quantity": 0.01}}
        self.rewritten(change, change_from="date", date_from=DAY).action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 2), 0.009),
                (DAY, date(2026, 3, 31), 0.01),
                (APRIL, False, 0.02),
            ],
        )

    def test_an_earlier_plan_keeps_the_later_one(self):
        item = self.planned("Espresso")
        until = date(2026, 3, 20)
        change = {("Espresso", 0): {"quantity": 0.01, "since": until}}
        sheet = self.rewritten(change)
        changed = sheet.line_ids.filtered(lambda line: line.status == "change")
        self.assertIn("Until then: Coffee beans 0.009 kg", changed.message)
        sheet.action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 19), 0.009),
                (until, date(2026, 3, 31), 0.01),
                (APRIL, False, 0.02),
            ],
        )

    def test_a_plan_that_is_moved_says_that_it_is_not(self):
        """The row of 1 April says 15 April: on that day it is so already."""
        item = self.planned("Espresso")
        before = self.versions(item)
        sheet = self.rewritten({("Espresso", 1): {"since": date(2026, 4, 15)}})
        line = sheet.line_ids.filtered("message")
        self.assertEqual(line.status, "same")
        self.assertIn("since 1 Apr 2026", line.message)
        self.assertEqual(self.versions(item), before)

    def test_days_before_a_plan_are_mapped_and_can_be_taken_back(self):
        item = self.named("Espresso")
        self.map(item, self.coffee, 0.02, date_from=APRIL)
        sheet = self.rewritten({"Espresso": {"quantity": 0.01, "since": None}})
        self.assertEqual(sheet.line_ids.status, "new")
        self.assertIn("From 1 Apr 2026 on as planned", sheet.line_ids.message)
        action = sheet.action_apply()
        planned = (APRIL, False, 0.02)
        self.assertEqual(
            self.versions(item), [(False, date(2026, 3, 31), 0.01), planned]
        )
        batches = self.env["pos.bridge.mapping.batch"].with_user(self.user)
        batches.browse(action["params"]["batch_ids"]).action_undo()
        self.assertEqual(self.versions(item), [planned])

    def test_two_versions_of_a_new_item(self):
        item = self.named("Espresso", "ESP")
        head = ["Item ID", "Uses", "Recipe or Ingredient", "Quantity", "Since"]
        row = ["ESP", "Ingredient", "Coffee beans"]
        rows = [[*row, 0.01, None], [*row, 0.02, APRIL], [*row, 0.03, date(2026, 5, 1)]]
        self.look(self.workbook(head, *rows)).action_apply()
        self.assertEqual(
            self.versions(item),
            [
                (False, date(2026, 3, 31), 0.01),
                (APRIL, date(2026, 4, 30), 0.02),
                (date(2026, 5, 1), False, 0.03),
            ],
        )

    # === SINCE === #

    def test_another_first_day_in_the_past_is_not_passed_over(self):
        """Neither alone nor with another quantity; the file has one day for all."""
        item = self.mapped_before("Espresso")
        before = self.versions(item)
        since = {"since": date(2026, 3, 1)}
        for change in (since, {**since, "quantity": 0.01}):
            line = self.rewritten({"Espresso": change}).line_ids
            self.assertEqual(line.status, "error")
            self.assertIn("mapped since always", line.message)
            self.assertIn("Since says 1 Mar 2026", line.message)
        self.assertEqual(self.versions(item), before)

    def test_the_day_of_the_file_may_stand_in_the_row(self):
        item = self.mapped_before("Espresso")
        change = {"Espresso": {"quantity": 0.01, "since": TODAY}}
        self.rewritten(change).action_apply()
        self.assertEqual(
            self.versions(item),
            [(False, date(2026, 3, 4), 0.009), (TODAY, False, 0.01)],
        )

    def test_the_day_that_is_shown_is_the_day_that_is_used(self):
        item = self.mapped_before("Espresso", date_from=date(2026, 2, 1))
        change = {"Espresso": {"quantity": 0.01}}
        self.assertEqual(self.rewritten(change).line_ids.since, TODAY)
        sheet = self.rewritten(change, change_from="date", date_from=DAY)
        self.assertEqual(sheet.line_ids.since, DAY)
        sheet.action_apply()
        self.assertEqual(
            self.versions(item),
            [(date(2026, 2, 1), date(2026, 3, 2), 0.009), (DAY, False, 0.01)],
        )
        sheet = self.rewritten({})
        self.assertEqual((sheet.line_ids.status, sheet.line_ids.since), ("same", DAY))

    def test_a_correction_that_reaches_further_back_says_what_else_it_replaces(self):
        item = self.mapped_before("Espresso")
        item.mapping_ids.with_user(self.user).write(
            {"quantity": 0.02, "date_from": DAY}
        )
        first = date(2026, 3, 1)
        change = {"Espresso": {"quantity": 0.03}}
        sheet = self.rewritten(change, change_from="date", date_from=first)
        self.assertIn("in place of Coffee beans 0.009 kg", sheet.line_ids.message)
        sheet.action_apply()
        self.assertEqual(
            self.versions(item),
            [(False, date(2026, 2, 28), 0.009), (first, False, 0.03)],
        )

    def test_what_was_mapped_before_begins_after_that(self):
        item = self.mapped_before("Espresso")
        with freeze_time("2026-03-02 10:00:00"):
            item.mapping_ids.with_user(self.user).unlink()
        change = {"uses": "Ingredient", "target": "Coffee beans", "quantity": 0.01}
        sheet = self.rewritten({"Espresso": change})
        self.assertEqual(sheet.line_ids.since, date(2026, 3, 2))
        sheet.action_apply()
        self.assertEqual(
            self.versions(item),
            [(False, date(2026, 3, 1), 0.009), (date(2026, 3, 2), False, 0.01)],
        )

    def test_what_somebody_changed_since_the_look_is_not_overwritten(self):
        item = self.mapped_before("Espresso")
        other = self.mapped_before("Ristretto")
        change = {"quantity": 0.01}
        sheet = self.rewritten({"Espresso": change, "Ristretto": change})
        item.mapping_id.with_user(self.user).quantity = 0.5
        action = sheet.action_apply()
        self.assertIn("Rows saved: 1; not possible: 1", action["params"]["message"])
        self.assertEqual(item.mapping_id.quantity, 0.5)
        self.assertEqual(other.mapping_id.quantity, 0.01)
        failed = sheet.line_ids.filtered(lambda line: line.status == "error")
        self.assertIn("look at the file again", failed.message)
