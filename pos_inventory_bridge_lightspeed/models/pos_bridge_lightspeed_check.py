from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.pos_inventory_bridge.tools.errors import ConnectorError
from odoo.addons.pos_inventory_bridge.tools.shapes import only

from ..tools.normalise import DayReader

DAYS = 7
#: Setting -> what contradicts it, whatever its value is.
CONTRADICTIONS = {
    "void_style": ("void_marked", "void_twin"),
    "quantity_sign": ("sign_missing", "sign_told"),
    "modifier_quantity": ("modifier_each", "modifier_all"),
    "combo_quantity": ("modifier_each", "modifier_all"),
}


class PosBridgeIntegration(models.Model):
    """Compares the settings with real answers; it only reads, and names nobody."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def action_lightspeed_check(self):
        """Read the last days, and keep what they say about each setting in the
        history.
        """
        self.ensure_one()
        self.check_access("write")
        try:
            with self._till_to_oneself() as integration:
                report = integration._lightspeed_report()
        except ConnectorError as error:
            raise UserError(str(error)) from error
        name = self.env._("Lightspeed check.txt")
        title = self.env._("What the last days say about the settings of Lightspeed")
        verdicts = report.splitlines()[1 : 1 + len(CONTRADICTIONS)]
        self.message_post(
            body=Markup("<br/>").join([title, *verdicts]),
            attachments=[(name, report.encode())],
        )
        told = self.env._("The report stands in the history of this integration.")
        return self._notification(told, "success")

    def _lightspeed_report(self):
        """What the last closed days of one outlet say, as text."""
        outlet = self.outlet_ids.sorted("state")[:1]
        client = self._connector()._client(self)
        dates = [outlet._today() - timedelta(days=each) for each in range(1, DAYS + 1)]
        days = {day: client.sales_daily(outlet.external_id, day) for day in dates}
        rows = client.items(outlet.external_id)
        skus = Counter(row.get("sku") for row in rows if row.get("sku"))
        facts = {
            "items": len(rows),
            "without SKU": len(rows) - skus.total(),
            "SKU of several": sum(count > 1 for count in skus.values()),
            "archived": sum(row.get("active") is False for row in rows),
            **Counter(str(row.get("itemType")) for row in rows),
        }
        texts = [f"{outlet.name}: {_listed(facts)}"]
        texts += [self._lightspeed_verdict(days, name) for name in CONTRADICTIONS]
        for day, told in days.items():
            totals = client.aggregated_sales(outlet.external_id, day)
            texts.append(self._lightspeed_line(day, told, totals))
        return "\n".join(texts)

    def _lightspeed_verdict(self, days, name):
        """How often each value of a setting is contradicted, and which one fits."""
        counts, field = {}, self._fields[f"lightspeed_{name}"]
        for value, label in field._description_selection(self.env):
            readers = self._lightspeed_read(days, **{name: value})
            found = [
                r.doubts.get(code, ()) for r in readers for code in CONTRADICTIONS[name]
            ]
            counts[label] = sum(map(len, found))
        fitting = min(counts, key=counts.get)
        if len(set(counts.values())) == 1:
            fitting = self.env._("these days do not tell")
        label = field._description_string(self.env)
        return f"{label}: {fitting} (contradictions: {_listed(counts)})"

    def _lightspeed_read(self, days, **others):
        reading = self._lightspeed_reading(**others)
        readers = [DayReader(reading, day) for day in days]
        for reader in readers:
            reader.receipts(days[reader.business_date].sales)
        return readers

    def _lightspeed_line(self, day, told, totals):
        """One day: how it was told, what is doubted, and the totals of both sides."""
        reader = DayReader(self._lightspeed_reading(), day)
        lines = [line for sale in reader.receipts(told.sales) for line in sale.lines]
        facts = {
            "complete": told.is_complete,
            "next day starts": told.next_start,
            **Counter(str(sale.get("type")) for sale in told.sales),
            **{f"doubt {code}": len(found) for code, found in reader.doubts.items()},
            "lines": len(lines),
            "money without tax": round(sum(line.amount_net for line in lines), 2),
            "aggregatedSales": "",
            **only(totals, ("numberOfSales", "totalAmount", "totalTaxAmount")),
        }
        return f"{day}: {_listed(facts)}"


def _listed(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())
