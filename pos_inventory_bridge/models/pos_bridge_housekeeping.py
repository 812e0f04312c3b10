from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: So many are emptied at once; the autovacuum comes again while there are more.
BATCH = 1000
#: What is kept for longer, as such a day may have to be looked into.
OPEN_STATES = ("pending", "provisional", "failed")


def remove_in_batches(records, field, domains):
    """Empty ``field`` of the first records that one of the domains finds.

    :return: what the autovacuum wants: (how many were emptied, how many may be left)
    """
    domain = Domain.OR(domains) & Domain(field, "!=", False)
    found = records.search(domain, limit=BATCH + 1, order="id")
    now = found[:BATCH]
    now.write({field: False})
    return len(now), len(found - now)


class PosBridgeIntegration(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _oldest_payload_date(self):
        """Answers about earlier business dates are not kept."""
        self.ensure_one()
        return fields.Date.today() - timedelta(days=max(self.payload_days, 0))


class PosBridgeSale(models.Model):
    """The till's raw answers are proof for a while; lines and fingerprint stay, so
    posting again needs neither them nor the till.
    """

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.sale"

    _with_payload = models.Index("(outlet_id, business_date) WHERE payload IS NOT NULL")

    @api.autovacuum
    def _gc_payloads(self):
        domains = self._domains_of_old_payloads()
        return remove_in_batches(self, "payload", domains)

    @api.model
    def _domains_of_old_payloads(self):
        """Per outlet: everything old enough, except receipts of days that are open."""
        outlets = self.env["pos.bridge.outlet"].search([("day_ids", "!=", False)])
        open_dates = {
            outlet.id: dates
            for outlet, dates in self.env["pos.bridge.day"]._read_group(
                [("state", "in", OPEN_STATES)],
                ["outlet_id"],
                ["business_date:array_agg"],
            )
        }
        return [
            Domain("outlet_id", "=", outlet.id)
            & Domain("business_date", "<", outlet.integration_id._oldest_payload_date())
            & Domain("business_date", "not in", open_dates.get(outlet.id, []))
            for outlet in outlets
        ]


class PosBridgeTransfer(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    @api.autovacuum
    def _gc_payloads(self):
        """The answers that could not be used; the error itself stays in the log."""
        outlets = self.env["pos.bridge.outlet"].search([("day_ids", "!=", False)])
        domains = [
            Domain("outlet_id", "=", outlet.id)
            & Domain("finished_at", "<", outlet.integration_id._oldest_payload_date())
            for outlet in outlets
        ]
        return remove_in_batches(self, "error_payload", domains)
