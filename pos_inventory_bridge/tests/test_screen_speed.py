"""How many queries the screens of days and ledger need, however much there is.

The numbers are fixed: one more is a decision, and not something that happens.
"""

from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL

from .common import DAY, PosBridgeCommon

MOVES = 50_000
LINES = 1_000
PAGE = 80

#: Queries of each screen; the ledger reads its moves too, for why they are dated later.
LEDGER_PAGE = 10
HEADINGS = 9
DAY_FORM = 31
DAY_LIST = 8


@tagged("post_install", "-at_install")
class TestLedgerSpeed(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beans = cls.ingredient("Beans", cost=18.0)
        cls.stock_up(cls.beans)
        cls.insert_moves(cls.beans, MOVES)

    @classmethod
    def insert_moves(cls, product, count):
        """Done moves out of the bar, one a minute, each with one line."""
        vals = {
            "product": product.id,
            "uom": product.uom_id.id,
            "company": cls.company.id,
            "source": cls.bar.id,
            "destination": cls.outlet.consumption_location_id.id,
            "count": count,
        }
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO stock_move
                       (product_id, product_uom, product_uom_qty, quantity, value,
                        company_id, location_id, location_dest_id, state, date,
                        procure_method, reference)
                SELECT %(product)s, %(uom)s, 0.01, 0.01, 0.18, %(company)s,
                       %(source)s, %(destination)s, 'done',
                       timestamp '2026-01-01' + number * interval '1 minute',
                       'make_to_stock', 'Sale ' || number
                  FROM generate_series(1, %(count)s) number
                """,
                **vals,
            )
        )
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO stock_move_line
                       (move_id, product_id, product_uom_id, quantity,
                        quantity_product_uom, company_id, location_id,
                        location_dest_id, state, date)
                SELECT id, product_id, product_uom, quantity, quantity, company_id,
                       location_id, location_dest_id, state, date
                  FROM stock_move
                 WHERE product_id = %(product)s
                """,
                **vals,
            )
        )
        cls.env.cr.execute("ANALYZE stock_move; ANALYZE stock_move_line")
        cls.env.invalidate_all()

    def first_page(self):
        action = self.env["pos.bridge.ledger"]._action_of(self.beans, self.bar)
        ledger = self.env["pos.bridge.ledger"].with_user(self.user)
        names = ledger.get_view(view_type="list")
        specification = {
            name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for name, field in ledger._fields.items()
            if f'name="{name}"' in names["arch"]
        }
        return ledger, action["domain"], specification

    def test_first_page_of_a_ledger(self):
        ledger, domain, specification = self.first_page()
        ledger.web_search_read(domain, specification, limit=1)
        self.env.invalidate_all()
        with self.assertQueryCount(LEDGER_PAGE):
            page = ledger.web_search_read(domain, specification, limit=PAGE)
        self.assertEqual(page["length"], MOVES)
        last = page["records"][0]
        self.assertAlmostEqual(last["balance"], -0.01 * MOVES)
        self.assertEqual(last["source_text"], f"Sale {MOVES}")
        self.assertEqual(len(page["records"]), PAGE)

    def test_other_ingredients_are_not_added_up(self):
        """The filter reaches the move lines: what is read of 50,000 others is
        nothing.
        """
        rare = self.ingredient("Rare")
        self.insert_moves(rare, 20)
        ledger = self.env["pos.bridge.ledger"]
        domain = ledger._action_of(rare, self.bar)["domain"]
        query = ledger._search(domain, limit=PAGE)
        balance = ledger._field_to_sql(query.table, "balance", query)
        self.env.cr.execute(
            SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", query.select(balance))
        )
        [(plan,)] = self.env.cr.fetchall()
        windows = self.rows_into_windows(plan[0]["Plan"])
        self.assertEqual(windows, [20])

    def rows_into_windows(self, node):
        found = [node["Actual Rows"]] if node["Node Type"] == "WindowAgg" else []
        for child in node.get("Plans", ()):
            found += self.rows_into_windows(child)
        return [int(rows) for rows in found]

    def test_headings(self):
        headings = self.env["pos.bridge.stock"].with_user(self.user)
        names = ("product_id", "quantity", "value", "issue_quantity", "entry_count")
        specification = {name: {} for name in names}
        headings.web_search_read([], specification, limit=1)
        self.env.invalidate_all()
        with self.assertQueryCount(HEADINGS):
            page = headings.web_search_read([], specification, limit=PAGE)
        self.assertIn(self.beans.id, [row["product_id"] for row in page["records"]])


