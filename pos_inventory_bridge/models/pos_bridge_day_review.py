from odoo import models

from ..tools.plan import Problem
from ..tools.wording import number_text


class PosBridgeDay(models.Model):
    """Sold items of which a person must say whether they still are what they were."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _review_problems(self, sold, explosion):
        """One for each sold item in review, instead of that it is not mapped.

        :param sold: list of ``Sold``
        :return: all problems of the explosion with these
        """
        reviews = self._items_in_review(sold)
        problems = [
            problem
            for problem in explosion.problems
            if problem.code != "unmapped_pos_item" or problem.item_id not in reviews
        ]
        return problems + [
            self._review_problem(item, reviews[item.item_id], explosion)
            for item in sold
            if item.item_id in reviews and item.line_count
        ]

    def _items_in_review(self, sold):
        """{id of the sold item: the item to decide about}; a change that was noticed
        later than this day does not touch it.
        """
        items = self.env["pos.bridge.item"].browse({item.item_id for item in sold})
        takers = items.search(
            [("previous_item_id", "in", items.ids), ("review_state", "=", "recycled")]
        )
        reviews = {
            taker.previous_item_id.id: taker
            for taker in takers
            if taker._is_takeover_open()
        }
        reviews.update({i.id: i for i in items if i.review_state != "none"})
        return {
            item_id: item
            for item_id, item in reviews.items()
            if not item.review_since or item.review_since <= self.business_date
        }

    def _review_problem(self, item, review, explosion):
        is_unmapped = explosion.states[item.key] == "unmapped"
        return Problem(
            code="item_review",
            message=self._review_message(item, review, is_unmapped),
            item_id=item.item_id,
            parent_item_id=item.parent_item_id,
            quantity=float(item.total_quantity),
            amount=float(item.amount) if is_unmapped else 0.0,
        )

    def _review_message(self, item, review, is_unmapped):
        if review._get_review_kind() == "unclear":
            question = review.review_text
        else:
            question = self.env._(
                "The till has changed %(before)s: it is now %(now)s. Say whether it is "
                "the same item.",
                before=(review.previous_facts or {}).get("name") or review.name,
                now=review._facts_text(review._facts()),
            )
        fate = (
            self.env._("%(quantity)s sold, nothing was deducted.")
            if is_unmapped
            else self.env._("%(quantity)s sold, deducted as before.")
        )
        return f"{question} " + fate % {
            "quantity": number_text(self.env, item.total_quantity)
        }
