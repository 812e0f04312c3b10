"""Answers whose shape nobody guarantees: read, or refused, and never guessed."""

from datetime import UTC, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import shapes
from ..tools.errors import ContractViolation


@tagged("post_install", "-at_install")
class TestShapes(BaseCase):
    def test_numbers(self):
        told = {
            "1.50": Decimal("1.50"),
            " 2 ": Decimal(2),
            3: Decimal(3),
            Decimal("0.1"): Decimal("0.1"),
        }
        for value, expected in told.items():
            self.assertEqual(shapes.number(value), expected)
        for value in (None, "", "x", "1,5", "NaN", "Infinity", [], {}, True):
            self.assertIsNone(shapes.number(value), value)

    def test_moments(self):
        expected = datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
        for text in ("2026-11-02T05:30:00Z", "2026-11-02T00:30:00.000-05:00"):
            self.assertEqual(shapes.moment(text), expected)
        for text in (None, "", "yesterday", "2026-11-02T05:30:00", 20261102, {}):
            self.assertIsNone(shapes.moment(text), text)

    def test_first_that_says_something(self):
        told = {"a": None, "b": "", "c": "x", "d": "2", "e": 0}
        self.assertEqual(shapes.first(told, "abcd"), "x")
        self.assertEqual(shapes.first(told, "abcd", shapes.number), 2)
        self.assertEqual(shapes.first(told, "ae"), 0)
        self.assertIsNone(shapes.first(told, "abz"))

    def test_flags(self):
        for value, expected in (
            *((True, True), ("true", True), ("True", True)),
            *((False, False), ("false", False), (None, None), ("", None)),
        ):
            self.assertIs(shapes.flag({"a": value}, "a"), expected)
        self.assertIs(shapes.flag({}, "a", True), True)
        for value in ("yes", 1, [], {}):
            with self.assertRaises(ContractViolation):
                shapes.flag({"a": value}, "a")

    def test_texts(self):
        for value in ("5", 5, Decimal(5)):
            self.assertEqual(shapes.text(value), "5")
        for value in (None, True, [], {}):
            with self.assertRaises(ContractViolation):
                shapes.text(value)

    def test_what_cannot_be_read_is_kept(self):
        def misread(kind):
            with shapes.readable(lambda: {"a": 1}):
                raise kind

        for kind in (KeyError("a"), TypeError(), ValueError("x"), AttributeError()):
            with self.assertRaises(ContractViolation) as caught:
                misread(kind)
            self.assertEqual(caught.exception.payload, {"a": 1})
        with self.assertRaises(ContractViolation) as caught:
            misread(ContractViolation("Why", "own"))
        self.assertEqual(caught.exception.payload, "own")
        with self.assertRaises(RuntimeError):
            misread(RuntimeError())

    def test_rows(self):
        self.assertEqual(shapes.rows({"a": [{"b": 1}]}, "a"), [{"b": 1}])
        self.assertEqual(shapes.rows({}, "a", []), [])
        for told in ({}, {"a": None}, {"a": {}}, {"a": ["x"]}, [], "a", None):
            with self.assertRaises(ContractViolation):
                shapes.rows(told, "a")

    def test_rows_however_they_are_wrapped(self):
        one = {"id": 1}
        for told in ([one], {"items": [one]}, one):
            self.assertEqual(shapes.any_rows(told, "items"), [one])
        for told in ({}, "items", [["x"]], None, {"items": "x"}):
            with self.assertRaises(ContractViolation):
                shapes.any_rows(told, "items")

    def test_each_once_in_the_same_order(self):
        told = [{"b": 2}, {"a": 1}, {"b": 2}]
        self.assertEqual(shapes.distinct(told), [{"a": 1}, {"b": 2}])
        self.assertEqual(shapes.distinct(told[::-1]), shapes.distinct(told))

    def test_only_what_is_named_is_kept(self):
        kept = shapes.only({"a": 1, "guest": "Kim"}, ("a", "z"))
        self.assertEqual(kept, {"a": 1})

    def test_plain(self):
        told = {"b": Decimal("1.20"), "a": [None, True]}
        self.assertEqual(shapes.plain(told), {"b": "1.20", "a": [None, True]})
        self.assertEqual(shapes.spelled(told), '{"a": [null, true], "b": "1.20"}')
