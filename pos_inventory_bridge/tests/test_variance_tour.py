"""From a loss to its cause, in a browser, by a user without stock rights."""

from datetime import datetime, time, timedelta

from odoo.tests import HttpCase, tagged

from .common import PosBridgeCommon


@tagged("post_install", "-at_install")
class TestVarianceTour(PosBridgeCommon, HttpCase):
    """Last month, by hand: 10 kg of mozzarella came at 8.00, 12 and 10 pizzas of 0.1 kg
    and 4 calzone of 0.2 kg were sold, 0.5 kg was spilt. 6.5 kg should be there, 5.6 kg
    is: the kitchen takes more for a pizza than the recipe says.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.password = cls.user.login
        cls.mozzarella = cls.ingredient("Mozzarella", cost=8)
        cls.tomato = cls.ingredient("Tomato", cost=2)
        cls.item(
            "MARGHERITA",
            cls.recipe("Margherita", [(cls.mozzarella, 0.1), (cls.tomato, 0.1)]),
        )
        cls.item("CALZONE", cls.recipe("Calzone", [(cls.mozzarella, 0.2)]))

    def on(self, day, hour):
        return datetime.combine(self.first + timedelta(days=day - 1), time(hour))

    def spill(self, product, quantity, when):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "scrap_qty": quantity,
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()
        scrap.move_ids.date = when

    def count(self, product, quantity, when):
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.bar.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory(when)

    def last_month(self):
        end = self.outlet._today().replace(day=1) - timedelta(days=1)
        self.first = end.replace(day=1)
        for product in (self.mozzarella, self.tomato):
            self.receive(product, 10, self.bar, self.on(2, 8))
        sold = {3: {"MARGHERITA": 12, "CALZONE": 4}, 5: {"MARGHERITA": 10}}
        for day, items in sold.items():
            date = self.on(day, 12).date()
            self.sell(items, date)
            self.run_day(day=self.day(date))
        self.spill(self.mozzarella, 0.5, self.on(6, 10))
        self.count(self.mozzarella, 5.6, self.on(9, 8))
        self.count(self.tomato, 10 - 2.2 - 0.2, self.on(9, 8))

    def test_from_a_loss_to_the_recipe(self):
        self.last_month()
        self.assertEqual(
            self.used(self.day(self.on(3, 12).date())), {"Mozzarella": 2, "Tomato": 1.2}
        )
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_overview_client_action"
        self.start_tour(url, "pos_bridge_variance", login=self.user.login, timeout=240)
