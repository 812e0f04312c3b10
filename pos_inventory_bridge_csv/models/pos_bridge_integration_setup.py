from odoo import models


class PosBridgeIntegration(models.Model):
    """Set-up of a till whose sales a person brings as files."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _can_run_automatically(self):
        return super()._can_run_automatically() and self.connector != "csv"

    def _get_setup_steps(self):
        """Nothing to connect or to activate: the first file brings all."""
        steps = super()._get_setup_steps()
        if self.connector != "csv":
            return steps
        kept = [step for step in steps if step["key"] in ("storage", "items")]
        return [self._setup_upload(), *kept]

    def _setup_upload(self):
        newest = self.env["pos.bridge.csv.file"].search(
            [("integration_id", "=", self.id)], order="id desc", limit=1
        )
        text = (
            self.env._("Last one: %s", newest.name)
            if newest
            else self.env._("It brings the outlets, the items and their sales.")
        )
        again, first = self.env._("Upload another"), self.env._("Upload the first file")
        return self._setup_step(
            "upload",
            self.env._("First file uploaded"),
            "done" if newest else "todo",
            text,
            again if newest else first,
            "action_csv_upload",
            for_user=True,
        )
