"""Days that wait for a look: what the till's own answer puts in question is stored,
posted by nobody but a person, and only as that person saw it.
"""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..tools.records import SalesDay
from .common import DAY, PosBridgeCommon
from .scripted_till import asking, wrong

QUESTION = "A refund with a positive quantity contradicts the setting."
OTHER_QUESTION = "Nobody has confirmed this connection yet."


class LookCommon(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell_espresso()

    def ask(self, sales, *questions, day=DAY, **vals):
        """The till tells these sales and asks for a look; a run reads that."""
        self.sell(sales, day, questions=questions or (QUESTION,), **vals)
        self.run_day(day=self.day(day))
        return self.day(day)

    def look(self, days=None):
        """The dialog as *Post as Read* opens it, for the back-office user."""
        action = (days or self.day()).with_user(self.user).action_look()
        wizards = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        return Form(wizards.with_context(**action["context"])).save()

    def again(self, wizard, action):
        return Form(wizard.browse().with_context(**action["context"])).save()

    def dates(self, count):
        return [DAY + timedelta(days=number) for number in range(count)]

    def assertWaits(self, used, day=None):
        day = day or self.day()
        self.assertEqual(self.used(day), used)
        self.assertTrue(day.waits_for_look)
        self.assertTrue(day.attention)
        self.assertIn("source_question", self.exceptions(day).mapped("code"))

    def assertPosted(self, used, day=None):
        day = day or self.day()
        self.assertEqual(self.used(day), used)
        self.assertFalse(day.waits_for_look)
        self.assertNotIn("source_question", self.exceptions(day).mapped("code"))


@tagged("post_install", "-at_install")
class TestDayLook(LookCommon):
    def test_first_answer_is_stored_and_not_posted(self):
        day = self.ask({"ESP": 40})
        self.assertWaits({})
        self.assertEqual(day.state, "pending")
        self.assertEqual(day.sale_ids.line_ids.quantity, 40)
        self.assertFalse(day.usage_ids)
        self.assertFalse(day.sales_digest)
        self.assertIn(QUESTION, self.exceptions().message)
        self.assertIn("Post as Read", self.exceptions().message)

    def test_what_was_read_is_shown_while_it_waits(self):
        day = self.ask({"ESP": 40})
        self.assertEqual((day.reported_count, day.reported_amount), (1, 400))
        with Form(day.with_user(self.user)) as form:
            self.assertEqual(form.source_questions, QUESTION)

    def test_what_was_read_is_shown_beside_what_is_posted(self):
        self.sell({"ESP": 40})
        self.run_day()
        day = self.ask({"ESP": 38})
        self.assertEqual((day.reported_amount, day.read_amount), (380, 380))
        self.assertEqual(day.posted_amount, 400)

    def test_no_run_posts_it(self):
        self.ask({"ESP": 40})
        for trigger in ("automatic", "manual", "migration", "upload", "repost"):
            transfer = self.run_day(trigger)
            self.assertEqual(transfer.state, "partial")
            self.assertWaits({})
        self.map(self.item("NEW"), self.coffee)
        self.run_day("repost")
        self.assertWaits({})

    def test_a_person_looks_and_posts(self):
        self.ask({"ESP": 40}, QUESTION, OTHER_QUESTION)
        wizard = self.look()
        self.assertTrue(wizard.is_look)
        self.assertEqual(wizard.questions, f"{QUESTION}\n{OTHER_QUESTION}")
        self.assertEqual(wizard.line_ids.then_quantity, 40)
        self.assertEqual(self.used(), {})
        wizard.action_post_as_read()
        self.assertPosted({"Coffee": 40})
        self.assertEqual(self.day().state, "posted")
        told = self.day().message_ids[0]
        self.assertIn(QUESTION, told.body)
        self.assertEqual(told.author_id, self.user.partner_id)

    def test_the_same_answer_is_asked_about_once(self):
        self.ask({"ESP": 40})
        self.look().action_post_as_read()
        for trigger in ("automatic", "manual"):
            self.run_day(trigger)
            self.assertPosted({"Coffee": 40})
        self.assertEqual(len(self.day().posting_ids), 1)

    def test_other_sales_are_asked_about_again(self):
        self.ask({"ESP": 40})
        self.look().action_post_as_read()
        self.ask({"ESP": 41})
        self.assertWaits({"Coffee": 40})
        self.look().action_post_as_read()
        self.assertPosted({"Coffee": 41})

    def test_another_question_is_asked_again(self):
        self.ask({"ESP": 40})
        self.look().action_post_as_read()
        self.ask({"ESP": 40}, OTHER_QUESTION)
        self.assertWaits({"Coffee": 40})

    def test_without_questions_it_posts_by_itself(self):
        self.ask({"ESP": 40})
        self.sell({"ESP": 41})
        self.run_day()
        self.assertPosted({"Coffee": 41})
        self.assertFalse(self.exceptions())

    def test_posted_day_keeps_what_is_posted(self):
        self.sell({"ESP": 40})
        self.run_day()
        rows = self.day().usage_in_force_ids
        for quantity in (38, 44):
            self.ask({"ESP": quantity})
            self.assertWaits({"Coffee": 40})
            self.assertEqual(self.day().usage_in_force_ids, rows)
            self.assertEqual(self.day().state, "posted")
        self.assertEqual(self.look().line_ids.difference, 4)
        self.look().action_post_as_read()
        self.assertPosted({"Coffee": 44})

    def test_mapping_changed_meanwhile(self):
        """Its own days are marked, and still wait for their look."""
        self.ask({"ESP": 40})
        self.esp.mapping_ids.with_user(self.user).write(
            {"quantity": 2, "date_from": DAY}
        )
        self.run_day("repost")
        self.assertWaits({})
        self.assertEqual(self.look().line_ids.then_quantity, 80)
        self.look().action_post_as_read()
        self.assertPosted({"Coffee": 80})

    def test_only_what_was_looked_at_is_posted(self):
        """The sales changed between the look and the click."""
        self.ask({"ESP": 40})
        wizard = self.look()
        self.ask({"ESP": 50})
        second = self.again(wizard, wizard.action_post_as_read())
        self.assertWaits({})
        self.assertTrue(second.is_outdated)
        self.assertEqual(second.line_ids.then_quantity, 50)
        second.action_post_as_read()
        self.assertPosted({"Coffee": 50})

    def test_read_between_the_click_and_the_run(self):
        self.ask({"ESP": 40})
        wizard = self.look()
        queue = self.env["pos.bridge.transfer"]
        waiting = queue._enqueue(self.day(), "manual")
        self.sell({"ESP": 60}, questions=(QUESTION,))
        wizard.action_post_as_read()
        self.assertTrue(waiting.reads_source)
        self.assertWaits({})

    def test_empty_answer(self):
        self.ask({})
        self.assertWaits({})
        self.look().action_post_as_read()
        self.assertPosted({})
        self.assertEqual(self.day().state, "no_sales")

    def test_smaller_and_in_question(self):
        """One look answers both, for what would come back is shown."""
        self.sell({"ESP": 40})
        self.run_day()
        self.ask({"ESP": 10})
        self.assertWaits({"Coffee": 40})
        codes = self.exceptions().mapped("code")
        self.assertEqual(set(codes), {"day_shrank", "source_question"})
        wizard = self.look()
        self.assertTrue(wizard.is_smaller)
        wizard.action_post_as_read()
        self.assertPosted({"Coffee": 10})
        self.assertFalse(self.exceptions())

    def test_question_is_gone_and_the_day_is_smaller(self):
        self.sell({"ESP": 40})
        self.run_day()
        self.ask({"ESP": 30})
        self.sell({"ESP": 10})
        self.run_day()
        self.assertEqual(self.exceptions().mapped("code"), ["day_shrank"])
        self.assertFalse(self.day().waits_for_look)
        self.assertEqual(self.used(), {"Coffee": 40})

    def test_undo_and_redo(self):
        self.user.group_ids |= self.env.ref(
            "pos_inventory_bridge.pos_bridge_group_undo"
        )
        self.sell({"ESP": 40})
        self.run_day()
        self.ask({"ESP": 41})
        day = self.day().with_user(self.user)
        day.action_undo()
        self.assertPosted({})
        day.action_redo()
        self.assertWaits({"Coffee": 40})

    def test_the_till_cannot_be_asked_any_more(self):
        """What it told before is still there, and still waits."""
        self.ask({"ESP": 40})
        self.till.then(wrong())
        self.run_day()
        self.assertEqual(self.day().state, "pending")
        self.assertTrue(self.day().waits_for_look)

    def test_receipt_that_moved_gives_nothing_back_before_the_look(self):
        receipt = self.receipt("R1", [self.line(1, "ESP", 40, 10)])
        self.sell([receipt])
        self.run_day()
        next_day = DAY + timedelta(days=1)
        moved = self.receipt("R1", [self.line(1, "ESP", 40, 10)], next_day)
        self.ask([moved], day=next_day)
        waiting = self.env["pos.bridge.transfer"].search([("state", "=", "queued")])
        self.assertFalse(waiting)
        self.assertEqual(self.used(), {"Coffee": 40})
        self.assertIn("Receipts moved to", self.day().stale_reason)

    def test_leaving_the_list_does_not_post_it(self):
        self.ask({"ESP": 40})
        self.exceptions().with_user(self.user).action_resolve()
        self.assertTrue(self.day().waits_for_look)
        self.run_day()
        self.assertWaits({})

    def test_what_a_person_is_told(self):
        self.sell({"ESP": 40}, questions=(QUESTION,))
        told = self.day().with_user(self.user).action_fetch()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("nothing was posted", told["message"])

    def test_what_the_till_told_is_shown_beside_it(self):
        """Two espressos at 10.00 sold, one given back; the void is worth nothing."""
        self.sell(
            [
                self.receipt("A", [self.line(1, "ESP", 2, 10)]),
                self.receipt("B", [self.line(1, "ESP", -1, 10)], kind="refund"),
                self.receipt("C", [self.line(1, "ESP", 1, 0)], kind="void"),
            ],
            questions=("Is this right?",),
        )
        self.run_day()
        context = {"default_day_ids": self.day().ids}
        wizard = self.env["pos.bridge.preview.wizard"].with_context(**context)
        text = wizard.with_user(self.user).create({"day_ids": self.day().ids}).told_text
        self.assertIn("Receipts: 3", text)
        self.assertIn("10.00", text)
        self.assertIn("Refund: 1", text)
        self.assertIn("Void: 1", text)

    def test_the_cure_is_the_look(self):
        self.ask({"ESP": 40})
        action = self.exceptions().with_user(self.user).action_open_cure()
        self.assertEqual(action["res_model"], "pos.bridge.preview.wizard")

    def test_who_may_not(self):
        self.ask({"ESP": 40})
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.day().with_user(stranger).action_post_as_read()
        self.assertWaits({})


@tagged("post_install", "-at_install")
class TestManyLooks(LookCommon):
    def ask_many(self, count):
        days = self.env["pos.bridge.day"]
        for date in self.dates(count):
            days |= self.ask({"ESP": 10}, day=date)
        return days

    def test_many_at_once_from_the_list(self):
        days = self.ask_many(3)
        self.sell({"ESP": 1}, DAY + timedelta(days=9))
        posted = self.day(DAY + timedelta(days=9))
        self.run_day(day=posted)
        chosen = days | posted
        action = self.env.ref("pos_inventory_bridge.pos_bridge_day_look_action")
        opened = (
            action.with_user(self.user)
            .with_context(active_model=chosen._name, active_ids=chosen.ids)
            .run()
        )
        self.assertEqual(opened["context"]["default_day_ids"], days.ids)
        wizard = self.look(chosen)
        self.assertEqual(wizard.line_ids.then_quantity, 30)
        wizard.action_post_as_read()
        for day in days:
            self.assertPosted({"Coffee": 10}, day)
        self.assertEqual(posted.run_counter, 1)

    def test_one_of_them_changed_meanwhile(self):
        days = self.ask_many(3)
        wizard = self.look(days)
        self.ask({"ESP": 99}, day=days[1].business_date)
        told = wizard.action_post_as_read()["params"]
        self.assertIn("another look: 1", told["message"])
        self.assertPosted({"Coffee": 10}, days[0])
        self.assertWaits({}, days[1])
        self.assertPosted({"Coffee": 10}, days[2])

    def test_one_of_them_would_shrink(self):
        """That one has to be opened: what would come back must be seen."""
        days = self.ask_many(2)
        self.look(days).action_post_as_read()
        self.ask({"ESP": 2}, day=days[0].business_date)
        self.ask({"ESP": 12}, day=days[1].business_date)
        self.look(days).action_post_as_read()
        self.assertEqual(self.used(days[0]), {"Coffee": 10})
        self.assertEqual(self.exceptions(days[0]).mapped("code"), ["day_shrank"])
        self.assertPosted({"Coffee": 12}, days[1])

    def test_nothing_waits(self):
        told = self.day().with_user(self.user).action_look()
        self.assertIn("None of these days", told["params"]["message"])

    def test_posting_others_again_leaves_them(self):
        days = self.ask_many(1)
        self.sell({"ESP": 5}, DAY + timedelta(days=5))
        other = self.day(DAY + timedelta(days=5))
        self.run_day(day=other)
        action = (days | other).with_user(self.user).action_preview()
        wizards = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        wizard = Form(wizards.with_context(**action["context"])).save()
        self.assertFalse(wizard.is_look)
        self.assertEqual(wizard.look_count, 1)
        wizard.action_post()
        self.assertWaits({}, days)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 10:00:00")
class TestWaitingDaysAreKnown(LookCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._let_till_be_asked()

    def test_matrix_and_missing_days(self):
        """A day that was read is not missing, and is not complete before the look."""
        self.outlet.write({"state": "active", "activated_on": DAY})
        for date in self.dates(9):
            self.sell({"ESP": 1}, date)
        self.till.at(DAY + timedelta(days=1), asking(QUESTION))
        for date in self.dates(9):
            self.run_day(day=self.day(date))
        days = self.env["pos.bridge.day"].with_user(self.user)
        cells = days.get_day_matrix("2026-03-05", 3)["outlets"][0]["cells"]
        self.assertEqual(
            [cell["state"] for cell in cells], ["posted", "waits", "posted"]
        )
        self.outlet.invalidate_recordset()
        self.assertEqual(self.outlet.missing_day_count, 0)
        self.assertEqual(self.outlet.watermark_date, DAY)
        self.till.recover()
        self.run_day(day=self.day(DAY + timedelta(days=1)))
        self.assertEqual(self.outlet.watermark_date, self.dates(9)[-1])

    def test_migration_counts_them(self):
        dates = self.dates(3)
        for date in dates:
            self.sell({"ESP": 10}, date)
        self.till.at(dates[1], asking(QUESTION))
        migration = self.env["pos.bridge.migration"].create(
            {"outlet_id": self.outlet.id, "date_from": DAY, "date_to": dates[-1]}
        )
        migration.action_start()
        migration.transfer_ids.sorted("business_date")._run_all()
        self.env.invalidate_all()
        counts = migration.look_day_count, migration.exception_day_count
        self.assertEqual(counts, (1, 0))
        self.assertEqual(migration.state, "done")
        context = migration.with_user(self.user).action_look()["context"]
        self.assertEqual(context["default_day_ids"], self.day(dates[1]).ids)
        self.day(dates[1]).with_user(self.user).action_post_as_read()
        self.env.invalidate_all()
        self.assertEqual(migration.look_day_count, 0)
        self.assertPosted({"Coffee": 10}, self.day(dates[1]))


@tagged("post_install", "-at_install")
class TestQuestionsOfARecord(PosBridgeCommon):
    def test_each_once_and_in_one_line(self):
        day = SalesDay(complete=True, questions=["A  refund\n?", "A refund ?", "B"])
        self.assertEqual(day.questions, ("A refund ?", "B"))

    def test_none_is_empty_and_one_text_is_no_list(self):
        for questions in ([""], [" "], "A question"):
            with self.subTest(questions), self.assertRaises(ValueError):
                SalesDay(complete=True, questions=questions)
