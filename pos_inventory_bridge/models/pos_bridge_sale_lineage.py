from collections import defaultdict

from odoo import api, fields, models

from ..tools.plan import EFFECT_SIGNS, REVERSING_EVENTS


class PosBridgeSaleLine(models.Model):
    """A receipt line on the way from the ledger and back to it."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.sale.line"

    counted_quantity = fields.Float(
        string="Counts",
        digits=False,
        min_display_digits=1,
        compute="_compute_of_usage",
        help="What of it uses something: refunds and voids count minus, lines that are "
        "gone or change nothing count zero.",
    )
    used_quantity = fields.Float(
        string="Used",
        digits=False,
        min_display_digits=1,
        compute="_compute_of_usage",
        help="Its share of the use that was opened, in the ingredient's unit.",
    )
    used_uom_id = fields.Many2one("uom.uom", string="Unit", compute="_compute_of_usage")

    @api.depends_context("pos_bridge_of_usage")
    def _compute_of_usage(self):
        usage = self.env["pos.bridge.usage"].browse(
            self.env.context.get("pos_bridge_of_usage", [])
        )
        counted, shares = {}, {}
        if usage:
            counted = usage._sale_lines()._counted_quantities(usage.product_id)
            shares = usage._line_shares()
        for line in self:
            line.counted_quantity = counted.get(line, 0.0)
            line.used_quantity = shares.get(line, 0.0)
            line.used_uom_id = usage.uom_id

    def _counted_quantities(self, product):
        """{line: quantity that uses something}, of all lines of one item on one day.

        Like ``Sold.net``, but line by line.
        """
        effect_of = self.outlet_id.integration_id.sudo().policy_ids._effect
        known = self.filtered(
            lambda line: not (line.vanished_at or line.sale_id.vanished_at)
        )
        events = {line: line._event() for line in known}
        totals = defaultdict(float)
        for line, event in events.items():
            totals[event] += line.quantity
        counted = dict.fromkeys(self, 0.0)
        for line, event in events.items():
            sign = EFFECT_SIGNS[effect_of(event, product)] if event else 1
            if event in REVERSING_EVENTS and totals[event] < 0:
                sign = -sign
            counted[line] = sign * line.quantity
        return counted

    @api.depends("item_id.name", "quantity", "sale_id.receipt_number")
    def _compute_display_name(self):
        for line in self:
            receipt = line.sale_id.receipt_number or line.sale_id.external_id
            line.display_name = f"{line.item_id.name} ({receipt})"

    def action_view_usage(self):
        """What this line used of each ingredient; each leads to its stock moves."""
        self.ensure_one()
        return self.env["pos.bridge.usage"]._action_of_line(self)
