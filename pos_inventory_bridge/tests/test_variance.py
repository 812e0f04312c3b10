"""Theoretical against actual, against numbers worked out by hand.

The story (see the ledger's test): 10 received at 18.00 on 1 March, 2 to the kitchen and
0.5 spilt on the 2nd, 40 espresso of 0.01 kg on the 3rd, counted 7 on the 5th.
"""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_ledger import LedgerCase

FIGURES = (
    "opening",
    "receipt",
    "transfer",
    "theoretical",
    "waste",
    "other",
    "count_difference",
    "closing",
)


class VarianceCase(LedgerCase):
    def compare(self, first, last, basis="dates", units=None):
        self.env.flush_all()
        wizard = (
            self.env["pos.bridge.variance.wizard"]
            .with_user(self.user)
            .create(
                {
                    "date_from": first,
                    "date_to": last,
                    "basis": basis,
                    "storage_unit_ids": units.ids if units else False,
                }
            )
        )
        wizard.action_compare()
        return wizard

    def found(self, wizard, product=None, unit=None):
        return wizard.line_ids.filtered(
            lambda each: (
                each.product_id == (product or self.beans)
                and each.storage_unit_id == (unit or self.bar)
            )
        )

    def figures(self, line):
        return tuple(round(line[name], 6) for name in FIGURES)

    def check_identity(self, wizard):
        """Of every line, and against what Odoo says was there at both moments."""
        for line in wizard.line_ids:
            total = line.opening + line.receipt + line.transfer + line.other
            total += line.count_difference - line.theoretical - line.waste
            self.assertAlmostEqual(total, line.closing, 6)
            for moment, quantity in (
                (line.since, line.opening),
                (line.until, line.closing),
            ):
                there = self.entries(line.storage_unit_id, line.product_id)
                before = there.filtered(lambda each, at=moment: each.date <= at)
                self.assertAlmostEqual(sum(before.mapped("quantity")), quantity, 6)

    def entries(self, unit=None, product=None, user=None):
        self.env.flush_all()
        return self.env["pos.bridge.ledger"].search(
            [
                ("product_id", "=", (product or self.beans).id),
                ("storage_unit_id", "=", (unit or self.bar).id),
            ]
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestVariance(VarianceCase):
    def test_a_month_by_hand(self):
        self.story()
        wizard = self.compare(date(2026, 3, 1), date(2026, 3, 31))
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (0, 10, -2, 0.4, 0.5, 0, -0.1, 7))
        self.assertTrue(line.is_counted)
        self.assertAlmostEqual(line.count_value, -1.8)
        self.assertAlmostEqual(line.theoretical_value, 7.2)
        self.assertAlmostEqual(line.waste_value, 9.0)
        self.assertAlmostEqual(line.variance_share, -0.25)
        self.assertFalse(line.remark)
        kitchen = self.found(wizard, unit=self.kitchen)
        self.assertEqual(self.figures(kitchen), (0, 0, 2, 0, 0, 0, 0, 2))
        self.check_identity(wizard)

    def test_some_days_of_it(self):
        """What came before is the opening, what came after is left out."""
        self.story()
        wizard = self.compare(date(2026, 3, 2), date(2026, 3, 3))
        line = self.found(wizard)
        self.assertEqual(self.figures(line), (10, 0, -2, 0.4, 0.5, 0, 0, 7.1))
        self.check_identity(wizard)
        wizard = self.compare(date(2026, 3, 3), date(2026, 3, 3))
        self.assertEqual(
            self.figures(self.found(wizard)), (7.5, 0, 0, 0.4, 0, 0, 0, 7.1)
        )

    def test_what_was_not_counted_is_marked_and_not_zero(self):
        self.story()
        wizard = self.compare(date(2026, 3, 2), date(2026, 3, 3))
        line = self.found(wizard)
        self.assertFalse(line.is_counted)
        self.assertEqual(line.remark, "not counted")
        self.assertEqual(wizard.counted_share, 0)
        self.assertFalse(wizard.is_covered)

    def test_from_count_to_count(self):
        """Counted 9 on the 2nd at noon (7.5 should be there), 7 on the 5th."""
        self.receive(self.beans, 10, self.bar, "2026-03-01 08:00:00")
        self.move(self.bar, self.kitchen, 2, "2026-03-02 09:00:00")
        self.scrap(0.5, "2026-03-02 10:00:00")
        self.count(9, "2026-03-02 12:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        self.count(7, "2026-03-05 08:00:00")
        self.receive(self.beans, 3, self.bar, "2026-03-05 09:00:00")
        wizard = self.compare(date(2026, 3, 2), date(2026, 3, 5), "counts")
        line = self.found(wizard)
        # From 9 counted to 7 counted: 2 gone, 0.4 of them sold.
        self.assertEqual(self.figures(line), (9, 0, 0, 0.4, 0, 0, -1.6, 7))
        self.assertTrue(line.is_counted)
        self.assertAlmostEqual(line.variance_share, -4.0)
        kitchen = self.found(wizard, unit=self.kitchen)
        self.assertFalse(kitchen.is_counted)
        self.check_identity(wizard)

    def test_one_count_alone_compares_nothing(self):
        self.story()
        wizard = self.compare(date(2026, 3, 6), date(2026, 3, 10), "counts")
        self.assertFalse(wizard.line_ids.filtered("is_counted"))

    def test_count_that_found_no_difference_is_a_count(self):
        self.receive(self.beans, 10, self.bar, "2026-03-01 08:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        self.count(9.6, "2026-03-05 08:00:00")
        wizard = self.compare(date(2026, 3, 1), date(2026, 3, 10))
        line = self.found(wizard)
        self.assertTrue(line.is_counted)
        self.assertEqual(line.count_difference, 0)
        # Nothing moved, so nothing could have a cost.
        self.assertEqual((line.move_count, line.costed_count), (2, 2))
        self.assertEqual(wizard.costed_share, 1)

    def test_count_that_was_taken_back_is_none(self):
        self.receive(self.beans, 10, self.bar, "2026-03-01 08:00:00")
        self.sell({"ESP": 40})
        self.run_day()
        self.count(7, "2026-03-05 08:00:00")
        domain = [("product_id", "=", self.beans.id), ("is_inventory", "=", True)]
        count = self.env["stock.move"].search(domain)
        count.move_line_ids.action_revert_inventory()
        line = self.found(self.compare(date(2026, 3, 1), date(2026, 3, 31)))
        self.assertFalse(line.is_counted)
        self.assertEqual(self.figures(line), (0, 10, 0, 0.4, 0, 0, 0, 9.6))
        taken_back = self.env["stock.move"].search(domain) - count
        taken_back.move_line_ids.action_revert_inventory()
        line = self.found(self.compare(date(2026, 3, 1), date(2026, 3, 31)))
        self.assertTrue(line.is_counted)
        self.assertEqual(self.figures(line), (0, 10, 0, 0.4, 0, 0, -2.6, 7))

    def test_coverage(self):
        """Half of the money is mapped: the screen says what that means."""
        self.story()
        self.sell({"ESP": 40, "SOUP": 40})
        self.run_day()
        wizard = self.compare(date(2026, 3, 1), date(2026, 3, 31))
        self.assertAlmostEqual(wizard.mapped_share, 0.5)
        self.assertAlmostEqual(wizard.counted_share, 1.0)
        self.assertAlmostEqual(wizard.costed_share, 1.0)
        self.assertFalse(wizard.is_covered)
        self.assertIn("no sign of theft", wizard.coverage_text)
        self.assertIn("50 % of the revenue", wizard.coverage_text)

    def test_full_coverage(self):
        self.story()
        wizard = self.compare(date(2026, 3, 1), date(2026, 3, 31))
        self.assertTrue(wizard.is_covered)
        self.assertNotIn("theft", wizard.coverage_text)
        self.assertAlmostEqual(wizard.variance_value, -1.8)

    def test_moves_without_a_cost(self):
        free = self.ingredient("Water", cost=0.0)
        self.item("WAT", free, 1)
        self.stock_up(free)
        self.story()
        self.sell({"ESP": 40, "WAT": 2})
        self.run_day()
        wizard = self.compare(date(2026, 3, 3), date(2026, 3, 3))
        self.assertAlmostEqual(wizard.costed_share, 0.5)

    def test_leads_to_the_ledger(self):
        self.story()
        line = self.found(self.compare(date(2026, 3, 2), date(2026, 3, 3)))
        action = line.action_view_ledger()
        found = self.env["pos.bridge.ledger"].search(action["domain"])
        kinds = sorted(found.mapped("transaction_type"))
        self.assertEqual(kinds, ["issue", "transfer_out", "waste"])

    def test_units_can_be_chosen(self):
        self.story()
        wizard = self.compare(date(2026, 3, 1), date(2026, 3, 31), units=self.kitchen)
        self.assertEqual(wizard.line_ids.storage_unit_id, self.kitchen)

    def test_dates_the_wrong_way_round(self):
        with self.assertRaisesRegex(UserError, "swap"):
            self.compare(date(2026, 3, 2), date(2026, 3, 1))

    def test_other_company(self):
        """Neither its units nor its moves."""
        self.story()
        other = self.env["res.company"].create({"name": "Company C"})
        wizard = self.env["pos.bridge.variance.wizard"].with_user(self.user)
        with self.assertRaises(UserError):
            wizard.create({"company_id": other.id}).action_compare()
        stranger = self.user.copy(
            {"login": "stranger", "company_ids": other.ids, "company_id": other.id}
        )
        lines = self.env["pos.bridge.variance.wizard"].with_user(stranger)
        wizard = lines.with_context(allowed_company_ids=other.ids).create(
            {
                "company_id": other.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )
        wizard.action_compare()
        self.assertFalse(wizard.line_ids)

    def test_last_month_when_it_is_opened(self):
        self.story()
        action = (
            self.env["pos.bridge.variance.wizard"]
            .with_user(self.user)
            .action_open_new()
        )
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            (wizard.date_from, wizard.date_to), (date(2026, 2, 1), date(2026, 2, 28))
        )
