"""When days become due, by the clock on the wall: expected moments are written out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from ..tools.schedule import Schedule, dates_between, spans


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# zone, day start, daily hour, business date, when it is due in UTC
DUE = [
    # Berlin: UTC+1, from 29 March to 25 October 2026 UTC+2
    ("Europe/Berlin", 5, 6, "2026-03-03", "2026-03-04 05:00"),
    ("Europe/Berlin", 5, 6, "2026-03-27", "2026-03-28 05:00"),
    ("Europe/Berlin", 5, 6, "2026-03-28", "2026-03-29 04:00"),
    ("Europe/Berlin", 5, 6, "2026-10-23", "2026-10-24 04:00"),
    ("Europe/Berlin", 5, 6, "2026-10-24", "2026-10-25 05:00"),
    # 02:30 does not exist on 29 March: it is taken at what would have been 02:30
    ("Europe/Berlin", 0, 2.5, "2026-03-28", "2026-03-29 01:30"),
    # 02:30 comes twice on 25 October: at the first
    ("Europe/Berlin", 0, 2.5, "2026-10-24", "2026-10-25 00:30"),
    # the day ends in the gap, at 03:30; it is not asked for before its end
    ("Europe/Berlin", 2.5, 3, "2026-03-28", "2026-03-29 01:30"),
    # as soon as the day ends
    ("Europe/Berlin", 5, 5, "2026-03-03", "2026-03-04 04:00"),
    # an hour before the day's end is the hour of the day after
    ("Europe/Berlin", 5, 4, "2026-03-03", "2026-03-05 03:00"),
    ("Europe/Berlin", 0, 23.75, "2026-03-03", "2026-03-04 22:45"),
    # New York: UTC-5, from 8 March to 1 November 2026 UTC-4
    ("America/New_York", 5, 6, "2026-03-06", "2026-03-07 11:00"),
    ("America/New_York", 5, 6, "2026-03-07", "2026-03-08 10:00"),
    ("America/New_York", 5, 6, "2026-10-30", "2026-10-31 10:00"),
    ("America/New_York", 5, 6, "2026-10-31", "2026-11-01 11:00"),
    ("America/New_York", 0, 2.5, "2026-03-07", "2026-03-08 07:30"),
    ("America/New_York", 0, 1.5, "2026-10-31", "2026-11-01 05:30"),
    # no changes: UTC-5 all year; and UTC+5:45
    ("America/Bogota", 5, 6, "2026-03-28", "2026-03-29 11:00"),
    ("America/Bogota", 5, 6, "2026-10-24", "2026-10-25 11:00"),
    ("Asia/Kathmandu", 4, 6, "2026-03-28", "2026-03-29 00:15"),
]
ZONES = ("Europe/Berlin", "America/New_York", "America/Bogota", "Australia/Lord_Howe")


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def test_when_a_day_is_due(self):
        for tz, day_start, daily_hour, day, expected in DUE:
            schedule = Schedule(tz, day_start, daily_hour)
            with self.subTest(tz=tz, day=day, hour=daily_hour):
                due = schedule.due_at(date.fromisoformat(day))
                self.assertEqual(due, moment(expected))

    def test_a_day_is_due_at_its_moment_and_not_before(self):
        for tz, day_start, daily_hour, day, expected in DUE:
            schedule = Schedule(tz, day_start, daily_hour)
            due, day = moment(expected), date.fromisoformat(day)
            with self.subTest(tz=tz, day=day, hour=daily_hour):
                self.assertEqual(schedule.last_due_date(due), day)
                before = due - timedelta(seconds=1)
                self.assertEqual(schedule.last_due_date(before), day - timedelta(1))
                self.assertEqual(schedule.next_run_at(before), due)

    def test_a_year_of_ticks_finds_every_day_once(self):
        """However often the scheduled action looks, through both changes."""
        for tz in ZONES:
            for hours in ((5, 6), (0, 2.5), (2.5, 2.5), (1.5, 1), (3, 2)):
                schedule = Schedule(tz, *hours)
                for start in ("2026-03-01", "2026-04-01", "2026-10-01", "2026-10-31"):
                    found = self.found_by_ticks(schedule, moment(start), days=14)
                    self.assertEqual(found, dates_between(found[0], found[-1]))
                    self.assertIn(len(found), (14, 15))

    def found_by_ticks(self, schedule, now, days):
        known, found = schedule.last_due_date(now), []
        for _tick in range(days * 24 * 4):
            now += timedelta(minutes=15)
            due = schedule.last_due_date(now)
            if due != known:
                found.append(due)
            known = due
        return found

    def test_slots_of_the_open_day(self):
        table = [
            # minutes, now, slot, next run
            (15, "2026-03-03 12:14:59", "2026-03-03 12:00", "2026-03-03 12:15"),
            (15, "2026-03-03 12:15:00", "2026-03-03 12:15", "2026-03-03 12:30"),
            (30, "2026-03-03 12:29:00", "2026-03-03 12:00", "2026-03-03 12:30"),
            (60, "2026-03-03 12:59:00", "2026-03-03 12:00", "2026-03-03 13:00"),
            # 02:15 by the clock, for the second time: an ordinary slot
            (15, "2026-10-25 01:20:00", "2026-10-25 01:15", "2026-10-25 01:30"),
            # the daily hour, 06:20, comes before the next slot
            (60, "2026-03-04 05:10:00", "2026-03-04 05:00", "2026-03-04 05:20"),
        ]
        for minutes, now, slot, following in table:
            schedule = Schedule("Europe/Berlin", 5, 6 + 1 / 3, minutes)
            with self.subTest(now=now):
                self.assertEqual(schedule.slot_start(moment(now)), moment(slot))
                self.assertEqual(schedule.next_run_at(moment(now)), moment(following))
        self.assertIsNone(Schedule("UTC", 5, 6).slot_start(moment("2026-03-03 12:00")))

    def test_days_read_again(self):
        now = moment("2026-03-05 10:00")
        again = Schedule("Europe/Berlin", 5, 6, reread_days=3).reread_dates(now)
        self.assertEqual(again, [date(2026, 3, day) for day in (1, 2, 3)])
        self.assertFalse(Schedule("Europe/Berlin", 5, 6).reread_dates(now))

    def test_opening_times_touch_business_days(self):
        berlin = ZoneInfo("Europe/Berlin")
        at = [
            datetime(2026, 3, *when, tzinfo=berlin)
            for when in ((7, 18, 0), (8, 0, 0), (8, 2, 0), (8, 5, 0), (8, 12, 0))
        ]
        schedule = Schedule("Europe/Berlin", 5, 6)
        saturday, sunday = date(2026, 3, 7), date(2026, 3, 8)
        self.assertEqual(schedule.dates_of([(at[0], at[1])]), {saturday})
        self.assertEqual(schedule.dates_of([(at[1], at[2])]), {saturday})
        self.assertEqual(schedule.dates_of([(at[1], at[3])]), {saturday})
        self.assertEqual(schedule.dates_of([(at[2], at[4])]), {saturday, sunday})

    def test_spans(self):
        days = [date(2026, 3, day) for day in (9, 1, 2, 3, 3, 6)]
        self.assertEqual(
            spans(days),
            [
                (date(2026, 3, 1), date(2026, 3, 3)),
                (date(2026, 3, 6), date(2026, 3, 6)),
                (date(2026, 3, 9), date(2026, 3, 9)),
            ],
        )
        self.assertEqual(spans([]), [])
