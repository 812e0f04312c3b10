"""Shelves that are counted, and may be empty, while sales days are told late: in plain
Python, beside the books of their company.
"""

from collections import defaultdict, namedtuple
from datetime import datetime, time
from decimal import Decimal

from .books_goods import Shelf
from .books_oracle import DAY, SECOND, Books

#: When a business date begins.
DAY_BEGINS = time(5)
NOTHING = Decimal(0)

#: What a run did: how much more (or less) the day took, what was put back of a count's
#: difference, and whether the ingredient had waited for goods until then.
Change = namedtuple("Change", "taken put_back had_waited")
#: How a posting is dated, and whether because goods came late.
When = namedtuple("When", "moment on has_waited", defaults=[False])


def in_order(when):
    """Oldest date first, and last what had waited."""
    return when.has_waited, when.moment


class CountedShelf(Shelf):
    """One ingredient in one storage unit. Its days are dates, and what a day used is
    told sale by sale: [(when, or None, and how much)].

    What was sold before the shelf was counted is missing from what was counted. By the
    policy for late counts it is put back out of the count's difference, as much as it
    is posted after the count (*compensate*); waits (*hold*); or is missing twice
    (*post*).
    """

    def __init__(self, policy, late_counts):
        super().__init__(policy)
        self.on_hand = NOTHING
        self.late_counts = late_counts
        self.counted_at, self.counted, self.received = None, NOTHING, NOTHING
        self.seen = {}  # by day, what had left the shelf when it was counted
        self.put_back = {}  # by day, since it was counted
        self.waiting = set()  # days that wait for goods

    # === WHAT HAPPENS === #

    def tell(self, day, sales):
        self.used[day] = sales
        self.taken.setdefault(day, NOTHING)

    def receive(self, quantity):
        self.on_hand += quantity
        self.received += quantity

    def count(self, moment, quantity):
        """What is found is what is there. Returns the difference."""
        difference = quantity - self.on_hand
        self.on_hand = self.counted = quantity
        self.counted_at, self.received = moment, NOTHING
        self.seen, self.put_back = dict(self.taken), {}
        return difference

    def run(self, day):
        """Post what may be posted of the difference."""
        had_waited = day in self.waiting
        missing, put = self.open(day), NOTHING
        if self.late_counts == "hold":
            missing -= self.changed_before_count(day)
        if self.late_counts == "compensate":
            known = self.put_back.get(day, NOTHING)
            put = self.changed_before_count(day) - known
            self.put_back[day] = known + put
        # What was sold before the count has left the shelf already.
        short = self.short(day, missing - put)
        missing -= short
        self.waiting.discard(day)
        if short:
            self.waiting.add(day)
        self.taken[day] += missing
        self.on_hand += put - missing
        return Change(missing, put, had_waited)

    # === WHAT FOLLOWS === #

    def target(self, day):
        return NOTHING if day in self.undone else self.sold(day)

    def sold(self, day, until=None):
        return sum(
            (
                quantity
                for when, quantity in self.used.get(day, ())
                if not (until and when and when >= until)
            ),
            NOTHING,
        )

    def open(self, day):
        return self.target(day) - self.taken.get(day, NOTHING)

    def is_counted_since(self, day):
        """Was it counted after the day began? Else nothing of it can be missing."""
        begin = datetime.combine(day, DAY_BEGINS)
        return bool(self.counted_at and self.counted_at > begin)

    def changed_before_count(self, day):
        """How much more is known now to be used before the count than had left then."""
        if not self.is_counted_since(day):
            return NOTHING
        before = NOTHING if day in self.undone else self.sold(day, self.counted_at)
        return before - self.seen.get(day, NOTHING)

    def must_be_there(self):
        """Where goods never wait: what was counted, and what came and went since; by
        *post* also what was sold before and told later.
        """
        went = NOTHING
        for day in self.used:
            known = self.seen.get(day, NOTHING)
            if self.late_counts != "post" and self.is_counted_since(day):
                known += self.changed_before_count(day)
            went += self.target(day) - known
        return self.counted + self.received - went

    def short(self, day, needed):
        """How much of what is needed is not there."""
        if self.policy == "post" or needed <= 0:
            return NOTHING
        there = max(self.on_hand - self.claimed_before(day), NOTHING)
        missing = max(needed - there, NOTHING)
        return needed if missing and self.policy == "hold" else missing

    def claimed_before(self, day):
        """Who waited longer is served first."""
        return sum((self.open(other) for other in self.waiting if other < day), NOTHING)


