"""The demo café is counted, then 90 days of past sales are brought in.

``setup/demo --counted`` calls ``main`` after the week was filled. All of these sales
were sold before the count, so what was counted stays what is there.
"""

from datetime import date, datetime, timedelta

from demo_cafe import LAST_DAY, SAMPLE, number, print_table

from odoo.tools.misc import file_open

#: Monday, before the doors open; the week of the sample is over and posted.
DAY_ZERO = datetime(2026, 3, 9, 7)
DAYS = 90
#: What a person found: name of the unit and ingredient -> quantity.
FOUND = {
    "Bar": {"Coffee beans": 9, "Cola bottle": 14},
    "Kitchen": {"Bun": 23, "Patty": 22, "Tomato": 8.5, "Chips": 7.5, "Olives": 3.4},
}


def main(env):
    integration = env.ref("pos_inventory_bridge.integration_demo")
    name = "past_90_days.csv"
    if not env["pos.bridge.csv.file"].search_count([("name", "=", name)]):
        count(env)
        file, _is_new = env["pos.bridge.csv.file"]._store(
            integration, name, past_sales().encode()
        )
        file._queue()._run_all()
    print_stock(env)


def units(env):
    for name in ("bar", "kitchen"):
        yield env.ref(f"pos_inventory_bridge.stock_location_{name}_demo")


def count(env):
    """Type what is there, and apply it, as a person would."""
    quants = env["stock.quant"].with_context(
        inventory_mode=True, inventory_name="Count before going live"
    )
    counted = quants.browse()
    for unit in units(env):
        for quant in quants.search([("location_id", "=", unit.id)]):
            found = FOUND[unit.name].get(quant.product_id.name, quant.quantity)
            quant.inventory_quantity = found
            counted |= quant
    counted.action_apply_inventory(DAY_ZERO)


def past_sales():
    """The sample's days again and again, on the 90 days that end with its week."""
    with file_open(SAMPLE, "r") as sample:
        heading, *rows = sample.read().splitlines()
    by_weekday = {}
    for row in rows:
        day, rest = row.split(",", 1)
        by_weekday.setdefault(date.fromisoformat(day).weekday(), []).append(rest)
    first = LAST_DAY - timedelta(days=DAYS - 1)
    lines = [heading]
    for index in range(DAYS - 7):
        day = first + timedelta(days=index)
        for rest in by_weekday.get(day.weekday(), ()):
            columns = rest.split(",")
            columns[2] = f"{columns[2]}-{day:%y%m%d}"
            lines.append(",".join([day.isoformat(), *columns]))
    return "\n".join([*lines, ""])


def print_stock(env):
    """What is there now, beside what was counted."""
    rows = []
    for unit in units(env):
        entries = env["pos.bridge.ledger"].search([("storage_unit_id", "=", unit.id)])
        for product, own in sorted(
            entries.grouped("product_id").items(), key=lambda item: item[0].name
        ):
            issues = own.filtered(lambda entry: entry.transaction_type == "issue")
            counts = own.filtered(lambda entry: entry.transaction_type == "count")
            found = FOUND[unit.name].get(product.name)
            rows.append(
                (
                    unit.name,
                    product.name,
                    number(found) if found is not None else "as was known",
                    number(-sum(issues.mapped("quantity"))),
                    number(sum(counts.mapped("quantity"))),
                    number(sum(own.mapped("quantity"))),
                    product.uom_id.name,
                )
            )
    heading = (
        "storage",
        "ingredient",
        "counted",
        "used",
        "difference",
        "there",
        "unit",
    )
    title = f"Counted on {DAY_ZERO:%d %B %Y}, then {DAYS} days posted:"
    print_table(title, heading, rows, texts=2)
