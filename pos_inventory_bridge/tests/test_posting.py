"""Rules 4, 8, 13 to 15: what a posting writes, when it is dated, and that it stays."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DAY, PosBridgeCommon
from .stock_journal import StockJournalMixin


@tagged("post_install", "-at_install")
class TestPosting(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.esp = cls.item("ESP", cls.coffee, 1)
        cls.integration.shrink_limit = 1

    def test_decrease_returns_newest_first(self):
        for quantity in (5, 8, 4):
            self.sell({"ESP": quantity})
            self.run_day()
        first, second, *returns = self.moves()
        self.assertEqual((first.quantity, second.quantity), (5, 3))
        self.assertEqual([move.quantity for move in returns], [3, 1])
        self.assertEqual([m.origin_returned_move_id for m in returns], [second, first])
        self.assertEqual(self.used(), {"Coffee": 4})

    def test_nothing_is_returned_twice(self):
        for quantity in (5, 0, 2, 0):
            self.sell({"ESP": quantity} if quantity else {})
            self.run_day()
        self.assertEqual(self.used(), {})
        returned = self.moves().filtered("origin_returned_move_id")
        self.assertEqual(
            [(m.quantity, m.origin_returned_move_id.quantity) for m in returned],
            [(5, 5), (2, 2)],
        )

    def test_net_negative_day_comes_in_without_origin(self):
        refund = self.receipt(
            "R1", [self.line(1, "ESP", -3, 2, kind="refund")], kind="refund"
        )
        self.sell([refund])
        self.run_day()
        move = self.moves()
        self.assertEqual(move.location_dest_id, self.bar)
        self.assertFalse(move.origin_returned_move_id)
        self.assertEqual(self.used(), {"Coffee": -3})
        self.sell({"ESP": 2})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 2})

    def test_cumulative_target_is_rounded_never_the_delta(self):
        """Ten times 0.004 kg is 0.04 kg, though each step alone rounds to nothing."""
        pepper = self.ingredient("Pepper")
        self.item("PEP", pepper, 0.004)
        for count in range(1, 11):
            self.sell({"PEP": count})
            self.run_day()
        self.assertEqual(self.used(), {"Pepper": 0.04})

    def test_posted_moves_are_protected(self):
        """From everybody: an inventory administrator is none the less a person."""
        self.sell({"ESP": 5})
        self.run_day()
        boss = self.env.ref("base.user_admin")
        boss.company_ids |= self.company
        boss.group_ids |= self.env.ref("stock.group_stock_manager")
        move = self.moves().with_user(boss)
        gram = self.env.ref("uom.product_uom_gram")
        line, picking = move.move_line_ids, move.picking_id
        line_vals = {"move_id": move.id, "quantity": 5, "product_id": self.coffee.id}
        forged = {
            "product_id": self.coffee.id,
            "location_id": self.bar.id,
            "location_dest_id": self.outlet.consumption_location_id.id,
            "pos_bridge_day_id": self.day().id,
        }
        for change in (
            lambda: move.write({"quantity": 9}),
            lambda: line.write({"quantity": 9}),
            lambda: line.write({"product_uom_id": gram.id}),
            lambda: line.create(line_vals),
            lambda: move.write({"move_line_ids": [Command.create(line_vals)]}),
            lambda: move.write({"location_id": self.kitchen.id}),
            lambda: move.write({"date": "2026-01-01"}),
            lambda: move.write({"pos_bridge_day_id": False}),
            lambda: line.unlink(),
            lambda: picking.write({"date_done": "2026-01-01"}),
            lambda: picking.write({"pos_bridge_day_id": False}),
            lambda: picking.action_toggle_is_locked(),
            lambda: move.create(forged),
            lambda: self.coffee.with_user(boss).write({"uom_id": gram.id}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.env.invalidate_all()
        self.assertEqual((move.quantity, len(line.exists())), (5, 1))
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 5})

    def test_core_return_is_refused_with_the_way_out(self):
        self.sell({"ESP": 5})
        self.run_day()
        wizard = self.env["stock.return.picking"].with_context(
            active_id=self.moves().picking_id.id, active_model="stock.picking"
        )
        with self.assertRaisesRegex(UserError, "use Undo on the sales day"):
            wizard.create({}).action_create_returns_all()

    def test_copies_do_not_belong_to_the_day(self):
        self.sell({"ESP": 5})
        self.run_day()
        copy = self.moves().picking_id.copy()
        self.assertFalse(copy.pos_bridge_day_id or copy.move_ids.pos_bridge_day_id)

    def test_others_reservations_are_freed(self):
        self.receive(self.coffee, 6, self.bar, "2026-03-01 08:00:00")
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.bar.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.coffee.id,
                            "product_uom_qty": 4,
                            "product_uom": self.coffee.uom_id.id,
                            "location_id": self.bar.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        self.sell({"ESP": 5})
        self.run_day()
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.coffee.id), ("location_id", "=", self.bar.id)]
        )
        self.assertEqual(sum(quant.mapped("quantity")), 1)
        self.assertLessEqual(sum(quant.mapped("reserved_quantity")), 1)

    def test_two_units_two_pickings_one_posting(self):
        gin = self.ingredient("Gin")
        gin.issue_location_id = self.kitchen
        self.integration.storage_priority = "specific"
        self.item("GIN", gin, 1)
        self.sell({"GIN": 1, "ESP": 1})
        self.run_day()
        posting = self.day().posting_ids
        self.assertEqual(len(posting), 1)
        self.assertEqual(posting.picking_ids.location_id, self.bar | self.kitchen)

    @freeze_time("2026-03-03 20:00:00")
    def test_closed_up_to_today(self):
        self.company.sudo().fiscalyear_lock_date = DAY
        self.sell({"ESP": 5})
        self.run_day()
        self.assertFalse(self.moves())
        self.assertIn("is not posted yet waits", self.exceptions().message)
        self.company.sudo().fiscalyear_lock_date = False
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 5})

    def test_a_receipt_for_two_units_has_one_value(self):
        picking = self.receive(self.coffee, 10, self.bar, "2026-03-01 08:00:00")
        picking.move_ids.value = 10
        picking.move_ids.move_line_ids.quantity = 6
        picking.move_ids.move_line_ids.copy(
            {"location_dest_id": self.kitchen.id, "quantity": 4}
        )
        picking.move_ids.flush_recordset()
        self.env.cr.execute("UPDATE stock_move_line SET state = 'done'")
        self.env.invalidate_all()
        entries = self.env["pos.bridge.ledger"].search(
            [("product_id", "=", self.coffee.id)]
        )
        self.assertEqual(
            {entry.storage_unit_id: entry.quantity for entry in entries},
            {self.bar: 6, self.kitchen: 4},
        )
        self.assertEqual(len(set(entries.ids)), 2)
        self.assertAlmostEqual(sum(entries.mapped("value")), picking.move_ids.value)

    def test_failure_while_posting_leaves_nothing(self):
        self.sell({"ESP": 5})
        transfer = self.run_broken()
        self.assertEqual(transfer.state, "failed")
        self.assertIn("disk on fire", transfer.error)
        self.assertFalse(self.moves() | self.day().move_ids)
        self.assertFalse(self.day().usage_ids)
        self.assertEqual(self.day().state, "failed")
        self.assertTrue(self.day().sale_ids)
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 5})
        self.assertEqual(self.day().state, "posted")

    def run_broken(self):
        logger = "odoo.addons.pos_inventory_bridge.models.pos_bridge_transfer_trouble"
        broken = patch.object(
            self.registry["stock.picking"],
            "_action_done",
            side_effect=ValueError("disk on fire"),
        )
        with broken, self.assertLogs(logger, "ERROR"):
            return self.run_day()


@tagged("post_install", "-at_install")
class TestPostingFarWest(PosBridgeCommon):
    """Five hours west of UTC, with a day that starts at 04:00."""

    outlet_tz = "America/Bogota"
    outlet_day_start = 4.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item("ESP", cls.ingredient("Coffee"), 1)

    def test_end_of_the_business_date(self):
        self.sell({"ESP": 1})
        self.run_day()
        # 23:59:59 in Bogota is 04:59:59 UTC of the next calendar day
        self.assertEqual(str(self.moves().date), "2026-03-04 04:59:59")
        self.assertEqual(self.day().posting_ids.accounting_date, DAY)

    @freeze_time("2026-03-04 02:00:00")
    def test_never_later_than_now(self):
        """It is still 3 March in Bogota: 21:00, and the day is open."""
        self.sell({"ESP": 1})
        self.run_day()
        self.assertEqual(str(self.moves().date), "2026-03-04 02:00:00")
        self.assertEqual(self.outlet._today(), DAY)

    @freeze_time("2026-03-04 08:30:00")
    def test_open_day_before_its_start(self):
        """03:30 in Bogota still belongs to the evening before."""
        self.assertEqual(self.outlet._today(), DAY)

    @freeze_time("2026-03-04 09:30:00")
    def test_open_day_after_its_start(self):
        self.assertEqual(self.outlet._today(), DAY + timedelta(days=1))


class BooksCommon(StockJournalMixin, PosBridgeCommon):
    """Company B keeps books in real time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.outlet.consumption_location_id.valuation_account_id = (
            cls.company._get_pos_bridge_cost_account()
        )
        cls.categ.property_valuation = "real_time"
        cls.coffee = cls.ingredient("Coffee", cost=4)
        cls.milk = cls.ingredient("Milk", cost=1)
        latte = cls.recipe("Latte", [(cls.coffee, 0.5), (cls.milk, 2)])
        cls.item("LATTE", latte)
        cls.integration.shrink_limit = 1


