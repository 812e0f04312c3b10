"""How much of a target one sold item uses, and how sure that is.

Knows nothing of Odoo.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property

from .food_words import CONTAINERS
from .suggestion import SURE, Suggestion

#: The most that is sure of where the quantity is in doubt.
MOST = {
    "open_quantity": 0.6,
    "open_size": 0.8,
    "learned_size": 0.92,
    "few_learned": 0.85,
    "without": 0.7,
}
#: So many items have to agree on what a size is.
AGREED = 3


class Quantities:
    """:param known: all ``Known``, to learn what a size is
    :param portions: {size: portions} that a person has stated, as {"l": 1.9}
    """

    def __init__(self, known, portions):
        self.known, self.portions = known, portions

    @cached_property
    def learned(self):
        """{(till, group, size): Counter of portions} of recipes without a size."""
        learned = defaultdict(Counter)
        for known in self.known:
            sizes = known.item.said.sizes
            target = known.target
            if known.map_type == "recipe" and sizes and not target.said.sizes:
                key = known.item.till, known.item.group, sizes
                learned[key][known.quantity] += 1
        return learned

    def measured(self, item, target, confidence, reason):
        """With the quantity that name and target say, or with the doubt about it."""
        name = item.said
        kind = "ingredient" if target.kind == "ingredient" else "recipe"
        plain = Suggestion(
            kind, target, 1.0, confidence, reason, target.name,
            gives_back=name.is_left_out,
        )  # fmt: skip
        if name.without != target.said.without:
            plain = plain.at_most(MOST["without"])
        if name.is_added or name.is_left_out:
            yield self._of_modifier(target, plain)
        elif name.portion == target.said.portion:
            yield self._whole(target, plain)
        elif _is_contradiction(name, target.said):
            return
        elif target.said.portion != (frozenset(), None):
            yield plain.at_most(MOST["open_quantity"])
        elif name.amount and name.sizes <= CONTAINERS:
            most = SURE if name.sizes else 1.0
            yield self._poured(name.amount, target, plain.at_most(most))
        elif kind == "recipe":
            yield self.with_portions(item, plain)
        else:
            yield self._open(target, plain)

    def _of_modifier(self, target, plain):
        """More or less of something: how much is its serving, or not said."""
        if target.kind == "recipe" and not target.dimension:
            return plain.at_most(MOST["open_size"])
        return self._open(target, plain)

    def _whole(self, target, plain):
        """One of it: a portion, a piece, or its standard serving."""
        if not target.dimension and not target.serving:
            return plain
        return self._open(target, plain, 0.93)

    def _open(self, target, plain, most=SURE):
        if target.serving:
            return plain.at_most(most, quantity=target.serving)
        if not target.dimension:
            return plain.at_most(MOST["open_quantity"])
        return plain.at_most(MOST["open_quantity"], quantity=None)

    def _poured(self, amount, target, plain):
        """0.2 l of what is counted in litres."""
        dimension, value = amount
        if target.dimension == dimension:
            most = 0.93 if dimension == "volume" else SURE
            quantity = round(value / target.unit_size, 6)
            return plain.at_most(most, quantity=quantity)
        if target.kind == "recipe" and not target.dimension:
            sizes = frozenset({_litres(amount)})
            return plain.at_most(MOST["open_size"], open_size=sizes)
        return self._open(target, replace(plain, confidence=min(plain.confidence, 0.6)))

    def with_portions(self, item, plain):
        """How many portions a size is: stated, learned from others, or open."""
        sizes = item.said.sizes or frozenset(
            {_litres(item.said.amount)} if item.said.amount else ()
        )
        if len(sizes) == 1 and (stated := self.portions.get(next(iter(sizes)))):
            return replace(plain, quantity=stated)
        votes = self.learned.get((item.till, item.group, sizes))
        if not votes:
            # A size is asked for; without one it is one portion, for all we know.
            return plain.at_most(
                MOST["open_size"], open_size=sizes, is_guessed=not sizes
            )
        [(quantity, count), *others] = votes.most_common()
        is_agreed = count >= AGREED and not others
        most = MOST["learned_size" if is_agreed else "few_learned"]
        return plain.at_most(most, quantity=quantity, is_guessed=not is_agreed)


def _litres(amount):
    dimension, value = amount
    return f"{value:g} {'l' if dimension == 'volume' else 'kg'}"


def _is_contradiction(name, other):
    """Both say a size, and not the same."""
    if name.amount and other.amount:
        return name.amount != other.amount or name.sizes != other.sizes
    return bool(name.sizes and other.sizes and name.sizes != other.sizes)
