"""Rows of a spreadsheet are saved each by itself, and what was saved is told."""

from odoo.tests import freeze_time, tagged

from .spreadsheet import SpreadsheetCommon

MAPPED = {"uses": "Ingredient", "target": "Coffee beans", "quantity": 0.01}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMappingSpreadsheetSaved(SpreadsheetCommon):
    def kit(self):
        """An ingredient that is none: it falls apart into coffee."""
        bom = self.recipe("Kit", [(self.coffee, 1)], type="phantom")
        return bom.product_tmpl_id.product_variant_id

    def batch(self, action):
        batches = self.env["pos.bridge.mapping.batch"].with_user(self.user)
        return batches.browse(action["params"]["batch_ids"])

    # === ONE BAD ROW === #

    def test_a_bad_first_row_leaves_the_others(self):
        self.kit()
        bad, good, last = (self.named(name) for name in ("Bad", "Good", "Last"))
        change = {"Bad": {**MAPPED, "target": "Kit"}, "Good": MAPPED, "Last": MAPPED}
        sheet = self.rewritten(change)
        self.assertEqual(set(sheet.line_ids.mapped("status")), {"new"})
        action = sheet.action_apply()
        self.assertIn("Rows saved: 2; not possible: 1", action["params"]["message"])
        self.assertFalse(bad.mapping_ids)
        self.assertEqual((good | last).mapping_id.product_id, self.coffee)
        failed = sheet.line_ids.filtered(lambda line: line.status == "error")
        self.assertEqual(failed.name, "Bad")
        self.assertIn("is a kit", failed.message)
        self.assertIn("2 saved", sheet.summary)
        self.batch(action).action_undo()
        self.assertFalse((good | last).mapping_id)

    def test_nothing_but_bad_rows_leaves_no_batch(self):
        self.kit()
        self.named("Bad")
        before = self.row_counts()
        action = self.rewritten({"Bad": {**MAPPED, "target": "Kit"}}).action_apply()
        self.assertIn("Rows saved: 0; not possible: 1", action["params"]["message"])
        self.assertFalse(action["params"]["batch_ids"])
        self.assertEqual(self.row_counts(), before)

    # === TAKING BACK === #

    def test_only_the_new_ones_are_offered_to_be_taken_back(self):
        known, new = self.named("Known"), self.named("New")
        self.map(known, self.coffee, 0.5)
        action = self.rewritten({"Known": MAPPED, "New": MAPPED}).action_apply()
        self.assertIn("Rows saved: 2", action["params"]["message"])
        self.assertEqual(action["params"]["undo_button"], "Take back the new ones (1)")
        self.batch(action).action_undo()
        self.assertFalse(new.mapping_id)
        self.assertEqual(known.mapping_id.quantity, 0.01)

    def test_undo_is_undo_where_all_are_new(self):
        self.named("New")
        action = self.rewritten({"New": MAPPED}).action_apply()
        self.assertNotIn("undo_button", action["params"])

    def test_nothing_is_offered_where_nothing_is_new(self):
        self.map(self.named("Known"), self.coffee, 0.5)
        action = self.rewritten({"Known": MAPPED}).action_apply()
        self.assertFalse(action["params"]["batch_ids"])
        self.assertNotIn("undo_button", action["params"])

    # === MANY === #

    def queries(self, call):
        """How many it takes, from a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def queries_of_rows(self, count, **cells):
        """(to look at, to save) so many new rows that say the same."""
        names = [f"Item {n}" for n in range(count)]
        said = {**MAPPED, **cells}
        sheet = self.rewritten({(name, 0): said for name in names})
        self.assertEqual(sheet.todo_count, count)
        looked = self.queries(sheet.action_check)
        saved = self.queries(sheet.action_apply)
        self.assertEqual(sheet.todo_count, 0)
        return looked, saved

    def test_many_rows_are_read_and_made_together(self):
        """No query per row: 40 new rows need what 10 need, to look and to save."""
        names = [f"Item {n}" for n in range(40)]
        items = [self.named(name) for name in names]
        lines = [self.line(n, name, 1, 2) for n, name in enumerate(names)]
        self.stock_up(self.coffee)
        self.sell([self.receipt("R", lines)])
        self.run_day()
        outlets = [self._create_outlet(name, self.bar) for name in ("A", "B", "C")]
        codes = [outlet.external_id for outlet in outlets]
        self.queries_of_rows(10, outlet=codes[0])
        few = self.queries_of_rows(10, outlet=codes[1])
        many = self.queries_of_rows(40, outlet=codes[2])
        # What other tests left in Odoo's caches makes a few of them more or less; one
        # per row would be thirty.
        for most, least in zip(many, few, strict=True):
            self.assertLess(most - least, 5)
        self.assertEqual(len(items[0].mapping_ids), 3)
        self.assertFalse(self.day().stale_reason, "sold in another outlet")
        self.queries_of_rows(40, outlet=None)
        self.assertEqual(self.day().stale_reason, "Mappings of 40 items changed")
