"""500 damaged files, made by chance from one seed: each says what is wrong with it."""

import io
import random
import zipfile
from functools import cache

import xlsxwriter

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HEADER, CsvCommon

FILES = 500
SEED = 20261121
WRITTEN = ("csv.file", "csv.part", "csv.reject", "item", "outlet", "sale", "day")
BOMBS = (("xl/sharedStrings.xml", 140), ("xl/worksheets/sheet1.xml", 520))
CELLS = (
    *("-0", "1e9999", "NaN", "Infinity", "1,,5", "--3", "0x1F", "99999999999999999999"),
    *("2026-02-31", "31.02.2026", "2026-13-01", "0000-00-00", "24:61", "99:99"),
    *("=1+1", '=HYPERLINK("http://x")', '="ESP"', "@SUM(A1)", "+1", "-1"),
    *("\x00", "a\x00b", "\x1b[31m", "\u202eEXE", "💥", "Ä" * 600, '"', "'", ";", "\\"),
    *("", " ", "\t", "\N{NO-BREAK SPACE}", "NULL", "None", "null", "true"),
)


@tagged("post_install", "-at_install")
class TestMalformedMany(CsvCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.manager()
        cls.random = random.Random(SEED)

    def test_many(self):
        """A clear sentence and nothing stored, or good rows and a list of the rest."""
        outcomes = {"stored": 0, "refused": 0}
        for number in range(FILES):
            kind, content = self.damaged()
            with self.subTest(number=number, kind=kind):
                outcomes[self.outcome(content)] += 1
        self.assertEqual(sum(outcomes.values()), FILES)
        # Neither of the two may become the answer to everything.
        self.assertGreater(min(outcomes.values()), FILES // 10, outcomes)

    def outcome(self, content):
        if self.random.random() < 0.5:
            self.layout.is_confirmed = not self.layout.is_confirmed
        before = self.counts()
        try:
            wizard = self.wizard(content, self.boss)
            if wizard.step == "layout":
                wizard.action_check()
            if not wizard.error:
                with self.env.cr.savepoint():
                    action = wizard.action_store()
                return self.stored(self.files.browse(action["res_id"]))
            message = wizard.error
        except UserError as error:
            message = str(error)
        self.assertRegex(message, r"^[A-Z'0-9].{10,}[.?]$")
        self.assertNotIn("Traceback", message)
        self.assertEqual(self.counts(), before)
        return "refused"

    def stored(self, file):
        """What can be used is used, and every other row has its reason."""
        self.assertGreater(file.line_count, 0)
        (sheet,) = file._sheets()
        self.assertEqual(len(sheet.sold), file.line_count)
        self.assertTrue(all(file.reject_ids.mapped("reason")))
        self.assertEqual(
            len(file.reject_ids), file.reject_count + file.note_count, file.name
        )
        return "stored"

    def counts(self):
        """What an upload writes, the agreed layout excepted."""
        models = [f"pos.bridge.{name}" for name in WRITTEN]
        counts = {name: self.env[name].search_count([]) for name in models}
        stored = [("res_model", "=", "pos.bridge.csv.file")]
        return counts, self.env["ir.attachment"].sudo().search_count(stored)

    # === DAMAGE === #

    def damaged(self):
        kinds = [name for name in dir(self) if name.startswith("make_")]
        kind = self.random.choice(kinds)
        return kind, getattr(self, kind)()

    def good_rows(self, most=30):
        count = self.random.randint(1, most)
        return [
            [
                f"2026-03-{self.random.randint(1, 28):02}",
                f"{self.random.randint(8, 23):02}:{self.random.randint(0, 59):02}",
                *("Bar", f"R{number}", "1", "", "ESP", "Espresso"),
                *(str(self.random.randint(1, 9)), "2.40", "sale"),
            ]
            for number in range(count)
        ]

    def good_file(self, rows=None, delimiter=","):
        rows = rows or self.good_rows()
        lines = [HEADER.replace(",", delimiter)]
        lines += [delimiter.join(row) for row in rows]
        return "\n".join((*lines, "")).encode("utf-8", errors="surrogatepass")

    def make_bad_cells(self):
        rows = self.good_rows()
        for _time in range(self.random.randint(1, 20)):
            row = self.random.choice(rows)
            row[self.random.randrange(len(row))] = self.random.choice(CELLS)
        return self.good_file(rows)

    def make_truncated(self):
        content = self.good_file()
        return content[: self.random.randrange(len(content))]

    def make_binary(self):
        return self.random.randbytes(self.random.randint(1, 5000))

    def make_flipped_bytes(self):
        content = bytearray(self.good_file())
        for _time in range(self.random.randint(1, 30)):
            content[self.random.randrange(len(content))] = self.random.randrange(256)
        return bytes(content)

    def make_wrong_encoding(self):
        encoding = self.random.choice(("utf-16", "utf-16-le", "utf-32", "cp037"))
        return self.good_file().decode().encode(encoding)

    def make_letters_of_another_encoding(self):
        rows = self.good_rows()
        rows[0][7] = "Café"
        return self.good_file(rows).decode().encode("cp1252")

    def make_wrong_delimiter(self):
        return self.good_file(delimiter=self.random.choice(";\t|:^"))

    def make_ragged(self):
        rows = self.good_rows()
        for row in self.random.sample(rows, len(rows) // 2):
            del row[self.random.randrange(len(row)) :]
            row += ["extra"] * self.random.randrange(20)
        return self.good_file(rows)

    def make_open_quotation(self):
        content = self.good_file().decode()
        at = self.random.randrange(len(content))
        return (content[:at] + '"' + content[at:]).encode()

    def make_empty(self):
        return self.random.choice(
            (b"\xef\xbb\xbf", b"\n", b" \r\n\r\n", b",,,\n", b"\x00")
        )

    def make_header_only(self):
        return HEADER.encode() + self.random.choice((b"", b"\n", b"\n,,,,\n", b"\r"))

    def make_column_twice(self):
        name = self.random.choice(HEADER.split(","))
        header = f"{HEADER},{name}"
        rows = [",".join((*row, "x")) for row in self.good_rows()]
        return "\n".join((header, *rows)).encode()

    def make_long_line(self):
        rows = self.good_rows(3)
        rows[0][7] = "x" * 10**7 if self.random.random() < 0.1 else "x" * 10**5
        return self.good_file(rows)

    def make_many_columns(self):
        return b"," * 100_000 + b"\n" + self.good_file()

    def make_damaged_workbook(self):
        content = bytearray(self.workbook())
        for _time in range(self.random.randint(1, 50)):
            content[self.random.randrange(len(content))] = self.random.randrange(256)
        return bytes(content)

    def make_truncated_workbook(self):
        content = self.workbook()
        return content[: self.random.randrange(4, len(content))]

    def make_workbook_with_strange_cells(self):
        rows = self.good_rows()
        for _time in range(self.random.randint(1, 9)):
            row = self.random.choice(rows)
            strange = (True, 1e308, -0.0, 45000.7, "=1/0", "=NOW()", None, 2**60)
            row[self.random.randrange(len(row))] = self.random.choice(strange)
        return self.workbook(rows)

    def make_other_archive(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        return out.getvalue()

    def make_bomb(self):
        return self.bomb(*self.random.choice(BOMBS))

    @staticmethod
    @cache
    def bomb(part, megabytes):
        """Little to send, much to unpack."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<x/>")
            with archive.open(part, "w", force_zip64=True) as packed:
                for _time in range(megabytes):
                    packed.write(bytes(1024**2))
        return out.getvalue()

    def make_old_workbook(self):
        return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + self.random.randbytes(2000)

    def workbook(self, rows=None):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out)
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER.split(","), *(rows or self.good_rows())]):
            sheet.write_row(number, 0, row)
        book.close()
        return out.getvalue()
