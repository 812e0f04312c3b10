"""Reported = read = posted + ignored + unmapped + failed + zero: count, quantity,
money.
"""

from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from ..tools.records import ControlTotals
from .common import PosBridgeCommon

PARTS = ("posted", "ignored", "unmapped", "failed", "zero")


@tagged("post_install", "-at_install")
class TestReconcile(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()

    def codes(self):
        return self.exceptions().mapped("code")

    def run_with(self, **totals):
        """Two items, 3.5 units, 35 of money, and what the till says of that."""
        told = {name: Decimal(str(value)) for name, value in totals.items()}
        if "count" in told:
            told["count"] = int(told["count"])
        self.sell({"ESP": 1.5, "TEA": 2}, control_totals=ControlTotals(**told))
        self.map(self.item("TEA"), self.coffee, 1)
        self.run_day()
        return self.codes()

    def test_all_three_agree(self):
        self.assertEqual(self.run_with(count=2, quantity=3.5, amount=35), [])

    def test_quantity_alone_does_not(self):
        """Two lines and the money are right, one portion is missing."""
        codes = self.run_with(count=2, quantity=4.5, amount=35)
        self.assertEqual(codes, ["total_mismatch"])
        self.assertEqual(self.exceptions().quantity, 1)
        self.assertIn("sold: 4.5", self.exceptions().message)
        self.assertIn("sold: 3.5", self.exceptions().message)

    def test_count_alone_does_not(self):
        codes = self.run_with(count=3, quantity=3.5, amount=35)
        self.assertEqual(codes, ["total_mismatch"])

    def test_money_alone_does_not(self):
        codes = self.run_with(count=2, quantity=3.5, amount=35.01)
        self.assertEqual(codes, ["total_mismatch"])

    def test_what_the_till_does_not_report_is_not_compared(self):
        for totals in ({"count": 2}, {"quantity": 3.5}, {"amount": 35}, {}):
            with self.subTest(totals=totals):
                self.till.clear()
                self.assertEqual(self.run_with_known(**totals), [])
                self.assertEqual(self.day().reported_amount, 35)

    def run_with_known(self, **totals):
        told = {name: Decimal(str(value)) for name, value in totals.items()}
        if "count" in told:
            told["count"] = int(told["count"])
        self.sell({"ESP": 1.5, "COF": 2}, control_totals=ControlTotals(**told))
        if not self.env["pos.bridge.item"].search([("external_id", "=", "COF")]):
            self.item("COF", self.coffee, 1)
        self.run_day()
        return self.codes()

    def test_every_line_is_one_of_the_parts(self):
        """Posted, ignored, not mapped, failed and zero at once."""
        nothing = self.item("WAIT")
        self.env["pos.bridge.mapping"].create(
            {"item_id": nothing.id, "map_type": "nothing"}
        )
        broken = self.recipe("Broken", [(self.coffee, 1, 10)])
        self.item("BROKEN", broken)
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET trim_percentage = 100 WHERE bom_id = %s",
            [broken.id],
        )
        self.env.cr.execute(
            "DELETE FROM pos_bridge_recipe_version WHERE bom_id = %s", [broken.id]
        )
        self.env.invalidate_all()
        lines = [
            self.line(number, code, quantity, 10)
            for number, (code, quantity) in enumerate(
                [("ESP", 2), ("WAIT", 1), ("NEW", 3), ("BROKEN", 1), ("ESP", 0)]
            )
        ]
        totals = ControlTotals(5, Decimal(7), Decimal(70))
        self.sell([self.receipt("R1", lines)], control_totals=totals)
        self.run_day()
        day = self.day()
        self.assertEqual([day[f"{part}_count"] for part in PARTS], [1, 1, 1, 1, 1])
        self.assertEqual([day[f"{part}_quantity"] for part in PARTS], [2, 1, 3, 1, 0])
        self.assertEqual([day[f"{part}_amount"] for part in PARTS], [20, 10, 30, 10, 0])
        self.assertEqual(
            (day.read_count, day.read_quantity, day.read_amount), (5, 7, 70)
        )
        self.assertNotIn("total_mismatch", self.codes())

    def test_a_line_that_the_run_forgot_is_noticed(self):
        """Though the till reports no totals of its own."""
        self.sell({"ESP": 1, "TEA": 2})
        days = self.registry["pos.bridge.day"]
        sold = days._sold

        def forgetful(day):
            return dict(list(sold(day).items())[:1])

        with patch.object(days, "_sold", forgetful):
            self.run_day()
        problem = self.exceptions().filtered(lambda each: each.code == "total_mismatch")
        self.assertIn("Of 2 lines that were read, 1 are", problem.message)
        self.run_day("repost")
        self.assertNotIn("total_mismatch", self.codes())
