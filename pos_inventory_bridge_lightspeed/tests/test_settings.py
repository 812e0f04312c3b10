"""Settings: addresses, secrets, who may do what, and the check."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.pos_inventory_bridge.models import pos_bridge_settings_check
from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation

from ..tools.normalise import COUNTED, IGNORED, Reading
from .common import LightspeedCommon


@tagged("post_install", "-at_install")
class TestSettings(LightspeedCommon):
    def addresses(self, **vals):
        vals = {"name": "New", "connector": "lightspeed", **vals}
        new = self.env["pos.bridge.integration"].create(vals)
        names = ("api", "authorize", "exchange")
        return [new[f"lightspeed_{name}_url"] for name in names]

    def test_addresses(self):
        realm = "/realms/k-series/protocol/openid-connect"
        api = "https://api.lsk.lightspeed.app"
        trial = "https://api.trial.lsk.lightspeed.app"
        login = f"https://auth.lsk-prod.app{realm}"
        demo = f"https://auth.lsk-demo.app{realm}"
        v1, place = {"lightspeed_generation": "v1"}, {"lightspeed_environment": "trial"}
        expected = (
            ({}, [api, f"{login}/auth", f"{login}/token"]),
            (place, [trial, f"{demo}/auth", f"{demo}/token"]),
            (v1, [api, f"{api}/oauth/authorize", f"{api}/oauth/token"]),
            (
                {**v1, **place},
                [trial, f"{trial}/oauth/authorize", f"{trial}/oauth/token"],
            ),
        )
        for vals, addresses in expected:
            with self.subTest(vals=vals):
                self.assertEqual(self.addresses(**vals), addresses)

    def test_an_address_of_ones_own_stays(self):
        own = "https://lightspeed.example.com"
        self.assertEqual(self.addresses(lightspeed_api_url=own)[0], own)

    def test_without_encryption_only_this_machine_is_asked(self):
        self.start()
        self.connect()
        self.integration.lightspeed_api_url = "http://lightspeed.example.com"
        with self.assertRaisesRegex(ContractViolation, "encryption"):
            self.fetch()

    def test_secrets_are_not_sent_to_another_address(self):
        for name, value in (
            ("lightspeed_exchange_url", "https://mine.example.com/token"),
            ("lightspeed_api_url", "https://mine.example.com"),
            ("lightspeed_generation", "v1"),
        ):
            with self.subTest(name=name):
                self.integration.lightspeed_generation = "v2"
                self.start()
                self.connect()
                self.integration.write({name: self.integration[name], "name": "Same"})
                self.assertTrue(self.integration._has_secret("refresh_token"))
                self.integration.write({name: value})
                self.assertEqual(self.integration.state, "draft")
                for secret in ("lightspeed_client_secret", "refresh_token"):
                    self.assertFalse(self.integration._has_secret(secret))

    def test_a_secret_typed_with_the_address_is_kept(self):
        self.integration.write(
            {
                "lightspeed_api_url": "https://moved.example.com",
                "lightspeed_client_secret": "typed for it",
            }
        )
        secret = self.integration._get_secret("lightspeed_client_secret")
        self.assertEqual(secret, "typed for it")

    def test_scopes(self):
        connector = self.integration._connector()
        scopes = ("financial-api", "items", "offline_access")
        self.assertEqual(connector._oauth2_scopes(self.integration), scopes)
        self.integration.lightspeed_generation = "v1"
        self.assertEqual(connector._oauth2_scopes(self.integration), scopes[:2])

    def test_defaults_are_those_of_the_contract(self):
        self.assertEqual(self.integration._lightspeed_reading(), Reading())

    def test_reading(self):
        self.item("MENU").write({"item_type": "SEQUENCE", "sku": "CMB"})
        self.integration.write(
            {
                "lightspeed_void_style": "mark",
                "lightspeed_quantity_sign": "unsigned",
                "lightspeed_modifier_quantity": "per_parent",
                "lightspeed_combo_quantity": "per_parent",
                "lightspeed_counted_types": "sale, refund  VOID,CANCEL,",
                "lightspeed_ignored_types": "FLOAT transitory, split",
            }
        )
        expected = Reading(
            void_style="mark",
            quantity_sign="unsigned",
            modifier_quantity="per_parent",
            combo_quantity="per_parent",
            combos=frozenset({"CMB"}),
            counted_types=COUNTED,
            ignored_types=IGNORED | {"SPLIT"},
        )
        self.assertEqual(self.integration._lightspeed_reading(), expected)

    def test_the_secret_is_typed_in_and_never_shown(self):
        form = Form(self.integration.with_user(self.manager))
        self.assertEqual(form.oauth2_secret_state, "None stored")
        form.lightspeed_client = "devp-v2-demo-1"
        form.lightspeed_client_secret = "hush"
        saved = form.save()
        self.assertFalse(saved.lightspeed_client_secret)
        self.assertEqual(saved.oauth2_secret_state, "Stored")
        connector = self.integration._connector()
        client = connector._oauth2_client(self.integration)
        self.assertEqual(client, ("devp-v2-demo-1", "hush"))

    def test_only_managers_check(self):
        self.start()
        self.connect()
        with self.assertRaises(AccessError):
            self.integration.with_user(self.user).action_lightspeed_check()


@tagged("post_install", "-at_install")
class TestSecondConnection(LightspeedCommon):
    def test_check_connects_no_outlet_twice(self):
        self.start()
        self.connect()
        other = self.integration.copy({"name": "First till"})
        self.outlet.copy(
            {"integration_id": other.id, "external_id": self.outlet.external_id}
        )
        self.integration.state, other.state = "error", "connected"
        own = self.integration.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "read already, by First till"):
            own.action_connect()
        self.assertEqual(self.integration.state, "error")
        other.state = "draft"
        own.action_connect()
        self.assertEqual(self.integration.state, "connected")


@tagged("post_install", "-at_install")
class TestCheck(LightspeedCommon):
    def report(self, **habits):
        self.start(receipts=80, **habits)
        return self.checked()

    def checked(self):
        self.connect()
        self.integration._sync_items()
        before = self.row_counts()
        action = self.integration.with_user(self.manager).action_lightspeed_check()
        after = self.row_counts()
        self.assertEqual(before, after)
        message = self.integration.message_ids[:1]
        self.assertIn("history", action["params"]["message"])
        self.assertIn("<br>A Void: ", message.body)
        return message.attachment_ids.raw.decode()

    def test_it_says_which_settings_fit(self):
        text = self.report()
        self.assertRegex(text, "A Void: Adds a negative line .*Adds a negative line 0,")
        self.assertRegex(text, "Refunds and Voids: Negative .*Negative 0,")
        self.assertRegex(text, "Modifiers: Of all together .*Of all together 0,")

    def test_it_says_which_settings_do_not_fit(self):
        habits = {"void_style": "marked_original", "refund_quantity_sign": "positive"}
        text = self.report(**habits, modifier_quantity="per_parent")
        self.assertRegex(text, "A Void: Only marks the line")
        self.assertRegex(text, "Voids: Without a minus")
        self.assertRegex(text, "Modifiers: Of each one")

    def test_days_that_tell_nothing(self):
        self.start(receipts=0)
        text = self.checked()
        self.assertEqual(text.count(": these days do not tell"), 4)

    def test_days_and_totals_stand_beside_each_other(self):
        text = self.report()
        self.assertEqual(text.count("complete True"), 7)
        self.assertEqual(text.count("aggregatedSales"), 7)
        self.assertIn("2026-11-19", text)
        self.assertIn("archived 1", text)

    def test_totals_that_are_refused(self):
        """The check does without, and says so."""
        self.start()
        self.lightspeed.fail_next("aggregatedSales", "forbidden", 50)
        text = self.checked()
        self.assertEqual(text.count("complete True"), 7)
        self.assertEqual(text.count("not told 127.0.0.1 knows us"), 7)

    def test_items_that_are_refused(self):
        self.start()
        self.connect()
        self.integration._sync_items()
        self.lightspeed.fail_next("/items", "not_found", 50)
        report = self.integration._settings_report()
        self.assertRegex(report.splitlines()[0], "not told")
        self.assertEqual(report.count("complete True"), 7)

    def test_a_till_that_takes_its_time(self):
        """The days that were read are told, and that there were no more."""
        self.start()
        self.connect()
        self.integration._sync_items()
        connector, asked = self.registry["pos.bridge.connector.lightspeed"], []
        probe = connector._probe_told

        def slowly(own, outlet, day):
            asked.append(day)
            if len(asked) > 2:
                own = own.with_context(pos_bridge_asks_until=0)
            return probe(own, outlet, day)

        with patch.object(connector, "_probe_told", slowly):
            report = self.integration._settings_report()
        self.assertIn("2 of 7 were read", report.splitlines()[-1])
        self.assertEqual(len(asked), 3)

    def test_a_till_that_takes_all_the_time(self):
        self.start()
        self.connect()
        with (
            patch.object(pos_bridge_settings_check, "SECONDS_OF_A_CHECK", 0),
            self.assertRaisesRegex(UserError, "takes its time"),
        ):
            self.integration.with_user(self.manager).action_lightspeed_check()

    def test_without_an_outlet(self):
        self.start()
        other = self.integration.copy({"name": "New"})
        with self.assertRaisesRegex(UserError, "Sync Items first"):
            other.action_lightspeed_check()

    def test_trouble_is_told_in_words(self):
        self.start()
        self.connect()
        self.lightspeed.take_away()
        with self.assertRaises(UserError):
            self.integration.with_user(self.manager).action_lightspeed_check()

    def test_nobody_is_named(self):
        text = self.report()
        for name in ("Robin", "Kim", "kim@guest.example"):
            self.assertNotIn(name, text)
