"""Up to where every day is complete, and which days are missing.

The outlet of Berlin is active since Monday, 2 March 2026; its day begins at 05:00.
"""

from datetime import datetime

from odoo import Command
from odoo.tests import freeze_time, tagged

from .test_automatic import AutomaticCase, march


@tagged("post_install", "-at_install")
class TestWatermark(AutomaticCase):
    def close_on(self, *weekdays):
        """Opening hours from 10:00 to 22:00 but on these weekdays (Monday is 0)."""
        self.outlet.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Opening hours",
                "company_id": self.company.id,
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 10,
                            "hour_to": 22,
                            "day_period": "morning",
                        }
                    )
                    for day in range(7)
                    if day not in weekdays
                ],
            }
        )

    def watermark(self, now="2026-03-09 12:00:00"):
        with freeze_time(now):
            self.outlet._advance_watermark()
        self.env.invalidate_all()
        return self.outlet.watermark_date

    def missing(self, now="2026-03-09 12:00:00"):
        self.env.invalidate_all()
        with freeze_time(now):
            return self.outlet.with_user(self.user)._missing_days()

    def test_never_past_a_day_that_is_not_complete(self):
        for state in ("pending", "provisional", "failed", "incomplete", "none"):
            with self.subTest(state=state):
                self.outlet.watermark_date = False
                self.complete(2, 3, 5, 6)
                fourth = self.day(march(4)[0])
                if state == "none":
                    fourth.sudo().unlink()
                elif state == "incomplete":
                    fourth.sudo().write({"state": "posted", "source_complete": False})
                else:
                    fourth.sudo().write({"state": state, "source_complete": True})
                self.assertEqual(self.watermark(), march(3)[0])
        self.complete(4)
        self.assertEqual(self.watermark(), march(6)[0])

    def test_no_sales_and_undone_are_complete(self):
        self.complete(2, 4)
        self.run_day(day=self.day(march(3)[0]))
        self.assertEqual(self.day(march(3)[0]).state, "no_sales")
        self.day(march(2)[0]).sudo().state = "undone"
        self.assertEqual(self.watermark(), march(4)[0])

    def test_it_goes_back_when_the_till_takes_its_word_back(self):
        self.complete(2, 3, 4)
        self.assertEqual(self.watermark(), march(4)[0])
        self.sell({"ESP": 1}, march(3)[0], complete=False)
        self.run_day("manual", self.day(march(3)[0]))
        self.assertEqual(self.outlet.watermark_date, march(2)[0])
        self.complete(3)
        self.assertEqual(self.outlet.watermark_date, march(4)[0])

    def test_not_past_the_open_day(self):
        self.complete(2, 3)
        table = [
            ("2026-03-03 20:00:00", march(2)[0]),
            ("2026-03-04 03:59:00", march(2)[0]),
            ("2026-03-04 04:00:00", march(3)[0]),
        ]
        for now, expected in table:
            self.outlet.watermark_date = False
            self.assertEqual(self.watermark(now), expected, now)

    def test_missing_days(self):
        self.complete(2, 5)
        self.day(march(3)[0]).sudo().state = "failed"
        self.day(march(6)[0])
        self.assertEqual(self.missing("2026-03-08 04:59:00"), march(3, 4, 6))
        self.assertEqual(self.missing("2026-03-08 05:00:00"), march(3, 4, 6, 7))

    def test_closed_days_are_no_gap(self):
        """Closed on Mondays and Wednesdays: the 2nd and the 4th."""
        self.close_on(0, 2)
        self.complete(3, 6)
        self.assertEqual(self.missing("2026-03-07 12:00:00"), march(5))
        # A closed day had its turn once the daily reading was queued.
        self.outlet.daily_queued_date = march(6)[0]
        self.assertEqual(self.watermark("2026-03-07 12:00:00"), march(4)[0])

    def test_an_open_day_without_any_sales_is_missing(self):
        self.run_day(day=self.day(march(2)[0]))
        self.assertFalse(self.missing("2026-03-03 12:00:00"))
        self.close_on(2)
        self.assertEqual(self.missing("2026-03-03 12:00:00"), march(2))
        self.assertFalse(self.watermark("2026-03-03 12:00:00"))
        # It was a holiday: entered as time off, nothing is expected any more.
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.outlet.calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 1, 23),
                "date_to": datetime(2026, 3, 2, 22, 59, 59),
            }
        )
        self.assertFalse(self.missing("2026-03-03 12:00:00"))
        self.assertEqual(self.watermark("2026-03-03 12:00:00"), march(2)[0])

    def test_sales_on_a_closed_day_count(self):
        self.close_on(0)
        self.complete(2)
        self.assertEqual(self.watermark("2026-03-03 12:00:00"), march(2)[0])

    def test_missing_days_of_many_outlets_in_one_query(self):
        with freeze_time("2026-03-02 09:00:00"):
            outlets = self.outlet
            for number in range(8):
                outlets |= self._create_outlet(f"Stand {number}", self.kitchen)
            (outlets - self.outlet).action_activate()
        outlets.mapped("integration_id.daily_hour")
        outlets.mapped("watermark_date")
        with freeze_time("2026-03-06 12:00:00"), self.assertQueryCount(1):
            missing = outlets._get_missing_dates()
        self.assertEqual(set(map(tuple, missing.values())), {tuple(march(2, 3, 4, 5))})
