"""How the till writes visits down: the sales of its financial API (version 2).

What nobody knows of the real till for certain is a field of ``Habits``.
"""

import base64
import dataclasses
import hashlib
from datetime import UTC, date, timedelta
from decimal import Decimal

from simulators.lightspeed.catalogue import accounting_group

FIRST_DAY = date(2020, 1, 1)
REASON = "User Mistake"
UNHAPPY = "Unhappy Client"


class Teller:
    """Writes the visits of one location and business day, as they are known at ``now``.

    What is closed or undone later is written, too; whoever reads looks at the times.
    """

    def __init__(self, location, day, habits, now):
        self.location = location
        self.day = day
        self.habits = habits
        self.now = now

    def sales(self, visit):
        """All that a visit ever leaves in the till, whenever that is."""
        tell = getattr(self, f"_{visit.ending}", None) or self._undone
        return tell(visit)

    # === WHAT BECOMES OF A VISIT === #

    def _paid(self, visit):
        return [self._sale(visit, 1).orders(visit.orders).told()]

    def _float(self, visit):
        sale = self._sale(visit, 1, type="FLOAT")
        sale.line(None, "Cash float", Decimal(1), Decimal(100))
        return [sale.told()]

    def _dropped(self, visit):
        """Cancelled as a whole before it was paid."""
        orders = [
            dataclasses.replace(
                order, taken_back=order.quantity, comped=False, discount=Decimal()
            )
            for order in visit.orders
        ]
        sale = self._sale(visit, 1, cancelled=True, voidReason=REASON)
        return [sale.orders(orders).told()]

    def _voided(self, visit):
        if self.habits.void_style == "marked_original":
            is_known = visit.undone_at <= self.now
            return self._dropped(visit) if is_known else self._paid(visit)
        return self._undone(visit, type="VOID")

    def _cancelled_later(self, visit):
        return self._undone(visit, type="CANCEL")

    def _undone(self, visit, type="REFUND"):
        """Refunded: a transaction of its own, with the opposite of the first."""
        first = self._sale(visit, 1).orders(visit.orders)
        facts = {"type": type, "voidReason": UNHAPPY, "closed": visit.undone_at}
        second = self._sale(visit, 2, after=(first, first), **facts)
        for order in visit.undone_orders:
            second.order(order, -order.served, voidReason=UNHAPPY)
        return [first.told(), second.told()]

    def _reopened(self, visit):
        """Refunded, and ordered anew."""
        first = self._sale(visit, 1).orders(visit.first_receipt)
        facts = {"type": "REFUND", "closed": visit.undone_at}
        second = self._sale(visit, 2, after=(first, first), **facts)
        for order in visit.first_receipt:
            second.order(order, -order.served)
        paid = visit.undone_at + timedelta(seconds=1)
        third = self._sale(visit, 3, after=(first, second), closed=paid)
        return [first.told(), second.told(), third.orders(visit.orders).told()]

    def _transferred(self, visit):
        """Opened at one table, paid at another."""
        first = self._restated(visit, type="TRANSFER")
        second = self._sale(visit, 2, after=(first, first))
        return [first.told(), second.orders(visit.orders).told()]

    def _split(self, visit):
        """Two bills; what cannot be shared out whole is shared in halves."""
        first = self._restated(visit, type="SPLIT")
        halves = [*zip(*map(_halves, visit.orders), strict=True)]
        bills = [
            self._sale(visit, number, after=(first, first)).orders(half)
            for number, half in enumerate(halves, 2)
        ]
        if self.habits.split_accounts == "shared":
            for bill in bills:
                bill.facts["accountFiscId"] = first.facts["accountFiscId"]
        return [first.told(), *(bill.told() for bill in bills if bill.lines)]

    def _restated(self, visit, **facts):
        """The account that is left behind when its lines go elsewhere."""
        before = visit.closed - timedelta(seconds=1)
        sale = self._sale(visit, 1, closed=before, **facts)
        if self.habits.restatement != "empty":
            sale.orders(visit.orders)
        if self.habits.restatement == "balanced":
            for order in visit.orders:
                sale.order(order, -order.served)
        return sale

    def _sale(self, visit, part, **facts):
        return _Sale(self, visit, part, **facts)


def _halves(order):
    if order.quantity % 1:
        return order, dataclasses.replace(order, quantity=Decimal())
    half = order.quantity / 2
    first = half.to_integral_value() if order.quantity > 1 else half
    second = order.quantity - first
    return tuple(dataclasses.replace(order, quantity=part) for part in (first, second))


