"""What stock and sales days of a ``Story`` come to, worked out apart from Odoo.

Plain files in, fractions and decimals on the way; what the reports should say of it is
in ``_pizza_figures.py``.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import _pizza_story as facts
from _pizza_stock import Stock, cents
from pizza_year import DIGITS

END_OF_DAY = (23, 59, 59)
SHRINK_LIMIT = Fraction(20, 100)


def rounded(kg):
    """Halves away from zero, to the digits that are kept in stock."""
    size = floor(abs(kg) * 10**DIGITS + Fraction(1, 2))
    return Decimal(size if kg >= 0 else -size).scaleb(-DIGITS)


class Truth:
    """Plays a story's events, in their order.

    ``sold``: {(outlet, date, item): [lines, quantity, money, money of lines without a
    quantity]}; ``used``: {(outlet, date): {(item, name): kg}} as last posted;
    ``shrunk``: {(outlet, date)} that wait until a person has looked; ``postings``:
    (outlet, date, number, kind, when, accounting date); ``found``: {(moment, outlet,
    name): kg} that people count.
    """

    def __init__(self, story):
        self.story, self.menu = story, story.menu
        self.stock = Stock(story.standard)
        first_prices = {name: story.prices[name] for name in story.standard}
        self.stock.set_price(facts.OPENING - timedelta(days=1), first_prices)
        self.mapped_late = False
        self.sold, self.used = {}, {}
        self.postings, self.undone, self.late = [], set(), set()
        self.shrunk = set()
        self.found, self.locked, self.needs = {}, None, {}
        self._read(story.told_first)
        for moment, kind, values in story.events:
            getattr(self, f"_{kind}")(moment, *values)

    # === SALES === #

    def _read(self, lines):
        for key in {(line.outlet, line.day) for line in lines}:
            self.sold[key] = defaultdict(lambda: [0, 0, Decimal(0), Decimal(0)])
        for line in lines:
            item = self.sold[line.outlet, line.day][line.item]
            if line.quantity:
                item[0] += 1
                item[1] += line.quantity
                item[2] += line.amount
            else:
                item[3] += line.amount

    def state(self, item):
        """What becomes of the sales of an item."""
        is_not_yet_mapped = item == facts.MAPPED_LATE and not self.mapped_late
        if is_not_yet_mapped or item in facts.UNMAPPED:
            return "unmapped"
        if item == facts.WITHOUT_RECIPE:
            return "failed"
        return "ignored" if item == facts.IGNORED else "posted"

    def _needs(self, item, day):
        """{name: kg} of one sold unit."""
        if item == facts.FROZEN:
            return {facts.FROZEN_NAME: Fraction(facts.FROZEN_KG)}
        change = (
            self.menu.portions.get(item),
            any(
                item == pizza and day >= since
                for (pizza, _name), (since, _kg) in self.menu.amounts.items()
            ),
        )
        since = change[0] and day >= change[0][0]
        key = item, since, change[1]
        if key not in self.needs:
            self.needs[key] = self.menu.needs(item, day)
        return self.needs[key]

    def _use_of(self, outlet, day):
        """{(item, name): kg} of all that is mapped."""
        return {
            (item, name): kg * quantity
            for item, (count, quantity, *_money) in self.sold[outlet, day].items()
            if count and item != facts.DELIVERY and self.state(item) == "posted"
            for name, kg in self._needs(item, day).items()
        }

    # === POSTING === #

    def _post(self, now, outlet, day, kind="usage"):
        """The difference of what was used and what was posted."""
        targets = defaultdict(Fraction)
        if (outlet, day) not in self.undone:
            self.used[outlet, day] = self._use_of(outlet, day)
            for (_item, name), kg in self.used[outlet, day].items():
                targets[name] += kg
        deltas = {
            name: rounded(targets[name]) + self.posted(outlet, day, name)
            for name in self.story.names
        }
        deltas = {name: kg for name, kg in deltas.items() if kg}
        if deltas:
            moment, booked_on, is_late = self._timing(day)
            number = sum(each[:2] == (outlet, day) for each in self.postings) + 1
            self.postings.append((outlet, day, number, kind, now, booked_on))
            if is_late:
                self.late.add((outlet, day, number))
            for name, kg in deltas.items():
                self._move(now, moment, (outlet, day, number), name, kg)

    def posted(self, outlet, day, name, kinds=("issue",)):
        """What a day's moves took, negative."""
        moves = self.stock.by_day[outlet, day, name]
        return sum((m.quantity for m in moves if m.kind in kinds), Decimal(0))

    def _timing(self, day):
        """(moment, date in the books, whether that is another day)."""
        is_late = bool(self.locked) and day <= self.locked
        booked_on = self.locked + timedelta(days=1) if is_late else day
        return facts.at(booked_on, *END_OF_DAY), booked_on, is_late

    def _move(self, now, moment, key, name, kg):
        """What was counted since is right already: as much as is taken (or comes back)
        now goes back into (or out of) the difference of that count.
        """
        stock, (outlet, day, _number) = self.stock, key
        if kg > 0:
            value = stock.worth(name, kg, moment)
            moved = [stock.add(moment, outlet, name, "issue", -kg, value, key)]
        else:
            moved = list(self._bring_back(moment, key, name, -kg))
        counted = stock.last_count(outlet, name, now)
        if counted and counted > facts.at(day, *END_OF_DAY):
            place = self._open(counted), outlet, name, "count"
            for move in moved:
                stock.add(*place, -move.quantity, abs(move.value), key)

    def _open(self, moment):
        """This moment, or the first one that is not locked: the books look at the date
        in UTC, too.
        """
        if not self.locked or local_date(moment) > self.locked:
            return moment
        return datetime.combine(self.locked + timedelta(days=1), time())

    def _bring_back(self, moment, key, name, kg):
        """Of the day's own issues, the newest first, at the value that left."""
        for issue in reversed(list(self.stock.by_day[(*key[:2], name)])):
            if issue.kind == "issue" and issue.quantity < 0 and kg:
                part = min(kg, -issue.quantity - issue.back)
                if part:
                    issue.back += part
                    kg -= part
                    place = key[0], name, "issue"
                    yield self.stock.add(moment, *place, part, issue.share(part), key)

    def _post_again(self, now, is_touched):
        """All days of which something was posted and that a change touches."""
        days = {
            (day, facts.OUTLETS.index(outlet)) for outlet, day, *_rest in self.postings
        }
        for day, place in sorted(days):
            outlet = facts.OUTLETS[place]
            if is_touched(outlet, day):
                self._post(now, outlet, day)

    # === EVENTS === #

    def _receive(self, moment, outlet, goods):
        for name, kg, price in goods:
            price = self.stock.set_prices.get(name, price)
            self.stock.add(moment, outlet, name, "receipt", kg, cents(price * kg))

    def _scrap(self, moment, outlet, name, kg):
        self.stock.add(moment, outlet, name, "waste", -kg, self.stock.worth(name, kg))

    def _transfer(self, moment, source, target, name, kg):
        self.stock.add(moment, source, name, "transfer", -kg, None)
        self.stock.add(moment, target, name, "transfer", kg, None)

    def _count(self, moment, outlet, found):
        for name, kg in found:
            self.found[moment, outlet, name] = self.stock.on_hand[outlet, name] + kg
            value = self.stock.worth(name, kg)
            self.stock.add(moment, outlet, name, "count", kg, value)
            self.stock.counted[outlet, name].append(moment)

    def _price(self, moment, prices):
        self.stock.set_price(moment, prices)

    def _lock(self, _moment, until):
        self.locked = until

    def _map(self, moment, item):
        self.mapped_late = True
        self._post_again(moment, lambda *key: item in self.sold[key])

    def _portion(self, moment, item, since, factor):
        self.menu.portions[item] = since, factor
        self._post_again(moment, lambda _outlet, day: day >= since)

    def _recipe(self, moment, item, name, since, kg):
        self.menu.amounts[item, name] = since, kg
        self._post_again(moment, lambda _outlet, day: day >= since)

    def _tell(self, moment, first, last, lines):
        """What shrank by too much waits for a person."""
        before = dict(self.sold)
        self._read(lines)
        self.shrunk = {
            key
            for key in before.keys() - self.undone
            if self._share_gone(key, before[key]) > SHRINK_LIMIT
        }
        self._post_again(
            moment,
            lambda *key: first <= key[1] <= last and key not in self.shrunk,
        )

    def _share_gone(self, key, before):
        """Of the money of what was posted."""
        money = gone = Fraction(0)
        now = self.sold[key]
        for item, (_count, quantity, amount, _zero) in before.items():
            if self.state(item) == "posted" and quantity > 0:
                left = max(now[item][1], 0) if item in now else 0
                money += Fraction(amount)
                gone += Fraction(amount) * max(0, 1 - Fraction(left, quantity))
        return gone / money if money else 0

    def _confirm(self, moment):
        """The days that shrank did so rightly."""
        shrunk, self.shrunk = self.shrunk, set()
        self._post_again(moment, lambda *key: key in shrunk)

    def _undo(self, moment, outlet, day):
        self.undone.add((outlet, day))
        self._post(moment, outlet, day, "undo")

    def _redo(self, moment, outlet, day):
        self.undone.discard((outlet, day))
        self._post(moment, outlet, day, "redo")


def local_date(moment):
    return moment.replace(tzinfo=facts.UTC).astimezone(facts.ZONE).date()
