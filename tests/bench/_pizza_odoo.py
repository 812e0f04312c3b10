"""A ``Story`` played in Odoo, at its own moments, by a back-office user and the people
in the kitchen.
"""

from collections import defaultdict
from datetime import timedelta

import _pizza_story as facts
from _pizza_stock import cents
from _place import Place
from freezegun import freeze_time
from pizza_year import SUB_RECIPES

COLUMNS = (
    *("outlet", "date", "time", "receipt", "line", "quantity", "amount", "kind"),
    "group",
)
#: The watch of a benchmark goes on.
REAL_TIME = ["_bench"]


class Kitchens(Place):
    """A place whose goods all come by deliveries; some are valued at a set price."""

    def __init__(self, env, story):
        self.story = story
        chart = env["account.chart.template"]
        chart.try_loading("generic_coa", env.company, install_demo=False)
        env.company.inventory_valuation = "real_time"
        self.categories = {
            method: env["product.category"].create(
                {
                    "name": f"Goods ({method})",
                    "property_cost_method": method,
                    "property_valuation": "real_time",
                }
            )
            for method in ("average", "standard")
        }
        super().__init__(env, COLUMNS, facts.OUTLETS)
        self.outlets.tz = facts.ZONE.key
        self._book_costs()
        self.user = self._make_user()

    def _book_costs(self):
        """What is used, wasted and found missing is an expense."""
        places = self.env["stock.location"].search([("usage", "=", "inventory")])
        places |= self.outlets.consumption_location_id
        cost = self.env.company._get_pos_bridge_cost_account()
        places.valuation_account_id = cost

    def _make_user(self):
        group = self.env.ref("pos_inventory_bridge.pos_bridge_group_user")
        return self.env["res.users"].create(
            {
                "name": "Back Office",
                "login": "bench_back_office",
                "tz": facts.ZONE.key,
                "group_ids": [(6, 0, group.ids)],
            }
        )

    def _close_on_sundays(self, outlet):
        """Its opening hours: from Monday to Saturday."""
        hours = {"hour_from": 9, "hour_to": 23.5, "day_period": "morning"}
        week = [
            (0, 0, {"name": "Open", "dayofweek": str(n), **hours}) for n in range(6)
        ]
        calendar = {"name": "But Sundays", "tz": facts.ZONE.key, "attendance_ids": week}
        outlet.calendar_id = self.env["resource.calendar"].create(calendar)

    def add_ingredients(self, names):
        for name in names:
            if name not in self.products:
                is_set = name in self.story.standard
                method = "standard" if is_set else "average"
                self.products[name] = self._product(
                    name,
                    self.kg,
                    is_storable=True,
                    categ_id=self.categories[method].id,
                    standard_price=float(self.story.prices[name]) if is_set else 0,
                )

    def set_up(self, menu):
        self.add_ingredients(self.story.names)
        for name, (made, lines) in SUB_RECIPES.items():
            self.add_recipe(name, made, self.kg, lines)
        for pizza in menu.pizzas:
            lines = {
                name: (amount, menu.trim(name) if name not in SUB_RECIPES else 0)
                for name, amount in menu.lines(pizza).items()
            }
            self.add_recipe(pizza, 1, self.unit, lines)
        self.boms[facts.WITHOUT_RECIPE].active = False
        self._close_on_sundays(self.outlets[1])
        self.env.cr.commit()

    def map_new(self):
        """Items sold for the first time, but what is mapped later or never."""
        special = {
            facts.IGNORED: {"map_type": "nothing"},
            facts.FROZEN: {
                "map_type": "ingredient",
                "product_id": self.products[facts.FROZEN_NAME].id,
                "quantity": float(facts.FROZEN_KG),
                "uom_id": self.kg.id,
            },
        }
        known = {*self.mappings, *facts.UNMAPPED, facts.MAPPED_LATE, facts.DELIVERY}
        for item in self.integration.item_ids:
            if item.external_id not in known:
                self.map_item(item, special.get(item.external_id))
        self.env.cr.commit()

    def map_item(self, item, vals=None):
        vals = vals or {"map_type": "recipe", "bom_id": self.boms[item.external_id].id}
        mapping = self.env["pos.bridge.mapping"].create({"item_id": item.id, **vals})
        self.mappings[item.external_id] = mapping


