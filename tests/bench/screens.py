"""How long the screens take in a big place: each answer within a second.

5,000 items, 200 outlets, 1,000,000 stock moves, loaded by COPY. Asked as the web client
asks, as a back-office user, with nothing cached; of --times answers the median counts.
Ends with 1 where one takes longer than --limit. Beside it stands the processor time of
Odoo and of the database, which does not depend on what else the machine has to do.
"""

import os
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from _bench import Results, environment, parser
from _fill import Filling
from _place import Place
from lxml import etree

OUTLETS, ITEMS, INGREDIENTS, MAPPED = 200, 5_000, 100, 4_800
MOVES = 1_000_000
LIST_PAGE = 80
#: The web client counts no further.
COUNTED = 10_001
SOLD = """
INSERT INTO pos_bridge_sold (day_id, company_id, outlet_id, business_date, item_id,
                             state, quantity, amount, cost)
SELECT day_id, company_id, outlet_id, business_date, item_id, 'posted', 5, 50, 0
  FROM pos_bridge_usage
 GROUP BY day_id, company_id, outlet_id, business_date, item_id
"""


def set_up(env, outlets, ingredients):
    names = [f"Site {number:03}" for number in range(1, outlets + 1)]
    place = Place(env, ("outlet", "date", "receipt", "line", "quantity"), names)
    place.add_ingredients([f"Ingredient {number:03}" for number in range(ingredients)])
    env["pos.bridge.outlet"].search([]).write({"state": "active"})
    return place


def add_items(place, count, mapped):
    """Items, all but the last of them mapped to an ingredient."""
    env = place.env
    integration = place.integration.id
    groups = env["pos.bridge.item.group"].create(
        [
            {
                "integration_id": integration,
                "external_id": f"G{n}",
                "name": f"Group {n}",
            }
            for n in range(20)
        ]
    )
    items = env["pos.bridge.item"].create(
        [
            {
                "integration_id": integration,
                "external_id": f"I{number:05}",
                "name": f"Item {number:05}",
                "group_id": groups[number % len(groups)].id,
            }
            for number in range(count)
        ]
    )
    products = list(place.products.values())
    env["pos.bridge.mapping"].create(
        [
            {
                "item_id": item.id,
                "map_type": "ingredient",
                "product_id": products[number % len(products)].id,
                "quantity": 0.1,
            }
            for number, item in enumerate(items[:mapped])
        ]
    )
    return items[:mapped]


def add_user(env):
    return env["res.users"].create(
        {
            "name": "Back Office",
            "login": "bench_back_office",
            "group_ids": [
                (6, 0, env.ref("pos_inventory_bridge.pos_bridge_group_user").ids)
            ],
        }
    )


class Watch:
    """Time on the clock, and of the processors: Odoo's and the database's."""

    def __init__(self, cr):
        cr.execute("SELECT pg_backend_pid()")
        self.cr, (self.backend,) = cr, cr.fetchone()

    def read(self):
        return (
            time.perf_counter(),
            time.process_time(),
            self.of_backend(),
            self.cr.sql_log_count,
        )

    def of_backend(self):
        """Nothing where the database is on another machine."""
        path = Path(f"/proc/{self.backend}/stat")
        if not path.exists():
            return 0.0
        user, system = path.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def measure(self, ask):
        before = self.read()
        ask()
        return [after - start for after, start in zip(self.read(), before, strict=True)]


class Client:
    """Asks what the web client asks."""

    def __init__(self, env, user, results, times, limit):
        self.env = env(user=user.id, su=False)
        self.results, self.times, self.limit = results, times, limit
        self.slow, self.watch = [], Watch(env.cr)

    def measure(self, name, ask):
        measured = []
        for _time in range(self.times):
            self.env.flush_all()
            self.env.invalidate_all()
            measured.append(self.watch.measure(ask))
        taken, odoo, database, queries = map(
            statistics.median, zip(*measured, strict=True)
        )
        more = f"s; processor {odoo:.2f} + {database:.2f} s, {queries:.0f} queries"
        self.results.add(name, taken, more)
        self.results.values[f"{name}, processor time"] = odoo + database
        if taken > self.limit:
            self.slow.append(name)

    def specification(self, model, is_later=False):
        """The fields of the list; or those that it asks for when it is there."""
        arch = self.env[model].get_view(view_type="list")["arch"]
        fields = self.env[model]._fields
        nodes = etree.fromstring(arch).iter("field")
        # Fields of lists inside the view are another model's.
        names = [
            node.get("name")
            for node in nodes
            if node.get("name") in fields
            and ("'later': True" in node.get("options", "")) is is_later
        ]
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name].type == "many2one"
            else {}
            for name in names
            if fields[name].type not in ("one2many", "many2many")
        }

    def later(self, name, model, domain=(), limit=LIST_PAGE):
        specification = self.specification(model, is_later=True)
        ids = self.env[model].search(list(domain), limit=limit).ids
        self.measure(name, lambda: self.env[model].browse(ids).web_read(specification))

    def page(self, name, model, domain=(), limit=LIST_PAGE):
        specification = self.specification(model)
        self.measure(
            name,
            lambda: self.env[model].web_search_read(
                list(domain), specification, limit=limit, count_limit=COUNTED
            ),
        )

    def pivot(self, name, model, rows, columns, measures, domain=()):
        sets = [[], rows, columns, rows + columns]
        self.measure(
            name,
            lambda: self.env[model].formatted_read_grouping_sets(
                list(domain), sets, measures
            ),
        )


