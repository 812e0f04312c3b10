"""What was compared with the till counts only as it was read then."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tools.errors import ContractViolation

from .common import LightspeedCommon
from .simulated import DAY

DAILY = "sales-daily"


class TrustCase(LightspeedCommon):
    def setUp(self):
        super().setUp()
        self.start(receipts=5)
        self.connect()


@tagged("post_install", "-at_install")
class TestTrust(TrustCase):
    def look_at(self, first, count=3):
        days = [self.day(first + timedelta(days=number)) for number in range(count)]
        for day in days:
            self.run_day(day=day)
            self.assertTrue(day.waits_for_look)
            day.with_user(self.user).action_post_as_read()

    def is_asked(self):
        return bool(self.fetch(DAY + timedelta(days=9)).questions)

    def test_another_reading_is_not_confirmed(self):
        for name, value in (
            *(("void_style", "mark"), ("quantity_sign", "unsigned")),
            *(("modifier_quantity", "per_parent"), ("combo_quantity", "per_parent")),
            *(("counted_types", "SALE"), ("ignored_types", "FLOAT, SPLIT")),
            *(("business", "14154"), ("environment", "trial")),
            ("api_url", "https://api.example.com"),
        ):
            with self.subTest(name=name):
                self.integration.lightspeed_confirmed = True
                self.integration.write({f"lightspeed_{name}": value, "name": "Till"})
                self.assertFalse(self.integration.lightspeed_confirmed)

    def test_what_stays_the_same_stays_confirmed(self):
        vals = {"lightspeed_void_style": "twin", "lightspeed_client": "devp-v2-other"}
        self.integration.write({**vals, "daily_hour": 7})
        self.assertTrue(self.integration.lightspeed_confirmed)

    def test_confirmed_together_with_the_change(self):
        vals = {"lightspeed_void_style": "mark", "lightspeed_confirmed": True}
        self.integration.write(vals)
        self.assertTrue(self.integration.lightspeed_confirmed)

    def test_days_looked_at_before_count_no_more(self):
        self.integration.lightspeed_confirmed = False
        self.look_at(DAY)
        self.assertFalse(self.is_asked())
        self.integration.lightspeed_ignored_types = "FLOAT"
        self.assertTrue(self.is_asked())
        self.look_at(DAY + timedelta(days=3), 2)
        self.assertTrue(self.is_asked())
        self.look_at(DAY + timedelta(days=5), 1)
        self.assertFalse(self.is_asked())

    def test_another_account(self):
        """Its locations are others; a new one beside the known ones is not enough."""
        self.integration._sync_outlets()
        self.assertTrue(self.integration.lightspeed_confirmed)
        self.start(businesses=2)
        self.lightspeed.businesses.reverse()
        self.integration.lightspeed_business = str(self.lightspeed.businesses[0].id)
        self.integration.lightspeed_confirmed = True
        self.connect()
        self.integration._sync_outlets()
        self.assertFalse(self.integration.lightspeed_confirmed)

    def test_the_language_asks_nothing_anew(self):
        self.integration.lightspeed_confirmed = False
        self.env["res.lang"]._activate_lang("de_DE")
        self.outlet.sudo().day_start = 4.0
        self.lightspeed.fail_next(DAILY, "unknown_type", 2)
        asked = {}
        for lang in ("en_US", "de_DE"):
            day = self.day().with_context(lang=lang)
            outlet = self.outlet.with_context(lang=lang)
            connector = self.integration.with_context(lang=lang)._connector()
            day._note_source(connector.fetch_sales(outlet, DAY))
            asked[day.source_questions] = day._question_digest("sales")
        self.assertEqual(len(asked), 2)
        self.assertEqual(len(set(asked.values())), 1)
        self.assertEqual(day.source_questions.count("\n"), 2)


def without(name):
    def change(told):
        for business in told["_embedded"]["businessList"]:
            business.pop(name, None)
            for location in business["businessLocations"]:
                location.pop(name, None)
        return told

    return change


def first_sale(**facts):
    def change(told):
        told["sales"][0].update(facts)
        return told

    return change


def first_line(**facts):
    def change(told):
        told["sales"][0]["salesLines"][0].update(facts)
        return told

    return change


def first_item(**facts):
    return lambda told: [{**told[0], **facts}, *told[1:]]


def everywhere(value):
    return lambda told: value


@tagged("post_install", "-at_install")
class TestOddAnswers(TrustCase):
    """They end in words, with the answer kept, and never in a traceback."""

    def setUp(self):
        super().setUp()
        logger = "odoo.addons.pos_inventory_bridge.tools.shapes._logger.warning"
        self.enterContext(patch(logger))

    def outlets(self):
        return self.integration._connector().fetch_outlets(self.integration)

    def items(self):
        return self.integration._connector().fetch_items(self.integration)

    def assert_refused(self, path, change, ask):
        self.lightspeed.fail_next(path, "changed", change=change)
        with self.assertRaises(ContractViolation) as caught:
            ask()
        text = str(caught.exception)
        self.assertRegex(text, r"^[A-Z].*[^'\"]$")
        self.assertNotRegex(text, "object|Error|NoneType")
        self.assertIsNotNone(caught.exception.payload)
        return caught.exception

    def test_locations(self):
        two = [{"businessLocations": []}] * 2
        for change in (
            *(without("blID"), everywhere([]), everywhere(7)),
            everywhere({"_embedded": {"businessList": two}}),
            everywhere({"_embedded": {"businessList": [{"businessLocations": "x"}]}}),
            everywhere({"_embedded": ["businessList"]}),
        ):
            self.assert_refused("businesses", change, self.outlets)

    def test_items(self):
        for facts in (
            *({"name": ["x"]}, {"sku": {}}, {"id": {"x": 1}}, {"active": "perhaps"}),
            *({"prices": [None]}, {"prices": 7}, {"accountingGroup": "Food"}),
        ):
            with self.subTest(facts=facts):
                self.assert_refused("items", first_item(**facts), self.items)

    def test_items_without_what_is_not_needed(self):
        facts = {"prices": [{"amount": None}], "accountingGroup": None}
        self.lightspeed.fail_next("items", "changed", change=first_item(**facts))
        self.assertIsNone(next(iter(self.items())).price)

    def test_sales(self):
        for facts in (
            *({"type": ["SALE"]}, {"cancelled": "perhaps"}, {"cancelled": 1}),
            *({"accountFiscId": {}, "source": {"initialAccountId": []}, "type": {}},),
            {"accountFiscId": None, "accountReference": None, "receiptId": None},
        ):
            with self.subTest(facts=facts):
                error = self.assert_refused(DAILY, first_sale(**facts), self.fetch)
                self.assertIn("sales", str(error.payload))

    def test_lines(self):
        for facts in ({"sku": ["x"]}, {"quantity": "1e30"}, {"name": {}, "sku": None}):
            with self.subTest(facts=facts):
                self.assert_refused(DAILY, first_line(**facts), self.fetch)

    def test_completeness(self):
        def odd(told):
            return {**told, "dataComplete": "soon"}

        self.assert_refused(DAILY, odd, self.fetch)

    def test_null_for_a_number_is_asked_about(self):
        change = first_line(quantity=None)
        self.lightspeed.fail_next(DAILY, "changed", change=change)
        (question,) = self.fetch().questions
        self.assertIn("missing", question)

    def test_the_run_keeps_the_answer_without_secrets(self):
        def change(told):
            odd = {"ownerName": "Robin Waiter", **told["sales"][0], "type": ["SALE"]}
            return {**told, "sales": [odd]}

        self.lightspeed.fail_next(DAILY, "changed", change=change)
        transfer = self.run_day(day=self.day(DAY))
        self.assertEqual(transfer.state, "parked")
        self.assertIn("another shape", transfer.error)
        self.assertIn("salesLines", transfer.error_payload)
        self.assertIn("ownerName", transfer.error_payload)
        self.assertNotIn("Robin", transfer.error_payload)
