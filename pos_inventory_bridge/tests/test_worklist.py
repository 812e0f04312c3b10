"""Exceptions by cause: what each costs, its cure, and the days that it touches."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import Form, tagged

from ..models import pos_bridge_day
from .common import DAY, PosBridgeCommon

LATER = DAY.replace(day=4)


@tagged("post_install", "-at_install")
class TestWorklist(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.milk = cls.ingredient("Milk")
        cls.stock_up((cls.coffee, cls.milk))
        cls.soup, cls.tea = cls.item("SOUP"), cls.item("TEA")
        cls.latte = cls.recipe("Latte", [(cls.coffee, 0.01), (cls.milk, 0.2)])
        cls.lat = cls.item("LAT", cls.latte)

    def sell_two_days(self, sold, outlet=None):
        for date in (DAY, LATER):
            self.sell(sold, day=date, outlet=outlet)
            self.run_day(day=self.day(date, outlet))

    def causes(self, user=None, **context):
        self.env.invalidate_all()
        model = self.env["pos.bridge.exception.cause"].with_user(user or self.user)
        return model.with_context(**context).search([])

    def post_days_of(self, causes):
        context = causes.action_preview_days()["context"]
        wizards = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        return Form(wizards.with_context(**context)).save().action_post()

    def test_one_row_per_cause_sorted_by_money(self):
        self.sell_two_days({"TEA": 1, "SOUP": 3})
        rows = [
            (row.item_id.name, row.code, row.day_count, row.quantity, row.amount)
            for row in self.causes()
        ]
        # 3 a day at 10.00 on two days; 1 a day at 10.00
        self.assertEqual(
            rows,
            [
                ("Soup", "unmapped_pos_item", 2, 6, 60),
                ("Tea", "unmapped_pos_item", 2, 2, 20),
            ],
        )
        self.assertEqual(self.causes()[0].last_date, LATER)

    def test_outlet_without_unit_is_one_row(self):
        """Two ingredients wait, but only one sale a day is not deducted."""
        terrace = self._create_outlet("Terrace", self.bar)
        terrace._link_storage_unit(self.env["stock.location"], DAY)
        self.sell_two_days({"LAT": 5}, terrace)
        row = self.causes()
        self.assertEqual(row.code, "no_issue_storage")
        self.assertEqual(row.outlet_id, terrace)
        self.assertEqual((row.day_count, row.quantity, row.amount), (2, 10, 100))
        self.assertEqual(row.cure, "unit")
        self.assertEqual(row.subject, "Terrace")

    def test_negative_stock_is_what_the_unit_owes_last(self):
        self.stock_up(self.coffee, quantity=-1000)
        self.item("BEANS", self.coffee)
        self.sell_two_days({"BEANS": 2})
        row = self.causes()
        self.assertEqual((row.code, row.product_id), ("negative_stock", self.coffee))
        self.assertEqual((row.day_count, row.quantity, row.amount), (2, -4, 0))

    def test_each_day_is_posted_once(self):
        self.sell_two_days({"TEA": 1, "SOUP": 3})
        self.map(self.soup, self.milk, 0.3)
        self.map(self.tea, self.coffee, 0.02)
        causes = self.causes()
        self.assertEqual(causes.mapped("waiting_count"), [2, 2])
        runs = self.env["pos.bridge.transfer"].sudo()
        before = runs.search([])
        result = self.post_days_of(causes)
        new = runs.search([]) - before
        self.assertEqual(new.mapped("trigger"), ["repost", "repost"])
        self.assertEqual(len(new.day_id), 2)
        for date in (DAY, LATER):
            # 3 x 0.3 and 1 x 0.02
            self.assertEqual(self.used(self.day(date)), {"Milk": 0.9, "Coffee": 0.02})
        self.assertFalse(self.causes())
        self.assertEqual(result["tag"], "display_notification")

    def test_only_days_of_the_selected_cause(self):
        self.sell({"SOUP": 3})
        self.run_day()
        self.sell({"TEA": 1}, day=LATER)
        self.run_day(day=self.day(LATER))
        self.map(self.soup, self.milk, 0.3)
        soup = self.causes().filtered(lambda row: row.item_id == self.soup)
        self.post_days_of(soup)
        self.assertEqual(self.day().revision, 1)
        self.assertEqual(self.day(LATER).run_counter, 1)

    def test_only_own_company(self):
        self.sell({"SOUP": 3})
        self.run_day()
        other = self.env["res.company"].create({"name": "Company C"})
        stranger = self.user.copy(
            {
                "login": "pos_bridge_c",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        self.assertFalse(self.causes(stranger, allowed_company_ids=None))
        self.assertTrue(self.causes())

    def test_many_days_do_not_keep_a_person_waiting(self):
        self.sell_two_days({"SOUP": 3})
        self.map(self.soup, self.milk, 0.3)
        with patch.object(pos_bridge_day, "DAYS_WHILE_WAITING", 1):
            self.post_days_of(self.causes())
        self.assertEqual(self.used(), {"Milk": 0.9})
        self.assertEqual(self.used(self.day(LATER)), {})
        waiting = self.day(LATER).transfer_ids.filtered(lambda t: t.state == "queued")
        self.assertEqual(waiting.trigger, "repost")
        self.assertFalse(waiting.next_try_at)

    def test_leave_as_it_is(self):
        self.sell_two_days({"TEA": 1, "SOUP": 3})
        self.causes().filtered(lambda row: row.item_id == self.soup).action_resolve()
        self.assertEqual(self.causes().item_id, self.tea)
        self.assertEqual(self.day().open_exception_ids.item_id, self.tea)
        self.assertTrue(self.day().attention)

    def test_cures(self):
        self.sell({"SOUP": 1})
        self.run_day()
        cause = self.causes()
        action = cause.action_open_cure()
        self.assertEqual(action["context"]["default_item_ids"], self.soup.ids)
        days = cause.action_view_exceptions()
        found = self.env["pos.bridge.exception"].search(days["domain"])
        self.assertEqual(found, self.exceptions())

    def test_fetch_again_is_a_cure(self):
        self.sell({"LAT": 1}, complete=False)
        self.run_day()
        self.assertEqual(self.causes().cure, "fetch")
        self.sell({"LAT": 2})
        self.causes().action_open_cure()
        self.env.invalidate_all()
        self.assertFalse(self.causes())
        self.assertEqual(self.used(), {"Coffee": 0.02, "Milk": 0.4})

    def test_what_a_user_may_not_do_is_said(self):
        self.sell({"LAT": 1})
        self.outlet._link_storage_unit(self.env["stock.location"], DAY)
        self.run_day()
        told = self.causes().action_open_cure()
        self.assertEqual(told["tag"], "display_notification")
        self.assertIn("manager", told["params"]["message"])
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        action = self.causes().action_open_cure()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("pos.bridge.outlet", self.outlet.id),
        )

    def test_counting_needs_its_right(self):
        self.stock_up(self.coffee, quantity=-1000)
        self.item("BEANS", self.coffee)
        self.sell({"BEANS": 2})
        self.run_day()
        for button in ("action_open_cure", "action_receive"):
            told = getattr(self.causes(), button)()
            self.assertIn("Inventory", told["params"]["message"])
        self.user.group_ids |= self.env.ref("stock.group_stock_user")
        count = self.causes().action_open_cure()
        quants = self.env["stock.quant"].search(count["domain"])
        self.assertEqual(quants.product_id, self.coffee)
        self.assertEqual(quants.location_id, self.bar)
        receipts = self.causes().action_receive()
        self.assertEqual(
            receipts["context"]["default_picking_type_id"], self.warehouse.in_type_id.id
        )

    def owe(self, sold):
        """Sold more than there is: nobody has counted yet."""
        self.stock_up((self.coffee, self.milk), quantity=-1000)
        self.item("BEANS", self.coffee)
        self.item("MILK", self.milk)
        self.sell(sold)
        self.run_day()

    def count(self, quants, quantity):
        quants = quants.sudo().with_context(inventory_mode=True)
        quants.inventory_quantity = quantity
        quants.action_apply_inventory()

    def test_ingredients_are_counted_together(self):
        self.stock_up((self.coffee, self.milk), self.kitchen, 7)
        self.owe({"BEANS": 2, "MILK": 3, "SOUP": 1})
        nobody = self.causes().browse().action_count()
        self.assertIn("Inventory", nobody["params"]["message"])
        self.user.group_ids |= self.env.ref("stock.group_stock_user")
        for action in (
            self.causes().browse().action_count(),
            self.causes().action_count(),
            self.day().with_user(self.user).action_count(),
        ):
            self.assertTrue(action["context"]["inventory_mode"])
            quants = self.env["stock.quant"].search(action["domain"])
            self.assertEqual(quants.location_id, self.bar)
            found = {quant.product_id: quant.quantity for quant in quants}
            self.assertEqual(found, {self.coffee: -2, self.milk: -3})

    def test_counted_ingredients_wait_to_be_settled(self):
        self.owe({"BEANS": 2, "MILK": 3})
        self.assertEqual(self.causes().mapped("waiting_count"), [0, 0])
        quants = self.env["stock.quant"].search([("location_id", "=", self.bar.id)])
        coffee = quants.filtered(lambda quant: quant.product_id == self.coffee)
        self.count(coffee, 20)
        waiting = self.causes().filtered("waiting_count")
        self.assertEqual(waiting.product_id, self.coffee)
        self.count(quants - coffee, 30)
        self.post_days_of(self.causes())
        self.assertFalse(self.causes())
        # What was counted stands, and nothing was posted twice.
        self.assertEqual(self.used(), {"Coffee": 2, "Milk": 3})
        self.assertEqual(quants.mapped("quantity"), [20, 30])

    def test_nothing_to_count(self):
        self.sell({"SOUP": 1})
        self.run_day()
        told = self.causes().action_count()
        self.assertIn("has to be counted", told["params"]["message"])

    def test_lost_digits_are_a_cause_of_their_own(self):
        self.item("DROP", self.coffee, 0.003)
        self.sell({"DROP": 1})
        self.run_day()
        cause = self.causes()
        self.assertEqual((cause.cause, cause.cure), ("rounding_loss", "digits"))
        self.assertEqual(cause.waiting_count, 0)
        self.integration.action_use_more_digits()
        self.assertEqual(self.causes().waiting_count, 1)
        self.post_days_of(self.causes())
        self.assertFalse(self.causes())
        self.assertEqual(self.used(), {"Coffee": 0.003})
