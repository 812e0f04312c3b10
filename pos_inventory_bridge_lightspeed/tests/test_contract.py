from datetime import UTC, date, time
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tests.connector_contract import ConnectorContract

from .common import LightspeedCommon

TYPES = {"sale": "SALE", "refund": "REFUND", "void": "VOID"}


@tagged("post_install", "-at_install")
class TestContract(ConnectorContract, LightspeedCommon):
    def setUp(self):
        super().setUp()
        # Before the first of the days that the suite asks for.
        self.start(opened=date(2025, 11, 20))
        self.connect()

    def _contract_integration(self):
        return self.integration

    def _contract_outlet(self):
        return self.outlet

    def _contract_set_clock(self, tz, day_start):
        result = super()._contract_set_clock(tz, day_start)
        self.location.timezone = tz
        minutes = round(day_start * 60)
        self.location.day_start = time(minutes // 60, minutes % 60)
        return result

    def _contract_tell(self, sales):
        self.lightspeed.told = [self._told(sale) for sale in sales]

    def _told(self, sale):
        account = f"A65315.{sale.receipt_number}"
        return {
            "accountFiscId": account,
            "receiptId": sale.receipt_number,
            "source": {"initialAccountId": account},
            "type": TYPES[sale.kind],
            "cancelled": False,
            "timeClosed": self._moment(sale.closed_at),
            "salesLines": [self._told_line(line) for line in sale.lines],
        }

    def _told_line(self, line):
        told = {
            "id": line.external_id,
            "sku": line.item_external_id,
            "name": line.name,
            "quantity": f"{line.quantity:.3f}",
            "totalNetAmountWithoutTax": f"{line.amount_net:.6f}",
            "totalNetAmountWithTax": f"{line.amount_net * Decimal('1.2'):.6f}",
            "currency": "GBP",
            "timeOfSale": self._moment(line.sold_at),
        }
        if line.parent_external_id:
            told["parentLineId"] = line.parent_external_id
        if line.kind == "comp":
            told["accountDiscountType"] = "COMP"
        return told

    @staticmethod
    def _moment(moment):
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def test_contract_neutralize_clears_every_secret(self):
        self.integration._forget_secrets("access_token")
        return super().test_contract_neutralize_clears_every_secret()