@tagged("post_install", "-at_install")
class TestBooks(BooksCommon):
    def setUp(self):
        super().setUp()
        for product in (self.coffee, self.milk):
            self.receive(product, 100, self.bar, "2026-03-01 08:00:00")
        self.cost = self.company._get_pos_bridge_cost_account()

    def test_one_entry_per_posting(self):
        self.sell({"LATTE": 4})
        self.run_day()
        entry = self.day().posting_ids.sudo().account_move_ids
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.date, DAY)
        self.assertEqual(entry.ref, "Bar, 3 March 2026")
        # 4 x (0.5 kg at 4.00 + 2 kg at 1.00)
        self.assertEqual(self.balance(self.cost), 16)
        self.assertEqual(len(entry.line_ids), 2)
        self.assertEqual(sum(self.moves().mapped("value")), 16)

    def test_return_carries_the_value_that_left(self):
        self.sell({"LATTE": 4})
        self.run_day()
        self.receive(self.coffee, 100, self.bar, "2026-03-05 08:00:00", cost=8)
        self.sell({"LATTE": 1})
        self.run_day()
        self.assertEqual(self.balance(self.cost), 4)
        self.assertEqual(self.used(), {"Coffee": 0.5, "Milk": 2})

    def test_average_cost_of_that_day(self):
        """Bought at 4 before the day and at 6 after it: the day costs 4."""
        tea = self.ingredient("Tea", cost=4)
        self.item("TEA", tea)
        self.env["product.value"].search([("product_id", "=", tea.id)]).unlink()
        self.receive(tea, 100, self.bar, "2026-03-01 08:00:00", cost=4)
        self.receive(tea, 100, self.bar, "2026-03-06 08:00:00", cost=6)
        self.assertEqual(tea.standard_price, 5)
        self.sell({"TEA": 10})
        self.run_day()
        self.assertAlmostEqual(self.moves().value, 40)
        # (200 x 5 - 10 x 4) / 190: no money is lost between stock and cost
        self.assertAlmostEqual(tea.total_value, 960, 2)

    def test_undo_leaves_no_cost(self):
        self.sell({"LATTE": 4})
        self.run_day()
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_undo"
        )
        self.day().with_user(self.user).action_undo()
        self.assertEqual(self.balance(self.cost), 0)

    def test_run_by_a_user_of_another_company(self):
        """The cost is that of the day's company, whoever posts it."""
        other = self.env.ref("base.main_company")
        self.coffee.with_company(other).standard_price = 99
        self.sell({"LATTE": 2})
        transfer = self.env["pos.bridge.transfer"]._enqueue(self.day(), "manual")
        transfer = transfer.with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        transfer.with_company(other)._run_all()
        self.env.invalidate_all()
        self.assertEqual(sum(self.moves().mapped("value")), 8)


