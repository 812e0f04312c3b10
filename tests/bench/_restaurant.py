"""A made-up restaurant as plain data: the same dishes and receipts on every machine.

Amounts are chosen so that no single receipt has to be rounded to five digits of a
kilogram: whoever books receipt by receipt must come to the same ledger.
"""

import random
from collections import defaultdict
from decimal import Decimal

SEED = 300
SAUCES = 20
DISHES = 150
RECEIPTS = 300
LINES = 1_000
PRICE = 8.0


class Restaurant:
    """Ingredients, sauces (kilograms in one kilogram) and dishes (kilograms in one).

    :param dishes: how many there are; twice as many ingredients
    :param seed: another number, other recipes
    """

    def __init__(self, dishes=DISHES, seed=SEED):
        chance = random.Random(seed)
        self.ingredients = [f"Ingredient {n:03}" for n in range(2 * dishes)]
        self.sauces = {
            f"Sauce {n:02}": dict.fromkeys(
                chance.sample(self.ingredients, 4), Decimal("0.3")
            )
            for n in range(SAUCES)
        }
        self.dishes = {f"Dish {n:03}": self._dish(chance, n) for n in range(dishes)}

    def _dish(self, chance, number):
        """Two ingredients that are this dish's turn, so that all are used; some more;
        a sauce.
        """
        turn = self.ingredients[2 * number : 2 * number + 2]
        names = dict.fromkeys([*turn, *chance.sample(self.ingredients, 4)])
        lines = {name: Decimal(chance.randrange(5, 250)) / 1000 for name in names}
        sauce = chance.choice(sorted(self.sauces))
        return {**lines, sauce: Decimal(chance.randrange(1, 9)) / 100}

    def receipts(self, day=0, count=RECEIPTS, lines=LINES):
        """[[(dish, quantity), ...], ...]: what one day's receipts say."""
        chance = random.Random(f"{SEED}/{day}")
        receipts = [[] for _each in range(count)]
        names = sorted(self.dishes)
        chance.shuffle(names)
        for number in range(lines):
            dish = names[number] if number < len(names) else chance.choice(names)
            receipts[number % count].append((dish, chance.choice((1, 1, 1, 2, 3))))
        return receipts

    def used(self, receipts):
        """{ingredient: kg} that these receipts take from stock."""
        sold = defaultdict(int)
        for receipt in receipts:
            for dish, quantity in receipt:
                sold[dish] += quantity
        used = defaultdict(Decimal)
        for dish, quantity in sold.items():
            for name, amount in self.dishes[dish].items():
                for ingredient, kg in self.sauces.get(name, {name: 1}).items():
                    used[ingredient] += quantity * amount * kg
        return dict(used)


def rows_of(outlet, day, receipts):
    """What a till's file says of these receipts: outlet, date, receipt, line, quantity,
    amount and dish.
    """
    for number, receipt in enumerate(receipts, 1):
        for line, (dish, quantity) in enumerate(receipt, 1):
            amount = PRICE * quantity
            yield [outlet, day, f"{day}/{number}", line, quantity, amount, dish]


def differences(used, ledger):
    """How many ingredients and days the ledger has wrong.

    :param used: {day: {ingredient: kg}}
    :param ledger: {(day, ingredient): kg}
    """
    want = {(day, name): kg for day in used for name, kg in used[day].items() if kg}
    return sum(want.get(key) != ledger.get(key) for key in want.keys() | ledger.keys())
