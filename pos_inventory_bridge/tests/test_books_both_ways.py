"""A company that books some products at once and others when it closes the period, and
what each screen says of a run that made two postings.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import DAY
from .test_books_clicks import PizzaCommon
from .test_books_shortage import GoodsCommon


class BothWaysCommon(PizzaCommon):
    """Mozzarella is booked at once, tomatoes when the period is closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.at_closing = cls.env["product.category"].create({"name": "At closing"})
        cls.at_closing.property_cost_method = "average"
        cls.at_closing.property_valuation = "periodic"
        cls.tomato.categ_id = cls.at_closing

    def close(self):
        self.env.flush_all()
        self.company.sudo().action_close_stock_valuation(auto_post=True)
        self.env.invalidate_all()
        return self.as_accountant(
            self.env["account.move"].search(
                [("pos_bridge_is_closing", "=", True)], order="id desc", limit=1
            )
        )

    def posting(self, day=None):
        return self.as_accountant((day or self.day()).posting_ids.sorted("revision"))


@tagged("post_install", "-at_install")
class TestBothWays(BothWaysCommon):
    def test_before_the_closing(self):
        self.post_pizzas()
        posting = self.posting()
        self.assertEqual(len(posting.account_move_ids), 1)
        self.assertFalse(posting.closing_ids)
        self.assertIn("when it closes the period", posting.booking_text)

    def test_both_are_shown(self):
        """The entry of the mozzarella, and the closing that booked the tomatoes."""
        self.post_pizzas()
        entry = self.posting().account_move_ids
        closing = self.close()
        posting = self.posting()
        self.assertEqual(posting.account_move_ids, entry)
        self.assertEqual(posting.closing_ids, closing)
        self.assertIn("closing of the stock valuation", posting.booking_text)
        self.assertEqual(self.open(posting.action_view_entries()), entry | closing)
        self.assertEqual(closing.pos_bridge_closed_posting_count, 1)
        postings = self.open(closing.action_pos_bridge_closed_postings())
        self.assertEqual(postings, posting)

    def test_what_was_booked_at_once_is_in_no_closing(self):
        self.sell({"CALZONE": 4})
        self.run_day()
        other = DAY - timedelta(days=1)
        self.item("TOMATO", self.tomato, 1)
        self.sell({"TOMATO": 4}, other)
        self.run_day(day=self.day(other))
        closing = self.close()
        self.assertEqual(self.posting().closing_ids, closing.browse())
        self.assertFalse(self.posting().booking_text)
        self.assertEqual(self.posting(self.day(other)).closing_ids, closing)
        self.assertEqual(
            self.open(closing.action_pos_bridge_closed_postings()),
            self.posting(self.day(other)),
        )

    def test_what_had_no_cost_is_in_no_closing(self):
        """A free ingredient that is booked at once has no entry: no closing has it."""
        basil = self.ingredient("Basil", cost=0)
        self.item("BASIL", basil)
        self.sell({"BASIL": 3})
        self.run_day()
        other = DAY - timedelta(days=1)
        self.item("TOMATO", self.tomato, 1)
        self.sell({"TOMATO": 4}, other)
        self.run_day(day=self.day(other))
        closing = self.close()
        posting = self.posting()
        self.assertFalse(posting.closing_ids)
        self.assertIn("had no cost", posting.booking_text)
        self.assertEqual(closing.pos_bridge_closed_posting_count, 1)

    def test_two_closings(self):
        """Each closing has what was moved since the one before it."""
        self.post_pizzas()
        first = self.close()
        later = DAY + timedelta(days=1)
        self.item("TOMATO", self.tomato, 1)
        self.sell({"TOMATO": 4}, later)
        self.run_day(day=self.day(later))
        self.assertFalse(self.posting(self.day(later)).closing_ids)
        self.assertEqual(self.posting().closing_ids, first)
        self.assertEqual(first.pos_bridge_closed_posting_count, 1)

    def test_a_switch_changes_no_history(self):
        """Booked by a closing it stays so, however the product is valued later."""
        self.post_pizzas()
        closing = self.close()
        self.at_closing.property_valuation = "real_time"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.posting().closing_ids, closing)
        self.assertEqual(closing.pos_bridge_closed_posting_count, 1)


