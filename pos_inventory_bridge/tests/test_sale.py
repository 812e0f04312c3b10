"""Step import: what the till told is stored once, changed when it changes, never
deleted.
"""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import Form, tagged

from ..tools.records import ItemData, SaleData, SaleLineData, SalesDay
from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestImport(PosBridgeCommon):
    def upsert(self, sales, complete=True, day=DAY):
        answer = SalesDay(complete=complete, sales=sales)
        return self.env["pos.bridge.sale"]._upsert_day(self.outlet, day, answer)

    def sales(self):
        return self.env["pos.bridge.sale"].search([("outlet_id", "=", self.outlet.id)])

    def two(self, quantity=1):
        lines = [
            self.line(1, "A", quantity, 2),
            self.line(2, "B", 1, kind="modifier", parent_external_id="1"),
            self.line(3, "C", 1, kind="modifier", parent_external_id="2"),
        ]
        return [
            self.receipt("R1", lines, closed_at=self.at(2026, 3, 3, 12, 0)),
            self.receipt("R2", [self.line(1, "A", 5, 2)]),
        ]

    def test_everything_is_kept(self):
        self.upsert(self.two())
        first, second = self.sales().sorted("external_id")
        self.assertEqual(first.line_ids.mapped("item_id.name"), ["A", "B", "C"])
        modifier = first.line_ids[2]
        self.assertEqual(modifier.parent_id, first.line_ids[1])
        self.assertEqual(modifier.parent_item_id.name, "B")
        self.assertEqual(str(first.closed_at), "2026-03-03 12:00:00")
        self.assertEqual(second.line_ids.amount_net, 10)

    def test_same_answer_writes_nothing(self):
        self.upsert(self.two())
        before = self.row_counts(), self.sales().mapped("write_date")
        moved, changed = self.upsert(list(reversed(self.two())))
        self.assertEqual((moved, changed), (set(), 0))
        self.assertEqual((self.row_counts(), self.sales().mapped("write_date")), before)

    def test_change_is_a_new_revision(self):
        self.upsert(self.two())
        _moved, changed = self.upsert(self.two(quantity=4))
        self.assertEqual(changed, 1)
        first, second = self.sales().sorted("external_id")
        self.assertEqual((first.revision, second.revision), (2, 1))
        self.assertEqual(first.line_ids[0].quantity, 4)
        self.assertEqual(len(first.line_ids), 3)

    def test_line_that_goes_is_marked(self):
        self.upsert(self.two())
        shorter = self.receipt("R1", self.two()[0].lines[:1])
        self.upsert([shorter, self.two()[1]])
        lines = self.sales().sorted("external_id")[0].line_ids
        self.assertEqual(
            [bool(line.vanished_at) for line in lines], [False, True, True]
        )
        self.upsert(self.two())
        self.assertFalse(any(lines.mapped("vanished_at")))

    def test_line_that_goes_is_marked_only_by_a_complete_answer(self):
        """And by the next complete one, though that tells nothing new."""
        self.upsert(self.two())
        shorter = [self.receipt("R1", self.two()[0].lines[:1]), self.two()[1]]
        self.upsert(shorter, complete=False)
        lines = self.sales().sorted("external_id")[0].line_ids
        self.assertFalse(any(lines.mapped("vanished_at")))
        _moved, changed = self.upsert(shorter, complete=False)
        self.assertEqual(changed, 0)
        self.upsert(shorter)
        self.assertEqual(
            [bool(line.vanished_at) for line in lines], [False, True, True]
        )

    def test_receipt_that_goes_is_marked_only_by_a_complete_answer(self):
        self.upsert(self.two())
        self.upsert(self.two()[:1], complete=False)
        self.assertFalse(any(self.sales().mapped("vanished_at")))
        self.upsert(self.two()[:1])
        gone = self.sales().filtered("vanished_at")
        self.assertEqual(gone.external_id, "R2")
        self.upsert(self.two())
        self.assertFalse(gone.vanished_at)

    def test_receipt_of_another_date_moves(self):
        self.upsert(self.two())
        later = DAY + timedelta(days=1)
        moved = self.receipt("R2", self.two()[1].lines, later)
        dates, _changed = self.upsert([moved], day=later)
        self.assertEqual(dates, {DAY})
        self.assertEqual(
            self.sales().filtered(lambda sale: sale.business_date == later).external_id,
            "R2",
        )

    def test_same_receipt_number_at_two_outlets(self):
        other = self._create_outlet("Other", self.kitchen)
        self.upsert(self.two())
        self.env["pos.bridge.sale"]._upsert_day(
            other, DAY, SalesDay(complete=True, sales=self.two())
        )
        self.assertEqual(len(self.sales()), 2)

    def test_item_is_found_by_the_keys_in_order(self):
        items = self.env["pos.bridge.item"]
        by_sku = self.item("100")
        by_sku.write({"sku": "S1", "name": "Tea"})
        line = SaleLineData("1", "Tea", Decimal(1), sku="S1")
        self.upsert([SaleData("R1", DAY, [line])])
        found = self.sales().line_ids
        self.assertEqual((found.item_id, found.matched_by), (by_sku, "sku"))
        line = SaleLineData("1", "Tea", Decimal(1))
        self.upsert([SaleData("R1", DAY, [line])])
        self.assertEqual((found.item_id, found.matched_by), (by_sku, "name"))
        line = SaleLineData("1", "Tea", Decimal(1), item_external_id="200")
        self.upsert([SaleData("R1", DAY, [line])])
        self.assertEqual(found.item_id, items.search([("external_id", "=", "200")]))
        self.assertEqual(found.matched_by, "new")

    def test_catalogue_sync(self):
        items = self.env["pos.bridge.item"]
        from_till = self.data("A", "Apple", price=Decimal("1.50"), sku="1")
        seen = items._upsert(self.integration, [from_till])
        self.assertEqual((seen.name, seen.list_price), ("Apple", 1.5))
        self.map(seen, self.ingredient("Apples"))
        items._upsert(self.integration, [self.data("A", "Apple juice")])
        self.assertEqual((seen.name, seen.review_state), ("Apple juice", "renamed"))
        self.assertEqual(seen.mapping_state, "review")
        seen.action_review_done()
        self.assertEqual(seen.mapping_state, "mapped")

    @staticmethod
    def data(external_id, name, **vals):
        return ItemData(external_id, name, **vals)


