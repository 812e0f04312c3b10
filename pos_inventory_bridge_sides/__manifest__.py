{
    "name": "POS Inventory Bridge: SIDES",
    "summary": "Sales of SIDES (SimplyDelivery) become stock moves",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Inventory/Inventory",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["pos_inventory_bridge"],
    "data": [
        "security/ir.model.access.csv",
        "security/pos_bridge_sides_security.xml",
        "wizards/pos_bridge_sides_letter_views.xml",
        "views/pos_bridge_integration_views.xml",
        "views/pos_bridge_item_views.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "pos_inventory_bridge_sides/static/tests/tours/*.esm.js",
        ],
    },
    "installable": True,
}
