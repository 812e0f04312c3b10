"""How a file could be read, by what its header and its first rows look like.

Nothing here decides: a person sees the proposal beside the rows as they would be read.
What the file leaves open (03/04/2026, 1,500) stays empty, and a person is asked.
"""

import csv
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import charset_normalizer

from . import presets
from .columns import DATE_ORDERS
from .reader import Refusal, as_text, is_workbook, named_columns, printable, read_cells

DELIMITERS = (",", ";", "\t", "|")
#: Encodings that tills and spreadsheets write beside UTF-8, as Python calls them.
PYTHON_NAMES = {
    "cp1252": "cp1252",
    "iso8859_15": "iso-8859-15",
    "cp850": "cp850",
    "mac_roman": "mac-roman",
    "utf_16_le": "utf-16",
}
DEFAULT_ENCODING = "cp1252"
#: Rows that are looked at for header and values.
HEADER_WITHIN = 30
SAMPLE_ROWS = 2000
SHOWN_VALUES = 3
SAMPLE_BYTES = 256 * 1024
LONGEST_VALUE = 40

#: What a column can be, and how tills call it; the first names are the likeliest.
WORDS = {
    meaning: tuple(words.split(", "))
    for meaning, words in {
        "code": "code, item code, item id, plu, article number, product id, "
        "item number, product code, sku, artikelnummer, artikelnr, artikel nr, "
        "art nr, artnr, artikelcode, artikel id, art id, produkt id",
        "name": "name, item, item name, menu item, product, product name, artikel, "
        "artikelname, artikelbezeichnung, bezeichnung, artikeltext, produkt, "
        "produktname, article, description",
        "quantity": "quantity, qty, count, menge, anzahl, stück, stk, sold, "
        "items sold, quantity sold, verkauft",
        "date": "date, business date, datum, geschäftstag, verkaufsdatum, day, tag, "
        "sale date, order date, bondatum, belegdatum",
        "moment": "date time, datetime, timestamp, zeitpunkt, created at, sold at, "
        "datum uhrzeit, datum zeit, closed at, finalised date",
        "time": "time, uhrzeit, zeit, sale time, bonzeit",
        "outlet": "outlet, location, store, business location, filiale, standort, "
        "betrieb, kasse, site, shop, device name, till",
        "receipt": "receipt, receipt number, receipt id, transaction id, order id, "
        "bon, bonnummer, bon nr, bonnr, beleg, belegnummer, belegnr, beleg nr, "
        "rechnungsnummer, account id, check id, order number, rechnung nr, "
        "bestellnummer, order #",
        "line": "line, line id, position, pos, positionsnummer, zeile",
        "modifies": "modifies, parent line, parent, parent id, gehört zu",
        "kind": "kind, type, transaction type, event type, art, vorgang, "
        "buchungsart, vorgangsart",
        "amount": "net, net amount, net sales, net price, net total, netto, "
        "umsatz netto, nettoumsatz, betrag netto, nettobetrag, netto betrag, "
        "summe netto, price net of vat, total, amount, gross sales, gesamt, "
        "gesamtpreis, betrag, umsatz, summe, brutto",
        "price": "price, unit price, einzelpreis, preis, item price",
        "variant": "variant, size, price point name, variante, größe",
        "sku": "sku",
        "group": "group, item group, category, menu group, accounting group, gruppe, "
        "warengruppe, artikelgruppe, kategorie, sparte",
        "modifier_code": "modifiers, modifier, modifiers applied, extras, optionen, "
        "zusätze, varianten",
    }.items()
}
#: A column that nobody named can be the code, too: better than no proposal.
INSTEAD_OF_CODE = "name"

_DATE_PARTS = re.compile(r"([0-9]{1,4})([-./])([0-9]{1,2})\2([0-9]{2,4})")
_SEPARATOR_BEFORE_END = re.compile(r"([.,])([0-9]+)\D*$")


@dataclass
class Column:
    """One column of the file; without a ``meaning`` it is not used."""

    name: str
    meaning: str | None = None
    samples: tuple[str, ...] = ()
    separator: str | None = None


