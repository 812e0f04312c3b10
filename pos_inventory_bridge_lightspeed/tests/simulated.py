"""A simulated Lightspeed for the tests, and how a test gets in."""

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

# The simulated tills stand beside the add-ons, because their tests share them.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from simulators.lightspeed import LightspeedSimulator
from simulators.lightspeed.till import AUTHORIZE, TOKEN

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REDIRECT = "https://odoo.example.com/pos_bridge/oauth2/callback"


class Till(LightspeedSimulator):
    """Its sales may be told by a test, word by word, instead of being made up."""

    told = None

    def sales(self, location, start, end):
        if self.told is None:
            return super().sales(location, start, end)
        return [
            sale
            for sale in self.told
            if start <= datetime.fromisoformat(sale["timeClosed"]) < end
        ]


def new_till(make=Till, **options):
    return make(**{"businesses": 1, "receipts": 40, "now": NOW, **options})


def log_in(till, redirect_uri=REDIRECT):
    """(client id, client secret, what the token server answered)"""
    client_id, secret = till.new_client(redirect_uri)
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "financial-api items offline_access",
    }
    back = till.approve(f"{till.url}{AUTHORIZE}?{urlencode(asked)}")
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": redirect_uri,
    }
    answer = requests.post(
        f"{till.url}{TOKEN}", data=form, auth=(client_id, secret), timeout=10
    )
    return client_id, secret, answer.json()


def as_told(sales):
    """As a client gets them: through JSON, decimals exact."""
    return json.loads(json.dumps(sales, default=str), parse_float=Decimal)


def sold(sales, *kinds):
    """{sku: quantity} of lines (of these kinds; else of all), open items under ""."""
    found = {}
    for sale in sales:
        for line in sale.lines:
            if not kinds or line.kind in kinds:
                sku = line.sku or ""
                found[sku] = found.get(sku, 0) + line.quantity
    return {sku: quantity for sku, quantity in found.items() if quantity}
