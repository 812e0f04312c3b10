"""A simulated SIDES: stores, products and the daily report of each store.

What it says on the wire is in ``_sides_dialects.py``: the first dialect is the shape
that the connector proposes, the second one is different on purpose. What was really
sold stands here, and ``truth`` adds it up without either of them.
"""

import base64
import dataclasses
import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from simulators._server import Answer, Simulator
from simulators._sides_dialects import DIALECTS

BERLIN = ZoneInfo("Europe/Berlin")
#: What SIDES calls things that are no goods.
NO_GOODS = ("deposit", "delivery_fee", "tip")
PEOPLE = (
    ("Erna Musterfrau", "+49 30 5550123", "Lindenallee 17", "erna@kunden.example"),
    ("Kemal Beispiel", "0171 5550456", "Hinterhof 3b", "kemal@kunden.example"),
)
USERNAME, PASSWORD = "MUSTER_DailyOrderReport", "geheim-Öl&99"
API_KEY = "key-5f71d307b677b-b0"


@dataclasses.dataclass
class Product:
    """One article; ``price`` of one, without tax."""

    ref: str
    number: str
    name: str
    price: Decimal
    kind: str = "sales_item"
    group: str = "Speisen"
    kitchen_name: str = ""


@dataclasses.dataclass
class Line:
    """One bill position. ``quantity`` is what was sold altogether, also of a child."""

    product: Product | None
    quantity: Decimal
    net: Decimal = Decimal(0)
    name: str = ""
    kind: str = "sales_item"
    children: list = dataclasses.field(default_factory=list)
    cancelled: bool = False
    ref: str = ""
    number: str | None = None
    product_ref: str | None = None

    def __post_init__(self):
        self.quantity, self.net = Decimal(str(self.quantity)), Decimal(str(self.net))
        if self.product:
            self.name = self.name or self.product.name
            self.product_ref = self.product_ref or self.product.ref
            self.number = self.number or self.product.number

    @property
    def key(self):
        return self.product_ref or self.number or self.name


@dataclasses.dataclass
class Order:
    """One closed order; ``person`` must never leave the answer."""

    ref: str
    number: str
    at: datetime
    lines: list
    cancelled: bool = False
    channel: str = "pickup"
    person: tuple = PEOPLE[0]


