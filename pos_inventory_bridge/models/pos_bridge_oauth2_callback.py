import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..tools.errors import AuthenticationFailed, ConnectorError
from ..tools.redact import redact_text
from .pos_bridge_oauth2 import MINUTES_OF_STATE, STATE

#: integration, user, what is used once, signature
SHAPE_OF_STATE = re.compile(
    r"([0-9]{1,9})\.([0-9]{1,9})\.([\w-]{40,50})\.([0-9a-f]{64})", re.ASCII
)


class PosBridgeIntegration(models.Model):
    """The browser comes back from the till's own page."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    @api.model
    def _oauth2_find(self, state):
        """(the integration that this user connects, what is used once).

        Where the state is not ours, nothing is written: anybody can make a browser come
        here.
        """
        parts = SHAPE_OF_STATE.fullmatch(state or "")
        integration = self.sudo().browse(parts and int(parts[1])).exists()
        signature = integration and integration._oauth2_sign(int(parts[2]), parts[3])
        if not signature or not consteq(signature, parts[4]):
            raise UserError(
                self.env._(
                    "This answer does not belong to a connection that was begun here, "
                    "so nothing was changed. Open the integration and press Connect."
                )
            )
        if int(parts[2]) != self.env.uid:
            raise UserError(
                self.env._(
                    "Another user began to connect: whoever presses Connect must also "
                    "be logged in here when the till's page sends the browser back."
                )
            )
        return integration._oauth2_of_user(self.env), parts[3]

    def _oauth2_of_user(self, env):
        """The same record with the user's own rights."""
        company = self.company_id
        if company not in env.user.company_ids:
            raise UserError(
                env._("This connection belongs to a company that you may not work for.")
            )
        integration = self.with_env(env).with_context(allowed_company_ids=company.ids)
        integration.check_access("write")
        return integration

    def _oauth2_receive(self, nonce, code, error, description):
        """The browser is back: what it brings counts once. Ends in a banner."""
        try:
            redirect_uri = self._oauth2_take_state(nonce)
            if error or not code:
                raise AuthenticationFailed(self._oauth2_text_of(error, description))
            self._oauth2_check_alone()
            self._oauth2_exchange(code, redirect_uri)
        except UserError as refusal:
            self._note_connection(str(refusal), failed=True)
        except ConnectorError as failure:
            self._note_connection(self._oauth2_text_of_failure(failure), failed=True)
        else:
            self.state = "connected"
            self._note_connection(self.env._("Connected: the till lets us in."))

    def _oauth2_take_state(self, nonce):
        """Use up the state, whatever comes of it; the redirect address it was for."""
        with self.env.registry.cursor() as cursor:
            own = self.with_env(self.env(cr=cursor))
            row = own._secret_rows([STATE])
            kept, _space, uri = (own._get_secret(STATE) or "").partition(" ")
            if not consteq(kept, nonce):
                raise UserError(
                    self.env._(
                        "This answer was used before, or you began to connect once "
                        "more: nothing was changed. If it is not connected, press "
                        "Connect again."
                    )
                )
            is_late = row.expires_at < fields.Datetime.now()
            row.unlink()
        if is_late:
            raise UserError(
                self.env._(
                    "It took longer than %s minutes until the till's page answered. "
                    "Press Connect again.",
                    MINUTES_OF_STATE,
                )
            )
        return uri

    def _oauth2_exchange(self, code, redirect_uri):
        """Tokens for the code: at once, once, and kept whatever happens next."""
        tokens = self._oauth2_server().exchange(code, redirect_uri)
        asked = set(self._connector()._oauth2_scopes(self))
        missing = asked - (asked if tokens.scopes is None else tokens.scopes)
        if missing:
            raise AuthenticationFailed(
                self.env._(
                    "Not everything was allowed that is needed. Missing: %s. Connect "
                    "again and allow all of it, or let the vendor grant it to this "
                    "application.",
                    ", ".join(sorted(missing)),
                )
            )
        with self.env.registry.cursor() as cursor:
            self.with_env(self.env(cr=cursor))._oauth2_keep(tokens)

    # === IN PLAIN WORDS === #

    def _oauth2_text_of(self, error, description):
        if error == "access_denied":
            return self.env._("Access was not allowed on the till's page.")
        if not error:
            return self.env._("The till's page brought neither a yes nor a no.")
        return self.env._(
            "The till's page says: %s", redact_text(description or error, 200)
        )

    def _oauth2_text_of_failure(self, failure):
        return self.env._(
            "It is not connected. %(cause)s Press Connect to try again.",
            cause=redact_text(failure),
        )
