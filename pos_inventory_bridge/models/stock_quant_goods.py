import math
from collections import defaultdict

from odoo import api, models

from ..tools.shelves import Heap, usable

PLACE_FIELDS = ("location_id", "lot_id", "package_id", "owner_id")
READ_FIELDS = ("product_id", *PLACE_FIELDS, "quantity", "reserved_quantity", "in_date")


class StockQuant(models.Model):
    """What lies in storage units, as a posting sees it."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.quant"

    @api.model
    def _pos_bridge_heaps(self, places):
        """{(product id, unit id): list of ``Heap``}: what lies in the units and on
        their shelves, without what others have reserved. One query.

        Quants of one place are added up: core makes a second one where the first is
        locked.

        :param places: pairs of product id and unit id
        """
        products, units = ({pair[part] for pair in places} for part in (0, 1))
        quants = self.sudo().search_fetch(
            [
                ("product_id", "in", list(products)),
                ("location_id.storage_unit_id", "in", list(units)),
            ],
            READ_FIELDS,
        )
        heaps = defaultdict(dict)
        for quant in quants:
            pair = quant.product_id.id, quant.location_id.storage_unit_id.id
            quant._pos_bridge_pile_up(heaps[pair])
        return defaultdict(
            list, {pair: list(found.values()) for pair, found in heaps.items()}
        )

    def _pos_bridge_pile_up(self, heaps):
        place = tuple(self[name].id or 0 for name in PLACE_FIELDS)
        use_by, since = self._pos_bridge_use_by(), self.in_date
        heap = heaps.setdefault(place, Heap(place, 0.0, use_by, since))
        free = heap.free + self.quantity - self.reserved_quantity
        heap.free = self.product_id.uom_id.round(free)
        heap.since = min(heap.since, since)

    def _pos_bridge_use_by(self):
        """Until when it is good, where Odoo keeps expiry dates."""
        has_expiry = "removal_date" in self._fields
        return (has_expiry and self.removal_date) or None

    @api.model
    def _pos_bridge_free(self, places, moment):
        """{(product id, unit id): quantity that a posting may take}, never below 0.

        What others have reserved is theirs. Of a tracked product only what lots cover
        that are good at the moment.
        """
        free = defaultdict(float)
        for place, heaps in self._pos_bridge_heaps(places).items():
            product = self.env["product.product"].browse(place[0])
            is_tracked = product.tracking != "none"
            total = sum(heap.free for heap in heaps)
            if is_tracked:
                lots = usable(heaps, moment, is_tracked)
                total = min(total, sum(heap.free for heap in lots))
            free[place] = max(product.uom_id.round(total), 0.0)
        return free


class ProductProduct(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _pos_bridge_movable(self, quantity):
        """What of a quantity can move: of what has serial numbers whole pieces only;
        rather less is taken.
        """
        is_serial = self.is_storable and self.tracking == "serial"
        return float(math.floor(quantity + 1e-9)) if is_serial else quantity