@tagged("post_install", "-at_install")
class TestTwoPostingsOfARun(GoodsCommon):
    """Coffee came late, tea did not: one run, two dates, two postings."""

    def post_twice(self):
        self.integration.negative_stock_policy = "available"
        self.tea = self.ingredient("Tea", cost=2)
        self.item("TEA", self.tea)
        self.stock_up(self.tea)
        self.stock_up(self.coffee, self.bar, 3)
        self.sell({"ESP": 8})
        self.run_day()
        self.receive(self.coffee, 9, self.bar, "2026-03-05 08:00:00")
        self.sell({"ESP": 8, "TEA": 3})
        with freeze_time("2026-03-06 10:00:00"):
            return self.run_day()

    def booked(self):
        """{posting: {ingredient: (quantity, value)}}, as the reports have it."""
        totals = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        for cost in self.env["pos.bridge.cost"].search([("quantity", "!=", 0)]):
            total = totals[cost.posting_id][cost.product_id]
            total[0] += cost.quantity
            total[1] += cost.value
            self.assertEqual(cost.accounting_date, cost.posting_id.accounting_date)
        return {
            posting: {
                product: (round(quantity, 6), round(value, 2))
                for product, (quantity, value) in products.items()
                if round(quantity, 6)
            }
            for posting, products in totals.items()
        }

    def test_each_has_its_own_cost(self):
        self.post_twice()
        first, on_date, late = self.day().posting_ids.sorted("revision")
        self.assertEqual(
            self.booked(),
            {
                first: {self.coffee: (3, 3)},
                on_date: {self.tea: (3, 6)},
                late: {self.coffee: (5, 5)},
            },
        )

    def test_the_run_shows_both(self):
        run = self.post_twice()
        _first, on_date, late = self.day().posting_ids.sorted("revision")
        self.assertEqual(run.posting_ids, on_date | late)
        self.assertEqual(
            run.posting_text.split("\n"),
            [
                "Correction 1: one receipt changed at the till",
                "Correction 2: goods arrived",
            ],
        )
        action = run.with_user(self.user).action_view_posting()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, on_date | late)
        alone = self.env["pos.bridge.transfer"].search([], order="id", limit=1)
        action = alone.with_user(self.user).action_view_posting()
        self.assertEqual(action["res_id"], alone.posting_id.id)

    def test_the_migration_shows_the_moves_of_both(self):
        run = self.post_twice()
        migration = self.env["pos.bridge.migration"].create(
            {"outlet_id": self.outlet.id, "date_from": DAY, "date_to": DAY}
        )
        run.migration_id = migration
        self.env.flush_all()
        action = migration.with_user(self.user).action_view_moves()
        moves = self.env["stock.move"].search(action["domain"])
        self.assertEqual(moves.product_id, self.coffee | self.tea)
        self.assertEqual(sum(moves.mapped("quantity")), 8)

    def test_revalued_cost_is_of_the_day_it_was_revalued(self):
        basil = self.ingredient("Basil", cost=0)
        self.item("BASIL", basil)
        self.sell({"BASIL": 4})
        self.run_day()
        basil.standard_price = 5
        self.env.user.group_ids = [
            Command.link(self.env.ref("account.group_account_manager").id)
        ]
        with freeze_time("2026-04-07 10:00:00"):
            self.moves().action_pos_bridge_revalue()
        costs = self.env["pos.bridge.cost"].search([("day_id", "=", self.day().id)])
        posting = self.day().posting_ids
        self.assertEqual(
            [
                (str(c.accounting_date), c.posting_id, c.quantity, c.value)
                for c in costs
            ],
            [
                ("2026-03-03", posting, 4, 0),
                ("2026-04-07", posting, 0, 20),
            ],
        )


