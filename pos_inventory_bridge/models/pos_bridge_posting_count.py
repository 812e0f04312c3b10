from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import models
from odoo.fields import Command


class PosBridgePosting(models.Model):
    """Moves out of a count's difference: what was sold before it and is posted now.

    Each stands against a move of this posting and bears its value, so that stock is
    worth what it was; the count's difference shrinks by what was used.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    def _create_pickings(self, deltas):
        pickings = super()._create_pickings(
            [delta for delta in deltas if not delta.count_move_id]
        )
        counted = [delta for delta in deltas if delta.count_move_id]
        return pickings | self._create_count_pickings(counted, pickings.move_ids)

    def _create_count_pickings(self, deltas, moves):
        """One picking per count, storage unit and direction."""
        counts = self.env["stock.move"].browse(
            dict.fromkeys(delta.count_move_id for delta in deltas)
        )
        dates = counts._pos_bridge_counted_at()
        moments = {date: self._count_moment(date) for date in set(dates.values())}
        own = moves.grouped(lambda move: move.product_id.id)
        groups = defaultdict(list)
        for delta in deltas:
            moment = moments[dates[delta.count_move_id]]
            places = delta.location_id, delta.consumption_location_id
            groups[moment, *places, delta.quantity > 0] += self._prepare_count_vals(
                delta, own.get(delta.product_id, moves[:0]), moment
            )
        return self.env["stock.picking"].create(
            [
                {**self._prepare_picking_vals(vals_list), "scheduled_date": moment}
                for (moment, *_places), vals_list in groups.items()
            ]
        )

    def _prepare_count_vals(self, delta, moves, moment):
        """Moves against those of this posting (or, where the use after the count
        changed the other way, of earlier ones); the rest without an origin.
        """
        product = self.env["product.product"].browse(delta.product_id)
        is_out = delta.quantity > 0
        places = delta.location_id, delta.consumption_location_id
        places = places if is_out else places[::-1]
        left, result = abs(delta.quantity), []
        for origin, free in self._count_origins(delta, moves):
            quantity = min(left, free)
            if product.uom_id.compare(quantity, 0) > 0:
                vals = self._prepare_move_vals(product.id, quantity, *places)
                vals["origin_returned_move_id"] = origin.id
                vals["move_line_ids"] = self._prepare_count_lines(origin, vals, is_out)
                result.append(vals)
                left = product.uom_id.round(left - quantity)
            if product.uom_id.is_zero(left):
                break
        if product.uom_id.compare(left, 0) > 0:
            result.append(self._prepare_move_vals(product.id, left, *places))
        name = self.env._("Count, sold before counting: %s", self.name)
        count = {"is_inventory": True, "inventory_name": name, "date": moment}
        return [{**vals, **count} for vals in result]

    def _count_origins(self, delta, moves):
        """Moves that count moves may stand against, with how much, one by one: mostly
        the first is enough.

        :param moves: of this posting and of the ingredient
        """
        inventory, unit = delta.consumption_location_id, delta.location_id
        is_in = delta.quantity < 0
        for move in moves:
            place = move.location_id if is_in else move.location_dest_id
            if place.id == unit:
                yield move, move.product_uom_qty
        earlier = self._earlier_moves(delta, unit if is_in else inventory) - moves
        for move in earlier:
            if not is_in or move.location_dest_id.id != inventory:
                yield move, move._pos_bridge_uncounted(inventory)

    def _earlier_moves(self, delta, location_id):
        """Done moves of the day out of a location, newest first."""
        return self.env["stock.move"].search(
            [
                ("pos_bridge_day_id", "=", self.day_id.id),
                ("product_id", "=", delta.product_id),
                ("location_id", "=", location_id),
                ("state", "=", "done"),
            ],
            order="id desc",
        )

    def _prepare_count_lines(self, origin, vals, is_out):
        """Onto the very shelf, and of the lot, that the origin took from (or back);
        first what it took last, which is what was sold since the count.
        """
        left, result = vals["product_uom_qty"], []
        unit = origin.product_id.uom_id
        shared = ("product_id", "company_id", "picked", "location_id")
        own_side = "location_id" if is_out else "location_dest_id"
        for line in reversed(origin.move_line_ids):
            quantity = min(left, line.quantity_product_uom or line.quantity)
            shelf = line.location_dest_id if is_out else line.location_id
            if unit.compare(quantity, 0) > 0:
                result.append(
                    Command.create(
                        {
                            **{name: vals[name] for name in shared},
                            "location_dest_id": vals["location_dest_id"],
                            own_side: shelf.id,
                            "lot_id": line.lot_id.id,
                            "owner_id": line.owner_id.id,
                            "product_uom_id": unit.id,
                            "quantity": quantity,
                        }
                    )
                )
            left = unit.round(left - quantity)
        return result

    # === WHEN === #

    def _accounted_on(self, picking):
        """A count on its own date; it may be years before what it is posted with."""
        if self.waited_for_goods or not picking.move_ids.filtered("is_inventory"):
            return super()._accounted_on(picking)
        return self._local_date(picking.scheduled_date)

    def _local_date(self, moment):
        zone = ZoneInfo(self.day_id.outlet_id.tz)
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def _count_moment(self, moment):
        """When it was counted; behind a lock or a closing the first open moment. What
        stands against use that waited goes with it: up to then neither had moved. So
        does what stands against its return, which comes not before it left.
        """
        if self.waited_for_goods:
            return self.move_date
        if self.takes_back_late:
            moment = max(moment, self.move_date)
        company, zone = self.company_id, ZoneInfo(self.day_id.outlet_id.tz)
        closing = self._last_closing(self.day_id)
        if closing and moment <= closing:
            moment = closing + timedelta(seconds=1)
        # Core looks at the day in UTC, accounting at the one on the clock.
        while locked := self._locked_until(
            company, min(self._local_date(moment), moment.date())
        ):
            morning = datetime.combine(locked + timedelta(days=1), time(), tzinfo=zone)
            moment = max(
                morning.astimezone(UTC).replace(tzinfo=None),
                datetime.combine(locked + timedelta(days=1), time()),
            )
        return moment
