from collections import Counter

from odoo import models

from odoo.addons.pos_inventory_bridge.tools.shapes import only, readable

from ..tools.normalise import DayReader

TOTALS = ("numberOfSales", "totalAmount", "totalTaxAmount")


class PosBridgeConnectorLightspeed(models.AbstractModel):
    """What the check of the settings looks at; it only reads, and names nobody."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector.lightspeed"

    def _probe_items(self, outlet):
        with self._client(outlet.integration_id) as client:
            rows = client.items(outlet.external_id)
            skus = Counter(row.get("sku") for row in rows if row.get("sku"))
            return {
                self.env._("items"): len(rows),
                self.env._("without SKU"): len(rows) - skus.total(),
                self.env._("SKU of several"): sum(count > 1 for count in skus.values()),
                self.env._("archived"): sum(row.get("active") is False for row in rows),
                **Counter(str(row.get("itemType")) for row in rows),
            }

    def _probe_told(self, outlet, business_date):
        with self._client(outlet.integration_id) as client:
            told = client.sales_daily(outlet.external_id, business_date)
            return told.sales, {
                self.env._("complete"): told.is_complete,
                self.env._("next day starts"): told.next_start,
                **Counter(str(sale.get("type")) for sale in told.sales),
            }

    def _probe_totals(self, outlet, business_date):
        with self._client(outlet.integration_id) as client:
            told = client.aggregated_sales(outlet.external_id, business_date)
            return {"aggregatedSales": "", **only(told, TOTALS)}

    def _probe_read(self, integration, business_date, told, **others):
        with readable(lambda: told):
            reader = DayReader(integration._lightspeed_reading(**others), business_date)
            return reader.receipts(told), reader.doubts
