from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """An ingredient as a cook knows it: where it lies and what it is used for."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    pos_bridge_can_edit = fields.Boolean(compute="_compute_pos_bridge_can_edit")
    pos_bridge_quant_ids = fields.Many2many(
        "stock.quant",
        string="In Stock",
        compute="_compute_pos_bridge_quant_ids",
        help="What lies in which storage unit.",
    )
    pos_bridge_recipe_ids = fields.Many2many(
        "mrp.bom",
        string="Used in Recipes",
        compute="_compute_pos_bridge_uses",
    )
    pos_bridge_mapping_ids = fields.Many2many(
        "pos.bridge.mapping",
        string="Used by Items",
        compute="_compute_pos_bridge_uses",
        help="Items of the till that take it directly, without a recipe.",
    )

    @api.depends_context("uid")
    def _compute_pos_bridge_can_edit(self):
        """Who may add ingredients sees a form to fill in, and no more than that."""
        self.pos_bridge_can_edit = self.has_access("write")

    def _compute_pos_bridge_quant_ids(self):
        quants = self.env["stock.quant"].search(
            [
                ("product_id.product_tmpl_id", "in", self.ids),
                ("location_id.storage_unit_id", "!=", False),
            ]
        )
        by_template = quants.grouped("product_tmpl_id")
        for template in self:
            found = by_template.get(template._origin, quants.browse())
            template.pos_bridge_quant_ids = found

    def _compute_pos_bridge_uses(self):
        boms = self.env["mrp.bom"]
        lines = self.env["mrp.bom.line"].search(
            [
                ("product_id.product_tmpl_id", "in", self.ids),
                ("bom_id.type", "in", boms._pos_bridge_types()),
                ("bom_id.active", "=", True),
            ]
        )
        mappings = self.env["pos.bridge.mapping"]
        valid = mappings._domain_valid_on(fields.Date.context_today(self))
        mine = Domain("product_id.product_tmpl_id", "in", self.ids)
        mappings = mappings.search(valid & mine)
        for template in self:
            products = template._origin.product_variant_ids
            template.pos_bridge_recipe_ids = lines.filtered(
                lambda line, products=products: line.product_id in products
            ).bom_id
            template.pos_bridge_mapping_ids = mappings.filtered(
                lambda mapping, products=products: mapping.product_id in products
            )

    def action_pos_bridge_full_product(self):
        """All that Odoo knows about this product."""
        self.ensure_one()
        form = self.env.ref("product.product_template_only_form_view")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(form.id, "form")],
        }

    def action_pos_bridge_ledger(self):
        """Every movement of this ingredient, per storage unit."""
        self.ensure_one()
        return self.env["pos.bridge.ledger"]._action_of(self.product_variant_ids)
