"""After a story with Lightspeed no secret and no guest's name is anywhere.

A real server whose logs tell everything, a browser's requests, a till that names guests
and staff unasked. Then the database is dumped as text and searched, and so are the logs
and all that users may read.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from leaks import Browser, dump, found, logged, read_everything, served
from simulators.lightspeed import LightspeedSimulator

CLIENT, SECRET = "devp-v2-demo-leak", "client-secret-that-nobody-may-see"
PEOPLE = ("Robin Waiter", "Kim Guestname", "kim@guest.example", "4929123412341234")
DAILY, TOKEN = "sales-daily", "openid-connect/token"
CALLBACK = "/pos_bridge/oauth2/callback"
PERSON = {"ownerName": "Robin Waiter", "email": "kim@guest.example"}
FAULTS = (
    ("status", {"status": 400, "body": {"error": "no", "consumer": PERSON}}),
    ("changed", {"change": lambda body: {"sales": "none", "customer": PERSON}}),
    ("forbidden", {}),
    ("not_json", {"body": "<p>Hello kim@guest.example"}),
    ("server_error", {}),
)
#: Each run reads a closed day of its own.
DAYS = iter(range(5, 50))


def gossip(body):
    """The till names people whom nobody asked for."""
    for sale in body["sales"]:
        card = {"cardNumber": "4929123412341234"}
        sale["ownerName"] = "Robin Waiter"
        sale["consumer"] = {"name": "Kim Guestname", "email": "kim@guest.example"}
        sale["payments"] = [{"code": "CARD", "consumer": sale["consumer"], **card}]
        for line in sale["salesLines"]:
            line["staffName"] = "Robin Waiter"
    return body


@pytest.fixture(scope="module")
def till():
    with LightspeedSimulator(businesses=1, receipts=20) as till:
        yield till


@pytest.fixture(scope="module")
def story(stage, till):
    """(what the users were told, what the server logged)"""
    redirect = stage.do("lightspeed_jobs.open_account", url=till.url)
    stage.do("lightspeed_jobs.add_manager", login="boss")
    with served(stage) as url:
        admin = Browser(url, "admin").log_in(stage.database)
        boss = Browser(url, "boss").log_in(stage.database)
        # The first log-in of an administrator told Odoo its address.
        connect(till, boss, (redirect, url + CALLBACK))
        live(stage, till, boss)
        for reader in (admin, boss):
            read_everything(reader)
    return "\n".join(admin.told + boss.told), logged(stage)


def connect(till, boss, redirects):
    model = "pos.bridge.integration"
    ((number,),) = [boss.do(model, "search", [("connector", "=", "lightspeed")])]
    till.guard.add_client(CLIENT, SECRET, redirects)
    secrets = {"lightspeed_client": CLIENT, "lightspeed_client_secret": SECRET}
    boss.do(model, "web_save", [number], secrets, specification={"name": {}})
    boss.number = number
    for decide in (till.refuse, till.approve):
        action = boss.do(model, "action_authorize", [number])
        back = urlsplit(decide(action["url"]))
        # The code comes from the till to the browser: neither we nor the log told it.
        boss.get(f"{back.path}?{back.query}")
    (found,) = boss.do(model, "read", [number], ["state"])
    assert found["state"] == "connected"


def live(stage, till, boss):
    """Sync, read, fail in many ways, park, check, renew, lose the connection."""
    model, number = "pos.bridge.integration", boss.number
    stage.do("lightspeed_jobs.open_restaurant")
    till.fail_next(DAILY, "changed", change=gossip)
    run(stage, boss)
    for kind, options in FAULTS:
        till.fail_next(DAILY, kind, times=9, **options)
        run(stage, boss)
        till.heal()
    till.fail_next(DAILY, "unauthorized")
    run(stage, boss)
    boss.do(model, "action_lightspeed_check", [number])
    stage.do("lightspeed_jobs.grow_old")
    boss.do(model, "action_sync_items", [number])
    assert till.refreshes
    stage.do("lightspeed_jobs.grow_old")
    secret = next(iter(till.issued_secrets))
    body = {"error": "invalid_grant", "refresh_token": secret}
    till.fail_next(TOKEN, "status", status=400, body=body)
    run(stage, boss)


def run(stage, boss):
    """A day is fetched by a person who waits; whatever comes of it."""
    day = datetime.now(UTC).date() - timedelta(days=next(DAYS))
    number = stage.do("lightspeed_jobs.ask", day=str(day))
    boss.do("pos.bridge.day", "action_fetch", [number])


def forbidden(till):
    return {*till.issued_secrets, SECRET, *PEOPLE}


def test_what_users_are_told(till, story):
    told, _log = story
    assert "pos.bridge.integration" in told or "Lightspeed" in told
    assert found(told, forbidden(till)) == []


def test_logs(till, story):
    _told, log = story
    assert "GET /f/v2/business-location" in log, "nothing was logged"
    assert f"GET {CALLBACK} " in log
    assert found(log, forbidden(till)) == []


def test_dump_of_the_database(stage, till, story):
    text = dump(stage)
    assert "pos_bridge_token" in text
    assert found(text, forbidden(till)) == []


def test_the_story_was_one(stage, till, story):
    """Tokens were issued and renewed, runs failed, the connection was lost."""
    assert len(till.issued_secrets) > 6
    states = "SELECT DISTINCT state FROM pos_bridge_transfer"
    assert {("parked",), ("queued",)} & set(stage.rows(states))
    assert stage.rows("SELECT count(*) FROM pos_bridge_sale")[0][0] > 10
    assert stage.rows("SELECT state FROM pos_bridge_integration") == [("error",)]
