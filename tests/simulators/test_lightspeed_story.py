"""What the simulated Lightspeed tells and what it says is true agree.

They come from the same guests by two ways. The third is here: a reader that knows the
till's habits adds up the lines and must find the truth, whatever the habits are.
"""

import itertools
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from simulators.lightspeed.habits import ALLOWED, Habits
from simulators.lightspeed.truth import Truth
from simulators.lightspeed_reader import DAY, NOW, simulator

DAYS = [DAY + timedelta(days=number) for number in range(3)]
TELLING = (
    *("void_style", "refund_quantity_sign", "modifier_quantity", "combo_quantity"),
    *("combo_price", "restatement", "split_accounts"),
)
OPPOSITE_TYPES = ("REFUND", "VOID", "CANCEL")


def sales_of(till, location, day):
    start, end = location.start_of(day), location.start_of(day + timedelta(days=1))
    return till.sales(location, start, end)


def amount(line):
    """With tax where prices are, before tax elsewhere."""
    is_included = line["taxLines"][0]["taxIncluded"]
    return Decimal(line[f"totalNetAmountWith{'' if is_included else 'out'}Tax"])


# === A READER THAT KNOWS THE HABITS === #


def read(sales, habits):
    """({sku: net units}, net money) of sales."""
    units, money = Counter(), Decimal()
    for sale in sales:
        if not _is_left_out(sale, habits):
            for head, lines in _families(sale):
                if not _is_void(head, sale, habits):
                    sign = _sign(lines, sale)
                    money += sum(map(amount, lines))
                    units.update(_units(head, lines, sign, habits))
    return {sku: number for sku, number in units.items() if number}, money


def _is_left_out(sale, habits):
    is_restated = sale["type"] in ("TRANSFER", "SPLIT")
    is_repeated = is_restated and habits.restatement == "repeated"
    return sale["type"] == "FLOAT" or is_repeated


def _families(sale):
    """(a line of its own, it and the lines that belong to it)"""
    for head in sale["salesLines"]:
        if "parentLineId" not in head:
            belongs = [
                line
                for line in sale["salesLines"]
                if line.get("parentLineId") == head["id"]
            ]
            yield head, [head, *belongs]


def _is_void(head, sale, habits):
    has_marks = habits.void_style == "marked_original"
    return has_marks and sale["type"] not in OPPOSITE_TYPES and "voidReason" in head


def _sign(lines, sale):
    total = sum(map(amount, lines))
    is_opposite = sale["type"] in OPPOSITE_TYPES or Decimal(lines[0]["quantity"]) < 0
    return -1 if total < 0 or is_opposite else 1


def _units(head, lines, sign, habits):
    units = Counter()
    of_head = abs(Decimal(head["quantity"]))
    for line in lines:
        quantity = abs(Decimal(line["quantity"]))
        is_modifier = line.get("sku", "").startswith("MOD-")
        habit = habits.modifier_quantity if is_modifier else habits.combo_quantity
        if line is not head and habit == "per_parent":
            quantity *= of_head
        units[line.get("sku", "")] += sign * quantity
    return units


@pytest.fixture(name="restaurant", scope="module")
def _restaurant():
    """Not started: what it tells is asked for without HTTP."""
    return simulator(receipts=60, businesses=3, locations=1)


@pytest.fixture(name="till")
def _till(restaurant):
    restaurant.habits = Habits()
    return restaurant


@pytest.mark.parametrize(
    "answers", [*itertools.product(*(ALLOWED[name] for name in TELLING))]
)
def test_the_lines_add_up_to_the_truth(till, answers):
    till.habits = Habits(**dict(zip(TELLING, answers, strict=True)))
    assert_agreement(till, till.locations[0], DAY)


def test_other_places_and_days(till):
    for location, day in itertools.product(till.locations, DAYS):
        assert_agreement(till, location, day)


def assert_agreement(till, location, day):
    truth = till.truth(location, day)
    assert len(truth.net) > 10
    units, money = read(sales_of(till, location, day), till.habits)
    assert units == truth.net
    assert money == truth.net_amount


