from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Core would send it to the warehouse's stock, behind the day's back."""
        self.picking_id._check_pos_bridge_untouched()
        return super()._create_return()
