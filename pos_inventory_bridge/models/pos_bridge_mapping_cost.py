from odoo import api, fields, models


class PosBridgeMapping(models.Model):
    """What one sold unit costs, against what it is sold for."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    item_price = fields.Float(related="item_id.list_price", string="Price")
    currency_id = fields.Many2one(related="company_id.currency_id")
    use_cost = fields.Float(
        "Cost",
        digits=False,
        compute="_compute_use_cost",
        help="What one sold unit takes from stock, at today's cost.",
    )
    food_cost = fields.Float(
        compute="_compute_use_cost",
        help="Cost as a share of the item's net price.",
    )

    @api.depends("map_type", "product_id", "bom_id", "quantity", "uom_id")
    def _compute_use_cost(self):
        for mapping in self:
            mapping = mapping.with_company(mapping.company_id)
            mapping.use_cost = mapping._unit_cost() * mapping.quantity
            price = mapping.item_price
            mapping.food_cost = mapping.use_cost / price if price else 0.0

    def _unit_cost(self):
        """The cost of one of its unit, of the ingredient or of the recipe's yield."""
        self.ensure_one()
        if self.map_type == "ingredient":
            cost, unit = self.product_id.standard_price, self.product_id.uom_id
        elif self.map_type == "recipe":
            cost, unit = self.bom_id.recipe_cost, self.bom_id.product_uom_id
        else:
            return 0.0
        if not self.uom_id or not self.uom_id._has_common_reference(unit):
            return 0.0
        return unit._compute_price(cost, self.uom_id)