class _Sale:
    """One entry of the sales list while it is written.

    :param part: its number among the sales of the visit
    :param after: the sales that it follows: the first of all, and the last
    """

    def __init__(self, teller, visit, part, after=(), closed=None, **facts):
        self.teller = teller
        self.location = teller.location
        self.closed = closed or visit.closed
        self.key = f"{(teller.day - FIRST_DAY).days}{visit.number:04}{part}"
        self.lines = []
        account = f"A{self.location.device}.{self.key}"
        self.facts = {
            "accountReference": _reference(account),
            "accountFiscId": account,
            "receiptId": f"R{self.location.device}.{self.key}",
            "source": self._source(account, *after),
            "timeOfOpening": utc(visit.opened),
            "timeClosed": utc(self.closed),
            "cancelled": False,
            "type": "SALE",
            "nbCovers": float(max(len(visit.orders), 1)),
            "dineIn": True,
            "deviceId": self.location.device,
            "externalReferences": [],
            **facts,
        }

    @staticmethod
    def _source(account, initial=None, previous=None):
        if not initial:
            return {"initialAccountId": account}
        return {
            "initialAccountId": initial.facts["accountFiscId"],
            "previousAccountId": previous.facts["accountFiscId"],
        }

    def told(self):
        return {**self.facts, "salesLines": self.lines}

    # === LINES === #

    def orders(self, orders):
        """As they were ordered, with what was voided meanwhile."""
        for order in orders:
            if self.teller.habits.void_style == "marked_original":
                self.order(order, order.served)
                self.order(order, order.taken_back, voidReason=REASON)
            else:
                self.order(order, order.quantity)
                self.order(order, -order.taken_back, voidReason=REASON)
        return self

    def order(self, order, quantity, **facts):
        """A dish, its modifiers and its components; a negative quantity undoes."""
        if not quantity:
            return
        name = self._name(order.sku)
        if order.comped and "voidReason" not in facts:
            facts |= {"accountDiscountType": "COMP", "accountDiscountName": "On us"}
        if order.discount:
            facts |= {"discountType": "DISCOUNT", "discountName": "Regulars"}
        paid = Decimal() if order.comped else 1 - order.discount
        prices = self._combo_prices(order)
        head = self.line(order.sku, name, quantity, prices.pop(), paid, **facts)
        if order.sku is None:
            head["nameOverride"] = "Chef's plate"
        facts["parentLineId"] = head["id"]
        for extra in order.extras:
            price = extra.price * extra.each
            line = (extra.sku, self._name(extra.sku), quantity, price, paid)
            self.line(*line, each=extra.each, habit="modifier_quantity", **facts)
        for part, price in zip(order.parts, prices, strict=True):
            line = (part, self._name(part), quantity, price, paid)
            self.line(*line, habit="combo_quantity", **facts)

    def _combo_prices(self, order):
        """Prices of the components, then that of the order itself."""
        if not order.parts or self.teller.habits.combo_price == "parent":
            return [Decimal()] * len(order.parts) + [order.price]
        share = (order.price / len(order.parts)).quantize(Decimal("0.01"))
        rest = order.price - share * (len(order.parts) - 1)
        return [share] * (len(order.parts) - 1) + [rest, Decimal()]

    def line(
        self, sku, name, quantity, price, paid=Decimal(1), each=1, habit=None, **facts
    ):
        """One line; ``price`` is for one of ``quantity``, ``paid`` which part of it."""
        list_amount = quantity * price
        amount = list_amount * paid
        line = {
            "id": f"S{self.location.device}.{self.key}{len(self.lines) + 1:02}",
            "sku": sku,
            "name": name,
            "quantity": f"{self._told_quantity(quantity, each, habit):.3f}",
            "menuListPrice": f"{price:.2f}",
            "totalDiscountAmount": _fixed(list_amount - amount, 2),
            **self._money(amount),
            "serviceCharge": "0.00",
            "serviceChargeType": "NO_SERVICE_CHARGE",
            "accountingGroup": accounting_group(self._group(sku), "accountingGroupId"),
            "currency": self.location.business.currency,
            "timeOfSale": utc(self.closed - timedelta(minutes=2)),
            **facts,
        }
        self.lines.append(
            {key: value for key, value in line.items() if value is not None}
        )
        return self.lines[-1]

    def _told_quantity(self, quantity, each, habit):
        habits = self.teller.habits
        told = quantity * each
        if habit and getattr(habits, habit) == "per_parent":
            told = each * (1 if quantity > 0 else -1)
        return abs(told) if habits.refund_quantity_sign == "positive" else told

    def _money(self, amount):
        """Prices are with tax, or before it, as the business has it."""
        business = self.location.business
        rate, without = business.tax, amount
        if business.tax_included:
            without = (amount / (1 + rate / 100)).quantize(Decimal("0.000001"))
        tax = amount - without if business.tax_included else amount * rate / 100
        code = f"VAT{rate}"
        tax_line = {
            "taxId": "41910290874374",
            "taxCode": code,
            "taxRate": f"{1 + rate / 100:.2f}",
            "taxAmount": _fixed(tax, 6),
            "taxIncluded": business.tax_included,
        }
        return {
            "totalNetAmountWithTax": _fixed(amount, 6),
            "totalNetAmountWithoutTax": _fixed(without, 6),
            "taxAmount": _fixed(tax, 4),
            "taxRatePercentage": f"{rate:.2f}",
            "taxCode": code,
            "taxLines": [tax_line],
        }

    def _name(self, sku):
        catalogue = self.location.business.catalogue
        return catalogue.name_on(sku, self.teller.day) if sku else "Open food"

    def _group(self, sku):
        return self.location.business.catalogue.group_of(sku)


def _fixed(amount, digits):
    return f"{amount or Decimal():.{digits}f}"


def utc(moment):
    told = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def _reference(account):
    digest = hashlib.sha256(account.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode()
