"""The owner's and the accountant's screens."""

from _screen import Record, Screen, click, press, see

MONTH = "/report/html/pos_inventory_bridge.pos_bridge_month_report/{}"


def views(name, address, *kinds):
    """A report in each of its views; the first one is shown unasked."""
    yield Screen(f"{name}_{kinds[0]}", address)
    for kind in kinds[1:]:
        steps = (click(f".o_switch_view.o_{kind}"), see(f".o_{kind}_view"))
        yield Screen(f"{name}_{kind}", address, steps)


REPORTS = (
    *views("sales", "/odoo/pos-inventory-sales", "pivot", "graph", "list"),
    *views("consumption", "/odoo/pos-inventory-consumption", "pivot", "graph", "list"),
    *views("corrections", "/odoo/pos-inventory-corrections", "list", "pivot"),
    Screen("changes", "/odoo/pos-inventory-changes"),
    Screen("variance_wizard", "/odoo/pos-inventory-variance"),
    Screen(
        "variance",
        "/odoo/pos-inventory-variance",
        (press("action_compare"), see(".o_data_row", "Coffee beans")),
        readme="variance",
    ),
    Screen(
        "variance_lines",
        "/odoo/pos-inventory-variance",
        (
            press("action_compare"),
            press("action_view_lines"),
            see(".o_list_view .o_data_row"),
        ),
    ),
    Screen(
        "variance_pivot",
        "/odoo/pos-inventory-variance",
        (
            press("action_compare"),
            press("action_view_lines"),
            click(".o_switch_view.o_pivot"),
            see(".o_pivot"),
        ),
    ),
    Screen(
        "month_wizard",
        "/odoo/action-pos_inventory_bridge.pos_bridge_month_wizard_action",
    ),
    Screen(
        "month_print",
        MONTH,
        record=Record("pos.bridge.month.wizard", new=True),
    ),
)
