from odoo import fields, models
from odoo.tools import SQL

SHARES = ("cost_share:avg", "cost_share:sum")


class PosBridgeCostShareMixin(models.AbstractModel):
    """Cost per money sold, worked out after adding up and never added up itself."""

    _name = "pos.bridge.cost.share.mixin"
    _description = "Share of cost in sales"

    cost_share = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Cost of goods per money sold of mapped items: 0.30 is 30 %.",
    )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in SHARES:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "(SUM(%s) / NULLIF(SUM(%s), 0))::float8",
            self._field_to_sql(self._table, "cost", query),
            self._field_to_sql(self._table, "amount", query),
        )


class PosBridgeConsumptionReport(models.Model):
    """What was used, at the value that the ledger booked, beside what it was sold for.

    Two kinds of rows: the booked use of an ingredient by an item, and the sales of an
    item, which belong to no single ingredient.
    """

    _name = "pos.bridge.consumption.report"
    _description = "Consumption"
    _inherit = ["pos.bridge.cost.share.mixin"]
    _auto = False
    _order = "business_date desc, id desc"
    _rec_name = "product_id"

    kind = fields.Selection([("used", "Used"), ("sold", "Sold")], readonly=True)
    business_date = fields.Date(readonly=True)
    accounting_date = fields.Date(
        readonly=True,
        help="When this was booked; later than the business date where that was "
        "closed.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outlet_id = fields.Many2one("pos.bridge.outlet", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    posting_id = fields.Many2one("pos.bridge.posting", readonly=True)
    item_id = fields.Many2one("pos.bridge.item", readonly=True)
    bom_id = fields.Many2one("mrp.bom", string="Recipe", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        string="Ingredient",
        readonly=True,
        help="Empty: the money that items were sold for, which belongs to no single "
        "ingredient.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    location_id = fields.Many2one(
        "stock.location", string="Storage Unit", readonly=True
    )
    quantity = fields.Float(
        string="Used",
        digits="Product Unit",
        readonly=True,
        help="In the ingredient's own unit, as the ledger says; only of one "
        "ingredient, as kilograms and litres do not add up.",
    )
    cost = fields.Monetary(
        string="Cost of Goods",
        readonly=True,
        help="What the goods were worth that left stock, as the ledger booked it.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="Net money of the mapped items; not told apart by ingredient.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT cost.id * 2::bigint AS id, 'used' AS kind, cost.business_date,
                   cost.accounting_date, cost.company_id, cost.outlet_id, cost.day_id,
                   cost.posting_id, cost.item_id, cost.bom_id, cost.product_id,
                   cost.location_id, cost.quantity, cost.value AS cost,
                   NULL::float8 AS amount, NULL::float8 AS cost_share
              FROM pos_bridge_cost cost
             UNION ALL
            SELECT sold.id * 2::bigint + 1, 'sold', sold.business_date,
                   NULL, sold.company_id, sold.outlet_id, sold.day_id,
                   NULL, sold.item_id, NULL, NULL,
                   NULL, NULL, NULL,
                   sold.amount, NULL
              FROM pos_bridge_sold sold
             WHERE sold.state = 'posted'
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """Quantities of several ingredients are not added up."""
        if aggregate_spec != "quantity:sum":
            return super()._read_group_select(aggregate_spec, query)
        product = self._field_to_sql(self._table, "product_id", query)
        return SQL(
            "CASE WHEN MIN(%(product)s) = MAX(%(product)s) THEN SUM(%(quantity)s) END",
            product=product,
            quantity=self._field_to_sql(self._table, "quantity", query),
        )

    def action_open_day(self):
        """The sales day, which leads on to receipts, postings and ledger."""
        self.ensure_one()
        return self.day_id.get_formview_action()


class PosBridgeSalesReport(models.Model):
    """What items were sold for, what their goods cost, and what is not mapped."""

    _name = "pos.bridge.sales.report"
    _description = "Sales and margin"
    _inherit = ["pos.bridge.cost.share.mixin"]
    _auto = False
    _order = "business_date desc, id desc"
    _rec_name = "item_id"

    business_date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outlet_id = fields.Many2one("pos.bridge.outlet", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    item_id = fields.Many2one("pos.bridge.item", readonly=True)
    group_id = fields.Many2one("pos.bridge.item.group", readonly=True)
    state = fields.Selection(
        [
            ("posted", "Mapped"),
            ("ignored", "Ignored"),
            ("unmapped", "Not mapped"),
            ("failed", "Failed"),
            ("zero", "Nothing sold"),
        ],
        readonly=True,
        help="What became of these sales: only of mapped items goods are deducted.",
    )
    quantity = fields.Float(string="Sold", digits="Product Unit", readonly=True)
    sales = fields.Monetary(
        string="All Sales", readonly=True, help="Net money, mapped or not."
    )
    amount = fields.Monetary(
        string="Mapped Sales",
        readonly=True,
        help="Net money of the items whose goods are deducted.",
    )
    unmapped_amount = fields.Monetary(
        string="Not Deducted",
        readonly=True,
        help="Net money of items that are not mapped, or that failed: their goods are "
        "missing from the cost.",
    )
    cost = fields.Monetary(
        string="Cost of Goods",
        readonly=True,
        help="What the goods were worth that left stock, as the ledger booked it.",
    )
    margin = fields.Monetary(
        readonly=True, help="Mapped sales minus cost of goods; others have no cost."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT sold.id, sold.business_date, sold.company_id, sold.outlet_id,
                   sold.day_id, sold.item_id, item.group_id, sold.state, sold.quantity,
                   sold.amount AS sales,
                   CASE WHEN sold.state = 'posted' THEN sold.amount END AS amount,
                   CASE WHEN sold.state IN ('unmapped', 'failed')
                        THEN sold.amount END AS unmapped_amount,
                   sold.cost,
                   CASE WHEN sold.state = 'posted' THEN sold.amount ELSE 0 END
                       - COALESCE(sold.cost, 0) AS margin,
                   NULL::float8 AS cost_share
              FROM pos_bridge_sold sold
              LEFT JOIN pos_bridge_item item ON item.id = sold.item_id
            """
        )

    def action_open_day(self):
        """The sales day, which leads on to receipts, postings and ledger."""
        self.ensure_one()
        return self.day_id.get_formview_action()
