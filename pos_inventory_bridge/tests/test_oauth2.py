"""Access by OAuth2: the way there and back, and tokens that are renewed once."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import pos_bridge_oauth2_refresh
from ..models.pos_bridge_oauth2 import ACCESS_TOKEN, PATH, REFRESH_TOKEN, STATE
from ..tools import oauth2
from ..tools.errors import (
    AuthenticationFailed,
    ContractViolation,
    NotConfigured,
    PermissionDenied,
    TemporaryFailure,
)
from ..tools.http import Transport
from ..tools.records import OutletData
from .common import DAY
from .loopback import LoopbackCase, hangs_up, says
from .oauth2_server import SCOPES, OAuth2Server
from .test_keys import KeyCommon

MANAGER = "pos_inventory_bridge.pos_bridge_group_manager"


class OAuth2Common(LoopbackCase, KeyCommon):
    """The connector without a till gets one that people log in at."""

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(OAuth2Server())
        self.client = self.server.client
        self.use_oauth2()
        self.manager = new_test_user(
            self.env,
            "pos_bridge_manager",
            MANAGER,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        # No test waits for the seconds between two tries.
        self.enterContext(patch.object(oauth2, "Transport", self.impatient_transport))

    @staticmethod
    def impatient_transport(*args, **options):
        return Transport(*args, **options, sleep=lambda seconds: None)

    def use_oauth2(self):
        hooks = {
            "_oauth2_urls": lambda *_who: (self.server.page, self.server.token),
            "_oauth2_scopes": lambda *_who: SCOPES,
            "_oauth2_client": lambda *_who: self.client,
            "_oauth2_extra": lambda *_who: {"prompt": "login"},
        }
        connector = self.registry["pos.bridge.connector.none"]
        for name, hook in hooks.items():
            self.enterContext(patch.object(connector, name, hook))
        base = self.registry["pos.bridge.connector.http"]
        hook = lambda *_who: self.server.url
        self.enterContext(patch.object(base, "_request_base_url", hook))
        self.integration.invalidate_recordset()

    def own_cursors(self):
        """From now on new cursors see what this test has not committed."""
        self.env.flush_all()
        self.registry_enter_test_mode()

    def authorize(self, user=None):
        """What the browser is sent to: (address, its parameters)."""
        integration = self.integration.with_user(user or self.manager)
        action = integration.action_authorize()
        self.assertEqual(
            (action["type"], action["target"]), ("ir.actions.act_url", "self")
        )
        self.env.flush_all()
        url = action["url"]
        return url, dict(parse_qsl(urlsplit(url).query))

    def store(self, seconds=1500, **texts):
        """Tokens as a finished connection has them."""
        pair = self.server._pair()
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        self.integration._set_secrets(
            {ACCESS_TOKEN: texts.get("access", pair["access_token"])}, until
        )
        self.integration._set_secrets(
            {REFRESH_TOKEN: texts.get("refresh", pair["refresh_token"])}
        )
        self.integration.state = "connected"
        self.env.flush_all()
        return pair["access_token"]

    def banner(self):
        self.integration.invalidate_recordset()
        return (
            self.integration.connection_success or self.integration.connection_failure
        )

    def kept(self, name):
        return self.integration._get_secret(name)


@tagged("post_install", "-at_install")
class TestAuthorize(OAuth2Common):
    def test_page_is_asked_for_exactly_this(self):
        url, query = self.authorize()
        self.assertTrue(url.startswith(f"{self.server.page}?"))
        self.assertIn("scope=sales+items+offline_access", url)
        state = query.pop("state")
        self.assertEqual(
            query,
            {
                "response_type": "code",
                "client_id": "shop-1",
                "redirect_uri": self.integration.get_base_url() + PATH,
                "scope": "sales items offline_access",
                "prompt": "login",
            },
        )
        self.assertEqual(query["redirect_uri"], self.integration.oauth2_redirect_uri)
        self.assertGreater(len(state), 100)
        self.assertNotIn(self.client[1], url)

    def test_page_of_a_vendor(self):
        more = {"redirect_uri": "https://odoo.example.com/b", "scopes": ("a",)}
        url = oauth2.authorization_url(
            "https://auth.example.com/auth?x=1", "me", state="s", **more
        )
        self.assertTrue(url.startswith("https://auth.example.com/auth?x=1&"))
        with self.assertRaisesRegex(ContractViolation, "without encryption"):
            oauth2.authorization_url("http://auth.example.com/auth", "me", **more)

    def test_each_state_is_new(self):
        states = {self.authorize()[1]["state"] for _number in range(3)}
        self.assertEqual(len(states), 3)

    def test_not_configured(self):
        for client in ((None, "x"), ("x", ""), (None, None)):
            self.client = client
            with self.assertRaisesRegex(UserError, "client id and client secret"):
                self.authorize()

    def test_connected_already(self):
        other = self.first_till()
        with self.assertRaisesRegex(UserError, "Bar is read already, by First till"):
            self.authorize()
        other.state = "error"
        self.authorize()

    def test_several_users_connect_an_outlet_each(self):
        self.first_till("elsewhere")
        self.authorize()
        self.integration.state = "connected"
        self.listed("bar", "hall")
        self.assertEqual(len(self.integration._sync_outlets()), 2)

    def test_outlet_that_another_connection_reads(self):
        """Whose login it is shows only when the till tells its outlets."""
        other = self.first_till("hall")
        self.integration.state = "connected"
        self.listed("bar", "hall")
        with self.assertRaisesRegex(UserError, "Hall is read already, by First till"):
            self.integration.action_sync_items()
        self.assertEqual(self.integration.outlet_ids, self.outlet)
        other.state = "draft"
        self.integration._sync_outlets()
        self.assertEqual(len(self.integration.outlet_ids), 2)
        # Now it is the other one's turn to be refused.
        with self.assertRaisesRegex(UserError, "Hall is read already, by Till"):
            other.action_authorize()

    def test_other_companies_and_tills_are_others(self):
        other = self.first_till()
        other.outlet_ids.unlink()
        company = self.env["res.company"].create({"name": "Company C"})
        other.company_id = company
        self.env["pos.bridge.outlet"].create(
            {"integration_id": other.id, "external_id": "bar", "name": "Bar"}
        )
        self.authorize()

    def first_till(self, external_id="bar"):
        """Another connection of the company, and an outlet that it reads."""
        other = self.integration.copy({"name": "First till"})
        other.state = "connected"
        self.env["pos.bridge.outlet"].create(
            {
                "integration_id": other.id,
                "external_id": external_id,
                "name": external_id.title(),
            }
        )
        return other

    def listed(self, *external_ids):
        """The outlets that the till tells."""
        told = [OutletData(each, each.title()) for each in external_ids]
        connector = self.registry["pos.bridge.connector.none"]
        hook = lambda *_who: told
        self.enterContext(patch.object(connector, "fetch_outlets", hook))

    def test_only_for_managers_of_the_company(self):
        company = self.env["res.company"].create({"name": "Company C"})
        stranger = new_test_user(
            self.env,
            "pos_bridge_stranger",
            MANAGER,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for user in (self.user, stranger):
            for button in ("action_authorize", "action_disconnect"):
                with self.assertRaises(AccessError):
                    getattr(self.integration.with_user(user), button)()

    def test_disconnect_keeps_the_set_up(self):
        self.own_cursors()
        self.store()
        self.integration._set_secrets({"client_secret": "x"})
        self.authorize()
        integration = self.integration.with_user(self.manager)
        integration.action_disconnect()
        self.assertEqual(integration.state, "draft")
        for name in (ACCESS_TOKEN, REFRESH_TOKEN, STATE):
            self.assertFalse(self.integration._has_secret(name))
        self.assertTrue(self.integration._has_secret("client_secret"))
        self.assertEqual(integration.outlet_ids, self.outlet)
        with self.assertRaisesRegex(AuthenticationFailed, "press Connect"):
            self.integration._oauth2_access_token()

    def test_connectors_without_it_have_none_of_it(self):
        hook = lambda *_who: None
        connector = self.registry["pos.bridge.connector.none"]
        with patch.object(connector, "_oauth2_urls", hook):
            self.assertFalse(self.integration.uses_oauth2)
            with self.assertRaises(UserError):
                self.authorize()
        self.integration.invalidate_recordset()
        self.assertTrue(self.integration.with_user(self.user).uses_oauth2)


@tagged("post_install", "-at_install")
class TestCallback(OAuth2Common, HttpCase):
    """The browser comes back."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.authenticate(self.manager.login, self.manager.login)

    def come_back(self, **query):
        self.env.flush_all()
        answer = self.url_open(PATH, params=query, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def connect(self, **more):
        _url, query = self.authorize()
        code = self.server.allow(query["redirect_uri"])
        return query, self.come_back(state=query["state"], code=code, **more)

    def check_refused(self, answer, words, state="draft"):
        """Back on the form, red, and nothing is connected."""
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"/{self.integration.id}", answer.headers["Location"])
        self.assertIn(words, self.integration.connection_failure)
        self.assertFalse(self.integration.connection_success)
        self.assertEqual(self.integration.state, state)

    def check_not_ours(self, answer, words):
        """No form to go to, and nothing is written."""
        self.assertEqual(answer.status_code, 403)
        self.assertIn(words, answer.text)
        self.assertEqual(self.integration.state, "draft")
        self.assertFalse(self.banner())
        self.assertFalse(self.server.asked)

    def test_connected(self):
        query, answer = self.connect(session_state="x", iss="y", whatever="z")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(
            answer.headers["Location"].endswith(
                "/odoo/action-pos_inventory_bridge.pos_bridge_integration_action/"
                f"{self.integration.id}"
            )
        )
        self.assertEqual(self.integration.state, "connected")
        self.assertIn("Connected", self.integration.connection_success)
        asked = self.server.asked[0]
        self.assertEqual((asked.method, asked.target), ("POST", "/token?realm=shops"))
        self.assertEqual(
            asked.form,
            {
                "grant_type": "authorization_code",
                "code": self.server.issued[0],
                "redirect_uri": query["redirect_uri"],
            },
        )
        self.assertIn(self.kept(ACCESS_TOKEN), self.server.access_tokens)
        self.assertIn(self.kept(REFRESH_TOKEN), self.server.refresh_tokens)
        self.assertFalse(self.integration._has_secret(STATE))

    def test_page_with_the_banner_opens(self):
        self.connect()
        page = self.url_open(
            "/odoo/action-pos_inventory_bridge.pos_bridge_integration_action/"
            f"{self.integration.id}"
        )
        self.assertEqual(page.status_code, 200)

    def test_banner_goes_by_itself(self):
        self.connect()
        later = fields.Datetime.now() + timedelta(minutes=11)
        with freeze_time(later):
            self.assertFalse(self.banner())

    def test_redirect_address_stays_that_of_the_question(self):
        _url, query = self.authorize()
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://new.example.com"
        )
        code = self.server.allow(query["redirect_uri"])
        self.come_back(state=query["state"], code=code)
        self.assertEqual(self.integration.state, "connected")

    # === STATE === #

    def test_wrong_state(self):
        _url, query = self.authorize()
        state = query["state"]
        number, user, nonce, signature = state.split(".")
        other = self.integration.copy({"name": "Other"})
        for wrong in (
            *("", "x", "1.2.3.4", "9" * 500, "\N{SUPERSCRIPT TWO}" * 9),
            state[:-1] + ("0" if state[-1] != "0" else "1"),
            f"{other.id}.{user}.{nonce}.{signature}",
            f"999999999.{user}.{nonce}.{signature}",
            f"{number}.{self.env.uid}.{nonce}.{signature}",
            f"{number}.{user}.{nonce[:-1]}x.{signature}",
            f" {state}",
        ):
            self.check_not_ours(self.come_back(state=wrong, code="c"), "begun here")

    def test_missing_state(self):
        self.authorize()
        self.check_not_ours(self.come_back(code="c"), "begun here")
        self.check_not_ours(self.come_back(error="access_denied"), "begun here")
        self.check_not_ours(self.come_back(), "begun here")

    def test_used_once(self):
        query, _answer = self.connect()
        tokens = self.kept(ACCESS_TOKEN)
        code = self.server.allow(query["redirect_uri"])
        answer = self.come_back(state=query["state"], code=code)
        self.check_refused(answer, "used before", state="connected")
        self.assertEqual(len(self.server.asked), 1)
        self.assertEqual(self.kept(ACCESS_TOKEN), tokens)

    def test_used_up_by_a_failure_too(self):
        _url, query = self.authorize()
        self.come_back(state=query["state"], code="wrong")
        code = self.server.allow(query["redirect_uri"])
        answer = self.come_back(state=query["state"], code=code)
        self.check_refused(answer, "used before")

    def test_begun_twice(self):
        _url, first = self.authorize()
        _url, second = self.authorize()
        code = self.server.allow(first["redirect_uri"])
        answer = self.come_back(state=first["state"], code=code)
        self.check_refused(answer, "once more")
        self.come_back(state=second["state"], code=code)
        self.assertEqual(self.integration.state, "connected")

    def test_too_late(self):
        _url, query = self.authorize()
        rows = self.integration._secret_rows([STATE])
        rows.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        code = self.server.allow(query["redirect_uri"])
        answer = self.come_back(state=query["state"], code=code)
        self.check_refused(answer, "longer than 15 minutes")
        self.assertFalse(self.server.asked)
        self.assertFalse(self.integration._has_secret(STATE))

    def test_fifteen_minutes(self):
        before = fields.Datetime.now()
        self.authorize()
        until = self.integration._secret_rows([STATE]).expires_at
        minutes = (until - before).total_seconds() / 60
        self.assertAlmostEqual(minutes, 15, delta=1)

    def test_other_user(self):
        _url, query = self.authorize()
        colleague = new_test_user(
            self.env,
            "pos_bridge_colleague",
            MANAGER,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.authenticate(colleague.login, colleague.login)
        answer = self.come_back(state=query["state"], code="c")
        self.check_not_ours(answer, "Another user")

    def test_other_company(self):
        _url, query = self.authorize()
        company = self.env["res.company"].create({"name": "Company C"})
        self.manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.authenticate(self.manager.login, self.manager.login)
        answer = self.come_back(state=query["state"], code="c")
        self.check_not_ours(answer, "company that you may not")

    def test_integration_went_to_another_company(self):
        _url, query = self.authorize()
        company = self.env["res.company"].create({"name": "Company C"})
        self.manager.company_ids |= company
        self.outlet.unlink()
        self.integration.company_id = company
        answer = self.come_back(state=query["state"], code="c")
        self.check_not_ours(answer, "begun here")

    def test_no_manager_any_more(self):
        _url, query = self.authorize()
        self.manager.group_ids = self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_user"
        )
        answer = self.come_back(state=query["state"], code="c")
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.server.asked)

    def test_nobody_is_logged_in(self):
        _url, query = self.authorize()
        self.authenticate(None, None)
        answer = self.come_back(state=query["state"], code="c")
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertFalse(self.server.asked)

    # === THE TILL SAYS NO === #

    def test_person_says_no(self):
        _url, query = self.authorize()
        answer = self.come_back(state=query["state"], error="access_denied")
        self.check_refused(answer, "not allowed on the till's page")
        self.assertFalse(self.server.asked)

    def test_page_says_something_else(self):
        _url, query = self.authorize()
        answer = self.come_back(
            state=query["state"],
            error="invalid_scope",
            error_description="Scope <b>items</b> is unknown",
        )
        self.check_refused(answer, "Scope <b>items</b> is unknown")

    def test_page_says_nothing(self):
        _url, query = self.authorize()
        answer = self.come_back(state=query["state"])
        self.check_refused(answer, "neither a yes nor a no")

    def test_code_is_not_accepted(self):
        _url, query = self.authorize()
        answer = self.come_back(state=query["state"], code="wrong")
        self.check_refused(answer, "It is not connected.")
        self.assertEqual(len(self.server.asked), 1)

    def test_client_is_not_accepted(self):
        self.client = ("shop-1", "wrong")
        _query, answer = self.connect()
        self.check_refused(answer, "client id and the client secret")

    def test_code_is_sent_once(self):
        for fault in (hangs_up, says({}, 503), says("<html>", 502)):
            self.server.asked.clear()
            self.server.then(fault)
            _query, answer = self.connect()
            self.check_refused(answer, "It is not connected.")
            self.assertEqual(len(self.server.asked), 1)

    def test_no_tokens_in_the_answer(self):
        for data in ("<html>Welcome</html>", [], {"ok": 1}, {"access_token": ""}):
            self.server.then(says(data))
            _query, answer = self.connect()
            self.check_refused(answer, "It is not connected.")
            self.assertFalse(self.integration._has_secret(ACCESS_TOKEN))

    def test_not_everything_was_allowed(self):
        self.server.scope = "sales offline_access"
        _query, answer = self.connect()
        self.check_refused(answer, "Missing: items")
        self.assertFalse(self.integration._has_secret(REFRESH_TOKEN))

    def test_more_or_unsaid_is_fine(self):
        for scope in ("profile offline_access items sales", None):
            self.server.scope = scope
            self.connect()
            self.assertEqual(self.integration.state, "connected")
            self.integration.action_disconnect()

    def test_another_one_was_connected_meanwhile(self):
        _url, query = self.authorize()
        other = self.integration.copy({"name": "First till"})
        other.state = "connected"
        self.env["pos.bridge.outlet"].create(
            {"integration_id": other.id, "external_id": "bar", "name": "Bar"}
        )
        answer = self.come_back(state=query["state"], code="c")
        self.check_refused(answer, "Bar is read already, by First till")
        self.assertFalse(self.server.asked)

    def test_end_of_refresh_token_not_stated(self):
        for stated in ({"refresh_expires_in": 0}, {}, {"refresh_expires_in": -1}):
            self.server.more = {"expires_in": 1500, **stated}
            self.connect()
            self.assertEqual(self.integration.state, "connected")
            self.assertFalse(self.integration._secret_rows([REFRESH_TOKEN]).expires_at)
            self.assertTrue(self.integration._secret_rows([ACCESS_TOKEN]).expires_at)
            self.integration.action_disconnect()

    def test_reconnect_keeps_everything(self):
        self.connect()
        self.integration.state = "error"
        self.connect()
        self.assertEqual(self.integration.state, "connected")
        self.assertEqual(self.integration.outlet_ids, self.outlet)
        self.assertIn(self.kept(ACCESS_TOKEN), self.server.access_tokens)

    # === NOBODY IS TOLD === #

    def test_no_secret_is_told(self):
        with self.everything_logged() as logged:
            _url, query = self.authorize()
            code = self.server.allow(query["redirect_uri"])
            answer = self.come_back(state=query["state"], code=code)
            page = self.integration.with_user(self.manager).read()
            self.integration._oauth2_refresh_rejected(self.kept(ACCESS_TOKEN))
        # All but what the browser of this test says of itself.
        logged = [
            line
            for line in logged
            if not line.startswith("urllib3") or PATH not in line
        ]
        told = "\n".join([answer.text, str(answer.headers), str(page)] + logged)
        self.assertIn(f"GET {PATH} HTTP", told)
        self.assertIn("POST /token", told)
        self.env.cr.execute("SELECT * FROM pos_bridge_token")
        told += str(self.env.cr.dictfetchall())
        for secret in (*self.server.issued, self.client[1]):
            self.assertNotIn(secret, told)


