"""Promise 12: a person sees of every outlet and day whether it is there."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase, freeze_time, tagged

from ..tools.errors import ContractViolation
from .common import PosBridgeCommon

TODAY = date(2026, 3, 12)
MATRIX_QUERIES = 10


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 10:00:00")
class TestDayMatrix(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()
        cls._let_till_be_asked()
        cls.outlet.write({"state": "active", "activated_on": date(2026, 3, 1)})

    def matrix(self, count=14, date_to=TODAY):
        self.env.flush_all()
        days = self.env["pos.bridge.day"].with_user(self.user)
        return days.get_day_matrix(str(date_to), count)

    def states(self, count=14, outlet=None):
        """{date: state} of one outlet."""
        matrix = self.matrix(count)
        name = (outlet or self.outlet).name
        row = next(row for row in matrix["outlets"] if row["name"] == name)
        states = [cell["state"] for cell in row["cells"]]
        return {
            date.fromisoformat(each): state
            for each, state in zip(matrix["dates"], states, strict=True)
        }

    def state_of(self, business_date, outlet=None):
        return self.states(outlet=outlet)[business_date]

    def sold(self, business_date, codes=("ESP",), **vals):
        self.sell(dict.fromkeys(codes, 2), business_date, **vals)
        self.run_day(day=self.day(business_date))
        return self.day(business_date)

    def open_on(self, *weekdays):
        """Opening hours: 0 is Monday."""
        return self.env["resource.calendar"].create(
            {
                "name": "Open",
                "company_id": self.company.id,
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Open",
                                "dayofweek": str(weekday),
                                "hour_from": 10,
                                "hour_to": 22,
                            }
                        )
                        for weekday in weekdays
                    ),
                ],
            }
        )

    def test_dates_end_at_the_asked_one(self):
        dates = self.matrix(3)["dates"]
        self.assertEqual(dates, ["2026-03-10", "2026-03-11", "2026-03-12"])

    def test_nothing_is_expected_before_the_outlet_was_activated(self):
        states = self.states()
        self.assertIsNone(states[date(2026, 2, 28)])
        self.assertEqual(states[date(2026, 3, 1)], "missing")
        self.assertEqual(states[date(2026, 3, 11)], "missing")
        self.assertEqual(states[TODAY], "expected")

    def test_posted(self):
        day = self.sold(date(2026, 3, 10))
        self.assertEqual(self.state_of(day.business_date), "posted")

    def test_cells_lead_to_their_day(self):
        day = self.sold(TODAY - timedelta(days=1))
        cells = self.matrix(2)["outlets"][0]["cells"]
        self.assertEqual([cell["day_id"] for cell in cells], [day.id, False])

    def test_incomplete_is_provisional_today_and_partial_later(self):
        self.sold(TODAY, complete=False)
        self.sold(date(2026, 3, 11), complete=False)
        self.assertEqual(self.state_of(TODAY), "provisional")
        self.assertEqual(self.state_of(date(2026, 3, 11)), "partial")

    def test_posted_with_something_to_solve(self):
        self.sold(date(2026, 3, 10), ("ESP", "NEW"))
        self.assertEqual(self.state_of(date(2026, 3, 10)), "open")

    def test_changed_since(self):
        self.sold(date(2026, 3, 10)).sudo().stale_reason = "Recipe changed"
        self.assertEqual(self.state_of(date(2026, 3, 10)), "stale")

    def test_undone(self):
        day = self.sold(date(2026, 3, 10))
        day.hold_revision = "0"
        self.run_day("undo", day)
        self.assertEqual(self.state_of(date(2026, 3, 10)), "undone")

    def test_failed_and_tried_again(self):
        day = self.day(date(2026, 3, 10))
        transfer = self.env["pos.bridge.transfer"]._enqueue(day, "manual")
        self.assertEqual(self.state_of(date(2026, 3, 10)), "expected")
        transfer._fail_to_fetch(ContractViolation("broken"))
        self.assertEqual(self.state_of(date(2026, 3, 10)), "failed")

    def test_a_day_that_was_cancelled_before_it_ran_is_missing(self):
        day = self.day(date(2026, 3, 10))
        self.env["pos.bridge.transfer"]._enqueue(day, "manual").action_cancel()
        self.assertEqual(self.state_of(date(2026, 3, 10)), "missing")

    def test_opening_hours(self):
        """Closed on Mondays: the 2nd and the 9th."""
        self.outlet.calendar_id = self.open_on(1, 2, 3, 4, 5, 6)
        states = self.states()
        self.assertEqual(states[date(2026, 3, 2)], "closed")
        self.assertEqual(states[date(2026, 3, 9)], "closed")
        self.assertEqual(states[date(2026, 3, 10)], "missing")

    def test_sales_on_a_closed_day_are_shown(self):
        self.outlet.calendar_id = self.open_on(1)
        self.sold(date(2026, 3, 9))
        self.assertEqual(self.state_of(date(2026, 3, 9)), "posted")

    def test_holidays(self):
        calendar = self.open_on(0, 1, 2, 3, 4, 5, 6)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-03-03 23:00:00",
                "date_to": "2026-03-04 22:59:59",
            }
        )
        self.outlet.calendar_id = calendar
        states = self.states()
        self.assertEqual(states[date(2026, 3, 4)], "closed")
        self.assertEqual(states[date(2026, 3, 3)], "missing")
        self.assertEqual(states[date(2026, 3, 5)], "missing")

    def test_no_sales(self):
        """The till says nothing was sold: believed, unless the outlet was open."""
        self.run_day(day=self.day(date(2026, 3, 9)))
        self.run_day(day=self.day(date(2026, 3, 10)))
        self.assertEqual(self.state_of(date(2026, 3, 10)), "closed")
        self.outlet.calendar_id = self.open_on(1)
        self.assertEqual(self.state_of(date(2026, 3, 9)), "closed")
        self.assertEqual(self.state_of(date(2026, 3, 10)), "missing")

    def test_yesterday_is_not_missing_before_its_hour(self):
        self.integration.daily_hour = 14
        self.assertEqual(self.state_of(date(2026, 3, 10)), "missing")
        self.assertEqual(self.state_of(date(2026, 3, 11)), "expected")

    def test_sales_that_come_as_files_are_not_missed_before_they_come(self):
        self.sold(date(2026, 3, 5))
        self.sold(date(2026, 3, 8))
        integrations = self.registry["pos.bridge.integration"]
        with patch.object(integrations, "_can_run_automatically", lambda self: False):
            states = self.states()
        self.assertIsNone(states[date(2026, 3, 4)])
        self.assertEqual(states[date(2026, 3, 6)], "missing")
        self.assertIsNone(states[date(2026, 3, 9)])

    def test_an_inactive_outlet_misses_days_between_those_it_has(self):
        other = self._create_outlet("Files", self.kitchen)
        self.assertNotIn("Files", [row["name"] for row in self.matrix()["outlets"]])
        for number in (5, 8):
            day = self.day(date(2026, 3, number), other)
            self.sell({"ESP": 1}, day.business_date, outlet=other)
            self.run_day(day=day)
        states = self.states(outlet=other)
        self.assertIsNone(states[date(2026, 3, 4)])
        self.assertNotIn(states[date(2026, 3, 5)], (None, "missing"))
        self.assertEqual(states[date(2026, 3, 6)], "missing")
        self.assertIsNone(states[date(2026, 3, 9)])

    def test_other_companies_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Company C"})
        integration = self.env["pos.bridge.integration"].create(
            {"name": "Other", "connector": "none", "company_id": company.id}
        )
        self.env["pos.bridge.outlet"].create(
            {
                "integration_id": integration.id,
                "external_id": "c",
                "name": "Secret",
                "state": "active",
                "tz": "UTC",
            }
        )
        self.assertEqual([row["name"] for row in self.matrix()["outlets"]], ["Bar"])

    def test_queries_do_not_grow_with_outlets_and_days(self):
        hours = self.open_on(1, 2)
        self.outlet.calendar_id = hours
        self.sold(date(2026, 3, 10), ("ESP", "NEW"))
        self.day(date(2026, 3, 9))
        self.assertMatrixQueries(14)
        for number in range(5):
            outlet = self._create_outlet(f"Outlet {number}", self.kitchen)
            outlet.write({"state": "active", "activated_on": date(2026, 2, 1)})
            outlet.calendar_id = hours
            for business_date in (date(2026, 3, 9), date(2026, 3, 10)):
                self.day(business_date, outlet)
        self.assertMatrixQueries(31)

    def assertMatrixQueries(self, count):
        days = self.env["pos.bridge.day"].with_user(self.user)
        days.get_day_matrix(str(TODAY), count)
        self.env.flush_all()
        self.env.invalidate_all()
        self.user.has_group("base.group_user")
        with self.assertQueryCount(MATRIX_QUERIES):
            days.get_day_matrix(str(TODAY), count)


@tagged("post_install", "-at_install")
class TestDayMatrixInBrowser(PosBridgeCommon, HttpCase):
    def test_a_missing_day_is_fetched_from_its_cell(self):
        """The newest one that is due; which that is depends on the hour of the test."""
        self._sell_espresso()
        self._let_till_be_asked()
        today = fields.Date.today()
        dates = [today - timedelta(days=number) for number in (3, 2, 1)]
        self.outlet.write({"state": "active", "activated_on": dates[0]})
        for business_date in dates:
            self.sell({"ESP": 2}, business_date)
        self.user.password = self.user.login
        url = "/odoo/pos-inventory-matrix"
        self.start_tour(url, "pos_bridge_day_matrix", login=self.user.login)
        self.env.invalidate_all()
        days = self.env["pos.bridge.day"].search([("state", "=", "posted")])
        self.assertEqual(len(days), 1)
        self.assertEqual(self.used(days), {"Coffee": 2})
