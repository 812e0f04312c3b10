"""A process killed anywhere in a run leaves nothing that the next run does not finish.

Real processes, a real PostgreSQL, real kills: after each, another process runs the
queue, and the database must say what one says in which nobody was killed.
"""

import signal
from decimal import Decimal

import ledger
import pytest

DAY, DAY_BEFORE = "2026-03-03", "2026-03-02"
#: The till, at first and after corrections: R1 differs, R2 is gone, R4 is new, and R9
#: stands under another date. {date: {receipt: {item: quantity}}}
FIRST = {
    DAY_BEFORE: {"R8": {"COLA": 3}, "R9": {"ESP": 1}},
    DAY: {"R1": {"ESP": 2}, "R2": {"BURGER": 2}, "R3": {"COLA": 1, "SEASON": 1}},
}
CORRECTED = {
    DAY_BEFORE: {"R8": {"COLA": 3}},
    DAY: {
        "R1": {"ESP": 3},
        "R3": {"COLA": 1, "SEASON": 1},
        "R4": {"COLA": 2},
        "R9": {"ESP": 1},
    },
}
#: By hand.
TOMATO = round(2 * Decimal("0.05") / Decimal("0.9"), 5)
USED = {
    "first": {
        DAY_BEFORE: {"Cola": 3, "Coffee": 0.009},
        DAY: {"Coffee": 0.018, "Bun": 2, "Tomato": float(TOMATO), "Cola": 1},
    },
    "corrected": {
        DAY_BEFORE: {"Cola": 3},
        DAY: {"Coffee": 0.036, "Cola": 3},
    },
}
TILLS = {"first": FIRST, "corrected": CORRECTED}
TRANSFER, LINE = "pos.bridge.transfer", "pos.bridge.sale.line"
#: point: (what is safe by then, (model, method, before it?, at which call))
POINTS = {
    "before the till is asked": (
        "nothing",
        ("pos.bridge.connector.none", "fetch_sales", True),
    ),
    "after the till answered": (
        "nothing",
        ("pos.bridge.connector.none", "fetch_sales", False),
    ),
    "half of the receipts stored": ("nothing", (LINE, "_create_lines", False)),
    "imported, not committed": ("nothing", (TRANSFER, "_import", False)),
    "imported and committed": ("sales", (TRANSFER, "_compute_and_post", True)),
    "day taken": ("sales", ("pos.bridge.day", "_take", False)),
    "usage written": ("sales", ("pos.bridge.usage", "_replace", False)),
    "pickings made": ("sales", ("pos.bridge.posting", "_create_pickings", False)),
    "goods moved, moves not done": (
        "sales",
        ("stock.move.line", "_action_done", False),
    ),
    "moves done": ("sales", ("stock.picking", "_action_done", False)),
    "exceptions written, not committed": (
        "sales",
        ("pos.bridge.exception", "_replace", False),
    ),
    "committed, nobody told": ("all", (TRANSFER, "_commit", False, 6)),
}


@pytest.fixture(scope="module", params=("first", "corrected"))
def story(request, stage):
    """A café whose day waits in the queue, and what is there when nobody is killed."""
    if request.param == "first":
        stage.do("open_cafe")
        stage.do("ask", day=DAY_BEFORE)
        stage.do("run_queue", till=FIRST)
        stage.keep("opened")
    else:
        stage.restore("opened")
        stage.do("ask", day=DAY)
        stage.do("run_queue", till=FIRST)
    stage.do("ask", day=DAY)
    stage.keep(request.param)
    before = ledger.everything(stage)
    # Twice: the first run may queue the day that lost a receipt.
    stage.do("run_queue", till=TILLS[request.param], times=2)
    return request.param, before, ledger.everything(stage)


def safe(before, now, undisturbed):
    """How much of the run is in the database."""
    if now["moves"] != before["moves"]:
        return "all"
    return "sales" if now["sales"] == undisturbed["sales"] else "nothing"


def test_nobody_killed(stage, story):
    """The undisturbed run itself gives what was worked out by hand."""
    name, _before, undisturbed = story
    stage.restore(name)
    stage.do("run_queue", till=TILLS[name], times=2)
    assert ledger.used(stage) == USED[name]
    assert ledger.everything(stage) == undisturbed
    assert [row[0] for row in undisturbed["unfinished moves"]] == []


@pytest.mark.parametrize("point", POINTS)
def test_killed(stage, story, point):
    """Killed there, the next run gives the database of an undisturbed run."""
    name, before, undisturbed = story
    expected_safe, kill = POINTS[point]
    stage.restore(name)
    assert stage.do("run_queue", till=TILLS[name], kill=kill) == signal.SIGKILL
    stage.wait_for_backends()
    killed = ledger.everything(stage)
    assert safe(before, killed, undisturbed) == expected_safe
    if expected_safe != "all":
        assert killed["moves"] == before["moves"]
        assert killed["usage"] == before["usage"]
        assert killed["shelves"] == before["shelves"]
    stage.do("run_queue", till=TILLS[name], times=2)
    assert ledger.used(stage) == USED[name]
    assert ledger.everything(stage) == undisturbed
