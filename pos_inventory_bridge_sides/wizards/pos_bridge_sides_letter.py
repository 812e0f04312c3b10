from odoo import api, fields, models
from odoo.tools import html2plaintext


class PosBridgeSidesLetter(models.TransientModel):
    """What SIDES must be asked, as a letter that is ready to be sent."""

    _name = "pos.bridge.sides.letter"
    _description = "Letter to SIDES"

    integration_id = fields.Many2one("pos.bridge.integration", required=True)
    letter = fields.Text(compute="_compute_letter")

    @api.depends("integration_id")
    def _compute_letter(self):
        for sheet in self:
            integration = sheet.integration_id
            values = {
                "integration": integration,
                "contract": integration._get_contract(),
                "user": self.env.user,
            }
            template = "pos_inventory_bridge_sides.letter"
            letter = self.env["ir.qweb"]._render(template, values)
            sheet.letter = html2plaintext(letter)
