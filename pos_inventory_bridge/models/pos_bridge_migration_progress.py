from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .pos_bridge_migration import ACTIVE_STATES, WAITING_STATES

#: The pace is that of so many days, the last ones.
DAYS_OF_PACE = 10
SECONDS_PER_MINUTE = 60
MINUTES_PER_HOUR = 60


class PosBridgeMigration(models.Model):
    """How far a migration is, and what became of its days.

    A day that failed here and was put right elsewhere since counts as put right.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.migration"

    progress = fields.Float(
        compute="_compute_progress", help="Share of its days that are finished, in %."
    )
    day_count = fields.Integer("Days", compute="_compute_progress")
    waiting_day_count = fields.Integer("Days to Go", compute="_compute_progress")
    finished_day_count = fields.Integer("Finished Days", compute="_compute_progress")
    exception_day_count = fields.Integer(
        "Days with Exceptions",
        compute="_compute_progress",
        help="Posted as far as it could be; something waits for a person.",
    )
    look_day_count = fields.Integer(
        "Days to Look At",
        compute="_compute_progress",
        help="Read, and nothing of them posted: a person must look at the till's "
        "answer first.",
    )
    failed_day_count = fields.Integer(
        "Failed Days",
        compute="_compute_progress",
        help="Could not be read or posted; nothing of them is lost, retry them.",
    )
    move_count = fields.Integer(
        "Moves", compute="_compute_progress", help="Stock moves that it posted."
    )
    progress_text = fields.Char(compute="_compute_texts")
    time_left = fields.Char(
        compute="_compute_texts", help="At the pace of the last finished days."
    )
    unread_text = fields.Char(
        "Not Read",
        compute="_compute_unread_text",
        help="The days that it did not read, because it was cancelled.",
    )
    range_text = fields.Char(
        compute="_compute_range_text", help="What starting it would do."
    )
    repost_day_count = fields.Integer(
        "Days to Post Again",
        compute="_compute_repost_day_count",
        help="Days on which something was not mapped, or that a corrected mapping, "
        "recipe or storage unit touches.",
    )
    failed_transfer_ids = fields.One2many(
        "pos.bridge.transfer", string="What Failed", compute="_compute_progress"
    )

    @api.depends("transfer_ids.state")
    def _compute_progress(self):
        """One query for all migrations."""
        by_migration = self._day_states()
        transfers = self.env["pos.bridge.transfer"]
        for migration in self:
            rows = by_migration[migration.id]
            states = [row["state"] for row in rows]
            waiting, count = states.count("waiting"), len(states)
            failed = [row["transfer_id"] for row in rows if row["state"] == "failed"]
            migration.day_count = count or len(migration._dates_if_any())
            migration.waiting_day_count = waiting
            migration.finished_day_count = count - waiting
            migration.exception_day_count = states.count("partial")
            migration.look_day_count = states.count("look")
            migration.failed_day_count = len(failed)
            migration.move_count = sum(row["moves"] for row in rows)
            migration.progress = 100 * (count - waiting) / count if count else 0
            migration.failed_transfer_ids = transfers.browse(failed)

    def _dates_if_any(self):
        has_both = self.date_from and self.date_to
        return self._dates() if has_both and self.date_from <= self.date_to else ()

    def _day_states(self):
        """{migration id: one row per day: waiting, done, partial, look, failed or
        cancelled}.
        """
        self.env["pos.bridge.transfer"].flush_model()
        self.env["pos.bridge.day"].flush_model(["waits_for_look"])
        self.env.cr.execute(
            SQL(
                """
                SELECT own.migration_id, own.day_id, own.moves,
                       latest.id AS transfer_id,
                       CASE WHEN own.is_waiting THEN 'waiting'
                            WHEN latest.state = 'parked' THEN 'failed'
                            WHEN latest.state = 'partial' AND day.waits_for_look
                            THEN 'look'
                            ELSE latest.state END AS state
                  FROM (SELECT migration_id, day_id, MIN(id) AS first_id,
                               SUM(COALESCE(move_count, 0)) AS moves,
                               BOOL_OR(state IN %(waiting)s) AS is_waiting
                          FROM pos_bridge_transfer
                         WHERE migration_id IN %(ids)s
                         GROUP BY migration_id, day_id) own
                  JOIN pos_bridge_day day ON day.id = own.day_id
                  JOIN LATERAL (
                       SELECT id, state
                         FROM pos_bridge_transfer
                        WHERE day_id = own.day_id AND id >= own.first_id
                          AND (own.is_waiting OR state NOT IN %(waiting)s)
                        ORDER BY state = 'cancelled', id DESC
                        LIMIT 1) latest ON TRUE
                 ORDER BY own.migration_id, latest.id
                """,
                waiting=WAITING_STATES,
                ids=tuple(self.ids or [0]),
            )
        )
        by_migration = defaultdict(list)
        for row in self.env.cr.dictfetchall():
            by_migration[row["migration_id"]].append(row)
        return by_migration

    def _days_of(self, state):
        rows = self._day_states()[self.id]
        ids = [row["day_id"] for row in rows if row["state"] == state]
        return self.env["pos.bridge.day"].browse(ids)

    @api.depends("state")
    def _compute_unread_text(self):
        for migration in self:
            is_cancelled = migration.state == "cancelled"
            days = migration._days_unread() if is_cancelled else ()
            dates = sorted(day.business_date for day in days)
            outlet = migration.outlet_id
            migration.unread_text = outlet._spans_text(dates) or False

    def _days_unread(self):
        """Days of the range of which nothing is known yet."""
        unread = Domain("state", "=", "pending") & Domain("waits_for_look", "=", False)
        return self.env["pos.bridge.day"].search(self._domain_days() & unread)

    # === POSTING AGAIN === #

    def _domain_days(self):
        return (
            Domain("outlet_id", "=", self.outlet_id.id)
            & Domain("business_date", ">=", self.date_from)
            & Domain("business_date", "<=", self.date_to)
        )

    def _days_to_repost(self):
        """An undone day stays undone."""
        touched = Domain("stale_reason", "!=", False) | Domain("unmapped_count", ">", 0)
        domain = self._domain_days() & touched & Domain("hold_revision", "=", False)
        return self.env["pos.bridge.day"].search(domain)

    @api.depends("outlet_id", "date_from", "date_to", "state")
    def _compute_repost_day_count(self):
        for migration in self:
            is_over = migration.state in ("done", "cancelled")
            days = migration._days_to_repost() if is_over else ()
            migration.repost_day_count = len(days)

    # === WORDS === #

    @api.depends("outlet_id", "date_from", "date_to", "state")
    def _compute_range_text(self):
        for migration in self:
            dates = migration._dates_if_any() if migration.state == "draft" else ()
            text = dates and self.env._("%s days are read.", len(dates))
            known = dates and migration.outlet_id and migration._known_day_count()
            if known:
                text += " " + self.env._(
                    "%s of them are posted already: they are read again, and only what "
                    "differs is posted.",
                    known,
                )
            migration.range_text = text or False

    def _known_day_count(self):
        domain = self._domain_days() & Domain("revision", ">", 0)
        return self.env["pos.bridge.day"].search_count(domain)

    @api.depends("transfer_ids.state", "state")
    def _compute_texts(self):
        for migration in self:
            migration.progress_text = self.env._(
                "%(finished)s of %(all)s days",
                finished=migration.finished_day_count,
                all=migration.day_count,
            )
            is_active = migration.state in ACTIVE_STATES
            migration.time_left = migration._time_left_text() if is_active else False

    def _time_left_text(self):
        if self.state == "paused":
            return self.env._("Paused: %s days wait", self.waiting_day_count)
        integration = self.outlet_id.integration_id
        if integration._is_shut():
            return integration._get_text_of_shut()
        busy = self._text_of_trouble()
        seconds = self._seconds_per_day()
        if busy or not seconds:
            return busy or self.env._("Begins within a few minutes")
        return self._duration_text(seconds * self.waiting_day_count)

    def _text_of_trouble(self):
        """Why nothing goes on, where every day waits for something."""
        now = fields.Datetime.now()
        waiting = [("migration_id", "=", self.id), ("state", "=", "queued")]
        transfers = self.env["pos.bridge.transfer"]
        late = transfers.search([*waiting, ("next_try_at", ">", now)])
        # The one that was refused knows why; the others only wait with it.
        late = late.filtered("error")[:1] or late[:1]
        if not late or transfers.search_count(
            [*waiting, ("id", "!=", late.id), ("next_try_at", "=", False)], limit=1
        ):
            return False
        moment = fields.Datetime.context_timestamp(self, late.next_try_at)
        return self.env._(
            "%(error)s Tried again at %(time)s.",
            error=late.error or "",
            time=moment.strftime("%H:%M"),
        ).strip()

    def _seconds_per_day(self):
        """From the last finished days; none: not known yet."""
        last = self.env["pos.bridge.transfer"].search(
            [("migration_id", "=", self.id), ("finished_at", "!=", False)],
            order="finished_at desc",
            limit=DAYS_OF_PACE,
        )
        if not last:
            return 0
        span = max(last.mapped("finished_at")) - min(last.mapped("started_at"))
        return max(span.total_seconds(), 1) / len(last)

    def _duration_text(self, seconds):
        minutes = round(seconds / SECONDS_PER_MINUTE)
        if minutes < 1:
            return self.env._("Less than a minute left")
        if minutes == 1:
            return self.env._("About a minute left")
        if minutes < 2 * MINUTES_PER_HOUR:
            return self.env._("About %s minutes left", minutes)
        return self.env._("About %s hours left", round(minutes / MINUTES_PER_HOUR))

    # === WHERE THE NUMBERS LEAD === #

    def action_view_days(self):
        """The sales days of the range."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_day_action"
        )
        return {**action, "domain": list(self._domain_days()), "context": {}}

    def action_view_exception_days(self):
        """Days that were posted as far as possible."""
        self.ensure_one()
        ids = self._days_of("partial").ids
        return {**self.action_view_days(), "domain": [("id", "in", ids)]}

    def action_look(self):
        """What posting the days that wait for a look would do."""
        self.ensure_one()
        return self._days_of("look").action_look()

    def action_view_look_days(self):
        """The days that wait for a look, to be opened or posted one by one."""
        self.ensure_one()
        ids = self._days_of("look").ids
        return {**self.action_view_days(), "domain": [("id", "in", ids)]}

    def action_view_moves(self):
        """The stock moves that it posted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_move_action_day"
        )
        postings = self.transfer_ids.posting_ids
        domain = [("pos_bridge_posting_id", "in", postings.ids)]
        return {**action, "domain": domain, "context": {}}

    def action_view_transfers(self):
        """Every run, one per day and try."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_transfer_action"
        )
        domain = [("migration_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}
