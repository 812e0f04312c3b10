"""What all tests stand on: a second company, a user without stock rights, and a till
that says what the test tells it to say.
"""

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo import Command, fields

from odoo.addons.base.tests.common import BaseCommon

from ..tools.records import SaleData, SaleLineData, SalesDay
from .scripted_till import ScriptedTill

DAY = date(2026, 3, 3)


class PosBridgeCommon(BaseCommon):
    """Company B of two, average cost, an outlet whose till is ``cls.till``.

    ``cls.till[outlet id, date]`` is the ``SalesDay`` that the connector answers;
    ``sell`` puts one there, and ``scripted_till`` makes it answer late, wrong or not.
    Nothing is done as administrator that a back-office user does: ``cls.env`` is that
    of a user with the bridge's user group only, set-up goes through ``sudo``.
    """

    digits = 2
    outlet_tz = "Europe/Berlin"
    outlet_day_start = 5.0
    cost_method = "average"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(
                cls.registry["pos.bridge.transfer"], "_commit", lambda self: None
            )
        )
        precision = cls.env.ref("uom.decimal_product_uom")
        precision.digits = cls.digits
        cls._create_company()
        cls._create_units()
        cls._create_user()
        cls._create_integration()
        cls.till = ScriptedTill()
        cls._patch_till()
        cls.uom_kg = cls.env.ref("uom.product_uom_kgm")
        cls.uom_unit = cls.env.ref("uom.product_uom_unit")

    def setUp(self):
        super().setUp()
        self.till.clear()

    @contextlib.contextmanager
    def taken_back(self):
        """One story of several in a test; nothing of it is left."""
        savepoint = self.env.cr.savepoint()
        with contextlib.closing(savepoint):
            try:
                yield
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
                self.till.clear()

    @classmethod
    def _create_company(cls):
        cls.company = cls.env["res.company"].create({"name": "Company B"})
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.categ = cls.env["product.category"].create({"name": "Ingredients"})
        cls.categ.property_cost_method = cls.cost_method
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _create_units(cls):
        def unit(name):
            return cls.env["stock.location"].create(
                {
                    "name": name,
                    "location_id": cls.warehouse.view_location_id.id,
                    "is_storage_unit": True,
                    "company_id": cls.company.id,
                }
            )

        cls.bar, cls.kitchen = unit("Bar"), unit("Kitchen")

    @classmethod
    def _create_user(cls):
        cls.user = cls.env["res.users"].create(
            {
                "name": "Back Office",
                "login": "pos_bridge_back_office",
                "tz": "Europe/Berlin",
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [
                    Command.set(
                        cls.env.ref("pos_inventory_bridge.pos_bridge_group_user").ids
                    )
                ],
            }
        )

    @classmethod
    def _create_integration(cls):
        cls.integration = cls.env["pos.bridge.integration"].create(
            {"name": "Till", "connector": "none", "company_id": cls.company.id}
        )
        cls.outlet = cls._create_outlet("Bar", cls.bar)

    @classmethod
    def _create_outlet(cls, name, unit, **vals):
        return cls.env["pos.bridge.outlet"].create(
            {
                "integration_id": cls.integration.id,
                "external_id": name.lower(),
                "name": name,
                "tz": cls.outlet_tz,
                "day_start": cls.outlet_day_start,
                "storage_ids": [Command.create({"location_id": unit.id})],
                **vals,
            }
        )

    @classmethod
    def _patch_till(cls):
        def fetch_sales(connector, outlet, business_date):
            return cls.till.answer(outlet, business_date)

        cls.startClassPatcher(
            patch.object(
                cls.registry["pos.bridge.connector.none"], "fetch_sales", fetch_sales
            )
        )

    # === RECORDS === #

    @classmethod
    def ingredient(cls, name, uom=None, cost=1.0, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": cls.categ.id,
                "uom_id": (uom or cls.uom_kg).id,
                "standard_price": cost,
                **vals,
            }
        )

    @classmethod
    def recipe(cls, name, lines, quantity=1.0, uom=None, **vals):
        """A recipe; ``lines`` are (product, quantity) or (product, quantity, trim)."""
        dish = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": False,
                "uom_id": (uom or cls.uom_unit).id,
            }
        )
        bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": dish.product_tmpl_id.id,
                "type": "recipe",
                "company_id": cls.company.id,
                "product_qty": quantity,
                "product_uom_id": dish.uom_id.id,
                "bom_line_ids": [cls._recipe_line(*line) for line in lines],
                **vals,
            }
        )
        return bom

    @classmethod
    def _recipe_line(cls, product, quantity, trim=0.0):
        if product._name == "mrp.bom":
            product = product.product_tmpl_id.product_variant_id
        return Command.create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "trim_percentage": trim,
            }
        )

    @classmethod
    def item(cls, external_id, target=None, quantity=1.0, **vals):
        """An item of the till, mapped to an ingredient or a recipe if one is given."""
        item = cls.env["pos.bridge.item"].create(
            {
                "integration_id": cls.integration.id,
                "external_id": external_id,
                "name": external_id.title(),
                "list_price": vals.pop("price", 0.0),
            }
        )
        if target is not None:
            cls.map(item, target, quantity, **vals)
        return item

    @classmethod
    def map(cls, item, target, quantity=1.0, **vals):
        kind = {"product.product": "ingredient", "mrp.bom": "recipe"}[target._name]
        field = {"ingredient": "product_id", "recipe": "bom_id"}[kind]
        mappings = cls.env["pos.bridge.mapping"].with_user(cls.user)
        return mappings.create(
            {
                "item_id": item.id,
                "map_type": kind,
                field: target.id,
                "quantity": quantity,
                **vals,
            }
        )

    # === SALES === #

    @classmethod
    def line(cls, number, code, quantity=1, price=0, **vals):
        return SaleLineData(
            external_id=str(number),
            name=code.title(),
            item_external_id=code,
            quantity=Decimal(str(quantity)),
            amount_net=Decimal(str(price)) * Decimal(str(quantity)),
            **vals,
        )

    @classmethod
    def receipt(cls, external_id, lines, day=DAY, **vals):
        return SaleData(external_id=external_id, business_date=day, lines=lines, **vals)

    @classmethod
    def sell(cls, sales, day=DAY, complete=True, outlet=None, **vals):
        """What the till will answer for this day. ``sales``: receipts, or {code:
        quantity}.
        """
        if isinstance(sales, dict):
            sales = [
                cls.receipt(f"{day}-{code}", [cls.line(1, code, quantity, 10)], day)
                for code, quantity in sales.items()
            ]
        outlet = outlet or cls.outlet
        cls.till[outlet.id, day] = SalesDay(complete=complete, sales=sales, **vals)

    @classmethod
    def at(cls, *args):
        return datetime(*args, tzinfo=UTC)

    # === RUNS === #

    def day(self, business_date=DAY, outlet=None):
        days = self.env["pos.bridge.day"]
        return days._get_or_create(outlet or self.outlet, [business_date])

    def run_day(self, trigger="automatic", day=None, **context):
        """Run one transfer as the back-office user would make it run."""
        day = (day or self.day()).with_user(self.user).with_context(**context)
        transfer = day.env["pos.bridge.transfer"]._enqueue(day, trigger)
        transfer._run_all()
        self.env.invalidate_all()
        return transfer.sudo()

    def used(self, day=None, unit=None):
        """{ingredient name: quantity that left the unit}, read from Odoo's own done
        moves.
        """
        totals = {}
        for move in self.moves(day):
            inward = move.location_dest_id.usage == "internal"
            place = move.location_dest_id if inward else move.location_id
            if unit is None or place == unit:
                name = move.product_id.name
                sign = -1 if inward else 1
                totals[name] = round(totals.get(name, 0.0) + sign * move.quantity, 8)
        return {name: quantity for name, quantity in totals.items() if quantity}

    def moves(self, day=None):
        domain = [("pos_bridge_day_id", "=", (day or self.day()).id)]
        return self.env["stock.move"].search(
            [*domain, ("state", "=", "done")], order="id"
        )

    def exceptions(self, day=None):
        return (day or self.day()).sudo().open_exception_ids

    @classmethod
    def stock_up(cls, products, unit=None, quantity=1000.0):
        """Enough on the shelf for a test about something else."""
        quants = cls.env["stock.quant"].sudo()
        for product in products:
            quants._update_available_quantity(product, unit or cls.bar, quantity)

    @classmethod
    def _sell_espresso(cls):
        """The shortest menu: ESP takes one of the coffee that is there."""
        cls.coffee = cls.ingredient("Coffee")
        cls.stock_up(cls.coffee)
        cls.esp = cls.item("ESP", cls.coffee, 1)

    @classmethod
    def _let_till_be_asked(cls):
        """As if the integration had a real connector, which can be asked every day."""
        cls.integration.state = "connected"
        cls.startClassPatcher(
            patch.object(
                cls.registry["pos.bridge.integration"],
                "_can_run_automatically",
                lambda self: True,
            )
        )

    def receive(self, product, quantity, unit, when, cost=None):
        """Goods that arrived at a date, by Odoo's own receipt."""
        picking_type = self.warehouse.in_type_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        places = {"location_id": supplier.id, "location_dest_id": unit.id}
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": picking_type.id,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        picking.date_done = fields.Datetime.to_datetime(when)
        if cost is not None:
            # What a vendor bill does.
            picking.move_ids.value = cost * quantity
            product._update_standard_price()
        return picking

    def row_counts(self):
        """How many rows each table has that a run could write to, the log excepted."""
        models = [
            "stock.move",
            "stock.move.line",
            "stock.picking",
            "stock.quant",
            "account.move",
            "account.move.line",
            "product.value",
        ]
        models += [
            name
            for name in self.env
            if name.startswith("pos.bridge.")
            and self.env[name]._auto
            and not self.env[name]._abstract
            and not self.env[name]._transient
            and name != "pos.bridge.transfer"
        ]
        self.env.flush_all()
        return {name: self.env[name].sudo().search_count([]) for name in models}
