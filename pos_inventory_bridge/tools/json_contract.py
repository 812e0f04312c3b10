"""What is assumed of a till that answers with JSON: paths, parameters, keys.

A connector gives what its vendor says as an override of ``PLAIN``; an administrator may
override that per connection. Overrides are merged, and have the keys of ``PLAIN`` only.
"""

import difflib
from copy import deepcopy

from .json_path import into, is_private, rows_at

PLAIN = {
    "version": "1",
    "auth": {
        "login": {
            "path": "/login",
            "encoding": "json",
            "body": {"username": "{username}", "password": "{password}"},
            "token_paths": ["token", "access_token"],
            "header": "Authorization",
            "prefix": "Bearer ",
        },
        "query_key": {"param": "key"},
        "header_key": {"header": "X-Api-Key", "prefix": ""},
    },
    "calls": {  # without a path, there is no such list
        "outlets": {"method": "GET", "path": "", "params": {}},
        "items": {"method": "GET", "path": "", "params": {}},
        "sales": {
            "method": "GET",
            "path": "/sales",
            "params": {"outlet": "{outlet}", "date": "{date}"},
        },
    },
    "right_words": ["permission", "scope"],  # a 403 with one of them lacks a right
    "date_format": "%Y-%m-%d",
    "time_format": "",  # empty: ISO 8601, or seconds since 1970
    "business_day": "till",  # till: its date counts; outlet: cut by the outlet's clock
    "paging": {
        "kind": "none",
        "param": "page",
        "first": 1,
        "size_param": "",
        "size": 100,
        "next_path": "next",
    },
    "roots": {
        "outlets": ["", "data", "outlets"],
        "items": ["", "data", "items"],
        "sales": ["", "data", "sales"],
    },
    "fields": {  # the first path that leads to something wins; children: all of them
        "outlet": {
            "id": ["id"],
            "number": ["number"],
            "name": ["name"],
            "active": ["active"],
        },
        "item": {
            "id": ["id"],
            "sku": ["sku"],
            "name": ["name"],
            "type": ["type"],
            "kitchen_name": [],
            "group": ["group"],
            "price": [],
        },
        "sale": {
            "id": ["id"],
            "number": ["number"],
            "time": ["time"],
            "outlet": [],
            "cancelled": ["cancelled"],
            "status": ["status"],
            "channel": ["channel"],
            "lines": ["lines"],
        },
        "line": {
            "id": ["id"],
            "item": ["item"],
            "sku": ["sku"],
            "name": ["name"],
            "quantity": ["quantity"],
            "type": ["type"],
            "cancelled": ["cancelled"],
            "children": ["modifiers"],
            "parent": [],  # the ID of the line that it belongs to, if it stands beside
            "amount_net": ["net"],
            "amount_gross": ["gross"],
            "tax_rate": [],
        },
    },
    "numbers": {
        "decimal_sign": "auto",
        "money_divisor": 1,
        "quantity_divisor": 1,
        "price_per": "line",
    },
    "true_words": ["true", "1", "yes", "y"],
    "cancelled_status": ["cancelled", "canceled", "void"],
    "ignored_types": [],
    "comp_types": ["comp"],
    "staff_meal_types": ["staff_meal"],
    "child_quantity": "per_parent",
}
#: Values that are one of a few, by the last part of their place.
CHOICES = {
    "method": ("GET", "POST"),
    "encoding": ("json", "form"),
    "business_day": ("till", "outlet"),
    "kind": ("none", "page", "offset", "next_url"),
    "decimal_sign": ("auto", ",", "."),
    "price_per": ("line", "unit"),
    "child_quantity": ("per_parent", "absolute"),
}
#: Fields that lead to more rows.
LISTS = ("lines", "children")
FREE = ("params", "body")  # any key may stand in these; an override replaces them
TYPES = {dict: "object", list: "texts", int: "number", str: "text"}


class OverrideRefused(ValueError):
    """An override that cannot be used; says what is wrong with it."""

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
    _check_type(base, value, where)
    choices = CHOICES.get(where.split(".")[-1])
    if choices and isinstance(base, str) and value not in choices:
        raise OverrideRefused("wrong_word", key=where, wanted=", ".join(choices))
    if where.startswith("fields."):
        for path in filter(is_private, value):
            raise OverrideRefused("private_path", key=where, path=path)
    return value


def _check_type(base, value, where):
    is_list_of_text = not isinstance(base, list) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )
    if type(value) is not type(base) or not is_list_of_text:
        raise OverrideRefused("wrong_type", key=where, wanted=TYPES[type(base)])
    if where.endswith(("divisor", "size")) and value < 1:
        raise OverrideRefused("wrong_type", key=where, wanted="positive")


class Contract(dict):
    """The vendor's contract with an administrator's override; reads answers by it."""

    def __init__(self, vendors, override=None):
        self.vendors = vendors
        self.override = {} if override is None else override
        _check_type({}, self.override, "*")
        super().__init__(merged(merged(PLAIN, vendors), self.override))

    def changed(self, change):
        """This contract with more overrides."""
        return Contract(self.vendors, joined(self.override, change))

    def rows(self, call, answer):
        """What a call lists, or None where none of its roots leads to a list."""
        found = (rows_at(answer, path) for path in self["roots"][call])
        return next((rows for rows in found if rows is not None), None)

    def get_from(self, row, kind, name):
        """(value, path) of one field; (None, None) where the row has none of them."""
        for path in self["fields"][kind][name]:
            for value in into(row, path):
                if value not in (None, "", [], {}):
                    return value, path
        return None, None

    def value(self, row, kind, name):
        return self.get_from(row, kind, name)[0]

    def lines(self, sale):
        """The lines of a receipt; None where it has no such key."""
        for path in self["fields"]["sale"]["lines"]:
            found = rows_at(sale, path) if path else [sale]
            if found is not None:
                return found
        return None

    def children(self, line):
        paths = self["fields"]["line"]["children"]
        return [child for path in paths for child in rows_at(line, path) or ()]

    def is_true(self, value):
        return self.is_one_of("true_words", value)

    def is_one_of(self, name, value):
        return str(value or "").strip().lower() in map(str.lower, self[name])
