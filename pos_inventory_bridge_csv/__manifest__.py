{
    "name": "POS Inventory Bridge: CSV",
    "summary": "Sales of any till come as a CSV file and become stock moves",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Inventory/Inventory",
    "website": "https://github.com/pos-inventory-bridge/pos-inventory-bridge",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["pos_inventory_bridge"],
    "data": [
        "security/pos_bridge_csv_security.xml",
        "security/ir.model.access.csv",
        "views/pos_bridge_csv_layout_views.xml",
        "views/pos_bridge_csv_file_views.xml",
        "wizards/pos_bridge_csv_upload_views.xml",
    ],
    "installable": True,
}
