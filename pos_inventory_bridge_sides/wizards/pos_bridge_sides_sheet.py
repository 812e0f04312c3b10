from odoo import fields, models

from odoo.addons.pos_inventory_bridge.tools import keys


class PosBridgeSidesSheet(models.AbstractModel):
    """A sheet about one connection that holds something nobody else may read.

    It stands in the database encrypted, like the secrets of a connection, because it
    must outlive the click on a button.
    """

    _name = "pos.bridge.sides.sheet"
    _description = "SIDES sheet"

    integration_id = fields.Many2one("pos.bridge.integration", ondelete="cascade")
    sealed = fields.Text(groups=fields.NO_ACCESS)

    def _seal(self, text):
        for sheet in self.sudo():
            sheet.sealed = keys.encrypt(self.env, text)[0] if text else False

    def _unseal(self):
        sealed = self.sudo().sealed
        return keys.decrypt(self.env, sealed) if sealed else ""

    def _reopen(self):
        """The same sheet again, with what became of it."""
        name = f"pos_inventory_bridge_sides.{self._name.replace('.', '_')}_action"
        return self.env["ir.actions.act_window"]._for_xml_id(name) | {"res_id": self.id}
