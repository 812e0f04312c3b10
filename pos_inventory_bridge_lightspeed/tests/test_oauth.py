"""Connecting: from the button to Lightspeed's page and back."""

from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.pos_inventory_bridge.models.pos_bridge_oauth2 import PATH
from odoo.addons.pos_inventory_bridge.tools.errors import (
    AuthenticationFailed,
    ConnectorError,
    NotConfigured,
)

from .common import LightspeedCommon
from .simulated import DAY, sold

TOKEN = "openid-connect/token"


@tagged("post_install", "-at_install")
class TestConnect(LightspeedCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.start()
        self.authenticate(self.manager.login, self.manager.login)
        redirect = self.integration.oauth2_redirect_uri
        self.client = self.lightspeed.new_client(redirect)
        self.integration.lightspeed_client = self.client[0]
        self.integration.lightspeed_client_secret = self.client[1]

    def page(self):
        """Where the browser is sent."""
        action = self.integration.with_user(self.manager).action_authorize()
        return action["url"]

    def come_back(self, address):
        parts = urlsplit(address)
        self.assertEqual(parts.path, PATH)
        self.env.flush_all()
        self.url_open(f"{PATH}?{parts.query}", allow_redirects=False)
        self.env.invalidate_all()

    def test_connect(self):
        url = self.page()
        asked = {
            name: value[0] for name, value in parse_qs(urlsplit(url).query).items()
        }
        self.assertEqual(
            url.partition("?")[0], self.integration.lightspeed_authorize_url
        )
        self.assertGreater(len(asked.pop("state")), 40)
        self.assertEqual(
            asked,
            {
                "response_type": "code",
                "client_id": self.client[0],
                "scope": "financial-api items offline_access",
                "redirect_uri": self.integration.oauth2_redirect_uri,
            },
        )
        self.come_back(self.lightspeed.approve(url))
        self.assertEqual(self.integration.state, "connected")
        self.assertTrue(self.integration.connection_success)
        self.env.flush_all()
        self.assertEqual(sold(self.fetch(DAY).sales), self.truth())

    def test_token_request(self):
        self.come_back(self.lightspeed.approve(self.page()))
        (request,) = self.lightspeed.find(TOKEN)
        self.assertTrue(request.headers["authorization"].startswith("Basic "))
        redirect = self.integration.oauth2_redirect_uri
        self.assertEqual(request.form["redirect_uri"], redirect)
        self.assertEqual(request.form["grant_type"], "authorization_code")
        self.assertNotIn("client_secret", request.form)
        self.assertEqual(request.params, {})

    def test_refused_on_the_page(self):
        self.come_back(self.lightspeed.refuse(self.page()))
        self.assertIn("not allowed", self.integration.connection_failure)
        self.assertEqual(self.integration.state, "draft")

    def test_not_everything_allowed(self):
        back = self.lightspeed.approve(self.page(), ["financial-api"])
        self.come_back(back)
        self.assertIn("items", self.integration.connection_failure)
        self.assertEqual(self.integration.state, "draft")

    def test_scope_shortened(self):
        self.lightspeed.fail_next(TOKEN, "scope_shortened")
        self.come_back(self.lightspeed.approve(self.page()))
        self.assertIn("items", self.integration.connection_failure)

    def test_validity_that_is_not_stated(self):
        """Zero is no word for over."""
        self.lightspeed.fail_next(TOKEN, "refresh_expires_in", seconds=0)
        self.come_back(self.lightspeed.approve(self.page()))
        self.assertEqual(self.integration.state, "connected")

    def test_page_instead_of_tokens(self):
        self.lightspeed.fail_next(TOKEN, "not_json")
        self.come_back(self.lightspeed.approve(self.page()))
        self.assertTrue(self.integration.connection_failure)
        self.assertEqual(self.integration.state, "draft")

    def test_without_client(self):
        self.integration._forget_secrets("lightspeed_client_secret")
        with self.assertRaisesRegex(UserError, "missing"):
            self.page()

    def test_first_generation(self):
        redirect = self.integration.oauth2_redirect_uri
        name, secret = self.lightspeed.new_client(redirect, version=1)
        url = self.lightspeed.url
        self.integration.write(
            {
                "lightspeed_generation": "v1",
                "lightspeed_api_url": url,
                "lightspeed_authorize_url": f"{url}/oauth/authorize",
                "lightspeed_exchange_url": f"{url}/oauth/token",
                "lightspeed_client": name,
                "lightspeed_client_secret": secret,
            }
        )
        self.assertIn("scope=financial-api+items&", self.page() + "&")
        self.come_back(self.lightspeed.approve(self.page()))
        self.assertEqual(self.integration.state, "connected")

    # === LATER === #

    def grow_old(self, *fault):
        """Connected, and the access has to be renewed now."""
        self.come_back(self.lightspeed.approve(self.page()))
        self.integration._forget_secrets("access_token")
        self.env.flush_all()
        if fault:
            self.lightspeed.fail_next(TOKEN, *fault)

    def test_renewed(self):
        self.grow_old()
        self.assertEqual(sold(self.fetch(DAY).sales), self.truth())
        self.assertEqual(self.lightspeed.count(TOKEN), 2)

    def test_renewed_without_a_new_refresh_token(self):
        self.grow_old("without_refresh_token")
        kept = self.integration._get_secret("refresh_token")
        self.assertTrue(self.fetch(DAY).sales)
        self.assertEqual(self.integration._get_secret("refresh_token"), kept)

    def test_renewed_after_a_moment(self):
        self.grow_old(503)
        self.assertTrue(self.fetch(DAY).sales)
        self.assertEqual(self.lightspeed.count(TOKEN), 3)

    def test_session_is_over(self):
        self.grow_old("invalid_grant")
        with self.assertRaises(AuthenticationFailed):
            self.fetch(DAY)
        self.assertEqual(self.lightspeed.count(TOKEN), 2)

    def test_client_is_not_accepted(self):
        self.grow_old("invalid_client")
        with self.assertRaises(NotConfigured):
            self.fetch(DAY)
        self.assertTrue(self.integration._has_secret("refresh_token"))

    def test_lost_answer_is_not_asked_again(self):
        self.grow_old("hang_up")
        with self.assertRaises(ConnectorError):
            self.fetch(DAY)
        self.assertEqual(self.lightspeed.count(TOKEN), 2)

    def test_reconnecting_keeps_the_set_up(self):
        self.come_back(self.lightspeed.approve(self.page()))
        self.integration._sync_items()
        items, outlets = self.integration.item_ids, self.integration.outlet_ids
        self.lightspeed.guard.revoke_all()
        self.integration.state = "error"
        self.come_back(self.lightspeed.approve(self.page()))
        self.assertEqual(self.integration.state, "connected")
        self.assertEqual(self.integration.item_ids, items)
        self.assertEqual(self.integration.outlet_ids, outlets)
        self.env.flush_all()
        self.assertTrue(self.fetch(DAY).sales)

    def test_secrets_stay_where_they_are(self):
        with self.everything_logged() as logs:
            self.come_back(self.lightspeed.approve(self.page()))
            self.env.flush_all()
            self.fetch(DAY)
            self.lightspeed.fail_next("sales-daily", "unauthorized", 2)
            try:
                self.fetch(DAY)
            except ConnectorError as error:
                logs.append(f"{error}")
        told = self.integration.with_user(self.manager).read()
        logs.append(str(told))
        logs.append(str(self.integration.message_ids.mapped("body")))
        self.env.cr.execute("SELECT value FROM pos_bridge_token")
        logs.append(str(self.env.cr.fetchall()))
        # The browser of the test is none of our programs.
        told = [log for log in logs if not ("urllib3" in log and PATH in log)]
        secrets = self.lightspeed.issued_secrets
        self.assertTrue(secrets)
        self.assertFalse([log for log in told if any(one in log for one in secrets)])
