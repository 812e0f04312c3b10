from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..tools.plan import Part


class PosBridgeDay(models.Model):
    """Step *post*: what of a run bears which date.

    What is used leaves at the end of the business date, what waited for goods when it
    is posted. What comes back does so then, too, but never before it left. What was
    undone and is taken again waits for nothing any more: all of it leaves at the end of
    the business date, also what had come late.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _posting_parts(self, deltas, timing):
        """[``Part``], oldest date first.

        What comes out of a count's difference goes with its use.

        :param deltas: what may be posted
        :param timing: of what is posted for the business date now
        """
        moment = timing["move_date"]
        posting = self.env["pos.bridge.posting"]
        timing_late, waited = posting._timing_of_waited(self, timing), []
        by_moment = defaultdict(list, {moment: []})
        for delta, pieces in self._pieces_of_use(deltas, moment):
            if pieces is None:
                waited.append(delta)
            else:
                for when, quantity in pieces.items():
                    by_moment[when].append(replace(delta, quantity=quantity))
        parts = [
            Part(some, posting._timing_of_return(self, timing, when))
            for when, some in sorted(by_moment.items())
        ]
        parts.append(Part(waited, timing_late, self.env._("goods arrived")))
        self._add_counted(parts, [d for d in deltas if d.count_move_id])
        return [part for part in parts if part.deltas]

    def _pieces_of_use(self, deltas, moment):
        """[(delta, {when: quantity})]; None instead where the goods were waited for."""
        waited = self._waited_keys()
        issues = self._late_issues(deltas, moment)
        for delta in deltas:
            if delta.count_move_id:
                continue
            if delta.quantity > 0 and delta.key in waited:
                yield delta, None
            elif delta.quantity < 0 and issues:
                yield delta, self._back_by_moment(delta, issues[delta.key], moment)
            else:
                yield delta, {moment: delta.quantity}

    def _late_issues(self, deltas, moment):
        """{key: the day's issues, newest first}, if something is to come back and any
        of it left after the moment; no query where nothing did.
        """
        is_late = any(posting.move_date > moment for posting in self.posting_ids)
        if is_late and any(delta.quantity < 0 for delta in deltas):
            return self._issues_newest_first()
        return {}

    def _back_by_moment(self, delta, issues, moment):
        """{when: quantity (negative)}: newest first, each not before it left."""
        unit = self.env["product.product"].browse(delta.product_id).uom_id
        left, result = -delta.quantity, defaultdict(float)
        for move in issues:
            quantity = min(left, move._pos_bridge_returnable())
            when = max(move.date, moment)
            result[when] = unit.round(result[when] - quantity)
            left = unit.round(left - quantity)
        result[moment] = unit.round(result[moment] - left)
        return {when: quantity for when, quantity in result.items() if quantity}

    def _add_counted(self, parts, deltas):
        """Each part gets as much out of a count's difference as its use stands for; the
        last one of an ingredient and unit gets the rest.
        """
        for delta in deltas:
            of_place = [
                (part, sum(d.quantity for d in part.deltas if d.place == delta.place))
                for part in parts
                if any(d.place == delta.place for d in part.deltas)
            ]
            of_place = of_place or [(parts[0], 0.0)]
            unit = self.env["product.product"].browse(delta.product_id).uom_id
            sign = 1 if delta.quantity > 0 else -1
            left = abs(delta.quantity)
            for part, used in of_place[:-1]:
                quantity = min(left, abs(used))
                left = unit.round(left - quantity)
                if quantity:
                    part.deltas.append(replace(delta, quantity=sign * quantity))
            if left:
                of_place[-1][0].deltas.append(replace(delta, quantity=sign * left))
