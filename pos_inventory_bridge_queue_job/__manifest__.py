{
    "name": "POS Inventory Bridge: Job Queue",
    "summary": "Sales days are posted by the jobs of OCA's job queue",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Inventory/Inventory",
    "author": "POS Inventory Bridge contributors",
    "license": "LGPL-3",
    "depends": ["pos_inventory_bridge", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "installable": True,
    "auto_install": True,
}
