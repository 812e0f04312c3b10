"""What a business sells, as its back office knows it, and how that changes."""

import dataclasses
from datetime import date
from decimal import Decimal

FIRST_ID = 141948669132862


@dataclasses.dataclass(eq=False)
class Item:
    id: int
    name: str
    sku: str | None
    price: Decimal
    kind: str = "ITEM"
    group: str = "Food"
    active: bool = True
    listed: bool = True
    by_weight: bool = False
    parts: tuple = ()
    price_mode: str = "AMOUNT"

    def told(self):
        """As the items endpoint says it."""
        told = {
            "id": self.id,
            "name": self.name,
            "docketName": self.name.upper()[:12],
            "sku": self.sku,
            "active": self.active,
            "barcodes": [],
            "accountingGroup": accounting_group(self.group, "id"),
            "statisticGroups": [{"category": "default", "value": self.group}],
            "costPrice": float(self.price) / 4,
            "prices": [
                {"amount": float(self.price), "name": "Default"},
                {"amount": float(self.price) - 1, "name": "Tuesday Special"},
            ],
            "sharingType": "SHARED",
            "priceMode": self.price_mode,
            "inventorySource": "PRODUCED" if self.group == "Food" else "PURCHASED",
            "disabled": self.kind == "SEQUENCE",
            "contentDimension": "MASS" if self.by_weight else "DIMENSION_LESS",
            "contentUom": "kg" if self.by_weight else "unit",
            "contentValue": 1,
            "itemType": self.kind,
        }
        return {name: value for name, value in told.items() if value is not None}


#: name, sku, price and what else makes the item
MENU = (
    ("Cheeseburger", "BRG-01", "12.00", {}),
    ("Fries", "FRIES-01", "4.50", {}),
    ("Soup of the day", "SOUP-01", "6.00", {}),
    ("Green salad", "SALAD-01", "7.50", {}),
    ("Pizza Margherita", "PIZZA-01", "11.00", {}),
    ("Beer 0.5 l", "BEER-05", "5.20", {"group": "Drinks"}),
    ("House wine, glass", "WINE-GL", "6.80", {"group": "Drinks"}),
    ("Coffee", "COFFEE", "2.90", {"group": "Drinks"}),
    ("Cola", "COLA", "3.40", {"group": "Drinks"}),
    ("Cheese by weight", "CHEESE-KG", "20.00", {"by_weight": True}),
    ("Extra bacon", "MOD-BACON", "1.50", {"kind": "SUB_ITEM"}),
    ("Extra cheese", "MOD-CHEESE", "1.00", {"kind": "SUB_ITEM"}),
    ("No onion", "MOD-NO-ONION", "0.00", {"kind": "SUB_ITEM"}),
    (
        *("Lunch menu", "CMB-LUNCH", "18.00"),
        {"kind": "SEQUENCE", "parts": ("SOUP-01", "BRG-01", "COLA")},
    ),
    ("Winter special", "SPECIAL-W", "14.00", {"active": False}),
    ("Open food", None, "0.00", {"price_mode": "POSITIVE_OPEN_PRICE"}),
    ("Drinks", None, "0.00", {"kind": "GROUP", "group": "Drinks"}),
)
GROUPS = {"Food": 141948669132845, "Drinks": 141948669132846}


def accounting_group(name, id_name):
    return {id_name: GROUPS[name], "name": name}


class Catalogue:
    """The items of one business.

    :param number: which business it is; its ids differ from those of the others
    :param size: how many items there are; what the menu lacks is made up
    """

    def __init__(self, number, size=0):
        self._next_id = FIRST_ID + number * 1_000_000
        self._names = {}
        self._groups = {}
        self.items = []
        for name, sku, price, more in MENU:
            self.add(name, sku, price, **more)
        for filler in range(len(MENU) + 1, size + 1):
            price = Decimal(filler % 40 + 3) / 2
            self.add(f"Dish {filler:05}", f"DISH-{filler:05}", price)
        # What guests choose from stays as it was, whatever the back office does later.
        self.menu = [
            *(
                dataclasses.replace(item)
                for item in self.items
                if item.sku and item.active
            )
        ]

    def add(self, name, sku, price="10.00", **more):
        """A new item, at the end of the list."""
        item = Item(self._next_id, name, sku, Decimal(price), **more)
        self._next_id += 1
        self.items.append(item)
        self._remember_name(item, date.min)
        return item

    def item(self, sku):
        """The item that has this sku now."""
        for item in self.items:
            if item.sku == sku:
                return item
        raise KeyError(sku)

    def name_on(self, sku, day):
        """What an item was called when it was sold."""
        names = (name for since, name in self._names[sku] if since <= day)
        return list(names)[-1]

    def group_of(self, sku):
        return self._groups.get(sku, "Food")

    def rename(self, sku, name, since=date.min):
        """:param since: the first business day whose receipts show the new name"""
        item = self.item(sku)
        item.name = name
        self._remember_name(item, since)

    def recycle(self, sku, name, price=None, since=date.min):
        """Another item gets this sku; the one that had it is archived without one."""
        old = self.item(sku)
        old.sku, old.active = None, False
        item = self.add(name, None, old.price if price is None else price)
        item.sku = sku
        self._remember_name(item, since)
        return item

    def archive(self, sku, active=False):
        self.item(sku).active = active

    def remove(self, sku, listed=False):
        """The item is not listed any more, until ``restore``."""
        self.item(sku).listed = listed

    def restore(self, sku):
        self.remove(sku, listed=True)

    def _remember_name(self, item, since):
        if item.sku:
            self._groups[item.sku] = item.group
            self._names.setdefault(item.sku, []).append((since, item.name))

    def listed(self):
        return [item for item in self.items if item.listed]
