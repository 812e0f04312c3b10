"""Whose cost it was, and what happens while nobody knows the cost."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .books_common import METHODS, VALUATIONS, BooksCommon
from .cases import add_cases

SOLD_ON = date(2026, 3, 5)


@tagged("post_install", "-at_install")
class TestAnalytic(BooksCommon):
    """Each outlet's cost is on its analytic account, exactly once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.env["account.analytic.plan"].create({"name": "Outlets"})
        cls.hall, cls.terrace = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
                for name in ("Hall", "Terrace")
            ]
        )

    def open(self, method, valuation):
        self.open_books(method, valuation)
        self.outlet.analytic_distribution = {str(self.hall.id): 100}
        self.arrive(20, "4.35")
        self.at_time(2026, 3, 20, 9)

    def costs(self):
        """{analytic account: cost}, of everything there is."""
        lines = self.env["account.analytic.line"].search(
            [("company_id", "=", self.company.id)]
        )
        column = self.hall.plan_id._column_name()
        totals = {
            account: -round(sum(own.mapped("amount")), 2)
            for account, own in lines.grouped(column).items()
        }
        return {account: cost for account, cost in totals.items() if cost}

    def value(self):
        return float(self.books.value[(self.outlet.id, SOLD_ON), "Milk"])

    def tell(self, method, valuation):
        self.open(method, valuation)
        for quantity in (6, 9, 2, 0, 5):
            self.sold(quantity, SOLD_ON)
            expected = {self.hall: self.value()} if self.value() else {}
            self.assertEqual(self.costs(), expected)
        self.undo(SOLD_ON)
        self.assertEqual(self.costs(), {})

    def test_date_is_the_accounting_date(self):
        for valuation in VALUATIONS:
            with self.subTest(valuation), self.taken_back():
                self.open("average", valuation)
                self.sold(6, SOLD_ON)
                lines = self.env["account.analytic.line"].search(
                    [("company_id", "=", self.company.id)]
                )
                self.assertEqual(set(lines.mapped("date")), {SOLD_ON})
                self.assertEqual(set(lines.mapped("name")), {"Bar, 5 March 2026"})

    def test_only_the_cost_is_distributed(self):
        self.open("average", "real_time")
        self.sold(6, SOLD_ON)
        for line in self.entries().line_ids:
            is_cost = line.account_id == self.cost_account()
            self.assertEqual(bool(line.analytic_distribution), is_cost)
            self.assertEqual(len(line.analytic_line_ids), int(is_cost))
        self.assertFalse(self.moves(self.day(SOLD_ON)).analytic_account_line_ids)

    def test_two_accounts_share(self):
        for valuation in VALUATIONS:
            with self.subTest(valuation), self.taken_back():
                self.open("average", valuation)
                self.outlet.analytic_distribution = {
                    str(self.hall.id): 60,
                    str(self.terrace.id): 40,
                }
                self.sold(6, SOLD_ON)
                self.assertEqual(self.costs(), {self.hall: 15.66, self.terrace: 10.44})

    def test_what_comes_back_goes_back_to_where_it_was(self):
        """The outlet belongs elsewhere from now on; what was, is not moved."""
        for valuation in VALUATIONS:
            with self.subTest(valuation), self.taken_back():
                self.open("average", valuation)
                self.sold(6, SOLD_ON)
                self.outlet.analytic_distribution = {str(self.terrace.id): 100}
                self.sold(10, SOLD_ON)
                self.assertEqual(self.costs(), {self.hall: 26.1, self.terrace: 17.4})
                self.undo(SOLD_ON)
                self.assertEqual(self.costs(), {})

    def test_without_distribution_nothing_is_distributed(self):
        for valuation in VALUATIONS:
            with self.subTest(valuation), self.taken_back():
                self.open("average", valuation)
                self.outlet.analytic_distribution = False
                self.sold(6, SOLD_ON)
                self.assertEqual(self.costs(), {})


