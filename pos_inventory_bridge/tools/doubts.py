"""What a reader of a till's answers is not sure of, for a person to look at."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__, default_lang="en_US")

#: What is doubted; examples follow.
WORDS = {
    "sign_missing": _lt("What comes back has no minus, unlike the settings say"),
    "sign_told": _lt("What comes back has a minus, unlike the settings say"),
    "void_marked": _lt("Voided lines have no negative line, unlike the settings say"),
    "void_twin": _lt("Voided lines have a negative line, unlike the settings say"),
    "void_unclear": _lt("Marked and negative lines of a void do not fit together"),
    "modifier_each": _lt("These count for each one, unlike the settings say"),
    "modifier_all": _lt("These count for all together, unlike the settings say"),
    "restated": _lt("These receipts may tell again what others told already"),
    "cancelled_later": _lt(
        "These receipts may be of other days, and cancelled since; nothing is given "
        "back for them"
    ),
    "parent_missing": _lt("The dish that these belong to is not told"),
    "type_unknown": _lt("Receipts of a type in no list; they count nothing"),
    "unreadable": _lt("A type, a quantity or the lines are missing"),
}
#: Setting -> what contradicts it, whatever its value is.
CONTRADICTIONS = {
    "void_style": ("void_marked", "void_twin"),
    "quantity_sign": ("sign_missing", "sign_told"),
    "modifier_quantity": ("modifier_each", "modifier_all"),
    "combo_quantity": ("modifier_each", "modifier_all"),
}
EXAMPLES = 3


class Doubts(dict):
    """{code: examples}"""

    def add(self, code, example):
        self.setdefault(code, []).append(str(example))

    def against(self, setting):
        """How often a setting is contradicted."""
        return sum(len(self.get(code, ())) for code in CONTRADICTIONS[setting])

    def examples(self):
        """[(code, a few examples)], alike for alike answers."""
        return [
            (code, "; ".join(sorted(set(found))[:EXAMPLES]))
            for code, found in sorted(self.items())
        ]
