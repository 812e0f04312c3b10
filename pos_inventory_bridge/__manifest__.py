{
    "name": "POS Inventory Bridge",
    "summary": "Sales of a till outside Odoo become stock moves: recipes, corrections, ledger",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Inventory/Inventory",
    "website": "https://github.com/pos-inventory-bridge/pos-inventory-bridge",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["mrp_account", "stock_account"],
    "data": [
        "security/pos_bridge_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
    ],
    "demo": ["demo/pos_bridge_demo.xml"],
    "application": True,
    "installable": True,
}
