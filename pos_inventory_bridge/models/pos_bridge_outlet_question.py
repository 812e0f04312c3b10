from datetime import UTC

from odoo import fields, models

from ..tools import business_day, doubts
from ..tools.errors import PermissionDenied
from ..tools.records import Question

#: So many days of a new connection must have been looked at.
FIRST_DAYS = 3


class PosBridgeConnector(models.AbstractModel):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    #: Fields of the integration that say which account is read, and how.
    _reading_fields = ()
    #: Its field by which a manager says that they fit.
    _confirmed_field = None


class PosBridgeIntegration(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    reading_version = fields.Integer(
        readonly=True,
        copy=False,
        help="How often the account, or how it is read, became another one.",
    )

    def write(self, vals):
        """What was compared with the till was compared as it was read then."""
        others = self.filtered(lambda each: each._is_read_otherwise(vals))
        result = super().write(vals)
        others._compare_anew(vals)
        self.filtered(lambda each: each._is_confirmed_by(vals))._read_waiting_again()
        return result

    def _is_read_otherwise(self, vals):
        names = {"connector", *self._connector()._reading_fields} & vals.keys()
        return any((vals[name] or False) != self[name] for name in names)

    def _is_confirmed_by(self, vals):
        return bool(vals.get(self._connector()._confirmed_field))

    def _compare_anew(self, vals=()):
        """Nobody has compared this account, read like this, with the till yet.

        :param vals: what a person says of it at the same time
        """
        for integration in self:
            name = integration._connector()._confirmed_field
            more = {name: False} if name and name not in vals else {}
            version = integration.reading_version + 1
            integration.write({"reading_version": version, **more})

    def _sync_outlets(self):
        """Where none of the known ones is told any more, it is another account."""
        known = self.outlet_ids
        told = super()._sync_outlets()
        if known and told and not known & told:
            self._compare_anew()
        return told

    def _days_looked_at(self):
        """Those of which a person said that they may be posted as they are read."""
        self.ensure_one()
        return self.env["pos.bridge.day"].search(
            [
                ("integration_id", "=", self.id),
                ("answered_digest", "!=", False),
                ("answered_version", "=", self.reading_version),
            ]
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

    answered_version = fields.Integer(
        readonly=True, help="How the till was read when a person looked at this day."
    )

    def _note_answer(self):
        """With the last of the first days all others are let through."""
        before = self.integration_id.filtered(lambda each: each._is_looked_at())
        result = super()._note_answer()
        for day in self.sudo():
            day.answered_version = day.integration_id.reading_version
        trusted = self.integration_id.filtered(lambda each: each._is_looked_at())
        (trusted - before)._read_waiting_again(self)
        return result


class PosBridgeOutlet(models.Model):
    """What a connector may ask a person about a day, before it is posted."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _questions_of_reading(self, business_date, sales, found, place):
        """Does how the till is read fit what it told?

        :param found: ``Doubts``
        :param place: where the settings are that they are about
        """
        integration = self.integration_id
        questions = self._questions_of_doubts(found, place)
        if sales and not integration[integration._connector()._confirmed_field]:
            questions += self._questions_of_first_days(business_date)
        return questions

    def _questions_of_first_days(self, business_date):
        """For a connection that nobody has compared with its till yet: every day waits
        until a person has looked at some. These ask the same when they are read again.
        """
        self.ensure_one()
        days = self.integration_id._days_looked_at()
        keys = [(day.outlet_id, day.business_date) for day in days]
        if len(keys) >= FIRST_DAYS and (self, business_date) not in keys:
            return []
        text = self.env._(
            "How the till's answers are read is not confirmed on your account yet: "
            "compare this day with the till's own report, refunds and voids above all."
        )
        return [Question(text, "first_days")]

    def _questions_of_clock(self, business_date, next_day_start):
        """Does the till's business day end when the outlet's settings say it does?

        :param next_day_start: when the next one begins, as the till tells it, or None
        """
        self.ensure_one()
        _begin, end = business_day.window(business_date, self.tz, self.day_start)
        if not next_day_start or next_day_start == end:
            return []
        told, expected = next_day_start.astimezone(UTC), end
        text = self.env._(
            "The till's day ended at %(told)s UTC; by the day start of the outlet it "
            "ends at %(expected)s UTC. Correct the day start or the time zone of the "
            "outlet, then fetch the day again.",
            told=told.strftime("%H:%M"),
            expected=expected.strftime("%H:%M"),
        )
        return [Question(text, "clock", told, expected)]

    def _questions_of_doubts(self, found, place):
        """One sentence for each kind of doubt, with examples.

        :param found: ``Doubts``
        :param place: where the settings are that they are about
        """
        questions = []
        for code, examples in found.examples():
            text = self.env._(
                "%(what)s (%(place)s): %(examples)s.",
                what=self.env._(doubts.WORDS[code]),
                place=place,
                examples=examples,
            )
            questions.append(Question(text, code, examples))
        return questions

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