@tagged("post_install", "-at_install")
class TestWithoutCost(BooksCommon):
    """Sold before anybody said what it costs: listed, and valued when it is known."""

    def sold_without_cost(self, method, valuation, quantities=(6,)):
        self.open_books(method, valuation)
        self.at_time(2026, 3, 20, 9)
        for quantity in quantities:
            self.sold(quantity, SOLD_ON)

    def uncosted(self):
        moves = self.env["stock.move"]
        return moves.search(moves._domain_pos_bridge_uncosted())

    def revalue(self):
        user = self.env.ref("base.user_admin")
        user.company_ids |= self.company
        user.group_ids |= self.env.ref("account.group_account_manager")
        user.group_ids |= self.env.ref("pos_inventory_bridge.pos_bridge_group_user")
        user.group_ids |= self.env.ref("stock.group_stock_user")
        self.uncosted().with_user(user).action_pos_bridge_revalue()
        self.env.invalidate_all()

    def tell(self, method, valuation):
        self.sold_without_cost(method, valuation, (6, 4))
        self.assertEqual(self.uncosted().mapped("quantity"), [6])
        self.assertEqual(self.day(SOLD_ON).uncosted_move_count, 1)
        with self.assertRaisesRegex(UserError, "None of these products has a cost"):
            self.revalue()
        self.at_time(2026, 3, 21, 9)
        if method == "standard":
            self.change_price(7)
        else:
            self.arrive(10, 7)
        self.revalue()
        moves = self.moves(self.day(SOLD_ON))
        self.assertEqual(moves.mapped("value"), [42, 14])
        self.assertFalse(self.uncosted())
        entry = moves.account_move_id
        self.assertEqual(bool(entry), valuation == "real_time")
        if entry:
            self.assertEqual(set(entry.mapped("date")), {date(2026, 3, 21)})
            self.assertEqual(set(entry.mapped("state")), {"posted"})
            self.assertEqual(self.balance(), 28)
            self.assertIn("valued at the cost", entry[0].ref)
        if method != "standard":
            # 10 came for 70, 4 are gone for 28.
            self.assertEqual(self.products["Milk"].total_value, 42)
        self.undo_and_see()

    def undo_and_see(self):
        self.day(SOLD_ON).with_user(self.user).action_undo()
        self.env.invalidate_all()
        moves = self.moves(self.day(SOLD_ON))
        self.assertEqual(moves.mapped("value"), [42, 14, 28])
        self.assertEqual(self.balance(), 0)

    def balance(self):
        return round(
            sum(
                line.balance
                for line in self.entries().line_ids
                if line.account_id == self.cost_account()
            ),
            2,
        )

    def test_what_has_a_value_keeps_it(self):
        self.open_books("average", "real_time")
        self.arrive(10, 4)
        self.at_time(2026, 3, 20, 9)
        self.sold(6, SOLD_ON)
        self.change_price(9)
        moves = self.moves(self.day(SOLD_ON))
        with self.assertRaises(UserError):
            moves.action_pos_bridge_revalue()
        self.assertEqual(moves.value, 24)

    def test_back_office_may_not(self):
        self.sold_without_cost("average", "real_time")
        with self.assertRaises(AccessError):
            self.uncosted().with_user(self.user).action_pos_bridge_revalue()

    def test_none_chosen_means_what_is_listed(self):
        """The list of one day values that day, not every other."""
        self.sold_without_cost("average", "periodic")
        other = date(2026, 3, 6)
        self.sold(2, other)
        self.arrive(10, 7)
        action = self.day(SOLD_ON).action_view_uncosted()
        user = self.env.ref("base.user_admin")
        user.company_ids |= self.company
        user.group_ids |= self.env.ref("account.group_account_manager")
        user.group_ids |= self.env.ref("pos_inventory_bridge.pos_bridge_group_user")
        user.group_ids |= self.env.ref("stock.group_stock_user")
        moves = self.env["stock.move"].with_user(user).with_company(self.company)
        moves.with_context(
            active_model="stock.move", active_domain=action["domain"]
        ).action_pos_bridge_revalue()
        self.env.invalidate_all()
        self.assertEqual(self.moves(self.day(SOLD_ON)).value, 42)
        self.assertEqual(self.uncosted(), self.moves(self.day(other)))

    def test_a_cost_that_is_entered_leads_to_the_days_without(self):
        """The product says how many days used it at 0, and opens just its moves."""
        self.sold_without_cost("average", "periodic")
        self.sold(2, date(2026, 3, 6))
        template = self.moves(self.day(SOLD_ON)).product_id.product_tmpl_id
        mine = template.with_user(self.user).with_company(self.company)
        self.assertEqual(mine.pos_bridge_uncosted_day_count, 2)
        other = self.ingredient("Other").product_tmpl_id
        self.assertEqual(other.pos_bridge_uncosted_day_count, 0)
        self.arrive(10, 7)
        action = mine.action_pos_bridge_uncosted()
        self.assertEqual(
            self.env["stock.move"].search(action["domain"]), self.uncosted()
        )
        self.revalue()
        self.assertEqual(mine.pos_bridge_uncosted_day_count, 0)

    def test_report_marks_what_had_no_cost(self):
        self.sold_without_cost("average", "periodic")
        report = self.env["pos.bridge.sales.report"]
        mine = [("company_id", "=", self.company.id)]
        self.assertTrue(report.search(mine).lacks_cost)
        lacking = [*mine, ("lacks_cost", "=", True)]
        groups = report._read_group(lacking, [], ["amount:sum", "__count"])
        self.assertEqual(groups[0][1], 1)
        self.arrive(10, 7)
        self.revalue()
        self.assertFalse(report.search(lacking))
        self.assertFalse(report.search(mine).lacks_cost)

    def test_revalued_twice_is_valued_once(self):
        self.sold_without_cost("average", "real_time")
        self.arrive(10, 7)
        self.revalue()
        with self.assertRaises(UserError):
            self.revalue()
        self.assertEqual(self.balance(), 42)

    def test_value_of_parts_that_came_back(self):
        """By hand: 0.5 are worth 0.05. All of it came back as 0.2, 0.15 and 0.15: worth
        0.02, then 0.04 (0.035) and 0.05 together.
        """
        parts = tuple(Decimal(part) for part in ("0.5", "0.3", "0.15", "0"))
        self.sold_without_cost("average", "real_time", parts)
        self.arrive(10, Decimal("0.10"))
        self.revalue()
        moves = self.moves(self.day(SOLD_ON)).sorted("id")
        self.assertEqual(moves.mapped("quantity"), [0.5, 0.2, 0.15, 0.15])
        self.assertEqual(moves.mapped("value"), [0.05, 0.02, 0.02, 0.01])
        self.assertEqual(self.balance(), 0)

    def bookings(self):
        """How often the reports took what moves are worth, from now on."""
        costs = self.registry["pos.bridge.cost"]
        return patch.object(costs, "_book", autospec=True, side_effect=costs._book)

    def test_many_are_valued_at_once(self):
        """Three days' moves make one look at their values, not three."""
        self.sold_without_cost("average", "real_time")
        for number in (6, 7):
            self.sold(number, date(2026, 3, number))
        self.arrive(40, 7)
        with self.bookings() as bookings:
            self.revalue()
        self.assertEqual(bookings.call_count, 1)
        days = [self.day(date(2026, 3, number)) for number in (5, 6, 7)]
        self.assertEqual([day.cost_amount for day in days], [42, 42, 49])

    def test_each_posting_bears_its_own_later_value(self):
        self.sold_without_cost("average", "real_time", (6, 9))
        self.arrive(40, 7)
        self.revalue()
        day = self.day(SOLD_ON)
        costs = self.env["pos.bridge.cost"].search([("day_id", "=", day.id)])
        self.assertEqual(
            [
                sum(cost.value for cost in costs if cost.posting_id == posting)
                for posting in day.posting_ids.sorted("revision")
            ],
            [42, 21],
        )

    def test_a_value_that_was_replaced_is_not_booked_again(self):
        """An accountant enters 42, then 48; the next look at it changes nothing."""
        self.sold_without_cost("average", "real_time")
        move = self.moves(self.day(SOLD_ON))
        for value in (42, 48):
            self.env["product.value"].create(
                {"move_id": move.id, "value": value, "company_id": self.company.id}
            )
            self.clock.tick(60)
        move._set_value()
        costs = self.env["pos.bridge.cost"].search([])
        self.assertEqual(move.value, 48)
        self.assertEqual([cost.value for cost in costs if cost.value], [42, 6])

    def test_today_is_closed(self):
        self.sold_without_cost("average", "real_time")
        self.arrive(10, 7)
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 20)
        with self.assertRaisesRegex(UserError, "Today is closed"):
            self.revalue()

    def test_the_day_is_not_marked(self):
        """It hints; nothing is wrong with the day."""
        self.sold_without_cost("average", "periodic")
        day = self.day(SOLD_ON)
        self.assertNotIn("validation_error", self.exceptions(day).mapped("code"))
        self.assertEqual(day.state, "posted")
        action = day.action_view_uncosted()
        found = self.env["stock.move"].search(action["domain"])
        self.assertEqual(found, self.moves(day))

    def test_later_prices_change_nothing_that_was_posted(self):
        """Core gives goods that came in without a bill today's price, again and again;
        what a sales day brought back keeps its value.
        """
        self.open_books("average", "real_time")
        self.arrive(10, 4)
        self.at_time(2026, 3, 20, 9)
        self.sold(-3, SOLD_ON)
        self.clock.tick(3600)
        self.products["Milk"].standard_price = 9
        self.env.invalidate_all()
        self.assertEqual(self.moves(self.day(SOLD_ON)).value, 12)


