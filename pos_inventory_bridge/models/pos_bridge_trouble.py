"""What trouble does to outlets and integrations, and whom it calls."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from .pos_bridge_transfer_trouble import FAILED_RUNS_BEFORE_PAUSE

RECONNECT = "pos_inventory_bridge.mail_activity_type_reconnect"
PAUSED = "pos_inventory_bridge.mail_activity_type_outlet_paused"


class PosBridgeOutlet(models.Model):
    _inherit = "pos.bridge.outlet"

    def write(self, vals):
        """Whoever lets an outlet run again starts counting anew."""
        resumed = vals.get("state") == "active"
        if resumed:
            vals = {"failed_runs": 0, **vals}
        result = super().write(vals)
        if resumed:
            self.sudo().activity_unlink([PAUSED])
            self.env["pos.bridge.transfer"]._dispatch_waiting(
                [("outlet_id", "in", self.ids)]
            )
        return result

    def _count_failed_run(self, message):
        """One more failed in a row; an active outlet pauses itself after some."""
        self.failed_runs += 1
        if self.state == "active" and self.failed_runs >= FAILED_RUNS_BEFORE_PAUSE:
            reason = self.env._("by itself: %s runs in a row failed", self.failed_runs)
            self.with_context(tracking_disable=False)._pause(reason)
            self._call_manager_to_resume(message)

    def _call_manager_to_resume(self, message):
        note = self.env._(
            "%(outlet)s is not fetched by itself any more: %(number)s runs in a row "
            "failed. The last one says: %(message)s Mend the cause, fetch one day by "
            "hand to see that it works, then press Resume on the outlet: it lists the "
            "days missed meanwhile and fetches them, none is lost.",
            outlet=self.name,
            number=self.failed_runs,
            # What that run's own page says to do is not what is to be done here.
            message=message.split("\n")[0],
        )
        summary = self.env._("%s paused itself", self.name)
        _call_manager_once(self, PAUSED, summary, note)


class PosBridgeIntegration(models.Model):
    _inherit = "pos.bridge.integration"

    connected_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When a person connected it last, or checked that it is connected.",
    )

    def _is_shut(self):
        """Is the till asked for nothing before a person has connected (again)? What a
        person brings needs no connection.
        """
        self.ensure_one()
        is_draft = self.state == "draft"
        return self.state == "error" or is_draft and self._can_run_automatically()

    @api.model
    def _domain_shut(self):
        """``_is_shut``, for a search."""
        asked = [
            name
            for name, _title in self._fields["connector"].selection
            if self.new({"connector": name})._can_run_automatically()
        ]
        is_draft = Domain("state", "=", "draft") & Domain("connector", "in", asked)
        return Domain("state", "=", "error") | is_draft

    def _get_text_of_shut(self):
        """Why what waits for the till does so."""
        if self.state == "draft":
            return self.env._("Waits: %s is not connected. Connect it.", self.name)
        return self.env._(
            "Waits: the connection %s is lost. Connect it again.", self.name
        )

    def write(self, vals):
        """Connected again: nobody needs to be called, and what waited runs."""
        connected = vals.get("state") == "connected"
        if connected:
            vals = {"connected_at": fields.Datetime.now(), **vals}
        result = super().write(vals)
        if connected:
            self.sudo().activity_unlink([RECONNECT])
            self.env["pos.bridge.transfer"]._dispatch_waiting(
                [("day_id.integration_id", "in", self.ids)]
            )
        return result

    def _call_manager_to_reconnect(self, message):
        note = self.env._(
            "The till does not let us in any more, so no sales of %(integration)s are "
            "fetched: %(message)s Open the integration and connect it again. The days "
            "that wait are then fetched by themselves; nothing is lost.",
            integration=self.name,
            message=message,
        )
        summary = self.env._("Connect %s again", self.name)
        _call_manager_once(self, RECONNECT, summary, note)


def _call_manager_once(record, activity_type, summary, note):
    """An activity for the manager of the record's company; an open one is enough."""
    record = record.sudo()
    if record.activity_search([activity_type]):
        return
    record.with_context(tracking_disable=False).activity_schedule(
        activity_type,
        fields.Date.context_today(record),
        summary=summary,
        # Part of it was told by the till: it is text.
        note=plaintext2html(note),
        user_id=record.company_id._pos_bridge_manager().id,
    )
