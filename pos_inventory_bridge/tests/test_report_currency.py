"""Money in another currency is never added to the company's; its goods are deducted.

An espresso takes 0.01 kg of beans at 18.00 and is sold for 10.00.
"""

from decimal import Decimal

from odoo.tests import freeze_time, tagged

from ..tools.records import ControlTotals
from .test_reports import ReportCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 10:00:00")
class TestOtherCurrency(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.currency_id = cls.env.ref("base.EUR")

    def told(self, number, currency, quantity):
        line = self.line(1, "ESP", quantity, 10)
        return self.receipt(number, [line], currency=currency)

    def post(self, *receipts, **vals):
        self.sell(receipts, **vals)
        self.run_day()
        self.env.flush_all()

    def check_money(self, money, cost):
        day = self.day()
        self.assertEqual((day.read_amount, day.posted_amount), (money, money))
        self.assertTrue(day._adds_up("accounted"))
        self.assertEqual(self.esp.money_7_days, money)
        names = ["sales:sum", "amount:sum", "cost:sum", "margin:sum"]
        self.assertEqual(
            self.rows("pos.bridge.sales.report", [], names),
            {(): (money, money, cost, money - cost)},
        )
        self.assertIn(f"{money:.2f}", self.env["pos.bridge.sale"]._told_text(day))

    def test_two_currencies(self):
        """3 for 30.00 EUR, 2 for 20.00 CHF: 5 are deducted, 30.00 are added."""
        self.post(self.told("17", "EUR", 3), self.told("18", "CHF", 2))
        self.assertEqual(self.used(), {"Beans": 0.05})
        self.assertEqual(self.day().posted_quantity, 5)
        self.assertEqual(self.esp.sold_7_days, 5)
        self.check_money(30.0, 0.9)

    def test_what_a_person_is_told(self):
        self.post(
            self.told("17", "EUR", 3),
            self.told("18", "CHF", 2),
            self.told("19", "USD", 1),
        )
        [problem] = self.exceptions()
        self.assertEqual(problem.code, "validation_error")
        self.assertEqual((problem.cause, problem.cure), ("other_currency", "day"))
        for part in ("CHF 18", "USD 19", "not in EUR"):
            self.assertIn(part, problem.message)
        self.assertNotIn("17", problem.message)
        self.assertTrue(self.day().attention)
        action = problem.with_user(self.user).action_open_cure()
        self.assertEqual(action["res_id"], self.day().id)

    def test_the_receipt_keeps_its_own_money(self):
        self.post(self.told("18", "CHF", 2))
        receipt = self.env["pos.bridge.sale"].search([("receipt_number", "=", "18")])
        self.assertEqual(receipt.currency_id, self.env.ref("base.CHF"))
        self.assertEqual((receipt.amount_net, receipt.foreign_currency), (20.0, "CHF"))

    def test_told_again_in_the_right_one(self):
        self.post(self.told("18", "CHF", 2))
        self.check_money(0.0, 0.36)
        self.post(self.told("18", "EUR", 2))
        self.check_money(20.0, 0.36)
        self.assertFalse(self.exceptions())

    def test_code_that_nobody_knows(self):
        """It is not taken for the company's, and looked up again the next time."""
        self.post(self.told("18", "XQZ", 2))
        self.check_money(0.0, 0.36)
        self.assertIn("XQZ 18", self.exceptions().message)
        self.env["res.currency"].create({"name": "XQZ", "symbol": "X"})
        currency_id = self.env["pos.bridge.sale"]._get_currency_id("XQZ")
        self.assertEqual(self.env["res.currency"].browse(currency_id).name, "XQZ")

    def test_unknown_code_is_not_remembered(self):
        """Also where it becomes known by a road that empties no cache."""
        sales = self.env["pos.bridge.sale"]
        self.assertFalse(sales._get_currency_id("XQZ"))
        self.env.cr.execute(
            "INSERT INTO res_currency (name, symbol, rounding, active)"
            " VALUES ('XQZ', 'X', 0.01, TRUE)"
        )
        self.assertTrue(sales._get_currency_id("XQZ"))

    def test_receipts_that_name_none_are_the_companys(self):
        self.post(self.told("17", None, 3))
        self.check_money(30.0, 0.54)
        self.assertFalse(self.exceptions())

    def test_many_receipts_are_named_in_part(self):
        self.post(*[self.told(f"R{number:02}", "CHF", 1) for number in range(12)])
        message = self.exceptions().message
        self.assertIn("R07 + 4", message)
        self.assertNotIn("R08", message)

    def test_totals_of_the_till_in_its_own_currency(self):
        """30.00 in the books; the till's totals say the same."""
        totals = ControlTotals(count=2, amount=Decimal(30))
        self.post(
            *(self.told("17", "EUR", 3), self.told("18", "CHF", 2)),
            control_totals=totals,
        )
        self.assertEqual(self.exceptions().mapped("cause"), ["other_currency"])
