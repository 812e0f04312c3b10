from odoo import models
from odoo.exceptions import AccessError


class DecimalPrecision(models.Model):
    _inherit = "decimal.precision"

    def _pos_bridge_use_more_digits(self, digits):
        """Keep quantities with so many digits. Raising changes no stored value; the
        setting counts for the whole database, so only a manager who asked for it gets
        here.
        """
        if not self.env.user.has_group("pos_inventory_bridge.pos_bridge_group_manager"):
            raise AccessError(
                self.env._(
                    "The precision counts for all of Odoo: ask a manager to change it."
                )
            )
        precision = self.sudo().search([("name", "=", "Product Unit")], limit=1)
        precision.digits = max(precision.digits, digits)
