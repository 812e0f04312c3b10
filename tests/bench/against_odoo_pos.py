"""The same receipts in Odoo's own POS, as plain stock moves, and with the bridge.

300 receipts of 1,000 lines, 150 dishes, 300 ingredients, the same for all:

(a) Odoo's Point of Sale, dishes as kits, stock moved with every order
(b) the same, stock moved when the session is closed
(c) stock moves of the summed quantities, created and done: the floor
(d) the bridge: the file is stored, the day is read and posted; and posting alone,
    with the sales stored before

Orders arrive as the till's browser sends them; (a) and (b) include closing the session,
since that is how such a day gets into the books. Their stock part is also printed
apart. Each round books one more day and all must have taken the same from stock.
"""

import sys
import time
import uuid
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from _bench import Results, environment, install, parser
from _place import Place
from _restaurant import Restaurant

COLUMNS = ("date", "receipt", "line", "quantity", "amount")
PRICE = 8.0
ROUNDS = 3
KIT = "phantom"


class OdooPos:
    """Odoo's Point of Sale with the dishes as kits of the same ingredients."""

    def __init__(self, env, restaurant, place):
        # The superuser may not open a till.
        self.env = env(user=env.ref("base.user_admin"))
        self.place = place
        self.dishes = {}
        for name, lines in restaurant.sauces.items():
            self._make_kit(name, place.kg, lines)
        for name, lines in restaurant.dishes.items():
            self._make_kit(name, place.unit, lines)
        self.config = self._make_config()

    def _make_kit(self, name, unit, lines):
        product = self.dishes[name] = self.env["product.product"].create(
            {
                "name": f"{name} (kit)",
                "type": "consu",
                "uom_id": unit.id,
                "list_price": PRICE,
                "taxes_id": False,
                "available_in_pos": True,
            }
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": KIT,
                "product_uom_id": unit.id,
                "bom_line_ids": [
                    (0, 0, self._prepare_line(line, kg)) for line, kg in lines.items()
                ],
            }
        )

    def _prepare_line(self, name, kg):
        product = self.dishes.get(name) or self.place.products[name]
        return {
            "product_id": product.id,
            "product_qty": float(kg),
            "product_uom_id": self.place.kg.id,
        }

    def _make_config(self):
        env = self.env
        env["account.chart.template"].try_loading(
            "generic_coa", env.company, install_demo=False
        )
        config = env["pos.config"].create({"name": "Benchmark"})
        self.cash = config.payment_method_ids.filtered("is_cash_count")[:1]
        config.picking_type_id.default_location_src_id = self.place.storages[0]
        return config

    def ring_up(self, receipts, mode):
        """Sell these receipts in one session. Returns (seconds, seconds for stock)."""
        self.env.company.point_of_sale_update_stock_quantities = mode
        self.config.open_ui()
        session = self.config.current_session_id
        session.set_opening_control(0, "")
        orders = [self._prepare_order(session, receipt) for receipt in receipts]
        self.env.cr.commit()
        self.env.invalidate_all()
        with timed_calls(self.env, STOCK_OF_POS) as stock:
            start = time.perf_counter()
            for order in orders:
                self.env["pos.order"].sync_from_ui([order])
                self.env.cr.commit()
            session.action_pos_session_closing_control()
            self.env.cr.commit()
            seconds = time.perf_counter() - start
        if session.state != "closed":
            raise SystemExit(f"The session is {session.state}, not closed.")
        return seconds, sum(stock)

    def _prepare_order(self, session, receipt):
        lines = [
            (0, 0, self._prepare_order_line(dish, quantity))
            for dish, quantity in receipt
        ]
        total = sum(line["price_subtotal"] for _0, _1, line in lines)
        payment = {
            "amount": total,
            "name": str(date.today()),
            "payment_method_id": self.cash.id,
        }
        number = str(uuid.uuid4())
        return {
            "amount_paid": total,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": total,
            "date_order": f"{date.today()} 12:00:00",
            "fiscal_position_id": False,
            "pricelist_id": self.config.pricelist_id.id,
            "name": f"Order {number}",
            "last_order_preparation_change": "{}",
            "lines": lines,
            "partner_id": False,
            "session_id": session.id,
            "payment_ids": [(0, 0, payment)],
            "uuid": number,
            "user_id": self.env.uid,
            "to_invoice": False,
            "state": "paid",
        }

    def _prepare_order_line(self, dish, quantity):
        return {
            "pack_lot_ids": [],
            "price_unit": PRICE,
            "product_id": self.dishes[dish].id,
            "price_subtotal": PRICE * quantity,
            "price_subtotal_incl": PRICE * quantity,
            "qty": quantity,
            "discount": 0,
            "tax_ids": [(6, 0, [])],
            "uuid": str(uuid.uuid4()),
        }


#: Where Odoo's POS moves stock: per order, and at the end of a session.
STOCK_OF_POS = (
    ("pos.order", "_create_order_picking"),
    ("pos.session", "_create_picking_at_end_of_session"),
)


@contextmanager
def timed_calls(env, names):
    """Collect the seconds spent in these methods."""
    seconds, originals = [], []

    def watch(method):
        def watched(*args, **kwargs):
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                seconds.append(time.perf_counter() - start)

        return watched

    for model, name in names:
        cls = env.registry[model]
        originals.append((cls, name))
        setattr(cls, name, watch(getattr(cls, name)))
    try:
        yield seconds
    finally:
        for cls, name in originals:
            delattr(cls, name)