def test_every_kind_of_story_is_told(till):
    sales = [sale for day in DAYS for sale in sales_of(till, till.locations[0], day)]
    types = {sale["type"] for sale in sales}
    assert types == {*OPPOSITE_TYPES, "SALE", "FLOAT", "TRANSFER", "SPLIT"}
    lines = [line for sale in sales for line in sale["salesLines"]]
    assert any(sale["cancelled"] for sale in sales)
    assert any("sku" not in line and "nameOverride" in line for line in lines)
    assert any(line.get("accountDiscountType") == "COMP" for line in lines)
    assert any("." in line["quantity"].rstrip("0").rstrip(".") for line in lines)
    heads = {line["id"]: line for line in lines}
    several = [heads[line["parentLineId"]] for line in lines if "parentLineId" in line]
    assert any(Decimal(head["quantity"]) > 1 for head in several)
    truth = sum((till.truth(till.locations[0], day) for day in DAYS), start=Truth())
    assert truth.voided and truth.refunded and truth.comped
    assert truth.discounted_amount


def test_prices_before_tax(till):
    place = till.locations[2]
    line = sales_of(till, place, DAY)[0]["salesLines"][0]
    price, tax = amount(line), Decimal(line["taxAmount"])
    assert (place.country, line["taxLines"][0]["taxIncluded"]) == ("US", False)
    assert tax == price * 8 / 100
    assert price == Decimal(line["menuListPrice"]) * Decimal(line["quantity"])


def test_the_same_seed_is_the_same_restaurant():
    def told(seed):
        till = simulator(seed=seed, receipts=12)
        return sales_of(till, till.locations[1], DAY)

    assert told(1) == told(1)
    assert told(1) != told(2)


# === THE TRIAL SCRIPT OF THE CONTRACT, BY HAND === #


def ring_up(till, place):
    """Section 13 of the contract, (a) to (i); the number of receipt (a)."""
    order, add = till.order, till.add_receipt
    burgers = add(place, DAY, order("BRG-01", 2, {"MOD-BACON": 1}))
    add(place, DAY, order("SOUP-01", taken_back=1), order("COLA"))
    add(place, DAY, order("BEER-05"), ending="refunded")
    once, twice = order("BEER-05"), order("BEER-05", 2)
    add(place, DAY, twice, ending="reopened", first_receipt=(once,))
    add(place, DAY, order("CMB-LUNCH", 3))
    add(place, DAY, order("CHEESE-KG", "0.245"))
    add(place, DAY, order("COFFEE", comped=True))
    add(place, DAY, order("SALAD-01"), ending="transferred")
    add(place, DAY, order("PIZZA-01"), order("WINE-GL", 3), ending="split")
    return burgers


POURED = {
    "BRG-01": 2 + 3,
    "MOD-BACON": 2,
    "COLA": 1 + 3,
    "BEER-05": 2,
    "CMB-LUNCH": 3,
    "SOUP-01": 3,
    "CHEESE-KG": Decimal("0.245"),
    "COFFEE": 1,
    "SALAD-01": 1,
    "PIZZA-01": 1,
    "WINE-GL": 3,
}


@pytest.mark.parametrize("void_style", ALLOWED["void_style"])
def test_the_trial_script(void_style):
    till = simulator(receipts=0, void_style=void_style)
    place = till.locations[0]
    burgers = ring_up(till, place)
    truth = till.truth(place, DAY)
    assert truth.net == POURED
    assert truth.voided == {"SOUP-01": 1}
    assert truth.refunded == {"BEER-05": 1}
    assert truth.comped == {"COFFEE": 1}
    assert truth.comped_amount == Decimal("2.90")
    assert read(sales_of(till, place, DAY), till.habits)[0] == POURED
    next_day = DAY + timedelta(days=1)
    at = place.start_of(next_day) + timedelta(hours=4)
    till.refund_receipt(place, DAY, burgers, at, in_office=True)
    assert till.truth(place, DAY).net == POURED
    assert till.truth(place, next_day).net == {"BRG-01": -2, "MOD-BACON": -2}
    later = sales_of(till, place, next_day)
    assert [sale["type"] for sale in later] == ["CANCEL"]
    first = later[0]["source"]["initialAccountId"]
    assert first in {sale["accountFiscId"] for sale in sales_of(till, place, DAY)}


