"""How many queries the reports need, however many days and moves there are.

The numbers are fixed: one more is a decision, and not something that happens.
"""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import DAY
from .test_reports import ReportCase

DAYS = 12

#: Queries of each report at most; of pivots and lists those of all of them. The list of
#: changes needs 2 less where a recipe and not a mapping comes first.
PIVOTS = 9
LISTS = 25
VARIANCE = 19
MONTH = 15


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestReportSpeed(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.days = [DAY + timedelta(days=number) for number in range(DAYS)]

    def sell_every_day(self, dates):
        for date in dates:
            self.sell({"ESP": 3, "CAP": 2, "NEW": 1}, day=date)
            self.run_day(day=self.day(date))
        self.env.flush_all()

    def queries(self, ask):
        """How many it takes the second time, when rights and views are known."""
        for _time in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            ask()
            count = self.env.cr.sql_log_count - before
        return count

    def check(self, ask, most):
        """As many queries over twelve days as over two."""
        self.sell_every_day(self.days[:2])
        few = self.queries(ask)
        self.sell_every_day(self.days[2:])
        many = self.queries(ask)
        self.assertEqual(many, few)
        self.assertLessEqual(many, most)

    def test_pivots(self):
        reports = {
            "pos.bridge.consumption.report": ["product_id", "cost:sum", "amount:sum"],
            "pos.bridge.sales.report": ["item_id", "cost:sum", "cost_share:avg"],
        }

        def ask():
            for model, (group, *measures) in reports.items():
                month = "business_date:month"
                self.env[model].with_user(self.user).formatted_read_grouping_sets(
                    [], [[], [group], [month], [group, month]], measures
                )

        self.check(ask, PIVOTS)

    def test_changes(self):
        """Over twelve recipes and their mappings as over two."""

        def ask():
            records = self.env["pos.bridge.change.report"].with_user(self.user)
            shown = {"subject": {}, "target": {}, "date_from": {}, "reason": {}}
            records.web_search_read([], shown, limit=80)

        def cook(numbers):
            for number in numbers:
                food = self.ingredient(f"Food {number}", cost=1.0)
                dish = self.recipe(f"Dish {number}", [(food, 0.1), (self.milk, 0.1)])
                self.item(f"D{number}", dish)

        cook(range(2))
        few = self.queries(ask)
        cook(range(2, 12))
        self.assertEqual(self.queries(ask), few)

    def test_lists(self):
        def ask():
            for model in (
                "pos.bridge.consumption.report",
                "pos.bridge.sales.report",
                "pos.bridge.correction.report",
                "pos.bridge.change.report",
            ):
                records = self.env[model].with_user(self.user)
                names = ["day_id", "item_id", "cost", "value", "subject", "target"]
                names += ["lacks_cost", "margin", "state"]
                names = [name for name in names if name in records._fields]
                records.web_search_read([], {name: {} for name in names}, limit=80)

        self.check(ask, LISTS)

    def test_variance(self):
        wizard = self.env["pos.bridge.variance.wizard"].with_user(self.user).create({})
        wizard.write({"date_from": DAY, "date_to": self.days[-1]})

        def ask():
            wizard.action_compare()
            wizard.mapped("coverage_text")

        self.check(ask, VARIANCE)

    def test_month(self):
        wizard = (
            self.env["pos.bridge.month.wizard"]
            .with_user(self.user)
            .create({"month": DAY})
        )
        self.check(wizard.get_month, MONTH)
