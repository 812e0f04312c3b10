from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tools import format_date

DAYS_BACK = 90
#: A year that was mistyped would queue a day for each morning since the Romans.
MOST_DAYS = 3660
#: Behind what the outlets do every day.
DAILY_PRIORITY, PRIORITY = 10, 20
#: Transfers of these states are still to be run.
WAITING_STATES = ("queued", "running", "paused")
ACTIVE_STATES = ("running", "paused")


class PosBridgeTransfer(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    state = fields.Selection(
        selection_add=[("paused", "Paused")], ondelete={"paused": "set default"}
    )
    migration_id = fields.Many2one(index="btree_not_null")

    @api.model
    def _enqueue(self, days, trigger, **vals):
        """A day that waits for a migration comes up when somebody else wants it."""
        vals = {"priority": DAILY_PRIORITY, **vals}
        return super()._enqueue(days, trigger, **vals)


class PosBridgeMigration(models.Model):
    """Past sales of an outlet, read and posted day by day, oldest first.

    Each day is a transfer of its own, so whatever is interrupted goes on where it was.
    """

    _name = "pos.bridge.migration"
    _description = "POS historical migration"
    _order = "id desc"

    outlet_id = fields.Many2one(
        "pos.bridge.outlet", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, precompute=True
    )
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) - timedelta(days=DAYS_BACK)
        ),
        help="The oldest business day that is read.",
    )
    date_to = fields.Date(
        string="Last Day",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=1),
        help="The newest business day that is read.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        help="Paused: its days wait until you resume; daily transfers go on.",
    )
    transfer_ids = fields.One2many("pos.bridge.transfer", "migration_id")

    _one_running_per_outlet = models.UniqueIndex(
        "(outlet_id) WHERE state IN ('running', 'paused')",
        "Past sales of this outlet are being read already.",
    )

    @api.depends("outlet_id.name", "date_from", "date_to")
    def _compute_display_name(self):
        pattern = self.env._("d MMM y")
        for migration in self:
            first, last = (
                format_date(self.env, date, date_format=pattern)
                for date in (migration.date_from, migration.date_to)
            )
            migration.display_name = (
                f"{migration.outlet_id.name or ''}, {first} \N{EN DASH} {last}"
            )

    @api.constrains("outlet_id", "date_from", "date_to")
    def _check_dates(self):
        for migration in self:
            if migration.date_from > migration.date_to:
                raise ValidationError(
                    self.env._("The first day must not be later than the last day.")
                )
            if migration.date_to > migration.outlet_id._today():
                raise ValidationError(
                    self.env._(
                        "%s is in the future: past sales end today at the latest.",
                        format_date(self.env, migration.date_to),
                    )
                )
            if (migration.date_to - migration.date_from).days >= MOST_DAYS:
                raise ValidationError(
                    self.env._("That is more than ten years: look at the first day.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        if set(self.mapped("state")) & set(ACTIVE_STATES):
            raise UserError(self.env._("Cancel the reading of past sales first."))

    # === WHAT A PERSON DOES === #

    def action_start(self):
        """Queue every day of the range, oldest first."""
        for migration in self.filtered(lambda migration: migration.state == "draft"):
            migration._check_outlet()
            dates = migration._dates()
            days = self.env["pos.bridge.day"]._get_or_create(migration.outlet_id, dates)
            migration._queue(days, "migration")

    def action_pause(self):
        """Its days wait; the one that runs now is finished."""
        for migration in self.filtered(lambda migration: migration.state == "running"):
            migration.state = "paused"
            migration._hold()

    def action_resume(self):
        """Go on where it was."""
        for migration in self.filtered(lambda migration: migration.state == "paused"):
            held = migration._own_transfers("paused")
            migration.state = "running"
            migration._release(held)
            migration._finish_if_done()

    def action_cancel(self):
        """Days that wait are not read; what was posted stays."""
        for migration in self.filtered(lambda each: each.state in ACTIVE_STATES):
            migration._own_transfers("queued", "paused").state = "cancelled"
            migration.state = "cancelled"

    def action_retry(self):
        """Read those days again that failed."""
        for migration in self:
            days = migration._days_of("failed")
            migration._require_days(days, self.env._("No day failed."))
            migration._queue(days, "migration")

    def action_read_rest(self):
        """Read those days that were not read because it was cancelled."""
        for migration in self.filtered(lambda each: each.state == "cancelled"):
            days = migration._days_unread()
            migration._require_days(days, self.env._("All days were read."))
            migration._queue(days, "migration")

    def action_repost(self):
        """Post those days again that a corrected mapping, recipe or storage unit
        touches, from what is stored: the till is not asked.
        """
        for migration in self:
            days = migration._days_to_repost()
            migration._require_days(
                days, self.env._("No day waits for a mapping or was touched since.")
            )
            # Whoever may post a day again may do so with all of these.
            days._check_may_run()
            migration.sudo()._queue(days, "repost")

    @api.model
    def _require_days(self, days, message):
        if not days:
            raise UserError(message)

    # === STEPS === #

    def _dates(self):
        span = (self.date_to - self.date_from).days + 1
        return [self.date_from + timedelta(days=number) for number in range(span)]

    def _check_outlet(self):
        """Every day would fail for want of a storage unit: say so before, once."""
        outlet = self.outlet_id
        if not outlet.storage_unit_id:
            raise RedirectWarning(
                self.env._(
                    "%(outlet)s has no storage unit, so its past sales could not be "
                    "deducted from anywhere. Choose one first.",
                    outlet=outlet.name,
                ),
                outlet._get_records_action(),
                self.env._("Choose a Storage Unit"),
            )

    def _check_alone(self):
        others = self.search(
            [
                ("outlet_id", "=", self.outlet_id.id),
                ("state", "in", ACTIVE_STATES),
                ("id", "!=", self.id),
            ]
        )
        others._finish_if_done()
        others = others.filtered(lambda other: other.state in ACTIVE_STATES)
        if others:
            raise UserError(
                self.env._(
                    "Past sales of %(outlet)s are being read already (%(other)s). "
                    "Wait until that is done, or cancel it.",
                    outlet=self.outlet_id.name,
                    other=others[0].display_name,
                )
            )

    def _queue(self, days, trigger):
        """Let these days be run in the background, behind the daily transfers."""
        self._check_alone()
        # Who waits for a paused one wants it to go on as well.
        held = self._own_transfers("paused")
        self.state = "running"
        self.flush_recordset(["state"])
        self._release(held)
        self.env["pos.bridge.transfer"]._enqueue(
            days, trigger, priority=PRIORITY, migration_id=self.id
        )._dispatch()

    def _own_transfers(self, *states):
        """Its transfers that nobody else asked for, too: a day that the daily run or a
        person wants came up in the queue, and is theirs as well.
        """
        return self.env["pos.bridge.transfer"].search(
            [
                ("migration_id", "in", self.ids),
                ("state", "in", states),
                ("priority", ">=", PRIORITY),
            ]
        )

    def _hold(self):
        self._own_transfers("queued").sudo().state = "paused"

    def _release(self, held):
        """Back into the queue; a day that waits there already waits once."""
        self.ensure_one()
        queued = self.env["pos.bridge.transfer"].search(
            [("day_id", "in", held.day_id.ids), ("state", "=", "queued")]
        )
        twice = held.filtered(lambda run: run.day_id in queued.day_id)
        for trigger, transfers in twice.grouped("trigger").items():
            transfers.sudo().state = "cancelled"
            transfers._enqueue(
                transfers.day_id, trigger, priority=PRIORITY, migration_id=self.id
            )
        released = (held - twice).sudo()
        released.write({"state": "queued", "next_try_at": False})
        released._dispatch()

    def _finish_if_done(self):
        """Done when none of its days waits any more, failed ones included.

        Called after each of its transfers. Two that end at one moment both get here;
        who comes second finds it done.
        """
        cancelled = self.filtered(lambda migration: migration.state == "cancelled")
        if cancelled:
            # The day that ran when it was cancelled may have to be tried again.
            cancelled._own_transfers("queued", "paused").sudo().state = "cancelled"
        active = self.filtered(lambda migration: migration.state in ACTIVE_STATES)
        for migration in active.sudo():
            if migration.state == "paused":
                # What waits for a busy till goes back into the queue by itself.
                migration._hold()
            waiting = [
                ("migration_id", "=", migration.id),
                ("state", "in", WAITING_STATES),
            ]
            if not self.env["pos.bridge.transfer"].search_count(waiting, limit=1):
                migration._finish()

    def _finish(self):
        try:
            with self.env.cr.savepoint():
                self.state = "done"
                self.flush_recordset(["state"])
        except SerializationFailure:
            self.invalidate_recordset(["state"])

    @api.autovacuum
    def _gc_finished(self):
        """A worker that died after the last day could not say that it was the last."""
        self.search([("state", "=", "running")])._finish_if_done()
