from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import pos_bridge_integration
from ..tools import locks
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


@tagged("post_install", "-at_install")
class TestTillToOneself(PosBridgeCommon):
    """Vendors allow one stream of requests per connection."""

    def test_by_hand_not_while_sales_are_read(self):
        self.startPatcher(
            patch.object(pos_bridge_integration, "SECONDS_OF_A_PERSON", 0)
        )
        waits = []
        self.startPatcher(
            patch.object(
                self.registry["pos.bridge.connector.none"],
                "fetch_outlets",
                lambda _self, integration: waits.append(integration.env.context) or [],
            )
        )
        with self.registry.cursor() as other:
            self.assertTrue(locks.take(other, "integration", self.integration.id))
            with self.assertRaisesRegex(UserError, "being read just now"):
                self.integration.action_sync_items()
        self.assertFalse(waits)
        self.integration.action_sync_items()
        self.assertTrue(waits[0]["pos_bridge_person_waits"])
