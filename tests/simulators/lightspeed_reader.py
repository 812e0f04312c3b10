"""A client for the tests of the simulated Lightspeed: nothing but requests."""

import urllib.parse
from datetime import UTC, date, datetime

import requests

from simulators.lightspeed import LightspeedSimulator
from simulators.lightspeed.till import AUTHORIZE, TOKEN

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
DAY = date(2026, 11, 3)
CALLBACK = "https://odoo.example/pos/callback"
SCOPES = "financial-api items offline_access"


def simulator(**options):
    return LightspeedSimulator(**{"now": NOW, **options})


class Reader:
    """One client, connected as a merchant would."""

    def __init__(self, till, version=2, scope=SCOPES):
        self.till = till
        self.scope = scope
        self.authorize, self.token = AUTHORIZE, TOKEN
        if version == 1:
            self.authorize, self.token = "/oauth/authorize", "/oauth/token"
        self.version = version
        self.client = till.new_client([CALLBACK], version=version)
        self.session = requests.Session()
        self.pair = {}

    # === ACCESS === #

    def address(self, **params):
        params = {
            "response_type": "code",
            "client_id": self.client[0],
            "scope": self.scope,
            "redirect_uri": CALLBACK,
            "state": "s-1",
            **params,
        }
        return f"{self.till.url}{self.authorize}?{urllib.parse.urlencode(params)}"

    def code(self, scopes=None):
        return query(self.till.approve(self.address(), scopes))["code"]

    def exchange(self, code, **changes):
        params = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
        }
        return self.ask_tokens(params | changes)

    def refresh(self, refresh_token=None):
        value = refresh_token or self.pair["refresh_token"]
        return self.ask_tokens({"grant_type": "refresh_token", "refresh_token": value})

    def ask_tokens(self, params, **options):
        name = "params" if self.version == 1 else "data"
        options = {"auth": self.client, name: params, **options}
        return requests.post(self.till.url + self.token, timeout=10, **options)

    def connect(self):
        self.use(self.exchange(self.code()))
        return self

    def use(self, answer):
        """Read with the tokens of this answer from now on."""
        assert answer.status_code == 200, answer.text
        self.pair = answer.json()
        token = self.pair["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    # === READING === #

    def get(self, path, **params):
        return self.session.get(self.till.url + path, params=params, timeout=60)

    def json(self, path, **params):
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def day(self, location, day=DAY, **params):
        return self.json(sales_path(location, "sales-daily"), date=str(day), **params)

    def pages(self, location, **params):
        """All pages of sales, one after the other."""
        params = {"from": "2026-11-03T05:30:00Z", "to": "2026-11-04T05:30:00Z"} | params
        while True:
            page = self.json(sales_path(location, "sales"), **params)
            yield page
            if not page.get("nextPageToken"):
                return
            params["nextPageToken"] = page["nextPageToken"]

    def items(self, location, **params):
        return self.json("/items/v1/items", businessLocationId=location.id, **params)


def sales_path(location, name):
    return f"/f/v2/business-location/{location.id}/{name}"


def query(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
