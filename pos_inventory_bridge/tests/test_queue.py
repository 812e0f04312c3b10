"""The queue: who is next, who is left alone, and the one method that decides who
runs it.
"""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models import pos_bridge_transfer_queue as queue
from ..tools import locks
from .common import DAY, PosBridgeCommon
from .scripted_till import slow


class QueueCommon(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()
        cls.stock_up(cls.coffee, cls.kitchen)
        cls.hall = cls._create_outlet("Hall", cls.kitchen)
        cls.transfers = cls.env["pos.bridge.transfer"].sudo()
        cls.startClassPatcher(patch.object(queue, "SECONDS_BETWEEN_LOOKS", 0))
        cls.startClassPatcher(patch.object(queue, "LOOKS_IN_VAIN", 2))

    def date(self, number):
        return DAY + timedelta(days=number)

    def enqueue(self, *numbers, trigger="automatic", outlet=None, **vals):
        """Days after the first one wait; on each a coffee was sold."""
        dates = [self.date(number) for number in numbers]
        for date in dates:
            self.sell({"ESP": 1}, date, outlet=outlet)
        days = self.env["pos.bridge.day"]._get_or_create(outlet or self.outlet, dates)
        return self.transfers._enqueue(days, trigger, **vals)

    def work(self):
        """What one worker does."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *args, **vals: 10):
            self.transfers._cron_run_queued()
        self.env.invalidate_all()

    def asked(self):
        """[days after the first one] in the order in which the till was asked."""
        return [(date - DAY).days for _outlet, date in self.till.asked]


@tagged("post_install", "-at_install")
class TestQueue(QueueCommon):
    def held(self, space, key, shared=False):
        """Another worker, that has a lock for as long as this lasts."""
        cursor = self.registry.cursor()
        self.assertTrue(locks.take(cursor, space, key, shared=shared))
        return cursor

    # === WHO IS NEXT === #

    def test_most_urgent_then_oldest(self):
        self.enqueue(3, 1, priority=20)
        self.enqueue(4, 2)
        self.enqueue(5, priority=1)
        self.work()
        self.assertEqual(self.asked(), [5, 2, 4, 1, 3])
        self.assertEqual(self.used(self.day(self.date(3))), {"Coffee": 1})

    def test_what_becomes_urgent_meanwhile_is_next(self):
        self.enqueue(0, 1, 2, priority=20)
        self.till.then(slow(lambda: self.enqueue(9, priority=1)))
        self.work()
        self.assertEqual(self.asked(), [0, 9, 1, 2])

    def test_what_shall_wait_waits(self):
        transfer = self.enqueue(0)
        with freeze_time("2026-03-05 10:00:00"):
            transfer._wait(seconds=60)
            self.work()
        self.assertEqual(self.asked(), [])
        with freeze_time("2026-03-05 10:01:01"):
            self.work()
        self.assertEqual((self.asked(), transfer.state), ([0], "done"))

    def test_next_in_line_is_one_query_however_many_wait(self):
        self.enqueue(*range(30))
        self.env.flush_all()
        busy = queue.Domain("outlet_id", "=", self.hall.id)
        with self.assertQueryCount(1):
            first = self.transfers._next(busy)
        self.assertEqual(first.business_date, DAY)

    # === WHO IS LEFT ALONE === #

    def test_the_dead_leave_their_row(self):
        transfer = self.enqueue(0)
        transfer._start()
        self.work()
        self.assertEqual((transfer.state, transfer.attempts), ("done", 2))
        self.assertEqual(self.used(), {"Coffee": 1})

    def test_the_living_keep_theirs(self):
        transfer = self.enqueue(0)
        transfer._start()
        with self.held("transfer", transfer.id):
            self.work()
            self.assertEqual((transfer.state, self.asked()), ("running", []))

    def test_a_dead_run_and_a_new_request_post_once(self):
        dead = self.enqueue(0)
        dead._start()
        new = self.enqueue(0, trigger="manual")
        self.work()
        self.assertEqual((dead.state, new.state), ("done", "done"))
        self.assertEqual(self.used(), {"Coffee": 1})
        self.assertEqual(len(self.moves()), 1)

    def test_one_stream_of_requests_per_connection(self):
        """While the till is asked by another: what needs another till, or none."""
        waiting = self.enqueue(0)
        stored = self.enqueue(1, outlet=self.hall, trigger="repost")
        other = self.integration.copy({"name": "Other till"})
        cellar = self._create_outlet("Cellar", self.bar, integration_id=other.id)
        elsewhere = self.enqueue(2, outlet=cellar)
        with self.held("integration", self.integration.id):
            self.work()
            self.assertEqual(waiting.state, "queued")
            self.assertFalse(waiting.attempts)
            self.assertEqual(self.asked(), [2])
        self.assertTrue(stored.finished_at and elsewhere.finished_at)
        self.work()
        self.assertEqual(waiting.state, "done")

    def test_the_till_is_free_again_before_posting(self):
        """Somebody else may ask it while this day is computed and posted."""
        free = []

        def compute(transfer):
            with transfer.env.registry.cursor() as cursor:
                free.append(locks.take(cursor, "integration", self.integration.id))

        self.enqueue(0)
        with patch.object(
            self.registry["pos.bridge.transfer"], "_compute_and_post", compute
        ):
            self.transfers._run_next()
        self.assertEqual(free[0], True)

    def test_an_outlet_posts_its_days_in_order(self):
        """A worker leaves an outlet to the one that is there; a person need not."""
        own, other = self.enqueue(0), self.enqueue(1, outlet=self.hall)
        with self.held("outlet", self.outlet.id):
            self.work()
            self.assertEqual((own.state, other.state), ("queued", "done"))
            own._run_all()
        self.assertEqual(own.state, "done")

    def test_fifo_posts_one_day_at_a_time(self):
        transfer = self.enqueue(0)
        with (
            patch.object(queue, "SECONDS_FOR_A_TURN", 0),
            self.held("company", self.company.id),
        ):
            self.categ.property_cost_method = "fifo"
            self.work()
            self.assertEqual((transfer.state, self.used()), ("queued", {}))
            self.assertTrue(self.day().sale_ids, "It was read all the same.")
            self.assertFalse(transfer.attempts, "This was nobody's fault.")
        self.work()
        self.assertEqual((transfer.state, self.used()), ("done", {"Coffee": 1}))

    def test_average_cost_posts_beside_others(self):
        transfer = self.enqueue(0)
        with self.held("company", self.company.id, shared=True):
            self.work()
        self.assertEqual(transfer.state, "done")

    def test_who_collided_has_the_company_alone_next(self):
        """Nobody who is quicker by a little keeps it out; until then it waits."""
        transfer, met = self.enqueue(0), self.collides(1)
        with (
            patch.object(queue, "SECONDS_FOR_A_TURN", 0),
            patch.object(queue, "LOOKS_IN_VAIN", 1),
            self.held("company", self.company.id, shared=True),
        ):
            self.work()
            self.assertEqual((transfer.state, self.used()), ("queued", {}))
            self.assertFalse(transfer.attempts, "This was nobody's fault.")
        self.assertEqual(len(met), 1)
        self.work()
        self.assertEqual((transfer.state, self.used()), ("done", {"Coffee": 1}))

    def test_nobody_posts_beside_one_that_has_the_company_alone(self):
        transfer = self.enqueue(0)
        with (
            patch.object(queue, "SECONDS_FOR_A_TURN", 0),
            self.held("company", self.company.id),
        ):
            self.work()
        self.assertEqual((transfer.state, self.used()), ("queued", {}))

    def test_a_lock_can_be_waited_for(self):
        with self.held("company", 1), self.registry.cursor() as cursor:
            self.assertTrue(locks.take(cursor, "outlet", 1))
            self.assertFalse(locks.take(cursor, "company", 1, seconds=1))
            # What this one had before it waited in vain is its own still.
            with self.registry.cursor() as third:
                self.assertFalse(locks.take(third, "outlet", 1))
        with self.registry.cursor() as cursor:
            self.assertTrue(locks.take(cursor, "company", 1, seconds=1))

    # === COLLISIONS === #

    def collides(self, times):
        """The posting meets another one so many times; then it is alone."""
        model = self.registry["pos.bridge.transfer"]
        original, met = model._compute_and_post, []

        def compute(transfer):
            met.append(transfer)
            if len(met) <= times:
                raise SerializationFailure("could not serialize access")
            return original(transfer)

        self.startPatcher(patch.object(model, "_compute_and_post", compute))
        self.startPatcher(patch.object(model, "_rollback", lambda self: None))
        self.startPatcher(patch.object(queue.time, "sleep", lambda seconds: None))
        return met

    def test_a_collision_starts_the_step_again_and_not_the_till(self):
        met = self.collides(2)
        transfer = self.enqueue(0)
        self.work()
        self.assertEqual((len(met), self.asked()), (3, [0]))
        self.assertEqual((transfer.state, self.used()), ("done", {"Coffee": 1}))

    def test_who_always_meets_others_is_not_overtaken(self):
        self.collides(1 + queue.ATTEMPTS_ON_COLLISION)
        transfers = self.enqueue(0, 1)
        self.work()
        self.assertEqual(self.asked(), [0, 0, 1])
        self.assertEqual(transfers.mapped("state"), ["done", "done"])

    # === PAUSED === #

    def test_paused_means_only_by_hand(self):
        self.outlet.state = "active"
        self.outlet._pause("Paused by hand")
        own, other = self.enqueue(0, 1), self.enqueue(2, outlet=self.hall)
        self.work()
        self.assertEqual((self.asked(), other.state), ([2], "done"))
        self.assertEqual(set(own.mapped("state")), {"queued"})
        self.day(self.date(1)).with_user(self.user).action_fetch()
        self.assertEqual(self.asked(), [2, 1])
        self.outlet.state = "active"
        self.work()
        self.assertEqual(self.asked(), [2, 1, 0])

    def test_a_paused_integration_is_not_asked_unasked(self):
        self.integration.paused_reason = "Holidays"
        self.enqueue(0)
        self.enqueue(1, trigger="migration")
        self.work()
        self.assertEqual(self.asked(), [1])

    # === WHO RUNS IT === #

    def triggers(self):
        """{cron number: moments at which it will run}"""
        crons = self.transfers._workers()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "in", crons.ids)])
        return {
            number: sorted(str(row.call_at) for row in triggers if row.cron_id == cron)
            for number, cron in enumerate(crons, 1)
        }

    @freeze_time("2026-03-05 10:00:00")
    def test_each_worker_is_woken_as_soon_as_there_is_work(self):
        crons = self.transfers._workers()
        self.assertEqual(crons.mapped("active"), [True, True, False, False])
        transfers = self.enqueue(0, 1, 2)
        transfers[0].next_try_at = "2026-03-05 12:00:00"
        transfers._dispatch()
        moments = ["2026-03-05 10:00:00", "2026-03-05 12:00:00"]
        self.assertEqual(self.triggers(), {1: moments, 2: moments, 3: [], 4: []})

    @freeze_time("2026-03-05 10:00:00")
    def test_one_day_wakes_one_worker(self):
        self.enqueue(0)._dispatch()
        woken = [number for number, moments in self.triggers().items() if moments]
        self.assertEqual(woken, [1])

    def test_only_one_method_decides_who_runs_it(self):
        """An add-on that runs them otherwise replaces it; no action is triggered."""
        dispatched = []
        model = self.registry["pos.bridge.transfer"]
        with patch.object(model, "_dispatch", lambda run: dispatched.extend(run.ids)):
            transfer = self.enqueue(0)
            transfer._wait(seconds=60)
            days = self.enqueue(*range(1, 23)).day_id
            days.with_user(self.user).action_fetch()
            self.integration.state = "connected"
        self.assertEqual(self.triggers(), {1: [], 2: [], 3: [], 4: []})
        late = days.sorted("business_date")[20:].transfer_ids
        self.assertLessEqual({transfer.id, *late.ids}, set(dispatched))

    def test_a_manager_sets_the_number_of_workers(self):
        manager = new_test_user(
            self.env, "boss", groups="pos_inventory_bridge.pos_bridge_group_manager"
        )
        crons = self.transfers._workers()
        wizards = self.env["pos.bridge.queue.wizard"].with_user(manager)
        self.assertEqual(wizards.create({}).workers, "2")
        for workers in (4, 1, 3):
            wizards.create({"workers": str(workers)}).action_save()
            self.assertEqual(len(crons.filtered("active")), workers)
        with self.assertRaises(AccessError):
            self.env["pos.bridge.queue.wizard"].with_user(self.user).create({})

    # === THE RUN LOG === #

    @freeze_time("2026-03-05 10:00:00")
    def test_the_log_speaks_of_seconds_and_hours(self):
        transfer = self.enqueue(0)
        told = []
        for seconds in (0, 7, 119, 5400):
            transfer.started_at = "2026-03-05 08:00:00"
            transfer.finished_at = transfer.started_at + timedelta(seconds=seconds)
            told.append(transfer.duration)
        self.assertEqual(told, ["1 s", "7 s", "119 s", "01:30 h"])

    def test_from_the_log_to_day_and_posting(self):
        transfer = self.enqueue(0)
        self.assertEqual(str(transfer.happened_at), str(transfer.create_date))
        self.work()
        self.assertEqual(transfer.happened_at, transfer.started_at)
        self.assertEqual(transfer.action_view_day()["res_id"], self.day().id)
        posting = self.day().posting_ids
        self.assertEqual(transfer.action_view_posting()["res_id"], posting.id)

    def test_a_user_runs_what_waits_without_waiting(self):
        self.user.group_ids = [
            Command.link(self.env.ref("pos_inventory_bridge.pos_bridge_group_user").id)
        ]
        transfer = self.enqueue(0)
        transfer._wait(seconds=3600)
        told = transfer.with_user(self.user).action_retry()["params"]
        self.assertEqual((transfer.state, told["type"]), ("done", "success"))
        self.assertIn("Stock moves posted: 1", told["message"])
