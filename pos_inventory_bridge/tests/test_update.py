"""What an update to a new version does to what is there."""

from pathlib import Path

from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import PosBridgeCommon

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@tagged("post_install", "-at_install")
class TestUpdate(PosBridgeCommon):
    def update_to(self, version):
        self.env.flush_all()
        path = MIGRATIONS / version / "post-migration.py"
        load_script(str(path), "post-migration").migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_contracts_whose_days_are_posted_are_confirmed(self):
        """(is a day posted, address of the till, is it confirmed then)"""
        self._sell_espresso()
        self.sell({"ESP": 1})
        for is_posted, address, is_confirmed in (
            (False, "https://till.example.com", False),
            (True, False, False),
            (True, "https://till.example.com", True),
        ):
            with self.subTest(is_posted=is_posted, address=address):
                if is_posted:
                    self.run_day()
                self.assertEqual(bool(self.moves()), is_posted)
                self.integration.contract_address = address
                self.update_to("19.0.1.0.2")
                self.assertEqual(self.integration.contract_confirmed, is_confirmed)

    def test_voids_without_a_minus_are_subtracted(self):
        """3 sold for 30.00, 1 voided for 10.00, which was stored as 1 and 10.00."""
        self._sell_espresso()
        lines = [self.line(1, "ESP", 3, 10), self.line(2, "ESP", 1, 10, kind="void")]
        self.sell([self.receipt("R", lines)])
        self.run_day()
        void = self.env["pos.bridge.sale.line"].search([("kind", "=", "void")])
        void.write({"quantity": 1, "amount_net": 10})
        day = self.day()
        day.write({"read_amount": 40, "posted_amount": 40, "posted_quantity": 4})
        for _time in range(2):
            self.update_to("19.0.1.0.3")
            self.assertEqual((void.quantity, void.amount_net), (-1, -10))
            self.assertEqual((day.read_amount, day.posted_amount), (20, 20))
            self.assertEqual((day.posted_quantity, day.posted_cost), (2, 2))
        self.assertEqual(self.used(), {"Coffee": 2})

    def test_money_of_undone_days_stands_apart(self):
        self._sell_espresso()
        self.sell({"ESP": 3})
        self.run_day()
        self.day().action_undo()
        day = self.day()
        day.write({"posted_amount": 30, "undone_amount": 0, "posted_cost": 3})
        self.env["pos.bridge.sold"].search([]).write({"state": "posted"})
        self.update_to("19.0.1.0.3")
        self.assertEqual((day.posted_amount, day.undone_amount), (0, 30))
        self.assertEqual((day.posted_cost, day.state), (0, "undone"))
        sold = self.env["pos.bridge.sold"].search([("day_id", "=", day.id)])
        self.assertEqual(sold.mapped("state"), ["undone"])