class SidesTill(Simulator):
    """SIDES with one way to authenticate and one dialect.

    :param auth_mode: basic, login_token, query_key, header_key
    :param rights: whether the API user has them
    """

    def __init__(self, auth_mode="basic", dialect="first", **options):
        super().__init__(**options)
        self.auth_mode, self.has_rights = auth_mode, True
        self.has_store_list = True
        self.username, self.password = USERNAME, self.secret(PASSWORD)
        self.api_key = self.secret(API_KEY)
        self.tokens = set()
        self.stores = {"5f71d307b677b": "Kreuzberg", "60797a8436fbe": "Mitte"}
        self.products = [*CATALOGUE]
        self.orders = defaultdict(list)
        self.dialect = DIALECTS[dialect](self)
        self.routes = self.dialect.routes

    @property
    def store(self):
        return next(iter(self.stores))

    # === WHAT IS SOLD === #

    def sell(self, day, orders, store=None):
        """This, and nothing else, is what the store's report of that date says."""
        orders = list(orders)
        self.orders[store or self.store, day] = orders
        for number, order in enumerate(orders, 1):
            for place, line in enumerate(order.lines, 1):
                line.ref = line.ref or f"{order.ref}-{place or number}"
        return orders

    def seed(self, days, seed=8, orders=12, store=None):
        """Some ordinary days, the same for the same seed."""
        chance = random.Random(f"{seed}")
        for day in days:
            made = [self._order(chance, day, number) for number in range(1, orders + 1)]
            self.sell(day, made, store)

    def _order(self, chance, day, number):
        at = datetime(day.year, day.month, day.day, 11, tzinfo=BERLIN)
        at += timedelta(minutes=chance.randrange(600))
        lines = [self._line(chance) for _line in range(chance.randint(1, 4))]
        if chance.random() < 0.3:
            lines.append(Line(DEPOSIT, 2, "0.50", kind="deposit"))
        if chance.random() < 0.2:
            lines.append(Line(None, 1, "2.00", "Liefergebühr", "delivery_fee"))
        return Order(
            ref=f"{day:%y%m%d}{number:05d}a{chance.randrange(10**6):06d}",
            number=str(number),
            at=at,
            lines=lines,
            cancelled=chance.random() < 0.06,
            channel=chance.choice(("pickup", "delivery", "lieferando")),
            person=chance.choice(PEOPLE),
        )

    def _line(self, chance):
        product = chance.choice(SOLD)
        quantity = Decimal(chance.choice(("1", "1", "1", "2", "3")))
        children = []
        if product is PIZZA and chance.random() < 0.5:
            children = [Line(CHEESE, quantity, "1.00", kind="topping")]
        if product is MENU:
            children = [Line(BURGER, quantity, 0), Line(COLA, quantity, 0)]
        if product is HALVES:
            halves = chance.sample((PIZZA, SALAMI), 2)
            children = [Line(each, quantity / 2, 0) for each in halves]
        sign = -1 if not children and chance.random() < 0.04 else 1
        net = product.price * quantity * sign
        return Line(product, quantity * sign, net, children=children)

    def truth(self, store, day):
        """{key: quantity} that was sold and not cancelled, without what is no goods."""
        sold = defaultdict(Decimal)
        for order in self.orders[store, day]:
            if not order.cancelled:
                self._add(sold, order.lines)
        return {key: quantity for key, quantity in sold.items() if quantity}

    def _add(self, sold, lines):
        for line in lines:
            if not line.cancelled:
                if line.kind not in NO_GOODS:
                    sold[line.key] += line.quantity
                self._add(sold, line.children)

    # === WHO MAY ASK === #

    def refusal(self, request):
        """The answer to who may not ask, or None."""
        if not self._is_known(request):
            return Answer({"error": "unauthorized"}, 401)
        if not self.has_rights:
            text = "Missing API right statisticdata.dailyOrderReportPublic"
            return Answer({"error": text}, 403)
        return None

    def _is_known(self, request):
        given = request.headers.get("authorization", "")
        if self.auth_mode == "basic":
            pair = f"{self.username}:{self.password}".encode()
            return given == "Basic " + base64.b64encode(pair).decode()
        if self.auth_mode == "login_token":
            return given.removeprefix("Bearer ") in self.tokens
        if self.auth_mode == "query_key":
            return request.params.get(self.dialect.key_param) == self.api_key
        return request.headers.get(self.dialect.key_header.lower()) == self.api_key

    def log_in(self, username, password):
        """A new token, or None."""
        if (username, password) != (self.username, self.password):
            return None
        token = self.secret(f"token-{len(self.tokens)}-{random.getrandbits(64):x}")
        self.tokens.add(token)
        return token


def _product(ref, number, name, price, *args):
    return Product(ref, number, name, Decimal(price), *args)


PIZZA = _product(
    "a-1001", "1001", "Pizza Margherita", "8.40", "sales_item", "Pizza", "MARG"
)
SALAMI = _product(
    "a-1002", "1002", "Pizza Salami", "9.24", "sales_item", "Pizza", "SAL"
)
HALVES = _product("a-1099", "1099", "Pizza halb/halb", "9.80", "sales_item", "Pizza")
CHEESE = _product("a-2001", "2001", "Extra Käse", "1.00", "topping", "Extras", "+KÄSE")
BURGER = _product("a-3001", "3001", "Burger", "7.56", "sales_item", "Burger", "BURG")
COLA = _product("a-4001", "4001", "Cola 0,33 l", "2.10", "sales_item", "Getränke")
MENU = _product("a-5001", "5001", "Burger-Menü", "10.50", "menu", "Menüs")
DEPOSIT = _product("a-9001", "9001", "Pfand 0,25", "0.25", "deposit", "Pfand")
CATALOGUE = (PIZZA, SALAMI, HALVES, CHEESE, BURGER, COLA, MENU, DEPOSIT)
SOLD = (PIZZA, SALAMI, HALVES, BURGER, COLA, MENU)
