from odoo import models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "pos.bridge.posted.mixin"]

    def _send_confirmation_email(self):
        """Nobody is waiting for a mail about what was eaten."""
        others = self.filtered(lambda picking: not picking.pos_bridge_day_id)
        return super(StockPicking, others)._send_confirmation_email()

    def action_toggle_is_locked(self):
        self._check_pos_bridge_untouched()
        return super().action_toggle_is_locked()

    def write(self, vals):
        """The run dates its pickings itself, with all rights; nobody else does."""
        if {"date_done", "move_ids", "move_line_ids"} & vals.keys() and not self.env.su:
            self._check_pos_bridge_untouched()
        return super().write(vals)
