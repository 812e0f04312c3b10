"""Whatever is received, counted, sold, corrected, closed and undone, the books say what
they must: quantity, value, what waits, and journal.

Random stories; after each step Odoo's books are compared with a calculation that knows
no Odoo (``books_counted``, ``books_oracle``). ``POS_BRIDGE_EXAMPLES=500 setup/test
tests/test_property_books.py`` plays so many new ones; without it, the same few.
"""

import freezegun
import property_books_steps as stories
from hypothesis import given
from hypothesis import strategies as st
from property_books import Bar
from property_books_check import BooksStories
from property_books_found import FOUND
from test_property import played

from odoo.tests import tagged

# Those who measure the tests do not live by the stories' clock.
freezegun.configure(extend_ignore_list=["hypothesis", "_pytest"])


@tagged("post_install", "-at_install")
class TestPropertyBooks(BooksStories):
    def tell(self, opening, story):
        with self.taken_back():
            bar = Bar(self, opening)
            bar.open()
            for step in story:
                bar.play(step)
            bar.check_again_writes_nothing()

    def test_books_say_what_they_must(self):
        @played(12)
        @given(stories.openings, st.lists(stories.steps, min_size=3, max_size=8))
        def follow(opening, story):
            self.tell(opening, story)

        follow()

    def test_counts_and_goods_that_are_not_there(self):
        steps = st.lists(stories.counted_steps, min_size=3, max_size=9)

        @played(20)
        @given(stories.counted_openings, steps)
        def follow(opening, story):
            self.tell(opening, story)

        follow()

    def test_stories_that_once_went_wrong(self):
        for name, story in FOUND.items():
            with self.subTest(name):
                self.tell(*story)
