"""A margin compares the money and the cost of the same sales, and nothing else.

An espresso takes 0.01 kg of beans at 18.00 and is sold for 10.00; a cappuccino takes as
much, and 0.1 l of milk at 2.00. 30 and 10 of them: 300.00 that cost 5.40, and 100.00
that cost 3.80.
"""

from datetime import date

from odoo.tests import freeze_time, tagged

from .test_reports import ReportCase


class MarginCase(ReportCase):
    def post(self):
        self.sell({"ESP": 30, "CAP": 10})
        self.run_day()

    def month_of_overview(self):
        self.env.flush_all()
        self.env.invalidate_all()
        overview = self.env["pos.bridge.overview"].with_user(self.user)
        [month] = overview.get_overview()["months"]
        return month["this"]

    def sales(self, *groups):
        """{groups: (sales, mapped sales, not deducted, cost, margin)}"""
        names = ("sales", "amount", "unmapped_amount", "cost", "margin")
        measures = [f"{name}:sum" for name in names]
        return self.rows("pos.bridge.sales.report", list(groups), measures)

    def share(self, model):
        return self.rows(model, [], ["cost_share:avg"])[()][0]

    def check_account(self, **amounts):
        """What became of the day's money adds up to what the till told."""
        day = self.day()
        names = ("posted", "ignored", "unmapped", "failed", "undone", "zero")
        self.assertEqual(
            {name: day[f"{name}_amount"] for name in names},
            dict.fromkeys(names, 0.0) | amounts,
        )
        self.assertEqual(sum(amounts.values()), day.read_amount)
        self.assertTrue(day._adds_up("accounted"))
        self.assertNotIn("total_mismatch", self.exceptions().mapped("code"))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 10:00:00")
class TestUndoneDay(MarginCase):
    def setUp(self):
        super().setUp()
        self.post()
        self.day().action_undo()
        self.env.invalidate_all()

    def test_its_account_adds_up(self):
        self.check_account(undone=400.0)
        day = self.day()
        self.assertEqual((day.undone_count, day.undone_quantity), (2, 40))
        self.assertEqual((day.posted_count, day.posted_quantity), (0, 0))

    def test_overview_has_no_margin_of_it(self):
        this = self.month_of_overview()
        self.assertEqual((this["sales"], this["cost"]), (400.0, 0.0))
        self.assertEqual((this["margin"], this["margin_share"]), (0.0, None))
        self.assertEqual(this["unmapped"], 400.0)

    def test_sales_report(self):
        self.assertEqual(
            self.sales("state"), {("undone",): (400.0, 0.0, 400.0, 0.0, 0.0)}
        )
        self.assertEqual(self.share("pos.bridge.sales.report"), 0.0)

    def test_consumption_has_no_money_without_use(self):
        self.assertEqual(
            {key: row[1:] for key, row in self.consumption("outlet_id").items()},
            {("Bar",): (0.0, 0.0)},
        )

    def test_accountants_month(self):
        wizard = self.env["pos.bridge.month.wizard"].create({"month": date(2026, 3, 1)})
        [outlet] = wizard.get_month()["outlets"]
        line = next(each for each in outlet["days"] if each["read"])
        figures = ("reported", "read", "posted", "undone", "cost", "is_right")
        self.assertEqual(
            [line[name] for name in figures], [400.0, 400.0, 0.0, 400.0, 0.0, True]
        )
        self.assertEqual(
            (outlet["total"]["posted"], outlet["total"]["undone"]), (0, 400)
        )

    def test_what_the_till_adds_meanwhile(self):
        """Nothing is computed while it is undone: a soup is neither read as posted nor
        as failed.
        """
        self.sell({"ESP": 31, "CAP": 10, "SOUP": 1})
        self.run_day("manual")
        self.check_account(undone=420.0)

    def test_what_was_not_deducted_before_stays_what_it_is(self):
        self.day().action_redo()
        self.sell({"ESP": 30, "CAP": 10, "SOUP": 2})
        self.run_day()
        self.day().action_undo()
        self.env.invalidate_all()
        self.check_account(undone=400.0, unmapped=20.0)

    def test_redo_brings_it_back(self):
        self.day().action_redo()
        self.env.invalidate_all()
        self.check_account(posted=400.0)
        this = self.month_of_overview()
        self.assertEqual((this["cost"], this["margin"]), (9.2, 390.8))
        self.check_against_ledger()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 10:00:00")
class TestBrokenItem(MarginCase):
    """The milk is archived after it was posted: the ledger keeps the 3.80 of the
    cappuccinos, and their 100.00 count as failed.
    """

    def setUp(self):
        super().setUp()
        self.post()
        self.milk.active = False
        self.run_day("repost")

    def test_ledger_keeps_it(self):
        self.check_account(posted=300.0, failed=100.0)
        self.assertEqual(self.used(), {"Beans": 0.4, "Milk": 1.0})
        self.assertAlmostEqual(self.day().cost_amount, 9.2)
        self.check_against_ledger()

    def test_overview(self):
        this = self.month_of_overview()
        self.assertAlmostEqual(this["cost"], 9.2)
        self.assertAlmostEqual(this["margin"], 294.6)
        self.assertAlmostEqual(this["margin_share"], 0.982)

    def test_sales_report(self):
        self.assertEqual(
            self.sales("item_id"),
            {
                ("Esp",): (300.0, 300.0, 0.0, 5.4, 294.6),
                ("Cap",): (100.0, 0.0, 100.0, 3.8, 0.0),
            },
        )
        self.assertEqual(self.share("pos.bridge.sales.report"), 0.018)

    def test_cost_share_of_the_consumption(self):
        self.assertEqual(self.share("pos.bridge.consumption.report"), 0.018)

    def test_mended_it_counts_again(self):
        self.milk.active = True
        self.run_day("repost")
        self.check_account(posted=400.0)
        self.assertAlmostEqual(self.month_of_overview()["margin"], 390.8)

    def test_value_that_changes_later(self):
        """The beans were 8.00 and not 7.20: 6.00 of it are the espressos'."""
        beans = self.moves().filtered(lambda move: move.product_id == self.beans)
        beans.sudo().value = 8.0
        this = self.month_of_overview()
        self.assertAlmostEqual(this["cost"], 10.0)
        self.assertAlmostEqual(this["margin"], 294.0)