@tagged("post_install", "-at_install")
class TestRefresh(OAuth2Common):
    def setUp(self):
        super().setUp()
        self.own_cursors()

    def token(self):
        self.env.flush_all()
        return self.integration._oauth2_access_token()

    def check_refused(self, error, words):
        with self.assertRaisesRegex(error, words) as caught:
            self.token()
        return caught.exception

    def test_good_one_is_not_renewed(self):
        token = self.store(seconds=130)
        self.assertEqual(self.token(), token)
        self.assertFalse(self.server.asked)

    def test_renewed_before_it_ends(self):
        old = self.store(seconds=110)
        new = self.token()
        self.assertNotEqual(new, old)
        self.assertEqual(self.kept(ACCESS_TOKEN), new)
        self.assertIn(self.kept(REFRESH_TOKEN), self.server.refresh_tokens)
        self.assertEqual(self.token(), new)
        self.assertEqual(self.server.refreshes, 1)
        form = self.server.asked[0].form
        self.assertEqual(sorted(form), ["grant_type", "refresh_token"])

    def test_end_not_stated(self):
        token = self.store()
        self.integration._secret_rows([ACCESS_TOKEN]).expires_at = False
        self.assertEqual(self.token(), token)

    def test_answer_without_refresh_token(self):
        self.server.rotates = False
        self.store(seconds=0)
        refresh_token = self.kept(REFRESH_TOKEN)
        self.assertEqual(self.token(), self.kept(ACCESS_TOKEN))
        self.assertEqual(self.kept(REFRESH_TOKEN), refresh_token)

    def test_end_of_refresh_token_not_stated(self):
        self.server.more = {"expires_in": 1500, "refresh_expires_in": 0}
        self.store(seconds=0)
        self.token()
        self.assertFalse(self.integration._secret_rows([REFRESH_TOKEN]).expires_at)

    def test_renewal_survives_what_it_was_for(self):
        self.store(seconds=0)
        try:
            with self.env.cr.savepoint():
                new = self.token()
                raise ZeroDivisionError
        except ZeroDivisionError:
            self.env.invalidate_all()
        self.assertTrue(new)

    # === RULES OF THE CONTRACT === #

    def test_no_try_after_a_lost_answer(self):
        self.store(seconds=0)
        self.server.then(hangs_up)
        self.check_refused(AuthenticationFailed, "lost on its way")
        self.assertEqual(len(self.server.asked), 1)

    def test_once_more_where_the_server_could_not(self):
        for status in (429, 500, 502, 503, 504):
            self.store(seconds=0)
            self.server.asked.clear()
            self.server.then(says({}, status))
            self.assertTrue(self.token())
            self.assertEqual(len(self.server.asked), 2)

    def test_twice_is_enough(self):
        self.store(seconds=0)
        kept = self.kept(REFRESH_TOKEN)
        self.server.then(*[says({}, 503)] * 2)
        error = self.check_refused(TemporaryFailure, "problem of its own")
        self.assertIsNone(error.seconds)
        self.assertEqual(len(self.server.asked), 2)
        # It was not used up, so a later run may use it.
        self.assertEqual(self.kept(REFRESH_TOKEN), kept)
        self.assertTrue(self.token())

    def test_permission_is_gone(self):
        self.store(seconds=0)
        self.server.revoke()
        self.check_refused(AuthenticationFailed, "Token used")
        self.assertEqual(len(self.server.asked), 1)

    def test_what_was_sent_does_not_come_back_in_an_error(self):
        self.store(seconds=0)
        sent = self.kept(REFRESH_TOKEN)
        told = f"{'x' * 180} {sent} of {self.server.client[1]} was used"
        refused = {"error": "invalid_grant", "error_description": told}
        self.server.then(says(refused, 400))
        error = self.check_refused(AuthenticationFailed, "xxx")
        for secret in (sent, sent[:12], self.server.client[1]):
            self.assertNotIn(secret, str(error))

    def test_client_is_not_accepted(self):
        for answer in (
            None,
            says({"error": "unauthorized_client"}, 400),
            says({"error": "invalid_client"}, 400),
        ):
            self.store(seconds=0)
            kept = self.kept(REFRESH_TOKEN)
            if answer:
                self.server.then(answer)
            self.client = self.server.client if answer else ("shop-1", "wrong")
            self.check_refused(NotConfigured, "client id and the client secret")
            self.assertEqual(self.kept(REFRESH_TOKEN), kept)
        # Corrected, nobody needs to allow access anew.
        self.assertTrue(self.token())

    def test_client_is_missing(self):
        self.store(seconds=0)
        self.client = ("shop-1", None)
        self.check_refused(NotConfigured, "missing")
        self.assertFalse(self.server.asked)

    def test_server_asks_to_come_later(self):
        self.store(seconds=0)
        self.server.then(says({"error": "temporarily_unavailable"}, 400))
        self.check_refused(TemporaryFailure, "at the moment")

    def test_answer_that_is_none(self):
        for data in ("<html>Maintenance</html>", [], {"ok": 1}, {"error": "who_knows"}):
            self.store(seconds=0)
            self.server.then(says(data))
            self.check_refused(ContractViolation, "")

    def test_crash_between_answer_and_commit(self):
        """The old refresh token is used up, the new one is lost: connect again."""
        self.store(seconds=0)
        integrations = self.registry["pos.bridge.integration"]
        with (
            patch.object(integrations, "_oauth2_keep", side_effect=SystemExit),
            self.assertRaises(SystemExit),
        ):
            self.token()
        self.assertEqual(self.server.refreshes, 1)
        self.check_refused(AuthenticationFailed, "does not accept the permission")
        self.assertEqual(self.server.refreshes, 2)
        self.assertEqual(self.integration.outlet_ids, self.outlet)

    # === REFUSED BY THE TILL === #

    def transport(self):
        self.env.flush_all()
        return self.env["pos.bridge.connector.http"]._transport(
            self.integration, interval=0, sleep=lambda seconds: None
        )

    def test_refused_token_is_renewed_once(self):
        self.store()
        self.server.access_tokens.clear()
        transport = self.transport()
        self.assertEqual(transport.get("/sales").json, {"path": "/sales"})
        self.assertEqual(self.server.refreshes, 1)
        self.assertEqual(self.server.paths, ["/sales", "/token", "/sales"])
        transport.get("/items")
        self.assertEqual(self.server.refreshes, 1)

    def test_somebody_else_has_renewed(self):
        self.store(access="0ld")
        transport = self.transport()
        self.server.then(says({}, 401))
        # While the till says no, another worker stores a new one.
        answer = self.server.next_answers.pop()

        def meanwhile(handler, request):
            self.server.access_tokens = {"n3w"}
            answer(handler, request)

        self.server.then(meanwhile)
        with patch.object(
            self.registry["pos.bridge.integration"],
            "_oauth2_good_token",
            autospec=True,
            side_effect=["0ld", "n3w", "n3w"],
        ):
            transport.get("/sales")
        self.assertFalse(self.server.refreshes)
        used = [asked.headers["Authorization"] for asked in self.server.asked]
        self.assertEqual(used, ["Bearer 0ld", "Bearer n3w"])

    def test_forbidden_with_a_young_token_is_a_missing_right(self):
        self.store()
        self.server.then(says({"message": "Outlet 7 is not yours"}, 403))
        with self.assertRaisesRegex(PermissionDenied, "Outlet 7"):
            self.transport().get("/sales")
        self.assertFalse(self.server.refreshes)

    def test_forbidden_with_an_old_token_may_be_the_token(self):
        self.store(seconds=200)
        self.server.then(says({}, 403))
        self.assertEqual(self.transport().get("/sales").status, 200)
        self.assertEqual(self.server.refreshes, 1)

    def test_still_forbidden(self):
        self.store(seconds=200)
        self.server.then(says({}, 403), self.server.behave, says({}, 403))
        with self.assertRaises(PermissionDenied):
            self.transport().get("/sales")
        self.assertEqual(self.server.refreshes, 1)

    def test_still_refused(self):
        self.store()
        self.server.then(says({}, 401), self.server.behave, says({}, 401))
        with self.assertRaises(AuthenticationFailed):
            self.transport().get("/sales")
        self.assertEqual(self.server.refreshes, 1)

    def test_person_waits_less(self):
        base = self.env["pos.bridge.connector.http"]
        self.store()
        by_night = base._transport(self.integration)
        by_day = base.with_context(pos_bridge_person_waits=True)._transport(
            self.integration, timeout=5
        )
        self.assertGreater(by_night.attempts, by_day.attempts)
        self.assertGreater(by_night.patience, by_day.patience)
        self.assertEqual((by_night.timeout, by_day.timeout), (60, 5))


