"""From nothing to automatic transfers: what the screens say is still missing."""

from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import PosBridgeCommon


class SetupCase(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user.copy({"login": "pos_bridge_setup_manager"})
        cls.manager.group_ids |= cls.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestSetup(SetupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A till that can be asked every day.
        connectors = cls.integration._fields["connector"]._selection
        cls.startClassPatcher(patch.dict(connectors, {"asked": "A till"}))
        models = cls.registry.models
        asked = {"pos.bridge.connector.asked": models["pos.bridge.connector.none"]}
        cls.startClassPatcher(patch.dict(models, asked))
        cls.integration.connector = "asked"

    def steps(self, user=None):
        self.env.invalidate_all()
        integration = self.integration.with_user(user or self.manager)
        return {step["key"]: step for step in integration.setup_steps}

    def states(self):
        return [step["state"] for step in self.steps().values()]

    def test_from_nothing_to_automatic(self):
        self.outlet.unlink()
        steps = self.steps()
        self.assertEqual(
            list(steps),
            ["connect", "outlets", "storage", "items", "activate", "past_sales"],
        )
        self.assertEqual(self.states(), ["todo"] * 6)

        self.integration.state = "connected"
        terrace = self._create_outlet("Terrace", self.bar)
        self.env["pos.bridge.outlet.storage"].create({"outlet_id": terrace.id})
        self.item("ESP")
        steps = self.steps()
        self.assertEqual(
            self.states(), ["done", "done", "attention", "attention", "todo", "todo"]
        )
        self.assertEqual(steps["outlets"]["text"], "Terrace")
        self.assertIn("Terrace", steps["storage"]["text"])
        self.assertEqual(steps["items"]["text"], "0 of 1")
        self.assertIn("Terrace not ready", steps["activate"]["text"])

        terrace.storage_unit_id = self.kitchen
        self.map(self.env["pos.bridge.item"].search([]), self.ingredient("Coffee"))
        steps = self.steps()
        self.assertEqual(
            self.states(), ["done", "done", "done", "done", "todo", "todo"]
        )
        self.assertEqual(steps["storage"]["text"], "Terrace → Kitchen")
        self.assertIn("Terrace ready", steps["activate"]["text"])

        terrace.action_activate()
        self.integration.automatic = True
        self.assertEqual(self.states(), ["done"] * 5 + ["todo"])
        self.assertIn("active since", self.steps()["activate"]["text"])
        self.assertTrue(self.steps()["past_sales"]["optional"])

        migration = self.env["pos.bridge.migration"].create(
            {
                "outlet_id": terrace.id,
                "date_from": date(2026, 2, 1),
                "date_to": date(2026, 2, 10),
            }
        )
        migration.state = "done"
        self.assertEqual(
            self.steps()["past_sales"]["text"], "Days read for Terrace: 10"
        )
        self.assertEqual(self.states(), ["done"] * 6)

        terrace.action_pause()
        self.integration.state = "error"
        states = dict(zip(self.steps(), self.states(), strict=True))
        self.assertEqual(states["activate"], "attention")
        self.assertEqual(states["connect"], "attention")

    def test_share_of_last_weeks_money(self):
        self.integration.connector = "none"
        self.item("ESP", self.ingredient("Coffee"))
        self.sell(
            [
                self.receipt("R1", [self.line(1, "ESP", 8, 10)]),
                self.receipt("R2", [self.line(1, "NEW", 2, 10)]),
            ]
        )
        self.run_day()
        text = self.steps()["items"]["text"]
        self.assertEqual(text, "1 of 2, 80 % of last week's money")

    def test_share_is_of_the_same_week_as_the_list_of_items(self):
        """Seven dates up to the newest sale, however old; vanished receipts left out.

        12 January is the eighth date; of the 19th, 80 of 100 are mapped.
        """
        self.integration.connector = "none"
        self.integration.shrink_limit = 1
        self.item("ESP", self.ingredient("Coffee"))
        newest, eighth = date(2026, 1, 19), date(2026, 1, 12)
        self.sell({"NEW": 50}, eighth)
        self.run_day(day=self.day(eighth))
        gone = self.receipt("R3", [self.line(1, "NEW", 90, 10)], newest)
        kept = [
            self.receipt("R1", [self.line(1, "ESP", 8, 10)], newest),
            self.receipt("R2", [self.line(1, "NEW", 2, 10)], newest),
        ]
        self.sell([*kept, gone], newest)
        self.run_day("manual", self.day(newest))
        self.sell(kept, newest)
        self.run_day("manual", self.day(newest))
        text = self.steps()["items"]["text"]
        self.assertEqual(text, "1 of 2, 80 % of last week's money")

    def test_every_button_leads_somewhere(self):
        integration = self.integration.with_user(self.manager)
        for step in self.steps().values():
            self.assertTrue(step["button"], step)
            if step["key"] not in ("connect", "outlets"):
                action = getattr(integration, step["method"])()
                self.assertIn(action["type"], ("ir.actions.act_window",))

    def test_users_are_offered_what_they_may_do(self):
        steps = self.steps(self.user)
        self.assertEqual([key for key in steps if steps[key]["method"]], ["items"])

    def test_what_an_outlet_lacks(self):
        outlet = self.outlet.with_user(self.manager)

        def missing():
            self.env.invalidate_all()
            return outlet.missing and outlet.missing.split("\n")

        self.outlet.storage_ids = [Command.create({"location_id": False})]
        texts = missing()
        words = [
            "press Connect",
            "No item is known",
            "no storage unit",
            "Nothing is mapped",
            "When It Runs",
        ]
        for text, expected in zip(texts, words, strict=True):
            self.assertIn(expected, text)
        outlet.storage_unit_id = self.kitchen
        self.integration.state = "connected"
        self.item("ESP", self.ingredient("Coffee"))
        self.assertIn("press Activate", missing()[0])
        outlet.action_activate()
        self.integration.automatic = True
        self.assertFalse(missing())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-05 10:00:00")
class TestUnitsAndIngredients(SetupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tomato = cls.ingredient("Tomato", cost=2.0)
        cls.bun = cls.ingredient("Bun", cls.uom_unit, cost=0.5)

    def test_a_unit_knows_outlets_and_stock(self):
        shelf = self.kitchen.copy(
            {"is_storage_unit": False, "location_id": self.kitchen.id, "name": "Shelf"}
        )
        self.stock_up(self.tomato, self.kitchen, 3)
        self.stock_up(self.tomato | self.bun, shelf, 4)
        bar, kitchen = (unit.with_user(self.user) for unit in (self.bar, self.kitchen))
        # 7 kg of tomatoes at 2.00 and 4 buns at 0.50
        self.assertEqual(kitchen.pos_bridge_stock_count, 2)
        self.assertAlmostEqual(kitchen.pos_bridge_stock_value, 16)
        self.assertEqual(bar.pos_bridge_stock_count, 0)
        self.assertEqual(bar.pos_bridge_outlet_ids, self.outlet)
        self.assertFalse(kitchen.pos_bridge_outlet_ids)
        action = kitchen.action_pos_bridge_stock()
        quants = self.env["stock.quant"].with_user(self.user).search(action["domain"])
        self.assertAlmostEqual(sum(quants.mapped("pos_bridge_value")), 16)

    def test_manager_makes_a_unit_by_name(self):
        action = self.env.ref("pos_inventory_bridge.stock_location_action_unit")
        units = self.env["stock.location"].with_user(self.manager)
        units = units.with_context(default_is_storage_unit=True)
        view = "pos_inventory_bridge.stock_location_view_form_unit"
        with Form(units, view) as form:
            form.name = "Cellar"
        self.assertIn("is_storage_unit", action.domain)
        cellar = form.record
        self.assertTrue(cellar.is_storage_unit)
        self.assertEqual(cellar.location_id, self.warehouse.lot_stock_id)
        self.assertEqual(cellar.company_id, self.company)

    def test_an_ingredient_knows_where_it_lies_and_what_it_is_for(self):
        self.stock_up(self.tomato, self.kitchen, 3)
        soup = self.recipe("Soup", [(self.tomato, 0.2)])
        item = self.item("TOMATO", self.tomato, 0.1)
        tomato = self.tomato.product_tmpl_id.with_user(self.user)
        self.assertEqual(tomato.pos_bridge_quant_ids.pos_bridge_unit_id, self.kitchen)
        self.assertEqual(tomato.pos_bridge_quant_ids.quantity, 3)
        self.assertEqual(tomato.pos_bridge_recipe_ids, soup)
        self.assertEqual(tomato.pos_bridge_mapping_ids.item_id, item)
        action = tomato.pos_bridge_quant_ids.action_pos_bridge_ledger()
        self.assertIn(("storage_unit_id", "in", self.kitchen.ids), action["domain"])
        self.assertIn(("product_id", "in", self.tomato.ids), action["domain"])

    def test_user_adds_an_ingredient_and_edits_none(self):
        products = self.env["product.template"].with_user(self.user)
        products = products.with_context(
            default_type="consu",
            default_is_storable=True,
            default_company_id=self.company.id,
        )
        view = "pos_inventory_bridge.product_template_view_form_ingredient"
        with Form(products, view) as form:
            form.name = "Leek"
            form.uom_id = self.uom_kg
            form.standard_price = 3.5
            form.issue_location_id = self.kitchen
        leek = form.record
        self.assertEqual(leek.product_variant_id.standard_price, 3.5)
        self.assertEqual(leek.create_uid, self.user)
        self.assertFalse(leek.pos_bridge_can_edit)
        self.assertTrue(leek.with_user(self.manager).pos_bridge_can_edit)
        for act in (
            lambda: setattr(leek, "standard_price", 1),
            lambda: products.create({"name": "X", "seller_ids": [], "type": "consu"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()

    def test_user_adds_no_ingredient_to_another_company(self):
        other = self.env["res.company"].create({"name": "Company C"})
        products = self.env["product.template"].with_user(self.user)
        with self.assertRaises(AccessError):
            products.create({"name": "Leek", "company_id": other.id})

    def test_list_of_units_reads_all_at_once(self):
        def read_list(units):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            fields = ["name", "pos_bridge_outlet_ids", "pos_bridge_stock_value"]
            units.with_user(self.user).read(fields)
            return self.env.cr.sql_log_count - before

        units = self.env["stock.location"]
        for number in range(20):
            units |= self.kitchen.copy({"name": f"Unit {number}"})
            self.stock_up(self.tomato | self.bun, units[-1:], 2)
        read_list(units)
        few = read_list(units[:2])
        self.assertEqual(read_list(units), few)


@tagged("post_install", "-at_install")
class TestActivation(PosBridgeCommon):
    def test_without_connector_nothing_is_activated(self):
        with self.assertRaisesRegex(UserError, "no connector"):
            self.outlet.action_activate()
        self.assertIn("no connector", self.outlet.missing)
        self.assertFalse(self.outlet.can_run_automatically)
