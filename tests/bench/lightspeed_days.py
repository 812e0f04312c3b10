"""Past sales of a restaurant at Lightspeed, read over HTTP and posted, day by day.

A simulated Lightspeed runs beside Odoo as a process of its own. Odoo connects, syncs
items, maps each of them to an ingredient and reads --days days of --receipts receipts.
Then the ledger of every day is compared with what the guests really had.

Prints: seconds, days and receipts per second, how much of that was reading (HTTP, the
simulator's own work included), memory.
"""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from _bench import Results, environment, parser, peak_mb
from _place import IN_STOCK, STOCK_UP, ledger_of

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from simulators.lightspeed import AUTHORIZE, TOKEN, LightspeedSimulator

CLIENT, SECRET = "devp-v2-demo-bench", "secret-of-the-bench"
#: What is undone later is undone by then.
YOUNGEST_DAY = 5
DIGITS = Decimal("0.00001")


class Account:
    """An integration that is connected, and its first location."""

    def __init__(self, env):
        self.env = env
        self.integration = env["pos.bridge.integration"].create(
            {
                "name": "Lightspeed",
                "connector": "lightspeed",
                "lightspeed_client": CLIENT,
                "lightspeed_business": "14154",
            }
        )
        self.integration.action_use_more_digits()
        self.redirect_uri = self.integration.oauth2_redirect_uri
        env.cr.commit()

    def connect(self, url):
        """Through the page, whose button is pressed by a form."""
        self.integration.write(
            {
                "lightspeed_api_url": url,
                "lightspeed_authorize_url": url + AUTHORIZE,
                "lightspeed_exchange_url": url + TOKEN,
                "lightspeed_client_secret": SECRET,
                "lightspeed_confirmed": True,
            }
        )
        page = urlsplit(self.integration.action_authorize()["url"])
        self.env.cr.commit()
        form = {name: value[0] for name, value in parse_qs(page.query).items()}
        granted = {f"granted-{scope}": "on" for scope in form["scope"].split()}
        form |= granted | {"decision": "approve"}
        answer = requests.post(url + page.path, form, allow_redirects=False, timeout=60)
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        find = self.integration._oauth2_find
        integration, nonce = find(back["state"][0])
        integration._oauth2_receive(nonce, back["code"][0], None, None)
        self.env.cr.commit()

    def open(self):
        """Each item uses one kilogram of an ingredient of its own."""
        self.integration.action_sync_items()
        self.outlet = self.integration.outlet_ids.sorted("external_id")[0]
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        unit = self.env["stock.location"].create(
            {
                "name": "Kitchen",
                "location_id": warehouse.view_location_id.id,
                "is_storage_unit": True,
            }
        )
        self.outlet.storage_unit_id = unit
        products = self._map()
        self.env.flush_all()
        self.env.cr.execute(STOCK_UP, [IN_STOCK, products.ids, unit.ids])
        self.env.cr.commit()

    def _map(self):
        items = self.integration.item_ids
        products = self.env["product.product"].create(
            [
                {
                    "name": item.name,
                    "default_code": item.sku or "",
                    "type": "consu",
                    "is_storable": True,
                    "uom_id": self.env.ref("uom.product_uom_kgm").id,
                    "standard_price": 2.0,
                }
                for item in items
            ]
        )
        self.env["pos.bridge.mapping"].create(
            [
                {
                    "item_id": item.id,
                    "map_type": "ingredient",
                    "product_id": product.id,
                }
                for item, product in zip(items, products, strict=True)
            ]
        )
        return products

    def migrate(self, first, last):
        migration = self.env["pos.bridge.migration"].create(
            {"outlet_id": self.outlet.id, "date_from": first, "date_to": last}
        )
        migration.action_start()
        self.env.cr.commit()
        return migration

    def ledger(self):
        """{date: {sku: quantity}}, by Odoo's own done moves."""
        used = {}
        for (day, sku), quantity in ledger_of(self.outlet).items():
            used.setdefault(day, {})[sku or ""] = quantity
        return used


