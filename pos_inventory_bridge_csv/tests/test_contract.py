from zoneinfo import ZoneInfo

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tests.connector_contract import ConnectorContract

from .common import CsvCommon


@tagged("post_install", "-at_install")
class TestContract(ConnectorContract, CsvCommon):
    def _contract_integration(self):
        return self.integration

    def _contract_outlet(self):
        return self.outlet

    def _contract_tell(self, sales):
        """One file with all of it, in the local time of the outlet."""
        self.files.search([]).unlink()
        self.store([self._row(sale, line) for sale in sales for line in sale.lines])

    def _row(self, sale, line):
        moment = line.sold_at.astimezone(ZoneInfo(self.outlet.tz))
        cells = (
            moment.date(),
            moment.strftime("%H:%M:%S"),
            self.outlet.external_id,
            sale.receipt_number,
            line.external_id,
            line.parent_external_id or "",
            line.item_external_id,
            line.name,
            line.quantity,
            line.amount_net,
            line.kind,
        )
        return ",".join(str(cell) for cell in cells)
