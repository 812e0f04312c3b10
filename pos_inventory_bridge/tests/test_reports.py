"""Reports against numbers worked out by hand: every figure is what the ledger booked.

An espresso takes 0.01 kg of beans at 18.00 and is sold for 10.00; a cappuccino takes as
much, and 0.1 l of milk at 2.00.
"""

from datetime import date

from odoo.tests import tagged

from .common import DAY, PosBridgeCommon

NEXT_DAY = date(2026, 3, 4)


class ReportCase(PosBridgeCommon):
    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans = cls.ingredient("Beans", cost=18.0)
        cls.milk = cls.ingredient("Milk", cost=2.0)
        cls.stock_up(cls.beans | cls.milk)
        cls.cappuccino = cls.recipe("Cappuccino", [(cls.beans, 0.01), (cls.milk, 0.1)])
        cls.esp = cls.item("ESP", cls.beans, 0.01)
        cls.cap = cls.item("CAP", cls.cappuccino)

    def rows(self, model, groups, measures, domain=()):
        """{groups: measures} as the person sees them, rounded to a millionth."""
        self.env.flush_all()
        found = (
            self.env[model]
            .with_user(self.user)
            ._read_group(list(domain), groups, measures)
        )
        count = len(groups)
        return {
            tuple(self.told(value) for value in row[:count]): tuple(
                round(value or 0.0, 6) for value in row[count:]
            )
            for row in found
        }

    def told(self, value):
        return value.display_name or "" if hasattr(value, "_name") else value

    def consumption(self, *groups, domain=()):
        measures = ["quantity:sum", "cost:sum", "amount:sum"]
        model = "pos.bridge.consumption.report"
        return self.rows(model, list(groups), measures, domain)

    def check_against_ledger(self, day=None):
        """The sum of a day's rows is what its done moves say."""
        day = day or self.day()
        self.env.flush_all()
        self.env.invalidate_all()
        costs = self.env["pos.bridge.cost"].search([("day_id", "=", day.id)])
        sold = self.env["pos.bridge.sold"].search([("day_id", "=", day.id)])
        value = quantity = 0.0
        for move in self.moves(day).filtered(lambda each: not each.is_inventory):
            sign = 1 if move.location_id.usage == "internal" else -1
            value += sign * abs(move.value)
            quantity += sign * move.quantity
        self.assertAlmostEqual(sum(costs.mapped("value")), value, 9)
        self.assertAlmostEqual(sum(costs.mapped("quantity")), quantity, 9)
        self.assertAlmostEqual(sum(sold.mapped("cost")), value, 9)
        self.assertAlmostEqual(day.cost_amount, value, 9)
        for state in ("posted", "ignored", "unmapped", "failed", "undone", "zero"):
            rows = sold.filtered(lambda row, state=state: row.state == state)
            self.assertAlmostEqual(
                sum(rows.mapped("amount")), day[f"{state}_amount"], 9
            )


