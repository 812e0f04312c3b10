"""The main job in a browser, by a user without stock rights; the ledger decides."""

from odoo.tests import HttpCase, tagged

from .test_example import FIRST_POSTING, ExampleCommon


@tagged("post_install", "-at_install")
class TestTours(ExampleCommon, HttpCase):
    def test_main_job(self):
        self.user.password = self.user.login
        self.first_run()
        self.start_tour("/odoo", "pos_bridge_main_job", login=self.user.login)
        self.env.invalidate_all()
        used = self.used()
        self.assertAlmostEqual(used.pop("Tomato"), 0.11111 + 0.2, 7)
        self.assertEqual(
            used, {k: v for k, v in FIRST_POSTING.items() if k != "Tomato"}
        )
        self.assertEqual(self.day().unmapped_count, 0)
        self.assertFalse(
            self.exceptions().filtered(lambda e: e.code == "unmapped_pos_item")
        )

    def test_item_sheet(self):
        """What was ignored beside the list uses nothing; what was typed is not kept."""
        self.user.password = self.user.login
        self.first_run()
        gift = self.item("GIFTCARD")
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_item_action"
        self.start_tour(url, "pos_bridge_item_sheet", login=self.user.login)
        self.env.invalidate_all()
        self.assertEqual(gift.mapping_state, "unmapped")
        self.run_day("repost")
        self.assertEqual(self.used(), FIRST_POSTING)
        self.assertEqual(self.day().unmapped_count, 0)

    def test_recipe(self):
        """A recipe that was made from a name uses what was written into it later."""
        self.user.password = self.user.login
        self.first_run()
        url = "/odoo/action-pos_inventory_bridge.pos_bridge_item_action"
        self.start_tour(url, "pos_bridge_recipe", login=self.user.login)
        self.env.invalidate_all()
        used = self.used()
        # One soup of 180 g, of which a tenth was cut off.
        self.assertAlmostEqual(used.pop("Tomato"), 0.11111 + 0.2, 7)
        self.assertEqual(
            used, {k: v for k, v in FIRST_POSTING.items() if k != "Tomato"}
        )
        self.assertEqual(self.day().unmapped_count, 0)
