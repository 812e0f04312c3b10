from odoo import models
from odoo.tools import float_compare

from ..tools.plan import Problem
from ..tools.wording import named_list, number_text
from .pos_bridge_day_figures import FIGURES, MEASURES

#: Sums of floats are exact to far more digits than any till knows.
QUANTITY_DIGITS = 6


class PosBridgeDay(models.Model):
    """Does the account of a day add up: reported = read = what became of the lines?"""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _told_measures(self):
        """Which totals the source gave of its own."""
        if not self.is_reported:
            return []
        return self.reported_figures or ["count", "amount"]

    def _read_totals(self):
        """Count, quantity and money of the stored lines, added up by the database: a
        line that the run forgot would be missing from its own sum, not from this one.
        Money in another currency is not added.
        """
        groups = (
            self.env["pos.bridge.sale.line"]
            .sudo()
            ._read_group(
                [
                    ("outlet_id", "=", self.outlet_id.id),
                    ("business_date", "=", self.business_date),
                    ("vanished_at", "=", False),
                    ("sale_id.vanished_at", "=", False),
                ],
                ["sale_id.foreign_currency"],
                ["__count", "quantity:sum", "amount_net:sum"],
            )
        )
        totals = [0, 0.0, 0.0]
        for foreign, *sums in groups:
            own = sums if not foreign else [*sums[:2], 0.0]
            totals = [total + each for total, each in zip(totals, own, strict=True)]
        return totals

    def _adds_up(self, figure):
        """Reported = read, or read = posted + ignored + unmapped + failed + undone
        + zero (accounted), in count, quantity and money?
        """
        return not any(self._compare(figure, name) for name in MEASURES)

    def _compare(self, figure, name):
        """0 where ``figure`` says the same as what was read."""
        read = self[f"read_{name}"]
        if figure == "accounted":
            other = sum(self[f"{each}_{name}"] for each in FIGURES)
        else:
            other = self[f"{figure}_{name}"]
        if name == "amount":
            return self.currency_id.compare_amounts(other, read)
        return float_compare(other, read, precision_digits=QUANTITY_DIGITS)

    def _currency_problems(self):
        """Receipts whose money cannot be added to the company's."""
        sales = self.env["pos.bridge.sale"].search(
            [
                ("outlet_id", "=", self.outlet_id.id),
                ("business_date", "=", self.business_date),
                ("vanished_at", "=", False),
                ("foreign_currency", "!=", False),
            ]
        )
        if not sales:
            return []
        numbers = "; ".join(
            f"{currency} {named_list(found.mapped('receipt_number'))}"
            for currency, found in sales.grouped("foreign_currency").items()
        )
        message = self.env._(
            "These receipts are not in %(own)s, as the books are, so their money is in "
            "no figure, though their goods are deducted: %(numbers)s. Let the till "
            "tell them in %(own)s, then fetch the day again.",
            own=self.currency_id.name,
            numbers=numbers,
        )
        return [Problem(code="validation_error", message=message)]

    def _mismatch_problem(self):
        return Problem(
            code="total_mismatch",
            quantity=self.reported_quantity - self.read_quantity,
            amount=self.reported_amount - self.read_amount,
            message=self.env._(
                "The till reports %(reported)s, and %(read)s arrived. Fetch the day "
                "again; if it stays so, compare both lists.",
                reported=self._totals_text("reported"),
                read=self._totals_text("read"),
            ),
        )

    def _totals_text(self, figure):
        """Like "45.00 (lines: 2)"; what was sold only where it differs."""
        values = {
            "money": self.currency_id.format(self[f"{figure}_amount"]),
            "count": self[f"{figure}_count"],
            "quantity": number_text(self.env, self[f"{figure}_quantity"]),
        }
        if self._compare("reported", "quantity"):
            return self.env._(
                "%(money)s (lines: %(count)s, sold: %(quantity)s)", **values
            )
        return self.env._("%(money)s (lines: %(count)s)", **values)

    def _lost_problem(self):
        return Problem(
            code="total_mismatch",
            message=self.env._(
                "Of %(read)s lines that were read, %(accounted)s are accounted for. "
                "Post the day again; if it stays so, this is a fault of the software: "
                "please report it.",
                read=self.read_count,
                accounted=sum(self[f"{each}_count"] for each in FIGURES),
            ),
        )
