"""What a cell of a spreadsheet means; nothing is misread, nothing is passed over."""

import base64
import io

import openpyxl

from odoo.tests import freeze_time, tagged

from ..tools.mapping_sheet import COLUMNS, read_sheet, write_sheet
from .spreadsheet import SpreadsheetCommon

ENGLISH = {name: f"{name} in English" for name in COLUMNS}
GERMAN = {name: f"{name} auf Deutsch" for name in COLUMNS}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMappingSpreadsheetCells(SpreadsheetCommon):
    def one_row(self, **cells):
        """The line of an item whose row says this."""
        return self.rewritten({"Espresso": cells}).line_ids

    # === QUANTITIES === #

    def test_quantities_typed_as_text(self):
        self.named("Espresso")
        good = {"uses": "Ingredient", "target": "Coffee beans"}
        expected = {
            "0,009": "0.009",
            "0.125": "0.125",
            "1,5": "1.5",
            "1.50": "1.5",
            "1234,567": "1234.567",
            "1 500": "1500",
            "1\N{NARROW NO-BREAK SPACE}500,5": "1500.5",
            "1'500": "1500",
        }
        for text, number in expected.items():
            line = self.one_row(**good, quantity=text)
            self.assertEqual(line.status, "new", (text, line.message))
            self.assertEqual(line.says, f"Coffee beans {number} kg", text)

    def test_quantities_that_mean_two_numbers(self):
        """1,500 is a thousand times as much for one person as for another."""
        self.named("Espresso")
        good = {"uses": "Ingredient", "target": "Coffee beans"}
        for text in ("1,500", "1.500", "12.345", "123,456", "1.000.000"):
            line = self.one_row(**good, quantity=text)
            self.assertEqual(line.status, "error", text)
            self.assertIn("can be read in two ways", line.message)
        for text in ("1_000", "1 2", "1.500,5", "1 50"):
            line = self.one_row(**good, quantity=text)
            self.assertIn("is no quantity", line.message, text)

    # === WHAT IT NAMES === #

    def test_another_reference_is_another_ingredient(self):
        """Two are called Cola: the reference says which one, not what it was."""
        small = self.ingredient("Cola", default_code="C33", uom=self.litre)
        large = self.ingredient("Cola", default_code="C50", uom=self.litre)
        item = self.named("Espresso")
        self.map(item, small, 1)
        self.assertEqual(self.one_row().status, "same")
        for cells in ({"code": "C50"}, {"code": "c50", "target": None}):
            sheet = self.rewritten({"Espresso": cells})
            self.assertEqual(sheet.line_ids.status, "change")
            self.assertEqual(sheet.line_ids.says, f"{large.display_name} 1 L")
        sheet.action_apply()
        self.assertEqual(item.mapping_id.product_id, large)

    def test_a_reference_that_does_not_fit_is_refused(self):
        cola = self.ingredient("Cola", default_code="C33", uom=self.litre)
        self.map(self.named("Espresso"), cola, 1)
        line = self.one_row(code="C99")
        self.assertIn("no Cola with the reference C99", line.message)
        line = self.one_row(target=None, code=None)
        self.assertIn("It says not what is used", line.message)

    def test_another_name_wins_over_the_reference_that_was_left(self):
        cola = self.ingredient("Cola", default_code="C33")
        self.map(self.named("Espresso"), cola, 1)
        line = self.one_row(target="Coffee beans")
        self.assertEqual((line.status, line.says), ("change", "Coffee beans 1 kg"))

    # === WHAT IS NOT SAID === #

    def test_a_filled_row_without_uses_says_so(self):
        self.named("Espresso")
        for cells in (
            {"target": "Coffee beans", "quantity": 0.01, "unit": "kg"},
            {"code": "C33"},
            {"quantity": 1},
            {"reason": "ask the cook"},
        ):
            line = self.one_row(**cells)
            self.assertEqual(line.status, "error", cells)
            self.assertIn("Uses is empty", line.message)
        self.assertEqual(self.one_row(gives_back="no").status, "empty")

    def test_a_cleared_row_of_a_mapped_item_stays(self):
        item = self.named("Espresso")
        self.map(item, self.coffee, 0.009)
        line = self.one_row(uses=None)
        self.assertEqual(line.status, "error")
        cleared = dict.fromkeys(("uses", "target", "quantity", "unit"))
        line = self.one_row(**cleared)
        self.assertEqual(line.status, "same")
        self.assertIn("Stays mapped to Coffee beans 0.009 kg", line.message)

    def test_a_cleared_row_of_an_ignored_item_stays(self):
        mappings = self.env["pos.bridge.mapping"].with_user(self.user)
        item = self.named("Espresso")
        mappings.create({"item_id": item.id, "map_type": "nothing"})
        self.assertEqual(self.one_row(uses=None).status, "same")

    # === REASONS === #

    def test_another_reason_is_written_where_it_is(self):
        item = self.named("Espresso")
        mapping = self.map(item, self.coffee, 0.009, reason="weighed")
        self.assertFalse(self.one_row().message)
        sheet = self.rewritten({"Espresso": {"reason": "weighed twice"}})
        self.assertEqual(sheet.line_ids.status, "change")
        self.assertIn("it was: weighed", sheet.line_ids.message)
        action = sheet.action_apply()
        self.assertIn("Rows saved: 1", action["params"]["message"])
        self.assertEqual(item.mapping_ids, mapping)
        self.assertEqual(mapping.reason, "weighed twice")
        line = self.one_row(reason=None)
        self.assertEqual(line.status, "same")
        self.assertIn("Its reason stays: weighed twice", line.message)

    # === OTHER LANGUAGES === #

    def test_headings_of_another_language_are_no_data(self):
        row = {"item_id": "ESP", "uses": "Zutat", "quantity": 0.01}
        content = write_sheet([row], GERMAN, "Zuordnungen")
        self.assertEqual(read_sheet(content, GERMAN), [(3, row)])
        self.assertEqual(read_sheet(content, ENGLISH), [(3, row)])

    def test_data_below_the_columns_is_data(self):
        """Without headings, the first row counts, full as it may be."""
        row = {name: "some words" for name in COLUMNS} | {"quantity": "1 kg"}
        content = write_sheet([row], GERMAN, "Zuordnungen")
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active.delete_rows(2)
        out = io.BytesIO()
        book.save(out)
        self.assertEqual(read_sheet(out.getvalue(), ENGLISH), [(2, row)])

    def test_a_workbook_in_german_is_read_in_english(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms(
            ["pos_inventory_bridge"], ["de_DE"]
        )
        self.map(self.named("Espresso"), self.coffee, 0.009)
        sheets = self.sheets.with_context(lang="de_DE")
        exported = sheets.create({})
        exported.action_export()
        content = base64.b64decode(exported.with_context(bin_size=False).exported)
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertEqual(book.active.cell(3, 6).value, "Zutat")
        lines = self.look(content).line_ids
        self.assertEqual((lines.name, lines.status), ("Espresso", "same"))
