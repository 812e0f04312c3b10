from odoo import api, fields, models
from odoo.fields import Domain


class KeptByMoves(fields.Many2one):
    """Without a foreign key: what a line names has stock moves, and they keep it from
    being deleted. Checking 20,000 lines took a third of the comparison's time.
    """

    def update_db_foreign_key(self, model, column):
        """None is made."""


class PosBridgeVarianceLine(models.TransientModel):
    """One ingredient in one unit: opening + receipts + transfers - theoretical use -
    waste + other + count differences = closing.
    """

    _name = "pos.bridge.variance.line"
    _description = "Theoretical against actual of an ingredient"
    _rec_name = "product_id"
    _order = "id"

    wizard_id = fields.Many2one(
        "pos.bridge.variance.wizard", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    product_id = KeptByMoves("product.product", string="Ingredient")
    uom_id = fields.Many2one(related="product_id.uom_id")
    storage_unit_id = KeptByMoves("stock.location")
    unit_name = fields.Char(related="storage_unit_id.name", string="Storage Unit Name")
    since = fields.Datetime(help="What moved after this moment counts.")
    until = fields.Datetime(help="What moved up to this moment counts.")
    is_counted = fields.Boolean("Counted")
    is_first_count = fields.Boolean(
        "First Count",
        help="Nothing was there before it and nothing had moved: what it found is the "
        "opening stock, and stands under Other.",
    )
    is_used = fields.Boolean()
    opening = fields.Float(digits="Product Unit", aggregator=None)
    receipt = fields.Float(string="Received", digits="Product Unit", aggregator=None)
    transfer = fields.Float(
        string="Transfers",
        digits="Product Unit",
        aggregator=None,
        help="From and to other units; negative: more went than came.",
    )
    theoretical = fields.Float(
        string="Theoretical Use",
        digits="Product Unit",
        aggregator=None,
        help="What the sales should have used, as posted.",
    )
    waste = fields.Float(digits="Product Unit", aggregator=None, help="Scrapped.")
    other = fields.Float(
        digits="Product Unit",
        aggregator=None,
        help="Whatever else left or came back, such as deliveries or production.",
    )
    count_difference = fields.Float(
        string="Difference",
        digits="Product Unit",
        aggregator=None,
        help="What counts corrected: negative is missing, positive is too much.",
    )
    closing = fields.Float(digits="Product Unit", aggregator=None)
    receipt_value = fields.Monetary()
    theoretical_value = fields.Monetary(string="Theoretical Cost")
    waste_value = fields.Monetary()
    count_value = fields.Monetary(
        string="Counts in Money",
        help="What counts booked, also where the whole line counts as not counted.",
    )
    variance_value = fields.Monetary(
        string="Difference in Money",
        help="Of what was counted, at the value that the ledger booked.",
    )
    variance_share = fields.Float(
        string="Difference %",
        compute="_compute_variance_share",
        help="The difference per theoretical use.",
    )
    move_count = fields.Integer(string="Moves")
    costed_count = fields.Integer(string="Moves with a Cost")
    remark = fields.Char(compute="_compute_variance_share")

    @api.depends("count_difference", "theoretical", "is_counted", "is_first_count")
    def _compute_variance_share(self):
        for line in self:
            used = line.theoretical
            line.variance_share = line.count_difference / used if used else 0.0
            not_counted = not line.is_counted and self.env._("not counted")
            line.remark = (
                self.env._("first count") if line.is_first_count else not_counted
            )

    def action_view_ledger(self):
        """The entries of the ledger that this line adds up."""
        self.ensure_one()
        action = self.env["pos.bridge.ledger"]._action_of(
            self.product_id, self.storage_unit_id
        )
        span = Domain("date", ">", self.since) & Domain("date", "<=", self.until)
        return {**action, "domain": list(Domain(action["domain"]) & span)}
