"""The endpoints that a connector reads: locations, items and the sales of version 2.

A mixin of the simulator, which has the places, the stories and the guard.
"""

import functools
import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulators._messages import Answer
from simulators.lightspeed.oauth import Refused

ROUTES = [
    ("GET", "/f/data/businesses", "businesses_page"),
    ("GET", "/items/v1/items", "items_page"),
    ("GET", r"/items/v1/items/(\d+)", "one_item"),
    ("GET", r"/f/v2/business-location/(\d+)/sales-daily", "sales_of_day"),
    ("GET", r"/f/v2/business-location/(\d+)/sales", "sales_page"),
]
LONGEST_SPAN = timedelta(days=365)
MOST_ITEMS = 1000
MOST_SALES = 100
LAST = {"null": {"nextPageToken": None}, "empty": {"nextPageToken": ""}, "absent": {}}


def scope(name):
    """An endpoint that needs a token with this scope."""

    def decorate(method):
        @functools.wraps(method)
        def checked(self, request, *groups):
            self.guard.require(request, name)
            return method(self, request, *groups)

        return checked

    return decorate


class Api:
    # === LOCATIONS === #

    @scope("financial-api")
    def businesses_page(self, request):
        page = number(request, "page", 0)
        size = number(request, "size", 1000)
        seen = [self._business(business) for business in self.businesses]
        seen = [told for told in seen if told][page * size : (page + 1) * size]
        told = {
            "_links": {"self": {"href": "https://api.ikentoo.com/f/data/businesses"}}
        }
        return Answer({"_embedded": {"businessList": seen}, **told} if seen else told)

    def _business(self, business):
        """None when the token's user sees none of its locations."""
        places = [place for place in business.locations if place.visible]
        if business.locations and not places:
            return None
        return {
            "businessName": business.name,
            "businessId": business.id,
            "currencyCode": business.currency,
            "businessLocations": [
                {
                    "blName": place.name,
                    self.habits.location_id_name: place.id,
                    "country": place.country,
                    "timezone": place.timezone,
                }
                for place in places
            ],
        }

    def _visible_location(self, identifier):
        for place in self.locations:
            if place.id == int(identifier) and place.visible:
                return place
        why = "Access token not relevant for the businessLocation"
        raise Refused(Answer({"error": why}, self.unseen_status))

    # === ITEMS === #

    @scope("items")
    def items_page(self, request):
        catalogue = self._item_location(request).business.catalogue
        offset, amount = number(request, "offset", 0), number(request, "amount", 100)
        if not 0 <= amount <= MOST_ITEMS:
            message = f"must be less than or equal to {MOST_ITEMS}"
            raise self.item_error(400, message, "amount", amount)
        found = [item for item in catalogue.listed() if _is_asked_for(item, request)]
        if not request.params.get("itemIds"):
            found = found[offset : offset + amount]
        return Answer([item.told() for item in found])

    @scope("items")
    def one_item(self, request, identifier):
        for item in self._item_location(request).business.catalogue.listed():
            if item.id == int(identifier):
                return Answer(item.told())
        raise self.item_error(404, f"Item {identifier} not found")

    def _item_location(self, request):
        asked = request.params.get("businessLocationId", "")
        if not asked.isdigit():
            raise self.item_error(400, "must not be null", "businessLocationId", asked)
        return self._visible_location(asked)

    def item_error(self, status, message, field=None, value=None):
        """Told in the shape of the items endpoints."""
        wrong = {"field": field, "rejectedValue": str(value), "message": message}
        body = {
            "status": str(status),
            "timestamp": self.clock.now().isoformat(timespec="seconds"),
            "message": message,
            "apiSubExceptions": [wrong] if field else [],
        }
        return Refused(Answer(body, status))

    # === SALES === #

    @scope("financial-api")
    def sales_of_day(self, request, identifier):
        location = self._visible_location(identifier)
        day = read_date(request, "date")
        if day < location.opened:
            raise self.too_early(location, "date")
        start = location.start_of(day)
        end = location.start_of(day + timedelta(days=1))
        answer = {
            "sales": self._included(request, self.sales(location, start, end)),
            "nextStartOfDayAsIso8601": location.local(end),
            "dataComplete": self.is_complete(location, day),
        }
        return Answer(answer)

    @scope("financial-api")
    def sales_page(self, request, identifier):
        location = self._visible_location(identifier)
        start, end = self._span(request, location)
        size = number(request, "pageSize", 50)
        if not 1 <= size <= MOST_SALES:
            raise bad_request(f"Invalid pageSize: {size}")
        sales, offset = self._from_cursor(request, location, start, end)
        page = self._included(request, sales[offset : offset + size])
        rest = LAST[self.habits.last_page_token]
        if len(sales) > offset + size:
            rest = {"nextPageToken": self._new_cursor(sales, offset + size)}
        return Answer({"sales": page, **rest})

    def _from_cursor(self, request, location, start, end):
        token = request.params.get("nextPageToken")
        if not token:
            return self.sales(location, start, end), 0
        if token not in self.cursors:
            raise bad_request("Invalid nextPageToken")
        return self.cursors[token]

    def _new_cursor(self, sales, offset):
        token = secrets.token_urlsafe(16)
        self.cursors[token] = (sales, offset)
        return token

    def _span(self, request, location):
        start = moment(request.params, "from")
        now = self.clock.now()
        asked = "to" in request.params
        end = min(moment(request.params, "to"), now) if asked else now
        if start > end:
            why = (
                f"Invalid date range: 'from' date {start} should not be after 'to' date"
            )
            raise bad_request(f"{why} {end}")
        if end - start > LONGEST_SPAN:
            raise bad_request("The date range cannot exceed 365 days")
        if start < location.start_of(location.opened):
            raise self.too_early(location, "from")
        return start, end

    def too_early(self, location, name):
        """The 400 that names the earliest moment there is."""
        earliest = location.local(location.start_of(location.opened))
        return bad_request(
            f"Invalid '{name}' date query parameter. The requested business location "
            "was not operational on the provided date.\nPlease specify a date and time "
            f"after: {earliest}, which is the earliest available date for this "
            "location.\n"
        )

    def _included(self, request, sales):
        """With what ``include`` asks for; personal data come no other way."""
        include = set(request.params.get("include", "").split(","))
        return [{**sale, **_extras(sale, include)} for sale in sales]


