"""From what a till tells, read by a contract, to the records that every connector
gives. Only what the contract names is kept, so nothing about a person is.
"""

from datetime import timedelta

from .json_lines import ReceiptLines
from .json_trouble import mismatch
from .json_values import Values
from .records import LARGEST_NUMBER, ItemData, OutletData, SaleData
from .shapes import grouped


class Reader:
    """Reads rows by the contract; what it wondered about stands in ``notes``.

    ``notes`` and ``refused`` are lists of (receipt number, what). A refused receipt is
    left out as a whole, so that what an earlier answer said of it stays.
    """

    def __init__(self, contract, tz):
        self.contract, self.values = contract, Values(contract, tz)
        self.notes, self.refused = [], []

    # === OUTLETS AND ITEMS === #

    def outlets(self, rows):
        self._check(rows, "outlet", "id")
        found = {}
        for row in rows:
            get = self.values.getter(row, "outlet")
            is_closed = get("active") and not self.contract.is_true(get("active"))
            if get("id") and not is_closed:
                name = get("name") or get("number") or get("id")
                tz = self.values.tz.key
                found[get("id")] = OutletData(get("id"), name, tz, 0.0)
        return list(found.values())

    def items(self, rows):
        self._check(rows, "item", "name")
        found = {}
        for row in rows:
            get = self.values.getter(row, "item")
            if name := get("name") or get("kitchen_name"):
                ref = get("id") or (get("sku") and f"sku:{get('sku')}")
                ref = ref or f"name:{name}"
                found[ref] = self._item(ref, name, get)
        return list(found.values())

    def _item(self, ref, name, get):
        return ItemData(
            ref,
            name,
            sku=get("sku"),
            price=self._price(get("price")),
            item_type=get("type"),
            group_external_id=get("group"),
            group_name=get("group"),
            kitchen_name=get("kitchen_name"),
        )

    def _price(self, text):
        """Only a hint for mapping, so one that cannot be read stops nothing."""
        try:
            price = self.values.number(text, "money_divisor") if text else None
        except ValueError:
            return None
        is_good = price is not None and abs(price) <= LARGEST_NUMBER
        return price if is_good else None

    # === SALES === #

    def sales(self, rows, outlet, told_date, business_date=None, window=None):
        """``SaleData`` of what the till tells of one outlet and one date.

        :param business_date: where it is not the till's: with its ``window``, (first
            moment, end), because the outlet's clock cuts the day
        """
        rows = [row for row in rows if self._is_of(row, outlet)]
        self._check_shape(rows)
        self._check_date(rows, told_date)
        groups = grouped(rows, lambda row: self._sale_ref(row, told_date))
        sales = [
            self._sale(ref, group, business_date or told_date, window)
            for ref, group in groups.items()
        ]
        return [sale for sale in sales if sale]

    def _is_of(self, row, outlet):
        """Where receipts name an outlet, those of others are not ours."""
        named = self.contract.value(row, "sale", "outlet")
        if None in (named, outlet):
            return True
        return str(named).strip().casefold() == outlet.strip().casefold()

    def _sale_ref(self, row, told_date):
        """The receipt's identity; numbers may restart every day."""
        get = self.values.getter(row, "sale")
        return get("id") or (get("number") and f"{told_date}/{get('number')}")

    def _sale(self, ref, rows, business_date, window):
        get = self.values.getter(rows[-1], "sale")
        number = get("number") or ref
        try:
            if not ref:
                raise ValueError("id")
            moment = self.values.moment(get("time"))
            if window and not moment:
                raise ValueError("time")
            if window and not window[0] <= moment < window[1]:
                return None
            lines = self._lines(rows, moment)
            notes = ["time"] if get("time") and not moment else []
            notes += lines.notes
            self.notes += [(number, what) for what in notes]
            kept = {**self.values.kept(rows[-1], "sale"), "lines": lines.kept}
            kept |= {"notes": notes} if notes else {}
            return self._sale_data(ref, number, business_date, moment, lines, kept)
        except ValueError as error:
            self.refused.append((number or "?", str(error)))
            return None
        except ArithmeticError:
            # A rate or an amount that no calculation takes.
            self.refused.append((number or "?", "amount"))
            return None

    def _lines(self, rows, moment):
        is_cancelled = self.values.is_cancelled(rows[-1], "sale")
        lines = ReceiptLines(self.values, moment, is_cancelled)
        # The same receipt on two pages counts once; one row per line counts as one.
        if "" not in self._paths("sale", "lines"):
            if any(row != rows[-1] for row in rows):
                # Two receipts, or one that changed between two pages.
                raise ValueError("id")
            rows = rows[-1:]
        told = [self.contract.lines(row) for row in rows]
        if None in told:
            raise ValueError("lines")
        lines.add_all([line for part in told for line in part])
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

    def _check_shape(self, rows):
        self._check(rows, "sale", "id", "number")
        told = [self.contract.lines(row) for row in rows]
        if rows and all(lines is None for lines in told):
            raise mismatch("fields.sale.lines", self._paths("sale", "lines"), rows)
        lines = [line for lines in told for line in lines or ()]
        self._check(lines, "line", "name", "sku", "item")
        if self._paths("line", "quantity"):
            self._check(lines, "line", "quantity")

    def _check_date(self, rows, told_date):
        """An answer that is mostly about other dates means that the till did not
        understand ours.
        """
        texts = [self.values.getter(row, "sale")("time") for row in rows]
        moments = filter(None, map(self.values.moment, texts)) if told_date else ()
        away = [
            abs(moment.astimezone(self.values.tz).date() - told_date)
            for moment in moments
        ]
        far = sum(distance > timedelta(days=1) for distance in away)
        if 2 * far > len(away):
            raise mismatch("calls.sales.params", [str(told_date)], {})
