"""What can go wrong between a connector and a till, one function each.

A fault gets the simulator, the request and ``proceed``, which gives the right answer
(and does what the request asks for); it returns the answer that is sent instead.
"""

import copy
import dataclasses
import email.utils
import itertools
import json
import re
from collections.abc import Callable
from datetime import datetime

from simulators._messages import Answer, HangUp

MEGABYTE = 1 << 20


@dataclasses.dataclass
class Due:
    """A fault that waits for ``times`` requests."""

    pattern: re.Pattern
    act: Callable
    times: int
    options: dict


def status(_simulator, _request, _proceed, status, body=None):
    """Any status, with any body."""
    return Answer({} if body is None else body, status)


def too_many_requests(_simulator, _request, _proceed, retry_after=None):
    """429; ``retry_after``: seconds, a moment (sent as an HTTP date), or none."""
    headers = {}
    if isinstance(retry_after, datetime):
        retry_after = email.utils.format_datetime(retry_after, usegmt=True)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Answer({"error": "Too many requests"}, 429, headers)


def bad_gateway(_simulator, _request, _proceed, status=502):
    """A gateway speaks instead of the till, in HTML."""
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    return Answer(page, status, content_type="text/html")


def not_json(_simulator, _request, _proceed, body="<!doctype html><p>Maintenance"):
    """A 200 that says it is JSON and is none."""
    return Answer(body, 200)


def hang(simulator, request, proceed, seconds=30, done=True):
    """Say nothing for so long; ``done``: what was asked for happens nevertheless."""
    answer = proceed(request) if done else None
    simulator.stopping.wait(seconds)
    return answer or proceed(request)


def hang_up(_simulator, request, proceed, done=True):
    """Close the connection without a word; ``done`` as in ``hang``."""
    if done:
        proceed(request)
    raise HangUp


def cut(_simulator, request, proceed):
    """Close the connection in the middle of the right answer."""
    answer = proceed(request)
    length, _parts = answer.parts()
    return dataclasses.replace(answer, cut_at=length // 2)


def huge(_simulator, request, proceed, megabytes=51, chunked=True):
    """The right answer, padded with blanks (which JSON allows) to that size."""
    answer = proceed(request)
    _length, parts = answer.parts()
    blanks = itertools.repeat(b" " * MEGABYTE, megabytes)
    body = itertools.chain(parts, blanks)
    return dataclasses.replace(answer, body=body if chunked else b"".join(body))


def changed(_simulator, request, proceed, change):
    """The right answer after ``change(its JSON)``, which returns the new one."""
    answer = proceed(request)
    return dataclasses.replace(answer, body=change(data(answer)))


def data(answer):
    """A copy of an answer's JSON, free to be changed."""
    if isinstance(answer.body, str | bytes):
        return json.loads(answer.body)
    return copy.deepcopy(answer.body)


#: {name: fault}
GENERAL = {
    fault.__name__: fault
    for fault in (
        *(status, too_many_requests, bad_gateway, not_json),
        *(hang, hang_up, cut, huge, changed),
    )
}
