from odoo import fields, models

from ..tools import keys


class PosBridgeSealedSheet(models.AbstractModel):
    """A sheet about one connection that holds something nobody else may read.

    It stands in the database encrypted, like the secrets of a connection, because it
    must outlive the click on a button.
    """

    _name = "pos.bridge.sealed.sheet"
    _description = "POS sheet with a secret"

    integration_id = fields.Many2one("pos.bridge.integration", ondelete="cascade")
    sealed = fields.Text(groups=fields.NO_ACCESS)

    def _seal(self, text):
        for sheet in self.sudo():
            sheet.sealed = keys.encrypt(self.env, text)[0] if text else False

    def _unseal(self):
        sealed = self.sudo().sealed
        return keys.decrypt(self.env, sealed) if sealed else ""

    def _title(self):
        raise NotImplementedError

    def _action(self):
        """Opens the sheet; the same one again, with what became of it."""
        return {
            "type": "ir.actions.act_window",
            "name": self._title(),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
