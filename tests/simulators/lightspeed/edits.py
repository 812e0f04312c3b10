"""What people do to the till between two readings: a mixin of the simulator."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from simulators.lightspeed.story import Extra, Order, Visit


def as_day(day):
    return date.fromisoformat(day) if isinstance(day, str) else day


class Edits:
    """Locations may be given by id, days as ``date`` or "2026-11-01"."""

    # === RECEIPTS === #

    def order(self, sku, quantity=1, modifiers=(), taken_back=0, **facts):
        """An order at the menu's prices.

        :param modifiers: {sku: how many per dish}
        :param taken_back: how many were voided after they were sent to the kitchen
        :param facts: of the ``Order``: ``comped=True``, ``discount=Decimal("0.5")``
        """
        menu = {item.sku: item for item in self.catalogue.menu}
        extras = [
            Extra(extra, menu[extra].price, Decimal(each))
            for extra, each in dict(modifiers).items()
        ]
        dish = menu.get(sku) or self.catalogue.item(sku)
        return Order(
            *(sku, Decimal(quantity), dish.price, tuple(extras), dish.parts),
            taken_back=Decimal(taken_back),
            **facts,
        )

    def add_receipt(self, location, day, *orders, closed=None, **facts):
        """A receipt that comes late, or is all there is; its number.

        :param closed: when; 15 hours after the day's start by default
        :param facts: of the ``Visit``, for example ``ending="split"``
        """
        location, day = self.location(location), as_day(day)
        number = self.restaurant.free_number(location, day)
        closed = closed or location.start_of(day) + timedelta(hours=15)
        opened = closed - timedelta(hours=1)
        if facts.get("ending") in ("refunded", "voided", "reopened"):
            facts = {"undone_at": closed + timedelta(minutes=10)} | facts
        visit = Visit(number, opened, closed, tuple(orders), **facts)
        self.restaurant.put(location, day, visit)
        return number

    def edit_receipt(self, location, day, number, **facts):
        """Rewrite a receipt: ``orders=(till.order("COFFEE"),)``, ``closed=...``."""
        location, day = self.location(location), as_day(day)
        visit = self.restaurant.visit(location, day, number)
        self.restaurant.put(location, day, dataclasses.replace(visit, **facts))

    def delete_receipt(self, location, day, number):
        """It is gone as if it had never been."""
        self.restaurant.forget(self.location(location), as_day(day), number)

    def refund_receipt(self, location, day, number, at, in_office=False):
        """Give everything back at a moment, on the till or in the back office."""
        is_same_day = self.location(location).day_of(at) == as_day(day)
        ending = "cancelled_later" if in_office else "refunded_later"
        ending = "refunded" if is_same_day and not in_office else ending
        self.edit_receipt(location, day, number, ending=ending, undone_at=at)

    def tell_also(self, location, sale):
        """A sale that no guest is the reason for, word for word: whatever a test wants
        to be read. It needs ``timeClosed`` and ``receiptId``; the truth ignores it.
        """
        self.odd_sales.setdefault(self.location(location).id, []).append(sale)

    def visits(self, location, day):
        """The visits that ended on a day; each has its ``number``."""
        return self.restaurant.visits(self.location(location), as_day(day))

    # === DAYS === #

    def close_day(self, location, day):
        """Nobody comes on that day."""
        self.restaurant.closed.add((self.location(location).id, as_day(day)))

    def hold_back(self, location, day):
        """The day stays incomplete until ``complete``, for example an iPad is off."""
        self.incomplete.add((self.location(location).id, as_day(day)))

    def complete(self, location, day):
        self.incomplete.discard((self.location(location).id, as_day(day)))

    def is_complete(self, location, day):
        """When the business day is over, and nobody holds it back."""
        is_over = self.clock.now() >= location.start_of(day + timedelta(days=1))
        return is_over and (location.id, day) not in self.incomplete

    # === PLACES === #

    def move_location(self, location, business):
        """A location changes hands; its id stays."""
        location = self.location(location)
        location.business.locations.remove(location)
        business.locations.append(location)
        location.business = business

    def take_away(self, *locations, status=403):
        """The token's user sees these locations no more; none named: none at all.

        :param status: what asking for one of them is answered with
        """
        self.unseen_status = status
        for location in locations or self.locations:
            self.location(location).visible = False

    def give_back(self, *locations):
        for location in locations or self.locations:
            self.location(location).visible = True
