"""Tries the contract on a real answer: what fits, and what an override would say."""

import difflib
import re
from collections import Counter
from datetime import datetime

from .json_contract import LISTS, joined
from .json_path import is_private

LOOKED_AT = 50
DEPTH = 6
TIME_FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y%m%d%H%M%S",
)
#: How fields may be called, beside what the vendor's contract says.
HINTS = {
    "outlet.id": "uuid storeid shopid filialid filialschluessel schluessel key",
    "item.id": "uuid productid articleid artikelid artikelschluessel schluessel key",
    "sale.id": "uuid orderid receiptid belegid bonid key",
    "line.id": "uuid lineid positionid postenid key",
    "line.parent": "parent parentid parentlineid",
    "line.item": "productid articleid artikelid artikelschluessel schluessel itemid",
    "sku": "plu articlenumber artikelnummer artikelnr artnr nummer number nr",
    "number": "nummer nr bonnr belegnr receiptnumber ordernumber",
    "name": "bezeichnung titel title artikel label text",
    "time": "zeit zeitpunkt datum timestamp abschluss closed closedat",
    "quantity": "menge anzahl qty count stueck stk",
    "price": "netto nettopreis nettocent preis",
    "amount_net": "netto nettobetrag nettocent totalnet",
    "amount_gross": "brutto bruttocent betrag betragcent preis price summe total",
    "tax_rate": "mwst ust steuersatz vat taxrate",
    "type": "art typ kind positionsart",
    "cancelled": "storniert storno canceled void voided",
    "status": "zustand state",
    "channel": "kanal vertriebsweg quelle source",
    "lines": "positionen posten zeilen positions items",
    "children": "zutaten unterpositionen beilagen extras toppings modifiers options",
    "kitchen_name": "kuechenname kueche bonname kitchenname",
    "group": "warengruppe gruppe category",
}


class Look:
    """What an answer looks like through the contract.

    ``report``: (kind, field, path or None, rows that have it, rows, proposed path);
    ``change``: the proposed override; ``contract``: with it; ``rows``: what is listed
    """

    def __init__(self, contract, kind, answer):
        self.contract, self.answer = contract, answer
        self.report, self.change = [], {}
        self.rows = self._find_rows(kind)
        self._fit(kind, self.rows)
        if kind == "sale":
            self._fit("line", self._lines())
            self._fit_numbers()

    def _find_rows(self, kind):
        root = f"{kind}s"
        rows = self.contract.rows(root, self.answer)
        if rows is None:
            places = list(_lists(self.answer))
            best = max(
                places, key=lambda each: self._score(kind, each[1]), default=None
            )
            if best:
                self._propose({"roots": {root: best[0]}})
                rows = self.contract.rows(root, self.answer)
        return rows or []

    def _score(self, kind, rows):
        """So many of our fields can be found in such rows."""
        keys = {is_list: _keys(rows, is_list) for is_list in (True, False)}
        score = 0
        for name in self.contract["fields"][kind]:
            paths = (self.contract.get_from(row, kind, name)[1] for row in rows)
            path = next(filter(None, paths), None)
            path = path or self._likely(kind, name, keys[name in LISTS])
            # What stands in the row itself says more than what lies below it.
            score += ("." not in path) + 1 + 2 * (name in LISTS) if path else 0
        return score

    def _likely(self, kind, name, keys):
        """The key among ``keys`` that most looks like a field of ours, or None."""
        hints = HINTS.get(f"{kind}.{name}") or HINTS.get(name, "")
        known = [*self.contract["fields"][kind][name], *hints.split(), name]
        keys = {_plain(key.split(".")[-1]): key for key in keys}
        for word in map(_plain, known):
            near = difflib.get_close_matches(word, list(keys), 1, 0.85)
            if near:
                return keys[near[0]]
        return None

    def _lines(self):
        lines = [line for row in self.rows for line in self.contract.lines(row) or ()]
        return lines + [part for line in lines for part in self.contract.children(line)]

    def _fit(self, kind, rows):
        """Which path of each field matched; a likely one where none did."""
        rows, names = rows[:LOOKED_AT], self.contract["fields"][kind]
        found = {
            name: Counter(
                path
                for row in rows
                for path in [self.contract.get_from(row, kind, name)[1]]
                if path is not None
            )
            for name in names
        }
        taken = {path for paths in found.values() for path in paths}
        for name, paths in found.items():
            guess = None
            if not paths:
                keys = _keys(rows, name in LISTS) - taken
                guess = self._likely(kind, name, keys)
            if guess:
                taken.add(guess)
                self._propose({"fields": {kind: {name: guess}}})
            path = ", ".join(paths)
            self.report.append((kind, name, path, paths.total(), len(rows), guess))

    def _fit_numbers(self):
        texts = [
            str(self.contract.value(row, "sale", "time") or "") for row in self.rows
        ]
        for time_format in TIME_FORMATS if any(texts) else ():
            if all(_fits(text, time_format) for text in texts if text):
                self._propose({"time_format": time_format})
                break
        names = ("amount_net", "amount_gross")
        money = [
            str(self.contract.value(line, "line", name) or 0)
            for line in self._lines()
            for name in names
        ]
        is_whole = all(each.lstrip("-").isdigit() for each in money)
        if is_whole and max(map(int, money), default=0) >= 100:
            self._propose({"numbers": {"money_divisor": 100}})

    def _propose(self, change):
        contract = self.contract.changed(change)
        if contract != self.contract:
            self.contract, self.change = contract, joined(self.change, change)


def _fits(text, time_format):
    try:
        return bool(datetime.strptime(text, time_format))
    except ValueError:
        return False


def _plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _keys(rows, wants_rows):
    """Paths to plain values, or to lists of objects; none that tells of people."""
    leaves = [leaf for row in rows[:LOOKED_AT] for leaf in _leaves(row)]
    return {
        path
        for path, value in leaves
        if not is_private(path)
        and (_is_rows(value) if wants_rows else not isinstance(value, (list, dict)))
    }


def _leaves(row, before="", depth=DEPTH):
    for key, value in row.items():
        path = f"{before}{key}"
        if isinstance(value, dict) and depth:
            yield from _leaves(value, f"{path}.", depth - 1)
        else:
            yield path, value


def _lists(value, path="", depth=DEPTH):
    """(path, rows) of every list of objects, outermost first."""
    if _is_rows(value):
        yield path, value
        path, value = _joined(path, "*"), value[0]
    elif isinstance(value, dict) and _is_rows(list(value.values())):
        yield _joined(path, "*"), list(value.values())
    if isinstance(value, dict) and depth:
        for key, each in value.items():
            yield from _lists(each, _joined(path, key), depth - 1)


def _joined(path, key):
    return f"{path}.{key}" if path else key


def _is_rows(value):
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(each, dict) for each in value)
