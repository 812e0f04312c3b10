"""Secrets: encrypted with a key outside the database, and told to nobody."""

import os
import stat
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError
from odoo.orm.model_classes import add_field, pop_field
from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..models.pos_bridge_token import secret_field
from ..tools import keys
from .common import PosBridgeCommon

SECRET = "hush-4711-Grüße"


class KeyCommon(PosBridgeCommon):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        options = {"data_dir": str(self.folder), keys.OPTION: None}
        self.enterContext(patch.object(keys, "config", options))
        self.enterContext(patch.dict(os.environ))
        os.environ.pop(keys.VARIABLE, None)
        self.file = self.folder / keys.FILE_NAME

    def write_keys(self, *lines, file=None):
        (file or self.file).write_bytes(b"\n".join(lines))

    def rows(self):
        """What the database itself holds."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT name, value, key_version FROM pos_bridge_token ORDER BY name"
        )
        return self.env.cr.fetchall()


@tagged("post_install", "-at_install")
class TestKeys(KeyCommon):
    def test_made_with_the_first_secret(self):
        self.assertFalse(self.integration._has_secret("password"))
        self.assertIsNone(self.integration._get_secret("password"))
        self.assertFalse(self.file.exists())
        self.integration._set_secrets({"password": SECRET})
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(os.listdir(self.folder), [keys.FILE_NAME])
        self.assertEqual(self.integration._get_secret("password"), SECRET)

    def test_made_once_by_many_at_a_time(self):
        found = []

        def make():
            keys._make(self.file)
            found.append(self.file.read_bytes())

        threads = [threading.Thread(target=make) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 8)
        self.assertEqual(len(set(found)), 1)
        self.assertEqual(os.listdir(self.folder), [keys.FILE_NAME])

    def test_chosen_file_is_never_made(self):
        chosen = self.folder / "elsewhere.key"
        for place in ("configuration", "environment"):
            with (
                patch.dict(keys.config, {keys.OPTION: str(chosen)})
                if place == "configuration"
                else patch.dict(os.environ, {keys.VARIABLE: str(chosen)})
            ):
                with (
                    self.assertLogs(keys.__name__, "ERROR"),
                    self.assertRaisesRegex(keys.MissingKey, "elsewhere.key"),
                ):
                    self.integration._set_secrets({"password": SECRET})
                self.assertFalse(chosen.exists())
                self.write_keys(Fernet.generate_key(), file=chosen)
                self.integration._set_secrets({"password": SECRET})
                self.assertEqual(self.integration._get_secret("password"), SECRET)
                chosen.unlink()
        self.assertFalse(self.file.exists())

    def test_configuration_goes_before_environment(self):
        for name in ("a", "b"):
            self.write_keys(Fernet.generate_key(), file=self.folder / name)
        with patch.dict(os.environ, {keys.VARIABLE: str(self.folder / "b")}):
            self.assertEqual(keys.key_file(), (self.folder / "b", True))
            with patch.dict(keys.config, {keys.OPTION: str(self.folder / "a")}):
                self.assertEqual(keys.key_file(), (self.folder / "a", True))

    def test_lost_file(self):
        self.integration._set_secrets({"password": SECRET})
        self.file.unlink()
        with (
            self.assertLogs(keys.__name__, "ERROR"),
            self.assertRaises(keys.MissingKey) as caught,
        ):
            self.integration._get_secret("password")
        self.assertIn(str(self.file), str(caught.exception))
        self.assertIn("connect again", str(caught.exception))
        self.assertTrue(self.integration._has_secret("password"))

    def test_other_key(self):
        self.integration._set_secrets({"password": SECRET})
        self.write_keys(Fernet.generate_key())
        with self.assertRaisesRegex(keys.MissingKey, "another key"):
            self.integration._get_secret("password")
        # A new one can be entered all the same.
        self.integration._set_secrets({"password": "new"})
        self.assertEqual(self.integration._get_secret("password"), "new")

    def test_damaged_file(self):
        self.integration._set_secrets({"password": SECRET})
        for content in (b"", b"\n\n", b"no key", Fernet.generate_key() + b"\nno key"):
            self.file.write_bytes(content)
            with self.assertRaisesRegex(keys.MissingKey, "one per line"):
                self.integration._get_secret("password")

    def test_file_that_all_may_read(self):
        self.write_keys(Fernet.generate_key())
        self.file.chmod(0o644)
        with self.assertLogs(keys.__name__, "WARNING"):
            self.integration._set_secrets({"password": SECRET})

    def test_rotation(self):
        old, new = Fernet.generate_key(), Fernet.generate_key()
        self.write_keys(old)
        other = self.integration.copy({"name": "Other"})
        self.integration._set_secrets({"a": "1", "b": "2"}, expires_at="2026-03-03")
        other._set_secrets({"a": "3"})
        before = self.rows()
        self.write_keys(new, old)
        self.assertEqual(self.integration._get_secret("a"), "1")
        action = self.env["pos.bridge.token"]._rotate()
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("3 of 3", action["params"]["message"])
        self.write_keys(new)
        self.assertEqual(self.integration._get_secret("b"), "2")
        self.assertEqual(other._get_secret("a"), "3")
        for (_name, value, version), (_same, value_now, version_now) in zip(
            before, self.rows(), strict=True
        ):
            self.assertNotEqual(value, value_now)
            self.assertNotEqual(version, version_now)
        rows = self.integration._secret_rows(["a"])
        self.assertEqual(str(rows.expires_at), "2026-03-03 00:00:00")

    def test_rotation_names_what_cannot_be_read(self):
        self.write_keys(Fernet.generate_key())
        self.integration._set_secrets({"a": "1"})
        self.write_keys(Fernet.generate_key())
        action = self.env["pos.bridge.token"]._rotate()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("0 of 1", action["params"]["message"])
        self.assertIn(self.integration.name, action["params"]["message"])

    def test_rotation_is_for_administrators(self):
        tokens = self.env["pos.bridge.token"]
        manager = self.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        self.user.group_ids |= manager
        with self.assertRaises(AccessError):
            tokens.with_user(self.user)._rotate()
        action = self.env.ref("pos_inventory_bridge.pos_bridge_token_action_rotate")
        self.user.group_ids |= self.env.ref("base.group_system")
        self.integration._set_secrets({"a": "1"})
        result = action.with_user(self.user).run()
        self.assertIn("1 of 1", result["params"]["message"])


@tagged("post_install", "-at_install")
class TestSecrets(KeyCommon):
    def test_written_changed_removed(self):
        self.integration._set_secrets({"a": "1", "b": "2", "c": "3"})
        self.integration._set_secrets({"a": "new", "b": None, "missing": None})
        self.assertEqual(self.integration._get_secret("a"), "new")
        self.assertFalse(self.integration._has_secret("b"))
        self.assertEqual(self.integration._get_secret("c"), "3")
        self.integration._forget_secrets("a")
        self.assertEqual([row[0] for row in self.rows()], ["c"])
        self.integration._forget_secrets()
        self.assertFalse(self.rows())

    def test_of_one_integration_only(self):
        other = self.integration.copy({"name": "Other"})
        self.integration._set_secrets({"a": "1"})
        self.assertFalse(other._has_secret("a"))
        other._set_secrets({"a": "2"})
        other._forget_secrets()
        self.assertEqual(self.integration._get_secret("a"), "1")
        copy = self.integration.copy({"name": "Copy"})
        self.assertFalse(copy._has_secret("a"))

    def test_database_has_no_clear_text(self):
        self.integration._set_secrets({"password": SECRET})
        for _name, value, _version in self.rows():
            self.assertNotIn("hush", value)
            self.assertNotIn("4711", value)
        # Nor the key.
        key = self.file.read_text().strip()
        self.env.cr.execute("SELECT value FROM ir_config_parameter")
        self.assertNotIn(key, str(self.env.cr.fetchall()))

    def test_same_secret_looks_different(self):
        self.integration._set_secrets({"a": SECRET, "b": SECRET})
        (_a, first, _v), (_b, second, _w) = self.rows()
        self.assertNotEqual(first, second)

    def test_nobody_is_told(self):
        """Not by reading, searching, exporting, grouping, nor through the integration;
        administrators neither.
        """
        self.integration._set_secrets({"password": SECRET})
        row = self.integration._secret_rows(["password"]).sudo(False)
        self.user.group_ids |= self.env.ref("base.group_system")
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        row = row.with_user(self.user)
        integration = self.integration.with_user(self.user)
        for attempt in (
            lambda: row.read(["value"]),
            lambda: row.read(["name"]),
            lambda: row.value,
            lambda: row.search([]),
            lambda: row.search_read([], ["value"]),
            lambda: row.export_data(["value"]),
            lambda: row.formatted_read_group([], ["name"], ["__count"]),
            lambda: row.write({"value": "mine"}),
            lambda: row.unlink(),
            lambda: row.create({"integration_id": integration.id, "name": "x"}),
            lambda: integration.read(["token_ids"]),
            lambda: integration.export_data(["token_ids/value"]),
            lambda: integration.search([("token_ids.value", "like", "g")]),
            lambda: integration.search([("token_ids", "!=", False)]),
            lambda: integration.write({"token_ids": [(5, 0, 0)]}),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        self.assertNotIn("token_ids", integration.fields_get())
        self.assertNotIn("token_ids", integration.read()[0])

    def test_nothing_of_it_is_called_from_outside(self):
        for model, names in (
            (
                self.integration,
                ("_set_secrets", "_get_secret", "_has_secret", "_forget_secrets"),
            ),
            (self.env["pos.bridge.token"], ("_rotate", "_prepare_vals")),
        ):
            for name in names:
                with self.assertRaises(AccessError):
                    get_public_method(model, name)


@tagged("post_install", "-at_install")
class TestSecretField(KeyCommon):
    """A connector's field that a secret is typed into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model_cls = cls.registry["pos.bridge.integration"]
        for name in ("x_password", "x_pin"):
            field = secret_field(name)
            add_field(model_cls, name, field)
            cls.addClassCleanup(pop_field, model_cls, name)
            field.setup(cls.env["pos.bridge.integration"])
        cls.forget_computed()
        cls.addClassCleanup(cls.forget_computed)

    @classmethod
    def forget_computed(cls):
        cls.registry.__dict__.pop("field_computed", None)

    def test_typed_kept_and_never_told(self):
        wanted = {"x_password": {}, "x_pin": {}, "name": {}}
        told = self.integration.web_save({"x_password": SECRET}, wanted)
        self.assertEqual(told[0]["x_password"], False)
        self.assertEqual(self.integration._get_secret("x_password"), SECRET)
        self.assertFalse(self.integration._has_secret("x_pin"))
        self.assertFalse(self.integration.read(["x_password"])[0]["x_password"])

    def test_both_at_once_and_with_other_fields(self):
        told = self.integration.web_save(
            {"x_pin": "1", "name": "New", "x_password": "2"}, {"x_pin": {}, "name": {}}
        )
        self.assertEqual((told[0]["x_pin"], told[0]["name"]), (False, "New"))
        self.assertEqual(self.integration._get_secret("x_pin"), "1")
        self.assertEqual(self.integration._get_secret("x_password"), "2")

    def test_nothing_typed_changes_nothing(self):
        self.integration.x_password = "1"
        self.integration.web_save({"name": "New", "x_password": False}, {"name": {}})
        self.assertEqual(self.integration._get_secret("x_password"), "1")

    def test_of_a_new_integration(self):
        new = self.integration.create({"name": "New", "x_password": "1"})
        self.assertEqual(new._get_secret("x_password"), "1")
        self.assertFalse(new.x_password)
        self.assertFalse(new.copy().x_password)
