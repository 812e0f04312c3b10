from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

DAYS_OF_TREND = 7


class PosBridgeStock(models.Model):
    """One ingredient in one storage unit: the heading of its ledger.

    Every pair that ever moved has its row, also when nothing is left. The id is made of
    both ids, so that it stays the same.
    """

    _name = "pos.bridge.stock"
    _description = "Ingredient in a storage unit"
    _auto = False
    _order = "product_name, storage_unit_id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", string="Ingredient", readonly=True)
    product_name = fields.Char(related="product_id.name", string="Name of Ingredient")
    storage_unit_id = fields.Many2one("stock.location", readonly=True)
    unit_name = fields.Char(related="storage_unit_id.name", string="Storage Unit Name")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(
        string="On Hand",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="The balance of the ledger now.",
    )
    value = fields.Monetary(
        compute="_compute_value", help="What is on hand, at today's cost."
    )
    receipt_quantity = fields.Float(
        string="Received (7 days)",
        digits="Product Unit",
        compute="_compute_week",
        help="Received into this unit in the last seven days.",
    )
    receipt_trend = fields.Float(
        string="Received, trend (7 days)",
        digits="Product Unit",
        compute="_compute_week",
        help="The last seven days against the seven days before.",
    )
    issue_quantity = fields.Float(
        string="Issues (7 days)",
        digits="Product Unit",
        compute="_compute_week",
        help="Taken from this unit by sales and otherwise in the last seven days.",
    )
    issue_trend = fields.Float(
        string="Issues, trend (7 days)",
        digits="Product Unit",
        compute="_compute_week",
        help="The last seven days against the seven days before.",
    )
    entry_count = fields.Integer(
        string="Entries (7 days)",
        compute="_compute_week",
        help="Entries of the ledger in the last seven days.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT (pair.product_id::bigint << 24) + pair.unit_id AS id,
                   pair.product_id, pair.unit_id AS storage_unit_id,
                   unit.company_id,
                   COALESCE(SUM(on_hand.quantity), 0) AS quantity
              FROM (%s) pair
              JOIN stock_location unit ON unit.id = pair.unit_id
              LEFT JOIN (
                    SELECT quant.product_id, location.storage_unit_id, quant.quantity
                      FROM stock_quant quant
                      JOIN stock_location location ON location.id = quant.location_id
                     WHERE location.storage_unit_id IS NOT NULL
                   ) on_hand ON on_hand.product_id = pair.product_id
                            AND on_hand.storage_unit_id = pair.unit_id
             GROUP BY pair.product_id, pair.unit_id, unit.company_id
            """,
            self._query_pairs(),
        )

    def _query_pairs(self):
        """Which products moved in or out of which units, or lie there.

        Odoo deletes the quants of what is used up, so the moves are asked, too: not all
        of them, but from one pair of places to the next along their index.
        """
        return SQL(
            """
            WITH RECURSIVE step AS (
                (SELECT product_id, location_id, location_dest_id
                   FROM stock_move
                  WHERE state = 'done'
                  ORDER BY product_id, location_id, location_dest_id
                  LIMIT 1)
                UNION ALL
                SELECT next.*
                  FROM step, LATERAL (
                        SELECT product_id, location_id, location_dest_id
                          FROM stock_move
                         WHERE (product_id, location_id, location_dest_id)
                             > (step.product_id, step.location_id,
                                step.location_dest_id)
                           AND state = 'done'
                         ORDER BY product_id, location_id, location_dest_id
                         LIMIT 1) next
            )
            SELECT step.product_id, location.storage_unit_id AS unit_id
              FROM step
              JOIN stock_location location ON location.id = step.location_id
             WHERE location.storage_unit_id IS NOT NULL
             UNION
            SELECT step.product_id, location.storage_unit_id
              FROM step
              JOIN stock_location location ON location.id = step.location_dest_id
             WHERE location.storage_unit_id IS NOT NULL
             UNION
            SELECT quant.product_id, location.storage_unit_id
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.storage_unit_id IS NOT NULL
            """
        )

    @api.depends("product_id", "quantity")
    def _compute_value(self):
        for company, rows in self.grouped("company_id").items():
            for row in rows.with_company(company or self.env.company):
                row.value = row.quantity * row.product_id.sudo().standard_price

    @api.depends("product_id", "storage_unit_id")
    def _compute_week(self):
        """Two weeks of entries of these pairs, added up by the database."""
        now = fields.Datetime.now()
        week, before = (
            self._totals(now),
            self._totals(now - timedelta(days=DAYS_OF_TREND)),
        )
        for row in self:
            key = row.product_id.id, row.storage_unit_id.id
            row.receipt_quantity, row.issue_quantity, row.entry_count = week[key]
            row.receipt_trend = row.receipt_quantity - before[key][0]
            row.issue_trend = row.issue_quantity - before[key][1]

    def _totals(self, until):
        """{(product, unit): (received, used, entries)} of the seven days up to then."""
        totals = defaultdict(lambda: (0.0, 0.0, 0))
        if self:
            query = self.env["pos.bridge.ledger"]._query_totals(
                self.product_id.ids,
                self.storage_unit_id.ids,
                until - timedelta(days=DAYS_OF_TREND),
                until,
            )
            for product_id, unit_id, *values in self.env.execute_query(query):
                totals[product_id, unit_id] = values
        return totals

    # === ACTIONS === #

    def action_view_ledger(self):
        """The entries of this ingredient in this unit, the last one first."""
        self.ensure_one()
        return self.env["pos.bridge.ledger"]._action_of(
            self.product_id, self.storage_unit_id
        )