@tagged("post_install", "-at_install")
class TestManyAtOnce(OAuth2Common):
    """Real transactions, each of its own: what is written here is removed again."""

    @contextmanager
    def committed(self, seconds=-1):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            integration = env["pos.bridge.integration"].create(
                {"name": "Four at once", "connector": "none"}
            )
            self.allow_anew(integration, seconds)
        try:
            yield integration.id
        finally:
            with self.registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                env["pos.bridge.integration"].browse(integration.id).unlink()

    def allow_anew(self, integration, seconds=1500):
        """What a person's connecting leaves behind."""
        pair = self.server._pair()
        until = fields.Datetime.now() + timedelta(seconds=seconds)
        integration._set_secrets({ACCESS_TOKEN: pair["access_token"]}, until)
        integration._set_secrets({REFRESH_TOKEN: pair["refresh_token"]})

    @contextmanager
    def in_old_transaction(self):
        """(an integration that has read its token already, as a long run has; it as
        others see it now)
        """
        with (
            self.committed(seconds=1500) as integration_id,
            self.registry.cursor() as old_cursor,
            self.registry.cursor() as new_cursor,
        ):
            old, now = (
                api.Environment(cursor, SUPERUSER_ID, {})[
                    "pos.bridge.integration"
                ].browse(integration_id)
                for cursor in (old_cursor, new_cursor)
            )
            self.assertTrue(old._get_secret(ACCESS_TOKEN))
            yield old, now

    def in_threads(self, work, count=4):
        """What each of them found, in transactions that began together."""
        start = threading.Barrier(count)
        found = []

        def run(integration_id):
            with self.registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                integration = env["pos.bridge.integration"].browse(integration_id)
                integration.exists()  # the transaction begins
                start.wait(20)
                try:
                    found.append(work(integration))
                except (AuthenticationFailed, TemporaryFailure) as error:
                    found.append(repr(error))

        with self.committed() as integration_id:
            threads = [
                threading.Thread(target=run, args=[integration_id])
                for _number in range(count)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return found

    def test_one_of_four_renews(self):
        self.server.seconds = 0.2
        found = self.in_threads(lambda each: each._oauth2_access_token())
        self.assertEqual(self.server.refreshes, 1)
        self.assertEqual(set(found), self.server.access_tokens)
        self.assertEqual(len(found), 4)

    def test_one_of_four_renews_what_was_refused(self):
        self.server.seconds = 0.2

        def refused(integration):
            return integration._oauth2_refresh_rejected("access_token-1-h1dden")

        self.assertEqual(self.in_threads(refused), [True] * 4)
        self.assertEqual(self.server.refreshes, 1)

    def test_nobody_waits_for_ever(self):
        self.server.seconds = 1.5
        with patch.object(pos_bridge_oauth2_refresh, "SECONDS_FOR_OTHERS", 1):
            found = self.in_threads(lambda each: each._oauth2_access_token(), 2)
        self.assertEqual(self.server.refreshes, 1)
        late = [text for text in found if text.startswith("TemporaryFailure")]
        self.assertEqual(len(late), 1, found)

    # === A RUN THAT BEGAN LONG AGO === #

    def ask(self, integration):
        return (
            integration.env["pos.bridge.connector.http"]
            ._transport(integration, interval=0, sleep=lambda seconds: None)
            .get("/sales")
        )

    def test_renewed_token_is_used_at_once(self):
        with self.in_old_transaction() as (integration, _now):
            self.server.access_tokens.clear()
            self.assertEqual(self.ask(integration).status, 200)
            new = integration._oauth2_access_token()
            self.assertEqual({new}, self.server.access_tokens)
        self.assertEqual(self.server.refreshes, 1)
        self.assertEqual(self.server.paths, ["/sales", "/token", "/sales"])

    def test_a_person_connected_meanwhile(self):
        with self.in_old_transaction() as (integration, now):
            self.allow_anew(now)
            now.env.cr.commit()
            self.assertEqual(self.ask(integration).status, 200)
        self.assertEqual(self.server.paths, ["/sales"])

    def test_forbidden_with_a_token_that_is_another_one_now(self):
        with self.in_old_transaction() as (integration, now):
            old = integration._get_secret(ACCESS_TOKEN)
            self.allow_anew(now)
            now.env.cr.commit()
            self.assertTrue(integration._oauth2_refresh_rejected(old, is_certain=False))
        self.assertFalse(self.server.refreshes)

    def test_a_person_disconnected_meanwhile(self):
        with self.in_old_transaction() as (integration, now):
            now._forget_secrets(ACCESS_TOKEN, REFRESH_TOKEN)
            now.env.cr.commit()
            with self.assertRaisesRegex(AuthenticationFailed, "press Connect"):
                self.ask(integration)
        self.assertFalse(self.server.asked)

    # === A RUN WHOSE CREDENTIALS ARE OLD === #

    @contextmanager
    def running(self):
        """(a run that was refused, in the transaction in which it asked; its
        integration as others see it now)
        """
        outlets = self.registry["pos.bridge.outlet"]
        companies = self.registry["res.company"]
        transfers = self.registry["pos.bridge.transfer"]
        with (
            patch.object(outlets, "_create_consumption_location", lambda self: False),
            patch.object(companies, "_get_pos_bridge_warehouse", lambda self: False),
            patch.object(transfers, "_dispatch", lambda self: None),
            self.in_old_transaction() as (old, now),
        ):
            now.state = "connected"
            now.connected_at = fields.Datetime.now() - timedelta(hours=1)
            outlet = now.env["pos.bridge.outlet"].create(
                {"integration_id": now.id, "external_id": "x", "name": "X"}
            )
            day = now.env["pos.bridge.day"]._get_or_create(outlet, [DAY])
            run = now.env["pos.bridge.transfer"]._enqueue(day, "automatic")
            run._start()
            run.started_at = fields.Datetime.now() - timedelta(minutes=1)
            now.env.cr.commit()
            old.env.cr.rollback()
            old.env.invalidate_all()
            try:
                run = run.with_env(old.env)
                self.assertEqual(run.outlet_id.integration_id.state, "connected")
                yield run, now
            finally:
                for env in (old.env, now.env):
                    env.cr.rollback()
                    env.invalidate_all()
                day.unlink()
                outlet.unlink()
                now.env.cr.commit()

    def check_trouble(self, run, now, state, calls):
        """What a refusal leads to, after what was committed by others."""
        now.env.cr.commit()
        with mute_logger("odoo.sql_db"):
            run._meet_trouble(AuthenticationFailed("Refused"))
        run.env.cr.commit()
        now.env.cr.rollback()
        now.env.invalidate_all()
        self.assertEqual((now.state, len(now.activity_ids)), (state, calls))
        self.assertEqual(run.with_env(now.env).state, "queued")

    def test_refused(self):
        with self.running() as (run, now):
            self.check_trouble(run, now, "error", 1)

    def test_refused_before_a_person_connected(self):
        with self.running() as (run, now):
            now.state = "error"
            now.state = "connected"
            self.check_trouble(run, now, "connected", 0)

    def test_refused_before_a_person_disconnected(self):
        integrations = self.registry["pos.bridge.integration"]
        hook = patch.object(integrations, "_can_run_automatically", lambda self: True)
        with self.running() as (run, now), hook:
            now.action_disconnect()
            self.check_trouble(run, now, "draft", 0)
