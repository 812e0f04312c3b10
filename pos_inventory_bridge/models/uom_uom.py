from odoo import models

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
