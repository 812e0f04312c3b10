from odoo import api, models

DONE_FIELDS = {
    "quantity",
    "product_id",
    "product_uom_id",
    "lot_id",
    "lot_name",
    "package_id",
    "result_package_id",
    "owner_id",
    "location_id",
    "location_dest_id",
    "move_id",
    "picking_id",
}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _free_reservation(self, *args, **kwargs):
        """Our moves reserve nothing, but goods that others had reserved and that we
        took must stop being reserved; the switch below lets core see that.
        """
        lines = self
        if self.move_id.pos_bridge_day_id:
            lines = self.with_context(pos_bridge_free_others=True)
        return super(StockMoveLine, lines)._free_reservation(*args, **kwargs)

    def _action_done(self):
        """Core reads the quants one by one; read together they are in the cache."""
        own = self.filtered("move_id.pos_bridge_day_id")
        if own:
            self.env["stock.quant"].sudo().search_fetch(
                [
                    ("product_id", "in", own.product_id.ids),
                    ("location_id", "in", (own.location_id | own.location_dest_id).ids),
                ],
                [
                    "quantity",
                    "reserved_quantity",
                    "in_date",
                    "lot_id",
                    "package_id",
                    "owner_id",
                ],
            )
        return super()._action_done()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_pos_bridge_untouched()
        return lines

    def write(self, vals):
        if DONE_FIELDS & vals.keys():
            self._check_pos_bridge_untouched()
        return super().write(vals)

    def _check_pos_bridge_untouched(self):
        self.move_id._check_pos_bridge_untouched()
