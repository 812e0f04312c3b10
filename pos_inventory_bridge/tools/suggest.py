"""What an item of a till probably uses, how sure that is, and why.

Confidence is no measure of likeness but a promise: above ``SURE`` nothing may be wrong,
so each kind of evidence has the most that it can give (``MOST``), and doubts lower
it. What only looks alike, is translated or leaves the quantity open never gets there.
Knows nothing of Odoo.
"""

from collections import Counter, defaultdict
from functools import cached_property
from itertools import chain

from rapidfuzz import fuzz, process

from .food_words import CLASSES, MEANINGS
from .item_name import read_name
from .name_match import compare, is_mostly
from .suggest_quantity import Quantities
from .suggestion import SURE, Suggestion

#: Below this nothing is said.
LEAST = 0.45
#: The most that each kind of evidence can give.
MOST = {
    "elsewhere": 0.98,
    "sku": 0.98,
    "barcode": 0.98,
    "size": 0.9,
    "nothing": 0.95,
    "open_quantity": 0.6,
    "rival": 0.7,
    "other_name": 0.55,
}
#: So many names that look alike are compared closely.
LOOKED_AT = 12
#: A class word that so many items of a till carry says nothing.
COMMON = 0.2
#: In fewer items nothing is common.
FEW = 10


class Suggester:
    """Suggests targets for items, from names, codes and what is mapped already.

    :param targets: all ``Target``
    :param known: all ``Known``
    :param items: all ``Item`` of the tills, to learn which words say nothing
    :param portions: {size: portions} that a person has stated, as {"l": 1.9}
    """

    def __init__(self, targets, known=(), items=(), portions=None):
        self.targets, self.known = list(targets), list(known)
        self.quantities = Quantities(self.known, portions or {})
        self.items = list(items)
        self._index_targets()
        self._index_known()

    # === INDEXES === #

    def _index_targets(self):
        self.by_code, self.by_word = defaultdict(list), defaultdict(set)
        self.joined = {}
        for place, target in enumerate(self.targets):
            for code in {target.code.casefold(), target.barcode} - {""}:
                self.by_code[code].append(target)
            name = target.said
            for word in {*name.stems, *name.meanings, name.joined}:
                self.by_word[word].add(place)
            self.joined[place] = name.joined

    def _index_known(self):
        self.by_sku, self.by_name = defaultdict(list), defaultdict(list)
        self.by_stems = defaultdict(list)
        for known in self.known:
            name = known.item.said
            if known.item.sku:
                self.by_sku[known.item.sku.casefold()].append(known)
            self.by_name[_identity(name)].append(known)
            self.by_stems[name.stems, name.kind].append(known)

    @cached_property
    def common(self):
        """{till: class words that many of its items carry}"""
        words, counts = defaultdict(Counter), Counter()
        for item in self.items:
            counts[item.till] += 1
            words[item.till].update(CLASSES.intersection(item.said.meanings))
        return {
            till: frozenset(
                word
                for word, count in found.items()
                if counts[till] >= FEW and count >= COMMON * counts[till]
            )
            for till, found in words.items()
        }

    @cached_property
    def foods(self):
        """Words that are an ingredient by themselves: "chicken" is no whole name."""
        names = (t.said.meanings for t in self.targets if t.kind == "ingredient")
        return {name[0] for name in names if len(name) == 1} | set(MEANINGS.values())

    # === SUGGESTING === #

    def suggest(self, item):
        """The best suggestion for an item, or None."""
        found = sorted(
            chain(self._no_goods(item), self._elsewhere(item), self._codes(item)),
            key=lambda each: -each.confidence,
        )
        if not found or found[0].confidence <= SURE:
            found += [*self._names(item), *self._siblings(item)]
        found.sort(key=lambda each: -each.confidence)
        best = self._against_rivals(found) if found else None
        return best if best and best.confidence >= LEAST else None

    def _against_rivals(self, found):
        """Two that are as good as each other: neither is sure."""
        best, *others = found
        for other in others:
            if other.confidence < best.confidence - 0.04:
                break
            if other.key != best.key:
                return best.at_most(MOST["rival"])
        return best

    def _no_goods(self, item):
        """Deposits and fees use nothing."""
        if item.said.is_no_goods:
            yield Suggestion("nothing", None, 1.0, MOST["nothing"], "nothing")

    # === WHAT IS MAPPED ALREADY === #

    def _elsewhere(self, item):
        """The same item, mapped by a person in another till, or twice in this one."""
        name = item.said
        same = [k for k in self.by_name[_identity(name)] if k.item.id != item.id]
        yield from self._agreed(same, "elsewhere")
        if not item.sku:
            return
        skus = [k for k in self.by_sku[item.sku.casefold()] if k.item.id != item.id]
        alike = [
            k
            for k in skus
            if k.item.said.portion == name.portion
            and k.item.said.kind == name.kind
            and is_mostly(name, k.item.said)
        ]
        yield from self._agreed(alike, "sku")
        if skus and not alike:
            yield from self._agreed(skus, "other_name")

    def _agreed(self, known, reason):
        """What these say together; two that differ are not sure."""
        if not known:
            return
        votes = Counter(map(_content, known))
        [(content, _count), *others] = votes.most_common()
        first = next(each for each in known if _content(each) == content)
        suggestion = Suggestion(
            first.map_type,
            first.target,
            first.quantity,
            MOST[reason],
            reason,
            named=first.place or first.item.name,
            unit=first.unit,
            gives_back=first.gives_back,
        )
        yield suggestion.at_most(MOST["rival"]) if others else suggestion

    def _siblings(self, item):
        """The same goods in another size."""
        name = item.said
        if name.portion == (frozenset(), None):
            return
        for known in self.by_stems[name.stems, name.kind]:
            if known.item.id == item.id or known.item.said.portion == name.portion:
                continue
            if known.target and known.item.till == item.till:
                yield self._scaled(item, known)

    def _scaled(self, item, known):
        """From the amount of a sibling to that of the item, where both say one."""
        mine, other, target = item.said.amount, known.item.said.amount, known.target
        common = {"named": known.item.name, "gives_back": known.gives_back}
        is_measured = target.dimension and mine and other and mine[0] == other[0]
        if is_measured and item.said.sizes == known.item.said.sizes:
            quantity = round(known.quantity * mine[1] / other[1], 6)
            return Suggestion(
                known.map_type, target, quantity, MOST["size"], "size",
                unit=known.unit, **common,
            )  # fmt: skip
        plain = Suggestion(known.map_type, target, 1.0, 0.85, "size", **common)
        return (
            self.quantities.with_portions(item, plain)
            if target.kind == "recipe"
            else (plain.at_most(MOST["open_quantity"], quantity=None))
        )

    # === CODES === #

    def _codes(self, item):
        """The SKU is the reference or the barcode of a product."""
        sku = (item.sku or "").casefold()
        targets = self.by_code.get(sku, ()) if sku else ()
        for target in targets:
            is_barcode = sku == target.barcode and len(sku) >= 8
            is_alike = is_mostly(item.said, target.said)
            reason = "barcode" if is_barcode else "sku_code"
            confidence = 0.98 if is_barcode or is_alike else MOST["other_name"]
            if is_barcode and not is_alike:
                confidence = SURE
            yield from self.quantities.measured(item, target, confidence, reason)

    # === NAMES === #

    def _names(self, item):
        if item.said.is_no_goods:
            return
        compared = [
            (target, *compare(item.said, target.said, self._silent(item, target)))
            for target in self._candidates(item)
        ]
        compared = [each for each in compared if each[1] >= LEAST]
        for target, confidence, how in compared:
            if how == "class" and self._is_class_unclear(target, compared):
                confidence = min(confidence, 0.85)
            yield from self.quantities.measured(item, target, confidence, f"name_{how}")

    def _candidates(self, item):
        """Targets that share a word with it, and those that look alike."""
        name = item.said
        places = set()
        for word in {*name.stems, *name.meanings, name.joined}:
            places |= self.by_word.get(word, set())
        if len(places) > 5 * LOOKED_AT:
            places = self._alike(name, {p: self.joined[p] for p in places})
        places = set(places) | self._alike(name, self.joined)
        return [self.targets[place] for place in sorted(places)]

    def _alike(self, name, choices):
        found = process.extract(
            name.joined, choices, scorer=fuzz.ratio, limit=LOOKED_AT, score_cutoff=60
        )
        return {place for _text, _score, place in found}

    def _silent(self, item, target):
        """Class words that may be missing on one side: what the group or most items
        of this till say anyway. An ingredient is not a dish.
        """
        if target.kind != "recipe":
            return frozenset()
        group = CLASSES.intersection(read_name(item.group).meanings)
        return self.common.get(item.till, frozenset()) | group

    def _is_class_unclear(self, target, compared):
        """A recipe called "Chicken" may be any chicken dish; so may one of two."""
        core = [word for word in target.said.meanings if word not in CLASSES]
        if len(core) == 1 and core[0] in self.foods:
            return True
        for other, _confidence, _how in compared:
            is_other = other.kind == "recipe" and other.said.words != target.said.words
            rest = [word for word in other.said.meanings if word not in CLASSES]
            if is_other and rest == core:
                return True
        return False


def _identity(name):
    """What is the same in two names of the same goods."""
    return name.joined, name.portion, name.kind, name.is_no_goods


def _content(known):
    target = known.target and known.target.key
    return known.map_type, target, known.quantity, known.unit, known.gives_back
