from odoo import api, fields, models

from ..models.pos_bridge_item_suggest import PREFILLED


class PosBridgeMappingWizard(models.TransientModel):
    """The sheet of an item that waits comes with what is suggested for it."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.wizard"

    # Found out once, when the sheet is opened, and kept with it.
    suggestion = fields.Char()
    suggestion_reason = fields.Char()
    suggestion_confidence = fields.Float()
    is_prefilled = fields.Boolean(
        help="What is suggested stands in the sheet already; nothing of it is saved."
    )

    @api.model
    def default_get(self, fields_list):
        """What is likely stands there already; a person saves it, or does not."""
        values = super().default_get(fields_list)
        items = self.env["pos.bridge.item"].browse(
            self.env.context.get("default_item_ids")
        )
        is_asked = "suggestion" in fields_list and not values.get("mapping_id")
        found = len(items) == 1 and is_asked and items._suggest().get(items.id)
        return {**values, **self._prepare_suggestion(items, found)} if found else values

    @api.model
    def _prepare_suggestion(self, item, found):
        """What is suggested, in words; and in the sheet where it is likely."""
        words = item._suggestion_words([found])
        values = {
            "suggestion": words.get_target(found),
            "suggestion_reason": words.get_reason(found),
            "suggestion_confidence": found.confidence,
        }
        if found.quantity and found.confidence >= PREFILLED:
            values.update(item._prepare_suggested_vals(found), is_prefilled=True)
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
