"""What is suggested for which name, and above all what is not.

Every row of the tables was decided by a person who knows menus, not by the engine.
"""

from odoo.tests import BaseCase, tagged

from ..tools.item_name import read_name
from ..tools.suggest import Suggester
from ..tools.suggestion import SURE, Item, Known, Target

RECIPE, INGREDIENT = "recipe", "ingredient"
LITRE, KILO = ("volume", 1.0), ("weight", 1.0)
#: A menu's targets: (kind, name, what it is counted in; none for pieces and portions).
CATALOGUE = [
    (RECIPE, "Margherita", None),
    (RECIPE, "Hawaiian", None),
    (RECIPE, "Chicken", None),
    (RECIPE, "Espresso", None),
    (RECIPE, "Espresso Martini", None),
    (RECIPE, "Cappuccino", None),
    (RECIPE, "Caesar Salad", None),
    (RECIPE, "Milchreis", None),
    (RECIPE, "Milk chocolate", None),
    (RECIPE, "Tomatensuppe", None),
    (RECIPE, "Aperol Spritz", None),
    (RECIPE, "Veganer Burger", None),
    (RECIPE, "Cheeseburger", None),
    (RECIPE, "Käsespätzle", None),
    (RECIPE, "Apfelstrudel", None),
    (RECIPE, "Wiener Schnitzel", None),
    (RECIPE, "Pommes klein", None),
    (RECIPE, "Pommes groß", None),
    (RECIPE, "Radler", LITRE),
    (INGREDIENT, "Cola 0,33 l", None),
    (INGREDIENT, "Cola light 0,33 l", None),
    (INGREDIENT, "Fanta 0.5 l", None),
    (INGREDIENT, "Sprite", LITRE),
    (INGREDIENT, "Rotwein", LITRE),
    (INGREDIENT, "Weißwein", LITRE),
    (INGREDIENT, "Pils", LITRE),
    (INGREDIENT, "Pils alkoholfrei", LITRE),
    (INGREDIENT, "Weizen", LITRE),
    (INGREDIENT, "Milch 3,5%", LITRE),
    (INGREDIENT, "Milch 1,5%", LITRE),
    (INGREDIENT, "Mozzarella", KILO),
    (INGREDIENT, "Chips", KILO),
    (INGREDIENT, "Chicken", KILO),
    (INGREDIENT, "Pepperoni", KILO),
    (INGREDIENT, "Brezel", None),
    (INGREDIENT, "Olive Oil", LITRE),
    (INGREDIENT, "Onions", KILO),
    (INGREDIENT, "Rumpsteak", KILO),
    (INGREDIENT, "Orangensaft", LITRE),
    (INGREDIENT, "Apfelsaft", LITRE),
    (INGREDIENT, "Gin", LITRE),
    (INGREDIENT, "Ginger Ale", LITRE),
    (INGREDIENT, "Red Bull 0,25", None),
    (INGREDIENT, "7 Up", LITRE),
    (INGREDIENT, "Chicken Wings", None),
]
#: (name, target, quantity): suggested, and sure.
SURELY = [
    ("Margherita", "Margherita", 1),
    ("MARGHERITA", "Margherita", 1),
    ("The Margherita", "Margherita", 1),
    ("12. Margherita", "Margherita", 1),
    ("Espresso", "Espresso", 1),
    ("Espresso Martini", "Espresso Martini", 1),
    ("Caesar Salad", "Caesar Salad", 1),
    ("Caesar-Salad", "Caesar Salad", 1),
    ("Tomaten Suppe", "Tomatensuppe", 1),
    ("Kaesespaetzle", "Käsespätzle", 1),
    ("KÄSESPÄTZLE", "Käsespätzle", 1),
    ("Kasespatzle", "Käsespätzle", 1),
    ("Pommes groß", "Pommes groß", 1),
    ("Pommes gross", "Pommes groß", 1),
    ("Grosse Pommes", "Pommes groß", 1),
    ("Pommes kl.", "Pommes klein", 1),
    ("Cola 0.33 l", "Cola 0,33 l", 1),
    ("Cola 0,33", "Cola 0,33 l", 1),
    ("Coca-Cola 33cl", "Cola 0,33 l", 1),
    ("Cola light 330 ml", "Cola light 0,33 l", 1),
    ("Fanta 0,5l", "Fanta 0.5 l", 1),
    ("Sprite 0,4 l", "Sprite", 0.4),
    ("Rotwein 0,2 l", "Rotwein", 0.2),
    ("Weisswein 1/4 l", "Weißwein", 0.25),
    ("Weizen 0,5", "Weizen", 0.5),
    ("Pils 0,3", "Pils", 0.3),
    ("Pils alkoholfrei 0,3", "Pils alkoholfrei", 0.3),
    ("Pils ohne Alkohol 0,3", "Pils alkoholfrei", 0.3),
    ("Gin 4 cl", "Gin", 0.04),
    ("Brezel", "Brezel", 1),
    ("Brezeln", "Brezel", 1),
    ("7 Up 0,33 l", "7 Up", 0.33),
    ("Radler 0,5", "Radler", 0.5),
    ("Red Bull", None, None),
]
#: (name, what must not be suggested as sure): traps, each from a real menu.
TRAPS = [
    ("Cola light 0,33 l", "Cola 0,33 l"),
    ("Cola zero 0,33 l", "Cola 0,33 l"),
    ("Cola 0,5 l", "Cola 0,33 l"),
    ("Cola", "Cola 0,33 l"),
    ("Cola 1 l", "Cola 0,33 l"),
    ("Cola Glas", "Cola 0,33 l"),
    ("Fanta 0,33 l", "Fanta 0.5 l"),
    ("Wein rot 0,2 l", "Weißwein"),
    ("Weißwein 0,2 l", "Rotwein"),
    ("Rosé 0,2 l", "Rotwein"),
    ("Pommes", "Pommes groß"),
    ("Pommes klein", "Pommes groß"),
    ("Pommes groß", "Pommes klein"),
    ("Pommes mittel", "Pommes groß"),
    ("Milch", "Milchreis"),
    ("Milchreis", "Milch 3,5%"),
    ("Milch 1,5%", "Milch 3,5%"),
    ("Espresso", "Espresso Martini"),
    ("Espresso Martini", "Espresso"),
    ("Espresso doppio", "Espresso"),
    ("Double Espresso", "Espresso"),
    ("Espresso Tonic", "Espresso"),
    ("Chocolate milk", "Milk chocolate"),
    ("Pils alkoholfrei 0,5", "Pils"),
    ("Pils 0,5", "Pils alkoholfrei"),
    ("Vegan Cheeseburger", "Cheeseburger"),
    ("Cheeseburger vegan", "Cheeseburger"),
    ("Cheeseburger", "Veganer Burger"),
    ("Double Cheeseburger", "Cheeseburger"),
    ("Cheeseburger Menu", "Cheeseburger"),
    ("Kids Cheeseburger", "Cheeseburger"),
    ("Cheeseburger ohne Käse", "Cheeseburger"),
    ("Margarita", "Margherita"),
    ("Frozen Margarita", "Margherita"),
    ("Pizza Margherita L", "Margherita"),
    ("Sprite", "Aperol Spritz"),
    ("Spritz", "Sprite"),
    ("Gin", "Ginger Ale"),
    ("Ginger Ale 0,2", "Gin"),
    ("Gin Tonic", "Gin"),
    ("Chicken Salad", "Chicken"),
    ("Chicken Burger", "Chicken"),
    ("Chicken Wings 6 Stk", "Chicken Wings"),
    ("Chicken Wings 12er", "Chicken Wings"),
    ("Pizza Pepperoni", "Pepperoni"),
    ("Pepperoni", "Pepperoni"),
    ("Mozzarella", "Mozzarella"),
    ("Extra Mozzarella", "Mozzarella"),
    ("mit Mozzarella", "Mozzarella"),
    ("Extra Virgin Olive Oil", "Olive Oil"),
    ("Apfelsaft 0,2", "Orangensaft"),
    ("Apfelsaftschorle 0,4", "Apfelsaft"),
    ("Apfelstrudel mit Eis", "Apfelstrudel"),
    ("Apfelstrudel mit Sahne", "Apfelstrudel"),
    ("Wiener", "Wiener Schnitzel"),
    ("Schnitzel Wiener Art", "Wiener Schnitzel"),
    ("Schnitzel", "Wiener Schnitzel"),
    ("Tomato soup", "Onions"),
    ("Weizenbrot", "Weizen"),
    ("Weizen alkoholfrei 0,5", "Weizen"),
    ("Rumpsteak 250 g", "Rumpsteak"),
    ("Red Bull 0,25 sugarfree", "Red Bull 0,25"),
    ("7 Up", "7 Up"),
    ("Hot Chicken", "Chicken"),
    ("Half Caesar Salad", "Caesar Salad"),
    ("Caesar Salad small", "Caesar Salad"),
    ("Radler alkoholfrei 0,5", "Radler"),
]
#: Left out: (name, what comes back).
LEFT_OUT = [
    ("ohne Chips", "Chips"),
    ("No chips", "Chips"),
    ("no Onions", "Onions"),
    ("ohne Zwiebeln", "Onions"),
    ("kein Mozzarella", "Mozzarella"),
    ("without mozzarella", "Mozzarella"),
]
NO_GOODS = [
    "Pfand",
    "Pfand 0,25 €",
    "Flaschenpfand",
    "Pfand Cola 0,33",
    "Becherpfand 2 EUR",
    "Deposit",
    "Bottle deposit",
    "Delivery fee",
    "Liefergebühr",
    "Lieferkosten",
    "Trinkgeld",
    "Tip",
    "Gutschein 50 €",
    "Gift card",
    "Voucher 20",
    "Service charge",
    "Rabatt 10%",
]
GOODS = ["Tip Top Burger", "Pfannkuchen", "Tipsy Cake", "Pfandl Schnitzel", "Card"]


