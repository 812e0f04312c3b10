from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.wording import number_text

#: Below this a difference says more about the set-up than about the goods.
ENOUGH = 0.95
SECOND = timedelta(seconds=1)
#: More units than a person compares at first sight.
UNITS_AT_ONCE = 20


class PosBridgeVarianceWizard(models.TransientModel):
    """What should have been used against what was, between two dates or two counts.

    Everything comes from Odoo's own done moves; opening and closing are what is on hand
    now, less what moved since.
    """

    _name = "pos.bridge.variance.wizard"
    _description = "Theoretical against actual"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    basis = fields.Selection(
        [("dates", "Between two dates"), ("counts", "From count to count")],
        required=True,
        default="dates",
        help="From count to count: of each ingredient the time from its last count on "
        "or before the first date to its last count on or before the second one. Only "
        "this compares a counted stock with a counted stock.",
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._first())
    date_to = fields.Date("To", required=True, default=lambda self: self._last())
    storage_unit_ids = fields.Many2many(
        "stock.location",
        string="Storage Units",
        domain="[('is_storage_unit', '=', True), ('company_id', '=', company_id)]",
        help="Empty: all of them.",
    )
    line_ids = fields.One2many("pos.bridge.variance.line", "wizard_id", readonly=True)
    mapped_share = fields.Float(
        "Revenue Mapped",
        readonly=True,
        help="Share of the net money of this time whose items are mapped or ignored.",
    )
    counted_share = fields.Float(
        "Ingredients Counted",
        compute="_compute_coverage",
        help="Share of the ingredients used in this time that were counted in it.",
    )
    costed_share = fields.Float(
        "Moves with a Cost",
        compute="_compute_coverage",
        help="Share of the moves of this time that bear a value.",
    )
    has_sales = fields.Boolean(readonly=True)
    line_count = fields.Integer(compute="_compute_coverage")
    is_covered = fields.Boolean(compute="_compute_coverage")
    variance_value = fields.Monetary(
        compute="_compute_coverage", help="Of what was counted; negative: missing."
    )
    coverage_text = fields.Char(compute="_compute_coverage")

    @api.model
    def _first(self):
        return fields.Date.context_today(self) - relativedelta(months=1, day=1)

    @api.model
    def _last(self):
        return fields.Date.context_today(self) - relativedelta(day=1, days=1)

    @api.depends("basis", "date_from", "date_to")
    def _compute_display_name(self):
        self.display_name = self.env._("Theoretical against Actual")

    @api.depends("line_ids", "mapped_share", "has_sales")
    def _compute_coverage(self):
        for wizard in self:
            figures = wizard._line_figures()
            used, moves = figures["used"], figures["moves"]
            wizard.line_count = figures["lines"]
            wizard.counted_share = figures["counted"] / used if used else 0.0
            wizard.costed_share = figures["costed"] / moves if moves else 0.0
            wizard.variance_value = figures["value"]
            shares = wizard.mapped_share, wizard.counted_share, wizard.costed_share
            wizard.is_covered = wizard.has_sales and min(shares) >= ENOUGH
            wizard.coverage_text = wizard._coverage_text(used)

    def _line_figures(self):
        """What the coverage needs of all lines, added up by the database."""
        groups = self.env["pos.bridge.variance.line"]._read_group(
            [("wizard_id", "=", self._origin.id)],
            ["is_used", "is_counted"],
            ["__count", "move_count:sum", "costed_count:sum", "count_value:sum"],
        )
        figures = dict.fromkeys(
            ("lines", "used", "counted", "moves", "costed", "value"), 0
        )
        for is_used, is_counted, count, moves, costed, value in groups:
            figures["lines"] += count
            figures["used"] += count if is_used else 0
            figures["counted"] += count if is_used and is_counted else 0
            figures["moves"] += moves
            figures["costed"] += costed
            figures["value"] += value if is_counted else 0
        return figures

    def _coverage_text(self, used):
        """One sentence: how far the figures may be trusted."""
        if not self.has_sales and not used:
            return self.env._("Nothing was sold in this time: choose another one.")
        shares = [
            number_text(self.env, share * 100, 1)
            for share in (self.mapped_share, self.counted_share, self.costed_share)
        ]
        text = self.env._(
            "%(mapped)s %% of the revenue is mapped, %(counted)s %% of the ingredients "
            "used were counted, %(costed)s %% of the moves have a cost.",
            mapped=shares[0],
            counted=shares[1],
            costed=shares[2],
        )
        if self.is_covered:
            return text
        return self.env._(
            "%s At this coverage a difference is no sign of theft: what is not mapped "
            "or not counted looks like a loss. Map, count and price first.",
            text,
        )

    # === COMPARE === #

    @api.model
    def action_open_new(self):
        """The comparison of the last whole month; of a chain the first unit's."""
        wizard = self.create({})
        units = wizard._units()
        if len(units) > UNITS_AT_ONCE:
            wizard.storage_unit_ids = units[:1]
        return wizard.action_compare()

    def action_compare(self):
        """Work the lines out again and show them."""
        self.ensure_one()
        self._check_right()
        if self.date_from > self.date_to:
            raise UserError(
                self.env._("The first date lies behind the second one: swap them.")
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM pos_bridge_variance_line WHERE wizard_id = %s", self.id)
        )
        self.env.cr.execute(self._query_lines())
        self.line_ids.invalidate_model()
        self.mapped_share, self.has_sales = self._mapped_share()
        self.invalidate_recordset()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Theoretical against Actual"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_right(self):
        """The query knows no record rules, so company and units are checked here."""
        self.check_access("write")
        self.env["pos.bridge.ledger"].check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of the companies you work in."))
        self.storage_unit_ids.check_access("read")

    def _units(self):
        domain = Domain("is_storage_unit", "=", True)
        domain &= Domain("company_id", "=", self.company_id.id)
        units = self.env["stock.location"].search(domain)
        return units & self.storage_unit_ids if self.storage_unit_ids else units

    def _span(self):
        """(last moment before, last moment of) the time between both dates, in UTC."""
        zone = ZoneInfo(self.env.tz.zone if self.env.tz else "UTC")

        def moment(date):
            local = datetime.combine(date, time.min, tzinfo=zone)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) - SECOND

        return moment(self.date_from), moment(self.date_to + timedelta(days=1))

    def _mapped_share(self):
        """(share of the money of these days that is mapped or ignored, any sales?)."""
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("business_date", ">=", self.date_from)
        domain &= Domain("business_date", "<=", self.date_to)
        if self.storage_unit_ids:
            used = self.env["pos.bridge.outlet"].search(
                [("storage_ids.location_id", "in", self.storage_unit_ids.ids)]
            )
            domain &= Domain("outlet_id", "in", used.ids)
        names = ("posted", "ignored", "unmapped", "failed")
        [sums] = self.env["pos.bridge.day"]._read_group(
            domain, [], [f"{name}_amount:sum" for name in names]
        )
        total = sum(sums)
        return (sum(sums[:2]) / total if total > 0 else 0.0), total > 0

    # === THE QUERY === #

    def _query_lines(self):
        """One line per ingredient and unit where something lay or moved."""
        return SQL(
            """
            WITH counted AS (%(counted)s),
                 place AS (%(places)s),
                 entry AS (%(entries)s),
                 span AS (%(spans)s),
                 line AS (%(sums)s)
            INSERT INTO pos_bridge_variance_line
                   (wizard_id, product_id, storage_unit_id, since, until,
                    is_counted, is_used, opening, receipt, transfer, theoretical,
                    waste, other, count_difference, closing, receipt_value,
                    theoretical_value, waste_value, count_value, move_count,
                    costed_count, create_uid, create_date)
            SELECT %(wizard)s, product_id, storage_unit_id, since, until,
                   is_counted, theoretical <> 0, opening, receipt, transfer,
                   theoretical, waste, other, count_difference, closing,
                   receipt_value, theoretical_value, waste_value, count_value,
                   move_count, costed_count, %(user)s, now()
              FROM line
             WHERE entry_count > 0 OR ABS(opening) > 1e-9 OR is_counted
             ORDER BY ABS(count_value) DESC, theoretical_value DESC, product_id
            """,
            counted=self._query_counted(),
            places=self._query_places(),
            entries=self._query_entries(),
            spans=self._query_spans(),
            sums=self._query_sums(),
            wizard=self.id,
            user=self.env.uid,
        )

    def _query_counted(self):
        """When each ingredient was counted in each unit, by a person: not by the
        bridge, and not by moving it from one shelf to another.
        """
        return SQL(
            """
            SELECT move.product_id, move.date,
                   COALESCE(source.storage_unit_id, destination.storage_unit_id)
                       AS storage_unit_id
              FROM stock_move move
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location destination ON destination.id = move.location_dest_id
             WHERE move.is_inventory
               AND move.state = 'done'
               AND move.pos_bridge_day_id IS NULL
               AND 'inventory' IN (source.usage, destination.usage)
               AND COALESCE(source.storage_unit_id, destination.storage_unit_id)
                   = ANY(%s)
            """,
            self._units().ids,
        )

    def _query_places(self):
        """What lies where now."""
        return SQL(
            """
            SELECT quant.product_id, location.storage_unit_id,
                   SUM(quant.quantity)::float8 AS quantity
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.storage_unit_id = ANY(%s)
             GROUP BY quant.product_id, location.storage_unit_id
            """,
            self._units().ids,
        )

    def _query_entries(self):
        """Entries of the ledger since the first moment that any line begins at.

        What sales took is nearly all of them and is read straight from the moves; all
        others may have many lines each, and are read as the ledger reads them.
        """
        ledger = self.env["pos.bridge.ledger"]
        sides = SQL("source"), SQL("destination")
        others = SQL("(move.pos_bridge_day_id IS NULL OR move.is_inventory)")
        return SQL(
            """
            SELECT move.product_id,
                   CASE WHEN source.usage = 'internal' THEN source.storage_unit_id
                        ELSE destination.storage_unit_id END AS storage_unit_id,
                   move.date, TRUE AS is_sold, 'issue' AS type, TRUE AS is_valued,
                   CASE WHEN source.usage = 'internal' THEN -1 ELSE 1 END
                       * move.quantity::float8 AS quantity,
                   CASE WHEN source.usage = 'internal' THEN -1 ELSE 1 END
                       * ABS(move.value)::float8 AS value
              FROM stock_move move
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location destination ON destination.id = move.location_dest_id
             WHERE move.pos_bridge_day_id IS NOT NULL
               AND move.state = 'done'
               AND move.is_inventory IS NOT TRUE
               AND move.date > %(first)s
               AND ARRAY[source.storage_unit_id, destination.storage_unit_id]
                   && %(units)s
             UNION ALL
            SELECT entry.product_id, entry.storage_unit_id, entry.date, FALSE,
                   entry.transaction_type, entry.is_valued,
                   entry.quantity::float8, %(value)s::float8
              FROM (%(issues)s UNION ALL %(receipts)s) entry
             WHERE entry.storage_unit_id = ANY(%(units)s)
               AND entry.date > %(first)s
            """,
            value=ledger._query_value(),
            issues=ledger._query_side(*sides, -1, others),
            receipts=ledger._query_side(*reversed(sides), 1, others),
            units=self._units().ids,
            first=self._first_moment(),
        )

    def _first_moment(self):
        since, _until = self._span()
        if self.basis == "dates":
            return since
        _before, first_end = self._count_ends()
        return SQL(
            """
            LEAST(%s, (SELECT MIN(latest) FROM (
                SELECT MAX(date) AS latest FROM counted WHERE date <= %s
                 GROUP BY product_id, storage_unit_id) each))
            """,
            since,
            first_end,
        )

    def _count_ends(self):
        """(start of the time, end of its first day): counts up to then may begin it."""
        since, _until = self._span()
        return since, since + timedelta(days=1)

    def _query_spans(self):
        """From when to when each line goes, and whether it was counted."""
        since, until = self._span()
        pairs = SQL(
            """
            SELECT product_id, unit_id AS storage_unit_id FROM (%s) every
             WHERE unit_id = ANY(%s)
            """,
            self.env["pos.bridge.stock"]._query_pairs(),
            self._units().ids,
        )
        if self.basis == "dates":
            return SQL(
                """
                SELECT pair.*, %(since)s::timestamp AS since,
                       %(until)s::timestamp AS until,
                       EXISTS (SELECT FROM counted
                                WHERE counted.product_id = pair.product_id
                                  AND counted.storage_unit_id = pair.storage_unit_id
                                  AND counted.date > %(since)s
                                  AND counted.date <= %(until)s) AS is_counted
                  FROM (%(pairs)s) pair
                """,
                since=since,
                until=until,
                pairs=pairs,
            )
        return SQL(
            """
            SELECT pair.product_id, pair.storage_unit_id,
                   CASE WHEN last.date > first.date THEN first.date
                        ELSE %(since)s END AS since,
                   CASE WHEN last.date > first.date THEN last.date
                        ELSE %(until)s END AS until,
                   COALESCE(last.date > first.date, FALSE) AS is_counted
              FROM (%(pairs)s) pair
              LEFT JOIN (%(first)s) first USING (product_id, storage_unit_id)
              LEFT JOIN (%(last)s) last USING (product_id, storage_unit_id)
            """,
            since=since,
            until=until,
            pairs=pairs,
            first=self._query_last_count(self._count_ends()[1]),
            last=self._query_last_count(until),
        )

    def _query_last_count(self, until):
        return SQL(
            """
            SELECT product_id, storage_unit_id, MAX(date) AS date
              FROM counted WHERE date <= %s GROUP BY product_id, storage_unit_id
            """,
            until,
        )

    def _query_sums(self):
        """Quantities and values by kind; what went out counts positive where its name
        says so (theoretical use, waste).
        """
        kinds = {
            "receipt": SQL("type = 'receipt'"),
            "transfer": SQL("type IN ('transfer_in', 'transfer_out')"),
            "theoretical": SQL("is_sold"),
            "waste": SQL("type = 'waste'"),
            "other": SQL("type = 'issue' AND NOT is_sold"),
            "count_difference": SQL("type = 'count'"),
        }
        inside = SQL("entry.date > span.since AND entry.date <= span.until")
        sums = [
            SQL(
                "COALESCE(%s * SUM(entry.quantity) FILTER (WHERE %s AND %s), 0) AS %s",
                -1 if name in ("theoretical", "waste") else 1,
                inside,
                condition,
                SQL.identifier(name),
            )
            for name, condition in kinds.items()
        ]
        values = [
            SQL(
                "COALESCE(%s * SUM(entry.value) FILTER (WHERE %s AND %s), 0) AS %s",
                -1 if name in ("theoretical", "waste") else 1,
                inside,
                kinds[name],
                SQL.identifier(f"{name.removesuffix('_difference')}_value"),
            )
            for name in ("receipt", "theoretical", "waste", "count_difference")
        ]
        return SQL(
            """
            SELECT span.product_id, span.storage_unit_id, span.since, span.until,
                   span.is_counted, %(sums)s,
                   COALESCE(place.quantity, 0) - COALESCE(SUM(entry.quantity)
                       FILTER (WHERE entry.date > span.since), 0) AS opening,
                   COALESCE(place.quantity, 0) - COALESCE(SUM(entry.quantity)
                       FILTER (WHERE entry.date > span.until), 0) AS closing,
                   COUNT(*) FILTER (WHERE %(inside)s) AS entry_count,
                   COUNT(*) FILTER (WHERE %(inside)s AND is_valued
                                      AND entry.quantity <> 0) AS move_count,
                   COUNT(*) FILTER (WHERE %(inside)s AND is_valued AND value <> 0)
                       AS costed_count
              FROM span
              LEFT JOIN place USING (product_id, storage_unit_id)
              LEFT JOIN entry USING (product_id, storage_unit_id)
             GROUP BY span.product_id, span.storage_unit_id, span.since, span.until,
                      span.is_counted, place.quantity
            """,
            sums=SQL(", ").join([*sums, *values]),
            inside=inside,
        )

    def action_view_lines(self):
        """The same lines as a list that can be filtered, grouped and exported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_variance_line_action"
        )
        return {**action, "domain": [("wizard_id", "=", self.id)]}


class PosBridgeVarianceLine(models.TransientModel):
    """One ingredient in one unit: opening + receipts + transfers - theoretical use -
    waste + other + count differences = closing.
    """

    _name = "pos.bridge.variance.line"
    _description = "Theoretical against actual of an ingredient"
    _rec_name = "product_id"
    _order = "id"

    wizard_id = fields.Many2one(
        "pos.bridge.variance.wizard", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    product_id = fields.Many2one("product.product", string="Ingredient")
    uom_id = fields.Many2one(related="product_id.uom_id")
    storage_unit_id = fields.Many2one("stock.location")
    unit_name = fields.Char(related="storage_unit_id.name", string="Storage Unit Name")
    since = fields.Datetime(help="What moved after this moment counts.")
    until = fields.Datetime(help="What moved up to this moment counts.")
    is_counted = fields.Boolean("Counted")
    is_used = fields.Boolean()
    opening = fields.Float(digits="Product Unit", aggregator=None)
    receipt = fields.Float(string="Received", digits="Product Unit", aggregator=None)
    transfer = fields.Float(
        string="Transfers",
        digits="Product Unit",
        aggregator=None,
        help="From and to other units; negative: more went than came.",
    )
    theoretical = fields.Float(
        string="Theoretical Use",
        digits="Product Unit",
        aggregator=None,
        help="What the sales should have used, as posted.",
    )
    waste = fields.Float(digits="Product Unit", aggregator=None, help="Scrapped.")
    other = fields.Float(
        digits="Product Unit",
        aggregator=None,
        help="Whatever else left or came back, such as deliveries or production.",
    )
    count_difference = fields.Float(
        string="Difference",
        digits="Product Unit",
        aggregator=None,
        help="What counts corrected: negative is missing, positive is too much.",
    )
    closing = fields.Float(digits="Product Unit", aggregator=None)
    receipt_value = fields.Monetary()
    theoretical_value = fields.Monetary(string="Theoretical Cost")
    waste_value = fields.Monetary()
    count_value = fields.Monetary(
        string="Difference in Money", help="At the value that the ledger booked."
    )
    variance_share = fields.Float(
        string="Difference %",
        compute="_compute_variance_share",
        help="The difference per theoretical use.",
    )
    move_count = fields.Integer(string="Moves")
    costed_count = fields.Integer(string="Moves with a Cost")
    remark = fields.Char(compute="_compute_variance_share")

    @api.depends("count_difference", "theoretical", "is_counted")
    def _compute_variance_share(self):
        for line in self:
            used = line.theoretical
            line.variance_share = line.count_difference / used if used else 0.0
            line.remark = False if line.is_counted else self.env._("not counted")

    def action_view_ledger(self):
        """The entries of the ledger that this line adds up."""
        self.ensure_one()
        action = self.env["pos.bridge.ledger"]._action_of(
            self.product_id, self.storage_unit_id
        )
        span = Domain("date", ">", self.since) & Domain("date", "<=", self.until)
        return {**action, "domain": list(Domain(action["domain"]) & span)}
