from odoo import api, models
from odoo.tools import LazyTranslate

from ..tools.contract import CONTRACT

_lt = LazyTranslate(__name__, default_lang="en_US")


class PosBridgeConnectorSides(models.AbstractModel):
    """Answers from the daily order report of SIDES."""

    _name = "pos.bridge.connector.sides"
    _inherit = "pos.bridge.connector.json"
    _description = "SIDES connector"

    #: What portals sell, deposits and fees are not in the list of products.
    _lists_all_items = False
    _contract = CONTRACT
    _contract_tz = "Europe/Berlin"
    _contract_sentences = {
        "right_missing": _lt(
            "The API user of SIDES lacks a right. In SIDES, Admin > Store > System "
            "settings > API rights, tick these two for it, spelled just so: "
            "statisticdata.dailyOrderReport, statisticdata.dailyOrderReportPublic."
        ),
        "store_unknown": _lt(
            "SIDES does not know this store. Compare its ID here with the uuid that "
            "SIDES shared for the store."
        ),
    }
    _seconds_between = 0.3

    @api.private
    def _request_timeout(self, integration):
        return 30
