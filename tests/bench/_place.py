"""A place that sells, set up in Odoo: what the benchmarks of posting have in common."""

import time
from decimal import Decimal

#: Enough that nothing runs out within three years.
IN_STOCK = 1_000_000
COST = 5.0
#: Since when the goods cost that; nothing is sold before.
PRICED_ON = "2015-01-01 00:00:00"
STOCK_UP = """
INSERT INTO stock_quant (product_id, location_id, company_id, quantity,
                         reserved_quantity, in_date)
SELECT product.id, place.id, place.company_id, %s, 0, now() AT TIME ZONE 'UTC'
  FROM product_product product, stock_location place
 WHERE product.id = ANY(%s) AND place.id = ANY(%s)
"""
LEDGER = """
SELECT day.business_date, product.default_code,
       sum(CASE WHEN place.usage = 'internal' THEN move.quantity::numeric
                ELSE -move.quantity::numeric END)::text
  FROM stock_move move
  JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
  JOIN product_product product ON product.id = move.product_id
  JOIN stock_location place ON place.id = move.location_id
 WHERE move.state = 'done' AND day.outlet_id = %s AND move.is_inventory IS NOT TRUE
 GROUP BY 1, 2
"""


def ledger_of(outlet):
    """{(date, ingredient): kg} that left stock for an outlet's sales days, by done
    moves.
    """
    outlet.env.cr.execute(LEDGER, [outlet.id])
    used = {
        (date, name): Decimal(kg).quantize(Decimal("0.00001"))
        for date, name, kg in outlet.env.cr.fetchall()
    }
    return {key: kg for key, kg in used.items() if kg}


