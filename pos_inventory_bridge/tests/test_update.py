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
