"""A company with books in Odoo, and the same one beside it as plain arithmetic."""

import contextlib
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

import freezegun

from odoo import Command

from .books_oracle import Books
from .books_valuation import cents
from .common import PosBridgeCommon

OPENED = datetime(2026, 3, 1, 8)
METHODS = ("standard", "average", "fifo")
VALUATIONS = ("real_time", "periodic")


class BooksCommon(PosBridgeCommon):
    """Whatever happens is done twice: in Odoo, and in ``self.books``."""

    outlet_tz = "UTC"

    @classmethod
    def setUpClass(cls):
        freezer = freezegun.freeze_time(OPENED)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        cls._keep_books(cls.company)
        cls.outlet.consumption_location_id.valuation_account_id = (
            cls.company._get_pos_bridge_cost_account()
        )
        cls.integration.shrink_limit = 1
        cls.user.group_ids |= cls.env.ref("pos_inventory_bridge.pos_bridge_group_undo")
        cls.categories = {
            (method, valuation): cls._create_category(method, valuation)
            for method in METHODS
            for valuation in VALUATIONS
        }

    def setUp(self):
        super().setUp()
        self.clock.move_to(OPENED)

    @classmethod
    def _keep_books(cls, company):
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )

    @classmethod
    def _create_category(cls, method, valuation):
        category = cls.env["product.category"].create({"name": f"{method} {valuation}"})
        category.property_cost_method = method
        category.property_valuation = valuation
        return category

    @contextlib.contextmanager
    def taken_back(self):
        try:
            with super().taken_back():
                yield
        finally:
            self.clock.move_to(OPENED)

    # === THE STORY === #

    def open_books(self, method, valuation, price=0, books=None):
        """One product and one item that takes one of it, and the same in figures."""
        self.books = books or Books(method, valuation == "real_time")
        self.products, self.moves_before = {}, self.env["stock.move"]
        self.method, self.valuation = method, valuation
        return self.open_product("Milk", price)

    def open_product(self, name, price=0):
        category = self.categories[self.method, self.valuation]
        product = self.ingredient(name, cost=price, categ_id=category.id)
        self.item(name.upper(), product, 1)
        self.products[name] = product
        self.goods = self.books.add(name, price)
        if price:
            self.goods.set_price(self.now(), price)
        return product

    def now(self):
        return datetime.now()

    def at_time(self, *moment):
        self.clock.move_to(datetime(*moment))

    def arrive(self, quantity, unit_price=None, name="Milk"):
        """Goods arrive now, at a price that somebody enters (none: today's cost)."""
        product = self.products[name]
        self.receive_goods(product, quantity, unit_price)
        self.books.goods[name].receive(self.now(), Decimal(quantity), unit_price)

    def receive_goods(self, product, quantity, unit_price=None):
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.bar.id,
        }
        parts = [(quantity, {})]
        move = self.transfer(product, parts, places, self.warehouse.in_type_id).move_ids
        # What a receipt has still to work out belongs to its own moment.
        self.env.flush_all()
        if unit_price is not None:
            value = cents(Decimal(unit_price) * quantity, self.books.cent)
            move.value_manual = float(value)
        return move

    def transfer(self, product, parts, places, picking_type):
        """Odoo's own slow path: a transfer, checked, filled in and validated.

        :param parts: [(quantity, other values of the move)]
        """
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": picking_type.id,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            **vals,
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for quantity, vals in parts
                ],
            }
        )
        picking.action_confirm()
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def change_price(self, price, name="Milk"):
        self.products[name].standard_price = price
        self.books.goods[name].set_price(self.now(), price)

    def sold(self, quantity, business_date, name="Milk", outlet=None):
        """The till tells so, the day is posted; the books must follow."""
        outlet = outlet or self.outlet
        self.sell({name.upper(): quantity} if quantity else {}, business_date)
        day = self.day(business_date, outlet)
        self.run_day(day=day)
        return self.check_posted(day, {name: Decimal(quantity)})

    def undo(self, business_date):
        day = self.day(business_date)
        day.with_user(self.user).action_undo()
        self.env.invalidate_all()
        return self.check_posted(day, {})

    # === OTHER COMPANIES === #

    @contextlib.contextmanager
    def inside(self, place):
        """The story goes on in another company: its books, its outlet, its people."""
        names = vars(place)
        before = {name: getattr(self, name) for name in names}
        vars(self).update(names)
        try:
            yield place
        finally:
            vars(place).update({name: getattr(self, name) for name in names})
            vars(self).update(before)

    def open_place(self, company):
        """What ``inside`` takes: a company with a unit and an outlet of its own."""
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        self.env.user.company_ids |= company
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        unit = env["stock.location"].create(
            {
                "name": "Counter",
                "location_id": warehouse.view_location_id.id,
                "is_storage_unit": True,
                "company_id": company.id,
            }
        )
        integration = env["pos.bridge.integration"].create(
            {
                "name": "Other Till",
                "connector": "none",
                "company_id": company.id,
                "shrink_limit": 1,
            }
        )
        outlet = env["pos.bridge.outlet"].create(
            {
                "integration_id": integration.id,
                "external_id": "counter",
                "name": "Counter",
                "tz": "UTC",
                "storage_ids": [Command.create({"location_id": unit.id})],
            }
        )
        return SimpleNamespace(
            env=env,
            company=company,
            warehouse=warehouse,
            bar=unit,
            integration=integration,
            outlet=outlet,
            user=self.back_office(company),
            books=None,
            products={},
        )

    def back_office(self, company):
        """A user of one company; undoes days, too."""
        user = self.user.copy({"login": f"user of {company.name}"})
        user.write(
            {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        return user

    # === WHAT ODOO SAYS === #

    def check_posted(self, day, targets, books=True):
        """The posting that the last run made is what the figures say it must be."""
        key = day.outlet_id.id, day.business_date
        expected = self.books.post(key, targets, self.now())
        posting = day.sudo().posting_ids.sorted("revision")[-1:]
        self.assertEqual(
            len(day.sudo().posting_ids), len(self.books.postings[key]), "postings"
        )
        if expected:
            self.assertEqual(posting.move_date, expected.moment)
            self.assertEqual(posting.accounting_date, expected.accounting_date)
            self.assertEqual(set(posting.move_ids.mapped("date")), {expected.moment})
            self.assertEqual(self.quantities(posting.move_ids), expected.quantities)
            self.assertEqual(self.values(posting.move_ids), expected.values)
        if books:
            self.check_books()
        return posting

    def check_books(self):
        """Quantity, value, cost and journal, all of them."""
        self.env.invalidate_all()
        for name, goods in self.books.goods.items():
            product = self.products[name].with_context(
                allowed_company_ids=self.company.ids, pos_bridge_one_company=True
            )
            self.assertEqual(round(product.qty_available, 5), float(goods.on_hand))
            # A cost that is worked out from a booked value bears its rounding.
            rounded = float(goods.cent) / (float(goods.on_hand) or 1.0)
            self.assertAlmostEqual(
                product.standard_price,
                float(goods.price),
                msg=name,
                delta=max(1e-6, abs(rounded)),
            )
            value = float(goods.stock_value)
            self.assertAlmostEqual(
                product.total_value, value, msg=name, delta=float(goods.cent) * 1.01
            )
        journal = {key: sum_ for key, sum_ in self.books.journal.items() if sum_}
        self.assertEqual(self.journal(), journal)

    def signed(self, moves):
        for move in moves:
            sign = 1 if move.location_id.usage == "internal" else -1
            yield move, sign, self.name_of(move.product_id)

    def name_of(self, product):
        return next(name for name, own in self.products.items() if own == product)

    def quantities(self, moves):
        totals = defaultdict(Decimal)
        for move, sign, name in self.signed(moves):
            totals[name] += sign * round(Decimal(str(move.quantity)), 5)
        return totals

    def values(self, moves):
        totals = defaultdict(Decimal)
        for move, sign, name in self.signed(moves):
            totals[name] += sign * self.money(move.value)
        return totals

    def money(self, amount):
        return cents(str(amount), self.books.cent)

    def entries(self):
        """Journal entries of our postings, oldest first."""
        domain = [("company_id", "=", self.company.id)]
        domain.append(("pos_bridge_day_id", "!=", False))
        moves = self.env["stock.move"].search(domain)
        return moves.account_move_id.sorted("id")

    def journal(self):
        """{(account, date): balance} of what our postings wrote."""
        totals = defaultdict(Decimal)
        names = self.account_names()
        for line in self.entries().line_ids:
            totals[names[line.account_id], line.date] += self.money(line.balance)
        return {key: balance for key, balance in totals.items() if balance}

    def account_names(self):
        return {self.cost_account(): "cost", self.stock_account(): "stock"}

    def cost_account(self):
        return self.company._get_pos_bridge_cost_account()

    def stock_account(self):
        product = next(iter(self.products.values()))
        for company in self.company.parent_ids[::-1]:
            accounts = product.with_company(company)._get_product_accounts()
            if accounts["stock_valuation"]:
                break
        return accounts["stock_valuation"]
