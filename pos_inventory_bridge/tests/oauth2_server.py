"""A small OAuth2 server: single-use codes, single-use refresh tokens, and an API that
wants an access token.
"""

import base64
import itertools
import threading

from .loopback import Loopback, says

SCOPES = ("sales", "items", "offline_access")


class OAuth2Server(Loopback):
    """``allow`` is the person at its page; ``then`` makes it misbehave."""

    client = ("shop-1", "cl1ent-s3cret")

    def __init__(self):
        super().__init__()
        self.usual = self.behave
        self.numbers = itertools.count(1)
        self.issued = []
        self.refreshes = 0
        self.codes = {}
        self.refresh_tokens = set()
        self.access_tokens = set()
        self.more = {"expires_in": 1500, "refresh_expires_in": 3456000}
        self.scope = " ".join(SCOPES)
        self.rotates = True
        self.seconds = 0

    @property
    def page(self):
        return f"{self.url}/auth"

    @property
    def token(self):
        return f"{self.url}/token?realm=shops"

    def allow(self, redirect_uri):
        """A person allows access: the code that the browser brings back."""
        code = self._new("code")
        self.codes[code] = redirect_uri
        return code

    def revoke(self):
        self.refresh_tokens.clear()
        self.access_tokens.clear()

    def behave(self, handler, request):
        if request.path == "/token":
            threading.Event().wait(self.seconds)
            return says(*reversed(self._token(request)))(handler, request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        status = 200 if token in self.access_tokens else 401
        return says({"path": request.path}, status)(handler, request)

    def _new(self, kind):
        text = f"{kind}-{next(self.numbers)}-h1dden"
        self.issued.append(text)
        return text

    def _token(self, request):
        """(status, data)."""
        identity = ":".join(self.client).encode()
        basic = f"Basic {base64.b64encode(identity).decode()}"
        form = request.form
        if request.headers.get("Authorization") != basic or "client_secret" in form:
            return 401, {"error": "invalid_client", "error_description": "Who are you"}
        with self._lock:
            if form["grant_type"] == "refresh_token":
                return self._refresh(form["refresh_token"])
            if self.codes.pop(form["code"], None) != form["redirect_uri"]:
                return 400, {"error": "invalid_grant"}
            return 200, self._pair()

    def _refresh(self, token):
        self.refreshes += 1
        if token not in self.refresh_tokens:
            return 400, {"error": "invalid_grant", "error_description": "Token used"}
        if self.rotates:
            self.refresh_tokens.discard(token)
            return 200, self._pair()
        return 200, self._pair("access_token")

    def _pair(self, *names):
        pair = {}
        for name in names or ("access_token", "refresh_token"):
            pair[name] = self._new(name)
        self.access_tokens = {pair["access_token"]}
        self.refresh_tokens |= {pair.get("refresh_token")} - {None}
        return {**pair, **self.more, "token_type": "Bearer", "scope": self.scope}
