"""The simulated Lightspeed answers as the vendor's OpenAPI document says it does."""

import json
from pathlib import Path

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.requests import (
    RequestsOpenAPIRequest,
    RequestsOpenAPIResponse,
)
from openapi_core.exceptions import OpenAPIError

from simulators.lightspeed_reader import DAY, Reader, sales_path, simulator

CONTRACT = OpenAPI.from_file_path(str(Path(__file__).parent / "lightspeed-openapi.yml"))
SPAN = {"from": "2026-11-03T05:30:00Z", "to": "2026-11-04T05:30:00Z"}
OLD_SPAN = f"{SPAN['from']}/{SPAN['to']}"


@pytest.fixture(name="till", scope="module")
def _till():
    with simulator(items=1200, receipts=16) as till:
        yield till


@pytest.fixture(name="reader", scope="module")
def _reader(till):
    return Reader(till).connect()


def validate(answer):
    """Raise where the answer is not what the contract allows."""
    request = RequestsOpenAPIRequest(answer.request)
    CONTRACT.validate_response(request, RequestsOpenAPIResponse(answer))


def endpoints(till):
    """(path, parameters) of everything that can be read."""
    place = till.locations[0]
    item = till.catalogue.item("BRG-01").id
    finance = f"/f/finance/{place.id}"
    sales, day = sales_path(place, "sales"), sales_path(place, "sales-daily")
    everything = "staff,table,consumer,payments"
    return [
        ("/f/data/businesses", {}),
        ("/f/data/businesses", {"page": 1, "size": 1}),
        ("/items/v1/items", {"businessLocationId": place.id, "amount": 1000}),
        (f"/items/v1/items/{item}", {"businessLocationId": place.id}),
        (day, {"date": DAY}),
        (day, {"date": DAY, "include": everything}),
        (sales, {**SPAN, "pageSize": 10}),
        (sales, {**SPAN, "pageSize": 100, "include": everything}),
        (f"{finance}/dailyFinancials", {"date": DAY}),
        (f"{finance}/financials/{OLD_SPAN}", {"pageSize": 5}),
        (f"{finance}/aggregatedSales", {"date": DAY, "groupBy": "accountingGroup"}),
        (f"{finance}/aggregatedSales", {**SPAN, "groupBy": "staff,accountingGroup"}),
    ]


@pytest.mark.parametrize("number", range(12))
def test_every_answer_is_as_the_contract_says(till, reader, number):
    path, params = endpoints(till)[number]
    answer = reader.get(path, **params)
    assert answer.status_code == 200, answer.text
    validate(answer)


@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"void_style": "marked_original", "last_page_token": "null"},
        {"refund_quantity_sign": "positive", "last_page_token": "empty"},
        {"modifier_quantity": "per_parent", "combo_quantity": "per_parent"},
        {"combo_price": "components", "restatement": "repeated"},
        {"restatement": "empty", "split_accounts": "shared"},
    ],
)
def test_whatever_its_habits(habits):
    with simulator(receipts=16, **habits) as till:
        reader = Reader(till).connect()
        for path, params in endpoints(till):
            validate(reader.get(path, **params))


def test_refusals_are_as_the_contract_says(till, reader):
    place = till.locations[0]
    day, items = sales_path(place, "sales-daily"), "/items/v1/items"
    at = {"businessLocationId": place.id}
    asked = [
        (400, day, {"date": "2019-01-01"}),
        (400, day, {"date": "12/12/2023"}),
        (400, day, {}),
        (400, sales_path(place, "sales"), {"from": SPAN["to"], "to": SPAN["from"]}),
        (400, items, at | {"amount": 1001}),
        (404, f"{items}/1", at),
    ]
    for status, path, params in asked:
        answer = reader.get(path, **params)
        assert answer.status_code == status, answer.text
        validate(answer)
    till.fail_next("sales-daily", "server_error")
    validate(reader.get(day, date=DAY))
    till.fail_next("items", "amount_refused")
    validate(reader.get(items, **at, amount=1000))


def test_the_earliest_day_can_be_read_from_the_refusal(till, reader):
    place = till.locations[0]
    path = sales_path(place, "sales-daily")
    told = reader.get(path, date="2019-01-01").json()["error"]
    earliest = place.start_of(place.opened)
    assert f"after: {place.local(earliest)}, which is" in told
    assert reader.get(path, date=place.opened).status_code == 200


def _first_line(body):
    return next(sale["salesLines"][0] for sale in body["sales"] if sale["salesLines"])


MUTATIONS = {
    "quantity as a number": lambda body: _first_line(body).update(quantity=1.0),
    "quantity with four decimals": lambda body: _first_line(body).update(
        quantity="1.0000"
    ),
    "amount as a number": lambda body: _first_line(body).update(
        totalNetAmountWithTax=12
    ),
    "line without id": lambda body: _first_line(body).pop("id"),
    "invented field of a line": lambda body: _first_line(body).update(qty="1"),
    "invented field of a sale": lambda body: body["sales"][0].update(businessDate="x"),
    "invented type": lambda body: body["sales"][0].update(type="BARTER"),
    "lines under another name": lambda body: body["sales"][0].update(
        lines=body["sales"][0].pop("salesLines")
    ),
    "local time without a zone": lambda body: body["sales"][0].update(
        timeClosed="2026-11-03 10:00"
    ),
    "spelling of version 1": lambda body: body["sales"][0].update(
        timeofOpening=body["sales"][0].pop("timeOfOpening")
    ),
    "completeness as a word": lambda body: body.update(dataComplete="yes"),
    "no completeness": lambda body: body.pop("dataComplete"),
    "sales as an object": lambda body: body.update(sales={}),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_changed_day_is_refused(till, reader, mutation):
    _require_refusal(*reader_and_path(till, reader, "sales-daily"), MUTATIONS[mutation])


def reader_and_path(till, reader, name):
    return reader, sales_path(till.locations[0], name), {"date": DAY}


def _require_refusal(reader, path, params, mutate):
    """The right answer passes; changed, it does not."""
    answer = reader.get(path, **params)
    validate(answer)
    body = answer.json()
    mutate(body)
    answer._content = json.dumps(body).encode()
    with pytest.raises(OpenAPIError):
        validate(answer)


@pytest.mark.parametrize(
    ("number", "mutate"),
    [
        (0, lambda body: body["_embedded"]["businessList"][0].pop("businessId")),
        (0, lambda body: body.update(page={"size": 20})),
        (2, lambda body: body[0].update(itemType="DISH")),
        (2, lambda body: body[0].update(sku="")),
        (2, lambda body: body[0].update(id="141948669132862")),
        (6, lambda body: body.update(nextPageToken=3)),
        (8, lambda body: body["sales"][0].update(timeClosed="x")),
        (9, lambda body: body["_links"].pop("nextPage") and body.update(nextPage="")),
        (10, lambda body: body.update(totalAmount=3)),
    ],
)
def test_other_changed_answers_are_refused(till, reader, number, mutate):
    _require_refusal(reader, *endpoints(till)[number], mutate)


def test_nothing_is_told_without_a_token(till):
    for path, params in endpoints(till):
        answer = requests.get(till.url + path, params=params, timeout=10)
        assert answer.status_code == 401, path
