"""Past sales: oldest first, day by day, paused, resumed, cancelled and retried."""

from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.errors import ContractViolation, TemporaryFailure
from .common import DAY, PosBridgeCommon

LENGTH = 5
DATES = [DAY + timedelta(days=number) for number in range(LENGTH)]


@tagged("post_install", "-at_install")
@freeze_time("2026-04-05 10:00:00")
class TestMigration(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.group_ids |= cls.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        cls._sell_espresso()

    def setUp(self):
        super().setUp()
        for number, business_date in enumerate(DATES, start=1):
            self.sell({"ESP": number}, business_date)
        self.migration = self.create_migration()

    def create_migration(self, **vals):
        return (
            self.env["pos.bridge.migration"]
            .with_user(self.user)
            .create(
                {
                    "outlet_id": self.outlet.id,
                    "date_from": DATES[0],
                    "date_to": DATES[-1],
                    **vals,
                }
            )
        )

    def work(self, count=None):
        """What the scheduled action does, for so many transfers."""
        waiting = self.env["pos.bridge.transfer"].search(
            [("state", "=", "queued")], order="priority, business_date, id"
        )
        waiting[:count]._run_all()
        self.env.invalidate_all()

    def total_used(self):
        used = (self.used(self.day(each)).get("Coffee", 0) for each in DATES)
        return list(used)

    def till_fails(self, *dates, error=None):
        """The till breaks on these dates and answers on all others."""
        error = error or ContractViolation("The answer is broken.")
        answers = dict(self.till)

        def fetch(connector, outlet, business_date):
            if business_date in dates:
                raise error
            return answers[outlet.id, business_date]

        connector = self.registry["pos.bridge.connector.none"]
        return patch.object(connector, "fetch_sales", fetch)

    # === THE RANGE === #

    def test_ninety_days_that_are_over_are_proposed(self):
        proposed = Form(self.env["pos.bridge.migration"].with_user(self.user))
        self.assertEqual(proposed.date_to, date(2026, 4, 4))
        self.assertEqual(proposed.date_from, date(2026, 1, 5))
        proposed.outlet_id = self.outlet
        self.assertIn("90 days are read.", proposed.range_text)

    def test_days_that_are_posted_already_are_announced(self):
        self.run_day(day=self.day(DATES[1]))
        self.assertIn("1 of them are posted already", self.migration.range_text)

    def test_the_future_is_no_past(self):
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.migration.date_to = date(2026, 4, 6)

    def test_first_day_after_the_last(self):
        with self.assertRaisesRegex(ValidationError, "not be later"):
            self.migration.date_from = date(2026, 3, 30)

    def test_a_mistyped_year_is_noticed(self):
        with self.assertRaisesRegex(ValidationError, "ten years"):
            self.migration.date_from = date(206, 3, 3)

    def test_without_storage_unit_it_leads_to_the_outlet(self):
        terrace = self._create_outlet("Terrace", self.env["stock.location"])
        migration = self.create_migration(outlet_id=terrace.id)
        with self.assertRaises(RedirectWarning) as caught:
            migration.action_start()
        message, action, _button = caught.exception.args[:3]
        self.assertIn("Terrace has no storage unit", message)
        self.assertEqual(action["res_id"], terrace.id)
        self.assertFalse(migration.transfer_ids)

    def test_once_per_outlet_at_a_time(self):
        self.migration.action_start()
        self.migration.action_pause()
        second = self.create_migration()
        with self.assertRaisesRegex(UserError, "are being read already"):
            second.action_start()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            second.sudo().state = "running"
            second.flush_recordset()

    def test_two_outlets_at_a_time(self):
        kitchen = self._create_outlet("Kitchen", self.kitchen)
        other = self.create_migration(outlet_id=kitchen.id)
        (self.migration | other).action_start()
        self.assertEqual(set((self.migration | other).mapped("state")), {"running"})

    def test_a_back_office_user_looks_but_does_not_start(self):
        self.user.group_ids -= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        self.assertEqual(self.migration.state, "draft")
        with self.assertRaises(AccessError):
            self.migration.action_start()

    # === THE RUN === #

    def test_oldest_first_and_behind_the_daily_transfers(self):
        self.migration.action_start()
        self.sell({"ESP": 1}, date(2026, 4, 4))
        daily = self.env["pos.bridge.transfer"]._enqueue(
            self.day(date(2026, 4, 4)), "automatic"
        )
        self.work(1)
        self.assertEqual(daily.state, "done")
        self.work()
        posted = self.day(DATES[0])
        for business_date in DATES[1:]:
            later = self.day(business_date)
            self.assertLess(max(posted.move_ids.ids), min(later.move_ids.ids))
            posted = later
        self.assertEqual(self.total_used(), [1, 2, 3, 4, 5])

    def test_progress(self):
        self.migration.action_start()
        self.sell({"ESP": 1, "NEW": 1}, DATES[1])
        with self.till_fails(DATES[2]):
            self.work(3)
        figures = self.migration
        self.assertEqual((figures.day_count, figures.finished_day_count), (5, 3))
        self.assertEqual(figures.progress, 60)
        self.assertEqual(figures.exception_day_count, 1)
        self.assertEqual(figures.failed_day_count, 1)
        self.assertEqual(figures.move_count, 2)
        self.assertEqual(figures.failed_transfer_ids.business_date, DATES[2])
        self.assertEqual(figures.progress_text, "3 of 5 days")
        self.assertEqual(figures.state, "running")

    def test_figures_of_many_migrations_take_one_query(self):
        kitchen = self._create_outlet("Kitchen", self.kitchen)
        others = self.create_migration(outlet_id=kitchen.id) | self.migration
        others.action_start()
        self.env.flush_all()
        for migrations in (self.migration, others):
            migrations.invalidate_model()
            migrations.mapped("state")
            with self.assertQueryCount(1):
                migrations.mapped("progress")

    def test_time_left_at_the_pace_of_the_last_days(self):
        self.migration.action_start()
        self.assertEqual(self.migration.time_left, "Begins within a few minutes")
        self.work(1)
        self.migration.transfer_ids.sorted("business_date")[0].sudo().write(
            {"started_at": "2026-04-05 09:40:00", "finished_at": "2026-04-05 10:00:00"}
        )
        self.migration.invalidate_recordset()
        self.assertEqual(self.migration.time_left, "About 80 minutes left")

    def test_a_busy_till_is_said_instead_of_a_time(self):
        self.migration.action_start()
        busy = TemporaryFailure("The till is busy.", seconds=600)
        with self.till_fails(*DATES, error=busy):
            self.work()
        self.assertEqual(self.migration.state, "running")
        self.assertIn("The till is busy.", self.migration.time_left)

    def test_a_lost_connection_is_said_instead_of_a_time(self):
        self.migration.action_start()
        self.work(2)
        self.integration.state = "error"
        self.assertIn("the connection Till is lost", self.migration.time_left)

    def test_done(self):
        self.migration.action_start()
        self.work()
        self.assertEqual((self.migration.state, self.migration.progress), ("done", 100))
        self.assertFalse(self.migration.failed_day_count)

    def test_reading_past_sales_twice_posts_nothing_twice(self):
        self.migration.action_start()
        self.work()
        before = self.row_counts()
        again = self.create_migration()
        again.action_start()
        self.work()
        self.assertEqual(again.state, "done")
        after = self.row_counts()
        after["pos.bridge.migration"] -= 1
        self.assertEqual(after, before)

    def test_a_worker_that_died_at_the_end_leaves_it_finished(self):
        self.migration.action_start()
        migrations = self.registry["pos.bridge.migration"]
        with patch.object(migrations, "_finish_if_done", lambda self: None):
            self.work()
        self.assertEqual(self.migration.state, "running")
        self.create_migration().action_start()
        self.assertEqual(self.migration.state, "done")

    # === PAUSE, RESUME, CANCEL === #

    def test_pause_keeps_its_days_waiting(self):
        self.migration.action_start()
        self.work(2)
        self.migration.action_pause()
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 0, 0, 0])
        self.assertEqual(self.migration.state, "paused")
        self.assertEqual(self.migration.time_left, "Paused: 3 days wait")

    def test_resume_goes_on_where_it_was(self):
        self.migration.action_start()
        self.work(2)
        self.migration.action_pause()
        self.migration.action_resume()
        self.assertEqual(self.migration.finished_day_count, 2)
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 3, 4, 5])
        self.assertEqual(self.migration.state, "done")
        self.assertEqual(set(self.migration.transfer_ids.mapped("attempts")), {1})

    def test_a_day_that_somebody_wants_is_not_held(self):
        """The daily run of a day and the migration share one place in the queue."""
        self.migration.action_start()
        self.env["pos.bridge.transfer"]._enqueue(self.day(DATES[3]), "automatic")
        self.migration.action_pause()
        self.work()
        self.assertEqual(self.total_used(), [0, 0, 0, 4, 0])
        self.migration.action_cancel()
        self.env["pos.bridge.transfer"]._enqueue(self.day(DATES[0]), "automatic")
        self.work()
        self.assertEqual(self.total_used(), [1, 0, 0, 4, 0])

    def test_a_day_fetched_while_paused_is_run_once_more_only(self):
        self.migration.action_start()
        self.migration.action_pause()
        queue = self.env["pos.bridge.transfer"]
        queue._enqueue(self.day(DATES[0]), "automatic")
        self.migration.action_resume()
        waiting = queue.search(
            [("day_id", "=", self.day(DATES[0]).id), ("state", "=", "queued")]
        )
        self.assertEqual(len(waiting), 1)
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 3, 4, 5])
        self.assertEqual(self.migration.state, "done")

    def test_a_day_that_waits_for_the_till_is_held_as_well(self):
        self.migration.action_start()
        first = self.migration.transfer_ids.sorted("business_date")[0]
        first.sudo()._start()
        self.migration.action_pause()
        first.sudo()._fail_to_fetch(TemporaryFailure("The till is busy.", seconds=60))
        self.migration._finish_if_done()
        self.assertEqual((first.state, self.migration.state), ("paused", "paused"))

    def test_cancel_keeps_what_was_posted(self):
        self.migration.action_start()
        self.work(2)
        self.migration.action_cancel()
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 0, 0, 0])
        self.assertEqual(self.migration.state, "cancelled")
        self.assertFalse(self.migration.waiting_day_count)

    def test_the_rest_of_a_cancelled_one_is_named_and_read(self):
        self.migration.action_start()
        self.work(2)
        self.migration.action_cancel()
        self.assertIn("5 Mar", self.migration.unread_text)
        self.assertIn("7 Mar", self.migration.unread_text)
        self.assertNotIn("4 Mar", self.migration.unread_text)
        self.migration.action_read_rest()
        self.assertEqual(self.migration.waiting_day_count, 3)
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 3, 4, 5])
        self.assertEqual(self.migration.state, "done")
        self.assertFalse(self.migration.unread_text)

    def test_a_running_one_is_not_deleted(self):
        self.migration.action_start()
        with self.assertRaisesRegex(UserError, "Cancel"):
            self.migration.unlink()

    # === FAILED DAYS, POSTING AGAIN === #

    def test_failed_days_are_listed_and_retried(self):
        self.migration.action_start()
        with self.till_fails(DATES[1], DATES[3]):
            self.work()
        self.assertEqual(self.migration.state, "done")
        self.assertEqual(self.migration.failed_day_count, 2)
        self.assertEqual(self.total_used(), [1, 0, 3, 0, 5])
        self.migration.action_retry()
        self.assertEqual(self.migration.waiting_day_count, 2)
        self.work()
        self.assertEqual(self.total_used(), [1, 2, 3, 4, 5])
        self.assertEqual(
            (self.migration.state, self.migration.failed_day_count), ("done", 0)
        )
        with self.assertRaisesRegex(UserError, "No day failed"):
            self.migration.action_retry()

    def test_a_day_put_right_elsewhere_does_not_count_as_failed(self):
        self.migration.action_start()
        with self.till_fails(DATES[1]):
            self.work()
        self.run_day("manual", self.day(DATES[1]))
        self.assertFalse(self.migration.failed_day_count)

    def test_posting_again_after_mapping_asks_no_till(self):
        """Only the days with unmapped items, from what is stored."""
        for business_date in DATES[:2]:
            self.sell({"ESP": 1, "NEW": 2}, business_date)
        self.migration.action_start()
        self.work()
        self.assertEqual(self.total_used(), [1, 1, 3, 4, 5])
        self.assertEqual(self.migration.repost_day_count, 2)
        new = self.env["pos.bridge.item"].search([("external_id", "=", "NEW")])
        self.map(new, self.coffee, 10)
        # The person who maps may post again, too.
        self.user.group_ids -= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        self.migration.action_repost()
        self.assertEqual(self.migration.waiting_day_count, 2)
        with self.till_fails(*DATES):
            self.work()
        self.assertEqual(self.total_used(), [21, 21, 3, 4, 5])
        self.assertEqual(self.migration.state, "done")
        self.assertFalse(self.migration.repost_day_count)
