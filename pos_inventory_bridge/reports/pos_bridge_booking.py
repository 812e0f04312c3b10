from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PosBridgeBooking(models.Model):
    """What the journal items of sales days are made of.

    One row per stock move and account that it was booked on; the balances of an entry's
    rows on one account add up to the journal item.
    """

    _name = "pos.bridge.booking"
    _description = "Part of a journal item"
    _auto = False
    _order = "account_move_id desc, account_id, product_id, id"
    _rec_name = "product_id"

    move_id = fields.Many2one("stock.move", string="Stock Move", readonly=True)
    account_move_id = fields.Many2one(
        "account.move", string="Journal Entry", readonly=True
    )
    account_id = fields.Many2one("account.account", readonly=True)
    posting_id = fields.Many2one("pos.bridge.posting", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    business_date = fields.Date(related="day_id.business_date")
    date = fields.Date("Accounting Date", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", string="Ingredient", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    storage_unit_id = fields.Many2one("stock.location", readonly=True)
    unit_name = fields.Char(related="storage_unit_id.name", string="From")
    quantity = fields.Float(
        "Used",
        digits="Product Unit",
        readonly=True,
        help="What left the storage unit; negative where it came back.",
    )
    balance = fields.Monetary(
        readonly=True, help="Debit minus credit, as it stands in the journal item."
    )

    @property
    def _table_query(self):
        return SQL(
            "%s UNION ALL %s",
            self._query_side("pos_bridge_debit_account_id", 1),
            self._query_side("pos_bridge_credit_account_id", -1),
        )

    def _query_side(self, account, sign):
        """The rows of the debited (sign 1) or credited (sign -1) accounts."""
        return SQL(
            """
            SELECT move.id * 2 + %(is_debit)s AS id,
                   move.id AS move_id,
                   move.account_move_id,
                   move.%(account)s AS account_id,
                   move.pos_bridge_posting_id AS posting_id,
                   move.pos_bridge_day_id AS day_id,
                   entry.date,
                   move.company_id,
                   move.product_id,
                   CASE WHEN source.usage = 'internal' THEN move.location_id
                        ELSE move.location_dest_id END AS storage_unit_id,
                   CASE WHEN source.usage = 'internal' THEN move.quantity
                        ELSE -move.quantity END AS quantity,
                   %(sign)s * move.pos_bridge_booked_value AS balance
              FROM stock_move move
              JOIN account_move entry ON entry.id = move.account_move_id
              JOIN stock_location source ON source.id = move.location_id
             WHERE move.pos_bridge_day_id IS NOT NULL
               AND move.%(account)s IS NOT NULL
            """,
            is_debit=1 if sign > 0 else 0,
            account=SQL.identifier(account),
            sign=sign,
        )

    # === ACTIONS === #

    @api.model
    def _action_of(self, entry, account=None):
        """Open what makes up an entry, or its item on one account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_booking_action"
        )
        domain = Domain("account_move_id", "=", entry.id)
        context = {"search_default_group_account": 1}
        name = entry.display_name
        if account is not None:
            domain &= Domain("account_id", "=", account.id)
            context = {"pos_bridge_one": True}
            name = f"{account.display_name}, {name}"
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": list(domain),
            "context": context,
        }

    def action_open_move(self):
        """The stock move, with everything that Odoo knows about it."""
        return self.move_id.get_formview_action()

    def action_view_origins(self):
        """The items that used this."""
        return self.move_id.action_pos_bridge_origins()
