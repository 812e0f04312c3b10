"""After a story with SIDES no secret and no guest's name is anywhere.

As with Lightspeed, for each of the four ways to log in: a till that names the guest of
each order is connected by a person in the web client, read, and fails in many ways. A
real answer of it is tried on by hand.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, quote_plus

import pytest
from leaks import Browser, dump, found, logged, read_everything, served
from simulators import sides
from simulators._messages import Request

LOGINS = ("basic", "login_token", "query_key", "header_key")
REPORT, LISTS = "dailyOrder", "/storedata|/articledata"
CONNECT, TRY = "pos.bridge.connect.wizard", "pos.bridge.try.answer.wizard"
PERSON = {"customer": {"name": sides.PEOPLE[0][0], "email": sides.PEOPLE[0][3]}}
SECRETS = (sides.PASSWORD, sides.API_KEY)
FAULTS = (
    (400, {"body": {"error": "no", **PERSON}}),
    (403, {"body": {"error": " ".join(SECRETS)}}),
    ("changed", {"change": lambda said: {"x": said, **PERSON}}),
    ("not_json", {"body": f"<p>Hello {sides.PEOPLE[0][0]}"}),
    ("cut", {}),
    (500, {"body": {"error": " ".join(SECRETS)}}),
    (401, {}),
)
#: Each run reads a closed day of its own.
DAYS = [datetime.now(UTC).date() - timedelta(days=back) for back in range(5, 20)]


@pytest.fixture(scope="module")
def tills():
    """{way to log in: till}"""
    tills = {login: sides.SidesTill(login) for login in LOGINS}
    for till in tills.values():
        till.__enter__()
        till.seed(DAYS)
    yield tills
    for till in tills.values():
        till.__exit__(None, None, None)


@pytest.fixture(scope="module")
def story(stage, tills):
    """(what the users were told, what the server logged)"""
    stage.do("lightspeed_jobs.add_manager", login="boss")
    with served(stage) as url:
        admin = Browser(url, "admin").log_in(stage.database)
        boss = Browser(url, "boss").log_in(stage.database)
        for till in tills.values():
            live(stage, till, boss)
        read_everything(boss)
        # While it is open: only who pasted it may see it again.
        try_answer(tills["basic"], boss, close=False)
        read_everything(admin)
    return "\n".join(admin.told + boss.told), logged(stage)


def live(stage, till, boss):
    """Connect, be refused, sync, read, fail, and try an answer on."""
    boss.number = connect(till, boss)
    boss.do("pos.bridge.integration", "action_sync_items", [boss.number])
    stage.do("sides_jobs.open_restaurant", number=boss.number)
    days = iter(DAYS)
    run(stage, boss, next(days))
    for kind, options in FAULTS:
        till.fail_next(REPORT, kind, times=9, **options)
        run(stage, boss, next(days))
        till.heal()
    till.fail_next(LISTS, 403, times=9, body={"error": " ".join(SECRETS)})
    boss.do("pos.bridge.integration", "action_connect", [boss.number])
    till.heal()
    try_answer(till, boss)
    boss.do("pos.bridge.integration", "action_sides_letter", [boss.number])
    boss.save("pos.bridge.sides.letter", {"integration_id": boss.number})


def connect(till, boss):
    """First with a wrong password, as it happens; then with the right one."""
    by_key = till.auth_mode.endswith("key")
    vals = {
        "connector": "sides",
        "name": till.auth_mode,
        "contract_address": till.url,
        "contract_login": till.auth_mode,
        "contract_user": till.username,
        "contract_secret": till.secret(f"wrong-{till.auth_mode}"),
    }
    number = boss.save(CONNECT, vals)
    boss.do(CONNECT, "action_test", [number])
    secret = till.api_key if by_key else till.password
    boss.save(CONNECT, {"contract_secret": secret}, [number])
    boss.do(CONNECT, "action_test", [number])
    return boss.do(CONNECT, "action_save", [number])["res_id"]


def run(stage, boss, day):
    """A day is fetched by a person who waits; whatever comes of it."""
    number = stage.do("sides_jobs.ask", number=boss.number, day=str(day))
    boss.do("pos.bridge.day", "action_fetch", [number])


def try_answer(till, boss, close=True):
    """A real answer is pasted, and looked at before and after it is saved."""
    params = {"storeUuid": till.store, "date": str(DAYS[0])}
    headers = {"authorization": "Basic " + _pair()}
    answer = till.dialect.say_report(Request("GET", "", params, headers))
    said = json.dumps(answer.body, ensure_ascii=False)
    if close:
        assert sides.PEOPLE[0][0] in said or till.auth_mode != "basic"
    vals = {"integration_id": boss.number, "kind": "sale", "answer": said}
    spec = {"look_html": {}, "proposal": {}, "kind": {}, "answer": {}}
    boss.do(TRY, "onchange", [], vals, ["answer"], spec)
    number = boss.save(TRY, vals)
    boss.do(TRY, "web_read", [number], specification={"look_html": {}, "proposal": {}})
    if close:
        boss.do(TRY, "action_save", [number])


def _pair():
    return base64.b64encode(f"{sides.USERNAME}:{sides.PASSWORD}".encode()).decode()


def forbidden(tills):
    words = {part for person in sides.PEOPLE for part in person}
    for till in tills.values():
        words |= till.issued_secrets
    spelled = {write(secret) for secret in SECRETS for write in (quote, quote_plus)}
    return words | spelled | {_pair()}


def test_what_users_are_told(tills, story):
    told, _log = story
    assert "Mitte" in told, "nothing was told"
    assert "sides_auth_failed" in told
    assert found(told, forbidden(tills)) == []


def test_logs(tills, story):
    _told, log = story
    assert "GET /statisticdata/dailyOrderReportPublic" in log, "nothing was logged"
    assert "call pos.bridge.try.answer.wizard" in log
    assert found(log, forbidden(tills)) == []


def test_dump_of_the_database(stage, tills, story):
    text = dump(stage)
    assert "pos_bridge_token" in text
    assert found(text, forbidden(tills)) == []


def test_the_story_was_one(stage, tills, story):
    """All four were connected and read, runs failed, a sheet is open."""
    assert len(tills["login_token"].issued_secrets) > 4
    rows = stage.rows("SELECT count(DISTINCT integration_id) FROM pos_bridge_token")
    assert rows == [(len(LOGINS),)]
    assert stage.rows("SELECT count(*) FROM pos_bridge_sale")[0][0] > 10 * len(LOGINS)
    assert ("parked",) in stage.rows("SELECT DISTINCT state FROM pos_bridge_transfer")
    sealed = "SELECT sealed IS NOT NULL FROM pos_bridge_try_answer_wizard"
    assert stage.rows(sealed) == [(True,)]
