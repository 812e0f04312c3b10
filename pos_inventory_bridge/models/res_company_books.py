from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

LOCKS_OF_COMPANIES = "SELECT id FROM res_company WHERE id IN %s ORDER BY id FOR SHARE"
EXCEPTIONS_TO_LOCKS = """
SELECT id FROM account_lock_exception WHERE company_id IN %s AND active
 ORDER BY id FOR SHARE
"""
#: The lock dates that stock knows of.
LOCK_FIELDS = {"fiscalyear_lock_date", "hard_lock_date"}
LAST_POSTING = """
SELECT coalesce(max(id), 0) FROM pos_bridge_posting WHERE company_id IN %s
"""


class ResCompany(models.Model):
    """Who closes a period and who posts into it do not miss each other.

    Under repeatable read each of them sees the books as they were when its transaction
    began. So a posting locks what says that a period is closed, together with all other
    postings, and fails (to start anew) where somebody has changed it meanwhile.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if LOCK_FIELDS & vals.keys():
            self.env["pos.bridge.open"]._note_opened(self)
        return result

    def _pos_bridge_hold_locks(self):
        """Until this transaction ends nobody sets a lock date of this company or of
        those it is a branch of, revokes an exception, or closes its stock valuation.
        """
        self.ensure_one()
        companies = tuple(self.with_context(active_test=False).sudo().parent_ids.ids)
        for query in (LOCKS_OF_COMPANIES, EXCEPTIONS_TO_LOCKS):
            self.env.execute_query(SQL(query, companies))

    def _pos_bridge_check_today_open(self):
        """Core would date an entry later without a word."""
        self._pos_bridge_hold_locks()
        if self._get_lock_date_violations(
            fields.Date.context_today(self), sale=False, purchase=False, tax=False
        ):
            raise UserError(
                self.env._("Today is closed in accounting: open it, or wait a day.")
            )

    def _pos_bridge_hold_postings(self):
        """A closing waits for postings that run, starts anew where one was committed
        that it cannot see yet, and lets those that cannot see it start anew.
        """
        last = SQL(LAST_POSTING, tuple(self.ids))
        touch = SQL(
            "UPDATE res_company SET write_date = write_date WHERE id IN %s",
            tuple(self.ids),
        )
        self.env["pos.bridge.posting"].flush_model()
        self.env.cr.execute(touch)
        seen = self.env.execute_query(last)
        with self.env.registry.cursor() as now:
            now.execute(last)
            if now.fetchall() > seen:
                raise ConcurrencyError(self.env._("A sales day was just posted."))

    def _get_pos_bridge_stock_journal(self):
        """Its own, or that of the company which it is a branch of."""
        self.ensure_one()
        companies = self.sudo().parent_ids[::-1]
        return companies.account_stock_journal_id[:1]

    def _pos_bridge_stock_values(self, accounts_by_product, moment):
        """{account: what its goods were worth right after a moment}.

        Core takes a date, counts goods at its beginning and values them at its end.
        """
        products = self.env["product.product"].union(*accounts_by_product)
        own = products.with_company(self).with_context(pos_bridge_one_company=True)
        worth = own._pos_bridge_values(moment)
        values = defaultdict(float)
        for product, accounts in accounts_by_product.items():
            values[accounts["valuation"]] += worth.get(product.id, 0.0)
        return values

    def action_close_stock_valuation(self, at_date=None, auto_post=False):
        self._pos_bridge_hold_postings()
        return super().action_close_stock_valuation(at_date, auto_post)

    def _pos_bridge_closing_ids(self):
        """The last closings of the stock valuation, as core remembers them."""
        self.ensure_one()
        parameters = self.env["ir.config_parameter"].sudo()
        ids = parameters.get_param(f"{self.id}.stock_valuation_closing_ids")
        return {int(number) for number in (ids or "").split(",") if number}
