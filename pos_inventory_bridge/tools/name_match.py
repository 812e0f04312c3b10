"""How far two names mean the same goods, and in which way. Knows nothing of Odoo.

What is the same word for word may be sure. What is alike, translated, in another order
or partly the same never is: Sprite is no Spritz, and milk chocolate no chocolate milk.
"""

from rapidfuzz import fuzz

from .food_words import CHANGING, CLASSES
from .item_name import meaning, stem

#: Of words that differ by a letter or two.
TYPO = 84
LONG = 5


def compare(name, other, silent=frozenset()):
    """(confidence, how) that two names mean the same, sizes apart.

    :param silent: class words that may be missing in one of them
    """
    if name.is_no_goods != other.is_no_goods:
        return 0.0, ""
    if name.words == other.words:
        return 0.98, "same"
    if name.joined == other.joined:
        return 0.96, "same"
    if name.stems == other.stems:
        return 0.93, "same"
    core, its_core = _core(name, silent), _core(other, silent)
    if not core or not its_core:
        return 0.0, ""
    if _stems(core) == _stems(its_core):
        return 0.93, "class"
    if sorted(_meanings(core)) == sorted(_meanings(its_core)):
        return 0.86, "meaning"
    if _stems(_core(name, CLASSES)) == _stems(_core(other, CLASSES)) != ():
        return 0.8, "class"
    return max(_spelled(core, its_core), _partly(core, its_core))


def is_mostly(name, other):
    """Whether nothing speaks against it that both are the same goods."""
    return compare(name, other, CLASSES)[0] >= 0.75


def _core(name, silent):
    """The words without those that may be missing; a compound is one word."""
    return tuple(
        word
        for word in name.words
        if len(meaning(word)) > 1 or meaning(word)[0] not in silent
    )


def _stems(words):
    return tuple(map(stem, words))


def _meanings(words):
    return [part for word in words for part in meaning(word)]


def _spelled(words, others):
    """Every word has one on the other side that differs by a letter or two."""
    if len(words) != len(others):
        return 0.0, ""
    scores = []
    for word, its in zip(words, others, strict=True):
        score = 100.0 if meaning(word) == meaning(its) else fuzz.ratio(word, its)
        is_short = min(len(word), len(its)) < LONG
        if score < (100 if is_short else TYPO):
            return 0.0, ""
        scores.append(score)
    return 0.4 + 0.45 * sum(scores) / len(scores) / 100, "alike"


def _partly(words, others):
    """Words in common; less where what differs makes something else of it."""
    ours, theirs = set(_meanings(words)), set(_meanings(others))
    common = ours & theirs
    if not common or common <= CLASSES | CHANGING:
        return 0.0, ""
    if (ours ^ theirs) & CHANGING:
        return 0.0, ""
    return 0.8 * 2 * len(common) / (len(ours) + len(theirs)), "partly"
