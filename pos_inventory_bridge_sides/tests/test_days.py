"""Days of SIDES, from what it says to what left the shelf. Quantities by hand."""

from decimal import Decimal

from odoo.tests import tagged

from .common import DAY, SidesCommon, override_text, sides

BURGER, CHEESE, COLA = sides.BURGER, sides.CHEESE, sides.COLA
HALVES, MENU, PIZZA, SALAMI = sides.HALVES, sides.MENU, sides.PIZZA, sides.SALAMI


def line(product, quantity=1, net=1, **vals):
    return sides.Line(product, quantity, net, **vals)


@tagged("post_install", "-at_install")
class TestDays(SidesCommon):
    def setUp(self):
        super().setUp()
        self.cola = self.item(COLA.ref, self.bottle)
        self.pizza = self.item(PIZZA.ref, self.flour, 0.3)
        self.salami = self.item(SALAMI.ref, self.flour, 0.3)

    def lines(self, *names):
        """What was read of the day's lines, as plain values."""
        sales = self.fetch().sales
        return [
            tuple(getattr(line, name) for name in names)
            for sale in sales
            for line in sale.lines
        ]

    def run_sides(self, trigger="manual"):
        transfer = self.run_day(trigger)
        self.assertIn(transfer.state, ("done", "partial"), transfer.error)
        return transfer

    def test_normal_day(self):
        self.say(self.order(1, line(COLA, 2)), self.order(2, line(PIZZA, 3)))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 2, "Flour": 0.9})
        self.assertFalse(self.exceptions())

    def test_nobody_has_confirmed_how_it_is_read(self):
        """What SIDES answers is not published: the first days wait for a look."""
        self.integration.contract_confirmed = False
        self.say(self.order(1, line(COLA, 2)))
        self.run_sides()
        self.assertEqual(self.used(), {})
        self.assertIn("not confirmed", self.day().source_questions)
        self.day().with_user(self.user).action_post_as_read()
        self.assertEqual(self.used(), {"Cola bottle": 2})

    def test_another_contract_is_compared_anew(self):
        for vals in (
            {"contract_override": override_text({"date_format": "%d.%m.%Y"})},
            {"contract_tenant": "north"},
        ):
            self.integration.contract_confirmed = True
            self.integration.write(vals)
            self.assertFalse(self.integration.contract_confirmed)

    def test_same_day_twice_moves_nothing(self):
        self.say(self.order(1, line(COLA, 2)))
        self.run_sides()
        counts = self.row_counts()
        self.run_sides()
        self.assertEqual(self.row_counts(), counts)

    def test_portal_line_without_reference(self):
        """It is learned by its name, and waits for a mapping."""
        self.say(self.order(1, line(None, 2, name="Cola Wolt"), channel="wolt"))
        self.run_sides()
        item = self.integration.item_ids.filtered(lambda each: each.name == "Cola Wolt")
        self.assertEqual(item.mapping_state, "unmapped")
        self.assertEqual(self.exceptions().mapped("code"), ["unmapped_pos_item"])
        self.map(item, self.bottle)
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 2})
        self.assertEqual(self.day().sale_ids.payload["channel"], "wolt")

    def test_line_with_a_number_only(self):
        self.cola.sku = COLA.number
        self.say(self.order(1, line(None, 2, name="Cola?", number=COLA.number)))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 2})

    def test_learned_item_has_its_facts(self):
        self.say(self.order(1, line(BURGER)))
        self.run_sides()
        item = self.integration.item_ids.filtered(
            lambda each: each.external_id == BURGER.ref
        )
        self.assertEqual(
            (item.name, item.sku, item.item_type), ("Burger", "3001", "sales_item")
        )

    def test_toppings(self):
        cheese = self.item(CHEESE.ref, self.ingredient("Cheese"), 0.05)
        self.stock_up(cheese.mapping_id.product_id)
        topping = line(CHEESE, 2, kind="topping")
        self.say(self.order(1, line(PIZZA, 2, children=[topping])))
        self.run_sides()
        self.assertEqual(self.used(), {"Cheese": 0.1, "Flour": 0.6})
        kinds = self.lines("name", "kind", "quantity")
        self.assertIn(("Extra Käse", "modifier", Decimal(2)), kinds)

    def test_menu_with_parts(self):
        """The menu itself is mapped to nothing, its parts use what they use."""
        self.env["pos.bridge.item"].create(
            {
                "integration_id": self.integration.id,
                "external_id": MENU.ref,
                "name": "Menu",
            }
        )._ignore_if_unmapped()
        parts = [line(BURGER, 3), line(COLA, 3)]
        self.say(self.order(1, line(MENU, 3, children=parts)))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 3})
        self.assertEqual(self.exceptions().item_id.name, "Burger")

    def test_half_and_half(self):
        halves = [line(PIZZA, "0.5"), line(SALAMI, "0.5")]
        self.say(self.order(1, line(HALVES, 1, children=halves)))
        self.run_sides()
        self.assertEqual(self.used(), {"Flour": 0.3})

    def test_absolute_parts(self):
        """The contract may say that parts are counted altogether."""
        self.integration.contract_override = '{"child_quantity": "absolute"}'
        self.integration.contract_confirmed = True
        halves = [line(PIZZA, 1), line(SALAMI, 1)]
        self.say(self.order(1, line(HALVES, 2, children=halves)))
        # The simulator speaks per parent: 1 of 2 is 0.5, and so it is taken now.
        self.run_sides()
        self.assertEqual(self.used(), {"Flour": 0.3})

    def test_negative_quantity_comes_back(self):
        self.say(self.order(1, line(COLA, 5)), self.order(2, line(COLA, -2, -2)))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 3})
        self.assertIn("refund", self.day().sale_ids.mapped("kind"))

    def test_cancelled_order_uses_nothing(self):
        self.say(
            self.order(1, line(COLA, 5)),
            self.order(2, line(COLA, 2), cancelled=True),
        )
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 5})
        void = self.day().sale_ids.filtered(lambda sale: sale.kind == "void")
        self.assertEqual(void.payload["cancelled"], "True")

    def test_cancelled_line_uses_nothing(self):
        cheese = line(CHEESE, 1, kind="topping")
        gone = line(PIZZA, 1, cancelled=True, children=[cheese])
        self.say(self.order(1, line(COLA, 5), gone))
        self.assertEqual(
            self.lines("name", "quantity", "kind")[1:],
            [("Pizza Margherita", 0, "void"), ("Extra Käse", 0, "void")],
        )

    def test_cancelled_after_posting(self):
        orders = [self.order(number, line(COLA, 1)) for number in range(10)]
        self.say(*orders)
        self.run_sides()
        orders[0].cancelled = True
        self.run_sides("automatic")
        self.assertEqual(self.used(), {"Cola bottle": 9})

    def test_vanished_order_comes_back(self):
        orders = [self.order(number, line(COLA, 1)) for number in range(10)]
        self.say(*orders)
        self.run_sides()
        self.say(*orders[1:])
        self.run_sides("automatic")
        self.assertEqual(self.used(), {"Cola bottle": 9})
        self.assertEqual(len(self.day().sale_ids.filtered("vanished_at")), 1)

    def test_empty_answer_on_a_posted_day_is_no_mass_return(self):
        self.say(*[self.order(number, line(COLA, 1)) for number in range(10)])
        self.run_sides()
        self.say()
        self.run_day("automatic")
        self.assertEqual(self.used(), {"Cola bottle": 10})
        self.assertIn("day_shrank", self.exceptions().mapped("code"))

    def test_empty_day(self):
        self.say()
        self.run_sides()
        self.assertEqual(self.day().state, "no_sales")

    def test_no_goods_are_seen_and_use_nothing(self):
        deposit = line(sides.DEPOSIT, 2, "0.50", kind="deposit")
        fee = line(None, 1, 2, name="Liefergebühr", kind="delivery_fee")
        self.say(self.order(1, line(COLA, 1), deposit, fee))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 1})
        self.assertFalse(self.exceptions())
        ignored = self.integration.item_ids.filtered(
            lambda item: item.mapping_state == "ignored"
        )
        self.assertEqual(set(ignored.mapped("name")), {"Pfand 0,25", "Liefergebühr"})
        self.assertEqual(self.day().ignored_count, 2)

    def test_deposit_on_an_article_is_not_the_article(self):
        deposit = line(COLA, 1, "0.25", name="Pfand", kind="deposit")
        self.say(self.order(1, line(COLA, 1), deposit))
        self.run_sides()
        self.assertEqual(self.used(), {"Cola bottle": 1})

    def test_zero_and_missing_quantity(self):
        self.say(self.order(1, line(COLA, 0, 0), line(COLA, 3), line(PIZZA, 1)))

        def without(said):
            del said["orders"][0]["positions"][2]["quantity"]
            return said

        self.sides.fail_next("dailyOrder", "changed", change=without)
        self.assertEqual(self.lines("quantity"), [(0,), (3,), (1,)])

    def test_numbers_as_people_write_them(self):
        for text, quantity in (
            ("2", "2"),
            ("2,5", "2.5"),
            ("2.5", "2.5"),
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("-1", "-1"),
            ("3,00-", "-3"),
            (" 4 ", "4"),
            (0.125, "0.125"),
        ):
            with self.subTest(text=text):
                self.say_quantity(text)
                self.assertEqual(self.lines("quantity"), [(Decimal(quantity),)])

    def say_quantity(self, text):
        self.say(self.order(1, line(COLA)))

        def change(said):
            said["orders"][0]["positions"][0]["quantity"] = text
            return said

        self.sides.fail_next("dailyOrder", "changed", change=change)

    def test_one_unreadable_order_stops_no_other(self):
        orders = [self.order(number, line(COLA, 1)) for number in (1, 2)]
        self.say(*orders)
        self.run_sides()

        def damage(said):
            said["orders"][0]["positions"][0]["quantity"] = "zwei"
            return said

        self.sides.fail_next("dailyOrder", "changed", change=damage)
        transfer = self.run_day("manual")
        self.assertEqual(self.used(), {"Cola bottle": 2})
        self.assertEqual(transfer.day_id.state, "provisional")
        self.assertIn("1 (zwei)", transfer.day_id.source_missing)

    def test_money_without_tax(self):
        """From gross and rate where SIDES tells no net amount."""
        self.say(self.order(1, line(COLA, 2, 5)))

        def only_gross(said):
            position = said["orders"][0]["positions"][0]
            del position["totalNet"]
            position.update(priceGross="5,95 €", taxRate="19")
            return said

        self.sides.fail_next("dailyOrder", "changed", change=only_gross)
        self.assertEqual(self.lines("amount_net"), [(Decimal(5),)])

    def test_wrong_root_keeps_the_shape_and_nobody(self):
        self.say(self.order(1, line(COLA)))
        self.sides.fail_next(
            "dailyOrder", "changed", times=9, change=lambda said: {"x": said}
        )
        transfer = self.run_day("manual")
        self.assertEqual(transfer.state, "parked")
        self.assertIn("sides_contract_mismatch", transfer.error)
        self.assertIn("orderNumber", transfer.error_payload)
        self.assertNotIn("Musterfrau", transfer.error_payload)

    def test_field_that_nobody_has_is_called_otherwise(self):
        """Else all lines would silently count as one."""
        for name, field in (
            ("quantity", "fields.line.quantity"),
            ("positions", "fields.sale.lines"),
        ):
            with self.subTest(name=name):
                self.say(self.order(1, line(COLA)), self.order(2, line(COLA)))

                def rename(said, name=name):
                    for order in said["orders"]:
                        for row in (order, *order.get("positions", ())):
                            if name in row:
                                row["x"] = row.pop(name)
                    return said

                self.sides.fail_next("dailyOrder", "changed", times=9, change=rename)
                transfer = self.run_day("manual")
                self.assertIn(field, transfer.error)
                self.sides.heal()

    def test_orders_of_another_date_are_no_answer(self):
        """SIDES did not understand the date: else one day would be read as all."""
        self.say(self.order(1, line(COLA)), day=DAY.replace(day=20))
        transfer = self.run_day("manual", self.day(DAY.replace(day=20)))
        self.assertIn("calls.sales.params", transfer.error)

    def test_orders_of_another_store_are_not_ours(self):
        self.say(self.order(1, line(COLA)), self.order(2, line(COLA)))

        def move(said):
            said["orders"][0]["storeUuid"] = "60797a8436fbe"
            return said

        self.sides.fail_next("dailyOrder", "changed", change=move)
        self.assertEqual(len(self.fetch().sales), 1)

    def test_own_day_cut(self):
        """The bar's night: the outlet's clock cuts, across two reports."""
        self.integration.contract_override = override_text({"business_day": "outlet"})
        self.outlet.day_start = 5.0
        night = sides.datetime(2026, 3, 4, 1, 20, tzinfo=sides.BERLIN)
        morning = sides.datetime(2026, 3, 3, 1, 20, tzinfo=sides.BERLIN)
        self.say(self.order(1, line(COLA)), self.order(2, line(COLA), at=morning))
        self.say(self.order(3, line(COLA, 4), at=night), day=DAY.replace(day=4))
        sales = self.fetch().sales
        self.assertEqual({sale.receipt_number for sale in sales}, {"1", "3"})
        self.assertEqual({sale.business_date for sale in sales}, {DAY})
