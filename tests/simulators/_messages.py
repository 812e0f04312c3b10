"""What goes over the wire between a client and a simulated till."""

import dataclasses
import json
import urllib.parse
from collections.abc import Iterable
from datetime import datetime


@dataclasses.dataclass
class Request:
    """One request as the till got it; ``status`` is what it was answered with."""

    method: str
    path: str
    params: dict
    headers: dict
    body: bytes = b""
    at: datetime | None = None
    status: int | None = None

    @property
    def form(self):
        """The fields of a form; a repeated one counts once."""
        pairs = urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True)
        return dict(pairs)


@dataclasses.dataclass
class Answer:
    """What goes back: JSON, text or bytes, or an iterable of bytes (sent in chunks).

    ``cut_at``: close the connection after so many bytes of the body.
    """

    body: object = b""
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    content_type: str = "application/json"
    cut_at: int | None = None

    def parts(self):
        """(length or None when it is not known, the body's parts)."""
        body = self.body
        if self.content_type == "application/json" and not _is_raw(body):
            body = json.dumps(body, default=str)
        if isinstance(body, str):
            body = body.encode()
        return (len(body), [body]) if isinstance(body, bytes) else (None, body)


def _is_raw(body):
    is_plain_data = isinstance(body, dict | list | tuple) or body is None
    return isinstance(body, bytes | str) or (
        isinstance(body, Iterable) and not is_plain_data
    )


class HangUp(Exception):
    """Raised by a handler: close the connection without a word."""
