import time
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.doubts import CONTRADICTIONS, WORDS
from ..tools.errors import ConnectorError, TemporaryFailure
from ..tools.redact import redact_text

DAYS = 7
#: The till is not asked for longer: web servers give up after two minutes.
SECONDS_OF_A_CHECK = 75


class PosBridgeConnector(models.AbstractModel):
    """What a connector tells, so that its settings can be checked on real answers."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    @api.private
    def _probe_items(self, outlet):
        """{what: how many} about the items of an outlet, in words for a person."""
        return {}

    @api.private
    def _probe_totals(self, outlet, business_date):
        """{what: value} of what the till itself adds up for a closed day."""
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
        if not self.outlet_ids:
            text = self.env._(
                "%s has no outlet yet whose days can be read: press Sync Items first.",
                self.name,
            )
            raise UserError(text)
        try:
            with self._till_to_oneself() as integration:
                until = time.monotonic() + SECONDS_OF_A_CHECK
                hurried = integration.with_context(pos_bridge_asks_until=until)
                report = hurried._settings_report()
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
        outlet = self.outlet_ids.sorted("state")[:1]
        dates = [outlet._today() - timedelta(days=each) for each in range(1, DAYS + 1)]
        days = self._settings_days(outlet, dates)
        told = {day: told for day, (told, _facts) in days.items()}
        items = self._settings_facts("_probe_items", outlet)
        texts = [f"{outlet.name}: {_listed(items)}"]
        texts += [self._settings_verdict(told, name) for name in CONTRADICTIONS]
        for day, (_told, facts) in days.items():
            facts = {**self._settings_figures(day, told[day]), **facts}
            texts.append(f"{day}: {_listed(facts)}")
        if len(days) < len(dates):
            texts.append(
                self.env._(
                    "The till takes its time, so it was not asked for more days: "
                    "%(count)s of %(all)s were read. Check again later.",
                    count=len(days),
                    all=len(dates),
                )
            )
        return "\n".join(texts)

    def _settings_days(self, outlet, dates):
        """{date: (what was told, facts)}, of those for which there was time."""
        connector, days = self._connector(), {}
        for day in dates:
            try:
                told, facts = connector._probe_told(outlet, day)
            except TemporaryFailure:
                if not days:
                    raise
                break
            totals = self._settings_facts("_probe_totals", outlet, day)
            days[day] = told, {**facts, **totals}
        return days

    def _settings_facts(self, name, *about):
        """What the check can do without: it goes on where the till refuses this."""
        try:
            return getattr(self._connector(), name)(*about)
        except ConnectorError as error:
            what = self.env._("not told")
            return {what: " ".join(redact_text(error).split())}

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
        return self.env._(
            "%(setting)s: %(fitting)s (contradictions: %(counts)s)",
            setting=field._description_string(self.env),
            fitting=fitting,
            counts=_listed(counts),
        )

    def _settings_figures(self, day, told):
        """What is read on one day by the settings as they are."""
        sales, doubts = self._connector()._probe_read(self, day, told)
        lines = [line for sale in sales for line in sale.lines]
        money = sum(line.amount_net for line in lines)
        return {
            self.env._("lines"): len(lines),
            self.env._("money without tax"): round(money, 2),
            **{self.env._(WORDS[code]): len(found) for code, found in doubts.items()},
        }


def _listed(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())
