"""One story in Odoo, and the same story in the independent world, side by side."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import property_world as world

from odoo import Command

OPENED = date(2026, 3, 1)
FIRST_TODAY = date(2026, 3, 6)
LEDGER = """
SELECT day.outlet_id, day.business_date, move.product_id, place.id,
       sum(CASE WHEN place.id = move.location_id THEN 1 ELSE -1 END
           * move.quantity::numeric)::text
  FROM stock_move move
  JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
  JOIN stock_location place ON place.usage = 'internal'
       AND place.id IN (move.location_id, move.location_dest_id)
 WHERE move.state = 'done'
 GROUP BY 1, 2, 3, 4
"""
POSTED_MOVES = """
SELECT id, product_id, quantity, product_uom, location_id, location_dest_id, state,
       date, value, pos_bridge_day_id, pos_bridge_posting_id, picking_id,
       origin_returned_move_id
  FROM stock_move
 WHERE pos_bridge_day_id IS NOT NULL
"""


def without_zeros(quantities):
    return {key: quantity for key, quantity in quantities.items() if quantity}


class Cafe:
    """Does everything twice: through Odoo and in ``self.world``, and compares."""

    def __init__(self, test, opening):
        self.test, self.env, self.opening = test, test.env, opening
        self.world = world.World(test.digits, opening.specific_first)
        self.today = OPENED
        self.receipt_count = 0
        self.items = {}
        self.boms = {}
        self.moves = {}

    # === OPENING === #

    def open(self):
        self.pass_days(0)
        priority = "specific" if self.opening.specific_first else "outlet"
        self.test.integration.write(
            {
                "shrink_limit": self.opening.shrink_limit,
                "storage_priority": priority,
            }
        )
        self._open_places()
        self._open_recipes()
        self.items = {name: self.test.item(name) for name in world.ITEMS}
        for condition, use in self.opening.uses.items():
            self.add_use(condition, use)
        for receipt in self.opening.receipts:
            self.add_receipt(receipt)
        self.pass_days((FIRST_TODAY - OPENED).days)

    def _open_places(self):
        for outlet, place in self.opening.units.items():
            self.link(outlet, place, None)
        for product, place in self.opening.product_places.items():
            if place:
                self.world.product_places[product] = place
                template = self.test.products[product].product_tmpl_id
                template.issue_location_id = self.test.places[place]

    def _open_recipes(self):
        """Deepest first, so that those above find them."""
        for dish in reversed(world.DISHES):
            recipe, place = self.opening.recipes[dish], self.opening.recipe_places[dish]
            self.boms[dish] = self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": self.test.products[dish].product_tmpl_id.id,
                    "type": "recipe",
                    "company_id": self.test.company.id,
                    "product_qty": float(recipe.quantity),
                    "product_uom_id": self.test.uoms[recipe.unit].id,
                    "issue_location_id": place and self.test.places[place].id,
                    "bom_line_ids": [
                        Command.create(self.line_vals(line)) for line in recipe.lines
                    ],
                }
            )
            self.world.recipes[dish].say(recipe, on=self.today)
            if place:
                self.world.recipe_places[dish] = place

    def pass_days(self, count):
        self.today += timedelta(days=count)
        self.test.clock.move_to(datetime.combine(self.today, time(12)))

    # === WHAT IS DONE AT THE START AND LATER === #

    def add_receipt(self, receipt):
        self.receipt_count += 1
        self.world.receipts[f"R{self.receipt_count}"] = receipt

    def link(self, outlet, place, since):
        self.test.outlets[outlet]._link_storage_unit(self.test.places[place], since)
        self.world.units[outlet].say(place, since or date.min, self.today)

    def add_use(self, condition, use):
        """Map an item, unless it is mapped so already."""
        history = self.world.uses[condition]
        if history.said and history.last:
            return
        mappings = self.env["pos.bridge.mapping"].with_user(self.test.user)
        mappings.create({**self.condition_vals(condition), **self.use_vals(use)})
        history.say(use, history.beginning_of_new(), self.today)

    def line_vals(self, line):
        return {
            "product_id": self.test.products[line.product].id,
            "product_qty": float(line.quantity),
            "product_uom_id": self.test.uoms[line.unit].id,
            "trim_percentage": float(line.trim),
            "issue_location_id": line.place and self.test.places[line.place].id,
        }

    def use_vals(self, use):
        if not use.product:
            return {"map_type": "nothing"}
        is_recipe = use.product in world.DISHES
        return {
            "map_type": "recipe" if is_recipe else "ingredient",
            "product_id": not is_recipe and self.test.products[use.product].id,
            "bom_id": is_recipe and self.boms[use.product].id,
            "quantity": float(use.quantity),
            "uom_id": self.test.uoms[use.unit].id,
            "is_subtraction": use.gives_back,
        }

    def condition_vals(self, condition):
        parent, outlet = condition.parent, condition.outlet
        return {
            "item_id": self.items[condition.item].id,
            "parent_item_id": parent and self.items[parent].id,
            "parent_group_id": False,
            "outlet_id": outlet and self.test.outlets[outlet].id,
        }

    # === RUNS === #

    def days(self):
        """{(outlet, date): sales day} of all that Odoo has."""
        return {
            (self.test.names[day.outlet_id], day.business_date): day
            for day in self.env["pos.bridge.day"].search([])
        }

    def read_till(self, outlet, business_date, left_out=None):
        """The till tells this day; a receipt left out is said to be still missing.

        A day that would shrink posts nothing until a person says so.
        """
        for key in {*self.days(), *self.world.days(), (outlet, business_date)}:
            is_half = left_out and key == (outlet, business_date)
            self._set_till(*key, left_out if is_half else None)
        before = self.ledger()
        day = self.test.day(business_date, self.test.outlets[outlet])
        transfer = self.test.run_day(day=day)
        self.test.assertIn(transfer.state, ("done", "partial"), transfer.error)
        self.env["pos.bridge.transfer"].search([("state", "=", "queued")])._run_all()
        self.env.invalidate_all()
        for key, day in self.days().items():
            if "day_shrank" in day.open_exception_ids.mapped("code"):
                self.test.assertEqual(self.ledger()[key], before[key])
                day.with_user(self.test.user).action_post_smaller_day()

    def _set_till(self, outlet, business_date, left_out):
        told = [
            self._told(name, receipt)
            for name, receipt in self.world.receipts.items()
            if (receipt.outlet, receipt.day) == (outlet, business_date)
            and name != left_out
        ]
        self.test.sell(
            told,
            business_date,
            complete=left_out is None,
            outlet=self.test.outlets[outlet],
        )

    def _told(self, name, receipt):
        lines = [
            self.test.line(
                number,
                line.item,
                line.quantity,
                self.opening.price,
                kind=line.kind,
                parent_external_id=None if line.parent is None else str(line.parent),
            )
            for number, line in enumerate(receipt.lines)
        ]
        return self.test.receipt(name, lines, receipt.day)

    def post_stale(self):
        stale = self.env["pos.bridge.day"].search([("stale_reason", "!=", False)])
        if stale:
            stale.with_user(self.test.user).action_repost()
            self.env.invalidate_all()

    # === WHAT ODOO SAYS === #

    def _rows(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def ledger(self):
        """{(outlet, date): {(product, place): what left}} of all done moves."""
        names, result = self.test.names_by_id, defaultdict(dict)
        for outlet, business_date, product, place, quantity in self._rows(LEDGER):
            key = names["product.product", product], names["stock.location", place]
            if left := Decimal(quantity):
                result[names["pos.bridge.outlet", outlet], business_date][key] = left
        return result

    def posted_moves(self):
        return {row[0]: row[1:] for row in self._rows(POSTED_MOVES)}

    def _unmapped(self, day):
        problems = day.open_exception_ids.filtered(
            lambda problem: problem.code == "unmapped_pos_item"
        )
        return {
            (problem.item_id.external_id, problem.parent_item_id.external_id or None)
            for problem in problems
        }

    def _taken_from_shelves(self):
        places = [place.id for place in self.test.places.values()]
        quants = self.env["stock.quant"].search([("location_id", "in", places)])
        taken = defaultdict(Decimal)
        for quant in quants:
            key = self.test.names[quant.product_id], self.test.names[quant.location_id]
            taken[key] -= round(Decimal(str(quant.quantity)), self.test.digits)
        return taken

    # === CHECKS === #

    def check(self):
        """Every day that does not say it is stale is what it must be."""
        self._check_moves_untouched()
        ledger = self.ledger()
        for key, day in self.days().items():
            if not day.stale_reason:
                self.test.assertEqual(ledger.get(key, {}), self.world.ledger(*key), key)
                self.test.assertEqual(self._unmapped(day), self.world.unmapped(*key))
        self._check_shelves(ledger)

    def _check_moves_untouched(self):
        """Corrections are moves of their own; none before is changed or gone."""
        moves = self.posted_moves()
        self.test.assertLessEqual(self.moves.items(), moves.items())
        self.moves = moves

    def _check_shelves(self, ledger):
        """Nothing else moves goods here, so the shelves lack what the ledger says."""
        totals = defaultdict(Decimal)
        for used in ledger.values():
            for key, quantity in used.items():
                totals[key] += quantity
        taken = self._taken_from_shelves()
        self.test.assertEqual(without_zeros(taken), without_zeros(totals))

    def check_again_writes_nothing(self):
        before = self.test.row_counts(), self.posted_moves()
        for trigger in ("automatic", "manual"):
            for day in self.days().values():
                self.test.run_day(trigger, day)
        self.test.assertEqual((self.test.row_counts(), self.posted_moves()), before)
