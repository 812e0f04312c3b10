from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..models.stock_move_count import COUNT_STANDS

#: What other entries than sales are, and under which condition.
KINDS = {
    "receipt": SQL("type = 'receipt'"),
    "transfer": SQL("type IN ('transfer_in', 'transfer_out')"),
    "waste": SQL("type = 'waste'"),
    "other": SQL("type = 'issue'"),
    "count_difference": SQL("type = 'count'"),
}
VALUED = ("receipt", "waste", "count_difference")
BEFORE, INSIDE, AFTER = range(3)


class PosBridgeVarianceWizard(models.TransientModel):
    """The one query of the comparison: a line per ingredient and unit.

    Nearly all entries are what sales took. They are read straight from the moves and
    added up before anything else is joined; the few others are read as the ledger
    reads them.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.variance.wizard"

    def _query_lines(self):
        """Write a line where something lay, moved or was counted."""
        since, until = self._span()
        return SQL(
            """
            WITH counted AS (%(counted)s),
                 span AS (%(spans)s),
                 place AS (%(places)s),
                 sold AS (%(sold)s),
                 other AS (%(others)s),
                 pair AS (SELECT product_id, storage_unit_id FROM place
                           UNION SELECT product_id, storage_unit_id FROM sold
                           UNION SELECT product_id, storage_unit_id FROM other
                           UNION SELECT product_id, storage_unit_id FROM span),
                 line AS (%(lines)s)
            INSERT INTO pos_bridge_variance_line
                   (wizard_id, product_id, storage_unit_id, since, until,
                    is_counted, is_used, opening, receipt, transfer, theoretical,
                    waste, other, count_difference, closing, receipt_value,
                    theoretical_value, waste_value, count_value, variance_value,
                    move_count, costed_count, create_uid, create_date)
            SELECT %(wizard)s, product_id, storage_unit_id,
                   COALESCE(since, %(since)s), COALESCE(until, %(until)s),
                   is_counted, theoretical <> 0, opening, receipt, transfer,
                   theoretical, waste, other, count_difference, closing,
                   receipt_value, theoretical_value, waste_value, count_value,
                   CASE WHEN is_counted THEN count_value ELSE 0 END,
                   move_count, costed_count, %(user)s, now()
              FROM line
             WHERE storage_unit_id = ANY(%(units)s)
               AND (entry_count > 0 OR ABS(opening) > 1e-9 OR is_counted)
             ORDER BY CASE WHEN is_counted THEN ABS(count_value) ELSE 0 END DESC,
                      theoretical_value DESC, product_id
            """,
            counted=self._query_counted(),
            spans=self._query_spans(),
            places=self._query_places(),
            sold=self._query_sold(),
            others=self._query_others(),
            lines=self._query_totals(),
            wizard=self.id,
            user=self.env.uid,
            units=self._units().ids,
            since=since,
            until=until,
        )

    # === TIME === #

    def _query_counted(self):
        """When each ingredient was counted in each unit, by a person: not by the
        bridge, not by moving it from one shelf to another, and not taken back since.
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
               AND move.pos_bridge_reverted_id IS NULL
               AND %(stands)s
               AND 'inventory' IN (source.usage, destination.usage)
               AND COALESCE(source.storage_unit_id, destination.storage_unit_id)
                   = ANY(%(units)s)
            """,
            stands=SQL(COUNT_STANDS),
            units=self._units().ids,
        )

    def _query_spans(self):
        """What was counted; from count to count with a time of its own."""
        since, until = self._span()
        if self.basis == "dates":
            return SQL(
                """
                SELECT DISTINCT product_id, storage_unit_id,
                       NULL::timestamp AS since, NULL::timestamp AS until
                  FROM counted WHERE date > %s AND date <= %s
                """,
                since,
                until,
            )
        return SQL(
            """
            SELECT product_id, storage_unit_id, first.date AS since,
                   last.date AS until
              FROM (%s) first
              JOIN (%s) last USING (product_id, storage_unit_id)
             WHERE last.date > first.date
            """,
            self._query_last_count(since + timedelta(days=1)),
            self._query_last_count(until),
        )

    def _query_last_count(self, until):
        return SQL(
            """
            SELECT product_id, storage_unit_id, MAX(date) AS date
              FROM counted WHERE date <= %s GROUP BY product_id, storage_unit_id
            """,
            until,
        )

    def _first_moment(self):
        """The first moment that any line begins at."""
        since, _until = self._span()
        if self.basis == "dates":
            return since
        return SQL("LEAST(%s, (SELECT MIN(since) FROM span))", since)

    def _period(self, date):
        """Whether a date lies before, inside or after the time of its line."""
        since, until = self._span()
        has_own = self.basis == "counts"
        return SQL(
            "CASE WHEN %(date)s > %(until)s THEN %(after)s"
            " WHEN %(date)s > %(since)s THEN %(inside)s ELSE %(before)s END",
            date=date,
            since=SQL("COALESCE(span.since, %s)", since) if has_own else since,
            until=SQL("COALESCE(span.until, %s)", until) if has_own else until,
            before=BEFORE,
            inside=INSIDE,
            after=AFTER,
        )

    # === WHAT LIES AND WHAT MOVED === #

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

    def _location_ids(self):
        """The units and their shelves."""
        locations = self.env["stock.location"].with_context(active_test=False).sudo()
        return locations.search([("storage_unit_id", "in", self._units().ids)]).ids

    def _query_sold(self):
        """What sales took, by ingredient, unit and period."""
        has_own = self.basis == "counts"
        span = SQL(
            """
            LEFT JOIN stock_location place
                   ON place.id = CASE WHEN move.location_id = ANY(%(places)s)
                      THEN move.location_id ELSE move.location_dest_id END
            LEFT JOIN span ON span.product_id = move.product_id
                          AND span.storage_unit_id = place.storage_unit_id
            """,
            places=self._location_ids(),
        )
        return SQL(
            """
            SELECT product_id, period, moves, costed,
                   CASE WHEN source.usage = 'internal' THEN source.storage_unit_id
                        ELSE destination.storage_unit_id END AS storage_unit_id,
                   CASE WHEN source.usage = 'internal' THEN quantity
                        ELSE -quantity END AS quantity,
                   CASE WHEN source.usage = 'internal' THEN value
                        ELSE -value END AS value
              FROM (SELECT move.product_id, move.location_id, move.location_dest_id,
                           %(period)s AS period,
                           SUM(move.quantity::float8) AS quantity,
                           SUM(ABS(move.value)::float8) AS value,
                           COUNT(*) AS moves,
                           COUNT(*) FILTER (WHERE move.value <> 0) AS costed
                      FROM stock_move move %(span)s
                     WHERE move.pos_bridge_day_id IS NOT NULL
                       AND move.state = 'done'
                       AND move.is_inventory IS NOT TRUE
                       AND move.date > %(first)s
                       AND (move.location_id = ANY(%(places)s)
                            OR move.location_dest_id = ANY(%(places)s))
                     GROUP BY 1, 2, 3, 4) total
              JOIN stock_location source ON source.id = total.location_id
              JOIN stock_location destination
                ON destination.id = total.location_dest_id
            """,
            period=self._period(SQL("move.date")),
            span=span if has_own else SQL(),
            first=self._first_moment(),
            places=self._location_ids(),
        )

    def _query_others(self):
        """All other entries of the ledger, each with the period it lies in."""
        ledger = self.env["pos.bridge.ledger"]
        sides = SQL("source"), SQL("destination")
        others = SQL("(move.pos_bridge_day_id IS NULL OR move.is_inventory)")
        return SQL(
            """
            SELECT entry.product_id, entry.storage_unit_id, entry.is_valued,
                   entry.transaction_type AS type, %(period)s AS period,
                   entry.quantity::float8 AS quantity, %(value)s::float8 AS value
              FROM (%(issues)s UNION ALL %(receipts)s) entry
              LEFT JOIN span USING (product_id, storage_unit_id)
             WHERE entry.storage_unit_id = ANY(%(units)s)
               AND entry.date > %(first)s
            """,
            period=self._period(SQL("entry.date")),
            value=ledger._query_value(),
            issues=ledger._query_side(*sides, -1, others),
            receipts=ledger._query_side(*reversed(sides), 1, others),
            units=self._units().ids,
            first=self._first_moment(),
        )

    # === ADDED UP === #

    def _query_totals(self):
        """Every pair with all that is known of it."""
        return SQL(
            """
            SELECT product_id, storage_unit_id, span.since, span.until,
                   span.product_id IS NOT NULL AS is_counted, %(columns)s,
                   COALESCE(sold.quantity, 0) AS theoretical,
                   COALESCE(sold.value, 0) AS theoretical_value,
                   COALESCE(sold.moves, 0) + COALESCE(others.entries, 0)
                       AS entry_count,
                   COALESCE(sold.moves, 0) + COALESCE(others.moves, 0) AS move_count,
                   COALESCE(sold.costed, 0) + COALESCE(others.costed, 0)
                       AS costed_count,
                   COALESCE(place.quantity, 0) + COALESCE(sold.since_then, 0)
                       - COALESCE(others.since_then, 0) AS opening,
                   COALESCE(place.quantity, 0) + COALESCE(sold.afterwards, 0)
                       - COALESCE(others.afterwards, 0) AS closing
              FROM pair
              LEFT JOIN span USING (product_id, storage_unit_id)
              LEFT JOIN place USING (product_id, storage_unit_id)
              LEFT JOIN (%(sold)s) sold USING (product_id, storage_unit_id)
              LEFT JOIN (%(others)s) others USING (product_id, storage_unit_id)
            """,
            columns=SQL(", ").join(
                SQL("COALESCE(others.%(name)s, 0) AS %(name)s", name=name)
                for name in map(SQL.identifier, self._columns_of_others())
            ),
            sold=self._query_sum("sold", ("quantity", "value", "moves", "costed")),
            others=self._query_sum_of_others(),
        )

    def _columns_of_others(self):
        values = [f"{name.removesuffix('_difference')}_value" for name in VALUED]
        return [*KINDS, *values]

    def _query_sum(self, table, names, sums=()):
        """Per pair what lies inside its time, and what moved since and afterwards."""
        inside = [
            SQL(
                "SUM(%(name)s) FILTER (WHERE period = %(inside)s) AS %(name)s",
                name=SQL.identifier(name),
                inside=INSIDE,
            )
            for name in names
        ]
        return SQL(
            """
            SELECT product_id, storage_unit_id, %(sums)s,
                   SUM(quantity) FILTER (WHERE period <> %(before)s) AS since_then,
                   SUM(quantity) FILTER (WHERE period = %(after)s) AS afterwards
              FROM %(table)s GROUP BY product_id, storage_unit_id
            """,
            sums=SQL(", ").join([*inside, *sums]),
            table=SQL.identifier(table),
            before=BEFORE,
            after=AFTER,
        )

    def _query_sum_of_others(self):
        """What went out counts positive where its name says so (waste)."""
        inside = SQL("period = %s", INSIDE)
        measures = [(name, "quantity") for name in KINDS]
        measures += [(name, "value") for name in VALUED]
        columns = zip(self._columns_of_others(), measures, strict=True)
        sums = [
            SQL(
                "%s * SUM(%s) FILTER (WHERE %s AND %s) AS %s",
                -1 if name == "waste" else 1,
                SQL.identifier(measure),
                inside,
                KINDS[name],
                SQL.identifier(column),
            )
            for column, (name, measure) in columns
        ]
        # A count that found no difference moved nothing, so it needs no cost.
        valued = SQL(
            "COUNT(*) FILTER (WHERE %s AND is_valued AND quantity <> 0) AS moves",
            inside,
        )
        costed = SQL(
            "COUNT(*) FILTER (WHERE %s AND is_valued AND value <> 0) AS costed", inside
        )
        entries = SQL("COUNT(*) FILTER (WHERE %s) AS entries", inside)
        return self._query_sum("other", (), [*sums, entries, valued, costed])
