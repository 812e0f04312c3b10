from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.recipe_book import Recipe, RecipeBook, RecipeError, RecipeLine
from .pos_bridge_recipe_version import ENDED

# Set while a bill is written, so that its lines leave the version to the bill.
VERSIONING = "pos_bridge_versioning"


def exact(number):
    """What was typed, as ``Decimal``: 0.009 stays 0.009."""
    return Decimal(repr(number))


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    type = fields.Selection(
        selection_add=[("recipe", "Recipe (POS)")],
        ondelete={
            "recipe": lambda boms: boms.write({"type": "normal", "active": False})
        },
    )
    product_qty = fields.Float(digits=False, min_display_digits="Product Unit")
    issue_location_id = fields.Many2one(
        "stock.location",
        string="Issue Storage",
        check_company=True,
        domain="[('is_storage_unit', '=', True)]",
        help="Storage unit that this recipe's ingredients are taken from, where the "
        "outlet's "
        "own unit does not decide.",
    )
    recipe_version_ids = fields.One2many("pos.bridge.recipe.version", "bom_id")

    # === VERSIONS: every way to change a recipe passes here === #

    @api.model
    def _pos_bridge_types(self):
        """Bills whose product is expanded when it is sold."""
        return ("recipe", "phantom")

    @api.model_create_multi
    def create(self, vals_list):
        boms = super(MrpBom, self.with_context(**{VERSIONING: True})).create(vals_list)
        boms = boms.with_env(self.env)
        boms._recipes()._record_versions()
        return boms

    def write(self, vals):
        # Said once, about this change: it stands on the version, not on the bill.
        reason = vals.get("recipe_reason")
        vals = {name: vals[name] for name in vals if name != "recipe_reason"}
        self._record_versions_before()
        recipes = self._recipes()
        boms = self.with_context(**{VERSIONING: True})
        result = super(MrpBom, boms).write(vals)
        if "type" in vals:
            # Who may write recipes only must not make something else of one.
            self.check_access("write")
        (recipes | self._recipes())._record_versions(reason)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running_mo(self):
        """Core looks at manufacturing orders, which recipe writers need not see."""
        return super(MrpBom, self.sudo())._unlink_except_running_mo()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_versions_in_use(self):
        """Days were posted with this recipe: it can be archived, so that they stay
        provable.
        """
        versions = self.env["pos.bridge.recipe.version"].sudo()
        for bom in self:
            mapped = (
                self.env["pos.bridge.mapping"]
                .sudo()
                .search_count([("bom_id", "=", bom.id)], limit=1)
            )
            if mapped or any(
                version._is_used() for version in bom.sudo().recipe_version_ids
            ):
                raise ValidationError(
                    self.env._(
                        "Sales days or mappings use the recipe %s: archive it instead.",
                        bom.display_name,
                    )
                )
            versions |= bom.sudo().recipe_version_ids
        versions.unlink()

    def _set_outdated_bom_in_productions(self):
        """Core marks manufacturing orders, which recipe writers need not see."""
        return super(MrpBom, self.sudo())._set_outdated_bom_in_productions()

    def _recipes(self):
        """Bills whose history is kept: recipes, and kits from their first use on."""
        return self.filtered(
            lambda bom: (
                bom.type == "recipe"
                or (bom.type == "phantom" and bom.sudo().recipe_version_ids)
            )
        )

    def _record_versions_before(self):
        """What a recipe said is written down before it says something else."""
        if not self.env.context.get(VERSIONING):
            for bom in self._recipes():
                if bom == bom._current_bill():
                    self.env["pos.bridge.recipe.version"].sudo()._record_existing(bom)

    def _record_versions(self, reason=None):
        """Write down what these bills say, from today or the date in the context."""
        if self.env.context.get(VERSIONING):
            return
        asked = fields.Date.to_date(self.env.context.get("pos_bridge_from_date"))
        versions = self.env["pos.bridge.recipe.version"].sudo()
        for bom in self:
            current = bom._current_bill()
            if current and current in current._recipes():
                versions._record(current, asked, reason)
            elif not current:
                versions._record_end(versions._history(bom))

    def _current_bill(self):
        """The product's recipe today: the bill made last among its active ones."""
        self.ensure_one()
        domain = Domain("product_tmpl_id", "=", self.product_tmpl_id.id)
        domain &= Domain("type", "in", self._pos_bridge_types())
        domain &= Domain("product_id", "in", (False, self.product_id.id))
        domain &= Domain("company_id", "in", (False, self.company_id.id))
        return self.sudo().search(domain, order="id desc", limit=1)

    # === RECIPE BOOK === #

    @api.model
    def _get_recipe_book(self, company, date, records=True):
        """The recipes of a company as they were on a date, ready to explode.

        :param records: False for a mere look, which must not write versions
        """
        return RecipeBook(self._get_recipe_finder(company, date, records))

    @api.model
    def _get_recipe_finder(self, company, date, records=True):
        """A function product id -> ``Recipe`` in force on the date, or None."""
        bills = self._current_bills(company)
        versions = self.env["pos.bridge.recipe.version"]._of_company(company)
        by_template = versions.grouped(lambda each: each.bom_id.product_tmpl_id.id)
        products = (
            versions._read_ahead_products()
            | self.union(*bills.values())._recipe_products()._pos_bridge_read_ahead()
        )
        unknown, found = self.env["product.product"], {}

        def find(product_id):
            if product_id not in found:
                product = products.get(product_id) or unknown.browse(product_id)
                tmpl_id = product.product_tmpl_id.id
                bill = bills.get(("variant", product_id)) or bills.get(
                    ("template", tmpl_id)
                )
                history = by_template.get(tmpl_id, versions.browse())
                history = history.filtered(lambda each: each._is_about(bill, product))
                current = history._record_now(bill) if records else history
                if current - history:
                    # Recording may replace a version that is no history any more.
                    history = (history | current).exists()
                found[product_id] = self._get_recipe(product, history, date, products)
            return found[product_id]

        return find

    def _recipe_products(self):
        """All products that these bills make."""
        bills = self.with_context(active_test=False)
        return bills.product_id | bills.product_tmpl_id.product_variant_ids

    @api.model
    def _current_bills(self, company):
        bills = self.search(
            [
                ("type", "in", self._pos_bridge_types()),
                ("company_id", "in", (False, company.id)),
            ],
            order="id",
        )
        return {
            ("variant", bill.product_id.id)
            if bill.product_id
            else ("template", bill.product_tmpl_id.id): bill
            for bill in bills
        }

    @api.model
    def _get_recipe(self, product, history, date, products):
        """The version in force, as plain data; None: the product is no recipe then."""
        begun = history.filtered(
            lambda version: not version.date_from or version.date_from <= date
        )
        version = begun.sorted("id")[-1:]
        if not version or version.digest == ENDED:
            return None
        return Recipe(
            product_id=product.id,
            version_id=version.id,
            yield_quantity=exact(version.yield_quantity),
            yield_unit=version.yield_uom_id._pos_bridge_unit(),
            lines=tuple(self._get_recipe_lines(product, version, products)),
            location_id=version.bom_id.issue_location_id.id or None,
        )

    @api.model
    def _get_recipe_lines(self, product, version, products):
        for line in version.lines or ():
            if not self._applies_to_variant(line, product):
                continue
            ingredient = products.get(line["product_id"])
            if not ingredient:
                raise RecipeError("ingredient_not_found", [product.id])
            yield RecipeLine(
                product_id=ingredient.id,
                product_unit=ingredient.uom_id._pos_bridge_unit(),
                quantity=exact(line["quantity"]),
                unit=self.env["uom.uom"].browse(line["uom_id"])._pos_bridge_unit(),
                trim=exact(line.get("trim") or 0),
                location_id=line.get("location_id") or None,
            )

    @api.model
    def _applies_to_variant(self, line, product):
        """Core's "apply on variants": per attribute, one of the named values must be
        there.
        """
        values = self.env["product.template.attribute.value"].browse(
            line.get("variant_value_ids") or ()
        )
        own = product.product_template_attribute_value_ids
        return all(
            values.filtered(
                lambda value, attribute=attribute: value.attribute_id == attribute
            )
            & own
            for attribute in values.attribute_id
        )

    def _recipe_product(self):
        """The product whose recipe this is."""
        self.ensure_one()
        tmpl = self.product_tmpl_id.with_context(active_test=False)
        return self.product_id or tmpl.product_variant_ids[:1]


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    product_qty = fields.Float(digits=False, min_display_digits="Product Unit")
    trim_percentage = fields.Float(
        "Trim (%)",
        digits=False,
        min_display_digits=1,
        help="Share that is lost in preparation: 1 kg usable at 10 % takes 1.111 kg.",
    )
    issue_location_id = fields.Many2one(
        "stock.location",
        string="Issue Storage",
        check_company=True,
        domain="[('is_storage_unit', '=', True)]",
        help="Storage unit that this ingredient is taken from in this recipe.",
    )

    def _pos_bridge_cost(self, boms_to_recompute=False):
        """What this line costs, for one yield, the trimmed part included."""
        self.ensure_one()
        product, price = self.product_id, self.product_id.standard_price
        if self.child_bom_id and self.child_bom_id in (boms_to_recompute or ()):
            price = product._compute_bom_price(self.child_bom_id, boms_to_recompute)
        unit_price = product.uom_id._compute_price(price, self.product_uom_id)
        usable = 1 - self.trim_percentage / 100
        return unit_price * self.product_qty / usable if usable > 0 else 0.0

    @api.constrains("trim_percentage")
    def _check_trim_percentage(self):
        for line in self:
            if not 0 <= line.trim_percentage < 100:
                raise ValidationError(
                    self.env._(
                        "%(product)s: a trim of %(trim)s %% is not possible. Give the "
                        "share "
                        "that is lost, at least 0 and below 100.",
                        product=line.product_id.display_name,
                        trim=line.trim_percentage,
                    )
                )

    @api.constrains("product_id", "product_uom_id", "bom_id")
    def _check_recipe_unit(self):
        for line in self.filtered(lambda line: line.bom_id.type == "recipe"):
            unit = line.product_id.uom_id
            if not line.product_uom_id._has_common_reference(unit):
                raise ValidationError(
                    self.env._(
                        "%(product)s is counted in %(unit)s; %(other)s cannot be "
                        "converted.",
                        product=line.product_id.display_name,
                        unit=unit.name,
                        other=line.product_uom_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        boms = self.env["mrp.bom"].browse(
            {vals["bom_id"] for vals in vals_list if vals.get("bom_id")}
        )
        boms._record_versions_before()
        lines = super().create(vals_list)
        lines.bom_id._recipes()._record_versions()
        return lines

    def write(self, vals):
        boms = self.bom_id
        boms._record_versions_before()
        result = super().write(vals)
        if "bom_id" in vals:
            self.check_access("write")
        (boms | self.bom_id)._recipes()._record_versions()
        return result

    def unlink(self):
        boms = self.bom_id
        boms._record_versions_before()
        result = super().unlink()
        boms.exists()._recipes()._record_versions()
        return result
