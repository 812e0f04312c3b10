from odoo import api, fields, models

from ..tools.layout import Rule
from ..tools.reader import Refusal

#: What a column can be, beside what it is called.
MEANINGS = [
    ("code", "Item code"),
    ("modifier_code", "Codes of modifiers of the row's item"),
    ("name", "Item name"),
    ("variant", "Size or variant of the item"),
    ("sku", "SKU"),
    ("group", "Group of the item"),
    ("quantity", "Quantity"),
    ("date", "Date"),
    ("time", "Time"),
    ("moment", "Date and time"),
    ("outlet", "Outlet"),
    ("receipt", "Receipt number"),
    ("line", "Line ID"),
    ("modifies", "Line ID of the modified line"),
    ("kind", "Kind of sale"),
    ("amount", "Net money of the row"),
    ("price", "Net price of one"),
]
CODES = ("code", "modifier_code")
#: Delimiters that cannot stand for themselves as a value of a field.
SIGNS = {"tab": "\t"}
#: {kind of row: field with the words that a till has for it}
WORD_FIELDS = {
    "sale": "sale_words",
    "modifier": "modifier_words",
    "refund": "refund_words",
    "void": "void_words",
    "comp": "comp_words",
    "staff_meal": "staff_meal_words",
    "cancelled": "cancelled_words",
}


class PosBridgeCsvFormat(models.AbstractModel):
    """How a file is written: what a layout keeps, and an upload may change."""

    _name = "pos.bridge.csv.format"
    _description = "How sales files are written"

    preset = fields.Selection(
        [
            ("square", "Square: item sales detail"),
            ("toast", "Toast: item selection details"),
            ("sumup", "SumUp: sales report"),
        ],
        string="Export Of",
        help="A till's export that is known. Empty: a file of your own.",
    )
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("cp1252", "Windows (western Europe)"),
            ("iso-8859-15", "ISO 8859-15"),
            ("utf-16", "UTF-16 (Unicode text of Excel)"),
            ("cp850", "DOS (western Europe)"),
            ("mac-roman", "Mac (western Europe)"),
        ],
        required=True,
        default="utf-8",
        help="How letters beyond A to Z are written. Workbooks (XLSX) need none.",
    )
    delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("tab", "Tab"), ("|", "Vertical bar")],
        required=True,
        default=",",
        help="The sign between two columns. Workbooks (XLSX) need none.",
    )
    decimal_separator = fields.Selection(
        [(".", "Point: 1.5"), (",", "Comma: 1,5")],
        default=".",
        help="The sign before decimals. The other one may stand between thousands.",
    )
    date_format = fields.Selection(
        [
            ("ymd", "Year, month, day: 2026-04-03"),
            ("dmy", "Day, month, year: 03.04.2026 or 03/04/2026"),
            ("mdy", "Month, day, year: 04/03/2026"),
        ],
        string="Dates",
        default="ymd",
    )
    header_row = fields.Integer(
        "Row with Column Names",
        default=0,
        help="As a spreadsheet counts. 0: the first row in which something stands.",
    )
    date_is_business_date = fields.Boolean(
        help="For files with times. Set: the date column is the business day, also of "
        "what was sold after midnight. Not set: it is the calendar date, and what was "
        "sold before the day of the outlet starts belongs to the day before.",
    )
    second_file = fields.Selection(
        [
            ("replace", "Replaces what was uploaded"),
            ("add", "Adds to what was uploaded"),
        ],
        string="Second File of a Day",
        required=True,
        default="replace",
    )
    sale_words = fields.Char(
        "Words for a Sale",
        default="sale, payment, verkauf, umsatz, false, no, nein, 0",
        help="In the column with the kind of sale; commas between them. An empty cell "
        "is a sale.",
    )
    modifier_words = fields.Char("Words for a Modifier", default="modifier, extra")
    refund_words = fields.Char(
        "Words for a Refund",
        default="refund, return, erstattung, rückerstattung, retoure, rückgabe",
        help="The quantity of such a row counts as negative, with or without its sign.",
    )
    void_words = fields.Char(
        "Words for a Void",
        default="void, storno, stornierung",
        help="A row that takes back an earlier one, which is in the file, too.",
    )
    cancelled_words = fields.Char(
        "Words for a Cancelled Row",
        default="cancelled, canceled, abgebrochen",
        help="The row itself was taken back, and no other takes it back: it stays "
        "visible and counts as zero.",
    )
    comp_words = fields.Char(
        "Words for a Comp", default="comp, complimentary, gratis, einladung"
    )
    staff_meal_words = fields.Char(
        "Words for a Staff Meal", default="staff_meal, staff meal, personalessen"
    )

    def _sign(self):
        """The delimiter itself."""
        return SIGNS.get(self.delimiter, self.delimiter)

    @api.model
    def _delimiter_of(self, sign):
        """The value of the field for a delimiter."""
        return {sign: name for name, sign in SIGNS.items()}.get(sign, sign)

    def _words(self):
        """{word in lower case: kind of row}"""
        self.ensure_one()
        return {
            word.strip().casefold(): kind
            for kind, name in WORD_FIELDS.items()
            for word in (self[name] or "").split(",")
            if word.strip()
        }


def prepare_rules(columns):
    """From what each column means to plain rules, one per column with codes.

    :param columns: (name, meaning, separator) in the order of the file
    :return: list of ``Rule``
    :raises Refusal: two columns have one meaning
    """
    columns = [each for each in columns if each[1]]
    named = {meaning: name for name, meaning, _separator in columns}
    twice = [
        name
        for name, meaning, _separator in columns
        if meaning not in CODES and named[meaning] != name
    ]
    if twice:
        other = next(meaning for name, meaning, _s in columns if name == twice[0])
        both = [name for name, meaning, _separator in columns if meaning == other]
        raise Refusal("meaning_twice", columns=", ".join(both))
    shared = {
        name: named.get(name)
        for name in Rule.__dataclass_fields__
        if name not in ("code", "separator", "is_modifier")
    }
    if "moment" in named:
        shared["date"] = shared["time"] = named["moment"]
    codes = [each for each in columns if each[1] in CODES]
    codes.sort(key=lambda each: CODES.index(each[1]))
    return [
        Rule(
            code=name,
            separator=separator or None,
            is_modifier=meaning == "modifier_code",
            **shared,
        )
        for name, meaning, separator in codes
    ]


def meanings_of(rules):
    """{column name in lower case: (meaning, separator)} of rules, the reverse."""
    meanings = {}
    for rule in rules:
        for name in Rule.__dataclass_fields__:
            column = getattr(rule, name)
            if isinstance(column, str) and name not in ("code", "separator"):
                meanings.setdefault(column.casefold(), (name, None))
        if rule.date and rule.date == rule.time:
            meanings[rule.date.casefold()] = ("moment", None)
        meaning = "modifier_code" if rule.is_modifier else "code"
        meanings[rule.code.casefold()] = (meaning, rule.separator)
    return meanings
