"""The simulated till: what tests and the demo talk to."""

import urllib.parse
from datetime import timedelta

from simulators._messages import Answer, Request
from simulators._server import Simulator
from simulators.lightspeed import api, faults, oauth, places, v1
from simulators.lightspeed.edits import Edits, as_day
from simulators.lightspeed.habits import Habits
from simulators.lightspeed.story import Restaurant
from simulators.lightspeed.telling import Teller, utc
from simulators.lightspeed.truth import truth

AUTHORIZE = "/realms/k-series/protocol/openid-connect/auth"
TOKEN = "/realms/k-series/protocol/openid-connect/token"


class LightspeedSimulator(Edits, api.Api, v1.Version1, Simulator):
    """Lightspeed K-Series on loopback, both its API and its authorization server.

    :param seed: another number, another restaurant
    :param receipts: visits per location and day
    :param items: how many items each business has at least
    :param opened: the first day that the locations know of; 400 days ago by default
    :param habits: answers to the open questions of the contract (see ``Habits``)
    """

    routes = [
        ("GET", AUTHORIZE, "authorize_page"),
        ("POST", AUTHORIZE, "authorize_decision"),
        ("POST", TOKEN, "token"),
        ("GET", "/oauth/authorize", "authorize_page"),
        ("POST", "/oauth/authorize", "authorize_decision"),
        ("POST", "/oauth/token", "token"),
        *api.ROUTES,
        *v1.ROUTES,
    ]
    faults = Simulator.faults | faults.LIGHTSPEED

    def __init__(
        self,
        seed=1,
        *,
        businesses=2,
        locations=2,
        receipts=40,
        items=0,
        port=0,
        now=None,
        opened=None,
        currency=None,
        **habits,
    ):
        super().__init__(port, now)
        opened = opened or self.clock.now().date() - timedelta(days=400)
        self.businesses = places.chain(businesses, locations, items, opened)
        for business in self.businesses:
            business.currency = currency or business.currency
        self.restaurant = Restaurant(seed, receipts)
        self.habits = Habits(**habits)
        self.incomplete = set()
        self.odd_sales = {}
        self.cursors = {}
        self.unseen_status = 403
        self.guard = oauth.Guard(self.clock, self.secret)
        #: Called with the request and the answer when the tokens have been exchanged,
        #: before the client hears of it. What it raises ends the connection.
        self.before_token_response = None

    # === PLACES === #

    @property
    def locations(self):
        return [place for business in self.businesses for place in business.locations]

    def location(self, location):
        """A location by its id; a location is given back."""
        if isinstance(location, places.Location):
            return location
        return next(place for place in self.locations if place.id == int(location))

    @property
    def catalogue(self):
        """The items of the first business."""
        return self.businesses[0].catalogue

    # === WHAT IS TRUE === #

    def truth(self, location, day):
        """What was really used on a business day (see ``Truth``)."""
        location, now = self.location(location), self.clock.now()
        return truth(self.restaurant, location, as_day(day), now)

    def sales(self, location, start, end):
        """The sales that were closed from a moment on, before another and by now."""
        location, now = self.location(location), self.clock.now()
        end = min(end, now)
        told = [
            sale
            for day, visit in self._visits_between(location, start, end)
            for sale in Teller(location, day, self.habits, now).sales(visit)
        ]
        told += self.odd_sales.get(location.id, [])
        start, end = utc(start), utc(end)
        chosen = [sale for sale in told if start <= sale["timeClosed"] < end]
        return sorted(chosen, key=lambda sale: (sale["timeClosed"], sale["receiptId"]))

    def _visits_between(self, location, start, end):
        """(day, visit) of all that may have left a sale meanwhile."""
        first, last = location.day_of(start), location.day_of(end)
        visits = {}
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            of_day = [(day, visit) for visit in self.restaurant.visits(location, day)]
            for of, visit in of_day + self.restaurant.undone_on(location, day):
                visits[of, visit.number] = (of, visit)
        return visits.values()

    # === ACCESS === #

    def new_client(self, redirect_uris, scopes=oauth.SCOPES, version=2):
        """(client id, client secret)"""
        return self.guard.new_client(redirect_uris, scopes, version)

    def approve(self, address, scopes=None):
        """Approve what an authorization address asks for, as the merchant would.

        :param scopes: those that are granted; all by default
        :return: the address that the browser is sent back to
        """
        return self._decide(address, "approve", scopes)

    def refuse(self, address):
        return self._decide(address, "refuse", None)

    def _decide(self, address, decision, scopes):
        parts = urllib.parse.urlsplit(address)
        params = dict(urllib.parse.parse_qsl(parts.query))
        asked = params.get("scope", "").split() if scopes is None else scopes
        form = params | {f"granted-{scope}": "on" for scope in asked}
        body = urllib.parse.urlencode(form | {"decision": decision}).encode()
        request = Request("POST", parts.path, {}, {}, body)
        return self.answer(request).headers["Location"]

    @property
    def refreshes(self):
        """The requests that came with a refresh token, good or not."""
        grant = "refresh_token"
        asked = self.find("token$", method="POST")
        return [one for one in asked if grant in (one.params | one.form).values()]

    def authorize_page(self, request):
        return self.guard.page(request, self._version(request))

    def authorize_decision(self, request):
        return self.guard.decide(request, self._version(request))

    def token(self, request):
        with self._lock:
            pair = self.guard.token(request, self._version(request))
        answer = Answer(pair, headers={"Cache-Control": "no-store"})
        if self.before_token_response:
            self.before_token_response(request, answer)
        return answer

    @staticmethod
    def _version(request):
        return 1 if request.path.startswith("/oauth/") else 2

    def _route(self, request):
        try:
            return super()._route(request)
        except oauth.Refused as refusal:
            return refusal.answer