def make_targets(rows):
    return [
        Target(kind, number, name, **_measure(measure))
        for number, (kind, name, measure) in enumerate(rows, 1)
    ]


def _measure(measure):
    dimension, size = measure or (None, 1.0)
    return {"dimension": dimension, "unit_size": size}


@tagged("post_install", "-at_install")
class TestSuggest(BaseCase):
    def setUp(self):
        super().setUp()
        self.targets = make_targets(CATALOGUE)
        self.suggester = Suggester(self.targets)

    def suggest(self, name, suggester=None, **vals):
        return (suggester or self.suggester).suggest(Item(0, name, **vals))

    # === TABLES === #

    def test_what_is_sure(self):
        for name, target, quantity in SURELY:
            with self.subTest(name):
                found = self.suggest(name)
                is_sure = bool(found and found.confidence > SURE)
                self.assertEqual(is_sure, bool(target), found)
                if target:
                    self.assertEqual(found.target.name, target)
                    self.assertAlmostEqual(found.quantity, quantity)

    def test_traps(self):
        """Nothing of this is sure; what it may be confused with is not suggested as
        if it were.
        """
        for name, target in TRAPS:
            with self.subTest(name):
                found = self.suggest(name)
                if found and found.target and found.target.name == target:
                    self.assertLessEqual(found.confidence, SURE)

    def test_other_sizes_are_not_even_guessed(self):
        for name, target in [
            ("Cola 0,5 l", "Cola 0,33 l"),
            ("Fanta 0,33 l", "Fanta 0.5 l"),
            ("Pommes klein", "Pommes groß"),
            ("Milch 1,5%", "Milch 3,5%"),
            ("Weißwein 0,2 l", "Rotwein"),
            ("Pils alkoholfrei 0,5", "Pils"),
        ]:
            with self.subTest(name):
                found = self.suggest(name)
                self.assertNotEqual(found and found.target.name, target)

    def test_left_out(self):
        """What is left out gives back, and how much of it nobody knows."""
        for name, target in LEFT_OUT:
            with self.subTest(name):
                found = self.suggest(name)
                self.assertEqual((found.target.name, found.gives_back), (target, True))
                self.assertIsNone(found.quantity)
                self.assertLessEqual(found.confidence, SURE)

    def test_left_out_with_a_standard_serving(self):
        targets = [Target(INGREDIENT, 1, "Chips", "", "", *KILO, serving=0.15)]
        found = self.suggest("No chips", Suggester(targets))
        self.assertEqual((found.quantity, found.gives_back), (0.15, True))

    def test_number_five_is_not_left_out(self):
        self.assertFalse(read_name("No. 5 Burger").is_left_out)
        self.assertFalse(read_name("No").is_left_out)

    def test_no_goods(self):
        for name in NO_GOODS:
            with self.subTest(name):
                found = self.suggest(name)
                self.assertEqual(found and found.map_type, "nothing")
        for name in GOODS:
            with self.subTest(name):
                found = self.suggest(name)
                is_sure = found and found.confidence > SURE
                self.assertFalse(is_sure and found.map_type == "nothing")

    def test_across_languages_and_typos_it_is_found_but_not_sure(self):
        for name, target in [
            ("Tomato soup", "Tomatensuppe"),
            ("Wein rot 0,2 l", "Rotwein"),
            ("Red wine 0.2 l", "Rotwein"),
            ("Capuccino", "Cappuccino"),
            ("Expresso", "Espresso"),
            ("Zwiebeln", "Onions"),
            ("Vegan burger", "Veganer Burger"),
            ("Hawaian", "Hawaiian"),
        ]:
            with self.subTest(name):
                found = self.suggest(name)
                self.assertEqual(found and found.target.name, target)
                self.assertLessEqual(found.confidence, SURE)

    # === SIZES === #

    def test_a_size_without_portions_is_open(self):
        found = self.suggest("Margherita L")
        self.assertEqual((found.target.name, found.quantity), ("Margherita", 1))
        self.assertEqual(found.open_size, {"l"})
        self.assertLessEqual(found.confidence, SURE)

    def test_stated_portions_count(self):
        suggester = Suggester(self.targets, portions={"l": 1.9})
        found = self.suggest("Margherita L", suggester)
        self.assertEqual((found.quantity, found.confidence > SURE), (1.9, True))

    def test_portions_are_learned_from_three_that_agree(self):
        """Of the same till and group; one that differs, and nothing is sure."""

        def known(number, name, quantity):
            target = Target(RECIPE, 90 + number, name)
            item = Item(number, f"{name} L", group="Pizza", till=1)
            return Known(item, target, quantity, 0, RECIPE)

        agree = [known(n, f"Dish{n}", 1.9) for n in (1, 2, 3)]
        for mapped, quantity, is_sure in (
            (agree, 1.9, True),
            (agree[:2], 1.9, False),
            ([*agree, known(4, "Dish4", 2.5)], 1.9, False),
        ):
            suggester = Suggester(self.targets, mapped)
            found = self.suggest("Margherita L", suggester, group="Pizza", till=1)
            self.assertEqual(
                (found.quantity, found.confidence > SURE), (quantity, is_sure)
            )
        other = self.suggest("Margherita L", suggester, group="Pasta", till=1)
        self.assertEqual(other.open_size, {"l"})

    def test_portions_that_few_agree_on_are_a_guess(self):
        """Nothing is 1 in silence: a size is asked for, what few say is a guess."""
        small = Target(RECIPE, 90, "Calabrese")
        mapped = [Known(Item(1, "Calabrese S"), small, 1, 0, RECIPE)]
        for name, is_guessed, size in (
            ("Calabrese L", False, {"l"}),
            ("Calabrese", False, set()),
            ("Margherita S", True, set()),
            ("Margherita", False, set()),
        ):
            with self.subTest(name):
                found = self.suggest(name, Suggester([*self.targets, small], mapped))
                self.assertEqual(found.quantity, 1)
                said = found.is_guessed, set(found.open_size)
                self.assertEqual(said, (is_guessed, size))

    def test_siblings_scale_what_is_poured(self):
        cola = Target(INGREDIENT, 90, "Cola syrup", "", "", *LITRE)
        mapped = [Known(Item(1, "Bux 0,2 l"), cola, 0.05, 0, INGREDIENT)]
        found = self.suggest("Bux 0,4 l", Suggester(self.targets, mapped))
        self.assertEqual((found.target, found.quantity), (cola, 0.1))
        self.assertLessEqual(found.confidence, SURE)

    def test_siblings_in_bottles_do_not_scale(self):
        bottle = Target(INGREDIENT, 90, "Bux bottle")
        mapped = [Known(Item(1, "Bux 0,2 l"), bottle, 1, 0, INGREDIENT)]
        found = self.suggest("Bux 1 l", Suggester(self.targets, mapped))
        self.assertLessEqual(found.confidence, SURE)
        self.assertIsNone(found.quantity)

    # === CLASSES === #

    def test_what_the_group_says_may_be_missing(self):
        found = self.suggest("Pizza Margherita", group="Pizza")
        self.assertEqual(
            (found.target.name, found.confidence > SURE), ("Margherita", True)
        )
        self.assertLessEqual(self.suggest("Pizza Margherita").confidence, SURE)

    def test_what_every_item_says_may_be_missing(self):
        menu = [
            Item(n, f"The {word} Pizza", till=1) for n, word in enumerate("abcdefghij")
        ]
        suggester = Suggester(self.targets, items=menu)
        found = self.suggest("The Hawaiian Pizza", suggester, till=1)
        self.assertEqual(
            (found.target.name, found.confidence > SURE), ("Hawaiian", True)
        )
        elsewhere = self.suggest("The Hawaiian Pizza", suggester, till=2)
        self.assertLessEqual(elsewhere.confidence, SURE)

    def test_a_dish_named_like_food_may_be_another_dish(self):
        for name, group in [("Chicken Soup", "Soups"), ("Chicken Pizza", "Pizza")]:
            self.assertLessEqual(self.suggest(name, group=group).confidence, SURE)

    def test_two_dishes_that_differ_by_their_class(self):
        rows = [(RECIPE, "Pesto", None), (RECIPE, "Pesto Pasta", None)]
        found = self.suggest(
            "Pesto Pizza", Suggester(make_targets(rows)), group="Pizza"
        )
        self.assertLessEqual(found.confidence, SURE)

    # === CODES AND OTHER TILLS === #

    def test_codes(self):
        targets = [
            Target(INGREDIENT, 1, "Rumpsteak 200 g", "M-7", "4000417025005"),
            Target(RECIPE, 2, "Lasagne", "101"),
        ]
        suggester = Suggester(targets)
        for name, sku, target, is_sure in [
            ("Rumpsteak 200 g", "M-7", "Rumpsteak 200 g", True),
            ("Lasagne", "101", "Lasagne", True),
            ("Tiramisu", "101", "Lasagne", False),
            ("Lasagne klein", "101", "Lasagne", False),
            ("Bio-Steak", "4000417025005", "Rumpsteak 200 g", False),
        ]:
            with self.subTest(name):
                found = self.suggest(name, suggester, sku=sku)
                self.assertEqual(found.target.name, target)
                self.assertEqual(found.confidence > SURE, is_sure)

    def test_mapped_so_elsewhere(self):
        cola, rum = self.targets[19], self.targets[0]
        mapped = [
            Known(
                Item(1, "Cola gr.", "C1", till=2), cola, 2, 7, INGREDIENT, place="Mitte"
            ),
            Known(Item(2, "Haus", "H1", till=2), rum, 1, 0, RECIPE, place="Mitte"),
            Known(Item(3, "Haus", "H9", till=3), cola, 1, 0, INGREDIENT, place="Nord"),
            Known(
                Item(4, "Nichts", "N1", till=2), None, 1, 0, "nothing", place="Mitte"
            ),
        ]
        suggester = Suggester(self.targets, mapped)
        found = self.suggest("Cola groß", suggester, till=1)
        self.assertEqual((found.target, found.quantity, found.unit), (cola, 2, 7))
        self.assertEqual((found.reason, found.named), ("elsewhere", "Mitte"))
        self.assertGreater(found.confidence, SURE)
        self.assertEqual(self.suggest("Nichts", suggester).map_type, "nothing")
        self.assertLessEqual(self.suggest("Haus", suggester).confidence, SURE)

    def test_the_same_sku_elsewhere_is_sure_only_with_the_same_goods(self):
        cola = self.targets[19]
        mapped = [Known(Item(1, "Cola 0,33 l", "C1", till=2), cola, 1, 0, INGREDIENT)]
        suggester = Suggester([], mapped)
        for name, is_sure in [
            ("Cola Flasche 0,33", False),
            ("Tomatensuppe", False),
            ("Cola 0,5 l", False),
            ("Colla 0,33 l", False),
            ("Coca Cola 0.33", True),
        ]:
            with self.subTest(name):
                found = self.suggest(name, suggester, sku="C1", till=1)
                self.assertEqual(found.confidence > SURE, is_sure)

    def test_two_targets_of_one_name(self):
        rows = [(RECIPE, "Limonade", None), (INGREDIENT, "Limonade", None)]
        found = self.suggest("Limonade", Suggester(make_targets(rows)))
        self.assertLessEqual(found.confidence, SURE)

    def test_nothing_is_like_nothing(self):
        for name in ("", "?", "42", "Xyzzy", "L", "0,5 l"):
            self.assertIsNone(self.suggest(name), name)
