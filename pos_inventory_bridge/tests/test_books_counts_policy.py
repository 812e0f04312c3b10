"""Rule 9 by policy, and with everything else that a day can be."""

from dataclasses import replace
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.plan import Delta
from .common import DAY
from .counted import CountsCommon, at


@tagged("post_install", "-at_install")
class TestCountPolicies(CountsCommon):
    def counted_problems(self):
        return self.exceptions().filtered(
            lambda problem: problem.code == "counted_later"
        )

    # === HOLD === #

    def test_hold_posts_only_what_was_sold_after(self):
        self.integration.late_count_policy = "hold"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 3})
        self.assertEqual(self.there(), 17)
        problem = self.counted_problems()
        self.assertEqual((problem.product_id, problem.quantity), (self.coffee, 2))
        self.assertIn(
            "2 kg were sold before Bar was counted on 03/03/2026", problem.message
        )
        self.assertIn("Choose Keep the count", problem.message)

    def test_hold_blocks_nothing_else(self):
        self.integration.late_count_policy = "hold"
        milk = self.ingredient("Milk")
        self.item("MILK", milk, 1)
        self.count(20, "3 12:00")
        times = {"sold_at": self.moment("3 08:00")}
        lines = [self.line(1, "ESP", 2, **times), self.line(2, "MILK", 5, **times)]
        self.sell([self.receipt("R1", lines)])
        self.run_day()
        self.assertEqual(self.used(), {"Milk": 5})

    def test_held_stays_open_until_the_count_is_kept(self):
        self.integration.late_count_policy = "hold"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        for _night in range(3):
            self.run_day()
        self.assertEqual(self.used(), {"Coffee": 3})
        self.assertEqual(len(self.counted_problems()), 1)
        self.integration.late_count_policy = "compensate"
        self.run_day("repost")
        self.check_again()
        self.assertFalse(self.counted_problems())

    def test_hold_of_a_correction(self):
        self.integration.late_count_policy = "hold"
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.count(20, "5 12:00")
        for quantities in ((4, 3), (1, 3)):
            self.ring(("3 08:00", quantities[0]), ("3 13:00", quantities[1]))
            self.run_day()
            self.assertEqual(self.used(), {"Coffee": 5})
            self.assertEqual(self.there(), 20)
            self.assertEqual(self.counted_problems().quantity, sum(quantities) - 5)

    def test_hold_lets_pass_what_was_sold_since(self):
        """Whichever way either part changes: (before, since) -> posted, held, there."""
        self.integration.late_count_policy = "hold"
        self.ring(("3 08:00", 2))
        self.run_day()
        self.count(20, "3 12:00")
        for before, since, posted, held, there in (
            (1, 1, 3, -1, 19),
            (4, 1, 3, 2, 19),
            (5, 0, 2, 3, 20),
            (0, 6, 8, -2, 14),
            (2, 6, 8, 0, 14),
            (3, -1, 1, 1, 21),
        ):
            self.ring(("3 08:00", before), ("3 13:00", since))
            self.run_day()
            self.assertEqual(self.used().get("Coffee", 0), posted)
            self.assertEqual(sum(self.day().open_ids.mapped("quantity")), held)
            self.assertEqual(sum(self.counted_problems().mapped("quantity")), held)
            self.assertEqual(self.there(), there)

    # === POST === #

    def test_post_all_the_same_and_say_so(self):
        self.integration.late_count_policy = "post"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.used(), {"Coffee": 5})
        self.assertEqual(self.there(), 15)
        problem = self.counted_problems()
        self.assertEqual((problem.product_id, problem.quantity), (self.coffee, 2))
        self.assertIn("missing twice", problem.message)
        self.run_day()
        self.assertEqual(self.counted_problems(), problem)

    def test_posted_and_the_count_kept_later(self):
        self.integration.late_count_policy = "post"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.integration.late_count_policy = "compensate"
        self.run_day("repost")
        self.check_again()
        self.assertFalse(self.counted_problems())

    def test_posted_and_counted_again(self):
        """The cure that the exception names: what is there is known again."""
        self.integration.late_count_policy = "post"
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.count(17, "6 12:00")
        self.run_day("repost")
        self.assertEqual(self.there(), 17)
        self.assertFalse(self.counted_problems())

    def test_kept_counts_stay_kept_whatever_is_chosen_later(self):
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        for policy in ("post", "hold"):
            self.integration.late_count_policy = policy
            self.run_day("repost")
            self.check()
        self.integration.late_count_policy = "post"
        self.step_undo()
        self.check()

    def step_undo(self):
        self.day().with_user(self.user).action_undo()
        self.is_undone = True