class Player:
    """Plays the events of a story.

    :param found: {(moment, outlet, name): kg}, what people count
    """

    def __init__(self, place, story, found):
        self.place, self.story, self.found = place, story, found
        self.env, self.integration = place.env, place.integration
        self.outlets = {outlet.name: outlet for outlet in place.outlets}
        self.units = {name: out.storage_unit_id for name, out in self.outlets.items()}
        self.first_told = defaultdict(list)
        for line in story.told_first:
            self.first_told[line.outlet, line.day].append(line)
        self.file_number = 0

    def play(self, menu):
        """
        :param menu: as it was before anything happened
        """
        with freeze_time(facts.OPENING - timedelta(hours=1), ignore=REAL_TIME) as clock:
            self.place.set_up(menu)
            for moment, kind, values in self.story.events:
                clock.move_to(moment)
                getattr(self, f"_{kind}")(moment, *values)
                self.env.cr.commit()
                self.env.invalidate_all()

    # === SALES === #

    def _upload(self, lines):
        types = self.story.groups
        rows = [
            (
                *(each.outlet, each.day, each.clock, each.receipt, each.line),
                *(each.quantity, each.amount, each.kind, types[each.item], each.item),
            )
            for each in lines
        ]
        content = "\n".join(",".join(map(str, row)) for row in rows)
        self.file_number += 1
        file, is_new = (
            self.env["pos.bridge.csv.file"]
            .with_user(self.place.user)
            ._store(
                self.integration.with_user(self.place.user),
                f"sales {self.file_number}.csv",
                f"{self.place.header}\n{content}".encode(),
            )
        )
        if not is_new or file.reject_count:
            print(file.reject_ids[:3].mapped("reason"))
            raise SystemExit(f"{file.name} was not read as a whole.")
        self.env.cr.commit()
        return file

    def _run(self, transfers):
        self.env.cr.commit()
        self.place.post(
            transfers.sorted(lambda run: (run.day_id.business_date, run.id))
        )

    def _post(self, _moment, outlet, day):
        file = self._upload(self.first_told[outlet, day])
        self.place.map_new()
        self._run(file._queue())

    def _tell(self, _moment, _first, _last, lines):
        self._run(self._upload(lines)._queue())

    def _confirm(self, _moment):
        """*Post the smaller day*, wherever it is asked for."""
        days = self.env["pos.bridge.day"].with_user(self.place.user)
        shrunk = days.search([("open_exception_ids.code", "=", "day_shrank")])
        for day in shrunk.sorted("business_date"):
            day.action_post_smaller_day()

    def _post_stale(self):
        self.env.flush_all()
        days = self.env["pos.bridge.day"].with_user(self.place.user)
        stale = days.search([("stale_reason", "!=", False)])
        runs = self.env["pos.bridge.transfer"].with_user(self.place.user)
        self._run(runs._enqueue(stale.sorted("business_date"), "repost"))

    def _map(self, _moment, item):
        items = self.integration.item_ids
        self.place.map_item(items.filtered(lambda each: each.external_id == item))
        self._post_stale()

    def _portion(self, _moment, item, since, factor):
        mapping = self.place.mappings[item]
        mapping.write({"quantity": float(factor), "date_from": since})
        self._post_stale()

    def _recipe(self, _moment, item, name, since, kg):
        product = self.place.products[name]
        line = self.place.boms[item].bom_line_ids.filtered(
            lambda each: each.product_id == product
        )
        line.with_context(pos_bridge_from_date=str(since)).product_qty = float(kg)
        self._post_stale()

    def _day(self, outlet, day):
        return self.env["pos.bridge.day"].search(
            [("outlet_id.name", "=", outlet), ("business_date", "=", day)]
        )

    def _undo(self, _moment, outlet, day):
        self._day(outlet, day).action_undo()

    def _redo(self, _moment, outlet, day):
        self._day(outlet, day).action_redo()

    # === GOODS === #

    def _move(self, kilograms, source, target):
        """
        :param kilograms: {name: kg}
        """
        moves = self.env["stock.move"].create(
            [
                {
                    "product_id": self.place.products[name].id,
                    "product_uom": self.place.kg.id,
                    "product_uom_qty": float(kg),
                    "quantity": float(kg),
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "company_id": self.env.company.id,
                    "picked": True,
                }
                for name, kg in kilograms.items()
            ]
        )
        moves._action_done()
        return moves

    def _receive(self, _moment, outlet, goods):
        supplier = self.env.ref("stock.stock_location_suppliers")
        kilograms = {name: kg for name, kg, _price in goods}
        moves = self._move(kilograms, supplier, self.units[outlet])
        for move, (name, kg, price) in zip(moves, goods, strict=True):
            if name not in self.story.standard:
                move.value_manual = float(cents(price * kg))
        self.env.flush_all()

    def _transfer(self, _moment, source, target, name, kg):
        self._move({name: kg}, self.units[source], self.units[target])

    def _scrap(self, _moment, outlet, name, kg):
        product = self.place.products[name]
        self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "scrap_qty": float(kg),
                "location_id": self.units[outlet].id,
            }
        ).action_validate()

    def _count(self, moment, outlet, found):
        for name, _difference in found:
            quant = self.env["stock.quant"].with_context(inventory_mode=True)
            quant.create(
                {
                    "product_id": self.place.products[name].id,
                    "location_id": self.units[outlet].id,
                    "inventory_quantity": float(self.found[moment, outlet, name]),
                }
            ).action_apply_inventory()

    def _price(self, _moment, prices):
        for name, price in prices.items():
            self.place.products[name].standard_price = float(price)

    def _lock(self, _moment, until):
        self.env.company.fiscalyear_lock_date = until
