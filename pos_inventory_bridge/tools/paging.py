"""Lists that come in pages."""

from odoo.tools import LazyTranslate

from .errors import ContractViolation

_lt = LazyTranslate(__name__, default_lang="en_US")

#: A source that goes on longer is broken, not large.
PAGES_AT_MOST = 500


def all_rows(ask, following, place=0):
    """The rows of all pages; nothing at all where a page fails, or they do not end.

    :param ask: function of a place: the rows there, and what else was answered
    :param following: function of place, rows and what else was answered: the place of
        the next page, None after the last one
    """
    found, seen, before = [], set(), None
    while place not in seen and len(seen) < PAGES_AT_MOST:
        seen.add(place)
        rows, told = ask(place)
        if rows and rows == before:
            break
        found += rows
        place, before = following(place, rows, told), rows
        if place is None:
            return found
    raise ContractViolation(_lt("The till tells the same pages again and again."))


def all_from_offsets(ask):
    """The same where a page begins behind so many rows. Servers may give less at once
    than they are asked for: only an empty page is the end.

    :param ask: function of the offset: the rows there, and what else was answered
    """
    return all_rows(ask, lambda place, rows, _told: rows and place + len(rows) or None)


def all_from_numbers(ask, size):
    """The same where pages of one size have numbers, from 0. Where less comes than was
    asked for, the first page says how many fit into one.

    :param ask: function of number and size: the rows there, and what else was answered
    """

    def following(place, rows, _told):
        number, asked = place
        return (number + 1, asked if number else len(rows)) if rows else None

    return all_rows(lambda place: ask(*place), following, (0, size))
