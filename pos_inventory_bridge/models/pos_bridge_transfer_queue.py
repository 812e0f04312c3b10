import logging
import random
import time
from contextlib import contextmanager
from datetime import timedelta

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

from ..tools import locks
from .pos_bridge_transfer import READING

_logger = logging.getLogger(__name__)

#: What of two requests for one day is done; a later one of the same rank wins.
RANKS = {
    # Any other run posts what waited for goods, too.
    "goods": -1,
    "automatic": 0,
    "repost": 1,
    **dict.fromkeys(READING[1:], 2),
    "undo": 3,
    "redo": 3,
}
#: Another run was there first; the step starts again and sees its work.
COLLISIONS = (
    ConcurrencyError,
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)
ATTEMPTS_ON_COLLISION = 5
#: A person waits so long for another run of the day, and for a till that is asked.
SECONDS_OF_A_PERSON = 20
#: So long a run waits until other days of its company are posted.
SECONDS_FOR_A_TURN = 60
#: A worker that finds only what others are at looks again so often, so many times.
SECONDS_BETWEEN_LOOKS = 0.2
LOOKS_IN_VAIN = 40
WORKERS_MAX = 4
#: Of many different waits the first few are told; later ones are found by the clock.
MOMENTS_TOLD = 10


class PosBridgeTransfer(models.Model):
    """The queue: who waits, who is next, and that nothing is run twice."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    # === WAITING === #

    @api.model
    def _enqueue(self, days, trigger, **vals):
        """One queued transfer per day; a day that waits already is not queued twice.

        Nothing that was asked for is lost: of two requests the one of higher rank is
        done, and the source is read if either of them wanted it.
        """
        vals = {"reads_source": trigger in READING, **vals, "trigger": trigger}
        transfers = self.sudo()
        queued = transfers.search(
            [("day_id", "in", days.ids), ("state", "=", "queued")]
        )
        for transfer in queued:
            transfer._join(vals)
        missing = days - queued.day_id
        try:
            with self.env.cr.savepoint():
                new = transfers.create([{**vals, "day_id": day.id} for day in missing])
        except UniqueViolation as error:
            # Two clicks at one moment: Odoo starts this one again.
            raise ConcurrencyError(
                self.env._("Somebody else is posting this day right now.")
            ) from error
        return (queued | new).sorted("business_date")

    def _join(self, vals):
        """Let this waiting transfer do what another request wants, too."""
        wins = RANKS[vals["trigger"]] >= RANKS[self.trigger]
        joined = vals if wins else {}
        confirmed = vals.get("confirmed_digest") or self.confirmed_digest
        # A person who waits does not wait longer; a migration keeps its own rows.
        priority = min(self.priority, vals.get("priority", self.priority))
        error = {name: vals[name] for name in ("error", "next_try_at") if name in vals}
        self.write(
            {
                **joined,
                **error,
                "reads_source": self.reads_source or vals["reads_source"],
                "priority": priority,
                "attempts": vals.get("attempts", self.attempts),
                "confirmed_digest": confirmed,
                "migration_id": self.migration_id.id or vals.get("migration_id"),
            }
        )

    def _wait(self, seconds=0, error=False):
        """Back into the queue; where the day waits there already, that one waits."""
        # Not one's own fault: this try does not count.
        tries = self.attempts if error else max(self.attempts - 1, 0)
        vals = {"error": error, "attempts": tries}
        if seconds:
            vals["next_try_at"] = fields.Datetime.now() + timedelta(seconds=seconds)
        waiting = [
            ("day_id", "=", self.day_id.id),
            ("state", "=", "queued"),
            ("id", "!=", self.id),
        ]
        transfer = self
        if self.search_count(waiting, limit=1):
            self.write({"state": "cancelled", "error": error})
            transfer = self._enqueue(self.day_id, **self._prepare_wish(), **vals)
        else:
            self.write({"next_try_at": False, **vals, "state": "queued"})
        transfer._dispatch()

    def _prepare_wish(self):
        """What was asked of this transfer, for another one of its day."""
        return {
            "trigger": self.trigger,
            "reads_source": self.reads_source,
            "priority": self.priority,
            "confirmed_digest": self.confirmed_digest,
            "migration_id": self.migration_id.id,
        }

    def _put_dead_away(self):
        """Whoever runs has the day's lock: others that run it have lost their worker.

        :return: what was asked of these
        """
        others = [
            ("day_id", "=", self.day_id.id),
            ("state", "=", "running"),
            ("id", "!=", self.id),
        ]
        dead = self.search(others)
        dead._give_up(
            self.env._("It was interrupted; a later run does what it had to.")
        )
        dead.flush_recordset()
        return [run._prepare_wish() for run in dead]

    # === DECIDING WHO RUNS THEM === #

    def _dispatch(self):
        """Get these waiting transfers run, each as soon as it may be.

        Nothing else knows by whom: here it is the scheduled actions, one per worker. An
        add-on with another way to run things overrides this method alone and calls
        ``_run_once``.
        """
        now = fields.Datetime.now()
        moments = {max(row.next_try_at or now, now) for row in self}
        workers = self._workers().filtered("active")[: len(self)]
        for worker in workers:
            worker._trigger(sorted(moments)[:MOMENTS_TOLD])

    @api.model
    def _dispatch_waiting(self, domain):
        """What waited for a person's decision may run now."""
        waiting = [*domain, ("state", "=", "queued")]
        self.sudo().search(waiting)._dispatch()

    @api.model
    def _workers(self):
        """The scheduled actions that run the queue; so many may be active at once."""
        crons = self.env["ir.cron"].sudo().browse()
        for name in ("", *range(2, WORKERS_MAX + 1)):
            xml_id = f"pos_inventory_bridge.ir_cron_run_queued{name and f'_{name}'}"
            crons |= self.env.ref(xml_id, raise_if_not_found=False) or crons
        return crons

    # === WORKERS === #

    @api.model
    def _cron_run_queued(self):
        """Scheduled, by several workers at once: run what waits until nothing does or
        the time is up. Whatever becomes urgent meanwhile is next.
        """
        cron = self.env["ir.cron"]
        seconds_left = cron._commit_progress(remaining=self._count_waiting())
        while seconds_left and self._run_next():
            seconds_left = cron._commit_progress(1)
            self.env.invalidate_all()  # so that memory does not grow
        if seconds_left:
            cron._commit_progress(remaining=0)

    @api.model
    def _run_next(self):
        """Run what is next; False if nothing waits, or others are at all of it."""
        for _look in range(LOOKS_IN_VAIN):
            busy = Domain.FALSE
            while transfer := self._next(busy):
                found_busy = transfer._run_once()
                if found_busy is None:
                    return True
                busy |= found_busy
            if busy.is_false():
                return False
            self._commit()
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return False

    @api.model
    def _next(self, busy):
        """The most urgent transfer, then the oldest day, that nobody is busy with."""
        domain = self._domain_waiting() & ~busy
        return self.search(domain, order="priority, business_date, id", limit=1)

    @api.model
    def _count_waiting(self):
        return self.search_count(self._domain_waiting())

    @api.model
    def _domain_waiting(self, within=timedelta()):
        """What may be run now, or so soon. ``running`` without its lock was left by a
        worker that died; one with it is found busy.
        """
        now = fields.Datetime.now() + within
        shut = self.env["pos.bridge.integration"]._domain_shut()
        return (
            Domain("state", "in", ("queued", "running"))
            & (Domain("next_try_at", "=", False) | Domain("next_try_at", "<=", now))
            & (
                Domain("reads_source", "=", False)
                | Domain("trigger", "not in", READING)
                | Domain("day_id.integration_id", "not any", shut)
            )
            & (
                Domain("trigger", "!=", "automatic")
                | (
                    Domain("outlet_id.state", "!=", "paused")
                    & Domain("day_id.integration_id.paused_reason", "=", False)
                )
            )
        )

    def _run_all(self):
        """Run these now for a person who waits, oldest business date first; one bad day
        does not stop the others. A till that is down is not asked for each of them:
        they wait in the queue.
        """
        down = self.env["pos.bridge.outlet"]
        for transfer in self.sudo():
            if transfer.outlet_id in down and transfer._asks_till():
                continue
            transfer._run_once(SECONDS_OF_A_PERSON)
            if transfer.state == "queued" and transfer.next_try_at:
                down |= transfer.outlet_id

    def _run_once(self, patience=0):
        """Claim, run, commit.

        Workers take the days of one outlet one after the other, oldest first; a person
        does not wait for that, only for another run of the same day and for the till.

        :param patience: how many seconds a person waits for either
        :return: None when it was run, else which transfers are busy, as a domain
        """
        self.ensure_one()
        # Reading ahead for all days that wait would cost more with each of them.
        transfer = self.with_prefetch()
        outlet, day = transfer.outlet_id, transfer.day_id
        connection = outlet.integration_id
        # What was read until now is forgotten: the row is read again once it is ours.
        transfer._commit()
        with self.env.registry.cursor() as lock:
            if not (
                transfer._claim(lock)
                and (patience or locks.take(lock, "outlet", outlet.id))
                and locks.take(lock, "day", day.id, patience)
            ):
                return Domain("outlet_id", "=", outlet.id)
            transfer.invalidate_recordset()
            if not transfer._run(patience):
                reading = Domain("reads_source", "=", True)
                return reading & Domain("day_id.integration_id", "=", connection.id)
            transfer._finish_migration()
            is_open = transfer.state in ("queued", "running")
            if is_open and not transfer.next_try_at:
                return Domain("outlet_id", "=", outlet.id)
        return None

    def _finish_migration(self):
        """Was it the last one? Who meets others leaves that to whoever comes next."""
        try:
            self._alone(self.migration_id._finish_if_done)
        except COLLISIONS:
            _logger.info("Migration of transfer %s: others were first", self.id)

    def _claim(self, cursor):
        """For as long as the run lasts; a worker that dies frees it at once."""
        return locks.take(cursor, "transfer", self.id)

    @contextmanager
    def _open_till(self, patience):
        """One stream of requests per connection, across all workers and servers."""
        if not self._asks_till():
            yield True
            return
        with self.env.registry.cursor() as cursor:
            connection = self.outlet_id.integration_id
            yield locks.take(cursor, "integration", connection.id, patience)

    # === STEPS THAT MEET OTHERS === #

    def _post_in_turn(self):
        """Compute and post, beside other days of the company.

        A day that collides with another one, because both take from one shelf, has the
        company to itself for its next try: a worker that is quicker by a little would
        keep the other one out until the queue is empty. Where FIFO is used all days
        collide, since each posting rewrites the costs of its products.
        """
        shared = not self.company_id._pos_bridge_uses_fifo()
        if shared:
            try:
                self._post_beside(shared, attempts=1)
                return
            except COLLISIONS:
                shared = False
        self._post_beside(shared)

    def _post_beside(self, shared, **attempts):
        """:param shared: other days of the company may be posted meanwhile"""
        company = self.company_id.id
        with self.env.registry.cursor() as cursor:
            if not shared:
                # What was read is forgotten: others post until it is this one's turn.
                self._commit()
            seconds = SECONDS_FOR_A_TURN
            is_my_turn = locks.take(cursor, "company", company, seconds, shared)
            self._alone(
                self._compute_and_post if is_my_turn else self._wait, **attempts
            )

    def _alone(self, step, *args, attempts=ATTEMPTS_ON_COLLISION):
        """One step in one transaction; a collision with another run starts it again."""
        for attempt in range(attempts):
            if attempt:
                time.sleep(random.uniform(0, 0.1 * 2**attempt))
            try:
                with self.env.cr.savepoint():
                    result = step(*args)
                self._commit()
                return result
            except COLLISIONS as error:
                collision = error
                self._rollback()
                _logger.info("Transfer %s met another run, again", self.id)
        raise collision

    def _commit(self):
        """The end of a step that must outlive whatever comes next."""
        self.env["ir.cron"]._commit_progress()

    def _rollback(self):
        self.env.cr.rollback()
        self.env.invalidate_all()
