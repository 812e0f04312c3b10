from odoo import models


class PosBridgeException(models.Model):
    _inherit = "pos.bridge.exception"

    def _get_cure(self):
        """Nothing can be fetched again from a file: a complete one is uploaded."""
        cure = super()._get_cure()
        # Who may only look at a day does not read how its till is connected.
        is_file = self.integration_id.sudo().connector == "csv"
        return "upload" if is_file and cure == "fetch" else cure

    def _cure_upload(self):
        return self.integration_id.action_csv_upload()
