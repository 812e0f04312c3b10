"""What goes wrong in the simulated Lightspeed on request, and its version 1."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from simulators.lightspeed_reader import DAY, sales_path


def skus(sales):
    return Counter(line.get("sku") for sale in sales for line in sale["salesLines"])


# === FAULTS === #


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *(("earliest_date", 400), ("unauthorized", 401), ("forbidden", 403)),
        *(("not_found", 404), ("too_many_requests", 429), ("server_error", 500)),
        *(("bad_gateway", 502), (503, 503)),
    ],
)
def test_a_fault_passes(till, reader, kind, status):
    path = sales_path(till.locations[0], "sales-daily")
    till.fail_next("sales-daily$", kind)
    statuses = [reader.get(path, date=DAY).status_code for _each in range(2)]
    assert statuses == [status, 200]
    assert till.count("sales-daily", status=status) == 1


def test_faults_of_pages_of_sales(till, reader):
    place = till.locations[0]
    till.fail_next("sales$", "repeated_token", times=2)
    pages = [*itertools.islice(reader.pages(place), 2)]
    assert [page["nextPageToken"] for page in pages] == ["again", "again"]
    till.fail_next("sales$", "short_page", size=3)
    pages = [*reader.pages(place, pageSize=100)]
    assert len(pages[0]["sales"]) == 3
    sales = [sale for page in pages for sale in page["sales"]]
    assert sales == reader.day(place)["sales"]


def test_pages_that_are_capped(till, reader):
    place = till.locations[0]
    expected = reader.items(place, amount=2, offset=1)
    till.fail_next("items$", "capped", most=2)
    assert reader.items(place, amount=1000, offset=1) == expected


def test_faults_of_items(till, reader):
    place = till.locations[0]
    first = reader.items(place, amount=5)
    till.fail_next("items$", "shifted_items")
    assert reader.items(place, amount=5, offset=5)[0] == first[-1]
    till.fail_next("items$", "items_in_object")
    assert reader.items(place, amount=5) == {"items": first}
    till.fail_next("items$", "item_alone")
    assert reader.items(place, amount=5) == first[0]
    till.fail_next("items$", "amount_refused", times=2)
    path, params = "/items/v1/items", {"businessLocationId": place.id}
    refused = reader.get(path, **params, amount=1000)
    assert refused.status_code == 400
    assert refused.json()["apiSubExceptions"][0]["rejectedValue"] == "1000"
    assert len(reader.items(place, amount=100)) == len(till.catalogue.items)


def test_faults_of_a_day(till, reader):
    place = till.locations[0]
    sales = reader.day(place)["sales"]
    till.fail_next("daily", "bare_sales")
    bare = reader.day(place)["sales"]
    assert skus(bare) == skus(sales) and "receiptId" not in bare[0]
    till.fail_next("daily", "unknown_type")
    assert reader.day(place)["sales"][0]["type"] == "BARTER"
    assert reader.day(place)["sales"] == sales


def test_a_slow_answer_a_broken_one_a_huge_one(till, reader):
    path = till.url + sales_path(till.locations[0], "sales-daily")
    ask = {"params": {"date": DAY}, "timeout": 0.2}
    till.fail_next("daily", "hang", seconds=30)
    with pytest.raises(requests.Timeout):
        reader.session.get(path, **ask)
    ask["timeout"] = 30
    till.fail_next("daily", "cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        reader.session.get(path, **ask)
    till.fail_next("daily", "huge", megabytes=50)
    huge = reader.session.get(path, **ask)
    assert len(huge.content) > 50 * 1024 * 1024
    assert huge.json()["sales"]


def test_log_of_requests(till, reader):
    reader.day(till.locations[0])
    last = till.requests[-1]
    assert (last.method, last.status, last.params) == ("GET", 200, {"date": str(DAY)})
    assert last.path == sales_path(till.locations[0], "sales-daily")
    assert last.at == datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert till.count("/token$") == 1


# === VERSION 1 AND TOTALS === #


def test_version_1_dates_cancellations_back(till, reader):
    place = till.locations[0]
    till.restaurant.receipts = 0
    number = till.add_receipt(place, DAY, till.order("COFFEE", 2), till.order("COLA"))
    at = place.start_of(DAY) + timedelta(days=1, hours=3)
    till.refund_receipt(place, DAY, number, at, in_office=True)
    path = f"/f/finance/{place.id}"
    old = reader.json(f"{path}/dailyFinancials", date=DAY)["sales"]
    assert [sale["type"] for sale in old] == ["SALE", "CANCEL"]
    assert {"timeofOpening", "timeofCloseAndPaid"} <= old[0].keys()
    assert [sale["type"] for sale in reader.day(place)["sales"]] == ["SALE"]
    totals = reader.json(f"{path}/aggregatedSales", date=DAY, groupBy="accountingGroup")
    assert totals["totalAmount"] == "0.00"
    till.habits.old_spelling = "seen"
    old = reader.json(f"{path}/dailyFinancials", date=DAY)["sales"]
    assert {"timeOfOpening", "timeOfCloseAndPaid"} <= old[0].keys()


@pytest.mark.parametrize("void_style", ["negative_twin", "marked_original"])
def test_totals_are_the_truth(till, reader, void_style):
    till.habits.void_style = void_style
    place = till.locations[0]
    till.restaurant.receipts = 0
    till.add_receipt(place, DAY, till.order("COFFEE", 2), till.order("BRG-01"))
    till.add_receipt(place, DAY, till.order("SOUP-01", 2, taken_back=1))
    till.add_receipt(place, DAY, till.order("COLA"), ending="split")
    path = f"/f/finance/{place.id}/aggregatedSales"
    totals = reader.json(path, date=DAY, groupBy="accountingGroup")
    groups = totals["children"][0]["children"]
    told = {group["groupByValue"]: group["totalAmount"] for group in groups}
    assert told == {"Food": "18.00", "Drinks": "9.20"}
    assert Decimal(totals["totalAmount"]) == till.truth(place, DAY).net_amount


def test_version_1_goes_on_where_its_link_says(till, reader):
    place = till.locations[0]
    path = f"/f/finance/{place.id}/financials/2026-11-03T05:30:00Z/2026-11-04T05:30:00Z"
    every = reader.json(path)
    assert "nextPage" not in every["_links"]
    told, params = [], {"pageSize": 7}
    while params:
        page = reader.json(path, **params)
        told += page["sales"]
        link = page["_links"].get("nextPage", {}).get("href", "")
        assert link.startswith("https://api.ikentoo.com/") or not link
        token = link.rpartition("nextPageToken=")[2]
        params = {"pageSize": 7, "nextPageToken": token} if link else None
    assert told == every["sales"]
