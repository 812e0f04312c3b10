from contextlib import suppress
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.plan import EVENTS

#: Before the fingerprint of a receipt of which an incomplete answer left out lines.
UNSETTLED = "unsettled:"


class PosBridgeSale(models.Model):
    """One closed receipt, as the POS told it. Never deleted, only marked as gone."""

    _name = "pos.bridge.sale"
    _description = "POS receipt"
    _order = "business_date desc, closed_at, id"
    _rec_name = "receipt_number"

    outlet_id = fields.Many2one(
        "pos.bridge.outlet", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, index=True, precompute=True
    )
    external_id = fields.Char(string="Receipt ID", required=True)
    business_date = fields.Date(required=True)
    receipt_number = fields.Char()
    closed_at = fields.Datetime()
    kind = fields.Selection(
        [("sale", "Sale"), ("refund", "Refund"), ("void", "Void")],
        required=True,
        default="sale",
    )
    currency_id = fields.Many2one("res.currency", required=True)
    foreign_currency = fields.Char(
        readonly=True,
        help="The receipt's currency where it is not the company's: its money is in no "
        "figure, its goods are deducted all the same.",
    )
    payload = fields.Json(help="The receipt as received.", prefetch=False)
    payload_digest = fields.Char()
    revision = fields.Integer(default=1, help="How often the till told it differently.")
    vanished_at = fields.Datetime(help="Since when the till does not know it any more.")
    line_ids = fields.One2many("pos.bridge.sale.line", "sale_id")

    _unique_external_id = models.Constraint(
        "UNIQUE(outlet_id, external_id)", "This receipt is known already."
    )
    _by_day = models.Index("(outlet_id, business_date)")

    # === STEP: IMPORT === #

    @api.model
    def _upsert_day(self, outlet, business_date, sales_day):
        """Store what the source told about one day; the same answer twice writes
        nothing.

        A receipt that is missing counts as gone only in an answer that says it is
        complete. A receipt that stood under another date moves here.

        :return: (dates that lost a receipt to this one, number of receipts that differ)
        """
        known = self._known(outlet, business_date, sales_day.sales)
        answered = {sale.external_id: sale for sale in sales_day.sales}
        moved_from = set()
        changed, new = [], []
        for external_id, data in answered.items():
            sale = known.get(external_id)
            if not sale:
                new.append(data)
            elif sale._differs(data, sales_day.complete):
                changed.append((sale, data))
                moved_from.add(sale.business_date)
        items = self._match_items(outlet, new + [data for _sale, data in changed])
        self._create_sales(outlet, new, items)
        for sale, data in changed:
            sale._update_from(data, items, sales_day.complete)
        gone = self.browse()
        if sales_day.complete:
            missing = known.keys() - answered.keys()
            gone = gone.union(*(known[key] for key in missing))
            gone = gone.filtered(lambda sale: not sale.vanished_at)
            gone.vanished_at = fields.Datetime.now()
        return moved_from - {business_date}, len(new) + len(changed) + len(gone)

    def _differs(self, data, complete):
        """Does the source tell this receipt differently than before?"""
        known = self.payload_digest
        if not complete:
            known = (known or "").removeprefix(UNSETTLED)
        return known != data.digest or bool(self.vanished_at)

    @api.model
    def _known(self, outlet, business_date, sales):
        names = ["external_id", "business_date", "payload_digest", "vanished_at"]
        of_day = self.search_fetch(
            [("outlet_id", "=", outlet.id), ("business_date", "=", business_date)],
            names,
        )
        by_id = self.search_fetch(
            [
                ("outlet_id", "=", outlet.id),
                ("external_id", "in", [sale.external_id for sale in sales]),
            ],
            names,
        )
        return {sale.external_id: sale for sale in of_day | by_id}

    @api.model
    def _match_items(self, outlet, sales):
        """{(receipt id, line id): (item, key)} for all lines at once."""
        integration = outlet.integration_id
        pairs = [(sale, line) for sale in sales for line in sale.lines]
        matches = self.env["pos.bridge.item"]._match(
            integration,
            [line for _sale, line in pairs],
            integration._connector()._match_keys,
            [sale.business_date for sale, _line in pairs],
        )
        return {
            (sale.external_id, line.external_id): match
            for (sale, line), match in zip(pairs, matches, strict=True)
        }

    @api.model
    def _create_sales(self, outlet, sales, items):
        records = self.create([self._prepare_sale_vals(outlet, data) for data in sales])
        self.env["pos.bridge.sale.line"]._create_lines(
            [
                (record, line, items[data.external_id, line.external_id])
                for record, data in zip(records, sales, strict=True)
                for line in data.lines
            ]
        )

    @api.model
    def _prepare_sale_vals(self, outlet, data):
        return {
            "outlet_id": outlet.id,
            "external_id": data.external_id,
            **self._prepare_content_vals(outlet, data),
        }

    @api.model
    def _prepare_content_vals(self, outlet, data):
        own, told = outlet.company_id.currency_id, data.currency
        return {
            "business_date": data.business_date,
            "receipt_number": data.receipt_number or data.external_id,
            "closed_at": self.env["pos.bridge.sale.line"]._as_utc(data.closed_at),
            "kind": data.kind,
            "currency_id": told and self._get_currency_id(told) or own.id,
            "foreign_currency": told if told and told != own.name else False,
            "payload": data.payload,
            "payload_digest": data.digest,
        }

    @api.model
    def _get_currency_id(self, code):
        """Every receipt names its currency, and it is always the same; one that is not
        known today may be tomorrow.
        """
        with suppress(LookupError):
            return self._get_known_currency_id(code)
        return False

    @api.model
    @ormcache("code")
    def _get_known_currency_id(self, code):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", code)], limit=1)
        if not currency:
            raise LookupError(code)
        return currency.id

    def _prepare_common_line_vals(self):
        """What its lines have from it; also what could be computed, there are many."""
        return {
            "sale_id": self.id,
            "company_id": self.company_id.id,
            "outlet_id": self.outlet_id.id,
            "business_date": self.business_date,
        }

    def _update_from(self, data, items, complete):
        """Make the receipt what the source says now.

        Lines that an incomplete answer leaves out stay, and the receipt counts as not
        settled, until a complete answer tells it.
        """
        self.ensure_one()
        self.write(
            {
                **self._prepare_content_vals(self.outlet_id, data),
                "revision": self.revision + 1,
                "vanished_at": False,
            }
        )
        missing = self.line_ids._update_from(self, data, items)
        missing = missing.filtered(lambda line: not line.vanished_at)
        if complete:
            missing.vanished_at = fields.Datetime.now()
        elif missing:
            self.payload_digest = f"{UNSETTLED}{data.digest}"


