import logging
from collections import defaultdict
from datetime import UTC, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.schedule import Schedule, dates_between

_logger = logging.getLogger(__name__)

#: Lower runs earlier: guests sit in the open day, nobody waits for a day read again.
PRIORITY_OPEN_DAY = 5
PRIORITY_ENDED_DAY = 10
PRIORITY_READ_AGAIN = 15
DAY = timedelta(days=1)


class PosBridgeOutlet(models.Model):
    """Which days are due, and their way into the queue.

    What is due is compared with what was queued, so a scheduled action that runs twice
    queues nothing twice, and a server that was off finds out what it missed.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    automatic_from = fields.Date(
        readonly=True,
        copy=False,
        help="Days from here on are caught up without being asked. Days before it that "
        "are missing wait for a person.",
    )
    daily_queued_date = fields.Date(
        readonly=True, copy=False, help="Up to here the daily reading was queued."
    )
    intraday_queued_at = fields.Datetime(
        readonly=True, copy=False, help="When the open day was last queued."
    )
    next_run_at = fields.Datetime(
        "Next Reading",
        compute="_compute_next_run_at",
        help="When its sales are read next without being asked.",
    )

    @api.depends(
        *("state", "tz", "day_start", "intraday_queued_at", "daily_queued_date"),
        *("integration_id.state", "integration_id.automatic"),
        *("integration_id.paused_reason", "integration_id.daily_hour"),
        "integration_id.intraday_minutes",
    )
    def _compute_next_run_at(self):
        now = self._now()
        for outlet in self:
            outlet.next_run_at = False
            if outlet._is_read_automatically():
                moment = outlet._schedule().next_run_at(now)
                moment = now if outlet._is_due(now) else moment
                outlet.next_run_at = moment.astimezone(UTC).replace(tzinfo=None)

    # === WHEN === #

    @api.model
    def _now(self):
        return pytz.utc.localize(fields.Datetime.now())

    def _schedule(self):
        self.ensure_one()
        integration = self.integration_id
        return Schedule(
            tz=self.tz or "UTC",
            day_start=self.day_start,
            daily_hour=integration.daily_hour,
            intraday_minutes=int(integration.intraday_minutes or 0),
            reread_days=integration.reread_days,
        )

    def _is_read_automatically(self):
        """Are its sales fetched without anybody asking?"""
        self.ensure_one()
        return self.state == "active" and self.integration_id._runs_automatically()

    def _is_due(self, now):
        return self._is_daily_due(now) or self._is_open_day_due(now)

    def _is_daily_due(self, now):
        queued = self.daily_queued_date
        return not queued or queued < self._schedule().last_due_date(now)

    def _is_open_day_due(self, now):
        slot = self._schedule().slot_start(now)
        queued = self.intraday_queued_at
        return bool(slot) and (not queued or pytz.utc.localize(queued) < slot)

    # === QUEUE WHAT IS DUE === #

    @api.model
    def _cron_queue_due(self):
        """Scheduled: queue what is due now; what was queued before is not due."""
        outlets = self.search(
            [
                ("state", "=", "active"),
                ("activated_on", "!=", False),
                ("integration_id.state", "=", "connected"),
                ("integration_id.automatic", "=", True),
                ("integration_id.paused_reason", "=", False),
            ]
        )
        outlets = outlets.filtered(lambda outlet: outlet._is_read_automatically())
        outlets._do_apart(lambda some: some._queue_due())
        watched = self.search([("state", "in", ("active", "paused"))])
        watched._do_apart(lambda some: some._advance_watermark())

    def _do_apart(self, step):
        """All at once, that is quick; where one of them spoils it, each alone."""
        transfers = self.env["pos.bridge.transfer"]
        try:
            with self.env.cr.savepoint():
                step(self)
            transfers._commit()
        except Exception:
            transfers._rollback()
            if len(self) == 1:
                _logger.exception("Outlet %s: left to the next turn", self.id)
            for outlet in self if len(self) > 1 else ():
                outlet._do_apart(step)

    def _queue_due(self):
        """Queue the open day, what is not complete, and the days that are read again.

        Each belongs to exactly one of the three, and those that wait in the queue
        already are not queued again.
        """
        now = self._now()
        wanted = {}
        known = self._get_days_to_look_at(now)
        for outlet in self:
            wanted.update(outlet._get_due(now, known[outlet.id]))
        if wanted:
            self._enqueue_due(wanted)
        self._note_queued(now)

    def _get_due(self, now, known):
        """{(outlet, date): priority} of what this outlet has to read now.

        :param known: {date: day} of the days that may be due
        """
        self.ensure_one()
        due, begin = {}, self.automatic_from or self.activated_on
        if self._is_daily_due(now):
            due = self._get_daily_due(now, known, begin)
        open_date = self._schedule().open_date(now)
        if self._is_open_day_due(now) and open_date >= begin:
            due[self, open_date] = PRIORITY_OPEN_DAY
        return due

    def _get_daily_due(self, now, known, begin):
        """The newest ended day, what is not complete before it, and the days that are
        read again; what was before ``begin`` only if it was read already.
        """
        schedule, unknown = self._schedule(), self.env["pos.bridge.day"]
        newest = schedule.last_due_date(now)
        due = {
            (self, date): PRIORITY_READ_AGAIN
            for date in schedule.reread_dates(now)
            if date >= begin or known.get(date, unknown)._is_read()
        }
        first = max(begin, min(self._first_open_date(), newest))
        for date in dates_between(first, newest):
            if date == newest or not known.get(date, unknown)._is_complete():
                due[self, date] = PRIORITY_ENDED_DAY
        return due

    def _get_days_to_look_at(self, now):
        """{outlet id: {date: day}} of all days that any of them could queue."""
        first = {
            outlet: min(
                outlet._first_open_date(),
                outlet._schedule().last_due_date(now)
                - outlet.integration_id.reread_days * DAY,
            )
            for outlet in self
        }
        return self._get_days_since(first)

    @api.model
    def _get_days_since(self, first):
        """{outlet id: {date: day}}, one query for all of them.

        :param first: {outlet: date}
        """
        return self._get_days_by_date(
            Domain("outlet_id", "=", outlet.id) & Domain("business_date", ">=", date)
            for outlet, date in first.items()
        )

    @api.model
    def _get_days_by_date(self, domains):
        """{outlet id: {date: day}} of the days that any of the domains finds."""
        result = defaultdict(dict)
        names = [
            "outlet_id",
            "business_date",
            "state",
            "source_complete",
            "waits_for_look",
        ]
        for day in self.env["pos.bridge.day"].search_fetch(Domain.OR(domains), names):
            result[day.outlet_id.id][day.business_date] = day
        return result

    @api.model
    def _enqueue_due(self, wanted):
        """Oldest first within each priority; made known to the queue at once."""
        transfers = self.env["pos.bridge.transfer"]
        days = self._get_or_create_days(wanted)
        for priority in sorted(set(wanted.values())):
            chosen = [
                day.id
                for day in days
                if wanted[day.outlet_id, day.business_date] == priority
            ]
            transfers |= transfers._enqueue(
                days.browse(chosen), "automatic", priority=priority
            )
        transfers._dispatch()

    @api.model
    def _get_or_create_days(self, keys):
        """The days of these (outlet, date) pairs, whatever exists of them."""
        dates = defaultdict(list)
        for outlet, date in keys:
            dates[outlet].append(date)
        self.union(*dates).check_access("read")
        found = self.env["pos.bridge.day"].search(
            Domain.OR(
                Domain("outlet_id", "=", outlet.id) & Domain("business_date", "in", all)
                for outlet, all in dates.items()
            )
        )
        known = {(day.outlet_id, day.business_date) for day in found}
        new = [
            {"outlet_id": outlet.id, "business_date": date}
            for outlet, date in sorted(keys, key=lambda key: (key[1], key[0].id))
            if (outlet, date) not in known
        ]
        made = found.sudo().create(new).with_env(self.env)
        return (found | made).sorted("business_date")

    def _note_queued(self, now):
        for outlet in self:
            schedule, vals = outlet._schedule(), {}
            if outlet._is_daily_due(now):
                vals["daily_queued_date"] = schedule.last_due_date(now)
            if outlet._is_open_day_due(now):
                slot = schedule.slot_start(now)
                vals["intraday_queued_at"] = slot.replace(tzinfo=None)
            if vals:
                outlet.write(vals)
