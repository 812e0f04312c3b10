from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

#: What an exception of the day as a whole says of its place in the matrix.
INCOMPLETE, SHRUNK = "day_incomplete", "day_shrank"
MOST_DATES = 62


class PosBridgeOutlet(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _is_closed(self, date):
        """Do the opening hours say that nothing is sold on that date?

        Without opening hours no day is known to be closed.
        """
        self.ensure_one()
        calendar = self.sudo().calendar_id
        hours = calendar.attendance_ids.filtered(lambda line: not line.display_type)
        if not hours:
            return False
        if calendar.two_weeks_calendar:
            week = str(hours.get_week_type(date))
            hours = hours.filtered(lambda line: line.week_type == week)
        if str(date.weekday()) not in hours.mapped("dayofweek"):
            return True
        return any(
            self._covers(leave, date)
            for leave in calendar.leave_ids
            if not leave.resource_id
        )

    def _covers(self, leave, date):
        """Is the whole date, as the outlet's clock shows it, part of the holiday?"""
        zone = pytz.timezone(self.tz or "UTC")
        first, last = (
            pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)
            for moment in (leave.date_from, leave.date_to)
        )
        noon = fields.Datetime.to_datetime(date) + timedelta(hours=12)
        return first <= noon <= last


class PosBridgeDay(models.Model):
    """Outlets by days: where everything is there, and where something is missing."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    @api.model
    def get_day_matrix(self, date_to=False, count=14):
        """All cells of the matrix, in a number of queries that does not grow.

        :param date_to: the last date; none: today
        :param count: so many dates
        :return: ``{"dates": [...], "outlets": [{"id", "name", "cells"}]}``; a cell is
            ``{"state", "day_id"}``, its state None where nothing is to be expected
        """
        count = max(1, min(int(count), MOST_DATES))
        last = fields.Date.to_date(date_to) or fields.Date.context_today(self)
        dates = [last - timedelta(days=number) for number in reversed(range(count))]
        span = Domain("business_date", ">=", dates[0])
        days = self.search_fetch(
            span & Domain("business_date", "<=", dates[-1]),
            [
                "outlet_id",
                "business_date",
                "state",
                "stale_reason",
                "attention",
                "hold_revision",
            ],
        )
        outlets = self._matrix_outlets(days)
        cells = days._matrix_cells()
        begins = self._matrix_begins(outlets)
        return {
            "dates": [fields.Date.to_string(date) for date in dates],
            "outlets": [
                {
                    "id": outlet.id,
                    "name": outlet.name,
                    "cells": [
                        cells.get((outlet.id, date))
                        or self._matrix_empty(outlet, date, begins.get(outlet.id))
                        for date in dates
                    ],
                }
                for outlet in outlets
            ],
        }

    @api.model
    def _matrix_outlets(self, days):
        """Those that sell, and those that sold in these days."""
        return self.env["pos.bridge.outlet"].search_fetch(
            Domain("state", "!=", "inactive") | Domain("id", "in", days.outlet_id.ids),
            [
                "name",
                "state",
                "tz",
                "day_start",
                "activated_on",
                "calendar_id",
                "integration_id",
            ],
        )

    @api.model
    def _matrix_begins(self, outlets):
        """{outlet id: (first date, last date)} between which a day can be missing."""
        groups = self._read_group(
            [("outlet_id", "in", outlets.ids)],
            ["outlet_id"],
            ["business_date:min", "business_date:max"],
        )
        known = {outlet.id: (first, last) for outlet, first, last in groups}
        begins = {}
        for outlet in outlets:
            first, last = known.get(outlet.id, (None, None))
            if outlet.state != "inactive":
                first = min(filter(None, (first, outlet.activated_on)), default=None)
                last = None
            if first:
                begins[outlet.id] = first, last
        return begins

    def _matrix_cells(self):
        """{(outlet id, date): cell} of the days that are there."""
        codes, runs = self._matrix_codes(), self._matrix_runs()
        return {
            (day.outlet_id.id, day.business_date): {
                "state": day._matrix_state(codes[day.id], runs[day.id]),
                "day_id": day.id,
            }
            for day in self
        }

    def _matrix_codes(self):
        groups = self.env["pos.bridge.exception"]._read_group(
            [("day_id", "in", self.ids), ("resolved", "=", False)],
            ["day_id", "code"],
        )
        codes = defaultdict(set)
        for day, code in groups:
            codes[day.id].add(code)
        return codes

    def _matrix_runs(self):
        """States of the runs of days of which nothing is known yet."""
        pending = self.filtered(lambda day: day.state == "pending")
        groups = self.env["pos.bridge.transfer"]._read_group(
            [("day_id", "in", pending.ids)], ["day_id", "state"]
        )
        states = defaultdict(set)
        for day, state in groups:
            states[day.id].add(state)
        return states

    def _matrix_state(self, codes, runs):
        """What matters most of a day; one word."""
        today = self.outlet_id._today()
        if self._is_undone():
            return "undone"
        if self.state == "failed":
            return "failed"
        if self.state == "pending":
            return self._matrix_pending(runs, today)
        if SHRUNK in codes:
            return "waits"
        if self.stale_reason:
            return "stale"
        if self.state == "provisional" or INCOMPLETE in codes:
            return "provisional" if self.business_date >= today else "partial"
        if self.attention:
            return "waits"
        if self.state == "no_sales":
            return self._matrix_no_sales()
        return "posted"

    def _matrix_pending(self, runs, today):
        if runs & {"queued", "running", "paused"} or self.business_date >= today:
            return "expected"
        return "failed" if runs & {"failed", "parked"} else "missing"

    def _matrix_no_sales(self):
        """The till says that nothing was sold; the opening hours may know better."""
        has_hours = bool(self.outlet_id.calendar_id)
        is_open = has_hours and not self.outlet_id._is_closed(self.business_date)
        return "missing" if is_open else "closed"

    @api.model
    def _matrix_empty(self, outlet, date, begin):
        """A date of which nothing is stored."""
        return {"state": self._matrix_empty_state(outlet, date, begin), "day_id": False}

    @api.model
    def _matrix_empty_state(self, outlet, date, begin):
        first, last = begin or (None, None)
        is_over = last and date > last
        if not first or date < first or is_over:
            return None
        if outlet._is_closed(date):
            return "closed"
        return "expected" if date >= outlet._today() else "missing"
