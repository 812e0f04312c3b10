from odoo import api, fields, models

from ..models.pos_bridge_item_suggest import PREFILLED


class PosBridgeMappingWizard(models.TransientModel):
    """The sheet of an item that waits comes with what is suggested for it."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.wizard"

    suggestion = fields.Char(compute="_compute_suggestion")
    suggestion_reason = fields.Char(compute="_compute_suggestion")
    suggestion_confidence = fields.Float(compute="_compute_suggestion")
    is_prefilled = fields.Boolean(
        help="What is suggested stands in the sheet already; nothing of it is saved."
    )

    @api.depends("item_ids")
    def _compute_suggestion(self):
        for wizard in self:
            item = wizard.item_ids._origin
            item = item if len(item) == 1 else item.browse()
            wizard.suggestion = item.suggestion
            wizard.suggestion_reason = item.suggestion_reason
            wizard.suggestion_confidence = item.suggestion_confidence

    @api.model
    def default_get(self, fields_list):
        """What is likely stands there already; a person saves it, or does not."""
        values = super().default_get(fields_list)
        items = self.env["pos.bridge.item"].browse(
            self.env.context.get("default_item_ids")
        )
        if len(items) == 1 and not values.get("mapping_id"):
            found = items._suggest().get(items.id)
            if found and found.quantity and found.confidence >= PREFILLED:
                values.update(items._prepare_suggested_vals(found), is_prefilled=True)
        return values

    def action_use_suggestion(self):
        """Write what is suggested into the sheet; nothing is saved yet."""
        self.ensure_one()
        item = self.item_ids
        found = item._suggest().get(item.id)
        if found:
            vals = item._prepare_suggested_vals(found)
            self.write({**vals, "is_prefilled": True})
        return False
