"""What a vendor's contract may say, beside what the tests of SIDES need of it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.errors import ContractViolation
from ..tools.http_answer import Answer
from ..tools.json_client import Client
from ..tools.json_contract import Contract, OverrideRefused
from ..tools.json_path import is_private
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

    def receipts(self, rows, window=None, **contract):
        """The receipts of these rows, and (number, reason) of those refused."""
        reader = Reader(Contract(contract), "UTC")
        return reader.sales(rows, "1", DAY, DAY, window), reader.refused

    def test_a_number_of_json_has_its_own_decimal_sign(self):
        """Texts are written "1.234,50", and the scale still tells 0.5."""
        line = {"id": "1", "name": "Ham", "quantity": Decimal("0.5"), "net": "1.234,50"}
        numbers = {"decimal_sign": ","}
        amounts = self.lines(line, numbers=numbers)
        self.assertEqual(amounts, [("1", None, Decimal("0.5"), Decimal("1234.50"))])

    def test_a_receipt_without_a_time_is_missed_where_times_decide(self):
        window = (
            datetime(2026, 3, 3, 5, tzinfo=UTC),
            datetime(2026, 3, 4, 5, tzinfo=UTC),
        )
        row = {"id": "r", "lines": [{"id": "1", "name": "Tea", "quantity": 1}]}
        self.assertEqual(self.receipts([row], window), ([], [("r", "time")]))

    def test_two_receipts_with_one_identity_are_not_one(self):
        row = {"id": "r", "lines": [{"id": "1", "name": "Tea", "quantity": 1}]}
        other = {"id": "r", "lines": [{"id": "2", "name": "Cake", "quantity": 1}]}
        self.assertEqual(len(self.receipts([row, dict(row)])[0]), 1)
        self.assertEqual(self.receipts([row, other]), ([], [("r", "id")]))

    def test_a_rate_that_no_calculation_takes(self):
        line = {"id": "1", "name": "Tea", "quantity": 1, "gross": 2, "tax_rate": -100}
        contract = {"fields": {"line": {"amount_gross": ["gross"]}}}
        contract["fields"]["line"]["tax_rate"] = ["tax_rate"]
        sales, refused = self.receipts([{"id": "r", "lines": [line]}], **contract)
        self.assertEqual((sales, refused), ([], [("r", "amount")]))

    def test_words_for_true_in_any_case(self):
        contract = Contract({"true_words": ["Ja", "STORNO"]})
        for word, is_true in (("ja", True), ("Storno", True), ("nein", False)):
            self.assertEqual(contract.is_true(word), is_true, word)

    def test_the_end_of_the_pages(self):
        contract = {"paging": {"kind": "next_url"}}
        client = self.client(contract, {"data": [{"id": "1"}], "next": ""})
        self.assertEqual(client.sales("1", DAY), [{"id": "1"}])
        strange = {"data": [{"id": "1"}], "next": {"href": "/sales?at=2"}}
        with self.assertRaises(ContractViolation):
            self.client(contract, strange).sales("1", DAY)

    def test_an_answer_that_is_mostly_about_other_days(self):
        rows = [
            {"id": str(day), "time": f"2026-02-{day:02}T12:00:00Z", "lines": []}
            for day in range(20, 28)
        ]
        rows.append({"id": "x", "time": "2026-03-03T12:00:00Z", "lines": []})
        with self.assertRaises(ContractViolation):
            self.receipts(rows)

    def test_who_somebody_is_in_german(self):
        for path in ("kunde.nummer", "gast.id", "vorname", "telefon", "bediener"):
            self.assertTrue(is_private(path), path)
        for path in ("sekunden", "bestand", "artikel.nummer", "betrag"):
            self.assertFalse(is_private(path), path)
