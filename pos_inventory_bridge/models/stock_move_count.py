from collections import defaultdict

from odoo import fields, models


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
        """Days that looked at these counts may have to be posted again."""
        days = self.env["pos.bridge.day"]
        for move in self:
            count = move.pos_bridge_reverted_id or move
            units = (count.location_id | count.location_dest_id).storage_unit_id
            days._mark_stale(
                [
                    ("usage_ids.product_id", "=", count.product_id.id),
                    ("usage_ids.count_move_id", "=", count.id),
                ],
                self.env._(
                    "The count of %(product)s in %(unit)s was reverted",
                    product=count.product_id.display_name,
                    unit=", ".join(units.mapped("name")),
                ),
            )
