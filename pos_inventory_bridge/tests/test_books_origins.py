"""Which sales a stock move is for: what the list shows adds up to what was moved.

Whatever held a part of it back, and whichever revision posted it in the end.
"""

from collections import defaultdict

from odoo.tests import freeze_time, tagged

from .counted import CountsCommon, at
from .test_books_shortage import GoodsCommon


class OriginsCommon:
    def assertOrigins(self, day=None, items=None):
        """Of every posting and key: the rows add up to what its moves moved.

        :param items: expected {item: quantity} of the last posting
        """
        self.env.invalidate_all()
        last = {}
        for posting in (day or self.day()).sudo().posting_ids.sorted("revision"):
            moved, rows = defaultdict(float), {}
            for move in posting.move_ids:
                outward = move.location_id.usage == "internal"
                sides = move.location_id, move.location_dest_id
                places = sides if outward else sides[::-1]
                key = move.product_id, *places
                moved[key] += move.quantity if outward else -move.quantity
                rows[key] = posting._origins(move)
            last = defaultdict(float)
            for key, quantity in moved.items():
                told = sum(part for _row, part in rows[key])
                self.assertAlmostEqual(told, quantity, 6, posting.name)
                for row, part in rows[key]:
                    self.assertEqual(
                        (row.product_id, row.location_id, row.consumption_location_id),
                        key,
                    )
                    if not row.is_count:
                        last[row.item_id.external_id] += part
        if items is not None:
            self.assertEqual(
                {name: round(part, 6) for name, part in last.items() if round(part, 6)},
                items,
            )
        self.assertMovesOfRows(day or self.day())

    def assertMovesOfRows(self, day):
        """And back: from every row to the moves that stand for it."""
        moves = day.sudo().posting_ids.move_ids
        for row in day.sudo().usage_ids:
            expected = moves.filtered(
                lambda move, row=row: (
                    row in [each for each, _part in move._pos_bridge_origins()]
                )
            )
            self.assertEqual(row._pos_bridge_moves(), expected)


