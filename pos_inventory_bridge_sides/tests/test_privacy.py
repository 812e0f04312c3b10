"""No secret and nothing about a guest in any table, log, answer or error."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DAY, SidesCommon, sides

ROOT = "odoo"


@tagged("post_install", "-at_install")
class TestPrivacy(SidesCommon):
    def forbidden(self):
        people = {part for person in sides.PEOPLE for part in person}
        return people | {name.split()[0] for name, *_rest in sides.PEOPLE}

    def live(self, mode):
        """Connect, read, fail in several ways, and be refused."""
        self.connect(self.start_till(mode))
        self.sides.seed([DAY])
        self.integration.action_sync_items()
        self.run_day("manual")
        for fault, options in (
            ("changed", {"change": lambda said: {"x": said}}),
            ("cut", {}),
            (403, {"body": {"error": f"{sides.PASSWORD} {sides.API_KEY}"}}),
            (500, {}),
            (401, {}),
        ):
            self.sides.heal()
            self.sides.fail_next("dailyOrder", fault, times=9, **options)
            self.run_day("manual")
        self.integration.action_connect()

    def test_tables_and_logs(self):
        for mode in ("basic", "login_token", "query_key", "header_key"):
            with self.subTest(mode=mode), self.assertLogs(ROOT, "DEBUG") as logs:
                self.live(mode)
                self.assertTrue(self.day().sale_ids)
                secrets = self.sides.issued_secrets | self.forbidden()
                self.check_tables(secrets)
                for secret in secrets:
                    self.assertFalse([each for each in logs.output if secret in each])

    def check_tables(self, secrets):
        self.env.flush_all()
        for table in self.tables():
            self.env.cr.execute(f'SELECT t::text FROM "{table}" t')
            text = "\n".join(row for [row] in self.env.cr.fetchall())
            for secret in secrets:
                self.assertNotIn(secret, text, table)

    def tables(self):
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND "
            "(tablename LIKE 'pos_bridge%' OR tablename IN ('mail_message', "
            "'mail_activity', 'mail_tracking_value', 'stock_move', 'ir_logging', "
            "'ir_attachment', 'bus_bus'))"
        )
        return [name for [name] in self.env.cr.fetchall()]

    def test_reading_and_exporting(self):
        self.boss.group_ids |= self.env.ref("base.group_allow_export")
        sheet = self.env["pos.bridge.connect.wizard"].with_user(self.boss)
        vals = {"connector": "sides", "name": "x", "contract_address": "x"}
        sheet = sheet.create({**vals, "contract_secret": "hidden"})
        for record in (self.integration.with_user(self.boss), sheet):
            self.assertNotIn(sides.PASSWORD, str(record.read()))
            self.assertNotIn("hidden", str(record.read()))
            exported = record.export_data(list(record.fields_get()))["datas"]
            self.assertNotIn(sides.PASSWORD, str(exported))
            self.assertNotIn("hidden", str(exported))
            self.assertNotIn("sealed", record.fields_get())
        with self.assertRaises(AccessError):
            sheet.read(["sealed"])
        with self.assertRaises(AccessError):
            sheet.search([("sealed", "like", "hidden")])

    def test_users_see_no_sheet(self):
        for name in ("connect.wizard", "try.answer.wizard", "sides.letter"):
            with self.assertRaises(AccessError):
                self.env[f"pos.bridge.{name}"].with_user(self.user).search([])

    def test_strange_key_is_not_shown(self):
        """A header that cannot be sent would be named in the error."""
        self.connect(self.start_till("header_key"))
        secret = "geheim\nX-Other: 1"
        self.integration._set_secrets({"contract_secret": secret})
        transfer = self.run_day("manual")
        self.assertNotIn("geheim", transfer.error)
