"""Version 1 of the financial API: the day, the range and the totals.

It dates what the back office cancels on the day of the receipt, not on the day it was
done. A mixin of the simulator.
"""

import copy
import urllib.parse
from datetime import timedelta
from decimal import Decimal

from simulators._messages import Answer
from simulators.lightspeed.api import bad_request, moment, number, read_date, scope
from simulators.lightspeed.telling import Teller, utc

ROUTES = [
    ("GET", r"/f/finance/(\d+)/dailyFinancials", "financials_of_day"),
    ("GET", r"/f/finance/(\d+)/financials/([^/]+)/([^/]+)", "financials_page"),
    ("GET", r"/f/finance/(\d+)/aggregatedSales", "aggregated_sales"),
]
OLD_HOST = "https://api.ikentoo.com"
MOST = 1000
#: What a group of lines is called by: groupBy -> the value of a line
GROUPS = {
    "accountingGroup": lambda line: line["accountingGroup"]["name"],
    "statisticGroup": lambda line: line["accountingGroup"]["name"],
    "device": lambda _line: "Bar iPad",
    "deviceId": lambda _line: "75125",
    "staff": lambda _line: "Robin Waiter",
    "tag": lambda _line: "",
}


class Version1:
    @scope("financial-api")
    def financials_of_day(self, request, identifier):
        location = self._visible_location(identifier)
        day = self._day_asked(request, location)
        sales = self._included(request, self._old_sales_of_day(location, day))
        return Answer(self._envelope(request, location, day, sales))

    @scope("financial-api")
    def financials_page(self, request, identifier, start, end):
        location = self._visible_location(identifier)
        span = {"from": start, "to": end}
        start, end = moment(span, "from"), moment(span, "to")
        if start > end or end - start > timedelta(days=365):
            raise bad_request("Invalid date range")
        size = min(number(request, "pageSize", MOST), MOST)
        sales = self._old_sales(location, start, end)
        sales, rest = _page(sales, request.params.get("nextPageToken"), size)
        last_day = location.day_of(end - timedelta(milliseconds=1))
        sales = self._included(request, sales)
        told = self._envelope(request, location, last_day, sales)
        if rest:
            params = {"pageSize": size, "nextPageToken": rest}
            told["_links"]["nextPage"] = _link(request, params)
        return Answer(told)

    @scope("financial-api")
    def aggregated_sales(self, request, identifier):
        location = self._visible_location(identifier)
        keys = [key for key in request.params.get("groupBy", "").split(",") if key]
        if not keys or not set(keys) <= set(GROUPS):
            raise bad_request("Invalid groupBy")
        if "from" in request.params:
            span = (moment(request.params, name) for name in ("from", "to"))
            sales, day = self._old_sales(location, *span), None
        else:
            day = self._day_asked(request, location)
            sales = self._old_sales_of_day(location, day)
        told = self._envelope(request, location, day, None)
        return Answer(_totals([*_counted(sales)], keys) | told)

    def _day_asked(self, request, location):
        if "date" in request.params:
            return read_date(request, "date")
        return location.day_of(self.clock.now())

    def _envelope(self, request, location, day, sales):
        told = {"businessName": location.business.name}
        if day:
            end = location.start_of(day + timedelta(days=1))
            told |= {
                "nextStartOfDayAsIso8601": location.local(end),
                "dataComplete": self.is_complete(location, day),
            }
        if sales is None:
            return told
        return told | {
            "businessLocationId": location.id,
            "sales": [self._spelt(sale) for sale in sales],
            "_links": {"self": _link(request, request.params)},
        }

    # === SALES === #

    def _old_sales(self, location, start, end):
        first, last = location.day_of(start), location.day_of(end)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        sales = [sale for day in days for sale in self._old_sales_of_day(location, day)]
        start, end = utc(start), utc(end)
        return [sale for sale in sales if start <= sale["timeClosed"] < end]

    def _old_sales_of_day(self, location, day):
        """Those of version 2, except that a later cancellation stands with its sale."""
        start, end = location.start_of(day), location.start_of(day + timedelta(days=1))
        sales = self.sales(location, start, end)
        sales = [sale for sale in sales if sale["type"] != "CANCEL"]
        now = self.clock.now()
        for visit in self.restaurant.visits(location, day):
            for sale in Teller(location, day, self.habits, now).sales(visit):
                if sale["type"] == "CANCEL" and sale["timeClosed"] <= utc(now):
                    sales.append(sale | {"timeClosed": utc(visit.closed)})
        return sales

    def _spelt(self, sale):
        """With the names that version 1 has for times."""
        is_published = self.habits.old_spelling == "published"
        opened, sold = ("timeofOpening", "timeofSale")
        if not is_published:
            opened, sold = ("timeOfOpening", "timeOfSale")
        told = copy.deepcopy(sale)
        told[opened] = told.pop("timeOfOpening")
        closed = "timeofCloseAndPaid" if is_published else "timeOfCloseAndPaid"
        told[closed] = told.pop("timeClosed")
        for line in told["salesLines"]:
            line[sold] = line.pop("timeOfSale")
        return told


def _page(sales, token, size):
    """(a page, the account that the next one begins with)"""
    accounts = [sale["accountFiscId"] for sale in sales]
    if token and token not in accounts:
        raise bad_request("Invalid nextPageToken")
    first = accounts.index(token) if token else 0
    rest = accounts[first + size] if len(sales) > first + size else None
    return sales[first : first + size], rest


def _link(request, params):
    address = OLD_HOST + urllib.parse.quote(request.path)
    query = urllib.parse.urlencode(params)
    return {"href": f"{address}?{query}" if query else address, "templated": True}


# === TOTALS === #


def _counted(sales):
    """The lines that are money."""
    for sale in sales:
        if sale["type"] in ("FLOAT", "TRANSFER", "SPLIT"):
            continue
        for line in sale["salesLines"]:
            is_opposite = line["totalNetAmountWithTax"].startswith("-")
            if is_opposite or sale["type"] != "SALE" or "voidReason" not in line:
                yield line


def _totals(lines, keys):
    told = {
        "totalAmount": _sum(lines, "totalNetAmountWithTax"),
        "serviceCharge": "0.00",
        "totalDiscountedAmount": _sum(lines, "totalDiscountAmount"),
        "totalTaxAmount": _sum(lines, "taxAmount"),
        "numberOfSales": float(len(lines)),
    }
    if keys:
        groups = {}
        for line in lines:
            groups.setdefault(GROUPS[keys[0]](line), []).append(line)
        children = [
            {"groupByValue": value, **_totals(of_group, keys[1:])}
            for value, of_group in sorted(groups.items())
        ]
        told["children"] = [{"groupByKey": keys[0], "children": children}]
    return told


def _sum(lines, name):
    return f"{sum((Decimal(line[name]) for line in lines), Decimal()):.2f}"
