"""What is asked of Lightspeed Restaurant (K-Series), and in which shape it answers.

There are only GET requests in here, so this can change nothing at the till. Links in
answers are never followed: every address is built from our own.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from odoo.addons.pos_inventory_bridge.tools import paging, shapes
from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation

BUSINESSES_PER_PAGE = 1000
#: The newer limit, and the older one for servers that refuse it.
ITEMS_PER_PAGE, ITEMS_PER_SMALL_PAGE = 1000, 100
SALES_PER_PAGE = 100
#: A whole day comes in one piece, and that takes its time.
SECONDS_FOR_A_DAY = 100
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
        self._transport, self.latest = transport, None

    def businesses(self):
        """All businesses that the connected user sees, with their locations."""

        def ask(page, size):
            params = {"page": page, "size": size}
            told = shapes.dictionary(self._get("/f/data/businesses", params))
            # Where there are none, the whole list may be missing.
            return shapes.rows(told.get("_embedded") or {}, "businessList", []), told

        return paging.all_from_numbers(ask, BUSINESSES_PER_PAGE)

    def items(self, location_id):
        """All items of a location, each once, though pages may overlap."""
        try:
            found = self._items(location_id, ITEMS_PER_PAGE)
        except ContractViolation as error:
            if error.status != 400:
                raise
            found = self._items(location_id, ITEMS_PER_SMALL_PAGE)
        return list({row["id"]: row for row in found if row.get("id")}.values())

    def _items(self, location_id, amount):
        def ask(offset):
            params = {"businessLocationId": location_id, "offset": offset}
            told = self._get("/items/v1/items", {**params, "amount": amount})
            return shapes.any_rows(told, "items"), told

        return paging.all_from_offsets(ask)

    def sales_daily(self, location_id, business_date):
        """One business day; the server knows in its own zone when that was."""
        params = {"date": business_date.isoformat()}
        path, seconds = f"{location_id}/sales-daily", SECONDS_FOR_A_DAY
        told = self._get_sales(path, params, business_date, timeout=seconds)
        next_start = shapes.moment(told.get("nextStartOfDayAsIso8601"))
        is_complete = shapes.flag(told, "dataComplete", False)
        return DayAnswer(shapes.rows(told, "sales"), is_complete, next_start)

    def sales(self, location_id, begin, end):
        """What was closed from ``begin`` to before ``end``.

        Whether the server counts the borders in is not documented, so a little more is
        asked for, and cut off here.
        """
        params = {"from": _utc(begin - A_SECOND), "to": _utc(end + A_SECOND)}
        params["pageSize"] = SALES_PER_PAGE

        def ask(token):
            more = {"nextPageToken": token} if token else {}
            path = f"{location_id}/sales"
            told = self._get_sales(path, {**params, **more}, begin.date())
            return shapes.rows(told, "sales"), told

        def following(_token, _rows, told):
            return told.get("nextPageToken") or None

        sold = paging.all_rows(ask, following, place="")
        return [sale for sale in sold if begin <= (closed_at(sale) or begin) < end]

    def aggregated_sales(self, location_id, business_date):
        """Lightspeed's own totals; it dates corrections otherwise than the sales."""
        path = f"/f/finance/{location_id}/aggregatedSales"
        params = {"date": business_date.isoformat(), "groupBy": "accountingGroup"}
        return shapes.dictionary(self._get(path, params))

    def _get_sales(self, path, params, business_date, **options):
        """Before the till was in use there is nothing, and nothing is missing."""
        try:
            told = self._get(f"/f/v2/business-location/{path}", params, **options)
        except ContractViolation as error:
            payload = error.payload if isinstance(error.payload, dict) else {}
            early = NOT_OPEN_YET.search(str(payload.get("error")))
            begun = early and early[1] and early[1] <= business_date.isoformat()
            if error.status != 400 or not early or begun:
                raise
            told = {"sales": [], "dataComplete": bool(early[1])}
        return shapes.dictionary(told)

    def _get(self, path, params, timeout=None):
        self.latest = self._transport.get(path, params=params, timeout=timeout).json
        return self.latest


def closed_at(sale):
    """When a receipt was paid, or None."""
    return shapes.first(sale, CLOSED_AT, shapes.moment)


def _utc(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
