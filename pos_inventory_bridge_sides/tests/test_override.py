"""The contract of a connection can be replaced; what it does not know is refused."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tools.errors import NotFound

from .common import DAY, SidesCommon, override_text, sides

#: (override, words that the refusal names)
REFUSED = (
    ("{", ("JSON",)),
    ("[1]", ("object",)),
    ({"feilds": {}}, ("feilds", "fields")),
    ({"fields": {"sale": {"linse": "x"}}}, ("fields.sale.linse", "lines")),
    ({"calls": {"sale": {}}}, ("calls.sale", "sales")),
    ({"calls": []}, ("calls", "object")),
    ({"date_format": 5}, ("date_format", "text")),
    ({"roots": {"sales": [1]}}, ("roots.sales", "list")),
    ({"paging": {"kind": "pages"}}, ("paging.kind", "next_url")),
    ({"numbers": {"money_divisor": 0}}, ("numbers.money_divisor",)),
    ({"child_quantity": "each"}, ("child_quantity", "per_parent")),
    ({"fields": {"sale": {"channel": "customer.phone"}}}, ("customer.phone",)),
)


@tagged("post_install", "-at_install")
class TestOverride(SidesCommon):
    def test_refused(self):
        for override, words in REFUSED:
            text = override if isinstance(override, str) else override_text(override)
            with (
                self.subTest(override=text),
                self.assertRaises(ValidationError) as caught,
                self.env.cr.savepoint(),
            ):
                self.integration.contract_override = text
            for word in words:
                self.assertIn(word, str(caught.exception))

    def test_one_path_and_one_field(self):
        """No code changes, and nothing else of the contract."""
        override = {
            "calls": {"sales": {"path": "/other/report"}},
            "fields": {"line": {"quantity": "pieces"}},
        }
        self.integration.contract_override = override_text(override)
        self.say(self.order(1, sides.Line(sides.COLA, 7, 1)))
        dialect = self.sides.dialect

        def report(request):
            answer = dialect.say_report(request)
            for position in answer.body["orders"][0]["positions"]:
                position["pieces"] = position.pop("quantity")
            return answer

        self.sides.say_other = report
        self.sides.routes = [*dialect.routes, ("GET", "/other/report", "say_other")]
        self.assertEqual(self.sold(self.fetch()), {sides.COLA.ref: 7})
        self.assertEqual(self.sides.count("dailyOrder"), 0)

    def test_flat_rows(self):
        """One row per position, the order repeated in each."""
        override = {"fields": {"sale": {"lines": ""}, "line": {"id": "position"}}}
        self.integration.contract_override = override_text(override)
        rows = [
            {"uuid": "o1", "number": "1", "position": "p1", "name": "A", "count": "1"},
            {"uuid": "o1", "number": "1", "position": "p2", "name": "B", "count": "2"},
            {"uuid": "o2", "number": "2", "position": "p3", "name": "A", "count": "4"},
        ]
        self.sides.fail_next("dailyOrder", "changed", change=lambda said: rows)
        sales_day = self.fetch()
        self.assertEqual([len(sale.lines) for sale in sales_day.sales], [2, 1])

    def test_parameters_are_replaced_not_added(self):
        params = {"filiale": "{outlet}", "tag": "{date}"}
        override = {"calls": {"sales": {"params": params}}}
        self.integration.contract_override = override_text(override)
        with self.assertRaises(NotFound):
            self.fetch()
        [request] = self.sides.find("dailyOrder")
        self.assertEqual(request.params, {"filiale": self.sides.store, "tag": str(DAY)})

    def test_version_is_shown(self):
        self.assertEqual(self.integration.contract_version, "0-proposed")
        self.integration.contract_override = override_text()
        self.assertEqual(self.integration.contract_version, "second")
