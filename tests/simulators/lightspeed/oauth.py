"""Who may read: clients, the page that asks the merchant, codes and tokens.

Version 2 as the contract has it, and version 1, whose token request has its parameters
in the address.
"""

import base64
import binascii
import dataclasses
import secrets
import urllib.parse
from datetime import datetime, timedelta

from simulators._messages import Answer
from simulators.lightspeed import consent
from simulators.lightspeed.consent import SCOPES

#: What the newer server adds to the way back; nobody needs it.
ISSUER = "https://auth.lsk-demo.app/realms/k-series"
CODE_LIFE = timedelta(minutes=1)


@dataclasses.dataclass
class Client:
    """An application that Lightspeed gave an id to."""

    id: str
    secret: str
    redirect_uris: tuple
    scopes: tuple
    version: int = 2


@dataclasses.dataclass(eq=False)
class Session:
    """What a merchant approved once: all tokens that follow from it."""

    client: Client
    scopes: tuple
    id: str = dataclasses.field(default_factory=lambda: secrets.token_hex(16))
    revoked: bool = False
    ends: datetime | None = None


@dataclasses.dataclass
class Grant:
    """A code or a token. ``used``: a code or a refresh token is good for once."""

    session: Session
    expires: datetime
    redirect_uri: str = ""
    used: bool = False


@dataclasses.dataclass
class Lives:
    """How long things live; tests may change them."""

    access: timedelta
    refresh: timedelta
    offline_refresh: timedelta


class Refused(Exception):
    """Carries the answer that says why."""

    def __init__(self, answer):
        super().__init__(answer.body)
        self.answer = answer


def refused(error, description, status=400):
    body = {"error": error, "error_description": description}
    return Refused(Answer(body, status, {"Cache-Control": "no-store"}))


