"""What a server answered, and what of it may be shown."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit

from .errors import ContractViolation
from .redact import HIDDEN, PRIVATE_NAME, redact_text

CHARACTERS_SHOWN = 200
#: Values of a query that let somebody in, beside those of ``redact``.
SECRET_NAME = re.compile(r"^(code|state|key)$", re.IGNORECASE)
#: Where answers that say no mostly say why.
NAMES_OF_DETAILS = ("error_description", "message", "detail", "error", "title")


class Answer:
    """An answer that was read to its end."""

    def __init__(self, status, headers, content, host, say):
        self.status = status
        self.headers = headers
        self.content = content
        self._host = host
        self._say = say

    @cached_property
    def json(self):
        """The data; numbers with decimals are exact."""
        try:
            return json.loads(
                self.content, parse_float=Decimal, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError):
            code = "html" if self._is_html() else "not_json"
            message = self._say(code, host=self._host)
            raise ContractViolation(message, self.text, self.status) from None

    @property
    def payload(self):
        """What there is: data, or the beginning of a text."""
        try:
            return self.json
        except ContractViolation:
            return self.text

    @property
    def text(self):
        """The beginning, without what must not be shown."""
        beginning = self.content[: 20 * CHARACTERS_SHOWN]
        return redact_text(beginning.decode("utf-8", "replace"), CHARACTERS_SHOWN)

    def _is_html(self):
        kind = self.headers.get("Content-Type", "")
        return "html" in kind.lower() or self.content.lstrip()[:1] == b"<"


def _refuse_constant(name):
    raise ValueError(name)


def seconds_to_wait(headers):
    """How long the server asks us to wait, told in seconds or as a date; or None."""
    wanted = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", wanted):
        return float(wanted)
    until = _moment(wanted)
    if not until:
        return None
    # By the server's own clock, where it tells it.
    now = _moment(headers.get("Date")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0)


def _moment(text):
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def detail(payload):
    """What a payload, or a text, says to a person; short and without secrets."""
    if isinstance(payload, dict):
        texts = [payload.get(name) for name in NAMES_OF_DETAILS]
        payload = next((text for text in texts if text and isinstance(text, str)), "")
    is_text = isinstance(payload, str) and not payload.lstrip().startswith("<")
    return redact_text(payload, CHARACTERS_SHOWN) if is_text else ""


def shown(url, params=None):
    """The address for a log: path and query, without values that let somebody in."""
    parts = urlsplit(url)
    more = params.items() if isinstance(params, dict) else params or ()
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *more]
    safe = [(name, _masked(str(name), value)) for name, value in pairs]
    query = urlencode(safe, safe=HIDDEN, encoding="utf-8", doseq=True)
    return redact_text(f"{parts.path}?{query}" if query else parts.path, 500)


def _masked(name, value):
    is_secret = PRIVATE_NAME.search(name) or SECRET_NAME.search(name)
    return HIDDEN if is_secret else value
