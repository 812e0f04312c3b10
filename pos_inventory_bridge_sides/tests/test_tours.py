"""From the sheet that connects to the ledger in a browser; the ledger decides."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SidesCommon, sides


def just_itself(integration):
    yield integration


@tagged("post_install", "-at_install")
class TestTours(SidesCommon, HttpCase):
    def setUp(self):
        super().setUp()
        # All cursors of a browser test are one: a lock in one of its own would end
        # with what was written meanwhile.
        integrations = self.registry["pos.bridge.integration"]
        self.patch(integrations, "_till_to_oneself", contextmanager(just_itself))
        self.boss.password = self.boss.login
        self.outlet.unlink()
        self.integration.unlink()

    def play(self, tour, till, url="/odoo"):
        self.env["ir.default"].set(
            "pos.bridge.connect.wizard", "contract_address", till.url
        )
        self.start_tour(url, tour, login=self.boss.login, timeout=120)
        self.env.invalidate_all()

    def connected(self):
        integration = self.env["pos.bridge.integration"].search(
            [("connector", "=", "sides")]
        )
        self.assertEqual(integration.state, "connected")
        return integration

    def test_connect_to_ledger(self):
        till, today = self.start_till(), fields.Date.today()
        days = [today - timedelta(days=back) for back in range(1, 91)]
        till.seed(days, orders=4)
        self.play("pos_bridge_sides_connect", till)
        outlet = self.connected().outlet_ids.filtered("storage_unit_id")
        self.assertEqual(outlet.state, "active")
        migration = self.env["pos.bridge.migration"].search(
            [("outlet_id", "=", outlet.id)]
        ) or self.env["pos.bridge.migration"].create({"outlet_id": outlet.id})
        if migration.state == "draft":
            migration.action_start()
        migration.transfer_ids._run_all()
        self.look_at_the_first(migration.transfer_ids.day_id)
        self.assertEqual(self.ledger(), self.expected(till, outlet, days))

    def look_at_the_first(self, days):
        """Nobody has confirmed yet how SIDES is read: three days are looked at."""
        self.assertEqual(set(days.mapped("waits_for_look")), {True})
        self.assertEqual(self.ledger(), {})
        days.sorted("business_date")[:3].with_user(self.boss).action_post_as_read()
        transfers = self.env["pos.bridge.transfer"]
        transfers.search([("state", "=", "queued")])._run_all()
        self.env.invalidate_all()

    def ledger(self):
        """{ingredient: quantity that left the bar}, by Odoo's own done moves."""
        totals = {}
        moves = self.env["stock.move"].search(
            [("pos_bridge_day_id", "!=", False), ("state", "=", "done")]
        )
        for move in moves:
            inward = move.location_dest_id.usage == "internal"
            name, sign = move.product_id.name, -1 if inward else 1
            totals[name] = round(totals.get(name, 0) + sign * move.quantity, 6)
        return totals

    def expected(self, till, outlet, days):
        """What was sold and mapped, added up from the simulator's own facts."""
        names = {sides.COLA.ref: "Cola bottle", sides.PIZZA.ref: "Flour"}
        totals = dict.fromkeys(names.values(), 0)
        for day in days:
            truth = till.truth(outlet.external_id, day)
            for ref, name in names.items():
                totals[name] += float(truth.get(ref, 0))
        return totals

    def test_second_dialect(self):
        till = self.start_till("basic", "second")
        today = fields.Date.today()
        till.seed([today])
        self.play("pos_bridge_sides_dialect", till)
        integration = self.connected()
        outlet = integration.outlet_ids.filtered("storage_unit_id")
        sales_day = integration._connector().fetch_sales(outlet, today)
        self.assertEqual(self.sold(sales_day), till.truth(till.store, today))

    def test_answer(self):
        till = self.start_till()
        integration = self.env["pos.bridge.integration"].create(
            {
                "name": "SIDES",
                "connector": "sides",
                "company_id": self.company.id,
                "contract_address": till.url,
            }
        )
        url = f"/odoo/pos.bridge.integration/{integration.id}"
        self.play("pos_bridge_try_answer_wizard", till, url)
        contract = integration._get_contract()
        self.assertEqual(contract["fields"]["sale"]["lines"], ["posten"])
        self.assertEqual(contract["time_format"], "%d.%m.%Y %H:%M:%S")
