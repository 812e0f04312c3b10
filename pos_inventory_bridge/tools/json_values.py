"""Plain values of a till's answer, as a contract says that they are written."""

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

MILLISECONDS_SINCE = 10**11
MONEY_SIGNS = re.compile(r"[\s'€$£]|EUR|CHF|GBP|USD")
#: What is not kept of a row: more rows, and what only says to whom it belongs.
NOT_KEPT = ("lines", "children", "outlet")


class Plain(str):
    """What the answer has as a number and not as a text: its sign is JSON's own."""

    __slots__ = ()


class Values:
    """
    :param tz: the zone of times that have none
    """

    def __init__(self, contract, tz):
        self.contract, self.tz = contract, ZoneInfo(tz)

    def getter(self, row, kind):
        """Reads a field of this row as text, or None."""

        def get(name):
            value = self.contract.value(row, kind, name)
            if isinstance(value, str):
                return value.replace("\x00", "").strip() or None
            return Plain(value) if isinstance(value, (int, Decimal)) else None

        return get

    def kept(self, row, kind):
        """The plain values that the contract names: all that is stored of a row."""
        get = self.getter(row, kind)
        names = [name for name in self.contract["fields"][kind] if name not in NOT_KEPT]
        return {name: get(name) for name in names if get(name) is not None}

    def is_cancelled(self, row, kind):
        get = self.getter(row, kind)
        status = kind == "sale" and get("status")
        return self.contract.is_true(get("cancelled")) or self.contract.is_one_of(
            "cancelled_status", status
        )

    def moment(self, text):
        """With a zone, or None where the text is no time."""
        try:
            moment = self._told_moment(text) if text else None
        except (ValueError, OverflowError):
            return None
        if moment and not moment.tzinfo:
            return moment.replace(tzinfo=self.tz)
        return moment

    def _told_moment(self, text):
        if self.contract["time_format"]:
            return datetime.strptime(text, self.contract["time_format"])
        if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
            seconds = float(text)
            seconds /= 1000 if seconds > MILLISECONDS_SINCE else 1
            return datetime.fromtimestamp(seconds, self.tz)
        is_more_than_a_date = len(text) > len("2026-12-31")
        return datetime.fromisoformat(text) if is_more_than_a_date else None

    def number(self, text, divisor=None):
        """A number as the till writes it; ValueError where it is none."""
        plain = MONEY_SIGNS.sub("", text)
        plain = f"-{plain[:-1]}" if plain.endswith("-") else plain
        is_json = isinstance(text, Plain)
        sign = "." if is_json else self.contract["numbers"]["decimal_sign"]
        if sign == "auto":
            sign = "," if plain.rfind(",") > plain.rfind(".") else "."
        plain = plain.replace("." if sign == "," else ",", "").replace(sign, ".")
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", plain):
            raise ValueError(text)
        return Decimal(plain) / (self.contract["numbers"][divisor] if divisor else 1)
