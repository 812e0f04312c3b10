from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Contracts whose days are posted already were confirmed by that."""
    context = {"active_test": False, "tracking_disable": True}
    env = api.Environment(cr, SUPERUSER_ID, context)
    posted = env["pos.bridge.day"]._read_group(
        [
            ("integration_id.contract_address", "!=", False),
            ("posting_ids", "!=", False),
        ],
        ["integration_id"],
    )
    for (integration,) in posted:
        integration.contract_confirmed = True
