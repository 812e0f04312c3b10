"""The main job in a browser, by a user without stock rights; the ledger decides."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import PosBridgeCommon
from .test_example import FIRST_POSTING, ExampleCommon

#: What the till sold, so many days ago.
SOLD = {
    40: {"ESP": 7, "LATTE": 3, "SEASON": 2},
    20: {"ESP": 11, "LATTE": 5, "SEASON": 4},
    3: {"ESP": 2, "LATTE": 6},
    1: {"LATTE": 1, "SEASON": 9},
}


class TourCase(HttpCase):
    """A browser asks for several things at once, and here they wait for each other."""

    #: Seconds: on a busy machine the first page alone takes longer than Odoo allows.
    test_cursor_lock_timeout = 120

    @classmethod
    def _run_what_is_dispatched(cls):
        """There is always a worker with nothing else to do."""

        def dispatch(transfers):
            transfers.filtered(lambda run: run.state == "queued")._run_all()

        cls.startClassPatcher(
            patch.object(cls.registry["pos.bridge.transfer"], "_dispatch", dispatch)
        )


@tagged("post_install", "-at_install")
class TestTours(ExampleCommon, TourCase):
    def test_main_job(self):
        self.user.password = self.user.login
        self.first_run()
        self.start_tour("/odoo", "pos_bridge_main_job", login=self.user.login)
        self.env.invalidate_all()
        used = self.used()
        self.assertAlmostEqual(used.pop("Tomato"), 0.11111 + 0.2, 7)
        self.assertEqual(
            used, {k: v for k, v in FIRST_POSTING.items() if k != "Tomato"}
        )
        self.assertEqual(self.day().unmapped_count, 0)
        self.assertFalse(
            self.exceptions().filtered(lambda e: e.code == "unmapped_pos_item")
        )

    def test_item_sheet(self):
        """What was ignored beside the list uses nothing; what was typed is not kept."""
        self.user.password = self.user.login
        self.first_run()
        gift = self.item("GIFTCARD")
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_item_action"
        self.start_tour(url, "pos_bridge_item_sheet", login=self.user.login)
        self.env.invalidate_all()
        self.assertEqual(gift.mapping_state, "unmapped")
        self.run_day("repost")
        self.assertEqual(self.used(), FIRST_POSTING)
        self.assertEqual(self.day().unmapped_count, 0)

    def test_recipe(self):
        """A recipe that was made from a name uses what was written into it later."""
        self.user.password = self.user.login
        self.first_run()
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_item_action"
        self.start_tour(url, "pos_bridge_recipe", login=self.user.login)
        self.env.invalidate_all()
        used = self.used()
        # One soup of 180 g, of which a tenth was cut off.
        self.assertAlmostEqual(used.pop("Tomato"), 0.11111 + 0.2, 7)
        self.assertEqual(
            used, {k: v for k, v in FIRST_POSTING.items() if k != "Tomato"}
        )
        self.assertEqual(self.day().unmapped_count, 0)


@tagged("post_install", "-at_install")
class TestMorning(PosBridgeCommon, TourCase):
    """What the overview says is done step by step until its card is green."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.password = cls.user.login
        cls._let_till_be_asked()
        cls._run_what_is_dispatched()
        cls._sell_espresso()
        tomato = cls.ingredient("Tomato")
        cls.stock_up(tomato)
        cls.item("SEASON")

    def round(self):
        yesterday = self.outlet._today() - timedelta(days=1)
        self.outlet.write(
            {
                "state": "active",
                "activated_on": yesterday,
                "automatic_from": yesterday,
            }
        )
        self.integration.automatic = True
        self.sell({"ESP": 3, "SEASON": 2}, yesterday)
        day = self.day(yesterday)
        self.run_day(day=day)
        self.assertEqual(self.used(day), {"Coffee": 3})
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_overview_client_action"
        self.start_tour(url, "pos_bridge_morning_round", login=self.user.login)
        self.env.invalidate_all()
        self.assertEqual(self.used(day), {"Coffee": 3, "Tomato": 4})
        self.assertFalse(day.attention)

    def test_in_english(self):
        self.round()

    def test_in_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        module = self.env["ir.module.module"]._get("pos_inventory_bridge")
        module._update_translations(["de_DE"])
        self.user.lang = "de_DE"
        self.round()


