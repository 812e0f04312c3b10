import hashlib

from markupsafe import Markup

from odoo import api, fields, models

from ..tools.plan import Problem


class PosBridgeDay(models.Model):
    """Days whose answer a person must look at before anything of it is posted.

    The source itself asks for that: its sales are stored, and neither usage nor ledger
    follow them until somebody has looked. What was looked at is remembered, so that the
    same answer is not asked about twice, and another one is.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    source_questions = fields.Text(
        "Questions",
        readonly=True,
        help="Why the till's last answer must be looked at before it is posted.",
    )
    question_keys = fields.Text(
        readonly=True, help="What the questions are about, alike in every language."
    )
    asked_digest = fields.Char(
        readonly=True, help="The questions and sales that wait for a look."
    )
    answered_digest = fields.Char(
        readonly=True, help="Those that a person has looked at, and wants posted."
    )
    waits_for_look = fields.Boolean(
        "Waits for a Look",
        compute="_compute_waits_for_look",
        store=True,
        help="The till's last answer is stored, and nothing of it was posted: a person "
        "must look at it first.",
    )

    @api.depends("asked_digest", "answered_digest")
    def _compute_waits_for_look(self):
        for day in self:
            asked = day.asked_digest
            day.waits_for_look = bool(asked) and asked != day.answered_digest

    # === WHAT A RUN ASKS === #

    def _note_question(self, digest):
        """Say whether these sales wait for a look; an undone day waits for its redo."""
        question = not self._is_undone() and self._question_digest(digest)
        is_open = question and question != self.answered_digest
        self._write_changed({"asked_digest": is_open and question})

    def _question_digest(self, digest):
        """Fingerprint of the questions and of the sales that they are about; False
        where nothing is asked.
        """
        asked = self.question_keys or self.source_questions
        if not asked:
            return False
        told = f"{digest}\n{asked}"
        return hashlib.sha256(told.encode()).hexdigest()

    def _question_problems(self):
        if not self.asked_digest:
            return []
        message = self.env._(
            "%(questions)s Nothing of this answer was posted: look at what it would "
            "post, then press Post as Read.",
            questions=" ".join(self.source_questions.splitlines()),
        )
        return [Problem(code="source_question", message=message)]

    def _note_read(self):
        """What the source told, beside what became of the lines that were posted."""
        count, quantity, amount = self._read_totals()
        read = {
            "count": count,
            "quantity": quantity or 0.0,
            "amount": self.currency_id.round(amount or 0.0),
        }
        vals = {f"read_{name}": value for name, value in read.items()}
        told = self._told_measures()
        vals |= {
            f"reported_{name}": value
            for name, value in read.items()
            if name not in told
        }
        if self.state == "failed" and not self.revision:
            vals["state"] = "pending"
        self._write_changed(vals)

    def _wait_for(self, other):
        """Receipts went from these days to one that waits for a look: nothing comes
        back before that was posted.
        """
        self._mark_stale(
            [("id", "in", self.ids)],
            self.env._(
                "Receipts moved to %s, which waits for a look", other.display_name
            ),
        )

    # === WHAT A PERSON DOES === #

    def action_look(self):
        """Show what posting would do to those of these days that wait for a look."""
        waiting = self.filtered("waits_for_look")
        if waiting:
            return {**waiting.action_preview(), "name": self.env._("Post as Read")}
        return self.env["pos.bridge.integration"]._notification(
            self.env._("None of these days waits for a look."), "info"
        )

    def action_post_as_read(self, seen=None, **vals):
        """Post these days as the till told them, after a person has looked.

        :param seen: {day id as text: what was asked when the person looked} (none: what
            is asked now); a day of which that has changed since waits on
        """
        self._check_may_run()
        waiting = self.filtered("waits_for_look")
        looked_at = waiting.filtered(
            lambda day: seen is None or seen.get(str(day.id)) == day.asked_digest
        )
        looked_at._note_answer()
        told = looked_at._run_now("repost", **vals)
        if waiting - looked_at:
            rest = self.env._(
                "Days whose sales changed while you were looking, and that wait for "
                "another look: %s.",
                len(waiting - looked_at),
            )
            told["params"].update(
                message=f"{told['params']['message']}\n{rest}", type="warning"
            )
        return told

    def _note_answer(self):
        """Who said so stays with the day, in its history."""
        bodies = {}
        for day in self.sudo():
            day.answered_digest = day.asked_digest
            bodies[day.id] = Markup("%s<br/>%s") % (
                self.env._("Looked at, and posted as read:"),
                Markup("<br/>").join(day.source_questions.splitlines()),
            )
        self.sudo()._message_log_batch(bodies)
