"""The demo café as it runs today: two months of sales until yesterday, deliveries, two
counts, a spill, a correction, and what waits for a person.

``setup/screenshots`` calls ``main`` for a database of its own; a second call finds what
the first one made.
"""

from datetime import date, datetime, time, timedelta

from demo_cafe import SAMPLE

from odoo import Command, fields
from odoo.tools.misc import file_open

FILE = "until_yesterday.csv"
#: (code, name, price) that the till has begun to sell; nobody has mapped them yet.
NEW_ITEMS = (
    ("ESPD", "Espresso doppio", "3.40"),
    ("COLA05", "Coca Cola 0,5l", "4.20"),
    ("OLIVE", "Olives, small bowl", "4.50"),
    ("SALAD1", "Tomato salad", "6.90"),
    ("GIFT", "Gift voucher", "25.00"),
)
#: Since so many days the till sells them, and the soup of the season.
NEW_SINCE = 4
#: What is delivered at the beginning of each month.
DELIVERED = {
    "Bar": {"Coffee beans": 6, "Cola bottle": 190},
    "Kitchen": {
        "Bun": 220,
        "Patty": 220,
        "Tomato": 30,
        "Chips": 34,
        "Olives": 5,
        "Onion": 14,
        "Mayonnaise": 4,
        "Ketchup": 3,
        "Spices": 0.2,
    },
}
#: What a count at a month's end finds beside what should be there.
FOUND = {"Coffee beans": -0.42, "Bun": -6, "Tomato": -1.3}
#: Cola that is left for the last two days.
COLA_LEFT = 4
KIOSK = "Harbour Kiosk"


def main(env):
    if env["pos.bridge.csv.file"].search_count([("name", "=", FILE)]):
        kiosk(env).state = "inactive"
        return
    integration = env.ref("pos_inventory_bridge.integration_demo")
    today = fields.Date.context_today(integration.with_context(tz="Europe/Berlin"))
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    env.ref("pos_inventory_bridge.category_demo").property_valuation = "real_time"
    this_month, lately = today.replace(day=1), today - timedelta(days=2)
    for day in (first, this_month):
        deliver(env, day)
    count(env, first, {})
    upload(integration, "until_the_day_before.csv", sales(first, lately, today))
    tidy_up(env, first, this_month)
    run_short_of_cola(env, integration, lately)
    upload(integration, FILE, sales(lately, today, today))
    correct(env, integration, today)
    others(env)


def units(env):
    for name in ("bar", "kitchen"):
        yield env.ref(f"pos_inventory_bridge.stock_location_{name}_demo")


def ingredient(env, name):
    products = env["product.product"]
    return products.search([("name", "=", name), ("is_storable", "=", True)], limit=1)


def deliver(env, day):
    """A receipt per storage unit, in the morning of that day."""
    supplier = env.ref("stock.stock_location_suppliers")
    for unit in units(env):
        places = {"location_id": supplier.id, "location_dest_id": unit.id}
        moves = [
            places
            | {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
            }
            for product, quantity in (
                (ingredient(env, name), quantity)
                for name, quantity in DELIVERED[unit.name].items()
            )
        ]
        kind = env.ref("stock.picking_type_in").id
        commands = [Command.create(move) for move in moves]
        picking = env["stock.picking"].create(
            places | {"picking_type_id": kind, "move_ids": commands}
        )
        picking.action_confirm()
        picking.button_validate()
        picking.date_done = datetime.combine(day, time(6))


def count(env, day, found):
    """Every shelf, before the doors open; what is found differs where it is said."""
    quants = env["stock.quant"].with_context(
        inventory_mode=True, inventory_name="Count at the month's end"
    )
    counted = quants.browse()
    for unit in units(env):
        for quant in quants.search([("location_id", "=", unit.id)]):
            more = found.get(quant.product_id.name, 0)
            quant.inventory_quantity = max(quant.quantity + more, 0)
            counted |= quant
    counted.action_apply_inventory(datetime.combine(day, time(7)))


def sample():
    """The sample's heading, and its rows without the date by weekday."""
    with file_open(SAMPLE, "r") as file:
        heading, *rows = file.read().splitlines()
    by_weekday = {}
    for row in rows:
        day, rest = row.split(",", 1)
        by_weekday.setdefault(date.fromisoformat(day).weekday(), []).append(rest)
    return heading, by_weekday


def sales(first, last, today):
    """The sample's week over and over, from the first day to before the last."""
    heading, by_weekday = sample()
    lines = [heading]
    for index in range((last - first).days):
        day = first + timedelta(days=index)
        is_new = (today - day).days <= NEW_SINCE
        for rest in by_weekday.get(day.weekday(), ()):
            if is_new or ",SEASON," not in rest:
                lines.append(row(day, rest))
        if is_new:
            lines += new_sales(day)
    return "\n".join([*lines, ""])