@tagged("post_install", "-at_install")
class TestSamePathAsCore(BooksCommon):
    """Moves, quants, values and balances equal those of core's own slow path."""

    def post_slowly(self, product, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": self.bar.id,
                "location_dest_id": self.outlet.consumption_location_id.id,
            }
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company._get_pos_bridge_picking_type().id,
                "location_id": self.bar.id,
                "location_dest_id": self.outlet.consumption_location_id.id,
                "move_ids": [Command.link(move.id)],
            }
        )
        picking.action_confirm()
        move.quantity = quantity
        move.picked = True
        picking._action_done()
        return move

    def assertSame(self, method, valuation="real_time"):
        twin_categ = self.categ.copy({"name": "Twins"})
        twin_categ.property_cost_method = method
        twin_categ.property_valuation = valuation
        fast = self.ingredient("Fast", categ_id=twin_categ.id, cost=3)
        slow = self.ingredient("Slow", categ_id=twin_categ.id, cost=3)
        self.item("FAST", fast)
        for product in (fast, slow):
            self.receive(product, 4, self.bar, "2026-03-01 08:00:00")
        self.sell({"FAST": 6})
        self.run_day()
        ours, theirs = self.moves(), self.post_slowly(slow, 6)
        self.assertEqual(ours.value, theirs.value)
        self.assertEqual(ours.quantity, theirs.quantity)
        self.assertEqual(fast.qty_available, slow.qty_available)
        self.assertEqual(fast.standard_price, slow.standard_price)
        self.assertEqual(fast.total_value, slow.total_value)
        self.assertEqual(self.balances(ours), self.balances(theirs))
        self.assertEqual(bool(self.balances(ours)), valuation == "real_time")

    def balances(self, moves):
        """{account: balance} of the entries of these moves."""
        lines = moves.sudo().account_move_id.line_ids
        return {
            account: sum(own.mapped("balance"))
            for account, own in lines.grouped("account_id").items()
        }

    def test_standard(self):
        self.assertSame("standard")

    def test_average(self):
        self.assertSame("average")

    def test_fifo(self):
        self.assertSame("fifo")

    def test_standard_periodic(self):
        self.assertSame("standard", "periodic")

    def test_average_periodic(self):
        self.assertSame("average", "periodic")

    def test_fifo_periodic(self):
        self.assertSame("fifo", "periodic")
