"""What the Odoo processes do with accounts at a simulated SIDES.

Every public function is a job, as those of ``cafe`` are.
"""

from datetime import date

import cafe

from odoo import Command


def open_restaurant(env, number):
    """The first store of a connection deducts its cola from a storage unit."""
    integration = env["pos.bridge.integration"].browse(number)
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    unit = env["stock.location"].create(
        {
            "name": integration.name,
            "location_id": warehouse.view_location_id.id,
            "is_storage_unit": True,
        }
    )
    integration.contract_confirmed = True
    integration.outlet_ids[0].storage_ids = [Command.create({"location_id": unit.id})]
    category = env["product.category"].create({"name": integration.name})
    piece = env.ref("uom.product_uom_unit")
    bottle = cafe._product(env, "Cola bottle", piece, category)
    env["stock.quant"]._update_available_quantity(bottle, unit, 1000)
    cola = integration.item_ids.filtered(lambda item: item.sku == "4001")
    vals = {"map_type": "ingredient", "product_id": bottle.id}
    env["pos.bridge.mapping"].create({"item_id": cola.id, **vals})
    env.cr.commit()
    return integration.outlet_ids[0].external_id


def ask(env, number, day):
    """Queue a day of the store that has a storage unit; the day's id."""
    integration = env["pos.bridge.integration"].browse(number)
    outlet = integration.outlet_ids.filtered("storage_unit_id")
    days = env["pos.bridge.day"]._get_or_create(outlet, [date.fromisoformat(day)])
    env["pos.bridge.transfer"]._enqueue(days, "automatic")
    env.cr.commit()
    return days.id
