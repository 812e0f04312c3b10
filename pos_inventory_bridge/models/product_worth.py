from odoo import models


class ProductProduct(models.Model):
    """What the goods of many products were worth at a moment, by what was booked."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _pos_bridge_values(self, moment):
        """{product id: value right after a moment}, of the current company."""
        by_lot = self.filtered("lot_valuated")
        values = {
            product.id: product.with_context(to_date=moment).total_value
            for product in by_lot
        }
        for method, products in (self - by_lot).grouped("cost_method").items():
            values |= getattr(products, f"_pos_bridge_values_{method}")(moment)
        return values

    def _pos_bridge_values_average(self, moment):
        averages = self._pos_bridge_averages(moment)
        return {product_id: total for product_id, (_cost, total) in averages.items()}

    def _pos_bridge_values_standard(self, moment):
        prices, there = self._pos_bridge_prices(moment), self._pos_bridge_there(moment)
        return {
            product.id: quantity * prices.get(product.id, product.standard_price)
            for product, quantity in there.items()
        }

    def _pos_bridge_values_fifo(self, moment):
        return {
            product.id: product._run_fifo(quantity, at_date=moment) if quantity else 0.0
            for product, quantity in self._pos_bridge_there(moment).items()
        }

    def _pos_bridge_there(self, moment):
        """{product: quantity that the company owned}; all of one cost method."""
        context = self[:1]._with_valuation_context().env.context
        there = self.with_context(**context, to_date=moment)
        return {
            product: at_moment.qty_available
            for product, at_moment in zip(self, there, strict=True)
        }

    def _pos_bridge_prices(self, moment):
        """{product id: price that was set last}; before all of them, the first one."""
        entered = (
            self.env["product.value"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                    ("move_id", "=", False),
                    ("lot_id", "=", False),
                ],
                order="date, id",
            )
        )
        prices = {}
        for each in entered:
            if each.date <= moment or each.product_id.id not in prices:
                prices[each.product_id.id] = each.value
        return prices
