from odoo import models

from ..tools.schedule import dates_between
from .pos_bridge_outlet_schedule import DAY, PRIORITY_ENDED_DAY


class PosBridgeOutlet(models.Model):
    """Stop and go on: pause, resume with the days missed meanwhile, fetch by hand."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _pause(self, reason):
        """Fetch nothing unasked until somebody resumes; what is posted stays."""
        self.write({"state": "paused", "paused_reason": reason})

    def action_pause(self):
        self._pause(self.integration_id._paused_by_hand())

    def action_deactivate(self):
        """Nothing is fetched unasked any more, nor expected."""
        self.state = "inactive"
        self._get_unasked()._give_up(
            self.env._("Not read: the outlet was deactivated before its turn came.")
        )

    def _get_unasked(self):
        """What waits because the schedule said so; nobody asked for it by hand."""
        return (
            self.env["pos.bridge.transfer"]
            .sudo()
            .search(
                [
                    ("outlet_id", "in", self.ids),
                    ("trigger", "=", "automatic"),
                    ("state", "=", "queued"),
                ]
            )
        )

    def action_resume(self):
        """Go on from today; of the days in between a person says what becomes."""
        paused = self.filtered(lambda outlet: outlet.state == "paused")
        return paused._resume_or_ask()

    def _resume_or_ask(self, integration=None):
        """
        :param integration: it was paused as a whole, not these outlets one by one
        """
        if not any(self._get_missing_dates().values()):
            self._resume(integration)
            return self.integration_id._notification(
                self.env._("Resumed; no day was missed."), "success"
            )
        return self._open_wizard(
            "pos.bridge.resume.wizard",
            self.env._("Resume"),
            {
                "outlet_ids": self.ids,
                "integration_id": integration.id if integration else False,
            },
        )

    def _resume(self, integration=None, fetch=True):
        """
        :param fetch: queue the days that were missed; else they stay missing until a
            person fetches them
        """
        missing = self._get_missing_dates()
        if not fetch:
            self._leave_for_later(missing)
        if integration:
            integration.paused_reason = False
        self.write({"state": "active", "paused_reason": False, "failed_runs": 0})
        if fetch:
            wanted = {
                (outlet, date): PRIORITY_ENDED_DAY
                for outlet in self
                for date in missing.get(outlet.id, [])
            }
            self._enqueue_due(wanted)

    def _leave_for_later(self, missing):
        """From today on; of the days before, those that wait from before the pause
        stay missing like the others, though the schedule wanted them.

        :param missing: {outlet id: dates}
        """
        for outlet in self:
            outlet.automatic_from = outlet._today()
        missed = self._get_unasked().filtered(
            lambda run: run.business_date in missing.get(run.outlet_id.id, ())
        )
        missed._give_up(
            self.env._(
                "Not read: the outlet was resumed without the days missed meanwhile. "
                "Fetch this one when you like."
            )
        )

    # === FETCH NOW === #

    def action_fetch_now(self):
        """Read the open day and the latest ones while the person waits."""
        first = {
            outlet: outlet._today() - outlet.integration_id.reread_days * DAY
            for outlet in self
        }
        known = self._get_days_since(first)
        keys = [
            (outlet, date)
            for outlet in self
            for date in dates_between(first[outlet], outlet._today())
            if outlet._is_wanted(date, known[outlet.id])
        ]
        return self._fetch(keys)

    def _is_wanted(self, date, known):
        """What was sold before the activation is nobody's wish, unless it was read."""
        if date == self._today() or date in known and known[date]._is_read():
            return True
        return bool(self.activated_on) and date >= self.activated_on

    def action_fetch_missing(self):
        """Read the days of which nothing is known, oldest first."""
        missing = self._get_missing_dates()
        keys = [
            (outlet, date) for outlet in self for date in missing.get(outlet.id, [])
        ]
        return self._fetch(keys)

    def _fetch(self, keys):
        days = self._get_or_create_days(keys)
        told = days.action_fetch()
        told["params"]["title"] = ", ".join(self.mapped("name"))
        return told

    def action_view_missing_days(self):
        """The missing days one by one, each with its own button to fetch it."""
        keys = [(outlet, date) for outlet in self for date in outlet._missing_days()]
        days = self._get_or_create_days(keys)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_day_action"
        )
        action["domain"] = [("id", "in", days.ids)]
        action["context"] = {}
        return action
