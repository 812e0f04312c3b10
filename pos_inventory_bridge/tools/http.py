"""How a till is asked over HTTP: written once, for all connectors.

``Transport`` asks one thing at a time, not too often, again where that may help, and
ends in an answer or in one of ``tools/errors.py``, in words for a person. Headers,
bodies and secrets never reach a log or a message.
"""

import logging
import random
import re
import threading
import time
from dataclasses import replace
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from . import http_answer
from .errors import (
    AuthenticationFailed,
    ContractViolation,
    NotFound,
    PermissionDenied,
    TemporaryFailure,
)
from .http_question import AnswerLost, NotReached, Question, same_server, was_sent
from .http_sentences import english

_logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
REPEATED = (429, 500, 502, 503, 504)
MOVED = (301, 302, 303, 307, 308)
REFUSALS = {
    401: ("unauthorized", AuthenticationFailed),
    403: ("forbidden", PermissionDenied),
    404: ("not_found", NotFound),
}
SECONDS_BETWEEN_TRIES = (1, 2, 4, 8, 15)
#: So long one question takes at most, with all its tries: Odoo ends a worker that is at
#: one thing for longer than ``limit_time_real`` (120 s).
SECONDS_FOR_A_QUESTION = 100
#: Who asks for more patience than this is asked again by a later run.
SECONDS_OF_PATIENCE = 300
MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
#: An answer that drips in may take so many time-outs altogether.
TIMEOUTS_FOR_AN_ANSWER = 10
HOPS = 3
#: What a POST is tried at most: it is repeated only where that can do no harm.
TRIES_OF_A_POST = 2


class _WithoutQueries(logging.Filter):
    """On the level of debugging urllib3 logs whole addresses, and a key may stand in
    one: we log what was asked ourselves.
    """

    def filter(self, record):
        message = record.getMessage()
        if "?" in message:
            record.msg, record.args = re.sub(r"\?[^\s\"']*", "?...", message), ()
        return True


for _name in ("connectionpool", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_WithoutQueries())


class _Session(requests.Session):
    def resolve_redirects(self, *_args, **_options):
        """The transport follows them, where it follows any."""
        return iter(())