add_cases(TestAnalytic, METHODS, VALUATIONS)
add_cases(TestWithoutCost, METHODS, VALUATIONS)


@tagged("post_install", "-at_install")
class TestCostKnownLater(BooksCommon):
    """A product made today, with its cost, and days before it was made."""

    def sold_before(self, *steps):
        """What happens on the days from 10 March on, then the 5th is posted."""
        self.open_books("average", "real_time")
        for number, (kind, *values) in enumerate(steps):
            self.at_time(2026, 3, 10 + number, 8)
            getattr(self, kind)(*values)
        self.at_time(2026, 3, 20, 9)
        self.sold(6, SOLD_ON)
        return self.moves(self.day(SOLD_ON)).value

    def test_price_typed_in_when_it_was_made(self):
        self.assertEqual(self.sold_before(("change_price", Decimal(5))), 30)

    def test_first_price_and_not_todays(self):
        """Stock and books stay together: -6 at 5, then 10 more for 80."""
        steps = ("change_price", Decimal(5)), ("arrive", 10, 8)
        self.assertEqual(self.sold_before(*steps), 30)

    def test_first_receipt(self):
        steps = ("arrive", 10, 7), ("arrive", 10, 9)
        self.assertEqual(self.sold_before(*steps), 42)
        self.assertEqual(self.products["Milk"].total_value, 70 + 90 - 42)

    def test_nothing_known_at_all(self):
        self.assertEqual(self.sold_before(), 0)

    def test_ninety_days_before_it_was_made(self):
        self.open_books("average", "real_time")
        self.at_time(2026, 6, 10, 8)
        self.change_price(Decimal(5))
        self.at_time(2026, 6, 20, 8)
        for number in range(1, 4):
            self.sold(number, date(2026, 3, 10 * number))
        values = self.env["stock.move"].search(
            [("pos_bridge_day_id", "!=", False)], order="id"
        )
        self.assertEqual(values.mapped("value"), [5, 10, 15])

    def test_a_price_after_the_last_receipt_changes_no_day_before(self):
        steps = ("arrive", 10, 7), ("change_price", Decimal(9))
        self.assertEqual(self.sold_before(*steps), 42)
