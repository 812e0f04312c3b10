"""What puts an incomplete day right where sales come in files."""

from odoo.tests import tagged

from .common import CsvCommon


@tagged("post_install", "-at_install")
class TestCure(CsvCommon):
    def test_a_complete_file_is_the_cure(self):
        good = "2026-03-03,10:00,Bar,R1,1,,ESP,Espresso,2,4.00,sale"
        bad = "2026-03-03,10:05,Bar,R2,1,,ESP,Espresso,two,4.00,sale"
        self.upload(self.csv(good, bad))
        problem = self.exceptions().with_user(self.user)
        self.assertEqual((problem.code, problem.cure), ("day_incomplete", "upload"))
        action = problem.action_open_cure()
        self.assertEqual(action["res_model"], "pos.bridge.csv.upload")
        self.assertEqual(
            action["context"]["default_integration_id"], self.integration.id
        )
