"""The books of a small bar, in Odoo and in ``books_counted`` side by side."""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatchmethod

from property_books_steps import (
    DAYS,
    EVENING,
    FIRST_NOW,
    LATTE,
    PRICE,
    PRODUCTS,
    TODAY,
    ChangeRecipe,
    Close,
    Count,
    Lock,
    Receive,
    Redo,
    Sell,
    SetPrice,
    Undo,
    Wait,
)

from odoo.addons.pos_inventory_bridge.tests.books_counted import CountedBooks


class Bar:
    """Plays steps in both worlds and compares after each."""

    def __init__(self, test, opening):
        self.test, self.opening = test, opening
        self.told = defaultdict(dict)
        self.recipe = dict(LATTE)
        late_counts = opening.late_counts or "compensate"
        self.books = CountedBooks(
            opening.method,
            opening.valuation == "real_time",
            opening.shortage,
            late_counts,
        )
        test.integration.negative_stock_policy = opening.shortage
        test.integration.late_count_policy = late_counts

    @property
    def now(self):
        return datetime.now()

    @property
    def has_one_price(self):
        """What counts are worth, this knows of one price only."""
        return self.opening.late_counts is not None

    def open(self):
        test, opening = self.test, self.opening
        prices = {"Milk": 3, "Beans": 5} if opening.method == "standard" else {}
        if self.has_one_price:
            prices = dict.fromkeys(PRODUCTS, PRICE)
        milk, beans = (prices.get(name, 0) for name in PRODUCTS)
        test.open_books(opening.method, opening.valuation, milk, self.books)
        test.open_product("Beans", beans)
        self.books.is_booked_with_receipts = self.books.real_time and self.has_one_price
        if self.books.is_booked_with_receipts:
            test.book_receipts()
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
        self.test.begin_transaction()
        self._play(step)
        self._post_waiting()
        self.test.check_all()

    @singledispatchmethod
    def _play(self, step):
        raise NotImplementedError(type(step))

    # === GOODS === #

    @_play.register
    def _(self, step: Receive):
        if not self._is_locked(self.now):
            price = PRICE if self.has_one_price else step.price
            self.test.arrive(step.quantity, price, step.product)
            self.books.shelves[step.product].receive(step.quantity)

    @_play.register
    def _(self, step: SetPrice):
        if self.opening.method != "fifo" and not self.has_one_price:
            self.test.change_price(step.price, step.product)

    @_play.register
    def _(self, step: Count):
        if not self.has_one_price or self._is_locked(self.now):
            return
        moment = datetime.combine(self._date(step.day), time(step.hour, 30))
        if not self._can_be_dated(step.product, moment):
            moment = self.now
        self.test.count(step.product, moment, step.quantity)
        self.books.count(step.product, moment, Decimal(step.quantity))

    def _can_be_dated(self, name, moment):
        """A count tells what was there when it was made: a date before what Odoo knew
        already to be sold would make it tell something else.
        """
        shelf = self.books.shelves[name]
        last = max(
            (when or datetime.combine(on, time(5)) for on, when in self._known(name)),
            default=datetime.min,
        )
        is_open = self.books.open_moment(moment) == moment
        is_last = moment > max(last, shelf.counted_at or datetime.min)
        return is_open and is_last and moment <= self.now

    def _known(self, name):
        """(business date, when) of everything that was told of an ingredient."""
        for on, sales in self.books.shelves[name].used.items():
            yield from ((on, when) for when, _quantity in sales)
        for on in self.told:
            yield from ((on, when) for when, _quantity in self._use(on)[name])

    # === SALES DAYS === #

    @_play.register
    def _(self, step: Sell):
        day = self._day(step.day)
        on = day.business_date
        # Nothing is sold before it happens.
        evening = min(datetime.combine(on, time(EVENING)), self.now)
        hour = step.hour and min(datetime.combine(on, time(step.hour)), evening)
        sales = ((hour, step.quantity), (evening, step.evening))
        self.told[on][step.code] = [sale for sale in sales if sale[1]]
        self.test.sell(list(self._receipts(on)), on)
        self.test.run_day(day=day)
        self._check(day)

    def _receipts(self, on):
        for code, sales in self.told[on].items():
            lines = [
                self.test.line(
                    number,
                    code,
                    quantity,
                    10,
                    sold_at=when and when.replace(tzinfo=UTC),
                )
                for number, (when, quantity) in enumerate(sales)
            ]
            if lines:
                yield self.test.receipt(f"{on}-{code}", lines, on)

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
            self._check(day)

    @_play.register
    def _(self, step: Undo):
        day = self._day(step.day)
        for shelf in self.books.shelves.values():
            shelf.undone.add(day.business_date)
        day.with_user(self.test.user).action_undo()
        self._check(day)

    @_play.register
    def _(self, step: Redo):
        """What was known when it was undone is taken again, then all that is known."""
        day = self._day(step.day)
        if not self._is_undone(day.business_date):
            return
        for shelf in self.books.shelves.values():
            shelf.undone.discard(day.business_date)
        day.with_user(self.test.user).action_redo()
        self._check(day, is_told=False)
        day.with_user(self.test.user).action_repost()
        self._check(day)

    def _is_undone(self, on):
        return any(on in shelf.undone for shelf in self.books.shelves.values())

    def _check(self, day, is_told=True):
        """The run that was made did what it must.

        :param is_told: the use was worked out anew; not while a day is undone
        """
        on = day.business_date
        use = self._use(on)
        for name, shelf in self.books.shelves.items():
            is_new = is_told and on not in shelf.undone
            shelf.tell(on, use[name] if is_new else shelf.used.get(on, []))
        self.test.check_run(day)

    def _use(self, on):
        """{product: [(when, how much)]} of all that the till told of a day."""
        told = self.told.get(on, {})
        result = {
            name: [(when, sold * each) for when, sold in told.get("LATTE", ())]
            for name, each in self.recipe.items()
        }
        result["Milk"] += [(when, Decimal(sold)) for when, sold in told.get("MILK", ())]
        return result

    def _day(self, number):
        return self.test.day(self._date(number))

    def _date(self, number):
        return self.now.date() if number == TODAY else DAYS[number]

    # === WHAT WAITS === #

    def _post_waiting(self):
        """What waits for goods is posted when they are there, oldest day first; the
        rest is asked for by a person.
        """
        opened = self.test.env["pos.bridge.open"]
        waiting = sorted(set().union(*(s.waiting for s in self.books.shelves.values())))
        if not waiting:
            return
        opened._cron_queue_waiting()
        queue = self.test.env["pos.bridge.transfer"].search(
            [("state", "=", "queued")], order="priority, business_date, id"
        )
        queue._run_all()
        opened.search([])._waiting().with_user(self.test.user).action_post()
        for on in waiting:
            self.test.check_run(self.test.day(on))

    # === PERIODS === #

    def _is_locked(self, moment):
        until = self.books.locked_until
        return bool(until and moment.date() <= until)

    @_play.register
    def _(self, step: Lock):
        until = step.days_ago is not None and (
            self.now.date() - timedelta(days=step.days_ago)
        )
        self.test.company.sudo().fiscalyear_lock_date = until
        self.books.locked_until = until or None

    @_play.register
    def _(self, step: Close):
        if self.books.real_time or self._is_locked(self.now):
            return
        company = self.test.company
        if company._action_close_stock_valuation():
            company.action_close_stock_valuation(auto_post=True)
            self.books.closed_at = datetime.combine(self.now.date(), time.min)

    @_play.register
    def _(self, step: Wait):
        self.test.clock.tick(timedelta(days=step.days))

    # === AT LAST === #

    def check_again_writes_nothing(self):
        """Every day once more: what could not be posted then is posted, and no more."""
        self.play(Lock(None))
        undone = set().union(*(shelf.undone for shelf in self.books.shelves.values()))
        for _time in range(2):
            before = len(self.test.entries()), len(self.test.all_moves())
            for on in sorted({*self.told, *undone}):
                self.test.run_day("manual", self.test.day(on))
                self._check(self.test.day(on))
            self.test.check_past()
        after = len(self.test.entries()), len(self.test.all_moves())
        self.test.assertEqual(after, before)
