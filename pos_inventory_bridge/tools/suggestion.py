"""What suggestions are made of, and what they say. Knows nothing of Odoo."""

from dataclasses import dataclass, replace
from functools import cached_property

from .item_name import read_name

#: Above this a suggestion may be accepted unseen.
SURE = 0.9


@dataclass(frozen=True)
class Target:
    """A recipe or an ingredient.

    ``dimension`` and ``unit_size`` say what one of its unit is: ("weight", 1.0) for
    kg; None for what is counted.
    """

    kind: str
    id: int
    name: str
    code: str = ""
    barcode: str = ""
    dimension: str | None = None
    unit_size: float = 1.0
    serving: float = 0.0
    #: The unit that its quantities are written in.
    own_unit: int = 0

    @cached_property
    def said(self):
        return read_name(self.name)

    @property
    def key(self):
        return self.kind, self.id


@dataclass(frozen=True)
class Item:
    """An item of a till."""

    id: int
    name: str
    sku: str = ""
    group: str = ""
    till: int = 0

    @cached_property
    def said(self):
        return read_name(self.name)


@dataclass(frozen=True)
class Known:
    """An item that a person has mapped. ``target`` is None where it uses nothing."""

    item: Item
    target: Target | None
    quantity: float
    unit: int
    map_type: str
    gives_back: bool = False
    #: What the reader calls the till or the outlet that it is mapped in.
    place: str = ""


@dataclass(frozen=True)
class Suggestion:
    """``quantity`` is in ``unit``, or in the target's own where that is 0; None where
    nothing says how much.
    """

    map_type: str
    target: Target | None
    quantity: float | None
    confidence: float
    reason: str
    #: What the reason names.
    named: str = ""
    unit: int = 0
    gives_back: bool = False
    #: The size whose number of portions nobody has said yet.
    open_size: frozenset = frozenset()
    #: Nobody said this quantity; few other items, or none, speak for it.
    is_guessed: bool = False
    #: Price and cost speak against it.
    is_doubted: bool = False

    @property
    def key(self):
        return self.map_type, self.target and self.target.id, self.gives_back

    @property
    def is_complete(self):
        """Whether it also says how much one sold unit uses, and that is no guess."""
        return bool(self.quantity) and not self.open_size and not self.is_guessed

    def at_most(self, limit, **changes):
        return replace(self, confidence=min(self.confidence, limit), **changes)
