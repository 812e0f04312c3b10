from odoo import fields, models
from odoo.exceptions import UserError


class PosBridgeChangeFromMixin(models.AbstractModel):
    """From when a change of mappings holds: from today, or for past days too."""

    _name = "pos.bridge.change.from.mixin"
    _description = "From when it holds."

    change_from = fields.Selection(
        [("today", "From today"), ("date", "Correct past days from")],
        string="Change",
        required=True,
        default="today",
        help="From today: past days keep what they used. Correct past days: what is "
        "said here was true already then; those days are marked, and change only when "
        "they are posted again.",
    )
    date_from = fields.Date("First Day")

    def _get_date(self):
        """First day of a correction of past days; None: from today, as usual."""
        if self.change_from != "date":
            return None
        date = self._get_stated_date()
        if date > fields.Date.context_today(self):
            raise UserError(self.env._("A correction of past days begins in the past."))
        return date

    def _get_stated_date(self):
        if not self.date_from:
            raise UserError(self.env._("Choose the first day that this is true for."))
        return self.date_from
