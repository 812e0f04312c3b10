"""How far two names mean the same goods, and in which way. Knows nothing of Odoo.

What is the same word for word may be sure. What is alike, translated, in another order
or partly the same never is: Sprite is no Spritz, and milk chocolate no chocolate milk.
"""

from rapidfuzz import fuzz

from .food_words import CHANGING, CLASSES
from .item_name import meaning

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
    if silent and _core(name, silent) == _core(other, silent) != ():
        return 0.93, "class"
    if sorted(name.meanings) == sorted(other.meanings):
        return 0.86, "meaning"
    if _core(name, CLASSES) == _core(other, CLASSES) != ():
        return 0.8, "class"
    return max(_spelled(name, other), _partly(name, other))


def is_mostly(name, other):
    """Whether nothing speaks against it that both are the same goods."""
    return compare(name, other, CLASSES)[0] >= 0.75


def _core(name, silent):
    """The words that are left, by their stems; a compound counts as its parts."""
    return tuple(
        stem
        for stem, word in zip(name.stems, name.words, strict=True)
        if meaning(word)[-1] not in silent or len(meaning(word)) > 1
    )


def _spelled(name, other):
    """Every word has one on the other side that differs by a letter or two."""
    if len(name.stems) != len(other.stems):
        return 0.0, ""
    scores = []
    for word, its in zip(name.words, other.words, strict=True):
        score = 100.0 if meaning(word) == meaning(its) else fuzz.ratio(word, its)
        is_short = min(len(word), len(its)) < LONG
        if score < (100 if is_short else TYPO):
            return 0.0, ""
        scores.append(score)
    return 0.4 + 0.45 * sum(scores) / len(scores) / 100, "alike"


def _partly(name, other):
    """Words in common; less where what differs makes something else of it."""
    ours, theirs = set(name.meanings), set(other.meanings)
    common = ours & theirs
    if not common or common <= CLASSES | CHANGING:
        return 0.0, ""
    if (ours ^ theirs) & CHANGING:
        return 0.0, ""
    return 0.8 * 2 * len(common) / (len(ours) + len(theirs)), "partly"
