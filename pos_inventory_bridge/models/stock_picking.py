from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    pos_bridge_day_id = fields.Many2one(
        "pos.bridge.day",
        string="POS Sales Day",
        copy=False,
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    pos_bridge_posting_id = fields.Many2one(
        "pos.bridge.posting",
        string="POS Posting",
        copy=False,
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )

    def _send_confirmation_email(self):
        """Nobody is waiting for a mail about what was eaten."""
        others = self.filtered(lambda picking: not picking.pos_bridge_day_id)
        return super(StockPicking, others)._send_confirmation_email()

    def action_toggle_is_locked(self):
        self._check_pos_bridge_untouched()
        return super().action_toggle_is_locked()

    def _check_pos_bridge_untouched(self):
        """Rule 15: what a sales day posted is corrected by the sales day alone."""
        if self.filtered("pos_bridge_day_id"):
            raise UserError(
                self.env._(
                    "This was posted by a sales day. To take it back, use Undo on the "
                    "sales "
                    "day; to correct it, post that day again."
                )
            )
