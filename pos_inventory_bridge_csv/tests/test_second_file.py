from datetime import date

from odoo.tests import tagged

from .common import DAY, CsvCommon

ESPRESSO = "2026-03-03,08:10,Bar,R1,1,,ESP,Espresso,2,4.80,sale"
MORE = "2026-03-03,08:10,Bar,R1,2,,COLA,Cola,1,3.50,sale"
COLA = "2026-03-03,22:00,Bar,R2,1,,COLA,Cola,5,17.50,sale"
NIGHT = "2026-03-04,00:40,Bar,R3,1,,COLA,Cola,3,10.50,sale"
NEXT = "2026-03-04,12:00,Bar,R1,1,,ESP,Espresso,4,9.60,sale"


@tagged("post_install", "-at_install")
class TestSecondFile(CsvCommon):
    """What several files of one day say together; an espresso takes 0.5 kg of beans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # These tests are about the files, not about how much may come back unasked.
        cls.integration.shrink_limit = 1

    def codes(self):
        return {problem.code for problem in self.exceptions()}

    def test_replace(self):
        self.upload([ESPRESSO, COLA])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 5})
        self.upload([ESPRESSO.replace(",2,4.80", ",3,7.20")])
        self.assertEqual(self.used(), {"Coffee beans": 1.5})
        self.assertFalse(self.codes())

    def test_replace_leaves_other_outlets(self):
        self.upload([ESPRESSO])
        self.upload([COLA.replace(",Bar,", ",Terrace,")])
        self.assertEqual(self.used(), {"Coffee beans": 1})

    def test_add(self):
        self.layout.second_file = "add"
        self.upload([ESPRESSO, COLA])
        self.upload([COLA.replace("R2", "R4"), MORE])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 11})

    def test_add_rows_without_receipt(self):
        self.layout.second_file = "add"
        row = "2026-03-03,08:10,Bar,,,,ESP,Espresso,2,4.80,sale"
        self.upload([row])
        self.upload([row, row])
        self.assertEqual(self.used(), {"Coffee beans": 3})

    def test_same_file_twice(self):
        first = self.upload([ESPRESSO])
        before = self.row_counts()
        again, is_new = self.store([ESPRESSO], "another name.csv")
        self.assertEqual((again, is_new), (first, False))
        self.assertEqual(self.row_counts(), before)

    def test_an_earlier_file_counts_again(self):
        """A wrong file is put right by the right one, also if that came first."""
        right = self.upload([ESPRESSO, COLA])
        self.upload([ESPRESSO.replace(",2,4.80", ",9,21.60"), COLA])
        self.assertEqual(self.used(), {"Coffee beans": 4.5, "Cola bottle": 5})
        right.with_user(self.user).action_use_again()
        self.env.invalidate_all()
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 5})

    def test_sales_of_the_future_are_refused(self):
        file = self.upload([ESPRESSO, ESPRESSO.replace("2026-03-03", "2031-03-03")])
        self.assertIn("has not come yet", file.reject_ids.reason)
        self.assertEqual(self.used(), {"Coffee beans": 1})
        days = self.env["pos.bridge.day"].search([])
        self.assertEqual(days.mapped("business_date"), [DAY])

    def test_posted_twice(self):
        file = self.upload([ESPRESSO, COLA])
        before = self.row_counts()
        file.with_user(self.user).action_post()
        self.assertEqual(self.row_counts(), before)

    def test_calendar_days_share_a_night(self):
        """What was sold at 00:40 stands in the second file, for the first day."""
        self.upload([ESPRESSO, COLA])
        self.upload([NIGHT, NEXT])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 8})
        next_day = self.day(date(2026, 3, 4))
        self.assertEqual(self.used(next_day), {"Coffee beans": 2})
        self.assertFalse(self.codes())

    def test_business_days_share_a_date(self):
        """Files from opening to closing: the second leaves the first one's night."""
        self.upload([ESPRESSO, COLA, NIGHT])
        self.upload([NEXT])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 8})

    def test_night_before_its_day(self):
        """Only the night of the day before is in the file: that day is not complete."""
        file = self.upload([NIGHT, NEXT])
        self.assertEqual(self.used(), {"Cola bottle": 3})
        self.assertEqual(self.codes(), {"day_incomplete"})
        self.assertEqual(file._queue().mapped("business_date"), [DAY, date(2026, 3, 4)])

    def test_receipt_across_two_files(self):
        late = NIGHT.replace("R3,1", "R2,2")
        self.upload([ESPRESSO, COLA])
        self.upload([late, NEXT])
        sales = self.day().sale_ids.filtered(lambda sale: sale.receipt_number == "R2")
        self.assertEqual(sales.line_ids.mapped("quantity"), [5, 3])

    def test_refused_rows_give_nothing_back(self):
        """A complete file, then one with refused rows: no move, one exception."""
        self.upload([ESPRESSO, MORE, COLA])
        before = self.row_counts()["stock.move"]
        bad_line = MORE.replace(",1,3.50", ",one,3.50")
        bad_receipt = COLA.replace("2026-03-03", "2026-02-31")
        self.upload([ESPRESSO, bad_line, bad_receipt])
        self.assertEqual(self.row_counts()["stock.move"], before)
        self.assertEqual(self.exceptions().mapped("code"), ["day_incomplete"])
        self.assertEqual(self.day().state, "provisional")
        self.upload([ESPRESSO, MORE])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 1})
        self.assertFalse(self.codes())

    def test_rows_that_cannot_be_told_apart_give_nothing_back(self):
        """A row with a comma too many could be of any receipt."""
        self.upload([ESPRESSO, MORE, COLA])
        before = self.row_counts()["stock.move"]
        self.upload([ESPRESSO, MORE.replace("Cola", "Cola, large"), COLA])
        self.assertEqual(self.row_counts()["stock.move"], before)
        self.assertEqual(self.exceptions().mapped("code"), ["day_incomplete"])

    def test_refused_rows_without_receipt_give_nothing_back(self):
        rows = [
            f"2026-03-03,,Bar,,,,{code},,{quantity},,"
            for code, quantity in (("ESP", 2), ("COLA", 5), ("ESP", 4))
        ]
        self.layout.date_is_business_date = True
        self.upload(rows)
        self.assertEqual(self.used(), {"Coffee beans": 3, "Cola bottle": 5})
        before = self.row_counts()["stock.move"]
        self.upload([rows[0].replace("2026", "26"), *rows[1:]])
        self.assertEqual(self.row_counts()["stock.move"], before)
        self.assertEqual(self.codes(), {"day_incomplete"})

    def test_good_rows_go_on(self):
        file = self.upload([ESPRESSO, COLA.replace(",5,", ",five,"), NEXT])
        self.assertEqual(self.used(), {"Coffee beans": 1})
        self.assertEqual(self.codes(), {"day_incomplete"})
        self.assertEqual(file.reject_ids.mapped("row"), [3])
        self.assertFalse(self.exceptions(self.day(date(2026, 3, 4))))

    def test_row_without_readable_date_concerns_every_day(self):
        self.upload([ESPRESSO, COLA.replace("2026-03-03", "soon"), NEXT])
        self.assertEqual(self.codes(), {"day_incomplete"})
        next_day = self.day(date(2026, 3, 4))
        self.assertEqual(self.exceptions(next_day).mapped("code"), ["day_incomplete"])

    def test_row_without_readable_time_concerns_two_days(self):
        sheet = self.layout._read_sheet(
            self.csv(ESPRESSO, NEXT.replace("12:00", "noon"))
        )
        missed = [
            day for day in (2, 3, 4, 5) if sheet.may_miss("Bar", date(2026, 3, day))
        ]
        self.assertEqual(missed, [3, 4])

    def test_removed_upload_counts_no_more(self):
        """A manager takes a wrong file away: what the earlier one said counts again."""
        self.upload([ESPRESSO])
        wrong = self.upload([COLA])
        self.assertEqual(self.used(), {"Cola bottle": 5})
        wrong.sudo().unlink()
        self.run_day("manual")
        self.assertEqual(self.used(), {"Coffee beans": 1})

    def test_add_of_two_tills_that_count_alike(self):
        """Line 1 of receipt R1 is two sales, if two tills have one each."""
        self.layout.second_file = "add"
        self.upload([ESPRESSO])
        self.upload([COLA.replace("R2", "R1")])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 5})
        sauce = "2026-03-03,08:10,Bar,R1,2,1,COLA,Cola,1,3.50,modifier"
        self.upload([ESPRESSO.replace(",2,4.80", ",4,9.60"), sauce])
        self.assertEqual(self.used(), {"Coffee beans": 3, "Cola bottle": 6})
        modifier = self.day().sale_ids.line_ids.filtered("parent_id")
        self.assertEqual(modifier.parent_id.quantity, 4)

    def test_refused_row_of_another_code_hinders_no_correction(self):
        """Rows without receipt number: only what could be the refused row waits."""
        rows = ["2026-03-03,,Bar,,,,COLA,,2,,", "2026-03-03,,Bar,,,,ESP,,2,,"]
        self.layout.date_is_business_date = True
        self.upload(rows)
        self.upload([rows[0].replace(",2,", ",5,"), rows[1].replace(",2,", ",two,")])
        self.assertEqual(self.used(), {"Coffee beans": 1, "Cola bottle": 5})
        self.assertEqual(self.codes(), {"day_incomplete"})

    def test_deleted_upload_marks_its_days(self):
        self.upload([ESPRESSO])
        wrong = self.upload([COLA])
        wrong.sudo().unlink()
        self.assertEqual(self.day().stale_reason, "The upload sales.csv was deleted")
        self.assertTrue(self.day().attention)

    def test_an_old_file_read_again_renames_nothing(self):
        old = self.upload([ESPRESSO])
        self.upload([NEXT.replace(",Espresso,", ",Espresso doppio,")])
        self.espresso.action_review_done()
        old.with_user(self.user).action_read_again()
        self.assertEqual(self.espresso.name, "Espresso doppio")
        self.assertEqual(self.espresso.review_state, "none")

    def test_an_incomplete_day_names_the_file_that_counts(self):
        bad = COLA.replace(",5,", ",five,")
        self.store([ESPRESSO, bad], "first.csv")
        file, _is_new = self.store([ESPRESSO, NEXT, bad], "second.csv")
        file._queue()._run_all()
        self.assertIn("refused in second.csv:", self.exceptions().message)
