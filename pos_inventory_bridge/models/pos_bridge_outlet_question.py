from datetime import UTC

from odoo import models

from ..tools import business_day, doubts
from ..tools.errors import PermissionDenied

#: So many days of a new connection must have been looked at.
FIRST_DAYS = 3


class PosBridgeIntegration(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _days_looked_at(self):
        """Those of which a person said that they may be posted as they were read."""
        return self.env["pos.bridge.day"].search(
            [("integration_id", "in", self.ids), ("answered_digest", "!=", False)]
        )

    def _is_looked_at(self):
        return len(self._days_looked_at()) >= FIRST_DAYS

    def _read_waiting_again(self, without=()):
        """The connection is trusted now: days that wait are read once more, and post
        themselves where nothing else has to be asked.
        """
        waiting = [
            ("integration_id", "in", self.ids),
            ("waits_for_look", "=", True),
            ("id", "not in", [day.id for day in without]),
        ]
        days = self.env["pos.bridge.day"].search(waiting)
        self.env["pos.bridge.transfer"]._enqueue(days, "manual")._dispatch()


class PosBridgeDay(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _note_answer(self):
        """With the last of the first days all others are let through."""
        before = self.integration_id.filtered(lambda each: each._is_looked_at())
        result = super()._note_answer()
        trusted = self.integration_id.filtered(lambda each: each._is_looked_at())
        (trusted - before)._read_waiting_again(self)
        return result


class PosBridgeOutlet(models.Model):
    """What a connector may ask a person about a day, before it is posted."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _questions_of_first_days(self, business_date):
        """For a connection that nobody has compared with its till yet: every day waits
        until a person has looked at some. These ask the same when they are read again.
        """
        self.ensure_one()
        days = self.integration_id._days_looked_at()
        keys = [(day.outlet_id, day.business_date) for day in days]
        if len(keys) >= FIRST_DAYS and (self, business_date) not in keys:
            return []
        return [
            self.env._(
                "How the till's answers are read is not confirmed on your account yet: "
                "compare this day with the till's own report, refunds and voids above "
                "all."
            )
        ]

    def _questions_of_clock(self, business_date, next_day_start):
        """Does the till's business day end when the outlet's settings say it does?

        :param next_day_start: when the next one begins, as the till tells it, or None
        """
        self.ensure_one()
        _begin, end = business_day.window(business_date, self.tz, self.day_start)
        if not next_day_start or next_day_start == end:
            return []
        return [
            self.env._(
                "The till's day ended at %(told)s UTC; by the day start of the outlet "
                "it ends at %(expected)s UTC. Correct the day start or the time zone "
                "of the outlet, then fetch the day again.",
                told=next_day_start.astimezone(UTC).strftime("%H:%M"),
                expected=end.strftime("%H:%M"),
            )
        ]

    def _questions_of_doubts(self, found, place):
        """One sentence for each kind of doubt, with examples.

        :param found: ``Doubts``
        :param place: where the settings are that they are about
        """
        return [
            self.env._(
                "%(what)s (%(place)s): %(examples)s.",
                what=self.env._(doubts.WORDS[code]),
                place=place,
                examples=examples,
            )
            for code, examples in found.examples()
        ]

    def _require_listed(self, listed):
        """An outlet that the till's user sees no more must not pass for one that sold
        nothing.

        :param listed: the ``OutletData`` that the till tells now
        """
        self.ensure_one()
        if self.external_id not in {each.external_id for each in listed}:
            text = self.env._(
                "%s is not among the locations that the till shows us any more. Ask "
                "whoever looks after the till to show it to the user who connected, or "
                "pause the outlet.",
                self.name,
            )
            raise PermissionDenied(text)
