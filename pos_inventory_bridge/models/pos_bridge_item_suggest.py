from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.poor_mapping import judge
from .pos_bridge_suggestion_words import SuggestionWords

#: A suggestion that price and cost speak against is no more than this.
POOR = 0.5
#: From this on the mapping sheet comes filled in; it is saved by a person only.
PREFILLED = 0.7


class PosBridgeItem(models.Model):
    """What an item that is not mapped probably uses; nothing of it is ever stored.

    It is worked out for the items that are shown, all at once, so a recipe that was
    named a moment ago is suggested already. ``tools/suggest.py`` decides.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    suggestion = fields.Char(
        compute="_compute_suggestion",
        help="What it probably uses, by its name, its SKU, and what is mapped already. "
        "It counts for nothing until somebody accepts it.",
    )
    suggestion_confidence = fields.Float(
        "Confidence",
        compute="_compute_suggestion",
        aggregator=None,
        help="How sure the suggestion is. Above 90 % names or codes are the same, and "
        "so is the size.",
    )
    suggestion_reason = fields.Char(
        "Because", compute="_compute_suggestion", help="Why this is suggested."
    )
    suggestion_is_complete = fields.Boolean(
        compute="_compute_suggestion", help="It also says how much one sold unit uses."
    )

    def _compute_suggestion(self):
        suggested = self._origin._suggest()
        words = self._suggestion_words(suggested.values())
        for item in self:
            found = suggested.get(item._origin.id)
            item.suggestion = found and words.get_target(found)
            item.suggestion_reason = found and words.get_reason(found)
            item.suggestion_confidence = found.confidence if found else 0.0
            item.suggestion_is_complete = bool(found and found.is_complete)

    @api.model
    def _suggestion_words(self, suggested):
        return SuggestionWords(self.env, suggested)

    # === ACTIONS === #

    def action_accept_suggestion(self):
        """Map these items as suggested; one click takes it back."""
        suggested = self._suggest()
        vals_list = [
            {"item_id": item_id, **self._prepare_suggested_vals(found)}
            for item_id, found in suggested.items()
            if found.is_complete
        ]
        if not vals_list:
            raise UserError(
                self.env._(
                    "Nothing can be accepted: choose yourself what these items use."
                )
            )
        return self._accept(vals_list)

    @api.model
    def _accept(self, vals_list):
        """Map items and tell the list; the notification offers to undo it."""
        items = self.browse(vals["item_id"] for vals in vals_list)
        name = self.env._("Suggestions accepted: %s items", len(items))
        message = name
        if len(items) == 1:
            name = self.env._("Suggestion accepted: %s", items.name)
            message = self.env._("%s is mapped", items.name)
        return (
            self.env["pos.bridge.mapping.batch"]._make(name, vals_list)._made(message)
        )

    def action_suggestions(self):
        """Look at what is suggested for the chosen items, or for all that wait."""
        return self.env["pos.bridge.suggest.wizard"]._open(self)

    # === SUGGESTING === #

    def _suggest(self, portions=None, copied_from=None):
        """{item id: ``Suggestion``} for those of these items that wait for a mapping.

        :param portions: {size: portions} that a person has stated
        :param copied_from: an integration whose mappings alone are looked at
        """
        waiting = self.filtered(lambda item: item.mapping_state == "unmapped")
        suggested = {}
        for company, items in waiting.grouped("company_id").items():
            suggester = self._suggester(company, portions, copied_from)
            plain = {each.id: each for each in suggester.items}
            for item in items:
                found = suggester.suggest(plain[item.id])
                if found:
                    suggested[item.id] = item._doubted(found)
        return suggested

    def _doubted(self, found):
        """Less sure where one sold unit would use goods for more than it sells for."""
        self.ensure_one()
        if found.map_type != "ingredient" or not found.quantity or found.gives_back:
            return found
        product = self.env["product.product"].browse(found.target.id)
        product = product.with_company(self.company_id)
        quantity = found.quantity
        if found.unit and found.unit != product.uom_id.id:
            unit = self.env["uom.uom"].browse(found.unit)
            quantity = unit._compute_quantity(quantity, product.uom_id, round=False)
        if judge(self.list_price, product.standard_price * quantity):
            return found.at_most(POOR, is_doubted=True)
        return found

    @api.model
    def _prepare_suggested_vals(self, found):
        """A suggestion as the content of a mapping."""
        target, kind = found.target, found.map_type
        unit = found.unit or (target and target.own_unit)
        return {
            "map_type": kind,
            "product_id": target.id if kind == "ingredient" else False,
            "bom_id": target.id if kind == "recipe" else False,
            "quantity": found.quantity or 1.0,
            "uom_id": unit if kind in ("ingredient", "recipe") else False,
            "is_subtraction": found.gives_back,
        }