@tagged("post_install", "-at_install")
class TestConsumption(ReportCase):
    def test_by_ingredient_and_item(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        self.assertEqual(
            self.consumption("product_id", "item_id"),
            {
                ("Beans", "Esp"): (0.3, 5.4, 0.0),
                ("Beans", "Cap"): (0.1, 1.8, 0.0),
                ("Milk", "Cap"): (1.0, 2.0, 0.0),
                ("", "Esp"): (0.0, 0.0, 300.0),
                ("", "Cap"): (0.0, 0.0, 100.0),
            },
        )
        self.check_against_ledger()

    def test_by_outlet_unit_day_and_recipe(self):
        """Kilograms of beans and litres of milk are not added up, their costs are."""
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        used = [("kind", "=", "used")]
        self.assertEqual(
            self.consumption("outlet_id", "location_id", domain=used),
            {("Bar", self.bar.display_name): (0.0, 9.2, 0.0)},
        )
        self.assertEqual(
            self.consumption("business_date:day"), {(DAY,): (0.0, 9.2, 400.0)}
        )
        self.assertEqual(
            self.consumption("bom_id", domain=used),
            {
                ("",): (0.3, 5.4, 0.0),
                (self.cappuccino.display_name,): (0.0, 3.8, 0.0),
            },
        )

    def test_cost_share_is_never_added_up(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        shares = self.rows(
            "pos.bridge.sales.report", ["item_id"], ["cost_share:avg", "margin:sum"]
        )
        self.assertEqual(shares, {("Esp",): (0.018, 294.6), ("Cap",): (0.038, 96.2)})
        total = self.rows("pos.bridge.sales.report", [], ["cost_share:avg"])
        self.assertEqual(total, {(): (0.023,)})

    def test_correction_counts_on_its_business_date(self):
        """5 espresso less, told later: their own value comes back."""
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        self.sell({"ESP": 25, "CAP": 10})
        self.run_day()
        self.assertEqual(
            self.consumption("item_id", "posting_id", domain=[("kind", "=", "used")]),
            {
                ("Esp", "Bar, 3 March 2026"): (0.3, 5.4, 0.0),
                ("Cap", "Bar, 3 March 2026"): (0.0, 3.8, 0.0),
                (
                    "Esp",
                    "Bar, 3 March 2026, correction 1: one receipt changed at the till",
                ): (-0.05, -0.9, 0.0),
            },
        )
        self.assertEqual(
            self.consumption("business_date:day"), {(DAY,): (0.0, 8.3, 350.0)}
        )
        self.check_against_ledger()

    def test_what_moves_from_one_item_to_another(self):
        """Nothing has to be posted, and yet another item bears the cost."""
        self.integration.shrink_limit = 1
        self.sell({"ESP": 30})
        self.run_day()
        receipts = [
            self.receipt("r", [self.line(1, "ESP", 20, 10), self.line(2, "DBL", 5, 10)])
        ]
        self.item("DBL", self.beans, 0.02)
        self.sell(receipts)
        self.run_day()
        moves = self.moves()
        self.assertEqual(len(moves), 1)
        self.assertEqual(
            self.consumption("item_id", domain=[("kind", "=", "used")]),
            {("Esp",): (0.2, 3.6, 0.0), ("Dbl",): (0.1, 1.8, 0.0)},
        )
        self.check_against_ledger()

    def test_prices_change_between_postings(self):
        """Taken at 18.00 and at 24.00: each item bears its share of what was booked."""
        self.sell({"ESP": 30})
        self.run_day()
        self.beans.standard_price = 24.0
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        self.check_against_ledger()

    def test_undo_takes_all_back(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        self.day().action_undo()
        self.check_against_ledger()
        self.assertEqual(
            self.consumption("product_id", domain=[("kind", "=", "used")]),
            {("Beans",): (0.0, 0.0, 0.0), ("Milk",): (0.0, 0.0, 0.0)},
        )
        self.day().action_redo()
        self.check_against_ledger()
        self.assertEqual(
            self.consumption("product_id", domain=[("kind", "=", "used")]),
            {("Beans",): (0.4, 7.2, 0.0), ("Milk",): (1.0, 2.0, 0.0)},
        )

    def test_what_gives_back_more_than_is_used(self):
        """No-milk takes away what a cappuccino uses; the net is what the ledger
        says.
        """
        self.item("NOM", self.milk, 0.1, is_subtraction=True)
        self.sell({"CAP": 3, "NOM": 2, "ESP": 1})
        self.run_day()
        self.check_against_ledger()
        self.assertEqual(
            self.consumption("item_id", domain=[("product_id", "=", self.milk.id)]),
            {("Cap",): (0.3, 0.6, 0.0), ("Nom",): (-0.2, -0.4, 0.0)},
        )

    def test_rounding_is_spread_and_not_lost(self):
        """A third of a gram each: Odoo counts in hundredths of a gram."""
        third = self.recipe("Third", [(self.beans, 0.001)], quantity=3)
        self.item("TRD", third)
        self.item("TR2", third)
        self.sell({"TRD": 1, "TR2": 1})
        self.run_day()
        # 2 x 0.000333... rounded once
        self.assertEqual(self.used(), {"Beans": 0.00067})
        costs = self.env["pos.bridge.cost"].search([("day_id", "=", self.day().id)])
        self.assertAlmostEqual(sum(costs.mapped("quantity")), 0.00067, 12)
        self.assertEqual(len(set(costs.mapped("quantity"))), 1)
        self.check_against_ledger()

    def test_value_that_is_changed_later(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        beans = self.moves().filtered(lambda move: move.product_id == self.beans)
        beans.sudo().value = 8.0
        self.check_against_ledger()
        self.assertEqual(
            self.consumption("item_id", domain=[("product_id", "=", self.beans.id)]),
            {("Esp",): (0.3, 6.0, 0.0), ("Cap",): (0.1, 2.0, 0.0)},
        )

    def test_another_run_adds_nothing(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        before = self.row_counts()
        self.run_day()
        self.run_day("repost")
        self.assertEqual(self.row_counts(), before)

    def test_what_was_posted_before_there_were_reports(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        told = self.consumption("product_id", "item_id")
        self.env.cr.execute("DELETE FROM pos_bridge_cost; DELETE FROM pos_bridge_sold")
        self.env.invalidate_all()
        self.env["pos.bridge.cost"].init()
        self.env["pos.bridge.sold"].init()
        self.assertEqual(self.consumption("product_id", "item_id"), told)
        self.check_against_ledger()


@tagged("post_install", "-at_install")
class TestSalesReport(ReportCase):
    def sales(self, *groups):
        measures = ["sales:sum", "amount:sum", "cost:sum", "margin:sum"]
        measures.append("unmapped_amount:sum")
        return self.rows("pos.bridge.sales.report", list(groups), measures)

    def test_by_item_group_and_month(self):
        group = self.env["pos.bridge.item.group"].create(
            {
                "integration_id": self.integration.id,
                "external_id": "C",
                "name": "Coffee",
            }
        )
        (self.esp | self.cap).group_id = group
        self.sell({"ESP": 30, "CAP": 10, "SOUP": 2})
        self.run_day()
        self.sell({"ESP": 5}, NEXT_DAY)
        self.run_day(day=self.day(NEXT_DAY))
        self.assertEqual(
            self.sales("group_id", "item_id"),
            {
                ("Coffee", "Esp"): (350.0, 350.0, 6.3, 343.7, 0.0),
                ("Coffee", "Cap"): (100.0, 100.0, 3.8, 96.2, 0.0),
                ("", "Soup"): (20.0, 0.0, 0.0, 0.0, 20.0),
            },
        )
        month = self.sales("business_date:month")
        self.assertEqual(
            month, {(date(2026, 3, 1),): (470.0, 450.0, 10.1, 439.9, 20.0)}
        )
        self.check_against_ledger()

    def test_what_is_not_mapped_has_no_cost_and_no_margin(self):
        """Nothing, and not 0: a cost of 0 would be a margin of 100 %."""
        self.sell({"ESP": 30, "SOUP": 2})
        self.run_day()
        report = self.env["pos.bridge.sales.report"].with_user(self.user)
        measures = ["quantity:sum", "cost:sum", "margin:sum", "cost_share:avg"]
        found = report.formatted_read_grouping_sets([], [["state"]], measures)[0]
        told = {row["state"]: [row[name] for name in measures] for row in found}
        self.assertEqual(told["unmapped"], [2.0, False, False, False])
        self.assertEqual(told["posted"][0], 30.0)
        self.assertAlmostEqual(told["posted"][1], 5.4, 6)
        self.assertAlmostEqual(told["posted"][2], 294.6, 6)

    def test_items_without_group_are_called_so(self):
        report = self.env["pos.bridge.sales.report"]
        label = report.fields_get(["group_id"])["group_id"]["falsy_value_label"]
        self.assertEqual(label, "Without group")

    def test_item_that_is_sold_no_more(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()
        self.sell({"CAP": 40})
        self.run_day("repost")
        self.integration.shrink_limit = 1
        self.run_day("manual")
        self.check_against_ledger()
        cap = (400.0, 400.0, 15.2, 384.8, 0)
        self.assertEqual(self.sales("item_id"), {("Cap",): cap})

    def test_mapped_later(self):
        self.sell({"SOUP": 2, "ESP": 1})
        self.run_day()
        self.assertEqual(self.sales("item_id")["Soup",], (20, 0, 0, 0, 20))
        soup = self.env["pos.bridge.item"].search([("name", "=", "Soup")])
        self.map(soup, self.milk, 0.5)
        self.run_day("repost")
        self.assertEqual(self.sales("item_id")["Soup",], (20, 20, 2, 18, 0))
        self.check_against_ledger()

    def test_companies_are_kept_apart(self):
        self.sell({"ESP": 1})
        self.run_day()
        other = self.env["res.company"].create({"name": "Company C"})
        stranger = self.user.copy(
            {"login": "stranger", "company_ids": other.ids, "company_id": other.id}
        )
        for model in (
            "pos.bridge.cost",
            "pos.bridge.sold",
            "pos.bridge.consumption.report",
            "pos.bridge.sales.report",
            "pos.bridge.correction.report",
        ):
            found = self.env[model].with_user(stranger)
            found = found.with_context(allowed_company_ids=other.ids)
            self.assertFalse(found.search([]), model)


@tagged("post_install", "-at_install")
class TestCorrections(ReportCase):
    def corrections(self):
        self.env.flush_all()
        return self.env["pos.bridge.correction.report"].with_user(self.user).search([])

    def test_what_when_why_who_and_value(self):
        self.sell({"ESP": 30})
        self.run_day()
        self.assertFalse(self.corrections())
        self.sell({"ESP": 25})
        self.run_day("manual")
        self.day().action_undo()
        undo, change = self.corrections()
        self.assertEqual((undo.kind, change.kind), ("undo", "usage"))
        self.assertEqual(change.reason, "one receipt changed at the till")
        self.assertEqual(change.user_id, self.user)
        self.assertEqual(change.business_date, DAY)
        self.assertEqual(change.accounting_date, DAY)
        self.assertFalse(change.is_late)
        self.assertAlmostEqual(change.value, -0.9)
        self.assertAlmostEqual(undo.value, -4.5)
        action = change.action_open_posting()
        self.assertEqual(action["res_id"], change.posting_id.id)

    def test_value_without_what_comes_out_of_a_count(self):
        """Counted since: stock stays as it was counted, and the sale costs less all
        the same.
        """
        self.sell({"ESP": 30})
        self.run_day()
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.beans.id,
                "location_id": self.bar.id,
                "inventory_quantity": 7,
            }
        ).action_apply_inventory()
        self.sell({"ESP": 25})
        self.run_day()
        change = self.corrections()
        self.assertTrue(change.posting_id.move_ids.filtered("is_inventory"))
        self.assertAlmostEqual(change.value, -0.9)
        self.assertAlmostEqual(change.value, change.posting_id.value)

    def test_changes_of_mappings_and_recipes(self):
        self.cappuccino.bom_line_ids[0].with_user(self.user).product_qty = 0.012
        changes = self.env["pos.bridge.change.report"].with_user(self.user)
        self.env.flush_all()
        recipes = changes.search(
            [("bom_id", "=", self.cappuccino.id), ("kind", "=", "recipe")]
        )
        self.assertEqual(recipes[0].subject, "Cappuccino")
        self.assertEqual(recipes[0].kind, "recipe")
        self.assertEqual(recipes[0].user_id, self.user)
        self.assertIn("0.012", recipes[0].target)
        mapping = changes.search([("item_id", "=", self.esp.id)])
        self.assertEqual(mapping.subject, "Esp")
        self.assertIn("Beans 0.01", mapping.target)
        self.assertEqual(mapping.user_id, self.user)
        self.assertEqual(mapping.action_open()["res_id"], mapping.mapping_id.id)
