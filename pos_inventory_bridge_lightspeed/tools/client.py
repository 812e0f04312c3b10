"""What is asked of Lightspeed Restaurant (K-Series), and in which shape it answers.

There are only GET requests in here, so this can change nothing at the till. Links in
answers are never followed: every address is built from our own.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from odoo.tools import LazyTranslate

from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation
from odoo.addons.pos_inventory_bridge.tools.shapes import (
    dictionary,
    first,
    moment,
    rows,
)

_lt = LazyTranslate(__name__, default_lang="en_US")

BUSINESSES_PER_PAGE = 1000
#: The newer limit, and the older one for servers that refuse it.
ITEMS_PER_PAGE, ITEMS_PER_SMALL_PAGE = 1000, 100
SALES_PER_PAGE = 100
#: A source that goes on longer is broken, not large.
PAGES_AT_MOST = 500
#: A whole day comes in one piece, and that takes its time.
SECONDS_FOR_A_DAY = 120
A_SECOND = timedelta(seconds=1)
NOT_OPEN_YET = re.compile(
    r"not operational.*?after:?\s*(\d{4}-\d{2}-\d{2})?", re.DOTALL
)
#: Both versions of the API, as documented and as seen.
CLOSED_AT = ("timeClosed", "timeOfCloseAndPaid", "timeofCloseAndPaid")


@dataclass(frozen=True)
class DayAnswer:
    """What was sold on one business day, as it was told."""

    sales: list
    is_complete: bool = False
    next_start: datetime | None = None


class LightspeedClient:
    """Reads businesses, items and sales through a ``Transport``."""

    def __init__(self, transport):
        self._transport = transport

    def businesses(self):
        """All businesses that the connected user sees, with their locations."""
        found = []
        for page in range(PAGES_AT_MOST):
            params = {"page": page, "size": BUSINESSES_PER_PAGE}
            told = self._get("/f/data/businesses", params)
            # Where there are none, the whole list may be missing.
            page_rows = rows(told.get("_embedded") or {}, "businessList", [])
            found += page_rows
            if len(page_rows) < BUSINESSES_PER_PAGE:
                return found
        raise _endless()

    def items(self, location_id):
        """All items of a location, each once, though pages may overlap."""
        found, offset, amount = {}, 0, ITEMS_PER_PAGE
        for _page in range(PAGES_AT_MOST):
            params = {"businessLocationId": location_id, "offset": offset}
            try:
                told = self._get(
                    "/items/v1/items", {**params, "amount": amount}, _items
                )
            except ContractViolation as error:
                if error.status != 400 or offset or amount == ITEMS_PER_SMALL_PAGE:
                    raise
                amount = ITEMS_PER_SMALL_PAGE
                continue
            known = len(found)
            found.update((row["id"], row) for row in told if row.get("id"))
            if len(told) < amount:
                return list(found.values())
            if len(found) == known:
                break
            offset += amount
        raise _endless()

    def sales_daily(self, location_id, business_date):
        """One business day; the server knows in its own zone when that was."""
        path = f"/f/v2/business-location/{location_id}/sales-daily"
        params = {"date": business_date.isoformat()}
        try:
            told = self._get(path, params, timeout=SECONDS_FOR_A_DAY)
        except ContractViolation as error:
            _raise_unless_early(error, business_date)
            return DayAnswer([], is_complete=True)
        next_start = moment(told.get("nextStartOfDayAsIso8601"))
        return DayAnswer(
            rows(told, "sales"), told.get("dataComplete") is True, next_start
        )

    def sales(self, location_id, begin, end):
        """What was closed from ``begin`` to before ``end``.

        Whether the server counts the borders in is not documented, so a little more is
        asked for, and cut off here.
        """
        path = f"/f/v2/business-location/{location_id}/sales"
        params = {"from": _utc(begin - A_SECOND), "to": _utc(end + A_SECOND)}
        params["pageSize"] = SALES_PER_PAGE
        found, tokens = [], {None, ""}
        for _page in range(PAGES_AT_MOST):
            try:
                told = self._get(path, params)
            except ContractViolation as error:
                _raise_unless_early(error, begin.date())
                return []
            found += rows(told, "sales")
            token = told.get("nextPageToken")
            if not token:
                sold = (
                    sale for sale in found if begin <= (closed_at(sale) or begin) < end
                )
                return list(sold)
            if token in tokens:
                break
            tokens.add(token)
            params["nextPageToken"] = token
        raise _endless()

    def aggregated_sales(self, location_id, business_date):
        """Lightspeed's own totals; it dates corrections otherwise than the sales."""
        path = f"/f/finance/{location_id}/aggregatedSales"
        params = {"date": business_date.isoformat(), "groupBy": "accountingGroup"}
        return self._get(path, params)

    def _get(self, path, params, shape=dictionary, timeout=None):
        return shape(self._transport.get(path, params=params, timeout=timeout).json)


def closed_at(sale):
    """When a receipt was paid, or None."""
    return first(sale, CLOSED_AT, moment)


def _utc(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _raise_unless_early(error, business_date):
    """The till was not in use on that date yet: there is nothing to read."""
    payload = error.payload if isinstance(error.payload, dict) else {}
    found = error.status == 400 and NOT_OPEN_YET.search(str(payload.get("error")))
    if not found or (found[1] or "9999") < business_date.isoformat():
        raise error


def _items(told):
    """An array, or one item, as documented, or a list within an object."""
    if isinstance(told, dict) and "id" in told:
        return [told]
    return rows({"items": told} if isinstance(told, list) else told, "items")


def _endless():
    return ContractViolation(_lt("Lightspeed tells the same pages again and again."))
