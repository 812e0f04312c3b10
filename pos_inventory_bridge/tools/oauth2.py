"""OAuth2, authorization code: what is said to the server, and what its answer means.

``requests-oauthlib`` and the library below it write the requests and read the answers.
They are sent by our ``Transport``: it never repeats what may have been read, follows no
redirect, limits what is read, and logs neither tokens nor codes, which the library does
where debugging is switched on.
"""

import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from . import http_answer
from .errors import (
    AuthenticationFailed,
    ContractViolation,
    NotConfigured,
    TemporaryFailure,
)
from .http import Transport, checked_host
from .http_sentences import english
from .redact import HIDDEN

#: What the error codes of the standard (RFC 6749) mean for us.
MEANINGS = {
    "invalid_grant": ("oauth2_grant", AuthenticationFailed),
    "invalid_client": ("oauth2_client", NotConfigured),
    "unauthorized_client": ("oauth2_client", NotConfigured),
    "server_error": ("oauth2_later", TemporaryFailure),
    "temporarily_unavailable": ("oauth2_later", TemporaryFailure),
}
SECONDS_FOR_A_TOKEN = 30
SECONDS_A_TOKEN_IS_KEPT = 60


@dataclass(frozen=True, repr=False)
class Tokens:
    """What a token request brought. None is what the server did not state."""

    access_token: str
    refresh_token: str | None
    seconds: int | None
    refresh_seconds: int | None
    scopes: frozenset | None


def authorization_url(url, client_id, say=english, *, redirect_uri, scopes, **more):
    """Where the browser is sent, so that a person allows us in.

    :param more: ``state`` and whatever else the page wants to be told
    """
    checked_host(url, say)
    session = OAuth2Session(client_id, redirect_uri=redirect_uri, scope=list(scopes))
    # The library knows no exception for a server on this machine.
    secure = re.sub("^http:", "https:", url)
    full, _state = session.authorization_url(secure, **more)
    return full if secure == url else re.sub("^https:", "http:", full)


class TokenServer:
    """Asks for tokens, as the application that we are registered as."""

    def __init__(self, url, client_id, client_secret, say=english, **options):
        """
        :param say: (code, **values) -> a sentence for a person
        :param options: for the ``Transport``
        """
        parts = urlsplit(url)
        self._path = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        self._say = say
        # As bytes, or whatever is not Latin would be refused.
        auth = HTTPBasicAuth(client_id.encode(), client_secret.encode())
        options = {"timeout": SECONDS_FOR_A_TOKEN, **options}
        address = f"{parts.scheme}://{parts.netloc}"
        self._transport = Transport(address, auth=auth, say=say, **options)
        self._client = WebApplicationClient(client_id)
        #: What was sent must not come back in an error's text.
        self._sent = {client_secret}

    def exchange(self, code, redirect_uri):
        """The first tokens, for the code that the browser brought: asked once."""
        body = self._client.prepare_request_body(
            code=code, redirect_uri=redirect_uri, include_client_id=False
        )
        return self._ask(body)

    def refresh(self, refresh_token):
        """New tokens. The old refresh token may be dead from now on, so this is asked
        again only where the server said that it could not work, or never heard us.
        """
        body = self._client.prepare_refresh_body(refresh_token=refresh_token)
        return self._ask(body, repeats_answered=True)

    def _ask(self, body, repeats_answered=False):
        form = dict(parse_qsl(body, keep_blank_values=True))
        self._sent |= {form.get("code"), form.get("refresh_token")}
        answer = self._transport.post_form(
            self._path,
            form,
            accept=(200, 400, 401),
            repeats_answered=repeats_answered,
        )
        payload = answer.json
        if not isinstance(payload, dict):
            raise self._strange()
        try:
            self._client.parse_request_body_response(answer.content.decode())
        except OAuth2Error as error:
            raise self._meaning(error.error, payload) from None
        except (TypeError, ValueError):
            raise self._strange() from None
        if answer.status != 200:
            raise self._strange()
        return self._tokens(payload)

    def _tokens(self, payload):
        kind = payload.get("token_type") or "Bearer"
        texts = [kind, payload["access_token"], payload.get("refresh_token") or ""]
        if not all(isinstance(text, str) for text in texts) or not texts[1]:
            raise self._strange()
        if kind.lower() != "bearer":
            raise self._strange()
        scope = payload.get("scope")
        return Tokens(
            access_token=payload["access_token"],
            refresh_token=payload.get("refresh_token") or None,
            seconds=_seconds(payload.get("expires_in")),
            refresh_seconds=_seconds(payload.get("refresh_expires_in")),
            scopes=frozenset(scope.split()) if isinstance(scope, str) else None,
        )

    def _meaning(self, code, payload):
        if code not in MEANINGS:
            return self._strange(payload)
        sentence, error = MEANINGS[code]
        return error(self._sentence(sentence, payload))

    def _strange(self, payload=None):
        return ContractViolation(self._sentence("oauth2_strange", payload))

    def _sentence(self, code, payload):
        host = self._transport.host
        if isinstance(payload, dict):
            payload = {name: self._masked(value) for name, value in payload.items()}
        return self._say(code, host=host, detail=http_answer.detail(payload))

    def _masked(self, value):
        for secret in filter(None, self._sent) if isinstance(value, str) else ():
            value = value.replace(secret, HIDDEN)
        return value


def _seconds(value):
    """How long something is good; nothing, zero and less mean that it is not stated."""
    try:
        seconds = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < 10**9 else None


class BearerAuth(AuthBase):
    """Puts the access token into each request.

    :param get_token: tells one that is good for some minutes
    """

    def __init__(self, get_token, clock=time.monotonic):
        self.token = None
        self._get_token = get_token
        self._clock = clock
        self._asked_at = None

    def __call__(self, request):
        now = self._clock()
        if not self.token or now > self._asked_at + SECONDS_A_TOKEN_IS_KEPT:
            self.token, self._asked_at = self._get_token(), now
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def forget(self):
        """Ask for a token again before the next request."""
        self.token = None
