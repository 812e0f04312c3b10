from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.recipe_book import Recipe, RecipeLine
from ..tools.recipe_look import RecipeLook
from .mrp_bom import exact

RECIPE_FIELDS = (
    "product_qty",
    "product_uom_id",
    "issue_location_id",
    "bom_line_ids.product_id",
    "bom_line_ids.product_qty",
    "bom_line_ids.product_uom_id",
    "bom_line_ids.trim_percentage",
    "bom_line_ids.issue_location_id",
    "bom_line_ids.product_id.standard_price",
)


class MrpBom(models.Model):
    """What a recipe costs and how often today's stock suffices for it.

    Worked out from what the recipe says now, as typed, saved or not: the same book
    that explodes sold items explodes it. All recipes of a list are read together.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.bom"

    recipe_currency_id = fields.Many2one(
        "res.currency", compute="_compute_recipe_currency_id"
    )
    recipe_cost = fields.Float(
        "Cost per Portion",
        digits=False,
        compute="_compute_recipe_cost",
        help="What one portion (one unit of what the recipe makes) takes from stock, "
        "sub-recipes and trim included, at today's cost.",
    )
    recipe_problem = fields.Char(
        "To Mend",
        compute="_compute_recipe_cost",
        help="Why a sale of this recipe could not be deducted.",
    )
    recipe_no_cost = fields.Char(
        "Without Cost",
        compute="_compute_recipe_cost",
        help="Ingredients whose cost is not known, so that the recipe seems cheaper "
        "than it is.",
    )
    recipe_empty_part_id = fields.Many2one(
        "mrp.bom",
        compute="_compute_recipe_empty_part_id",
        help="The first recipe among its ingredients that has none of its own yet.",
    )
    recipe_line_count = fields.Integer(
        "Ingredients", compute="_compute_recipe_line_count"
    )
    recipe_mapping_ids = fields.Many2many(
        "pos.bridge.mapping",
        string="Mapped by",
        compute="_compute_recipe_mappings",
        help="The items whose sales use this recipe today.",
    )
    recipe_mapping_count = fields.Integer(
        "Mapped Items", compute="_compute_recipe_mappings"
    )
    recipe_portions = fields.Text(
        "Enough For",
        compute="_compute_recipe_portions",
        help="How many portions today's stock allows, per storage unit.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_recipe_currency_id(self):
        for bom in self:
            company = bom.company_id or self.env.company
            bom.recipe_currency_id = company.currency_id

    @api.depends("bom_line_ids.product_id")
    def _compute_recipe_empty_part_id(self):
        for bom in self:
            parts = bom.bom_line_ids.sub_recipe_id
            empty = parts.filtered(lambda part: not part.bom_line_ids)
            bom.recipe_empty_part_id = empty[:1]

    @api.depends("bom_line_ids")
    def _compute_recipe_line_count(self):
        for bom in self:
            bom.recipe_line_count = len(bom.bom_line_ids)

    @api.depends("company_id", *RECIPE_FIELDS)
    @api.depends_context("company")
    def _compute_recipe_cost(self):
        for bom, look in self._looks():
            yielded = bom.product_qty if bom.product_qty > 0 else 1
            bom.recipe_cost = sum(map(look.cost_of, bom.bom_line_ids)) / yielded
            bom.recipe_problem = look.problem_of(bom)
            bom.recipe_no_cost = look.no_cost_of(bom)

    @api.depends("product_tmpl_id", "pos_bridge_mapping_ids")
    def _compute_recipe_mappings(self):
        """By dish, not by bill: a mapping follows the dish to its newest recipe."""
        mappings = self.env["pos.bridge.mapping"]
        domain = mappings._domain_valid_on(fields.Date.context_today(self))
        dishes = Domain("bom_id.product_tmpl_id", "in", self.product_tmpl_id.ids)
        by_dish = mappings.search(domain & dishes).grouped(
            lambda mapping: mapping.bom_id.product_tmpl_id.id
        )
        for bom in self:
            dish_id = bom.product_tmpl_id.id
            found = by_dish.get(dish_id, mappings) if dish_id else mappings
            bom.recipe_mapping_ids = found
            bom.recipe_mapping_count = len(found)

    @api.depends("company_id", *RECIPE_FIELDS)
    @api.depends_context("company")
    def _compute_recipe_portions(self):
        for bom, look in self._looks():
            bom.recipe_portions = "\n".join(look.portion_texts(bom)) or False

    def action_open_empty_part(self):
        """Go and write the recipe that was only named so far."""
        self.ensure_one()
        return self.recipe_empty_part_id.get_formview_action()

    # === READING RECIPES AHEAD === #

    def _looks(self):
        """(recipe, what can be said about it), read at once per company."""
        for company, boms in self.grouped("company_id").items():
            company = company or self.env.company
            look = RecipeLook(boms.with_company(company), company)
            for bom in boms:
                yield bom, look

    def _bills_below(self, company):
        """{product id: bill} of all that these recipes contain, level by level."""
        bills, seen = {}, self.env["product.product"]
        new = self.bom_line_ids.product_id
        while new:
            seen |= new
            found = self._bills_making(new, company)
            bills |= found
            lines = self.union(*found.values()).bom_line_ids
            new = lines.product_id - seen
        return bills

    @api.model
    def _bills_making(self, products, company):
        """{product id: the bill that counts today} in as few queries as can be."""
        domain = Domain("type", "in", self._pos_bridge_types())
        domain &= Domain("company_id", "in", (False, company.id))
        domain &= Domain("product_tmpl_id", "in", products.product_tmpl_id.ids)
        made = {}
        for bill in self.env["mrp.bom"].search(domain, order="id"):
            made[bill.product_id or bill.product_tmpl_id] = bill
        bills = {
            product.id: made.get(product) or made.get(product.product_tmpl_id)
            for product in products
        }
        return {product_id: bill for product_id, bill in bills.items() if bill}

    def _as_written(self):
        """What this bill says now, typed or saved, as plain data."""
        self.ensure_one()
        dish = self._recipe_product()
        unit = self.product_uom_id or dish.uom_id
        unit = unit or self.env.ref("uom.product_uom_unit")
        lines = self.bom_line_ids.filtered(lambda line: line._applies_to(dish))
        return Recipe(
            product_id=dish.id or 0,
            version_id=0,
            yield_quantity=exact(self.product_qty),
            yield_unit=unit._pos_bridge_unit(),
            lines=tuple(line._as_written() for line in lines),
            location_id=self.issue_location_id.id or None,
        )


class MrpBomLine(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.bom.line"

    recipe_currency_id = fields.Many2one(related="bom_id.recipe_currency_id")
    portion_quantity = fields.Float(
        "Per Portion",
        digits=False,
        compute="_compute_portion_quantity",
        help="The quantity, divided by what the recipe makes.",
    )
    needed_quantity = fields.Float(
        "Needed",
        digits=False,
        compute="_compute_needed_quantity",
        help="What leaves the shelf for the whole recipe: the quantity and what is "
        "lost in preparation.",
    )
    recipe_cost = fields.Float(
        "Cost",
        digits=False,
        compute="_compute_recipe_cost",
        help="What the needed quantity costs today, through all sub-recipes.",
    )
    sub_recipe_id = fields.Many2one("mrp.bom", compute="_compute_sub_recipe_id")

    @api.depends("product_qty", "bom_id.product_qty")
    def _compute_portion_quantity(self):
        for line in self:
            line.portion_quantity = line.product_qty / (line.bom_id.product_qty or 1)

    @api.depends("product_qty", "trim_percentage")
    def _compute_needed_quantity(self):
        for line in self:
            usable = 1 - line.trim_percentage / 100
            line.needed_quantity = line.product_qty / usable if usable > 0 else 0.0

    @api.depends(
        "product_qty",
        "product_id.standard_price",
        "product_uom_id",
        "trim_percentage",
        "bom_id.company_id",
    )
    @api.depends_context("company")
    def _compute_recipe_cost(self):
        for bom, look in self.bom_id._looks():
            for line in self & bom.bom_line_ids:
                line.recipe_cost = look.cost_of(line)
        for line in self - self.bom_id.bom_line_ids:
            line.recipe_cost = 0.0

    @api.depends("product_id")
    def _compute_sub_recipe_id(self):
        for company, lines in self.grouped("company_id").items():
            company = company or self.env.company
            bills = self.env["mrp.bom"]._bills_making(lines.product_id, company)
            for line in lines:
                bill = bills.get(line.product_id.id)
                line.sub_recipe_id = bill if bill and bill.type == "recipe" else False

    def _applies_to(self, dish):
        """A line that is complete, and of this variant."""
        self.ensure_one()
        if not self.product_id or not self.product_uom_id:
            return False
        values = self.bom_product_template_attribute_value_ids.ids
        boms = self.env["mrp.bom"]
        return not values or boms._applies_to_variant(
            {"variant_value_ids": values}, dish
        )

    def _as_written(self):
        self.ensure_one()
        return RecipeLine(
            product_id=self.product_id.id,
            product_unit=self.product_id.uom_id._pos_bridge_unit(),
            quantity=exact(self.product_qty),
            unit=self.product_uom_id._pos_bridge_unit(),
            trim=exact(self.trim_percentage),
            location_id=self.issue_location_id.id or None,
        )

    def action_open_sub_recipe(self):
        self.ensure_one()
        return self.sub_recipe_id.get_formview_action()
