"""Mappings as a spreadsheet: out, changed as a person would, and in again."""

import base64
import io

import openpyxl

from ..tools.mapping_sheet import COLUMNS
from .test_suggest_items import SuggestCommon


class SpreadsheetCommon(SuggestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.soup = cls.recipe('Soup, "hot"', [(cls.coffee, 0.5)])
        cls.sheets = cls.env["pos.bridge.mapping.sheet"].with_user(cls.user)

    def export(self, **vals):
        sheet = self.sheets.create(vals)
        sheet.action_export()
        return base64.b64decode(sheet.with_context(bin_size=False).exported)

    def look(self, content, **vals):
        sheet = self.sheets.create(
            {"file": base64.b64encode(content), "file_name": "in.xlsx", **vals}
        )
        sheet.action_check()
        return sheet

    def edit(self, content, change):
        """The workbook after ``change({name of the item: {column: cell}}, sheet)``."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        rows = {}
        for cells in sheet.iter_rows(min_row=3):
            row = dict(zip(COLUMNS, cells, strict=False))
            rows.setdefault(row["item"].value, row)
        change(rows, sheet)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def rewritten(self, change, **vals):
        """What is there now, exported, with other cells in it, and looked at.

        :param change: {name of the item or (name, number of its row): {column: cell}}
        """

        def write(_rows, sheet):
            seen = {}
            for cells in sheet.iter_rows(min_row=3):
                row = dict(zip(COLUMNS, cells, strict=False))
                name = row["item"].value
                number = seen[name] = seen.get(name, -1) + 1
                for key in (name, (name, number)):
                    for column, value in change.get(key, {}).items():
                        row[column].value = value

        return self.look(self.edit(self.export(), write), **vals)

    def workbook(self, *rows):
        """A workbook as a person makes one: headings, then rows."""
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
