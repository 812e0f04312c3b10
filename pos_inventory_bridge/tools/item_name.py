"""What the name of an item says: its words, its size, its amount, what is left out.

Knows nothing of Odoo. Two names are the same goods only if all of this is the same, so
sizes and amounts are kept apart from the words.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .food_words import (
    ADDED,
    ALWAYS_NO_GOODS,
    LEFT_OUT,
    LETTERS,
    MEANINGS,
    NEAR_NO_GOODS,
    NO_GOODS,
    NO_GOODS_PAIRS,
    NOT_ADDED,
    SILENT,
    SIZES,
)

#: {unit: (dimension, how much of its first unit)}
UNITS = {
    "kg": ("weight", 1.0),
    "g": ("weight", 0.001),
    "gr": ("weight", 0.001),
    "gramm": ("weight", 0.001),
    "oz": ("weight", 0.0283495),
    "l": ("volume", 1.0),
    "lt": ("volume", 1.0),
    "ltr": ("volume", 1.0),
    "liter": ("volume", 1.0),
    "litre": ("volume", 1.0),
    "dl": ("volume", 0.1),
    "cl": ("volume", 0.01),
    "ml": ("volume", 0.001),
}
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_AMOUNT = re.compile(rf"(?<![\w.,])({_NUMBER}|\d/\d)\s*({_UNIT})\b")
#: A till's buttons often leave out the litre: "Cola 0,33".
_BARE_LITRE = re.compile(r"(?<![\w.,])([012][.,]\d{1,3})(?![\w.,%]|\s*%)")
_PER_CENT = re.compile(rf"({_NUMBER})\s*%")
_COUNT = re.compile(
    r"\b(\d+)\s*(?:x|er|stk|stuck|st|pcs|pc|pieces|piece)\b|\bx\s*(\d+)\b"
)
_WIDTH = re.compile(r"\b(\d+)\s*(?:cm|zoll|inch|\")")
_MENU_NUMBER = re.compile(r"^\s*(?:(?:nr|no|#)\s*\.?\s*)?\d{1,3}\s*[.):]\s+(?=\D)")
_PHRASES = (
    (re.compile(r"\b(?:ohne|without|kein|no) alko?hol\b"), "alkoholfrei"),
    (re.compile(r"\balk\s*\.?\s*frei\b"), "alkoholfrei"),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\b0[.,]0\s*%?(?![\d.,])"), "alkoholfrei"),
    (re.compile(r"\bcoca\W?cola\b|\bcoke\b"), "cola"),
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
#: Between the parts of a German compound.
_LINKS = ("", "s", "n", "en", "er", "e")


class Name(NamedTuple):
    """A name taken apart."""

    #: Words that say what it is, in their order, folded.
    words: tuple
    #: The same without endings, and the same by what they mean in any language.
    stems: tuple
    meanings: tuple
    #: Sizes and counts: {"l"}, {"bottle"}, {"n6"}.
    sizes: frozenset
    #: (dimension, how much), as ("volume", 0.33); None where it says none.
    amount: tuple | None
    #: Something that is not there: "no chips".
    is_left_out: bool
    #: Something more of it: "extra cheese".
    is_added: bool
    #: Words after a "without" in the middle: "Cola without ice".
    without: frozenset
    #: A deposit, a fee or the like.
    is_no_goods: bool

    @property
    def joined(self):
        return "".join(self.words)

    @property
    def kind(self):
        """What must be the same besides the words and the size."""
        return self.is_left_out, self.is_added, self.without

    @property
    def portion(self):
        """The size in all its forms."""
        return self.sizes, self.amount


def fold(text):
    """Käse, Kaese and KÄSE are one word."""
    text = (text or "").casefold().replace("ß", "ss")
    for short, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        text = text.replace(short, letter)
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return plain.replace("’", "'")


@lru_cache(maxsize=20_000)
def read_name(text):
    """Take a name apart, as ``Name``."""
    rest = _MENU_NUMBER.sub("", fold(text))
    for pattern, word in _PHRASES:
        rest = pattern.sub(word, rest)
    rest, amount = _take_amount(rest)
    rest, sizes = _take_numbers(rest)
    tokens = [token.replace("'", "") for token in _WORD.findall(rest)]
    is_left_out, is_added, tokens = _take_sign(tokens)
    tokens, without = _take_without(tokens)
    words, named = _split_sizes(tokens)
    spoken = words or tokens
    return Name(
        words=tuple(spoken),
        stems=tuple(map(stem, spoken)),
        meanings=tuple(part for word in spoken for part in meaning(word)),
        sizes=frozenset(sizes | (named if words else set())) - {"regular"},
        amount=amount,
        is_left_out=is_left_out,
        is_added=is_added,
        without=frozenset(without),
        is_no_goods=_is_no_goods(tokens),
    )


def _take_amount(text):
    found = _AMOUNT.search(text)
    if found:
        dimension, factor = UNITS[found.group(2)]
        value = _value(found.group(1)) * factor
    else:
        found, dimension = _BARE_LITRE.search(text), "volume"
        value = found and _value(found.group(1))
    if not found or not value:
        return text, None
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return rest, (dimension, round(value, 6))


def _value(text):
    top, _slash, bottom = text.replace(",", ".").partition("/")
    return float(top) / float(bottom or 1) if float(bottom or 1) else 0.0


def _take_numbers(text):
    """Counts, widths and shares of fat are sizes, too."""
    sizes = set()
    for pattern, sign in ((_PER_CENT, "%"), (_COUNT, "n"), (_WIDTH, "cm")):
        for found in pattern.finditer(text):
            number = next(filter(None, found.groups())).replace(",", ".")
            sizes.add(f"{sign}{number}")
        text = pattern.sub(" ", text)
    return text, sizes - {"n1"}


def _take_sign(tokens):
    """(is left out, is added, the words that are)"""
    first, *rest = tokens or [""]
    if not rest:
        return False, False, tokens
    if first in LEFT_OUT and not rest[0].isdigit():
        return True, False, rest
    if first in ADDED and rest[0] not in NOT_ADDED:
        return False, True, rest
    if tokens[-1] == "extra":
        return False, True, tokens[:-1]
    return False, False, tokens


def _take_without(tokens):
    """What stands after a "without" is not what it is made of."""
    for place, token in enumerate(tokens):
        if place and token in LEFT_OUT:
            return tokens[:place], {meaning(word)[0] for word in tokens[place + 1 :]}
    return tokens, set()


def _split_sizes(tokens):
    """Words, and the sizes that stand among them."""
    words, sizes = [], set()
    for place, token in enumerate(tokens):
        is_last = all(each in SIZES for each in tokens[place + 1 :])
        if token in SIZES and (token not in LETTERS or is_last):
            sizes.add(SIZES[token])
        elif token not in SILENT:
            words.append(token)
    return words, sizes


def _is_no_goods(tokens):
    """Deposits and fees, and not what merely names one: "Tip Top Burger"."""
    named = NO_GOODS.intersection(tokens)
    for pair in NO_GOODS_PAIRS:
        named |= set(pair) if set(pair) <= set(tokens) else set()
    if not named or tokens[0] in ALWAYS_NO_GOODS:
        return bool(named)
    silent = named | SILENT | NEAR_NO_GOODS | SIZES.keys()
    return all(each in silent or each[0].isdigit() for each in tokens)


@lru_cache(maxsize=20_000)
def stem(word):
    """Without the endings of a plural, in both languages; short words stay."""
    for ending in ("en", "es", "s", "n", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=20_000)
def meaning(word):
    """What a word means in any of the languages; a compound gives its parts."""
    known = _known(word)
    if known:
        return (known,)
    for place in range(len(word) - 2, 2, -1):
        last = _known(word[place:])
        first = last and _first_part(word[:place])
        if first:
            return first, last
    return (stem(word),)


def _known(word):
    singular = (word.removesuffix(each) for each in ("", "s", "es", "n"))
    found = filter(None, map(MEANINGS.get, (*singular, stem(word))))
    return next(found, None)


def _first_part(word):
    for link in _LINKS:
        if word.endswith(link):
            known = MEANINGS.get(word[: len(word) - len(link)])
            if known:
                return known
    return None
