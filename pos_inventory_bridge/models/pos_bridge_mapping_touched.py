from odoo import models
from odoo.fields import Domain


class PosBridgeMapping(models.Model):
    """The posted days that mappings touch: found and marked for all of them at once.

    Who changes many one by one sets the context key ``pos_bridge_mark_later`` and marks
    the days of all at the end.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    def _mark_days_stale(self, date=None):
        """Days that sold the items, from the mapping's beginning on, may say something
        else.
        """
        if not self or self.env.context.get("pos_bridge_mark_later"):
            return
        items = self.item_id
        reason = (
            self.env._("Mapping of %s changed", items.name)
            if len(items) == 1
            else self.env._("Mappings of %s items changed", len(items))
        )
        days = self.env["pos.bridge.day"]
        days._mark_stale(self._domain_touched_days(date), reason)

    def _domain_touched_days(self, date=None):
        """Days that sold the items, from a date on, or those that each is for."""
        alike = self.grouped(
            lambda mapping: (
                mapping.integration_id,
                mapping.outlet_id,
                date or mapping.date_from,
                not date and mapping.date_to,
            )
        )
        days = self.env["pos.bridge.day"]
        return Domain.OR(
            days._domain_sold(mappings.item_id) & self._domain_of_days(*key)
            for key, mappings in alike.items()
        )

    def _domain_of_days(self, integration, outlet, first, last):
        domain = Domain("outlet_id.integration_id", "=", integration.id)
        if outlet:
            domain &= Domain("outlet_id", "=", outlet.id)
        if first:
            domain &= Domain("business_date", ">=", first)
        if last:
            domain &= Domain("business_date", "<=", last)
        return domain
