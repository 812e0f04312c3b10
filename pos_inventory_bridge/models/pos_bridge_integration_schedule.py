from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.business_day import day_start_time

MORNING = range(4, 11)


class PosBridgeIntegration(models.Model):
    """When its outlets are read, in words; pause and resume of all of them."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    schedule_text = fields.Text(
        "In Words",
        compute="_compute_schedule_text",
        help="What these settings mean for its outlets.",
    )

    has_outlet_in_use = fields.Boolean(compute="_compute_has_outlet_in_use")

    _daily_hour_of_a_day = models.Constraint(
        "CHECK(daily_hour >= 0 AND daily_hour < 24)",
        "The daily hour is between 00:00 and 23:59.",
    )
    _reread_days_positive = models.Constraint(
        "CHECK(reread_days >= 0 AND reread_days <= 90)",
        "Between 0 and 90 past days can be read again each day.",
    )

    @api.depends(
        *("automatic", "paused_reason", "daily_hour", "intraday_minutes"),
        *("reread_days", "connector", "outlet_ids.tz", "outlet_ids.day_start"),
    )
    @api.depends_context("lang")
    def _compute_schedule_text(self):
        for integration in self:
            integration.schedule_text = "\n".join(integration._get_schedule_lines())

    @api.depends("outlet_ids.state")
    def _compute_has_outlet_in_use(self):
        for integration in self:
            states = set(integration.outlet_ids.mapped("state"))
            integration.has_outlet_in_use = bool(states & {"active", "paused"})

    def _runs_automatically(self):
        """Are its outlets' sales fetched without anybody asking?"""
        self.ensure_one()
        is_on = self.automatic and self.state == "connected" and not self.paused_reason
        return is_on and self._can_run_automatically()

    # === IN WORDS === #

    def _get_schedule_lines(self):
        self.ensure_one()
        if not self._can_run_automatically():
            return [self.env._("Its sales are brought by a person: nothing runs.")]
        if not self.automatic:
            return [
                self.env._(
                    "Off: nothing is fetched by itself. Days are fetched by hand, with "
                    "Fetch Now or Fetch a Day."
                )
            ]
        return [
            self._get_daily_line(),
            self._get_intraday_line(),
            self._get_reread_line(),
        ]

    def _get_daily_line(self):
        """One sentence per kind of clock would be noise: outlets mostly share one."""
        values = {"hour": self._hour_text(), "place": self._place_text()}
        if any(self.daily_hour < outlet.day_start for outlet in self.outlet_ids):
            return self.env._(
                "Every day at %(hour)s %(place)s, for the last day that has ended. A "
                "day ends later than that hour, so it is read only on the second "
                "morning: choose a later hour to have it sooner.",
                **values,
            )
        if int(self.daily_hour) in MORNING:
            return self.env._(
                "Every morning at %(hour)s %(place)s, for the day before.", **values
            )
        return self.env._(
            "Every day at %(hour)s %(place)s, for the day before.", **values
        )

    def _hour_text(self):
        """As the field beside it writes it."""
        hour = self.daily_hour if 0 <= self.daily_hour < 24 else 0
        return f"{day_start_time(hour):%H:%M}"

    def _place_text(self):
        """Like "Berlin time", or "in each outlet's own time"."""
        zones = set(self.outlet_ids.mapped("tz"))
        if len(zones) != 1:
            return self.env._("in each outlet's own time")
        city = zones.pop().split("/")[-1].replace("_", " ")
        return self.env._("%(city)s time", city=city)

    def _get_intraday_line(self):
        minutes = int(self.intraday_minutes or 0)
        if not minutes:
            return self.env._("The open day is not read before it has ended.")
        return self.env._(
            "Every %(minutes)s minutes, for the open day: what was sold so far is "
            "posted, and the day stays provisional until it has ended and the till has "
            "told all of it.",
            minutes=minutes,
        )

    def _get_reread_line(self):
        if not self.reread_days:
            return self.env._(
                "Days before that are not read again: what is corrected at the till "
                "later is not noticed."
            )
        return self.env._(
            "Once a day the days before it are read again, too (%(days)s): what was "
            "corrected at the till is posted as a correction.",
            days=self.reread_days,
        )

    # === PAUSE AND RESUME === #

    @api.model
    def _paused_by_hand(self):
        """By whom and when, for whoever wonders later."""
        date, pattern = fields.Date.context_today(self), self.env._("d MMM y")
        today = format_date(self.env, date, date_format=pattern)
        return self.env._("by %(user)s, %(date)s", user=self.env.user.name, date=today)

    def action_pause(self):
        """None of its outlets is read unasked until somebody resumes."""
        self.paused_reason = self._paused_by_hand()

    def action_resume(self):
        self.ensure_one()
        outlets = self.outlet_ids.filtered(lambda outlet: outlet.state == "active")
        return outlets._resume_or_ask(self)

    def action_fetch_now(self):
        """Read the open day and the latest ones of all outlets that are in use."""
        in_use = self.outlet_ids.filtered(lambda outlet: outlet._is_watched())
        return in_use.action_fetch_now()
