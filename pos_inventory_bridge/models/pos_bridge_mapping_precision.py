from odoo import api, fields, models

from ..tools.wording import number_text


class PosBridgeMapping(models.Model):
    """A warning where Odoo keeps fewer digits than one sold unit needs."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    precision_warning = fields.Char(compute="_compute_precision_warning")

    @api.depends("product_id", "quantity", "uom_id", "map_type", "bom_id")
    def _compute_precision_warning(self):
        for company, mappings in self.grouped("company_id").items():
            book = mappings._book_of_today(company)
            for mapping in mappings:
                mapping.precision_warning = mapping._get_precision_warning(book)

    def _get_precision_warning(self, book):
        """What Odoo's precision would lose of one sold unit; False if nothing."""
        self.ensure_one()
        losses = []
        for product, quantity in self._amounts_per_unit(book):
            rounded = product.uom_id.round(quantity)
            if quantity and abs(rounded - quantity) > 0.01 * abs(quantity):
                losses.append(
                    self.env._(
                        "%(product)s: one %(item)s uses %(quantity)s %(unit)s, Odoo "
                        "keeps "
                        "%(rounded)s",
                        product=product.display_name,
                        item=self.item_id.name,
                        quantity=number_text(self.env, quantity),
                        unit=product.uom_id.name,
                        rounded=number_text(self.env, rounded),
                    )
                )
        return "; ".join(losses) or False
