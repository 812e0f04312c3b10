"""Somebody closes the stock valuation at the very moment in which a day is posted.

A closing books what was moved since the one before it. So what is committed after it is
dated after it, and what is dated before it was committed before it: nothing is lost
between the two.
"""

import itertools
from datetime import date, timedelta

import ledger
import pytest
from test_race import RECEIPTS

TIMING = ("pos.bridge.posting", "_timing")
POST = ("pos.bridge.posting", "_create_pickings")
#: "draft": made before and posted now, as a person does it; "at once": as the scheduled
#: closing, which for Odoo closes up to the midnight before it. Not in turns.
CASES = tuple(
    itertools.product(("at once", "draft"), ("before", "meanwhile"), range(3))
)
MOVED_AT = """
SELECT posting.move_date::text, posting.late_reason IS NOT NULL
  FROM pos_bridge_posting posting JOIN pos_bridge_day day ON day.id = posting.day_id
 WHERE day.business_date = '{}'
"""
#: What was used since a moment, move by move; of a day alone or of all others.
USED = """
SELECT coalesce(sum(move.value) FILTER (WHERE day.business_date = '{day}'), 0),
       coalesce(sum(move.value) FILTER (WHERE day.business_date <> '{day}'), 0)
  FROM stock_move move JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
 WHERE move.state = 'done' AND move.date > '{since}'
"""
#: What the last closing says that places of consumption took.
BOOKED = """
SELECT coalesce(sum(line.balance), 0)
  FROM account_move_line line
 WHERE line.move_id = (SELECT max(id) FROM account_move WHERE pos_bridge_is_closing)
   AND line.name LIKE '%Location Reclassification%'
   AND line.account_id IN (SELECT valuation_account_id FROM stock_location)
"""
DAYS = (date(2025, 3, 1) + timedelta(days=number) for number in itertools.count())


@pytest.fixture(scope="module")
def cafe(stage):
    stage.do("open_cafe", outlets=("bar", "hall"))
    stage.do("keep_books")
    return stage


def meet(cafe, way, when, before):
    """Post a day and close meanwhile.

    :return: when it was moved, is that late, when was closed; what the closing booked,
        what the day used and what others had used since the closing before
    """
    day, since = str(next(DAYS)), cafe.do("last_closing")
    cafe.do("change_price")
    till = {day: {f"{name} of {day}": sold for name, sold in RECEIPTS.items()}}
    click = {"till": till, "day_id": cafe.do("make_day", day=day), "trigger": "manual"}
    cafe.run(
        ("click_together", {**click, "before": before}),
        ("close_valuation", {"when": when, "is_draft": way == "draft"}),
    )
    cafe.do("run_queue", till=till)
    waiting = {"queued", "running", "failed"}
    assert not waiting & {row[2] for row in cafe.rows(ledger.TRANSFERS)}
    [moved] = cafe.rows(MOVED_AT.format(day))
    [used] = cafe.rows(USED.format(day=day, since=since))
    [(booked,)] = cafe.rows(BOOKED)
    assert used[0] > 0
    amounts = (round(float(amount), 2) for amount in (booked, *used))
    return *moved, cafe.do("last_closing"), *amounts


@pytest.mark.parametrize(("way", "when", "_round"), CASES)
def test_closed_before_it_has_checked(cafe, way, when, _round):
    """It starts anew (having waited for the accountant), sees the closing, and is dated
    behind it.
    """
    moved_at, is_late, closed_at, booked, _own, others = meet(cafe, way, when, TIMING)
    assert moved_at > closed_at
    assert is_late
    assert booked == others


@pytest.mark.parametrize("_round", range(3))
def test_closed_after_its_check(cafe, _round):
    """The accountant waits until it is posted; then the closing has it."""
    result = meet(cafe, "at once", "after", POST)
    _moved_at, _is_late, _closed_at, booked, own, others = result
    assert booked == round(own + others, 2)
