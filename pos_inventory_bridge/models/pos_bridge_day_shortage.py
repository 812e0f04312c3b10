from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..tools import business_day, locks
from ..tools.plan import Delta, Problem
from ..tools.wording import number_text

#: So long a run waits for another one that takes goods from the same unit.
SECONDS_FOR_A_UNIT = 20


class PosBridgeDay(models.Model):
    """Goods that are not there: post all the same, post what is there, or hold.

    What is not posted is open: what the day should take is what it took plus what is
    open, after every run.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    open_ids = fields.One2many("pos.bridge.open", "day_id", string="What Waits")
    open_quantity_count = fields.Integer(
        "Ingredients That Wait",
        readonly=True,
        help="Of so many ingredients the ledger does not say yet all that was used.",
    )

    # === RULE: NOT MORE THAN IS THERE === #

    def _get_posting_rules(self):
        return [*super()._get_posting_rules(), self._within_stock]

    def _within_stock(self, deltas):
        """What is there, or the ingredient waits; what comes back always passes, and
        as much as comes back to its place needs no goods.
        """
        if self.integration_id.negative_stock_policy == "post":
            return deltas, []
        places = {d.place for d in deltas if d.quantity > 0 and self._is_untracked(d)}
        if not places:
            return deltas, []
        free = self.env["stock.quant"]._pos_bridge_free(places, self._usable_moment())
        free = self._without_claims(places, free)
        deltas = self._with_use(deltas, places)
        allowed = self._cut(deltas, free, self._coming_back(deltas))
        return allowed, self._goods_problems(deltas, allowed, free, "negative_stock")

    def _is_untracked(self, delta):
        product = self.env["product.product"].browse(delta.product_id)
        return product.is_storable and product.tracking == "none"

    def _with_use(self, deltas, places):
        """Where something goes into a count's difference, what was sold since may have
        to wait, though all use together stays as it was.
        """
        lacking = places - {d.place for d in deltas if not d.count_move_id}
        keys = self.env["pos.bridge.usage"]._use_keys(self, ()) if lacking else {}
        added = [Delta(*keys[place], 0.0) for place in lacking if place in keys]
        return sorted(deltas + added) if added else deltas

    @api.model
    def _coming_back(self, deltas):
        """{(product, unit): what comes back}, less what goes into a count's difference:
        that is what was used before the count and is not any more. Negative: more
        was used since.
        """
        back = defaultdict(float)
        for delta in deltas:
            if delta.quantity < 0 or delta.count_move_id:
                back[delta.place] -= delta.quantity
        return back

    def _without_claims(self, places, free):
        """What is left for this day when the older ones got what they wait for.

        Of several days that are looked at, each knows what those before it would take.
        """
        seen = self.env.context.get("pos_bridge_seen", {})
        claims = self.env["pos.bridge.open"]._claims(self, places, seen)
        for deltas in seen.values():
            for delta in map(self._whole, deltas):
                claims[delta.place] += delta.quantity
        return {place: max(free[place] - claims[place], 0.0) for place in places}

    def _cut(self, deltas, free, back=None):
        """As much of the deltas as is free; those of other places pass, and what comes
        out of a count's difference follows the use that it stands against.

        :param free: {(product, unit): quantity}
        :param back: {(product, unit): quantity} that comes back in the same posting
        """
        left, result = self._within_reach(deltas, free, back or {}), []
        for delta in deltas:
            quantity = delta.quantity
            if delta.place in left and not delta.count_move_id:
                unit = self.env["product.product"].browse(delta.product_id).uom_id
                there = left[delta.place]
                # What comes back is part of what is there already.
                part = min(quantity, there) if quantity > 0 else min(there, 0.0)
                left[delta.place] = unit.round(there - part)
                quantity = unit.round(part + min(quantity, 0.0))
            if quantity:
                result.append(replace(delta, quantity=quantity))
        return result

    def _within_reach(self, deltas, free, back):
        """{(product, unit): what may be taken}. Policy *hold*: nothing that is there,
        as long as not everything is.
        """
        needed = defaultdict(float)
        for delta in deltas:
            if not delta.count_move_id:
                needed[delta.place] += max(delta.quantity, 0.0)
        holds = self.integration_id.negative_stock_policy == "hold"
        units, result = self.env["product.product"].browse, {}
        for place, there in free.items():
            result[place] = back.get(place, 0.0)
            missing = needed[place] - result[place]
            if not (holds and units(place[0]).uom_id.compare(missing, there) > 0):
                result[place] += there
        return result

    def _wait_for_goods_turn(self, deltas):
        """Two runs that look at one shelf at a time would both find the same goods."""
        products = self.env["product.product"]
        units = {
            delta.location_id
            for delta in deltas
            if delta.quantity > 0
            and self._is_limited(products.browse(delta.product_id))
        }
        for unit in sorted(units):
            if not locks.take(self.env.cr, "unit", unit, SECONDS_FOR_A_UNIT):
                raise ConcurrencyError(
                    self.env._("Other days take goods from this unit right now.")
                )

    def _is_limited(self, product):
        """Is no more of this taken than is there?"""
        policy = self.integration_id.negative_stock_policy
        is_tracked = product.tracking != "none"
        return product.is_storable and (policy != "post" or is_tracked)

    # === WHEN === #

    def _waited_keys(self):
        """{(product, unit, consumption location)} that waited for goods before this
        run.
        """
        return set(self._waiting_codes())

    def _waiting_codes(self):
        """{key: why it waits}, of what waits for goods as things are set now."""
        if not self.open_quantity_count:
            return {}
        return {
            row._key(): row.code
            for row in self.open_ids._waiting()
            if self._is_limited(row.product_id)
        }

    def _usable_moment(self, place=None):
        """When the goods are used: on the business date, or now if they were waited
        for.
        """
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        if place in {key[:2] for key in self._waited_keys()}:
            return now
        end = business_day.last_moment(self.business_date, self.outlet_id.tz)
        return min(end.replace(tzinfo=None), now)

    # === WHAT IS OPEN === #

    def _note_open(self, wanted, posted, problems):
        """Write down what the ledger still lacks, and why.

        :param wanted: list of ``Delta``: what it lacked before the run
        :param posted: list of ``Delta``: what was posted of that
        """
        open_quantities = self._open_quantities(wanted, posted)
        if not open_quantities and not self.open_quantity_count:
            return
        codes = self._open_codes(open_quantities, problems)
        self.env["pos.bridge.open"]._replace(self, open_quantities, codes)
        self.open_quantity_count = len(open_quantities)

    def _open_codes(self, keys, problems):
        """{key: why it is open}: what was said of the ingredient in this storage unit,
        else in whichever; what waited for goods and has them waits for an open period,
        and is still dated as what came late.
        """
        told = {
            (problem.product_id, location_id): problem.code
            for problem in problems
            if not problem.item_id
            for location_id in problem.location_ids or (None,)
        }
        other = told.get((None, None), "period_locked")
        waited = self._waiting_codes()
        return {
            key: told.get(key[:2]) or told.get((key[0], None)) or waited.get(key, other)
            for key in keys
        }

    @api.model
    def _open_quantities(self, wanted, posted):
        """{(product, unit, consumption location): what is not posted}, without zeros;
        what comes out of a count's difference follows the use that it stands against.
        """
        wanted, posted = (
            [delta for delta in deltas if not delta.count_move_id]
            for deltas in (wanted, posted)
        )
        result = {delta.key: delta.quantity for delta in wanted}
        for delta in posted:
            unit = self.env["product.product"].browse(delta.product_id).uom_id
            result[delta.key] = unit.round(result.get(delta.key, 0.0) - delta.quantity)
        return {key: quantity for key, quantity in result.items() if quantity}

    # === PROBLEMS === #

    def _shortage_problems(self, deltas):
        """What waits for goods is told once, by what is open."""
        problems = super()._shortage_problems(deltas)
        if not self.open_quantity_count:
            return problems
        told = self.open_ids._waiting().product_id.ids
        return [problem for problem in problems if problem.product_id not in told]

    def _goods_problems(self, wanted, allowed, free, code):
        """One per ingredient that waits for goods, whatever the units."""
        texts, totals = defaultdict(list), defaultdict(float)
        by_place, units = defaultdict(float), defaultdict(tuple)
        for key, quantity in self._open_quantities(wanted, allowed).items():
            by_place[key[:2]] += quantity
        for place, quantity in by_place.items():
            if place in free and quantity > 0:
                texts[place[0]].append(self._goods_text(place, quantity, free[place]))
                totals[place[0]] += quantity
                units[place[0]] += (place[1],)
        return [
            Problem(
                code=code,
                product_id=product_id,
                quantity=-totals[product_id],
                message=" ".join([*told, self._goods_hint(code)]),
                location_ids=units[product_id],
                is_waiting=True,
            )
            for product_id, told in texts.items()
        ]

    def _goods_text(self, place, quantity, there):
        product = self.env["product.product"].browse(place[0])
        values = {
            "product": product.display_name,
            "quantity": number_text(self.env, quantity),
            "uom": product.uom_id.name,
            "there": number_text(self.env, there),
            "unit": self.env["stock.location"].browse(place[1]).name,
        }
        if product.tracking != "none":
            return self.env._(
                "%(product)s: %(quantity)s %(uom)s wait. Usable lots in %(unit)s had "
                "%(there)s for this day.",
                **values,
            )
        return self.env._(
            "%(product)s: %(quantity)s %(uom)s wait. %(unit)s had %(there)s for this "
            "day.",
            **values,
        )

    def _goods_hint(self, code):
        if code == "lot_missing":
            return self.env._(
                "Receive or count it with its lot: it is posted then by itself."
            )
        if self.integration_id.negative_stock_policy == "hold":
            return self.env._(
                "Nothing of it is posted before all of it is there: receive it or "
                "count it, it is posted then by itself."
            )
        return self.env._(
            "What was there is posted. Receive or count the rest: it is posted then by "
            "itself."
        )

    # === ACTIONS === #

    def action_view_open(self):
        """What of these days is not in the ledger yet, and why."""
        return self._action_view("pos_inventory_bridge.pos_bridge_open_action")