def ask_all(client, place, dates):
    env = client.env
    everything, recent = [], [("business_date", ">=", str(dates[-1].replace(day=1)))]
    action = env["pos.bridge.ledger"]._action_of(
        next(iter(place.products.values())).with_env(env),
        place.outlets[0].storage_unit_id.with_env(env),
    )
    client.page("items, first page", "pos.bridge.item")
    client.later("items, what is asked for then", "pos.bridge.item")
    waiting = [("mapping_state", "=", "unmapped")]
    client.page("items not mapped, first page", "pos.bridge.item", waiting)
    client.later("their suggestions, asked for then", "pos.bridge.item", waiting)
    client.measure("overview", env["pos.bridge.overview"].get_overview)
    client.page("sales days, first page", "pos.bridge.day")
    client.page("ledger of an ingredient", "pos.bridge.ledger", action["domain"])
    client.page("headings of the ledger", "pos.bridge.stock", limit=LIST_PAGE)
    consumption, sales = "pos.bridge.consumption.report", "pos.bridge.sales.report"
    used = [("kind", "=", "used")]
    measures = ["quantity:sum", "cost:sum", "__count"]
    month, product, outlet = "business_date:month", "product_id", "outlet_id"
    for title, domain in (("this month", recent), ("all", everything)):
        client.pivot(
            *(f"consumption by month and ingredient, {title}", consumption),
            *([product], [month], measures, used + domain),
        )
        client.pivot(
            *(f"consumption by month and outlet, {title}", consumption),
            *([outlet], [month], [*measures, "amount:sum"], domain),
        )
        client.pivot(
            *(f"sales by group and item, {title}", sales, ["group_id", "item_id"], []),
            *(["amount:sum", "cost:sum", "margin:sum", "cost_share:avg"], domain),
        )
        client.page(f"consumption, list, {title}", consumption, domain)
        client.page(f"sales, list, {title}", sales, domain)
        lacking = [*domain, ("lacks_cost", "=", True)]
        client.page(f"sales whose cost is not complete, {title}", sales, lacking)
    client.page("corrections", "pos.bridge.correction.report")
    client.page("changes", "pos.bridge.change.report")
    ask_variances(client, dates)
    ask_month(client, place, dates)


def ask_variances(client, dates):
    wizards = client.env["pos.bridge.variance.wizard"]
    for title, first in (
        ("last 7 days", dates[-1] - timedelta(days=6)),
        ("this month", dates[-1].replace(day=1)),
    ):
        for basis in ("dates", "counts"):
            wizard = wizards.create(
                {"date_from": first, "date_to": dates[-1], "basis": basis}
            )
            name = f"theoretical against actual, {basis}, {title}"
            client.measure(name, wizard.action_compare)
    client.measure("the same as it is opened", wizards.action_open_new)


def ask_month(client, place, dates):
    wizard = client.env["pos.bridge.month.wizard"].create(
        {"month": dates[-1], "outlet_ids": place.outlets[:1].ids}
    )
    client.measure("accountant's month of an outlet", wizard.get_month)


def vacuum(env):
    """As the database does by itself in the days that this place took to sell so much;
    it would begin with it just when the screens are asked for.
    """
    connection = env.cr._cnx
    connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    connection.autocommit = False


def main(arguments):
    options = parser(__doc__)
    options.add_argument("--moves", type=int, default=MOVES)
    options.add_argument("--outlets", type=int, default=OUTLETS)
    options.add_argument("--items", type=int, default=ITEMS)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--limit", type=float, default=1.0, help="seconds")
    chosen = options.parse_args(arguments)
    results = Results(chosen.json)
    env = environment()
    place = set_up(env, chosen.outlets, INGREDIENTS)
    items = add_items(place, chosen.items, chosen.items * MAPPED // ITEMS)
    count = max(chosen.moves // (chosen.outlets * INGREDIENTS), 2)
    last = date.today() - timedelta(days=1)
    dates = [last - timedelta(days=count - 1 - number) for number in range(count)]
    user = add_user(env)
    env.flush_all()
    print("\nLoading")
    with results.timed("loading by COPY"):
        # All links lead to rows that are loaded, too.
        env.cr.execute("SET session_replication_role = replica")
        rows = Filling(place, items, dates).fill()
        env.cr.execute(SOLD)
        env.cr.execute("SET session_replication_role = origin")
        env.cr.commit()
        env.cr.execute("ANALYZE")
    for table, number in rows.items():
        results.add(table, number)
    with results.timed("booking costs of all days"):
        env["pos.bridge.cost"].init()
    with results.timed("the same per item"):
        days = env["pos.bridge.day"].search([])
        env["pos.bridge.sold"]._note_costs(days)
    env.cr.commit()
    vacuum(env)
    print("\nScreens")
    client = Client(env, user, results, chosen.times, chosen.limit)
    ask_all(client, place, dates)
    results.end()
    if client.slow:
        print(f"\nSlower than {chosen.limit} s: {', '.join(client.slow)}")
    return 1 if client.slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
