"""A big place in minutes: its rows are loaded by COPY, as many as years would leave."""

import io
import itertools
from datetime import datetime, time, timedelta

from _place import COST

CHUNK = 20_000
#: Net money of one sold unit.
PRICE = 10.0
INGREDIENTS_OF_AN_ITEM = 5


def copy_rows(cr, table, columns, rows):
    """COPY these rows (tuples; None is NULL) into a table. Returns how many."""
    count, names = 0, ", ".join(columns)
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, CHUNK)):
        text = "".join(
            "\t".join("\\N" if value is None else str(value) for value in row) + "\n"
            for row in chunk
        )
        cr._obj.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(text))
        count += len(chunk)
    return count


def take_ids(cr, table, count):
    """So many new ids of a table, in a row."""
    cr.execute(f"SELECT setval('{table}_id_seq', nextval('{table}_id_seq') + {count})")
    last = cr.fetchone()[0]
    return range(last - count, last)


class Filling:
    """Sales of many outlets: on every date each ingredient is used once.

    :param place: a ``Place`` with an outlet per site and the ingredients
    :param items: the mapped items of the till
    :param dates: oldest first
    """

    def __init__(self, place, items, dates):
        self.env, self.cr = place.env, place.env.cr
        self.place, self.dates = place, dates
        self.products = [product.id for product in place.products.values()]
        self.items, self.company = items, place.env.company
        self.mappings = {each.item_id.id: each.id for each in items.mapping_ids}

    def fill(self):
        """All of it. Returns {table: rows}."""
        rows = {}
        outlets, per_day = len(self.place.outlets), len(self.products)
        days = outlets * len(self.dates)
        self.days = take_ids(self.cr, "pos_bridge_day", days)
        self.postings = take_ids(self.cr, "pos_bridge_posting", days)
        self.moves = take_ids(self.cr, "stock_move", days * per_day)
        self.sales = take_ids(self.cr, "pos_bridge_sale", days)
        for table, columns, make in (
            ("pos_bridge_day", DAY_COLUMNS, self._days),
            ("pos_bridge_posting", POSTING_COLUMNS, self._postings),
            ("stock_move", MOVE_COLUMNS, self._moves),
            ("stock_move_line", LINE_COLUMNS, self._lines),
            ("pos_bridge_usage", USAGE_COLUMNS, self._usage),
            ("pos_bridge_sale", SALE_COLUMNS, self._sales),
            ("pos_bridge_sale_line", SALE_LINE_COLUMNS, self._sale_lines),
        ):
            rows[table] = copy_rows(self.cr, table, columns, make())
        return rows

    def _each_day(self):
        """(place in ``days``, outlet, date)."""
        pairs = itertools.product(self.dates, self.place.outlets)
        for number, (day, outlet) in enumerate(pairs):
            yield number, outlet, day

    def _each_use(self):
        """(number, number of the day, outlet, date, product, item), one per move; an
        outlet sells the same items every day.
        """
        numbers, item_ids = itertools.count(), self.items.ids
        first = {outlet: place * 7 for place, outlet in enumerate(self.place.outlets)}
        for number, outlet, day in self._each_day():
            for place, product in enumerate(self.products):
                chosen = first[outlet] + place // INGREDIENTS_OF_AN_ITEM
                item = item_ids[chosen % len(item_ids)]
                yield next(numbers), number, outlet, day, product, item

    def _moment(self, day):
        return datetime.combine(day, time(23, 59, 59))

    def _days(self):
        amount = PRICE * len(self.products)
        for number, outlet, day in self._each_day():
            state = "posted" if number % 50 else "failed"
            yield (
                *(self.days[number], outlet.id, self.place.integration.id),
                *(self.company.id, day, state, "f" if number % 50 else "t"),
                *("t", 1, 1, amount, amount, amount, 0, 0, 0, 0),
                *(sum(map(self._value, self.products)), len(self.products)),
            )

    def _postings(self):
        for number, outlet, day in self._each_day():
            yield (
                *(self.postings[number], self.days[number], self.company.id, 1),
                *("usage", f"{outlet.name}, {day}", self._moment(day)),
                *(self._moment(day), day),
            )

    def _moves(self):
        for number, of_day, outlet, day, product, _item in self._each_use():
            storage = outlet.storage_unit_id.id
            yield (
                *(self.moves[number], product, self.place.kg.id, 0.1, 0.1, 0.1),
                *(self._value(product), self.company.id, storage),
                *(outlet.consumption_location_id.id, "done", self._moment(day)),
                *("make_to_stock", f"{outlet.name}, {day}", self.days[of_day]),
                *(self.postings[of_day], "t", "f"),
            )

    def _value(self, product):
        """One ingredient left before it had a cost."""
        return 0 if product == self.products[-1] else COST / 10

    def _lines(self):
        for number, _day, outlet, day, product, _item in self._each_use():
            yield (
                *(self.moves[number], product, self.place.kg.id, 0.1, 0.1),
                *(self.company.id, outlet.storage_unit_id.id),
                *(outlet.consumption_location_id.id, "done", self._moment(day)),
            )

    def _usage(self):
        for _number, of_day, outlet, day, product, item in self._each_use():
            yield (
                *(self.days[of_day], self.company.id, outlet.id, day, item),
                *(self.mappings[item], product, outlet.storage_unit_id.id),
                *(outlet.consumption_location_id.id, 1, 0.1, 1),
            )

    def _sales(self):
        for number, outlet, day in self._each_day():
            yield (
                *(self.sales[number], outlet.id, self.company.id),
                *(
                    self.company.currency_id.id,
                    str(day),
                    "sale",
                    day,
                    self._moment(day),
                ),
            )

    def _sale_lines(self):
        """Of the last fortnight: nothing on a screen asks for older receipts."""
        since = self.dates[-1] - timedelta(days=14)
        for number, of_day, outlet, day, _product, item in self._each_use():
            if day > since:
                yield (
                    *(self.sales[of_day], self.company.id, outlet.id, item),
                    *(str(number), f"Item {item}", "sale", day, 1, PRICE),
                )


