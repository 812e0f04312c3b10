"""When the till is asked: each ended business day once, the open day every so often.

Everything is said in the outlet's own clock and worked out in UTC, so a night in which
the clock is changed is neither skipped nor asked twice. Nothing here remembers
anything: the caller compares what is due with what it has done, so that a server that
was off for a week finds out what it missed, and a second call finds nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .business_day import business_date_of, day_start_time, window

DAY = timedelta(days=1)


def dates_between(first: date, last: date) -> list[date]:
    """Both ends included; none if the last is before the first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def spans(dates: Iterable[date]) -> list[tuple[date, date]]:
    """Dates in a row as (first, last), so that a person reads two instead of twenty."""
    found = []
    for day in sorted(set(dates)):
        if found and day - found[-1][1] == DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


@dataclass(frozen=True)
class Schedule:
    """When one outlet's sales are asked for. Hours are floats of its local time.

    :param intraday_minutes: how often the open day is asked for; 0 = never
    :param reread_days: how many days before the ended one are asked for again
    """

    tz: str
    day_start: float
    daily_hour: float
    intraday_minutes: int = 0
    reread_days: int = 0

    def open_date(self, now: datetime) -> date:
        """The business date on which the outlet sells now."""
        return business_date_of(now, self.tz, self.day_start)

    def end_of(self, business_date: date) -> datetime:
        return window(business_date, self.tz, self.day_start)[1]

    def due_at(self, business_date: date) -> datetime:
        """When this ended day is to be asked for: the daily hour after its end.

        An hour that the clock leaves out in spring is taken where it would have been,
        one that it shows twice in autumn the first time.
        """
        hour = day_start_time(self.daily_hour)
        days = 1 if hour >= day_start_time(self.day_start) else 2
        local = datetime.combine(
            business_date + days * DAY, hour, tzinfo=ZoneInfo(self.tz)
        )
        return max(local.astimezone(UTC), self.end_of(business_date))

    def last_due_date(self, now: datetime) -> date:
        """The newest business date whose daily moment has come."""
        newest = self.open_date(now) - DAY
        while self.due_at(newest) > now:
            newest -= DAY
        return newest

    def reread_dates(self, now: datetime) -> list[date]:
        """The days before the newest due one that are looked at again."""
        newest = self.last_due_date(now)
        return dates_between(newest - self.reread_days * DAY, newest - DAY)

    def slot_start(self, now: datetime) -> datetime | None:
        """Since when the open day is due; none if it is never asked for.

        Slots lie at :00, :15, :30, :45 of UTC, where no clock is ever changed.
        """
        if not self.intraday_minutes:
            return None
        seconds = self.intraday_minutes * 60
        return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)

    def next_run_at(self, now: datetime) -> datetime:
        """The next moment at which anything becomes due."""
        daily = self.due_at(self.last_due_date(now) + DAY)
        slot = self.slot_start(now)
        if slot is None:
            return daily
        return min(daily, slot + timedelta(minutes=self.intraday_minutes))

    def dates_of(self, intervals: Iterable[tuple[datetime, datetime]]) -> set[date]:
        """The business dates that opening times (with a zone) touch: what is open
        until 02:00 on Sunday is Saturday.
        """
        dates = set()
        for start, end in intervals:
            last = end - timedelta(microseconds=1)
            dates.update(dates_between(self.open_date(start), self.open_date(last)))
        return dates
