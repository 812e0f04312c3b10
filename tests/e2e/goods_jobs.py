"""What the Odoo processes of the tests about goods do; see ``cafe``."""

import time
from datetime import datetime

import cafe

#: Where the processes that are started together wait for each other.
meeting = None
SECONDS_UNTIL_COMMIT = 1


def set_shelf(env, product, quantity, policy):
    """So much lies there, and this becomes of what is missing."""
    env["pos.bridge.integration"].search([]).negative_stock_policy = policy
    product = env["product.product"].search([("name", "=", product)])
    unit = env["stock.location"].search([("is_storage_unit", "=", True)])
    quants = env["stock.quant"].search(
        [("product_id", "=", product.id), ("location_id", "=", unit.id)]
    )
    more = quantity - sum(quants.mapped("quantity"))
    quants._update_available_quantity(product, unit, more)
    env.cr.commit()


def keep_dates(env, product, lots):
    """Lie on the shelf with their dates.

    :param lots: {name: (quantity, until when it is to be used)}
    """
    product = env["product.product"].search([("name", "=", product)])
    unit = env["stock.location"].search([("is_storage_unit", "=", True)])
    quants = env["stock.quant"]
    for quant in quants.search([("product_id", "=", product.id)]):
        quants._update_available_quantity(product, quant.location_id, -quant.quantity)
    product.write({"tracking": "lot", "use_expiration_date": True})
    for name, (quantity, date) in lots.items():
        lot = env["stock.lot"].create({"name": name, "product_id": product.id})
        lot.expiration_date = lot.removal_date = datetime.fromisoformat(date)
        quants._update_available_quantity(product, unit, quantity, lot_id=lot)
    env.cr.commit()


def click_slowly(env, **vals):
    """A click whose moves are done a while before they are committed."""
    pickings = env.registry["stock.picking"]
    original = pickings._action_done

    def slow(picking):
        result = original(picking)
        env.flush_all()  # the shelf is locked now
        time.sleep(SECONDS_UNTIL_COMMIT)
        return result

    pickings._action_done = slow
    cafe.meeting = meeting
    cafe.click_together(env, **vals)
