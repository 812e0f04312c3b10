from odoo import api, fields, models
from odoo.tools import SQL


class PosBridgeCost(models.Model):
    """What the ledger booked, item by item: one day's moves spread over its usage.

    Rows are only added, each time by what is missing: the sum over a day's rows is what
    its done moves say, in quantity and in value, never rounded. What only moves the
    difference of a count costs no sale anything and stands nowhere here.
    """

    _name = "pos.bridge.cost"
    _description = "Booked use of an ingredient by an item"
    _order = "id"
    _rec_name = "product_id"
    _log_access = False

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="restrict", index=True
    )
    posting_id = fields.Many2one(
        "pos.bridge.posting", ondelete="restrict", index="btree_not_null"
    )
    usage_id = fields.Many2one(
        "pos.bridge.usage",
        ondelete="restrict",
        help="Empty: nothing sold stands for it any more, such as what is left of an "
        "undone day.",
    )
    company_id = fields.Many2one("res.company", required=True)
    outlet_id = fields.Many2one("pos.bridge.outlet", required=True)
    business_date = fields.Date(required=True, index=True)
    accounting_date = fields.Date(
        help="The date in the books: of this posting, or of a value that it got later."
    )
    item_id = fields.Many2one("pos.bridge.item")
    parent_item_id = fields.Many2one("pos.bridge.item", string="Modifies")
    bom_id = fields.Many2one("mrp.bom", string="Recipe")
    product_id = fields.Many2one("product.product", required=True, index=True)
    location_id = fields.Many2one("stock.location", required=True)
    consumption_location_id = fields.Many2one("stock.location", required=True)
    quantity = fields.Float(digits=False)
    # A share of a move's value, to the last digit: a float, which also adds up quicker.
    value = fields.Float(digits=False)

    _without_value = models.Index(
        "(day_id, item_id, product_id)"
        " WHERE ABS(value) < 0.000001 AND quantity > 0.000001"
    )

    def init(self):
        """Days that were posted before there was this table."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT FROM pos_bridge_cost),"
            " EXISTS (SELECT FROM pos_bridge_usage)"
        )
        if self.env.cr.fetchone() == (False, True):
            self._book(SQL("SELECT id FROM pos_bridge_day WHERE revision > 0"))

    @api.model
    def _book(self, days, postings=None, accounting_date=None):
        """Add what the rows of these days lack of what their moves say.

        :param days: SQL of the ids
        :param postings: those that it is about; else the last one of each day
        :param accounting_date: if it is not that of the posting
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH chosen AS (%(days)s),
                     done AS (%(done)s),
                     used AS (%(used)s),
                     target AS (%(target)s)
                INSERT INTO pos_bridge_cost
                       (day_id, posting_id, usage_id, company_id, outlet_id,
                        business_date, accounting_date, item_id, parent_item_id,
                        bom_id, product_id, location_id, consumption_location_id,
                        quantity, value)
                SELECT day.id, posting.id, usage.id, day.company_id, day.outlet_id,
                       day.business_date,
                       COALESCE(%(date)s, posting.accounting_date), usage.item_id,
                       usage.parent_item_id, COALESCE(mapping.bom_id, version.bom_id),
                       missing.product_id, missing.location_id,
                       missing.consumption_location_id,
                       missing.quantity, missing.value
                  FROM (%(missing)s) missing
                  JOIN pos_bridge_day day ON day.id = missing.day_id
                  LEFT JOIN pos_bridge_usage usage ON usage.id = missing.usage_id
                  LEFT JOIN pos_bridge_mapping mapping ON mapping.id = usage.mapping_id
                  LEFT JOIN pos_bridge_recipe_version version
                    ON version.id = SUBSTRING(usage.recipe_path FROM '[0-9]+')::int
                  LEFT JOIN LATERAL (
                        SELECT id, accounting_date
                          FROM pos_bridge_posting
                         WHERE day_id = day.id AND %(is_meant)s
                         ORDER BY revision DESC
                         LIMIT 1) posting ON TRUE
                 ORDER BY day.business_date, day.id, usage.id
                """,
                days=days,
                done=self._query_done(),
                used=self._query_used(),
                target=self._query_target(),
                missing=self._query_missing(),
                date=SQL("%s::date", accounting_date or None),
                is_meant=SQL("id IN %s", tuple(postings.ids))
                if postings
                else SQL("TRUE"),
            )
        )
        self.invalidate_model()

    def _query_done(self):
        """What the moves of a day say per key: net, and all that went in or out."""
        return SQL(
            """
            SELECT day_id, product_id, location_id, consumption_location_id,
                   SUM(sign * quantity)::float8 AS quantity,
                   SUM(sign * value)::float8 AS value,
                   (SUM(value) / NULLIF(SUM(quantity), 0))::float8 AS unit_cost
              FROM (
                    SELECT move.pos_bridge_day_id AS day_id, move.product_id,
                           CASE WHEN source.usage = 'internal'
                                THEN move.location_id
                                ELSE move.location_dest_id END AS location_id,
                           CASE WHEN source.usage = 'internal'
                                THEN move.location_dest_id
                                ELSE move.location_id END AS consumption_location_id,
                           CASE WHEN source.usage = 'internal'
                                THEN 1 ELSE -1 END AS sign,
                           move.quantity, ABS(COALESCE(move.value, 0)) AS value
                      FROM stock_move move
                      JOIN stock_location source ON source.id = move.location_id
                     WHERE move.pos_bridge_day_id IN (SELECT id FROM chosen)
                       AND move.state = 'done'
                       AND move.is_inventory IS NOT TRUE
                   ) each
             GROUP BY day_id, product_id, location_id, consumption_location_id
            """
        )

    def _query_used(self):
        """Usage in force, with the sums of its key; nothing while a day is undone."""
        return SQL(
            """
            SELECT usage.id AS usage_id, usage.day_id, usage.product_id,
                   usage.location_id, usage.consumption_location_id, usage.quantity,
                   SUM(usage.quantity) OVER same_key AS total,
                   ABS(usage.quantity)
                       / NULLIF(SUM(ABS(usage.quantity)) OVER same_key, 0) AS share
              FROM pos_bridge_usage usage
              JOIN pos_bridge_day day ON day.id = usage.day_id
              JOIN stock_location place ON place.id = usage.consumption_location_id
             WHERE usage.day_id IN (SELECT id FROM chosen)
               AND usage.revision_to IS NULL
               AND usage.quantity <> 0
               AND day.hold_revision IS NULL
               AND place.usage <> 'inventory'
            WINDOW same_key AS (
                PARTITION BY usage.day_id, usage.product_id, usage.location_id,
                             usage.consumption_location_id)
            """
        )

    def _query_target(self):
        """What each usage row is to have. What rounding, a shortage or another cost
        makes the ledger say more or less is spread by size, so that nothing is lost;
        what no row stands for has a row of its own.
        """
        return SQL(
            """
            SELECT used.day_id, used.usage_id, used.product_id, used.location_id,
                   used.consumption_location_id, booked.quantity,
                   booked.quantity * COALESCE(done.unit_cost, 0)
                       + share * (COALESCE(done.value, 0)
                                  - COALESCE(done.unit_cost * done.quantity, 0))
                       AS value
              FROM used
              LEFT JOIN done USING (day_id, product_id, location_id,
                                    consumption_location_id)
             CROSS JOIN LATERAL (
                    SELECT used.quantity + share * (
                               COALESCE(done.quantity, 0) - used.total) AS quantity
                   ) booked
             UNION ALL
            SELECT done.day_id, NULL, done.product_id, done.location_id,
                   done.consumption_location_id, done.quantity, done.value
              FROM done
              LEFT JOIN used USING (day_id, product_id, location_id,
                                    consumption_location_id)
             WHERE used.usage_id IS NULL
            """
        )

    def _query_missing(self):
        return SQL(
            """
            SELECT day_id, usage_id, product_id, location_id, consumption_location_id,
                   SUM(quantity) AS quantity, SUM(value) AS value
              FROM (
                    SELECT day_id, usage_id, product_id, location_id,
                           consumption_location_id, quantity, value
                      FROM target
                     UNION ALL
                    SELECT day_id, usage_id, product_id, location_id,
                           consumption_location_id, -quantity, -value
                      FROM pos_bridge_cost
                     WHERE day_id IN (SELECT id FROM chosen)
                   ) each
             GROUP BY day_id, usage_id, product_id, location_id,
                      consumption_location_id
            HAVING ABS(SUM(quantity)) > 1e-9 OR ABS(SUM(value)) > 1e-9
            """
        )


class PosBridgeDay(models.Model):
    """Every run leaves the reports as complete as the ledger."""

    _inherit = "pos.bridge.day"

    def _settle(self, sold):
        result = super()._settle(sold)
        self.env["pos.bridge.cost"].sudo()._book(SQL("SELECT %s AS id", self.id))
        self.env["pos.bridge.sold"].sudo()._note(self, sold)
        return result


class PosBridgePosting(models.Model):
    """Each posting bears its own part, also where a run makes several of them."""

    _inherit = "pos.bridge.posting"

    @api.model
    def _post(self, day, deltas, timing, revision, transfer, kind, reason):
        """The end of the run books the last one; those before it are booked before the
        next one moves anything.
        """
        if transfer.posting_ids:
            self.env["pos.bridge.cost"].sudo()._book(SQL("SELECT %s AS id", day.id))
        return super()._post(day, deltas, timing, revision, transfer, kind, reason)


class StockMove(models.Model):
    _inherit = "stock.move"

    #: What was used in a time is read from this alone, however many moves there are.
    _pos_bridge_used = models.Index(
        "(date) INCLUDE (product_id, location_id, location_dest_id, quantity, value)"
        " WHERE pos_bridge_day_id IS NOT NULL AND state = 'done'"
        " AND is_inventory IS NOT TRUE"
    )
    _pos_bridge_other = models.Index(
        "(date) WHERE state = 'done' AND (pos_bridge_day_id IS NULL OR is_inventory)"
    )
    _pos_bridge_counted = models.Index(
        "(product_id, date) WHERE is_inventory AND state = 'done'"
    )

    def write(self, vals):
        """A value that is changed later is spread over the same items, and is of the
        day on which it is changed.
        """
        result = super().write(vals)
        context = self.env.context
        is_booked_after = context.get("pos_bridge_moment") or context.get(
            "pos_bridge_books_later"
        )
        if "value" in vals and not is_booked_after:
            self._pos_bridge_book_values()
        return result

    def _pos_bridge_book_values(self):
        """What these are worth now, for all of their days at once."""
        done = self.filtered(lambda move: move.state == "done")
        days = done.pos_bridge_day_id
        if not days:
            return
        self.env["pos.bridge.cost"].sudo()._book(
            SQL("SELECT id FROM pos_bridge_day WHERE id IN %s", tuple(days.ids)),
            done.pos_bridge_posting_id,
            fields.Date.context_today(self),
        )
        self.env["pos.bridge.sold"].sudo()._note_costs(days)