@tagged("post_install", "-at_install")
class TestCountsOfADay(CountsCommon):
    """Recipes, modifiers, shelves, other units, days and companies."""

    def lines(self, *lines):
        """(number, code, quantity, when, parent number)."""
        self.sell(
            [
                self.receipt(
                    "R1",
                    [
                        self.line(
                            number,
                            code,
                            quantity,
                            2,
                            sold_at=self.moment(when),
                            **({"parent_external_id": str(parent)} if parent else {}),
                        )
                        for number, code, quantity, when, parent in lines
                    ],
                )
            ]
        )

    def test_a_modifier_before_and_after(self):
        """2 burgers before, one without chips; 1 after, without chips, too."""
        chips = self.ingredient("Chips")
        burger = self.recipe("Burger", [(chips, 0.3), (self.coffee, 1)])
        self.item("BURGER", burger)
        self.item("NOCHIPS", chips, 0.3, is_subtraction=True)
        self.count(20, "3 12:00", product=chips)
        self.lines(
            (1, "BURGER", 2, "3 09:00", None),
            (2, "NOCHIPS", 1, "3 09:00", 1),
            (3, "BURGER", 1, "3 14:00", None),
            (4, "NOCHIPS", 1, "3 14:00", 3),
        )
        self.run_day()
        # 3 x 0.3 - 2 x 0.3 of chips; after the count 0.3 - 0.3
        self.assertEqual(self.net_into("customer", chips), 0.3)
        self.assertEqual(self.there(chips), 20)
        self.assertEqual(self.there(), -3)

    def test_a_refund_by_policy(self):
        """A refund before the count, another one after it."""
        self.count(20, "3 12:00")
        refunds = [
            self.line(2, "ESP", -1, 2, kind="refund", sold_at=self.moment("3 10:00")),
            self.line(3, "ESP", -2, 2, kind="refund", sold_at=self.moment("3 15:00")),
        ]
        sale = self.line(1, "ESP", 5, 2, sold_at=self.moment("3 09:00"))
        self.sell([self.receipt("R1", [sale, *refunds])])
        self.run_day()
        self.assertEqual(self.net_into("customer"), 2)
        self.assertEqual(self.there(), 22)
        self.integration.policy_ids = [
            Command.create({"event": "refund", "effect": "nothing"})
        ]
        self.run_day("repost")
        self.assertEqual(self.net_into("customer"), 5)
        self.assertEqual(self.there(), 20)

    def test_a_recipe_corrected_for_past_days(self):
        latte = self.recipe("Latte", [(self.coffee, 1)])
        self.item("LATTE", latte)
        self.count(20, "3 12:00")
        self.lines((1, "LATTE", 2, "3 09:00", None), (2, "LATTE", 3, "3 14:00", None))
        self.run_day()
        line = latte.bom_line_ids.with_context(pos_bridge_from_date=str(DAY))
        line.product_qty = 2
        preview = self.preview()
        self.run_day("repost")
        self.assertEqual(self.net_into("customer"), 10)
        self.assertEqual(self.there(), 20 - 3 * 2)
        self.assertEqual(preview, {"used": 5, "counted": -2})

    def test_a_mapping_corrected_for_past_days(self):
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.count(20, "5 12:00")
        self.esp.mapping_ids.with_user(self.user).write(
            {"quantity": 0.5, "date_from": DAY}
        )
        self.assertEqual(self.preview(), {"used": -2.5, "counted": 2.5})
        self.run_day("repost")
        self.assertEqual(self.net_into("customer"), 2.5)
        self.assertEqual(self.there(), 20)

    def preview(self):
        """What posting again would take, and put back out of a count's difference."""
        return {
            "counted" if change.is_count else "used": round(change.difference, 6)
            for change in self.day().with_user(self.user)._preview()
        }

    def test_counted_on_a_shelf_of_the_unit(self):
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf",
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        self.count(20, "3 12:00", location=shelf)
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.check_again()

    def test_counted_in_another_unit(self):
        self.count(20, "3 12:00", location=self.kitchen)
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.there(), -5)
        self.assertFalse(self.day().usage_ids.count_move_id)

    def test_a_relocation_is_no_count(self):
        self.deliver(20, "1 08:00")
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf",
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.coffee.id), ("location_id", "=", self.bar.id)]
        )
        quant.sudo().move_quants(location_dest_id=shelf)
        moves = self.env["stock.move"].search([("product_id", "=", self.coffee.id)])
        self.assertTrue(moves.filtered("is_inventory"))
        moves.filtered("is_inventory").date = at("3 12:00")
        self.ring(("3 08:00", 2))
        self.run_day()
        self.assertEqual(self.there(), 18)
        self.assertFalse(self.day().usage_ids.count_move_id)

    def test_a_count_that_found_no_difference(self):
        self.deliver(20, "1 08:00")
        move = self.count(20, "3 12:00")
        self.assertEqual(move.quantity, 0)
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertEqual(self.there(), 17)

    def test_the_count_of_another_company(self):
        other = self.env["res.company"].create({"name": "Company C"})
        self.env.user.company_ids |= other
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        there = self.env["stock.location"].create(
            {
                "name": "Their bar",
                "location_id": warehouse.view_location_id.id,
                "is_storage_unit": True,
                "company_id": other.id,
            }
        )
        quants = self.env["stock.quant"].sudo().with_company(other)
        quants.with_context(inventory_mode=True).create(
            {
                "product_id": self.coffee.id,
                "location_id": there.id,
                "inventory_quantity": 9,
            }
        ).action_apply_inventory(at("3 12:00"))
        self.ring(("3 08:00", 2))
        self.run_day()
        self.assertEqual(self.there(), -2)

    def test_a_kit_waits_with_its_count(self):
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2))
        kit = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.coffee.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [self._recipe_line(self.ingredient("Bean"), 1)],
            }
        )
        deltas = self.deltas_of()
        allowed, problems = self.day()._allowed(deltas)
        self.assertFalse(allowed)
        self.assertEqual([problem.code for problem in problems], ["validation_error"])
        kit.active = False
        allowed, problems = self.day()._allowed(deltas)
        self.assertEqual(allowed, deltas)

    def deltas_of(self):
        """What a first posting would be made of: 2 used, 2 out of the difference."""
        inventory = self.coffee.with_company(self.company).property_stock_inventory
        return [
            Delta(self.coffee.id, self.bar.id, self.consumption.id, 2.0),
            Delta(self.coffee.id, self.bar.id, inventory.id, -2.0, 1),
        ]

    @property
    def consumption(self):
        return self.outlet.consumption_location_id

    def test_what_waits_needs_nothing_from_the_difference(self):
        """Only 1.5 of 5 may be posted; 2 were sold before: those go first."""
        use, against = self.deltas_of()
        for allowed, expected in ((5, -2), (3, -2), (2, -2), (1.5, -1.5), (0, None)):
            wanted = [replace(use, quantity=5.0), against]
            may = [replace(use, quantity=float(allowed))] if allowed else []
            result = self.day()._without_idle_counts(wanted, [*may, against])
            left = [delta.quantity for delta in result if delta.count_move_id]
            self.assertEqual(left, [expected] if expected else [])

    # === THE LEDGER === #

    def test_what_the_ledger_says(self):
        count = self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        posting = self.day().posting_ids
        self.assertEqual(len(posting.picking_ids), 2)
        move = self.moves().filtered("is_inventory")
        issue = self.moves() - move
        self.assertEqual(move.date, count.date)
        self.assertEqual(move.picking_id.date_done, count.date)
        self.assertEqual(move.origin_returned_move_id, issue)
        self.assertEqual(issue._pos_bridge_returnable(), 5)
        entry = self.env["pos.bridge.ledger"].search([("move_id", "=", move.id)])
        self.assertEqual(entry.transaction_type, "count")
        self.assertEqual(entry.quantity, 2)
        self.assertEqual(entry.source, "Count, sold before counting: Bar, 3 March 2026")
        self.assertEqual(
            entry.with_user(self.user).action_open_source()["res_id"], self.day().id
        )

    def test_where_a_count_move_comes_from(self):
        self.count(20, "3 22:00")
        latte = self.item("LATTE", self.coffee, 2)
        self.lines((1, "ESP", 3, "3 09:00", None), (2, "LATTE", 1, "3 14:00", None))
        self.run_day()
        move = self.moves().filtered("is_inventory")
        self.assertEqual(
            {(row.item_id, quantity) for row, quantity in move._pos_bridge_origins()},
            {(self.esp, -3), (latte, -2)},
        )
        issue = self.moves() - move
        self.assertEqual(
            {(row.item_id, quantity) for row, quantity in issue._pos_bridge_origins()},
            {(self.esp, 3), (latte, 2)},
        )
        self.day().with_user(self.user).action_undo()
        returned, against = self.moves() - move - issue
        self.assertEqual(
            sum(quantity for _row, quantity in returned._pos_bridge_origins()), -5
        )
        self.assertEqual(
            sum(quantity for _row, quantity in against._pos_bridge_origins()), 5
        )

    def test_what_the_day_says(self):
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        day = self.day().with_user(self.user)
        self.assertTrue(day.is_counted_since)
        row = day.used_ids
        self.assertEqual((row.total_quantity, row.posted_quantity), (5, 5))
        self.assertEqual(row.counted_text, "2 kg before 3 Mar, 13:00")
        self.assertEqual(day.posting_ids.value, 20)

    def test_a_day_without_counts_says_nothing(self):
        self.ring(("3 08:00", 2))
        self.run_day()
        self.assertFalse(self.day().is_counted_since)
        self.assertFalse(self.day().used_ids.counted_text)

    def test_nobody_reverts_what_a_day_moved(self):
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2))
        self.run_day()
        lines = self.moves().filtered("is_inventory").move_line_ids
        with self.assertRaisesRegex(UserError, "use Undo on the sales day"):
            lines.action_revert_inventory()

    def test_what_was_sold_since_the_count_is_missing_of_the_older_lot(self):
        """Counted 3 of the older lot and 20 of the newer one; 4 were sold since: the
        older one is empty then, whatever was sold before.
        """
        milk = self.ingredient("Milk", tracking="lot")
        self.item("LATTE", milk, 1)
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": milk.id} for name in ("OLD", "NEW")]
        )
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        for lot, quantity in zip(lots, (3, 20), strict=True):
            quants.create(
                {
                    "product_id": milk.id,
                    "location_id": self.bar.id,
                    "lot_id": lot.id,
                    "inventory_quantity": quantity,
                }
            ).action_apply_inventory(at("3 12:00"))
        lines = [
            self.line(number, "LATTE", quantity, 2, sold_at=self.moment(when))
            for number, (when, quantity) in enumerate((("3 08:00", 6), ("3 13:00", 4)))
        ]
        self.sell([self.receipt("R1", lines)])
        self.assertFalse(self.run_day().error)
        left = {
            quant.lot_id.name: quant.quantity
            for quant in quants.search(
                [("product_id", "=", milk.id), ("location_id", "=", self.bar.id)]
            )
            if quant.quantity
        }
        self.assertEqual(left, {"NEW": 19})

    def test_lots_come_back_where_they_were(self):
        """What stands against a lot bears the lot, on the shelf it was taken from."""
        self.count(20, "3 12:00")
        self.ring(("3 08:00", 2))
        self.run_day()
        issue, against = self.moves()
        posting = self.day().posting_ids
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf",
                "location_id": self.bar.id,
                "company_id": self.company.id,
            }
        )
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self.coffee.id, "company_id": self.company.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET lot_id = %s, location_id = %s "
            "WHERE move_id = %s",
            [lot.id, shelf.id, issue.id],
        )
        self.env.invalidate_all()
        vals = posting._prepare_move_vals(
            self.coffee.id, 1.5, against.location_id.id, self.bar.id
        )
        ((_command, _id, line),) = posting._prepare_count_lines(issue, vals, False)
        self.assertEqual((line["lot_id"], line["quantity"]), (lot.id, 1.5))
        self.assertEqual(line["location_id"], against.location_id.id)
        self.assertEqual(line["location_dest_id"], shelf.id)

    def test_a_locked_count_moves_to_the_first_open_day(self):
        self.count(20, "3 22:00")
        self.ring(("3 08:00", 2))
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 10)
        self.run_day()
        self.check()
        moves = self.moves()
        self.assertEqual(len(moves), 2)
        self.assertEqual(
            set(moves.mapped(lambda m: m.date.date())), {date(2026, 3, 11)}
        )
        self.assertEqual(self.day().posting_ids.accounting_date, date(2026, 3, 11))

    def test_only_the_days_are_locked(self):
        """Issues wait behind the lock, the count of later keeps its date."""
        self.count(20, "20 10:00")
        self.ring(("3 08:00", 2))
        self.company.sudo().fiscalyear_lock_date = date(2026, 3, 10)
        self.run_day()
        self.check()
        move = self.moves().filtered("is_inventory")
        self.assertEqual(move.date, at("20 10:00"))

    def test_what_was_known_and_not_posted_is_no_part_of_what_was_seen(self):
        """The day was read while all was closed, then counted, then opened."""
        self.company.sudo().fiscalyear_lock_date = date(2100, 1, 1)
        self.ring(("3 08:00", 2), ("3 13:00", 3))
        self.run_day()
        self.assertFalse(self.moves())
        self.env.cr.execute(
            "UPDATE pos_bridge_usage SET create_date = create_date - interval '1 day'"
        )
        self.company.sudo().fiscalyear_lock_date = False
        self.count(20, "5 10:00")
        self.run_day()
        self.check_again()

    # === MANY DAYS === #

    def test_thirty_days_over_an_opening_count(self):
        """Sold in February, mapped, counted on 3 March, brought in afterwards."""
        self.count(20, "3 12:00")
        days = [DAY - timedelta(days=number) for number in range(30)]
        for number, day in enumerate(days):
            sold_at = self.at(day.year, day.month, day.day, 10)
            line = self.line(1, "ESP", number % 5 + 1, 2, sold_at=sold_at)
            self.sell([self.receipt(f"R{number}", [line], day)], day)
        for day in sorted(days):
            self.run_day("migration", self.day(day))
        self.assertEqual(self.there(), 20)
        # 1 + 2 + 3 + 4 + 5, six times
        self.assertEqual(self.net_into("customer"), 90)
        self.assertEqual(-self.net_into("inventory"), 20 + 90)
        before = self.row_counts()
        for day in days:
            self.run_day("migration", self.day(day))
        self.assertEqual(self.row_counts(), before)

    def test_a_day_asks_once_for_its_counts(self):
        """And a day that nothing was counted after asks nothing more."""
        asked = []
        original = type(self.day())._late_counts

        def counted(day):
            asked.append(day)
            return original(day)

        self.patch(self.registry["pos.bridge.day"], "_late_counts", counted)
        self.ring(("3 08:00", 2))
        self.run_day()
        self.run_day()
        self.assertEqual(len(asked), 1)
        day = self.day()
        day.outlet_id.mapped("tz")
        self.env.flush_all()
        with self.assertQueryCount(1):
            day._late_counts()
        self.count(20, "3 12:00")
        self.env.flush_all()
        day.posting_ids.mapped("revision")
        (self.bar | self.outlet.consumption_location_id).mapped("usage")
        with self.assertQueryCount(2):
            day._late_counts()
