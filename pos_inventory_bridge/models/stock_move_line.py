from odoo import api, models

from ..tools.shelves import Heap, take
from .stock_move_count import REVERTING

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

    def action_revert_inventory(self):
        """What a sales day moved out of a count's difference stays, as all it moved."""
        self._check_pos_bridge_untouched()
        lines = self.with_context(pos_bridge_reverting=REVERTING)
        action = super(StockMoveLine, lines).action_revert_inventory()
        self.move_id.filtered("is_inventory")._pos_bridge_note_reverted()
        return action

    def _get_revert_inventory_move_values(self):
        """What reverts a revert puts the count in force again."""
        count = self.move_id.pos_bridge_reverted_id or self.move_id
        vals = super()._get_revert_inventory_move_values()
        return {**vals, "pos_bridge_reverted_id": count.id}

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

    # === WHAT CAME FROM WHERE === #

    def _pos_bridge_given(self):
        """{issue move id: list of ``Heap``, in the order of these lines}: what lots,
        owners and shelves gave and did not get back. Moves that took only plain goods
        from the unit itself are left out.

        :param self: lines of a day's done moves, issues and returns
        """
        issues = self.filtered(lambda line: line.move_id.location_id.storage_unit_id)
        heaps = {}
        for move, lines in issues.grouped("move_id").items():
            if not all(line._pos_bridge_is_plain() for line in lines):
                heaps[move.id] = [line._pos_bridge_heap() for line in lines]
        for line in self - issues:
            origin = line.move_id.origin_returned_move_id
            if line.location_id == origin.location_dest_id:
                line._pos_bridge_give_back(heaps.get(origin.id, ()))
        return heaps

    def _pos_bridge_is_plain(self):
        is_loose = not (self.lot_id or self.package_id or self.owner_id)
        return is_loose and self.location_id == self.move_id.location_id

    def _pos_bridge_heap(self):
        place = (
            *(self.location_id.id, self.lot_id.id or 0),
            *(self.package_id.id or 0, self.owner_id.id or 0),
        )
        return Heap(place, self.quantity_product_uom, None, self.date)

    def _pos_bridge_give_back(self, heaps):
        """This line gave something back to one or more of these heaps."""
        same = [
            heap
            for heap in heaps
            if heap.place[1] == (self.lot_id.id or 0)
            and heap.place[3] == (self.owner_id.id or 0)
        ]
        same.sort(key=lambda heap: heap.place[0] != self.location_dest_id.id)
        take(same, self.quantity_product_uom, self.product_id.uom_id.round)
