from odoo import models

#: More ingredients than these are only counted.
SHOWN = 6


class ProductProduct(models.Model):
    """Ingredients whose cost nobody has said yet."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _pos_bridge_no_cost_text(self, company):
        """Which of these are counted in stock but cost nothing, in a sentence that a
        person can act on, or False.
        """
        products = self.with_company(company)
        unknown = products.filtered(
            lambda product: product.is_storable and not product.standard_price
        )
        if not unknown:
            return False
        names = sorted(product.name or "" for product in unknown)
        more = len(names) - SHOWN
        if more > 0:
            names = [*names[:SHOWN], self.env._("%(count)s more", count=more)]
        return self.env._(
            "No cost yet: %s. What is sold of it counts as costing nothing.",
            ", ".join(names),
        )
