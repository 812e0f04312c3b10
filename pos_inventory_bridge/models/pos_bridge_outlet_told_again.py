from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from ..tools.told_lines import ANNULLED, Known

NOTHING = 1e-9
#: So many days around are looked through for the same lines.
DAYS_AROUND = 31


class PosBridgeOutlet(models.Model):
    """What was told of a day's lines and receipts on other days already."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _known_of_other_days(self, business_date, lines):
        """``Known``, as far as it is stored.

        :param lines: the ``ToldLine`` that count on this date
        """
        self.ensure_one()
        earlier, later = {}, {}
        for line, quantity in self._stored_elsewhere(business_date, lines).items():
            date, number, line_id, item = line
            place = earlier if date < business_date else later
            key = (line_id, item, quantity > 0)
            # A sum of fractions that cancel each other out is never quite nothing.
            if abs(quantity) > NOTHING:
                place.setdefault(key, set()).add(number)
        suspects = [line for line in lines if line.may_restate | line.is_cancelled_sale]
        families = {line.family for line in suspects}
        return Known(earlier, later, self._families_before(business_date, families))

    def _stored_elsewhere(self, business_date, lines):
        """{(date, receipt number, line id, item): what counts of it}"""
        ids, around = {line.id for line in lines}, timedelta(days=DAYS_AROUND)
        found = self.env["pos.bridge.sale.line"].search(
            [
                ("outlet_id", "=", self.id),
                ("business_date", "!=", business_date),
                ("business_date", ">=", business_date - around),
                ("business_date", "<=", business_date + around),
                ("external_id", "in", [*ids, *(f"{each}#{ANNULLED}" for each in ids)]),
                ("vanished_at", "=", False),
                ("sale_id.vanished_at", "=", False),
            ]
        )
        counts = defaultdict(float)
        for line in found:
            line_id = line.external_id.removesuffix(f"#{ANNULLED}")
            number, item = line.sale_id.receipt_number, line.sku or line.name
            counts[line.business_date, number, line_id, item] += line.quantity
        return counts

    def _families_before(self, business_date, families):
        """Those of which an earlier day has a receipt, by a part of its ID."""
        if not families:
            return frozenset()
        receipts = self.env["pos.bridge.sale"].search_fetch(
            Domain("outlet_id", "=", self.id)
            & Domain("business_date", "<", business_date)
            & Domain("vanished_at", "=", False)
            & Domain.OR(Domain("external_id", "like", f"/{each}") for each in families),
            ["external_id"],
        )
        parts = {part for each in receipts for part in each.external_id.split("/")}
        return frozenset(families & parts)
