from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, LazyTranslate

_lt = LazyTranslate(__name__)

#: What is asked for beside measures; a currency is its company's.
COMMON = {"__count", "currency_id"}
SHARES = ("cost_share:avg", "cost_share:sum")
#: Of a field only its name and its help are exported to translators by themselves.
WITHOUT_GROUP = _lt("Without group")


class PosBridgeReportMixin(models.AbstractModel):
    """Sums over a million rows: added up by what is asked for first, and joined with
    names and put in order after that.
    """

    _name = "pos.bridge.report.mixin"
    _description = "Report over booked costs"

    #: Quantities are added up of one of these only: kilograms and litres do not add up.
    _counted_by = "company_id"

    cost_share = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Cost per money of mapped sales: 0.30 is 30 %.",
    )

    def _read_group(self, domain, groupby=(), aggregates=(), *args, **options):
        sums = self._added_up(domain, groupby, aggregates)
        return super(PosBridgeReportMixin, sums)._read_group(
            domain, groupby, aggregates, *args, **options
        )

    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), **options):
        groupby = [name for names in grouping_sets for name in names]
        sums = self._added_up(domain, groupby, aggregates)
        return super(PosBridgeReportMixin, sums)._read_grouping_sets(
            domain, grouping_sets, aggregates, **options
        )

    def _added_up(self, domain, groupby, aggregates):
        """This model, whose rows are sums over all that is not asked for."""
        asked = [condition.field_expr for condition in Domain(domain).iter_conditions()]
        asked += [*groupby, "company_id"]
        names = {name.split(":")[0].split(".")[0] for name in asked}
        measures = {name.split(":")[0] for name in aggregates} - COMMON
        own = {name for name in names if self._is_plain(name)}
        if names - own or not measures <= set(self._measures()):
            return self
        return self.with_context(pos_bridge_columns=tuple(sorted(own)))

    def _is_plain(self, name):
        field = self._fields.get(name)
        return field and field.store and name not in ("id", *self._measures())

    def _measures(self):
        """Columns that are added up."""
        raise NotImplementedError

    def _query_rows(self):
        """Every single row."""
        raise NotImplementedError

    @property
    def _table_query(self):
        columns = self.env.context.get("pos_bridge_columns")
        if not columns:
            return SQL(
                "SELECT *, 1 AS row_count, %(one)s AS first_one, %(one)s AS last_one,"
                " NULL::float8 AS cost_share FROM (%(rows)s) each",
                one=SQL.identifier(self._counted_by),
                rows=self._query_rows(),
            )
        names = SQL(", ").join(map(SQL.identifier, columns))
        sums = SQL(", ").join(
            SQL("SUM(%(name)s) AS %(name)s", name=SQL.identifier(name))
            for name in self._measures()
            if name != "cost_share"
        )
        return SQL(
            """
            SELECT %(names)s, %(sums)s, MIN(id) AS id, COUNT(*) AS row_count,
                   MIN(%(one)s) AS first_one, MAX(%(one)s) AS last_one,
                   NULL::float8 AS cost_share
              FROM (%(rows)s) each
             GROUP BY %(names)s
            """,
            names=names,
            sums=sums,
            one=SQL.identifier(self._counted_by),
            rows=self._query_rows(),
        )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "__count":
            return SQL("SUM(%s)::bigint", SQL.identifier(self._table, "row_count"))
        if aggregate_spec == "quantity:sum":
            return SQL(
                "CASE WHEN MIN(%s) = MAX(%s) THEN SUM(%s) END",
                SQL.identifier(self._table, "first_one"),
                SQL.identifier(self._table, "last_one"),
                self._field_to_sql(self._table, "quantity", query),
            )
        if aggregate_spec not in SHARES:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "(SUM(%s) / NULLIF(SUM(%s), 0))::float8",
            self._field_to_sql(self._table, "posted_cost", query),
            self._field_to_sql(self._table, "amount", query),
        )