def plain_moves(place, used):
    """(c): one move per ingredient, by the shortest way that core offers."""
    env = place.env
    storage = place.storages[0]
    customers = env.ref("stock.stock_location_customers")
    vals_list = [
        {
            "product_id": place.products[name].id,
            "product_uom": place.kg.id,
            "product_uom_qty": float(kg),
            "location_id": storage.id,
            "location_dest_id": customers.id,
            "company_id": env.company.id,
            "quantity": float(kg),
            "picked": True,
        }
        for name, kg in used.items()
    ]
    env.invalidate_all()
    start = time.perf_counter()
    env["stock.move"].create(vals_list)._action_done()
    env.cr.commit()
    return time.perf_counter() - start


def rows_of(day, receipts):
    for number, receipt in enumerate(receipts, 1):
        for line, (dish, quantity) in enumerate(receipt, 1):
            yield [day, number, line, quantity, PRICE * quantity, dish]


def bridge(place, day, receipts):
    """(d): seconds of (storing the file, reading and posting its day)."""
    rows = [[day, f"{day}/{row[1]}", *row[2:]] for row in rows_of(day, receipts)]
    start = time.perf_counter()
    file = place.upload(rows)
    place.env.invalidate_all()
    stored = time.perf_counter()
    place.post(file._queue())
    return stored - start, time.perf_counter() - stored


def bridge_posting_alone(place, day, receipts):
    """(d) with the sales stored before: resolve, explode, reconcile, post, log."""
    rows = [[day, f"{day}/{row[1]}", *row[2:]] for row in rows_of(day, receipts)]
    transfer = place.upload(rows)._queue()
    transfer._import(transfer._fetch())
    transfer.write({"reads_source": False, "trigger": "repost"})
    place.env.cr.commit()
    place.env.invalidate_all()
    return sum(place.post(transfer))


def on_hand(place):
    """{ingredient: kg} in the storage unit."""
    place.env.flush_all()
    quants = place.env["stock.quant"].search(
        [("location_id", "=", place.storages[0].id)]
    )
    return {quant.product_id.default_code: quant.quantity for quant in quants}


def check_taken(place, before, used, name):
    """The ledger must say the same, whoever booked."""
    after = on_hand(place)
    for ingredient, kg in used.items():
        taken = Decimal(before[ingredient] - after[ingredient])
        if round(taken, 5) != round(kg, 5):
            raise SystemExit(f"{name}: {ingredient}: {taken} taken, {kg} used")
    return after


def measure(results, place, pos, restaurant, rounds):
    """{name: [seconds, ...]}, one round after the other."""
    seconds = {}

    def note(name, value):
        seconds.setdefault(name, []).append(value)

    first = date.today() - timedelta(days=20)
    stock = on_hand(place)
    for number in range(rounds):
        receipts = restaurant.receipts(number)
        used = restaurant.used(receipts)
        for letter, mode in (("a", "real"), ("b", "closing")):
            total, for_stock = pos.ring_up(receipts, mode)
            note(letter, total)
            note(f"{letter}, stock alone", for_stock)
            stock = check_taken(place, stock, used, letter)
        note("c", plain_moves(place, used))
        stock = check_taken(place, stock, used, "c")
        day = first + timedelta(days=2 * number)
        stored, posted = bridge(place, day, receipts)
        note("d", stored + posted)
        stock = check_taken(place, stock, used, "d")
        alone = bridge_posting_alone(place, day + timedelta(days=1), receipts)
        note("d, posting alone", alone)
        stock = check_taken(place, stock, used, "d, posting alone")
    return seconds


NAMES = {
    "a": "(a) Odoo POS, stock per order",
    "a, stock alone": "(a) of it stock",
    "b": "(b) Odoo POS, stock at closing",
    "b, stock alone": "(b) of it stock",
    "c": "(c) plain stock moves",
    "d": "(d) bridge, file to ledger",
    "d, posting alone": "(d) posting alone",
}


def main(arguments):
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args(arguments)
    results = Results(chosen.json)
    install("pos_mrp")
    env = environment()
    restaurant = Restaurant()
    place = Place(env, COLUMNS)
    place.add_menu(restaurant)
    # Items are known and mapped before the clock runs, as after the first day.
    known = [[(dish, 1) for dish in restaurant.dishes]]
    before = date.today() - timedelta(days=30)
    place.upload(rows_of(before, known))
    place.map()
    pos = OdooPos(env, restaurant, place)
    env.cr.commit()
    seconds = measure(results, place, pos, restaurant, chosen.rounds)
    print("\nSeconds per day of 1,000 lines: minimum, median")
    for key, name in NAMES.items():
        results.add(f"{name}, minimum", min(seconds[key]), "s")
        results.add(f"{name}, median", median(seconds[key]), "s")
    print("\nRatios of the medians")
    middle = {key: median(values) for key, values in seconds.items()}
    results.add("(d) is faster than (a)", middle["a"] / middle["d"], "times")
    results.add("(d) is faster than (b)", middle["b"] / middle["d"], "times")
    results.add(
        "(d) is faster than the stock part of (a)",
        middle["a, stock alone"] / middle["d"],
        "times",
    )
    alone = middle["d, posting alone"]
    results.add("(d) posting alone costs, of (c)", alone / middle["c"], "times")
    results.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
