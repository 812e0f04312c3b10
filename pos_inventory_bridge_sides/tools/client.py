"""Asks SIDES by the contract: authenticates, pages, and names what goes wrong."""

import base64
import re
from urllib.parse import parse_qsl, quote, urlsplit

from odoo.addons.pos_inventory_bridge.tools.errors import (
    AuthenticationFailed,
    ConnectorError,
    ContractViolation,
    NotFound,
    PermissionDenied,
)

from .contract import RIGHT_WORDS, RIGHTS, into
from .trouble import SENTENCES, mismatch, trouble

MOST_PAGES = 1000
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

    :param transport: function that makes the core's ``Transport`` with ``auth``
    :param settings: base_url, auth_mode, username, password, api_key, mandant_ref
    """

    def __init__(self, contract, transport, settings):
        self.contract, self.settings = contract, settings
        self.auth = Authentication()
        self.transport = transport(self.auth)
        self._is_ready = False

    def stores(self):
        return self._rows("stores", "stores")

    def products(self):
        return self._rows("products", "products")

    def orders(self, store_uuid, date):
        text = date.strftime(self.contract["date_format"])
        return self._rows("daily_orders", "orders", store_uuid=store_uuid, date=text)

    # === AUTHENTICATION === #

    def _authenticate(self):
        mode, ways = self.settings["auth_mode"], self.contract["auth"]
        if mode == "basic":
            pair = "{username}:{password}".format(**self.settings)
            coded = base64.b64encode(pair.encode()).decode()
            self.auth.headers["Authorization"] = f"Basic {coded}"
        elif mode == "login_token":
            self._add_header(ways["login"], self._log_in(ways["login"]))
        elif mode == "header_key":
            self._add_header(ways["header_key"], self.settings["api_key"])
        else:
            self.auth.params[ways["query_key"]["param"]] = self.settings["api_key"]
        self._is_ready = True

    def _add_header(self, way, secret):
        # An error about a strange character would show the whole secret.
        if not (secret and secret.isascii() and secret.isprintable()):
            raise trouble(AuthenticationFailed, "sides_auth_failed")
        self.auth.headers[way["header"]] = way["prefix"] + secret

    def _log_in(self, way):
        body = {key: filled(text, self.settings) for key, text in way["body"].items()}
        is_form = way["encoding"] == "form"
        send = self.transport.post_form if is_form else self.transport.post_json
        answer = self._checked("login", way["path"], send, way["path"], body)
        tokens = [token for path in way["token_paths"] for token in into(answer, path)]
        token = next((token for token in tokens if isinstance(token, str)), None)
        if not token:
            raise trouble(AuthenticationFailed, "sides_auth_failed")
        return token

    # === CALLS === #

    def _rows(self, name, root, **values):
        """What a call lists, on all of its pages."""
        rows = []
        for answer in self._pages(name, root, values):
            found = self.contract.rows(root, answer)
            if found is None:
                raise mismatch(f"roots.{root}", self.contract["roots"][root], answer)
            rows += found
        return rows

    def _pages(self, name, root, values):
        call, paging = self.contract["calls"][name], self.contract["paging"]
        values = {**values, "mandant_ref": self.settings.get("mandant_ref") or ""}
        path = filled(call["path"], values, quoted)
        params = {key: filled(text, values) for key, text in call["params"].items()}
        place, before = paging["first"], None
        for _page in range(MOST_PAGES):
            more = (
                {}
                if paging["kind"] in ("none", "next_url")
                else {paging["param"]: place}
            )
            if more and paging["size_param"]:
                more[paging["size_param"]] = paging["size"]
            answer = self._call(name, call["method"], path, {**params, **more})
            if answer == before and name != "daily_orders":
                return  # this list has no pages
            if answer == before:
                break
            yield answer
            count = len(self.contract.rows(root, answer))
            following = paging["kind"] == "next_url" and into(
                answer, paging["next_path"]
            )
            if following and following[0]:
                path, params = self._same_host(following[0])
            elif not more or not count or (len(more) > 1 and count < paging["size"]):
                return
            before, place = answer, place + (1 if paging["kind"] == "page" else count)
        raise mismatch("paging", [paging["kind"]], answer)

    def _same_host(self, address):
        """Path and parameters of the next page; credentials go to no other host."""
        base, parts = urlsplit(self.settings["base_url"]), urlsplit(address)
        if parts.netloc and (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise mismatch("paging.next_path", [base.netloc], {})
        path = (
            parts.path.removeprefix(base.path.rstrip("/"))
            if parts.netloc
            else parts.path
        )
        return path, dict(parse_qsl(parts.query, keep_blank_values=True))

    def _call(self, name, method, path, params):
        if not self._is_ready:
            self._authenticate()
        send = self.transport.get if method == "GET" else self.transport.post_json
        return self._checked(name, path, send, path, params)

    def _checked(self, name, path, send, *args):
        """The JSON of an answer, or an error with its code."""
        try:
            answer = send(*args, accept=LOOKED_AT)
            self._check_status(name, path, answer)
            return answer.json
        except ConnectorError as error:
            # From the transport, whose sentences are replaced by our codes.
            if str(error) in SENTENCES and not hasattr(error, "code"):
                error.code = str(error)
                error.values = {"host": urlsplit(self.settings["base_url"]).netloc}
                error.payload = None  # half an answer may begin with a guest's name
            raise

    def _check_status(self, name, path, answer):
        if answer.status == 404 and name == "daily_orders":
            raise trouble(NotFound, "sides_store_unknown")
        words = re.search(RIGHT_WORDS, answer.text, re.IGNORECASE)
        # Whoever may read the report may lack the rights for lists all the same.
        if answer.status == 403 and (words or name in ("stores", "products")):
            rights = ", ".join(RIGHTS)
            raise trouble(PermissionDenied, "sides_right_missing", rights=rights)
        if answer.status in (401, 403) or (answer.status == 400 and name == "login"):
            raise trouble(AuthenticationFailed, "sides_auth_failed")
        if answer.status != 200:
            values = {"path": path, "status": answer.status}
            raise trouble(ContractViolation, "sides_path_unknown", **values)


def filled(text, values, write=str):
    """``{date}`` and the like, replaced by what they stand for."""
    return re.sub(
        r"\{(\w+)\}", lambda name: write(str(values.get(name[1], name[0]))), text
    )


def quoted(text):
    return quote(text, safe="")
