from odoo import api, fields, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    pos_bridge_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    pos_bridge_unit_id = fields.Many2one(
        related="location_id.storage_unit_id", string="Storage Unit"
    )
    pos_bridge_value = fields.Float(
        "Stock Value",
        digits=False,
        compute="_compute_pos_bridge_value",
        help="Quantity times today's cost.",
    )

    @api.depends("quantity", "product_id.standard_price", "company_id")
    def _compute_pos_bridge_value(self):
        for company, quants in self.grouped("company_id").items():
            for quant in quants.with_company(company or self.env.company):
                cost = quant.product_id.standard_price
                quant.pos_bridge_value = quant.quantity * cost

    def action_pos_bridge_ledger(self):
        """How this ingredient came into this storage unit, and how it left."""
        self.ensure_one()
        ledger = self.env["pos.bridge.ledger"]
        return ledger._action_of(self.product_id, self.pos_bridge_unit_id)
