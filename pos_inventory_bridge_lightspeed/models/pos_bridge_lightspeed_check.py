from collections import Counter
from datetime import timedelta

from odoo import models

from odoo.addons.pos_inventory_bridge.tools.shapes import number

from ..tools.normalise import DayReader
from .pos_bridge_integration import READING

DAYS = 7
#: What contradicts a setting, whatever its value is.
DOUBTS = {
    "void_style": ("void_marked", "void_twin"),
    "quantity_sign": ("sign_missing", "sign_told"),
    "modifier_quantity": ("modifier_each", "modifier_all"),
    "combo_quantity": ("modifier_each", "modifier_all"),
}


class PosBridgeIntegration(models.Model):
    """Compares the settings with real answers, and only reads to do so."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def action_lightspeed_check(self):
        """Read the last days and attach what they say about each setting."""
        name, report = self.env._("Lightspeed check.txt"), self._lightspeed_report()
        self.message_post(attachments=[(name, report.encode())])
        text = self.env._("The report stands in the history below:\n%s", report)
        return self._notification(text, "info")

    def _lightspeed_report(self):
        """No receipt and nobody's name: only how often what was told how."""
        outlet, connector = self.outlet_ids.sorted("state")[:1], self._connector()
        dates = [outlet._today() - timedelta(days=each) for each in range(1, DAYS + 1)]
        client = connector._client(self)
        days = [(day, client.sales_daily(outlet.external_id, day)) for day in dates]
        texts = [outlet.name]
        for name in READING:
            field = self._fields[f"lightspeed_{name}"]
            for value, label in field._description_selection(self.env):
                count = self._lightspeed_contradictions(days, name, value)
                texts.append(f"{name}: {label}: {count}")
        for day, told in days:
            totals = client.aggregated_sales(outlet.external_id, day)
            sales = DayReader(self._lightspeed_reading(), day).read(told.sales)
            texts.append(self._lightspeed_line(day, told, sales, totals))
        return "\n".join(texts)

    def _lightspeed_contradictions(self, days, name, value):
        reading = self._lightspeed_reading(**{name: value})
        found = 0
        for day, told in days:
            reader = DayReader(reading, day)
            reader.read(told.sales)
            found += sum(len(reader.doubts.get(code, ())) for code in DOUBTS[name])
        return self.env._("contradicted %s times", found)

    def _lightspeed_line(self, day, told, sales, totals):
        lines = [line for sale in sales for line in sale.lines]
        types = Counter(sale.get("type") for sale in told.sales)
        return self.env._(
            "%(day)s: complete %(complete)s, next day starts %(start)s, receipts "
            "%(types)s; lines %(lines)s (Lightspeed %(their_lines)s), money without "
            "tax %(money)s (Lightspeed with tax %(their_money)s, tax %(their_tax)s)",
            day=day,
            complete=told.is_complete,
            start=told.next_start,
            types=dict(types),
            lines=len(lines),
            money=sum(line.amount_net for line in lines),
            their_lines=totals.get("numberOfSales"),
            their_money=number(totals.get("totalAmount")),
            their_tax=number(totals.get("totalTaxAmount")),
        )