class Place:
    """An integration that reads CSV files, outlets with a storage unit each, products
    and recipes.

    :param outlets: their names in the files; "main" where files do not name any
    :param columns: what the columns of its files are: "outlet", "date", "time",
        "receipt", "line", "quantity" and "amount" as far as there are any
    :param in_stock: so much of every ingredient lies in every unit from the beginning
    """

    def __init__(self, env, columns, outlets=("main",), in_stock=IN_STOCK):
        self.env = env
        self.in_stock = in_stock
        self.kg = env.ref("uom.product_uom_kgm")
        self.unit = env.ref("uom.product_uom_unit")
        self.integration = env["pos.bridge.integration"].create(
            {"name": "Till", "connector": "csv"}
        )
        self.integration.action_use_more_digits()
        self.products, self.boms, self.mappings = {}, {}, {}
        self._describe_files(columns)
        self.storages = self._make_storages(outlets)
        self.outlets = self._make_outlets(outlets)

    def _describe_files(self, columns):
        layout = self.integration.csv_layout_ids
        layout.rule_ids.unlink()
        sources = {f"{name}_source_column": name for name in columns}
        layout.rule_ids = [(0, 0, {"source_column": "item", **sources})]
        layout.is_confirmed = True
        self.header = ",".join([*columns, "item"])

    def _make_storages(self, names):
        company = self.env.company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        return self.env["stock.location"].create(
            [
                {
                    "name": f"Kitchen of {name}",
                    "location_id": warehouse.view_location_id.id,
                    "is_storage_unit": True,
                }
                for name in names
            ]
        )

    def _make_outlets(self, names):
        outlets = self.env["pos.bridge.outlet"].create(
            [
                {
                    "integration_id": self.integration.id,
                    "external_id": name,
                    "name": name,
                    "tz": "UTC",
                    "day_start": 5.0,
                }
                for name in names
            ]
        )
        for outlet, storage in zip(outlets, self.storages, strict=True):
            outlet.storage_unit_id = storage
        return outlets

    def use_average_cost(self):
        """From now on goods are valued at average cost."""
        products = self.env["product.product"].union(*self.products.values())
        products.categ_id = self.env["product.category"].create(
            {"name": "Average cost", "property_cost_method": "average"}
        )
        self.date_prices()

    # === WHAT IS SOLD AND USED === #

    def add_ingredients(self, names):
        """Storable products, in stock everywhere."""
        new = [name for name in names if name not in self.products]
        for name in new:
            self.products[name] = self._product(
                name, self.kg, is_storable=True, standard_price=COST
            )
        if self.in_stock:
            self._stock_up([self.products[name].id for name in new])
        self.date_prices()

    def _stock_up(self, product_ids):
        """Sixty thousand for two hundred sites: quicker in the database."""
        self.env.flush_all()
        self.env.cr.execute(STOCK_UP, [self.in_stock, product_ids, self.storages.ids])

    def date_prices(self):
        """The prices that the products have now are as old as the place."""
        products = self.env["product.product"].union(*self.products.values())
        prices = self.env["product.value"].search([("product_id", "in", products.ids)])
        prices.date = PRICED_ON

    def add_recipe(self, name, made, unit, lines, kind="recipe"):
        """A dish and its recipe. ``lines``: {name: (kg, trim in per cent)}."""
        dish = self.products[name] = self._product(name, unit)
        self.boms[name] = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": dish.product_tmpl_id.id,
                "type": kind,
                "product_qty": float(made),
                "product_uom_id": unit.id,
                "company_id": self.env.company.id,
                "bom_line_ids": [
                    (0, 0, self._prepare_line(line, kg, trim))
                    for line, (kg, trim) in lines.items()
                ],
            }
        )

    def _product(self, name, unit, **vals):
        return self.env["product.product"].create(
            {
                "name": name,
                "default_code": name,
                "type": "consu",
                "uom_id": unit.id,
                **vals,
            }
        )

    def _prepare_line(self, name, kg, trim):
        return {
            "product_id": self.products[name].id,
            "product_qty": float(kg),
            "product_uom_id": self.kg.id,
            "trim_percentage": float(trim),
        }

    def add_menu(self, restaurant):
        """Ingredients and recipes of a ``Restaurant``."""
        self.add_ingredients(restaurant.ingredients)
        for unit, recipes in (
            (self.kg, restaurant.sauces),
            (self.unit, restaurant.dishes),
        ):
            for name, lines in recipes.items():
                self.add_recipe(name, 1, unit, {n: (kg, 0) for n, kg in lines.items()})

    def map(self):
        """Every item to the recipe of its name."""
        items = self.integration.item_ids.filtered(lambda item: not item.mapping_ids)
        mappings = self.env["pos.bridge.mapping"].create(
            [
                {
                    "item_id": item.id,
                    "map_type": "recipe",
                    "bom_id": self.boms[item.external_id].id,
                }
                for item in items
            ]
        )
        self.mappings |= {each.item_id.external_id: each for each in mappings}
        self.env.cr.commit()

    def receive(self, storage, moment):
        """A delivery of every ingredient, at another price."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": product.id,
                    "product_uom": self.kg.id,
                    "product_uom_qty": 100,
                    "quantity": 100,
                    "location_id": supplier.id,
                    "location_dest_id": storage.id,
                    "company_id": self.env.company.id,
                    "price_unit": 2 * COST,
                    "picked": True,
                }
                for product in self.products.values()
                if product.is_storable
            ]
        )
        moves._action_done()
        moves.date = moment
        self.env.cr.commit()

    # === SALES === #

    def upload(self, rows):
        """Store these rows (lists, in the order of the columns) as one file."""
        lines = [self.header, *(",".join(map(str, row)) for row in rows)]
        file, is_new = self.env["pos.bridge.csv.file"]._store(
            self.integration, "sales.csv", "\n".join(lines).encode()
        )
        if not is_new:
            raise SystemExit("This file was stored before.")
        self.env.cr.commit()
        return file

    def post(self, transfers):
        """Run these one by one; seconds of each."""
        seconds = []
        for transfer in transfers:
            start = time.perf_counter()
            transfer._run_all()
            seconds.append(time.perf_counter() - start)
            self.env.invalidate_all()
        wrong = [each for each in transfers if each.state not in ("done", "partial")]
        if wrong:
            raise SystemExit(f"{wrong[0].display_name}: {wrong[0].error}")
        return seconds

    def ledger(self, outlet=None):
        """What the sales days of an outlet used (none: of the first outlet)."""
        return ledger_of(outlet or self.outlets[0])
