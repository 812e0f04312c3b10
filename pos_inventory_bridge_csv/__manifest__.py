{
    "name": "POS Inventory Bridge: CSV",
    "summary": "Sales of any till come as CSV or XLSX files and become stock moves",
    "version": "19.0.1.1.0",
    "development_status": "Beta",
    "category": "Inventory/Inventory",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["pos_inventory_bridge"],
    "external_dependencies": {"python": ["charset_normalizer", "openpyxl"]},
    "data": [
        "security/pos_bridge_csv_security.xml",
        "security/ir.model.access.csv",
        "views/pos_bridge_csv_layout_views.xml",
        "views/pos_bridge_csv_file_views.xml",
        "views/pos_bridge_integration_views.xml",
        "wizards/pos_bridge_csv_upload_templates.xml",
        "wizards/pos_bridge_csv_upload_views.xml",
        "views/pos_bridge_csv_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "pos_inventory_bridge_csv/static/tests/tours/*.esm.js",
        ],
    },
    "demo": ["demo/pos_bridge_integration_demo.xml"],
    "oca_data_manual": ["demo/sample_week.csv"],
    "installable": True,
}
