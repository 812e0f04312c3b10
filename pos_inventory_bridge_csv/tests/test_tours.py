"""From a file to the ledger in a browser, in English and in German."""

from odoo.tests import HttpCase, tagged

from .common import CsvCommon


@tagged("post_install", "-at_install")
class TestTours(CsvCommon, HttpCase):
    def test_upload(self):
        self.upload_in("en_US")

    def test_upload_in_german(self):
        self.env["res.lang"]._activate_lang("de_DE")
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "pos_inventory_bridge%"), ("state", "=", "installed")]
        )
        modules._update_translations(["de_DE"])
        self.upload_in("de_DE")

    def upload_in(self, lang):
        boss = self.manager()
        boss.write({"lang": lang, "password": boss.login})
        self.layout.is_confirmed = False
        self.start_tour("/odoo", "pos_bridge_csv_upload", login=boss.login)
        self.env.invalidate_all()
        # 2 espressos of 0.5 kg; 5 colas after midnight, and 3 pairs of 2.
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 5 + 3 * 2})
        self.assertFalse(self.exceptions())
        file = self.files.search([])
        self.assertEqual((file.line_count, file.note_count), (3, 1))
