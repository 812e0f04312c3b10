from odoo import fields, models

from ..tools.plan import DEFAULT_EFFECTS


class PosBridgePolicy(models.Model):
    """What a refund, void, comp or staff meal does to stock, where not the usual."""

    _name = "pos.bridge.policy"
    _description = "POS stock policy"
    _order = "integration_id, event, categ_id"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    event = fields.Selection(
        [
            ("refund", "Refund"),
            ("void", "Void"),
            ("comp", "Comp"),
            ("staff_meal", "Staff meal"),
        ],
        required=True,
        help="What the till calls the sold line. Void: entered and taken off again. "
        "Comp: given away. Lines of any other kind have no rule: they count as used.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Ingredient Category",
        help="Only ingredients of this category and those below it; empty: all.",
    )
    effect = fields.Selection(
        [
            ("consume", "Counts as used"),
            ("give_back", "Goes back to stock"),
            ("nothing", "Changes nothing"),
        ],
        required=True,
        help="What such a line does to stock. Without a rule, refunds and voids go "
        "back to stock, comps and staff meals count as used. A change acts on new "
        "days, and on past ones when they are posted again.",
    )

    _unique_event = models.UniqueIndex(
        "(integration_id, event, COALESCE(categ_id, 0))",
        "There is one effect per event and ingredient category.",
    )

    def _effect(self, event, product=None):
        """The effect of an event on an ingredient; the nearest category above it
        decides.
        """
        own = self.filtered(lambda policy: policy.event == event)
        categ = product.categ_id if product else self.env["product.category"]
        while categ:
            match = own.filtered(lambda policy, categ=categ: policy.categ_id == categ)
            if match:
                return match.effect
            categ = categ.parent_id
        general = own.filtered(lambda policy: not policy.categ_id)
        return general.effect or DEFAULT_EFFECTS[event]
