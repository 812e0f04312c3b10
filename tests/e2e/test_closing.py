"""Somebody closes the stock valuation at the very moment in which a day is posted.

A closing books what was moved up to its own moment, once. So what is committed after it
is dated after it, and what is dated before it was committed before it: nothing is lost
between the two, and nothing is booked twice.
"""

from datetime import date, timedelta

import ledger
import pytest
from test_race import RECEIPTS

TIMING = ("pos.bridge.posting", "_timing")
POST = ("pos.bridge.posting", "_create_pickings")
MOVED_AT = """
SELECT posting.move_date::text, posting.late_reason IS NOT NULL
  FROM pos_bridge_posting posting JOIN pos_bridge_day day ON day.id = posting.day_id
 WHERE day.business_date = '{}'
"""
#: What was used, move by move, up to a moment.
USED = """
SELECT coalesce(sum(CASE WHEN source.usage = 'internal' THEN value ELSE -value END), 0)
  FROM stock_move move JOIN stock_location source ON source.id = move.location_id
 WHERE move.pos_bridge_day_id IS NOT NULL AND move.state = 'done' AND move.date <= '{}'
"""
#: What the closings say that places of consumption took.
BOOKED = """
SELECT coalesce(sum(line.balance), 0)
  FROM account_move_line line JOIN account_move entry ON entry.id = line.move_id
 WHERE entry.pos_bridge_is_closing AND entry.state = 'posted'
   AND line.name LIKE '%Location Reclassification%'
   AND line.account_id IN (SELECT valuation_account_id FROM stock_location)
"""


@pytest.fixture(scope="module")
def cafe(stage):
    stage.do("open_cafe", outlets=("bar", "hall"))
    stage.do("keep_books")
    return stage


def meet(cafe, number, when, before):
    """Post a day and close: (when the day was moved, is it late, the closing)."""
    day = str(date(2025, 3, 1) + timedelta(days=3 * number))
    till = {day: {f"{name} of {day}": sold for name, sold in RECEIPTS.items()}}
    click = {"till": till, "day_id": cafe.do("make_day", day=day), "trigger": "manual"}
    cafe.run(
        ("click_together", {**click, "before": before}),
        ("close_valuation", {"when": when}),
    )
    cafe.do("run_queue", till=till)
    waiting = {"queued", "running", "failed"}
    assert not waiting & {row[2] for row in cafe.rows(ledger.TRANSFERS)}
    [(moved_at, is_late)] = cafe.rows(MOVED_AT.format(day))
    closed_at = cafe.do("last_closing")
    [(used,)], [(booked,)] = cafe.rows(USED.format(closed_at)), cafe.rows(BOOKED)
    assert round(float(booked), 2) == round(float(used), 2)
    return moved_at, is_late, closed_at


@pytest.mark.parametrize("number", range(5))
def test_closed_between_its_beginning_and_its_check(cafe, number):
    """It starts anew, sees the closing, and is dated behind it."""
    moved_at, is_late, closed_at = meet(cafe, number, "before", TIMING)
    assert moved_at > closed_at
    assert is_late


@pytest.mark.parametrize("number", range(5, 10))
def test_being_closed_while_it_checks(cafe, number):
    """It waits for the accountant, and starts anew."""
    moved_at, is_late, closed_at = meet(cafe, number, "meanwhile", TIMING)
    assert moved_at > closed_at
    assert is_late


@pytest.mark.parametrize("number", range(10, 15))
def test_closed_after_its_check(cafe, number):
    """The accountant waits until it is posted; then the closing has it."""
    moved_at, _is_late, closed_at = meet(cafe, number, "after", POST)
    assert moved_at <= closed_at
