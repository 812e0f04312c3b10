from odoo import models
from odoo.tools import SQL


class PosBridgeVarianceWizard(models.TransientModel):
    """Opening stock that somebody entered by counting it is no difference."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.variance.wizard"

    def _set_opening_counts_apart(self):
        """Counts before anything else ever moved found what was there already: they
        stand with what else came, and only a later count says what is missing.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH empty AS (%(empty)s),
                     first AS (
                        SELECT empty.*, moved.date AS moved_at
                          FROM empty
                          LEFT JOIN LATERAL (%(moved)s) moved ON TRUE),
                     counted AS (%(counted)s),
                     opening AS (%(opening)s)
                UPDATE pos_bridge_variance_line line
                   SET is_first_count = TRUE,
                       is_counted = is_counted AND opening.is_counted_later,
                       other = line.other + opening.quantity,
                       count_difference = line.count_difference - opening.quantity,
                       count_value = line.count_value - opening.value,
                       variance_value = CASE
                           WHEN is_counted AND opening.is_counted_later
                           THEN line.count_value - opening.value ELSE 0 END
                  FROM opening
                 WHERE line.id = opening.line_id
                """,
                empty=self._query_empty(),
                moved=self._query_first_moved(),
                counted=self._query_counted(),
                opening=self._query_opening_counts(),
            )
        )

    def _query_empty(self):
        """Lines that begin with nothing, and in whose time a count found something."""
        return SQL(
            """
            SELECT id AS line_id, product_id, storage_unit_id, since, until
              FROM pos_bridge_variance_line
             WHERE wizard_id = %s
               AND ABS(opening) < 1e-9
               AND count_difference > 1e-9
            """,
            self.id,
        )

    def _query_first_moved(self):
        """When the ingredient first moved in or out of the unit other than by a
        person's count.
        """
        return SQL(
            """
            SELECT MIN(move.date) AS date
              FROM stock_move move
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location destination ON destination.id = move.location_dest_id
             WHERE move.product_id = empty.product_id
               AND move.state = 'done'
               AND empty.storage_unit_id
                   IN (source.storage_unit_id, destination.storage_unit_id)
               AND source.storage_unit_id IS DISTINCT FROM destination.storage_unit_id
               AND NOT (move.is_inventory
                        AND move.pos_bridge_day_id IS NULL
                        AND 'inventory' IN (source.usage, destination.usage))
            """
        )

    def _query_opening_counts(self):
        """What the counts before that found, and whether another one came after it."""
        ledger = self.env["pos.bridge.ledger"]
        sides = SQL("source"), SQL("destination")
        only = SQL(
            "move.is_inventory AND move.pos_bridge_day_id IS NULL"
            " AND move.product_id IN (SELECT product_id FROM first)"
        )
        return SQL(
            """
            SELECT first.line_id, SUM(entry.quantity) AS quantity,
                   SUM(COALESCE(%(value)s, 0)) AS value,
                   EXISTS (
                       SELECT FROM counted
                        WHERE counted.product_id = first.product_id
                          AND counted.storage_unit_id = first.storage_unit_id
                          AND counted.date > first.moved_at
                          AND counted.date <= first.until) AS is_counted_later
              FROM first
              JOIN (%(issues)s UNION ALL %(receipts)s) entry
                ON entry.product_id = first.product_id
               AND entry.storage_unit_id = first.storage_unit_id
               AND entry.transaction_type = 'count'
               AND entry.date <= first.until
               AND (first.moved_at IS NULL OR entry.date < first.moved_at)
             WHERE first.moved_at IS NULL OR first.moved_at > first.since
             GROUP BY first.line_id, first.product_id, first.storage_unit_id,
                      first.moved_at, first.until
            HAVING MIN(entry.date) > MIN(first.since)
            """,
            value=ledger._query_value(),
            issues=ledger._query_side(*sides, -1, only),
            receipts=ledger._query_side(*reversed(sides), 1, only),
        )
