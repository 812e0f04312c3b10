"""All that is assumed of SIDES: paths, parameters, keys. No other file names one.

Nothing of it is published, so every name is a proposal until somebody with an account
has a real answer. An administrator replaces parts of it per connection; the replacement
is merged over ``CONTRACT`` and may use its keys only.

A path into an answer is keys joined by points; ``*`` goes into every entry of a list or
an object, the empty path is the answer itself.
"""

import difflib
import re
from copy import deepcopy

from odoo.addons.pos_inventory_bridge.tools.redact import PRIVATE_NAME

CONTRACT = {
    "version": "0-proposed",
    "auth": {
        "login": {
            "path": "/api/login",
            "encoding": "json",
            "body": {"user": "{username}", "password": "{password}"},
            "token_paths": ["token", "data.token", "access_token"],
            "header": "Authorization",
            "prefix": "Bearer ",
        },
        "query_key": {"param": "apiKey"},
        "header_key": {"header": "X-Api-Key", "prefix": ""},
    },
    "calls": {
        "stores": {"method": "GET", "path": "/storedata/listStorePublic", "params": {}},
        "products": {
            "method": "GET",
            "path": "/articledata/listArticlePublic",
            "params": {},
        },
        "daily_orders": {
            "method": "GET",
            "path": "/statisticdata/dailyOrderReportPublic",
            "params": {"storeUuid": "{store_uuid}", "date": "{date}"},
        },
    },
    "date_format": "%Y-%m-%d",
    "time_format": "",  # empty: ISO 8601, or seconds since 1970
    "business_day": "report",  # report: SIDES' date; outlet: cut by the outlet's clock
    "paging": {
        "kind": "none",
        "param": "page",
        "first": 1,
        "size_param": "",
        "size": 100,
        "next_path": "next",
    },
    "roots": {
        "stores": ["", "data", "stores"],
        "products": ["", "data", "articles", "products"],
        "orders": ["", "data", "orders"],
    },
    "fields": {  # the first path that leads to something wins; children: all of them
        "store": {
            "uuid": ["uuid", "storeUuid", "id"],
            "number": ["storeId", "id", "number"],
            "name": ["name", "storeName", "title"],
            "active": ["active", "isActive"],
        },
        "product": {
            "external_id": ["uuid", "externalId", "id"],
            "number": ["articleNumber", "number", "plu"],
            "name": ["name", "articleName", "title"],
            "kind": ["type", "articleType"],
            "kitchen_name": ["kitchenName", "nameKitchen"],
            "group": ["group", "articleGroup"],
            "price": ["priceNet"],
        },
        "order": {
            "id": ["uuid", "orderUuid", "id"],
            "number": ["orderNumber", "billNumber", "number"],
            "time": ["closedAt", "orderDate", "createdAt", "date"],
            "store": ["storeUuid"],
            "cancelled": ["cancelled", "canceled", "storno", "isCancelled"],
            "status": ["status", "orderStatus"],
            "channel": ["orderType", "channel", "portal"],
            "lines": ["positions", "billPositions", "articles", "items"],
        },
        "line": {
            "id": ["uuid", "positionUuid", "id"],
            "product_id": ["articleUuid", "articleId", "externalId"],
            "number": ["articleNumber", "number", "plu"],
            "name": ["name", "articleName", "title"],
            "quantity": ["quantity", "amount", "count"],
            "kind": ["type", "positionType"],
            "cancelled": ["cancelled", "canceled", "storno"],
            "children": ["toppings", "positions", "children", "menuItems"],
            "amount_net": ["totalNet"],
            "price_gross": ["priceGross", "price", "total"],
            "tax_rate": ["taxRate"],
        },
    },
    "numbers": {
        "decimal_sign": "auto",
        "money_divisor": 1,
        "quantity_divisor": 1,
        "price_per": "line",
    },
    "true_words": ["true", "1", "yes", "ja", "j", "y"],
    "cancelled_status": ["cancelled", "canceled", "storno", "storniert"],
    "ignored_kinds": [
        *("deposit", "pfand", "credit", "tip", "trinkgeld", "delivery_fee", "voucher"),
    ],
    "comp_kinds": ["comp", "free"],
    "staff_meal_kinds": ["staff_meal", "staff"],
    "child_quantity": "per_parent",
}
#: Values that are one of a few, by the last part of their place.
CHOICES = {
    "method": ("GET", "POST"),
    "encoding": ("json", "form"),
    "business_day": ("report", "outlet"),
    "kind": ("none", "page", "offset", "next_url"),
    "decimal_sign": ("auto", ",", "."),
    "price_per": ("line", "unit"),
    "child_quantity": ("per_parent", "absolute"),
}
#: Fields that lead to more rows.
LISTS = ("lines", "children")
TIME_FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y%m%d%H%M%S",
)
FREE = ("params", "body")  # any key may stand in these; the override replaces them
RIGHTS = ("statisticdata.dailyOrderReport", "statisticdata.dailyOrderReportPublic")
RIGHT_WORDS = r"data\.\w+|permission|\bright|recht|berechtig"
ROOT_OF = {"store": "stores", "product": "products", "order": "orders"}
#: How a field of ours may be called elsewhere, to propose a path.
HINTS = {
    "uuid": "storeid filialid filialschluessel schluessel key",
    "external_id": "articleid artikelid artikelschluessel schluessel productid key",
    "id": "orderid belegid bonid positionid postenid key",
    "product_id": "productid artikelid artikelschluessel schluessel itemid",
    "number": "nummer nr artnr artikelnr artikelnummer bonnr belegnr sku plu",
    "name": "bezeichnung titel artikel label text",
    "time": "zeit zeitpunkt datum timestamp abschluss closed",
    "quantity": "menge anzahl qty stueck stk",
    "price": "netto nettopreis nettocent preis",
    "amount_net": "netto net nettobetrag nettocent",
    "price_gross": "brutto gross bruttocent betrag betragcent preis summe",
    "tax_rate": "mwst ust steuersatz vat",
    "kind": "art typ positionsart",
    "cancelled": "storniert void voided",
    "status": "zustand state",
    "channel": "kanal vertriebsweg quelle source",
    "lines": "positionen posten zeilen lines",
    "children": "zutaten unterpositionen beilagen extras modifiers options",
    "kitchen_name": "kuechenname kueche bonname",
    "group": "warengruppe gruppe category",
}


