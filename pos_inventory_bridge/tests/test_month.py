"""The accountant's month: every day's line, both dates of corrections, what is open."""

import base64
import io
from datetime import date
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.tests import freeze_time, tagged

from .common import DAY
from .test_posting import BooksCommon
from .test_reports import NEXT_DAY, ReportCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestMonth(ReportCase):
    def wizard(self, **vals):
        self.env.flush_all()
        wizards = self.env["pos.bridge.month.wizard"].with_user(self.user)
        return wizards.create({"month": date(2026, 3, 15), **vals})

    def outlet_of(self, month, name="Bar"):
        return next(each for each in month["outlets"] if each["name"] == name)

    def day_line(self, month, day=DAY):
        lines = self.outlet_of(month)["days"]
        return next(line for line in lines if line["date"] == day)

    def story(self):
        """30 espresso and 2 soups, of which nobody knows; then 5 espresso less."""
        self.sell({"ESP": 30, "SOUP": 2})
        self.run_day()
        self.sell({"ESP": 25, "SOUP": 2})
        self.run_day()
        self.sell({"ESP": 1}, NEXT_DAY)
        self.run_day(day=self.day(NEXT_DAY))

    def test_days(self):
        self.story()
        month = self.wizard().get_month()
        line = self.day_line(month)
        self.assertEqual(
            {name: line[name] for name in ("reported", "read", "posted", "unmapped")},
            {"reported": 270, "read": 270, "posted": 250, "unmapped": 20},
        )
        self.assertTrue(line["is_right"])
        self.assertAlmostEqual(line["cost"], 4.5)
        total = self.outlet_of(month)["total"]
        self.assertAlmostEqual(total["read"], 280)
        self.assertAlmostEqual(total["cost"], 4.68)

    def test_every_date_up_to_today(self):
        """A date without a day is told, too: it may be missing."""
        self.story()
        lines = self.outlet_of(self.wizard().get_month())["days"]
        self.assertEqual(len(lines), 20)
        self.assertEqual(lines[0]["state"], "No day")
        self.assertIsNone(lines[0]["read"])
        self.assertIsNone(lines[0]["is_right"])
        self.assertEqual(lines[2]["state"], "Posted")

    def test_total_that_does_not_add_up_is_told(self):
        self.story()
        self.day().reported_amount = 300
        self.day().is_reported = True
        self.assertIs(self.day_line(self.wizard().get_month())["is_right"], False)

    def test_corrections_with_both_dates(self):
        """March is closed when the correction comes: it is booked in April."""
        self.story()
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        with freeze_time("2026-04-02 10:00:00"):
            self.sell({"ESP": 24, "SOUP": 2})
            self.run_day("manual")
            march = self.outlet_of(self.wizard().get_month())["corrections"]
            april = self.wizard(month=date(2026, 4, 1)).get_month()
        first, late = march
        self.assertEqual((first["date"], first["accounting_date"]), (DAY, DAY))
        self.assertAlmostEqual(first["value"], -0.9)
        self.assertEqual(late["date"], DAY)
        self.assertEqual(late["accounting_date"], date(2026, 4, 1))
        self.assertEqual(late["who"], "Back Office")
        self.assertIn("closed in accounting", late["why_late"])
        self.assertAlmostEqual(late["value"], -0.18)
        self.assertEqual(self.outlet_of(april)["corrections"], [late])

    def test_first_posting_that_came_late(self):
        self.company.fiscalyear_lock_date = date(2026, 3, 10)
        self.sell({"ESP": 10})
        self.run_day()
        [late] = self.outlet_of(self.wizard().get_month())["corrections"]
        self.assertEqual(late["accounting_date"], date(2026, 3, 11))
        self.assertTrue(late["is_late"])

    def test_open_exceptions(self):
        self.story()
        [problem] = self.outlet_of(self.wizard().get_month())["exceptions"]
        self.assertIn("Soup", problem["message"])
        self.assertEqual(problem["amount"], 20)

    def test_outlets_can_be_chosen(self):
        other = self._create_outlet("Terrace", self.kitchen)
        month = self.wizard(outlet_ids=other.ids).get_month()
        self.assertEqual([each["name"] for each in month["outlets"]], ["Terrace"])

    def test_spreadsheet(self):
        self.story()
        wizard = self.wizard()
        action = wizard.action_spreadsheet()
        self.assertIn(f"/{wizard.id}/file", action["url"])
        book = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        self.assertEqual(book.sheetnames, ["Days", "Corrections", "Open exceptions"])
        rows = list(book["Days"].iter_rows(min_row=5, values_only=True))
        of_day = next(row for row in rows if row[1] and row[1].date() == DAY)
        self.assertEqual(of_day[0], "Bar")
        self.assertEqual(of_day[3:6], (270, 270, 250))
        self.assertEqual(of_day[11:13], ("yes", 4.5))
        [correction] = book["Corrections"].iter_rows(min_row=5, values_only=True)
        self.assertEqual(correction[1].date(), DAY)
        self.assertEqual(correction[7], -0.9)

    def test_posted_on_is_the_date_where_the_accountant_sits(self):
        """00:30 of 1 April in Berlin, which is 22:30 of 31 March in UTC."""
        self.story()
        with freeze_time("2026-03-31 22:30:00"):
            self.sell({"ESP": 24, "SOUP": 2})
            self.run_day("manual")
            wizard = self.wizard()
            wizard.action_spreadsheet()
        book = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        rows = list(book["Corrections"].iter_rows(min_row=5, values_only=True))
        self.assertEqual(rows[-1][3].date(), date(2026, 4, 1))

    def test_nothing_says_who_signed(self):
        """Nobody can sign a day yet."""
        self.story()
        wizard = self.wizard()
        wizard.action_spreadsheet()
        book = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        headings = [cell.value for cell in book["Days"][4]]
        self.assertNotIn("Signed by", headings)
        self.assertEqual(headings[-1], "Waits")

    def test_print(self):
        self.story()
        self._create_outlet("Terrace", self.kitchen)
        wizard = self.wizard()
        name = "pos_inventory_bridge.pos_bridge_month_report"
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html(name, wizard.ids)
        )
        text = html.decode()
        self.assertIn("March 2026", text)
        self.assertIn("Correction 1: one receipt changed at the till", text)
        self.assertIn("Soup", text)
        # Without a page header the company is named in the text, too.
        self.assertIn(self.company.name, text.partition("<table")[0])
        self.assertEqual(text.count("Till says = read"), 1, "Bar")
        self.assertEqual(text.count("No day of this month was read."), 1, "Terrace")
        action = wizard.action_print()
        self.assertEqual(action["report_name"], name)

    def test_periodic_books_have_no_comparison(self):
        self.assertEqual(self.wizard().get_month()["stock"], [])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestMonthBooks(BooksCommon):
    def test_stock_against_its_account(self):
        """Received 100 at 4.00 and 100 at 1.00, of which no bill came yet; ten lattes
        took 5 and 20.
        """
        self.company.inventory_valuation = "real_time"
        for product in (self.coffee, self.milk):
            self.receive(product, 100, self.bar, "2026-03-01 08:00:00")
        self.sell({"LATTE": 10})
        self.run_day()
        self.env.flush_all()
        wizards = self.env["pos.bridge.month.wizard"].with_user(self.user)
        month = wizards.create({"month": DAY}).get_month()
        of_stock = [line for line in month["stock"] if line["value"]]
        self.assertAlmostEqual(sum(line["value"] for line in of_stock), 460.0)
        self.assertAlmostEqual(sum(line["booked"] for line in of_stock), -40.0)
        self.assertAlmostEqual(sum(line["difference"] for line in of_stock), 500.0)

    def test_category_that_is_booked_as_it_goes(self):
        """The company books at closings, this category at once: 100 at 4.00 and 100 at
        1.00; other goods stand on an account of their own.
        """
        self.company.inventory_valuation = "periodic"
        self.categ.property_valuation = "real_time"
        other = self.env["product.category"].create({"name": "By closing"})
        other.property_valuation = "periodic"
        account = self.env["account.account"].create(
            {"name": "Other stock", "code": "STK99", "account_type": "asset_current"}
        )
        other.property_stock_valuation_account_id = account
        salt = self.ingredient("Salt", cost=3.0, categ_id=other.id)
        for product in (self.coffee, self.milk, salt):
            self.receive(product, 100, self.bar, "2026-03-01 08:00:00")
        self.sell({"LATTE": 10})
        self.run_day()
        lines = self.stock_lines(DAY)
        self.assertAlmostEqual(sum(line["value"] for line in lines), 460.0)
        self.assertAlmostEqual(sum(line["booked"] for line in lines), -40.0)
        self.assertNotIn(account.display_name, [line["account"] for line in lines])

    def test_archived_product_that_is_still_there(self):
        """Of 500 the milk is 100: it does not go by being archived."""
        self.company.inventory_valuation = "real_time"
        for product in (self.coffee, self.milk):
            self.receive(product, 100, self.bar, "2026-03-01 08:00:00")
        self.milk.product_tmpl_id.active = False
        for month in (date(2026, 3, 1), date(2026, 2, 1)):
            value = 500.0 if month.month == 3 else 0.0
            lines = self.stock_lines(month)
            self.assertAlmostEqual(sum(line["value"] for line in lines), value)

    def test_stock_at_the_very_end_of_the_month(self):
        """In Los Angeles, where that is the next morning in UTC: what was used on the
        31st is gone, what is used on the 1st is there.
        """
        self.company.inventory_valuation = "real_time"
        self.user.tz = "America/Los_Angeles"
        for method in ("standard", "average", "fifo"):
            with self.subTest(method), freeze_time("2026-04-05 10:00:00"):
                self.categ.property_cost_method = method
                outlet = self._create_outlet(method, self.bar)
                outlet.tz = self.user.tz
                outlet.consumption_location_id.valuation_account_id = (
                    self.company._get_pos_bridge_cost_account()
                )
                self.check_end_of_march(outlet)

    def test_end_of_the_month_is_that_of_the_outlet(self):
        """Wherever the accountant sits: east of the outlet, and west of it."""
        self.company.inventory_valuation = "real_time"
        for number, zone in enumerate(("Asia/Tokyo", "Pacific/Honolulu")):
            with self.subTest(zone), freeze_time("2026-04-05 10:00:00"):
                self.user.tz = zone
                outlet = self._create_outlet(f"Out {number}", self.bar)
                outlet.tz = "America/Los_Angeles"
                outlet.consumption_location_id.valuation_account_id = (
                    self.company._get_pos_bridge_cost_account()
                )
                self.check_end_of_march(outlet)

    def test_stock_of_other_companies_is_theirs(self):
        """The other company has 90 of what both of them use, at another price; by hand:
        10 coffees at 4.00, at the end of last month and now.
        """
        self.company.inventory_valuation = "real_time"
        other = self.env["res.company"].create({"name": "Company C"})
        self.user.company_ids |= other
        for method in ("standard", "average", "fifo"):
            for month in (date(2026, 3, 1), date(2026, 4, 1)):
                savepoint = self.env.cr.savepoint()
                with (
                    self.subTest(method, month=month),
                    freeze_time("2026-04-05 10:00:00"),
                ):
                    self.check_other_company(other, method, month)
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()

    def check_other_company(self, other, method, month):
        self.categ.property_cost_method = method
        self.categ.with_company(other).property_cost_method = method
        self.receive(self.coffee, 10, self.bar, "2026-03-02 08:00:00")
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        theirs = self.coffee.with_company(other)
        theirs.standard_price = 7
        env = self.env(context={"allowed_company_ids": other.ids})
        with patch.multiple(self, warehouse=warehouse, env=env):
            self.receive(theirs, 90, warehouse.lot_stock_id, "2026-03-01 08:00:00", 7)
        for allowed in (self.company, self.company | other, other | self.company):
            lines = self.stock_lines(
                month, company_id=self.company.id, allowed_company_ids=allowed.ids
            )
            self.assertEqual(sum(line["value"] for line in lines), 40.0)

    def check_end_of_march(self, outlet):
        before = self.stock_of_march()
        for product in (self.coffee, self.milk):
            self.receive(product, 100, self.bar, "2026-03-02 08:00:00")
        for sold_on, count in ((date(2026, 3, 31), 10), (date(2026, 4, 1), 6)):
            self.sell({"LATTE": count}, sold_on, outlet=outlet)
            self.run_day(day=self.day(sold_on, outlet))
        after = self.stock_of_march()
        # Received 500; ten lattes took 5 coffees at 4.00 and 20 milk at 1.00.
        self.assertAlmostEqual(after["value"] - before["value"], 460.0)
        self.assertAlmostEqual(after["booked"] - before["booked"], -40.0)

    def stock_lines(self, month, company_id=None, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        wizards = self.env["pos.bridge.month.wizard"].with_user(self.user)
        company = {"company_id": company_id} if company_id else {}
        wizard = wizards.with_context(**context).create({"month": month, **company})
        return wizard.get_month()["stock"]

    def stock_of_march(self):
        lines = self.stock_lines(DAY)
        names = ("value", "booked")
        return {name: sum(line[name] for line in lines) for name in names}
