import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac

from ..tools.errors import ConnectorError, NotConfigured
from ..tools.http_sentences import in_language_of
from ..tools.oauth2 import TokenServer, authorization_url

PATH = "/pos_bridge/oauth2/callback"
SCOPE_OF_STATE = "pos_bridge_oauth2_state"
STATE = "oauth2_state"
ACCESS_TOKEN = "access_token"
REFRESH_TOKEN = "refresh_token"
MINUTES_OF_STATE = 15
#: Later nobody needs to be told any more how connecting went.
MINUTES_OF_BANNER = 10


class PosBridgeConnector(models.AbstractModel):
    """What a connector says of itself if people allow access by OAuth2."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    @api.private
    def _oauth2_urls(self, integration):
        """(where the browser is sent, where tokens are asked for); None: no OAuth2."""

    @api.private
    def _oauth2_scopes(self, integration):
        """What is asked for; less than all of it is not accepted."""
        return ()

    @api.private
    def _oauth2_client(self, integration):
        """(client id, client secret); either may be empty."""
        return (None, None)

    #: The name of the secret that belongs to the client id.
    _oauth2_secret = None

    @api.private
    def _oauth2_extra(self, integration):
        """More parameters for the page that the browser is sent to."""
        return {}


class PosBridgeIntegration(models.Model):
    """Connecting by OAuth2: a person allows access on the till's own page."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    uses_oauth2 = fields.Boolean(compute="_compute_uses_oauth2", compute_sudo=True)
    oauth2_secret_state = fields.Char(
        "Client Secret Is", compute="_compute_oauth2_secret_state"
    )
    oauth2_redirect_uri = fields.Char(
        "Redirect Address",
        compute="_compute_oauth2_redirect_uri",
        help="The till's vendor wants to know it, exactly as it stands here.",
    )
    connection_told = fields.Char(
        "Outcome of the Last Try to Connect", readonly=True, copy=False
    )
    connection_told_at = fields.Datetime(
        "Last Try to Connect", readonly=True, copy=False
    )
    connection_has_failed = fields.Boolean(
        "Last Try to Connect Failed", readonly=True, copy=False
    )
    connection_success = fields.Char(compute="_compute_connection_banner")
    connection_failure = fields.Char(compute="_compute_connection_banner")

    @api.depends("connector")
    def _compute_uses_oauth2(self):
        for integration in self:
            is_chosen = bool(integration.connector)
            integration.uses_oauth2 = is_chosen and bool(
                integration._connector()._oauth2_urls(integration)
            )

    @api.depends("connector")
    @api.depends_context("lang")
    def _compute_oauth2_secret_state(self):
        """Whether there is one; never which."""
        for integration in self:
            name = integration.connector and integration._connector()._oauth2_secret
            saved = integration._origin
            has_one = name and saved and saved._has_secret(name)
            text = self.env._("Stored") if has_one else self.env._("None stored")
            integration.oauth2_secret_state = text

    def _compute_oauth2_redirect_uri(self):
        for integration in self:
            integration.oauth2_redirect_uri = integration.get_base_url() + PATH

    @api.depends("connection_told", "connection_told_at", "connection_has_failed")
    def _compute_connection_banner(self):
        earliest = fields.Datetime.now() - timedelta(minutes=MINUTES_OF_BANNER)
        for integration in self:
            is_new = (integration.connection_told_at or earliest) > earliest
            text = is_new and integration.connection_told
            has_failed = integration.connection_has_failed
            integration.connection_success = not has_failed and text
            integration.connection_failure = has_failed and text

    # === BUTTONS === #

    def action_authorize(self):
        """Send the browser to the till's own page; it comes back to ``PATH``."""
        self.ensure_one()
        self.check_access("write")
        client_id, _secret = self._oauth2_checked_client()
        self._oauth2_check_alone()
        try:
            url = self._oauth2_page(client_id)
        except ConnectorError as error:
            raise UserError(str(error)) from error
        self._note_connection(False)
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_disconnect(self):
        """Forget the access that was given; the whole set-up stays."""
        self.ensure_one()
        self.check_access("write")
        self._forget_secrets(ACCESS_TOKEN, REFRESH_TOKEN, STATE)
        self._note_connection(False)
        self.state = "draft"

    # === BEFORE === #

    def _oauth2_page(self, client_id):
        """Where the browser is sent."""
        connector = self._connector()
        page, _token = connector._oauth2_urls(self)
        return authorization_url(
            page,
            client_id,
            in_language_of(self.env),
            redirect_uri=self.oauth2_redirect_uri,
            scopes=connector._oauth2_scopes(self),
            state=self._oauth2_new_state(),
            **connector._oauth2_extra(self),
        )

    def _oauth2_checked_client(self):
        client_id, secret = self._connector()._oauth2_client(self)
        if not self.uses_oauth2 or not client_id or not secret:
            raise UserError(
                self.env._(
                    "%s cannot be connected yet: client id and client secret are "
                    "missing in the tab Connection. The till's vendor issues them.",
                    self.name,
                )
            )
        return client_id, secret

    def _oauth2_check_alone(self, external_ids=None):
        """Two connections that read one outlet would post its sales twice. Whose login
        it is shows by its outlets alone: several users may connect, each with theirs.

        :param external_ids: the outlets that the till tells; those known so far
        """
        if external_ids is None:
            external_ids = self.outlet_ids.mapped("external_id")
        read_twice = self.env["pos.bridge.outlet"].search(
            [
                ("external_id", "in", list(external_ids)),
                ("company_id", "=", self.company_id.id),
                ("integration_id.connector", "=", self.connector),
                ("integration_id.state", "=", "connected"),
                ("integration_id", "!=", self.id),
            ],
            limit=1,
        )
        if read_twice:
            raise UserError(
                self.env._(
                    "%(outlet)s is read already, by %(other)s. A second connection "
                    "would count its sales twice: use that one, disconnect it first, "
                    "or connect as a user of the till who does not see %(outlet)s.",
                    outlet=read_twice.name,
                    other=read_twice.integration_id.name,
                )
            )

    def _oauth2_new_state(self):
        """What must come back with the browser; an older one counts no more."""
        nonce = secrets.token_urlsafe(32)
        until = fields.Datetime.now() + timedelta(minutes=MINUTES_OF_STATE)
        kept = f"{nonce} {self.oauth2_redirect_uri}"
        self._set_secrets({STATE: kept}, expires_at=until)
        signature = self._oauth2_sign(self.env.uid, nonce)
        return f"{self.id}.{self.env.uid}.{nonce}.{signature}"

    def _oauth2_sign(self, user_id, nonce):
        message = (self.id, user_id, self.company_id.id, nonce)
        return hmac(self.sudo().env, SCOPE_OF_STATE, message)

    # === FOR BOTH WAYS TO TOKENS === #

    def _oauth2_server(self):
        """Who gives tokens."""
        connector = self._connector()
        client_id, secret = connector._oauth2_client(self)
        if not client_id or not secret:
            raise NotConfigured(
                self.env._(
                    "Client id or client secret of %s are missing: enter them in the "
                    "tab Connection.",
                    self.name,
                )
            )
        _authorize, url = connector._oauth2_urls(self)
        return TokenServer(url, client_id, secret, say=in_language_of(self.env))

    def _oauth2_keep(self, tokens):
        """An answer without a new refresh token leaves the old one."""
        self._set_secrets(
            {ACCESS_TOKEN: tokens.access_token}, _moment_in(tokens.seconds)
        )
        if tokens.refresh_token:
            self._set_secrets(
                {REFRESH_TOKEN: tokens.refresh_token},
                _moment_in(tokens.refresh_seconds),
            )

    def _note_connection(self, text, failed=False):
        self.write(
            {
                "connection_told": text,
                "connection_told_at": fields.Datetime.now(),
                "connection_has_failed": failed,
            }
        )


def _moment_in(seconds):
    return seconds and fields.Datetime.now() + timedelta(seconds=seconds)
