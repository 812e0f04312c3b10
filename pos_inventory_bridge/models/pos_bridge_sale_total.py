from odoo import api, fields, models


class PosBridgeSale(models.Model):
    """What a receipt comes to, added up from its lines."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.sale"

    line_count = fields.Integer(string="Lines", compute="_compute_totals")
    amount_net = fields.Monetary(
        string="Net", compute="_compute_totals", help="Without lines that are gone."
    )

    @api.depends("line_ids.amount_net", "line_ids.vanished_at")
    def _compute_totals(self):
        groups = self.env["pos.bridge.sale.line"]._read_group(
            [("sale_id", "in", self.ids), ("vanished_at", "=", False)],
            ["sale_id"],
            ["__count", "amount_net:sum"],
        )
        totals = {sale.id: (count, amount) for sale, count, amount in groups}
        for sale in self:
            sale.line_count, sale.amount_net = totals.get(sale.id, (0, 0.0))
