"""What a vendor's contract may say, beside what the tests of SIDES need of it."""

import json
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.errors import ContractViolation
from ..tools.http_answer import Answer
from ..tools.json_client import Client
from ..tools.json_contract import Contract, OverrideRefused
from ..tools.json_reader import Reader

DAY = date(2026, 3, 3)
ACCOUNT = {"login": "header_key", "api_key": "k", "tenant": "bistro 7"}


class Till:
    """Answers in turn what it is told to; stands in for the transport."""

    host, base_url = "till.example", "https://till.example/api"

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def get(self, path, params, accept):
        self.asked.append((path, params))
        said = json.dumps(self.answers.pop(0)).encode()
        return Answer(200, {}, said, self.host, str)


@tagged("post_install", "-at_install")
class TestJsonContract(BaseCase):
    def client(self, contract, *answers):
        self.till = Till(*answers)
        return Client(Contract(contract), lambda auth: self.till, ACCOUNT)

    def lines(self, *lines, **contract):
        """(id, parent, quantity, net) of each line of one receipt."""
        reader = Reader(Contract(contract), "UTC")
        sales = reader.sales([{"id": "r", "lines": list(lines)}], "1", DAY)
        self.refused = reader.refused
        return [
            (line.external_id, line.parent_external_id, line.quantity, line.amount_net)
            for sale in sales
            for line in sale.lines
        ]

    # === ASKING === #

    def test_a_range_of_days_and_a_tenant(self):
        params = {"from": "{date}", "until": "{next_date}", "limit": 500}
        call = {"path": "/{tenant}/{outlet}/sales", "params": params}
        client = self.client({"calls": {"sales": call}}, [])
        self.assertEqual(client.sales("a/b", DAY), [])
        dates = {"from": "2026-03-03", "until": "2026-03-04", "limit": 500}
        self.assertEqual(self.till.asked, [("/bistro%207/a%2Fb/sales", dates)])

    def test_pages_by_offset(self):
        paging = {"kind": "offset", "param": "skip", "first": 0}
        rows = [{"id": str(number)} for number in range(5)]
        client = self.client({"paging": paging}, rows[:2], rows[2:], [])
        self.assertEqual(client.sales("1", DAY), rows)
        self.assertEqual([asked["skip"] for _, asked in self.till.asked], [0, 2, 5])

    def test_a_list_without_pages_is_read_once(self):
        """Unlike sales, of which there may be more."""
        contract = {"paging": {"kind": "page"}, "calls": {"items": {"path": "/items"}}}
        rows = [{"id": "1", "name": "Espresso"}]
        self.assertEqual(self.client(contract, rows, rows).items(), rows)
        with self.assertRaises(ContractViolation):
            self.client(contract, rows, rows, rows).sales("1", DAY)

    def test_next_page_below_the_address(self):
        """Told as a whole, or from the root of the server."""
        contract = {"paging": {"kind": "next_url"}}
        pages = (
            {"data": [{"id": "1"}], "next": "https://till.example/api/sales?at=2"},
            {"data": [{"id": "2"}], "next": "/api/sales?at=3"},
            {"data": [], "next": None},
        )
        client = self.client(contract, *pages)
        self.assertEqual(client.sales("1", DAY), [{"id": "1"}, {"id": "2"}])
        following = [("/sales", {"at": "2"}), ("/sales", {"at": "3"})]
        self.assertEqual(self.till.asked[1:], following)

    # === READING === #

    def test_lines_that_name_their_parent(self):
        found = self.lines(
            {"id": "2", "name": "Cheese", "quantity": 1, "of": "1"},
            {"id": "1", "name": "Burger", "quantity": 3},
            {"id": "3", "name": "Sauce", "quantity": 2, "of": "2"},
            {"id": "4", "name": "Cola", "quantity": 1, "of": "gone"},
            fields={"line": {"parent": "of"}},
        )
        expected = {("1", None, 3), ("2", "1", 3), ("3", "2", 6), ("4", None, 1)}
        self.assertEqual({line[:3] for line in found}, expected)

    def test_lines_in_a_circle(self):
        """They would count nothing, and nobody would see it."""
        lines = [
            {"id": "1", "name": "A", "quantity": 1, "of": "2"},
            {"id": "2", "name": "B", "quantity": 1, "of": "1"},
        ]
        contract = {"fields": {"line": {"parent": "of"}}}
        self.assertEqual(self.lines(*lines, **contract), [])
        self.assertEqual(self.refused, [("r", "parent")])

    def test_the_id_of_an_item_twice(self):
        """Where the contract takes an item's ID for a line's, both lines count."""
        line = {"id": "cola", "name": "Cola", "quantity": 1}
        found = self.lines(line, line)
        self.assertEqual([quantity for _id, _of, quantity, _net in found], [1, 1])

    def test_prices_of_one(self):
        line = {"id": "1", "name": "Cola", "quantity": 3, "gross": 238, "vat": "19"}
        [found] = self.lines(
            line,
            numbers={"price_per": "unit", "money_divisor": 100},
            fields={"line": {"tax_rate": "vat"}},
        )
        self.assertEqual(found, ("1", None, 3, Decimal(6)))

    # === THE CONTRACT ITSELF === #

    def test_a_slip_of_the_vendors_contract_is_refused(self):
        with self.assertRaises(OverrideRefused):
            Contract({"field": {}})

    def test_an_override_changes_no_other_connection(self):
        vendors = {"fields": {"line": {"quantity": ["pieces"]}}}
        Contract(vendors, {"fields": {"line": {"quantity": "count"}}})
        quantity = Contract(vendors)["fields"]["line"]["quantity"]
        self.assertEqual(quantity, ["pieces"])