@tagged("post_install", "-at_install")
class TestGoLive(PosBridgeCommon, TourCase):
    """From an outlet that is ready to three months in the ledger, by a manager."""

    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.group_ids |= cls.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        cls.user.password = cls.user.login
        cls._let_till_be_asked()
        cls._run_what_is_dispatched()
        cls.integration.write({"state": "connected", "automatic": True})
        products = [cls.ingredient(name) for name in ("Coffee", "Milk", "Tomato")]
        coffee, milk, tomato = products
        cls.stock_up(coffee | milk | tomato)
        cls.item("ESP", coffee, 0.009)
        cls.item("LATTE", milk, 2)
        cls.item("SEASON")

    def expected(self, ago):
        """By hand: 9 g of coffee, 200 g of tomatoes; of milk 2 kg until thirty days
        ago, 200 g since.
        """
        milk = Decimal("0.2") if ago <= 30 else Decimal(2)
        share = {"ESP": Decimal("0.009"), "LATTE": milk, "SEASON": Decimal("0.2")}
        name = {"ESP": "Coffee", "LATTE": "Milk", "SEASON": "Tomato"}
        return {name[code]: float(n * share[code]) for code, n in SOLD[ago].items()}

    def test_from_activation_to_the_ledger(self):
        today = self.outlet._today()
        dates = {ago: today - timedelta(days=ago) for ago in SOLD}
        for ago, sold in SOLD.items():
            self.sell(sold, dates[ago])
        outlets = "/odoo/action-pos_inventory_bridge.pos_bridge_outlet_action"
        url = f"{outlets}/{self.outlet.id}"
        self.start_tour(url, "pos_bridge_go_live", login=self.user.login, timeout=240)
        self.env.invalidate_all()
        self.assertEqual(self.outlet.state, "active")
        used = {ago: self.used(self.day(date)) for ago, date in dates.items()}
        self.assertEqual(used, {ago: self.expected(ago) for ago in SOLD})
        every_move = self.env["stock.move"].search(
            [("pos_bridge_day_id.outlet_id", "=", self.outlet.id)]
        )
        self.assertEqual(set(every_move.mapped("state")), {"done"})
        days = self.outlet.day_ids
        self.assertEqual(
            set(every_move.pos_bridge_day_id.mapped("business_date")),
            set(dates.values()),
        )
        self.assertEqual(len(days), 90)
        self.assertFalse(any(days.mapped("attention")))
        self.assertEqual(self.env["pos.bridge.migration"].search([]).state, "done")


@tagged("post_install", "-at_install")
class TestSuggestionTours(PosBridgeCommon, TourCase):
    """Suggestions in a browser, by a user without stock rights."""

    COUNT = 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.password = cls.user.login
        flour = cls.ingredient("Flour")
        names = [f"Dish {number:02}" for number in range(1, cls.COUNT + 1)]
        cls.boms = {name: cls.recipe(name, [(flour, 0.1)]) for name in names}
        cls.dishes = cls.env["pos.bridge.item"].union(*map(cls.item, names))

    def start(self, tour):
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_item_action"
        self.start_tour(url, tour, login=self.user.login, timeout=240)
        self.env.invalidate_all()

    def test_accept_all_and_undo(self):
        self.start("pos_bridge_accept_all")
        mapped = self.dishes.filtered("mapping_id")
        self.assertEqual(mapped.mapped("name"), ["Dish 05"])
        every = self.env["pos.bridge.mapping"].search(
            [("item_id", "in", self.dishes.ids)]
        )
        self.assertEqual(len(every), self.COUNT)
        self.assertEqual(len(every.filtered("superseded")), self.COUNT - 1)

    def mapped(self):
        self.dishes.invalidate_recordset()
        return self.dishes.filtered("mapping_id").sorted("name")

    def test_30_items_by_keyboard(self):
        """Each is mapped to the recipe of its name, and to no other."""
        self.start("pos_bridge_map_by_keyboard")
        self.assertEqual(self.mapped(), self.dishes)
        for dish in self.dishes:
            self.assertEqual(dish.mapping_id.bom_id, self.boms[dish.name])
            self.assertEqual(len(dish.mapping_ids), 1)

    def test_click_while_the_sheet_saves(self):
        """Every save is kept, and every click leads to the row that was clicked."""
        self.start("pos_bridge_click_while_saving")
        names = ["Dish 01", "Dish 05", "Dish 09", "Dish 12"]
        self.assertEqual(self.mapped().mapped("name"), names)

    def test_suggestions_follow_in_one_request(self):
        self.start("pos_bridge_suggestions_later")
        self.assertEqual(self.mapped().mapped("name"), ["Dish 30"])


@tagged("post_install", "-at_install")
class TestPastMonth(PosBridgeCommon, TourCase):
    """What an owner sees who has uploaded last month, of which little is mapped."""

    def test_figures_of_a_month_that_is_over(self):
        self.user.password = self.user.login
        self._sell_espresso()
        end = self.outlet._today().replace(day=1) - timedelta(days=1)
        self.sell({"ESP": 3, "SOUP": 1, "TEA": 5}, end)
        self.run_day(day=self.day(end))
        self.env["pos.bridge.transfer"]._enqueue(self.day(end), "repost")
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_overview_client_action"
        self.start_tour(url, "pos_bridge_past_month", login=self.user.login)
