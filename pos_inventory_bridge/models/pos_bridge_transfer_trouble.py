import logging
import random

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import UniqueViolation
from psycopg2.pool import PoolError

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.errors import (
    AuthenticationFailed,
    ConnectorError,
    ContractViolation,
    NotFound,
    PermissionDenied,
    TemporaryFailure,
)
from ..tools.redact import redact_payload, redact_text
from ..tools.wording import sentence
from .pos_bridge_transfer_queue import COLLISIONS

_logger = logging.getLogger(__name__)

#: So often a till that cannot answer is asked for one day; then a person must look.
TRIES = 8
SECONDS_AT_FIRST = 30
SECONDS_AT_MOST = 3600
#: A till that asks for more patience than this is asked once a day all the same.
SECONDS_IN_A_DAY = 86400
#: A database that hung up is there again after some seconds.
SECONDS_WITHOUT_DATABASE = 5
#: After so many failed runs in a row an outlet is fetched only by hand.
FAILED_RUNS_BEFORE_PAUSE = 5
TROUBLE = ("failed", "parked")


def seconds_before_retry(tries):
    """Twice as long after each try, and at random, so that many do not come at once."""
    return random.uniform(1, min(SECONDS_AT_MOST, SECONDS_AT_FIRST * 2**tries))


def _is_connection_lost(error):
    """Did PostgreSQL hang up on one of our cursors? It restarts, or dropped just that
    one; what it says of the work itself has another code.
    """
    if isinstance(error, (InterfaceError, PoolError)):
        return True
    code = isinstance(error, OperationalError) and (error.pgcode or "")
    return code == "" or str(code).startswith(("08", "57P"))


