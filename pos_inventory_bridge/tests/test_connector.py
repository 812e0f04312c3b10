from odoo.tests import tagged

from .common import PosBridgeCommon
from .connector_contract import ConnectorContract


@tagged("post_install", "-at_install")
class TestConnectorNone(ConnectorContract, PosBridgeCommon):
    """The no-op connector, steered by the test, keeps the contract like any other."""

    def _contract_integration(self):
        return self.integration

    def _contract_outlet(self):
        return self.outlet

    def _contract_tell(self, sales):
        self.till.clear()
        for day in {sale.business_date for sale in sales}:
            self.sell([sale for sale in sales if sale.business_date == day], day)
