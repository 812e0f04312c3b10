from contextlib import contextmanager
from functools import partial

from odoo import api, models

from ..tools.errors import NotFound, PermissionDenied
from ..tools.http import Transport
from ..tools.http_sentences import in_language_of
from ..tools.oauth2 import BearerAuth
from ..tools.shapes import readable

NEVER = float("inf")
#: While a person looks at the screen, a till is not waited for as by night.
OF_A_PERSON = {"attempts": 2, "patience": 10, "most_seconds": 30}


class PosBridgeConnectorHttp(models.AbstractModel):
    """A point of sale that is asked over HTTP.

    ``_transport`` does the asking; the hooks say what differs between vendors. Where
    the connector tells ``_oauth2_urls``, access tokens are put into each request and
    renewed without any hook.
    """

    _name = "pos.bridge.connector.http"
    _inherit = "pos.bridge.connector"
    _description = "POS connector over HTTP"

    #: What asks a ``Transport``, and keeps the answer that it got as ``latest``.
    _client_type = None

    @contextmanager
    def _client(self, integration):
        """Whatever it answers, and cannot be read, becomes a ``ContractViolation``."""
        client = self._client_type(self._transport(integration))
        with readable(lambda: client.latest):
            yield client

    @api.private
    def _transport(self, integration, **options):
        """What asks the till of this integration; one per fetch is fine.

        :param options: of the ``Transport``, where a request needs others
        """
        auth = options.pop("auth", None) or self._request_auth(integration)
        waiting = self.env.context.get("pos_bridge_person_waits")
        until = self.env.context.get("pos_bridge_asks_until", NEVER)
        transport = Transport(
            self._request_base_url(integration),
            auth=auth,
            **{
                "headers": partial(self._request_headers, integration),
                "parse_error": self._parse_error,
                "say": in_language_of(self.env),
                "timeout": self._request_timeout(integration),
                "until": until,
                **(OF_A_PERSON if waiting else {}),
                **options,
            },
        )
        transport.on_unauthorized = partial(self._renew, integration, transport, auth)
        return transport

    def _of_each_outlet(self, outlets, ask):
        """What is told of each one; one that the till does not show us fails alone.

        :param ask: function of the ID of an outlet
        :return: (answers, names of those that are not shown)
        """
        told, lost = [], {}
        for outlet in outlets:
            try:
                told.append(ask(outlet.external_id))
            except (NotFound, PermissionDenied) as error:
                lost[outlet.name] = error
        if lost and not told:
            raise next(iter(lost.values()))
        return told, list(lost)

    def _renew(self, integration, transport, auth):
        """Can the refused request be asked once more, with other credentials?"""
        if isinstance(auth, BearerAuth):
            # Some servers say 403 for a token that is dead; others mean it.
            is_certain = transport.refused == 401
            if integration._oauth2_refresh_rejected(auth.token, is_certain):
                auth.forget()
                return True
        return self._on_unauthorized(integration)

    # === HOOKS === #

    @api.private
    def _request_base_url(self, integration):
        """Where the till's service is: https://..."""
        raise NotImplementedError

    @api.private
    def _request_headers(self, integration):
        """More headers for each request; must not be logged by whoever makes them."""
        return {}

    @api.private
    def _request_auth(self, integration):
        """As ``requests`` takes it: (user, password), or a function of the request."""
        if integration.uses_oauth2:
            return BearerAuth(integration._oauth2_access_token)
        return None

    @api.private
    def _request_timeout(self, integration):
        """After so many seconds of silence a request is given up."""
        return 60

    @api.private
    def _parse_error(self, status, payload):
        """What an answer that says no tells a person, or None: then its usual places
        are looked at.
        """

    @api.private
    def _on_unauthorized(self, integration):
        """The till refused us: True if the same request may be accepted now."""
        return False
