"""Business days: which date a moment belongs to, and when a date begins and ends.

A bar that closes at 04:00 sells on the date on which its evening began. ``day_start``
is in float hours of local time (5.5 = 05:30). Zones change their clocks, so a business
day may last 23 or 25 hours; everything here goes through the zone, never through fixed
offsets.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_start_time(day_start: float) -> time:
    """5.5 -> 05:30. Raises ValueError outside 0 <= day_start < 24."""
    minutes = round(day_start * 60)
    if not 0 <= minutes < 24 * 60:
        raise ValueError(f"A day cannot start at {day_start} hours")
    return time(minutes // 60, minutes % 60)


def window(business_date: date, tz: str, day_start: float) -> tuple[datetime, datetime]:
    """First moment of the business date and of the next one, in UTC."""
    zone, start = ZoneInfo(tz), day_start_time(day_start)
    bounds = (
        datetime.combine(day, start, tzinfo=zone).astimezone(UTC)
        for day in (business_date, business_date + timedelta(days=1))
    )
    return tuple(bounds)


def business_date_of(moment: datetime, tz: str, day_start: float) -> date:
    """The business date to which ``moment`` (with a zone) belongs."""
    local = moment.astimezone(ZoneInfo(tz))
    date_before = local.date() - timedelta(days=1)
    return date_before if local.time() < day_start_time(day_start) else local.date()


def last_moment(business_date: date, tz: str) -> datetime:
    """23:59:59 of the date in the zone, in UTC: after its receipts, before the next
    day's.

    The calendar date and not the night's end: what is used until 04:00 on the 1st
    belongs to the 31st, in the books as on the shelf.
    """
    local = datetime.combine(business_date, time(23, 59, 59), tzinfo=ZoneInfo(tz))
    return local.astimezone(UTC)
