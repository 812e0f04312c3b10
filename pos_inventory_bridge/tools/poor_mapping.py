"""What makes a mapping poor, as far as price and cost can tell. Knows nothing of Odoo.

The limits stand here and nowhere else.
"""

#: One sold unit that uses goods for more than its own net price is sold at a loss: far
#: more often the quantity or its unit is wrong (9 kg of coffee instead of 9 g).
MOST_COST_SHARE = 1.0
#: Goods for less than a thousandth of the price: a quantity that was typed in the wrong
#: unit, too (0.009 g instead of 0.009 kg).
LEAST_COST_SHARE = 0.001


def judge(price, cost):
    """``too_much``, ``too_little``, or None where nothing speaks against it.

    Without a price or without a cost there is nothing to compare.

    :param price: net price of one sold unit
    :param cost: what the goods cost that one sold unit uses
    """
    if price <= 0 or cost <= 0:
        return None
    if cost > price * MOST_COST_SHARE:
        return "too_much"
    return "too_little" if cost < price * LEAST_COST_SHARE else None
