from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

#: What an exception of the day as a whole says of its place in the matrix.
INCOMPLETE, SHRUNK = "day_incomplete", "day_shrank"
MOST_DATES = 62


class Expected(NamedTuple):
    """What can be expected of an outlet in these dates.

    :param first: the first date that can be missing; none: no date can
    :param last: the last one; none: it goes on
    :param due: the newest date that should have been read by now
    :param opened: the dates that the opening hours say are open; None without hours
    """

    first: date | None
    last: date | None
    due: date
    opened: set | None

    def state_of_empty(self, day):
        """The state of a date of which nothing is stored."""
        if not self.first or day < self.first or (self.last and day > self.last):
            return None
        if self.opened is not None and day not in self.opened:
            return "closed"
        return "missing" if day <= self.due else "expected"


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
                "waits_for_look",
            ],
        )
        outlets = self._matrix_outlets(days)
        expected = self._matrix_expected(outlets, dates)
        cells = days._matrix_cells(expected)
        return {
            "dates": [fields.Date.to_string(day) for day in dates],
            "outlets": [
                {
                    "id": outlet.id,
                    "name": outlet.name,
                    "cells": [
                        cells.get((outlet.id, day))
                        or {
                            "state": expected[outlet.id].state_of_empty(day),
                            "day_id": False,
                        }
                        for day in dates
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
    def _matrix_expected(self, outlets, dates):
        """{outlet id: ``Expected``}.

        Where nothing is fetched by itself (files, an inactive outlet) only days between
        those that are there are missing.
        """
        groups = self._read_group(
            [("outlet_id", "in", outlets.ids)],
            ["outlet_id"],
            ["business_date:min", "business_date:max"],
        )
        known = {outlet.id: (first, last) for outlet, first, last in groups}
        opened = outlets._get_opened_dates_of_all(dates[0], dates[-1])
        now, expected = outlets._now(), {}
        for outlet in outlets:
            first, last = known.get(outlet.id, (None, None))
            due = outlet._today() - timedelta(days=1)
            if outlet._is_watched():
                first = min(filter(None, (first, outlet.activated_on)))
                last, due = None, outlet._schedule().last_due_date(now)
            expected[outlet.id] = Expected(first, last, due, opened[outlet.id])
        return expected

    def _matrix_cells(self, expected):
        """{(outlet id, date): cell} of the days that are there."""
        codes, runs = self._matrix_codes(), self._matrix_runs()
        return {
            (day.outlet_id.id, day.business_date): {
                "state": day._matrix_state(
                    expected[day.outlet_id.id], codes[day.id], runs[day.id]
                ),
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

    def _matrix_state(self, expected, codes, runs):
        """What matters most of a day; one word."""
        if self._is_undone():
            return "undone"
        if self.state == "failed":
            return "failed"
        if self.waits_for_look or SHRUNK in codes:
            return "waits"
        if self.state == "pending":
            return self._matrix_pending(expected, runs)
        if self.stale_reason:
            return "stale"
        if self.state == "provisional" or INCOMPLETE in codes:
            is_open = self.business_date >= self.outlet_id._today()
            return "provisional" if is_open else "partial"
        if self.attention:
            return "open"
        if self.state == "no_sales":
            # The till says that nothing was sold; the opening hours may know better.
            is_open = self.business_date in (expected.opened or ())
            return "missing" if is_open else "closed"
        return "posted"

    def _matrix_pending(self, expected, runs):
        if runs & {"queued", "running", "paused"} or self.business_date > expected.due:
            return "expected"
        return "failed" if runs & {"failed", "parked"} else "missing"
