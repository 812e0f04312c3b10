from collections import Counter

from odoo import models

from odoo.addons.pos_inventory_bridge.tools.shapes import only

from ..tools.normalise import DayReader

TOTALS = ("numberOfSales", "totalAmount", "totalTaxAmount")


class PosBridgeConnectorLightspeed(models.AbstractModel):
    """What the check of the settings looks at; it only reads, and names nobody."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector.lightspeed"

    def _probe_items(self, outlet):
        rows = self._client(outlet.integration_id).items(outlet.external_id)
        skus = Counter(row.get("sku") for row in rows if row.get("sku"))
        return {
            "items": len(rows),
            "without SKU": len(rows) - skus.total(),
            "SKU of several": sum(count > 1 for count in skus.values()),
            "archived": sum(row.get("active") is False for row in rows),
            **Counter(str(row.get("itemType")) for row in rows),
        }

    def _probe_told(self, outlet, business_date):
        client = self._client(outlet.integration_id)
        told = client.sales_daily(outlet.external_id, business_date)
        totals = client.aggregated_sales(outlet.external_id, business_date)
        facts = {
            "complete": told.is_complete,
            "next day starts": told.next_start,
            **Counter(str(sale.get("type")) for sale in told.sales),
            "aggregatedSales": "",
            **only(totals, TOTALS),
        }
        return told.sales, facts

    def _probe_read(self, integration, business_date, told, **others):
        reader = DayReader(integration._lightspeed_reading(**others), business_date)
        return reader.receipts(told), reader.doubts
