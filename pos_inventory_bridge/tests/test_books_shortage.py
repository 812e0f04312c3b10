"""Goods that are not there: post all the same, post what is there, or hold.

Whatever happens, what the ledger took plus what is open is what the day used.
"""

from odoo.tests import tagged

from .common import DAY, PosBridgeCommon


class ShortageCommon(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.item("ESP", cls.coffee, 1)
        cls.integration.shrink_limit = 1


@tagged("post_install", "-at_install")
class TestBooksShortage(ShortageCommon):
    def test_available(self):
        self.integration.negative_stock_policy = "available"
        self.stock_up(self.coffee, self.bar, 3)
        self.sell({"ESP": 8})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 3})
        self.assertEqual(self.day().open_ids.quantity, 5)
        self.receive(self.coffee, 2, self.bar, "2026-03-05 08:00:00")
        self.env["pos.bridge.open"]._cron_queue_waiting()
        self.env["pos.bridge.transfer"].search([("state", "=", "queued")])._run_all()
        self.assertEqual(self.used(), {"Coffee": 5})
        self.assertEqual(self.day().open_ids.quantity, 3)
        print(self.moves().mapped("date"), self.day().posting_ids.mapped("name"), self.exceptions().mapped("message"))
