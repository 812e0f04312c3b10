"""What a posting is worth: by hand, in the stock's value, in the journal.

Each case tells a story twice, to Odoo and to ``books_oracle``: goods came, some were
sold, the sales were corrected. Where nothing was priced after the day, Odoo's own slow
path does the same to a twin product at the same moments.
"""

from datetime import date

from odoo.tests import tagged

from .books_common import METHODS, VALUATIONS, BooksCommon
from .cases import add_cases

SOLD_ON = date(2026, 3, 5)
#: What the till says after it first said that 6 were sold.
CORRECTIONS = {"increase": 9, "decrease": 2, "gone": 0, "brought_back": -3}
WHENS = ("today", "past")
BETWEEN = ("quiet", "receipt")


class TwinMixin:
    """The same moves of a product that nobody but Odoo itself moves."""

    def open_twin(self):
        product = self.products["Milk"]
        self.twin = self.ingredient(
            "Twin", cost=product.standard_price, categ_id=product.categ_id.id
        )
        self.twin_places = {
            "location_id": self.bar.id,
            "location_dest_id": self.outlet.consumption_location_id.id,
        }
        self.twin_issues = []

    def twin_takes(self, quantity):
        """Odoo's own transfers, of what our posting took or gave back."""
        if quantity > 0:
            moves = self.twin_moves([(quantity, {})], self.twin_places)
            self.twin_issues.append([moves, quantity])
            return
        left, parts = -quantity, []
        for issue in reversed(self.twin_issues):
            if part := min(left, issue[1]):
                parts.append((part, {"origin_returned_move_id": issue[0].id}))
                issue[1] -= part
                left -= part
        if left:
            parts.append((left, {}))
        names, places = zip(*self.twin_places.items(), strict=True)
        self.twin_moves(parts, dict(zip(names, places[::-1], strict=True)))

    def twin_moves(self, parts, places):
        picking_type = self.company._get_pos_bridge_picking_type()
        picking = self.transfer(self.twin, parts, places, picking_type)
        picking.date_done = self.day(SOLD_ON).posting_ids[-1:].move_date
        return picking.move_ids

    def assertTwin(self):
        """Value, cost, stock and balances: none may differ by a cent."""
        self.twin._update_standard_price()
        self.env.invalidate_all()
        ours = self.products["Milk"]
        for name in ("qty_available", "standard_price", "total_value"):
            self.assertAlmostEqual(ours[name], self.twin[name], 6, name)
        our_moves, their_moves = (
            product.stock_move_ids.filtered(
                lambda move: (
                    self.outlet.consumption_location_id
                    in move.location_id | move.location_dest_id
                )
            )
            for product in (ours, self.twin)
        )
        self.assertEqual(
            our_moves.sorted("id").mapped("value"),
            their_moves.sorted("id").mapped("value"),
        )
        self.assertEqual(self.balances(our_moves), self.balances(their_moves))

    def balances(self, moves):
        """{account: balance} of the entries of these moves."""
        lines = moves.sudo().account_move_id.line_ids
        totals = {
            account: round(sum(own.mapped("balance")), 2)
            for account, own in lines.grouped("account_id").items()
        }
        return {account: balance for account, balance in totals.items() if balance}


@tagged("post_install", "-at_install")
class TestBooksValue(TwinMixin, BooksCommon):
    """Costing method x valuation x today or past x receipt between x correction."""

    def tell(self, method, valuation, when, between, correction):
        self.open_books(method, valuation, price=3 if method == "standard" else 0)
        self.open_twin()
        self.both_arrive(10, 4)
        self.at_time(2026, 3, 2, 8)
        self.both_arrive(7, "5.35")
        self.post_first(when, between)
        self.post_again(CORRECTIONS[correction])
        self.undo(SOLD_ON)
        self.check_undone()

    def both_arrive(self, quantity, unit_price):
        self.arrive(quantity, unit_price)
        self.receive_goods(self.twin, quantity, unit_price)

    def post_first(self, when, between):
        """The day is posted in its evening, or two weeks later."""
        self.has_twin = True
        if when == "past":
            self.at_time(2026, 3, 10, 8)
            if between == "receipt":
                self.both_arrive(8, 7)
                self.has_twin = self.method != "average"
            self.at_time(2026, 3, 20, 9)
        else:
            self.at_time(2026, 3, 5, 20)
        self.post(6)
        self.clock.tick(3600)
        if between == "receipt":
            self.both_arrive(5, "6.10")
            self.has_twin &= when == "today" or self.method != "average"
        self.clock.tick(3600)

    def post_again(self, quantity):
        self.post(quantity)
        self.clock.tick(60)

    def post(self, quantity):
        before = self.used(self.day(SOLD_ON)).get("Milk", 0)
        self.sold(quantity, SOLD_ON)
        if self.has_twin:
            self.twin_takes(quantity - before)
            self.assertTwin()

    def check_undone(self):
        """What was taken came back, and with it what it was worth."""
        self.assertEqual(self.used(self.day(SOLD_ON)), {})


add_cases(TestBooksValue, METHODS, VALUATIONS, WHENS, BETWEEN, CORRECTIONS)
