"""Companies side by side: the same products, items of the same name, other currencies,
costs and people. What one posts is none of the other's business.
"""

from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .books_common import METHODS, VALUATIONS, BooksCommon
from .books_oracle import Books
from .cases import add_cases

SOLD_ON = date(2026, 3, 5)
RUNNERS = ("own", "of_the_other", "scheduler")
#: What the other company does with the same product.
OTHER_METHOD = {"standard": "average", "average": "fifo", "fifo": "standard"}


class CompaniesCommon(BooksCommon):
    def open_other(self, company, method, valuation, cent=Decimal("0.01")):
        """Another company that uses the same product, in books of its own."""
        milk = self.products["Milk"]
        place = self.open_place(company)
        place.outlet.consumption_location_id.valuation_account_id = (
            company._get_pos_bridge_cost_account()
        )
        categ = milk.categ_id.with_company(company)
        categ.property_cost_method, categ.property_valuation = method, valuation
        place.books = Books(method, valuation == "real_time", cent)
        place.books.add("Milk")
        place.products = {"Milk": place.env["product.product"].browse(milk.id)}
        item = place.env["pos.bridge.item"].create(
            {
                "integration_id": place.integration.id,
                "external_id": "MILK",
                "name": "Milk",
            }
        )
        place.env["pos.bridge.mapping"].create(
            {"item_id": item.id, "map_type": "ingredient", "product_id": milk.id}
        )
        return place

    def price_if_standard(self, price):
        if self.books.method == "standard":
            product = self.products["Milk"].with_company(self.company)
            product.standard_price = price
            self.books.goods["Milk"].set_price(self.now(), price)


@tagged("post_install", "-at_install")
class TestTwoCompanies(CompaniesCommon):
    """Costing method x valuation x who runs it; the other company has others."""

    def tell(self, method, valuation, runner):
        self.open_books(method, valuation)
        yen = self.env.ref("base.JPY")
        yen.active = True
        company = self.env["res.company"].create(
            {"name": "Company C", "currency_id": yen.id}
        )
        self._keep_books(company)
        company.currency_id = yen
        other_valuation = next(v for v in VALUATIONS if v != valuation)
        other = self.open_other(
            company, OTHER_METHOD[method], other_valuation, Decimal(1)
        )
        self.assertNotEqual(company.currency_id, self.company.currency_id)
        self.buy(3, 4, "5.35")
        with self.inside(other):
            self.buy(500, 640, "735")
        self.at_time(2026, 3, 20, 9)
        for quantity in (6, 9, 2):
            self.post(runner, self.user, other, quantity)
            with self.inside(other):
                self.post(runner, other.user, None, quantity + 1)
        self.check_books()
        with self.inside(other):
            self.check_books()
            self.check_apart()
        self.check_apart()

    def buy(self, price, first, second):
        """Twice, at other prices."""
        self.price_if_standard(price)
        self.arrive(10, first)
        self.clock.tick(3600)
        self.arrive(7, second)

    def post(self, runner, user, other, quantity):
        """The same run, by whoever it is."""
        self.sell({"MILK": quantity}, SOLD_ON, outlet=self.outlet)
        day = self.day(SOLD_ON)
        transfer = self.env["pos.bridge.transfer"]._enqueue(day, "automatic")
        self.run_as(runner, transfer, user)
        self.env.invalidate_all()
        self.check_posted(day, {"Milk": quantity})

    def run_as(self, runner, transfer, user):
        companies = self.env["res.company"].search([], order="id desc")
        if runner == "own":
            transfer = transfer.with_user(user)
        elif runner == "of_the_other":
            # Works in all companies, and is in another one now.
            user.company_ids = companies
            other = (companies - self.company)[:1]
            allowed = other.ids + (companies - other).ids
            transfer = transfer.with_user(user).with_context(
                allowed_company_ids=allowed
            )
        else:
            # As the scheduled action does it: nobody's company.
            root = self.env.ref("base.user_root")
            transfer = transfer.with_user(root).with_context(allowed_company_ids=None)
        transfer._run_all()
        user.company_ids = self.company

    def check_apart(self):
        """Moves, transfers and entries are of this company, all of them."""
        moves = self.moves(self.day(SOLD_ON))
        for records in (
            moves,
            moves.picking_id,
            moves.account_move_id,
            moves.account_move_id.line_ids,
            moves.account_move_id.journal_id,
            moves.location_id,
            moves.location_dest_id,
        ):
            self.assertLessEqual(records.company_id, self.company)
        self.assertEqual(self.day(SOLD_ON).currency_id, self.company.currency_id)