@tagged("post_install", "-at_install")
class TestReasonsByUnit(GoodsCommon):
    """One ingredient from two units: what waits says why in each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.negative_stock_policy = "available"
        cls.integration.storage_priority = "specific"
        affogato = cls.recipe("Affogato", [(cls.coffee, 2)])
        affogato.bom_line_ids.issue_location_id = cls.kitchen
        cls.item("AFFOGATO", affogato)

    def reasons(self):
        return {
            (row.location_id, row.quantity, row.code)
            for row in self.day().sudo().open_ids
        }

    def test_short_here_and_closed_there(self):
        self.stock_up(self.coffee, self.bar, 50)
        with freeze_time("2026-03-05 10:00:00"):
            self.company.sudo().fiscalyear_lock_date = "2026-03-05"
            self.sell({"ESP": 3, "AFFOGATO": 2})
            self.run_day()
        self.assertEqual(
            self.reasons(),
            {
                (self.bar, 3, "period_locked"),
                (self.kitchen, 4, "negative_stock"),
            },
        )

    def test_dated_by_what_held_it(self):
        """Opened again, what was there on the day is dated so."""
        self.test_short_here_and_closed_there()
        self.company.sudo().fiscalyear_lock_date = False
        self.receive(self.coffee, 9, self.kitchen, "2026-03-06 08:00:00")
        with freeze_time("2026-03-06 10:00:00"):
            self.run_day("repost")
        self.assertFalse(self.reasons())
        dates = {
            move.location_id: str(move.pos_bridge_posting_id.accounting_date)
            for move in self.moves()
        }
        self.assertEqual(dates, {self.bar: "2026-03-03", self.kitchen: "2026-03-06"})

    def test_goods_there_and_closed_is_still_late(self):
        self.test_short_here_and_closed_there()
        self.receive(self.coffee, 9, self.kitchen, "2026-03-06 08:00:00")
        self.env.flush_all()
        with freeze_time("2026-03-06 12:00:00"):
            self.company.sudo().fiscalyear_lock_date = "2026-03-06"
            self.run_day("repost")
        self.assertEqual(len(self.reasons()), 2)
        self.company.sudo().fiscalyear_lock_date = False
        with freeze_time("2026-03-07 10:00:00"):
            self.run_day("repost")
        late = self.moves().filtered(lambda move: move.location_id == self.kitchen)
        self.assertTrue(late.pos_bridge_posting_id.waited_for_goods)

    def test_held_by_a_count_here_and_short_there(self):
        self.integration.late_count_policy = "hold"
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.coffee.id,
                "location_id": self.bar.id,
                "inventory_quantity": 20,
            }
        ).action_apply_inventory()
        self.sell({"ESP": 3, "AFFOGATO": 2})
        self.run_day()
        self.assertEqual(
            self.reasons(),
            {
                (self.bar, 3, "counted_later"),
                (self.kitchen, 4, "negative_stock"),
            },
        )

    def test_nothing_waits_for_goods_where_all_is_posted(self):
        """The policy was changed: it is dated as the policy posts, on the day."""
        self.sell({"ESP": 3})
        self.run_day()
        self.assertEqual(self.reasons(), {(self.bar, 3, "negative_stock")})
        self.integration.negative_stock_policy = "post"
        with freeze_time("2026-03-05 10:00:00"):
            self.company.sudo().fiscalyear_lock_date = "2026-03-05"
            self.run_day("repost")
            self.assertEqual(self.reasons(), {(self.bar, 3, "period_locked")})
            self.company.sudo().fiscalyear_lock_date = False
            self.run_day("repost")
        posting = self.day().posting_ids
        self.assertEqual(str(posting.accounting_date), "2026-03-03")
        self.assertFalse(posting.late_reason)
