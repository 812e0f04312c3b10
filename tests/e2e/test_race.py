"""Two processes at once: a day is posted once, two outlets do not spoil each other.

Real processes that wait for each other at the point where it hurts. Every test has a
day of its own, and what it must have used is worked out by hand.
"""

import signal
from datetime import date, timedelta
from decimal import Decimal

import ledger
import pytest

ROUNDS = range(10)
MANY_ROUNDS = range(50)
RECEIPTS = {"R1": {"ESP": 2}, "R2": {"BURGER": 2}, "R3": {"COLA": 1, "SEASON": 1}}
TOMATO = float(round(2 * Decimal("0.05") / Decimal("0.9"), 5))
USED = {"Coffee": 0.018, "Bun": 2, "Tomato": TOMATO, "Cola": 1}
RUN_ONCE = ("pos.bridge.transfer", "_run_once")
TILL = ("pos.bridge.connector.none", "fetch_sales")
POST = ("pos.bridge.posting", "_create_pickings")


@pytest.fixture(scope="module")
def cafe(stage):
    """Two outlets that sell out of one storage unit."""
    stage.do("open_cafe", outlets=("bar", "hall"))
    return stage


def new_day(kind, number):
    """(date, what the till says of it): no two tests share a day."""
    day = str(date(2025, 3, 1) + timedelta(days=50 * kind + number))
    return day, {day: {f"{name} of {day}": lines for name, lines in RECEIPTS.items()}}


def finish(stage, till):
    """What a process left in the queue because the day was busy."""
    stage.do("run_queue", till=till)
    waiting = {"queued", "running", "failed"}
    assert not waiting & {row[2] for row in stage.rows(ledger.TRANSFERS)}


def assert_posted_once(stage, day, outlets=("bar",)):
    """One move per ingredient and outlet, one set of usage rows, revision 1."""
    for outlet in outlets:
        assert ledger.used(stage, outlet)[day] == USED
    of_day = {
        name: [row for row in stage.rows(getattr(ledger, name)) if day in row]
        for name in ("MOVES", "USAGE", "POSTINGS")
    }
    assert len(of_day["MOVES"]) == len(USED) * len(outlets)
    assert len(of_day["USAGE"]) == len(USED) * len(outlets)
    assert [row[1] for row in of_day["POSTINGS"]] == [1] * len(outlets)


def assert_shelves(stage):
    """Nothing but what was posted left the shelves, however the two met."""
    left = {}
    for row in stage.rows(ledger.MOVES):
        product, is_issue, quantity = row[2], row[4], row[5]
        left[product] = left.get(product, 0) + (quantity if is_issue else -quantity)
    shelves = {row[0]: row[2] for row in stage.rows(ledger.SHELVES)}
    expected = {product: round(1000 - left[product], 9) for product in left}
    assert {product: shelves[product] for product in left} == expected


@pytest.mark.parametrize("number", MANY_ROUNDS)
def test_two_schedulers_one_transfer(cafe, number):
    """Both find it in the queue; one of them runs it."""
    day, till = new_day(0, number)
    cafe.do("ask", day=day)
    job = ("run_queue_together", {"till": till, "before": RUN_ONCE})
    cafe.run(job, job)
    finish(cafe, till)
    assert_posted_once(cafe, day)
    attempts = f"SELECT attempts FROM pos_bridge_transfer WHERE business_date = '{day}'"
    assert cafe.rows(attempts) == [(1,)]


@pytest.mark.parametrize("number", ROUNDS)
def test_two_transfers_one_day(cafe, number):
    """While one asks the till, somebody else fetches or posts the same day."""
    day, till = new_day(1, number)
    cafe.do("ask", day=day)
    trigger = ("manual", "repost")[number % 2]
    click = {"till": till, "day_id": cafe.do("make_day", day=day), "trigger": trigger}
    cafe.run(
        ("run_queue_together", {"till": till, "before": TILL}),
        ("click_together", click),
    )
    finish(cafe, till)
    assert_posted_once(cafe, day)
    assert len([row for row in cafe.rows(ledger.TRANSFERS) if row[0] == day]) == 2


@pytest.mark.parametrize("number", ROUNDS)
def test_two_clicks_one_day(cafe, number):
    """Two persons click the same button at the same moment."""
    day, till = new_day(2, number)
    day_id = cafe.do("make_day", day=day)
    click = ("click_together", {"till": till, "day_id": day_id, "trigger": "manual"})
    cafe.run(click, click)
    finish(cafe, till)
    assert_posted_once(cafe, day)


@pytest.mark.parametrize("number", ROUNDS)
def test_two_outlets_one_shelf(cafe, number):
    """Both take the same ingredients from the same unit, each for its own day."""
    day, till = new_day(3, number)
    days = [cafe.do("make_day", day=day, outlet=outlet) for outlet in ("bar", "hall")]
    click = {"till": till, "trigger": "manual", "before": POST}
    cafe.run(*(("click_together", {**click, "day_id": day_id}) for day_id in days))
    finish(cafe, till)
    assert_posted_once(cafe, day, ("bar", "hall"))
    assert_shelves(cafe)


def test_two_workers_share_a_queue(cafe):
    """40 days of two outlets: each posted once, oldest first at each outlet."""
    told = [new_day(4, number) for number in range(20)]
    till = {day: receipts for _day, answer in told for day, receipts in answer.items()}
    days = [day for day, _till in told]
    cafe.do("ask_many", dates=days)
    work = ("share_queue", {"till": till})
    first, second = cafe.run(work, work)
    # Both outlets sell from one shelf, so that the two always collide; they take turns.
    assert min(len(first), len(second)) >= 10
    waiting = cafe.rows(f"{ledger.TRANSFERS} WHERE transfer.state = 'queued'")
    assert not waiting
    # One that always met the other worker is left to whoever comes next.
    assert len({tuple(posted) for posted in first + second}) == 40
    for day in days:
        assert_posted_once(cafe, day, ("bar", "hall"))
    attempts = "SELECT DISTINCT attempts, state FROM pos_bridge_transfer WHERE"
    span = f"business_date BETWEEN '{days[0]}' AND '{days[-1]}'"
    assert cafe.rows(f"{attempts} {span}") == [(1, "partial")]
    order = f"""SELECT day.business_date::text FROM pos_bridge_posting posting
                  JOIN pos_bridge_day day ON day.id = posting.day_id
                  JOIN pos_bridge_outlet outlet ON outlet.id = day.outlet_id
                 WHERE outlet.external_id = 'bar' AND {span} ORDER BY posting.id"""
    assert [row[0] for row in cafe.rows(order)] == days
    assert_shelves(cafe)


def test_a_killed_worker_is_replaced_at_once(cafe):
    """The other one finds the day busy, and has it the moment its worker is dead."""
    day, till = new_day(5, 0)
    cafe.do("ask", day=day)
    dead, _alive = cafe.run(
        ("die_while_asking", {"till": till, "seconds": 1}),
        ("share_queue", {"till": till}),
    )
    assert dead == signal.SIGKILL
    assert_posted_once(cafe, day)
    query = f"SELECT attempts FROM pos_bridge_transfer WHERE business_date = '{day}'"
    assert cafe.rows(query) == [(2,)]
