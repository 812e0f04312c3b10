"""What a person reads when the connection or a location is lost."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import LightspeedCommon
from .simulated import DAY


class WordsCase(LightspeedCommon):
    def setUp(self):
        super().setUp()
        self.start(businesses=2)
        vals = {"lightspeed_business": "14154", "lightspeed_confirmed": True}
        self.integration.write(vals)
        self.outlet.name = self.location.name
        self.connect()
        self.integration._sync_items()
        self.coffee = self.ingredient("Beans")
        self.stock_up(self.coffee)
        items = self.integration.item_ids
        self.map(items.filtered(lambda item: item.sku == "COFFEE"), self.coffee)
        self.run_day(day=self.day())
        self.env.flush_all()

    def day(self, business_date=DAY, outlet=None):
        return super().day(business_date, outlet)

    def next_day(self):
        return self.run_day(day=self.day(DAY + timedelta(days=1)))

    def note(self):
        """What the manager is asked to do."""
        (activity,) = self.integration.activity_ids
        return f"{activity.summary}: {activity.note.striptags()}"

    def assert_first_day_stands(self):
        used = self.used(self.day())
        self.assertEqual(used, {"Beans": float(self.truth()["COFFEE"])})


@tagged("post_install", "-at_install")
class TestSilence(WordsCase):
    """Nobody asked for forty days: Lightspeed has forgotten that it was allowed."""

    def setUp(self):
        super().setUp()
        self.lightspeed.clock.advance(days=41)
        self.integration._forget_secrets("access_token")
        self.env.flush_all()

    def test_the_day_says_who_must_do_what(self):
        transfer = self.next_day()
        self.assertEqual(
            transfer.error,
            "Harbour Kitchen Docks · Tue 3 Nov 2026: the connection Till is lost, the "
            "till does not let us in. 127.0.0.1 does not accept the permission any "
            "more that was given: it was used, withdrawn, or not used for too long. "
            "Token is not active.\n"
            "Open the integration and connect it again; this day is then fetched by "
            "itself.",
        )
        self.assertEqual(transfer.state, "queued")
        self.assertEqual(self.integration.state, "error")
        self.assert_first_day_stands()

    def test_a_manager_is_called_once(self):
        for _time in range(2):
            self.next_day()
        self.assertEqual(
            self.note(),
            "Connect Till again: The till does not let us in any more, so no sales of "
            "Till are fetched: 127.0.0.1 does not accept the permission any more that "
            "was given: it was used, withdrawn, or not used for too long. Token is not "
            "active. Open the integration and connect it again. The days that wait are "
            "then fetched by themselves; nothing is lost.",
        )

    def test_what_the_button_says(self):
        told = self.integration.with_user(self.manager).action_connect()
        self.assertEqual(told["params"]["type"], "danger")
        self.assertIn("not used for too long", told["params"]["message"])

    def test_connecting_again_heals_it(self):
        transfer = self.next_day()
        self.connect()
        self.assertFalse(self.integration.activity_ids)
        transfer.with_user(self.user)._run_all()
        self.assertFalse(transfer.error)
        day = DAY + timedelta(days=1)
        self.assertEqual(
            self.used(self.day(day)), {"Beans": float(self.truth(day)["COFFEE"])}
        )


@tagged("post_install", "-at_install")
class TestLostLocation(WordsCase):
    SENTENCE = (
        "Harbour Kitchen Docks is not among the locations that the till shows us any "
        "more. Ask whoever looks after the till to show it to the user who connected, "
        "or pause the outlet."
    )

    def assert_parked(self):
        transfer = self.next_day()
        self.assertIn(self.SENTENCE, transfer.error)
        self.assertEqual(transfer.state, "parked")
        self.assertEqual(self.integration.state, "connected")
        self.assertFalse(self.moves(self.day(DAY + timedelta(days=1))))
        self.assert_first_day_stands()

    def test_taken_away_from_the_user(self):
        self.lightspeed.take_away(self.location)
        self.assert_parked()

    def test_given_back(self):
        self.lightspeed.take_away(self.location)
        transfer = self.next_day()
        self.lightspeed.give_back(self.location)
        transfer.with_user(self.user).action_retry()
        self.run_day(day=self.day(DAY + timedelta(days=1)))
        self.assertTrue(self.moves(self.day(DAY + timedelta(days=1))))

    def test_a_till_that_moved_to_another_business(self):
        """Its sales would be counted in the wrong money, by the wrong items."""
        self.lightspeed.move_location(self.location, self.lightspeed.businesses[1])
        self.assert_parked()

    def test_the_other_location_goes_on(self):
        other = self.lightspeed.locations[1]
        outlet = self.integration._sync_outlets() - self.outlet
        outlet.storage_ids = [Command.create({"location_id": self.bar.id})]
        self.lightspeed.take_away(self.location)
        self.next_day()
        day = self.day(outlet=outlet)
        self.assertFalse(self.run_day(day=day).error)
        expected = float(self.truth(location=other)["COFFEE"])
        self.assertEqual(self.used(day), {"Beans": expected})
