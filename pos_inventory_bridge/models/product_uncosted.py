from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """What was used before anybody said what it costs waits to be valued."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    pos_bridge_uncosted_day_count = fields.Integer(
        "Days without Cost",
        compute="_compute_pos_bridge_uncosted_day_count",
        help="Sales days that used it when it had no cost: there it counts as costing "
        "nothing.",
    )

    @api.depends_context("company", "uid")
    def _compute_pos_bridge_uncosted_day_count(self):
        days = defaultdict(self.env["pos.bridge.day"].browse)
        moves = self.env["stock.move"].sudo()
        groups = moves._read_group(
            self._domain_pos_bridge_uncosted(),
            ["product_id"],
            ["pos_bridge_day_id:recordset"],
        )
        for product, used_on in groups:
            days[product.product_tmpl_id.id] |= used_on
        for template in self:
            template.pos_bridge_uncosted_day_count = len(days[template._origin.id])

    def _domain_pos_bridge_uncosted(self):
        products = self.with_context(active_test=False).product_variant_ids
        return (
            Domain("product_id", "in", products.ids)
            & Domain("company_id", "=", self.env.company.id)
            & self.env["stock.move"]._domain_pos_bridge_uncosted()
        )

    def action_pos_bridge_uncosted(self):
        """Its moves without cost, to be valued all at once."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_move_action_uncosted"
        )
        domain = list(self._domain_pos_bridge_uncosted())
        return {**action, "domain": domain, "context": {}}


class ProductProduct(models.Model):
    """The form of a variant shows what that of its product does."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def action_pos_bridge_uncosted(self):
        return self.product_tmpl_id.action_pos_bridge_uncosted()
