"""Businesses, their locations, and where a business day of a location begins."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from simulators.lightspeed.catalogue import Catalogue

#: name, currency, country, zone, percent of tax (in the United States, not in prices)
CHAIN = (
    ("Harbour Kitchen Ltd", "GBP", "GB", "Europe/London", 20),
    ("Hafenküche GmbH", "EUR", "DE", "Europe/Berlin", 19),
    ("Harbor Kitchen Inc", "USD", "US", "America/New_York", 8),
)
QUARTERS = ("Docks", "Market", "Station", "Old Town", "Airport")


@dataclasses.dataclass(eq=False)
class Location:
    id: int
    name: str
    country: str
    timezone: str
    business: "Business"
    opened: date
    device: int
    visible: bool = True
    day_start: time = time(5, 30)

    def start_of(self, day):
        """The moment at which a business day begins; the one before ends there."""
        zone = ZoneInfo(self.timezone)
        return datetime.combine(day, self.day_start, zone).astimezone(UTC)

    def day_of(self, moment):
        """The business day that a moment belongs to."""
        local = moment.astimezone(ZoneInfo(self.timezone)).date()
        return local if moment >= self.start_of(local) else local - timedelta(days=1)

    def local(self, moment):
        """A moment as the till writes it: with the location's offset."""
        told = moment.astimezone(ZoneInfo(self.timezone)).isoformat()
        return told.replace("+00:00", "Z")


@dataclasses.dataclass(eq=False)
class Business:
    id: int
    name: str
    currency: str
    tax: Decimal
    catalogue: Catalogue
    tax_included: bool = True
    locations: list = dataclasses.field(default_factory=list)


def chain(businesses, locations, items, opened):
    """So many businesses, each with so many locations and items."""
    made = []
    for number in range(businesses):
        name, currency, country, zone, tax = CHAIN[number % len(CHAIN)]
        name = f"{name} {number // len(CHAIN) + 1}" if number >= len(CHAIN) else name
        catalogue = Catalogue(number + 1, items)
        facts = (name, currency, Decimal(tax), catalogue, country != "US")
        business = Business(14154 + number, *facts)
        made.append(business)
        for place in range(locations):
            _add_location(business, country, zone, opened, number * locations + place)
    return made


def _add_location(business, country, zone, opened, number):
    quarter = QUARTERS[len(business.locations) % len(QUARTERS)]
    more = len(business.locations) // len(QUARTERS)
    name = f"{business.name.rpartition(' ')[0]} {quarter}{f' {more + 1}' * bool(more)}"
    identifier = 243172458364930 + number * 4206
    business.locations.append(
        Location(identifier, name, country, zone, business, opened, 65315 + number)
    )
