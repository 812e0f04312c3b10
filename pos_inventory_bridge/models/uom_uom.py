from odoo import models
from odoo.exceptions import UserError

from ..tools.recipe_book import Unit
from .mrp_bom import exact


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _pos_bridge_unit(self):
        """This unit as plain data; units with the same root can be converted."""
        self.ensure_one()
        return Unit(
            id=self.id,
            factor=exact(self.factor),
            reference=int(self.parent_path.split("/")[0]),
        )

    def write(self, vals):
        """Another ratio would silently change what every mapping and recipe uses."""
        ratio = {"relative_factor", "relative_uom_id", "factor"} & vals.keys()
        if ratio:
            changing = self.filtered(
                lambda unit: any(
                    vals[name] != unit._fields[name].convert_to_write(unit[name], unit)
                    for name in ratio
                )
            )
            changing._check_pos_bridge_ratio()
        return super().write(vals)

    def _check_pos_bridge_ratio(self):
        for unit in self:
            below = unit.sudo().with_context(active_test=False)
            units = below.search([("id", "child_of", unit.id)])
            used = self.env["pos.bridge.mapping"].sudo().search_count(
                [("uom_id", "in", units.ids)], limit=1
            ) or self.env["mrp.bom.line"].sudo().search_count(
                [
                    ("product_uom_id", "in", units.ids),
                    ("bom_id.recipe_version_ids", "!=", False),
                ],
                limit=1,
            )
            if used:
                raise UserError(
                    self.env._(
                        "Mappings or recipes of the till use %s: another ratio would "
                        "change what they use, past days included. Make a new unit "
                        "instead and use it from today on.",
                        unit.display_name,
                    )
                )
