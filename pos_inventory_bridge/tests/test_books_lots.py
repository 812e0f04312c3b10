"""Lots, serial numbers, shelves, packages and owners: from where goods are taken and
where they go back.
"""

from datetime import datetime

from odoo.tests import tagged

from ..tools.shelves import Heap, take, usable
from .common import DAY
from .test_books_shortage import NEXT_DAY, GoodsCommon

MARCH = {number: datetime(2026, 3, number, 12) for number in range(1, 32)}


class LotsCommon(GoodsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk = cls.ingredient("Milk", tracking="lot")
        cls.item("LATTE", cls.milk, 1)
        cls.lots = {}

    def setUp(self):
        super().setUp()
        self.lots.clear()
        self.good_until = {}
        quants = self.registry["stock.quant"]

        def use_by(quant):
            return self.good_until.get(quant.lot_id.name)

        self.patch(quants, "_pos_bridge_use_by", use_by)

    def lot(self, name, product=None):
        key = name, product or self.milk
        if key not in self.lots:
            self.lots[key] = self.env["stock.lot"].create(
                {
                    "name": name,
                    "product_id": key[1].id,
                    "company_id": self.company.id,
                }
            )
        return self.lots[key]

    def put(self, quantity, lot=None, place=None, product=None, day=1, **vals):
        """Goods lie there since a day of March."""
        product = product or self.milk
        self.env["stock.quant"].sudo()._update_available_quantity(
            *(product, place or self.bar, quantity),
            lot_id=self.lot(lot, product) if lot else None,
            in_date=MARCH[day],
            **vals,
        )

    def use(self, quantity, date=DAY, code="LATTE"):
        self.sell({code: quantity} if quantity else {}, date)
        run = self.run_day(day=self.day(date))
        self.assertFalse(run.error)
        self.assertEqual(
            sum(self.used(self.day(date)).values()) + self.open_of(self.day(date)),
            quantity,
        )
        return run

    def taken(self, date=DAY, field="lot_id"):
        """{lot name: what left as that lot}, net of what came back."""
        totals = {}
        for line in self.moves(self.day(date)).move_line_ids:
            inward = line.location_dest_id.usage == "internal"
            place = line.location_dest_id if inward else line.location_id
            name = (place if field == "location_id" else line[field]).name
            quantity = -line.quantity if inward else line.quantity
            totals[name] = round(totals.get(name, 0.0) + quantity, 6)
        return {name: quantity for name, quantity in totals.items() if quantity}

    def left(self, product=None):
        """{lot name: what is on the shelves}."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", (product or self.milk).id),
                ("location_id.storage_unit_id", "=", self.bar.id),
            ],
            ["lot_id"],
            ["quantity:sum"],
        )
        return {lot.name: quantity for lot, quantity in groups if quantity}


@tagged("post_install", "-at_install")
class TestBooksLots(LotsCommon):
    def test_first_come_first_used(self):
        self.put(5, "NEW", day=2)
        self.put(5, "OLD", day=1)
        self.use(7)
        self.assertEqual(self.taken(), {"OLD": 5, "NEW": 2})
        self.assertEqual(self.left(), {"NEW": 3})
        self.assertFalse(self.exceptions())

    def test_what_must_be_used_first(self):
        """Though it came last."""
        self.good_until = {"LONG": MARCH[30], "SHORT": MARCH[5]}
        self.put(5, "LONG", day=1)
        self.put(5, "SHORT", day=2)
        self.put(5, "EVER", day=1)
        self.use(12)
        self.assertEqual(self.taken(), {"SHORT": 5, "LONG": 5, "EVER": 2})

    def test_an_expired_lot_is_not_used(self):
        self.good_until = {"GONE": MARCH[2], "GOOD": MARCH[30]}
        self.put(5, "GONE")
        self.put(5, "GOOD", day=2)
        self.use(7)
        self.assertEqual(self.taken(), {"GOOD": 5})
        self.assertEqual(self.open_of(self.day()), 2)
        self.assertEqual(self.exceptions().code, "lot_missing")

    def test_good_on_the_business_day_and_expired_since(self):
        """The day is posted months later; on its date the lot was good."""
        self.good_until = {"WAS": MARCH[4]}
        self.put(5, "WAS")
        self.use(3, DAY)
        self.use(2, NEXT_DAY)
        self.assertEqual(self.taken(), {"WAS": 3})
        # 5 March is the next day's end in the outlet's zone, after the lot's.
        self.assertEqual(self.open_of(self.day(NEXT_DAY)), 2)

    def test_what_no_lot_covers_waits_under_every_policy(self):
        for number, policy in enumerate(("post", "available", "hold"), 5):
            date = DAY.replace(day=number)
            self.integration.negative_stock_policy = policy
            self.put(5, f"L{number}")
            self.use(8, date)
            expected = {} if policy == "hold" else {f"L{number}": 5}
            self.assertEqual(self.taken(date), expected, policy)
            self.assertEqual(self.exceptions(self.day(date)).code, "lot_missing")
            # Nothing is left for the next one.
            self.sell({}, date)
            self.run_day(day=self.day(date))
            self.put(-5, f"L{number}")

    def test_it_is_posted_when_a_lot_arrives(self):
        self.put(3, "L1")
        self.use(8)
        message = self.exceptions().message
        self.assertIn("Milk: 5 kg wait. Usable lots in Bar had 3", message)
        self.assertEqual(self.exceptions().cure, "lot")
        lots = self.exceptions().action_open_cure()
        self.assertEqual(self.env["stock.lot"].search(lots["domain"]), self.lot("L1"))
        self.receive_lot("L2", 4)
        self.assertEqual(self.taken(), {"L1": 3, "L2": 4})
        self.receive_lot("L3", 4)
        self.assertEqual(self.taken(), {"L1": 3, "L2": 4, "L3": 1})
        self.assertFalse(self.exceptions())

    def receive_lot(self, lot, quantity):
        supplier = self.env.ref("stock.stock_location_suppliers")
        places = {"location_id": supplier.id, "location_dest_id": self.bar.id}
        move = self.env["stock.move"].create(
            {
                **places,
                "product_id": self.milk.id,
                "product_uom_qty": quantity,
                "product_uom": self.milk.uom_id.id,
                "picked": True,
            }
        )
        move._action_confirm()
        self.env["stock.move.line"].create(
            {
                **places,
                "move_id": move.id,
                "product_id": self.milk.id,
                "lot_id": self.lot(lot).id,
                "quantity": quantity,
                "picked": True,
            }
        )
        move._action_done()
        self.assertTrue(self.post_waiting_if_called())

    def test_stock_without_a_lot_is_no_lot(self):
        self.put(9)
        self.put(2, "L1")
        self.use(5)
        self.assertEqual(self.taken(), {"L1": 2})
        self.assertEqual(self.open_of(self.day()), 3)

    def test_lots_of_others_stay_theirs(self):
        self.put(5, "L1")
        self.reserve(3, self.milk)
        self.put(4, "L2", day=2)
        self.use(5)
        self.assertEqual(self.taken(), {"L1": 2, "L2": 3})

    def test_return_over_two_lots_newest_first(self):
        self.put(5, "L1")
        self.put(5, "L2", day=2)
        self.use(8)
        self.use(4)
        self.assertEqual(self.taken(), {"L1": 4})
        self.use(1)
        self.assertEqual(self.taken(), {"L1": 1})
        self.use(0)
        self.assertEqual(self.left(), {"L1": 5, "L2": 5})

    def test_return_over_two_postings(self):
        self.put(9, "L1")
        self.use(3)
        self.put(-6, "L1")
        self.put(6, "L2", day=2)
        self.use(7)
        self.assertEqual(self.taken(), {"L1": 3, "L2": 4})
        self.use(2)
        self.assertEqual(self.taken(), {"L1": 2})
        returns = self.moves().filtered("origin_returned_move_id")
        self.assertEqual(returns.mapped("quantity"), [4, 1])
        self.assertEqual(returns.move_line_ids.lot_id.mapped("name"), ["L2", "L1"])

    def test_up_down_up_never_gives_a_lot_more_than_it_gave(self):
        self.put(5, "L1")
        self.put(5, "L2", day=2)
        for quantity, expected in (
            (7, {"L1": 5, "L2": 2}),
            (6, {"L1": 5, "L2": 1}),
            (9, {"L1": 5, "L2": 4}),
            (3, {"L1": 3}),
            (0, {}),
            (10, {"L1": 5, "L2": 5}),
            (0, {}),
        ):
            self.use(quantity)
            self.assertEqual(self.taken(), expected)
        self.assertEqual(self.left(), {"L1": 5, "L2": 5})

    def test_undo_and_redo(self):
        self.put(4, "L1")
        self.use(6)
        self.day().with_user(self.user).action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.taken(), {})
        self.assertEqual((self.left(), self.open_of(self.day())), ({"L1": 4}, 0))
        self.day().with_user(self.user).action_redo()
        self.env.invalidate_all()
        self.assertEqual(self.taken(), {"L1": 4})
        self.assertEqual(self.open_of(self.day()), 2)

    def test_a_net_return_has_no_lot(self):
        """Nobody knows which lot came back that this day never took."""
        refund = self.receipt(
            "R1", [self.line(1, "LATTE", -3, 2, kind="refund")], kind="refund"
        )
        self.sell([refund])
        self.run_day()
        self.assertFalse(self.moves())
        self.assertEqual(self.open_of(self.day()), -3)
        self.assertEqual(self.exceptions().code, "lot_missing")
        self.assertIn("Milk: 3 kg came back", self.exceptions().message)
        self.assertFalse(self.post_waiting())

    def test_older_days_have_the_first_claim_on_a_lot(self):
        self.use(3)
        self.put(4, "L1")
        self.use(4, NEXT_DAY)
        self.assertEqual(self.taken(NEXT_DAY), {"L1": 1})
        self.post_waiting()
        self.assertEqual(self.taken(), {"L1": 3})
        self.assertEqual(self.open_of(self.day(NEXT_DAY)), 3)

    def test_untracked_beside_it_is_posted(self):
        self.item("BOTH", self.recipe("Both", [(self.milk, 1), (self.coffee, 2)]))
        self.sell({"BOTH": 2})
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 4})

    def test_lot_on_a_shelf_and_in_a_package(self):
        package = self.env["stock.package"].create({"name": "BOX"})
        self.put(2, "L1", self.shelf, package_id=package)
        self.put(3, "L1", day=2)
        self.use(4)
        lines = self.moves().move_line_ids
        self.assertEqual(
            [(x.location_id, x.package_id.name, x.quantity) for x in lines],
            [(self.shelf, "BOX", 2), (self.bar, False, 2)],
        )
        self.use(1)
        back = self.moves()[1:].move_line_ids
        # The package was opened; its goods lie loose on its shelf.
        self.assertEqual(
            {(x.location_dest_id, x.lot_id.name, x.quantity) for x in back},
            {(self.bar, "L1", 2), (self.shelf, "L1", 1)},
        )

    def test_value_of_lots(self):
        """A product that is valued by lot leaves at its lots' costs."""
        self.milk.lot_valuated = True
        self.put(2, "CHEAP")
        self.put(9, "DEAR", day=2)
        self.lot("CHEAP").standard_price = 1
        self.lot("DEAR").standard_price = 3
        self.use(4)
        self.assertEqual(self.moves().value, 2 * 1 + 2 * 3)


@tagged("post_install", "-at_install")
class TestBooksSerials(LotsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keg = cls.ingredient("Keg", cls.uom_unit, tracking="serial")
        cls.item("KEG", cls.keg, 1)
        cls.item("HALF", cls.keg, 0.5)

    def put_kegs(self, *names):
        for number, name in enumerate(names, 1):
            self.put(1, name, product=self.keg, day=number)

    def use_half(self, quantity):
        """So many halves."""
        self.sell({"HALF": quantity})
        run = self.run_day()
        self.assertFalse(run.error)
        used = sum(self.used().values())
        self.assertEqual(used + self.open_of(self.day()), quantity / 2)
        return used

    def test_one_line_each(self):
        self.put_kegs("K1", "K2", "K3")
        self.use(2, code="KEG")
        self.assertEqual(self.moves().move_line_ids.mapped("quantity"), [1, 1])
        self.assertEqual(self.taken(), {"K1": 1, "K2": 1})

    def test_too_few(self):
        self.put_kegs("K1")
        self.use(2, code="KEG")
        self.assertEqual(self.taken(), {"K1": 1})
        self.assertEqual(self.open_of(self.day()), 1)

    def test_whole_pieces_only(self):
        self.put_kegs("K1", "K2", "K3")
        for halves, taken in ((5, 2), (6, 3), (3, 1), (1, 0), (4, 2)):
            self.assertEqual(self.use_half(halves), taken, halves)
        self.assertFalse(self.exceptions())

    def test_a_fraction_is_told(self):
        self.put_kegs("K1", "K2", "K3")
        self.use_half(5)
        problem = self.exceptions()
        self.assertEqual((problem.code, problem.quantity), ("lot_missing", -0.5))
        self.assertIn(
            "only whole pieces can be posted: 0.5 Units wait", problem.message
        )
        self.assertFalse(self.post_waiting())

    def tell_pieces(self, date, quantity):
        self.sell({"HALF": 2 * quantity}, date)
        self.assertFalse(self.run_day(day=self.day(date)).error)

    def assertPieces(self, expected):
        """What days took of what they used: {date: (used, taken)}. Only whole pieces
        move, each with its own number, and none gets lost.
        """
        for date, (used, taken) in expected.items():
            day = self.day(date)
            self.assertEqual(sum(self.used(day).values()), taken, date)
            self.assertEqual(self.open_of(day), used - taken, date)
            self.assertEqual(
                self.moves(day).move_line_ids.mapped("quantity"), [1] * taken
            )

    def check_claims(self, policy, first, second):
        """2.5, 0.5 and 0.5 wait when 3 pieces come: 2 of them have takers.

        :param first: what 2.5 of a later day get of the third piece
        :param second: what they have when a fourth piece has come
        """
        self.integration.negative_stock_policy = policy
        used = {DAY.replace(day=3): 2.5, DAY.replace(day=4): 0.5}
        used |= {DAY.replace(day=5): 0.5, DAY.replace(day=6): 2.5}
        *older, last = used
        for date in older:
            self.tell_pieces(date, used[date])
        self.put_kegs("K1", "K2", "K3")
        self.tell_pieces(last, used[last])
        self.assertPieces({date: (used[date], 0) for date in older})
        self.assertPieces({last: (used[last], first)})
        self.post_waiting()
        self.put_kegs("K4")
        self.post_waiting()
        taken = dict(zip(used, (2, 0, 0, second), strict=True))
        self.assertPieces({date: (used[date], taken[date]) for date in used})
        self.assertEqual(sum(self.left(self.keg).values()), 4 - 2 - second)
        self.assertFalse(self.post_waiting())

    def test_older_days_claim_whole_pieces(self):
        self.check_claims("post", 1, 2)

    def test_older_days_claim_whole_pieces_of_what_is_there(self):
        self.check_claims("available", 1, 2)

    def test_older_days_claim_whole_pieces_of_what_is_held(self):
        self.check_claims("hold", 0, 2)

    def test_preview_claims_whole_pieces(self):
        """Two days want 1.5 each; 2 are there, so each gets one."""
        dates = DAY, NEXT_DAY
        for date in dates:
            self.tell_pieces(date, 1.5)
        self.put_kegs("K1", "K2")
        days = self.day() | self.day(NEXT_DAY)
        wizard = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        line = wizard.with_context(**days.action_preview()["context"]).create({})
        line = line.line_ids
        self.assertEqual((line.then_quantity, line.waiting_quantity), (2, 1))

    def test_returns(self):
        self.put_kegs("K1", "K2", "K3")
        self.use(3, code="KEG")
        self.use(1, code="KEG")
        self.assertEqual(self.taken(), {"K1": 1})
        self.assertEqual(self.left(self.keg), {"K2": 1, "K3": 1})


@tagged("post_install", "-at_install")
class TestBooksShelves(LotsCommon):
    """Goods without lots come from where they lie, too."""

    def lie(self, quantity, place=None, day=1, **vals):
        self.put(quantity, place=place, product=self.coffee, day=day, **vals)

    def places(self):
        return self.taken(field="location_id")

    def test_oldest_first_wherever_it_lies(self):
        self.lie(5, day=2)
        self.lie(3, self.shelf, day=1)
        self.use(4, code="ESP")
        self.assertEqual(self.places(), {"Shelf": 3, "Bar": 1})

    def test_the_rest_leaves_the_unit_itself(self):
        self.lie(3, self.shelf)
        self.use(5, code="ESP")
        self.assertEqual(self.places(), {"Shelf": 3, "Bar": 2})
        self.assertEqual(self.on_hand(), -2)
        self.assertEqual(self.exceptions().code, "negative_stock")

    def test_one_line_where_nobody_sorted(self):
        self.lie(3)
        self.use(5, code="ESP")
        self.assertEqual(len(self.moves().move_line_ids), 1)

    def test_back_to_the_shelf(self):
        self.lie(3, self.shelf)
        self.lie(3, day=2)
        self.use(5, code="ESP")
        self.use(1, code="ESP")
        self.assertEqual(self.places(), {"Shelf": 1})

    def test_back_to_the_unit_where_the_shelf_is_gone(self):
        self.lie(3, self.shelf)
        self.use(3, code="ESP")
        self.shelf.active = False
        self.use(1, code="ESP")
        self.assertEqual(self.places(), {"Shelf": 3, "Bar": -2})

    def test_packages_after_loose_goods(self):
        package = self.env["stock.package"].create({"name": "BOX"})
        self.lie(3, package_id=package, day=1)
        self.lie(3, day=2)
        self.use(4, code="ESP")
        self.assertEqual(self.taken(field="package_id"), {False: 3, "BOX": 1})

    def test_goods_of_others_last_and_back_to_them(self):
        owner = self.env["res.partner"].create({"name": "Roastery"})
        self.lie(3, owner_id=owner, day=1)
        self.lie(3, day=2)
        self.use(5, code="ESP")
        self.assertEqual(self.taken(field="owner_id"), {False: 3, "Roastery": 2})
        # What is not ours has no value.
        self.assertEqual(self.moves().value, 3)
        self.use(4, code="ESP")
        self.assertEqual(self.taken(field="owner_id"), {False: 3, "Roastery": 1})

    def test_what_others_reserved_on_a_shelf_stays(self):
        self.lie(4, self.shelf)
        self.reserve(4, self.coffee)
        self.lie(5, day=2)
        self.use(5, code="ESP")
        self.assertEqual(self.places(), {"Bar": 5})

    def test_tracking_that_was_turned_on_later(self):
        """What was taken without a lot comes back without one."""
        self.lie(5)
        self.use(4, code="ESP")
        self.coffee.tracking = "lot"
        self.use(1, code="ESP")
        self.assertEqual(self.on_hand(), 4)


@tagged("post_install", "-at_install")
class TestHeaps(GoodsCommon):
    """The order in which goods are taken, without Odoo."""

    def heap(self, name, free=5.0, use_by=None, since=1, package=0, owner=0):
        place = 1, name, package, owner
        return Heap(place, free, MARCH.get(use_by), MARCH[since])

    def lots(self, heaps, moment=MARCH[3], is_tracked=True):
        return [heap.lot_id for heap in usable(heaps, moment, is_tracked)]

    def test_order(self):
        for told, heaps, expected in (
            ("expiry", [self.heap(1, use_by=9), self.heap(2, use_by=5)], [2, 1]),
            ("no expiry last", [self.heap(1), self.heap(2, use_by=5)], [2, 1]),
            ("first in", [self.heap(1, since=2), self.heap(2, since=1)], [2, 1]),
            ("expired", [self.heap(1, use_by=2), self.heap(2, use_by=3)], [2]),
            ("nothing left", [self.heap(1, free=0), self.heap(2, free=-1)], []),
            ("no lot", [self.heap(0), self.heap(3)], [3]),
            ("own first", [self.heap(1, owner=7), self.heap(2)], [2, 1]),
        ):
            with self.subTest(told):
                self.assertEqual(self.lots(heaps), expected)

    def test_untracked_needs_no_lot_and_never_expires(self):
        heaps = [self.heap(0, use_by=2), self.heap(4, package=1)]
        self.assertEqual(self.lots(heaps, is_tracked=False), [0, 4])

    def test_take(self):
        heaps = [self.heap(1, free=2), self.heap(2, free=3)]
        taken, left = take(heaps, 4, lambda quantity: round(quantity, 2))
        self.assertEqual([(place[1], part) for place, part in taken], [(1, 2), (2, 2)])
        self.assertEqual((left, heaps[0].free, heaps[1].free), (0, 0, 1))

    def test_take_more_than_there_is(self):
        taken, left = take([self.heap(1, free=2)], 5, lambda quantity: quantity)
        self.assertEqual(([part for _place, part in taken], left), ([2], 3))
