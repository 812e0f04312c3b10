from collections import defaultdict

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tests.connector_contract import ConnectorContract

from .common import SidesCommon, sides


@tagged("post_install", "-at_install")
class TestContract(ConnectorContract, SidesCommon):
    outlet_day_start = 5.0

    def _contract_integration(self):
        return self.integration

    def _contract_outlet(self):
        return self.outlet

    def _contract_tell(self, sales):
        """SIDES itself says which report an order stands in."""
        self.sides.orders.clear()
        days = defaultdict(list)
        for sale in sales:
            days[sale.business_date].append(self._order(sale))
        for day, orders in days.items():
            self.sides.sell(day, orders)

    def _order(self, sale):
        lines = {line.external_id: self._line(line) for line in sale.lines}
        for line in sale.lines:
            if line.parent_external_id:
                lines[line.parent_external_id].children.append(lines[line.external_id])
        return sides.Order(
            ref=sale.external_id,
            number=sale.receipt_number,
            at=sale.closed_at,
            lines=[
                lines[line.external_id]
                for line in sale.lines
                if not line.parent_external_id
            ],
        )

    def _line(self, line):
        kind = line.kind if line.kind in ("comp", "staff_meal") else "sales_item"
        kind = "topping" if line.parent_external_id else kind
        return sides.Line(
            None,
            line.quantity,
            line.amount_net,
            name=line.name,
            kind=kind,
            ref=line.external_id,
            product_ref=line.item_external_id,
        )
