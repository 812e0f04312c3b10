import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from ..models import pos_bridge_csv_file
from .common import DAY, HEADER, CsvCommon

ROWS = (
    "2026-03-03,08:10,Bar,R1,1,,ESP,Espresso,2,4.80,sale",
    "2026-03-04,00:40,Bar,R2,1,,COLA,Cola,3,10.50,sale",
    "2026-03-03,19:00,Bar,R3,1,,SEASON,Seasonal soup,1,6.50,",
)


@tagged("post_install", "-at_install")
class TestUpload(CsvCommon):
    """The wizard, used by a back-office user who has no right in Inventory."""

    def test_store_and_post(self):
        groups = self.user.all_group_ids
        self.assertNotIn(self.env.ref("stock.group_stock_user"), groups)
        action = self.wizard(self.csv(*ROWS)).action_store_and_post()
        days = self.env["pos.bridge.day"].with_user(self.user).search(action["domain"])
        self.assertEqual(days, self.day())
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})
        self.assertEqual(set(self.moves().mapped("state")), {"done"})
        self.assertEqual(self.exceptions().mapped("code"), ["unmapped_pos_item"])
        self.assertEqual(days.transfer_ids.mapped("trigger"), ["upload"])
        self.assertEqual(days.transfer_ids.requested_by, self.user)

    def test_while_nothing_is_mapped_mapping_is_next(self):
        """Storage units come before that; the sales are there, best sellers first."""
        (self.espresso | self.cola).mapping_ids.unlink()
        self.outlet.storage_ids.unlink()
        self.env.flush_all()
        manager = self.manager()
        wizard = self.wizard(self.csv(ROWS[2]), manager)
        self.assertFalse(wizard.has_mapping)
        self.assertTrue(wizard.is_first_file)
        action = wizard.action_store_and_map()
        self.assertEqual(action["res_model"], "pos.bridge.integration")
        self.assertEqual(action["res_id"], self.integration.id)
        self.assertEqual(self.day().read_amount, 6.5)
        self.assertFalse(self.moves())
        self.outlet.storage_ids = self.storage_of_bar()
        other = self.csv(ROWS[2].replace("R3", "R5"))
        wizard = self.wizard(other, manager)
        self.assertFalse(wizard.is_first_file)
        action = wizard.action_store_and_map()
        self.assertEqual(action["res_model"], "pos.bridge.item")
        self.assertTrue(action["context"]["search_default_unmapped"])

    def storage_of_bar(self):
        return [Command.create({"location_id": self.bar.id})]

    def test_with_mappings_posting_is_next(self):
        self.assertTrue(self.wizard(self.csv(*ROWS)).has_mapping)

    def test_an_outlet_fed_by_files_needs_no_activation(self):
        """It says so everywhere, and nothing offers to connect or to activate it."""
        self.upload(self.csv(*ROWS))
        self.assertEqual((self.outlet.state, self.outlet.missing), ("inactive", False))
        self.assertEqual(self.outlet.state_text, "By upload")
        overview = self.env["pos.bridge.overview"].with_user(self.user).get_overview()
        (card,) = overview["outlets"]
        self.assertEqual(card["state_label"], "By upload")
        steps = self.integration.setup_steps
        self.assertEqual(
            [each["key"] for each in steps], ["upload", "storage", "items"]
        )
        self.assertTrue(self.integration.is_fed_by_hand)
        self.integration.connector = "none"
        self.assertFalse(self.integration.is_fed_by_hand)
        self.assertEqual(self.outlet.state_text, "Inactive")

    def test_the_storage_unit_comes_before_the_mapping(self):
        self.upload(self.csv(*ROWS))
        self.outlet.storage_ids.unlink()
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        (card,) = overview.get_overview()["outlets"]
        self.assertIn("has no storage unit", card["step"]["text"])
        self.outlet.storage_ids = self.storage_of_bar()
        (card,) = overview.get_overview()["outlets"]
        self.assertIn("not mapped", card["step"]["text"])

    def test_preview(self):
        """Everything that a person must know stands there, and nothing is written."""
        bad = "2026-03-03,08:11,Bar,R9,1,,ESP,Espresso,two,4.80,sale"
        before = self.row_counts()
        wizard = self.wizard(self.csv(*ROWS, bad))
        self.assertEqual(wizard.step, "check")
        self.assertFalse(wizard.error)
        text = self.text(wizard.summary_html)
        for sentence in (
            "Days: *1* Lines: *3* Net money: $ 21.80",
            "*Items that are not mapped: 1* (new: 1), worth $ 6.50",
            "Seasonal soup",
            "*Refused rows: 1.*",
            "Row 5: 'two' is no number with '.' before its decimals.",
            "Tue 3 Mar 2026 Bar 3 3 $ 21.80",
        ):
            self.assertIn(sentence, text)
        self.assertEqual(self.row_counts(), before)

    def text(self, html):
        return " ".join(html2plaintext(html).replace("\xa0", " ").split())

    def test_preview_says_what_a_second_file_changes(self):
        self.upload(self.csv(*ROWS))
        other = [ROWS[0].replace(",2,4.80", ",3,7.20"), ROWS[2], ROWS[2]]
        other[2] = other[2].replace("R3", "R7")
        wizard = self.wizard(self.csv(*other))
        self.assertIn(
            "there already; receipts that come: 1, change: 1, go: 0",
            self.text(wizard.summary_html),
        )
        bad = ROWS[0].replace(",2,", ",two,").replace("R1", "R8")
        wizard = self.wizard(self.csv(ROWS[0], bad))
        self.assertIn(
            "receipts that are missing and stay, since rows were refused: 1",
            self.text(wizard.summary_html),
        )
        self.layout.second_file = "add"
        wizard = self.wizard(self.csv(ROWS[0].replace("R1", "R8")))
        text = self.text(wizard.summary_html)
        self.assertIn("receipts that come: 1, change: 0, go: 0", text)

    def test_bad_file(self):
        wizard = self.wizard(b"PK\x03\x04\x00\x00")
        self.assertIn("The workbook is damaged", wizard.error)
        self.assertEqual(wizard.step, "file")
        with self.assertRaises(UserError):
            wizard.action_store()

    def test_first_file_needs_a_manager(self):
        self.layout.is_confirmed = False
        with self.assertRaisesRegex(UserError, "A manager uploads the first one"):
            self.wizard(self.csv(*ROWS))
        wizard = self.wizard(self.csv(*ROWS), self.manager())
        self.assertEqual(wizard.step, "layout")

    def test_other_columns_than_agreed(self):
        """A user is told, a manager may describe the file anew."""
        content = self.csv(*ROWS, header=HEADER.replace("code", "Artikelnr"))
        wizard = self.wizard(content)
        self.assertIn("lacks these columns: code", wizard.error)
        wizard = self.wizard(content, self.manager())
        self.assertEqual(wizard.step, "layout")
        wizard.action_check()
        wizard.action_store()
        self.assertEqual(self.layout.rule_ids.source_column, "Artikelnr")

    def test_manager_changes_what_was_agreed(self):
        wizard = self.wizard(self.csv(*ROWS), self.manager())
        wizard.action_change()
        net = wizard.column_ids.filtered(lambda column: column.name == "net")
        self.assertEqual((net.meaning, net.samples), ("amount", "4.80, 10.50, 6.50"))
        net.meaning = False
        self.assertNotIn("4.80", self.text(wizard.rows_html))
        wizard.action_check()
        wizard.action_store()
        self.assertFalse(self.layout.rule_ids.amount_source_column)

    def test_refused_rows_come_back_as_a_file(self):
        bad = "2026-03-03,08:11,Bar,R9,1,,ESP,=1+1,two,4.80,sale"
        file = self.upload(self.csv(*ROWS, bad))
        attachment = file.rejects_attachment_id
        self.assertEqual(attachment.name, "Refused rows of sales.csv")
        rows = attachment.raw.decode("utf-8-sig").splitlines()
        self.assertEqual(rows[0], f"{HEADER},Row,Reason")
        self.assertEqual(
            rows[1],
            "2026-03-03,08:11,Bar,R9,1,,ESP,'=1+1,two,4.80,sale,5,"
            "'two' is no number with '.' before its decimals.",
        )
        action = file.with_user(self.user).action_download_rejects()
        self.assertIn(str(attachment.id), action["url"])

    def test_many_days_are_posted_in_the_background(self):
        """What a person need not wait for is queued, and its progress is seen."""
        rows = [ROWS[0].replace("03-03", f"02-{day:02}") for day in range(1, 6)]
        file, _is_new = self.store(self.csv(*rows))
        with patch.object(pos_bridge_csv_file, "SECONDS_TO_WAIT", -1):
            action = file.with_user(self.user).action_post()
        self.assertEqual(action["res_model"], file._name)
        self.assertEqual((file.progress, file.open_day_count), (0, 5))
        transfers = self.env["pos.bridge.transfer"].search([], order="business_date")
        transfers[:2]._run_all()
        file.invalidate_recordset()
        self.assertEqual((file.progress, file.open_day_count), (40, 3))

    def test_day_of_a_file_without_dates_is_asked_for(self):
        """Also of a user who may not change the layout, and before anything else."""
        self.layout.rule_ids.write(
            {"date_source_column": False, "time_source_column": False}
        )
        form = Form(self.env["pos.bridge.csv.upload"].with_user(self.user))
        form.integration_id = self.integration
        form.file = base64.b64encode(self.csv(ROWS[0]))
        self.assertTrue(form.needs_date)
        with self.assertRaisesRegex(AssertionError, "date is a required field"):
            form.save()
        form.date = DAY
        wizard = form.save()
        wizard.action_read()
        self.assertEqual((wizard.step, wizard.error), ("check", False))
        wizard.action_store_and_post()
        self.assertEqual(self.used(), {"Coffee beans": 1.0})

    def test_uploads_are_private(self):
        """What somebody is about to upload is nobody else's business."""
        wizard = self.wizard(self.csv(*ROWS))
        other = wizard.with_user(self.manager())
        self.assertFalse(other.search([]))
        with self.assertRaises(AccessError):
            other.read(["file_name"])
        with self.assertRaises(AccessError):
            other.summary_html = "<p>Nothing to see</p>"
        wizard.summary_html = "<b>Good</b><script>alert(1)</script>"
        self.assertIn("<b>Good</b>", wizard.summary_html)
        self.assertNotIn("script", wizard.summary_html)

    def test_rules_that_differ_are_previewed_as_they_are(self):
        """A second rule with a quantity of its own is read so, and never flattened."""
        header = f"{HEADER},side,count"
        self.layout.rule_ids.copy(
            {
                "source_column": "side",
                "quantity_source_column": "count",
                "line_source_column": False,
                "amount_source_column": False,
            }
        )
        wizard = self.wizard(self.csv(f"{ROWS[0]},COLA,7", header=header))
        self.assertIn("Lines: *2*", self.text(wizard.summary_html))
        with self.assertRaisesRegex(UserError, "change them in the layout itself"):
            wizard.sudo().action_change()
        wizard.action_store_and_post()
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 7})

    def test_same_file_after_a_change_is_read_anew(self):
        boss = self.manager()
        self.integration.shrink_limit = 1
        self.upload(self.csv(*ROWS))
        wizard = self.wizard(self.csv(*ROWS), boss)
        wizard.action_change()
        quantity = wizard.column_ids.filtered(lambda each: each.name == "quantity")
        quantity.meaning = False
        wizard.action_check()
        wizard.action_store_and_post()
        self.env.invalidate_all()
        self.assertEqual(self.used(), {"Coffee beans": 0.5, "Cola bottle": 1})
        self.assertEqual(self.files.search_count([]), 1)

    def test_the_first_rows_follow_every_change(self):
        """How a file is written is tried out before anything is confirmed."""
        wizard = self.wizard(self.csv(*ROWS), self.manager())
        wizard.action_change()
        with Form(wizard) as form:
            self.assertIn("Espresso", form.rows_html)
            form.delimiter = ";"
            self.assertIn("lacks these columns", form.rows_error)
            form.delimiter = ","
            self.assertFalse(form.rows_error)
            form.decimal_separator = ","
            self.assertIn("no number with ','", self.text(form.rows_html))

    def test_money_with_tax_is_left_out(self):
        """One click, and what was sold is deducted all the same."""
        wizard = self.wizard(self.csv(*ROWS), self.manager())
        wizard.action_change()
        self.assertEqual(wizard.money_columns, "net")
        wizard.action_leave_money_out()
        self.assertFalse(wizard.money_columns)
        wizard.action_check()
        self.assertIn("Net money: $ 0.00", self.text(wizard.summary_html))
        wizard.action_store_and_post()
        self.env.invalidate_all()
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})

    def test_two_columns_of_one_meaning(self):
        wizard = self.wizard(self.csv(*ROWS), self.manager())
        wizard.action_change()
        net = wizard.column_ids.filtered(lambda each: each.name == "net")
        net.meaning = "quantity"
        self.assertIn("same meaning: quantity, net", wizard.rows_error)
        wizard.action_check()
        self.assertIn("same meaning: quantity, net", wizard.error)

    def test_read_again_after_the_layout_changed(self):
        """What was read wrongly is read anew from the kept file."""
        file = self.upload(self.csv(*ROWS))
        self.assertEqual(self.used(), {"Coffee beans": 1.0, "Cola bottle": 3})
        self.layout.rule_ids.quantity_source_column = False
        self.integration.shrink_limit = 1
        file.with_user(self.user).action_read_again()
        self.env.invalidate_all()
        self.assertEqual(self.used(), {"Coffee beans": 0.5, "Cola bottle": 1})

    def test_store_only(self):
        action = self.wizard(self.csv(*ROWS)).action_store()
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
        wizard = self.wizard(self.csv(*ROWS))
        self.assertEqual(wizard.known_file_id, file)
        action = wizard.action_store_and_post()
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

    def test_user_looks_at_the_layout_and_changes_nothing(self):
        menus = self.env["ir.ui.menu"].with_user(self.user)
        menu = self.env.ref("pos_inventory_bridge_csv.pos_bridge_csv_layout_menu")
        self.assertIn(menu.id, menus._visible_menu_ids())
        layout = self.integration.csv_layout_ids.with_user(self.user)
        self.assertEqual(layout.read(["delimiter"])[0]["id"], layout.id)
        with self.assertRaises(AccessError):
            layout.delimiter = ";"
