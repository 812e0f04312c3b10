"""Reading the simulated Lightspeed: pages, and edits between two readings."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from simulators.lightspeed import Visit
from simulators.lightspeed_reader import DAY, Reader, sales_path, simulator

BUSINESSES = "/f/data/businesses"


def locations_of(answer):
    """{business: [location ids]}"""
    return {
        business["businessId"]: [
            place["blID"] for place in business["businessLocations"]
        ]
        for business in answer.get("_embedded", {}).get("businessList", [])
    }


def skus(sales):
    return Counter(line.get("sku") for sale in sales for line in sale["salesLines"])


# === LOCATIONS === #


def test_businesses_come_in_pages():
    with simulator(businesses=5, locations=3) as till:
        reader = Reader(till).connect()
        pages = [reader.json(BUSINESSES, page=page, size=2) for page in range(4)]
        assert [len(locations_of(page)) for page in pages] == [2, 2, 1, 0]
        assert "_embedded" not in pages[3]
        every = locations_of(reader.json(BUSINESSES))
        assert [*every] == [business.id for business in till.businesses]
        assert [*itertools.chain(*every.values())] == [p.id for p in till.locations]
        till.habits.location_id_name = "blId"
        first = reader.json(BUSINESSES)["_embedded"]["businessList"][0]
        assert first["businessLocations"][0]["blId"] == till.locations[0].id


def test_a_location_changes_hands(till, reader):
    place, (one, other) = till.locations[0], till.businesses
    till.move_location(place.id, other)
    seen = locations_of(reader.json(BUSINESSES))
    assert place.id in seen[other.id] and place.id not in seen[one.id]
    sale = reader.day(place)["sales"][0]
    assert sale["salesLines"][0]["currency"] == other.currency


def test_locations_are_taken_away(till, reader):
    place = till.locations[0]
    till.take_away(place)
    assert place.id not in locations_of(reader.json(BUSINESSES))[till.businesses[0].id]
    path = sales_path(place, "sales-daily")
    assert reader.get(path, date=DAY).status_code == 403
    till.take_away(status=404)
    assert locations_of(reader.json(BUSINESSES)) == {}
    assert reader.get(path, date=DAY).status_code == 404
    till.give_back(place)
    assert locations_of(reader.json(BUSINESSES)) == {till.businesses[0].id: [place.id]}


def test_business_without_locations(till, reader):
    empty = till.businesses[1]
    empty.locations.clear()
    assert locations_of(reader.json(BUSINESSES))[empty.id] == []


# === ITEMS === #


@pytest.mark.parametrize(
    ("items", "lengths"), [(2003, [1000, 1000, 3]), (2000, [1000, 1000, 0])]
)
def test_thousands_of_items(items, lengths):
    with simulator(items=items) as till:
        reader, place = Reader(till).connect(), till.locations[0]
        pages = [
            reader.items(place, amount=1000, offset=offset)
            for offset in (0, 1000, 2000)
        ]
        assert [*map(len, pages)] == lengths
        assert len({item["id"] for page in pages for item in page}) == items
        assert len(reader.items(place)) == 100


def test_kinds_of_items(till, reader):
    items = reader.items(till.locations[0])
    kinds = {item["itemType"] for item in items}
    assert kinds == {"ITEM", "SUB_ITEM", "SEQUENCE", "GROUP"}
    assert any("sku" not in item for item in items)
    assert any(not item["active"] for item in items)
    of_other = reader.items(till.locations[2])
    assert not {item["id"] for item in items} & {item["id"] for item in of_other}


def test_searching_items(till, reader):
    place, cola = till.locations[0], till.catalogue.item("COLA")
    for params in ({"sku": "COLA"}, {"name": "cola"}, {"itemIds": str(cola.id)}):
        assert [item["id"] for item in reader.items(place, **params)] == [cola.id]
    drinks = reader.items(place, accountingGroupId=141948669132846)
    assert {item["accountingGroup"]["name"] for item in drinks} == {"Drinks"}
    alone = reader.json(f"/items/v1/items/{cola.id}", businessLocationId=place.id)
    assert alone["sku"] == "COLA"


def test_items_change(till, reader):
    place, catalogue = till.locations[0], till.catalogue
    old = catalogue.item("SOUP-01").id
    catalogue.rename("COLA", "Lemonade", since=DAY)
    new = catalogue.recycle("SOUP-01", "Gazpacho", since=DAY + timedelta(days=1))
    catalogue.archive("COFFEE")
    catalogue.remove("BEER-05")
    items = {item["id"]: item for item in reader.items(place)}
    by_sku = {item.get("sku"): item for item in items.values()}
    assert by_sku["COLA"]["name"] == "Lemonade"
    assert (by_sku["SOUP-01"]["id"], by_sku["SOUP-01"]["name"]) == (new.id, "Gazpacho")
    assert items[old]["active"] is False and "sku" not in items[old]
    assert by_sku["COFFEE"]["active"] is False
    assert "BEER-05" not in by_sku
    catalogue.restore("BEER-05")
    assert "BEER-05" in {item.get("sku") for item in reader.items(place)}


def test_receipts_keep_the_names_of_their_day(till, reader):
    till.restaurant.receipts = 0
    place = till.locations[0]
    days = [DAY + timedelta(days=number) for number in range(2)]
    for day in days:
        till.add_receipt(place, day, till.order("SOUP-01"))
    till.catalogue.recycle("SOUP-01", "Gazpacho", since=days[1])
    told = [reader.day(place, day)["sales"][0]["salesLines"][0] for day in days]
    assert [line["name"] for line in told] == ["Soup of the day", "Gazpacho"]
    assert {line["sku"] for line in told} == {"SOUP-01"}


# === SALES === #


def test_pages_of_sales_are_the_day(till, reader):
    place = till.locations[0]
    pages = [*reader.pages(place, pageSize=5)]
    sales = [sale for page in pages for sale in page["sales"]]
    assert len(pages) > 2
    assert sales == reader.day(place)["sales"]
    times = [sale["timeClosed"] for sale in sales]
    assert times == sorted(times)
    assert "nextPageToken" not in pages[-1]
    for told, answer in (("null", None), ("empty", "")):
        till.habits.last_page_token = told
        assert [*reader.pages(place, pageSize=100)][-1]["nextPageToken"] == answer


def test_limits_of_ranges(till, reader):
    path = sales_path(till.locations[0], "sales")
    for params in (
        {"from": "2026-11-03T05:30:00Z", "pageSize": 101},
        {"from": "2026-11-03T05:30:00"},
        {"from": "2026-11-03T05:30:00Z", "to": "2026-11-01T05:30:00Z"},
        {"from": "2025-11-01T05:30:00Z"},
        {"from": "2026-11-03T05:30:00Z", "nextPageToken": "invented"},
        {},
    ):
        assert reader.get(path, **params).status_code == 400, params


def test_nothing_personal_without_include(till, reader):
    place = till.locations[0]
    path = sales_path(place, "sales-daily")
    assert "kim@guest.example" not in reader.get(path, date=DAY).text
    everything = reader.get(path, date=DAY, include="payments,consumer,staff").text
    assert "kim@guest.example" in everything and "Robin" in everything


def test_day_is_complete_when_told(till, reader):
    place = till.locations[0]
    assert reader.day(place)["dataComplete"] is True
    till.hold_back(place, DAY)
    assert reader.day(place)["dataComplete"] is False
    late = till.add_receipt(place, DAY, till.order("COFFEE", 7))
    till.complete(place, str(DAY))
    assert reader.day(place)["dataComplete"] is True
    assert any(f"{late}1" in s["accountFiscId"] for s in reader.day(place)["sales"])
    assert reader.day(place, till.clock.now().date())["dataComplete"] is False


def test_receipts_are_edited_deleted_added(till, reader):
    place = till.locations[0]
    before, sold = till.truth(place, DAY).net, reader.day(place)["sales"]
    visit = next(visit for visit in till.visits(place, DAY) if visit.ending == "paid")
    till.edit_receipt(place, DAY, visit.number, orders=(till.order("COFFEE", 9),))
    assert till.truth(place, DAY).net != before
    assert len(reader.day(place)["sales"]) == len(sold)
    till.delete_receipt(place, DAY, visit.number)
    assert len(reader.day(place)["sales"]) == len(sold) - 1
    number = till.add_receipt(place, DAY, till.order("COFFEE", 9))
    assert len(reader.day(place)["sales"]) == len(sold)
    at = place.start_of(DAY) + timedelta(days=6)
    till.refund_receipt(place, DAY, number, at)
    late = reader.day(place, DAY + timedelta(days=6))["sales"]
    assert [sale["type"] for sale in late if number_of(sale) == number] == ["REFUND"]


def number_of(sale):
    return int(sale["accountFiscId"][-5:-1])


def test_closed_days_and_odd_sales(till, reader):
    place = till.locations[0]
    day = DAY + timedelta(days=2)
    for closed in (day - timedelta(days=back) for back in range(4)):
        till.close_day(place, closed)
    assert reader.day(place, day)["sales"] == []
    assert till.truth(place, day).net == {}
    odd = {"receiptId": "R1.1", "timeClosed": f"{day}T12:00:00.000Z", "type": "UPDATE"}
    till.tell_also(place, odd | {"cancelled": False, "salesLines": []})
    assert [sale["type"] for sale in reader.day(place, day)["sales"]] == ["UPDATE"]


def test_a_visit_word_for_word(till, reader):
    """What no helper makes, a test can write itself."""
    place = till.locations[0]
    closed = place.start_of(DAY) + timedelta(hours=2)
    orders = (till.order("COFFEE", 2),)
    visit = Visit(9_000, closed, closed, orders, "voided", closed + timedelta(hours=1))
    till.restaurant.put(place, DAY, visit)
    told = [sale for sale in reader.day(place)["sales"] if number_of(sale) == 9_000]
    assert [sale["type"] for sale in told] == ["SALE", "VOID"]
    assert skus(told) == {"COFFEE": 2}
