from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

DAYS = 7
WEEK_COLUMNS = ("sold_7_days", "money_7_days")


class PosBridgeItem(models.Model):
    """What an item sold lately: the order in which mapping pays.

    Asked of the receipts when it is needed, and never stored: outlets that post at the
    same time would write the same items and wait for each other, and a figure that is
    not stored cannot be out of date.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    currency_id = fields.Many2one(related="company_id.currency_id")
    sold_7_days = fields.Float(
        "Sold 7 days",
        compute="_compute_week",
        digits=False,
        min_display_digits=0,
        aggregator="sum",
        help="Sold on the last seven business dates, up to the integration's newest "
        "sale; less what was voided or refunded.",
    )
    money_7_days = fields.Monetary(
        "Money 7 days",
        compute="_compute_week",
        aggregator="sum",
        help="Net money of the last seven business dates, up to the integration's "
        "newest sale.",
    )

    def _compute_week(self):
        domain = Domain("item_id", "in", self.ids)
        figures = self._week_figures(domain) if self.ids else {}
        for item in self:
            sold, money = figures.get(item._origin.id, (0.0, 0.0))
            item.sold_7_days, item.money_7_days = sold, money

    @api.model
    def _week_figures(self, domain):
        """{item id: (sold, money)} of the receipt lines of the week."""
        columns = [SQL.identifier(name) for name in ("item_id", *WEEK_COLUMNS)]
        query = SQL(
            "SELECT %s FROM %s week",
            SQL(", ").join(columns),
            self._week_query(domain),
        )
        rows = self.env.execute_query(query)
        return {item_id: (sold, money) for item_id, sold, money in rows}

    def _field_to_sql(self, alias, field_expr, query=None):
        """Lists of any length are sorted and summed up by these figures."""
        if field_expr not in WEEK_COLUMNS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        week = query.left_join(alias, "id", self._week_query(), "item_id", "week")
        return SQL("COALESCE(%s, 0)", SQL.identifier(week, field_expr))

    @api.model
    def _week_query(self, domain=Domain.TRUE):
        """The receipt lines of the week, summed up per item in one query."""
        lines = self.env["pos.bridge.sale.line"]
        query = lines._search(self._week_domain() & Domain(domain), order=None)
        column = {
            name: lines._field_to_sql(query.table, name, query)
            for name in ("item_id", "quantity", "amount_net")
        }
        query.groupby = column["item_id"]
        sale = query.left_join(query.table, "sale_id", "pos_bridge_sale", "id", "sale")
        currency = lines.sale_id._fields["foreign_currency"]
        money = SQL(
            "SUM(%s) FILTER (WHERE %s IS NULL)",
            column["amount_net"],
            SQL.identifier(sale, "foreign_currency", to_flush=currency),
        )
        measures = SQL("SUM(%s)", column["quantity"]), SQL("COALESCE(%s, 0)", money)
        sums = [
            SQL("%s AS %s", measure, SQL.identifier(label))
            for measure, label in zip(measures, WEEK_COLUMNS, strict=True)
        ]
        return SQL("(%s)", query.select(column["item_id"], *sums))

    @api.model
    def _week_domain(self):
        """Receipt lines that count, of the last week of each integration."""
        counts = Domain("vanished_at", "=", False)
        counts &= Domain("sale_id.vanished_at", "=", False)
        weeks = Domain.OR(
            Domain("outlet_id", "in", outlet_ids)
            & Domain("business_date", ">", newest - timedelta(days=DAYS))
            for outlet_ids, newest in self._newest_sales().values()
        )
        return counts & weeks

    @api.model
    def _newest_sales(self):
        """{integration id: (outlet ids, date of the newest sale)}, where any was."""
        outlets = self.env["pos.bridge.outlet"].with_context(active_test=False)
        query = outlets._search([], order=None)
        newest = SQL(
            "(SELECT MAX(business_date) FROM pos_bridge_sale WHERE outlet_id = %s"
            " AND vanished_at IS NULL)",
            SQL.identifier(query.table, "id"),
            to_flush=[
                self.env["pos.bridge.sale"]._fields[name]
                for name in ("outlet_id", "business_date", "vanished_at")
            ],
        )
        integration = outlets._field_to_sql(query.table, "integration_id", query)
        result = {}
        rows = self.env.execute_query(query.select("id", integration, newest))
        for outlet_id, integration_id, date in rows:
            if date:
                ids, latest = result.get(integration_id, ((), date))
                result[integration_id] = ((*ids, outlet_id), max(latest, date))
        return result