@tagged("post_install", "-at_install")
class TestDaySpeed(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Ingredient {number:04}",
                    "type": "consu",
                    "is_storable": True,
                    "categ_id": cls.categ.id,
                    "uom_id": cls.uom_kg.id,
                    "standard_price": 2.0,
                }
                for number in range(LINES)
            ]
        )
        cls.stock_up(cls.products)
        items = cls.env["pos.bridge.item"].create(
            [
                {
                    "integration_id": cls.integration.id,
                    "external_id": f"I{number}",
                    "name": f"Item {number}",
                }
                for number in range(LINES)
            ]
        )
        cls.env["pos.bridge.mapping"].create(
            [
                {
                    "item_id": item.id,
                    "map_type": "ingredient",
                    "product_id": product.id,
                    "quantity": 0.5,
                }
                for item, product in zip(items, cls.products, strict=True)
            ]
        )

    def specification(self, model, view_type="form"):
        """What the web client asks for: the fields of the view, lists included."""
        arch = self.env[model].with_user(self.user).get_view(view_type=view_type)
        return self.fields_of(model, etree.fromstring(arch["arch"]))

    def fields_of(self, model, node):
        specification = {}
        for field in self.own_fields(node):
            name = field.get("name")
            definition = self.env[model]._fields[name]
            if definition.type in ("one2many", "many2many"):
                views = field.xpath("./list") or field.xpath("./kanban")
                inner = (
                    self.fields_of(definition.comodel_name, views[0]) if views else {}
                )
                specification[name] = {"fields": inner, "limit": PAGE}
            elif definition.type == "many2one":
                specification[name] = {"fields": {"display_name": {}}}
            else:
                specification[name] = {}
        return specification

    def own_fields(self, node):
        """Fields of this view, not those of the lists inside it."""
        for child in node:
            if child.tag == "field":
                yield child
            elif isinstance(child.tag, str):
                yield from self.own_fields(child)

    def test_day_with_1000_lines(self):
        self.sell({f"I{number}": 2 for number in range(LINES)})
        self.run_day()
        day = self.day().with_user(self.user)
        specification = self.specification("pos.bridge.day")
        self.assertIn("posted_value", specification["used_ids"]["fields"])
        day.web_read(specification)
        self.env.invalidate_all()
        with self.assertQueryCount(DAY_FORM):
            [values] = day.web_read(specification)
        self.assertEqual(len(values["used_ids"]), LINES)
        first = values["used_ids"][0]
        # 2 sold, 0.5 kg each, at 2.00
        self.assertEqual(first["product_id"]["display_name"], "Ingredient 0000")
        self.assertEqual((first["total_quantity"], first["posted_value"]), (1, 2))
        self.assertEqual(first["on_hand_quantity"], 999)

    def test_list_of_days(self):
        for number in range(1, 29):
            date = DAY.replace(day=number)
            self.sell({"I1": 1, "NEW": 1}, day=date)
            self.run_day(day=self.day(date))
        days = self.env["pos.bridge.day"].with_user(self.user)
        specification = self.specification("pos.bridge.day", "list")
        days.web_search_read([], specification, limit=1)
        self.env.invalidate_all()
        with self.assertQueryCount(DAY_LIST):
            page = days.web_search_read([], specification, limit=PAGE)
        self.assertEqual(page["length"], 28)
        self.assertEqual(page["records"][0]["open_text"], "1 × Not mapped")
        self.assertEqual(str(page["records"][0]["business_date"]), "2026-03-28")
