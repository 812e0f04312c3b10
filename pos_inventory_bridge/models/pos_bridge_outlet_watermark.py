import pytz
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.business_day import window
from ..tools.schedule import dates_between, spans
from .pos_bridge_outlet_schedule import DAY

#: Days of which nothing is known yet.
UNREAD_STATES = ("pending", "failed")
#: Days whose account is closed, if the source says that it told everything.
SETTLED_STATES = ("posted", "no_sales", "undone")
#: Of the rows of missing days that a person reads in one line.
SPANS_SHOWN = 6


class PosBridgeOutlet(models.Model):
    """Up to where every business day is complete, and which days are missing."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    missing_day_count = fields.Integer(
        "Missing Days",
        compute="_compute_missing_days",
        help="Business days since its activation of which nothing was read, or that "
        "were open by the opening hours and sold nothing.",
    )
    missing_days_text = fields.Char(compute="_compute_missing_days")

    @api.depends("state", "activated_on", "watermark_date", "calendar_id")
    def _compute_missing_days(self):
        missing = self._origin._get_missing_dates()
        for outlet in self:
            dates = missing.get(outlet._origin.id, [])
            outlet.missing_day_count = len(dates)
            outlet.missing_days_text = outlet._spans_text(dates) or False

    def write(self, vals):
        """Other opening hours: which days are missing is found out anew."""
        result = super().write(vals)
        if "calendar_id" in vals:
            self.watermark_date = False
            self._advance_watermark()
        return result

    # === WATERMARK === #

    def _is_watched(self):
        """Is every business day since its activation expected?"""
        is_active = self.state != "inactive" and bool(self.activated_on)
        return is_active and self.integration_id._can_run_automatically()

    def _first_open_date(self):
        """The first date that is not known to be complete."""
        self.ensure_one()
        if self.watermark_date and self.watermark_date >= self.activated_on:
            return self.watermark_date + DAY
        return self.activated_on

    def _advance_watermark(self):
        """Up to the last date before which every business day is complete.

        It goes back, too, when a day turns out to be incomplete after all. Outlets that
        were never activated have none; the scheduled action looks at all others, so a
        run that finds somebody else at it leaves it alone.
        """
        outlets = self.sudo().filtered(lambda each: each._is_watched())
        days = outlets._get_days_that_count()
        for outlet in outlets:
            date = outlet._get_watermark(days.get(outlet.id, {}))
            if date != outlet.watermark_date:
                outlet._write_watermark(date)

    def _get_days_that_count(self):
        """Those after the watermark, and those before it that are not complete."""
        if not self:
            return {}
        late = (
            Domain("source_complete", "=", False)
            | Domain("state", "not in", SETTLED_STATES)
            | Domain("waits_for_look", "=", True)
        )
        return self._get_days_by_date(
            Domain("outlet_id", "=", outlet.id)
            & Domain("business_date", ">=", outlet.activated_on)
            & (Domain("business_date", ">=", outlet._first_open_date()) | late)
            for outlet in self
        )

    def _get_watermark(self, days):
        self.ensure_one()
        late = [date for date, day in days.items() if not day._is_complete()]
        first = min([self._first_open_date(), *late])
        last = self._today() - DAY
        opened = self._get_opened_dates(first, last)
        for date in dates_between(first, last):
            if not self._is_accounted_for(days.get(date), date, opened):
                return self._at_activation_or(date - DAY)
        return self._at_activation_or(max(first - DAY, last))

    def _at_activation_or(self, date):
        """No watermark before the first day is complete."""
        return date if date >= self.activated_on else False

    def _write_watermark(self, date):
        """Another run that moves it at this moment is not waited for, nor undone."""
        try:
            with self.env.cr.savepoint():
                if self.try_lock_for_update(allow_referencing=True):
                    self.watermark_date = date
        except SerializationFailure:
            self.invalidate_recordset(["watermark_date"])

    # === MISSING DAYS === #

    def _missing_days(self):
        """The dates since activation of which nothing is known, though it was open."""
        self.ensure_one()
        return self._get_missing_dates().get(self.id, [])

    def _get_missing_dates(self):
        """{outlet id: dates}, one query for all: what is complete is not looked at."""
        outlets = self.filtered(lambda each: each._is_watched())
        days = outlets._get_days_since(
            {outlet: outlet._first_open_date() for outlet in outlets}
        )
        now = self._now()
        return {
            outlet.id: outlet._get_missing_of(days.get(outlet.id, {}), now)
            for outlet in outlets
        }

    def _get_missing_of(self, days, now):
        first, last = self._first_open_date(), self._schedule().last_due_date(now)
        opened = self._get_opened_dates(first, last)
        return [
            date
            for date in dates_between(first, last)
            if self._is_missing(days.get(date), date, opened)
        ]

    def _is_missing(self, day, date, opened):
        """Unread, or without sales though the opening hours say that it was open."""
        if day and day.waits_for_look:
            return False
        if day and day.state == "failed":
            return True
        if not day or day.state == "pending":
            return opened is None or date in opened
        return day.state == "no_sales" and opened is not None and date in opened

    def _is_accounted_for(self, day, date, opened):
        """Nothing more is expected of this date; a closed day had its turn, too."""
        if self._is_missing(day, date, opened):
            return False
        if day and (day.state != "pending" or day.waits_for_look):
            return day._is_complete()
        return bool(self.daily_queued_date) and date <= self.daily_queued_date

    def _get_opened_dates(self, first, last):
        """The dates on which the opening hours say open; None without opening hours."""
        self.ensure_one()
        if not self.calendar_id:
            return None
        if last < first:
            return set()
        begin = window(first, self.tz, self.day_start)[0]
        end = window(last, self.tz, self.day_start)[1]
        calendar = self.calendar_id.sudo()
        hours = calendar._work_intervals_batch(
            begin.astimezone(pytz.utc), end.astimezone(pytz.utc)
        )[False]
        return self._schedule().dates_of((start, stop) for start, stop, _ in hours)

    def _get_opened_dates_of_all(self, first, last):
        """{outlet id: the same}; worked out once for outlets with the same hours."""
        groups = self.grouped(
            lambda outlet: (outlet.calendar_id, outlet.tz, outlet.day_start)
        )
        return {
            outlet.id: dates
            for outlets in groups.values()
            for dates in [outlets[0]._get_opened_dates(first, last)]
            for outlet in outlets
        }

    def _spans_text(self, dates, most=SPANS_SHOWN):
        """Like "Fri 6 Mar 2026 - Sun 8 Mar 2026", with the weekday as on the days."""

        def text(date):
            return format_date(self.env, date, date_format=self.env._("EEE d MMM y"))

        found = spans(dates)
        parts = [
            text(first) if first == last else f"{text(first)} \N{EN DASH} {text(last)}"
            for first, last in found[:most]
        ]
        if found[most:]:
            parts.append(self.env._("and later ones"))
        return ", ".join(parts)


class PosBridgeDay(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _is_complete(self):
        """Read to its end and accounted for; an unknown day is not, nor is one whose
        answer waits for a look.
        """
        if not self or self.waits_for_look:
            return False
        return self.source_complete and self.state in SETTLED_STATES

    def _is_read(self):
        if not self:
            return False
        return self.waits_for_look or self.state not in UNREAD_STATES

    def _is_going_on(self):
        """Guests are still there: what the till tells is not the end of it."""
        self.ensure_one()
        outlet = self.outlet_id
        if not outlet.integration_id._can_run_automatically():
            return False
        return self.business_date >= outlet._today()
