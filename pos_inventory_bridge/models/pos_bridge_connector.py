from odoo import api, models

from ..tools.records import OutletData, SalesDay


class PosBridgeConnector(models.AbstractModel):
    """What a point of sale must be able to answer; one child per kind of POS.

    Children are named ``pos.bridge.connector.<selection value>`` and found in one
    place, ``pos.bridge.integration._connector()``. They return the records of
    ``tools/records.py``, raise the errors of ``tools/errors.py``, and write nothing to
    the database.
    """

    _name = "pos.bridge.connector"
    _description = "POS connector"

    #: In which order a sold line looks for its item.
    _match_keys = ("external_id", "sku", "name")
    #: Does ``fetch_items`` list everything, so that what is missing is sold no more?
    _lists_all_items = True
    #: Are the prices of ``fetch_items`` without tax?
    _lists_net_prices = True

    @api.private
    def fetch_items(self, integration):
        """All items that can be sold, as an iterable of ``ItemData``."""
        raise NotImplementedError

    @api.private
    def fetch_sales(self, outlet, business_date):
        """The sales of one outlet on one business date, as a ``SalesDay``."""
        raise NotImplementedError

    @api.private
    def fetch_outlets(self, integration):
        """The places that sell; a source that knows none has one, named like it."""
        return [OutletData(external_id="main", name=integration.name)]

    @api.private
    def check_connection(self, integration):
        """Ask for as little as shows that the connection works; a short text for a
        person.
        """
        outlet = next(iter(self.fetch_outlets(integration)), None)
        item = next(iter(self.fetch_items(integration)), None)
        return self.env._(
            "Connected: first outlet %(outlet)s, first item %(item)s.",
            outlet=outlet.name if outlet else "-",
            item=item.name if item else "-",
        )

    def _is_no_goods(self, integration, item_type):
        """Does the till say of items of this type that they use nothing from stock?"""
        return False


class PosBridgeConnectorNone(models.AbstractModel):
    """No point of sale: has no items and sells nothing. The core's tests steer it."""

    _name = "pos.bridge.connector.none"
    _inherit = "pos.bridge.connector"
    _description = "No POS connector"

    @api.private
    def fetch_items(self, integration):
        return []

    @api.private
    def fetch_sales(self, outlet, business_date):
        return SalesDay(complete=True)
