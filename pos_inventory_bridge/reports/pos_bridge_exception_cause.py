from odoo import api, fields, models
from odoo.tools import SQL

from ..models.pos_bridge_exception import CAUSES, CODES
from ..models.pos_bridge_exception_money import OTHER_CURRENCY

#: Codes whose cause is a place and not the item that was sold there.
PLACE_CODES = ("no_issue_storage", "negative_stock")


class PosBridgeExceptionCause(models.Model):
    """The worklist: open exceptions that one cure puts right, added up over the days.

    An item that is not mapped is one row, however many days it was sold on; an outlet
    without a storage unit is one row, however many items wait for it.
    """

    _name = "pos.bridge.exception.cause"
    _description = "POS exceptions by cause"
    _auto = False
    _order = "amount desc, day_count desc, id"
    _rec_name = "message"

    exception_id = fields.Many2one("pos.bridge.exception", readonly=True)
    code = fields.Selection(CODES, readonly=True)
    cause = fields.Selection([*CAUSES, OTHER_CURRENCY], readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    integration_id = fields.Many2one("pos.bridge.integration", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_id = fields.Many2one("pos.bridge.item", readonly=True)
    product_id = fields.Many2one("product.product", string="Ingredient", readonly=True)
    outlet_id = fields.Many2one("pos.bridge.outlet", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    subject = fields.Char(
        string="What", compute="_compute_subject", help="What has to be put right."
    )
    message = fields.Char(
        readonly=True, help="What the last of the days that it touches says."
    )
    day_count = fields.Integer(
        string="Days",
        readonly=True,
        aggregator=None,
        help="Sales days that wait for this.",
    )
    waiting_count = fields.Integer(
        string="To Post",
        readonly=True,
        aggregator=None,
        help="Days of these that something was changed for since, such as a mapping or "
        "a count: posting them again puts it right.",
    )
    last_date = fields.Date(readonly=True, help="The last of these days.")
    quantity = fields.Float(
        digits=False,
        min_display_digits=1,
        readonly=True,
        aggregator=None,
        help="Sold and not deducted; for negative stock what the unit owes.",
    )
    amount = fields.Monetary(
        string="Not Deducted",
        readonly=True,
        aggregator="sum",
        help="Money of the sales that stock does not show until this is put right.",
    )
    cure = fields.Selection(related="exception_id.cure")
    is_waiting = fields.Boolean(related="exception_id.is_waiting")

    @property
    def _table_query(self):
        """Open exceptions only, so it stays small however long the bridge runs."""
        return SQL(
            """
            SELECT MAX(each.id) AS id,
                   MAX(each.id) AS exception_id,
                   each.code, each.cause, each.company_id, each.integration_id,
                   each.item_id, each.product_id, each.outlet_id, each.day_id,
                   (ARRAY_AGG(each.message ORDER BY each.id DESC))[1] AS message,
                   COUNT(DISTINCT each.of_day_id) AS day_count,
                   COUNT(DISTINCT each.of_day_id)
                       FILTER (WHERE each.is_waiting) AS waiting_count,
                   MAX(each.business_date) AS last_date,
                   CASE WHEN each.code = 'negative_stock'
                        THEN (ARRAY_AGG(each.quantity ORDER BY each.id DESC))[1]
                        ELSE SUM(each.quantity) END AS quantity,
                   SUM(each.amount) AS amount
              FROM (%s) each
             GROUP BY each.code, each.cause, each.company_id, each.integration_id,
                      each.item_id, each.product_id, each.outlet_id, each.day_id
            """,
            self._query_sales(),
        )

    def _query_sales(self):
        """One row per day and sold item: three ingredients that one item lacks a unit
        for are one sale that is not deducted.
        """
        return SQL(
            """
            SELECT MAX(problem.id) AS id, problem.code, problem.cause,
                   problem.company_id, problem.integration_id, problem.business_date,
                   (ARRAY_AGG(problem.message ORDER BY problem.id DESC))[1] AS message,
                   problem.day_id AS of_day_id,
                   BOOL_OR(day.stale_reason IS NOT NULL OR %(is_enough)s)
                       AS is_waiting,
                   CASE WHEN problem.code NOT IN %(places)s
                        THEN problem.item_id END AS item_id,
                   CASE WHEN problem.code <> 'no_issue_storage'
                        THEN problem.product_id END AS product_id,
                   CASE WHEN problem.code IN %(places)s
                        THEN problem.outlet_id END AS outlet_id,
                   CASE WHEN problem.item_id IS NULL AND problem.product_id IS NULL
                        THEN problem.day_id END AS day_id,
                   MAX(problem.quantity) AS quantity,
                   MAX(problem.amount) AS amount
              FROM pos_bridge_exception problem
              JOIN pos_bridge_day day ON day.id = problem.day_id
             WHERE problem.resolved IS NOT TRUE
             GROUP BY problem.code, problem.cause, problem.company_id,
                      problem.integration_id,
                      problem.business_date, problem.day_id, problem.outlet_id,
                      problem.item_id, problem.parent_item_id,
                      CASE WHEN problem.code <> 'no_issue_storage'
                           THEN problem.product_id END,
                      problem.item_id IS NULL AND problem.product_id IS NULL
            """,
            places=PLACE_CODES,
            is_enough=self._sql_is_enough(),
        )

    def _sql_is_enough(self):
        """Was the ingredient counted or received since, so that no unit that the day
        took it from owes any? Posting the day again then settles the exception. What
        waits for goods is posted by itself.
        """
        return SQL(
            """
            (problem.code = 'negative_stock' AND NOT EXISTS (
                SELECT 1
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
                 WHERE quant.product_id = problem.product_id
                   AND place.storage_unit_id IN (
                       SELECT usage.location_id
                         FROM pos_bridge_usage usage
                        WHERE usage.day_id = problem.day_id
                          AND usage.product_id = problem.product_id
                          AND usage.revision_to IS NULL)
                 GROUP BY place.storage_unit_id
                HAVING ROUND(SUM(quant.quantity)::numeric, 6) < 0)
             AND NOT EXISTS (
                SELECT 1
                  FROM pos_bridge_open waiting
                 WHERE waiting.day_id = problem.day_id
                   AND waiting.product_id = problem.product_id))
            """
        )

    @api.depends("day_id", "outlet_id", "product_id", "item_id")
    def _compute_subject(self):
        """Like "Cola, Bar": the most telling names, none twice."""
        for cause in self:
            item, product = cause.item_id, cause.product_id
            named = [cause.day_id, item or product, cause.outlet_id]
            names = [record.display_name for record in named if record]
            cause.subject = ", ".join(names)

    # === ACTIONS === #

    def _exceptions(self):
        """The open exceptions behind these rows."""
        self.env["pos.bridge.exception"].flush_model()
        problems = self.env["pos.bridge.exception"].search(
            [
                ("resolved", "=", False),
                ("code", "in", list(set(self.mapped("code")))),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        keys = {cause._identity() for cause in self}
        return problems.filtered(lambda problem: problem._cause_identity() in keys)

    def _identity(self):
        places = self.item_id.id, self.product_id.id, self.outlet_id.id, self.day_id.id
        return self.cause, self.integration_id.id, *places

    def action_open_cure(self):
        self.ensure_one()
        return self.exception_id.action_open_cure()

    def action_count(self):
        """Count what is short of these, or of all if none is selected."""
        short = [("code", "=", "negative_stock")]
        causes = self or self.search(short)
        return causes.filtered_domain(short).exception_id.action_count()

    def action_count_again(self):
        self.ensure_one()
        return self.exception_id.action_count_again()

    def action_receive(self):
        self.ensure_one()
        return self.exception_id.action_receive()

    def action_preview_days(self):
        """What posting the days that these touch again would change; each day once."""
        return self._exceptions().day_id.action_preview()

    def action_resolve(self):
        """A person has looked at all of it and leaves it as it is."""
        self._exceptions().action_resolve()

    def action_view_exceptions(self):
        """The days, one by one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_exception_action"
        )
        days = self.env.ref("pos_inventory_bridge.pos_bridge_exception_view_list_days")
        action["views"] = [(days.id, "list"), (False, "form")]
        action["domain"] = [("id", "in", self._exceptions().ids)]
        action["context"] = {}
        return action
