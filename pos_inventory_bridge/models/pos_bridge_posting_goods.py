from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.shelves import take, usable


class PosBridgePosting(models.Model):
    """From which place, lot, package and owner goods are taken, and where they go back.

    Goods lie on shelves (child locations), in packages, as lots: a move keeps the unit,
    its lines say where.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    # === WHERE === #

    def _create_pickings(self, deltas):
        goods = self.with_context(
            pos_bridge_heaps=self._heaps(deltas), pos_bridge_given=self._given(deltas)
        )
        pickings = super(PosBridgePosting, goods)._create_pickings(deltas)
        return pickings.with_env(self.env)

    def _heaps(self, deltas):
        """{(product, unit): list of ``Heap`` in the order in which they are taken}."""
        places = {delta.place for delta in deltas if delta.quantity > 0}
        if not places:
            return {}
        result = {}
        for place, heaps in self.env["stock.quant"]._pos_bridge_heaps(places).items():
            product = self.env["product.product"].browse(place[0])
            is_tracked = product.tracking != "none"
            is_sorted = any(
                heap.free > 0 and not heap.is_plain_in(place[1]) for heap in heaps
            )
            if is_tracked or is_sorted:
                moment = self.day_id._usable_moment(place)
                result[place] = usable(heaps, moment, is_tracked)
        return result

    def _prepare_issue_vals(self, delta):
        """Lines from where the goods lie; what is nowhere leaves the unit itself."""
        vals = super()._prepare_issue_vals(delta)
        product = self.env["product.product"].browse(delta.product_id)
        is_tracked = product.is_storable and product.tracking != "none"
        heaps = self.env.context.get("pos_bridge_heaps", {}).get(delta.place)
        if not (heaps or is_tracked):
            return vals
        taken, rest = take(heaps or [], delta.quantity, product.uom_id.round)
        if rest and is_tracked:
            raise UserError(
                self.env._("%s: its lots were taken meanwhile.", product.display_name)
            )
        quantities = defaultdict(float, taken)
        if rest:
            quantities[delta.location_id, 0, 0, 0] += rest
        return self._with_lines(
            vals,
            [
                {
                    "location_id": location,
                    "lot_id": lot or False,
                    "package_id": package or False,
                    "owner_id": owner or False,
                    "quantity": product.uom_id.round(quantity),
                }
                for (location, lot, package, owner), quantity in quantities.items()
            ],
        )

    def _with_lines(self, vals, lines):
        """The move with these lines instead of its only one."""
        [(_create, _id, line)] = vals["move_line_ids"]
        return {**vals, "move_line_ids": [Command.create({**line, **x}) for x in lines]}

    # === BACK === #

    def _prepare_return_vals(self, delta):
        """Each return goes back to the lots, owners and shelves that its origin took,
        newest first, never more than each gave. A package that was opened stays open.
        """
        given = self.env.context.get("pos_bridge_given", {})
        product = self.env["product.product"].browse(delta.product_id)
        result = []
        for vals in super()._prepare_return_vals(delta):
            lines = given.get(vals.get("origin_returned_move_id"))
            if lines:
                taken, _rest = take(
                    lines, vals["product_uom_qty"], product.uom_id.round
                )
                vals = self._with_lines(
                    vals,
                    [
                        {
                            "location_dest_id": self._shelf(delta, place[0]),
                            "lot_id": place[1] or False,
                            "owner_id": place[3] or False,
                            "quantity": quantity,
                        }
                        for place, quantity in taken
                    ],
                )
            result.append(vals)
        return result

    def _shelf(self, delta, location_id):
        """The shelf itself, if it still is part of the unit."""
        shelf = self.env["stock.location"].browse(location_id)
        is_there = shelf.active and shelf.storage_unit_id.id == delta.location_id
        return location_id if is_there else delta.location_id

    def _given(self, deltas):
        """{issue move id: list of ``Heap``, newest first}: what each lot, owner and
        shelf gave and did not get back; without moves that took plain goods only.
        """
        products = {delta.product_id for delta in deltas if delta.quantity < 0}
        if not products:
            return {}
        lines = self.env["stock.move.line"].search(
            [
                ("move_id.pos_bridge_day_id", "=", self.day_id.id),
                ("product_id", "in", list(products)),
                ("state", "=", "done"),
            ],
            order="id desc",
        )
        return lines._pos_bridge_given()
