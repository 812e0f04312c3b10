import random
from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import PosBridgeCommon

START = datetime(2026, 1, 1, 12)


@tagged("post_install", "-at_install")
class TestAverages(PosBridgeCommon):
    """Average costs worked out together are those of core's own replay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        locations = {
            "supplier": cls.env.ref("stock.stock_location_suppliers"),
            "customer": cls.env.ref("stock.stock_location_customers"),
            "bar": cls.bar,
            "kitchen": cls.kitchen,
        }
        cls.places = {name: location.id for name, location in locations.items()}
        cls.owner = cls.env["res.partner"].create({"name": "Consigner"})

    def move(self, product, quantity, source, destination, when, **line):
        """A done move of a date."""
        places = {
            "location_id": self.places[source],
            "location_dest_id": self.places[destination],
        }
        move = self.env["stock.move"].create(
            {
                **places,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "company_id": self.company.id,
                "picked": True,
                "move_line_ids": [
                    (
                        0,
                        0,
                        {
                            **places,
                            **line,
                            "product_id": product.id,
                            "product_uom_id": product.uom_id.id,
                            "quantity": quantity,
                            "picked": True,
                        },
                    )
                ],
            }
        )
        move._action_done()
        move.date = when
        return move

    def happen(self, chance, product, when):
        """One thing that changes the stock or the price of a product."""
        what = chance.choice(
            ["receive"] * 3 + ["issue"] * 5 + ["back", "price", "drop", "own", "inside"]
        )
        quantity = chance.randrange(1, 400) / 8
        if what == "price":
            product.standard_price = chance.randrange(1, 800) / 100
            self.env["product.value"].search(
                [("product_id", "=", product.id)], order="id desc", limit=1
            ).date = when
        elif what == "receive":
            move = self.move(product, quantity, "supplier", "bar", when)
            move.value = quantity * chance.randrange(1, 800) / 100
        elif what == "drop":
            move = self.move(product, quantity, "supplier", "customer", when)
            move.value = quantity * 3
        elif what == "own":
            self.move(
                product, quantity, "supplier", "bar", when, owner_id=self.owner.id
            )
        elif what == "inside":
            self.move(product, quantity, "bar", "kitchen", when)
        else:
            places = ("customer", "bar") if what == "back" else ("bar", "customer")
            self.move(product, quantity, *places, when)

    def test_same_as_replay_of_core(self):
        for seed in range(6):
            chance = random.Random(seed)
            products = self.ingredient(f"Fresh {seed}", cost=0) | self.ingredient(
                f"Priced {seed}", cost=2
            )
            self.env["product.value"].search(
                [("product_id", "in", products.ids)]
            ).date = START
            for step in range(chance.randrange(12, 30)):
                when = START + timedelta(hours=7 * step)
                self.happen(chance, chance.choice(products), when)
            self.env.flush_all()
            self.env.invalidate_all()
            together = products._pos_bridge_averages()
            for product in products:
                with self.subTest(seed=seed, product=product.name):
                    average = product._run_avco()[0]
                    ours = together.get(product.id, (0.0,))[0]
                    self.assertAlmostEqual(ours, average, 9)

    def test_at_a_moment(self):
        tea = self.ingredient("Tea", cost=0)
        self.env["product.value"].search([("product_id", "=", tea.id)]).unlink()
        for day, price in ((1, 4), (3, 6), (5, 10)):
            move = self.move(tea, 10, "supplier", "bar", START + timedelta(day))
            move.value = 10 * price
        self.move(tea, 5, "bar", "customer", START + timedelta(2))

        def average(day):
            moment = START + timedelta(day)
            return tea._pos_bridge_averages(moment).get(tea.id, (None,))[0]

        self.assertIsNone(average(0))
        self.assertEqual(average(1), 4)
        self.assertEqual(average(2), 4)
        self.assertAlmostEqual(average(4), (5 * 4 + 10 * 6) / 15)
        self.assertAlmostEqual(average(6), (5 * 4 + 10 * 6 + 10 * 10) / 25)

    def test_number_of_queries_does_not_depend_on_products_or_history(self):
        products = self.env["product.product"]
        for name in ("One", "Two", "Three"):
            products |= self.ingredient(name, cost=1)
        for day in range(4):
            for product in products:
                self.move(product, 8, "supplier", "bar", START + timedelta(day))
        self.env.flush_all()
        with self.assertQueryCount(2):
            products._pos_bridge_averages()

    def test_only_what_was_priced_later_is_replayed(self):
        early, late, changed = (
            self.ingredient(name, cost=1) for name in ("Early", "Late", "Changed")
        )
        products = early | late | changed
        prices = self.env["product.value"].search([("product_id", "in", products.ids)])
        prices.date = START
        moment = START + timedelta(2)
        self.move(early, 8, "supplier", "bar", START + timedelta(1))
        self.move(late, 8, "supplier", "bar", START + timedelta(3))
        changed.standard_price = 2
        self.assertEqual(products._pos_bridge_priced_after(moment), late | changed)
