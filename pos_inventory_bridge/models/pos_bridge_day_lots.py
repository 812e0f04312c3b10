from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..tools.plan import Problem
from ..tools.shelves import usable
from ..tools.wording import number_text


class PosBridgeDay(models.Model):
    """Ingredients with lots or serial numbers: nothing leaves or comes back without
    one. What no lot covers waits, whatever the policy is.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _get_posting_rules(self):
        return [*super()._get_posting_rules(), self._within_lots]

    def _within_lots(self, deltas):
        tracked = [delta for delta in deltas if self._is_tracked(delta)]
        if not tracked:
            return deltas, []
        whole = [self._whole(delta) for delta in deltas]
        problems = self._fraction_problems(deltas, whole)
        returned = self._within_given(whole)
        problems += self._return_problems(whole, returned)
        free = self._lots_for_day(tracked)
        allowed = [self._whole(delta) for delta in self._cut(returned, free)]
        allowed = [delta for delta in allowed if delta.quantity]
        found = self._goods_problems(returned, allowed, free, "lot_missing")
        named = {problem.product_id for problem in found}
        return allowed, found + [p for p in problems if p.product_id not in named]

    def _is_tracked(self, delta):
        product = self.env["product.product"].browse(delta.product_id)
        return product.is_storable and product.tracking != "none"

    def _lots_for_day(self, tracked):
        """{(product, unit): what usable lots have for this day}."""
        places = {delta.place for delta in tracked if delta.quantity > 0}
        if not places:
            return {}
        heaps, free = self.env["stock.quant"]._pos_bridge_heaps(places), {}
        policy = self.integration_id.negative_stock_policy
        for place in places:
            lots = usable(heaps[place], self._usable_moment(place), is_tracked=True)
            free[place] = sum(heap.free for heap in lots)
            if policy != "post":
                total = sum(heap.free for heap in heaps[place])
                free[place] = min(free[place], max(total, 0.0))
        return self._without_claims(places, free)

    # === SERIAL NUMBERS === #

    def _whole(self, delta):
        """Of what has serial numbers only whole pieces move; rather less is taken, and
        the rest is open.
        """
        product = self.env["product.product"].browse(delta.product_id)
        return replace(delta, quantity=product._pos_bridge_movable(delta.quantity))

    def _fraction_problems(self, deltas, whole):
        problems = []
        for delta, rounded in zip(deltas, whole, strict=True):
            if delta == rounded:
                continue
            product = self.env["product.product"].browse(delta.product_id)
            rest = product.uom_id.round(delta.quantity - rounded.quantity)
            message = self.env._(
                "%(product)s has serial numbers, so only whole pieces can be posted: "
                "%(quantity)s %(uom)s wait. Map the item to whole pieces, or track the "
                "ingredient by lot instead.",
                product=product.display_name,
                quantity=number_text(self.env, rest),
                uom=product.uom_id.name,
            )
            problems.append(
                Problem("lot_missing", message, product_id=product.id, quantity=-rest)
            )
        return problems

    # === RETURNS === #

    def _within_given(self, deltas):
        """Lots take back what they gave on this day; of more nobody knows the lot."""
        if not any(d.quantity < 0 and self._is_tracked(d) for d in deltas):
            return deltas
        issues = self._issues_newest_first()
        result = []
        for delta in deltas:
            is_count = bool(delta.count_move_id)
            if delta.quantity < 0 and self._is_tracked(delta) and not is_count:
                given = sum(move._pos_bridge_returnable() for move in issues[delta.key])
                delta = replace(delta, quantity=max(delta.quantity, -given))
            result.append(delta)
        return result

    def _return_problems(self, deltas, allowed):
        totals = defaultdict(float)
        for delta, passed in zip(deltas, allowed, strict=True):
            totals[delta.product_id] += passed.quantity - delta.quantity
        problems = []
        for product_id, quantity in totals.items():
            if not quantity:
                continue
            product = self.env["product.product"].browse(product_id)
            message = self.env._(
                "%(product)s: %(quantity)s %(uom)s came back that this day never took, "
                "so nobody knows their lot. Count it with its lot instead.",
                product=product.display_name,
                quantity=number_text(self.env, product.uom_id.round(quantity)),
                uom=product.uom_id.name,
            )
            problems.append(Problem("lot_missing", message, product_id=product_id))
        return problems
