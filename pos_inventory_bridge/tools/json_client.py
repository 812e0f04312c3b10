"""Asks a till by a contract: logs in, pages, and names what goes wrong."""

import base64
import re
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlsplit

from .errors import (
    AuthenticationFailed,
    ConnectorError,
    ContractViolation,
    NotFound,
    PermissionDenied,
)
from .http_question import same_server
from .json_path import into
from .json_trouble import SENTENCES, mismatch, trouble
from .paging import all_rows

#: Refusals are told apart here; other failures are the transport's business.
LOOKED_AT = (200, *range(400, 408), *range(409, 429), *range(430, 500))


class Authentication:
    """What is added to every request; never part of an address that is logged."""

    def __init__(self):
        self.headers, self.params = {}, {}

    def __call__(self, request):
        request.headers.update(self.headers)
        if self.params:
            request.prepare_url(request.url, self.params)
        return request


class Client:
    """One stream of requests to one account.

    :param transport: function that makes the ``Transport`` with ``auth``
    :param account: login (how), username, password, api_key, tenant
    """

    def __init__(self, contract, transport, account):
        self.contract, self.account = contract, account
        self.auth = Authentication()
        self.transport = transport(self.auth)
        self._is_ready = False

    def outlets(self):
        return _Pages(self, "outlets", {}).all()

    def items(self):
        return _Pages(self, "items", {}).all()

    def sales(self, outlet, date):
        days = {"date": date, "next_date": date + timedelta(days=1)}
        texts = {
            name: day.strftime(self.contract["date_format"])
            for name, day in days.items()
        }
        return _Pages(self, "sales", {"outlet": outlet, **texts}).all()

    # === LOGGING IN === #

    def _log_in(self):
        how, ways = self.account["login"], self.contract["auth"]
        if how == "basic":
            pair = "{username}:{password}".format(**self.account)
            coded = base64.b64encode(pair.encode()).decode()
            self.auth.headers["Authorization"] = f"Basic {coded}"
        elif how == "login_token":
            self._add_header(ways["login"], self._token(ways["login"]))
        elif how == "header_key":
            self._add_header(ways["header_key"], self.account["api_key"])
        else:
            self.auth.params[ways["query_key"]["param"]] = self.account["api_key"]
        self._is_ready = True

    def _add_header(self, way, secret):
        # An error about a strange character would show the whole secret.
        if not (secret and secret.isascii() and secret.isprintable()):
            raise trouble(AuthenticationFailed, "auth_failed")
        self.auth.headers[way["header"]] = way["prefix"] + secret

    def _token(self, way):
        body = {key: filled(text, self.account) for key, text in way["body"].items()}
        is_form = way["encoding"] == "form"
        send = self.transport.post_form if is_form else self.transport.post_json
        answer = self._checked("login", way["path"], send, body)
        tokens = [token for path in way["token_paths"] for token in into(answer, path)]
        token = next((token for token in tokens if isinstance(token, str)), None)
        if not token:
            raise trouble(AuthenticationFailed, "auth_failed")
        return token

    # === ASKING === #

    def ask(self, name, path, params):
        """What a call answers."""
        if not self._is_ready:
            self._log_in()
        is_get = self.contract["calls"][name]["method"] == "GET"
        send = self.transport.get if is_get else self.transport.post_json
        return self._checked(name, path, send, params)

    def _checked(self, name, path, send, content):
        """The JSON of an answer, or an error with its code."""
        try:
            answer = send(path, content, accept=LOOKED_AT)
            self._check_status(name, path, answer)
            return answer.json
        except ConnectorError as error:
            # From the transport, whose sentences are replaced by our codes.
            if str(error) in SENTENCES and not hasattr(error, "code"):
                error.code = str(error)
                error.values = {"host": self.transport.host}
                error.payload = None  # half an answer may begin with a guest's name
            raise

    def _check_status(self, name, path, answer):
        if answer.status == 404 and name == "sales":
            raise trouble(NotFound, "store_unknown")
        text = answer.text.lower()
        names_right = any(word in text for word in self.contract["right_words"])
        # Whoever may read the sales may lack the rights for lists all the same.
        if answer.status == 403 and (names_right or name in ("outlets", "items")):
            raise trouble(PermissionDenied, "right_missing")
        if answer.status in (401, 403) or (answer.status == 400 and name == "login"):
            raise trouble(AuthenticationFailed, "auth_failed")
        if answer.status != 200:
            values = {"path": path, "status": answer.status}
            raise trouble(ContractViolation, "path_unknown", **values)


class _Pages:
    """The pages of one list."""

    def __init__(self, client, name, values):
        self.client, self.contract, self.name = client, client.contract, name
        self.paging, call = self.contract["paging"], self.contract["calls"][name]
        values = {**values, "tenant": client.account["tenant"]}
        self.path = filled(call["path"], values, quoted)
        self.params = {
            key: filled(text, values) for key, text in call["params"].items()
        }
        self.is_counted = self.paging["kind"] in ("page", "offset")
        self.before = None

    def all(self):
        first = self.paging["first"] if self.is_counted else ""
        return all_rows(self._ask, self._following, first)

    def _ask(self, place):
        answer = self.client.ask(self.name, *self._question(place))
        rows = self.contract.rows(self.name, answer)
        if rows is None:
            roots = self.contract["roots"][self.name]
            raise mismatch(f"roots.{self.name}", roots, answer)
        if rows == self.before and self.name != "sales":
            return [], answer  # this list has no pages
        self.before = rows
        return rows, answer

    def _question(self, place):
        """(path, parameters) of the page at a place."""
        if self.is_counted:
            size = {self.paging["size_param"]: self.paging["size"]}
            page = {self.paging["param"]: place, **size}
            page.pop("", None)
            return self.path, {**self.params, **page}
        return self._same_server(place) if place else (self.path, self.params)

    def _following(self, place, rows, answer):
        if self.paging["kind"] == "next_url":
            found = into(answer, self.paging["next_path"])
            place = found[0] if found else None
            if place and not isinstance(place, str):
                raise mismatch("paging.next_path", [self.paging["next_path"]], answer)
            return place or None
        is_full = not self.paging["size_param"] or len(rows) >= self.paging["size"]
        if not self.is_counted or not rows or not is_full:
            return None
        return place + (1 if self.paging["kind"] == "page" else len(rows))

    def _same_server(self, address):
        """Path and parameters of the next page; credentials go to no other server."""
        base = self.client.transport.base_url
        target = same_server(f"{base}{self.path}", address)
        if not target:
            raise mismatch("paging.next_path", [self.client.transport.host], {})
        parts = urlsplit(target)
        path = parts.path.removeprefix(urlsplit(base).path)
        return path, dict(parse_qsl(parts.query, keep_blank_values=True))


def filled(text, values, write=str):
    """``{date}`` and the like, replaced by what they stand for."""
    if not isinstance(text, str):
        return text
    return re.sub(
        r"\{(\w+)\}", lambda name: write(str(values.get(name[1], name[0]))), text
    )


def quoted(text):
    return quote(text, safe="")
