{
    "name": "POS Inventory Bridge: Lightspeed K-Series",
    "summary": "Sales of Lightspeed Restaurant (K-Series) become stock moves",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Inventory/Inventory",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["pos_inventory_bridge"],
    "data": ["views/pos_bridge_integration_views.xml"],
    "assets": {
        "web.assets_tests": [
            "pos_inventory_bridge_lightspeed/static/tests/tours/*.esm.js",
        ],
    },
    "installable": True,
}
