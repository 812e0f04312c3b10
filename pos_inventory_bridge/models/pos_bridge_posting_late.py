from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_date


class PosBridgePosting(models.Model):
    """Postings that are not dated on the business date though that is open."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    waited_for_goods = fields.Boolean(
        readonly=True,
        help="The goods were not there on the business date; this was posted when they "
        "were, and is dated so.",
    )
    takes_back_late = fields.Boolean(
        readonly=True,
        help="It takes back what left after the business date, and is dated when that "
        "left.",
    )

    @api.model
    def _timing_of_waited(self, day, timing):
        """Now, as the goods were not there on the business date."""
        now = datetime.now(UTC).replace(microsecond=0)
        today = now.astimezone(ZoneInfo(day.outlet_id.tz)).date()
        reason = self.env._(
            "The goods were not there on %s; posted when they were.",
            format_date(self.env, day.business_date),
        )
        return {
            "move_date": now.replace(tzinfo=None),
            "accounting_date": max(today, timing["accounting_date"]),
            "late_reason": reason,
            "waited_for_goods": True,
        }

    @api.model
    def _timing_of_return(self, day, timing, moment):
        """That of the day, or when what comes back had left, if that was later."""
        if moment == timing["move_date"]:
            return timing
        taken = day.posting_ids.filtered(lambda posting: posting.move_date == moment)
        dates = [timing["accounting_date"], *taken.mapped("accounting_date")]
        return {
            "move_date": moment,
            "accounting_date": max(dates),
            "late_reason": self.env._(
                "What comes back had left on %s.", format_date(self.env, max(dates))
            ),
            "takes_back_late": True,
        }

    def _late_problems(self):
        """These dates are no reason to look at the books."""
        if self.waited_for_goods or self.takes_back_late:
            return []
        return super()._late_problems()
