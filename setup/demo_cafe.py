"""The demo café's week of sales, uploaded as a user would, and the ledger it leaves.

``setup/demo`` calls ``main`` every time it runs: uploading the same file again writes
nothing, so what it prints is the state of the demo database.
"""

from collections import defaultdict
from datetime import date

from odoo.tools.misc import file_open

SAMPLE = "pos_inventory_bridge_csv/demo/sample_week.csv"
FIRST_DAY = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 8)


def main(env):
    integration = env.ref("pos_inventory_bridge.integration_demo")
    integration.action_use_more_digits()
    env.ref("base.user_admin").tz = "Europe/Berlin"
    with file_open(SAMPLE, "rb") as sample:
        file, is_new = env["pos.bridge.csv.file"]._store(
            integration, "sample_week.csv", sample.read()
        )
    if is_new:
        file._queue()._run_all()
    days = env["pos.bridge.day"].search(
        [
            ("integration_id", "=", integration.id),
            ("business_date", ">=", FIRST_DAY),
            ("business_date", "<=", LAST_DAY),
        ]
    )
    print_uses(days.filtered(lambda day: day.business_date == FIRST_DAY))
    print_ledger(env, env.ref("pos_inventory_bridge.stock_location_bar_demo"))
    print_ledger(env, env.ref("pos_inventory_bridge.stock_location_kitchen_demo"))
    print_exceptions(days)


def number(quantity):
    """Five digits at most, none that say nothing."""
    return f"{quantity:.5f}".rstrip("0").rstrip(".") if quantity else "0"


def print_table(title, heading, rows, texts=1):
    """A table whose first columns are texts and whose others are numbers."""
    rows = [heading, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    print(f"\n{title}")
    for row in rows:
        cells = [
            cell.ljust(width) if column < texts else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print(f"   {'   '.join(cells).rstrip()}")


def print_uses(days):
    """What each sold item used on one day."""
    rows = []
    for usage in days.usage_in_force_ids.sorted(lambda row: (row.item_id.name, row.id)):
        sold = f"{number(usage.sold_quantity)} x {usage.item_id.name}"
        if usage.parent_item_id:
            sold += f" (on {usage.parent_item_id.name})"
        used = f"{number(usage.quantity)} {usage.uom_id.name}"
        rows.append((sold, usage.product_id.name, used))
    title = f"What was used on Monday, {FIRST_DAY}, item by item:"
    print_table(title, ("sold", "ingredient", "used"), rows, texts=2)


def print_ledger(env, unit):
    """Opening, use and balance of the week, read from Odoo's own done moves."""
    entries = env["pos.bridge.ledger"].search([("storage_unit_id", "=", unit.id)])
    by_product = defaultdict(lambda: [0.0, 0.0, 0.0])
    for entry in entries:
        totals = by_product[entry.product_id]
        in_week = entry.business_date and FIRST_DAY <= entry.business_date <= LAST_DAY
        totals[1 if in_week else 0] += entry.quantity
        totals[2] += entry.value
    rows = [
        (
            product.name,
            number(opening),
            number(-week),
            number(opening + week),
            product.uom_id.name,
            f"{value:.2f}",
        )
        for product, (opening, week, value) in sorted(
            by_product.items(), key=lambda item: item[0].name
        )
    ]
    heading = ("ingredient", "opening", "used", "balance", "unit", "value")
    print_table(f"Ledger of {unit.name}, {FIRST_DAY} to {LAST_DAY}:", heading, rows)


def print_exceptions(days):
    problems = days.open_exception_ids.sorted(
        lambda problem: (problem.business_date, problem.id)
    )
    print(f"\nWhat a person should look at ({len(problems)}):")
    for problem in problems:
        print(f"   {problem.day_id.display_name}: {problem.message}")