class PosBridgeConsumptionReport(models.Model):
    """What was used, at the value that the ledger booked, beside what it was sold for.

    Two kinds of rows: the booked use of an ingredient by an item, and the sales of an
    item, which belong to no single ingredient.
    """

    _name = "pos.bridge.consumption.report"
    _description = "Consumption"
    _inherit = ["pos.bridge.report.mixin"]
    _auto = False
    _order = "business_date desc, id desc"
    _rec_name = "product_id"
    _counted_by = "product_id"

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
    posted_cost = fields.Monetary(
        string="Cost of Mapped Sales",
        readonly=True,
        help="What the goods of the mapped sales cost. Less than the cost of goods "
        "where an item failed whose goods had left stock before.",
    )

    def _measures(self):
        return ("quantity", "cost", "amount", "posted_cost", "cost_share")

    def _query_rows(self):
        return SQL(
            """
            SELECT cost.id * 2::bigint AS id, 'used' AS kind, cost.business_date,
                   cost.accounting_date, cost.company_id, cost.outlet_id, cost.day_id,
                   cost.posting_id, cost.item_id, cost.bom_id, cost.product_id,
                   cost.location_id, cost.quantity, cost.value AS cost,
                   NULL::float8 AS amount, NULL::float8 AS posted_cost
              FROM pos_bridge_cost cost
             UNION ALL
            SELECT sold.id * 2::bigint + 1, 'sold', sold.business_date,
                   NULL, sold.company_id, sold.outlet_id, sold.day_id,
                   NULL, sold.item_id, NULL, NULL,
                   NULL, NULL, NULL,
                   sold.amount, sold.cost
              FROM pos_bridge_sold sold
             WHERE sold.state = 'posted'
            """
        )

    def action_open_day(self):
        """The sales day, which leads on to receipts, postings and ledger."""
        self.ensure_one()
        return self.day_id.get_formview_action()


