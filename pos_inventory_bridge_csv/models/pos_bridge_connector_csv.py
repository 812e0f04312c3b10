from datetime import timedelta

from odoo import api, models

from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation
from odoo.addons.pos_inventory_bridge.tools.records import (
    SALE_KINDS,
    ItemData,
    OutletData,
    SaleData,
    SaleLineData,
    SalesDay,
)

from ..tools.merge import merge
from ..tools.reader import Refusal
from ..tools.sheet import MAIN_OUTLET
from .messages import describe


class PosBridgeConnectorCsv(models.AbstractModel):
    """Answers from the files that were uploaded."""

    _name = "pos.bridge.connector.csv"
    _inherit = "pos.bridge.connector"
    _description = "CSV connector"

    @api.private
    def fetch_outlets(self, integration):
        sheets = self._sheets(integration)
        return self._outlets_of(integration, sheets) or super().fetch_outlets(
            integration
        )

    @api.private
    def fetch_items(self, integration):
        return self._items_of(integration, self._sheets(integration))

    @api.private
    def fetch_sales(self, outlet, business_date):
        # A night's end stands under the next date.
        near = [
            ("date_from", "<=", business_date + timedelta(days=1)),
            ("date_to", ">=", business_date),
        ]
        sheets = self._sheets(outlet.integration_id, near)
        adds = outlet.integration_id.csv_layout_ids.second_file == "add"
        receipts, complete = merge(sheets, outlet.external_id, business_date, adds)
        sales = [
            self._sale(business_date, receipt, rows)
            for receipt, rows in receipts.items()
        ]
        return SalesDay(complete=complete, sales=sales)

    def _sheets(self, integration, domain=()):
        """What the stored files say, newest first."""
        files = self.env["pos.bridge.csv.file"].search(
            [("integration_id", "=", integration.id), *domain]
        )
        try:
            return [file._read_sheet() for file in files]
        except Refusal as refusal:
            raise ContractViolation(describe(self.env, refusal)) from refusal

    def _outlets_of(self, integration, sheets):
        """Where something was sold; an outlet keeps the name that a person gave it."""
        names = {MAIN_OUTLET: integration.name}
        names.update((each.external_id, each.name) for each in integration.outlet_ids)
        found = {row.outlet for sheet in sheets for row in sheet.sold}
        return [OutletData(each, names.get(each, each)) for each in sorted(found)]

    def _items_of(self, integration, sheets):
        """What was sold; the newest file decides on name and price.

        A code whose name no file tells keeps the name that a person gave it.
        """
        names = {}
        for sheet in reversed(sheets):
            for code, (name, price) in sheet.names().items():
                old_name, old_price = names.get(code, ("", None))
                names[code] = name or old_name, old_price if price is None else price
        items = integration.with_context(active_test=False).item_ids
        known = {item.external_id: item.name for item in items}
        return [
            ItemData(code, name or known.get(code, code), price=price)
            for code, (name, price) in names.items()
        ]

    def _sale(self, business_date, receipt, rows):
        """Receipt numbers restart, so the date is part of a receipt's identity."""
        lines = {}
        for place, row in enumerate(rows, 1):
            line_id = row.line or f"#{place}"
            lines[line_id] = SaleLineData(
                external_id=line_id,
                name=row.name or row.code,
                quantity=row.quantity,
                amount_net=row.amount,
                kind=row.kind,
                item_external_id=row.code,
                parent_external_id=row.modifies,
                sold_at=row.moment,
            )
        kinds = {line.kind for line in lines.values()} - {"modifier"}
        kind = kinds.pop() if len(kinds) == 1 else "sale"
        return SaleData(
            external_id=f"{business_date}/{receipt}",
            business_date=business_date,
            lines=lines.values(),
            receipt_number=rows[0].number,
            closed_at=max((row.moment for row in rows if row.moment), default=None),
            kind=kind if kind in SALE_KINDS else "sale",
            payload={"rows": [row.row for row in rows]},
        )
