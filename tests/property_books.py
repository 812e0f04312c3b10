"""The books of a small bar, in Odoo and in ``books_oracle`` side by side.

A step is one thing that happens: goods arrive, the till corrects a day, a recipe
changes, the accountant closes a period, a day is undone. Counts and shortage policies
are steps that would stand beside these.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatchmethod

from hypothesis import strategies as st

from odoo.addons.pos_inventory_bridge.tests.books_common import METHODS, VALUATIONS

OPENED = datetime(2026, 3, 1, 8)
#: Business dates that are sold on; the story goes on after them.
DAYS = [date(2026, 3, number) for number in (2, 3, 5)]
FIRST_NOW = datetime(2026, 3, 9, 9)
PRODUCTS = ("Milk", "Beans")
CODES = ("MILK", "LATTE")
#: What one LATTE takes at first.
LATTE = {"Milk": Decimal("0.50"), "Beans": Decimal("0.25")}
TODAY = len(DAYS)


# === STEPS === #


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
    """What the till says now of a day: all that it sold of one item."""

    day: int
    code: str
    quantity: int


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


product = st.sampled_from(PRODUCTS)
prices = st.integers(20, 1200).map(lambda number: Decimal(number) / 100)
any_day = st.integers(0, TODAY)
selling = st.builds(Sell, any_day, st.sampled_from(CODES), st.integers(-3, 12))
receiving = st.builds(Receive, product, st.integers(1, 20), prices)
steps = st.one_of(
    selling,
    selling,
    selling,
    receiving,
    receiving,
    st.builds(SetPrice, product, prices),
    st.builds(
        ChangeRecipe, product, st.integers(0, 8).map(lambda number: Decimal(number) / 4)
    ),
    st.builds(Undo, any_day),
    st.builds(Redo, any_day),
    st.builds(Lock, st.sampled_from((None, 0, 1, 2, 5, 8))),
    st.just(Close()),
    st.builds(Wait, st.integers(1, 4)),
)


@dataclass(frozen=True)
class Opening:
    method: str
    valuation: str
    receipts: tuple
    sold: tuple


openings = st.builds(
    Opening,
    st.sampled_from(METHODS),
    st.sampled_from(VALUATIONS),
    st.lists(receiving, max_size=3).map(tuple),
    st.lists(selling, min_size=1, max_size=3).map(tuple),
)


# === THE BAR === #


class Bar:
    """Plays steps in both worlds and compares after each."""

    def __init__(self, test, opening):
        self.test, self.books = test, None
        self.sold = defaultdict(dict)
        self.recipe = dict(LATTE)
        self.known, self.undone = {}, set()
        self.opening = opening

    @property
    def now(self):
        return datetime.now()

    def open(self):
        test, opening = self.test, self.opening
        is_standard = opening.method == "standard"
        test.open_books(opening.method, opening.valuation, 3 if is_standard else 0)
        test.open_product("Beans", 5 if is_standard else 0)
        self.books = test.books
        lines = [(test.products[name], float(LATTE[name])) for name in PRODUCTS]
        self.bom = test.recipe("Latte", lines)
        test.item("LATTE", self.bom)
        for receipt in opening.receipts:
            self.play(receipt)
        test.clock.move_to(FIRST_NOW)
        for sale in opening.sold:
            self.play(sale)

    def play(self, step):
        self.test.clock.tick(1800)
        self._play(step)
        self.test.check_books()

    @singledispatchmethod
    def _play(self, step):
        raise NotImplementedError(type(step))

    # === GOODS === #

    @_play.register
    def _(self, step: Receive):
        if not self._is_locked(self.now.date()):
            self.test.arrive(step.quantity, step.price, step.product)

    @_play.register
    def _(self, step: SetPrice):
        if self.opening.method != "fifo":
            self.test.change_price(step.price, step.product)

    # === SALES DAYS === #

    @_play.register
    def _(self, step: Sell):
        day = self._day(step.day)
        self.sold[day.business_date][step.code] = step.quantity
        sold = self.sold[day.business_date]
        told = {code: number for code, number in sold.items() if number}
        self.test.sell(told, day.business_date)
        self.test.run_day(day=day)
        self._check(day)

    @_play.register
    def _(self, step: ChangeRecipe):
        if self.recipe[step.product] == step.quantity or not step.quantity:
            return
        self.recipe[step.product] = step.quantity
        ingredient = self.test.products[step.product]
        lines = self.bom.bom_line_ids
        line = lines.filtered(lambda each: each.product_id == ingredient)
        line.with_context(pos_bridge_from_date="2020-01-01").product_qty = float(
            step.quantity
        )
        self._post_stale()

    def _post_stale(self):
        """Posted again oldest first, as a person would have it done at once."""
        days = self.test.env["pos.bridge.day"].search([("stale_reason", "!=", False)])
        for day in days.sorted("business_date"):
            day.with_user(self.test.user).action_repost()
            self.test.env.invalidate_all()
            self._check(day, books=False)
        self.test.check_books()

    @_play.register
    def _(self, step: Undo):
        day = self._day(step.day)
        self.undone.add(day.business_date)
        day.with_user(self.test.user).action_undo()
        self._check(day)

    @_play.register
    def _(self, step: Redo):
        """What was known when it was undone is taken again, then all that is known."""
        day = self._day(step.day)
        if day.business_date not in self.undone:
            return
        self.undone.discard(day.business_date)
        day.with_user(self.test.user).action_redo()
        self._check(day, self.known.get(day.business_date, {}))
        day.with_user(self.test.user).action_repost()
        self._check(day)

    def _check(self, day, targets=None, books=True):
        self.test.env.invalidate_all()
        if targets is None:
            targets = self._targets(day.business_date)
        self.test.check_posted(day, targets, books)

    def _targets(self, on):
        """{product: what the day must have used}."""
        if on in self.undone:
            return {}
        sold = self.sold.get(on, {})
        lattes = Decimal(sold.get("LATTE", 0))
        targets = {name: lattes * each for name, each in self.recipe.items()}
        targets["Milk"] += Decimal(sold.get("MILK", 0))
        self.known[on] = targets
        return targets

    def _day(self, number):
        on = self.now.date() if number == TODAY else DAYS[number]
        return self.test.day(on)

    # === PERIODS === #

    def _is_locked(self, on):
        until = self.books.locked_until
        return bool(until and on <= until)

    @_play.register
    def _(self, step: Lock):
        until = step.days_ago is not None and (
            self.now.date() - timedelta(days=step.days_ago)
        )
        self.test.company.sudo().fiscalyear_lock_date = until
        self.books.locked_until = until or None

    @_play.register
    def _(self, step: Close):
        if self.books.real_time or self._is_locked(self.now.date()):
            return
        company = self.test.company
        if company._action_close_stock_valuation():
            company.action_close_stock_valuation(auto_post=True)
            self.books.closed_at = datetime.combine(self.now.date(), time.min)

    @_play.register
    def _(self, step: Wait):
        self.test.clock.tick(timedelta(days=step.days))

    # === CHECKS === #

    def check_again_writes_nothing(self):
        """Every day once more: what could not be posted then is posted, and no more."""
        self.play(Lock(None))
        for _time in range(2):
            before = len(self.test.entries())
            for on in sorted({*self.sold, *self.undone}):
                self.test.run_day("manual", self.test.day(on))
                self._check(self.test.day(on))
        self.test.assertEqual(len(self.test.entries()), before)


KEPT = Sell(0, "LATTE", 9), Receive("Milk", 4, Decimal("7.77"))
FOUND = {
    "average cost, a third correction behind a later lock": (
        Opening("average", "real_time", KEPT[1:], KEPT[:1]),
        (Lock(2), Sell(0, "LATTE", 3), Wait(4), Lock(1), KEPT[0], Undo(0), Redo(0)),
    ),
    "first in first out, what was overdrawn comes back": (
        Opening("fifo", "periodic", (), KEPT[:1]),
        (KEPT[1], Close(), Wait(2), Sell(0, "LATTE", -3), KEPT[1], Undo(0)),
    ),
    "a recipe that changes while a day is undone": (
        Opening("standard", "real_time", KEPT[1:], KEPT[:1]),
        (
            Undo(0),
            ChangeRecipe("Milk", Decimal(2)),
            Redo(0),
            SetPrice("Milk", Decimal(9)),
        ),
    ),
}
