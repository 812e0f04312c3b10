from odoo import api, fields, models
from odoo.exceptions import AccessError

CODES = [
    ("unmapped_pos_item", "Not mapped"),
    ("recipe_not_found", "Recipe missing"),
    ("ingredient_not_found", "Ingredient missing"),
    ("validation_error", "Mapping not usable"),
    ("unauthorized_access", "Other company's data"),
    ("recipe_cycle", "Recipe contains itself"),
    ("invalid_trim_pct", "Trim not valid"),
    ("no_issue_storage", "No storage unit"),
    ("negative_stock", "Negative stock"),
    ("period_locked", "Closed in accounting"),
    ("day_incomplete", "Day not complete"),
    ("day_shrank", "Day shrank"),
    ("source_question", "The till's answer must be looked at"),
    ("total_mismatch", "Totals do not add up"),
    ("counted_later", "Counted since"),
    ("lot_missing", "Lot missing"),
    ("item_review", "Item to review"),
]
#: What is shown as the cause: the codes, told apart where their cures differ.
CAUSES = [
    *CODES,
    ("rounding_loss", "Too few digits"),
    ("waits_for_goods", "Waits for goods"),
    ("held_for_goods", "Held: not all there"),
    ("waits_after_count", "Waits after a count"),
    ("waits_for_period", "Period closed"),
]
#: What a code is called where it keeps something out of the ledger.
WAITING_CAUSES = {
    "negative_stock": "waits_for_goods",
    "counted_later": "waits_after_count",
    "period_locked": "waits_for_period",
    "lot_missing": "lot_missing",
}
#: Nothing of the till's answer is posted before a person has looked at it.
LOOK_CODES = ("day_shrank", "source_question")


class PosBridgeException(models.Model):
    """One thing a person should look at: what, where, how much, and what to do."""

    _name = "pos.bridge.exception"
    _description = "POS exception"
    _order = "resolved, business_date desc, id desc"
    _rec_name = "message"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, precompute=True
    )
    integration_id = fields.Many2one(
        related="day_id.integration_id", store=True, precompute=True
    )
    outlet_id = fields.Many2one(related="day_id.outlet_id", store=True, precompute=True)
    business_date = fields.Date(
        related="day_id.business_date", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    transfer_id = fields.Many2one("pos.bridge.transfer", ondelete="set null")
    code = fields.Selection(CODES, required=True, index=True)
    cause = fields.Selection(
        CAUSES,
        compute="_compute_cause",
        store=True,
        precompute=True,
        help="Exceptions with the same cause are put right in the same way.",
    )
    item_id = fields.Many2one("pos.bridge.item", index="btree_not_null")
    parent_item_id = fields.Many2one("pos.bridge.item")
    product_id = fields.Many2one("product.product")
    message = fields.Char(required=True)
    quantity = fields.Float(digits=False, min_display_digits=1)
    amount = fields.Monetary()
    is_waiting = fields.Boolean(
        "Waits",
        readonly=True,
        help="The ledger does not say yet what this is about.",
    )
    resolved = fields.Boolean(index=True)

    @api.depends("code", "item_id", "product_id", "quantity", "is_waiting")
    def _compute_cause(self):
        for problem in self:
            problem.cause = problem._get_cause()

    def _get_cause(self):
        if self._is_lost_by_rounding():
            return "rounding_loss"
        return self.day_id._waiting_cause(self.code) if self.is_waiting else self.code

    def _is_lost_by_rounding(self):
        """Only this problem of an ingredient says how much of it was lost."""
        is_of_ingredient = self.product_id and not self.item_id
        return self.code == "validation_error" and is_of_ingredient and self.quantity

    def write(self, vals):
        """A person says that something is settled; what it says is the run's word."""
        if not self.env.su and vals.keys() - {"resolved"}:
            raise AccessError(
                self.env._("An exception can be resolved, and not be rewritten.")
            )
        return super().write(vals)

    # === STEP: LOG === #

    @api.model
    def _replace(self, day, problems, keys, transfer):
        """Make the open exceptions of a day say what is wrong now.

        :param problems: list of ``Problem``: all of the day as a whole, and those of
            the items that were computed
        :param keys: "item/parent" of these items; exceptions of other items stay
        """
        known = self.search([("day_id", "=", day.id), ("resolved", "=", False)])
        known = known.filtered(
            lambda record: not record.item_id or record._key() in keys
        )
        for problem in problems:
            known -= self._add(day, problem, transfer)
        known.write({"resolved": True})

    @api.model
    def _ask(self, day, problems, transfer):
        """Say why nothing is posted before a person has looked; what else is open
        stays as it is.
        """
        asked = self.browse().union(
            *(self._add(day, problem, transfer) for problem in problems)
        )
        known = self.search(
            [
                ("day_id", "=", day.id),
                ("resolved", "=", False),
                ("code", "in", LOOK_CODES),
            ]
        )
        (known - asked).write({"resolved": True})

    @api.model
    def _add(self, day, problem, transfer):
        """Open an exception, or bring the open one that says the same up to date. What
        is settled is only written down.
        """
        vals = self._prepare_vals(day, problem, transfer)
        if problem.is_settled:
            return self.create({**vals, "resolved": True})
        identity = ("day_id", "code", "item_id", "parent_item_id", "product_id")
        domain = [(name, "=", vals[name]) for name in identity]
        record = self.search([*domain, ("resolved", "=", False)], limit=1)
        if not record:
            return self.create(vals)
        if record._differs(vals):
            record.write(vals)
        return record

    def _key(self):
        return f"{self.item_id.id}/{self.parent_item_id.id or 0}"

    @api.model
    def _prepare_vals(self, day, problem, transfer):
        return {
            "day_id": day.id,
            "transfer_id": transfer.id,
            "code": problem.code,
            "item_id": problem.item_id or False,
            "parent_item_id": problem.parent_item_id or False,
            "product_id": problem.product_id or False,
            "message": problem.message,
            "quantity": problem.quantity,
            "amount": problem.amount,
            "is_waiting": problem.is_waiting,
        }

    def _differs(self, vals):
        names = ("message", "quantity", "amount", "is_waiting")
        return any(self[name] != vals[name] for name in names)

    # === ACTIONS === #

    def action_resolve(self):
        """A person has looked and leaves it as it is."""
        self.resolved = True
