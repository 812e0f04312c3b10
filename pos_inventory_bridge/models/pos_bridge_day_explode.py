import hashlib
import json
from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..tools.plan import Explosion, Problem, Sold
from ..tools.recipe_book import Need, RecipeError, convert
from ..tools.wording import number_text
from .mrp_bom import exact

# What an item uses of an ingredient is one row, though a recipe may name it twice.
MERGED_FIELDS = ("product_id", "recipe_path", "location_id", "count_move_id")


class PosBridgeDay(models.Model):
    """Step *explode*: from the sold items of a day to the ingredients they used."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    # === WHAT WAS SOLD === #

    def _sold(self):
        """{"item/parent": ``Sold``} of everything that stands on the day's receipts
        now.
        """
        self.ensure_one()
        lines = self.env["pos.bridge.sale.line"].search_fetch(
            [
                ("outlet_id", "=", self.outlet_id.id),
                ("business_date", "=", self.business_date),
                ("vanished_at", "=", False),
                ("sale_id.vanished_at", "=", False),
            ],
            [
                "sale_id",
                "item_id",
                "parent_item_id",
                "parent_id",
                "kind",
                "quantity",
                "amount_net",
                "sold_at",
            ],
        )
        groups = defaultdict(list)
        for line in lines:
            groups[line.item_id.id, line.parent_item_id.id or 0].append(line)
        sold = (self._sum_lines(*key, lines) for key, lines in groups.items())
        return {item.key: item for item in sold}

    def _sum_lines(self, item_id, parent_item_id, lines):
        quantity, events = Decimal(0), defaultdict(Decimal)
        told, times = [], []
        for line in lines:
            event = line._event()
            amount = exact(line.quantity)
            if event:
                events[event] += amount
            else:
                quantity += amount
            told.append([event or "", str(amount), str(line.sold_at)])
            times.append((line.sold_at or None, event or "", amount))
        zero = [line for line in lines if not line.quantity]
        other = [line for line in lines if line.quantity]
        return Sold(
            item_id=item_id,
            parent_item_id=parent_item_id,
            quantity=quantity,
            events=dict(events),
            line_count=len(other),
            amount=sum((line._own_amount() for line in other), Decimal(0)),
            total_quantity=sum((exact(line.quantity) for line in other), Decimal(0)),
            zero_count=len(zero),
            zero_amount=sum((line._own_amount() for line in zero), Decimal(0)),
            digest=hashlib.sha256(json.dumps(sorted(told)).encode()).hexdigest(),
            times=tuple(times),
        )

    def _changed_keys(self, sold):
        """Items whose lines are not those that their usage rows were made of."""
        known = self.sold_state or {}
        return {
            key
            for key in sold.keys() | known.keys()
            if key not in sold or known.get(key, {}).get("digest") != sold[key].digest
        }

    def _all_keys(self, sold):
        """Items that are sold, or that something was posted of."""
        return sold.keys() | (self.sold_state or {}).keys() | self._keys_of_usage()

    # === EXPLODE === #

    def _explode_keys(self, sold, keys, records=True):
        """What the items of these keys used, by the mappings in force on the day."""
        computed = [item for key, item in sold.items() if key in keys]
        pairs = {(item.item_id, item.parent_item_id) for item in computed}
        pairs |= {(item.parent_item_id, 0) for item in computed if item.parent_item_id}
        mappings = self.env["pos.bridge.mapping"]._resolve(
            self.outlet_id, self.business_date, pairs
        )
        explosion = self._explode(computed, mappings, records)
        explosion.problems = self._review_problems(computed, explosion)
        return explosion

    def _explode(self, sold, mappings, records=True):
        """What the given items used.

        :param sold: iterable of ``Sold``
        :param mappings: {(item id, parent item id): mapping}, as ``_resolve`` gives it
        :param records: False for a mere look, which must not write recipe versions
        :return: ``Explosion``. An item that cannot be resolved keeps the rows that it
            has; one of its ingredients that cannot be placed keeps those of that
            ingredient
        """
        self.ensure_one()
        explosion = Explosion(counts=self._late_counts())
        self.env["pos.bridge.mapping"].union(
            *mappings.values()
        ).product_id._pos_bridge_read_ahead()
        book = self.env["mrp.bom"]._get_recipe_book(
            self.company_id, self.business_date, records
        )
        for item in sold:
            mapping = mappings[item.item_id, item.parent_item_id]
            if not item.line_count:
                explosion.states[item.key] = "ignored"
            elif not mapping:
                explosion.states[item.key] = "unmapped"
                explosion.problems.append(self._unmapped_problem(item))
            elif mapping.map_type == "nothing":
                explosion.states[item.key] = "ignored"
            else:
                self._explode_item(explosion, book, item, mapping, mappings)
        return explosion

    def _explode_item(self, explosion, book, item, mapping, mappings):
        """A definition error leaves out the item, a storage error one ingredient."""
        try:
            needs = self._needs(book, mapping, mappings, item)
        except RecipeError as error:
            explosion.states[item.key] = "failed"
            explosion.kept[item.key] = None
            explosion.problems.append(self._recipe_problem(item, mapping, error))
            return
        rows, unplaced = [], {}
        for need in needs:
            try:
                rows += self._prepare_usage_rows(explosion, item, mapping, need)
            except RecipeError as error:
                unplaced[need.product_id] = error
        # The whole ingredient waits, even where only one of its lines could not be
        # placed.
        rows = [row for row in rows if row["product_id"] not in unplaced]
        explosion.rows[item.key] = [row for row in self._merge(rows) if row["quantity"]]
        explosion.states[item.key] = "failed" if unplaced else "posted"
        if unplaced:
            explosion.kept[item.key] = set(unplaced)
        for error in unplaced.values():
            explosion.problems.append(self._recipe_problem(item, mapping, error))

    def _merge(self, rows):
        """One row per ingredient, path and place, though a recipe may name it twice."""
        merged = {}
        for row in rows:
            key = tuple(row[name] for name in MERGED_FIELDS)
            if key in merged:
                row = {**row, "quantity": merged[key]["quantity"] + row["quantity"]}
            merged[key] = row
        return [{**row, "quantity": float(row["quantity"])} for row in merged.values()]

    def _needs(self, book, mapping, mappings, item):
        """``Need`` per ingredient for one sold unit; negative where the mapping
        subtracts.

        :raises RecipeError: whatever makes the whole item unusable
        """
        quantity = self._signed_quantity(mapping)
        if mapping.map_type == "parent":
            mapping = mappings.get((item.parent_item_id, 0))
            if not mapping or mapping.map_type not in ("ingredient", "recipe"):
                raise RecipeError("validation_error", [], "parent")
            quantity *= self._signed_quantity(mapping)
        product = self._target_product(mapping)
        if not mapping.uom_id:
            raise RecipeError("validation_error", product.ids)
        unit = mapping.uom_id._pos_bridge_unit()
        recipe = book.find(product.id)
        if recipe:
            needs = book.explode(recipe, quantity, unit)
        elif mapping.map_type == "recipe":
            raise RecipeError("recipe_not_found", product.ids)
        else:
            own_unit = product.uom_id._pos_bridge_unit()
            needs = [Need(product.id, convert(quantity, unit, own_unit, product.id))]
        for need in needs:
            self._check_ingredient(self.env["product.product"].browse(need.product_id))
        return needs

    @staticmethod
    def _signed_quantity(mapping):
        return exact(mapping.quantity) * (-1 if mapping.is_subtraction else 1)

    def _target_product(self, mapping):
        """The product that is taken or whose recipe is; checked for everything that
        SQL, an import or another app may have done to it since it was mapped.
        """
        if mapping.map_type == "ingredient":
            product = mapping.product_id
            if not product or not product.active:
                raise RecipeError("ingredient_not_found", product.ids)
        else:
            if not mapping.bom_id:
                raise RecipeError("recipe_not_found", [])
            product = mapping.bom_id._recipe_product()
        self._check_company_of(product)
        return product

    def _check_company_of(self, product):
        if product.company_id and product.company_id != self.company_id:
            raise RecipeError("unauthorized_access", product.ids)

    def _prepare_usage_rows(self, explosion, item, mapping, need):
        """Values of what one ingredient of an item becomes: one usage row, or two where
        it was counted in between.
        """
        vals = self._prepare_usage_vals(item, mapping, need)
        count = explosion.counts.get((vals["product_id"], vals["location_id"]))
        is_counted = count and count.stands
        return self._split_by_count(vals, item, need, count) if is_counted else [vals]

    def _prepare_usage_vals(self, item, mapping, need):
        """One usage row. Raises ``RecipeError`` where nobody says where to take it
        from.
        """
        product = self.env["product.product"].browse(need.product_id)
        effect_of = self.integration_id.policy_ids._effect
        net = item.net(lambda event: effect_of(event, product))
        location = self._issue_location(need, product)
        path = "".join(f"{version_id}/" for version_id in need.version_ids)
        return {
            "item_id": item.item_id,
            "parent_item_id": item.parent_item_id or False,
            "mapping_id": mapping.id,
            "recipe_version_id": need.version_ids[-1] if need.version_ids else False,
            "recipe_path": f"/{path}" if path else False,
            "product_id": product.id,
            "location_id": location.id,
            "consumption_location_id": self.outlet_id.consumption_location_id.id,
            "sold_quantity": float(net),
            "quantity": need.quantity * net,
            "count_move_id": False,
        }

    def _check_ingredient(self, product):
        if not product.active:
            raise RecipeError("ingredient_not_found", product.ids)
        self._check_company_of(product)
        if not product.is_storable and product._pos_bridge_was_recipe():
            raise RecipeError("recipe_not_found", product.ids)
        if product.type != "consu":
            raise RecipeError("validation_error", product.ids)

    def _issue_location(self, need, product):
        """The storage unit that an ingredient is taken from.

        The first place that is named decides; one that is no storage unit any more is
        an error and not a reason to look further, or goods would silently move between
        units.
        """
        locations = self.env["stock.location"]
        outlet = self.outlet_id._storage_unit_on(self.business_date)
        specific = [
            locations.browse(need.line_location_id),
            locations.browse(need.recipe_location_id),
            product.product_tmpl_id.issue_location_id,
        ]
        is_outlet_first = self.integration_id.storage_priority == "outlet"
        chain = [outlet, *specific] if is_outlet_first else [*specific, outlet]
        named = [
            place
            for place in [*chain, self.integration_id.fallback_location_id]
            if place
        ]
        unit = named[0].storage_unit_id if named and named[0].active else locations
        if not unit or (unit.company_id and unit.company_id != self.company_id):
            raise RecipeError("no_issue_storage", product.ids, named[:1])
        return unit

    # === PROBLEMS === #

    def _unmapped_problem(self, item):
        name = self.env["pos.bridge.item"].browse(item.item_id).name
        return Problem(
            code="unmapped_pos_item",
            message=self.env._(
                "%(item)s: %(quantity)s sold, not mapped, so nothing was deducted. "
                "Map it, then post the day again.",
                item=name,
                quantity=number_text(self.env, item.total_quantity),
            ),
            item_id=item.item_id,
            parent_item_id=item.parent_item_id,
            quantity=float(item.total_quantity),
            amount=float(item.amount),
        )

    def _recipe_problem(self, item, mapping, error):
        products = self.env["product.product"].browse(error.product_ids)
        message = self._problem_texts()[error.code]
        if error.detail == "parent":
            message = self.env._(
                "%(item)s stands for the item that it modifies, and that one is not "
                "mapped. Map the modified item."
            )
        names = [product.display_name for product in products.exists()]
        return Problem(
            code=error.code,
            message=message
            % {
                "item": self.env["pos.bridge.item"].browse(item.item_id).name,
                "target": names[-1] if names else mapping.display_name or "-",
                "path": " > ".join(names),
                "detail": number_text(self.env, error.detail)
                if error.code == "invalid_trim_pct"
                else "",
            },
            item_id=item.item_id,
            parent_item_id=item.parent_item_id,
            product_id=products[-1:].id or None,
            quantity=float(item.total_quantity),
            amount=float(item.amount),
        )

    def _problem_texts(self):
        """What each code means and what to do; the old use of the item always stays."""
        return {
            "recipe_not_found": self.env._(
                "%(item)s: the recipe %(target)s has no lines, or is archived or gone. "
                "Complete it or map the item to another recipe, then post the day "
                "again."
            ),
            "ingredient_not_found": self.env._(
                "%(item)s: the ingredient %(target)s is archived or gone. Restore it "
                "or map the item to another ingredient, then post the day again."
            ),
            "validation_error": self.env._(
                "%(item)s: the mapping or recipe of %(target)s cannot be used: its "
                "unit cannot be converted, its yield is nothing, or it is a kit or a "
                "service. Correct it, then post the day again."
            ),
            "unauthorized_access": self.env._(
                "%(item)s: %(target)s belongs to another company. Map the item to "
                "something of its own company."
            ),
            "recipe_cycle": self.env._(
                "%(item)s: a recipe contains itself (%(path)s). Take it out of one of "
                "these recipes, also for past days, then post the day again."
            ),
            "invalid_trim_pct": self.env._(
                "%(item)s: the trim of %(path)s is %(detail)s %%. It must be at least "
                "0 and below 100. Correct the recipe, also for past days, then post "
                "the day again."
            ),
            "no_issue_storage": self.env._(
                "%(item)s: nobody says from which storage unit %(target)s is taken, or "
                "that unit is archived. Choose a unit for the outlet, the recipe or "
                "the ingredient, then post the day again."
            ),
        }
