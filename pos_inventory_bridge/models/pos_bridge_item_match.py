from collections import defaultdict
from itertools import repeat

from odoo import api, fields, models

#: Items that were sold before the catalogue knew their ID have a key instead of it.
SKU_AS_ID, NAME_AS_ID = "sku:", "name:"


class ItemIndex:
    """Which item a sold line means, by the connector's ordered keys.

    Nothing is guessed: of two items that are sold under one key, none is meant.
    """

    def __init__(self, items, keys):
        self.keys = keys
        self.current = {key: defaultdict(list) for key in ("external_id", *keys)}
        self.former = {key: defaultdict(list) for key in keys}
        for item in items:
            self.add(item)

    def add(self, item):
        """From now on it can be found; what was there before it gives way."""
        for key in self.current:
            # An ID that was given to another item is found through that one.
            if item[key] and not (key == "external_id" and item.date_to):
                self.current[key][item[key]].append(item)
        for key, values in (item.former_keys or {}).items():
            for value in values if key in self.former else ():
                self.former[key][value].append(item)

    def find(self, line, date):
        """(item, key) of a line of a business date; (None, None) where none is known;
        (None, "several") where more than one could be meant.
        """
        values = {
            "external_id": line.item_external_id,
            "sku": line.sku,
            "name": line.name,
        }
        several = []
        for key in self.keys:
            # A name is a last resort: it must not outrank an id that the line does
            # carry.
            if not values[key] or (key == "name" and line.item_external_id):
                continue
            items = self.holders(key, values[key])
            if several and key == "name":
                items = [item for item in items if item in several]
            if len(items) == 1:
                return self.on_date(items[0], key, date), key
            several = several or items
        return None, several and "several" or None

    def holders(self, key, value):
        """The items that are sold under this key: those that the till lists, else the
        last one that it listed, else the last one that was called so before.
        """
        items = self.current[key].get(value, [])
        items = [item for item in items if not item._is_provisional()] or items
        live = [item for item in items if item.active]
        return live or items[-1:] or self.former[key].get(value, [])[-1:]

    def provisional(self, key_as_id):
        """The item that stands for lines of which only this key is known."""
        return next(iter(self.current["external_id"].get(key_as_id, [])), None)

    @staticmethod
    def on_date(item, key, date):
        """Before its first day the key stood for the item before it, if that had the
        same one; of an item that nobody has decided about yet, so it does still.
        """
        while before := item.previous_item_id:
            is_later = date and item.date_from and date < item.date_from
            if not is_later and not item._is_takeover_open():
                break
            is_same_id = before.external_id == item.external_id and key != "name"
            if not is_same_id and not before._had(key, item[key]):
                break
            item = before
        return item


class PosBridgeItem(models.Model):
    """Step *match*: the item of each sold line."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    @api.model
    def _match(self, integration, lines, match_keys, dates=None):
        """Find each sold line's item, in the connector's order of keys; make what is
        missing.

        :param lines: ``SaleLineData``
        :param dates: the business date of each line; none: as the keys are used now
        :return: list of (item, name of the key that matched), as long as ``lines``
        """
        items = self.with_context(active_test=False).search(
            [("integration_id", "=", integration.id)],
            order="active, last_seen_at nulls first, id",
        )
        index = ItemIndex(items, match_keys)
        result = []
        for line, date in zip(lines, dates or repeat(None, len(lines)), strict=True):
            item, key = index.find(line, date)
            if not item:
                item, key = self._find_or_make(integration, index, line, key)
            result.append((item.with_env(self.env), key))
        return result

    def _had(self, key, value):
        """Is or was it sold under this key?"""
        former = (self.former_keys or {}).get(key, ())
        return value == self[key] or value in former

    @api.model
    def _find_or_make(self, integration, index, line, key):
        """An item of its own for what is not known, or not known for certain."""
        vals = self._prepare_sold_item_vals(integration, line)
        is_unclear = key == "several" and not line.item_external_id
        item = index.provisional(vals["external_id"])
        if item:
            key = "sku" if line.sku else "name"
            return item, "external_id" if line.item_external_id else key
        if is_unclear:
            vals["review_state"] = "recycled"
        item = self.create(vals)
        index.add(item)
        return item, "new"

    @api.model
    def _key_as_id(self, line):
        """A key that is no id, so that it never meets the id of another item."""
        return f"{SKU_AS_ID}{line.sku}" if line.sku else f"{NAME_AS_ID}{line.name}"

    def _is_provisional(self):
        """Sold under a SKU or a name, and its ID is not known."""
        self.ensure_one()
        return self.external_id.startswith((SKU_AS_ID, NAME_AS_ID))

    @api.model
    def _prepare_sold_item_vals(self, integration, line):
        """An item that was sold before the catalogue knew it."""
        return {
            "integration_id": integration.id,
            "external_id": line.item_external_id or self._key_as_id(line),
            "name": line.name or line.item_external_id or line.sku,
            "sku": line.sku,
            "item_type": line.item_type,
            "last_seen_at": fields.Datetime.now(),
        }