@tagged("post_install", "-at_install")
class TestPolicy(PosBridgeCommon):
    """What is not a plain sale does what the policy says, per ingredient category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drinks = cls.env["product.category"].create(
            {"name": "Drinks", "parent_id": cls.categ.id}
        )
        cls.cola = cls.ingredient("Cola", cls.uom_unit, categ_id=cls.drinks.id)
        cls.bun = cls.ingredient("Bun", cls.uom_unit)
        cls.stock_up((cls.cola, cls.bun))
        menu = cls.recipe("Menu", [(cls.cola, 1), (cls.bun, 1)])
        cls.item("MENU", menu)

    def use_of(self, kind, quantity=-1):
        lines = [
            self.line(1, "MENU", 5, 10),
            self.line(2, "MENU", quantity, 10, kind=kind),
        ]
        self.sell([self.receipt("R1", lines)])
        self.run_day("manual")
        return self.used()

    def policy(self, event, effect, categ=None):
        self.env["pos.bridge.policy"].create(
            {
                "integration_id": self.integration.id,
                "event": event,
                "effect": effect,
                "categ_id": categ and categ.id,
            }
        )

    def test_defaults(self):
        self.assertEqual(self.use_of("refund"), {"Cola": 4, "Bun": 4})
        self.assertEqual(self.use_of("void"), {"Cola": 4, "Bun": 4})
        self.assertEqual(self.use_of("comp", 1), {"Cola": 6, "Bun": 6})
        self.assertEqual(self.use_of("staff_meal", 1), {"Cola": 6, "Bun": 6})

    def test_refunded_food_is_gone_a_bottle_is_not(self):
        self.policy("refund", "nothing")
        self.policy("refund", "give_back", self.drinks)
        self.assertEqual(self.use_of("refund"), {"Cola": 4, "Bun": 5})

    def test_category_above_counts(self):
        self.policy("refund", "nothing", self.categ)
        self.assertEqual(self.use_of("refund"), {"Cola": 5, "Bun": 5})

    def test_comp_that_is_taken_back(self):
        lines = [
            self.line(number, "MENU", quantity, 10, kind="comp")
            for number, quantity in enumerate((1, 1, -1), 1)
        ]
        self.sell([self.receipt("R1", lines)])
        self.run_day()
        self.assertEqual(self.used(), {"Cola": 1, "Bun": 1})

    def test_comp_that_changes_nothing(self):
        self.policy("comp", "nothing")
        self.assertEqual(self.use_of("comp", 1), {"Cola": 5, "Bun": 5})

    def test_modifier_of_a_refund_is_refunded(self):
        self.item("ICE", self.ingredient("Ice"), 1)
        lines = [
            self.line(1, "MENU", 5, 10),
            self.line(2, "MENU", -1, 10, kind="refund"),
            self.line(3, "ICE", -1, kind="modifier", parent_external_id="2"),
            self.line(4, "ICE", 3, kind="modifier", parent_external_id="1"),
            self.line(5, "ICE", -1, kind="modifier", parent_external_id="3"),
        ]
        self.sell([self.receipt("R1", lines)])
        self.policy("refund", "nothing")
        self.run_day()
        self.assertEqual(self.used(), {"Cola": 5, "Bun": 5, "Ice": 3})

    def test_day_on_which_nothing_was_used_can_be_opened(self):
        """What every customer sees first: sales, and nothing mapped."""
        self.item("UNKNOWN")
        self.sell({"UNKNOWN": 2})
        self.run_day()
        day = self.day().with_user(self.user)
        day.invalidate_recordset()
        self.assertFalse(day.used_ids)
        with Form(day) as form:
            self.assertEqual(form.unmapped_count, 1)
