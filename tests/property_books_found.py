"""Stories of the books that once went wrong, as short as they can be: (opening, steps)
by name.
"""

from decimal import Decimal

from property_books_steps import (
    PRICE,
    ChangeRecipe,
    Close,
    Count,
    Lock,
    Opening,
    Receive,
    Redo,
    Sell,
    SetPrice,
    Undo,
    Wait,
)

KEPT = Sell(0, "LATTE", 9), Receive("Milk", 4, Decimal("7.77"))
#: 1 is there, after 5 were sold and posted.
COUNTED = Count("Milk", 1, 0, 13), Sell(0, "MILK", 5, 7)
FOUND = {
    "average cost, a third correction behind a later lock": (
        Opening("average", "real_time", KEPT[1:], KEPT[:1]),
        (Lock(2), Sell(0, "LATTE", 3), Wait(4), Lock(1), KEPT[0], Undo(0), Redo(0)),
    ),
    "first in first out, what was overdrawn comes back": (
        Opening("fifo", "periodic", (), KEPT[:1]),
        (KEPT[1], Close(), Wait(2), Sell(0, "LATTE", -3), KEPT[1], Undo(0)),
    ),
    "a recipe that changes while a day is undone": (
        Opening("standard", "real_time", KEPT[1:], KEPT[:1]),
        (
            Undo(0),
            ChangeRecipe("Milk", Decimal(2)),
            Redo(0),
            SetPrice("Milk", Decimal(9)),
        ),
    ),
    "what waited when it was counted is missing from what was counted": (
        Opening("standard", "periodic", (), (), "available", "compensate"),
        (Sell(0, "LATTE", 3, 7, -2), Count("Beans", 25, 2, 13)),
    ),
    "held: less before the count, and as much more since": (
        Opening("standard", "periodic", (), (), "available", "hold"),
        (Count("Beans", 23, 1, 13), Sell(1, "LATTE", -1, 7, 1)),
    ),
    "less before the count, more since than is there": (
        Opening("standard", "periodic", (), (), "available", "compensate"),
        (*COUNTED, Sell(0, "MILK", 3, 7, 3), Receive("Milk", 4, PRICE)),
    ),
    "less before the count, as much more since, and nothing is there": (
        Opening("standard", "periodic", (), (), "available", "compensate"),
        (*COUNTED, Sell(0, "MILK", 3, 7, 2), Sell(1, "MILK", 2), Undo(0)),
    ),
    "held: less before the count, more since than is there": (
        Opening("standard", "real_time", (), (), "hold", "compensate"),
        (*COUNTED, Sell(0, "MILK", 1, 7, 3), Receive("Milk", 4, PRICE)),
    ),
}
