from odoo import models
from odoo.tools import SQL

#: What changed the stock of some products, in order; what changed its average cost
#: (receipts, prices set by hand) together with the issues up to the next such change.
HISTORY = """
WITH valued AS (
    SELECT id FROM stock_location
     WHERE company_id IS NOT NULL AND usage IN ('internal', 'transit')
), moved AS (
    SELECT move.id, move.product_id, move.date, move.value,
           move.is_in AS is_anchor,
           sum(line.quantity_product_uom) FILTER (
               WHERE move.is_in
                 AND line.location_id NOT IN (SELECT id FROM valued)
                 AND line.location_dest_id IN (SELECT id FROM valued)
           ) AS received,
           sum(line.quantity_product_uom) FILTER (
               WHERE move.is_out
                 AND line.location_id IN (SELECT id FROM valued)
                 AND line.location_dest_id NOT IN (SELECT id FROM valued)
           ) AS issued
      FROM stock_move move
      JOIN stock_move_line line ON line.move_id = move.id AND line.picked
      JOIN res_company company ON company.id = move.company_id
     WHERE move.product_id IN %(products)s
       AND move.company_id = %(company)s
       AND (move.is_in OR move.is_out)
       AND (line.owner_id IS NULL OR line.owner_id = company.partner_id)
       AND %(until_move)s
     GROUP BY move.id
), event AS (
    SELECT product_id, date, 1 AS rank, id, is_anchor, NULL AS price,
           value, received, issued
      FROM moved
     UNION ALL
    SELECT product_id, date, 0, id, TRUE, value, NULL, NULL, NULL
      FROM product_value
     WHERE product_id IN %(products)s AND company_id = %(company)s
       AND move_id IS NULL AND lot_id IS NULL
       AND %(until_price)s
), part AS (
    SELECT *, count(*) FILTER (WHERE is_anchor) OVER (
                  PARTITION BY product_id ORDER BY date, rank, id
              ) AS number
      FROM event
)
SELECT product_id, max(price)::float8,
       coalesce(sum(value) FILTER (WHERE is_anchor), 0)::float8,
       coalesce(sum(received), 0)::float8,
       coalesce(sum(issued), 0)::float8
  FROM part
 GROUP BY product_id, number
 ORDER BY product_id, number
"""


class ProductProduct(models.Model):
    """Average costs of many products at once.

    Core replays the whole history of a product, move by move and a product at a time.
    Here the database adds up what was issued between two receipts, so that a day costs
    the same however many days there were before it.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _pos_bridge_averages(self, moment=None):
        """Average cost of these products right after a moment (none: now), with the
        values that were booked.

        Source of the formula: ``_run_avco`` of ``stock_account``.

        :return: {product id: (average cost, value of all that is there)}, without
            products that were never received or priced
        """
        # What core makes of these depends on more than what was booked.
        dropshipped = self._pos_bridge_dropshipped()
        averages = {
            product.id: product._run_avco(at_date=moment) for product in dropshipped
        }
        return averages | (self - dropshipped)._pos_bridge_replay(moment)

    def _pos_bridge_first_costs(self):
        """{product id: the first cost that was ever known}: what goods are worth that
        left before anybody said what they cost. Today's may be another by now, and
        stock and books would part.
        """
        costs = {}
        for product_id, price, value, received, _issued in (
            self._pos_bridge_history(None) if self else ()
        ):
            unit_price = value / received if received else price
            costs[product_id] = costs.get(product_id) or unit_price
        return costs

    def _pos_bridge_dropshipped(self):
        moves = self.env["stock.move"]._read_group(
            [
                ("product_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("is_dropship", "=", True),
            ],
            ["product_id"],
        )
        return self.browse().union(*(product for (product,) in moves))

    def _pos_bridge_replay(self, moment):
        if not self:
            return {}
        averages, quantities = {}, {}
        for product_id, price, value, received, issued in self._pos_bridge_history(
            moment
        ):
            quantity = quantities.get(product_id, 0.0)
            cost, total = averages.get(product_id, (0.0, 0.0))
            if price is not None:
                cost, total = price, price * quantity
            elif quantity > 0:
                quantity += received
                total += value
                cost = total / quantity
            else:
                quantity += received
                cost = value / received if received else cost
                total = cost * quantity
            averages[product_id] = cost, total - issued * cost
            quantities[product_id] = quantity - issued
        return averages

    def _pos_bridge_history(self, moment):
        """[(product id, price set by hand, value received, quantity received, quantity
        issued until the next of these rows)], in order.
        """
        for model in ("stock.move", "stock.move.line", "product.value"):
            self.env[model].flush_model()
        until = SQL("date <= %s", moment) if moment else SQL("TRUE")
        query = SQL(
            HISTORY,
            products=tuple(self.ids),
            company=self.env.company.id,
            until_move=SQL("move.%s", until) if moment else until,
            until_price=until,
        )
        return self.env.execute_query(query)

    def _run_avco(self, at_date=None, lot=None, method="realtime"):
        """Where the averages of many were worked out together, one of them."""
        averages = self.env.context.get("pos_bridge_averages") or {}
        if self.id in averages and not (at_date or lot):
            return averages[self.id]
        return super()._run_avco(at_date=at_date, lot=lot, method=method)

    def _update_standard_price(self, *args, **kwargs):
        """While a day is being posted its moves do not bear their date yet: for average
        cost the posting does this at its end.
        """
        products = self
        if self.env.context.get("pos_bridge_moment"):
            products = self.filtered(lambda product: product.cost_method != "average")
        return super(ProductProduct, products)._update_standard_price(*args, **kwargs)