def row(day, rest):
    """Its receipt's number is told apart by the day."""
    columns = rest.split(",")
    columns[2] = f"{columns[2]}-{day:%y%m%d}"
    return ",".join([day.isoformat(), *columns])


def new_sales(day):
    for number, (code, name, price) in enumerate(NEW_ITEMS, 1):
        sold = 1 + (day.toordinal() + number) % 4
        outlet = "Bar" if number < 3 else "Restaurant"
        yield (
            f'{day},20:{number:02},{outlet},N-{day:%y%m%d},{number},,{code},"{name}",'
            f"{sold},{sold * float(price):.2f},sale"
        )


def upload(integration, name, text):
    file, _is_new = integration.env["pos.bridge.csv.file"]._store(
        integration, name, text.encode()
    )
    file._queue()._run_all()


def tidy_up(env, first, this_month):
    """What a kitchen does beside selling: a spill, a move between units, a count."""
    bar, kitchen = units(env)
    scrap(env, "Tomato", 1.2, kitchen, first + timedelta(days=9))
    transfer(env, "Cola bottle", 12, bar, kitchen, first + timedelta(days=15))
    count(env, this_month - timedelta(days=1), FOUND)


def run_short_of_cola(env, integration, day):
    """More is sold on the last two days than is there, and only that is posted."""
    bar = next(units(env))
    cola = ingredient(env, "Cola bottle")
    quant = env["stock.quant"]._gather(cola, bar)
    scrap(env, "Cola bottle", sum(quant.mapped("quantity")) - COLA_LEFT, bar, day)
    integration.negative_stock_policy = "available"


def scrap(env, name, quantity, unit, day):
    product = ingredient(env, name)
    scrapped = env["stock.scrap"].create(
        {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "scrap_qty": quantity,
            "location_id": unit.id,
        }
    )
    scrapped.action_validate()
    scrapped.move_ids.date = datetime.combine(day, time(15))


def transfer(env, name, quantity, source, target, day):
    product = ingredient(env, name)
    move = env["stock.move"].create(
        {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
    )
    move._action_confirm()
    move.quantity = quantity
    move.picked = True
    move._action_done()
    move.date = datetime.combine(day, time(10))


def correct(env, integration, today):
    """A receipt that the till corrected, and a recipe that was wrong for three days."""
    day = today - timedelta(days=3)
    told = sales(day, day + timedelta(days=1), today).splitlines()
    lines = [line for line in told if ",Restaurant," not in line]
    espresso = next(number for number, line in enumerate(lines) if ",ESP," in line)
    columns = lines[espresso].split(",")
    columns[8] = str(int(columns[8]) + 2)
    lines[espresso] = ",".join(columns)
    upload(integration, "corrected.csv", "\n".join([*lines, ""]))
    env.ref("pos_inventory_bridge.bom_burger_chips_demo").product_qty += 0.02
    env["pos.bridge.correction.wizard"].create(
        {
            "bom_id": env.ref("pos_inventory_bridge.bom_burger_demo").id,
            "date_from": day,
            "reason": "More chips",
        }
    ).action_apply()


def kiosk(env):
    """It is activated for its picture."""
    return env["pos.bridge.outlet"].search([("name", "=", KIOSK)])


def others(env):
    """Two tills that are not there yet, and somebody who keeps the books."""
    harbour(env)
    env["pos.bridge.integration"].create(
        {"name": "Old Town", "connector": "lightspeed"}
    )
    groups = (
        "account.group_account_readonly",
        "account.group_account_invoice",
        "stock.group_stock_user",
    )
    env["res.users"].create(
        {
            "name": "Accountant",
            "login": "accountant",
            "password": "accountant",
            "group_ids": [Command.set([env.ref(name).id for name in groups])],
        }
    )


def harbour(env):
    """A till that is read by itself: two outlets could go live, one is paused."""
    harbour = env["pos.bridge.integration"].create(
        {"name": "Harbour", "connector": "sides", "state": "connected"}
    )
    unit = env.ref("pos_inventory_bridge.stock_location_kitchen_demo")
    grill, terrace, _kiosk = env["pos.bridge.outlet"].create(
        [
            {
                "integration_id": harbour.id,
                "external_id": name,
                "name": name,
                "storage_ids": [Command.create({"location_id": unit.id})],
            }
            for name in ("Harbour Grill", "Harbour Terrace", KIOSK)
        ]
    )
    env["pos.bridge.item"].create(
        [
            {"integration_id": harbour.id, "external_id": name, "name": name}
            for name in ("Burger", "Espresso", "Fries")
        ]
    )
    since = fields.Date.context_today(harbour) - timedelta(days=5)
    terrace.write({"activated_on": since, "automatic_from": since, "state": "active"})
    terrace.action_pause()
    env["pos.bridge.migration"].create({"outlet_id": grill.id})
