"""The simulators' own server: what it promises to every simulated till."""

import contextlib
import http.client
import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest

from simulators._server import Answer, Simulator

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Echo(Simulator):
    routes = [("GET", r"/echo/(\w+)", "echo"), ("POST", "/form", "form")]

    def echo(self, request, word):
        return Answer({"word": word, "params": request.params})

    def form(self, request):
        return Answer(request.form)


@pytest.fixture(name="till")
def _till():
    with Echo(now=NOON) as till:
        yield till


def get(till, path="/echo/hello", **options):
    with urllib.request.urlopen(till.url + path, **options) as answer:
        return json.load(answer)


def status_of(till, path="/echo/hello", **options):
    try:
        get(till, path, **options)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers
    return 200, {}


def test_answers_and_logs(till):
    assert get(till, "/echo/you?a=1&b=%20x") == {
        "word": "you",
        "params": {"a": "1", "b": " x"},
    }
    assert get(till, "/form", data=b"grant=code&empty=") == {
        "grant": "code",
        "empty": "",
    }
    assert status_of(till, "/nowhere")[0] == 404
    log = [(request.method, request.path, request.status) for request in till.requests]
    assert log == [("GET", "/echo/you", 200), ("POST", "/form", 200)] + [
        ("GET", "/nowhere", 404)
    ]
    assert till.count("echo", status=200) == 1
    assert till.find("form")[0].at == NOON


def test_clock_stands_still_until_moved(till):
    assert till.clock.now() == NOON
    till.clock.advance(hours=1)
    assert till.clock.now() == datetime(2026, 11, 2, 13, tzinfo=UTC)
    till.clock.set(NOON)
    assert till.clock.now() == NOON


def test_faults_hit_what_they_name_and_run_out(till):
    till.fail_next("/form", 503)
    till.fail_next("/echo", 503, times=2)
    assert [status_of(till)[0] for _each in range(3)] == [503, 503, 200]
    till.heal()
    assert get(till, "/form", data=b"a=1") == {"a": "1"}
    with pytest.raises(ValueError, match="bad_gateway"):
        till.fail_next("/echo", "no such fault")


@pytest.mark.parametrize(
    ("asked", "told"),
    [(7, "7"), (NOON, "Mon, 02 Nov 2026 12:00:00 GMT"), (None, None)],
)
def test_retry_after(till, asked, told):
    till.fail_next("/echo", "too_many_requests", retry_after=asked)
    status, headers = status_of(till)
    assert (status, headers.get("Retry-After")) == (429, told)


def test_answers_that_are_no_json(till):
    till.fail_next("/echo", "not_json")
    with pytest.raises(json.JSONDecodeError):
        get(till)
    till.fail_next("/echo", "bad_gateway")
    status, headers = status_of(till)
    assert (status, headers.get_content_type()) == (502, "text/html")


def test_connections_that_break(till):
    till.fail_next("/echo", "cut")
    with pytest.raises(http.client.IncompleteRead):
        get(till)
    till.fail_next("/echo", "hang_up")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        get(till)
    till.fail_next("/echo", "hang", seconds=60)
    with pytest.raises(TimeoutError):
        get(till, timeout=0.2)
    assert get(till)["word"] == "hello"


@pytest.mark.parametrize("chunked", [True, False])
def test_huge_answer_is_still_json(till, chunked):
    till.fail_next("/echo", "huge", megabytes=51, chunked=chunked)
    with urllib.request.urlopen(till.url + "/echo/hello") as answer:
        body = answer.read()
    assert len(body) > 51 * 1024 * 1024
    assert json.loads(body)["word"] == "hello"


def test_how_many_asked_at_once(till):
    assert till.most_at_once == 0
    till.fail_next("/echo", "hang", times=2, seconds=0.5)
    workers = [threading.Thread(target=get, args=(till,)) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert till.most_at_once == 2
    get(till)
    assert till.most_at_once == 2


def test_changed_answer(till):
    till.fail_next("/echo", "changed", change=lambda data: data | {"word": "other"})
    assert [get(till)["word"] for _each in range(2)] == ["other", "hello"]


def test_a_stopped_till_answers_nobody():
    with Echo() as till:
        kept = http.client.HTTPConnection(till.url.removeprefix("http://"))
        kept.request("GET", "/echo/hello")
        assert kept.getresponse().read()
        till.fail_next("/echo", "hang", seconds=60)
        kept.request("GET", "/echo/hello")
    with contextlib.closing(kept), pytest.raises((http.client.HTTPException, OSError)):
        kept.getresponse()
