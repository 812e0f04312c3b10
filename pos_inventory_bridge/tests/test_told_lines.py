"""What told lines count for; what a real till tells is tested with its connector."""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.doubts import CONTRADICTIONS, WORDS, Doubts
from ..tools.told_lines import (
    Conventions,
    Known,
    Settlement,
    ToldLine,
    of_one_receipt,
)

MARK = Conventions(void_style="mark", quantity_sign="unsigned")


def line(key, quantity, amount=0, receipt="R1", told=None, **facts):
    return ToldLine(
        told={"id": key} if told is None else told,
        id=key,
        receipt=receipt,
        family=facts.pop("family", "F"),
        item=facts.pop("item", "SOUP"),
        label=key,
        quantity=Decimal(quantity),
        amount=Decimal(amount),
        **facts,
    )


def settled(*lines, conventions=None, known=None):
    """(what each line counts with its opposite, codes of doubts)"""
    doubts = Doubts()
    lines = of_one_receipt(lines)
    look_back = known and (lambda _lines: known)
    Settlement(conventions or Conventions(), doubts, look_back).settle(lines)
    records = [record for each in lines for record in each.records(name="Soup")]
    return [int(record.quantity) for record in records], set(doubts)


@tagged("post_install", "-at_install")
class TestToldLines(BaseCase):
    def test_told_twice_is_there_once(self):
        lines = of_one_receipt(
            [line("1", 2), line("1", 2), line("1", 2, told={"n": 2})]
        )
        self.assertEqual([each.id for each in lines], ["1", "1+"])

    def test_parents(self):
        dish, extra = line("1", 2), line("2", 1, parent_id="1")
        lost = line("3", 1, parent_id="9")
        circle = line("4", 1, parent_id="5"), line("5", 1, parent_id="4")
        of_one_receipt([extra, dish, lost, *circle])
        self.assertEqual((extra.parent, extra.head), (dish, dish))
        self.assertEqual({each.parent for each in (lost, *circle)}, {None})

    def test_of_each_dish(self):
        dish, extra = line("1", 3), line("2", 2, parent_id="1", item="BACON")
        each = Conventions(modifier_quantity="per_parent")
        self.assertEqual(settled(dish, extra, conventions=each), ([3, 6], set()))

    def test_what_has_no_money_and_follows_nothing_is_asked_about(self):
        facts = {"is_void": True, "is_whole_void": True, "is_reversal": True}
        for is_follower, expected in (
            (True, ([-1], {"void_unclear"})),
            (False, ([1, -1], {"void_unclear"})),
        ):
            free = line("1", 1, **facts, is_follower=is_follower)
            self.assertEqual(settled(free, conventions=MARK), expected)

    def test_money_says_which_of_both_a_voided_receipt_is(self):
        facts = {"is_void": True, "is_whole_void": True, "is_reversal": True}
        for amount, expected in ((5, [1, -1]), (-5, [-1])):
            for is_follower in (True, False):
                told = line("1", 1, amount, **facts, is_follower=is_follower)
                is_of_others = is_follower and amount > 0
                doubts = {"cancelled_later"} if is_of_others else set()
                self.assertEqual(settled(told, conventions=MARK), (expected, doubts))

    def test_a_mark_takes_back_the_money_too(self):
        told = line("1", 2, 10, is_void=True)
        of_one_receipt([told])
        Settlement(MARK, Doubts()).settle([told])
        sold, back = told.records(name="Soup")
        self.assertEqual((sold.amount_net, back.amount_net), (10, -10))
        self.assertEqual((back.external_id, back.kind), ("1#void", "void"))

    def test_told_again_on_another_receipt(self):
        moved = line("1", 1, may_restate=True)
        paid = line("2", 1, receipt="R2")
        self.assertEqual(settled(moved, paid), ([1, 1], {"restated"}))


@tagged("post_install", "-at_install")
class TestOtherDays(BaseCase):
    """What was counted on another day is not counted again in silence."""

    SOLD = Known(earlier={("1", "SOUP", True): {"R1"}}, families=frozenset("F"))

    def told(self, *, known=SOLD, conventions=None, **facts):
        number = facts.pop("number", "R1")
        told = line("1", facts.pop("quantity", 1), number=number, **facts)
        return settled(told, known=known, conventions=conventions)

    def test_the_same_receipt_again(self):
        self.assertEqual(self.told(), ([0], {"restated"}))

    def test_only_the_number_of_the_line_is_the_same(self):
        self.assertEqual(self.told(number="R2"), ([1], set()))
        self.assertEqual(self.told(item="TEA"), ([1], set()))
        self.assertEqual(self.told(quantity=-1), ([-1], set()))

    def test_what_may_be_told_again_is_so_under_any_number(self):
        told = self.told(number="R2", may_restate=True)
        self.assertEqual(told, ([0], {"restated"}))

    def test_what_may_be_told_again_has_other_lines(self):
        known = Known(families=frozenset("F"))
        told = self.told(known=known, may_restate=True)
        self.assertEqual(told, ([1], {"restated"}))
        told = self.told(known=Known(), may_restate=True)
        self.assertEqual(told, ([1], set()))

    def test_a_later_day_has_it(self):
        known = Known(later=self.SOLD.earlier)
        self.assertEqual(self.told(known=known), ([1], {"restated"}))

    def test_cancelled_by_a_mark(self):
        facts = {"is_void": True, "is_whole_void": True, "conventions": MARK}
        for known in (self.SOLD, Known(families=frozenset("F"))):
            told = self.told(known=known, **facts)
            self.assertEqual(told, ([1, -1], {"cancelled_later"}))
        self.assertEqual(self.told(known=Known(), **facts), ([1, -1], set()))


@tagged("post_install", "-at_install")
class TestDoubts(BaseCase):
    def test_examples_are_few_and_alike_for_alike_answers(self):
        one, other = Doubts(), Doubts()
        for number in range(5):
            one.add("restated", number)
            other.add("restated", 4 - number)
        self.assertEqual(one.examples(), [("restated", "0; 1; 2")])
        self.assertEqual(one.examples(), other.examples())

    def test_what_contradicts_a_setting(self):
        doubts = Doubts()
        doubts.add("void_twin", "R1")
        doubts.add("void_marked", "R1")
        self.assertEqual(doubts.against("void_style"), 2)
        self.assertEqual(doubts.against("quantity_sign"), 0)
        codes = {code for codes in CONTRADICTIONS.values() for code in codes}
        self.assertLessEqual(codes, set(WORDS))
