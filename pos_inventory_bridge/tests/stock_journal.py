"""What Odoo wrote into the journal of stock valuation."""


class StockJournalMixin:
    def balance(self, account):
        """Of all posted entries of the company in that journal."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("journal_id", "=", self.company.account_stock_journal_id.id),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)
