"""Somebody closes a period at the very moment in which a day of it is posted.

The run has read its sales, and sees the books as they were when its transaction began.
What is posted lies behind no lock that was there when it was committed.
"""

from datetime import date, timedelta

import ledger
import pytest
from test_race import RECEIPTS

TIMING = ("pos.bridge.posting", "_timing")
POST = ("pos.bridge.posting", "_create_pickings")
DATES = """
SELECT day.business_date::text, posting.accounting_date::text,
       posting.late_reason IS NOT NULL
  FROM pos_bridge_posting posting JOIN pos_bridge_day day ON day.id = posting.day_id
"""


@pytest.fixture(scope="module")
def cafe(stage):
    stage.do("open_cafe", outlets=("bar", "hall"))
    return stage


def meet(cafe, number, when, before):
    """Post a day and close it: (the day, when it was accounted, was it late)."""
    day = date(2025, 3, 1) + timedelta(days=3 * number)
    till = {str(day): {f"{name} of {day}": sold for name, sold in RECEIPTS.items()}}
    day_id = cafe.do("make_day", day=str(day))
    cafe.run(
        (
            "click_together",
            {"till": till, "day_id": day_id, "trigger": "manual", "before": before},
        ),
        ("lock_period", {"until": str(day), "when": when}),
    )
    cafe.do("run_queue", till=till)
    waiting = {"queued", "running", "failed"}
    assert not waiting & {row[2] for row in cafe.rows(ledger.TRANSFERS)}
    [row] = [row for row in cafe.rows(DATES) if row[0] == str(day)]
    return day, date.fromisoformat(row[1]), row[2]


@pytest.mark.parametrize("number", range(5))
def test_closed_between_its_beginning_and_its_check(cafe, number):
    """It starts anew, sees the lock, and is dated on the first open day."""
    day, accounted, is_late = meet(cafe, number, "before", TIMING)
    assert accounted == day + timedelta(days=1)
    assert is_late


@pytest.mark.parametrize("number", range(5, 10))
def test_being_closed_while_it_checks(cafe, number):
    """It waits for the accountant, and starts anew."""
    day, accounted, is_late = meet(cafe, number, "meanwhile", TIMING)
    assert accounted == day + timedelta(days=1)
    assert is_late


@pytest.mark.parametrize("number", range(10, 15))
def test_closed_after_its_check(cafe, number):
    """The accountant waits until it is posted; then the day is closed with it."""
    day, accounted, is_late = meet(cafe, number, "after", POST)
    assert accounted == day
    assert not is_late
