from odoo import api, models
from odoo.fields import Domain


class PosBridgeOpen(models.Model):
    """What waits because every day up to now is closed in accounting: it is posted, or
    taken back, as soon as a day is open.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.open"

    @api.model
    def _days_due(self):
        return super()._days_due() | self._days_of_open_periods()

    @api.model
    def _domain_period(self):
        return [("code", "=", "period_locked")]

    @api.model
    def _days_of_open_periods(self):
        """The days that wait for an open day, of companies that have one now."""
        rows = self.search(self._domain_period())
        posting = self.env["pos.bridge.posting"]
        is_open = rows.company_id.filtered(
            lambda company: not posting._is_all_closed(company)
        )
        days = rows.filtered(lambda row: row.company_id in is_open).day_id
        return days.filtered(lambda day: not day.waits_for_look)

    @api.model
    def _note_opened(self, companies):
        """Lock dates were changed: what waits for an open day may be posted."""
        own = Domain("company_id", "child_of", companies.ids)
        action = self._scheduled_action()
        if action and self.sudo().search_count(
            own & Domain(self._domain_period()), limit=1
        ):
            action._trigger()
