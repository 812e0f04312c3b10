"""Sales that differ from day to day, as a file, and what they must have used."""

from datetime import date, timedelta
from decimal import Decimal

import ledger
from odoo_process import wait_until

FIRST_DAY = date(2026, 3, 1)
HEADER = "date,time,outlet,receipt,line,modifies,code,name,quantity,net,kind"
#: What one of each uses, worked out by hand: 9 g of coffee; 50 g of tomato, of which
#: a tenth is lost.
RECIPES = {
    "ESP": {"Coffee": Decimal("0.009")},
    "COLA": {"Cola": Decimal(1)},
    "BURGER": {"Bun": Decimal(1), "Tomato": Decimal("0.05") / Decimal("0.9")},
}

USED = ("Coffee", "Cola", "Bun", "Tomato")
#: How many transfers wait to be run; how many of them wait for a moment to come
WAITING = """
SELECT count(*), count(next_try_at) FROM pos_bridge_transfer
 WHERE state IN ('queued', 'running')
   AND (next_try_at IS NULL OR next_try_at < now() + interval '1 hour')
"""


def sales(outlets, numbers):
    """{(outlet, day): {item: quantity}}, no two of them alike; day 0 is the first."""
    return {
        (outlet, str(FIRST_DAY + timedelta(days=number))): {
            "ESP": 2 + number + 100 * place,
            "COLA": 2 + number % 3,
            "BURGER": 2 + number + place,
        }
        for place, outlet in enumerate(outlets)
        for number in numbers
    }


def csv(sales):
    """The till's file; each item of a day is sold on two receipts."""
    rows = [HEADER]
    for (outlet, day), items in sales.items():
        for line, (code, quantity) in enumerate(items.items()):
            for receipt, part in (("a", 1), ("b", quantity - 1)):
                rows.append(
                    f"{day},12:00,{outlet},{outlet}-{day}-{receipt},{line},,{code},"
                    f"{code.title()},{part},{10 * part}.00,sale"
                )
    return "\n".join(rows) + "\n"


def used_by(items):
    """{product: quantity} that a day with these items uses."""
    totals = {}
    for code, quantity in items.items():
        for product, each in RECIPES[code].items():
            totals[product] = totals.get(product, 0) + quantity * each
    return {product: float(round(total, 5)) for product, total in totals.items()}


def wait_for_queue(stage):
    """Until nothing waits that was to be run now."""

    def is_empty():
        left, later = stage.rows(WAITING)[0]
        if left and left == later:
            stage.do("pass_time")
        return not left

    wait_until(is_empty, "the queue is empty", seconds=120)


def assert_posted_once(stage, sales):
    """Every day has one posting, one move per ingredient, and the right quantities."""
    for outlet in {outlet for outlet, _day in sales}:
        expected = {
            day: used_by(items)
            for (place, day), items in sales.items()
            if place == outlet
        }
        assert ledger.used(stage, outlet) == expected
    moves = stage.rows(ledger.MOVES)
    keys = [(outlet, day, product) for outlet, day, product, *_rest in moves]
    assert (
        len(keys) == len(set(keys)) == sum(len(used_by(day)) for day in sales.values())
    )
    assert {move[6] for move in moves} == {1}
    assert len(stage.rows(ledger.POSTINGS)) == len(sales)
    assert not stage.rows(ledger.UNFINISHED_MOVES)
    assert_shelves(stage, sales)


def assert_shelves(stage, sales):
    """Nothing but the sales left the shelves; each had 1000 of everything."""
    shelves, expected = {}, {}
    for product, _unit, quantity in stage.rows(ledger.SHELVES):
        shelves[product] = shelves.get(product, 0) + Decimal(str(quantity))
        expected[product] = expected.get(product, 0) + 1000
    for items in sales.values():
        for product, quantity in used_by(items).items():
            expected[product] -= Decimal(str(quantity))
    assert {product: shelves[product] for product in USED} == {
        product: expected[product] for product in USED
    }
