"""What is kept for how long, what posting again needs, and what a copy must not do."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import file_open

from ..models import pos_bridge_housekeeping
from ..tools.errors import ContractViolation
from .common import PosBridgeCommon

OLD = date(2026, 1, 1)
OLDER = date(2025, 12, 31)
NEW = date(2026, 4, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-04-05 10:00:00")
class TestHousekeeping(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()
        cls.integration.payload_days = 90

    def sold(self, day, complete=True, receipts=1):
        sales = [
            self.receipt(
                f"{day}-{number}", [self.line(1, "ESP")], day, payload={"a": 1}
            )
            for number in range(receipts)
        ]
        self.sell(sales, day, complete)
        self.run_day(day=self.day(day))
        return self.env["pos.bridge.sale"].search([("business_date", "=", day)])

    def clean(self):
        done = self.env["pos.bridge.sale"]._gc_payloads()
        self.env["pos.bridge.transfer"]._gc_payloads()
        self.env.invalidate_all()
        return done

    def test_old_answers_go_and_their_lines_stay(self):
        old, new = self.sold(OLD), self.sold(NEW)
        digest = old.payload_digest
        self.assertEqual(old.payload, {"a": 1})
        self.clean()
        self.assertFalse(old.payload)
        self.assertEqual((old.payload_digest, len(old.line_ids)), (digest, 1))
        self.assertEqual(new.payload, {"a": 1})

    def test_as_long_as_the_integration_says(self):
        old = self.sold(OLD)
        self.integration.payload_days = 120
        self.clean()
        self.assertTrue(old.payload)

    def test_an_open_day_keeps_its_answers(self):
        provisional = self.sold(OLD, complete=False)
        self.clean()
        self.assertTrue(provisional.payload)

    def test_in_batches(self):
        self.sold(OLD, receipts=5)
        with patch.object(pos_bridge_housekeeping, "BATCH", 2):
            self.assertEqual(self.clean(), (2, 1))
            self.assertEqual(self.clean(), (2, 1))
            self.assertEqual(self.clean(), (1, 0))
            self.assertEqual(self.clean(), (0, 0))

    def test_answers_that_could_not_be_used_go_as_well(self):
        error = ContractViolation("No sales in it", payload={"a": 1})
        connector = self.registry["pos.bridge.connector.none"]
        with patch.object(connector, "fetch_sales", side_effect=error):
            old, new = (self.run_day(day=self.day(each)) for each in (OLD, NEW))
        old.finished_at = "2026-01-02 10:00:00"
        self.clean()
        self.assertFalse(old.error_payload)
        self.assertIn("No sales in it", old.error)
        self.assertIn('"a": 1', new.error_payload)

    def test_replay_needs_neither_till_nor_raw_answers(self):
        """Promise 8: undo all, take the answers away, post from what is stored."""
        self.sold(OLD, receipts=3)
        self.clean()
        day = self.day(OLD)
        day.hold_revision = "0"
        self.run_day("undo", day)
        self.assertEqual(self.used(day), {})
        day.hold_revision = False
        self.till.clear()
        silent = patch.object(
            self.registry["pos.bridge.connector.none"],
            "fetch_sales",
            side_effect=AssertionError("No till may be asked."),
        )
        with silent:
            transfer = self.run_day("repost", day)
        self.assertEqual(transfer.state, "done")
        self.assertEqual(self.used(day), {"Coffee": 3})

    def test_the_same_answer_again_writes_nothing(self):
        """Though what it said is not kept any more."""
        old = self.sold(OLD)
        self.clean()
        revision = old.revision
        before = self.row_counts()
        self.run_day("manual", self.day(OLD))
        self.assertEqual((self.row_counts(), old.revision), (before, revision))

    def test_a_neutralized_copy_does_nothing_by_itself(self):
        migration = self.env["pos.bridge.migration"].create(
            {"outlet_id": self.outlet.id, "date_from": OLDER, "date_to": OLD}
        )
        migration.action_start()
        migration.action_pause()
        self.env["pos.bridge.transfer"]._enqueue(self.day(NEW), "automatic")
        self.integration.automatic = True
        self.env["pos.bridge.token"].sudo().create(
            {"integration_id": self.integration.id, "name": "password", "value": "hush"}
        )
        self.outlet.state = "active"
        self.env.flush_all()
        with file_open("pos_inventory_bridge/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.env["pos.bridge.token"].sudo().search_count([]))
        self.assertFalse(self.integration.automatic)
        self.assertEqual(self.integration.state, "draft")
        self.assertEqual(self.outlet.state, "inactive")
        self.assertEqual(migration.state, "cancelled")
        open_states = ("queued", "running", "paused")
        transfers = self.env["pos.bridge.transfer"]
        self.assertFalse(transfers.search_count([("state", "in", open_states)]))
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=", "pos_inventory_bridge")]
        )
        crons = self.env["ir.cron"].with_context(active_test=False)
        self.assertTrue(ours)
        self.assertFalse(any(crons.browse(ours.mapped("res_id")).mapped("active")))

    def test_days_between(self):
        """The limit is the business date, not the moment of reading."""
        edge = date(2026, 4, 5) - timedelta(days=90)
        kept = self.sold(edge)
        gone = self.sold(edge - timedelta(days=1))
        self.clean()
        self.assertTrue(kept.payload)
        self.assertFalse(gone.payload)
