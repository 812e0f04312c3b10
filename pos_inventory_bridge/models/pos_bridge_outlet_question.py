from datetime import UTC

from odoo import models

from ..tools import business_day, doubts
from ..tools.errors import PermissionDenied

#: So many days of a new connection wait for a look.
FIRST_DAYS = 3


class PosBridgeOutlet(models.Model):
    """What a connector may ask a person about a day, before it is posted."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _questions_of_first_days(self, business_date):
        """For a connection that nobody has compared with its till yet: its first days
        wait for a look. Read again, they ask the same.
        """
        self.ensure_one()
        read = [
            ("integration_id", "=", self.integration_id.id),
            ("read_count", ">", 0),
        ]
        first = self.env["pos.bridge.day"].search(read, order="id", limit=FIRST_DAYS)
        days = [(day.outlet_id, day.business_date) for day in first]
        if len(days) == FIRST_DAYS and (self, business_date) not in days:
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
