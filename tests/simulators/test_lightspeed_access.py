"""Who may read the simulated Lightspeed: pages, codes, tokens, rotation, scopes."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from simulators.lightspeed_reader import (
    CALLBACK,
    Reader,
    query,
    sales_path,
    simulator,
)

FOLDER = Path(__file__).parent / "lightspeed"
BUSINESSES = "/f/data/businesses"


@pytest.fixture(name="till")
def _till():
    with simulator(receipts=5) as till:
        yield till


@pytest.fixture(name="reader")
def _reader(till):
    return Reader(till)


def error(answer):
    return answer.status_code, answer.json()["error"]


# === THE PAGE === #


def test_page_lists_scopes_and_both_answers_lead_back(till, reader):
    page = requests.get(reader.address(), timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    for text in ("Approve", "Refuse", "financial-api", "items", "offline_access"):
        assert text in page.text
    sent = {**query(reader.address()), "granted-items": "on", "decision": "approve"}
    options = {"data": sent, "allow_redirects": False, "timeout": 10}
    back = requests.post(till.url + reader.authorize, **options)
    assert (back.status_code, back.next.url.partition("?")[0]) == (302, CALLBACK)
    assert query(back.next.url).keys() == {"code", "state", "session_state", "iss"}
    told = query(till.refuse(reader.address()))
    assert (told["error"], told["state"]) == ("access_denied", "s-1")


@pytest.mark.parametrize(
    "wrong", [{"client_id": "nobody"}, {"redirect_uri": CALLBACK + "/"}]
)
def test_no_way_back_to_strangers(reader, wrong):
    page = requests.get(reader.address(**wrong), allow_redirects=False, timeout=10)
    assert (page.status_code, "Location" in page.headers) == (400, False)


def test_scopes_that_the_client_has_not(reader):
    address = reader.address(scope="financial-api everything")
    page = requests.get(address, allow_redirects=False, timeout=10)
    assert query(page.headers["Location"])["error"] == "invalid_scope"


def test_page_escapes_what_it_repeats(reader):
    page = requests.get(reader.address(state='"><script>'), timeout=10)
    assert "<script>" not in page.text


# === CODES === #


def test_exchange(till, reader):
    answer = reader.exchange(reader.code())
    told = answer.json()
    assert (told["expires_in"], told["refresh_expires_in"]) == (1500, 3_456_000)
    assert told["scope"] == "financial-api items offline_access"
    reader.use(answer)
    assert reader.get(BUSINESSES).status_code == 200
    assert {told["access_token"], told["refresh_token"]} <= till.issued_secrets
    assert reader.client[1] in till.issued_secrets


def test_code_is_good_for_once_and_for_a_minute(till, reader):
    code = reader.code()
    reader.use(reader.exchange(code))
    assert error(reader.exchange(code)) == (400, "invalid_grant")
    assert reader.get(BUSINESSES).status_code == 401, "who used it twice lost it"
    late = reader.code()
    till.clock.advance(minutes=1)
    assert error(reader.exchange(late)) == (400, "invalid_grant")


def test_redirect_uri_must_be_the_same(reader):
    answer = reader.exchange(reader.code(), redirect_uri=CALLBACK + "/")
    assert error(answer) == (400, "invalid_grant")


def test_client_authenticates_by_basic_alone(till, reader):
    params = {
        "grant_type": "authorization_code",
        "code": reader.code(),
        "redirect_uri": CALLBACK,
        "client_id": reader.client[0],
        "client_secret": reader.client[1],
    }
    assert error(reader.ask_tokens(params, auth=None)) == (401, "invalid_client")
    wrong = (reader.client[0], "wrong")
    assert error(reader.ask_tokens(params, auth=wrong)) == (401, "invalid_client")
    with simulator() as other:
        stranger = Reader(other)
        stranger.client = reader.client
        assert error(stranger.exchange("x")) == (401, "invalid_client")


def test_code_of_another_client(till, reader):
    assert error(Reader(till).exchange(reader.code())) == (400, "invalid_grant")


# === REFRESH === #


def test_refresh_rotates_and_reuse_ends_everything(reader):
    reader.connect()
    old = reader.pair["refresh_token"]
    reader.use(reader.refresh())
    assert reader.pair["refresh_token"] != old
    assert reader.get(BUSINESSES).status_code == 200
    assert error(reader.refresh(old)) == (400, "invalid_grant")
    assert reader.get(BUSINESSES).status_code == 401
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_access_lives_25_minutes(till, reader):
    reader.connect()
    till.clock.advance(minutes=24, seconds=59)
    assert reader.get(BUSINESSES).status_code == 200
    till.clock.advance(seconds=1)
    assert reader.get(BUSINESSES).status_code == 401
    till.guard.dead_token_status = 403
    assert reader.get(BUSINESSES).status_code == 403
    reader.use(reader.refresh())
    assert reader.get(BUSINESSES).status_code == 200


@pytest.mark.parametrize(
    ("scope", "life"),
    [("items offline_access", {"days": 40}), ("items", {"minutes": 30})],
)
def test_refresh_lives_from_its_last_use(till, scope, life):
    reader = Reader(till, scope=scope).connect()
    till.clock.advance(**life)
    till.clock.advance(seconds=-1)
    reader.use(reader.refresh())
    till.clock.advance(**life)
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_session_may_have_an_end(till, reader):
    till.guard.session_life = timedelta(days=30)
    reader.connect()
    till.clock.advance(days=29)
    reader.use(reader.refresh())
    till.clock.advance(days=1)
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_merchant_takes_it_back(till, reader):
    reader.connect()
    till.guard.revoke_all()
    assert reader.get(BUSINESSES).status_code == 401
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_two_at_once_one_wins(reader):
    reader.connect()
    token, answers = reader.pair["refresh_token"], []
    workers = [
        threading.Thread(target=lambda: answers.append(reader.refresh(token)))
        for _each in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


def test_hook_before_the_client_hears(till, reader):
    reader.connect()
    seen = []
    till.before_token_response = lambda request, answer: seen.append(
        (request.form["refresh_token"], answer.body["refresh_token"])
    )
    old = reader.pair["refresh_token"]
    new = reader.refresh().json()["refresh_token"]
    assert seen == [(old, new)]
    assert till.count("/token$", method="POST", status=200) == 2
    assert [request.status for request in till.refreshes] == [200]


def test_answer_lost_after_rotation(till, reader):
    reader.connect()
    till.fail_next("/token$", "hang_up")
    with pytest.raises(requests.ConnectionError):
        reader.refresh()
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_answer_lost_before_rotation(till, reader):
    reader.connect()
    till.fail_next("/token$", "hang_up", done=False)
    with pytest.raises(requests.ConnectionError):
        reader.refresh()
    assert reader.refresh().status_code == 200


def test_odd_token_answers(till, reader):
    for kind in ("without_refresh_token", "scope_shortened", "refresh_expires_in"):
        till.fail_next("/token$", kind)
    told = [reader.exchange(reader.code()).json() for _each in range(3)]
    assert "refresh_token" not in told[0]
    assert told[1]["scope"] == "financial-api"
    assert told[2]["refresh_expires_in"] == 0


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("invalid_grant", (400, "invalid_grant")),
        ("invalid_client", (401, "invalid_client")),
    ],
)
def test_refused_refresh_changes_nothing(till, reader, kind, answer):
    reader.connect()
    till.fail_next("/token$", kind)
    assert error(reader.refresh()) == answer
    assert reader.refresh().status_code == 200


# === SCOPES AND VERSION 1 === #


def test_scopes_are_granted_one_by_one(till, reader):
    reader.use(reader.exchange(reader.code(["items"])))
    assert reader.pair["scope"] == "items"
    place = till.locations[0]
    assert reader.get(BUSINESSES).status_code == 403
    day = sales_path(place, "sales-daily")
    assert reader.get(day, date="2026-11-03").status_code == 403
    assert reader.items(place)


def test_version_1_has_its_parameters_in_the_address(till):
    reader = Reader(till, version=1).connect()
    assert reader.pair["expires_in"] == 3600
    assert not till.refreshes
    assert till.find("/oauth/token")[0].params["code"] in till.issued_secrets
    assert reader.get(BUSINESSES).status_code == 200
    till.clock.advance(days=14, seconds=-1)
    reader.use(reader.refresh())
    till.clock.advance(days=14)
    assert error(reader.refresh()) == (400, "invalid_grant")


def test_clients_of_one_version_are_none_of_the_other(till):
    old, new = Reader(till, version=1), Reader(till)
    old.client, new.client = new.client, old.client
    for reader in (old, new):
        assert error(reader.exchange("x")) == (401, "invalid_client")
        page = requests.get(reader.address(), timeout=10)
        assert page.status_code == 400


# === THE PROGRAM === #


def test_program_serves_until_it_is_stopped():
    command = [sys.executable, "-B", FOLDER, "--port=0", f"--redirect-uri={CALLBACK}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        told = dict(_facts(iter(program.stdout.readline, "Stop with Ctrl-C.\n")))
        params = {
            "response_type": "code",
            "client_id": told["Client ID"],
            "scope": "items",
            "redirect_uri": told["Redirect URIs"],
        }
        page = requests.get(told["Authorization"], params=params, timeout=10)
        auth = (told["Client ID"], told["Client secret"])
        form = {"grant_type": "refresh_token", "refresh_token": "of last week"}
        again = requests.post(told["Tokens"], data=form, auth=auth, timeout=10)
        program.send_signal(signal.SIGINT)
        rest = program.stdout.read()
    assert "Approve" in page.text
    assert again.json()["scope"].startswith("financial-api items")
    assert (program.returncode, rest) == (0, "\nStopped.\n")


def _facts(lines):
    """(name, value) of what the program says about itself."""
    for line in lines:
        name, _gap, value = line.strip().partition("  ")
        yield name, value.strip()
