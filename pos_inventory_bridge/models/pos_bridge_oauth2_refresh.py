import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models

from ..tools.errors import AuthenticationFailed, TemporaryFailure
from ..tools.http import AnswerLost
from .pos_bridge_oauth2 import ACCESS_TOKEN, REFRESH_TOKEN

_logger = logging.getLogger(__name__)

#: A token that is told is good for at least so long.
SECONDS_LEFT = 120
#: One that is good for longer than this was not refused because of its age.
SECONDS_OF_YOUTH = 300
#: Longer than somebody else needs to ask for tokens twice.
SECONDS_FOR_OTHERS = 90
COLLISIONS_AT_MOST = 5


class PosBridgeIntegration(models.Model):
    """Access tokens that are always good: each refresh token works once, so only one
    worker of all renews, and everybody else takes what it got.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    @api.private
    def _oauth2_access_token(self):
        """An access token that is good for some minutes."""
        self.ensure_one()
        return self._oauth2_good_token() or self._oauth2_renew()

    @api.private
    def _oauth2_refresh_rejected(self, token, is_certain=True):
        """The till refused this access token: get another one, unless somebody has.

        :param is_certain: False if the till may as well have refused what was asked
        :return: the other one, or None
        """
        self.ensure_one()
        if not is_certain and self._oauth2_is_young(token):
            return None
        other = self._oauth2_renew(token)
        return other if other != token else None

    def _oauth2_good_token(self, refused=None):
        """The one that is kept, if it is good for long enough and was not refused."""
        row = self._secret_rows([ACCESS_TOKEN])
        if not row or not self._oauth2_lasts(row, SECONDS_LEFT):
            return None
        token = self._get_secret(ACCESS_TOKEN)
        return None if token == refused else token

    def _oauth2_is_young(self, token):
        row = self._secret_rows([ACCESS_TOKEN])
        is_stated = bool(row.expires_at)
        lasts = is_stated and self._oauth2_lasts(row, SECONDS_OF_YOUTH)
        return lasts and self._get_secret(ACCESS_TOKEN) == token

    @api.model
    def _oauth2_lasts(self, row, seconds):
        """One whose end was not stated is good until it is refused."""
        moment = fields.Datetime.now() + timedelta(seconds=seconds)
        return not row.expires_at or row.expires_at > moment

    def _oauth2_renew(self, refused=None):
        """In a transaction of its own, over before the token is used: whatever happens
        to the work for which it was needed, the new pair is kept.
        """
        for _attempt in range(COLLISIONS_AT_MOST):
            try:
                with self.env.registry.cursor() as cursor:
                    own = self.with_env(self.env(cr=cursor))
                    return own._oauth2_renew_alone(refused)
            except SerializationFailure:
                _logger.info("Integration %s: somebody else renewed", self.id)
            except LockNotAvailable:
                break
        raise TemporaryFailure(
            self.env._("Somebody else is renewing the access to %s.", self.name)
        )

    def _oauth2_renew_alone(self, refused):
        self._oauth2_lock()
        # Somebody else may have been here while we waited.
        token = self._oauth2_good_token(refused)
        if token:
            return token
        refresh_token = self._get_secret(REFRESH_TOKEN)
        if not refresh_token:
            raise AuthenticationFailed(
                self.env._("%s is not connected yet: press Connect.", self.name)
            )
        try:
            tokens = self._oauth2_server().refresh(refresh_token)
        except AnswerLost:
            raise AuthenticationFailed(self._oauth2_text_of_lost_answer()) from None
        self._oauth2_keep(tokens)
        return tokens.access_token

    def _oauth2_lock(self):
        """Wait until nobody else renews. Who had to wait sees an old state of the
        database and is refused by it (``SerializationFailure``): it starts again.
        """
        cursor = self.env.cr
        seconds = f"{SECONDS_FOR_OTHERS}s"
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [seconds])
        cursor.execute(
            """
            SELECT id FROM pos_bridge_token
             WHERE integration_id = %s AND name = %s FOR NO KEY UPDATE
            """,
            [self.id, REFRESH_TOKEN],
            log_exceptions=False,
        )

    def _oauth2_text_of_lost_answer(self):
        return self.env._(
            "The access was to be renewed, and the answer was lost on its way. It may "
            "be that the old access counts no more, so it is not tried again unasked: "
            "press Check the Connection, and if that fails, connect again."
        )
