"""Stories that once went wrong, as short as they can be: (opening, edits) by name."""

from decimal import Decimal

from property_stories import (
    DAYS,
    AddReceipt,
    ChangeQuantity,
    ChangeUnit,
    ChangeUse,
    ChangeYield,
    MoveReceipt,
    Opening,
)
from property_world import DISHES, Condition, Line, Receipt, Recipe, RecipeLine, Use

KILO = Use("Beans", Decimal(1), "kg")
NOW = {"pick": 0, "days_passed": 1, "is_posted_later": False}
SAME_DAY = {**NOW, "days_passed": 0}
LAST = {**NOW, "pick": -1}


def opening(lines, uses):
    """A café with one outlet's first day; every recipe is a kilo of beans."""
    beans = RecipeLine("Beans", Decimal(1), "kg")
    return Opening(
        specific_first=False,
        shrink_limit=1.0,
        price=10,
        recipes={dish: Recipe(Decimal(1), DISHES[dish], (beans,)) for dish in DISHES},
        recipe_places=dict.fromkeys(DISHES),
        product_places={},
        uses={Condition(item): use for item, use in uses.items()},
        units={"Terrace": "Bar", "Hall": "Bar"},
        receipts=[Receipt("Terrace", DAYS[0], tuple(lines))],
    )


ONE_ESP = (Line("ESP", Decimal(1)),)
ONE_MENU = (Line("MENU", Decimal(1)),)
FOUND = {
    "what was ordered with what was ordered with a void comes back": (
        opening(
            [
                Line("ESP", Decimal(1), "void"),
                Line("COLA", Decimal(1), "modifier", 0),
                Line("EXTRA", Decimal(1), "modifier", 1),
            ],
            {"EXTRA": KILO},
        ),
        [],
    ),
    "an outlet that changed its unit never did": (
        opening(ONE_ESP, {"ESP": KILO}),
        [
            ChangeUnit(**NOW, outlet="Terrace", place="Kitchen", since=0),
            AddReceipt(**NOW, outlet="Terrace", lines=ONE_ESP),
            ChangeUnit(**NOW, outlet="Terrace", place="Cellar", since=2),
            ChangeUnit(**NOW, outlet="Terrace", place="Kitchen", since=1),
            AddReceipt(**{**NOW, "pick": 2}, outlet="Terrace", lines=ONE_ESP),
        ],
    ),
    "a recipe is changed twice on a day that was posted in between": (
        opening(ONE_MENU, {"MENU": Use("Menu", Decimal(1), "Units")}),
        [
            ChangeYield(**LAST, quantity=Decimal(2), since=None),
            AddReceipt(**{**SAME_DAY, "pick": 3}, outlet="Terrace", lines=ONE_MENU),
            ChangeYield(**{**LAST, "days_passed": 0}, quantity=Decimal(4), since=None),
        ],
    ),
    "another ingredient in the unit of the one before": (
        opening(ONE_ESP, {"ESP": KILO}),
        [ChangeUse(**NOW, use=Use("Spice", Decimal("0.161"), "kg"), since=0)],
    ),
    "what is taken and what comes back differ by half of the last digit": (
        opening(
            [Line("ESP", Decimal(1)), Line("WITHOUT", Decimal(1))],
            {
                "ESP": Use("Beans", Decimal("0.3"), "kg"),
                "WITHOUT": Use("Beans", Decimal("0.275"), "kg", gives_back=True),
            },
        ),
        [ChangeQuantity(**NOW, line=0, quantity=Decimal(11))],
    ),
    "a receipt moves to a day that is read, from one that is not": (
        opening(ONE_ESP, {"ESP": KILO}),
        [MoveReceipt(**SAME_DAY, day=1)],
    ),
}