class CountedBooks(Books):
    """A company with one storage unit, its policies, and counts.

    What is sold before a count has no cost of its own here: with counts, every
    ingredient has one price for ever.
    """

    def __init__(self, method, real_time, shortage="post", late_counts="compensate"):
        super().__init__(method, real_time)
        self.policies = shortage, late_counts
        self.shelves = {}

    def add(self, name, price=NOTHING):
        self.shelves[name] = CountedShelf(*self.policies)
        return super().add(name, price)

    def count(self, name, moment, quantity):
        difference = self.shelves[name].count(moment, quantity)
        self._correct(name, moment, difference)

    def run(self, day, now):
        """Make the books say what the day used, as far as may be.

        :return: list of ``Posted``: what had waited for goods is dated now
        """
        timing = self.timing(day[1], now)
        if not timing:
            return []
        parts = defaultdict(dict)
        for name, shelf in self.shelves.items():
            for when, piece in self._pieces(day, name, shelf.run(day[1]), timing, now):
                parts[when][name] = piece
        return [
            self._post_piece(day, parts[when], when)
            for when in sorted(parts, key=in_order)
        ]

    def _pieces(self, day, name, change, timing, now):
        """[(``When``, (taken, put back))]: what a run did, by its date."""
        at_end = When(*timing)
        pieces = {at_end: change.taken}
        if change.taken < 0:
            pieces = self._back(day, name, -change.taken, at_end)
        elif change.had_waited:
            # What a count puts back did not wait for goods.
            covered = min(change.taken, max(change.put_back, NOTHING))
            late = When(now, max(now.date(), at_end.on), True)
            pieces = {at_end: covered, late: change.taken - covered}
        pieces = sorted(
            ((w, t) for w, t in pieces.items() if t), key=lambda p: in_order(p[0])
        )
        pieces = pieces or [(at_end, NOTHING)]
        sign = 1 if change.put_back > 0 else -1
        left = abs(change.put_back)
        for when, taken in pieces[:-1]:
            part = min(left, abs(taken))
            left -= part
            yield when, (taken, sign * part)
        when, taken = pieces[-1]
        if taken or left:
            yield when, (taken, sign * left)

    def _back(self, day, name, quantity, at_end):
        """{``When``: quantity (negative)}: newest first, nothing before it left."""
        pieces = defaultdict(Decimal)
        for issue in reversed(self.issues[day, name]):
            part = min(quantity, issue.left)
            if part:
                pieces[self._when_back(day, issue, at_end)] -= part
                quantity -= part
        pieces[at_end] -= quantity
        return pieces

    def _when_back(self, day, issue, at_end):
        if issue.moment <= at_end.moment:
            return at_end
        dates = [
            p.accounting_date for p in self.postings[day] if p.moment == issue.moment
        ]
        return When(issue.moment, max([at_end.on, *dates]))

    def _post_piece(self, day, piece, when):
        deltas = {name: taken for name, (taken, _put) in piece.items() if taken}
        posted = self.post_part(day, deltas, when.moment, when.on)
        for name, (_taken, put) in sorted(piece.items()):
            if put:
                at = when.moment
                if not when.has_waited:
                    at = self.open_moment(self.shelves[name].counted_at)
                posted.put_back[name] = at, put
                on = when.on if when.has_waited else at.date()
                self.book(on, -self._correct(name, at, put), "loss")
        return posted

    def _correct(self, name, moment, quantity):
        """More or less is there than was known. Returns what that is worth."""
        if quantity > 0:
            return self.goods[name].receive(moment, quantity)
        return -self.goods[name].issue(moment, -quantity).value if quantity else NOTHING

    def open_moment(self, moment):
        """Itself; or the first moment that is not closed."""
        if not self.real_time and self.closed_at and moment <= self.closed_at:
            moment = self.closed_at + SECOND
        if self.locked_until and moment.date() <= self.locked_until:
            moment = datetime.combine(self.locked_until + DAY, time())
        return moment