DAY_COLUMNS = (
    *("id", "outlet_id", "integration_id", "company_id", "business_date", "state"),
    *("attention", "source_complete", "revision", "run_counter", "reported_amount"),
    *("read_amount", "posted_amount", "ignored_amount", "unmapped_amount"),
    *("failed_amount", "zero_amount", "cost_amount", "read_count"),
)
POSTING_COLUMNS = (
    *("id", "day_id", "company_id", "revision", "kind", "name", "posted_at"),
    *("move_date", "accounting_date"),
)
MOVE_COLUMNS = (
    *("id", "product_id", "product_uom", "product_uom_qty", "product_qty", "quantity"),
    *("value", "company_id", "location_id", "location_dest_id", "state", "date"),
    *("procure_method", "reference", "pos_bridge_day_id", "pos_bridge_posting_id"),
    *("picked", "is_inventory"),
)
LINE_COLUMNS = (
    *("move_id", "product_id", "product_uom_id", "quantity", "quantity_product_uom"),
    *("company_id", "location_id", "location_dest_id", "state", "date"),
)
USAGE_COLUMNS = (
    *("day_id", "company_id", "outlet_id", "business_date", "item_id", "mapping_id"),
    *("product_id", "location_id", "consumption_location_id", "sold_quantity"),
    *("quantity", "revision_from"),
)
SALE_COLUMNS = (
    *("id", "outlet_id", "company_id", "currency_id", "external_id", "kind"),
    *("business_date", "closed_at"),
)
SALE_LINE_COLUMNS = (
    *("sale_id", "company_id", "outlet_id", "item_id", "external_id", "name"),
    *("kind", "business_date", "quantity", "amount_net"),
)
