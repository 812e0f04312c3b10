from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..tools.plan import Part


class PosBridgeDay(models.Model):
    """Goods that are waited for, and counted meanwhile."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _posting_parts(self, deltas, timing):
        """What counts give back needs no goods, so it did not wait for them: it goes
        on the business date, with what stands against it.
        """
        covered, rest = self._split_covered(deltas)
        parts = super()._posting_parts(rest, timing)
        if not covered:
            return parts
        on_time = [part for part in parts if part.timing == timing]
        others = [part for part in parts if part not in on_time]
        covered = sorted(sum((part.deltas for part in on_time), covered))
        return [Part(covered, timing), *others]

    def _split_covered(self, deltas):
        """Of places that waited for goods: (use that counts give back and what gives
        it back, everything else). A lot has to be there even so.
        """
        waited, back = self._waited_keys(), defaultdict(float)
        places = {key[:2] for key in waited}
        for delta in deltas:
            is_due = delta.place in places and self._is_untracked(delta)
            if delta.count_move_id and delta.quantity < 0 and is_due:
                back[delta.place] -= delta.quantity
        covered, rest = [], []
        for delta in deltas:
            unit = self.env["product.product"].browse(delta.product_id).uom_id
            part, left = delta.quantity, back.get(delta.place, 0.0)
            if not delta.count_move_id:
                part = min(part, left) if delta.key in waited else 0.0
                part = max(part, 0.0)
                back[delta.place] = left - part
            elif delta.place not in back:
                part = 0.0
            amounts = (part, unit.round(delta.quantity - part))
            for quantity, parts in zip(amounts, (covered, rest), strict=True):
                if quantity:
                    parts.append(replace(delta, quantity=quantity))
        return covered, rest
