"""One request, and when it may be sent once more."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from .errors import TemporaryFailure


class NotReached(TemporaryFailure):
    """Nothing was sent."""


class AnswerLost(TemporaryFailure):
    """It was sent, and nobody knows what became of it."""


@dataclass(frozen=True, repr=False)
class Question:
    """
    :param content: what ``requests`` sends: ``params``, ``data`` or ``json``
    :param accept: the statuses that are an answer
    :param timeout: seconds
    :param tries: how often it is sent at most
    :param repeats_answered: again, where the server answered that it could not work
    """

    method: str
    url: str
    content: dict
    accept: tuple
    timeout: float
    tries: int
    repeats_answered: bool = True

    def may_repeat(self, failure):
        if self.method == "GET" or isinstance(failure, NotReached):
            return True
        return self.repeats_answered and not isinstance(failure, AnswerLost)


def same_server(url, location):
    """Where an address sends us on to; None if that is another server."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        is_same = all(
            getattr(here, part) == getattr(there, part)
            for part in ("scheme", "hostname", "port")
        )
    except ValueError:
        return None
    return target if is_same else None


def was_sent(error):
    """Can the server have read it? Yes, wherever that is not certain."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return False
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" not in str(error)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(reason, NewConnectionError)
