"""What every simulated till has: an HTTP server on loopback, a clock of its own, a log
of the requests it got, and faults on demand.

A simulator is a child of ``Simulator`` that lists its ``routes``. Answers are
``Answer`` objects; what goes wrong on request is in ``_faults.py``.
"""

import contextlib
import http.server
import re
import socket
import sys
import threading
import urllib.parse
from datetime import UTC, datetime, timedelta

from simulators import _faults as faults
from simulators._messages import Answer, HangUp, Request

ADDRESS = "127.0.0.1"


class Clock:
    """The till's time: it stands still at ``start`` until it is moved, or, without a
    start, runs with the machine's.
    """

    def __init__(self, start=None):
        self._start = start
        self._moved = timedelta()

    def now(self):
        return (self._start or datetime.now(UTC)) + self._moved

    def advance(self, **time):
        """Move by what ``timedelta`` understands: ``advance(days=40)``."""
        self._moved += timedelta(**time)

    def set(self, moment):
        self._moved += moment - self.now()


class Simulator:
    """A till on loopback; start it with ``with``.

    :param port: 0 takes a free one
    :param now: the moment at which its clock stands still; without it the clock runs
    """

    #: [(method, pattern of the path, name of the method that answers)]
    routes = ()
    faults = faults.GENERAL

    def __init__(self, port=0, now=None):
        self.clock = Clock(now)
        self.requests = []
        self.issued_secrets = set()
        #: How many requests there ever were at the same moment.
        self.most_at_once = 0
        self._at_work = 0
        self.stopping = threading.Event()
        self._due = []
        self._lock = threading.RLock()
        self._server = _Server((ADDRESS, port), self)

    # === LIFE === #

    @property
    def url(self):
        return f"http://{ADDRESS}:{self._server.server_address[1]}"

    def __enter__(self):
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def secret(self, value):
        """Remember a secret, so that tests can search for it where it must not be."""
        self.issued_secrets.add(value)
        return value

    # === FAULTS === #

    def fail_next(self, path_pattern, kind, times=1, **options):
        """Let the next ``times`` requests whose path matches go wrong.

        :param kind: a name of ``faults``, or an HTTP status
        :param options: what that fault takes, for example ``retry_after=5``
        """
        name = "status" if isinstance(kind, int) else kind
        if name not in self.faults:
            raise ValueError(f"{kind!r} is none of {', '.join(sorted(self.faults))}.")
        if isinstance(kind, int):
            options["status"] = kind
        fault = faults.Due(re.compile(path_pattern), self.faults[name], times, options)
        with self._lock:
            self._due.append(fault)

    def heal(self):
        """Forget the faults that are still due."""
        with self._lock:
            self._due.clear()

    def _next_fault(self, path):
        with self._lock:
            for due in self._due:
                if due.times > 0 and due.pattern.search(path):
                    due.times -= 1
                    return due
        return None

    # === REQUESTS === #

    def count(self, path_pattern="", **conditions):
        """How many requests matched: ``count("token", status=200, method="POST")``."""
        return len(self.find(path_pattern, **conditions))

    def find(self, path_pattern="", **conditions):
        """The logged requests that match, oldest first."""
        return [
            request
            for request in list(self.requests)
            if re.search(path_pattern, request.path)
            and all(getattr(request, name) == is_ for name, is_ in conditions.items())
        ]

    def answer(self, request):
        """The answer to a request, logged, with the fault that is due."""
        with self._counted(request):
            due = self._next_fault(request.path)
            if due:
                answer = due.act(self, request, self._route, **due.options)
            else:
                answer = self._route(request)
            request.status = answer.status
            return answer

    @contextlib.contextmanager
    def _counted(self, request):
        request.at = self.clock.now()
        with self._lock:
            self.requests.append(request)
            self._at_work += 1
            self.most_at_once = max(self.most_at_once, self._at_work)
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    def _route(self, request):
        for method, pattern, name in self.routes:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return getattr(self, name)(request, *found.groups())
        return self.not_found(request)

    def not_found(self, request):
        return Answer({"error": f"There is nothing at {request.path}."}, 404)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address, simulator):
        self.simulator = simulator
        self.connections = set()
        super().__init__(address, _Handler)

    def process_request(self, request, client_address):
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.connections.discard(request)
        super().shutdown_request(request)

    def server_close(self):
        """Also end kept-alive connections, or a stopped till would still answer."""
        super().server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        """A client that went away is no news; anything else is shown as usual."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def _answer(self):
        simulator = self.server.simulator
        try:
            answer = simulator.answer(self._request())
        except HangUp:
            self.close_connection = True
            return
        if not simulator.stopping.is_set():
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

    def _request(self):
        address = urllib.parse.urlsplit(self.path)
        params = urllib.parse.parse_qsl(address.query, keep_blank_values=True)
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            self.command,
            urllib.parse.unquote(address.path),
            dict(params),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
        )

    def _send(self, answer):
        length, parts = answer.parts()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            write = self._write if length is not None else self._write_chunk
            self._write_parts(parts, write, answer.cut_at)
        self.wfile.flush()

    def _write_parts(self, parts, write, cut_at):
        for part in parts:
            if cut_at is not None:
                write(part[:cut_at])
                self.close_connection = True
                return
            write(part)
        write(b"")

    def _write(self, part):
        self.wfile.write(part)

    def _write_chunk(self, part):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def log_message(self, *_arguments):
        """Quiet: what was asked is in the simulator's own log."""
