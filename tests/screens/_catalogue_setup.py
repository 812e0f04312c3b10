"""The screens of whoever sets it up, and of whoever brings sales in."""

from _sample import SAMPLE
from _screen import Record, Screen, choose_file, dialog, press, see

ACTION = "/odoo/action-pos_inventory_bridge."
CSV = "/odoo/action-pos_inventory_bridge_csv."


def integration(name):
    return Record("pos.bridge.integration", (("name", "=", name),))


def outlet(name):
    return Record("pos.bridge.outlet", (("name", "=", name),))


UPLOAD = (
    see(".modal"),
    choose_file(".modal .o_field_widget[name=file] input[type=file]", SAMPLE),
    see(".modal .o_field_widget[name=file] .o_clear_file_button"),
)
#: It is read otherwise than the café's own files, and that is seen.
DESCRIBED = (*UPLOAD, press("action_read"), press("action_propose"))
SET_UP = (
    Screen("integrations", ACTION + "pos_bridge_integration_action"),
    Screen(
        "integration_form",
        "/odoo/pos.bridge.integration/{}",
        record=integration("Café till"),
        tabs=True,
    ),
    Screen(
        "integration_sides",
        "/odoo/pos.bridge.integration/{}",
        record=integration("Harbour"),
        tabs=True,
    ),
    Screen(
        "integration_lightspeed",
        "/odoo/pos.bridge.integration/{}",
        record=integration("Old Town"),
        tabs=True,
    ),
    Screen(
        "connect_wizard",
        "/odoo/pos.bridge.integration/{}",
        (press("action_connect"), see(".modal")),
        record=integration("Harbour"),
    ),
    Screen("outlets", ACTION + "pos_bridge_outlet_action"),
    Screen(
        "outlet_form", "/odoo/pos.bridge.outlet/{}", record=outlet("Bar"), tabs=True
    ),
    Screen(
        "activation_wizard",
        "/odoo/pos.bridge.outlet/{}",
        (dialog("action_activate"),),
        record=outlet("Harbour Kiosk"),
    ),
    Screen(
        "resume_wizard",
        "/odoo/pos.bridge.outlet/{}",
        (dialog("action_resume"),),
        record=outlet("Harbour Terrace"),
    ),
    Screen("migrations", ACTION + "pos_bridge_migration_action"),
    Screen(
        "migration_form",
        "/odoo/pos.bridge.migration/{}",
        record=Record("pos.bridge.migration"),
    ),
    Screen("units", ACTION + "stock_location_action_unit"),
    Screen(
        "unit_form",
        ACTION + "stock_location_action_unit/{}",
        record=Record("stock.location", (("is_storage_unit", "=", True),)),
    ),
    Screen("queue_wizard", ACTION + "pos_bridge_queue_wizard_action"),
    Screen("policies", ACTION + "pos_bridge_policy_action"),
    Screen("upload_1_file", CSV + "pos_bridge_csv_upload_action", UPLOAD),
    Screen(
        "upload_2_layout",
        CSV + "pos_bridge_csv_upload_action",
        (*DESCRIBED, see(".modal button[name=action_check]")),
    ),
    Screen(
        "upload_3_preview",
        CSV + "pos_bridge_csv_upload_action",
        (
            *DESCRIBED,
            press("action_check"),
            see(".modal .o_field_widget[name=summary_html]"),
        ),
    ),
    Screen("files", CSV + "pos_bridge_csv_file_action"),
    Screen(
        "file_form",
        CSV + "pos_bridge_csv_file_action/{}",
        record=Record("pos.bridge.csv.file"),
        tabs=True,
    ),
    Screen(
        "layout_form",
        CSV + "pos_bridge_csv_layout_action/{}",
        record=Record("pos.bridge.csv.layout"),
        tabs=True,
    ),
)
