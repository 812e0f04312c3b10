"""Mappings out as a spreadsheet and in again: nothing lost, nothing saved unseen."""

import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..tools.mapping_sheet import COLUMNS
from .common import DAY
from .spreadsheet import SpreadsheetCommon

CONTENT = ("map_type", "product_id", "bom_id", "quantity", "uom_id", "is_subtraction")
CONDITIONS = ("parent_item_id", "parent_group_id", "outlet_id")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestMappingSpreadsheet(SpreadsheetCommon):
    def fill(self):
        """Every shape that a mapping has."""
        names = ("Espresso", "Soup", "No chips", "Double", "Bag", "Wait", "=1+1")
        esp, soup, chips, double, bag, wait, odd = (self.named(n) for n in names)
        self.map(esp, self.coffee, 0.0095, reason="weighed", uom_id=self.uom_kg.id)
        self.map(soup, self.soup, 1 / 3, date_from=date(2026, 2, 1))
        self.map(soup, self.soup, 2, outlet_id=self.outlet.id)
        self.map(chips, self.coffee, 7, uom_id=self.gram.id, is_subtraction=True)
        self.map(double, self.coffee, 0.02, parent_item_id=esp.id)
        mappings = self.env["pos.bridge.mapping"].with_user(self.user)
        mappings.create({"item_id": double.id, "map_type": "parent", "quantity": 1})
        mappings.create({"item_id": bag.id, "map_type": "nothing"})
        self.map(odd, self.soup, date_from=date(2026, 4, 1))
        return wait

    def contents(self):
        """{(item, conditions, first day): content} of what holds."""
        mappings = self.env["pos.bridge.mapping"].search(
            [("superseded", "=", False), ("date_to", "=", False)]
        )
        return {
            (
                each.item_id.name,
                *(each[name].id for name in CONDITIONS),
                each.date_from,
            ): tuple(each.read(CONTENT, load=None)[0][name] for name in CONTENT)
            for each in mappings
        }

    # === ROUND TRIP === #

    def test_what_was_not_changed_changes_nothing(self):
        self.fill()
        before = self.row_counts()
        sheet = self.look(self.export())
        statuses = sheet.line_ids.mapped("status")
        self.assertEqual(sorted(statuses), ["empty"] + ["same"] * 8)
        self.assertEqual(sheet.todo_count, 0)
        with self.assertRaises(UserError):
            sheet.action_apply()
        self.assertEqual(self.row_counts(), before)

    def test_round_trip_into_an_empty_place_loses_nothing(self):
        """Everything but what had ended comes back as it was, by names alone too."""
        self.fill()
        expected = self.contents()
        for is_known in (True, False):
            content = self.export()
            if not is_known:
                content = self.edit(content, self.forget_ids)
            self.env["pos.bridge.mapping"].search([]).sudo().write({"superseded": True})
            self.env.invalidate_all()
            self.assertEqual(self.contents(), {})
            self.look(content).action_apply()
            self.env.invalidate_all()
            self.assertEqual(self.contents(), expected)

    def forget_ids(self, _rows, sheet):
        for (cell,) in sheet.iter_rows(
            min_row=3, min_col=len(COLUMNS), max_col=len(COLUMNS)
        ):
            cell.value = None

    def test_headings_alone_are_enough(self):
        """A workbook without the hidden row, its columns in another order."""
        self.named("Espresso", "ESP")
        book = openpyxl.Workbook()
        book.active.append(["Uses", "Recipe or Ingredient", "Quantity", "Item ID"])
        book.active.append(["Ingredient", "coffee beans", "0,009", "ESP"])
        out = io.BytesIO()
        book.save(out)
        sheet = self.look(out.getvalue())
        self.assertEqual(sheet.line_ids.status, "new")
        self.assertEqual(sheet.line_ids.says, "Coffee beans 0.009 kg")

    def test_formulas_stay_texts(self):
        self.fill()
        book = openpyxl.load_workbook(io.BytesIO(self.export()))
        cells = [c for row in book.worksheets[0].iter_rows() for c in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn("=1+1", {cell.value for cell in cells})

    def test_only_what_waits(self):
        self.fill()
        book = openpyxl.load_workbook(io.BytesIO(self.export(only_waiting=True)))
        names = [
            row[2] for row in book.worksheets[0].iter_rows(min_row=3, values_only=1)
        ]
        self.assertEqual(names, ["Wait"])

    # === NOTHING UNSEEN === #

    def test_a_look_saves_nothing(self):
        wait = self.fill()

        def change(rows, _sheet):
            rows["Wait"]["uses"].value = "Nothing"
            rows["Espresso"]["quantity"].value = 0.01

        before = self.row_counts()
        sheet = self.look(self.edit(self.export(), change))
        self.assertEqual(self.row_counts(), before)
        changed = sheet.line_ids.filtered(lambda line: line.status == "change")
        self.assertEqual(changed.name, "Espresso")
        self.assertEqual(changed.says, "Coffee beans 0.01 kg")
        self.assertIn("0.0095", changed.message)
        sheet.action_apply()
        self.assertEqual(wait.mapping_state, "ignored")

    # === DATES === #

    def edited(self, quantity, **vals):
        def change(rows, _sheet):
            rows["Espresso"]["quantity"].value = quantity

        return self.look(self.edit(self.export(), change), **vals)

    def test_changes_hold_from_today_or_from_a_past_day(self):
        esp = self.named("Espresso")
        first = self.map(esp, self.coffee, 0.009)
        self.sell({"Espresso": 10})
        self.stock_up(self.coffee)
        self.env.ref("uom.decimal_product_uom").digits = 5
        self.run_day()
        self.edited(0.01).action_apply()
        self.assertEqual(str(first.date_to), "2026-03-04")
        self.assertFalse(self.day().stale_reason)
        with self.assertRaises(UserError):
            self.edited(0.012, change_from="date")
        sheet = self.edited(0.012, change_from="date", date_from=DAY)
        action = sheet.action_apply()
        self.assertEqual(action["params"]["day_ids"], self.day().ids)
        self.assertEqual(esp.mapping_id.date_from, DAY)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee beans": 0.12})

    def test_a_later_day_in_the_sheet_is_a_plan(self):
        esp = self.named("Espresso")
        self.map(esp, self.coffee, 0.009)

        def change(rows, _sheet):
            rows["Espresso"]["quantity"].value = 0.01
            rows["Espresso"]["since"].value = date(2026, 4, 1)

        self.look(self.edit(self.export(), change)).action_apply()
        self.assertEqual(esp.mapping_id.quantity, 0.009)
        planned = esp.mapping_ids.filtered(lambda m: m.date_from == date(2026, 4, 1))
        self.assertEqual(planned.quantity, 0.01)

    def test_new_ones_can_be_taken_back(self):
        wait = self.named("Wait")

        def change(rows, _sheet):
            rows["Wait"]["uses"].value = "Recipe"
            rows["Wait"]["target"].value = 'Soup, "hot"'
            rows["Wait"]["quantity"].value = 1

        action = self.look(self.edit(self.export(), change)).action_apply()
        self.assertEqual(wait.mapping_id.bom_id, self.soup)
        batch = self.env["pos.bridge.mapping.batch"].browse(
            action["params"]["batch_ids"]
        )
        batch.with_user(self.user).action_undo()
        self.assertEqual(wait.mapping_state, "unmapped")

    # === DAMAGE === #

    def test_rows_that_cannot_be_used_say_why_and_the_others_are_saved(self):
        damages = {
            "A": ({"item_id": "GONE"}, "no item with the ID GONE"),
            "B": ({"item_id": None}, "ID of the item is missing"),
            "C": ({"uses": "Magic"}, "Magic is none of these"),
            "D": ({"target": "Unicorn"}, "There is no Unicorn"),
            "E": ({"target": None}, "It says not what is used"),
            "F": ({"quantity": "much"}, "much is no quantity"),
            "G": ({"quantity": -1}, "must be above zero"),
            "H": ({"quantity": "nan"}, "must be above zero"),
            "I": ({"quantity": None}, "The quantity is missing"),
            "J": ({"unit": "L"}, "L cannot be converted into kg"),
            "K": ({"unit": "furlong"}, "There is no unit furlong"),
            "L": ({"since": "yesterday"}, "yesterday is no date"),
            "M": ({"gives_back": "perhaps"}, "neither yes nor no"),
            "N": ({"integration": "Nowhere"}, "There is no integration Nowhere"),
            "O": ({"outlet": "moon"}, "has no moon"),
            "P": ({"target": "Twin"}, "Several are called Twin"),
            "Q": ({"item_id": "A1"}, "says this item already"),
        }
        self.ingredient("Twin"), self.ingredient("Twin")
        for name in (*damages, "A1", "Good"):
            self.named(name)
        good = {"uses": "Ingredient", "target": "Coffee beans", "quantity": 0.5}

        def change(rows, _sheet):
            for name, row in rows.items():
                for column, value in {**good, **damages.get(name, ({},))[0]}.items():
                    row[column].value = value

        sheet = self.look(self.edit(self.export(), change))
        errors = {
            line.row: line.message for line in sheet.line_ids if line.status == "error"
        }
        self.assertEqual(len(errors), len(damages), errors)
        for _damage, expected in damages.values():
            self.assertTrue(any(expected in text for text in errors.values()), expected)
        action = sheet.action_apply()
        self.assertIn("Rows saved: 2", action["params"]["message"])
        self.assertIn(f"not possible: {len(damages)}", action["params"]["message"])
        mapped = self.items.search([("mapping_state", "=", "mapped")])
        self.assertEqual(set(mapped.mapped("name")), {"Good", "A1"})

    def test_files_that_are_none(self):
        empty = io.BytesIO()
        openpyxl.Workbook().save(empty)
        for content, expected in [
            (b"Item ID;Uses\nESP;Recipe", "no workbook"),
            (b"PK\x03\x04 and then nothing", "no workbook"),
            (empty.getvalue(), "No row names the columns"),
        ]:
            sheet = self.look(content)
            self.assertIn(expected, sheet.error)
            self.assertEqual(sheet.step, "file")

    def test_other_companies_are_not_reached(self):
        stranger = self.env["res.company"].create({"name": "Stranger"})
        theirs = self.env["pos.bridge.integration"].create(
            {"name": "Theirs", "connector": "none", "company_id": stranger.id}
        )
        self.env["pos.bridge.item"].create(
            {"integration_id": theirs.id, "external_id": "SECRET", "name": "Secret"}
        )
        self.named("Mine")
        content = self.export()
        self.assertNotIn(b"Secret", content)

        def change(rows, _sheet):
            rows["Mine"]["integration"].value = None
            rows["Mine"]["item_id"].value = "SECRET"
            rows["Mine"]["uses"].value = "Nothing"

        sheet = self.look(self.edit(content, change))
        self.assertEqual(sheet.line_ids.status, "error")
