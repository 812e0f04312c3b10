from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models

OWNER_FIELDS = ("item_id", "parent_item_id", "product_id", "location_id")


@dataclass
class Owner:
    """One item's use of an ingredient: what was in the ledger when it was counted, what
    it is now of what was sold before, what its count rows say, what it is mapped by.
    """

    seen: float = 0.0
    used: float = 0.0
    known: float = 0.0
    mapping_id: int = 0


class PosBridgeUsage(models.Model):
    """Whose use was sold before a count: what each item's count rows should say."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.usage"

    def _owner(self):
        return tuple(self[name].id for name in OWNER_FIELDS)

    @api.model
    def _owner_of(self, vals):
        return tuple(vals[name] or False for name in OWNER_FIELDS)

    def _counted_by(self, counts):
        """Id of the count before which all of this was sold.

        What had been worked out before the last count was done was sold before it,
        whatever the row was told at its time.
        """
        count = counts.get((self.product_id.id, self.location_id.id))
        is_older = (count and count.stands) and (
            self.revision_from <= count.revision or self.create_date < count.done_at
        )
        return count.move_id if is_older else self.count_move_id.id

    def _is_used_before(self, count, counts):
        """Is this use in force that was sold before this count?"""
        is_use = not (self.is_count or self.revision_to)
        return is_use and count.stands and self._counted_by(counts) == count.move_id

    # === AGAINST THE COUNT === #

    @api.model
    def _against(self, day, counts, ended=None, began=()):
        """What the count rows of each item should say and do say.

        :return: {(product id, storage unit id): {key of the item's use: ``Owner``}}
        """
        if not counts:
            return {}
        rows = self.search([("day_id", "=", day.id)]).grouped(
            lambda row: (row.product_id.id, row.location_id.id)
        )
        new = defaultdict(list)
        for vals in began:
            new[vals["product_id"], vals["location_id"]].append(vals)
        ended = ended or self.browse()
        return {
            pair: self._owners(
                day, counts, count, rows.get(pair, ended[:0]), ended, new[pair]
            )
            for pair, count in counts.items()
            if pair in rows or pair in new
        }

    @api.model
    def _owners(self, day, counts, count, rows, ended, began):
        owners = defaultdict(Owner)
        for row in rows:
            owner = owners[row._owner()]
            owner.mapping_id = row.mapping_id.id
            if row.is_count:
                owner.known += row.quantity
            elif row not in ended and row._is_used_before(count, counts):
                owner.used += row.quantity
        self._add_began(owners, count, began)
        if day._is_undone():
            for owner in owners.values():
                owner.used = 0.0
        used, against = rows._seen_by(count)
        for key, quantity in used.items():
            owners[key].seen += quantity
        for key, quantity in against.items():
            owners[key].known -= quantity
        return owners

    @api.model
    def _add_began(self, owners, count, began):
        """Rows that would begin, looked at as if they had."""
        for vals in began:
            owner = owners[self._owner_of(vals)]
            owner.mapping_id = vals["mapping_id"]
            if vals.get("is_count"):
                owner.known += vals["quantity"]
            elif vals["count_move_id"] == count.move_id:
                owner.used += vals["quantity"]

    def _seen_by(self, count):
        """What was in the ledger when it was counted, of use and of count rows: two
        times {key of an item's use: quantity}.
        """
        if not count.stands:
            return {}, {}
        earlier = self.filtered(
            lambda row: row.is_count and row.count_move_id.id != count.move_id
        )
        used = self._in_force_at(count.revision).filtered(lambda row: not row.is_count)
        return used._shared_out(count.posted), earlier._shared_out(count.against)

    def _shared_out(self, posted):
        """{key of an item's use: quantity} of these rows that is posted.

        All together they are what was posted, though not all that was known had been
        (a closed period, goods that were not there).
        """
        shares = {
            key: self._sum(own.mapped("quantity"))
            for key, own in self.grouped(lambda row: row._owner()).items()
        }
        total = sum(shares.values())
        rest = posted - total
        if not shares:
            return {}
        if not total or abs(rest) < self.product_id.uom_id.rounding:
            shares[max(shares, key=shares.get)] += rest
            return shares
        return {key: part * posted / total for key, part in shares.items()}
