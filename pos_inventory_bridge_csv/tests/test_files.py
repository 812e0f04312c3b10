import json
from datetime import date
from pathlib import Path

from odoo import Command
from odoo.tests import tagged

from .common import CsvCommon

FIXTURES = Path(__file__).parent / "fixtures"


@tagged("post_install", "-at_install")
class TestFiles(CsvCommon):
    """Every file under fixtures/ says what its .expected.json says.

    Each goes through the wizard: either by the layout that the expected file names, or
    by what the wizard proposes and a person answers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.manager()

    # === BY A LAYOUT THAT IS KNOWN === #

    def test_good(self):
        self.check_known("good.csv")

    def test_semicolon_and_decimal_comma(self):
        self.check_known("semicolon.csv")

    def test_byte_order_mark(self):
        self.check_known("bom.csv")

    def test_night(self):
        self.check_known("night.csv")

    def test_business_dates(self):
        self.check_known("business_dates.csv")

    def test_several_codes(self):
        self.check_known("codes.csv")

    def test_refused_rows(self):
        self.check_known("refused.csv")

    # === BY WHAT IS PROPOSED === #

    def test_square(self):
        self.check_proposed("square.csv")
        groups = self.integration.item_ids.group_id.mapped("name")
        self.assertEqual(
            sorted(groups), ["Catering", "Coffee", "None", "Pastry", "Retail"]
        )

    def test_toast(self):
        self.check_proposed("toast.csv")

    def test_sumup(self):
        self.check_proposed("sumup.csv")

    def test_german_csv(self):
        self.check_proposed("german.csv")

    def test_german_workbook(self):
        self.check_proposed("german.xlsx")

    def test_us_csv(self):
        self.check_proposed("us.csv")

    def test_us_workbook(self):
        self.check_proposed("us.xlsx")

    def test_unicode_text(self):
        self.check_proposed("unicode_text.txt")

    def test_what_the_file_leaves_open_is_asked(self):
        self.check_proposed("ambiguous.csv")

    # === HOW === #

    def check_known(self, name):
        expected = self.expected(name)
        self.set_layout(expected)
        wizard = self.wizard((FIXTURES / name).read_bytes(), name=name)
        self.assertEqual(wizard.step, "check", wizard.error)
        self.check(wizard, expected)

    def check_proposed(self, name):
        """What nobody can know is empty, and nothing goes on without an answer."""
        expected = self.expected(name)
        self.layout.is_confirmed = False
        self.outlet.day_start = expected.get("day_start", 5.0)
        content = (FIXTURES / name).read_bytes()
        wizard = self.wizard(content, self.boss, name)
        self.assertEqual(wizard.step, "layout", wizard.error)
        proposal = expected["proposal"]
        meanings = {
            column.name: column.meaning
            for column in wizard.column_ids
            if column.meaning
        }
        self.assertEqual(meanings, proposal.pop("columns"))
        self.assertEqual({field: wizard[field] for field in proposal}, proposal)
        if "answers" in expected:
            wizard.action_check()
            self.assertIn("Say ", wizard.error)
            wizard.action_back()
            wizard.write(expected["answers"])
        self.assertFalse(wizard.rows_error)
        self.assertIn("<table", wizard.rows_html)
        wizard.action_check()
        self.check(wizard, expected)
        self.assertTrue(self.layout.is_confirmed)
        again = self.wizard(content, name=name)
        self.assertEqual((again.step, again.known_file_id), ("check", self.file))

    def expected(self, name):
        path = (FIXTURES / name).with_suffix("")
        suffix = "" if name.endswith(".csv") else f".{name.rpartition('.')[2]}"
        text = Path(f"{path}{suffix}.expected.json").read_text("utf-8")
        return json.loads(text)

    def check(self, wizard, expected):
        self.assertFalse(wizard.error)
        action = wizard.action_store()
        file = self.file = self.files.browse(action["res_id"])
        for title, sales in expected["sales"].items():
            day, _space, outlet_id = title.partition(" ")
            outlet = self.integration.outlet_ids.filtered(
                lambda outlet, outlet_id=outlet_id: outlet.external_id == outlet_id
            )
            self.assertEqual(
                self.fetched(outlet, date.fromisoformat(day)), sales, title
            )
        rejects = {str(reject.row): reject.reason for reject in file.reject_ids}
        self.assertEqual(rejects, expected.get("rejects", {}))
        if "items" in expected:
            items = self.integration.item_ids
            names = {item.external_id: item.name for item in items}
            self.assertEqual(names, expected["items"])

    def set_layout(self, expected):
        self.layout.write(expected.get("layout", {}))
        if "rules" in expected:
            rules = [Command.create(rule) for rule in expected["rules"]]
            self.layout.rule_ids = [Command.clear(), *rules]

    def fetched(self, outlet, day):
        """The answer for one day, as the expected files write it."""
        answer = self.integration._connector().fetch_sales(outlet, day)
        sales = {
            self.title(sale): list(map(self.text, sale.lines)) for sale in answer.sales
        }
        return {"complete": answer.complete, **sales}

    def title(self, sale):
        lines = self.env["pos.bridge.sale.line"]
        at = lines._as_utc(sale.closed_at) if sale.closed_at else None
        return f"{sale.external_id} {sale.kind} {at.isoformat()[:16] if at else '-'}"

    def text(self, line):
        numbers = " ".join(
            format(number.normalize(), "f")
            for number in (line.quantity, line.amount_net)
        )
        parent = f" of {line.parent_external_id}" if line.parent_external_id else ""
        ids = f"{line.external_id} {line.item_external_id} '{line.name}'"
        return f"{ids} {numbers} {line.kind}{parent}"
