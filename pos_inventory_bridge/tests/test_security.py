"""Rule 16: least privilege, company isolation, and secrets that nobody reads."""

from ast import literal_eval

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from .common import PosBridgeCommon

RIGHTS = ("create", "edit", "delete")


@tagged("post_install", "-at_install")
class TestSecurity(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.esp = cls.item("ESP", cls.coffee, 1)
        cls.other_company = cls.env["res.company"].create({"name": "Company C"})
        cls.stranger = cls.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "pos_bridge_stranger",
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
                "group_ids": [
                    Command.set(
                        cls.env.ref("pos_inventory_bridge.pos_bridge_group_manager").ids
                    )
                ],
            }
        )

    def models(self):
        return [
            name
            for name in self.env
            if name.startswith("pos.bridge.")
            and not self.env[name]._abstract
            and not self.env[name]._transient
        ]

    def sheets(self):
        return {
            name
            for name in self.env
            if name.startswith("pos.bridge.")
            and self.env[name]._transient
            and self.env[name]._original_module == "pos_inventory_bridge"
        }

    def test_user_has_no_stock_right(self):
        self.assertFalse(self.user.has_group("stock.group_stock_user"))
        self.assertFalse(self.user.has_group("mrp.group_mrp_user"))
        with self.assertRaises(AccessError):
            self.env["stock.move"].with_user(self.user).create(
                {"product_id": self.coffee.id}
            )

    def test_user_posts_and_reads_what_was_posted(self):
        self.sell({"ESP": 2})
        self.run_day()
        day = self.day().with_user(self.user)
        self.assertEqual(day.posting_ids.move_ids.mapped("quantity"), [2])
        self.assertEqual(day.usage_in_force_ids.product_id, self.coffee)
        ledger = self.env["pos.bridge.ledger"].with_user(self.user)
        self.assertEqual(ledger.search([]).mapped("quantity"), [-2])

    def test_user_writes_recipes_and_no_other_bill(self):
        bom = (
            self.env["mrp.bom"]
            .with_user(self.user)
            .create(
                {
                    "product_tmpl_id": self.coffee.product_tmpl_id.id,
                    "type": "recipe",
                    "product_uom_id": self.uom_kg.id,
                    "bom_line_ids": [self._recipe_line(self.ingredient("Milk"), 1)],
                }
            )
        )
        bom.bom_line_ids.product_qty = 2
        bom.product_qty = 4
        with self.assertRaises(AccessError):
            self.env["mrp.bom"].with_user(self.user).create(
                {"product_tmpl_id": self.coffee.product_tmpl_id.id, "type": "normal"}
            )

    def test_ledger_tables_are_written_by_nobody(self):
        self.sell({"ESP": 2})
        self.run_day()
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        day = self.day()
        for record in (
            day,
            day.usage_ids,
            day.posting_ids,
            day.sale_ids,
            day.sale_ids.line_ids,
            self.env["pos.bridge.recipe.version"].create(
                {
                    "bom_id": self.recipe("R", [(self.coffee, 1)]).id,
                    "yield_uom_id": self.uom_unit.id,
                }
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.user).check_access("write")
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.user).check_access("unlink")

    def test_other_company_sees_nothing(self):
        self.sell({"ESP": 2, "NEW": 1})
        self.run_day()
        self.env["pos.bridge.policy"].create(
            {
                "integration_id": self.integration.id,
                "event": "void",
                "effect": "nothing",
            }
        )
        for name in set(self.models()) - {"pos.bridge.token"}:
            mine = self.env[name].with_user(self.user).search_count([])
            model = self.env[name].with_user(self.stranger)
            theirs = model.with_context(allowed_company_ids=None).search_count([])
            self.assertEqual(theirs, 0, name)
            if name in ("pos.bridge.day", "pos.bridge.usage", "pos.bridge.exception"):
                self.assertTrue(mine, name)

    def test_sheets_belong_to_who_opened_them(self):
        """Half-typed mappings and shown costs are nobody else's business."""
        self.sell({"ESP": 2})
        self.run_day()
        colleague = self.user.copy({"login": "pos_bridge_colleague"})
        look = self.env["pos.bridge.suggest.wizard"].with_user(self.user).create({})
        portions = self.env["pos.bridge.portion.wizard"].with_user(self.user).create({})
        spreadsheet = self.env["pos.bridge.mapping.sheet"].with_user(self.user)
        row = {"sheet_id": spreadsheet.create({}).id, "status": "new"}
        values = {
            "pos.bridge.portion.wizard": {"item_ids": self.esp.ids},
            "pos.bridge.portion.line": {"wizard_id": portions.id},
            "pos.bridge.suggest.wizard": {"item_ids": self.esp.ids},
            "pos.bridge.suggest.size": {"wizard_id": look.id, "name": "l"},
            "pos.bridge.suggest.line": {"wizard_id": look.id, "item_id": self.esp.id},
            "pos.bridge.mapping.sheet": {},
            "pos.bridge.mapping.sheet.line": row,
            "pos.bridge.preview.wizard": {"day_ids": self.day().ids},
            "pos.bridge.preview.line": {"product_id": self.coffee.id},
            "pos.bridge.mapping.wizard": {"item_ids": self.esp.ids},
            "pos.bridge.test.wizard": {"item_id": self.esp.id},
            "pos.bridge.correction.wizard": {"date_from": "2026-03-01"},
            "pos.bridge.fetch.wizard": {"outlet_ids": self.outlet.ids},
            "pos.bridge.fetch.line": {"day_id": self.day().id},
            "pos.bridge.month.wizard": {},
            "pos.bridge.variance.wizard": {},
        }
        comparison = self.env["pos.bridge.variance.wizard"].with_user(self.user)
        values["pos.bridge.variance.line"] = {"wizard_id": comparison.create({}).id}
        of_managers = {
            "pos.bridge.activation.wizard": {"outlet_id": self.outlet.id},
            "pos.bridge.connect.wizard": {"connector": "none", "name": "Till"},
            "pos.bridge.try.answer.wizard": {"integration_id": self.integration.id},
            "pos.bridge.queue.wizard": {},
            "pos.bridge.resume.wizard": {"outlet_ids": self.outlet.ids},
        }
        self.assertEqual(values.keys() | of_managers.keys(), self.sheets())
        self.check_sheets_are_private(values, colleague)
        manager = self.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        (self.user | colleague).group_ids |= manager
        self.check_sheets_are_private(of_managers, colleague)

    def check_sheets_are_private(self, values, colleague):
        for name, vals in values.items():
            sheet = self.env[name].with_user(self.user).create(vals)
            self.env.invalidate_all()
            sheet.read()
            sheet.write(vals)
            for other in (colleague, self.stranger):
                theirs = sheet.with_user(other).with_context(allowed_company_ids=None)
                for right in ("read", "write", "unlink"):
                    with self.subTest(name), self.assertRaises(AccessError):
                        theirs.check_access(right)

    def test_every_model_has_access_rights(self):
        for name in self.models():
            rights = self.env["ir.model.access"].search([("model_id.model", "=", name)])
            self.assertTrue(rights, name)

    def test_nobody_reads_tokens(self):
        token = (
            self.env["pos.bridge.token"]
            .sudo()
            .create(
                {
                    "integration_id": self.integration.id,
                    "name": "password",
                    "value": "hush",
                }
            )
        )
        for group in (
            "pos_inventory_bridge.pos_bridge_group_manager",
            "base.group_system",
        ):
            self.user.group_ids |= self.env.ref(group)
            with self.assertRaises(AccessError):
                token.with_user(self.user).read(["value"])

    def test_buttons_of_days_are_for_their_own_people(self):
        """They end in a run with all rights, so who presses them is checked first."""
        self.sell({"ESP": 2})
        self.run_day()
        self.stranger.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_undo"
        )
        plain = self.env["res.users"].create(
            {
                "name": "Nobody",
                "login": "pos_bridge_nobody",
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        portal = plain.copy({"login": "pos_bridge_portal"})
        portal.group_ids = self.env.ref("base.group_portal")
        before = self.row_counts()
        for user in (self.stranger, plain, portal):
            day = self.day().with_user(user).with_context(allowed_company_ids=None)
            for button in (
                "action_repost",
                "action_fetch",
                "action_post_smaller_day",
                "action_undo",
                "action_redo",
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(day, button)()
        self.assertEqual(self.row_counts(), before)
        self.assertFalse(self.day().hold_revision)

    def test_user_writes_no_lineage(self):
        item = self.esp.with_user(self.user)
        mapping = item.mapping_ids
        self.sell({"ESP": 2, "NEW": 1})
        self.run_day()
        problem = self.exceptions().with_user(self.user)[:1]
        recipe = self.recipe("R", [(self.coffee, 1)]).with_user(self.user)
        for change in (
            lambda: mapping.write({"superseded": True}),
            lambda: mapping.write({"date_to": "2026-01-01"}),
            lambda: item.write({"external_id": "OTHER"}),
            lambda: problem.write({"message": "fine"}),
            lambda: recipe.write({"type": "phantom"}),
            lambda: self.coffee.with_user(self.user).write({"standard_price": 55}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()

    def test_manager_writes_storage_units_only(self):
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        shelf = self.warehouse.lot_stock_id.with_user(self.user)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            shelf.name = "Mine"
        self.kitchen.with_user(self.user).name = "Hot kitchen"
        self.integration.with_user(self.user).read()

    def test_user_looks_at_the_set_up_and_changes_nothing(self):
        for name in (
            "pos_bridge_integration_menu",
            "pos_bridge_outlet_menu",
            "stock_location_menu_unit",
        ):
            menu = self.env.ref(f"pos_inventory_bridge.{name}")
            menus = self.env["ir.ui.menu"].with_user(self.user)
            self.assertIn(menu.id, menus._visible_menu_ids())
            views, records = self.look_at(menu.action)
            self.assertTrue(records)
            for arch in views:
                self.assertNotIn("token", str(etree.tostring(arch)))
                self.assertEqual(
                    [arch.get(right) in ("False", "0") for right in RIGHTS],
                    [True] * 3,
                    name,
                )
            with self.assertRaises(AccessError):
                records.write({"name": "Mine"})

    def look_at(self, action):
        """The list and form of an action, as the user gets and reads them."""
        model = self.env[action.res_model].with_user(self.user)
        records = model.search(literal_eval(action.domain or "[]"))
        archs = []
        kinds = {view.view_mode: view.view_id.id for view in action.view_ids}
        for kind in ("list", "form"):
            arch = etree.fromstring(model.get_view(kinds.get(kind), kind)["arch"])
            names = arch.xpath("//field[not(ancestor::field)]/@name")
            records.read(list(set(names)))
            archs.append(arch)
        return archs, records

    def test_conditions_belong_to_the_integration(self):
        other = self.integration.copy({"name": "Other till"})
        outlet = self.env["pos.bridge.outlet"].create(
            {"integration_id": other.id, "external_id": "x", "name": "X", "tz": "UTC"}
        )
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.map(self.item("Y"), self.coffee, outlet_id=outlet.id)

    def test_foreign_targets_are_refused(self):
        foreign = self.ingredient("Foreign", company_id=self.other_company.id)
        with self.assertRaisesRegex(UserError, "Foreign"):
            self.map(self.item("X"), foreign)

    def test_neutralized_copy_talks_to_no_till(self):
        self.env["pos.bridge.token"].sudo().create(
            {"integration_id": self.integration.id, "name": "password", "value": "hush"}
        )
        self.integration.automatic = True
        self.env["pos.bridge.transfer"]._enqueue(self.day(), "manual")
        self.env.flush_all()
        with file_open("pos_inventory_bridge/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.env["pos.bridge.token"].sudo().search_count([]))
        self.assertFalse(self.integration.automatic)
        self.assertFalse(
            self.env["pos.bridge.transfer"].search_count([("state", "=", "queued")])
        )
