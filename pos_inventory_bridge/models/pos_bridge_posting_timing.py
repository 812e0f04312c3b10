from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import business_day
from ..tools.plan import Problem
from ..tools.wording import moment_text


class PosBridgePosting(models.Model):
    """When a posting is dated: on the business date, or on the first open one."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    @api.model
    def _timing(self, day):
        """Move date and accounting date of what is posted now for a business date;
        empty where every moment up to now is closed.

        The end of the business date; behind a lock date or the last closing of the
        stock valuation, the first open date instead, with the reason.
        """
        day.company_id._pos_bridge_hold_locks()
        date, reason = day.business_date, False
        locked_until = self._locked_until(day.company_id, date)
        while locked_until:
            reason = self.env._(
                "%(date)s is closed in accounting up to %(until)s.",
                date=format_date(self.env, day.business_date),
                until=format_date(self.env, locked_until),
            )
            date = locked_until + timedelta(days=1)
            locked_until = self._locked_until(day.company_id, date)
        moment = business_day.last_moment(date, day.outlet_id.tz)
        now = datetime.now(UTC)
        moment = min(moment, now).replace(tzinfo=None, microsecond=0)
        closing = self._last_closing(day)
        if closing and moment <= closing:
            moment = closing + timedelta(seconds=1)
            tz = day.outlet_id.tz
            date = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()
            reason = self.env._(
                "The stock valuation is closed up to %s; the next closing books what "
                "comes after that.",
                moment_text(self.env, closing, tz),
            )
        timing = {"move_date": moment, "accounting_date": date, "late_reason": reason}
        # Core looks at the day in UTC; no open moment has come yet.
        is_closed = self._locked_until(day.company_id, moment.date())
        return {} if is_closed else timing

    @api.model
    def _is_all_closed(self, company):
        """No day up to now is open."""
        return bool(self._locked_until(company, fields.Date.today()))

    @api.model
    def _locked_until(self, company, date):
        """The last locked date, if this one is locked. Exceptions of the user count."""
        violations = company._get_lock_date_violations(
            date, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        return max((lock_date for lock_date, _field in violations), default=None)

    @api.model
    def _last_closing(self, day):
        """Moment of the last periodic closing, if that books what this day uses; what
        is valued in real time is booked as it goes.
        """
        moment = day.company_id._get_last_closing_date()
        if not moment:
            return False
        groups = self.env["pos.bridge.usage"]._read_group(
            [("day_id", "=", day.id)], ["product_id"]
        )
        valuations = {product.valuation for (product,) in groups}
        return "periodic" in valuations and moment

    @api.model
    def _closed_problem(self, day):
        date = format_date(self.env, day.business_date)
        if day._is_undone():
            message = self.env._(
                "%s is closed in accounting, and so is today: nothing was taken back. "
                "It is taken back by itself as soon as a day is open.",
                date,
            )
        else:
            message = self.env._(
                "%s is closed in accounting, and so is today: what is not posted yet "
                "waits. It is posted by itself as soon as a day is open; or open the "
                "period and post the day again.",
                date,
            )
        return Problem(code="period_locked", is_waiting=True, message=message)

    def _late_problems(self):
        """It is where it belongs then: nobody has to do anything."""
        if not self.late_reason:
            return []
        message = self.env._(
            "%(reason)s This posting is dated %(date)s; the sales day keeps its own "
            "date.",
            reason=self.late_reason,
            date=format_date(self.env, self.accounting_date),
        )
        return [Problem(code="period_locked", message=message, is_settled=True)]