class PosBridgeTransfer(models.Model):
    """Trouble: what an error means for the day, its outlet and its connection."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.transfer"

    def _meet_trouble(self, error):
        """Write down what happened and what comes next; other days go on."""
        try:
            self._alone(self._get_answer_to(error), error)
        except COLLISIONS:
            _logger.exception("Trouble of transfer %s: others were first", self.id)
        except Exception as worse:
            # It must not be taken again and again by whoever comes next.
            _logger.exception("Trouble of transfer %s could not be told", self.id)
            self._rollback()
            self._alone(self._end_badly, "failed", self._get_text_of_failure(worse))

    def _get_answer_to(self, error):
        if isinstance(error, COLLISIONS):
            return self._stand_aside
        if isinstance(error, ConnectorError):
            return self._fail_to_fetch
        if _is_connection_lost(error) and self.attempts < TRIES:
            _logger.warning("Transfer %s lost a connection to the database", self.id)
            return self._lose_database
        _logger.error("Transfer %s failed", self.id, exc_info=error)
        return self._fail_unexpectedly

    def _stand_aside(self, error):
        """Others were always first. Half a run that never fits will not fit later."""
        if isinstance(error, UniqueViolation) and self.state == "running":
            self._fail_unexpectedly(error)
        elif self.state in ("queued", "running"):
            # It stays first in line: later days of its outlet do not overtake it.
            self._wait()

    def _lose_database(self, error):
        """Nobody's fault and soon over. What was committed before is done."""
        if self.state in ("queued", "running"):
            seconds = SECONDS_WITHOUT_DATABASE
            self._wait(seconds, self._get_text_of_lost_database())
            self._let_others_wait(seconds, is_connection=False)

    def _fail_to_fetch(self, error):
        """What the connector's error means, by its class alone."""
        if isinstance(error, TemporaryFailure):
            self._try_again_later(error)
        elif isinstance(error, AuthenticationFailed):
            self._lose_connection(error)
        elif isinstance(error, PermissionDenied):
            self._park(self._get_text_of_permission(error))
        elif isinstance(error, NotFound):
            self._park(self._get_text_of_nothing_there(error))
        else:
            payload = error.payload if isinstance(error, ContractViolation) else None
            self._park(self._get_text_of_contract(error), payload)

    # === THE TILL CANNOT ANSWER NOW === #

    def _try_again_later(self, error):
        if self.attempts >= TRIES:
            self._park(self._get_text_of_giving_up(error))
            return
        asked = error.seconds and min(error.seconds, SECONDS_IN_A_DAY)
        seconds = asked or seconds_before_retry(self.attempts)
        self._wait(seconds, self._get_text_of_waiting(error))
        self._let_others_wait(seconds, is_connection=bool(asked))

    def _let_others_wait(self, seconds, is_connection):
        """A till that is down is not asked for each day that waits, one by one.

        :param is_connection: the till itself asked for a pause: all its outlets wait
        """
        place = (
            ("day_id.integration_id", "=", self.outlet_id.integration_id.id)
            if is_connection
            else ("outlet_id", "=", self.outlet_id.id)
        )
        until = fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
        others = self.search(
            [
                place,
                ("state", "=", "queued"),
                ("reads_source", "=", True),
                ("id", "!=", self.id),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<", until),
            ]
        )
        others.try_lock_for_update().next_try_at = until

    # === THE TILL DOES NOT LET US IN === #

    def _lose_connection(self, error):
        """Nobody asks again until a person has reconnected; then it runs by itself."""
        integration = self.outlet_id.integration_id
        connected_at, started_at = integration.connected_at, self.started_at
        if connected_at and started_at and connected_at > started_at:
            # Refused was what counted before: a person has connected it meanwhile.
            self._wait(SECONDS_AT_FIRST)
            return
        if integration.state == "draft" and integration._is_shut():
            # A person has disconnected it: that is no trouble.
            self._wait(error=self._get_text_of_no_connection())
            return
        if integration.state != "error":
            integration.state = "error"
        integration._call_manager_to_reconnect(sentence(redact_text(error)))
        self._wait(error=self._get_text_of_lost_connection(error))

    # === A PERSON MUST LOOK === #

    def _park(self, message, payload=None):
        """Nothing more happens until somebody tries again."""
        self._end_badly("parked", message, redact_payload(payload))

    def _fail_unexpectedly(self, error):
        self._end_badly("failed", self._get_text_of_failure(error))
        self.day_id._note_failure()

    def _end_badly(self, state, message, payload=False):
        self.write(
            {
                "state": state,
                "error": message,
                "error_payload": payload,
                "finished_at": fields.Datetime.now(),
            }
        )
        if self.day_id.state == "pending" and not self.day_id.waits_for_look:
            self.day_id.state = "failed"
        if self._counts_for_outlet():
            self.outlet_id._count_failed_run(message)

    def _counts_for_outlet(self):
        """Only what runs by itself pauses an outlet, and a day that cannot be read only
        once, though it is tried every morning.
        """
        earlier = [
            ("day_id", "=", self.day_id.id),
            ("trigger", "=", "automatic"),
            ("state", "in", TROUBLE),
            ("id", "!=", self.id),
        ]
        return self.trigger == "automatic" and not self.search_count(earlier, limit=1)

    # === WHOEVER RAN IT DIED === #

    def _is_killed_always(self):
        """``running`` before it has begun: its worker died, and not for the first time.
        A day that is too large for the server's limits would take one after another.
        """
        return self.state == "running" and self.attempts >= TRIES

    def _fail_killed(self):
        self._end_badly("failed", self._get_text_of_kills())
        self.day_id._note_failure()

    def _settle_trouble(self):
        """A good run: what failed before on this day needs nobody any more."""
        if self.reads_source and self.outlet_id.failed_runs:
            self.outlet_id.failed_runs = 0
        earlier = [
            ("day_id", "=", self.day_id.id),
            ("state", "in", TROUBLE),
            ("is_settled", "=", False),
        ]
        self.search(earlier).is_settled = True

    # === IN PLAIN WORDS === #

    def _get_text_of_waiting(self, error):
        return self.env._(
            "%(day)s: the till could not answer. It said: %(cause)s\n"
            "Nothing to do now: it is asked again by itself (try %(number)s of "
            "%(all)s was this one).",
            day=self.day_id.display_name,
            cause=redact_text(error),
            number=self.attempts,
            all=TRIES,
        )

    def _get_text_of_giving_up(self, error):
        return self.env._(
            "%(day)s: the till could not answer %(all)s times in a row, so it is not "
            "asked again by itself. It said last: %(cause)s\n"
            "Nothing was posted by this run. Find out whether the till's service "
            "works, then press Try Again.",
            day=self.day_id.display_name,
            cause=redact_text(error),
            all=TRIES,
        )

    def _get_text_of_lost_database(self):
        return self.env._(
            "%(day)s: Odoo lost its connection to the database for a moment, and "
            "nothing of the day was moved.\n"
            "Nothing to do now: it is tried again by itself.",
            day=self.day_id.display_name,
        )

    def _get_text_of_kills(self):
        return self.env._(
            "%(day)s was begun %(all)s times, and each time the program was ended from "
            "outside before it was done, so it is not tried again by itself.\n"
            "What was posted before stays, and other days go on. The server's limits "
            "of time (limit_time_real_cron) or memory may be too low: show this page "
            "to whoever looks after Odoo, then press Try Again.",
            day=self.day_id.display_name,
            all=self.attempts,
        )

    def _get_text_of_contract(self, error):
        return self.env._(
            "%(day)s: the till answered, but not what it should, so nothing of the "
            "answer was used. %(cause)s\n"
            "What was posted before stays. Press Try Again; if this comes back, show "
            "this page to whoever looks after the till.",
            day=self.day_id.display_name,
            cause=sentence(redact_text(error)),
        )

    def _get_text_of_permission(self, error):
        return self.env._(
            "%(day)s: the till lets us in, but does not allow us to read this outlet. "
            "%(cause)s\n"
            "What was posted before stays, and other outlets go on. Let somebody who "
            "may see this outlet at the till allow it, or connect as that user, then "
            "press Try Again.",
            day=self.day_id.display_name,
            cause=redact_text(error),
        )

    def _get_text_of_nothing_there(self, error):
        return self.env._(
            "%(day)s: the till does not know this outlet or what was asked of it (any "
            "more). %(cause)s\n"
            "What was posted before stays. If the outlet was closed or moved at the "
            "till, pause it here; otherwise press Try Again.",
            day=self.day_id.display_name,
            cause=redact_text(error),
        )

    def _get_text_of_lost_connection(self, error):
        return self.env._(
            "%(day)s: the connection %(integration)s is lost, the till does not let us "
            "in. %(cause)s\n"
            "Open the integration and connect it again; this day is then fetched by "
            "itself.",
            day=self.day_id.display_name,
            integration=self.outlet_id.integration_id.name,
            cause=sentence(redact_text(error)),
        )

    def _get_text_of_no_connection(self):
        return self.env._(
            "%(day)s: %(integration)s is not connected, so the till was not asked.\n"
            "Open the integration and connect it; this day is then fetched by itself.",
            day=self.day_id.display_name,
            integration=self.outlet_id.integration_id.name,
        )

    def _get_text_of_failure(self, error):
        if isinstance(error, UserError):
            return self.env._(
                "%(day)s was not posted. Odoo says: %(cause)s\n"
                "Nothing of it was moved. Mend that, then press Try Again.",
                day=self.day_id.display_name,
                cause=redact_text(error),
            )
        return self.env._(
            "%(day)s was not posted: the program stopped at an error (%(kind)s: "
            "%(cause)s).\n"
            "Nothing of it was moved, and other days go on. Press Try Again; if this "
            "comes back, show this page to whoever looks after Odoo.",
            day=self.day_id.display_name,
            kind=type(error).__name__,
            cause=redact_text(error),
        )
