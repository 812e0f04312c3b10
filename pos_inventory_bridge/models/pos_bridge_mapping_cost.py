from contextlib import suppress

from odoo import api, fields, models

from ..tools.poor_mapping import judge
from ..tools.recipe_book import Need, RecipeError, convert
from .mrp_bom import exact
from .pos_bridge_mapping import CONTENT_FIELDS

#: What is wrong with a recipe that cannot be taken apart.
CODES_OF_ERRORS = {"recipe_not_found": "no_lines", "validation_error": "unit"}


class PosBridgeMapping(models.Model):
    """What one sold unit uses, before any sale: amounts, cost, plausibility."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    item_price = fields.Float(related="item_id.list_price", string="Price")
    currency_id = fields.Many2one(related="company_id.currency_id")
    use_cost = fields.Float(
        "Cost",
        digits=False,
        compute="_compute_use_cost",
        help="What one sold unit takes from stock, at today's cost; negative where it "
        "gives back.",
    )
    food_cost = fields.Float(
        compute="_compute_use_cost",
        help="Cost as a share of the item's net price; none for what gives back. Where "
        "the till lists prices with tax, what it sold for this week is that.",
    )

    @api.depends(*CONTENT_FIELDS, "company_id", "item_id.list_price")
    def _compute_use_cost(self):
        for company, mappings in self.grouped("company_id").items():
            book = self._book_of_today(company)
            mappings._read_costs_ahead(book)
            for mapping in mappings:
                cost, item = mapping._cost_if_usable(book), mapping.item_id
                price = mapping.item_price and item._get_net_price()
                gives_back = mapping.is_subtraction
                mapping.use_cost = -cost if gives_back else cost
                has_share = price and not gives_back
                mapping.food_cost = cost / price if has_share else 0.0

    @api.model
    def _book_of_today(self, company):
        today = fields.Date.context_today(self)
        boms = self.env["mrp.bom"].sudo()
        return boms._get_recipe_book(company, today, records=False)

    def _cost_if_usable(self, book):
        """What one sold unit costs; nothing where it cannot be deducted."""
        try:
            return self._cost_per_unit(book)
        except RecipeError:
            return 0.0

    def _needs_per_unit(self, book):
        """``Need`` per ingredient that one sold unit takes; never negative.

        :raises RecipeError: whatever makes the mapping unusable
        """
        self.ensure_one()
        product = self._get_target_product()
        if not product:
            return []
        quantity, unit = exact(self.quantity), self.uom_id
        if not unit:
            raise RecipeError("validation_error", product.ids)
        recipe = book.find(product.id)
        if recipe:
            return book.explode(recipe, quantity, unit._pos_bridge_unit())
        if self.map_type == "recipe":
            raise RecipeError("recipe_not_found", product.ids)
        own_unit = product.uom_id._pos_bridge_unit()
        used = convert(quantity, unit._pos_bridge_unit(), own_unit, product.id)
        return [Need(product.id, used)]

    def _amounts_per_unit(self, book):
        """(product, quantity in its unit) that one sold unit uses, unrounded."""
        try:
            needs = self._needs_per_unit(book)
        except RecipeError:
            return
        for need in needs:
            product = self.env["product.product"].browse(need.product_id)
            yield product, float(need.quantity)

    def _get_target_product(self):
        """What is taken, or whose recipe is; none where nothing is chosen yet."""
        if self.map_type == "recipe" and self.bom_id:
            return self.bom_id._recipe_product()
        is_ingredient = self.map_type == "ingredient"
        return self.product_id if is_ingredient else self.product_id.browse()

    def _cost_per_unit(self, book):
        """What the goods cost that one sold unit uses, at today's cost."""
        company = self.company_id or self.item_id.company_id
        products = self.env["product.product"].with_company(company)
        return sum(
            float(need.quantity) * products.browse(need.product_id).standard_price
            for need in self._needs_per_unit(book)
        )

    def _read_costs_ahead(self, book):
        """Read the costs of all that these use at once, not one by one."""
        for company, mappings in self.grouped("company_id").items():
            ids = set()
            for mapping in mappings:
                with suppress(RecipeError):
                    needs = mapping._needs_per_unit(book)
                    ids.update(need.product_id for need in needs)
            products = self.env["product.product"].with_company(company)
            products.browse(ids).fetch(["standard_price"])

    def _get_poor_code(self, book):
        """Why this mapping looks wrong, as a value of ``item.poor_mapping``, or False.

        What gives back is not measured against a price: what was left out has none.
        """
        self.ensure_one()
        if self.map_type not in ("ingredient", "recipe"):
            return False
        try:
            cost = self._cost_per_unit(book)
        except RecipeError as error:
            return CODES_OF_ERRORS.get(error.code, "unusable")
        if self.is_subtraction:
            return False
        return judge(self.item_id._get_net_price(), cost) or False

    def _get_poor_text(self, book):
        """The same in a sentence that a person can act on, or False."""
        code = self._get_poor_code(book)
        if not code:
            return False
        values = {"target": (self.product_id or self.bom_id).display_name}
        if code in ("too_much", "too_little"):
            currency = self.item_id.currency_id
            values["cost"] = currency.format(self._cost_per_unit(book))
            values["price"] = currency.format(self.item_id._get_net_price())
        return self._get_poor_texts()[code] % values

    def _get_poor_texts(self):
        return {
            "no_lines": self.env._(
                "%(target)s has no ingredients yet, so its sales would use nothing. "
                "Open the recipe and write down what one portion takes."
            ),
            "unit": self.env._(
                "%(target)s: a unit cannot be converted into the one it is counted in. "
                "Choose another unit, here or in the recipe."
            ),
            "unusable": self.env._(
                "%(target)s cannot be used: it contains itself, or a trim is not "
                "possible. Correct the recipe."
            ),
            "too_much": self.env._(
                "One sold unit would use goods for %(cost)s, but sells for %(price)s. "
                "Check quantity and unit."
            ),
            "too_little": self.env._(
                "One sold unit would use goods for no more than %(cost)s, though it "
                "sells for %(price)s. Check quantity and unit."
            ),
        }
