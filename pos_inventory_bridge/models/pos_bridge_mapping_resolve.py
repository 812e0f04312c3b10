from odoo import api, models
from odoo.fields import Domain

from .pos_bridge_mapping import CONDITION_FIELDS


class PosBridgeMapping(models.Model):
    """Step *resolve*: which mapping holds for what was sold."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    @api.model
    def _resolve(self, outlet, date, pairs):
        """The mapping in force for each (item id, parent item id), the most specific
        one.

        :param pairs: set of (item id, parent item id or 0)
        :return: {(item id, parent item id): mapping, empty where there is none}
        """
        item_ids = {item_id for item_id, _parent in pairs}
        domain = self._domain_valid_on(date) & Domain("item_id", "in", list(item_ids))
        candidates = {}
        for mapping in self.search(domain):
            candidates.setdefault(mapping.item_id.id, []).append(mapping)
        parents = self.env["pos.bridge.item"].browse(
            {parent for _i, parent in pairs if parent}
        )
        groups = {parent.id: parent.group_id.id for parent in parents}
        return {
            (item_id, parent_id): self._most_specific(
                candidates.get(item_id, ()), parent_id, groups.get(parent_id), outlet.id
            )
            for item_id, parent_id in pairs
        }

    @api.model
    def _most_specific(self, candidates, parent_id, group_id, outlet_id):
        """Parent item beats parent group beats outlet beats none; all conditions must
        fit.
        """
        here = {
            "parent_item_id": parent_id,
            "parent_group_id": group_id,
            "outlet_id": outlet_id,
        }
        fitting = [
            mapping
            for mapping in candidates
            if all(mapping[name].id in (False, here[name]) for name in CONDITION_FIELDS)
        ]
        if not fitting:
            return self.browse()
        return max(
            fitting,
            key=lambda mapping: tuple(bool(mapping[name]) for name in CONDITION_FIELDS),
        )
