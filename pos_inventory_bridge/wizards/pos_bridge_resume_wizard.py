from odoo import api, fields, models


class PosBridgeResumeWizard(models.TransientModel):
    """Sales are read again: what about the days that were missed meanwhile?"""

    _name = "pos.bridge.resume.wizard"
    _description = "Resume reading sales"

    outlet_ids = fields.Many2many("pos.bridge.outlet")
    integration_id = fields.Many2one(
        "pos.bridge.integration", help="It was paused as a whole."
    )
    missed_days = fields.Text(compute="_compute_missed_days")
    missed_count = fields.Integer("Days Missed", compute="_compute_missed_days")

    @api.depends("outlet_ids")
    def _compute_missed_days(self):
        for wizard in self:
            missing = wizard.outlet_ids._get_missing_dates()
            wizard.missed_count = sum(map(len, missing.values()))
            wizard.missed_days = "\n".join(
                f"{outlet.name}: {outlet._spans_text(missing[outlet.id])}"
                for outlet in wizard.outlet_ids
                if missing.get(outlet.id)
            )

    def action_resume_and_fetch(self):
        """Queue what was missed, oldest first; the run log shows how it goes."""
        self.ensure_one()
        count = self.missed_count
        self.outlet_ids._resume(self.integration_id)
        return self._told(
            self.env._(
                "Resumed. Missed days that are read in the background now: %s. The "
                "run log shows them.",
                count,
            )
        )

    def action_resume_only(self):
        """From today on; the missed days stay listed on each outlet."""
        self.ensure_one()
        self.outlet_ids._resume(self.integration_id, fetch=False)
        return self._told(
            self.env._(
                "Resumed from today. The missed days stay listed on the outlet, where "
                "they can be fetched one by one."
            )
        )

    def _told(self, message):
        told = self.env["pos.bridge.integration"]._notification(message, "success")
        told["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return told
