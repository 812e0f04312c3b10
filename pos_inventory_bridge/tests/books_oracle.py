"""What the books of a company must say, worked out from what happened.

Plain python and ``decimal``: no Odoo, no code of the add-ons. Stock is what came and
went, each at its date; what it is worth says ``books_valuation``.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from .books_valuation import CENT, NOTHING, Goods

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass
class Posted:
    """What one posting must be."""

    moment: datetime
    accounting_date: date
    values: dict
    quantities: dict
    #: {product: (moment, quantity)} out of the difference of its count
    put_back: dict = field(default_factory=dict)

    @property
    def cost(self):
        return sum(self.values.values(), NOTHING)


class Books:
    """A company: its goods, what its sales days took, its journal.

    :param real_time: the journal is written with every posting
    """

    def __init__(self, method, real_time, cent=CENT):
        self.method, self.real_time, self.cent = method, real_time, cent
        self.goods, self.issues = {}, defaultdict(list)
        self.posted = defaultdict(Decimal)
        self.value = defaultdict(Decimal)
        self.postings = defaultdict(list)
        #: {(account, accounting date): balance}
        self.journal = defaultdict(Decimal)
        self.locked_until = self.closed_at = None

    def add(self, name, price=NOTHING):
        self.goods[name] = Goods(self.method, Decimal(price), self.cent)
        return self.goods[name]

    # === WHEN === #

    def timing(self, business_date, now):
        """(moment, accounting date), or None while every moment is closed."""
        on = business_date
        if self.locked_until and on <= self.locked_until:
            on = self.locked_until + DAY
        moment = min(datetime.combine(on, time(23, 59, 59)), now)
        if not self.real_time and self.closed_at and moment <= self.closed_at:
            moment = self.closed_at + SECOND
            on = moment.date()
        if self.locked_until and moment.date() <= self.locked_until:
            return None
        return moment, on

    # === POSTING === #

    def post(self, day, targets, now):
        """Make the books say that the day used ``targets`` and nothing else.

        :param day: (outlet, business date)
        :param targets: {product: quantity}
        :return: ``Posted``, or None where nothing had to be or could be posted
        """
        deltas = self.open(day, targets)
        timing = deltas and self.timing(day[1], now)
        if not timing:
            return None
        return self.post_part(day, deltas, *timing)

    def post_part(self, day, deltas, moment, on):
        # Goods that leave are valued before those that come back.
        values = {
            name: self._post_one(day, name, delta, moment)
            for name, delta in sorted(deltas.items(), key=lambda item: -item[1])
        }
        posted = Posted(moment, on, values, deltas)
        self.postings[day].append(posted)
        self.book(on, posted.cost)
        return posted

    def open(self, day, targets):
        """{product: what is still to be taken} (negative: to come back)."""
        names = {name for on, name in self.posted if on == day} | set(targets)
        deltas = {
            name: Decimal(targets.get(name, 0)) - self.posted[day, name]
            for name in names
        }
        return {name: delta for name, delta in deltas.items() if delta}

    def book(self, on, amount, account="cost"):
        if self.real_time and amount:
            self.journal[account, on] += amount
            self.journal["stock", on] -= amount

    def _post_one(self, day, name, delta, moment):
        goods, key = self.goods[name], (day, name)
        if delta > 0:
            issue = goods.issue(moment, delta)
            self.issues[key].append(issue)
            value = issue.value
        else:
            value = -self._bring_back(goods, self.issues[key], -delta, moment)
        self.posted[key] += delta
        self.value[key] += value
        return value

    def _bring_back(self, goods, issues, quantity, moment):
        """The day's own issues first, newest first; the rest at today's cost."""
        # What nobody took is worth today's cost as it is before anything comes back.
        value, price = NOTHING, goods.price
        for issue in reversed(issues):
            part = min(quantity, issue.left) if issue.moment <= moment else NOTHING
            if part:
                value += goods.give_back(issue, moment, part)
                quantity -= part
        if quantity:
            value += goods.receive(moment, quantity, price)
        return value

    # === WHAT THE BOOKS SAY === #

    def balance(self, account):
        amounts = (a for (name, _on), a in self.journal.items() if name == account)
        return sum(amounts, NOTHING)
