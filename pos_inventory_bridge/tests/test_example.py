"""The worked example of the design: one day followed through every table."""

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, PosBridgeCommon

PRICES = {
    "ESP": 2.40,
    "COLA": 3.50,
    "BURGER": 14.90,
    "PLATTER": 9.00,
    "NOCHIPS": 0.00,
    "SEASON": 6.50,
}
# By hand: sold x mapping x recipe quantity / yield / (1 - trim / 100), at 5 digits.
FIRST_POSTING = {
    "Coffee beans": 0.018,
    "Cola bottle": 3,
    "Bun": 2,
    "Patty": 2,
    "Tomato": 0.11111,
    "Chips": 0.15,
    "Mayonnaise": 0.036,
    "Ketchup": 0.0228,
    "Spices": 0.0012,
    "Olives": 0.2,
    "Onion": 0.1,
}


class ExampleCommon(PosBridgeCommon):
    digits = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kg, unit = cls.uom_kg, cls.uom_unit
        names = {
            "Coffee beans": kg,
            "Cola bottle": unit,
            "Bun": unit,
            "Patty": unit,
            "Tomato": kg,
            "Chips": kg,
            "Mayonnaise": kg,
            "Ketchup": kg,
            "Spices": kg,
            "Olives": kg,
            "Onion": kg,
        }
        cls.products = {name: cls.ingredient(name, uom) for name, uom in names.items()}
        product = cls.products
        cls.sauce = cls.recipe(
            "Sauce",
            [
                (product["Mayonnaise"], 0.6),
                (product["Ketchup"], 0.38),
                (product["Spices"], 0.02),
            ],
            uom=kg,
        )
        cls.burger = cls.recipe(
            "Burger",
            [
                (product["Bun"], 1),
                (product["Patty"], 1),
                (product["Tomato"], 0.05, 10),
                (product["Chips"], 0.15),
                (cls.sauce, 0.03),
            ],
        )
        cls.platter = cls.recipe(
            "Platter", [(product["Olives"], 0.05), (product["Onion"], 0.02, 20)]
        )
        cls.items = {
            "ESP": cls.item("ESP", product["Coffee beans"], 0.009),
            "COLA": cls.item("COLA", product["Cola bottle"], 1),
            "BURGER": cls.item("BURGER", cls.burger, 1),
            "PLATTER": cls.item("PLATTER", cls.platter, 4),
            "NOCHIPS": cls.item("NOCHIPS", product["Chips"], 0.15, is_subtraction=True),
            "SEASON": cls.item("SEASON"),
        }

    def told(self, esp=2, with_platter=True, burger=2, with_season=True):
        def line(number, code, quantity, **vals):
            return self.line(number, code, quantity, PRICES[code], **vals)

        berlin = self.at(2026, 3, 3, 7, 10)
        sales = [
            self.receipt("R1", [line(1, "ESP", esp, sold_at=berlin)]),
            self.receipt(
                "R2",
                [
                    line(1, "BURGER", burger),
                    line(2, "NOCHIPS", 1, kind="modifier", parent_external_id="1"),
                ],
            ),
            self.receipt(
                "R4", [line(1, "COLA", 3, sold_at=self.at(2026, 3, 3, 23, 40))]
            ),
        ]
        if with_platter:
            sales.append(self.receipt("R3", [line(1, "PLATTER", 1)]))
        if with_season:
            sales.append(self.receipt("R5", [line(1, "SEASON", 1)]))
        return sales

    def first_run(self):
        self.sell(self.told())
        return self.run_day()

    def second_run(self):
        """The re-read of 5 March finds that the till was corrected."""
        self.sell(self.told(esp=3, with_platter=False))
        return self.run_day()