add_cases(TestTwoCompanies, METHODS, VALUATIONS, RUNNERS)


@tagged("post_install", "-at_install")
class TestBranch(CompaniesCommon):
    """A branch keeps its stock itself; accounts, journal and locks are its parent's."""

    def open_branch(self, method="average", valuation="real_time"):
        self.open_books(method, valuation)
        company = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        return self.open_other(company, method, valuation)

    def sell_there(self, quantity):
        self.sell({"MILK": quantity}, SOLD_ON, outlet=self.outlet)
        day = self.day(SOLD_ON)
        self.run_day(day=day)
        return self.check_posted(day, {"Milk": quantity})

    def tell(self, method, valuation):
        branch = self.open_branch(method, valuation)
        self.price_if_standard(3)
        self.arrive(10, 4)
        with self.inside(branch):
            self.price_if_standard(5)
            self.arrive(10, 6)
            self.at_time(2026, 3, 20, 9)
            for quantity in (6, 2, 7):
                self.sell_there(quantity)
            entries = self.entries()
            self.assertEqual(bool(entries), valuation == "real_time")
            self.assertLessEqual(entries.company_id, self.company)
        self.assertEqual(self.books.goods["Milk"].on_hand, 10)
        self.check_books()

    def test_lock_of_the_parent(self):
        branch = self.open_branch()
        with self.inside(branch):
            self.arrive(10, 6)
            self.at_time(2026, 3, 20, 9)
            self.sell_there(6)
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 10)
        with self.inside(branch):
            self.books.locked_until = date(2026, 3, 10)
            self.assertEqual(self.sell_there(8).accounting_date, date(2026, 3, 11))
            self.company.sudo().fiscalyear_lock_date = date(2026, 3, 15)
            self.books.locked_until = date(2026, 3, 15)
            self.assertEqual(self.sell_there(3).accounting_date, date(2026, 3, 16))

    def test_hard_lock_of_the_parent(self):
        branch = self.open_branch("fifo")
        self.company.sudo().hard_lock_date = date(2026, 3, 10)
        with self.inside(branch):
            self.at_time(2026, 3, 12, 9)
            self.arrive(10, 6)
            self.books.locked_until = date(2026, 3, 10)
            self.assertEqual(self.sell_there(8).accounting_date, date(2026, 3, 11))

    def test_lock_of_a_branch_is_not_its_parents(self):
        branch = self.open_branch()
        branch.company.sudo().fiscalyear_lock_date = date(2026, 3, 10)
        self.at_time(2026, 3, 20, 9)
        self.arrive(10, 6)
        self.assertEqual(self.sold(6, SOLD_ON).accounting_date, SOLD_ON)


add_cases(TestBranch, METHODS, VALUATIONS)


@tagged("post_install", "-at_install")
class TestPeopleOfTwoCompanies(CompaniesCommon):
    def test_nobody_sees_or_runs_the_others_days(self):
        self.open_books("average", "real_time")
        company = self.env["res.company"].create({"name": "Company C"})
        other = self.open_other(company, "average", "periodic")
        day = self.day(SOLD_ON)
        stranger = day.with_user(other.user).with_context(
            allowed_company_ids=company.ids
        )
        self.assertFalse(stranger.search([("id", "=", day.id)]))
        for action in ("action_repost", "action_fetch", "action_undo"):
            with self.assertRaises(AccessError):
                getattr(stranger, action)()
        self.assertFalse(self.moves(day))