class PosBridgeSalesReport(models.Model):
    """What items were sold for, what their goods cost, and what is not mapped: that has
    neither cost nor margin, which is not the same as 0.
    """

    _name = "pos.bridge.sales.report"
    _description = "Sales and margin"
    _inherit = ["pos.bridge.report.mixin"]
    _auto = False
    _order = "business_date desc, id desc"
    _rec_name = "item_id"

    business_date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outlet_id = fields.Many2one("pos.bridge.outlet", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    item_id = fields.Many2one("pos.bridge.item", readonly=True)
    group_id = fields.Many2one(
        "pos.bridge.item.group", readonly=True, falsy_value_label=WITHOUT_GROUP
    )
    state = fields.Selection(
        [
            ("posted", "Mapped"),
            ("ignored", "Ignored"),
            ("unmapped", "Not mapped"),
            ("failed", "Failed"),
            ("undone", "Undone"),
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
        help="Net money of items that are not mapped, that failed, or whose day is "
        "undone: their goods are missing from the cost.",
    )
    cost = fields.Monetary(
        string="Cost of Goods",
        readonly=True,
        help="What the goods were worth that left stock, as the ledger booked it.",
    )
    posted_cost = fields.Monetary(
        string="Cost of Mapped Sales",
        readonly=True,
        help="What the goods of the mapped sales cost. Less than the cost of goods "
        "where an item failed whose goods had left stock before.",
    )
    margin = fields.Monetary(
        readonly=True, help="Mapped sales minus what their goods cost."
    )
    lacks_cost = fields.Boolean(
        "Cost Not Complete",
        compute="_compute_lacks_cost",
        search="_search_lacks_cost",
        help="Some of its goods left stock before they had a cost, or wait and are not "
        "in the ledger yet: the margin is smaller than it looks.",
    )

    def _compute_lacks_cost(self):
        lacking = {row_id for (row_id,) in self.env.execute_query(self._lacking(self))}
        for row in self:
            row.lacks_cost = row.id in lacking

    def _search_lacks_cost(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", SQL("(%s)", self._lacking()))

    @api.model
    def _is_lacking(self, company, first, last):
        """Whether the margin of this time is smaller than it looks."""
        days = SQL(
            """
            day_id IN (SELECT id FROM pos_bridge_day
                        WHERE company_id = %s AND business_date BETWEEN %s AND %s)
            """,
            company.id,
            first,
            last,
        )
        query = SQL("SELECT EXISTS (%s)", self._lacking(days=days))
        return self.env.execute_query(query)[0][0]

    def _lacking(self, rows=None, days=None):
        """Ids of the rows of which an ingredient was used and booked at nothing, or
        waits.

        :param rows: only of these. Said inside: no planner looks into the groups for it
        :param days: SQL condition on ``day_id``: only of these days
        """
        self.env["pos.bridge.open"].flush_model()
        self.env["pos.bridge.usage"].flush_model()
        days, mine = days or SQL("TRUE"), SQL()
        if rows is not None:
            mine = SQL("AND sold.id = ANY(%s)", rows.ids)
            of_rows = SQL("SELECT day_id FROM pos_bridge_sold sold WHERE TRUE %s", mine)
            days = SQL("day_id IN (%s)", of_rows)
        return SQL(
            """
            SELECT sold.id
              FROM (SELECT day_id, item_id, product_id
                      FROM pos_bridge_cost
                     WHERE (day_id, item_id, product_id) IN (
                           SELECT day_id, item_id, product_id
                             FROM pos_bridge_cost
                            WHERE ABS(value) < 0.000001
                              AND quantity > 0.000001
                              AND %(days)s)
                     GROUP BY day_id, item_id, product_id
                    HAVING SUM(quantity) > 0.000001
                       AND ABS(SUM(value)) < 0.000001) lacking
              JOIN product_product product ON product.id = lacking.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN pos_bridge_sold sold
                ON sold.day_id = lacking.day_id AND sold.item_id = lacking.item_id
             WHERE sold.state = 'posted' AND template.is_storable %(mine)s
             UNION
            SELECT sold.id
              FROM (SELECT day_id, product_id, location_id FROM pos_bridge_open
                     WHERE %(days)s) waiting
              JOIN pos_bridge_usage used
                ON used.day_id = waiting.day_id
               AND used.product_id = waiting.product_id
               AND used.location_id = waiting.location_id
               AND used.revision_to IS NULL
              JOIN pos_bridge_sold sold
                ON sold.day_id = used.day_id AND sold.item_id = used.item_id
             WHERE sold.state = 'posted' %(mine)s
            """,
            days=days,
            mine=mine,
        )

    def _measures(self):
        names = "quantity", "sales", "amount", "unmapped_amount", "cost", "margin"
        return (*names, "posted_cost", "cost_share")

    def _query_rows(self):
        return SQL(
            """
            SELECT sold.id, sold.business_date, sold.company_id, sold.outlet_id,
                   sold.day_id, sold.item_id, item.group_id, sold.state, sold.quantity,
                   sold.amount AS sales,
                   CASE WHEN sold.state = 'posted' THEN sold.amount END AS amount,
                   CASE WHEN sold.state IN ('unmapped', 'failed', 'undone')
                        THEN sold.amount END AS unmapped_amount,
                   CASE WHEN sold.state = 'posted' THEN COALESCE(sold.cost, 0)
                        ELSE NULLIF(sold.cost, 0) END AS cost,
                   CASE WHEN sold.state = 'posted' THEN sold.cost END AS posted_cost,
                   CASE WHEN sold.state = 'posted'
                        THEN sold.amount - COALESCE(sold.cost, 0) END AS margin
              FROM pos_bridge_sold sold
              LEFT JOIN pos_bridge_item item ON item.id = sold.item_id
            """
        )

    def action_open_day(self):
        """The sales day, which leads on to receipts, postings and ledger."""
        self.ensure_one()
        return self.day_id.get_formview_action()
