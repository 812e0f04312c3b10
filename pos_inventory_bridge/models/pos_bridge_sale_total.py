from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from .mrp_bom import exact


class PosBridgeSale(models.Model):
    """What a receipt comes to, added up from its lines."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.sale"

    line_count = fields.Integer(string="Lines", compute="_compute_totals")
    amount_net = fields.Monetary(
        string="Net", compute="_compute_totals", help="Without lines that are gone."
    )

    @api.depends("line_ids.amount_net", "line_ids.vanished_at")
    def _compute_totals(self):
        groups = self.env["pos.bridge.sale.line"]._read_group(
            [("sale_id", "in", self.ids), ("vanished_at", "=", False)],
            ["sale_id"],
            ["__count", "amount_net:sum"],
        )
        totals = {sale.id: (count, amount) for sale, count, amount in groups}
        for sale in self:
            sale.line_count, sale.amount_net = totals.get(sale.id, (0, 0.0))

    @api.model
    def _told_text(self, days):
        """What the till told of these days, like "31 receipts, $ 1,204.30 net, of these
        refunds: 2, $ -31.00"; voids likewise. Empty where it told nothing.
        """
        sums = self._sums_by_kind(days)
        count = sum(count for count, _amount in sums.values())
        if not count:
            return ""
        amount = sum(amount for _count, amount in sums.values())
        texts = [
            self.env._(
                "Receipts: %(count)s, %(amount)s net",
                count=count,
                amount=days.currency_id[:1].format(amount),
            )
        ]
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for kind in ("refund", "void"):
            if kind in sums:
                count, amount = sums[kind]
                money = days.currency_id[:1].format(amount)
                texts.append(f"{labels[kind]}: {count}, {money}")
        return "; ".join(texts)

    @api.model
    def _sums_by_kind(self, days):
        """{kind of receipt: (how many, net money)} of what is not gone; the money only
        of what is in the company's currency.
        """
        lines = self.env["pos.bridge.sale.line"]
        domain = Domain.OR(
            Domain("outlet_id", "=", outlet.id)
            & Domain("business_date", "in", some.mapped("business_date"))
            for outlet, some in days.grouped("outlet_id").items()
        )
        there = Domain("vanished_at", "=", False)
        groups = lines._read_group(
            domain & there & Domain("sale_id.vanished_at", "=", False),
            ["sale_id.kind", "sale_id.foreign_currency"],
            ["sale_id:count_distinct", "amount_net:sum"],
        )
        sums = defaultdict(lambda: (0, 0.0))
        for kind, foreign, count, amount in groups:
            before, money = sums[kind]
            sums[kind] = before + count, money + (0.0 if foreign else amount)
        return dict(sums)


class PosBridgeSaleLine(models.Model):
    _inherit = "pos.bridge.sale.line"

    def _own_amount(self):
        """Net money in the company's currency; what is in another one is in no sum."""
        is_foreign = self.sale_id.foreign_currency
        return Decimal(0) if is_foreign else exact(self.amount_net)