class Watch:
    """How long the connector was busy with reading."""

    def __init__(self, env):
        self.seconds = 0.0
        connector = env.registry["pos.bridge.connector.lightspeed"]
        original = connector.fetch_sales

        def fetch_sales(*args):
            start = time.perf_counter()
            try:
                return original(*args)
            finally:
                self.seconds += time.perf_counter() - start

        connector.fetch_sales = fetch_sales


def serve(seed, receipts, redirect_uri):
    """(the simulator as a process, its address)"""
    options = (f"--seed={seed}", f"--receipts={receipts}", "--port=0")
    client = (f"--client-id={CLIENT}", f"--client-secret={SECRET}")
    process = subprocess.Popen(
        [
            *(sys.executable, str(TESTS / "simulators/lightspeed"), *options, *client),
            # As the books: money in another currency is in no figure.
            *(f"--redirect-uri={redirect_uri}", "--currency=USD"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        name, _blank, value = line.strip().partition(" ")
        if name == "API":
            return process, value.strip()
    raise SystemExit("The simulated Lightspeed did not start.")


def differences(account, till, days):
    """How many ingredients of how many days are not what the guests had."""
    used, wrong, compared = account.ledger(), 0, 0
    location = till.location(account.outlet.external_id)
    for day in days:
        expected = {
            sku: Decimal(quantity).quantize(DIGITS)
            for sku, quantity in till.truth(location, day).net.items()
        }
        have = used.get(day, {})
        compared += len(expected)
        different = [
            sku
            for sku in expected.keys() | have.keys()
            if expected.get(sku) != have.get(sku)
        ]
        for sku in different[:3]:
            print(f"   {day} {sku}: {expected.get(sku)}, ledger {have.get(sku)}")
        wrong += len(different)
    return compared, wrong


def read_days(results, account, days, receipts):
    watch, migration = Watch(account.env), account.migrate(days[0], days[-1])
    start = time.perf_counter()
    account.env["pos.bridge.transfer"]._cron_run_queued()
    seconds = time.perf_counter() - start
    account.env.cr.commit()
    states = set(migration.transfer_ids.mapped("state"))
    if states != {"done"}:
        told = migration.transfer_ids.day_id.open_exception_ids.mapped("message")
        told += migration.transfer_ids.filtered("error").mapped("error")
        raise SystemExit("\n".join([f"Some days are {sorted(states)}.", *told[:5]]))
    sold = sum(migration.transfer_ids.mapped("sale_count"))
    results.add("days", len(days))
    results.add("receipts told", sold)
    results.add("lines", sum(migration.transfer_ids.mapped("line_count")))
    results.add("stock moves", sum(migration.transfer_ids.mapped("move_count")))
    results.add("time", seconds, "s")
    results.add("days per second", len(days) / seconds)
    results.add("receipts per second", len(days) * receipts / seconds)
    results.add("of the time: reading", watch.seconds, "s")
    results.add("peak memory", peak_mb(), "MB")


def main(arguments):
    options = parser(__doc__)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--receipts", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args(arguments)
    results = Results(chosen.json)
    print(f"\n{chosen.days} days of {chosen.receipts} visits each")
    account = Account(environment())
    process, url = serve(chosen.seed, chosen.receipts, account.redirect_uri)
    today = datetime.now(UTC).date()
    last = today - timedelta(days=YOUNGEST_DAY)
    days = [last - timedelta(days=n) for n in range(chosen.days - 1, -1, -1)]
    try:
        account.connect(url)
        account.open()
        results.add("memory before", peak_mb(), "MB")
        read_days(results, account, days, chosen.receipts)
    finally:
        process.terminate()
        process.wait()
    till = LightspeedSimulator(chosen.seed, receipts=chosen.receipts)
    compared, wrong = differences(account, till, days)
    results.add("ingredients and days compared", compared)
    results.add("differences in the ledger", wrong)
    results.end()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