def _extras(sale, include):
    extras = {}
    if "staff" in include:
        extras |= {"ownerId": 4711, "ownerName": "Robin Waiter"}
    if "table" in include:
        extras |= {"tableNumber": "12", "tableName": "Window"}
    if {"payments", "consumer"} & include:
        payment = {"code": "CASH", "type": "NORMAL", "netAmountWithTax": _paid(sale)}
        if "consumer" in include:
            payment["consumer"] = {"firstName": "Kim", "email": "kim@guest.example"}
        extras["payments"] = [] if sale["cancelled"] else [payment]
    return extras


def _paid(sale):
    amounts = (Decimal(line["totalNetAmountWithTax"]) for line in sale["salesLines"])
    return f"{sum(amounts):.2f}"


def _is_asked_for(item, request):
    params = request.params
    identifiers = params.get("itemIds")
    group = params.get("accountingGroupId")
    return (
        params.get("sku") in (None, item.sku)
        and params.get("name", "").lower() in item.name.lower()
        and (not identifiers or str(item.id) in identifiers.split(","))
        and (not group or str(item.told()["accountingGroup"]["id"]) == group)
    )


# === PARAMETERS === #


def bad_request(why):
    return Refused(Answer({"error": why}, 400))


def number(request, name, default):
    told = request.params.get(name, str(default))
    if not told.lstrip("-").isdigit():
        raise bad_request(f"Invalid {name}: {told}")
    return int(told)


def read_date(request, name):
    told = _required(request.params, name, "LocalDate")
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise bad_request(f"Invalid date format: {told}") from None


def moment(params, name):
    """A date-time with a zone."""
    told = _required(params, name, "OffsetDateTime")
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        read = None
    if read is None or not read.tzinfo:
        raise bad_request(f"Invalid date format: {told}")
    return read


def _required(params, name, type_):
    if name not in params:
        raise bad_request(
            f"Required request parameter '{name}' for method parameter type {type_} "
            "is not present"
        )
    return params[name]
