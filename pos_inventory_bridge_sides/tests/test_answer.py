"""Try on an answer: paste one, see what fits, adapt, save."""

import base64
import json

from odoo.tests import Form, tagged

from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation

from .common import DAY, SECOND_OVERRIDE, Request, SidesCommon, sides


@tagged("post_install", "-at_install")
class TestAnswer(SidesCommon):
    def setUp(self):
        super().setUp()
        self.second = self.start_till("header_key", "second")
        self.second.seed([DAY])
        self.connect(self.second)

    def said(self, kind):
        """What the second dialect answers, as a person gets it from the vendor."""
        dialect, store = self.second.dialect, self.second.store
        headers = {"x-schluessel": sides.API_KEY}
        params = {"tag": "03.03.2026"}
        request = Request("GET", "", params, headers)
        answer = {
            "outlet": lambda: dialect.say_stores(request),
            "item": lambda: dialect.say_products(request),
            "sale": lambda: dialect.say_report(request, store),
        }[kind]()
        return json.dumps(answer.body)

    def sheet(self, kind, text=None):
        action = self.integration.with_user(self.boss).action_try_answer()
        sheets = self.env["pos.bridge.try.answer.wizard"].with_user(self.boss)
        form = Form(sheets.with_context(**action["context"]))
        form.kind = kind
        form.answer = text or self.said(kind)
        return form

    def test_from_answers_to_sales(self):
        """Each answer proposes its part; three things stay for a person."""
        with self.assertRaises(ContractViolation):
            self.integration._connector().fetch_outlets(self.integration)
        for kind in ("outlet", "item", "sale"):
            sheet = self.sheet(kind).save()
            self.assertTrue(sheet.proposal)
            sheet.action_propose()
            self.assertFalse(sheet.proposal)
            sheet.action_save()
        override = json.loads(self.integration.contract_override)
        self.assertEqual(override["fields"]["line"]["quantity"], "menge")
        for name in ("calls", "auth", "paging", "date_format", "cancelled_status"):
            override[name] = SECOND_OVERRIDE[name]
        override["child_quantity"] = "absolute"
        override["fields"]["line"]["cancelled"] = "weg"
        self.integration.contract_override = json.dumps(override)
        truth = self.second.truth(self.second.store, DAY)
        self.assertEqual(self.sold(self.fetch()), truth)

    def test_shows_what_is_read(self):
        form = self.sheet("sale")
        self.assertIn("kopf.bonNr", form.look_html)
        self.assertIn("Pizza", form.look_html)
        self.assertIn("ergebnis.inhalt.bons", form.proposal)

    def test_changes_are_seen_at_once(self):
        form = self.sheet("sale")
        form.override = form.proposal
        self.assertFalse(form.proposal)
        form.override = '{"feilds": {}}'
        self.assertIn("Nearest to it is: fields", form.look_html)
        form.override = False
        form.answer = "<html>"
        self.assertIn("no JSON", form.look_html)

    def test_file(self):
        form = self.sheet("item", "{}")
        form.answer_file = base64.b64encode(self.said("item").encode())
        self.assertIn("Cola 0,33 l", form.look_html)

    def test_nothing_of_it_stays(self):
        """Guests stand in a real answer."""
        name = sides.PEOPLE[0][0]
        form = self.sheet("sale")
        self.assertIn(name, form.answer)
        sheet = form.save()
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM pos_bridge_try_answer_wizard")
        self.assertNotIn(name, str(self.env.cr.fetchall()))
        self.assertNotIn(name, sheet.look_html)
        colleague = self.boss.copy({"login": "pos_bridge_other_boss"})
        theirs = self.env["pos.bridge.try.answer.wizard"].with_user(colleague)
        self.assertFalse(theirs.search([]))
        sheet.action_save()
        self.assertFalse(self.env["pos.bridge.try.answer.wizard"].sudo().search([]))