class OverrideRefused(ValueError):
    """The administrator's replacement cannot be used; says what is wrong with it."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


def merged(base, override, place=""):
    """``override`` over ``base``; a key or a word that ``base`` lacks is refused."""
    result = deepcopy(base)
    for key, value in override.items():
        where = f"{place}.{key}" if place else key
        if key not in base:
            near = difflib.get_close_matches(str(key), list(base), 1, 0)
            raise OverrideRefused("unknown_key", key=where, nearest=near[0])
        if isinstance(base[key], dict) and isinstance(value, dict):
            result[key] = value if key in FREE else merged(base[key], value, where)
        else:
            result[key] = _leaf(base[key], value, where)
    return result


def joined(override, change):
    """Two overrides as one; the second wins."""
    result = {**override}
    for key, value in change.items():
        before = result.get(key)
        is_deeper = isinstance(value, dict) and isinstance(before, dict)
        result[key] = joined(before, value) if is_deeper else value
    return result


def _leaf(base, value, where):
    if isinstance(base, list) and isinstance(value, str):
        value = [value]
    is_list_of_text = not isinstance(base, list) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )
    if type(value) is not type(base) or not is_list_of_text:
        kind = {dict: "object", list: "list of texts", int: "number", str: "text"}
        raise OverrideRefused("wrong_type", key=where, wanted=kind[type(base)])
    choices = CHOICES.get(where.split(".")[-1])
    if choices and isinstance(base, str) and value not in choices:
        raise OverrideRefused("wrong_word", key=where, wanted=", ".join(choices))
    if where.endswith(("divisor", "size")) and isinstance(value, int) and value < 1:
        raise OverrideRefused("wrong_type", key=where, wanted="number above 0")
    if where.startswith("fields."):
        for path in filter(is_private, value):
            raise OverrideRefused("private_path", key=where, path=path)
    return value


class Contract(dict):
    """``CONTRACT`` with an administrator's replacements; reads answers by it."""

    def __init__(self, override=None):
        self.override = _leaf(CONTRACT, override or {}, "*")
        super().__init__(merged(CONTRACT, self.override))

    def changed(self, change):
        """This contract with more replacements."""
        return Contract(joined(self.override, change))

    def rows(self, root, answer):
        """What a call lists, or None where no path of ``root`` leads to a list."""
        for path in self["roots"][root]:
            found = rows_at(answer, path)
            if found is not None:
                return found
        return None

    def get_from(self, row, kind, name):
        """(value, path) of one field; (None, None) where the row has none of them."""
        for path in self["fields"][kind][name]:
            for value in into(row, path):
                if value not in (None, "", [], {}):
                    return value, path
        return None, None

    def value(self, row, kind, name):
        return self.get_from(row, kind, name)[0]

    def lines(self, order):
        """The lines of an order; None where it has no such key."""
        for path in self["fields"]["order"]["lines"]:
            found = rows_at(order, path) if path else [order]
            if found is not None:
                return found
        return None

    def children(self, line):
        paths = self["fields"]["line"]["children"]
        return [child for path in paths for child in rows_at(line, path) or ()]

    def is_true(self, value):
        return str(value).strip().lower() in self["true_words"]

    def is_one_of(self, name, value):
        return str(value or "").strip().lower() in map(str.lower, self[name])


def into(document, path):
    """Every value that a path leads to."""
    found = [document]
    for step in path.split(".") if path else ():
        found = [each for value in found for each in _enter(value, step)]
    return found


def _enter(value, step):
    entries = dict(enumerate(value)) if isinstance(value, list) else value
    if not isinstance(entries, dict):
        return []
    if step == "*":
        return list(entries.values())
    key = int(step) if isinstance(value, list) and step.isdigit() else step
    return [entries[key]] if key in entries else []


def rows_at(document, path):
    """The objects of the list that a path leads to, or None where there is no list."""
    before = path.partition("*")[0].rstrip(".")
    places, found = into(document, before), into(document, path)
    if not path.endswith("*"):
        lists = [each for each in found if isinstance(each, list)]
        is_there = lists or ("*" in path and places and not any(places))
        found = [each for entries in lists for each in entries]
    else:
        is_there = any(isinstance(place, (list, dict)) for place in places)
    rows = [each for each in found if isinstance(each, dict)]
    return rows if is_there and len(rows) == len(found) else None


def outline(answer):
    """The shape of an answer without anything it says, to find names in."""
    if isinstance(answer, dict):
        return {str(key): outline(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [outline(value) for value in answer[:1]]
    kinds = {str: "text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(answer), "number")


def is_private(path):
    return PRIVATE_NAME.search(path)


def likely(kind, name, keys):
    """The key among ``keys`` that most looks like a field of ours, or None."""
    known = [*CONTRACT["fields"][kind][name], *HINTS.get(name, "").split(), name]
    plain = {re.sub(r"[^a-z0-9]", "", key.split(".")[-1].lower()): key for key in keys}
    for word in (re.sub(r"[^a-z0-9]", "", word.lower()) for word in known):
        near = difflib.get_close_matches(word, list(plain), 1, 0.85)
        if near:
            return plain[near[0]]
    return None