class Guard:
    """Gives out tokens and knows which are good.

    :param clock: the till's
    :param remember: called with every secret that is given out
    """

    def __init__(self, clock, remember):
        self.clock = clock
        self.remember = remember
        self.clients = {}
        self.codes = {}
        self.access = {}
        self.refresh = {}
        #: What a dead access token is answered with: 401, or 403 as some saw it.
        self.dead_token_status = 401
        #: Believe in refresh tokens that nobody here gave out (for the demo, whose
        #: database outlives the till).
        self.is_trusting = False
        #: After so long even a session whose tokens are renewed is over; None: never.
        self.session_life = None
        days = timedelta(days=40)
        self.lives = {
            1: Lives(timedelta(minutes=60), timedelta(days=14), timedelta(days=14)),
            2: Lives(timedelta(minutes=25), timedelta(minutes=30), days),
        }

    # === CLIENTS === #

    def new_client(self, redirect_uris, scopes=SCOPES, version=2):
        prefix = "devp-v2-demo-" if version == 2 else "devp-"
        name, secret = prefix + secrets.token_hex(8), secrets.token_urlsafe(32)
        self.add_client(name, secret, redirect_uris, scopes, version)
        return name, secret

    def add_client(self, name, secret, redirect_uris, scopes=SCOPES, version=2):
        uris = [redirect_uris] if isinstance(redirect_uris, str) else redirect_uris
        facts = (tuple(uris), tuple(scopes), version)
        self.clients[name] = Client(name, self.remember(secret), *facts)
        # As it travels in a header, it is one, too.
        self.remember(base64.b64encode(f"{name}:{secret}".encode()).decode())

    def _client_of(self, request, version):
        """Basic authentication alone: credentials in the body are refused."""
        name, secret = _basic(request.headers.get("authorization", ""))
        client = self.clients.get(name)
        right = client and secrets.compare_digest(client.secret, secret)
        if not right or client.version != version:
            raise refused("invalid_client", "Invalid client or credentials", 401)
        return client

    # === THE PAGE === #

    def page(self, request, version):
        """What the merchant sees in the browser."""
        asked = self._asked(request.params, version)
        return consent.page(asked["client"], asked["scopes"], request)

    def decide(self, request, version):
        """The merchant's answer: back to the application."""
        form = request.form
        asked = self._asked(form, version)
        ticked = [scope for scope in asked["scopes"] if f"granted-{scope}" in form]
        answer = {}
        if form.get("decision") == "approve":
            session = Session(asked["client"], tuple(ticked))
            if self.session_life:
                session.ends = self.clock.now() + self.session_life
            code = self._new(self.codes, session, CODE_LIFE, form["redirect_uri"])
            more = {"session_state": session.id, "iss": ISSUER} if version == 2 else {}
            answer = more | {"code": code}
        else:
            answer = {"error": "access_denied", "error_description": "Refused"}
        return consent.back(form, answer)

    def _asked(self, params, version):
        client = self.clients.get(params.get("client_id"))
        if not client or client.version != version:
            raise Refused(consent.error_page("There is no such client on this server."))
        if params.get("redirect_uri") not in client.redirect_uris:
            raise Refused(consent.error_page("Invalid parameter: redirect_uri"))
        if params.get("response_type") != "code":
            raise Refused(consent.back(params, {"error": "unsupported_response_type"}))
        scopes = params.get("scope", "").split()
        if not scopes or not set(scopes) <= set(client.scopes):
            why = {"error": "invalid_scope", "error_description": "Invalid scopes"}
            raise Refused(consent.back(params, why))
        return {"client": client, "scopes": scopes}

    # === TOKENS === #

    def token(self, request, version):
        """The answer to a token request; what it asks for has happened then."""
        client = self._client_of(request, version)
        params = request.form if version == 2 else request.params | request.form
        if params.get("grant_type") == "authorization_code":
            return self._pair(self._redeem(client, params), version)
        if params.get("grant_type") == "refresh_token":
            return self._pair(self._rotate(client, params), version)
        raise refused("unsupported_grant_type", "Unsupported grant_type")

    def _redeem(self, client, params):
        grant = self._use(self.codes, client, params.get("code"), "Code not valid")
        if grant.redirect_uri != params.get("redirect_uri"):
            raise refused("invalid_grant", "Incorrect redirect_uri")
        return grant.session

    def _rotate(self, client, params):
        value = params.get("refresh_token")
        if self.is_trusting and value not in self.refresh:
            soon = self.clock.now() + CODE_LIFE
            self.refresh[value] = Grant(Session(client, client.scopes), soon)
        return self._use(self.refresh, client, value, "Token is not active").session

    def _use(self, grants, client, value, why):
        """Good for once: a second time ends the whole session."""
        grant = grants.get(value)
        if not grant or grant.session.client is not client:
            raise refused("invalid_grant", why)
        if grant.used:
            grant.session.revoked = True
        if grant.used or not self._is_good(grant):
            raise refused("invalid_grant", why)
        grant.used = True
        return grant

    def _is_good(self, grant):
        now, ends = self.clock.now(), grant.session.ends
        is_over = grant.session.revoked or (ends and now >= ends)
        return not is_over and now < grant.expires

    def _pair(self, session, version):
        lives = self.lives[version]
        is_offline = "offline_access" in session.scopes
        rest = lives.offline_refresh if is_offline else lives.refresh
        return {
            "access_token": self._new(self.access, session, lives.access),
            "expires_in": int(lives.access.total_seconds()),
            "refresh_expires_in": int(rest.total_seconds()),
            "refresh_token": self._new(self.refresh, session, rest),
            "token_type": "Bearer",
            "not-before-policy": 0,
            "session_state": session.id,
            "scope": " ".join(session.scopes),
        }

    def _new(self, grants, session, life, redirect_uri=""):
        value = self.remember(secrets.token_urlsafe(32))
        grants[value] = Grant(session, self.clock.now() + life, redirect_uri)
        return value

    # === READING WITH A TOKEN === #

    def require(self, request, scope):
        """Refuse a request without a good token for this scope."""
        kind, _space, value = request.headers.get("authorization", "").partition(" ")
        grant = self.access.get(value) if kind.lower() == "bearer" else None
        if not grant or not self._is_good(grant):
            raise refused(
                "invalid_token", "Token is not active", self.dead_token_status
            )
        if scope not in grant.session.scopes:
            raise refused("insufficient_scope", f"Scope {scope} is missing", 403)
        return grant.session

    def revoke_all(self):
        """The merchant takes every approval back."""
        for grant in (*self.access.values(), *self.refresh.values()):
            grant.session.revoked = True

    def expire_access(self):
        """All access tokens of today die; refresh tokens live."""
        for grant in self.access.values():
            grant.expires = self.clock.now()


def _basic(header):
    kind, _space, value = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _colon, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return urllib.parse.unquote(name), urllib.parse.unquote(secret)
