from collections import defaultdict

from odoo import api, fields, models


class PosBridgePosting(models.Model):
    """What the screens show of a posting: short, with its value."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    currency_id = fields.Many2one(related="company_id.currency_id")
    summary = fields.Char(
        string="What", compute="_compute_summary", help="What it was, and why."
    )
    value = fields.Monetary(
        compute="_compute_value",
        help="What the goods were worth that were used; negative where more came back. "
        "What was moved out of a count's difference is not in it.",
    )
    move_count = fields.Integer(string="Moves", compute="_compute_value")
    has_count = fields.Boolean(
        compute="_compute_value",
        help="Some of its moves take out of a count's difference what was sold before.",
    )

    @api.depends("kind", "reason", "revision", "day_id.posting_ids.kind")
    def _compute_summary(self):
        """Like "Correction 2: recipe Margherita changed"."""
        for posting in self:
            posting.summary = posting._summary()

    def _summary(self):
        """Only a correction has a reason that says more than its kind."""
        if self.kind == "undo":
            return self.env._("Undone")
        if self.kind == "redo":
            return self.env._("Posted again after undo")
        earlier = self.day_id.posting_ids.filtered(
            lambda other: other.kind == "usage" and other.revision < self.revision
        )
        if not earlier:
            return self.env._("First posting")
        text = self.env._("Correction %s", len(earlier))
        return f"{text}: {self.reason}" if self.reason else text

    @api.depends("move_ids.value")
    def _compute_value(self):
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [("pos_bridge_posting_id", "in", self.ids), ("state", "=", "done")],
                ["pos_bridge_posting_id", "location_id", "is_inventory"],
                ["value:sum", "__count"],
            )
        )
        totals = defaultdict(lambda: [0.0, 0, False])
        for posting, source, is_count, value, count in groups:
            sign = 1 if source.usage == "internal" else -1
            totals[posting.id][0] += 0.0 if is_count else sign * abs(value)
            totals[posting.id][1] += count
            totals[posting.id][2] |= is_count
        for posting in self:
            posting.value, posting.move_count, posting.has_count = totals[posting.id]

    # === ACTIONS === #

    def action_view_ledger(self):
        """The entries that this posting made."""
        return self.sudo().move_ids._pos_bridge_ledger_action()
