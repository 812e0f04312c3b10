from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: SQL: was the count ``move`` not taken back since? What takes back what took it back
#: puts it in force again.
COUNT_STANDS = """
    NOT EXISTS (
        SELECT FROM stock_move revert
         WHERE revert.pos_bridge_reverted_id = move.id
           AND revert.state = 'done'
        HAVING SUM(CASE WHEN revert.location_id = move.location_id
                   THEN revert.quantity ELSE -revert.quantity END)
               <= -move.quantity
    )
"""

#: In the context of what takes a count back; nobody can send this from outside.
REVERTING = object()


class StockMove(models.Model):
    """Counts, and what reverts them: then neither of both is a count."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    pos_bridge_reverted_id = fields.Many2one(
        "stock.move",
        string="Reverted Count",
        copy=False,
        index="btree_not_null",
        readonly=True,
        help="The count that this takes back, or puts in force again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Only what Odoo takes back is taken back: not what somebody imports."""
        name = "pos_bridge_reverted_id"
        default = self.env.context.get(f"default_{name}")
        is_reverting = self.env.context.get("pos_bridge_reverting") is REVERTING
        if not is_reverting and (default or any(v.get(name) for v in vals_list)):
            self._refuse_pos_bridge_revert()
        return super().create(vals_list)

    def write(self, vals):
        if "pos_bridge_reverted_id" in vals:
            self._refuse_pos_bridge_revert()
        return super().write(vals)

    def _refuse_pos_bridge_revert(self):
        raise AccessError(
            self.env._(
                "Which count a move takes back cannot be typed: use Revert in the "
                "list of moves."
            )
        )

    def _pos_bridge_counted_at(self):
        """{id of a count: when it was counted, or last reverted}."""
        reverts = self.search(
            [("pos_bridge_reverted_id", "in", self.ids), ("state", "=", "done")]
        )
        moments = defaultdict(list)
        for move in self | reverts:
            count = move.pos_bridge_reverted_id or move
            moments[count.id].append(move.date)
        return {count_id: max(dates) for count_id, dates in moments.items()}

    def _pos_bridge_note_reverted(self):
        """Days that looked at these counts, or at the time when they were none, may
        have to be posted again.
        """
        for move in self:
            count = move.pos_bridge_reverted_id or move
            is_back = move.location_id == count.location_dest_id
            domain = (
                count._pos_bridge_posted_since()
                if is_back
                else count._pos_bridge_looked_at()
            )
            days = self.env["pos.bridge.day"]
            days._mark_stale(domain, count._pos_bridge_note(is_back))
            if not is_back:
                count._pos_bridge_settle_counted()

    def _pos_bridge_settle_counted(self):
        """What was missing twice because of this count is not any more: no run is
        needed to see that.
        """
        problems = (
            self.env["pos.bridge.exception"]
            .sudo()
            .search(
                [
                    ("code", "=", "counted_later"),
                    ("is_waiting", "=", False),
                    ("resolved", "=", False),
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        usage = self.env["pos.bridge.usage"].sudo()
        for day, told in problems.grouped("day_id").items():
            missing = {product_id for product_id, _unit in usage._uncounted(day)}
            if self.product_id.id not in missing:
                told.resolved = True

    def _pos_bridge_looked_at(self):
        """Domain of the days whose use, or what of it waits, names this count."""
        used = Domain("product_id", "=", self.product_id.id)
        named = Domain("count_move_id", "=", self.id)
        held = named & Domain("code", "=", "counted_later")
        return Domain("usage_ids", "any", used & named) | Domain(
            "open_ids", "any", held
        )

    def _pos_bridge_posted_since(self):
        """Domain of the days that began before this count and posted something of the
        same after it was made: they may not know of it.

        By the order in which moves were made: their dates may be dated back.
        """
        units = self._pos_bridge_units().ids
        moves = self.sudo().search(
            [
                ("id", ">", self.id),
                ("pos_bridge_day_id", "!=", False),
                ("product_id", "=", self.product_id.id),
                ("state", "=", "done"),
                *("|", ("location_id", "in", units)),
                ("location_dest_id", "in", units),
            ]
        )
        days = moves.pos_bridge_day_id
        return Domain("id", "in", days.filtered(lambda d: d._begin() < self.date).ids)

    def _pos_bridge_units(self):
        return (self.location_id | self.location_dest_id).storage_unit_id

    def _pos_bridge_note(self, is_back):
        names = {
            "product": self.product_id.display_name,
            "unit": ", ".join(self._pos_bridge_units().mapped("name")),
        }
        if is_back:
            return self.env._(
                "The count of %(product)s in %(unit)s is in force again", **names
            )
        return self.env._("The count of %(product)s in %(unit)s was reverted", **names)