def test_void_styles_as_lines():
    def lines(**habits):
        till = simulator(receipts=0, **habits)
        place = till.locations[0]
        till.add_receipt(place, DAY, till.order("SOUP-01", 3, taken_back=1))
        told = sales_of(till, place, DAY)[0]["salesLines"]
        names = ("quantity", "totalNetAmountWithTax", "voidReason")
        return [tuple(line.get(name) for name in names) for line in told]

    reason = "User Mistake"
    assert lines() == [("3.000", "18.000000", None), ("-1.000", "-6.000000", reason)]
    assert lines(refund_quantity_sign="positive") == [
        ("3.000", "18.000000", None),
        ("1.000", "-6.000000", reason),
    ]
    assert lines(void_style="marked_original") == [
        ("2.000", "12.000000", None),
        ("1.000", "6.000000", reason),
    ]


@pytest.mark.parametrize("void_style", ALLOWED["void_style"])
def test_a_void_and_a_refund_of_the_same_dish(void_style):
    """The refund is no twin of the void: nothing is left, and nothing too much."""
    till = simulator(receipts=0, void_style=void_style)
    place = till.locations[0]
    soups = till.order("SOUP-01", 3, taken_back=1)
    number = till.add_receipt(place, DAY, soups, ending="refunded")
    assert till.truth(place, DAY).net == {}
    assert read(sales_of(till, place, DAY), till.habits) == ({}, 0)
    part = (till.order("SOUP-01"),)
    till.edit_receipt(place, DAY, number, undone=part)
    assert till.truth(place, DAY).net == {"SOUP-01": 1}
    assert read(sales_of(till, place, DAY), till.habits) == ({"SOUP-01": 1}, 6)


def test_modifiers_and_components_as_lines():
    def quantities(**habits):
        till = simulator(receipts=0, **habits)
        place = till.locations[0]
        burgers = till.order("BRG-01", 2, {"MOD-BACON": 3})
        till.add_receipt(place, DAY, burgers, till.order("CMB-LUNCH", 3))
        told = sales_of(till, place, DAY)[0]["salesLines"]
        return [int(Decimal(line["quantity"])) for line in told]

    assert quantities() == [2, 6, 3, 3, 3, 3]
    assert quantities(modifier_quantity="per_parent") == [2, 3, 3, 3, 3, 3]
    assert quantities(combo_quantity="per_parent") == [2, 6, 3, 1, 1, 1]


# === DAYS === #


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 10, 24), (25, 25, 24)),
        (date(2026, 10, 31), (24, 24, 25)),
        (date(2026, 3, 28), (23, 23, 24)),
        (date(2026, 6, 1), (24, 24, 24)),
    ],
)
def test_days_end_at_half_past_five(till, day, hours):
    for location, long in zip(till.locations, hours, strict=True):
        start, end = location.start_of(day), location.start_of(day + timedelta(days=1))
        assert end - start == timedelta(hours=long)
        assert location.local(start)[10:16] == location.local(end)[10:16] == "T05:30"
        told = [sale["timeClosed"] for sale in sales_of(till, location, day)]
        assert start < min(map(_read, told)) < start + timedelta(minutes=30)
        assert end - timedelta(minutes=30) <= max(map(_read, told)) < end
        assert {location.day_of(_read(time)) for time in told} == {day}


def _read(time):
    return NOW.fromisoformat(time)


def test_days_lie_next_to_each_other(till):
    """Three days are the sum of each: nothing twice, nothing lost."""
    location = till.locations[0]
    start = location.start_of(DAYS[0])
    together = till.sales(location, start, start + timedelta(days=3))
    apart = [sale for day in DAYS for sale in sales_of(till, location, day)]
    assert together == apart
    lines = [line["id"] for sale in apart for line in sale["salesLines"]]
    assert len(lines) == len(set(lines))


def test_an_open_day_grows():
    till = simulator(receipts=60)
    location, day = till.locations[0], NOW.date()
    before = sales_of(till, location, day)
    assert 0 < len(before)
    assert max(sale["timeClosed"] for sale in before) < "2026-11-10T12:00:00"
    assert read(before, till.habits)[0] == till.truth(location, day).net
    till.clock.advance(days=1)
    after = sales_of(till, location, day)
    assert len(after) > len(before) and after[: len(before)] == before
