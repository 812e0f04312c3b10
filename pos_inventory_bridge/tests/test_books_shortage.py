"""Goods that are not there: post all the same, post what is there, or hold.

Whatever happens, what the ledger took plus what is open is what the day used.
"""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import freeze_time, tagged

from .books_goods import Shelf
from .common import DAY, PosBridgeCommon

NEXT_DAY = DAY + timedelta(days=1)


class GoodsCommon(PosBridgeCommon):
    """One ingredient and two outlets that sell from one storage unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee")
        cls.item("ESP", cls.coffee, 1)
        cls.integration.shrink_limit = 1
        cls.terrace = cls._create_outlet("Terrace", cls.bar)
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.bar.id, "usage": "internal"}
        )
        cls.user.group_ids |= cls.env.ref("pos_inventory_bridge.pos_bridge_group_undo")

    def arrive(self, quantity, product=None, unit=None, when="2026-03-05 08:00:00"):
        """Goods are received; what waits for them is posted without being asked."""
        picking = self.receive(product or self.coffee, quantity, unit or self.bar, when)
        self.post_waiting_if_called()
        return picking

    def post_waiting_if_called(self):
        """As Odoo does: the scheduled action runs if somebody asked for it."""
        calls = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env["pos.bridge.open"]._scheduled_action().id)]
        )
        if calls:
            calls.unlink()
            self.post_waiting()
        return bool(calls)

    def post_waiting(self):
        self.env["pos.bridge.open"]._cron_queue_waiting()
        queued = self.env["pos.bridge.transfer"].search(
            [("state", "=", "queued")], order="priority, business_date, id"
        )
        queued._run_all()
        self.env.invalidate_all()
        return queued

    def reserve(self, quantity, product=None):
        """Somebody else is promised some of it."""
        product = product or self.coffee
        places = {
            "location_id": self.bar.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        delivery = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        self.env.flush_all()
        return delivery

    def on_hand(self, product=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.coffee).id),
                ("location_id.storage_unit_id", "=", self.bar.id),
            ]
        )
        return round(sum(quants.mapped("quantity")), 6)

    def open_of(self, day):
        """What the day says is open, and that its own count of it is right."""
        rows = day.sudo().open_ids
        self.assertEqual(day.open_quantity_count, len(rows))
        return round(sum(rows.mapped("quantity")), 6)


class ShortageStories(GoodsCommon):
    """The same stories for every policy, each step compared with the paper."""

    policy = None

    def setUp(self):
        super().setUp()
        self.integration.negative_stock_policy = self.policy
        self.paper = Shelf(self.policy)

    # === STEPS === #

    def told(self, quantity, date=DAY, outlet=None):
        """The till tells what was used that day, and it is posted."""
        outlet = outlet or self.outlet
        self.sell({"ESP": quantity} if quantity else {}, date, outlet=outlet)
        day = self.day(date, outlet)
        run = self.run_day(day=day)
        self.assertFalse(run.error)
        self.paper.sell(self.key(day), quantity)
        self.compare()
        return day

    def goods(self, quantity, unit=None, **vals):
        self.arrive(quantity, unit=unit, **vals)
        self.paper.arrive(quantity)
        self.compare()

    def promised(self, quantity):
        delivery = self.reserve(quantity)
        self.paper.reserved += quantity
        return delivery

    def key(self, day):
        return day.business_date, day.id

    def compare(self):
        """The ledger, what is open and the shelf are what the paper says."""
        for key, taken in self.paper.taken.items():
            day = self.env["pos.bridge.day"].browse(key[1])
            ledger = self.used(day).get("Coffee", 0.0)
            self.assertEqual(ledger, taken, "in the ledger")
            self.assertEqual(self.open_of(day), self.paper.open(key), "open")
            self.assertEqual(ledger + self.open_of(day), self.paper.target(key))
        self.assertEqual(self.on_hand(), self.paper.on_hand, "on the shelf")

    # === STORIES === #

    def test_enough(self):
        self.goods(10)
        self.told(8)

    def test_part(self):
        self.goods(3)
        self.told(8)

    def test_nothing(self):
        self.told(8)

    def test_exactly(self):
        self.goods(8)
        self.told(8)

    def test_reserved_by_others(self):
        self.goods(6)
        self.promised(4)
        self.told(5)

    def test_on_shelves(self):
        self.goods(2)
        self.goods(4, self.shelf)
        self.told(5)

    def test_shelves_and_then_nothing(self):
        self.goods(1)
        self.goods(2, self.shelf)
        self.told(5)
        self.goods(3, self.shelf)

    def test_two_outlets_on_one_unit(self):
        self.goods(5)
        self.told(4)
        self.told(4, outlet=self.terrace)
        self.goods(10)

    def test_correction_up(self):
        self.goods(6)
        self.told(5)
        self.told(8)
        self.goods(2)

    def test_correction_down_into_what_is_open(self):
        self.goods(3)
        self.told(8)
        self.told(6)
        self.goods(10)

    def test_correction_down_below_what_was_posted(self):
        self.goods(4)
        self.told(8)
        self.told(2)
        self.goods(1)

    def test_everything_is_taken_back(self):
        self.goods(4)
        self.told(8)
        self.told(0)
        self.goods(10)

    def test_two_deliveries(self):
        self.told(8)
        self.goods(3)
        self.goods(5)
        self.goods(1)

    def test_oldest_day_first(self):
        self.told(4, NEXT_DAY)
        self.told(6, DAY)
        self.goods(5)
        self.goods(3)
        self.goods(9)

    def test_a_newer_day_leaves_older_ones_their_goods(self):
        """Though nothing told the older day yet that its goods are there."""
        self.told(6)
        self.receive(self.coffee, 7, self.bar, "2026-03-05 08:00:00")
        self.paper.on_hand += 7
        self.told(4, NEXT_DAY)
        self.paper.arrive(0)
        self.post_waiting_if_called()
        self.compare()

    def test_what_an_older_day_gives_up_goes_to_the_newer(self):
        self.goods(2)
        self.told(6)
        self.told(3, NEXT_DAY)
        self.told(1)
        self.post_waiting()
        self.paper.arrive(0)
        self.compare()

    def test_undo_and_redo_with_an_open_part(self):
        self.goods(3)
        day = self.told(8)
        day.with_user(self.user).action_undo()
        self.env.invalidate_all()
        self.paper.undone.add(self.key(day))
        self.paper.run(self.key(day))
        self.compare()
        self.goods(2)
        day.with_user(self.user).action_redo()
        self.env.invalidate_all()
        self.paper.undone.clear()
        self.paper.run(self.key(day))
        self.compare()
        self.goods(3)

    def test_an_undone_day_gives_its_goods_to_a_newer_one(self):
        self.goods(4)
        day = self.told(4)
        self.told(3, NEXT_DAY)
        day.with_user(self.user).action_undo()
        self.env.invalidate_all()
        self.paper.undone.add(self.key(day))
        self.paper.run(self.key(day))
        self.post_waiting_if_called()
        self.paper.arrive(0)
        self.compare()

    def test_run_again_posts_nothing_twice(self):
        self.goods(3)
        day = self.told(8)
        moves = self.moves(day)
        for trigger in ("automatic", "repost", "goods", "manual"):
            self.run_day(trigger, day)
            self.compare()
        self.assertEqual(self.moves(day), moves)
        self.assertFalse(self.post_waiting())

    def test_locked_in_between(self):
        """The books of March are closed before the rest arrives."""
        self.goods(3)
        day = self.told(8)
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.goods(9, when="2026-04-05 08:00:00")
        dates = day.posting_ids.mapped("accounting_date")
        # The date on the calendar there, also while the sales day before still runs.
        today = datetime.now(ZoneInfo(self.outlet_tz)).date()
        self.assertEqual(
            dates,
            {"post": [DAY], "available": [DAY, today], "hold": [today]}[self.policy],
        )

    def test_refund(self):
        refund = self.receipt(
            "R1", [self.line(1, "ESP", -3, 2, kind="refund")], kind="refund"
        )
        self.sell([refund])
        self.run_day()
        self.paper.sell(self.key(self.day()), -3)
        self.compare()
        self.told(2)

    def test_corrected_mapping_with_an_open_part(self):
        self.goods(3)
        day = self.told(8)
        item = self.env["pos.bridge.item"].search([("external_id", "=", "ESP")])
        item.mapping_ids.with_context(pos_bridge_from_date=str(DAY)).quantity = 0.5
        self.run_day("repost", day)
        self.paper.sell(self.key(day), 4)
        self.compare()
        self.goods(5)

    def test_policy_changed_to_post(self):
        """What waits is posted by Post Again, and as the policy says: on the day."""
        self.goods(3)
        day = self.told(8)
        self.integration.negative_stock_policy = "post"
        self.paper.policy = "post"
        self.run_day("repost", day)
        self.paper.run(self.key(day))
        self.compare()
        self.assertEqual(set(day.posting_ids.mapped("accounting_date")), {DAY})


@tagged("post_install", "-at_install")
class TestBooksPost(ShortageStories):
    policy = "post"


@tagged("post_install", "-at_install")
class TestBooksAvailable(ShortageStories):
    policy = "available"


@tagged("post_install", "-at_install")
class TestBooksHold(ShortageStories):
    policy = "hold"


# The stories are told by those who have a policy.
del ShortageStories


@tagged("post_install", "-at_install")
class TestBooksWaiting(GoodsCommon):
    """What waits: dates, reasons, screens and rights."""

    def setUp(self):
        super().setUp()
        self.integration.negative_stock_policy = "available"

    def wait(self, there=3, used=8):
        if there:
            self.stock_up(self.coffee, self.bar, there)
        self.sell({"ESP": used})
        return self.run_day()

    def test_dated_when_posted(self):
        self.wait()
        with freeze_time("2026-03-06 10:00:00"):
            self.arrive(2)
        first, second = self.day().posting_ids
        self.assertEqual(str(first.accounting_date), "2026-03-03")
        self.assertFalse(first.late_reason)
        self.assertEqual(str(second.accounting_date), "2026-03-06")
        self.assertEqual(str(second.move_ids.date), "2026-03-06 10:00:00")
        self.assertIn("03/03/2026", second.late_reason)
        self.assertEqual(second.name, "Bar, 3 March 2026, correction 1: goods arrived")
        # Goods that come late are nothing to look at.
        self.assertEqual(self.exceptions().mapped("code"), ["negative_stock"])
        self.arrive(3)
        self.assertFalse(self.exceptions())
        self.assertFalse(self.day().attention)

    def test_new_sales_keep_their_date_beside_goods_that_came_late(self):
        """One run, two dates: two postings."""
        tea = self.ingredient("Tea")
        self.item("TEA", tea)
        self.stock_up(tea, self.bar, 50)
        self.wait()
        self.receive(self.coffee, 9, self.bar, "2026-03-05 08:00:00")
        self.sell({"ESP": 8, "TEA": 1})
        with freeze_time("2026-03-06 10:00:00"):
            transfer = self.run_day()
        first, on_date, late = self.day().posting_ids.sorted("revision")
        self.assertEqual([p.revision for p in (first, on_date, late)], [1, 2, 3])
        self.assertEqual(on_date.move_ids.product_id, tea)
        self.assertEqual(str(on_date.accounting_date), "2026-03-03")
        self.assertEqual(late.move_ids.product_id, self.coffee)
        self.assertEqual(str(late.accounting_date), "2026-03-06")
        self.assertEqual(transfer.move_count, 2)
        self.assertEqual(self.day().revision, 3)

    def test_other_ingredients_do_not_wait(self):
        for policy in ("available", "hold"):
            self.integration.negative_stock_policy = policy
            tea = self.ingredient(f"Tea {policy}")
            dish = self.recipe("Set", [(tea, 2), (self.coffee, 1)])
            code = f"SET{policy}"
            self.item(code, dish)
            self.stock_up(tea, self.bar, 50)
            date = DAY if policy == "hold" else NEXT_DAY
            self.sell({code: 3}, date)
            self.run_day(day=self.day(date))
            self.assertEqual(self.used(self.day(date)), {tea.name: 6})

    def test_goods_elsewhere_do_not_count(self):
        self.stock_up(self.coffee, self.kitchen, 50)
        self.wait(there=0)
        self.assertEqual(self.used(), {})
        self.assertEqual(self.open_of(self.day()), 8)

    def test_what_is_not_stored_never_waits(self):
        water = self.ingredient("Water", is_storable=False)
        self.item("WAT", water)
        self.sell({"WAT": 5})
        self.run_day()
        self.assertEqual(self.used(), {"Water": 5})

    def test_goods_without_takers_call_nobody(self):
        self.wait()
        tea = self.ingredient("Tea")
        self.receive(tea, 5, self.bar, "2026-03-05 08:00:00")
        self.receive(self.coffee, 5, self.kitchen, "2026-03-05 08:00:00")
        self.assertFalse(self.post_waiting_if_called())

    def count(self, quantity):
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.coffee.id,
                "location_id": self.bar.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def test_a_count_is_an_arrival(self):
        self.integration.late_count_policy = "post"
        self.wait()
        self.count(4)
        self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.used(), {"Coffee": 7})
        self.assertEqual(self.on_hand(), 0)

    def test_what_waited_when_it_was_counted_is_missing_from_the_count_already(self):
        """8 were used and 3 posted; the other 5 were gone when 4 were counted."""
        self.wait()
        self.count(4)
        self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.open_of(self.day()), 0)
        consumed = self.moves().filtered(lambda move: not move.is_inventory)
        self.assertEqual(sum(consumed.mapped("quantity")), 8)
        self.assertEqual(self.on_hand(), 4)

    def test_what_others_give_up_is_found_at_night(self):
        self.stock_up(self.coffee, self.bar, 6)
        delivery = self.reserve(4)
        self.wait(there=0, used=5)
        self.assertEqual(self.used(), {"Coffee": 2})
        delivery.do_unreserve()
        self.post_waiting()
        self.assertEqual(self.used(), {"Coffee": 5})

    def test_the_till_is_not_asked_and_nothing_is_computed(self):
        self.wait()
        item = self.env["pos.bridge.item"].search([("external_id", "=", "ESP")])
        item.mapping_ids.quantity = 3
        self.till.clear()
        rows = self.day().usage_ids
        self.arrive(9)
        self.assertEqual(self.used(), {"Coffee": 8})
        self.assertEqual(self.day().usage_ids, rows)
        run = self.day().transfer_ids[:1]
        self.assertEqual((run.trigger, run.state, run.item_count), ("goods", "done", 0))

    def test_sales_are_known_once_everything_is_posted(self):
        self.wait()
        self.assertFalse(self.day().sales_digest)
        self.arrive(9)
        self.assertEqual(self.day().sales_digest, self.day()._get_sales_digest())

    def test_a_day_that_shrank_waits_for_a_person_first(self):
        self.integration.shrink_limit = 0.2
        self.wait()
        self.sell({"ESP": 1})
        self.run_day()
        self.arrive(9)
        self.assertEqual(self.used(), {"Coffee": 3})
        self.assertIn("day_shrank", self.exceptions().mapped("code"))

    def test_a_person_who_resolves_it_does_not_stop_it(self):
        self.wait()
        self.exceptions().action_resolve()
        self.arrive(9)
        self.assertEqual(self.used(), {"Coffee": 8})

    def test_told_in_words(self):
        self.wait()
        self.assertEqual(
            self.exceptions().message,
            "Coffee: 5 kg wait. Bar had 3 for this day. What was there is posted. "
            "Receive or count the rest: it is posted then by itself.",
        )
        self.assertEqual(self.exceptions().quantity, -5)
        self.assertEqual(self.exceptions().cure, "count")

    def test_what_the_day_shows(self):
        """Used = in the ledger + waits, and why."""
        self.wait()
        row = self.day().with_user(self.user).used_ids
        self.assertEqual(
            (row.total_quantity, row.posted_quantity, row.open_quantity), (8, 3, 5)
        )
        self.assertEqual(row.open_reason, "Not there")
        action = self.day().with_user(self.user).action_view_open()
        shown = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual((shown.quantity, shown.free_quantity), (5, 0))
        self.arrive(5)
        row = self.day().with_user(self.user).used_ids
        self.assertEqual((row.posted_quantity, row.open_quantity), (8, 0))
        self.assertFalse(row.open_reason)

    def test_a_waiting_day_is_not_one_to_post_again(self):
        """The worklist does not ask a person for what happens by itself."""
        self.wait()
        cause = self.env["pos.bridge.exception.cause"].search(
            [("product_id", "=", self.coffee.id)]
        )
        self.assertEqual((cause.code, cause.waiting_count), ("negative_stock", 0))

    def test_preview_shows_what_stays_open(self):
        self.stock_up(self.coffee, self.bar, 3)
        self.sell({"ESP": 8})
        with freeze_time("2026-03-04 10:00:00"):
            self.run_day()
        [change] = self.day().with_user(self.user)._preview()
        self.assertEqual((change.now, change.then, change.waits), (3, 3, 5))
        self.receive(self.coffee, 2, self.bar, "2026-03-05 08:00:00")
        wizard = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        context = self.day().action_preview()["context"]
        wizard = wizard.with_context(**context).create({})
        line = wizard.line_ids
        self.assertEqual(
            (line.now_quantity, line.then_quantity, line.waiting_quantity), (3, 5, 3)
        )
        self.assertTrue(wizard.has_waiting)

    def test_preview_of_two_days_takes_no_goods_twice(self):
        """6 are there, and each day wants 4."""
        self.integration.negative_stock_policy = "hold"
        for date in (DAY, NEXT_DAY):
            self.sell({"ESP": 4}, date)
            self.run_day(day=self.day(date))
        self.stock_up(self.coffee, self.bar, 6)
        self.integration.negative_stock_policy = "available"
        days = self.day() | self.day(NEXT_DAY)
        wizard = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        line = wizard.with_context(**days.action_preview()["context"]).create({})
        line = line.line_ids
        self.assertEqual((line.then_quantity, line.waiting_quantity), (6, 2))

    @freeze_time("2026-03-10 10:00:00")
    def test_closed_up_to_the_day_the_goods_come(self):
        """Once the books are open it is dated then, not on the business date."""
        self.wait()
        self.receive(self.coffee, 9, self.bar, "2026-03-09 08:00:00")
        self.env.flush_all()
        self.company.sudo().fiscalyear_lock_date = "2026-03-10"
        self.post_waiting()
        self.assertEqual(self.used(), {"Coffee": 3})
        self.assertEqual(self.open_of(self.day()), 5)
        self.assertIn("period_locked", self.exceptions().mapped("code"))
        self.company.sudo().fiscalyear_lock_date = False
        self.post_waiting()
        self.assertEqual(self.used(), {"Coffee": 8})
        self.assertEqual(
            [str(date) for date in self.day().posting_ids.mapped("accounting_date")],
            ["2026-03-03", "2026-03-10"],
        )

    def test_who_receives_needs_no_right_of_the_bridge(self):
        self.wait()
        user = self.env["res.users"].create(
            {
                "name": "Warehouse",
                "login": "warehouse",
                "company_ids": self.company.ids,
                "company_id": self.company.id,
                "group_ids": self.env.ref("stock.group_stock_user").ids,
            }
        )
        goods = self.coffee.with_user(user)
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].with_user(user)
        move = move.create(
            {
                "product_id": goods.id,
                "product_uom": goods.uom_id.id,
                "product_uom_qty": 5,
                "location_id": supplier.id,
                "location_dest_id": self.bar.id,
            }
        )
        move._action_confirm()
        move.quantity = 5
        move.picked = True
        move._action_done()
        self.assertTrue(self.post_waiting_if_called())
        self.assertEqual(self.used(), {"Coffee": 8})

    def test_origins_of_what_came_late(self):
        """From the move that was posted late to the rows that used the goods."""
        self.wait()
        self.arrive(9)
        late = self.day().posting_ids.sorted("revision")[-1].move_ids
        rows = [row for row, _quantity in late._pos_bridge_origins()]
        self.assertEqual(rows, list(self.day().usage_ids))

    def test_back_office_user_does_it_all(self):
        self.wait()
        self.receive(self.coffee, 2, self.bar, "2026-03-05 08:00:00")
        rows = self.env["pos.bridge.open"].with_user(self.user).search([])
        rows.action_post()
        self.env.invalidate_all()
        self.assertEqual(self.used(), {"Coffee": 5})
        told = rows.action_receive()
        self.assertIn("Inventory / User", told["params"]["message"])
        self.assertEqual(rows.action_view_day()["res_id"], self.day().id)

    def test_other_companies_see_nothing_of_it(self):
        self.wait()
        other = self.env["res.company"].create({"name": "Company C"})
        self.user.write({"company_ids": other.ids, "company_id": other.id})
        rows = self.env["pos.bridge.open"].with_user(self.user)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([]))

    def test_an_arrival_costs_one_query_more(self):
        """Who receives goods pays one query, and none without storage units."""
        self.wait()
        picking = self.receive(
            self.coffee, 1, self.warehouse.lot_stock_id, "2026-03-05"
        )
        moves = picking.move_ids
        self.env.flush_all()
        opened = self.env["pos.bridge.open"]
        opened._note_arrival(moves)
        with self.assertQueryCount(0):
            opened._note_arrival(moves)
        tea = self.ingredient("Tea")
        moves = self.receive(tea, 1, self.bar, "2026-03-05").move_ids
        opened._note_arrival(moves)
        with self.assertQueryCount(1):
            opened._note_arrival(moves)

    def test_plenty_is_looked_at_once(self):
        """The usual case, whatever the number of ingredients: all goods are read in one
        query more, and a correction downwards reads once what was taken from where.
        """
        self.integration.negative_stock_policy = "post"
        products = [self.ingredient(f"Herb {number}") for number in range(12)]
        self.stock_up(products)
        self.item("MIX", self.recipe("Mix", [(product, 1) for product in products]))
        counts = Counter()

        def counted(model, name):
            original = getattr(self.registry[model], name)

            def method(*args, **kwargs):
                counts[name] += 1
                return original(*args, **kwargs)

            self.patch(self.registry[model], name, method)

        counted("stock.quant", "_pos_bridge_heaps")
        counted("pos.bridge.open", "_claims")
        counted("stock.move.line", "_pos_bridge_given")
        self.sell({"MIX": 3})
        self.run_day()
        self.assertEqual(counts, {"_pos_bridge_heaps": 1})
        self.sell({"MIX": 2})
        self.run_day()
        self.assertEqual(counts, {"_pos_bridge_heaps": 1, "_pos_bridge_given": 1})
        self.run_day("repost")
        self.assertEqual(sum(counts.values()), 2)