@tagged("post_install", "-at_install")
class TestExample(ExampleCommon):
    def assertUsed(self, expected):
        used = self.used()
        self.assertEqual(used.keys(), expected.keys())
        for name, quantity in expected.items():
            self.assertAlmostEqual(used[name], quantity, 7, name)

    def test_revision_1(self):
        transfer = self.first_run()
        day = self.day()
        self.assertEqual(transfer.state, "partial")
        self.assertUsed(FIRST_POSTING)
        self.assertEqual(day.state, "posted")
        self.assertTrue(day.attention)
        self.assertEqual(day.revision, 1)
        posting = day.posting_ids
        self.assertEqual(posting.name, "Bar, 3 March 2026")
        self.assertEqual(posting.kind, "usage")
        self.assertEqual(len(posting.picking_ids), 1)
        self.assertEqual(len(posting.move_ids), 11)
        # 23:59:59 in Berlin on 3 March
        self.assertEqual(str(posting.move_date), "2026-03-03 22:59:59")
        self.assertEqual(set(posting.move_ids.mapped("date")), {posting.move_date})
        self.assertEqual(posting.accounting_date, DAY)
        self.assertEqual(set(posting.move_ids.mapped("location_id")), {self.bar})
        self.assertEqual(
            posting.move_ids.location_dest_id, self.outlet.consumption_location_id
        )
        self.assertIn(
            "POS consumption", self.outlet.consumption_location_id.complete_name
        )

    def test_revision_1_usage(self):
        self.first_run()
        rows = {}
        for usage in self.day().usage_ids:
            key = usage.item_id.external_id, usage.product_id.name
            rows[key] = usage.quantity
            self.assertEqual(usage.location_id, self.bar)
            self.assertEqual((usage.revision_from, usage.revision_to), (1, 0))
        self.assertEqual(len(rows), 12)
        self.assertAlmostEqual(rows["BURGER", "Tomato"], 0.1 / 0.9, 15)
        self.assertEqual(rows["BURGER", "Chips"], 0.3)
        self.assertEqual(rows["NOCHIPS", "Chips"], -0.15)
        self.assertEqual(rows["ESP", "Coffee beans"], 0.018)
        self.assertEqual(rows["PLATTER", "Onion"], 0.1)
        chips = self.day().usage_ids.filtered(lambda row: row.quantity < 0)
        self.assertEqual(chips.parent_item_id, self.items["BURGER"])

    def test_unmapped_and_figures(self):
        self.first_run()
        problem = self.exceptions().filtered(lambda e: e.code == "unmapped_pos_item")
        self.assertEqual(problem.item_id, self.items["SEASON"])
        self.assertEqual((problem.quantity, problem.amount), (1, 6.5))
        day = self.day()
        figures = [
            day[f"{name}_count"] for name in ("reported", "read", "posted", "unmapped")
        ]
        self.assertEqual(figures, [6, 6, 5, 1])
        self.assertAlmostEqual(day.posted_amount, 4.80 + 29.80 + 10.50 + 9.00)
        self.assertAlmostEqual(day.unmapped_amount, 6.50)

    def test_run_again_writes_nothing(self):
        self.first_run()
        before = self.row_counts()
        for trigger in ("automatic", "manual", "repost"):
            self.run_day(trigger)
        self.assertEqual(self.row_counts(), before)
        self.assertEqual(self.day().revision, 1)

    def test_revision_2(self):
        self.first_run()
        first = self.moves()
        content = first.read(["quantity", "date", "location_id", "value"])
        self.second_run()
        self.assertUsed(
            {
                **{
                    k: v
                    for k, v in FIRST_POSTING.items()
                    if k not in ("Olives", "Onion")
                },
                "Coffee beans": 0.027,
            }
        )
        posting = self.day().posting_ids[-1]
        self.assertEqual(
            posting.name,
            "Bar, 3 March 2026, correction 1: 2 receipts changed at the till",
        )
        moves = {move.product_id.name: move for move in posting.move_ids}
        self.assertEqual(moves.keys(), {"Coffee beans", "Olives", "Onion"})
        self.assertAlmostEqual(moves["Coffee beans"].quantity, 0.009, 7)
        self.assertEqual(len(posting.picking_ids), 2)
        for name in ("Olives", "Onion"):
            origin = first.filtered(
                lambda move, name=name: move.product_id.name == name
            )
            self.assertEqual(moves[name].origin_returned_move_id, origin)
            self.assertEqual(moves[name].location_dest_id, self.bar)
        self.assertEqual(
            first.read(["quantity", "date", "location_id", "value"]), content
        )
        self.assertTrue(
            self.env["pos.bridge.sale"].search([("external_id", "=", "R3")]).vanished_at
        )

    def test_revision_2_rows_and_origins(self):
        self.first_run()
        self.second_run()
        rows = self.day().usage_ids
        ended = rows.filtered("revision_to")
        self.assertEqual(
            {(row.item_id.external_id, row.product_id.name) for row in ended},
            {("ESP", "Coffee beans"), ("PLATTER", "Olives"), ("PLATTER", "Onion")},
        )
        self.assertEqual(set(ended.mapped("revision_to")), {2})
        began = rows.filtered(lambda row: row.revision_from == 2)
        self.assertEqual(
            (began.product_id.name, began.quantity), ("Coffee beans", 0.027)
        )
        coffee = (
            self.day()
            .posting_ids[-1]
            .move_ids.filtered(lambda move: move.product_id.name == "Coffee beans")
        )
        origins = coffee._pos_bridge_origins()
        self.assertEqual([quantity for _row, quantity in origins], [0.027, -0.018])
        self.assertEqual(
            {row.item_id.external_id for row, _quantity in origins}, {"ESP"}
        )
        action = origins[0][0].action_view_sale_lines()
        lines = self.env["pos.bridge.sale.line"].search(action["domain"])
        self.assertEqual(lines.sale_id.external_id, "R1")
        both = self.moves().filtered(
            lambda move: move.product_id.name == "Coffee beans"
        )
        self.assertEqual(len(both), 2)
        self.assertEqual(lines._pos_bridge_moves(), both)

    def test_incomplete_answer_takes_nothing_back(self):
        self.first_run()
        self.sell(self.told(with_platter=False), complete=False)
        before = len(self.moves())
        self.run_day()
        self.assertEqual(len(self.moves()), before)
        self.assertEqual(self.day().state, "provisional")
        self.assertIn("day_incomplete", self.exceptions().mapped("code"))

    def test_quarter_of_the_day_gone(self):
        """PLATTER and ESP together are more than 20 % of the posted money."""
        self.first_run()
        before = self.row_counts()
        sales = [sale for sale in self.told() if sale.external_id not in ("R1", "R3")]
        self.sell(sales)
        self.run_day()
        after = self.row_counts()
        self.assertEqual(
            after.pop("pos.bridge.exception"), before.pop("pos.bridge.exception") + 1
        )
        self.assertEqual(after, before)
        self.assertIn("day_shrank", self.exceptions().mapped("code"))
        # Neither reading nor posting again does it; only the person's own word.
        self.run_day("manual")
        self.run_day("repost")
        self.assertUsed(FIRST_POSTING)
        self.day().with_user(self.user).action_post_smaller_day()
        self.assertNotIn("Olives", self.used())
        self.assertNotIn("day_shrank", self.exceptions().mapped("code"))

    def _correct_sauce(self, date_from=date(2026, 3, 1)):
        line = self.burger.bom_line_ids.filtered(
            lambda line: line.product_id == self.sauce._recipe_product()
        )
        line = line.with_user(self.user).with_context(
            pos_bridge_from_date=str(date_from)
        )
        line.product_qty = 0.04

    def test_revision_3_recipe_corrected(self):
        self.first_run()
        self.second_run()
        before = self.row_counts()
        self._correct_sauce()
        self.assertEqual(self.day().stale_reason, "Recipe Burger changed")
        self.assertEqual(self.row_counts()["stock.move"], before["stock.move"])
        self.run_day("repost")
        moves = {
            m.product_id.name: m.quantity for m in self.day().posting_ids[-1].move_ids
        }
        self.assertEqual(
            moves, {"Mayonnaise": 0.012, "Ketchup": 0.0076, "Spices": 0.0004}
        )
        self.assertFalse(self.day().stale_reason)

    def test_recipe_corrected_but_not_posted(self):
        """Without the click nothing moves, also when another receipt changes."""
        self.first_run()
        self._correct_sauce()
        self.sell(self.told(esp=3))
        self.run_day()
        self.assertUsed({**FIRST_POSTING, "Coffee beans": 0.027})
        self.assertEqual(self.day().stale_reason, "Recipe Burger changed")

    @mute_logger("odoo.sql_db")
    def test_error_in_between(self):
        self.first_run()
        self._correct_sauce()
        self.run_day("repost")
        version = self.burger.recipe_version_ids.sorted("id")[-1]
        self.assertEqual(version.date_from, date(2026, 3, 1))
        lines = version.lines
        lines[2]["trim"] = 120
        version.flush_recordset()
        self.env.cr.execute(
            "UPDATE pos_bridge_recipe_version SET lines = %s::jsonb WHERE id = %s",
            [__import__("json").dumps(lines), version.id],
        )
        version.invalidate_recordset()
        rows = self.day().usage_in_force_ids.filtered(
            lambda row: row.item_id == self.items["BURGER"]
        )
        self.sell(self.told(esp=3, burger=3))
        used = self.used()
        self.run_day()
        self.assertUsed({**used, "Coffee beans": 0.027})
        self.assertEqual(
            self.day().usage_in_force_ids.filtered(
                lambda row: row.item_id == self.items["BURGER"]
            ),
            rows,
        )
        problem = self.exceptions().filtered(lambda e: e.code == "invalid_trim_pct")
        self.assertEqual(problem.item_id, self.items["BURGER"])
        self.assertIn("120", problem.message)
        self.assertEqual(self.day().failed_count, 1)
        # Had it not been sold any more, its use would go back: that needs no recipe.
        sales = [sale for sale in self.told(esp=3) if sale.external_id != "R2"]
        self.sell(sales)
        self.run_day()
        self.assertTrue(self.exceptions().filtered(lambda e: e.code == "day_shrank"))
        self.day().with_user(self.user).action_post_smaller_day()
        self.assertNotIn("Bun", self.used())

    def test_mapped_late(self):
        self.first_run()
        soup = self.recipe("Soup", [(self.products["Tomato"], 0.2)])
        self.map(self.items["SEASON"], soup)
        self.assertEqual(self.day().stale_reason, "Mapping of Season changed")
        self.run_day("repost")
        self.assertAlmostEqual(self.used()["Tomato"], 0.31111, 7)
        self.assertFalse(
            self.exceptions().filtered(lambda e: e.code == "unmapped_pos_item")
        )
        day = self.day()
        self.assertEqual((day.reported_count, day.posted_count), (6, 6))

    def test_undo_and_redo(self):
        self.first_run()
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_undo"
        )
        self.day().with_user(self.user).action_undo()
        self.assertEqual(self.used(), {})
        day = self.day()
        self.assertEqual(day.state, "undone")
        self.assertEqual(day.posting_ids[-1].kind, "undo")
        self.assertFalse(day.usage_ids.filtered("revision_to"))
        self.assertTrue(
            all(m.origin_returned_move_id for m in day.posting_ids[-1].move_ids)
        )
        self.sell(self.told(esp=3))
        self.run_day()
        self.assertEqual(self.used(), {})
        self.assertTrue(day.stale_reason)
        day.with_user(self.user).action_redo()
        self.assertUsed(FIRST_POSTING)
        self.run_day("repost")
        self.assertUsed({**FIRST_POSTING, "Coffee beans": 0.027})

    def test_undo_needs_its_right(self):
        self.first_run()
        with self.assertRaisesRegex(Exception, "right to undo"):
            self.day().with_user(self.user).action_undo()

    def test_receipt_found_under_another_date(self):
        self.first_run()
        next_day = DAY + timedelta(days=1)
        moved = [
            self.receipt(sale.external_id, sale.lines, next_day)
            for sale in self.told()
            if sale.external_id == "R1"
        ]
        self.sell(moved, next_day)
        self.run_day(day=self.day(next_day))
        self.assertEqual(self.used(self.day(next_day)), {"Coffee beans": 0.018})
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        self.assertEqual(queued.day_id, self.day())
        queued._run_all()
        self.env.invalidate_all()
        self.assertNotIn("Coffee beans", self.used())
