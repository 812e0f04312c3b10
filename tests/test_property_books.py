"""Whatever is received, sold, corrected, closed and undone, the books say what they
must: quantity, value, open quantity and journal.

Random stories; after each step Odoo's books are compared with a calculation that knows
no Odoo (``books_oracle``). ``POS_BRIDGE_EXAMPLES=500 setup/test
tests/test_property_books.py`` plays so many new ones; without it, the same few.
"""

import freezegun
from hypothesis import given
from hypothesis import strategies as st
from property_books import FOUND, Bar, openings, steps
from test_property import played

from odoo.tests import tagged

from odoo.addons.pos_inventory_bridge.tests.books_common import BooksCommon

# Those who measure the tests do not live by the stories' clock.
freezegun.configure(extend_ignore_list=["hypothesis", "_pytest"])


@tagged("post_install", "-at_install")
class TestPropertyBooks(BooksCommon):
    def tell(self, opening, story):
        with self.taken_back():
            bar = Bar(self, opening)
            bar.open()
            for step in story:
                bar.play(step)
            bar.check_again_writes_nothing()

    def test_books_say_what_they_must(self):
        @played(25)
        @given(openings, st.lists(steps, min_size=3, max_size=8))
        def follow(opening, story):
            self.tell(opening, story)

        follow()

    def test_stories_that_once_went_wrong(self):
        for name, story in FOUND.items():
            with self.subTest(name):
                self.tell(*story)
