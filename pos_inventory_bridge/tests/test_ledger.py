"""The ledger of one ingredient in one unit, against numbers worked out by hand."""

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import DAY, PosBridgeCommon


class LedgerCase(PosBridgeCommon):
    """What moves beans, and how their ledger is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans = cls.ingredient("Beans", cost=18.0)
        cls.item("ESP", cls.beans, 0.01)

    def entries(self, unit=None, user=None):
        self.env.flush_all()
        return (
            self.env["pos.bridge.ledger"]
            .with_user(user or self.user)
            .search(
                [
                    ("product_id", "=", self.beans.id),
                    ("storage_unit_id", "=", (unit or self.bar).id),
                ]
            )
        )

    def rows(self, unit=None):
        """Oldest first: (type, quantity, value, balance)."""
        return [
            (
                entry.transaction_type,
                round(entry.quantity, 6),
                entry.value and round(entry.value, 2),
                round(entry.balance, 6),
            )
            for entry in reversed(self.entries(unit))
        ]

    def move(self, source, destination, quantity, when, **vals):
        places = {"location_id": source.id, "location_dest_id": destination.id}
        move = self.env["stock.move"].create(
            {
                **places,
                "product_id": self.beans.id,
                "product_uom": self.beans.uom_id.id,
                "product_uom_qty": quantity,
                "company_id": self.company.id,
                **vals,
            }
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        move.date = fields.Datetime.to_datetime(when)
        return move

    def count(self, quantity, when):
        """A person counts what is in the bar, by Odoo's own count."""
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": self.beans.id,
                "location_id": self.bar.id,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory()
        domain = [("product_id", "=", self.beans.id), ("is_inventory", "=", True)]
        move = self.env["stock.move"].search(domain, order="id desc", limit=1)
        move.date = fields.Datetime.to_datetime(when)
        return move

    def scrap(self, quantity, when):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.beans.id,
                "product_uom_id": self.beans.uom_id.id,
                "scrap_qty": quantity,
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()
        scrap.move_ids.date = fields.Datetime.to_datetime(when)
        return scrap

    def story(self):
        """Received 10, 2 to the kitchen, 0.5 spilt, 40 espresso, counted 7."""
        receipt = self.receive(self.beans, 10, self.bar, "2026-03-01 08:00:00")
        self.move(self.bar, self.kitchen, 2, "2026-03-02 09:00:00")
        scrap = self.scrap(0.5, "2026-03-02 10:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        count = self.count(7, "2026-03-05 08:00:00")
        return receipt, scrap, count


@tagged("post_install", "-at_install")
class TestLedger(LedgerCase):
    def test_by_hand(self):
        self.story()
        self.assertEqual(
            self.rows(),
            [
                ("receipt", 10, 180, 10),
                # Between units nothing is gained and nothing lost.
                ("transfer_out", -2, False, 8),
                ("waste", -0.5, -9, 7.5),
                # 40 x 0.01 kg at 18.00
                ("issue", -0.4, -7.2, 7.1),
                ("count", -0.1, -1.8, 7),
            ],
        )
        self.assertEqual(self.rows(self.kitchen), [("transfer_in", 2, False, 2)])
        self.assertEqual(
            {round(cost, 2) for cost in self.entries().mapped("unit_cost") if cost},
            {18.0},
        )

    def test_both_dates(self):
        self.story()
        issue = self.entries().filtered(lambda e: e.transaction_type == "issue")
        self.assertEqual(str(issue.date), "2026-03-03 22:59:59")
        self.assertEqual(issue.business_date, DAY)
        self.assertEqual(issue.source, "Bar, 3 March 2026")
        self.assertFalse((self.entries() - issue).filtered("business_date"))

    def test_source_opens_its_document(self):
        receipt, scrap, count = self.story()
        documents = {
            entry.transaction_type: entry.action_open_source()
            for entry in self.entries(user=self.env.user)
        }
        opened = {
            kind: (action["res_model"], action["res_id"])
            for kind, action in documents.items()
        }
        self.assertEqual(opened["receipt"], (receipt._name, receipt.id))
        self.assertEqual(opened["waste"], (scrap._name, scrap.id))
        self.assertEqual(opened["count"], (count._name, count.id))
        self.assertEqual(opened["issue"], ("pos.bridge.day", self.day().id))

    def test_heading_needs_a_move_that_was_done(self):
        """A draft and a cancelled move have moved nothing."""
        headings = self.env["pos.bridge.stock"]
        supplier = self.env.ref("stock.stock_location_suppliers")
        product = self.ingredient("Never delivered")
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": 1,
                    "location_id": supplier.id,
                    "location_dest_id": unit.id,
                }
                for unit in (self.bar, self.kitchen)
            ]
        )
        moves[1]._action_cancel()
        self.env.flush_all()
        mine = [("product_id", "=", product.id)]
        self.assertFalse(headings.search(mine))
        moves[0].write({"quantity": 1, "picked": True})
        moves[0]._action_done()
        self.env.flush_all()
        self.assertEqual(headings.search(mine).storage_unit_id, self.bar)

    def test_source_without_stock_rights(self):
        self.story()
        for entry in self.entries():
            action = entry.action_open_source()
            record = self.env[action["res_model"]].browse(action["res_id"])
            self.assertTrue(record.with_user(self.user).has_access("read"))

    def test_opened_from_day_posting_move_and_ingredient(self):
        self.story()
        issue = self.entries().filtered(lambda e: e.transaction_type == "issue")
        day = self.day().with_user(self.user)
        for action in (
            day.action_view_ledger(),
            day.posting_ids.action_view_ledger(),
        ):
            found = self.env["pos.bridge.ledger"].search(action["domain"])
            self.assertEqual(found.ids, issue.ids)
            self.assertAlmostEqual(found.balance, 7.1)
        for action in (
            day.used_ids.action_view_ledger(),
            issue.move_id.action_pos_bridge_ledger(),
        ):
            found = self.env["pos.bridge.ledger"].search(action["domain"])
            self.assertEqual(found.ids, self.entries().ids)

    @freeze_time("2026-03-09 12:00:00")
    def test_heading_of_the_ledger(self):
        """Seven days up to 9 March 12:00, against the seven before."""
        self.story()
        self.receive(self.beans, 4, self.bar, "2026-03-06 08:00:00")
        self.env.flush_all()
        headings = self.env["pos.bridge.stock"].with_user(self.user)
        bar, kitchen = (
            headings.search(
                [
                    ("product_id", "=", self.beans.id),
                    ("storage_unit_id", "=", unit.id),
                ]
            )
            for unit in (self.bar, self.kitchen)
        )
        self.assertEqual((bar.quantity, bar.value), (11, 198))
        self.assertEqual((bar.receipt_quantity, bar.receipt_trend), (4, -6))
        self.assertAlmostEqual(bar.issue_quantity, 0.4)
        self.assertAlmostEqual(bar.issue_trend, 0.4)
        # Issue, count and the second receipt.
        self.assertEqual(bar.entry_count, 3)
        self.assertEqual(kitchen.quantity, 2)
        found = self.env["pos.bridge.ledger"].search(bar.action_view_ledger()["domain"])
        self.assertAlmostEqual(found[0].balance, 11)

    def test_what_is_used_up_keeps_its_heading(self):
        self.receive(self.beans, 1, self.bar, "2026-03-01 08:00:00")
        self.sell({"ESP": 100})
        self.run_day()
        self.env["stock.quant"].sudo()._unlink_zero_quants()
        self.env.flush_all()
        heading = self.env["pos.bridge.stock"].search(
            [("product_id", "=", self.beans.id)]
        )
        self.assertEqual(heading.storage_unit_id, self.bar)
        self.assertEqual(heading.quantity, 0)

    def test_used_of_a_day(self):
        self.story()
        line = self.day().with_user(self.user).used_ids
        self.assertEqual(line.product_id, self.beans)
        self.assertAlmostEqual(line.total_quantity, 0.4)
        self.assertAlmostEqual(line.posted_quantity, 0.4)
        self.assertAlmostEqual(line.posted_value, 7.2)
        self.assertEqual(line.on_hand_quantity, 7)
        self.assertTrue(line.is_posted)
        items = self.env["pos.bridge.usage"].search(line.action_view_items()["domain"])
        self.assertEqual(items.item_id.name, "Esp")

    def test_used_of_a_corrected_day(self):
        """What came back counts against what was taken, in quantity and in money."""
        self.story()
        self.sell({"ESP": 35})
        self.run_day()
        line = self.day().with_user(self.user).used_ids
        self.assertAlmostEqual(line.posted_quantity, 0.35)
        self.assertAlmostEqual(line.posted_value, 6.3)
        first, second = self.day().posting_ids.sorted("revision")
        self.assertAlmostEqual(first.value, 7.2)
        self.assertAlmostEqual(second.value, -0.9)
        self.assertEqual(first.summary, "First posting")
        self.assertIn("Correction 1: one receipt changed", second.summary)
