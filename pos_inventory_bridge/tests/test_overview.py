"""The page of every morning: its figures, and the one thing to do in each outlet.

Expected figures are worked out here by hand: an espresso is 10.00 and takes one coffee,
which costs 1.00.
"""

from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..tools.records import ControlTotals
from .common import PosBridgeCommon

THIS_MONTH, LAST_MONTH = date(2026, 3, 10), date(2026, 2, 10)
#: Queries of the page, however many outlets and days there are.
OVERVIEW_QUERIES = 29


class OverviewCase(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()
        cls._let_till_be_asked()
        cls.integration.automatic = True
        cls.activate(cls.outlet)

    @classmethod
    def activate(cls, outlet):
        outlet.write(
            {
                "state": "active",
                "activated_on": date(2026, 3, 9),
                "automatic_from": date(2026, 3, 9),
            }
        )

    def overview(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        overview = self.env["pos.bridge.overview"].with_user(user or self.user)
        return overview.get_overview()

    def card(self, name="Bar", user=None):
        outlets = self.overview(user)["outlets"]
        return next(card for card in outlets if card["name"] == name)

    def step(self, **vals):
        return self.card(**vals)["step"]

    def sold(self, business_date, codes=("ESP",), quantity=2, **vals):
        self.sell(dict.fromkeys(codes, quantity), business_date, **vals)
        self.run_day(day=self.day(business_date))
        return self.day(business_date)

    def read_all(self):
        """Every day that was due since the activation."""
        for number in (9, 10, 11):
            self.sold(date(2026, 3, number))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 10:00:00")
class TestMonths(OverviewCase):
    def month(self):
        (month,) = self.overview()["months"]
        return month

    def test_this_month_against_the_same_days_of_the_last(self):
        self.sold(THIS_MONTH, quantity=3)
        self.sold(LAST_MONTH, quantity=1)
        self.sold(date(2026, 2, 13), quantity=50)
        month = self.month()
        self.assertEqual(month["this"]["sales"], 30.0)
        self.assertEqual(month["this"]["cost"], 3.0)
        self.assertEqual(month["this"]["margin"], 27.0)
        self.assertEqual(month["this"]["margin_share"], 0.9)
        self.assertEqual(month["last"]["sales"], 10.0)
        self.assertEqual(month["last"]["cost"], 1.0)

    def test_the_spans_are_said(self):
        self.sold(THIS_MONTH)
        month = self.month()
        self.assertIn("12", month["this"]["text"])
        self.assertIn("Mar", month["this"]["text"])
        self.assertIn("Feb", month["last"]["text"])

    def test_a_past_month_is_against_the_one_before(self):
        """An upload of a past month: nothing of this one is there to compare with."""
        self.sold(date(2026, 1, 31), quantity=3)
        self.sold(date(2026, 1, 1), quantity=1)
        self.sold(date(2025, 12, 31), quantity=2)
        self.sold(date(2025, 11, 30), quantity=50)
        month = self.month()
        self.assertTrue(month["is_past"])
        self.assertEqual(month["first"], date(2026, 1, 1))
        self.assertEqual(month["this"]["text"], "January 2026")
        self.assertEqual(month["last"]["text"], "December 2025")
        self.assertEqual((month["this"]["sales"], month["this"]["cost"]), (40.0, 4.0))
        self.assertEqual((month["last"]["sales"], month["last"]["cost"]), (20.0, 2.0))

    def test_a_day_of_this_month_without_sales_does_not_count(self):
        self.sold(LAST_MONTH)
        self.day(THIS_MONTH)
        month = self.month()
        self.assertTrue(month["is_past"])
        self.assertEqual(month["this"]["text"], "February 2026")
        self.assertEqual(month["last"]["sales"], 0.0)

    def test_a_month_leads_to_its_sales_and_margins(self):
        self.sold(date(2026, 1, 31), quantity=3)
        self.sold(date(2025, 12, 31), quantity=2)
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        action = overview.action_view_sales(str(self.month()["first"]))
        self.assertIn("January 2026", action["name"])
        rows = self.env[action["res_model"]].with_user(self.user)
        found = rows._read_group(action["domain"], [], ["quantity:sum", "sales:sum"])
        self.assertEqual(found, [(3.0, 30.0)])

    def test_a_margin_without_all_costs_is_told_and_leads_there(self):
        self.sold(THIS_MONTH, quantity=3)
        self.assertFalse(self.month()["lacks_cost"])
        tea = self.ingredient("Tea", cost=0)
        self.item("TEA", tea, 1)
        self.sold(LAST_MONTH, ("TEA",))
        self.assertFalse(self.month()["lacks_cost"])
        self.sold(THIS_MONTH + timedelta(days=1), ("TEA",))
        self.assertTrue(self.month()["lacks_cost"])
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        action = overview.action_view_sales(str(self.month()["first"]), True)
        self.assertEqual(action["context"], {"search_default_lacks_cost": 1})

    def test_what_is_not_mapped_has_no_margin(self):
        self.sold(THIS_MONTH, ("ESP", "SOUP"))
        month = self.month()["this"]
        self.assertEqual(month["sales"], 40.0)
        self.assertEqual(month["unmapped"], 20.0)
        self.assertEqual(month["margin"], 18.0)
        self.assertEqual(month["margin_share"], 0.9)

    def test_no_margin_share_without_mapped_sales(self):
        self.sold(THIS_MONTH, ("SOUP",))
        self.assertIsNone(self.month()["this"]["margin_share"])

    def test_cost_follows_corrections_and_undo(self):
        day = self.sold(THIS_MONTH, quantity=3)
        self.assertEqual(day.cost_amount, 3.0)
        self.sold(THIS_MONTH, quantity=5)
        self.assertEqual(day.cost_amount, 5.0)
        day.action_undo()
        self.env.flush_all()
        self.assertEqual(day.cost_amount, 0.0)
        self.assertEqual(self.month()["this"]["cost"], 0.0)

    def test_two_companies_are_not_added_up(self):
        self.sold(THIS_MONTH)
        other = self.env["res.company"].create({"name": "Company C"})
        self.user.company_ids |= other
        allowed = self.env["pos.bridge.overview"].with_user(self.user)
        allowed = allowed.with_context(allowed_company_ids=[self.company.id, other.id])
        months = allowed.get_overview()["months"]
        self.assertEqual([month["company"] for month in months], ["Company B"])

    def test_nothing_of_another_company(self):
        self.sold(THIS_MONTH)
        other = self.env["res.company"].create({"name": "Company C"})
        stranger = self.user.copy(
            {
                "login": "stranger",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        overview = self.env["pos.bridge.overview"].with_user(stranger)
        overview = overview.with_context(allowed_company_ids=other.ids).get_overview()
        found = [overview[name] for name in ("months", "integrations", "outlets")]
        self.assertEqual(found, [[], [], []])


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 10:00:00")
class TestNextStep(OverviewCase):
    def test_everything_is_done(self):
        self.read_all()
        step = self.step()
        self.assertEqual((step["tone"], step["method"]), ("success", ""))

    def test_missing_days_are_fetched(self):
        step = self.step()
        self.assertEqual(
            (step["tone"], step["method"]), ("danger", "action_fetch_missing")
        )
        self.assertIn("3", step["text"])

    def test_items_sold_and_not_mapped(self):
        self.read_all()
        self.sold(date(2026, 3, 11), ("ESP", "SOUP", "TEA"))
        step = self.step()
        self.assertEqual(
            (step["tone"], step["method"]), ("warning", "action_overview_map")
        )
        self.assertIn("2", step["text"])

    def test_a_lost_connection_comes_first(self):
        self.integration.state = "error"
        self.assertEqual(self.step()["tone"], "danger")
        self.assertIn("manager", self.step()["text"])
        self.assertFalse(self.step()["button"])
        manager = self.user.copy({"login": "manager"})
        manager.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        self.assertEqual(self.step(user=manager)["method"], "action_setup_integration")

    def test_a_day_that_waits_for_a_look(self):
        self.read_all()
        self.sold(date(2026, 3, 11), questions=("Is this right?",))
        step = self.step()
        self.assertEqual(step["method"], "action_overview_looks")
        action = getattr(self.outlet.with_user(self.user), step["method"])()
        self.assertEqual(action["context"]["search_default_outlet_id"], self.outlet.id)

    def test_days_to_post_again(self):
        self.read_all()
        self.day(THIS_MONTH).sudo().stale_reason = "Recipe changed"
        self.assertEqual(self.step()["method"], "action_overview_stale")

    def test_paused(self):
        self.outlet._pause("by hand")
        self.assertIn("by hand", self.step()["text"])

    def test_an_outlet_that_is_not_set_up_says_what_is_missing(self):
        unit = self.env["stock.location"]
        self._create_outlet("Terrace", unit, storage_ids=[])
        step = self.step(name="Terrace")
        self.assertIn("storage unit", step["text"])
        self.assertEqual(step["method"], "action_overview_open")

    def test_exceptions_are_those_of_the_outlet(self):
        """Two days of the bar and one of the terrace tell another total than the
        lines; the bar's button opens two.
        """
        terrace = self._create_outlet("Terrace", self.kitchen)
        self.activate(terrace)
        totals = {"control_totals": ControlTotals(amount=Decimal(999))}
        self.read_all()
        for outlet, number in (
            (self.outlet, 10),
            (self.outlet, 11),
            (terrace, 11),
        ):
            day = date(2026, 3, number)
            self.sell({"ESP": 2}, day, outlet=outlet, **totals)
            self.run_day("manual", day=self.day(day, outlet))
        step = self.step()
        self.assertEqual(step["method"], "action_overview_exceptions")
        self.assertIn("2", step["text"])
        action = self.outlet.with_user(self.user).action_overview_exceptions()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.outlet_id, self.outlet)
        self.assertEqual(len(found.day_id), 2)

    def test_every_button_leads_somewhere(self):
        """What the page offers a back-office user, that user may do."""
        self.read_all()
        outlet = self.outlet.with_user(self.user)
        for name in ("open", "looks", "failed", "stale", "exceptions", "map"):
            action = getattr(outlet, f"action_overview_{name}")()
            self.assertEqual(action["type"], "ir.actions.act_window", name)
            self.env[action["res_model"]].with_user(self.user).check_access("read")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 10:00:00")
class TestCards(OverviewCase):
    def test_share_of_money_that_is_mapped(self):
        self.read_all()
        self.sold(date(2026, 3, 11), ("ESP", "SOUP"))
        # 20 + 20 + 20 of 20 + 20 + 40.
        self.assertEqual(self.card()["mapped_share"], 0.75)

    def test_share_is_never_more_than_all(self):
        """20.00 mapped, and 10.00 more of the soup refunded than sold."""
        back = self.line(1, "SOUP", -1, 10, kind="refund")
        lines = [self.line(2, "ESP", 2, 10), back]
        day = date(2026, 3, 11)
        self.sell([self.receipt("R", lines, day)], day)
        self.run_day(day=self.day(day))
        self.assertAlmostEqual(self.card()["mapped_share"], 20 / 30)

    def test_share_where_only_was_refunded(self):
        day = date(2026, 3, 11)
        back = self.line(1, "SOUP", -1, 10, kind="refund")
        self.sell([self.receipt("R", [back], day)], day)
        self.run_day(day=self.day(day))
        self.assertEqual(self.card()["mapped_share"], 0)

    def test_undone_items_are_mapped(self):
        self.sold(date(2026, 3, 10), ("ESP", "SOUP"))
        self.day(date(2026, 3, 10)).action_undo()
        self.assertEqual(self.card()["mapped_share"], 0.5)

    def test_share_is_of_seven_days(self):
        """Not of the eighth, whether or not something of today is known."""
        for number in (4, 5, 12):
            self.sold(date(2026, 3, number), ("SOUP",))
        self.sold(date(2026, 3, 6))
        self.assertEqual(self.card()["mapped_share"], 0.5)

    def test_share_is_of_seven_days_while_today_was_not_read(self):
        """The sales day is there, nothing of it is known: 20 of 40."""
        self.sold(date(2026, 3, 5))
        self.sold(date(2026, 3, 6), ("SOUP",))
        self.day(date(2026, 3, 12))
        self.assertEqual(self.card()["mapped_share"], 0.5)

    def test_no_share_without_sales(self):
        self.assertIsNone(self.card()["mapped_share"])

    def test_last_day_and_marks(self):
        self.read_all()
        card = self.card()
        self.assertIn("11", card["last_day"])
        states = [cell["state"] for cell in card["cells"]]
        self.assertEqual(states[-4:], ["posted"] * 3 + ["expected"])
        self.assertEqual(len(states), 14)

    def test_health_of_the_connection(self):
        self.read_all()
        (integration,) = self.overview()["integrations"]
        self.assertEqual(integration["health"], "good")
        self.assertTrue(integration["answered"])
        self.outlet.failed_runs = 1
        (integration,) = self.overview()["integrations"]
        self.assertEqual(integration["health"], "bad")
        self.assertIn("Bar", integration["health_text"])

    def test_queries_do_not_grow_with_outlets_and_days(self):
        for number in range(5):
            outlet = self._create_outlet(f"Bar {number}", self.bar)
            self.activate(outlet)
        self.count_queries()
        for number in range(5, 15):
            outlet = self._create_outlet(f"Bar {number}", self.bar)
            self.activate(outlet)
            self.sell({"ESP": 1, "SOUP": 1}, THIS_MONTH, outlet=outlet)
            self.run_day(day=self.day(THIS_MONTH, outlet))
        self.count_queries()

    def count_queries(self):
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        # Rules and rights are read once per worker.
        overview.get_overview()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(OVERVIEW_QUERIES):
            overview.get_overview()


@tagged("post_install", "-at_install")
class TestFirstUse(PosBridgeCommon):
    def test_who_may_connect_the_first_till(self):
        overview = self.env["pos.bridge.overview"]
        self.assertFalse(overview.with_user(self.user).get_overview()["may_connect"])
        group = self.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        self.user.group_ids |= group
        self.assertTrue(overview.with_user(self.user).get_overview()["may_connect"])
