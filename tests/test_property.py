"""Whatever is sold, mapped, cooked and corrected, the ledger says what it must.

Random cafés live through random corrections. After each, Odoo's done moves are compared
with a calculation from nothing (``property_world``). ``POS_BRIDGE_EXAMPLES=2000
setup/test tests/test_property.py`` plays so many new stories; without it, the same few
each time.
"""

import os

import freezegun
import property_stories as stories
import property_world as world
from hypothesis import HealthCheck, given, settings
from property_cafe import OPENED, Cafe
from property_edits import play
from property_found import FOUND

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tests.common import PosBridgeCommon

# Those who measure the tests do not live by the stories' clock.
freezegun.configure(extend_ignore_list=["hypothesis", "_pytest"])


def played(few):
    """``few`` stories, always the same ones, or as many new ones as are asked for."""
    asked = int(os.environ.get("POS_BRIDGE_EXAMPLES", "0"))
    return settings(
        max_examples=asked or few,
        derandomize=not asked,
        deadline=None,
        print_blob=bool(asked),
        suppress_health_check=list(HealthCheck),
    )


class PropertyCommon(PosBridgeCommon):
    """What all stories share is made once; each story is taken back afterwards."""

    @classmethod
    def setUpClass(cls):
        freezer = freezegun.freeze_time(OPENED)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        gram = cls.env.ref("uom.product_uom_gram")
        cls.uoms = {"kg": cls.uom_kg, "g": gram, "Units": cls.uom_unit}
        cellar = cls.bar.copy({"name": "Cellar"})
        cls.places = {"Bar": cls.bar, "Kitchen": cls.kitchen, "Cellar": cellar}
        cls.products = {
            name: cls.ingredient(name, cls.uoms[unit])
            for name, unit in (world.INGREDIENTS | world.DISHES).items()
        }
        cls.outlets = {
            name: cls._create_outlet(name, cls.bar, storage_ids=False)
            for name in world.OUTLETS
        }
        named = cls.products | cls.places | cls.outlets
        cls.names = {record: name for name, record in named.items()}
        cls.names_by_id = {
            (record._name, record.id): name for name, record in named.items()
        }

    def tell(self, opening, edits):
        """Play one story; after every edit, the ledger is what it must be."""
        with self.taken_back():
            cafe = Cafe(self, opening)
            cafe.open()
            for key in sorted(cafe.world.days()):
                cafe.read_till(*key)
            cafe.check()
            for edit in edits:
                cafe.pass_days(edit.days_passed)
                play(edit, cafe)
                if not edit.is_posted_later:
                    cafe.post_stale()
                cafe.check()
            cafe.post_stale()
            cafe.check()
            cafe.check_again_writes_nothing()


@tagged("post_install", "-at_install")
class TestPropertyFiveDigits(PropertyCommon):
    digits = 5

    def test_ledger_is_what_it_must_be(self):
        """At the precision that kitchens need."""

        @played(60)
        @given(stories.openings(), stories.edits())
        def follow(opening, edits):
            self.tell(opening, edits)

        follow()


@tagged("post_install", "-at_install")
class TestPropertyTwoDigits(PropertyCommon):
    digits = 2

    def test_stories_that_once_went_wrong(self):
        for name, story in FOUND.items():
            with self.subTest(name):
                self.tell(*story)

    def test_ledger_is_what_it_must_be(self):
        """At Odoo's own precision, where nearly every day is rounded."""

        @played(20)
        @given(stories.openings(), stories.edits())
        def follow(opening, edits):
            self.tell(opening, edits)

        follow()
