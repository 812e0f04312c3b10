"""Runs whose worker died, that were cancelled, or that somebody else asked for, too."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import pos_bridge_outlet_schedule as schedule
from ..models.pos_bridge_transfer_trouble import (
    FAILED_RUNS_BEFORE_PAUSE,
    TRIES,
)
from .common import DAY
from .scripted_till import down, unauthorized, wrong
from .test_trouble import LOGGER, TroubleCommon


@tagged("post_install", "-at_install")
class TestDeadWorker(TroubleCommon):
    def test_a_day_that_kills_every_worker_is_given_up(self):
        deadly, other = self.enqueue(0, 1)
        deadly.write({"state": "running", "attempts": TRIES - 1})
        self.work()
        self.assertEqual(self.states(deadly | other), ["done", "done"])
        deadly.write({"state": "running", "attempts": TRIES})
        self.work()
        self.assertEqual(deadly.state, "failed")
        self.assertIn("limit_time_real_cron", deadly.error)

    def test_a_dead_run_does_not_block_what_a_person_asks_for(self):
        dead = self.enqueue(0)
        dead.state = "running"
        self.integration.paused_reason = "Holidays"
        self.day().action_repost()
        self.assertEqual(dead.state, "cancelled")
        self.assertIn("interrupted", dead.error)
        states = {run.trigger: run.state for run in self.day().transfer_ids - dead}
        self.assertEqual(states, {"repost": "partial", "automatic": "queued"})
        self.integration.paused_reason = False
        self.work()
        self.assertEqual((self.asked(), self.used()), ([0], {"Coffee": 1}))


@tagged("post_install", "-at_install")
class TestTwoWishes(TroubleCommon):
    def test_undo_needs_no_till(self):
        self.enqueue(0)
        self.work()
        self.till.at(DAY, unauthorized())
        waiting = self.enqueue(0)
        self.work()
        self.assertEqual((waiting.state, self.integration.state), ("queued", "error"))
        self.day().action_undo()
        self.assertEqual((self.used(), self.day().state), ({}, "undone"))
        reading = self.day().transfer_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(reading.trigger, "automatic")
        self.assertTrue(reading.reads_source)

    def test_a_cancelled_undo_is_refused(self):
        self.enqueue(0)
        self.work()
        self.day().hold_revision = "0"
        undo = self.transfers._enqueue(self.day(), "undo")
        with self.assertRaisesRegex(UserError, "press Redo"):
            undo.action_cancel()
        self.assertEqual(undo.state, "queued")

    def test_a_confirmation_is_kept_where_two_runs_meet(self):
        first = self.enqueue(0, trigger="manual", confirmed_digest="looked at")
        first.state = "running"
        self.enqueue(0)
        first._wait()
        waiting = self.day().transfer_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(waiting.confirmed_digest, "looked at")
        self.assertEqual((waiting.trigger, first.state), ("manual", "cancelled"))

    def test_trying_again_begins_to_count_anew(self):
        self.till.at(DAY, down())
        transfer = self.enqueue(0)
        transfer.attempts = TRIES - 1
        transfer.action_retry()
        self.assertEqual((transfer.state, transfer.attempts), ("queued", 1))

    def test_a_till_that_is_down_is_asked_once_for_a_person(self):
        self.till.at(self.outlet.id, down())
        transfers = self.enqueue(0, 1, 2)
        other = self.enqueue(5, outlet=self.hall)
        (transfers | other)._run_all()
        self.assertEqual(self.asked(), [0, 5])
        self.assertEqual(self.states(transfers), ["queued"] * 3)


@tagged("post_install", "-at_install")
class TestWhatPausesAnOutlet(TroubleCommon):
    @mute_logger(LOGGER)
    def test_past_sales_and_posting_again_do_not(self):
        self.till.at(self.outlet.id, wrong())
        past = self.enqueue(*range(FAILED_RUNS_BEFORE_PAUSE + 1), trigger="migration")
        self.work()
        self.assertEqual(set(past.mapped("state")), {"parked"})
        self.assertEqual((self.outlet.state, self.outlet.failed_runs), ("active", 0))

    def test_one_day_that_cannot_be_read_does_not(self):
        self.till.at(DAY, wrong())
        for _morning in range(FAILED_RUNS_BEFORE_PAUSE + 1):
            self.enqueue(0)
            self.work()
        self.assertEqual((self.outlet.state, self.outlet.failed_runs), ("active", 1))


@tagged("post_install", "-at_install")
class TestOneOutletSpoilsNothing(TroubleCommon):
    def test_the_others_are_queued(self):
        outlets = self.outlet | self.hall
        outlets.write({"activated_on": DAY})
        self.integration.automatic = True
        self._let_till_be_asked()
        model = self.registry["pos.bridge.outlet"]
        original = model._get_due

        def get_due(outlet, now, known):
            if outlet == self.outlet:
                raise ZeroDivisionError
            return original(outlet, now, known)

        self.startPatcher(patch.object(model, "_get_due", get_due))
        self.startPatcher(
            patch.object(
                self.registry["pos.bridge.transfer"], "_rollback", lambda self: None
            )
        )
        with mute_logger(schedule.__name__), freeze_time("2026-03-05 12:00:00"):
            outlets._cron_queue_due()
        queued = self.transfers.search([("state", "=", "queued")])
        self.assertEqual(queued.outlet_id, self.hall)


@tagged("post_install", "-at_install")
class TestCancelledMigration(TroubleCommon):
    def test_its_last_day_does_not_come_back(self):
        migration = self.env["pos.bridge.migration"].create(
            {
                "outlet_id": self.outlet.id,
                "date_from": DAY,
                "date_to": DAY + timedelta(days=1),
            }
        )
        self.till.at(self.outlet.id, down())
        migration.action_start()
        first = migration.transfer_ids.sorted("business_date")[0]
        start = type(first)._start

        def cancel_meanwhile(transfer):
            started = start(transfer)
            migration.action_cancel()
            return started

        with patch.object(type(first), "_start", cancel_meanwhile):
            first._run_once()
        self.assertEqual(set(migration.transfer_ids.mapped("state")), {"cancelled"})
