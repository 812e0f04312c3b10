from datetime import timedelta

from odoo import fields, models

from .pos_bridge_overview import MARKS


class PosBridgeIntegration(models.Model):
    """A connection's card: does the till still talk to us?"""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _get_overview_cards(self, outlets):
        """:param outlets: all that the person may see"""
        answered = self._get_last_answers(outlets)
        unmapped = self._get_unmapped_counts()
        by_integration = outlets.grouped("integration_id")
        return [
            {
                "id": integration.id,
                "name": integration.name,
                "connector": integration._get_connector_label(),
                "answered": answered.get(integration.id, False),
                "unmapped": unmapped.get(integration.id, 0),
                "outlet_count": len(by_integration.get(integration, outlets.browse())),
                **integration._get_health(outlets),
                **integration._get_setup_progress(),
            }
            for integration in self
        ]

    def _get_connector_label(self):
        labels = dict(self._fields["connector"]._description_selection(self.env))
        return labels.get(self.connector)

    def _get_last_answers(self, outlets):
        """{integration id: when its till last answered}, of the days of the marks."""
        first = fields.Date.context_today(self) - timedelta(days=MARKS)
        groups = self.env["pos.bridge.transfer"]._read_group(
            [
                ("outlet_id", "in", outlets.ids),
                ("day_id.business_date", ">=", first),
                ("state", "in", ("done", "partial")),
                ("reads_source", "=", True),
            ],
            ["outlet_id"],
            ["finished_at:max"],
        )
        answered = {}
        for outlet, moment in groups:
            known = answered.get(outlet.integration_id.id)
            if moment and (not known or moment > known):
                answered[outlet.integration_id.id] = moment
        return answered

    def _get_unmapped_counts(self):
        groups = self.env["pos.bridge.item"]._read_group(
            [("integration_id", "in", self.ids), ("mapping_state", "=", "unmapped")],
            ["integration_id"],
            ["__count"],
        )
        return {integration.id: count for integration, count in groups}

    def _get_health(self, outlets):
        """``{"health", "health_text"}``: good, waits (amber), bad (red) or off."""
        failing = outlets.filtered(
            lambda outlet: outlet.integration_id == self and outlet.failed_runs
        )
        if self.state == "error":
            return {"health": "bad", "health_text": self.env._("Connection lost")}
        if self.paused_reason:
            text = self.env._("Paused %s", self.paused_reason)
            return {"health": "waits", "health_text": text}
        if failing:
            names = ", ".join(failing.mapped("name"))
            text = self.env._("Its last reading failed: %s", names)
            return {"health": "bad", "health_text": text}
        if not self._can_run_automatically():
            text = self.env._("A person brings its sales")
            return {"health": "off", "health_text": text}
        if self.state == "draft":
            return {"health": "waits", "health_text": self.env._("Not connected yet")}
        if not self.automatic:
            text = self.env._("Connected; nothing is fetched by itself")
            return {"health": "waits", "health_text": text}
        return {"health": "good", "health_text": self.env._("Connected")}

    def _get_setup_progress(self):
        """``{"steps_done", "steps_all"}`` of the checklist, what is optional left out;
        both 0 where an outlet sells already: then its card says what is to be done.
        """
        if any(outlet.state != "inactive" for outlet in self.outlet_ids):
            return {"steps_done": 0, "steps_all": 0}
        steps = [step for step in self._get_setup_steps() if not step["optional"]]
        done = sum(step["state"] == "done" for step in steps)
        return {"steps_done": done, "steps_all": len(steps)}
