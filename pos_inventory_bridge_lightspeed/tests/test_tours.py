"""From a client id to ninety days in the ledger, in a browser."""

import dataclasses
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.pos_inventory_bridge.models import pos_bridge_day

from .common import LightspeedCommon
from .simulated import Till

DAYS = 90
APPROVE = "<script>document.querySelector('[value=approve]').click()</script>"


class HastyTill(Till):
    """Its page is approved as soon as a browser shows it."""

    def authorize_page(self, request):
        page = super().authorize_page(request)
        return dataclasses.replace(page, body=page.body + APPROVE)


@tagged("post_install", "-at_install")
class TestTours(LightspeedCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.start(make=HastyTill, receipts=8)
        self.outlet.unlink()
        self.integration.write({"name": "Lightspeed", "lightspeed_confirmed": False})
        redirect = self.integration.oauth2_redirect_uri
        self.lightspeed.guard.add_client("devp-v2-demo-tour", "tour-secret", redirect)
        self.env.ref("uom.decimal_product_uom").digits = 5
        self.beans, self.bun = self.ingredient("Beans"), self.ingredient("Bun")
        self.stock_up(self.beans | self.bun)
        self._begin_before_other_cursors()
        # A step of a tour waits ten seconds at most.
        self.startPatcher(patch.object(pos_bridge_day, "DAYS_WHILE_WAITING", 3))

    def _begin_before_other_cursors(self):
        """Here all cursors are savepoints of one transaction, and the first one of a
        request has to come before those that it opens.
        """
        integrations = self.registry["pos.bridge.integration"]
        original = integrations._till_to_oneself

        def after_another_query(integration):
            integration.env.cr.execute("SELECT 1")
            return original(integration)

        self.enterContext(
            patch.object(integrations, "_till_to_oneself", after_another_query)
        )

    def test_from_nothing_to_the_ledger(self):
        action = "/odoo/action-pos_inventory_bridge.pos_bridge_integration_action"
        self.start_tour(
            f"{action}/{self.integration.id}",
            "pos_bridge_lightspeed_connect",
            login=self.manager.login,
            timeout=180,
        )
        self.env.invalidate_all()
        (page,) = self.lightspeed.find("/auth$", method="GET")
        self.assertEqual(page.params["client_id"], "devp-v2-demo-tour")
        self.outlet = self.integration.outlet_ids.filtered("storage_unit_id")
        self.assertEqual(self.outlet.external_id, str(self.location.id))
        migration = self.env["pos.bridge.migration"].search([])
        waiting = migration.transfer_ids.sorted("business_date")
        waiting.with_user(self.manager)._run_all()
        self.assertEqual(migration.state, "done")
        dates = sorted(migration.transfer_ids.mapped("business_date"))
        self.assertEqual(len(dates), DAYS)
        looks = migration.transfer_ids.day_id.filtered("waits_for_look")
        self.assertEqual(sorted(looks.mapped("business_date")), dates)
        self.assertFalse([day for day in looks if self.moves(day)])
        self.start_tour(
            f"/odoo/action-pos_inventory_bridge.pos_bridge_migration_action/{migration.id}",
            "pos_bridge_lightspeed_look",
            login=self.manager.login,
            timeout=180,
        )
        self.env.invalidate_all()
        # More than a person waits for: the others were left to the queue.
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        self.assertEqual(set(queued.mapped("trigger")), {"repost"})
        queued.sorted("business_date").with_user(self.manager)._run_all()
        self.assertEqual(self.unlike_the_truth(dates), [])

    def unlike_the_truth(self, dates):
        """The days whose ledger is not what the guests had."""
        each = {"COFFEE": ("Beans", 0.009), "BRG-01": ("Bun", 1)}
        found = []
        for date in dates:
            truth = self.truth(date)
            expected = {
                name: round(float(truth[sku]) * quantity, 5)
                for sku, (name, quantity) in each.items()
                if truth.get(sku)
            }
            if self.used(self.day(date)) != expected:
                found.append(date)
        return found
