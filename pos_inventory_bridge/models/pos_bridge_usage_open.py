from odoo import api, fields, models


class PosBridgeUsage(models.Model):
    """What of an ingredient's use the ledger does not say yet, and why."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.usage"

    open_quantity = fields.Float(
        string="Waits",
        digits="Product Unit",
        compute="_compute_open",
        help="Used, and not in the ledger yet: used = in the ledger + waits.",
    )
    to_give_back = fields.Float(
        string="Still to Give Back",
        digits="Product Unit",
        compute="_compute_open",
        help="Of an undone day: what is still in the ledger.",
    )
    open_reason = fields.Char(string="Why", compute="_compute_open")

    @api.depends("day_id.open_quantity_count", "product_id", "location_id")
    def _compute_open(self):
        """No query where nothing waits."""
        # Who may see the day may see this.
        waiting = self.day_id.sudo().filtered("open_quantity_count").open_ids
        rows = {(row.day_id, row._key()): row for row in waiting}
        for usage in self:
            row = rows.get((usage.day_id, usage._ledger_key()), waiting.browse())
            usage.open_quantity = row.quantity
            usage.to_give_back = -row.quantity
            usage.open_reason = row._get_reason()
