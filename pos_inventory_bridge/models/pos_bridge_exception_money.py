from odoo import api, fields, models

OTHER_CURRENCY = ("other_currency", "Other currency")


class PosBridgeException(models.Model):
    """Receipts whose money cannot be added to the company's: no mapping puts them
    right, so that they are a cause of their own.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.exception"

    cause = fields.Selection(selection_add=[OTHER_CURRENCY])

    @api.depends("code", "item_id", "product_id")
    def _compute_cause(self):
        result = super()._compute_cause()
        for problem in self:
            is_of_goods = problem.item_id or problem.product_id
            if problem.code == "validation_error" and not is_of_goods:
                problem.cause = "other_currency"
        return result

    def _get_cure(self):
        return "day" if self.cause == "other_currency" else super()._get_cure()