class PosBridgeSaleLine(models.Model):
    _name = "pos.bridge.sale.line"
    _description = "POS receipt line"
    _order = "sale_id, id"

    sale_id = fields.Many2one(
        "pos.bridge.sale", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="sale_id.company_id", store=True, precompute=True
    )
    business_date = fields.Date(
        related="sale_id.business_date", store=True, precompute=True
    )
    outlet_id = fields.Many2one(
        related="sale_id.outlet_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="sale_id.currency_id")
    external_id = fields.Char(string="Line ID", required=True)
    item_id = fields.Many2one("pos.bridge.item", required=True, index=True)
    matched_by = fields.Char(help="Which key of the line found the item.")
    name = fields.Char()
    sku = fields.Char("SKU")
    quantity = fields.Float(digits=False, min_display_digits=1)
    amount_net = fields.Monetary()
    kind = fields.Selection(
        [
            ("sale", "Sale"),
            ("modifier", "Modifier"),
            ("refund", "Refund"),
            ("void", "Void"),
            ("comp", "Comp"),
            ("staff_meal", "Staff meal"),
        ],
        required=True,
        default="sale",
    )
    parent_id = fields.Many2one(
        "pos.bridge.sale.line", ondelete="cascade", index="btree_not_null"
    )
    parent_item_id = fields.Many2one(
        related="parent_id.item_id", store=True, string="Modifies"
    )
    sold_at = fields.Datetime()
    vanished_at = fields.Datetime()

    _unique_external_id = models.Constraint(
        "UNIQUE(sale_id, external_id)", "This line is known already."
    )
    _by_day = models.Index("(outlet_id, business_date)")

    def _event(self):
        """refund, void ... of the nearest line up to the modified one, or None."""
        self.ensure_one()
        line = self
        while line and line.kind not in EVENTS:
            line = line.parent_id
        return line.kind or None

    @api.model
    def _as_utc(self, moment):
        """Odoo keeps times in UTC without a zone."""
        if not moment:
            return False
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    @api.model
    def _create_lines(self, rows, known=None):
        """Create lines, those that are modified before those that modify them.

        :param rows: list of (sale, ``SaleLineData``, (item, matched key))
        :param known: {(sale id, line external id): line id} of lines that are there
            already
        :return: ``known`` with the new lines added
        """
        known = dict(known or {})
        while rows:
            ready, rows = self._split_ready(rows, known)
            lines = self.create(
                [
                    {
                        **sale._prepare_common_line_vals(),
                        **self._prepare_line_vals(data, match),
                        "parent_id": known.get((sale.id, data.parent_external_id)),
                    }
                    for sale, data, match in ready
                ]
            )
            for (sale, data, _match), line in zip(ready, lines, strict=True):
                known[sale.id, data.external_id] = line.id
        return known

    @api.model
    def _split_ready(self, rows, known):
        ready, waiting = [], []
        for row in rows:
            parent = row[1].parent_external_id
            is_ready = not parent or (row[0].id, parent) in known
            (ready if is_ready else waiting).append(row)
        return ready, waiting

    @api.model
    def _prepare_line_vals(self, data, match):
        item, matched_by = match
        return {
            "external_id": data.external_id,
            "item_id": item.id,
            "matched_by": matched_by,
            "name": data.name,
            "sku": data.sku,
            "quantity": float(data.quantity),
            "amount_net": float(data.amount_net),
            "kind": data.kind,
            "sold_at": self._as_utc(data.sold_at),
            "vanished_at": False,
        }

    def _update_from(self, sale, data, items):
        """Make the lines of one receipt what the source says; write what differs.

        :return: the lines that the source does not name any more
        """
        existing = {line.external_id: line for line in self}
        match_of = {
            line.external_id: items[data.external_id, line.external_id]
            for line in data.lines
        }
        ids = self._create_lines(
            [
                (sale, line, match_of[line.external_id])
                for line in data.lines
                if line.external_id not in existing
            ],
            {(sale.id, line.external_id): line.id for line in self},
        )
        for line_data in data.lines:
            line = existing.pop(line_data.external_id, None)
            if line:
                parent = ids.get((sale.id, line_data.parent_external_id), False)
                match = line._kept_match(line_data) or match_of[line_data.external_id]
                vals = self._prepare_line_vals(line_data, match)
                line._write_changed({**vals, "parent_id": parent})
        return self.browse().union(*existing.values())

    def _kept_match(self, data):
        """A line that says the same as before keeps its item, whatever else has that
        key meanwhile; None where it must be looked for.
        """
        item = self.item_id
        is_same = (self.name or None, self.sku or None) == (data.name, data.sku)
        is_same_id = data.item_external_id in (None, item.external_id)
        if not (is_same and is_same_id) or item._is_provisional():
            return None
        return item, self.matched_by

    def _write_changed(self, vals):
        current = self.read(list(vals), load=None)[0]
        changed = {
            name: value for name, value in vals.items() if current[name] != value
        }
        if changed:
            self.write(changed)

    # === LINEAGE === #

    def _pos_bridge_moves(self):
        """The stock moves that these lines had a part in, corrections included."""
        rows = self.env["pos.bridge.usage"]
        for line in self:
            rows |= rows.search(
                [
                    ("outlet_id", "=", line.outlet_id.id),
                    ("business_date", "=", line.business_date),
                    ("item_id", "=", line.item_id.id),
                    ("parent_item_id", "=", line.parent_item_id.id),
                ]
            )
        return rows._pos_bridge_moves()

    def action_view_moves(self):
        """Open the stock moves that these lines had a part in."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_move_action_day"
        )
        action["domain"] = [("id", "in", self._pos_bridge_moves().ids)]
        return action
