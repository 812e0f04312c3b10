from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime, format_duration

from .pos_bridge_day import DAYS_WHILE_WAITING
from .pos_bridge_transfer import UNDOING
from .pos_bridge_transfer_trouble import TROUBLE

RETRYABLE = ("queued", *TROUBLE)


class PosBridgeTransfer(models.Model):
    """The run log: what a person reads of a run, is told of it, and can do about it."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    happened_at = fields.Datetime(
        "When",
        compute="_compute_happened_at",
        help="When it ran last; what has not run yet: since when it waits.",
    )
    duration = fields.Char(compute="_compute_duration")
    error_sentence = fields.Char("What Happened", compute="_compute_error_sentence")
    waiting_text = fields.Char(
        "Why It Waits", compute="_compute_waiting_text", help="And what ends that."
    )
    posting_text = fields.Text(
        "Postings",
        compute="_compute_posting_text",
        help="What has another date than the rest of a run is a posting of its own.",
    )

    @api.depends("started_at", "create_date")
    def _compute_happened_at(self):
        for transfer in self:
            transfer.happened_at = transfer.started_at or transfer.create_date

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for transfer in self:
            transfer.duration = False
            if transfer.started_at and transfer.finished_at:
                spent = transfer.finished_at - transfer.started_at
                transfer.duration = self._get_text_of_seconds(spent.total_seconds())

    @api.depends("posting_ids.summary")
    def _compute_posting_text(self):
        for transfer in self:
            postings = transfer.posting_ids.sorted("revision")
            transfer.posting_text = "\n".join(postings.mapped("summary"))

    @api.model
    def _get_text_of_seconds(self, seconds):
        if seconds < 120:
            return self.env._("%s s", max(round(seconds), 1))
        return self.env._("%s h", format_duration(seconds / 3600))

    @api.depends(
        *("error", "state", "waiting_text"),
        *("duration", "move_count", "exception_count"),
    )
    def _compute_error_sentence(self):
        """The list names the day already, and has room for one sentence or two."""
        for transfer in self:
            error = transfer._error_without_day().split("\n")[0]
            waiting = transfer.waiting_text
            texts = [waiting] if transfer._is_held() else [error, waiting]
            told = " ".join(filter(None, texts))
            transfer.error_sentence = told or transfer._get_text_of_success()

    @api.depends(
        *("state", "trigger", "error", "next_try_at", "reads_source"),
        *("outlet_id.state", "outlet_id.integration_id.state"),
        "outlet_id.integration_id.paused_reason",
    )
    def _compute_waiting_text(self):
        for transfer in self:
            transfer.waiting_text = transfer._get_text_of_pause()

    def _get_text_of_pause(self):
        """Why it waits, in the order in which a person could end that."""
        integration = self.outlet_id.integration_id
        if self.state == "paused":
            return self.env._("Waits until the reading of past sales is resumed.")
        if self.state != "queued":
            return False
        if self._is_held():
            who = integration if integration.paused_reason else self.outlet_id
            return self.env._("Waits: %s is paused. It runs once resumed.", who.name)
        if self.reads_source and integration._is_shut():
            # The run that met it tells the same, with the reason.
            return not self.error and integration._get_text_of_shut()
        if self.next_try_at and self.next_try_at > fields.Datetime.now():
            moment = format_datetime(self.env, self.next_try_at, dt_format="short")
            return self.env._("Next try: %s.", moment)
        return self.env._("Waits for its turn.")

    def _is_held(self):
        """It waits, and will do so for as long as somebody paused it."""
        return self.state == "queued" and self._is_paused()

    def _is_paused(self):
        """The schedule alone wants it, which does not count during a pause."""
        outlet = self.outlet_id
        is_paused = outlet.state == "paused" or outlet.integration_id.paused_reason
        return bool(self.trigger == "automatic" and is_paused)

    def _get_text_of_success(self):
        if self.state not in ("done", "partial"):
            return False
        told = [
            (self.move_count, self.env._("Stock moves: %s", self.move_count)),
            (
                self.changed_sale_count,
                self.env._("new or changed receipts: %s", self.changed_sale_count),
            ),
            (
                self.exception_count,
                self.env._("open exceptions: %s", self.exception_count),
            ),
            (self.duration, self.duration),
        ]
        texts = [text for value, text in told if value]
        if not self.move_count and not self.day_id.waits_for_look:
            texts.insert(0, self.env._("Nothing had to be moved"))
        return ", ".join(texts)

    def _error_without_day(self):
        day = self.day_id.display_name
        text = (self.error or "").removeprefix(f"{day}: ").removeprefix(f"{day} ")
        return text[:1].upper() + text[1:]

    # === WHAT A PERSON IS TOLD === #

    def _outcome_notification(self):
        """What a person who pressed a button is told about these runs."""
        kind, message = self._get_outcome()
        return self.env["pos.bridge.integration"]._notification(message, kind)

    def _get_outcome(self):
        """(kind of notification, text): the worst of all these runs is told."""
        waiting = self.filtered(lambda run: run.state in ("queued", "running"))
        shut_out = waiting.filtered(
            lambda run: run.error and run.outlet_id.integration_id._is_shut()
        )
        failed = self.filtered(lambda run: run.state in TROUBLE) | shut_out
        if failed:
            return "danger", failed._get_text_of_errors()
        if waiting:
            return "warning", waiting._get_text_of_errors() or self.env._(
                "Somebody else is posting this day right now; it is queued."
            )
        if self.day_id.filtered(lambda day: day._is_undone()) and (
            set(self.mapped("trigger")) != {"undo"}
        ):
            return "warning", self.env._(
                "This day is undone: its sales are kept, nothing is posted. Use Redo."
            )
        looks = self.day_id.filtered("waits_for_look")
        if looks:
            return "warning", self._get_text_of_looks(looks)
        kind = "warning" if "partial" in self.mapped("state") else "success"
        return kind, self.env._(
            "Stock moves posted: %(moves)s. Open exceptions: %(problems)s.",
            moves=sum(self.mapped("move_count")),
            problems=sum(self.mapped("exception_count")),
        )

    def _get_text_of_looks(self, days):
        if len(self.day_id) == 1:
            return self.env._(
                "%s: nothing was posted, a person must look at the till's answer "
                "first. Open the day and press Post as Read.",
                days.display_name,
            )
        return self.env._(
            "Stock moves posted: %(moves)s. Days of which nothing was posted before "
            "somebody has looked at the till's answer: %(count)s. Select them in the "
            "list of days, then choose Actions, Post as Read.",
            moves=sum(self.mapped("move_count")),
            count=len(days),
        )

    def _get_text_of_errors(self):
        """Many days often fail for one reason, which is told once."""
        texts = []
        for reason, runs in (
            self.filtered("error").grouped(lambda run: run._error_without_day()).items()
        ):
            several = self.env._(
                "%(count)s days: %(reason)s", count=len(runs), reason=reason
            )
            texts.append(several if len(runs) > 1 else runs.error)
        return "\n".join(texts)

    # === ACTIONS === #

    def action_retry(self):
        """Run it again now: what failed by a new run, what waits without waiting; of
        many the later ones wait in the queue.
        """
        self.day_id._check_may_run()
        wanted = self.sudo().filtered(lambda run: run.state in RETRYABLE)
        moment = fields.Datetime.now() + timedelta(minutes=1)
        transfers = self.sudo().browse()
        for transfer in wanted.sorted("business_date"):
            transfers |= transfer._enqueue(
                transfer.day_id,
                # What a person asks for runs although it is paused.
                "manual" if transfer._is_paused() else transfer.trigger,
                reads_source=transfer.reads_source,
                migration_id=transfer.migration_id.id,
                next_try_at=moment,
                attempts=0,
            )
        wanted.filtered(lambda run: run.state in TROUBLE).is_settled = True
        now, later = transfers[:DAYS_WHILE_WAITING], transfers[DAYS_WHILE_WAITING:]
        later.next_try_at = False
        later._dispatch()
        now._run_all()
        return now._outcome_notification()

    def _give_up(self, reason):
        """What waits is not run; the log says why."""
        self.write({"state": "cancelled", "error": reason, "next_try_at": False})

    def action_cancel(self):
        """What has not begun does not begin; what was given up is put away."""
        undoing = self.filtered(
            lambda run: run.state == "queued" and run.trigger in UNDOING
        )
        if undoing:
            raise UserError(
                self.env._(
                    "%s: whether this day is undone is said on the day itself. Open it "
                    "and press Redo to have it posted, or Undo to have it taken back.",
                    undoing[0].day_id.display_name,
                )
            )
        self.filtered(lambda run: run.state in ("queued", "parked")).state = "cancelled"

    def action_view_day(self):
        return self._action_open(self.day_id)

    def action_view_posting(self):
        """What this run posted: often one posting, another for another date."""
        self.ensure_one()
        if len(self.posting_ids) < 2:
            return self._action_open(self.posting_id)
        return self.posting_ids._get_records_action(name=self.env._("Postings"))

    def _action_open(self, record):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }


class PosBridgeDay(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    trouble_text = fields.Text(
        "What Went Wrong",
        compute="_compute_trouble_text",
        help="Why the last run did not post this day, and what to do about it.",
    )

    @api.depends("transfer_ids.state", "transfer_ids.is_settled", "transfer_ids.error")
    def _compute_trouble_text(self):
        runs = {run.day_id.id: run for run in self._get_runs_in_trouble()}
        for day in self:
            run = runs.get(day._origin.id)
            day.trouble_text = run._error_without_day() if run else False

    def _get_runs_in_trouble(self):
        """Those that ended badly or wait after a try that did; the newest come last."""
        failed = Domain("state", "in", TROUBLE) & Domain("is_settled", "=", False)
        waiting = Domain("state", "=", "queued") & Domain("error", "!=", False)
        ours = Domain("day_id", "in", self.ids)
        return self.env["pos.bridge.transfer"].search(
            ours & (failed | waiting), order="id"
        )

    def action_try_again(self):
        """Run again what did not end well, now."""
        return self._get_runs_in_trouble()[-1:].action_retry()