@tagged("post_install", "-at_install")
class TestOriginsOfGoods(OriginsCommon, GoodsCommon):
    """Two items that use the same ingredient."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item("DOPPIO", cls.coffee, 2)
        tea = cls.ingredient("Tea")
        cls.item("TEA", tea)
        cls.stock_up(tea)

    def setUp(self):
        super().setUp()
        self.integration.negative_stock_policy = "available"

    def told(self, trigger="automatic", **sales):
        self.sell(sales)
        return self.run_day(trigger)

    def test_all_at_once(self):
        self.stock_up(self.coffee)
        self.told(ESP=2, DOPPIO=1)
        self.assertOrigins(items={"ESP": 2, "DOPPIO": 2})

    def test_goods_in_two_parts(self):
        """8 of them, half of which each item used: the parts are told half and half."""
        self.stock_up(self.coffee, self.bar, 3)
        self.told(ESP=4, DOPPIO=2)
        self.assertOrigins(items={"ESP": 1.5, "DOPPIO": 1.5})
        self.arrive(1)
        self.assertOrigins(items={"ESP": 0.5, "DOPPIO": 0.5})
        self.arrive(9)
        self.assertOrigins(items={"ESP": 2, "DOPPIO": 2})

    def test_correction_after_that(self):
        self.test_goods_in_two_parts()
        self.told(ESP=5, DOPPIO=2)
        self.assertOrigins(items={"ESP": 1})
        self.told(ESP=1, DOPPIO=2)
        # Two postings. After the first one the ledger says 8, where 1 and 4 are used:
        # 1.6 and 6.4; the last one leaves 1 and 4.
        self.assertOrigins(items={"ESP": -0.6, "DOPPIO": -2.4})
        totals = defaultdict(float)
        for posting in self.day().posting_ids:
            for move in posting.move_ids[:1]:
                for row, part in posting._origins(move):
                    totals[row.item_id.external_id] += part
        self.assertAlmostEqual(totals["ESP"], 1)
        self.assertAlmostEqual(totals["DOPPIO"], 4)

    def test_corrected_while_a_part_waited(self):
        self.stock_up(self.coffee, self.bar, 3)
        self.told(ESP=8)
        self.told(ESP=6)
        self.assertOrigins(items={"ESP": 3})
        self.arrive(9)
        self.assertOrigins(items={"ESP": 3})

    def test_undone_and_posted_again(self):
        self.stock_up(self.coffee, self.bar, 3)
        self.told(ESP=4, DOPPIO=2)
        self.arrive(1)
        self.day().with_user(self.user).action_undo()
        # Last comes back the one that had come late.
        self.assertOrigins(items={"ESP": -0.5, "DOPPIO": -0.5})
        self.arrive(9)
        self.day().with_user(self.user).action_redo()
        self.assertOrigins(items={"ESP": 4, "DOPPIO": 4})

    def test_policy_hold(self):
        self.integration.negative_stock_policy = "hold"
        self.stock_up(self.coffee, self.bar, 3)
        self.told(ESP=4, DOPPIO=2)
        self.assertOrigins(items={})
        self.told(ESP=4, DOPPIO=2, TEA=1)
        self.assertOrigins(items={"TEA": 1})
        self.arrive(5)
        self.assertOrigins(items={"ESP": 4, "DOPPIO": 4})

    def test_held_then_allowed(self):
        self.told(ESP=4)
        self.told(ESP=4, TEA=1)
        self.integration.negative_stock_policy = "post"
        self.run_day("repost")
        self.assertOrigins(items={"ESP": 4})

    @freeze_time("2026-03-05 10:00:00")
    def test_closed_period_then_opened(self):
        self.stock_up(self.coffee)
        self.company.sudo().fiscalyear_lock_date = "2026-03-05"
        self.told(ESP=4, DOPPIO=1)
        self.assertFalse(self.moves())
        self.told(ESP=4, DOPPIO=2)
        self.company.sudo().fiscalyear_lock_date = False
        self.run_day()
        self.assertOrigins(items={"ESP": 4, "DOPPIO": 4})
        self.told(ESP=3, DOPPIO=2)
        self.assertOrigins(items={"ESP": -1})

    @freeze_time("2026-03-05 10:00:00")
    def test_taken_back_behind_a_lock(self):
        """The rows ended while nothing could be posted."""
        self.stock_up(self.coffee)
        self.told(ESP=4, DOPPIO=2)
        self.company.sudo().fiscalyear_lock_date = "2026-03-05"
        self.told(ESP=4)
        self.company.sudo().fiscalyear_lock_date = False
        self.run_day()
        self.assertOrigins(items={"DOPPIO": -4})

    def test_kit_held(self):
        """A kit is neither taken nor given back; then it is none any more."""
        self.stock_up(self.coffee)
        self.told(ESP=4)
        bean = self.ingredient("Bean")
        kit = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.coffee.product_tmpl_id.id,
                "type": "phantom",
                "company_id": self.company.id,
                "bom_line_ids": [self._recipe_line(bean, 1)],
            }
        )
        item = self.env["pos.bridge.item"].search([("external_id", "=", "DOPPIO")])
        self.assertTrue(item)
        self.told(ESP=4, DOPPIO=2)
        self.told(ESP=4, DOPPIO=2, TEA=1)
        kit.active = False
        self.run_day("repost")
        self.assertEqual(self.used(), {"Coffee": 8, "Tea": 1})
        self.assertOrigins(items={"DOPPIO": 4})

    def test_two_dates_in_one_run(self):
        """What comes back of goods that came late is a posting of its own."""
        self.stock_up(self.coffee, self.bar, 3)
        self.told(ESP=4, DOPPIO=2)
        self.arrive(9)
        self.told(ESP=1)
        # Two postings. After the first one the ledger says 6, all of it espressos.
        self.assertOrigins(items={"ESP": -5})
        self.day().with_user(self.user).action_undo()
        self.assertOrigins(items={"ESP": -1})

    def test_what_comes_in_without_having_left(self):
        refund = self.receipt(
            "R1", [self.line(1, "ESP", -3, 2, kind="refund")], kind="refund"
        )
        self.sell([refund])
        self.run_day()
        self.assertOrigins(items={"ESP": -3})


@tagged("post_install", "-at_install")
class TestOriginsOfCounts(OriginsCommon, CountsCommon):
    def test_count_rows(self):
        self.deliver(10, "2 08:00")
        self.count(8, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertOrigins(items={"ESP": 5})
        self.ring(("3 08:00", 1), ("3 13:00", 3))
        self.run_day()
        self.assertOrigins(items={"ESP": -1})
        self.day().with_user(self.user).action_undo()
        self.assertOrigins(items={"ESP": -4})
        self.day().with_user(self.user).action_redo()
        self.assertOrigins(items={"ESP": 4})

    def test_undone_then_counted(self):
        """While the day is undone only count rows are in the ledger."""
        self.deliver(10, "2 08:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.count(5, "4 12:00")
        self.day().with_user(self.user).action_undo()
        self.assertOrigins(items={"ESP": -5})

    def test_held_then_kept(self):
        self.integration.late_count_policy = "hold"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertOrigins(items={"ESP": 3})
        self.integration.late_count_policy = "compensate"
        self.run_day("repost")
        self.assertEqual(self.there(), 17)
        self.assertOrigins(items={"ESP": 2})

    def test_posted_in_spite_of_the_count(self):
        self.integration.late_count_policy = "hold"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2))
        self.run_day()
        self.assertFalse(self.moves())
        self.integration.late_count_policy = "post"
        self.run_day("repost")
        self.assertEqual(self.there(), 18)
        self.assertOrigins(items={"ESP": 2})
        self.assertEqual(self.counted[0], at("3 12:00"))