@dataclass
class Proposal:
    """Like a layout; what is None must be asked."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = 1
    decimal_separator: str | None = "."
    date_order: str | None = "ymd"
    preset: str | None = None
    columns: list[Column] = field(default_factory=list)


def propose(content: bytes) -> Proposal:
    """What the file looks like.

    :raises Refusal: it looks like nothing that can be read
    """
    proposal = Proposal()
    if not is_workbook(content):
        proposal.encoding = _encoding(content)
        proposal.delimiter = _delimiter(content, proposal.encoding)
    cells = read_cells(content, proposal.encoding, proposal.delimiter)
    rows = list(islice(cells, SAMPLE_ROWS))
    if not rows:
        raise Refusal("file_empty")
    header_at = _header_at(rows)
    proposal.header_row, header = rows[header_at]
    names = named_columns(header)
    if any("\x00" in name for name in names):
        raise Refusal("file_binary")
    below = [row for _number, row in rows[header_at + 1 :]]
    preset = presets.matching(names)
    proposal.preset = preset and preset.key
    meanings = preset.meanings(names) if preset else _meanings(names)
    separators = preset.separators if preset else {}
    proposal.columns = [
        Column(name, meanings.get(at), _samples(below, at), separators.get(name))
        for at, name in enumerate(names)
    ]
    proposal.date_order = _date_order(_values(proposal, below, "date", "moment"))
    numbers = _values(proposal, below, "quantity", "amount", "price")
    proposal.decimal_separator = _decimal_separator(numbers, proposal.delimiter)
    return proposal


def _encoding(content):
    """What the bytes say themselves, else what fits best of what tills write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    with suppress(UnicodeDecodeError):
        content.decode("utf-8")
        return "utf-8"
    best = charset_normalizer.from_bytes(
        content[:SAMPLE_BYTES], cp_isolation=list(PYTHON_NAMES)
    ).best()
    return PYTHON_NAMES.get(best and best.encoding, DEFAULT_ENCODING)


def _delimiter(content, encoding):
    """The one that cuts most rows into the same number of cells."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    # An even number of bytes, for encodings that use two for each sign.
    text = content[:SAMPLE_BYTES].decode(codec, errors="replace")
    lines = text.splitlines()[:200]

    def score(delimiter):
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0
        widths.pop(0, None)
        widths.pop(1, None)
        return max(
            (count * min(width, 5) for width, count in widths.items()), default=0
        )

    return max(DELIMITERS, key=score)


def _header_at(rows):
    """The row of a known export, else the one whose cells are names that we know, else
    the first of full width.
    """
    candidates = [named_columns(cells) for _number, cells in rows[:HEADER_WITHIN]]
    for at, names in enumerate(candidates):
        if presets.matching(names):
            return at
    known = {word for words in WORDS.values() for word in words}
    scores = [sum(normal(name) in known for name in names) for names in candidates]
    if max(scores) > 1:
        return scores.index(max(scores))
    widths = [sum(map(bool, names)) for names in candidates]
    return widths.index(max(widths))


def normal(name):
    """A column's name without what tills write differently."""
    return " ".join(re.sub(r"[^\w#]+", " ", name.casefold()).split())


def _meanings(names):
    """{position: meaning}; a meaning goes to one column, the likeliest."""
    found = [normal(name) for name in names]
    meanings = {}
    for meaning, words in WORDS.items():
        for word in words:
            places = [at for at, name in enumerate(found) if name == word]
            places = [at for at in places if at not in meanings]
            if places:
                meanings[places[0]] = meaning
                break
    if "moment" in meanings.values():
        meanings = {at: m for at, m in meanings.items() if m not in ("date", "time")}
    if "code" not in meanings.values():
        for at, meaning in meanings.items():
            if meaning == INSTEAD_OF_CODE:
                meanings[at] = "code"
                break
    return meanings


def _samples(rows, at):
    values = (
        printable(as_text(row[at]), LONGEST_VALUE).strip()
        for row in rows
        if at < len(row)
    )
    return tuple(islice(dict.fromkeys(filter(None, values)), SHOWN_VALUES))


def _values(proposal, rows, *meanings):
    """All cells of the columns that mean one of these."""
    for at, column in enumerate(proposal.columns):
        if column.meaning in meanings:
            yield from (row[at] for row in rows if at < len(row) and row[at] != "")


def _date_order(cells):
    """The order in which all dates make sense; None: more than one, or none, does."""
    possible, slashed = set(DATE_ORDERS), False
    for cell in cells:
        match = isinstance(cell, str) and _DATE_PARTS.match(cell.strip())
        if match:
            fitting, has_slash = _orders(match)
            possible, slashed = possible & fitting, slashed or has_slash
    if len(possible) == len(DATE_ORDERS):
        return "ymd"  # no texts at all: a workbook knows its dates
    if possible == {"dmy", "mdy"} and not slashed:
        return "dmy"  # nobody writes the month first and dots between
    return possible.pop() if len(possible) == 1 else None


def _orders(match):
    first, sign, second, _third = match.groups()
    if len(first) == 4:
        return {"ymd"}, False
    orders = set()
    if int(first) <= 31 and int(second) <= 12:
        orders.add("dmy")
    if int(first) <= 12 and int(second) <= 31:
        orders.add("mdy")
    return orders, sign != "."


def _decimal_separator(cells, delimiter):
    """The sign before the decimals; None: it could be one between thousands."""
    signs, doubtful = set(), set()
    for cell in cells:
        match = isinstance(cell, str) and _SEPARATOR_BEFORE_END.search(cell)
        if not match:
            continue
        sign, decimals = match.groups()
        other = "," if sign == "." else "."
        is_last_of_two = other in cell[: match.start()]
        if len(decimals) != 3 or is_last_of_two or cell.strip().startswith("0"):
            signs.add(sign)
        else:
            doubtful.add(sign)
    if len(signs) == 1:
        return signs.pop()
    if not signs and not doubtful:
        return "," if delimiter == ";" else "."
    return None
