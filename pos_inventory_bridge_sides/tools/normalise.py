"""From what SIDES tells, read by the contract, to the records that every connector
gives. Only what the contract names is kept, so nothing about a person is.
"""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.pos_inventory_bridge.tools.records import (
    LARGEST_NUMBER,
    ItemData,
    OutletData,
    SaleData,
    SaleLineData,
)

from .contract import CONTRACT
from .trouble import mismatch

NOT_KEPT = ("lines", "children", "store")
MILLISECONDS_SINCE = 10**11


class Normaliser:
    """Reads rows by the contract; what it wondered about stands in ``notes``.

    ``notes`` and ``refused`` are lists of (receipt number, what). A refused order is
    left out as a whole, so that what an earlier answer said of it stays.
    """

    def __init__(self, contract, tz):
        self.contract, self.tz = contract, ZoneInfo(tz)
        self.notes, self.refused = [], []

    # === STORES AND PRODUCTS === #

    def outlets(self, rows):
        self._check(rows, "store", "uuid")
        found = {}
        for row in rows:
            get = self._getter(row, "store")
            is_closed = get("active") and not self.contract.is_true(get("active"))
            if get("uuid") and not is_closed:
                name = get("name") or get("number") or get("uuid")
                found[get("uuid")] = OutletData(get("uuid"), name, self.tz.key, 0.0)
        return list(found.values())

    def items(self, rows):
        self._check(rows, "product", "name")
        found = {}
        for row in rows:
            get = self._getter(row, "product")
            name = get("name") or get("kitchen_name")
            ref = get("external_id") or (get("number") and f"sku:{get('number')}")
            if name:
                found[ref or f"name:{name}"] = self._item(
                    ref or f"name:{name}", name, get
                )
        return list(found.values())

    def _item(self, ref, name, get):
        return ItemData(
            ref,
            name,
            sku=get("number"),
            price=self._price(get("price")),
            item_type=get("kind"),
            group_external_id=get("group"),
            group_name=get("group"),
            kitchen_name=get("kitchen_name"),
        )

    def _price(self, text):
        """Only a hint for mapping, so one that cannot be read stops nothing."""
        try:
            price = self._number(text, "money_divisor") if text else None
        except ValueError:
            return None
        is_good = price is not None and abs(price) <= LARGEST_NUMBER
        return price if is_good else None

    # === ORDERS === #

    def sales(self, rows, store_uuid, report_date, business_date=None, window=None):
        """``SaleData`` of one store's report of one date.

        :param business_date: where it is not the report's: with its ``window``, (first
            moment, end), because the outlet's clock cuts the day
        """
        rows = [row for row in rows if self._is_of(row, store_uuid)]
        self._check(rows, "order", "id", "number")
        lines = [line for row in rows for line in self.contract.lines(row) or ()]
        if rows and all(self.contract.lines(row) is None for row in rows):
            raise mismatch("fields.order.lines", self._paths("order", "lines"), rows)
        self._check(lines, "line", "name", "number", "product_id")
        if self._paths("line", "quantity"):
            self._check(lines, "line", "quantity")
        self._check_date(rows, report_date)
        groups = defaultdict(list)
        for row in rows:
            groups[self._order_ref(row, report_date)].append(row)
        sales = [
            self._sale(ref, group, business_date or report_date, window)
            for ref, group in groups.items()
        ]
        return [sale for sale in sales if sale]

    def _is_of(self, row, store_uuid):
        """Where orders name a store, those of others are not ours."""
        named = self.contract.value(row, "order", "store")
        return None in (named, store_uuid) or str(named) == store_uuid

    def _order_ref(self, row, report_date):
        """The order's identity; numbers may restart every day."""
        get = self._getter(row, "order")
        return get("id") or (get("number") and f"{report_date}/{get('number')}")

    def _sale(self, ref, rows, business_date, window):
        get = self._getter(rows[-1], "order")
        number, noted = get("number") or ref, len(self.notes)
        try:
            if not ref:
                raise ValueError("id")
            moment = self._moment(get("time"), number)
            if window and not (moment and window[0] <= moment < window[1]):
                return None
            lines = _Lines(self, number, moment, self._is_cancelled(rows[-1], "order"))
            # The same order on two pages counts once; one row per line counts as one.
            for row in rows if "" in self._paths("order", "lines") else rows[-1:]:
                lines.add_all(self._lines_of(row))
            kept = {**self._kept(rows[-1], "order"), "lines": lines.kept}
            if notes := [what for _number, what in self.notes[noted:]]:
                kept["notes"] = notes
            return self._sale_data(ref, number, business_date, moment, lines, kept)
        except ValueError as error:
            self.refused.append((number or "?", str(error)))
            return None

    def _lines_of(self, row):
        lines = self.contract.lines(row)
        if lines is None:
            raise ValueError("lines")
        return lines

    def _sale_data(self, ref, number, business_date, moment, lines, kept):
        kinds = {line.kind for line in lines.records} - {"modifier"}
        kind = kinds.pop() if len(kinds) == 1 else "sale"
        return SaleData(
            external_id=ref,
            business_date=business_date,
            lines=lines.records,
            receipt_number=number,
            closed_at=moment,
            kind=kind if kind in ("refund", "void") else "sale",
            payload=kept,
        )

    # === VALUES === #

    def _getter(self, row, kind):
        """Reads a field as text, or None."""

        def get(name):
            value = self.contract.value(row, kind, name)
            plain = isinstance(value, (str, int, Decimal))
            return str(value).replace("\x00", "").strip() or None if plain else None

        return get

    def _kept(self, row, kind):
        """The plain values that the contract names: all that is stored of a row."""
        get = self._getter(row, kind)
        names = [name for name in CONTRACT["fields"][kind] if name not in NOT_KEPT]
        return {name: get(name) for name in names if get(name) is not None}

    def _is_cancelled(self, row, kind):
        get = self._getter(row, kind)
        status = kind == "order" and get("status")
        return self.contract.is_true(get("cancelled")) or self.contract.is_one_of(
            "cancelled_status", status
        )

    def _moment(self, text, number):
        """With a zone, or None where the order has no time that can be read."""
        moment = self.parsed_time(text)
        if text and not moment:
            self.notes.append((number, "time"))
        return moment

    def parsed_time(self, text, time_format=None):
        time_format = time_format or self.contract["time_format"]
        try:
            if not text:
                return None
            if time_format:
                moment = datetime.strptime(text, time_format)
            elif re.fullmatch(r"\d{9,13}(\.\d+)?", text):
                seconds = float(text)
                seconds /= 1000 if seconds > MILLISECONDS_SINCE else 1
                return datetime.fromtimestamp(seconds, self.tz)
            elif len(text) > len("2026-12-31"):
                moment = datetime.fromisoformat(text)
            else:
                return None
        except (ValueError, OverflowError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.tz)

    def _number(self, text, divisor=None):
        """A number as SIDES writes it; ValueError where it is none."""
        plain = re.sub(r"[\s'€]|EUR", "", text)
        plain = f"-{plain[:-1]}" if plain.endswith("-") else plain
        sign = self.contract["numbers"]["decimal_sign"]
        if sign == "auto":
            sign = "," if plain.rfind(",") > plain.rfind(".") else "."
        plain = plain.replace("." if sign == "," else ",", "").replace(sign, ".")
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", plain):
            raise ValueError(text)
        return Decimal(plain) / (self.contract["numbers"][divisor] if divisor else 1)

    # === IS IT WHAT WE THINK IT IS? === #

    def _paths(self, kind, name):
        return self.contract["fields"][kind][name]

    def _check(self, rows, kind, *names):
        """A field that not one of many rows has is called otherwise."""
        values = (
            self.contract.value(row, kind, name) for row in rows for name in names
        )
        if rows and all(value is None for value in values):
            tried = [path for name in names for path in self._paths(kind, name)]
            raise mismatch(f"fields.{kind}.{names[0]}", tried, rows)

    def _check_date(self, rows, report_date):
        """An answer about another date means that SIDES did not understand ours."""
        texts = [self._getter(row, "order")("time") for row in rows]
        moments = filter(None, map(self.parsed_time, texts)) if report_date else ()
        away = [
            abs(moment.astimezone(self.tz).date() - report_date) for moment in moments
        ]
        if away and min(away) > timedelta(days=1):
            raise mismatch("calls.daily_orders.params", [str(report_date)], {})


