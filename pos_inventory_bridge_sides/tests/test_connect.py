"""The sheet that connects: tested first, saved afterwards."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.pos_inventory_bridge.tools.errors import AuthenticationFailed
from odoo.addons.pos_inventory_bridge.tools.json_trouble import STAGES

from .common import SECRET, SidesCommon, override_text, sides


@tagged("post_install", "-at_install")
class TestConnect(SidesCommon):
    def setUp(self):
        super().setUp()
        self.other = self.start_till()

    def sheet(self, till=None, secret=None, **vals):
        till = till or self.other
        sheets = self.env["pos.bridge.connect.wizard"].with_user(self.boss)
        form = Form(sheets.with_context(default_connector="sides"))
        form.name = "Kreuzberg"
        form.contract_address = till.url
        form.contract_login = till.auth_mode
        if till.auth_mode in ("basic", "login_token"):
            form.contract_user = till.username
        form.contract_secret = till.password if secret is None else secret
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def count(self):
        return self.env["pos.bridge.integration"].sudo().search_count([])

    def saved(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_good(self):
        sheet, before = self.sheet(), self.count()
        with self.assertRaises(UserError):
            sheet.action_save()
        sheet.action_test()
        self.assertEqual(sheet.stages, dict.fromkeys(STAGES, True))
        self.assertIn("Kreuzberg, Mitte", sheet.result)
        integration = self.saved(sheet.action_save())
        self.assertEqual(self.count(), before + 1)
        self.assertEqual(
            (integration.connector, integration.state), ("sides", "connected")
        )
        self.assertEqual(integration._get_secret(SECRET), sides.PASSWORD)
        integration.with_user(self.boss).action_sync_items()
        self.assertEqual(
            set(integration.outlet_ids.mapped("name")), {"Kreuzberg", "Mitte"}
        )
        self.assertEqual(set(integration.outlet_ids.mapped("day_start")), {0.0})
        self.assertEqual(integration.item_count, len(sides.CATALOGUE))

    def test_a_kept_password_is_not_sent_to_another_address(self):
        sheet = self.sheet()
        sheet.action_test()
        integration = self.saved(sheet.action_save())
        elsewhere = self.start_till()
        sheets = self.env["pos.bridge.connect.wizard"].with_user(self.boss)
        form = Form(sheets.with_context(default_integration_id=integration.id))
        form.contract_address = elsewhere.url
        again = form.save()
        again.action_test()
        self.assertFalse(again.is_good)
        self.assertFalse(again.secret_hint)
        self.assertFalse(elsewhere.requests)
        again.action_save_draft()
        self.assertEqual(integration.state, "draft")
        self.assertFalse(integration._has_secret(SECRET))

    def test_bad_credentials_create_nothing(self):
        before = self.count()
        sheet = self.sheet(secret="wrong")
        sheet.action_test()
        self.assertEqual(
            sheet.stages,
            {"stored": True, "reachable": True, "authenticated": False, "shape": None},
        )
        self.assertIn("sides_auth_failed", sheet.result)
        with self.assertRaises(UserError):
            sheet.action_save()
        self.assertEqual(self.count(), before)

    def test_stages(self):
        for vals, stages in (
            ({"secret": ""}, (False, None, None, None)),
            ({"contract_address": "http://127.0.0.1:1"}, (True, False, None, None)),
            (
                {"contract_override": override_text({"roots": {"outlets": "x"}})},
                (True, True, True, False),
            ),
        ):
            with self.subTest(stages=stages):
                sheet = self.sheet(**vals)
                sheet.action_test()
                self.assertEqual(sheet.stages, dict(zip(STAGES, stages, strict=True)))
                self.assertTrue(sheet.result)

    def test_what_was_tested_is_what_is_saved(self):
        sheet = self.sheet()
        sheet.action_test()
        sheet.write({"contract_secret": "another"})
        with self.assertRaises(UserError):
            sheet.action_save()

    def test_draft(self):
        sheet = self.sheet(secret="wrong")
        integration = self.saved(sheet.action_save_draft())
        self.assertEqual(integration.state, "draft")
        self.assertEqual(integration._get_secret(SECRET), "wrong")

    def test_store_by_hand(self):
        self.other.has_store_list = False
        sheet = self.sheet(outlet_external_id=self.other.store, outlet_name="Mine")
        sheet.action_test()
        self.assertTrue(sheet.is_good, sheet.result)
        integration = self.saved(sheet.action_save())
        outlet = integration.outlet_ids
        self.assertEqual((outlet.external_id, outlet.name), (self.other.store, "Mine"))
        self.assertEqual((outlet.tz, outlet.day_start), ("Europe/Berlin", 0.0))

    def test_new_credentials_keep_the_setup(self):
        item = self.item("a-4001", self.bottle)
        action = self.integration.with_user(self.boss).action_contract_connect()
        sheets = self.env["pos.bridge.connect.wizard"].with_user(self.boss)
        self.sides.password = "neu"
        form = Form(sheets.with_context(**action["context"]))
        self.assertEqual(form.contract_address, self.sides.url)
        self.assertFalse(form.contract_secret)
        form.contract_secret = "neu"
        sheet = form.save()
        sheet.action_test()
        sheet.action_save()
        self.assertEqual(self.integration._get_secret(SECRET), "neu")
        self.assertEqual(self.integration.outlet_ids, self.outlet)
        self.assertTrue(item.mapping_id)
        self.assertEqual(self.integration.state, "connected")

    def test_kept_secret_need_not_be_typed_again(self):
        sheets = self.env["pos.bridge.connect.wizard"].with_user(self.boss)
        form = Form(sheets.with_context(default_integration_id=self.integration.id))
        sheet = form.save()
        sheet.action_test()
        self.assertTrue(sheet.is_good, sheet.result)
        self.assertEqual(sheet.name, self.integration.name)
        self.assertTrue(sheet.secret_hint)

    def test_same_account_twice(self):
        sheet = self.sheet(self.sides)
        sheet.action_test()
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            sheet.action_save()
        self.assertIn("sides_integration_exists", str(caught.exception))
        self.assertIn(self.integration.name, str(caught.exception))

    def test_connect_button_opens_the_sheet(self):
        self.integration._forget_secrets()
        action = self.integration.with_user(self.boss).action_connect()
        self.assertEqual(action["res_model"], "pos.bridge.connect.wizard")

    def test_check_at_any_time(self):
        integration = self.integration.with_user(self.boss)
        action = integration.action_connect()
        self.assertEqual(action["params"]["type"], "success")
        self.sides.password = "changed at SIDES"
        action = integration.action_connect()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(integration.state, "error")
        with self.assertRaises(AuthenticationFailed):
            self.fetch()

    def test_letter_has_no_secret(self):
        action = self.integration.with_user(self.boss).action_sides_letter()
        letters = self.env["pos.bridge.sides.letter"].with_user(self.boss)
        letter = letters.with_context(**action["context"]).create({}).letter
        for part in (self.sides.url, sides.USERNAME, self.outlet.external_id):
            self.assertIn(part, letter)
        for number in range(1, 9):
            self.assertIn(f"{number}.", letter)
        self.assertNotIn(sides.PASSWORD, letter)
