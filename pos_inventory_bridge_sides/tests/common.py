"""What the tests of the add-on stand on: a connection to a simulated SIDES."""

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command

from odoo.addons.pos_inventory_bridge.tests.common import PosBridgeCommon
from odoo.addons.pos_inventory_bridge.tests.loopback import LoopbackCase

# The simulated tills stand beside the add-ons, because their tests share them.
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from simulators import sides
from simulators._messages import Request  # noqa: F401
from simulators._sides_dialects import SECOND_OVERRIDE

DAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))
SECRET = "contract_secret"


def override_text(override=SECOND_OVERRIDE):
    """As an administrator types it."""
    return json.dumps(override, indent=2)


class SidesCommon(LoopbackCase, PosBridgeCommon):
    """``self.sides`` is the till, ``cls.outlet`` its first store; nobody waits."""

    outlet_day_start = 0.0
    auth_mode = "basic"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.connector = "sides"
        cls._do_not_wait()
        cls.flour = cls.ingredient("Flour")
        cls.bottle = cls.ingredient("Cola bottle", cls.uom_unit)
        cls.stock_up(cls.flour | cls.bottle)
        group = cls.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        cls.boss = cls.user.copy(
            {
                "name": "Boss",
                "login": "pos_bridge_manager",
                "group_ids": [Command.set(group.ids)],
            }
        )

    @classmethod
    def _do_not_wait(cls):
        connector = cls.registry["pos.bridge.connector.sides"]
        make = connector._transport

        def at_once(self, *args, **options):
            transport = make(self, *args, **options)
            transport._sleep = lambda seconds: None
            return transport

        cls.startClassPatcher(patch.object(connector, "_transport", at_once))

    def setUp(self):
        super().setUp()
        self.connect(self.start_till())

    def start_till(self, auth_mode=None, dialect="first"):
        till = sides.SidesTill(auth_mode or self.auth_mode, dialect)
        till.__enter__()
        self.addCleanup(till.__exit__, None, None, None)
        return till

    def connect(self, till, override=False, **vals):
        """Let the connection of the tests speak to this till."""
        self.sides = till
        self.integration.write(
            {
                "contract_address": till.url,
                "contract_login": till.auth_mode,
                "contract_user": till.username,
                "contract_override": override,
                "state": "connected",
                "contract_confirmed": True,
                **vals,
            }
        )
        by_key = till.auth_mode in ("query_key", "header_key")
        secret = till.api_key if by_key else till.password
        self.integration._set_secrets({SECRET: secret})
        self.outlet.external_id = till.store

    # === WHAT IS SOLD === #

    @classmethod
    def order(cls, number, *lines, **vals):
        vals = {"at": NOON, "number": str(number), **vals}
        return sides.Order(ref=f"260303{number}", lines=list(lines), **vals)

    def say(self, *orders, day=DAY):
        self.sides.sell(day, orders)

    def fetch(self, day=DAY):
        return self.integration._connector().fetch_sales(self.outlet, day)

    def sold(self, sales_day):
        """{key: quantity} of a fetched day, what is no goods left out."""
        sold = {}
        for sale in sales_day.sales:
            for line in sale.lines:
                if line.item_type not in sides.NO_GOODS:
                    key = line.item_external_id or line.sku or line.name
                    sold[key] = sold.get(key, Decimal(0)) + line.quantity
        return {key: quantity for key, quantity in sold.items() if quantity}
