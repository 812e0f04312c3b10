"""The accountant's month as a spreadsheet: one sheet per subject, one table each."""

import xlsxwriter

MONEY = "#,##0.00"
DATE = "yyyy-mm-dd"


class MonthSheet:
    """Writes what ``get_month`` of the wizard gives.

    Numbers are numbers and dates are dates, so that a person can go on from there.
    """

    def __init__(self, env, month):
        self.env, self.month = env, month

    def fill(self, stream):
        options = {"in_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(stream, options) as self.book:
            self.formats = {
                "bold": self.book.add_format({"bold": True, "text_wrap": True}),
                "money": self.book.add_format({"num_format": MONEY}),
                "total": self.book.add_format({"num_format": MONEY, "bold": True}),
                "date": self.book.add_format({"num_format": DATE}),
            }
            self._write_days()
            self._write_corrections()
            self._write_exceptions()
            self._write_stock()

    def _sheet(self, name, sentence, columns):
        """A sheet with its explanation and its headings. Columns: (heading, width)."""
        sheet = self.book.add_worksheet(name)
        title = f"{self.month['company']}, {self.month['title']}"
        currency = self.month["currency"].name
        sheet.write(0, 0, f"{title} ({currency})", self.formats["bold"])
        sheet.write(1, 0, sentence)
        for number, (heading, width) in enumerate(columns):
            sheet.set_column(number, number, width)
            sheet.write(3, number, heading, self.formats["bold"])
        sheet.freeze_panes(4, 0)
        return sheet

    def _row(self, sheet, row, values, money="money"):
        """Floats are money, dates are dates, all else is text."""
        for column, value in enumerate(values):
            if isinstance(value, float | int) and not isinstance(value, bool):
                sheet.write_number(row, column, value, self.formats[money])
            elif hasattr(value, "year"):
                sheet.write_datetime(row, column, value, self.formats["date"])
            else:
                sheet.write_string(row, column, value or "")

    def _write_days(self):
        money = [
            self.env._("Till says"),
            self.env._("Read"),
            self.env._("Posted"),
            self.env._("Ignored"),
            self.env._("Not mapped"),
            self.env._("Failed"),
            self.env._("Undone"),
            self.env._("Nothing sold"),
        ]
        sheet = self._sheet(
            self.env._("Days"),
            self.env._(
                "Till says = read = posted + ignored + not mapped + failed + undone + "
                "rest."
            ),
            [
                (self.env._("Outlet"), 18),
                (self.env._("Date"), 11),
                (self.env._("State"), 12),
                *((name, 12) for name in money),
                (self.env._("Adds up"), 9),
                (self.env._("Cost of goods"), 13),
                (self.env._("Waits"), 30),
            ],
        )
        row = 4
        for outlet in self.month["outlets"]:
            for line in outlet["days"]:
                self._row(sheet, row, self._day_values(outlet, line))
                row += 1
            total = outlet["total"]
            values = [outlet["name"], "", self.env._("Total"), *self._figures(total)]
            self._row(sheet, row, [*values, "", total["cost"]], "total")
            row += 2

    def _figures(self, line):
        amounts = (line[name] for name in self.month["figures"])
        return ["" if amount is None else float(amount) for amount in amounts]

    def _day_values(self, outlet, line):
        told = {None: "", True: self.env._("yes"), False: self.env._("NO")}
        return [
            outlet["name"],
            line["date"],
            line["state"],
            *self._figures(line),
            told[line["is_right"]],
            "" if line["cost"] is None else float(line["cost"]),
            line["waits"],
        ]

    def _write_corrections(self):
        sheet = self._sheet(
            self.env._("Corrections"),
            self.env._(
                "What was posted after a day's first posting, or not on its own date."
            ),
            [
                (self.env._("Outlet"), 18),
                (self.env._("Business date"), 13),
                (self.env._("Date in the books"), 16),
                (self.env._("Posted on"), 12),
                (self.env._("What and why"), 50),
                (self.env._("Asked for by"), 18),
                (self.env._("Why not on its date"), 50),
                (self.env._("Value"), 12),
            ],
        )
        lines = self._lines_of("corrections")
        for row, (outlet, line) in enumerate(lines, 4):
            names = ("date", "accounting_date", "posted_on", "what", "who", "why_late")
            values = [outlet, *(line[name] for name in names), float(line["value"])]
            self._row(sheet, row, values)

    def _write_exceptions(self):
        sheet = self._sheet(
            self.env._("Open exceptions"),
            self.env._("What a person should still look at."),
            [
                (self.env._("Outlet"), 18),
                (self.env._("Business date"), 13),
                (self.env._("What"), 90),
                (self.env._("Money"), 12),
            ],
        )
        for row, (outlet, line) in enumerate(self._lines_of("exceptions"), 4):
            values = [outlet, line["date"], line["message"], float(line["amount"])]
            self._row(sheet, row, values)

    def _lines_of(self, name):
        return [
            (outlet["name"], line)
            for outlet in self.month["outlets"]
            for line in outlet[name]
        ]

    def _write_stock(self):
        """Only where Odoo books stock as it goes; else closing settles it."""
        if not self.month["stock"]:
            return
        sheet = self._sheet(
            self.env._("Stock"),
            self.env._("What the stock is worth, against the balance of its account."),
            [
                (self.env._("Account"), 40),
                (self.env._("Stock value"), 14),
                (self.env._("In the books"), 14),
                (self.env._("Difference"), 14),
            ],
        )
        for row, line in enumerate(self.month["stock"], 4):
            names = ("value", "booked", "difference")
            values = [line["account"], *(float(line[name]) for name in names)]
            self._row(sheet, row, values)
