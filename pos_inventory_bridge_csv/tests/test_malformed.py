import io
from unittest.mock import patch

import xlsxwriter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import reader
from .common import DAY, HEADER, CsvCommon

ROW = b"2026-03-03,08:10,Bar,R1,1,,ESP,Espresso,2,4.80,sale\n"
HEAD = HEADER.encode() + b"\n"


@tagged("post_install", "-at_install")
class TestMalformed(CsvCommon):
    """A file that cannot be used says so in plain words and leaves nothing behind."""

    def refuse(self, content, message):
        before = self.row_counts(), self.env["ir.attachment"].search_count([])
        with self.assertRaisesRegex(UserError, message):
            self.store(content)
        after = self.row_counts(), self.env["ir.attachment"].search_count([])
        self.assertEqual(before, after)

    def test_empty(self):
        self.refuse(b"", "^The file is empty.$")
        self.refuse(b"\n\n \n", "^The file is empty.$")
        self.refuse(b"\xef\xbb\xbf", "^The file is empty.$")

    def test_header_only(self):
        self.refuse(HEAD, "has a header and nothing below it")
        self.refuse(HEAD + b"\n,,\n", "has a header and nothing below it")

    def test_missing_columns(self):
        header = HEAD.replace(b",code,", b",Artikel,").replace(b"outlet,", b"")
        self.refuse(
            header + ROW, "lacks these columns: code, outlet. It has: date, time,"
        )

    def test_wrong_delimiter(self):
        content = (HEAD + ROW).replace(b",", b";")
        self.refuse(content, "Is it the right file")

    def test_column_twice(self):
        self.refuse(HEAD.replace(b",kind", b",Code") + ROW, "lacks these columns: kind")
        header = HEAD.replace(b",kind", b",kind,Code")
        self.refuse(header + ROW, "stand in the file more than once: code.$")

    def test_wrong_encoding(self):
        rows = ROW * 3 + ROW.replace(b"Espresso", b"Caf\xe9")
        self.refuse(HEAD + rows, r"no text in UTF-8 \(from about row \d on\)")
        utf_16 = (HEAD + ROW).decode().encode("utf-16")
        self.refuse(utf_16, "save it as CSV UTF-8")

    def test_binary(self):
        self.refuse(
            b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff\xfe", "workbook is damaged"
        )
        self.refuse(b"\xd0\xcf\x11\xe0\xa1\xb1", "old format")
        self.refuse(b"date,\x00code\n1,2\n", "neither a text file nor a workbook")

    def test_quotation_mark_never_closed(self):
        self.refuse(HEAD + ROW + b'"' + ROW * 3, "cannot be read from row 3 on")

    def test_one_very_long_cell(self):
        row = ROW.replace(b"Espresso", b"x" * 10**7)
        self.refuse(HEAD + row, "Row 2: A cell has more than 500 characters")
        file, _is_new = self.store(HEAD + ROW + row)
        self.assertEqual(len(file.reject_ids.raw), 500)

    def test_too_large(self):
        with patch.object(reader, "LARGEST_FILE", 10):
            self.refuse(HEAD + ROW, "^The file is larger than 0 MB")

    def test_no_row_of_use(self):
        self.refuse(
            HEAD + ROW.replace(b"2026-03-03", b"3/4/2025") * 2,
            "No row of the file can be used. .* Row 2: '3/4/2025' is no date like",
        )

    def test_day_is_asked_for(self):
        self.layout.rule_ids.date_source_column = False
        self.layout.rule_ids.time_source_column = False
        self.refuse(HEAD + ROW, "say which day it is about")
        self.store(HEAD + ROW, date=DAY)
        sales = self.integration._connector().fetch_sales(self.outlet, DAY).sales
        self.assertEqual(sales[0].lines[0].quantity, 2)

    def test_layout_without_rules(self):
        self.layout.rule_ids.unlink()
        self.refuse(HEAD + ROW, "Say which column has the item codes")

    def test_layout_that_does_not_fit_any_more(self):
        """What was read stays as it was read; reading it again says what is wrong."""
        file = self.upload(HEAD + ROW)
        self.layout.rule_ids.source_column = "Artikel"
        self.assertEqual(self.run_day("manual").state, "done")
        self.assertEqual(self.used(), {"Coffee beans": 1.0})
        before = self.row_counts()
        with self.assertRaisesRegex(UserError, "lacks these columns: Artikel"):
            file.with_user(self.user).action_read_again()
        self.assertEqual(self.row_counts(), before)

    def test_numbers(self):
        """Nothing that looks like a number to a machine only is taken for one."""
        rows = [ROW]
        for text in (
            b"1e3",
            b"NaN",
            b"Infinity",
            b"1_000",
            b"0x10",
            b"--1",
            b"1.",
            b"\xd9\xa3",
        ):
            rows.append(ROW.replace(b",2,", b"," + text + b",").replace(b"R1", b"R2"))
        file, _is_new = self.store(HEAD + b"".join(rows))
        self.assertEqual(file.reject_count, 8)
        self.assertEqual(file.line_count, 1)

    def test_years(self):
        rows = ROW + b"".join(
            ROW.replace(b"2026", year) for year in (b"0001", b"1999", b"9999")
        )
        file, _is_new = self.store(HEAD + rows)
        self.assertEqual(file.reject_count, 3)

    def test_delimiter_at_the_end_of_every_row(self):
        """A habit of some tills; a row that has one more is damaged all the same."""
        shifted = ROW.replace(b"Espresso", b"Espresso, small").replace(b"R1", b"R2")
        rows = ROW.replace(b"sale\n", b"sale,\n") * 3
        file, _is_new = self.store(HEAD + rows + shifted.replace(b"sale\n", b"sale,\n"))
        self.assertEqual((file.line_count, file.reject_ids.mapped("row")), (1, [5]))

    def test_modifiers_do_not_go_astray(self):
        """Those of a row without an item, or of a refused one, hang on nothing else."""
        rule = {
            name: self.layout.rule_ids[name]
            for name in ("date_source_column", "receipt_source_column")
        }
        self.layout.rule_ids = [
            Command.create(
                {
                    **rule,
                    "source_column": "extras",
                    "separator": "|",
                    "is_modifier": True,
                    "outlet_source_column": "outlet",
                    "quantity_source_column": "quantity",
                    "line_source_column": "line",
                    "sequence": 20,
                }
            )
        ]
        row = ROW[:-1]
        file, _is_new = self.store(
            b"\n".join(
                (
                    HEAD[:-1] + b",extras",
                    row + b",Milk|Sugar",
                    row.replace(b",1,,ESP,Espresso", b",2,,,") + b",Cheese",
                    row.replace(b",2,4.80", b",3,7.20") + b",Honey",
                )
            )
        )
        self.assertEqual(file.reject_ids.mapped("row"), [3, 4])
        (sale,) = self.integration._connector().fetch_sales(self.outlet, DAY).sales
        told = [(line.item_external_id, line.parent_external_id) for line in sale.lines]
        self.assertEqual(told, [("ESP", None), ("Milk", "1"), ("Sugar", "1")])

    def test_workbook_with_formatted_cells_beyond_its_columns(self):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ROW.decode().strip().split(","))
        sheet.write_blank(1, 600, None, book.add_format({"bold": True}))
        sheet.write_row(2, 0, ROW.decode().strip().replace("R1", "R2").split(","))
        sheet.write_formula(2, 8, "=6*4", None, "")
        book.close()
        file, _is_new = self.store(out.getvalue())
        self.assertEqual((file.line_count, file.reject_ids.row), (1, 3))
        self.assertIn("The row has no quantity", file.reject_ids.reason)
