from odoo import api, fields, models
from odoo.fields import Domain

from ..models.pos_bridge_day import EVER_POSTED_STATES

SHOWN_DAYS = 100


class PosBridgeTestWizard(models.TransientModel):
    """Test a mapping on a posted day: what one item used, where, and in which move."""

    _name = "pos.bridge.test.wizard"
    _description = "Test a mapping on a day"

    item_id = fields.Many2one("pos.bridge.item", required=True, readonly=True)
    day_ids = fields.Many2many("pos.bridge.day", compute="_compute_day_ids")
    day_id = fields.Many2one(
        "pos.bridge.day",
        string="Sales Day",
        domain="[('id', 'in', day_ids)]",
        help="One of the posted days that sold this item.",
    )
    usage_ids = fields.Many2many(
        "pos.bridge.usage", string="What It Used", compute="_compute_usage_ids"
    )
    move_ids = fields.Many2many(
        "stock.move",
        string="In These Moves",
        compute="_compute_usage_ids",
        help="A move carries what all items of the day used of an ingredient.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if values.get("item_id"):
            item = self.env["pos.bridge.item"].browse(values["item_id"])
            values["day_id"] = self._days_of(item)[:1].id
        return values

    @api.model
    def _days_of(self, item):
        days = self.env["pos.bridge.day"]
        posted = Domain("state", "in", EVER_POSTED_STATES)
        return days.search(days._domain_sold(item) & posted, limit=SHOWN_DAYS)

    @api.depends("item_id")
    def _compute_day_ids(self):
        for wizard in self:
            wizard.day_ids = self._days_of(wizard.item_id)

    @api.depends("item_id", "day_id")
    def _compute_usage_ids(self):
        for wizard in self:
            rows = self.env["pos.bridge.usage"].search(
                [
                    ("day_id", "=", wizard.day_id.id),
                    ("item_id", "=", wizard.item_id.id),
                ]
            )
            wizard.usage_ids = rows.filtered(lambda row: not row.revision_to)
            wizard.move_ids = rows._pos_bridge_moves()
