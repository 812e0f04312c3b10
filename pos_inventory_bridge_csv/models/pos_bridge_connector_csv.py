from decimal import Decimal

from odoo import api, models

from odoo.addons.pos_inventory_bridge.tools.records import (
    SALE_KINDS,
    ItemData,
    OutletData,
    SaleData,
    SaleLineData,
    SalesDay,
)

from ..tools.merge import merge
from ..tools.rows import MAIN_OUTLET
from .pos_bridge_csv_file import REACH


class PosBridgeConnectorCsv(models.AbstractModel):
    """Answers from the files that were uploaded."""

    _name = "pos.bridge.connector.csv"
    _inherit = "pos.bridge.connector"
    _description = "CSV connector"

    @api.private
    def fetch_outlets(self, integration):
        outlets = self._outlets_of(integration, self._files(integration))
        return outlets or super().fetch_outlets(integration)

    #: A file names what was sold, not all that can be.
    _lists_all_items = False

    @api.private
    def fetch_items(self, integration):
        return self._items_of(integration, self._files(integration))

    @api.private
    def fetch_sales(self, outlet, business_date):
        second_file = outlet.integration_id.csv_layout_ids.second_file
        return self._answer_with(outlet, business_date, (), second_file)

    def _answer_with(self, outlet, business_date, newest, second_file):
        """What the stored files say together, as a ``SalesDay``.

        :param newest: sheets that are not stored yet
        """
        near = [
            ("date_from", "<=", business_date + REACH),
            ("date_to", ">=", business_date - REACH),
        ]
        files = self._files(outlet.integration_id, near)
        stored = files._sheets(outlet.external_id, business_date)
        sheets = [*newest, *stored]
        adds = second_file == "add"
        receipts, complete, lacking = merge(
            sheets, outlet.external_id, business_date, adds
        )
        sales = [
            self._sale(business_date, receipt, rows)
            for receipt, rows in receipts.items()
        ]
        names = dict(zip(map(id, stored), files.mapped("name"), strict=True))
        damaged = [names[id(sheet)] for sheet in lacking if id(sheet) in names]
        missing = "" if complete else self._missing(damaged)
        return SalesDay(complete=complete, sales=sales, missing=missing)

    def _missing(self, damaged):
        """Why the files may not tell the whole day, for a person.

        :param damaged: names of files of which rows were refused
        """
        if damaged:
            return self.env._(
                "Rows that may belong to this day were refused in %s: correct them and "
                "upload the whole file again.",
                ", ".join(damaged),
            )
        return self.env._(
            "No file tells of the whole day, from opening to closing: upload it."
        )

    def _files(self, integration, domain=()):
        """The stored files, newest first."""
        mine = [("integration_id", "=", integration.id), *domain]
        return self.env["pos.bridge.csv.file"].search(mine)

    def _outlets_of(self, integration, files):
        """Where something was sold; an outlet keeps the name that a person gave it."""
        names = {MAIN_OUTLET: integration.name}
        names.update((each.external_id, each.name) for each in integration.outlet_ids)
        found = {name for file in files for name in file.catalogue["outlets"]}
        return [OutletData(each, names.get(each, each)) for each in sorted(found)]

    def _items_of(self, integration, files):
        """What was sold; the newest file decides on name and price.

        A code whose name no file tells keeps the name that a person gave it.
        """
        told = {}
        for file in reversed(files):
            for code, values in file.catalogue["items"].items():
                before = told.get(code, (None,) * len(values))
                told[code] = [
                    new or old for new, old in zip(values, before, strict=True)
                ]
        items = integration.with_context(active_test=False).item_ids
        known = {item.external_id: item for item in items if not item.date_to}
        return [
            self._item(code, *values, known.get(code, items.browse()))
            for code, values in told.items()
        ]

    def _item(self, code, name, price, sku, group, known):
        """What the files say of an item, and where they do not, what is known."""
        return ItemData(
            code,
            name or known.name or code,
            sku=sku or known.sku or None,
            price=None if price is None else Decimal(price),
            group_external_id=group or known.group_id.external_id or None,
            group_name=group or known.group_id.name or None,
        )

    def _sale(self, business_date, receipt, rows):
        """Receipt numbers restart, so the date is part of a receipt's identity."""
        lines, head = [], None
        for place, row in enumerate(rows, 1):
            line_id = row.line or f"#{place}"
            head = head if row.is_of_row else line_id
            lines.append(
                SaleLineData(
                    external_id=line_id,
                    name=row.name or row.code,
                    quantity=row.quantity,
                    amount_net=row.amount,
                    kind=row.kind,
                    item_external_id=row.code,
                    sku=row.sku,
                    parent_external_id=head if row.is_of_row else row.modifies,
                    sold_at=row.moment,
                )
            )
        kinds = {line.kind for line in lines} - {"modifier"}
        kind = kinds.pop() if len(kinds) == 1 else "sale"
        return SaleData(
            external_id=f"{business_date}/{receipt}",
            business_date=business_date,
            lines=lines,
            receipt_number=rows[0].number,
            closed_at=max((row.moment for row in rows if row.moment), default=None),
            kind=kind if kind in SALE_KINDS else "sale",
            payload={"rows": [row.row for row in rows]},
        )
