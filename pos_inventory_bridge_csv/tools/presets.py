"""Exports of tills that people have, by the columns that only they have.

Each was looked up and not made up; ``source`` says where.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Preset:
    """How one till's export is read.

    :param signature: columns that show that it is this export
    :param columns: {column: meaning}
    :param separators: {column with several codes: sign between them}
    :param written: values of a layout that differ from the usual ones
    """

    key: str
    source: str
    signature: tuple[str, ...]
    columns: dict[str, str]
    separators: dict[str, str] = field(default_factory=dict)
    written: dict[str, object] = field(default_factory=dict)

    def meanings(self, names):
        """{position: meaning} in a header."""
        known = {name.casefold(): meaning for name, meaning in self.columns.items()}
        found = {at: known.get(name.casefold()) for at, name in enumerate(names)}
        return {at: meaning for at, meaning in found.items() if meaning}


PRESETS = (
    Preset(
        key="square",
        source="A real export of July 2026 (GitHub zoetankersley/sunrise_social_club, "
        "data/raw/items-2026-07-18-2026-07-19.csv); refunds after parsers of real "
        "exports: an own row, Event Type Refund, quantity below zero",
        signature=("Item", "Qty", "Modifiers Applied", "Event Type", "Transaction ID"),
        columns={
            "Date": "date",
            "Time": "time",
            # SKU is often empty; its Token stays the same over all sizes of an item.
            "Item": "code",
            "Price Point Name": "variant",
            "SKU": "sku",
            "Category": "group",
            "Qty": "quantity",
            "Modifiers Applied": "modifier_code",
            "Net Sales": "amount",
            "Transaction ID": "receipt",
            "Event Type": "kind",
            "Location": "outlet",
        },
        separators={"Modifiers Applied": ","},
    ),
    Preset(
        key="toast",
        source="doc.toasttab.com, platform guide, admin data export field reference; "
        "date and void as in parsers of nightly exports of 2026",
        signature=("Item Selection Id", "Menu Item", "Void?", "Order Date"),
        columns={
            "Location": "outlet",
            "Order Date": "moment",
            "Check Id": "receipt",
            "Item Selection Id": "line",
            # Groups the copies of one item over menus and restaurants.
            "Master Id": "code",
            "Menu Item": "name",
            "Menu Group": "group",
            "SKU": "sku",
            "Qty": "quantity",
            "Net Price": "amount",
            "Void?": "kind",
        },
        written={
            "date_format": "mdy",
            # A voided row stays, with its quantity, and no other takes it back.
            "cancelled_words": "true, yes",
        },
    ),
    Preset(
        key="sumup",
        source="GitHub ursjoss/lola-sumup, src/prepare.rs at 0021050c, which parses "
        "the real German report; how it words refunds was not to be found",
        signature=("Datum", "Typ", "Transaktionsnummer", "Beschreibung", "Menge"),
        columns={
            "Datum": "moment",
            "Typ": "kind",
            "Transaktionsnummer": "receipt",
            "Menge": "quantity",
            "Beschreibung": "code",
            "Preis (netto)": "amount",
        },
        # A decimal point even in German.
        written={"date_format": "dmy", "decimal_separator": "."},
    ),
)


def matching(names):
    """The preset whose export has these columns, or None."""
    found = {name.casefold() for name in names}
    for preset in PRESETS:
        if all(name.casefold() in found for name in preset.signature):
            return preset
    return None


def named(key):
    return next((preset for preset in PRESETS if preset.key == key), None)
