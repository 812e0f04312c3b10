"""What goes wrong in the way of Lightspeed, beyond what any server can do."""

import dataclasses
import secrets

from simulators import _faults
from simulators._messages import Answer
from simulators.lightspeed.oauth import refused

#: How a request says how many rows it wants at once.
SIZES = ("size", "amount", "pageSize")


def earliest_date(simulator, request, _proceed, location=None):
    """400: the location was not open yet; ``location``: whose day it names."""
    location = simulator.location(location or simulator.locations[0])
    name = "date" if "date" in request.params else "from"
    return simulator.too_early(location, name).answer


def unauthorized(_simulator, _request, _proceed):
    return refused("invalid_token", "Token is not active", 401).answer


def forbidden(_simulator, _request, _proceed):
    why = "Access token not relevant for the businessLocation, use authorization-code"
    return Answer({"error": why}, 403)


def not_found(_simulator, _request, _proceed):
    return Answer({"error": "Not Found"}, 404)


def invalid_grant(_simulator, _request, _proceed):
    return refused("invalid_grant", "Session not active").answer


def invalid_client(_simulator, _request, _proceed):
    return refused("invalid_client", "Invalid client or credentials", 401).answer


def server_error(simulator, request, _proceed):
    """500 with a request id."""
    body = {
        "timestamp": simulator.clock.now().isoformat(timespec="milliseconds"),
        "path": request.path,
        "status": 500,
        "error": "Internal Server Error",
        "requestId": secrets.token_hex(4),
    }
    return Answer(body, 500)


# === PAGES === #


def repeated_token(_simulator, request, proceed):
    """The next page is always this one (let it happen twice or more)."""
    if request.params.get("nextPageToken") == "again":
        params = {**request.params, "nextPageToken": ""}
        request = dataclasses.replace(request, params=params)
    answer = proceed(request)
    return dataclasses.replace(answer, body=answer.body | {"nextPageToken": "again"})


def short_page(_simulator, request, proceed, size=3):
    """Fewer sales than asked for, and yet there is a next page."""
    params = {**request.params, "pageSize": str(size)}
    return proceed(dataclasses.replace(request, params=params))


def capped(_simulator, request, proceed, most=100):
    """Fewer rows at once than were asked for, without saying so."""
    given = {name: request.params[name] for name in SIZES if name in request.params}
    capped = {name: str(min(int(size), most)) for name, size in given.items()}
    return proceed(dataclasses.replace(request, params={**request.params, **capped}))


def shifted_items(_simulator, request, proceed):
    """An item came in before this page: its first row was on the last page, too."""
    offset = max(int(request.params.get("offset", 0)) - 1, 0)
    params = {**request.params, "offset": str(offset)}
    return proceed(dataclasses.replace(request, params=params))


def items_in_object(_simulator, request, proceed):
    answer = proceed(request)
    return dataclasses.replace(answer, body={"items": answer.body})


def item_alone(_simulator, request, proceed):
    """One object, as the vendor's document says."""
    answer = proceed(request)
    return dataclasses.replace(answer, body=answer.body[0])


def amount_refused(simulator, request, proceed, most=100):
    """400 for more items than ``most``, as the limit once was."""
    amount = int(request.params.get("amount", 100))
    if amount <= most:
        return proceed(request)
    message = f"must be less than or equal to {most}"
    return simulator.item_error(400, message, "amount", amount).answer


# === TOKENS === #


def without_refresh_token(_simulator, request, proceed):
    return _without(proceed(request), "refresh_token")


def scope_shortened(_simulator, request, proceed, scope="financial-api"):
    answer = proceed(request)
    return dataclasses.replace(answer, body=answer.body | {"scope": scope})


def refresh_expires_in(_simulator, request, proceed, seconds=0):
    answer = proceed(request)
    told = {"refresh_expires_in": seconds}
    return dataclasses.replace(answer, body=answer.body | told)


# === SALES === #


def bare_sales(_simulator, request, proceed):
    """Of every sale and line only what nobody could do without."""
    answer = proceed(request)
    sales = [
        {
            **_only(sale, "accountFiscId", "timeClosed", "type"),
            "salesLines": [
                _only(line, "id", "parentLineId", "sku", "quantity")
                for line in sale["salesLines"]
            ],
        }
        for sale in answer.body["sales"]
    ]
    return dataclasses.replace(answer, body=answer.body | {"sales": sales})


def unknown_type(_simulator, request, proceed, type="BARTER"):
    """The first sale is of a type that nobody has heard of."""
    body = _faults.data(answer := proceed(request))
    body["sales"][0]["type"] = type
    return dataclasses.replace(answer, body=body)


def _only(facts, *names):
    return {name: facts[name] for name in names if name in facts}


def _without(answer, name):
    body = {key: value for key, value in answer.body.items() if key != name}
    return dataclasses.replace(answer, body=body)


LIGHTSPEED = {
    fault.__name__: fault
    for fault in (
        *(earliest_date, unauthorized, forbidden, not_found, server_error),
        *(invalid_grant, invalid_client),
        *(capped, repeated_token, short_page, shifted_items),
        *(items_in_object, item_alone),
        *(amount_refused, without_refresh_token, scope_shortened, refresh_expires_in),
        *(bare_sales, unknown_type),
    )
}
