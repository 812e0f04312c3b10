"""Lists in pages: all of them, or nothing."""

from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools import paging
from ..tools.errors import ContractViolation


@tagged("post_install", "-at_install")
class TestPaging(BaseCase):
    def listed(self, pages):
        """By number, until a page says that it is the last one."""
        self.asked = []

        def ask(place):
            self.asked.append(place)
            return pages[place]

        return paging.all_rows(ask, lambda _place, _rows, told: told)

    def test_until_there_is_no_following_page(self):
        pages = {0: ([1, 2], 2), 2: ([3], 7), 7: ([], None)}
        self.assertEqual(self.listed(pages), [1, 2, 3])
        self.assertEqual(self.asked, [0, 2, 7])

    def test_an_empty_page_is_not_the_end(self):
        self.assertEqual(self.listed({0: ([], 1), 1: ([], 2), 2: ([3], None)}), [3])

    def test_a_place_that_was_asked_already(self):
        with self.assertRaises(ContractViolation):
            self.listed({0: ([1], 5), 5: ([2], 0)})
        self.assertEqual(self.asked, [0, 5])

    def test_the_same_page_under_another_place(self):
        with self.assertRaises(ContractViolation):
            self.listed({0: ([1], 1), 1: ([1], 2)})

    def test_a_list_without_end(self):
        pages = {number: ([number], number + 1) for number in range(9)}
        with (
            patch.object(paging, "PAGES_AT_MOST", 5),
            self.assertRaises(ContractViolation),
        ):
            self.listed(pages)
        self.assertEqual(len(self.asked), 5)

    def test_by_offset_until_nothing_comes(self):
        """However few come at once."""
        rows = list(range(7))
        for most in (1, 3, 7, 9):
            told = paging.all_from_offsets(
                lambda offset, most=most: (rows[offset : offset + most], None)
            )
            self.assertEqual(told, rows)

    def test_by_number_until_nothing_comes(self):
        """A server that gives less counts by what it was asked for, or by what it
        gives.
        """
        rows = list(range(7))
        for most in (1, 3, 7, 9):
            for counts_own in (True, False):

                def ask(page, size, most=most, counts_own=counts_own):
                    begin = page * (min(size, most) if counts_own else size)
                    return rows[begin : begin + min(size, most)], None

                self.assertEqual(paging.all_from_numbers(ask, 5), rows)

    def test_as_many_pages_as_are_allowed(self):
        pages = {0: ([1], 1), 1: ([2], None)}
        with patch.object(paging, "PAGES_AT_MOST", 2):
            self.assertEqual(self.listed(pages), [1, 2])
