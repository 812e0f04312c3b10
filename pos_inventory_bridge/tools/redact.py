"""What may be kept of an answer that could not be used: no secrets, little about
people, and not more than a person would read.
"""

import json
import re
from itertools import islice
from math import isfinite

HIDDEN = "\N{HORIZONTAL ELLIPSIS}"
CHARACTERS_KEPT = 4000
CHARACTERS_OF_A_MESSAGE = 1000
#: How many entries are kept on each level of an answer: as many as fit.
ENTRIES_KEPT = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500)
CHARACTERS_PER_ENTRY = 20
CHARACTERS_OF_A_NAME = 60
LEVELS_KEPT = 15
#: Names of values that say who somebody is or let somebody in.
PRIVATE_NAME = re.compile(
    r"pass(word|wd|phrase)?$|passw|secret|token|authori[sz]ation|api.?key|signature"
    r"|cookie|session|credential|e?.?mail|phone|mobile|address|street|birth|iban"
    r"|card.?(number|holder)|pan$|customer|guest|contact|first.?name|last.?name"
    r"|full.?name|user.?name|staff.?name|employee|consumer|owner.?name|cashier|waiter"
    # A German till's words for the same.
    r"|(?<!se)kunde|(?<!se)kundin|gast|g(ä|ae)ste|vorname|nachname|telefon|handy"
    r"|stra(ss|ß)e|anschrift|adresse|postleitzahl|\bplz|geburt|bediener|kellner"
    r"|mitarbeiter|fahrer",
    re.IGNORECASE,
)
#: (what gives a private value away in running text, what is written instead)
PRIVATE_TEXT = (
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), HIDDEN),
    (
        re.compile(
            r"((?:token|secret|passw(?:or)?d|api[_-]?key|signature|session)"
            r"[\w-]{0,40}[\"']?\s*[=:]\s*)[\"']?[^\s\"'&,;}]+[\"']?",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+"), HIDDEN),
    (re.compile(r"\b(?:\d[ -]?){13,19}\b"), HIDDEN),
)


def redact_text(text, size=CHARACTERS_OF_A_MESSAGE):
    """A message without what must not be shown, and not longer than ``size``."""
    text = _storable(str(text)[: 20 * size])
    for pattern, instead in PRIVATE_TEXT:
        text = pattern.sub(instead, text)
    return text if len(text) <= size else text[: size - 1] + HIDDEN


def _storable(text):
    """Without the characters that a database refuses to keep."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def redact_payload(payload, size=CHARACTERS_KEPT):
    """An answer of any shape as text: readable, complete JSON where it is that.

    What is too long is shortened inside, entry by entry, until all of it fits.
    """
    if payload is None or payload == "":
        return False
    if isinstance(payload, bytes):
        payload = payload.decode("utf-8", "replace")
    if isinstance(payload, str):
        payload = _parsed(payload)
    if isinstance(payload, str):
        return redact_text(payload, size)
    best = _as_json(HIDDEN)
    for entries in ENTRIES_KEPT:
        text = _as_json(_shown(payload, entries))
        if len(text) > size:
            break
        best = text
    return best


def _parsed(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _as_json(value):
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def _shown(value, entries, depth=0):
    """The same without private values, with so many entries on each of its levels."""
    if isinstance(value, (dict, list, tuple)):
        if depth == LEVELS_KEPT:
            return HIDDEN
        show = _shown_dict if isinstance(value, dict) else _shown_list
        return show(value, entries, depth + 1)
    return _shown_leaf(value, min(CHARACTERS_PER_ENTRY * entries, CHARACTERS_KEPT))


def _shown_dict(value, entries, depth):
    shown = {}
    for name, part in islice(value.items(), entries):
        is_private = PRIVATE_NAME.search(str(name)) and part not in (None, "", [], {})
        part = HIDDEN if is_private else _shown(part, entries, depth)
        shown[redact_text(name, CHARACTERS_OF_A_NAME)] = part
    if len(value) > entries:
        shown[HIDDEN] = f"+{len(value) - entries}"
    return shown


def _shown_list(value, entries, depth):
    shown = [_shown(part, entries, depth) for part in value[:entries]]
    rest = len(value) - len(shown)
    return [*shown, f"{HIDDEN} +{rest}"] if rest else shown


def _shown_leaf(value, size):
    """Numbers stay numbers, but for those that could be of a card."""
    if value is None or isinstance(value, bool):
        return value
    text = redact_text(value, size)
    is_number = isinstance(value, int) or isinstance(value, float) and isfinite(value)
    return value if is_number and text == str(value) else text
