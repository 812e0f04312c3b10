from odoo import models

from .pos_bridge_transfer import UNDOING

#: These only move what is known: nothing is computed.
MOVING = (*UNDOING, "goods")
COMPUTING_ALL = ("manual", "migration", "upload", "repost")


class PosBridgeTransfer(models.Model):
    """The second half of a run, in one transaction: resolve -> explode -> reconcile ->
    post -> log. What was read of the till is there already.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

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
        day._note_question(digest)
        if day._is_undone():
            # Without a digest something was open: that says nothing of the till.
            if day.sales_digest and not unchanged:
                day.stale_reason = self.env._(
                    "The till changed sales since it was undone"
                )
            self._post_known(day, sold)
        elif problems := self._problems_to_look_at(day, sold, digest):
            self._log_waiting(day, sold, problems)
        elif self._computes(day, unchanged):
            self._converge(day, sold, digest)
        elif self.trigger in MOVING or day._is_redo_pending():
            self._post_known(day, sold)
        else:
            self._log(day, sold)

    def _computes(self, day, unchanged):
        """Undo, redo and goods that arrived only move what is known; an automatic run
        follows the sales.
        """
        if self.trigger in MOVING:
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

    def _post_known(self, day, sold):
        """Undo and redo compute no use; counts that were made since stand all the
        same.
        """
        usage = self.env["pos.bridge.usage"]
        changed = usage._begin_counts(day, day.revision + 1)
        self._post_and_log(day, sold, changed=changed)

    def _post_and_log(
        self, day, sold, problems=(), keys=frozenset(), changed=False, reason=False
    ):
        """Post what the ledger lacks, and write down how the run went."""
        wanted = self.env["pos.bridge.usage"]._delta(day)
        day._wait_for_goods_turn(wanted)
        allowed, held = day._allowed(wanted)
        problems = [*problems, *held]
        deltas = self._post_parts(day, allowed, problems, reason)
        if changed and not deltas:
            day.revision += 1
        day._note_open(wanted, deltas, problems)
        if wanted != deltas:
            # Something is still to be posted: the next run tries again.
            day.sales_digest = False
        elif self.trigger == "goods" and not day._changed_keys(sold):
            day.sales_digest = day._digest(sold)
        self._log(day, sold, problems, keys, deltas)

    def _post_parts(self, day, deltas, problems, reason):
        """Post what may be posted: what has another date is a posting of its own.

        :param problems: list, to which is added what a person should know about it
        :return: the deltas that were posted: all of them, or none
        """
        posting = self.env["pos.bridge.posting"]
        timing = posting._timing(day) if deltas else {}
        kind, moves = self._kind(day), self.env["stock.move"]
        for part in day._posting_parts(deltas, timing) if timing else ():
            self.posting_id, late = posting._post(
                *(day, part.deltas, part.timing, day.revision + 1),
                *(self, kind, part.reason or reason),
            )
            day.revision += 1
            problems += late
            moves |= self.posting_id.move_ids
        self.move_count = len(moves)
        if deltas and not timing:
            problems.append(posting._closed_problem(day))
        return deltas if timing else []

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

    def _reason(self, day):
        """Why there is another posting, for its title."""
        # Nothing was posted before that they could have changed.
        if day.posting_ids and self.reads_source and self.changed_sale_count:
            if self.changed_sale_count == 1:
                return self.env._("one receipt changed at the till")
            return self.env._(
                "%s receipts changed at the till", self.changed_sale_count
            )
        confirmed = self.confirmed_digest and self.env._(
            "the till tells less, and a person confirmed it"
        )
        return ", ".join(filter(None, (confirmed, day.stale_reason))) or False

    # === WHAT A PERSON LOOKS AT FIRST === #

    def _problems_to_look_at(self, day, sold, digest):
        """Why a person must look before this is posted; undo and redo only move what
        is known.
        """
        if self.trigger in UNDOING:
            return []
        problems = day._question_problems()
        if self._shrinks(day, sold, digest):
            problems.append(day._shrunk_problem(sold))
        return problems

    def _shrinks(self, day, sold, digest):
        """Would this take back more than a reading of the till may do unasked?"""
        if self.confirmed_digest == digest:
            return False
        return day._given_back_share(sold) > day.integration_id.shrink_limit
