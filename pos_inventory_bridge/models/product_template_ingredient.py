from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import clean_context


class ProductTemplate(models.Model):
    """An ingredient as a cook knows it: where it lies and what it is used for."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    pos_bridge_is_used = fields.Boolean(
        "Used by the Till",
        search="_search_pos_bridge_is_used",
        store=False,
        help="Mapped to an item of the till, part of a recipe, or used by a sales day.",
    )
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

    @api.model
    def default_get(self, fields):
        """No unit is proposed where it is asked for: it stays once it is used."""
        defaults = super().default_get(fields)
        if self.env.context.get("pos_bridge_asks_unit") and "uom_id" in fields:
            defaults["uom_id"] = False
        return defaults

    @api.model
    def _search_pos_bridge_is_used(self, operator, value):
        """Mappings and recipes count that were, too: sales days may still use them."""
        if operator != "in":
            return NotImplemented
        recipes = Domain("bom_id.type", "=", "recipe")
        recipes |= Domain("bom_id.recipe_version_ids", "!=", False)
        outlets = self.env["pos.bridge.outlet"]._search([])
        gone_to = outlets.subselect("consumption_location_id")
        used = [
            self.env["pos.bridge.mapping"]._search([]),
            self.env["mrp.bom.line"]._search(recipes),
            # What was used lies there: far fewer rows than there are moves.
            self.env["stock.quant"]._search([("location_id", "in", gone_to)]),
        ]
        products = self.env["product.product"].with_context(active_test=False)
        products = products._search(
            Domain.OR(Domain("id", "in", each.subselect("product_id")) for each in used)
        )
        return Domain("id", "in", products.subselect("product_tmpl_id"))

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


class ProductProduct(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    pos_bridge_kind = fields.Selection(
        [("ingredient", "Ingredient, bought in"), ("recipe", "Recipe of our own")],
        string="What It Is",
        store=False,
        help="Ingredient: it is bought and lies in a storage unit. Recipe: it is made "
        "of ingredients, which are deducted in its stead; it starts empty.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is named as a recipe of our own becomes a dish with an empty recipe."""
        is_recipe = [vals.get("pos_bridge_kind") == "recipe" for vals in vals_list]
        never_stocked = {"is_storable": False, "sale_ok": False, "purchase_ok": False}
        products = super().create(
            [
                {**vals, **never_stocked} if made_here else vals
                for vals, made_here in zip(vals_list, is_recipe, strict=True)
            ]
        )
        dishes = zip(products, is_recipe, strict=True)
        products.browse([dish.id for dish, made in dishes if made])._add_recipe()
        return products

    @api.model
    def name_create(self, name):
        """A name is not enough for an ingredient whose unit nobody chose: it stays. On
        this error the web client opens the short form, with the name.
        """
        if self.env.context.get("pos_bridge_asks_unit"):
            raise ValidationError(
                self.env._("Choose the unit that %s is counted in.", name)
            )
        return super().name_create(name)

    def _add_recipe(self):
        """An empty recipe for each, to be filled by whoever opens it."""
        env = self.env(context=clean_context(self.env.context))
        env["mrp.bom"].create(
            [
                {
                    "type": "recipe",
                    "product_tmpl_id": dish.product_tmpl_id.id,
                    "product_uom_id": dish.uom_id.id,
                    "company_id": dish.company_id.id,
                }
                for dish in self
            ]
        )
