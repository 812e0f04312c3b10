from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class MrpBom(models.Model):
    """A recipe as a cook knows it: it has a name, and no product needs to be known."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.bom"

    recipe_name = fields.Char(
        "Recipe",
        compute="_compute_recipe_name",
        inverse="_inverse_recipe_name",
        help="The name that mappings and other recipes find it by.",
    )
    recipe_reason = fields.Char(
        "Why",
        store=False,
        help="Stands beside the version that this change makes.",
    )
    recipe_counts_always = fields.Boolean(
        compute="_compute_recipe_counts_always",
        compute_sudo=True,
        help="Its first version, which counts for past days, too.",
    )
    pos_bridge_mapping_ids = fields.One2many("pos.bridge.mapping", "bom_id")

    @api.depends("product_tmpl_id.name")
    def _compute_recipe_name(self):
        for bom in self:
            bom.recipe_name = bom.product_tmpl_id.name

    @api.depends("recipe_name", "product_tmpl_id")
    def _compute_display_name(self):
        new = self.filtered(lambda bom: not bom.product_tmpl_id)
        for bom in new:
            bom.display_name = bom.recipe_name or self.env._("New recipe")
        return super(MrpBom, self - new)._compute_display_name()

    @api.depends("recipe_version_ids.date_from")
    def _compute_recipe_counts_always(self):
        for bom in self:
            versions = bom.recipe_version_ids
            is_dated = any(versions.mapped("date_from"))
            bom.recipe_counts_always = len(versions) <= 1 and not is_dated

    def _inverse_recipe_name(self):
        for bom in self:
            if bom.recipe_name and bom.recipe_name != bom.product_tmpl_id.name:
                bom._rename_dish(bom.recipe_name)

    def _rename_dish(self, name):
        """Recipe writers rename what is a dish and nothing else."""
        self.ensure_one()
        dish = self.product_tmpl_id
        if not dish.has_access("write"):
            self.check_access("write")
            if not dish._pos_bridge_is_dish():
                raise UserError(
                    self.env._(
                        "%s is used by other applications too: somebody who may edit "
                        "products has to rename it.",
                        dish.display_name,
                    )
                )
            dish = dish.sudo()
        dish.name = name

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_dish(vals) for vals in vals_list])

    @api.model
    def _with_dish(self, vals):
        """A recipe that was given a name and no product makes its dish."""
        kind = vals.get("type") or self.env.context.get("default_type")
        name = (vals.get("recipe_name") or "").strip()
        product = vals.get("product_tmpl_id") or self.env.context.get(
            "default_product_tmpl_id"
        )
        if kind != "recipe" or product:
            return vals
        if not name:
            raise UserError(self.env._("Give the recipe a name."))
        vals = {key: value for key, value in vals.items() if key != "recipe_name"}
        if not vals.get("product_uom_id"):
            vals["product_uom_id"] = self.env.ref("uom.product_uom_unit").id
        dish = self._create_dish(name, vals)
        return {**vals, "product_tmpl_id": dish.id, "company_id": dish.company_id.id}

    @api.model
    def _create_dish(self, name, vals):
        """The product behind a recipe: never stocked, bought or sold by itself."""
        company_id = vals.get("company_id") or self.env.context.get(
            "default_company_id", self.env.company.id
        )
        env = self.env(context=clean_context(self.env.context))
        dish = env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": False,
                "purchase_ok": False,
                "sale_ok": False,
                "uom_id": vals["product_uom_id"],
                "company_id": company_id,
            }
        )
        return dish.product_tmpl_id

    def write(self, vals):
        # Core carries a product's new unit into its bills under this key.
        is_followed = self.env.context.get("skip_uom_conversion")
        if vals.get("product_uom_id") and not is_followed:
            unit = self.env["uom.uom"].browse(vals["product_uom_id"])
            self.filtered(lambda bom: bom.type == "recipe")._follow_yield_unit(unit)
        return super().write(vals)

    def _follow_yield_unit(self, unit):
        """A dish is counted in what its recipe makes; once used, that is settled."""
        for bom in self:
            dish = bom.product_tmpl_id
            if unit._has_common_reference(dish.uom_id):
                continue
            mapped = bom.sudo().pos_bridge_mapping_ids.filtered(
                lambda mapping: not mapping.superseded
            )
            if mapped or not dish._pos_bridge_is_dish():
                raise UserError(
                    self.env._(
                        "Others count %(recipe)s in %(unit)s already, so it cannot "
                        "make %(other)s. Write a new recipe instead.",
                        recipe=dish.display_name,
                        unit=dish.uom_id.name,
                        other=unit.name,
                    )
                )
            dish.sudo().uom_id = unit

    @api.model
    def name_create(self, name):
        """A name is enough for a recipe; what goes into it can be written later."""
        if self.env.context.get("default_type") != "recipe":
            return super().name_create(name)
        bom = self.create({"recipe_name": name, "type": "recipe"})
        return bom.id, bom.display_name

    # === VIEWS === #

    def get_formview_id(self, access_uid=None):
        """Whoever opens a recipe from anywhere meets its own form."""
        if self.type == "recipe":
            return self.env.ref("pos_inventory_bridge.mrp_bom_view_form_recipe").id
        return super().get_formview_id(access_uid=access_uid)

    def action_used_in_recipes(self):
        """The recipes that this one is part of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.mrp_bom_action_recipe"
        )
        part = self.product_tmpl_id.product_variant_ids.ids
        action["domain"] = [
            ("type", "=", "recipe"),
            ("bom_line_ids.product_id", "in", part),
        ]
        action["context"] = {}
        return action
