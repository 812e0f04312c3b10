"""What the reports should say of sales: figures out of a ``Truth``, by any key."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from _pizza_story import at
from _pizza_truth import local_date

STATES = ("posted", "ignored", "unmapped", "failed", "undone", "zero")


@dataclass
class Sale:
    """What an item sold on a day in an outlet, and what it used.

    :param uses: {name: (kg, money)}
    """

    outlet: str
    day: date
    item: str
    state: str
    count: int
    quantity: int
    amount: Fraction
    zero_amount: Fraction
    uses: dict

    @property
    def month(self):
        return self.day.replace(day=1)

    @property
    def cost(self):
        return sum(money for _kg, money in self.uses.values())

    @property
    def posted_cost(self):
        """What the goods cost whose money is posted: the only cost a margin knows."""
        return self.cost if self.state == "posted" else 0

    @property
    def margin(self):
        return self.amount_if("posted") - self.posted_cost

    def amount_if(self, *states):
        return self.amount if self.state in states else 0


class Figures:
    """
    :param truth: as it is in the end
    """

    def __init__(self, truth):
        self.truth, self.stock = truth, truth.stock
        self.sales = [
            sale for key in sorted(truth.sold) for sale in self._sales_of(*key)
        ]
        self.days = defaultdict(list)
        for sale in self.sales:
            self.days[sale.outlet, sale.day].append(sale)
        self.accounts = {key: self._account(*key) for key in self.days}
        self.problems = self._problems()
        self.waiting = {key[:2] for key in self.problems}
        self.corrections = self._corrections()

    def _sales_of(self, outlet, day):
        uses = self._uses(outlet, day)
        for item, (count, quantity, amount, zero) in self.truth.sold[
            outlet, day
        ].items():
            state = self.truth.state(item)
            if state == "posted" and (outlet, day) in self.truth.undone:
                state = "undone"
            yield Sale(
                *(outlet, day, item, state, count, quantity),
                *(Fraction(amount), Fraction(zero), uses[item]),
            )

    def _uses(self, outlet, day):
        """{item: {name: (kg, money)}}: each item's share of what the day's moves took;
        nothing while the day is undone.
        """
        uses, totals = defaultdict(dict), defaultdict(Fraction)
        is_undone = (outlet, day) in self.truth.undone
        used = {} if is_undone else self.truth.used[outlet, day]
        for (_item, name), kg in used.items():
            totals[name] += kg
        taken = {name: self._taken(outlet, day, name) for name in totals}
        for (item, name), kg in used.items():
            if totals[name]:
                share = kg / totals[name]
                uses[item][name] = tuple(share * each for each in taken[name])
        return uses

    def _taken(self, outlet, day, name):
        """(kg, money) that left for a day's sales; a count's share is no cost."""
        moves = [m for m in self.stock.by_day[outlet, day, name] if m.kind == "issue"]
        return (
            Fraction(-sum(move.quantity for move in moves)),
            Fraction(-sum(move.value for move in moves)),
        )

    # === SALES AND CONSUMPTION === #

    def by(self, key, measure):
        """{key: sum} over all sales; a key of None is left out."""
        sums = defaultdict(Fraction)
        for sale in self.sales:
            sums[key(sale)] += Fraction(measure(sale))
        return {each: float(value) for each, value in sums.items() if each is not None}

    def used_by(self, key):
        """({key: kg}, {key: money}); the key is of a sale and the name of what it
        used.
        """
        kilograms, money = defaultdict(Fraction), defaultdict(Fraction)
        for sale in self.sales:
            for name, (kg, value) in sale.uses.items():
                kilograms[key(sale, name)] += kg
                money[key(sale, name)] += value
        return (
            {each: float(kg) for each, kg in kilograms.items()},
            {each: float(value) for each, value in money.items()},
        )

    def shares(self, key):
        """{key: cost per money of what is mapped}."""
        cost = self.by(key, lambda sale: sale.posted_cost)
        amount = self.by(key, lambda sale: sale.amount_if("posted"))
        return {each: cost[each] / amount[each] for each in cost if amount[each]}

    # === DAYS === #

    def _account(self, outlet, day):
        """The account of a day: money by what became of it, and what it cost."""
        sales = self.days[outlet, day]
        money = {
            state: sum(sale.amount_if(state) for sale in sales) for state in STATES
        }
        money["zero"] = sum(sale.zero_amount for sale in sales)
        read = sum(money.values())
        names = self.truth.story.names
        cost = sum(self._taken(outlet, day, name)[1] for name in names)
        figures = {**money, "read": read, "reported": read, "cost": cost}
        figures["margin"] = sum(sale.margin for sale in sales)
        return {name: float(figure) for name, figure in figures.items()}

    def span(self, first, last, outlet=None):
        """Accounts of all days of a time (in an outlet), added up."""
        sums = defaultdict(float)
        for (place, day), figures in self.accounts.items():
            if first <= day <= last and outlet in (None, place):
                for name, figure in figures.items():
                    sums[name] += figure
        return sums

    def mapped_share(self, first, last, outlet=None, is_use=False):
        """
        :param is_use: what is undone is mapped, and yet its use is not known
        """
        sums = self.span(first, last, outlet)
        known = sums["posted"] + sums["ignored"] + (0 if is_use else sums["undone"])
        total = known + sums["unmapped"] + sums["failed"]
        total += sums["undone"] if is_use else 0
        return known / total if total else None

    # === WHAT WAITS FOR A PERSON === #

    def _problems(self):
        """{(outlet, date, code, item): (sold, money)} of what is open."""
        codes = {"unmapped": "unmapped_pos_item", "failed": "recipe_not_found"}
        return {
            (sale.outlet, sale.day, codes[sale.state], sale.item): (
                float(sale.quantity),
                float(sale.amount),
            )
            for sale in self.sales
            if sale.count and sale.state in codes
        }

    def mark(self, outlet, day, is_open, today):
        """What the overview marks a date with."""
        if (outlet, day) not in self.days:
            if not is_open:
                return "closed"
            return "missing" if day < today else "expected"
        if (outlet, day) in self.truth.undone:
            return "undone"
        return "open" if (outlet, day) in self.waiting else "posted"

    # === CORRECTIONS === #

    def _corrections(self):
        """{(outlet, date, number): (kind, when, date in the books, late?, value)}."""
        values = defaultdict(float)
        for move in self.stock.moves:
            if move.key and move.kind == "issue":
                values[move.key] -= float(move.value)
        return {
            key: (kind, when, booked_on, key in self.truth.late, values[key])
            for *key, kind, when, booked_on in self.truth.postings
            for key in [tuple(key)]
            if key[2] > 1
        }

    # === STOCK AND BOOKS === #

    def books(self, last):
        """(stock value, balance of its account) at the end of a date: no receipt is
        booked before its bill.
        """
        end = at(last + timedelta(days=1)) - timedelta(seconds=1)
        names = self.truth.story.names
        value = sum(self.stock.value_at(name, end) for name in names)
        dates = {
            tuple(key): booked_on for *key, _k, _w, booked_on in self.truth.postings
        }
        booked = sum(
            move.booked
            for move in self.stock.moves
            if move.kind != "receipt" and self._booked_on(move, dates) <= last
        )
        return float(value), float(booked)

    def _booked_on(self, move, dates):
        is_of_day = move.key and move.kind == "issue"
        return dates[move.key] if is_of_day else local_date(move.moment)


def month_before(day):
    """The same date of the month before, or its last one."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