class _Lines:
    """The lines of one order, toppings and parts of menus below what they belong to."""

    def __init__(self, reader, number, moment, is_cancelled):
        self.reader, self.contract = reader, reader.contract
        self.number, self.moment, self.is_cancelled = number, moment, is_cancelled
        self.records, self.kept, self.ids = [], [], set()

    def add_all(self, rows, parent=None):
        for row in rows:
            self._add(row, parent)

    def _add(self, row, parent):
        get = self.reader._getter(row, "line")
        is_void = self.is_cancelled or self.reader._is_cancelled(row, "line")
        is_void = is_void or bool(parent and parent.kind == "void")
        quantity = Decimal(0) if is_void else self._quantity(get, parent)
        line = SaleLineData(
            external_id=self._id(get("id"), parent),
            name=get("name") or get("number") or get("product_id") or "",
            quantity=quantity,
            amount_net=Decimal(0) if is_void else self._amount(get, quantity),
            kind="void" if is_void else self._kind(get("kind"), quantity, parent),
            parent_external_id=parent and parent.external_id,
            sold_at=self.moment,
            **self._item(get),
        )
        self.records.append(line)
        self.kept.append({"ref": line.external_id, **self.reader._kept(row, "line")})
        self.add_all(self.contract.children(row), line)

    def _id(self, given, parent):
        """The given one, else the place; unique within the order."""
        start = f"{given}~" if given else f"{parent.external_id}." if parent else "#"
        wanted, count = given, 0
        while not wanted or wanted in self.ids:
            count += 1
            wanted = f"{start}{count}"
        self.ids.add(wanted)
        return wanted

    def _item(self, get):
        """Which item; what is no goods has an item of its own, that uses nothing."""
        kind, ref = get("kind"), get("product_id")
        if self.contract.is_one_of("ignored_kinds", kind):
            ref = f"{kind}:{ref or get('number') or get('name')}"
            return {"item_external_id": ref, "item_type": kind}
        return {"item_external_id": ref, "sku": get("number"), "item_type": kind}

    def _kind(self, kind, quantity, parent):
        for name in ("comp", "staff_meal"):
            if self.contract.is_one_of(f"{name}_kinds", kind):
                return name
        if parent:
            return "modifier"
        return "refund" if quantity < 0 else "sale"

    def _quantity(self, get, parent):
        text = get("quantity")
        if text is None:
            self.reader.notes.append((self.number, "quantity"))
        number = self.reader._number
        quantity = number(text, "quantity_divisor") if text else Decimal(1)
        per_parent = self.contract["child_quantity"] == "per_parent"
        return quantity * parent.quantity if parent and per_parent else quantity

    def _amount(self, get, quantity):
        """Without tax where SIDES says how much tax is in it."""
        name = "amount_net" if get("amount_net") else "price_gross"
        amount = self.reader._number(get(name) or "0", "money_divisor")
        if self.contract["numbers"]["price_per"] == "unit":
            amount *= quantity
        if name == "price_gross" and get("tax_rate"):
            rate = self.reader._number(get("tax_rate").rstrip("% "))
            amount = round(amount / (1 + rate / 100), 4)
        return -amount if quantity < 0 < amount else amount
