import logging
import random
import time
from datetime import timedelta

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ..tools.errors import (
    AuthenticationFailed,
    ConnectorError,
    ContractViolation,
    TemporaryFailure,
)

_logger = logging.getLogger(__name__)

READING = ("automatic", "manual", "migration", "upload")
UNDOING = ("undo", "redo")
#: What of two requests for one day is done; a later one of the same rank wins.
RANKS = {
    "automatic": 0,
    "repost": 1,
    **dict.fromkeys(READING[1:], 2),
    "undo": 3,
    "redo": 3,
}
COMPUTING_ALL = ("manual", "migration", "upload", "repost")
SECONDS_BEFORE_RETRY = 300
#: Another run of the same day was there first; this one starts again and sees its work.
COLLISIONS = (
    ConcurrencyError,
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)
ATTEMPTS_ON_COLLISION = 5
#: First key of the advisory locks that say "this transfer is being run".
LOCK_SPACE = 1_346_654_290


class PosBridgeTransfer(models.Model):
    """One run for one day: queue row and log.

    ``_run`` is the only place where the steps meet: fetch -> import -> resolve ->
    explode -> reconcile -> post -> log. No step knows the next one.
    """

    _name = "pos.bridge.transfer"
    _description = "POS transfer"
    _order = "id desc"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, index=True, precompute=True
    )
    outlet_id = fields.Many2one(related="day_id.outlet_id", store=True, precompute=True)
    business_date = fields.Date(
        related="day_id.business_date", store=True, precompute=True
    )
    trigger = fields.Selection(
        [
            ("automatic", "Automatic"),
            ("manual", "Fetched by hand"),
            ("migration", "Past sales"),
            ("upload", "Upload"),
            ("repost", "Posted again"),
            ("undo", "Undo"),
            ("redo", "Redo"),
        ],
        required=True,
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Done, with exceptions"),
            ("parked", "Parked"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        index=True,
    )
    priority = fields.Integer(default=10, help="Lower runs earlier.")
    attempts = fields.Integer()
    next_try_at = fields.Datetime()
    requested_by = fields.Many2one("res.users", default=lambda self: self.env.user)
    reads_source = fields.Boolean(help="The till is asked before posting.")
    confirmed_digest = fields.Char(
        help="The sales that a person looked at and wants posted, though they are less."
    )
    error = fields.Text()
    error_payload = fields.Text()
    sale_count = fields.Integer("Receipts")
    changed_sale_count = fields.Integer("Receipts That Changed")
    line_count = fields.Integer("Lines")
    item_count = fields.Integer("Items Computed")
    move_count = fields.Integer("Moves")
    exception_count = fields.Integer("Exceptions")
    started_at = fields.Datetime()
    finished_at = fields.Datetime()
    migration_id = fields.Many2one("pos.bridge.migration", ondelete="set null")
    posting_id = fields.Many2one("pos.bridge.posting", ondelete="set null")

    _one_queued_per_day = models.UniqueIndex("(day_id) WHERE state = 'queued'")
    _one_running_per_day = models.UniqueIndex("(day_id) WHERE state = 'running'")

    @api.depends("day_id.display_name", "trigger")
    def _compute_display_name(self):
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        for transfer in self:
            transfer.display_name = (
                f"{transfer.day_id.display_name}, {triggers.get(transfer.trigger, '')}"
            )

    # === QUEUE === #

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
        # A person who waits does not wait longer; a migration keeps its own rows.
        priority = min(self.priority, vals.get("priority", self.priority))
        error = {name: vals[name] for name in ("error", "next_try_at") if name in vals}
        self.write(
            {
                **joined,
                **error,
                "reads_source": self.reads_source or vals["reads_source"],
                "priority": priority,
                "migration_id": self.migration_id.id or vals.get("migration_id"),
            }
        )

    def _run_all(self):
        """Run these now, oldest business date first; one bad day does not stop the
        others.
        """
        for transfer in self.sudo():
            transfer._run_once()

    def _dispatch(self):
        """Get these waiting transfers run; nothing else knows by whom."""
        self._run_soon()

    @api.model
    def _run_soon(self):
        """Let the scheduled action run what is queued, as soon as it can."""
        cron = self.env.ref("pos_inventory_bridge.ir_cron_run_queued").sudo()
        cron._trigger()

    @api.model
    def _cron_run_queued(self):
        """Scheduled: run what is queued, until it is done or the time is up."""
        order = "priority, business_date, id"
        transfers = self.search(self._domain_waiting(), order=order)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(transfers))
        for transfer in transfers:
            transfer._run_once()
            if not cron._commit_progress(1):
                break

    @api.model
    def _domain_waiting(self):
        """What may be run now."""
        return [
            ("state", "in", ("queued", "running")),
            "|",
            ("next_try_at", "=", False),
            ("next_try_at", "<=", fields.Datetime.now()),
        ]

    def _run_once(self):
        """Claim, run, commit; a collision with another run starts this one again."""
        self.ensure_one()
        # Reading ahead for all days that wait would cost more with each of them.
        transfer = self.with_prefetch()
        transfer._commit()
        with self.env.registry.cursor() as lock:
            if transfer._claim(lock):
                transfer._run_until_alone()
                transfer.migration_id._finish_if_done()
                transfer._commit()

    def _run_until_alone(self):
        for attempt in range(ATTEMPTS_ON_COLLISION):
            try:
                self._run()
                self._commit()
                return
            except COLLISIONS as error:
                collision = error
                self._rollback()
                _logger.info("Transfer %s met another run, again", self.id)
                time.sleep(random.uniform(0, 0.2 * 2**attempt))
        if isinstance(collision, UniqueViolation):
            # Nobody else is this persistent: it will never be otherwise.
            self._fail(str(collision))
        else:
            self._wait(SECONDS_BEFORE_RETRY)
        self._commit()

    def _claim(self, cursor):
        """An advisory lock for as long as the run lasts; a dead worker frees it."""
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, self.id]
        )
        return cursor.fetchone()[0]

    def _commit(self):
        """The end of a step that must outlive whatever comes next."""
        self.env["ir.cron"]._commit_progress()

    def _rollback(self):
        self.env.cr.rollback()
        self.env.invalidate_all()

    # === THE RUN === #

    def _run(self):
        """One run, in order. Every outcome ends in this record."""
        self.ensure_one()
        transfer = self.with_company(self.company_id).with_context(
            tracking_disable=True
        )
        if transfer.state not in ("queued", "running"):
            return
        transfer._start()
        try:
            if transfer.reads_source:
                sales_day = transfer._fetch()
                with self.env.cr.savepoint():
                    transfer._import(sales_day)
                transfer._commit()
            with self.env.cr.savepoint():
                transfer._compute_and_post()
        except COLLISIONS:
            raise
        except ConnectorError as error:
            transfer._fail_to_fetch(error)
        except Exception as error:
            _logger.exception("Transfer %s failed", self.id)
            transfer._fail(str(error))
            transfer.day_id._note_failure()

    def _start(self):
        self.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "attempts": self.attempts + 1,
                "error": False,
                "error_payload": False,
            }
        )
        self.flush_recordset()

    def _fetch(self):
        """The source is asked with no working transaction open."""
        outlet, date = self.outlet_id, self.business_date
        connector = outlet.integration_id._connector()
        self._commit()
        with self.env.cr.savepoint():
            sales_day = connector.fetch_sales(outlet, date)
        strange = [sale for sale in sales_day.sales if sale.business_date != date]
        if strange:
            raise ContractViolation(
                self.env._(
                    "Asked for %(date)s, the source told receipt %(receipt)s of "
                    "%(other)s. Nothing of this answer was used.",
                    date=date,
                    receipt=strange[0].external_id,
                    other=strange[0].business_date,
                )
            )
        return sales_day

    def _import(self, sales_day):
        day = self.day_id
        moved_from, changed = self.env["pos.bridge.sale"]._upsert_day(
            day.outlet_id, day.business_date, sales_day
        )
        day._note_source(sales_day)
        # Added up: a run that was cut off after its import posts what that one read.
        changed += self.changed_sale_count
        self.write({"sale_count": len(sales_day.sales), "changed_sale_count": changed})
        if moved_from:
            days = self.env["pos.bridge.day"]._get_or_create(day.outlet_id, moved_from)
            self._enqueue(days, "repost")

    def _compute_and_post(self):
        """Resolve, explode, reconcile, post, log: one transaction, all of it or
        nothing.
        """
        day = self.day_id
        if not day._take():
            self._wait()
            return
        sold = day._sold()
        digest = day._digest(sold)
        unchanged = day.sales_digest == digest
        if day._is_undone():
            if not unchanged:
                day.stale_reason = self.env._(
                    "The till changed sales since it was undone"
                )
            self._post_and_log(day, sold)
        elif self._shrinks(day, sold, digest):
            self._log_shrunk(day, sold)
        elif self._computes(day, unchanged):
            self._converge(day, sold, digest)
        elif self.trigger in UNDOING or day._is_redo_pending():
            self._post_and_log(day, sold)
        else:
            self._log(day, sold)

    def _computes(self, day, unchanged):
        """Undo and redo only move what is known; an automatic run follows the sales."""
        if self.trigger in UNDOING:
            return False
        return not (self.trigger == "automatic" and unchanged)

    def _converge(self, day, sold, digest):
        """Make usage and ledger of the day say what its sales say."""
        revision = day.revision + 1
        keys = self._keys_to_compute(day, sold)
        explosion = day._explode_keys(sold, keys)
        changed = self.env["pos.bridge.usage"]._replace(day, explosion, keys, revision)
        day._remember(sold, explosion, keys)
        day.sales_digest = digest
        reason = self._reason(day)
        if self.trigger in COMPUTING_ALL:
            day.stale_reason = False
        self._post_and_log(day, sold, explosion.problems, keys, changed, reason)

    def _post_and_log(
        self, day, sold, problems=(), keys=frozenset(), changed=False, reason=False
    ):
        """Post what the ledger lacks, and write down how the run went."""
        posting = self.env["pos.bridge.posting"]
        problems = list(problems)
        wanted = self.env["pos.bridge.usage"]._delta(day)
        deltas = posting._without_kits(wanted)
        timing = posting._timing(day) if deltas else {}
        if deltas and not timing:
            problems.append(posting._closed_problem(day))
            deltas = []
        if deltas:
            self.posting_id, late = posting._post(
                day, deltas, timing, day.revision + 1, self, self._kind(day), reason
            )
            problems += late
            self.move_count = len(self.posting_id.move_ids)
        if changed or deltas:
            day.revision += 1
        if wanted != deltas:
            # Something is still to be posted: the next run tries again.
            day.sales_digest = False
        self._log(day, sold, problems, keys, deltas)

    def _kind(self, day):
        if day._is_undone():
            return "undo"
        return "redo" if day._is_redo_pending() else "usage"

    def _keys_to_compute(self, day, sold):
        """An automatic run follows the sales: items whose lines are the same keep their
        use.
        """
        if self.trigger == "automatic":
            return day._changed_keys(sold)
        return day._all_keys(sold)

    def _shrinks(self, day, sold, digest):
        """Would this take back more than a reading of the till may do unasked?"""
        if self.trigger in UNDOING or self.confirmed_digest == digest:
            return False
        return day._given_back_share(sold) > day.integration_id.shrink_limit

    def _reason(self, day):
        """Why there is another posting, for its title."""
        if self.reads_source and self.changed_sale_count:
            if self.changed_sale_count == 1:
                return self.env._("one receipt changed at the till")
            return self.env._(
                "%s receipts changed at the till", self.changed_sale_count
            )
        return day.stale_reason or False

    # === OUTCOME === #

    def _log(self, day, sold, problems=(), keys=frozenset(), deltas=()):
        """Figures, exceptions and the end of this run; writes only what differs."""
        day._settle(sold)
        problems = [*problems, *day._ledger_problems(deltas), *day._source_problems()]
        self.env["pos.bridge.exception"]._replace(day, problems, keys, self)
        self._end(day, sold, keys)

    def _log_shrunk(self, day, sold):
        """Nothing is posted and nothing is computed: a person must look first."""
        self.env["pos.bridge.exception"]._add(day, day._shrunk_problem(sold), self)
        self._end(day, sold, set())

    def _end(self, day, sold, keys):
        open_count = self.env["pos.bridge.exception"].search_count(
            [("day_id", "=", day.id), ("resolved", "=", False)]
        )
        self.write(
            {
                "state": "partial" if open_count else "done",
                "line_count": sum(
                    item.line_count + item.zero_count for item in sold.values()
                ),
                "item_count": len(keys),
                "exception_count": open_count,
                "finished_at": fields.Datetime.now(),
            }
        )

    def _fail(self, message, payload=None):
        self.write(
            {
                "state": "failed",
                "error": message,
                "error_payload": payload,
                "finished_at": fields.Datetime.now(),
            }
        )
        if self.day_id.state == "pending":
            self.day_id.state = "failed"

    def _wait(self, seconds=0, error=False):
        """Back into the queue; where the day waits there already, that one waits."""
        vals = {"error": error}
        if seconds:
            vals["next_try_at"] = fields.Datetime.now() + timedelta(seconds=seconds)
        waiting = [("day_id", "=", self.day_id.id), ("state", "=", "queued")]
        if self.search_count(waiting, limit=1):
            self.write({"state": "cancelled", "error": error})
            vals["reads_source"] = self.reads_source
            self._enqueue(self.day_id, self.trigger, **vals)
        else:
            self.write({**vals, "state": "queued"})

    def _fail_to_fetch(self, error):
        """What the connector's error means for this day, and for its connection."""
        if isinstance(error, TemporaryFailure):
            self._wait(error.seconds or SECONDS_BEFORE_RETRY, str(error))
            return
        if isinstance(error, AuthenticationFailed):
            self.outlet_id.integration_id.state = "error"
        payload = error.payload if isinstance(error, ContractViolation) else None
        self._fail(str(error), payload and str(payload))

    def _outcome_notification(self):
        """What a person who pressed a button is told about these runs."""
        failed = self.filtered(lambda run: run.state == "failed")
        waiting = self.filtered(lambda run: run.state in ("queued", "running"))
        if failed:
            # Many days often fail for one reason.
            errors = dict.fromkeys(filter(None, failed.mapped("error")))
            kind, message = "danger", "\n".join(errors)
        elif waiting:
            kind = "warning"
            message = waiting[0].error or self.env._(
                "Somebody else is posting this day right now; it is queued."
            )
        elif self.day_id.filtered(lambda day: day._is_undone()) and (
            set(self.mapped("trigger")) != {"undo"}
        ):
            kind = "warning"
            message = self.env._(
                "This day is undone: its sales are kept, nothing is posted. Use Redo."
            )
        else:
            kind = "warning" if "partial" in self.mapped("state") else "success"
            message = self.env._(
                "Stock moves posted: %(moves)s. Open exceptions: %(problems)s.",
                moves=sum(self.mapped("move_count")),
                problems=sum(self.mapped("exception_count")),
            )
        return self.env["pos.bridge.integration"]._notification(message, kind)

    # === ACTIONS === #

    def action_retry(self):
        """Queue a failed or parked transfer again, and run it now."""
        self.day_id._check_may_run()
        transfers = self.browse()
        for transfer in self.filtered(lambda run: run.state in ("failed", "parked")):
            transfers |= self._enqueue(transfer.day_id, transfer.trigger)
        transfers._run_all()
        return transfers._outcome_notification()

    def action_cancel(self):
        self.filtered(lambda run: run.state in ("queued", "parked")).state = "cancelled"
