from odoo import fields, models
from odoo.tools import SQL


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
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    transaction_type = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("issue", "Issue"),
            ("waste", "Waste"),
            ("transfer_in", "Transfer in"),
            ("transfer_out", "Transfer out"),
            ("count", "Count adjustment"),
        ],
        readonly=True,
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
    source = fields.Char(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT entry.*,
                   SUM(entry.quantity) OVER (
                       PARTITION BY entry.product_id, entry.storage_unit_id
                       ORDER BY entry.date, entry.id
                   ) AS balance
              FROM (%s UNION ALL %s) entry
            """,
            self._query_side(SQL("source"), SQL("destination"), -1),
            self._query_side(SQL("destination"), SQL("source"), 1),
        )

    def _query_side(self, own, other, sign):
        """Entries of the units that moves leave (sign -1) or enter (sign 1)."""
        return SQL(
            """
            SELECT MIN(line.id) * 2 + %(is_in)s AS id,
                   move.id AS move_id,
                   move.date,
                   move.product_id,
                   move.company_id,
                   move.pos_bridge_day_id AS day_id,
                   day.business_date,
                   COALESCE(picking.origin, picking.name, move.inventory_name,
                            move.reference) AS source,
                   %(own)s.storage_unit_id,
                   %(type)s AS transaction_type,
                   %(sign)s * SUM(line.quantity_product_uom) AS quantity,
                   CASE WHEN %(other)s.storage_unit_id IS NULL
                        THEN %(sign)s * %(value)s END AS value,
                   CASE WHEN %(other)s.storage_unit_id IS NULL
                         AND SUM(line.quantity_product_uom) <> 0
                        THEN %(value)s / SUM(line.quantity_product_uom)
                         END AS unit_cost
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location destination ON destination.id = line.location_dest_id
              LEFT JOIN stock_picking picking ON picking.id = move.picking_id
              LEFT JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
             WHERE move.state = 'done'
               AND %(own)s.storage_unit_id IS NOT NULL
               AND %(own)s.storage_unit_id
                   IS DISTINCT FROM %(other)s.storage_unit_id
             GROUP BY move.id, day.business_date, picking.origin, picking.name,
                      source.storage_unit_id, destination.storage_unit_id,
                      source.usage, destination.usage
            """,
            is_in=0 if sign < 0 else 1,
            sign=sign,
            own=own,
            other=other,
            type=self._query_type(other, sign),
            value=self._query_value(),
        )

    def _query_value(self):
        """A move may fill several units: each has its share of the move's value."""
        return SQL(
            """
            ABS(move.value) * SUM(line.quantity_product_uom) / NULLIF((
                SELECT SUM(every.quantity_product_uom)
                  FROM stock_move_line every
                 WHERE every.move_id = move.id), 0)
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

    def action_open_source(self):
        """The sales day that made this entry, or the move itself."""
        self.ensure_one()
        record = self.day_id or self.move_id.picking_id or self.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
