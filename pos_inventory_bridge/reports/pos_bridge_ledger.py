from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

TYPES = [
    ("receipt", "Receipt"),
    ("issue", "Issue"),
    ("waste", "Waste"),
    ("transfer_in", "Transfer in"),
    ("transfer_out", "Transfer out"),
    ("count", "Count adjustment"),
]


class PosBridgeLedger(models.Model):
    """Odoo's done moves, read as the ledger of one ingredient in one storage unit.

    One row per move and unit that it touches; a move inside a unit touches none. The
    running balance is that of product and unit, so show it only inside one of each.
    """

    _name = "pos.bridge.ledger"
    _description = "Ingredient ledger"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"

    date = fields.Datetime(readonly=True)
    business_date = fields.Date(
        readonly=True, help="The sales day, where the move belongs to one."
    )
    product_id = fields.Many2one("product.product", string="Ingredient", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    storage_unit_id = fields.Many2one("stock.location", readonly=True)
    unit_name = fields.Char(related="storage_unit_id.name", string="Storage Unit Name")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    transaction_type = fields.Selection(
        TYPES, readonly=True, help="What comes back of a sales day is an issue, too."
    )
    shown_type = fields.Selection(
        [*TYPES, ("given_back", "Given back")],
        string="Type of Entry",
        compute="_compute_shown_type",
        help="An issue of a sales day that comes back is called so.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, help="Signed.")
    unit_cost = fields.Float(digits="Product Price", readonly=True, aggregator=None)
    value = fields.Monetary(
        readonly=True, help="Signed; empty for transfers between units."
    )
    balance = fields.Float(
        digits="Product Unit", readonly=True, aggregator=None, help="After this entry."
    )
    move_id = fields.Many2one("stock.move", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    late_reason = fields.Char(
        related="move_id.pos_bridge_posting_id.late_reason",
        help="Why this is dated later than its business date.",
    )
    source = fields.Char(readonly=True)
    source_text = fields.Char(
        "Source and Reason",
        compute="_compute_source_text",
        help="Where it comes from; if it is dated later than its sales day, why.",
    )

    @property
    def _table_query(self):
        """Entries with their running balance, then what is only shown of them.

        Product and unit are plain columns of the partition, so that a filter on them
        reaches the move lines' index; everything that a page of entries alone needs
        stands outside, where it is worked out for that page and not for all entries.
        """
        return SQL(
            """
            SELECT entry.id, entry.move_id, entry.date, entry.product_id,
                   entry.company_id, entry.day_id, entry.storage_unit_id,
                   entry.transaction_type, entry.quantity, entry.balance,
                   day.business_date,
                   COALESCE(CASE WHEN entry.day_id IS NOT NULL
                                 THEN entry.inventory_name END,
                            picking.origin, picking.name, entry.inventory_name,
                            entry.reference) AS source,
                   %(value)s AS value,
                   ABS(%(value)s / NULLIF(entry.quantity, 0)) AS unit_cost
              FROM (
                    SELECT side.*,
                           SUM(side.quantity) OVER (
                               PARTITION BY side.product_id, side.storage_unit_id
                               ORDER BY side.date, side.id
                           ) AS balance
                      FROM (%(issues)s UNION ALL %(receipts)s) side
                   ) entry
              LEFT JOIN stock_picking picking ON picking.id = entry.picking_id
              LEFT JOIN pos_bridge_day day ON day.id = entry.day_id
            """,
            issues=self._query_side(SQL("source"), SQL("destination"), -1),
            receipts=self._query_side(SQL("destination"), SQL("source"), 1),
            value=self._query_value(),
        )

    def _query_side(self, own, other, sign, only=None):
        """Entries of the units that moves leave (sign -1) or enter (sign 1).

        :param only: a condition on ``move``
        """
        return SQL(
            """
            SELECT MIN(line.id) * 2 + %(is_in)s AS id,
                   move.id AS move_id,
                   move.date,
                   line.product_id,
                   move.company_id,
                   move.pos_bridge_day_id AS day_id,
                   move.picking_id,
                   move.inventory_name,
                   move.reference,
                   move.value AS move_value,
                   %(own)s.storage_unit_id,
                   %(other)s.storage_unit_id IS NULL AS is_valued,
                   %(type)s AS transaction_type,
                   %(sign)s * SUM(line.quantity_product_uom) AS quantity
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
                                  AND move.product_id = line.product_id
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location destination ON destination.id = line.location_dest_id
             WHERE move.state = 'done'
               AND %(only)s
               AND %(own)s.storage_unit_id IS NOT NULL
               AND %(own)s.storage_unit_id
                   IS DISTINCT FROM %(other)s.storage_unit_id
             GROUP BY move.id, line.product_id,
                      source.storage_unit_id, destination.storage_unit_id,
                      source.usage, destination.usage
            """,
            is_in=0 if sign < 0 else 1,
            only=only or SQL("TRUE"),
            sign=sign,
            own=own,
            other=other,
            type=self._query_type(other, sign),
        )

    def _query_value(self):
        """A move may fill several units: each has its share of the move's value."""
        return SQL(
            """
            CASE WHEN entry.is_valued THEN
                ABS(entry.move_value) * entry.quantity / NULLIF((
                    SELECT SUM(every.quantity_product_uom)
                      FROM stock_move_line every
                     WHERE every.move_id = entry.move_id), 0)
            END
            """
        )

    def _query_type(self, other, sign):
        """What kind of entry a move is, seen from one unit."""
        plain = SQL("'issue'") if sign < 0 else SQL("'receipt'")
        transfer = SQL("'transfer_out'") if sign < 0 else SQL("'transfer_in'")
        return SQL(
            """
            CASE WHEN move.scrap_id IS NOT NULL THEN 'waste'
                 WHEN %(other)s.usage = 'inventory' THEN 'count'
                 WHEN move.pos_bridge_day_id IS NOT NULL THEN 'issue'
                 WHEN %(other)s.usage IN ('internal', 'transit') THEN %(transfer)s
                 ELSE %(plain)s END
            """,
            other=other,
            transfer=transfer,
            plain=plain,
        )

    def _query_totals(self, product_ids, unit_ids, since, until):
        """Received, used and number of entries per product and unit, of a time."""
        return SQL(
            """
            SELECT product_id, storage_unit_id,
                   COALESCE(SUM(quantity)
                       FILTER (WHERE transaction_type = 'receipt'), 0),
                   COALESCE(-SUM(quantity)
                       FILTER (WHERE transaction_type = 'issue'), 0),
                   COUNT(*)
              FROM (%(issues)s UNION ALL %(receipts)s) side
             WHERE product_id = ANY(%(products)s)
               AND storage_unit_id = ANY(%(units)s)
               AND date > %(since)s
               AND date <= %(until)s
             GROUP BY product_id, storage_unit_id
            """,
            issues=self._query_side(SQL("source"), SQL("destination"), -1),
            receipts=self._query_side(SQL("destination"), SQL("source"), 1),
            products=list(product_ids),
            units=list(unit_ids),
            since=since,
            until=until,
        )

    @api.depends("transaction_type", "quantity")
    def _compute_shown_type(self):
        for entry in self:
            is_back = entry.transaction_type == "issue" and entry.quantity > 0
            entry.shown_type = "given_back" if is_back else entry.transaction_type

    @api.depends("source", "late_reason")
    def _compute_source_text(self):
        for entry in self:
            reason = entry.late_reason
            source = entry.source or ""
            entry.source_text = f"{source} ({reason})" if reason else source

    # === ACTIONS === #

    @api.model
    def _action_of(self, products, units=None, moves=None):
        """Open the entries of these ingredients (in these units).

        Always by product, and by unit where it is known, even where the moves are: only
        these two let the database leave out all other entries before it adds up
        balances.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_ledger_action"
        )
        domain = Domain("product_id", "in", products.ids)
        context = {}
        if units is not None:
            domain &= Domain("storage_unit_id", "in", units.ids)
        if moves is not None:
            domain &= Domain("move_id", "in", moves.ids)
        elif len(products) == 1 and units is not None and len(units) == 1:
            name = self.env._(
                "%(product)s in %(unit)s",
                product=products.display_name,
                unit=units.name,
            )
            context = {"pos_bridge_one": True}
            action.update(name=name, display_name=name)
        else:
            context = {"search_default_group_storage_unit": 1}
        return {**action, "domain": list(domain), "context": context}

    def action_open_source(self):
        """The document that made this entry: sales day, receipt, scrap or count."""
        self.ensure_one()
        move = self.move_id
        documents = [self.day_id, move.scrap_id, move.picking_id, move]
        record = next(each for each in documents if each and each.has_access("read"))
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
