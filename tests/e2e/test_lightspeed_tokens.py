"""Lightspeed's refresh tokens are good for once: many processes use one, none loses it.

Real processes and a simulated Lightspeed that ends the session of whoever shows a
refresh token twice. What was on its way when a process was killed is lost; then the
connection says so, nothing else is harmed, and connecting again heals it.
"""

import itertools
import os
import signal
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from simulators.lightspeed import LightspeedSimulator

PROCESSES = 4
ROUNDS = range(30)
KEEP = ("pos.bridge.integration", "_oauth2_keep")
#: Where the process is killed while the server has exchanged the tokens already.
POINTS = {
    "the answer was read": (*KEEP, True),
    "written, not committed": (*KEEP, False),
}
MOVES = """
SELECT sum(CASE WHEN place.usage = 'internal' THEN move.quantity
                ELSE -move.quantity END)::float
  FROM stock_move AS move
  JOIN pos_bridge_day AS day ON day.id = move.pos_bridge_day_id
  JOIN stock_location AS place ON place.id = move.location_id
 WHERE day.business_date = '{}' AND move.state = 'done'
"""
#: Each story has a closed day of its own.
NEW_DAYS = (
    datetime.now(UTC).date() - timedelta(days=back) for back in itertools.count(5)
)
TOKENS = "SELECT name, value, expires_at FROM pos_bridge_token ORDER BY name"
EVERYTHING = {
    table: f"SELECT * FROM {table} ORDER BY id"
    for table in (
        *("pos_bridge_outlet", "pos_bridge_item", "pos_bridge_mapping"),
        *("pos_bridge_sale", "pos_bridge_usage", "stock_move", "stock_quant"),
    )
}


@pytest.fixture(scope="module")
def till():
    with LightspeedSimulator(businesses=1, receipts=40) as till:
        yield till


@pytest.fixture(scope="module")
def account(stage, till):
    """A connected account with an outlet that uses coffee."""
    redirect = stage.do("lightspeed_jobs.open_account", url=till.url)
    client = till.new_client(redirect)
    connect(stage, till, client)
    stage.do("lightspeed_jobs.open_restaurant")
    return client


def connect(stage, till, client):
    """As the merchant would, through Lightspeed's page."""
    client_id, secret = client
    begin = "lightspeed_jobs.begin_to_connect"
    url = stage.do(begin, client_id=client_id, secret=secret)
    params = parse_qs(urlsplit(till.approve(url)).query)
    told = {name: params[name][0] for name in ("state", "code")}
    banner = stage.do("lightspeed_jobs.come_back", **told)
    assert banner == "Connected: the till lets us in."


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("is_known", [True, False])
def test_many_need_a_new_token_at_once(stage, till, account, is_known, number):
    """Whether they know that the token is too old, or are refused with it."""
    till.guard.expire_access()
    if is_known:
        stage.do("lightspeed_jobs.grow_old")
    before, names = len(till.refreshes), [place.name for place in till.locations]
    results = stage.run(*[("lightspeed_jobs.use_together", {})] * PROCESSES)
    assert results == [names] * PROCESSES
    (refresh,) = till.refreshes[before:]
    assert refresh.status == 200


@pytest.mark.parametrize("point", POINTS)
def test_killed_between_answer_and_commit(stage, till, account, point):
    stage.do("lightspeed_jobs.grow_old")
    kill_and_heal(stage, till, account, kill=POINTS[point])


def test_killed_before_the_answer_arrives(stage, till, account, tmp_path):
    """The server has exchanged the tokens, and nobody is there to hear of it."""
    stage.do("lightspeed_jobs.grow_old")
    process_file = tmp_path / "process"

    def kill_who_asks(_request, _answer):
        till.before_token_response = None
        os.kill(int(process_file.read_text()), signal.SIGKILL)

    till.before_token_response = kill_who_asks
    kill_and_heal(stage, till, account, process_file=str(process_file))


def kill_and_heal(stage, till, account, **kill):
    day = next(NEW_DAYS)
    stage.do("lightspeed_jobs.ask", day=str(day))
    before, tokens = everything(stage), stage.rows(TOKENS)
    assert stage.do("lightspeed_jobs.run_queue", **kill) == signal.SIGKILL
    stage.wait_for_backends()
    assert (everything(stage), stage.rows(TOKENS)) == (before, tokens)
    # The next use shows the old refresh token once more: the session is over.
    stage.do("lightspeed_jobs.run_queue")
    told = stage.do("lightspeed_jobs.told")
    assert told["state"] == "error"
    assert told["activities"] == ["Connect Lightspeed again"]
    assert "Open the integration and connect it again" in told["error"]
    assert everything(stage) == before
    connect(stage, till, account)
    assert stage.do("lightspeed_jobs.told")["activities"] == []
    stage.do("lightspeed_jobs.run_queue")
    told = stage.do("lightspeed_jobs.told")
    assert (told["state"], told["error"]) == ("connected", "")
    used = float(till.truth(till.locations[0], day).net["COFFEE"])
    assert stage.rows(MOVES.format(day)) == [(used,)]


def everything(stage):
    """What a killed process must not have changed."""
    return {table: stage.rows(query) for table, query in EVERYTHING.items()}
