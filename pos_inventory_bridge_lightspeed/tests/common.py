"""What the tests of the add-on stand on: a connection to a simulated Lightspeed."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from odoo.addons.pos_inventory_bridge.tests.loopback import LoopbackCase
from odoo.addons.pos_inventory_bridge.tests.test_keys import KeyCommon

from .simulated import DAY, Till, log_in, new_till


class LightspeedCommon(LoopbackCase, KeyCommon):
    """``self.lightspeed`` is the till, ``cls.outlet`` its first location."""

    outlet_tz = "Europe/London"
    outlet_day_start = 5.5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.connector = "lightspeed"
        cls._do_not_wait()
        group = cls.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        cls.manager = cls.user.copy(
            {
                "name": "Manager",
                "login": "pos_bridge_manager",
                "password": "pos_bridge_manager",
                "group_ids": [Command.set(group.ids)],
            }
        )

    @classmethod
    def _do_not_wait(cls):
        connector = cls.registry["pos.bridge.connector.lightspeed"]
        make = connector._transport

        def at_once(self, *args, **options):
            options |= {"interval": 0, "sleep": lambda seconds: None}
            return make(self, *args, **options)

        cls.startClassPatcher(patch.object(connector, "_transport", at_once))

    def start(self, make=Till, **options):
        """Another till, not connected yet."""
        self.lightspeed = self.enterContext(new_till(make, **options))
        self.location = self.lightspeed.locations[0]
        self.outlet.external_id = str(self.location.id)
        today = self.location.day_of(self.lightspeed.clock.now())
        outlets = self.registry["pos.bridge.outlet"]
        self.enterContext(patch.object(outlets, "_today", lambda outlet: today))
        url = self.lightspeed.url
        realm = f"{url}/realms/k-series/protocol/openid-connect"
        self.integration.write(
            {
                "lightspeed_api_url": url,
                "lightspeed_authorize_url": f"{realm}/auth",
                "lightspeed_exchange_url": f"{realm}/token",
                "lightspeed_confirmed": True,
            }
        )

    def connect(self):
        """As after somebody has logged in; the tokens do not grow old by themselves."""
        client_id, secret, tokens = log_in(self.lightspeed)
        self.integration.write({"lightspeed_client": client_id, "state": "connected"})
        self.integration._set_secrets({"lightspeed_client_secret": secret})
        until = fields.Datetime.now() + timedelta(days=1)
        for name in ("access_token", "refresh_token"):
            self.integration._set_secrets({name: tokens[name]}, expires_at=until)
        self.env.flush_all()
        if not self._registry_patched:
            # New cursors, as those that read tokens, see what was not committed.
            self.registry_enter_test_mode()

    def fetch(self, day=DAY, outlet=None):
        outlet = outlet or self.outlet
        return self.integration._connector().fetch_sales(outlet, day)

    def truth(self, day=DAY, location=None):
        return self.lightspeed.truth(location or self.location, day).net
