from odoo import api, fields, models
from odoo.tools import SQL

STATES = [
    ("posted", "Mapped"),
    ("ignored", "Ignored"),
    ("unmapped", "Not mapped"),
    ("failed", "Failed"),
    ("undone", "Undone"),
    ("zero", "Nothing sold"),
]
VALUES = ("quantity", "amount")


class PosBridgeSold(models.Model):
    """What an item sold on a day, what became of it, and what its goods cost.

    Each run writes what the day's account says; the sum over a day's rows is that
    account, and the sum of their costs is the day's cost of goods.
    """

    _name = "pos.bridge.sold"
    _description = "Sales of an item on a day"
    _order = "id"
    _rec_name = "item_id"
    _log_access = False

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    outlet_id = fields.Many2one("pos.bridge.outlet", required=True)
    business_date = fields.Date(required=True, index=True)
    item_id = fields.Many2one("pos.bridge.item", index="btree_not_null")
    parent_item_id = fields.Many2one("pos.bridge.item", string="Modifies")
    state = fields.Selection(STATES, required=True)
    quantity = fields.Float(digits=False)
    amount = fields.Float(digits=False)
    cost = fields.Float(digits=False, help="Never rounded, so that sums are right.")

    def init(self):
        """Days that were posted before there was this table."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT FROM pos_bridge_sold),"
            " EXISTS (SELECT FROM pos_bridge_day WHERE read_count > 0)"
        )
        if self.env.cr.fetchone() == (False, True):
            for day in self.env["pos.bridge.day"].search([("read_count", ">", 0)]):
                self._note(day, day._sold())

    @api.model
    def _note(self, day, sold):
        """Make the day's rows say what these sales say; what is the same stays."""
        wanted = self._rows(day, sold)
        rows = self.search_fetch([("day_id", "=", day.id)])
        gone = self.browse()
        for row in rows:
            key = row.item_id.id, row.parent_item_id.id, row.state
            vals = wanted.pop(key, None)
            if vals is None:
                gone |= row
            elif changed := {n: vals[n] for n in VALUES if vals[n] != row[n]}:
                row.write(changed)
        gone.unlink()
        place = {
            "day_id": day.id,
            "company_id": day.company_id.id,
            "outlet_id": day.outlet_id.id,
            "business_date": day.business_date,
        }
        self.create(
            [
                {**place, "item_id": item, "parent_item_id": parent, "state": state}
                | vals
                for (item, parent, state), vals in wanted.items()
            ]
        )
        self._note_costs(day)

    @api.model
    def _rows(self, day, sold):
        """{(item, modified item, what became of it): quantity and money}."""
        rows = {}
        for sale in sold.values():
            key = sale.item_id, sale.parent_item_id or False
            if sale.line_count:
                rows[*key, day._state_of(sale)] = {
                    "quantity": float(sale.total_quantity),
                    "amount": day.currency_id.round(float(sale.amount)),
                }
            if sale.zero_amount:
                amount = day.currency_id.round(float(sale.zero_amount))
                rows[*key, "zero"] = {"quantity": 0.0, "amount": amount}
        return rows

    @api.model
    def _note_costs(self, days):
        """What the ledger booked per item; an item that is sold no more, and what no
        item stands for, have a row for it, too.
        """
        self.env.flush_all()
        names = SQL("day_id, item_id, parent_item_id")
        ids = tuple(days.ids)
        self.env.cr.execute(
            SQL(
                """
                WITH booked AS (
                    SELECT %(names)s, SUM(value) AS cost
                      FROM pos_bridge_cost
                     WHERE day_id IN %(ids)s
                     GROUP BY %(names)s),
                bearer AS (
                    SELECT id, %(names)s,
                           ROW_NUMBER() OVER (
                               PARTITION BY %(names)s
                               ORDER BY state = 'zero', state = 'failed', id) AS place
                      FROM pos_bridge_sold
                     WHERE day_id IN %(ids)s),
                noted AS (
                    UPDATE pos_bridge_sold sold
                       SET cost = target.cost
                      FROM (
                            SELECT bearer.id,
                                   CASE WHEN place = 1 THEN COALESCE(booked.cost, 0)
                                        ELSE 0 END AS cost
                              FROM bearer
                              LEFT JOIN booked
                                ON booked.day_id = bearer.day_id
                               AND booked.item_id IS NOT DISTINCT FROM bearer.item_id
                               AND booked.parent_item_id
                                   IS NOT DISTINCT FROM bearer.parent_item_id
                           ) target
                     WHERE sold.id = target.id
                       AND sold.cost IS DISTINCT FROM target.cost)
                INSERT INTO pos_bridge_sold
                       (%(names)s, company_id, outlet_id, business_date, state,
                        quantity, amount, cost)
                SELECT booked.day_id, booked.item_id, booked.parent_item_id,
                       day.company_id, day.outlet_id, day.business_date,
                       CASE WHEN day.hold_revision = '0'
                            THEN 'undone' ELSE 'posted' END,
                       0, 0, booked.cost
                  FROM booked
                  JOIN pos_bridge_day day ON day.id = booked.day_id
                 WHERE booked.cost <> 0
                   AND NOT EXISTS (
                       SELECT FROM bearer
                        WHERE bearer.day_id = booked.day_id
                          AND bearer.item_id IS NOT DISTINCT FROM booked.item_id
                          AND bearer.parent_item_id
                              IS NOT DISTINCT FROM booked.parent_item_id)
                """,
                names=names,
                ids=ids,
            )
        )
        self.invalidate_model()
        self._note_posted_costs(ids)

    @api.model
    def _note_posted_costs(self, ids):
        """What the goods cost of which the day's posted money is."""
        self.env.cr.execute(
            """
            UPDATE pos_bridge_day day
               SET posted_cost = total.cost
              FROM (
                    SELECT day_id,
                           COALESCE(SUM(cost) FILTER (WHERE state = 'posted'), 0)
                               AS cost
                      FROM pos_bridge_sold
                     WHERE day_id IN %s
                     GROUP BY day_id
                   ) total
             WHERE day.id = total.day_id
               AND day.posted_cost IS DISTINCT FROM total.cost
            """,
            [ids],
        )
        self.env["pos.bridge.day"].invalidate_model(["posted_cost"])
