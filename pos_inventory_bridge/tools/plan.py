"""What the steps of a run hand to each other: plain records, no step knows the next
one.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

#: What happened to a line when it was not a plain sale; policies decide what that does.
EVENTS = ("refund", "void", "comp", "staff_meal")
#: Tills write these with either sign; on balance they take something back.
REVERSING_EVENTS = ("refund", "void")
#: Without a policy: what came back to the till goes back to the shelf, what was eaten
#: is used.
DEFAULT_EFFECTS = {
    "refund": "give_back",
    "void": "give_back",
    "comp": "consume",
    "staff_meal": "consume",
}
EFFECT_SIGNS = {"consume": 1, "give_back": -1, "nothing": 0}


@dataclass(frozen=True)
class Sold:
    """What one item sold on a day, alone or as the modifier of one other item.

    :param quantity: plain sales, signed as the till told them
    :param events: event -> signed quantity; what it does is a policy's business
    :param line_count: lines that sold something; ``zero_count`` those with quantity 0
    :param total_quantity: sum of the lines' quantities, whatever kind they are of
    :param digest: fingerprint of the lines, to see later whether they changed
    :param times: (sold at, event or "", quantity) of each line, to tell what was sold
        before a count
    """

    item_id: int
    parent_item_id: int
    quantity: Decimal = Decimal(0)
    events: dict[str, Decimal] = field(default_factory=dict)
    line_count: int = 0
    amount: Decimal = Decimal(0)
    total_quantity: Decimal = Decimal(0)
    zero_count: int = 0
    zero_amount: Decimal = Decimal(0)
    digest: str = ""
    times: tuple[tuple[datetime | None, str, Decimal], ...] = ()

    @property
    def key(self):
        """Identity within the day, as it is stored: "item/parent"."""
        return f"{self.item_id}/{self.parent_item_id}"

    def net(self, effect_of):
        """Units that used something. ``effect_of(event)`` -> consume, give_back or
        nothing.
        """
        return self.quantity + sum(
            EFFECT_SIGNS[effect_of(event)]
            * (abs(quantity) if event in REVERSING_EVENTS else quantity)
            for event, quantity in self.events.items()
        )

    def sold_before(self, moment):
        """The part of this that was sold before a moment within the day; a line whose
        time nobody knows was.
        """
        quantities = defaultdict(Decimal)
        for sold_at, event, quantity in self.times:
            if sold_at is None or sold_at < moment:
                quantities[event] += quantity
        plain = quantities.pop("", Decimal(0))
        return replace(self, quantity=plain, events=dict(quantities), times=())


@dataclass(frozen=True)
class Count:
    """The last finished count of one ingredient in one storage unit, seen from a day.

    :param move_id: the stock move that the count left behind
    :param moment: when it was counted
    :param location_id: the inventory location on its other side
    :param stands: False where it was reverted: nothing may stand against it
    :param revision: the day's last revision that was posted before the count was done;
        what it says the count has seen already (0: nothing)
    :param posted: what the day had taken of the ingredient by then
    :param against: what it had moved by then out of the differences of earlier counts
    """

    move_id: int
    moment: datetime
    location_id: int
    done_at: datetime
    stands: bool = True
    revision: int = 0
    posted: float = 0.0
    against: float = 0.0


@dataclass(frozen=True)
class Problem:
    """One thing a person should look at; becomes a ``pos.bridge.exception``.

    :param location_ids: the storage units that it is about; empty: whichever
    :param is_waiting: the ledger does not say yet what this is about
    :param is_settled: nobody has to do anything; it is only said
    """

    code: str
    message: str
    item_id: int | None = None
    product_id: int | None = None
    parent_item_id: int | None = None
    quantity: float = 0.0
    amount: float = 0.0
    location_ids: tuple[int, ...] = ()
    is_waiting: bool = False
    is_settled: bool = False


@dataclass
class Explosion:
    """What the sold items of a day need.

    :param rows: item key -> values of the usage rows that should be in force
    :param states: item key -> posted, ignored, unmapped or failed
    :param kept: item key -> products whose old rows stay (None: all of them)
    :param counts: (product id, storage unit id) -> ``Count`` that some of the day was
        sold before
    """

    rows: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Delta:
    """What the ledger lacks (positive: still to be taken) for one key of a day.

    :param count_move_id: the count out of whose difference it is moved; 0 for use
    :param counted: of the use, what was sold before a count and is neither in what was
        counted nor moved out of the count's difference
    """

    product_id: int
    location_id: int
    consumption_location_id: int
    quantity: float
    count_move_id: int = 0
    counted: float = 0.0

    @property
    def key(self):
        """As usage and ledger are compared."""
        return self.product_id, self.location_id, self.consumption_location_id

    @property
    def place(self):
        """What is counted: an ingredient in a storage unit."""
        return self.product_id, self.location_id


@dataclass(frozen=True)
class Part:
    """What of a run is dated alike: a posting of its own.

    :param timing: values of the posting's dates, and why they are not the day's own
    :param reason: for its title, where it has one of its own
    """

    deltas: list
    timing: dict
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """What posting a day again would do to one key of the ledger.

    :param now: what the day's moves say; ``then`` what they would say
    :param value: what leaves stock with it (negative: comes back), as far as it can be
        told beforehand
    :param is_count: it comes out of a count's difference and stands against use
    :param waits: what would not be posted yet
    """

    product_id: int
    location_id: int
    now: float
    then: float
    value: float
    is_count: bool = False
    waits: float = 0.0

    @property
    def difference(self):
        """Positive: still to be taken."""
        return self.then - self.now
