"""Odoo's books beside those on paper: what each run posted, and what all of it says."""

from collections import defaultdict
from datetime import datetime, time
from decimal import Decimal

from property_books_steps import DAYS

from odoo.addons.pos_inventory_bridge.tests.books_common import BooksCommon
from odoo.addons.pos_inventory_bridge.tests.books_oracle import SECOND
from odoo.addons.pos_inventory_bridge.tests.books_valuation import cents


class BooksStories(BooksCommon):
    """What happens in a story that Odoo and the paper share, and the comparison."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cost = cls.company._get_pos_bridge_cost_account()
        cls.loss = cost.copy({"name": "Inventory loss", "code": "500999"})
        cls.received = cost.copy({"name": "Goods received", "code": "500998"})
        product = cls.env["product.product"].with_company(cls.company)
        cls.inventory = product.new({}).property_stock_inventory
        cls.inventory.valuation_account_id = cls.loss

    # === WHAT HAPPENS === #

    def begin_transaction(self):
        """Each step has its own, so what it writes is younger than what was there."""
        self.env.cr._now = self.now()

    def book_receipts(self):
        """As if every bill came with its goods."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        supplier.valuation_account_id = self.received

    def count(self, name, moment, quantity):
        """As a person does it: type what is there, apply, dated when it was counted."""
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": self.products[name].id,
                "location_id": self.bar.id,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory(moment)
        self.env.flush_all()

    # === WHAT A RUN POSTED === #

    def check_run(self, day):
        """The postings that a run of a day made are those on paper."""
        self.env.invalidate_all()
        key = day.outlet_id.id, day.business_date
        parts = self.books.run(key, self.now())
        postings = day.sudo().posting_ids.sorted("revision")
        self.assertEqual(len(postings), len(self.books.postings[key]), "postings")
        last = postings[len(postings) - len(parts) :]
        for posting, part in zip(last, parts, strict=True):
            self.check_part(posting, part)

    def check_part(self, posting, part):
        counted = posting.move_ids.filtered("is_inventory")
        used = posting.move_ids - counted
        self.assertEqual(posting.move_date, part.moment)
        self.assertEqual(posting.accounting_date, part.accounting_date)
        self.assertLessEqual(set(used.mapped("date")), {part.moment})
        self.assertEqual(self.quantities(used), part.quantities)
        self.assertEqual(self.values(used), part.values)
        put_back = {
            name: (set(moves.mapped("date")), -self.quantities(moves)[name])
            for name, moves in self.by_name(counted).items()
        }
        self.assertEqual(
            put_back,
            {name: ({when}, much) for name, (when, much) in part.put_back.items()},
        )

    def by_name(self, moves):
        return {
            self.name_of(product): own
            for product, own in moves.grouped("product_id").items()
        }

    # === WHAT ALL OF IT SAYS === #

    def check_all(self):
        self.check_books()
        self.check_days()
        if self.books.is_booked_with_receipts:
            self.check_stock_account()

    def check_days(self):
        """The ledger of each day, and what waits: together they are what was used."""
        days = self.env["pos.bridge.day"].search([("outlet_id", "=", self.outlet.id)])
        taken, opened = defaultdict(dict), defaultdict(dict)
        for name, shelf in self.books.shelves.items():
            if shelf.policy == "post" and shelf.counted_at:
                self.assertEqual(shelf.must_be_there(), shelf.on_hand, name)
            for on in shelf.used:
                taken[on][name] = shelf.taken[on]
                opened[on][name] = shelf.open(on)
        for day in days:
            on = day.business_date
            used = self.moves(day).filtered(lambda move: not move.is_inventory)
            ledger = without_zeros(self.quantities(used))
            self.assertEqual(ledger, without_zeros(taken[on]), str(on))
            waits = {
                self.name_of(row.product_id): exact(row.quantity)
                for row in day.sudo().open_ids
            }
            self.assertEqual(waits, without_zeros(opened[on]), f"open on {on}")

    def check_past(self):
        """What was there at the end of each business date."""
        for on in DAYS:
            moment = datetime.combine(on, time(23, 59, 59)) + SECOND
            for name, goods in self.books.goods.items():
                product = self.products[name].with_context(
                    to_date=moment, allowed_company_ids=self.company.ids
                )
                there = exact(product.qty_available)
                self.assertEqual(there, goods.on_hand_at(moment), f"{name} at {moment}")

    def check_stock_account(self):
        """Whatever moved, the account says what the goods are worth."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.stock_account().id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        worth = sum(goods.stock_value for goods in self.books.goods.values())
        self.assertEqual(cents(str(sum(lines.mapped("balance")))), worth)

    def all_moves(self):
        return self.env["stock.move"].search([("company_id", "=", self.company.id)])

    def account_names(self):
        return {**super().account_names(), self.loss: "loss"}


def exact(quantity):
    return round(Decimal(str(quantity)), 5)


def without_zeros(quantities):
    return {name: quantity for name, quantity in quantities.items() if quantity}
