"""Every screen of the product, from morning to month."""

from _catalogue_reports import REPORTS
from _catalogue_setup import SET_UP
from _screen import Record, Screen, click, dialog, see

ACTION = "/odoo/action-pos_inventory_bridge."
RESTAURANT = ("outlet_id.name", "=", "Restaurant")
BUSY_DAY = Record(
    "pos.bridge.day",
    (RESTAURANT, ("unmapped_count", ">", 0)),
    "business_date desc",
)
SHORT_DAY = Record(
    "pos.bridge.day", (("outlet_id.name", "=", "Bar"),), "business_date desc"
)
ROW = ".o_data_row .o_data_cell"

MORNING = (
    Screen(
        "overview",
        "/odoo/pos-inventory-overview",
        (see(".o_pos_bridge_card"),),
        readme="overview",
    ),
    Screen("days", "/odoo/pos-inventory-days"),
    Screen("days_matrix", "/odoo/pos-inventory-matrix"),
    Screen(
        "day_form",
        "/odoo/pos-inventory-days/{}",
        record=BUSY_DAY,
        tabs=True,
        readme="sales_day",
    ),
    Screen("day_short", "/odoo/pos-inventory-days/{}", record=SHORT_DAY),
    Screen(
        "preview_wizard",
        "/odoo/pos-inventory-days/{}",
        (dialog("action_preview"),),
        record=Record(
            "pos.bridge.day", (("stale_reason", "!=", False),), "business_date desc"
        ),
    ),
    Screen("days_touched", ACTION + "pos_bridge_day_stale_count_action"),
    Screen("worklist", "/odoo/pos-inventory-exceptions"),
    Screen("exceptions", ACTION + "pos_bridge_exception_action"),
    Screen("what_waits", ACTION + "pos_bridge_open_action"),
    Screen("without_cost", "/odoo/pos-inventory-without-cost"),
    Screen("fetch_wizard", ACTION + "pos_bridge_transfer_wizard_action"),
    Screen(
        "receipt_form", "/odoo/pos.bridge.sale/{}", record=Record("pos.bridge.sale")
    ),
    Screen("receipts", ACTION + "pos_bridge_sale_action"),
    Screen("receipt_lines", ACTION + "pos_bridge_sale_line_action"),
    Screen("use_list", ACTION + "pos_bridge_usage_action"),
    Screen("use_form", "/odoo/pos.bridge.usage/{}", record=Record("pos.bridge.usage")),
)
ITEMS = (
    Screen("items", "/odoo/pos-inventory-items", readme="items"),
    Screen(
        "mapping_sheet",
        "/odoo/pos-inventory-items",
        (click(ROW, "Seasonal soup"), see(".o_pos_bridge_sheet")),
    ),
    Screen(
        "item_form",
        "/odoo/pos.bridge.item/{}",
        record=Record("pos.bridge.item", (("name", "=", "Burger"),), "id"),
        tabs=True,
    ),
    Screen(
        "suggestions",
        "/odoo/pos-inventory-items",
        (
            click("thead .o_list_record_selector input"),
            dialog("action_suggestions"),
        ),
    ),
    Screen("mapped_together", "/odoo/pos-inventory-mapped-together"),
    Screen("mapping_spreadsheet", ACTION + "pos_bridge_mapping_sheet_action"),
    Screen("item_groups", ACTION + "pos_bridge_item_group_action"),
    Screen("recipes", "/odoo/pos-inventory-recipes"),
    Screen(
        "recipe_form",
        "/odoo/pos-inventory-recipes/{}",
        record=Record("mrp.bom", (("product_tmpl_id.name", "=", "Burger"),)),
        tabs=True,
    ),
    Screen(
        "correction_wizard",
        "/odoo/pos-inventory-recipes/{}",
        (click("button", "Past Days Too"), see(".modal")),
        record=Record("mrp.bom", (("product_tmpl_id.name", "=", "Burger"),)),
    ),
    Screen("recipe_versions", ACTION + "pos_bridge_recipe_version_action"),
    Screen("ingredients", ACTION + "product_template_action_ingredient"),
    Screen(
        "ingredient_form",
        ACTION + "product_template_action_ingredient/{}",
        record=Record("product.template", (("name", "=", "Coffee beans"),)),
    ),
)
LEDGER = (
    Screen("stock", "/odoo/pos-inventory-stock"),
    Screen("ledger_groups", "/odoo/pos-inventory-ledger"),
    Screen(
        "ledger",
        "/odoo/pos-inventory-stock",
        (click(ROW, "Tomato"), see(".o_list_view .o_data_row", "Waste")),
        readme="ledger",
    ),
    Screen(
        "ledger_graph",
        "/odoo/pos-inventory-ledger",
        (click(".o_switch_view.o_graph"), see(".o_graph_view canvas")),
    ),
    Screen(
        "ledger_pivot",
        "/odoo/pos-inventory-ledger",
        (click(".o_switch_view.o_pivot"), see(".o_pivot")),
    ),
    Screen(
        "posting_form",
        "/odoo/pos.bridge.posting/{}",
        record=Record("pos.bridge.posting"),
        tabs=True,
    ),
    Screen("postings", ACTION + "pos_bridge_posting_action"),
    Screen(
        "move_form",
        "/odoo/stock.move/{}",
        record=Record("stock.move", (("pos_bridge_day_id", "!=", False),)),
        login="accountant",
    ),
    Screen(
        "journal_entry",
        "/odoo/account.move/{}",
        record=Record("account.move", (("journal_id.code", "=", "STJ"),)),
        login="accountant",
    ),
    Screen("runs", ACTION + "pos_bridge_transfer_action"),
    Screen(
        "run_form",
        "/odoo/pos.bridge.transfer/{}",
        record=Record("pos.bridge.transfer"),
        tabs=True,
    ),
)
SCREENS = (*MORNING, *ITEMS, *LEDGER, *SET_UP, *REPORTS)
