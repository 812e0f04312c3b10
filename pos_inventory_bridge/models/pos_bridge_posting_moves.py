from collections import defaultdict

from odoo import models
from odoo.fields import Command


class PosBridgePosting(models.Model):
    """The stock moves of a posting: what leaves, and what comes back at the value that
    left.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    def _create_pickings(self, deltas):
        """One picking per storage unit and direction, its moves ready to be done."""
        groups = defaultdict(list)
        for delta in deltas:
            if delta.quantity > 0:
                groups[delta.location_id, "out"].append(self._prepare_issue_vals(delta))
            else:
                groups[delta.location_id, "in"] += self._prepare_return_vals(delta)
        vals_list = [
            self._prepare_picking_vals(moves) for _key, moves in sorted(groups.items())
        ]
        return self.env["stock.picking"].create(vals_list)

    def _prepare_picking_vals(self, moves):
        day = self.day_id
        return {
            "picking_type_id": day.company_id._get_pos_bridge_picking_type().id,
            "company_id": day.company_id.id,
            "location_id": moves[0]["location_id"],
            "location_dest_id": moves[0]["location_dest_id"],
            "origin": self.name,
            "scheduled_date": self.move_date,
            "pos_bridge_day_id": day.id,
            "pos_bridge_posting_id": self.id,
            "move_ids": [Command.create(move) for move in moves],
        }

    def _prepare_issue_vals(self, delta):
        return self._prepare_move_vals(
            delta.product_id,
            delta.quantity,
            delta.location_id,
            delta.consumption_location_id,
        )

    def _prepare_return_vals(self, delta):
        """Returns of the day's own moves, newest first, so that each carries the value
        that left. What no move of the day took comes in without an origin, at today's
        cost.
        """
        product = self.env["product.product"].browse(delta.product_id)
        left = -delta.quantity
        places = delta.consumption_location_id, delta.location_id
        result = []
        for origin in self._issues(delta):
            quantity = min(left, origin._pos_bridge_returnable())
            if product.uom_id.compare(quantity, 0) > 0:
                vals = self._prepare_move_vals(product.id, quantity, *places)
                result.append({**vals, "origin_returned_move_id": origin.id})
                left = product.uom_id.round(left - quantity)
        if product.uom_id.compare(left, 0) > 0:
            result.append(self._prepare_move_vals(product.id, left, *places))
        return result

    def _issues(self, delta):
        """The day's own issue moves of one key, newest first; nothing comes back before
        it left.
        """
        return self.env["stock.move"].search(
            [
                ("pos_bridge_day_id", "=", self.day_id.id),
                ("date", "<=", self.move_date),
                ("product_id", "=", delta.product_id),
                ("location_id", "=", delta.location_id),
                ("location_dest_id", "=", delta.consumption_location_id),
                ("state", "=", "done"),
            ],
            order="id desc",
        )

    def _prepare_move_vals(self, product_id, quantity, location_id, location_dest_id):
        """A move that only waits for being done: not reserved, not merged, not
        exploded.
        """
        day = self.day_id
        unit = self.env["product.product"].browse(product_id).uom_id
        places = {
            "product_id": product_id,
            "location_id": location_id,
            "location_dest_id": location_dest_id,
            "company_id": day.company_id.id,
            "picked": True,
        }
        return {
            **places,
            "product_uom": unit.id,
            "product_uom_qty": quantity,
            "picking_type_id": day.company_id._get_pos_bridge_picking_type().id,
            "pos_bridge_day_id": day.id,
            "pos_bridge_posting_id": self.id,
            "date": self.move_date,
            "state": "confirmed",
            "move_line_ids": [
                Command.create(
                    {**places, "product_uom_id": unit.id, "quantity": quantity}
                )
            ],
        }

    def _reprice(self, moves):
        """Average cost is replayed by date, and core priced these while they were dated
        now.
        """
        returned = moves.filtered("is_in").product_id
        issued = moves.filtered("is_out").product_id
        replayed = issued._pos_bridge_priced_after(self.move_date)
        average = (returned | replayed).filtered(
            lambda product: product.cost_method == "average"
        )
        averages = average._pos_bridge_averages()
        average.with_context(pos_bridge_averages=averages)._update_standard_price()
        # What came back is older than what came in since: it leaves first.
        fifo = returned.filtered(lambda product: product.cost_method == "fifo")
        fifo._pos_bridge_priced_after(self.move_date)._update_standard_price()
