"""The run: triggers, collisions, and what each error of a connector leads to."""

from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..tools.errors import AuthenticationFailed, ContractViolation, TemporaryFailure
from ..tools.records import SaleLineData
from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestTransfer(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()

    def fetch_raises(self, error):
        connector = self.registry["pos.bridge.connector.none"]
        return patch.object(connector, "fetch_sales", side_effect=error)

    def test_log_of_a_run(self):
        self.sell({"ESP": 2, "NEW": 1})
        transfer = self.run_day()
        self.assertEqual(transfer.state, "partial")
        self.assertEqual(transfer.requested_by, self.user)
        self.assertEqual(
            (transfer.sale_count, transfer.line_count, transfer.item_count), (2, 2, 2)
        )
        self.assertEqual((transfer.move_count, transfer.exception_count), (1, 1))
        self.assertEqual(transfer.posting_id, self.day().posting_ids)
        self.assertTrue(transfer.started_at and transfer.finished_at)

    def test_connection_lost(self):
        with self.fetch_raises(AuthenticationFailed("The till refused the password.")):
            transfer = self.run_day()
        self.assertEqual((transfer.state, self.integration.state), ("queued", "error"))
        self.assertIn("refused", transfer.error)

    @freeze_time("2026-03-05 10:00:00")
    def test_till_busy_is_tried_again_later(self):
        with self.fetch_raises(TemporaryFailure("Too many requests", seconds=90)):
            transfer = self.run_day()
        self.assertEqual(transfer.state, "queued")
        self.assertEqual(str(transfer.next_try_at), "2026-03-05 10:01:30")
        self.assertFalse(self.day().revision)

    def told_of_many(self, error=None):
        """What a person is told who fetches 22 days: 20 at once, 2 in the queue."""
        dates = [DAY + timedelta(days=number) for number in range(22)]
        days = self.env["pos.bridge.day"]._get_or_create(self.outlet, dates)
        for date in dates:
            self.sell({"ESP": 1}, date)
        with self.fetch_raises(error) if error else nullcontext():
            told = days.with_user(self.user).action_fetch()
        queued = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        self.assertEqual(set(queued.day_id), set(days[-2:]))
        return told["params"]

    @freeze_time("2026-04-05 10:00:00")
    def test_many_days_that_fail_are_not_called_done(self):
        params = self.told_of_many(ContractViolation("The answer is broken."))
        self.assertEqual(params["type"], "danger")
        self.assertEqual(params["message"].count("The answer is broken."), 1)
        self.assertIn("in the background: 2", params["message"])

    @freeze_time("2026-04-05 10:00:00")
    def test_many_days_that_succeed(self):
        params = self.told_of_many()
        self.assertEqual(params["type"], "success")
        self.assertIn("Stock moves posted: 20", params["message"])
        self.assertIn("in the background: 2", params["message"])

    def test_till_busy_while_the_day_is_queued_again(self):
        queue = self.env["pos.bridge.transfer"]
        first = queue._enqueue(self.day(), "automatic")
        first._start()
        second = queue._enqueue(self.day(), "manual")
        first._fail_to_fetch(TemporaryFailure("Too many requests", seconds=90))
        self.assertEqual((first.state, second.state), ("cancelled", "queued"))
        self.assertTrue(second.next_try_at)

    def test_answer_that_breaks_the_contract_is_kept(self):
        with self.fetch_raises(ContractViolation("No sales in it", payload={"a": 1})):
            transfer = self.run_day()
        self.assertEqual(transfer.state, "parked")
        self.assertIn('"a": 1', transfer.error_payload)

    def test_one_bad_day_does_not_stop_the_others(self):
        other = DAY + timedelta(days=1)
        self.sell({"ESP": 2}, other)
        days = self.env["pos.bridge.day"]._get_or_create(self.outlet, [DAY, other])
        answer = self.till[self.outlet.id, other]

        def fetch(connector, outlet, date):
            if date == DAY:
                raise ContractViolation("broken")
            return answer

        connector = self.registry["pos.bridge.connector.none"]
        with patch.object(connector, "fetch_sales", fetch):
            transfers = self.env["pos.bridge.transfer"]._enqueue(days, "manual")
            transfers._run_all()
        self.assertEqual(transfers.mapped("state"), ["parked", "done"])
        self.assertEqual(self.used(self.day(other)), {"Coffee": 2})

    def test_a_day_waits_once(self):
        queue = self.env["pos.bridge.transfer"]
        first = queue._enqueue(self.day(), "repost")
        self.assertEqual(queue._enqueue(self.day(), "manual"), first)
        self.assertEqual(first.trigger, "manual")
        queue._enqueue(self.day(), "repost")
        self.assertEqual((first.trigger, first.reads_source), ("manual", True))
        queue._enqueue(self.day(), "undo")
        self.assertEqual((first.trigger, first.reads_source), ("undo", True))
        queue._enqueue(self.day(), "upload")
        self.assertEqual((first.trigger, first.reads_source), ("undo", True))
        queue._enqueue(self.day(), "redo")
        self.assertEqual(first.trigger, "redo")

    def test_an_undo_that_had_to_wait_is_not_lost(self):
        """Whichever run comes first finds the day undone and takes everything back."""
        self.sell({"ESP": 2})
        self.run_day()
        self.day().hold_revision = "0"
        for trigger in ("automatic", "upload"):
            self.run_day(trigger)
            self.assertEqual(self.used(), {})
            self.assertEqual(self.day().state, "undone")
        self.day().hold_revision = False
        self.run_day("automatic")
        self.assertEqual(self.used(), {"Coffee": 2})
        self.assertEqual(self.day().posting_ids[-1].kind, "redo")

    def test_a_failed_reading_leaves_the_day_as_it_is(self):
        self.sell({"ESP": 2})
        self.run_day()
        with self.fetch_raises(ContractViolation("broken")):
            self.assertEqual(self.run_day().state, "parked")
        self.assertEqual(self.day().state, "posted")

    def test_a_receipt_of_another_date_is_no_answer(self):
        strange = self.receipt("R1", [self.line(1, "ESP")], DAY + timedelta(days=1))
        self.sell([strange])
        transfer = self.run_day()
        self.assertEqual(transfer.state, "parked")
        self.assertIn("R1", transfer.error)
        self.assertFalse(self.day().sale_ids)

    def test_a_line_with_a_sku_only_makes_an_item_of_its_own(self):
        line = SaleLineData("1", "Espresso", Decimal(2), sku="ESP")
        self.sell([self.receipt("R1", [line])])
        self.assertEqual(self.run_day().state, "partial")
        item = self.day().sale_ids.line_ids.item_id
        self.assertEqual(item.external_id, "sku:ESP")
        self.run_day("manual")
        self.assertEqual(self.day().sale_ids.line_ids.item_id, item)

    def test_migration_ends(self):
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        migration = (
            self.env["pos.bridge.migration"]
            .with_user(self.user)
            .create(
                {
                    "outlet_id": self.outlet.id,
                    "date_from": DAY,
                    "date_to": DAY + timedelta(days=2),
                }
            )
        )
        self.sell({"ESP": 2})
        migration.action_start()
        self.assertEqual(len(migration.transfer_ids), 3)
        migration.sudo().transfer_ids._run_all()
        self.assertEqual(migration.state, "done")
        self.assertEqual(self.used(), {"Coffee": 2})

    def test_a_finished_transfer_does_not_run_again(self):
        self.sell({"ESP": 2})
        transfer = self.run_day()
        finished = transfer.finished_at
        transfer._run_all()
        self.assertEqual((transfer.state, transfer.finished_at), ("done", finished))

    def test_no_sales(self):
        self.run_day()
        self.assertEqual(self.day().state, "no_sales")
        self.assertFalse(self.day().attention)

    def test_scheduled_action_runs_the_queue(self):
        self.sell({"ESP": 2})
        self.env["pos.bridge.transfer"]._enqueue(self.day(), "automatic")
        with patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 10
        ):
            self.env["pos.bridge.transfer"]._cron_run_queued()
        self.assertEqual(self.used(), {"Coffee": 2})

    def test_outlet_needs_a_unit_and_a_connector_to_be_active(self):
        with self.assertRaisesRegex(Exception, "no connector"):
            self.outlet.action_activate()

    def test_sync_makes_outlets_and_items(self):
        self.integration.action_sync_items()
        self.assertIn("main", self.integration.outlet_ids.mapped("external_id"))
        self.assertTrue(
            all(self.integration.outlet_ids.mapped("consumption_location_id"))
        )

    def test_company_stays_once_there_is_an_outlet(self):
        with self.assertRaisesRegex(Exception, "stays with its company"):
            self.integration.company_id = self.env.ref("base.main_company")
