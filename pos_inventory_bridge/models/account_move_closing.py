from odoo import models


class AccountMove(models.Model):
    """A closing of the stock valuation counts from the moment that it is posted."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "account.move"

    def _post(self, soft=True):
        for company, entries in self.grouped("company_id").items():
            if company._pos_bridge_closing_ids() & set(entries.ids):
                company._pos_bridge_hold_postings()
        return super()._post(soft)
