"""What may be kept of an answer that could not be used: no secrets, little about
people, and not more than a person would read.
"""

import json
import re

HIDDEN = "\N{HORIZONTAL ELLIPSIS}"
CHARACTERS_KEPT = 4000
CHARACTERS_OF_A_MESSAGE = 1000
#: Names of values that say who somebody is or let somebody in.
PRIVATE_NAME = re.compile(
    r"pass(word|wd|phrase)?$|passw|secret|token|authori[sz]ation|api.?key|signature"
    r"|cookie|session|credential|e?.?mail|phone|mobile|address|street|birth|iban"
    r"|card.?(number|holder)|pan$|customer|guest|contact|first.?name|last.?name"
    r"|full.?name|user.?name|staff.?name|employee|consumer|owner.?name|cashier|waiter",
    re.IGNORECASE,
)
#: (what gives a private value away in running text, what is written instead)
PRIVATE_TEXT = (
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), HIDDEN),
    (
        re.compile(
            r"\b([\w-]*(?:token|secret|passw(?:or)?d|api[_-]?key|signature|session)"
            r"[\w-]*[\"']?\s*[=:]\s*)[\"']?[^\s\"'&,;}]+[\"']?",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), HIDDEN),
    (re.compile(r"\b(?:\d[ -]?){13,19}\b"), HIDDEN),
)


def redact_text(text, size=CHARACTERS_OF_A_MESSAGE):
    """A message without what must not be shown, and not longer than ``size``."""
    text = str(text)[: 20 * size]
    for pattern, instead in PRIVATE_TEXT:
        text = pattern.sub(instead, text)
    return text if len(text) <= size else text[: size - 1] + HIDDEN


def redact_payload(payload, size=CHARACTERS_KEPT):
    """An answer of any shape as text: readable JSON where it is that."""
    if payload is None or payload == "":
        return False
    if isinstance(payload, bytes):
        payload = payload.decode("utf-8", "replace")
    if isinstance(payload, str):
        payload = _parsed(payload)
    if not isinstance(payload, str):
        payload = json.dumps(
            _without_private(payload), indent=2, ensure_ascii=False, default=str
        )
    return redact_text(payload, size)


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def _without_private(value):
    if isinstance(value, dict):
        return {
            str(name): HIDDEN
            if PRIVATE_NAME.search(str(name)) and part not in (None, "", [], {})
            else _without_private(part)
            for name, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_without_private(part) for part in value]
    return value
