from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What a new ingredient is made of; the rest of a product is its managers' business.
INGREDIENT_FIELDS = {
    "active",
    "name",
    "type",
    "is_storable",
    "uom_id",
    "categ_id",
    "standard_price",
    "company_id",
    "sale_ok",
    "purchase_ok",
    "issue_location_id",
    "serving_quantity",
    "serving_uom_id",
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    issue_location_id = fields.Many2one(
        "stock.location",
        string="Issue Storage",
        company_dependent=True,
        check_company=True,
        domain="[('is_storage_unit', '=', True)]",
        help="Storage unit that this ingredient is taken from, where outlet or recipe "
        "do not "
        "decide.",
    )
    serving_quantity = fields.Float(
        digits=False,
        min_display_digits=1,
        help="Standard serving: pre-fills the quantity when an item is mapped to it.",
    )
    serving_uom_id = fields.Many2one("uom.uom", string="Serving Unit")

    @api.model_create_multi
    def create(self, vals_list):
        """Back-office users add ingredients and edit none: core writes into what it is
        just making, which they could not.
        """
        is_simple = all(vals.keys() <= INGREDIENT_FIELDS for vals in vals_list)
        if self.env.su or not is_simple or self.has_access("write"):
            return super().create(vals_list)
        self.check_access("create")
        made = super(ProductTemplate, self.sudo()).create(vals_list).with_env(self.env)
        made.check_access("create")
        return made

    def write(self, vals):
        if "uom_id" in vals:
            changing = self.filtered(
                lambda product: product.uom_id.id != vals["uom_id"]
            )
            changing._check_pos_bridge_unit()
        return super().write(vals)

    def _pos_bridge_is_dish(self):
        """Is this the product behind a recipe, and nothing else anywhere?"""
        self.ensure_one()
        tmpl = self.sudo().with_context(active_test=False)
        is_traded = tmpl.is_storable or tmpl.sale_ok or tmpl.purchase_ok
        is_made = set(tmpl.bom_ids.mapped("type")) <= {"recipe"}
        companies = tmpl.bom_ids.company_id | tmpl.company_id
        return not is_traded and is_made and companies <= self.env.companies

    def _check_pos_bridge_unit(self):
        """Core would relabel what was posted (5 kg become 5 g) without converting
        anything.
        """
        products = self.with_context(active_test=False).product_variant_ids
        for product in products:
            if product._pos_bridge_is_used():
                raise UserError(
                    self.env._(
                        "%s was deducted, mapped or put into a recipe in its present "
                        "unit. "
                        "Make a new product with the other unit instead.",
                        product.display_name,
                    )
                )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _pos_bridge_read_ahead(self):
        """Read at once what a run asks of each ingredient one by one, those that exist.

        :return: {id: product}
        """
        products = self.exists()
        for path in (
            "active",
            "type",
            "is_storable",
            "company_id",
            "uom_id.parent_path",
            "categ_id.parent_id",
            "product_tmpl_id.issue_location_id.storage_unit_id",
            "product_template_attribute_value_ids",
        ):
            products.mapped(path)
        return {product.id: product for product in products}

    def _pos_bridge_was_recipe(self):
        """Did this product have a recipe? A dish without one is nothing to deduct."""
        self.ensure_one()
        made = [("bom_id.product_tmpl_id", "=", self.product_tmpl_id.id)]
        return bool(
            self.env["pos.bridge.recipe.version"].sudo().search_count(made, limit=1)
        )

    def _pos_bridge_kits(self):
        """Those of these products that core would explode inside a move."""
        bills = self.env["mrp.bom"].sudo()._bom_find(self, bom_type="phantom")
        return self.filtered(lambda product: bills.get(product))

    def _pos_bridge_is_used(self):
        self.ensure_one()
        mine = Domain("product_id", "=", self.id)
        recipe = Domain("bom_id.type", "in", self.env["mrp.bom"]._pos_bridge_types())
        return any(
            self.env[model].sudo().search_count(domain, limit=1)
            for model, domain in (
                ("pos.bridge.usage", mine),
                ("pos.bridge.mapping", mine & Domain("superseded", "=", False)),
                ("mrp.bom.line", mine & recipe),
                ("stock.move", mine & Domain("pos_bridge_day_id", "!=", False)),
            )
        )

    def _pos_bridge_priced_after(self, moment):
        """Those of these products that a receipt or a price change priced after a
        moment.
        """
        if not self:
            return self
        mine = Domain("product_id", "in", self.ids) & Domain("date", ">", moment)
        company = Domain("company_id", "=", self.env.company.id)
        received = self.env["stock.move"]._read_group(
            mine & company & Domain("is_in", "=", True), ["product_id"]
        )
        repriced = self.env["product.value"]._read_group(
            mine & company & Domain("move_id", "=", False), ["product_id"]
        )
        products = (product for (product,) in received + repriced)
        return self.browse().union(*products)

    def _compute_bom_price(self, bom, boms_to_recompute=False, byproduct_bom=False):
        """A recipe line costs what must be bought for it, trimmed part included."""
        if bom.type != "recipe" or byproduct_bom:
            return super()._compute_bom_price(bom, boms_to_recompute, byproduct_bom)
        total = sum(
            line._pos_bridge_cost(boms_to_recompute)
            for line in bom.bom_line_ids
            if not line._skip_bom_line(self)
        )
        return bom.product_uom_id._compute_price(total / bom.product_qty, self.uom_id)
