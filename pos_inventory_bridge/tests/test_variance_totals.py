"""What of the comparison is a difference, of which time, and what it comes to."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .common import DAY
from .test_variance import VarianceCase

MARCH = date(2026, 3, 1), date(2026, 3, 31)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestVarianceTotals(VarianceCase):
    def total_of_the_list(self, wizard):
        """What groups and pivot add up."""
        groups = self.env["pos.bridge.variance.line"]._read_group(
            [("wizard_id", "=", wizard.id)], [], ["variance_value:sum"]
        )
        return groups[0][0]

    def test_total_is_of_what_was_counted_twice(self):
        """First counted in March: from count to count nothing is compared, and its
        1,800.00 are no difference.
        """
        self.receive(self.beans, 2, self.bar, "2026-02-20 08:00:00")
        self.count(102, "2026-03-05 08:00:00")
        wizard = self.compare(*MARCH, "counts")
        line = self.found(wizard)
        self.assertFalse(line.is_counted)
        self.assertEqual(line.variance_value, 0)
        self.assertAlmostEqual(line.count_value, 1800)
        self.assertEqual(wizard.variance_value, 0)
        self.assertEqual(self.total_of_the_list(wizard), 0)
        self.check_identity(wizard)

    def test_total_of_many_pages(self):
        """50 ingredients of 1.00, of each 2 of 10 are missing: the form says all of
        it, though its list shows 40 at once.
        """
        products = self.beans
        for number in range(50):
            products |= self.ingredient(f"Ingredient {number:02}", cost=1.0)
        products -= self.beans
        for product in products:
            self.receive(product, 10, self.bar, "2026-03-01 08:00:00", 1.0)
        quants = self.env["stock.quant"].search(
            [("product_id", "in", products.ids), ("location_id", "=", self.bar.id)]
        )
        quants = quants.with_context(inventory_mode=True)
        quants.write({"inventory_quantity": 8})
        quants.action_apply_inventory()
        wizard = self.compare(*MARCH)
        self.assertEqual(wizard.line_count, 50)
        self.assertAlmostEqual(wizard.variance_value, -100)
        arch = wizard.get_view(view_type="form")["arch"]
        self.assertIn('name="variance_value"', arch.split("line_ids")[0])
        lines = self.env["pos.bridge.variance.line"].get_view(view_type="list")["arch"]
        self.assertNotIn(" sum=", lines)

    # === THE FIRST COUNT === #

    def test_opening_stock_by_a_count_is_no_difference(self):
        self.count(100, "2026-03-02 08:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        wizard = self.compare(*MARCH)
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (0, 0, 0, 0.4, 0, 100, 0, 99.6))
        self.assertEqual((line.is_counted, line.remark), (False, "first count"))
        self.assertEqual((wizard.variance_value, line.variance_value), (0, 0))
        self.assertFalse(wizard.is_covered)
        self.check_identity(wizard)

    def test_a_later_count_is_compared(self):
        """100 entered, 0.4 used, 99 found: 0.6 at 18.00 are missing."""
        self.count(100, "2026-03-02 08:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        self.count(99, "2026-03-10 08:00:00")
        wizard = self.compare(*MARCH)
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (0, 0, 0, 0.4, 0, 100, -0.6, 99))
        self.assertEqual((line.is_counted, line.remark), (True, "first count"))
        self.assertAlmostEqual(line.variance_value, -10.8)
        self.assertAlmostEqual(wizard.variance_value, -10.8)
        self.check_identity(wizard)

    def test_opening_stock_that_is_corrected_at_once(self):
        """Typed 100, then 90, before anything moved: both are the opening stock."""
        self.count(100, "2026-03-02 08:00:00")
        self.count(90, "2026-03-02 08:05:00")
        wizard = self.compare(*MARCH)
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (0, 0, 0, 0, 0, 90, 0, 90))
        self.assertFalse(line.is_counted)
        self.assertEqual(wizard.variance_value, 0)

    def test_what_moved_before_makes_it_a_difference(self):
        """Received 10 and 2 moved away; 7 counted is 1 too few, at 18.00."""
        self.receive(self.beans, 10, self.bar, "2026-03-01 08:00:00")
        self.move(self.bar, self.kitchen, 2, "2026-03-02 09:00:00")
        self.count(7, "2026-03-05 08:00:00")
        wizard = self.compare(*MARCH)
        line = self.found(wizard)
        self.assertEqual((line.is_counted, line.remark), (True, False))
        self.assertAlmostEqual(wizard.variance_value, -18)

    def test_nothing_left_and_then_found_is_a_difference(self):
        """All 2 went away in February; 5 that turn up in March are too much."""
        self.receive(self.beans, 2, self.bar, "2026-02-01 08:00:00")
        self.move(self.bar, self.kitchen, 2, "2026-02-02 09:00:00")
        self.count(5, "2026-03-05 08:00:00")
        wizard = self.compare(*MARCH)
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (0, 0, 0, 0, 0, 0, 5, 5))
        self.assertTrue(line.is_counted)
        self.assertAlmostEqual(wizard.variance_value, 90)

    # === TIME === #

    def test_days_are_those_of_the_outlet(self):
        """An outlet in London, seen from Berlin: what is used on the 31st is dated
        23:59:59 there, and belongs to January; that of 31 December does not.
        """
        self.outlet.tz = "Europe/London"
        self.assertEqual(self.user.tz, "Europe/Berlin")
        for day, quantity in ((date(2025, 12, 31), 1), (date(2026, 1, 31), 40)):
            self.sell({"ESP": quantity}, day)
            self.run_day(day=self.day(day))
        wizard = self.compare(date(2026, 1, 1), date(2026, 1, 31))
        self.assertEqual(self.found(wizard).theoretical, 0.4)
        self.assertEqual(wizard.mapped_share, 1)
        self.check_identity(wizard)

    def test_days_of_an_outlet_in_the_west(self):
        """Somebody without a time zone looks at an outlet in New York."""
        self.outlet.tz = "America/New_York"
        self.user.tz = False
        self.sell({"ESP": 40})
        self.run_day()
        self.assertEqual(self.found(self.compare(DAY, DAY)).theoretical, 0.4)

    # === COVERAGE === #

    def test_refunds_do_not_make_more_than_all(self):
        """100.00 mapped; 50.00 more was refunded than sold of what is not."""
        self.stock_up(self.beans)
        back = self.line(1, "SOUP", -5, 10, kind="refund")
        lines = [self.line(2, "ESP", 10, 10), back]
        self.sell([self.receipt("R", lines)])
        self.run_day()
        wizard = self.compare(*MARCH)
        self.assertAlmostEqual(wizard.mapped_share, 100 / 150)
        self.assertFalse(wizard.is_covered)

    def test_undone_use_is_missing_from_the_theoretical(self):
        self.story()
        self.assertTrue(self.compare(*MARCH).is_covered)
        self.day().action_undo()
        wizard = self.compare(*MARCH)
        self.assertEqual(wizard.mapped_share, 0)
        self.assertFalse(wizard.is_covered)
