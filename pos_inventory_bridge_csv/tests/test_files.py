import json
from datetime import date
from pathlib import Path

from odoo import Command
from odoo.tests import tagged

from .common import CsvCommon

FIXTURES = Path(__file__).parent / "fixtures"


@tagged("post_install", "-at_install")
class TestFiles(CsvCommon):
    """Every file under fixtures/ says what its .expected.json says."""

    def test_good(self):
        self.check("good")

    def test_semicolon_and_decimal_comma(self):
        self.check("semicolon")

    def test_byte_order_mark(self):
        self.check("bom")

    def test_night(self):
        self.check("night")

    def test_business_dates(self):
        self.check("business_dates")

    def test_several_codes(self):
        self.check("codes")

    def test_refused_rows(self):
        self.check("refused")

    def check(self, name):
        expected = json.loads((FIXTURES / f"{name}.expected.json").read_text("utf-8"))
        self.set_layout(expected)
        file, _is_new = self.store(
            (FIXTURES / f"{name}.csv").read_bytes(), f"{name}.csv"
        )
        for title, sales in expected["sales"].items():
            day, outlet_id = title.split(" ")
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
