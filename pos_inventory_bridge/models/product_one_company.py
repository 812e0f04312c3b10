from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """What goods are worth in the company that posts, and in no other.

    Core looks at the stock, the receipts and the prices that the user may see. A run
    has all rights: of a product that companies share it would see all of theirs.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _with_valuation_context(self):
        product = super()._with_valuation_context()
        if not self.env.context.get("pos_bridge_one_company"):
            return product
        valued = self.env["stock.location"].browse(product.env.context["location"])
        own = valued.filtered(lambda place: place.company_id == self.env.company)
        return product.with_context(location=own.ids)

    def _get_last_in(self, date=None):
        if not self.env.context.get("pos_bridge_one_company"):
            return super()._get_last_in(date)
        domain = Domain("product_id", "=", self.id) & Domain("is_in", "=", True)
        domain &= Domain("company_id", "=", self.env.company.id)
        if date:
            domain &= Domain("date", "<=", date)
        return self.env["stock.move"].search(
            domain, order="date desc, id desc", limit=1
        )


class ProductValue(models.Model):
    _inherit = "product.value"

    def _search(self, domain, *args, **kwargs):
        """Prices that another company set for a product of both."""
        if self.env.context.get("pos_bridge_one_company"):
            company = Domain("company_id", "=", self.env.company.id)
            domain = Domain(domain) & company
        return super()._search(domain, *args, **kwargs)
