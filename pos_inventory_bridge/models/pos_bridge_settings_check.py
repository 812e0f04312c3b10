from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.doubts import CONTRADICTIONS
from ..tools.errors import ConnectorError

DAYS = 7


class PosBridgeConnector(models.AbstractModel):
    """What a connector tells, so that its settings can be checked on real answers."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    @api.private
    def _probe_items(self, outlet):
        """{what: how many} about the items of an outlet."""
        return {}

    @api.private
    def _probe_told(self, outlet, business_date):
        """What the till tells of one closed day, and {what: value} about it, without
        personal data.
        """
        raise NotImplementedError

    @api.private
    def _probe_read(self, integration, business_date, told, **others):
        """(sales, ``Doubts``) of what was told.

        :param others: names of ``CONTRADICTIONS`` and values, instead of the settings
        """
        raise NotImplementedError


class PosBridgeIntegration(models.Model):
    """Compares the settings of a connector with what its till really answers."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _action_check_settings(self):
        """Read the last days, and keep what they say about each setting in the
        history. Nothing else is written.
        """
        self.ensure_one()
        self.check_access("write")
        try:
            with self._till_to_oneself() as integration:
                report = integration._settings_report()
        except ConnectorError as error:
            raise UserError(str(error)) from error
        title = self.env._("What the last days say about how the till is read")
        verdicts = report.splitlines()[1 : 1 + len(CONTRADICTIONS)]
        self.message_post(
            body=Markup("<br/>").join([title, *verdicts]),
            attachments=[(self.env._("Check of the settings.txt"), report.encode())],
        )
        told = self.env._("The report stands in the history of this integration.")
        return self._notification(told, "success")

    def _settings_report(self):
        """What the last closed days of one outlet say, as text."""
        outlet, connector = self.outlet_ids.sorted("state")[:1], self._connector()
        dates = [outlet._today() - timedelta(days=each) for each in range(1, DAYS + 1)]
        days = {day: connector._probe_told(outlet, day) for day in dates}
        told = {day: told for day, (told, _facts) in days.items()}
        texts = [f"{outlet.name}: {_listed(connector._probe_items(outlet))}"]
        texts += [self._settings_verdict(told, name) for name in CONTRADICTIONS]
        for day, (_told, facts) in days.items():
            facts = {**self._settings_figures(day, told[day]), **facts}
            texts.append(f"{day}: {_listed(facts)}")
        return "\n".join(texts)

    def _settings_verdict(self, told, name):
        """How often each value of a setting is contradicted, and which one fits."""
        connector = self._connector()
        counts, field = {}, self._fields[f"{self.connector}_{name}"]
        for value, label in field._description_selection(self.env):
            found = [
                connector._probe_read(self, day, sales, **{name: value})
                for day, sales in told.items()
            ]
            counts[label] = sum(doubts.against(name) for _sales, doubts in found)
        fitting = min(counts, key=counts.get)
        if len(set(counts.values())) == 1:
            fitting = self.env._("these days do not tell")
        label = field._description_string(self.env)
        return f"{label}: {fitting} (contradictions: {_listed(counts)})"

    def _settings_figures(self, day, told):
        """What is read on one day by the settings as they are."""
        sales, doubts = self._connector()._probe_read(self, day, told)
        lines = [line for sale in sales for line in sale.lines]
        return {
            "lines": len(lines),
            "money without tax": round(sum(line.amount_net for line in lines), 2),
            **{f"doubt {code}": len(found) for code, found in doubts.items()},
        }


def _listed(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())
