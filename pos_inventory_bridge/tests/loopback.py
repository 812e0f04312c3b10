"""A real HTTP server on this machine that behaves as a test tells it, and a test case
that may talk to it.
"""

import json
import logging
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from odoo.tests.common import _super_send


@dataclass
class Request:
    """What the server was asked."""

    method: str
    target: str
    headers: dict
    body: bytes

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def query(self):
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode()))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that leave early are part of many tests."""


class Loopback:
    """``with Loopback() as server``: it answers what ``then`` was told, one after the
    other, and after that what ``always`` was.

    An answer is a function of (handler, request); ``says`` makes the usual ones.
    """

    def __init__(self):
        self.asked = []
        self.next_answers = []
        self.usual = says({})
        self._lock = threading.Lock()

    def __enter__(self):
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self):
        return [request.path for request in self.asked]

    def clear(self):
        self.asked.clear()
        self.next_answers.clear()
        self.usual = says({})

    def then(self, *answers):
        self.next_answers += answers

    def always(self, answer):
        self.usual = answer

    def _handler(self):
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                asked = Request(self.command, self.path, dict(self.headers), body)
                with script._lock:
                    script.asked.append(asked)
                    rest = script.next_answers
                    answer = rest.pop(0) if rest else script.usual
                answer(self, asked)

            do_POST = do_GET

            def log_message(self, *_args):
                """The test says what matters."""

        return Handler


def says(data=None, status=200, kind="application/json", **headers):
    """An answer with JSON, or with a text or bytes as they are."""
    body = data if isinstance(data, bytes) else None
    if body is None:
        body = (data if isinstance(data, str) else json.dumps(data)).encode()

    def answer(handler, _request):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        names = {name.lower() for name in headers}
        if "content-length" not in names and "content_length" not in names:
            handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def hangs_up(handler, _request):
    """It has read the request, and ends the connection without a word."""
    handler.close_connection = True


def silent_until(event):
    """Nothing is said before the test allows it."""

    def answer(handler, _request):
        event.wait(20)
        handler.close_connection = True

    return answer


class LoopbackCase:
    """Mixin: requests to this machine go out as they are, with their own time-outs."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        host = urlsplit(request.url).hostname
        if host in ("127.0.0.1", "localhost", "::1"):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    def serve(self):
        """A server for as long as the test lasts."""
        return self.enterContext(Loopback())

    @contextmanager
    def everything_logged(self):
        """All that any logger says, on the level of debugging."""
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(handler.format(record))
        handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        names = ("odoo", "werkzeug", "urllib3", "requests_oauthlib", "oauthlib")
        with ExitStack() as changes:
            for logger in (logging.root, *map(logging.getLogger, names)):
                for name, value in (("handlers", [handler]), ("propagate", False)):
                    changes.enter_context(patch.object(logger, name, value))
                changes.callback(logger.setLevel, logger.level)
                logger.setLevel(logging.DEBUG)
            yield lines
