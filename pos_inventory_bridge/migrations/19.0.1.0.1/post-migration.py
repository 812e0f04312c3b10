from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Pickings were numbered like those of Odoo's Point of Sale; new ones are not."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    types = env["res.company"].search([]).pos_bridge_picking_type_id
    for picking_type in types.filtered(lambda each: each.sequence_code == "POS"):
        picking_type.sequence_code = "TILL"
