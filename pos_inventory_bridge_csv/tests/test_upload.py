import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CsvCommon

ROWS = (
    "2026-03-03,08:10,Bar,R1,1,,ESP,Espresso,2,4.80,sale",
    "2026-03-04,00:40,Bar,R2,1,,COLA,Cola,3,10.50,sale",
    "2026-03-03,19:00,Bar,R3,1,,SEASON,Seasonal soup,1,6.50,",
)


@tagged("post_install", "-at_install")
class TestUpload(CsvCommon):
    """The wizard, used by a back-office user who has no right in Inventory."""

    def wizard(self, content, user=None):
        form = Form(self.env["pos.bridge.csv.upload"].with_user(user or self.user))
        form.integration_id = self.integration
        form.file = base64.b64encode(content)
        return form

    def test_store_and_post(self):
        groups = self.user.all_group_ids
        self.assertNotIn(self.env.ref("stock.group_stock_user"), groups)
        action = self.wizard(self.csv(*ROWS)).save().action_store_and_post()
        days = self.env["pos.bridge.day"].with_user(self.user).search(action["domain"])
        self.assertEqual(days, self.day())
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})
        self.assertEqual(set(self.moves().mapped("state")), {"done"})
        self.assertEqual(self.exceptions().mapped("code"), ["unmapped_pos_item"])
        self.assertEqual(days.transfer_ids.mapped("trigger"), ["upload"])
        self.assertEqual(days.transfer_ids.requested_by, self.user)

    def test_preview(self):
        bad = "2026-03-03,08:11,Bar,R9,1,,ESP,Espresso,two,4.80,sale"
        form = self.wizard(self.csv(*ROWS, bad))
        self.assertFalse(form.error)
        self.assertEqual(form.layout_id, self.layout)
        self.assertEqual(form.days, "03/03/2026")
        self.assertEqual(form.outlets, "Bar")
        self.assertEqual(form.line_count, 3)
        self.assertEqual(form.amount, 21.8)
        self.assertEqual(form.new_items, "Seasonal soup")
        self.assertEqual(form.unmapped_count, 1)
        self.assertEqual(form.reject_count, 1)
        self.assertEqual(
            form.rejects, "Row 5: 'two' is no number with '.' before its decimals."
        )
        self.assertFalse(self.files.search([]))

    def test_preview_of_a_bad_file(self):
        form = self.wizard(b"PK\x03\x04\x00\x00")
        self.assertEqual(form.error, "This is no text file: save it as CSV.")
        self.assertFalse(form.line_count)
        with self.assertRaises(UserError):
            form.save().action_store()

    def test_store_only(self):
        action = self.wizard(self.csv(*ROWS)).save().action_store()
        file = self.files.with_user(self.user).browse(action["res_id"])
        self.assertEqual((file.state, file.line_count), ("stored", 3))
        self.assertEqual(file.attachment_id.raw, self.csv(*ROWS))
        self.assertFalse(self.env["pos.bridge.day"].search([]))
        soup = self.integration.item_ids.filtered(
            lambda item: item.external_id == "SEASON"
        )
        self.assertEqual(soup.mapping_state, "unmapped")
        file.action_post()
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})
        self.assertEqual(file.state, "queued")

    def test_same_file_opens_the_earlier_upload(self):
        file = self.upload(self.csv(*ROWS))
        before = self.row_counts()
        form = self.wizard(self.csv(*ROWS))
        self.assertEqual(form.known_file_id, file)
        action = form.save().action_store_and_post()
        self.assertEqual((action["res_model"], action["res_id"]), (file._name, file.id))
        self.assertEqual(self.row_counts(), before)

    def test_new_outlets_get_a_clock_and_keep_their_name(self):
        rows = [row.replace(",Bar,", ",Terrace,") for row in ROWS]
        self.upload(self.csv(*rows))
        terrace = self.integration.outlet_ids - self.outlet
        self.assertEqual(terrace.name, "Terrace")
        self.assertEqual((terrace.tz, terrace.day_start), ("Europe/Berlin", 5.0))
        terrace.name = "Roof"
        self.upload(self.csv(rows[0]))
        self.assertEqual(terrace.name, "Roof")
        days = self.env["pos.bridge.day"].search([("outlet_id", "=", terrace.id)])
        self.assertEqual(days.mapped("business_date"), [self.day().business_date])

    def test_items_keep_the_name_that_no_file_tells(self):
        self.espresso.name = "Espresso doppio"
        self.layout.rule_ids.name_source_column = False
        self.upload(self.csv(*ROWS))
        self.assertEqual(self.espresso.name, "Espresso doppio")
        self.assertEqual(self.espresso.review_state, "none")

    def test_outlet_of_the_layout(self):
        self.layout.outlet_id = self.outlet
        self.layout.rule_ids.outlet_source_column = False
        self.upload(self.csv(*ROWS))
        self.assertEqual(self.integration.outlet_ids, self.outlet)
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})

    def test_rights(self):
        """Users upload; layouts are a manager's; nobody edits what was uploaded."""
        layout = self.layout.with_user(self.user)
        self.assertEqual(layout.delimiter, ",")
        with self.assertRaises(AccessError):
            layout.delimiter = ";"
        file, _is_new = self.store(self.csv(*ROWS))
        with self.assertRaises(AccessError):
            file.name = "other"
        with self.assertRaises(AccessError):
            file.unlink()
        manager = self.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        self.user.group_ids = [Command.set(manager.ids)]
        layout.delimiter = ";"
        layout.rule_ids.separator = "|"
        integrations = self.env["pos.bridge.integration"].with_user(self.user)
        another = integrations.create({"name": "Second till", "connector": "csv"})
        self.assertEqual(another.csv_layout_ids.rule_ids.source_column, "code")

    def test_companies_do_not_see_each_other(self):
        file = self.upload(self.csv(*ROWS, ROWS[0].replace(",2,", ",two,")))
        company = self.env["res.company"].create({"name": "Company C"})
        stranger = self.user.copy(
            {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        records = [self.layout, self.layout.rule_ids, file, file.reject_ids]
        for record in records:
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])
        with self.assertRaises(AccessError):
            self.files.with_user(stranger)._store(
                self.integration.with_user(stranger), "a.csv", self.csv(ROWS[0])
            )
        uploads = self.env(user=stranger, context={})["pos.bridge.csv.upload"]
        form = Form(uploads)
        self.assertFalse(form.integration_id)

    def test_layout_goes_with_the_connector(self):
        self.integration.connector = "none"
        self.integration.connector = "csv"
        self.assertEqual(self.integration.csv_layout_ids, self.layout)
        action = self.integration.action_csv_layout()
        self.assertEqual(action["res_id"], self.layout.id)
        action = self.integration.with_user(self.user).action_csv_upload()
        self.assertEqual(
            action["context"]["default_integration_id"], self.integration.id
        )

    def test_check_connection(self):
        self.upload(self.csv(*ROWS))
        message = self.integration._connector().check_connection(self.integration)
        self.assertEqual(message, "Connected: first outlet Bar, first item Espresso.")