def checked_host(url, say=english):
    """The server that an address names; refused where others could read along."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise ContractViolation(say("address"))
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ContractViolation(say("insecure", host=host))
    return host


class Transport:
    """Asks one server, for one connection.

    :param headers: more headers, or a function that tells them for each request
    :param auth: as ``requests`` takes it; a function is asked for each request
    :param attempts: how often is asked at most
    :param patience: so many seconds it waits before the next try, if asked to
    :param most_seconds: so long a question takes at most, with all its tries
    :param until: no question is asked, and no answer read, after that (of ``clock``)
    :param on_unauthorized: asked once when the server does not accept us (``refused``
        is its status); returns True when that may be different now
    :param parse_error: (status, payload) -> what the answer says to a person, or None
    :param say: (code, **values) -> a sentence of ``http_sentences``
    """

    def __init__(
        self,
        base_url,
        *,
        headers=None,
        auth=None,
        timeout=60,
        interval=0.2,
        attempts=5,
        most_bytes=64 * MEGABYTE,
        patience=SECONDS_OF_PATIENCE,
        most_seconds=SECONDS_FOR_A_QUESTION,
        until=float("inf"),
        on_unauthorized=None,
        parse_error=None,
        say=english,
        sleep=time.sleep,
        clock=time.monotonic,
        jitter=random.random,
    ):
        self.say = say
        self.base_url = base_url.rstrip("/")
        self.host = checked_host(self.base_url, say)
        self.headers = headers
        self.timeout = timeout
        self.interval = interval
        self.attempts = attempts
        self.most_bytes = most_bytes
        self.patience = patience
        self.most_seconds = most_seconds
        self.until = until
        self.on_unauthorized = on_unauthorized
        self.parse_error = parse_error
        self.refused = None
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._session = self._open_session(auth)
        self._turn = threading.Lock()
        self._ended = None

    def _open_session(self, auth):
        session = _Session()
        session.headers["User-Agent"] = "pos_inventory_bridge"
        session.headers["Accept"] = "application/json"
        # Without any, a file of passwords on this server would be looked into.
        session.auth = auth or (lambda request: request)
        # No proxy stands between us and ourselves.
        session.trust_env = self.host not in LOOPBACK
        return session

    # === ASKING === #

    def get(self, path, params=None, timeout=None, accept=(200,)):
        """Ask for something; as often as it may help, because asking changes nothing.

        :param accept: the statuses that are an answer
        """
        content, seconds = {"params": params}, timeout or self.timeout
        url = self._url(path)
        return self._ask(Question("GET", url, content, accept, seconds, self.attempts))

    def post_form(
        self, path, data, *, timeout=None, accept=(200,), repeats_answered=False
    ):
        """Send a form: for logins and tokens only.

        It is never sent again once the server may have read it.

        :param repeats_answered: once again after all, where the server answered that
            it could not work now
        """
        content = {"data": data}
        return self._post(path, content, timeout, accept, repeats_answered)

    def post_json(self, path, data, *, timeout=None, accept=(200,)):
        """Send JSON: for logins and tokens only; see ``post_form``."""
        return self._post(path, {"json": data}, timeout, accept)

    def _post(self, path, content, timeout, accept, repeats_answered=False):
        return self._ask(
            Question(
                "POST",
                self._url(path),
                content,
                accept,
                timeout or self.timeout,
                TRIES_OF_A_POST,
                repeats_answered,
            )
        )

    def _url(self, path):
        return f"{self.base_url}/{path.lstrip('/')}"

    def _ask(self, question):
        accept = question.accept
        answer = self._ask_patiently(question)
        if answer.status in (401, 403) and answer.status not in accept:
            answer = self._ask_renewed(question, answer)
        if answer.status not in accept:
            raise self._refusal(answer)
        return answer

    def _ask_renewed(self, question, answer):
        """Somebody may know how to get us in again: that is tried once."""
        self.refused = answer.status
        if not self.on_unauthorized or not self.on_unauthorized():
            return answer
        return self._ask_patiently(question)

    def _ask_patiently(self, question):
        if self._clock() >= self.until:
            raise TemporaryFailure(self.say("no_time", host=self.host))
        latest = min(self._clock() + self.most_seconds, self.until)
        for number in range(question.tries):
            seconds = min(question.timeout, latest - self._clock())
            answer, failure = self._try(replace(question, timeout=seconds))
            if not failure:
                return answer
            is_last = number == question.tries - 1
            if is_last or not question.may_repeat(failure):
                break
            pause = self._seconds_before_next(number, failure)
            if pause > self.patience or self._clock() + pause + 1 > latest:
                break
            self._sleep(pause)
        # Without what caused it: that may name what must not be shown.
        raise failure from None

    def _seconds_before_next(self, number, failure):
        if failure.seconds is not None:
            return failure.seconds
        last = len(SECONDS_BETWEEN_TRIES) - 1
        return SECONDS_BETWEEN_TRIES[min(number, last)] + self._jitter()

    def _try(self, question):
        """(answer, None), or (None, why another try may help)."""
        try:
            answer = self._exchange(question)
        except (requests.RequestException, HTTPError) as error:
            return None, self._failure_of_error(error)
        if answer.status in REPEATED and answer.status not in question.accept:
            return None, self._failure_of_answer(answer)
        return answer, None

    # === ONE REQUEST === #

    def _exchange(self, question):
        url, content = question.url, question.content
        for _hop in range(HOPS + 1):
            answer = self._send(question, url, content)
            if answer.status not in MOVED or answer.status in question.accept:
                return answer
            target = same_server(url, answer.headers.get("Location", ""))
            if question.method != "GET" or not target:
                break
            # The new address has the whole question in it.
            url, content = target, {}
        raise ContractViolation(self.say("redirected", host=self.host))

    def _send(self, question, url, content):
        with self._turn:
            self._keep_interval()
            started, outcome, size = self._clock(), "no answer", 0
            try:
                with self._open(question, url, content) as response:
                    outcome = response.status_code
                    body = self._read(response, question, started)
                    size = len(body)
            finally:
                self._ended = self._clock()
                milliseconds = 1000 * (self._ended - started)
                shown = http_answer.shown(url, content.get("params"))
                _logger.info(
                    "%s %s: %s, %d ms, %d bytes",
                    *(question.method, shown, outcome, milliseconds, size),
                )
        return http_answer.Answer(outcome, response.headers, body, self.host, self.say)

    def _keep_interval(self):
        if self._ended is not None:
            seconds = self._ended + self.interval - self._clock()
            if seconds > 0:
                self._sleep(seconds)

    def _open(self, question, url, content):
        if question.method != "GET":
            # A connection kept open may be closed by the other side just now; then
            # nobody would know whether it had read what was sent.
            self._session.close()
        headers = self.headers() if callable(self.headers) else self.headers
        return self._session.request(
            question.method,
            url,
            headers=headers,
            timeout=question.timeout,
            allow_redirects=False,
            stream=True,
            **content,
        )

    def _read(self, response, question, started):
        """The body, as long as it is not too large and does not drip in for ever."""
        announced = response.headers.get("Content-Length", "")
        content = bytearray()
        too_large = announced.isdecimal() and int(announced) > self.most_bytes
        seconds = TIMEOUTS_FOR_AN_ANSWER * question.timeout
        latest = min(started + min(seconds, self.most_seconds), self.until)
        for chunk in () if too_large else response.iter_content(CHUNK):
            content += chunk
            too_large = len(content) > self.most_bytes
            if too_large:
                break
            if self._clock() > latest:
                raise requests.ReadTimeout
        if too_large:
            limit = self.most_bytes // MEGABYTE
            raise ContractViolation(self.say("too_large", host=self.host, limit=limit))
        return bytes(content)

    # === WHAT WENT WRONG === #

    def _failure_of_error(self, error):
        """Says nothing of the error's own text: it names addresses and values."""
        if isinstance(error, ValueError):
            raise ContractViolation(self.say("not_asked", host=self.host)) from None
        if was_sent(error):
            return AnswerLost(self.say("no_answer", host=self.host))
        return NotReached(self.say("not_reached", host=self.host))

    def _failure_of_answer(self, answer):
        code = "busy" if answer.status == 429 else "down"
        message = self.say(code, host=self.host, status=answer.status)
        return TemporaryFailure(message, http_answer.seconds_to_wait(answer.headers))

    def _refusal(self, answer):
        payload = answer.payload
        detail = self.parse_error and self.parse_error(answer.status, payload)
        values = {
            "host": self.host,
            "status": answer.status,
            "detail": http_answer.detail(detail or payload),
        }
        if answer.status in REFUSALS:
            code, error = REFUSALS[answer.status]
            return error(self.say(code, **values))
        return ContractViolation(self.say("refused", **values), payload, answer.status)
