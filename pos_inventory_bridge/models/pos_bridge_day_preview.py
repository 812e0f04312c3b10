from collections import defaultdict

from odoo import models

from ..tools.plan import Change, Delta


class PosBridgeDay(models.Model):
    """What posting a day again would change, worked out without writing anything."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def action_preview(self):
        """Show what posting these days again would change."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_preview_wizard_action"
        )
        action["context"] = {"default_day_ids": self.ids}
        return action

    def _preview(self):
        """List of ``Change``: the difference that *Post again* would post, and what
        would still wait.

        The same steps as a run, from what is stored; nothing is written, no till is
        asked.
        """
        self.ensure_one()
        self.check_access("read")
        day = self.sudo().with_company(self.company_id)
        usage = self.env["pos.bridge.usage"].sudo()
        ended, began = None, ()
        if not day._is_undone():
            sold = day._sold()
            keys = day._all_keys(sold)
            explosion = day._explode_keys(sold, keys, records=False)
            ended, began = usage._plan(day, explosion, keys)
        deltas = usage._delta(day, ended, began)
        allowed, _held = day._allowed(deltas)
        self.env.context.get("pos_bridge_seen", {})[day.id] = deltas
        return day._changes(allowed, day._open_quantities(deltas, allowed))

    def _changes(self, deltas, waiting):
        """
        :param waiting: {(product, unit, consumption location): what would stay open}
        """
        known = {delta.key for delta in deltas}
        deltas = deltas + [Delta(*key, 0.0) for key in waiting if key not in known]
        posted = self.env["stock.move"]._pos_bridge_posted(self)
        issues = self._issues_newest_first() if deltas else {}
        result = []
        for delta in deltas:
            key, waits = delta.key, waiting.get(delta.key, 0.0)
            product = self.env["product.product"].browse(delta.product_id)
            now = posted.get(key, 0.0)
            if delta.quantity >= 0:
                value = delta.quantity * product.standard_price
            else:
                value = -self._value_given_back(product, -delta.quantity, issues[key])
            then = product.uom_id.round(now + delta.quantity)
            result.append(Change(*delta.place, now, then, value, waits=waits))
        return result

    def _issues_newest_first(self):
        """{key: the day's own issue moves}, in the order in which they come back."""
        moves = self.env["stock.move"].search(
            [
                ("pos_bridge_day_id", "=", self.id),
                ("state", "=", "done"),
                ("location_id.usage", "=", "internal"),
            ],
            order="id desc",
        )
        return defaultdict(
            moves.browse,
            moves.grouped(
                lambda move: (
                    move.product_id.id,
                    move.location_id.id,
                    move.location_dest_id.id,
                )
            ),
        )

    def _value_given_back(self, product, left, issues):
        """Each return carries the value that left; what no move took comes at today's
        cost.
        """
        value = 0.0
        for move in issues:
            quantity = min(left, move._pos_bridge_returnable())
            value += quantity * abs(move.value) / move.quantity
            left -= quantity
            if product.uom_id.is_zero(left):
                return value
        return value + left * product.standard_price

    def _would_shrink(self):
        """Would posting take back so much that a person must confirm it?"""
        self.ensure_one()
        if self._is_undone():
            return False
        day = self.sudo()
        return day._given_back_share(day._sold()) > day.integration_id.shrink_limit
