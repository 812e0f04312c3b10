"""What was taken back is subtracted everywhere, whichever sign the till gives it.

An espresso takes 0.01 kg of beans at 18.00 and is sold for 10.00.
"""

from datetime import date
from decimal import Decimal

from odoo.tests import freeze_time, tagged

from .common import DAY
from .test_reports import ReportCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 10:00:00")
class TestTakenBack(ReportCase):
    def post(self, *lines):
        self.sell([self.receipt("R", lines)])
        self.run_day()
        self.env.flush_all()

    def check_everywhere(self, sold, money, cost):
        """Day, item list, sales report, consumption and overview say the same."""
        day = self.day()
        self.assertEqual((day.read_quantity, day.read_amount), (sold, money))
        self.assertEqual((day.posted_quantity, day.posted_amount), (sold, money))
        self.assertEqual((self.esp.sold_7_days, self.esp.money_7_days), (sold, money))
        told = self.rows(
            "pos.bridge.sales.report",
            ["item_id"],
            ["quantity:sum", "sales:sum", "amount:sum", "cost:sum", "margin:sum"],
        )
        self.assertEqual(told["Esp",], (sold, money, money, cost, money - cost))
        month = self.env["pos.bridge.overview"].with_user(self.user).get_overview()
        this = month["months"][0]["this"]
        self.assertEqual((this["sales"], this["margin"]), (money, money - cost))
        wizard = self.env["pos.bridge.month.wizard"].create({"month": date(2026, 3, 1)})
        [outlet] = wizard.get_month()["outlets"]
        self.assertEqual(outlet["total"]["posted"], money)
        receipt = self.env["pos.bridge.sale"].search([("business_date", "=", DAY)])
        self.assertEqual(receipt.amount_net, money)
        self.assertEqual(self.exceptions().mapped("code"), [])

    def test_void_without_a_minus(self):
        """3 sold, 1 of them voided by a row that says 1 for 10.00."""
        self.post(self.line(1, "ESP", 3, 10), self.line(2, "ESP", 1, 10, kind="void"))
        self.assertEqual(self.used(), {"Beans": 0.02})
        self.check_everywhere(2, 20.0, 0.36)

    def test_void_with_a_minus(self):
        self.post(self.line(1, "ESP", 3, 10), self.line(2, "ESP", -1, 10, kind="void"))
        self.check_everywhere(2, 20.0, 0.36)

    def test_refund_without_a_minus(self):
        self.post(self.line(1, "ESP", 3, 10), self.line(2, "ESP", 2, 10, kind="refund"))
        self.check_everywhere(1, 10.0, 0.18)

    def test_money_alone_bears_the_minus(self):
        """Quantity 1, money -10.00."""
        back = self.line(2, "ESP", 1, -10, kind="void")
        self.post(self.line(1, "ESP", 3, 10), back)
        self.check_everywhere(2, 20.0, 0.36)

    def test_with_both_signs_in_one_day(self):
        """Two voids are two voids: they do not cancel each other out."""
        self.post(
            self.line(1, "ESP", 5, 10),
            self.line(2, "ESP", 1, 10, kind="void"),
            self.line(3, "ESP", -1, 10, kind="void"),
        )
        self.assertEqual(self.used(), {"Beans": 0.03})
        self.check_everywhere(3, 30.0, 0.54)

    def test_money_without_a_quantity(self):
        """A fee of 2.00 that is given back; 2 espressos stay."""
        self.post(
            self.line(1, "ESP", 2, 10),
            *self.fee(2, "2.00"),
            *self.fee(3, "2.00", kind="refund"),
        )
        self.assertEqual(self.day().zero_amount, 0.0)
        self.assertEqual(self.day().read_amount, 20.0)

    def fee(self, number, money, **vals):
        line = self.line(number, "FEE", 0, 0, **vals)
        object.__setattr__(line, "amount_net", Decimal(money))
        return [line]

    def test_what_modifies_it_is_taken_back_as_well(self):
        """Latte with syrup at 1.00, of which 0.02 kg are used at 5.00; one of two is
        voided as a whole.
        """
        syrup = self.ingredient("Syrup", cost=5.0)
        self.stock_up(syrup)
        item = self.item("SYRUP", syrup, 0.02)
        lines = [
            self.line(1, "ESP", 2, 10),
            self.line(2, "SYRUP", 2, 1, kind="modifier", parent_external_id="1"),
            self.line(3, "ESP", 1, 10, kind="void"),
            self.line(4, "SYRUP", 1, 1, kind="modifier", parent_external_id="3"),
        ]
        self.post(*lines)
        self.assertEqual(self.used(), {"Beans": 0.01, "Syrup": 0.02})
        self.assertEqual((item.sold_7_days, item.money_7_days), (1, 1.0))
        self.assertEqual(self.day().posted_amount, 11.0)

    def test_discount_that_is_taken_back_gives_money(self):
        """A till that signs its lines: a discount of 2.00 on two, one of it voided."""
        self.post(
            self.line(1, "ESP", 2, 10),
            self.line(2, "OFF", 2, -2),
            self.line(3, "OFF", -1, -2, kind="void"),
        )
        self.assertEqual(self.day().read_amount, 18.0)
        off = self.env["pos.bridge.item"].search([("external_id", "=", "OFF")])
        self.assertEqual((off.sold_7_days, off.money_7_days), (1, -2.0))
