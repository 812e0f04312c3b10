"""The transport: each rule against a real server on this machine."""

import gzip
import json
import socket
import threading
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.errors import (
    AuthenticationFailed,
    ContractViolation,
    NotFound,
    PermissionDenied,
    TemporaryFailure,
)
from ..tools.http import AnswerLost, NotReached, Transport
from ..tools.http_answer import seconds_to_wait
from .loopback import LoopbackCase, hangs_up, says, silent_until

HTML = "<html><body>Bad gateway</body></html>"


class Clock:
    """Time passes only while somebody sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


class TransportCase(LoopbackCase, BaseCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.clock = Clock()

    def transport(self, **options):
        options = {
            "interval": 0,
            "clock": self.clock,
            "sleep": self.clock.sleep,
            "jitter": lambda: 0,
            **options,
        }
        return Transport(self.server.url, **options)

    def get(self, path="/sales", **options):
        return self.transport(**options).get(path)


@tagged("post_install", "-at_install")
class TestAnswers(TransportCase):
    def test_numbers_are_exact(self):
        self.server.then(says('{"price": 0.1, "many": 3, "big": 12345678901234567.89}'))
        self.assertEqual(
            self.get().json,
            {
                "price": Decimal("0.1"),
                "many": 3,
                "big": Decimal("12345678901234567.89"),
            },
        )

    def test_question_arrives_as_it_was_asked(self):
        transport = self.transport(headers={"X-Shop": "7"}, auth=("me", "hush"))
        transport.get("sales", {"date": "2026-03-03", "page": 2})
        asked = self.server.asked[0]
        self.assertEqual(asked.method, "GET")
        self.assertEqual(asked.target, "/sales?date=2026-03-03&page=2")
        self.assertEqual(asked.headers["X-Shop"], "7")
        self.assertEqual(asked.headers["Accept"], "application/json")
        self.assertTrue(asked.headers["Authorization"].startswith("Basic "))

    def test_headers_are_asked_for_each_request(self):
        numbers = iter("12")
        transport = self.transport(headers=lambda: {"X-Try": next(numbers)})
        self.server.then(says({}, 503))
        transport.get("/sales")
        self.assertEqual([r.headers["X-Try"] for r in self.server.asked], ["1", "2"])

    def test_what_is_no_data(self):
        for body in ("", "oops", '{"a": ', '{"a": NaN}', b"\xff\xfe{", "[" * 100000):
            self.server.then(says(body))
            answer = self.get()
            with self.subTest(body[:9]), self.assertRaises(ContractViolation) as caught:
                self.assertFalse(answer.json)
            self.assertIn("no JSON", str(caught.exception))

    def test_web_page_instead_of_data(self):
        for kind, body in (("text/html", "hello"), ("application/json", HTML)):
            self.server.then(says(body, kind=kind))
            answer = self.get()
            with self.assertRaisesRegex(ContractViolation, "web page"):
                self.assertFalse(answer.json)

    def test_text_is_short_and_without_secrets(self):
        self.server.then(says("password=hush123 " + "x" * 500, kind="text/plain"))
        text = self.get().text
        self.assertEqual(len(text), 200)
        self.assertNotIn("hush123", text)

    def test_statuses_that_are_accepted(self):
        self.server.then(says({"error": "no"}, 400), says({}, 204))
        answer = self.transport().get("/", accept=(200, 400))
        self.assertEqual((answer.status, answer.json), (400, {"error": "no"}))
        with self.assertRaises(ContractViolation):
            self.get()


@tagged("post_install", "-at_install")
class TestRefusals(TransportCase):
    def refused(self, status, error, data=None, **options):
        self.server.then(says(data or {}, status))
        with self.assertRaises(error) as caught:
            self.get(**options)
        self.assertEqual(len(self.server.asked), 1)
        return caught.exception

    def test_unauthorized_needs_a_person(self):
        error = self.refused(401, AuthenticationFailed, {"message": "Token revoked"})
        self.assertIn("Token revoked", str(error))

    def test_forbidden_is_no_reconnect(self):
        error = self.refused(403, PermissionDenied)
        self.assertNotIsInstance(error, AuthenticationFailed)

    def test_nothing_there(self):
        self.refused(404, NotFound)

    def test_other_refusals_keep_what_was_said(self):
        data = {"error": "Invalid date format: 03.03.2026"}
        error = self.refused(400, ContractViolation, data)
        self.assertEqual((error.payload, error.status), (data, 400))
        self.assertIn("Invalid date format", str(error))

    def test_connector_reads_its_own_errors(self):
        def parse(status, payload):
            return f"{payload['apiSubExceptions'][0]} ({status})"

        data = {"message": "bad", "apiSubExceptions": ["amount too large"]}
        error = self.refused(400, ContractViolation, data, parse_error=parse)
        self.assertIn("amount too large (400)", str(error))

    def test_message_has_no_secret(self):
        data = {"message": "token=abc.def.ghi of anna@bar.example is dead"}
        error = self.refused(401, AuthenticationFailed, data)
        self.assertNotIn("abc.def.ghi", str(error))
        self.assertNotIn("anna", str(error))

    def test_web_page_is_not_shown(self):
        error = self.refused(400, ContractViolation, HTML)
        self.assertNotIn("<", str(error))


@tagged("post_install", "-at_install")
class TestRenewal(TransportCase):
    def test_renewed_once_then_it_works(self):
        for status in (401, 403):
            self.server.then(says({}, status), says({"ok": 1}))
            transport = self.transport()
            seen = []
            transport.on_unauthorized = lambda: (
                seen.append(transport.refused) or True  # noqa: B023
            )
            self.assertEqual(transport.get("/").json, {"ok": 1})
            self.assertEqual(seen, [status])

    def test_renewed_once_and_not_twice(self):
        self.server.always(says({}, 401))
        with self.assertRaises(AuthenticationFailed):
            self.get(on_unauthorized=lambda: True)
        self.assertEqual(len(self.server.asked), 2)

    def test_still_forbidden_is_a_missing_right(self):
        self.server.then(says({}, 401), says({}, 403))
        with self.assertRaises(PermissionDenied):
            self.get(on_unauthorized=lambda: True)

    def test_nothing_to_renew(self):
        self.server.then(says({}, 401))
        with self.assertRaises(AuthenticationFailed):
            self.get(on_unauthorized=lambda: False)
        self.assertEqual(len(self.server.asked), 1)


@tagged("post_install", "-at_install")
class TestAgain(TransportCase):
    def test_again_later_and_later(self):
        for status in (429, 500, 502, 503, 504):
            self.server.clear()
            self.clock.slept.clear()
            self.server.then(*[says(HTML, status)] * 4, says({"ok": status}))
            self.assertEqual(self.get().json, {"ok": status})
            self.assertEqual(self.clock.slept, [1, 2, 4, 8])

    def test_given_up(self):
        self.server.always(says({}, 500))
        with self.assertRaises(TemporaryFailure) as caught:
            self.get(attempts=7)
        self.assertEqual(self.clock.slept, [1, 2, 4, 8, 15, 15])
        self.assertEqual(len(self.server.asked), 7)
        self.assertIsNone(caught.exception.seconds)

    def test_not_all_at_once(self):
        self.server.then(says({}, 503))
        self.get(jitter=lambda: 0.7)
        self.assertEqual(self.clock.slept, [1.7])

    def test_broken_connection(self):
        self.server.then(hangs_up, says({"ok": 1}))
        self.assertEqual(self.get().json, {"ok": 1})

    def test_broken_answer(self):
        short = says('{"sales": [', Content_Length="9999")
        self.server.then(lambda *args: (short(*args), hangs_up(*args)))
        self.server.then(says({"ok": 1}))
        self.assertEqual(self.get().json, {"ok": 1})

    def test_time_out(self):
        done = threading.Event()
        self.addCleanup(done.set)
        self.server.then(silent_until(done), says({"ok": 1}))
        self.assertEqual(self.get(timeout=0.2).json, {"ok": 1})
        self.assertEqual(self.clock.slept, [1])

    def test_answer_that_drips_for_ever(self):
        def drips(handler, _request):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            for _second in range(20):
                self.clock.now += 1
                handler.wfile.write(b" " * 65536)

        self.server.always(drips)
        with self.assertRaisesRegex(TemporaryFailure, "in time"):
            self.get(timeout=0.5, attempts=1)

    def test_nobody_waits_any_longer(self):
        transport = self.transport(until=self.clock.now + 5)
        self.server.always(says({}, 503))
        with self.assertRaises(TemporaryFailure):
            transport.get("/sales")
        self.assertEqual(self.clock.slept, [1, 2])
        self.clock.now += 5
        with self.assertRaisesRegex(TemporaryFailure, "takes its time"):
            transport.get("/sales")
        self.assertEqual(len(self.server.asked), 3)

    def test_nobody_there(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        transport = self.transport()
        transport.base_url = f"http://127.0.0.1:{port}"
        with self.assertRaisesRegex(NotReached, "could not be reached"):
            transport.get("/sales")
        self.assertEqual(self.clock.slept, [1, 2, 4, 8])


@tagged("post_install", "-at_install")
class TestRetryAfter(TransportCase):
    def test_seconds(self):
        self.server.then(says({}, 429, Retry_After="7"), says({"ok": 1}))
        self.get()
        self.assertEqual(self.clock.slept, [7])

    def test_date_by_the_clock_of_the_server(self):
        headers = {
            "Date": "Tue, 03 Mar 2026 10:00:00 GMT",
            "Retry-After": "Tue, 03 Mar 2026 10:00:42 GMT",
        }
        self.assertEqual(seconds_to_wait(headers), 42)

    def test_date_that_is_over(self):
        self.server.then(
            says({}, 503, Retry_After="Tue, 03 Mar 2026 10:00:42 GMT"), says({"ok": 1})
        )
        self.get()
        self.assertEqual(self.clock.slept, [0])

    def test_nonsense_is_ignored(self):
        for value in ("soon", "-5", "1e9", "", "\N{SUPERSCRIPT TWO}"):
            self.clock.slept.clear()
            self.server.then(says({}, 429, Retry_After=value), says({"ok": 1}))
            self.get()
            self.assertEqual(self.clock.slept, [1], value)

    def test_too_long_to_wait_for(self):
        self.server.then(says({}, 429, Retry_After="301"))
        with self.assertRaises(TemporaryFailure) as caught:
            self.get()
        self.assertEqual(caught.exception.seconds, 301)
        self.assertEqual((len(self.server.asked), self.clock.slept), (1, []))

    def test_patience_of_a_person(self):
        self.server.then(says({}, 429, Retry_After="30"))
        with self.assertRaises(TemporaryFailure) as caught:
            self.get(patience=10, attempts=2)
        self.assertEqual(caught.exception.seconds, 30)


@tagged("post_install", "-at_install")
class TestPost(TransportCase):
    def post(self, **options):
        return self.transport().post_form("/token", {"code": "c0de"}, **options)

    def test_form_and_json(self):
        self.transport().post_form("/token", {"code": "c0de"})
        self.transport().post_json("/login", {"user": "anna"})
        form, data = self.server.asked
        self.assertEqual(form.form, {"code": "c0de"})
        self.assertEqual(
            form.headers["Content-Type"], "application/x-www-form-urlencoded"
        )
        self.assertEqual(json.loads(data.body), {"user": "anna"})

    def test_never_again_once_it_was_sent(self):
        done = threading.Event()
        self.addCleanup(done.set)
        for answer in (hangs_up, silent_until(done)):
            self.server.clear()
            self.server.then(answer)
            with self.assertRaises(AnswerLost):
                self.post(timeout=0.2, repeats_answered=True)
            self.assertEqual(len(self.server.asked), 1)

    def test_never_again_after_an_answer_unless_allowed(self):
        self.server.then(says({}, 503))
        with self.assertRaises(TemporaryFailure):
            self.post()
        self.assertEqual(len(self.server.asked), 1)
        self.server.then(says({}, 503), says({"ok": 1}))
        self.assertEqual(self.post(repeats_answered=True).json, {"ok": 1})
        self.server.then(*[says({}, 503)] * 2)
        with self.assertRaises(TemporaryFailure):
            self.post(repeats_answered=True)
        self.assertEqual(len(self.server.asked), 5)

    def test_again_where_nothing_was_sent(self):
        transport = self.transport()
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        transport.base_url = f"http://127.0.0.1:{port}"
        with self.assertRaises(NotReached):
            transport.post_form("/token", {})
        self.assertEqual(self.clock.slept, [1])

    def test_not_on_a_connection_that_may_be_closing(self):
        """The server ends idle connections: a login must not run into that."""

        def says_and_leaves(handler, request):
            says({})(handler, request)
            handler.close_connection = True

        self.server.then(says_and_leaves)
        transport = self.transport()
        transport.get("/items")
        transport.post_form("/token", {})
        self.assertEqual(self.server.paths, ["/items", "/token"])

    def test_not_sent_on(self):
        self.server.then(says({}, 307, Location="/other"))
        with self.assertRaisesRegex(ContractViolation, "another address"):
            self.post()
        self.assertEqual(self.server.paths, ["/token"])


@tagged("post_install", "-at_install")
class TestAddress(TransportCase):
    def test_only_encrypted(self):
        for address in ("http://api.example.com", "HTTP://10.0.0.1/"):
            with self.assertRaisesRegex(ContractViolation, "without encryption"):
                Transport(address)
        for address in (
            "https://api.example.com",
            "http://localhost:1",
            "http://[::1]",
        ):
            Transport(address)

    def test_complete(self):
        for address in (
            *("", "api.example.com", "ftp://x", "https://", "file:///etc/passwd"),
            *("https://anna:hush@api.example.com", "https://x:99999", "https://[::1"),
        ):
            with self.subTest(address), self.assertRaises(ContractViolation) as caught:
                Transport(address)
            self.assertNotIn("hush", str(caught.exception))

    def test_redirect_on_the_same_server(self):
        self.server.then(says({}, 302, Location="/v2/sales?page=2"), says({"ok": 1}))
        answer = self.transport().get("/sales", {"date": "2026-03-03"})
        self.assertEqual(answer.json, {"ok": 1})
        self.assertEqual(
            [asked.target for asked in self.server.asked],
            ["/sales?date=2026-03-03", "/v2/sales?page=2"],
        )

    def test_redirect_to_another_server(self):
        other = self.serve()
        addresses = (other.url, self.server.url.replace("http:", "https:"), "//[bad")
        for address in addresses:
            self.server.then(says({}, 302, Location=address))
            with self.assertRaisesRegex(ContractViolation, "another address"):
                self.get(auth=("me", "hush"))
        self.assertFalse(other.asked)

    def test_redirect_in_a_circle(self):
        self.server.always(says({}, 302, Location="/sales"))
        with self.assertRaisesRegex(ContractViolation, "another address"):
            self.get()
        self.assertEqual(len(self.server.asked), 4)

    def test_header_that_cannot_be_sent(self):
        with self.assertRaisesRegex(ContractViolation, "not valid") as caught:
            self.get(headers={"Authorization": "Bearer hush\nX: y"})
        self.assertNotIn("hush", str(caught.exception))
        self.assertFalse(self.server.asked)


@tagged("post_install", "-at_install")
class TestManners(TransportCase):
    def test_too_large(self):
        with self.assertRaisesRegex(ContractViolation, "more than 1 MB"):
            self.server.then(says(b" " * 1100000))
            self.get(most_bytes=1024 * 1024)

    def test_too_large_when_unpacked(self):
        bomb = gzip.compress(b" " * 50_000_000)
        self.server.then(says(bomb, Content_Encoding="gzip"))
        with self.assertRaisesRegex(ContractViolation, "more than 1 MB"):
            self.get(most_bytes=1024 * 1024)

    def test_not_too_often(self):
        transport = self.transport(interval=0.2)
        for _number in range(3):
            transport.get("/")
        self.assertEqual(self.clock.slept, [0.2, 0.2])

    def test_one_at_a_time(self):
        at_once, most = 0, 0
        lock = threading.Lock()

        def busy(handler, request):
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            threading.Event().wait(0.03)
            with lock:
                at_once -= 1
            says({})(handler, request)

        self.server.always(busy)
        transport = self.transport()
        threads = [
            threading.Thread(target=transport.get, args=["/"]) for _number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(self.server.asked), most), (4, 1))

    def test_log_says_what_and_no_secret(self):
        self.server.then(says({"access_token": "t0ken"}))
        with self.everything_logged() as logged:
            transport = self.transport(headers={"Authorization": "Bearer b3arer"})
            transport.get("/sales", {"date": "2026-03-03", "code": "c0de"})
            self.server.then(says({"refresh_token": "r3fresh"}))
            transport = self.transport(auth=("me", "s3cret"))
            transport.post_form("/token", {"refresh_token": "0ld"})
        ours = [line for line in logged if ".tools.http: " in line]
        self.assertIn("GET /sales?date=2026-03-03&code=", ours[0])
        self.assertIn(": 200, ", ours[0])
        self.assertIn("POST /token: 200", ours[1])
        self.assertFalse([line for line in ours if "c0de" in line])
        for secret in ("t0ken", "b3arer", "r3fresh", "s3cret", "0ld"):
            self.assertFalse([line for line in logged if secret in line], secret)
