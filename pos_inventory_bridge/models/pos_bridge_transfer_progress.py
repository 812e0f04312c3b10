from datetime import timedelta

from odoo import api, models

#: What waits no longer than this is on its way, and no trouble.
SOON = timedelta(minutes=2)


class PosBridgeTransfer(models.Model):
    """What is being posted at this moment is missing from every figure."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    @api.model
    def get_text_of_progress(self):
        """What overview and reports say of days that wait or run; False without any."""
        if not self.has_access("read"):
            return False
        count = self.search_count(self._domain_waiting(SOON))
        if not count:
            return False
        return self.env._(
            "Days that are being posted right now: %s. The figures are not complete "
            "yet.",
            count,
        )
