from odoo import api, models
from odoo.exceptions import ValidationError

from .pos_bridge_mapping import CONDITION_FIELDS, CONTENT_FIELDS


class PosBridgeMapping(models.Model):
    """What a mapping may say: a target in a unit that fits, one on every date."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    @api.constrains(*CONTENT_FIELDS)
    def _check_target(self):
        kits = self.product_id._pos_bridge_kits()
        for mapping in self:
            if mapping.map_type == "ingredient":
                mapping._check_ingredient(kits)
            elif mapping.map_type == "recipe":
                mapping._check_recipe()

    def _check_ingredient(self, kits):
        if not self.product_id:
            raise ValidationError(
                self.env._("%s: choose the ingredient it uses.", self.item_id.name)
            )
        if self.product_id in kits:
            raise ValidationError(
                self.env._(
                    "%(product)s is a kit and cannot be taken from stock itself: map "
                    "%(item)s to it as a recipe.",
                    product=self.product_id.display_name,
                    item=self.item_id.name,
                )
            )
        self._check_unit(self.product_id.uom_id, self.product_id.display_name)

    def _check_recipe(self):
        if not self.bom_id:
            raise ValidationError(
                self.env._("%s: choose the recipe it uses.", self.item_id.name)
            )
        if self.bom_id.type not in self.env["mrp.bom"]._pos_bridge_types():
            raise ValidationError(
                self.env._("%s is no recipe.", self.bom_id.display_name)
            )
        self._check_unit(self.bom_id.product_uom_id, self.bom_id.display_name)

    def _check_unit(self, target_unit, target_name):
        if not self.uom_id or not self.uom_id._has_common_reference(target_unit):
            raise ValidationError(
                self.env._(
                    "%(target)s is counted in %(unit)s; %(other)s cannot be converted.",
                    target=target_name,
                    unit=target_unit.name,
                    other=self.uom_id.name or "-",
                )
            )

    @api.constrains("item_id", *CONDITION_FIELDS)
    def _check_conditions(self):
        for mapping in self:
            for name in CONDITION_FIELDS:
                condition = mapping[name]
                if condition and condition.integration_id != mapping.integration_id:
                    raise ValidationError(
                        self.env._(
                            "%(condition)s does not belong to the integration of "
                            "%(item)s.",
                            condition=condition.display_name,
                            item=mapping.item_id.name,
                        )
                    )

    @api.constrains("item_id", "date_from", "date_to", "superseded", *CONDITION_FIELDS)
    def _check_overlap(self):
        """On every date, one mapping per item and condition."""
        checked = self - self.filtered("superseded")
        siblings = self._by_key(checked.item_id)
        for mapping in checked:
            for other in siblings.get(mapping._get_key(), mapping) - mapping:
                if (
                    mapping._first() <= other._last()
                    and other._first() <= mapping._last()
                ):
                    raise ValidationError(
                        self.env._(
                            "%(item)s is mapped already on these days (%(other)s). "
                            "Change that mapping instead.",
                            item=mapping.item_id.name,
                            other=other.display_name,
                        )
                    )
