"""What can happen in the books of a small bar, and how stories are drawn.

A step is one thing that happens: goods arrive, the till corrects a day, somebody
counts, a recipe changes, the accountant closes a period, a day is undone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.pos_inventory_bridge.tests.books_common import METHODS, VALUATIONS

#: Business dates that are sold on; the story goes on after them.
DAYS = [date(2026, 3, number) for number in (2, 3, 5)]
TODAY = len(DAYS)
FIRST_NOW = datetime(2026, 3, 9, 9)
#: From when on what is left of a day is sold, at the latest.
EVENING = 20
PRODUCTS = ("Milk", "Beans")
CODES = ("MILK", "LATTE")
#: What one LATTE takes at first.
LATTE = {"Milk": Decimal("0.50"), "Beans": Decimal("0.25")}
#: What everything costs where it is counted.
PRICE = Decimal(4)


@dataclass(frozen=True)
class Receive:
    product: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class SetPrice:
    product: str
    price: Decimal


@dataclass(frozen=True)
class Sell:
    """What the till says now of a day: all that it sold of one item, at an hour (or the
    till knows no times) and in the evening.
    """

    day: int
    code: str
    quantity: int
    hour: int | None = None
    evening: int = 0


@dataclass(frozen=True)
class Count:
    """Somebody counted at half past an hour of that day, and enters it now."""

    product: str
    quantity: int
    day: int
    hour: int


@dataclass(frozen=True)
class ChangeRecipe:
    """Another quantity in one LATTE, for all days; they are posted again."""

    product: str
    quantity: Decimal


@dataclass(frozen=True)
class Undo:
    day: int


@dataclass(frozen=True)
class Redo:
    day: int


@dataclass(frozen=True)
class Lock:
    """Closed up to so many days ago; ``None``: open again."""

    days_ago: int | None


@dataclass(frozen=True)
class Close:
    """The stock valuation of a company without real-time valuation is closed."""


@dataclass(frozen=True)
class Wait:
    days: int


@dataclass(frozen=True)
class Opening:
    """A company, its policies, and what happened first.

    :param shortage: what happens to goods that are not there
    :param late_counts: what happens to use sold before a count and posted after it;
        None: nobody counts
    """

    method: str
    valuation: str
    receipts: tuple
    sold: tuple
    shortage: str = "post"
    late_counts: str | None = None


# === AT RANDOM === #

product = st.sampled_from(PRODUCTS)
prices = st.integers(20, 1200).map(lambda number: Decimal(number) / 100)
any_day = st.integers(0, TODAY)
code = st.sampled_from(CODES)
selling = st.builds(Sell, any_day, code, st.integers(-3, 12))
receiving = st.builds(Receive, product, st.integers(1, 20), prices)
undoing = st.builds(Undo, any_day)
redoing = st.builds(Redo, any_day)
cooking = st.builds(
    ChangeRecipe, product, st.integers(0, 8).map(lambda number: Decimal(number) / 4)
)
steps = st.one_of(
    selling,
    selling,
    selling,
    receiving,
    receiving,
    st.builds(SetPrice, product, prices),
    cooking,
    undoing,
    redoing,
    st.builds(Lock, st.sampled_from((None, 0, 1, 2, 5, 8))),
    st.just(Close()),
    st.builds(Wait, st.integers(1, 4)),
)
openings = st.builds(
    Opening,
    st.sampled_from(METHODS),
    st.sampled_from(VALUATIONS),
    st.lists(receiving, max_size=3).map(tuple),
    st.lists(selling, min_size=1, max_size=3).map(tuple),
)

timed_selling = st.builds(
    Sell,
    any_day,
    code,
    st.integers(-3, 12),
    st.sampled_from((None, 7, 12, 15)),
    st.integers(-2, 6),
)
counting = st.builds(
    Count,
    product,
    st.integers(0, 25),
    any_day,
    st.sampled_from((3, 6, 9, 13, 17, 23)),
)
counted_steps = st.one_of(
    timed_selling,
    timed_selling,
    timed_selling,
    counting,
    counting,
    receiving,
    receiving,
    cooking,
    undoing,
    redoing,
    st.builds(Lock, st.sampled_from((None, 1, 2, 5, 8))),
    st.just(Close()),
    st.builds(Wait, st.integers(1, 4)),
)
counted_openings = st.builds(
    Opening,
    st.sampled_from(METHODS),
    st.sampled_from(VALUATIONS),
    st.lists(receiving, max_size=3).map(tuple),
    st.lists(timed_selling, max_size=2).map(tuple),
    st.sampled_from(("post", "available", "hold")),
    st.sampled_from((None, "compensate", "compensate", "compensate", "hold", "post")),
)
