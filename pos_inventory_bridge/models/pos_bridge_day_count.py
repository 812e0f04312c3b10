from collections import defaultdict
from dataclasses import replace
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import business_day
from ..tools.plan import Change, Count, Problem
from ..tools.wording import moment_text, number_text
from .stock_move_count import COUNT_STANDS

#: The last finished count of every ingredient in every storage unit, after a moment.
#: A relocation moves between two places of the warehouse and is none. One that was
#: reverted is told only where no other one stands, as what had been moved out of its
#: difference has to go back.
LAST_COUNTS = f"""
SELECT DISTINCT ON (product_id, storage_unit_id)
       product_id, storage_unit_id, id, date, location_id, create_date, stands
  FROM (
        SELECT move.product_id, move.id, move.date, move.create_date,
               {COUNT_STANDS} AS stands,
               CASE WHEN source.usage = 'inventory'
                    THEN destination.storage_unit_id
                    ELSE source.storage_unit_id END AS storage_unit_id,
               CASE WHEN source.usage = 'inventory'
                    THEN source.id ELSE destination.id END AS location_id
          FROM stock_move move
          JOIN stock_location source ON source.id = move.location_id
          JOIN stock_location destination ON destination.id = move.location_dest_id
         WHERE move.state = 'done'
           AND move.is_inventory
           AND move.pos_bridge_day_id IS NULL
           AND move.pos_bridge_reverted_id IS NULL
           AND move.company_id = %(company)s
           AND move.date > %(since)s
           AND move.date <= %(until)s
           AND 'inventory' IN (source.usage, destination.usage)
       ) counted
 WHERE storage_unit_id IS NOT NULL
 ORDER BY product_id, storage_unit_id, stands DESC, date DESC, id DESC
"""


class PosBridgeDay(models.Model):
    """Counts that were finished after some of a day was sold (rule 9).

    What was sold before a count is already missing from what was counted. Posted after
    it all the same, it would be missing twice.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    # === WHAT WAS COUNTED === #

    def _late_counts(self):
        """{(product id, storage unit id): ``Count``}: the last counts that were made
        after the day began. Of a count before that, nothing of the day is missing.
        """
        self.ensure_one()
        counts = self._last_counts(self.company_id, self._begin())
        return self._with_what_they_saw(counts) if counts and self.revision else counts

    def _begin(self):
        """When the business day began."""
        outlet = self.outlet_id
        begin, _end = business_day.window(
            self.business_date, outlet.tz, outlet.day_start
        )
        return begin.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _last_counts(self, company, since):
        """{(product id, storage unit id): ``Count``}: the last ones after a moment."""
        self.env["stock.move"].flush_model()
        self.env["stock.location"].flush_model(["usage", "storage_unit_id"])
        rows = self.env.execute_query(
            SQL(
                LAST_COUNTS,
                company=company.id,
                since=since,
                until=fields.Datetime.now(),
            )
        )
        return {(row[0], row[1]): Count(*row[2:]) for row in rows}

    def _with_what_they_saw(self, counts):
        """What a count found had been taken by all that was posted before it was done.

        By the order in which moves were made and not by their dates: both kinds may be
        dated back.
        """
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [("pos_bridge_day_id", "=", self.id), ("state", "=", "done")],
                [
                    "pos_bridge_posting_id",
                    "product_id",
                    "location_id",
                    "location_dest_id",
                ],
                ["quantity:sum", "id:min"],
            )
        )
        revisions, moved = {}, defaultdict(list)
        for posting, product, source, destination, quantity, first_id in groups:
            known = revisions.get(posting.revision, first_id)
            revisions[posting.revision] = min(first_id, known)
            is_out = source.usage == "internal"
            unit, other = (source, destination) if is_out else (destination, source)
            amount = quantity if is_out else -quantity
            is_count = other.usage == "inventory"
            moved[(product.id, unit.id), is_count].append((first_id, amount))

        def seen(pair, is_count):
            last_id = counts[pair].move_id
            amounts = moved[pair, is_count]
            return sum(amount for first, amount in amounts if first < last_id)

        return {
            pair: replace(
                count,
                revision=max(
                    (n for n, first in revisions.items() if first < count.move_id),
                    default=0,
                ),
                posted=seen(pair, False),
                against=seen(pair, True),
            )
            for pair, count in counts.items()
        }

    def _split_by_count(self, vals, item, need, count):
        """Values of the two usage rows of an ingredient that was counted in between;
        those that used nothing are left out later.
        """
        product = self.env["product.product"].browse(need.product_id)
        effect_of = self.integration_id.policy_ids._effect
        before, net = (
            sold.net(lambda event: effect_of(event, product))
            for sold in (item.sold_before(count.moment), item)
        )
        amounts = ((before, count.move_id), (net - before, False))
        return [
            {
                **vals,
                "sold_quantity": float(amount),
                "quantity": need.quantity * amount,
                "count_move_id": count_move_id,
            }
            for amount, count_move_id in amounts
        ]

    # === WHAT MAY BE POSTED === #

    def _allowed(self, deltas):
        allowed, problems = super()._allowed(deltas)
        return self._without_idle_counts(deltas, allowed), problems

    def _without_idle_counts(self, wanted, allowed):
        """Use that is not posted needs nothing out of a count's difference either: what
        was sold after the count is what waits first.
        """
        if not any(delta.count_move_id for delta in allowed):
            return allowed
        amounts = defaultdict(lambda: [0.0, 0.0])
        for index, deltas in enumerate((wanted, allowed)):
            for delta in deltas:
                if not delta.count_move_id:
                    amounts[delta.place][index] += delta.quantity
        result = []
        for delta in allowed:
            quantity = delta.quantity
            if delta.count_move_id:
                quantity = self._part_of_count(delta, *amounts[delta.place])
            if quantity:
                result.append(replace(delta, quantity=quantity))
        return result

    def _part_of_count(self, delta, wanted, posted):
        """How much of a count row follows the part of the use that is posted."""
        sign = -1 if delta.quantity > 0 else 1
        size, wanted, posted = abs(delta.quantity), sign * wanted, sign * posted
        after = max(wanted - size, 0.0)
        left = size - max(wanted - posted - after, 0.0)
        unit = self.env["product.product"].browse(delta.product_id).uom_id
        return -sign * unit.round(max(left, 0.0))

    def _get_posting_rules(self):
        # What a count holds needs no goods: those are for what was sold after it.
        return [self._without_counted, *super()._get_posting_rules()]

    def _without_counted(self, deltas):
        """Policy *hold*: what was sold before a count waits for a person; what was sold
        since passes, whichever way either of them changed.
        """
        allowed, problems = [], []
        for delta in deltas:
            unit = self.env["product.product"].browse(delta.product_id).uom_id
            left = unit.round(delta.quantity - delta.counted)
            if not unit.is_zero(left):
                allowed.append(replace(delta, quantity=left))
            if delta.counted:
                problems.append((delta.place, delta.counted))
        return allowed, self._counted_problems(problems)

    # === WHAT A PERSON SHOULD KNOW === #

    def _changes(self, deltas, *args):
        """What comes out of a count's difference is a line of its own, at the value of
        the use that it stands against.
        """
        use = [delta for delta in deltas if not delta.count_move_id]
        changes = super()._changes(use, *args)
        prices = {
            (change.product_id, change.location_id): change.value / change.difference
            for change in changes
            if change.difference
        }
        counted = [delta for delta in deltas if delta.count_move_id]
        posted = self.env["stock.move"]._pos_bridge_posted(self) if counted else {}
        for delta in counted:
            product = self.env["product.product"].browse(delta.product_id)
            now = posted.get(delta.key, 0.0)
            then = product.uom_id.round(now + delta.quantity)
            value = delta.quantity * prices.get(delta.place, product.standard_price)
            changes.append(Change(*delta.place, now, then, value, is_count=True))
        return changes

    def _ledger_problems(self, deltas):
        problems = super()._ledger_problems(deltas)
        if self.integration_id.late_count_policy == "post":
            uncounted = self.env["pos.bridge.usage"]._uncounted(self)
            problems += self._counted_problems(uncounted.items())
        return problems

    def _counted_problems(self, quantities):
        """:param quantities: [((product id, storage unit id), quantity)]"""
        if not quantities:
            return []
        counts = self._late_counts()
        return [
            self._counted_problem(*pair, quantity, counts[pair])
            for pair, quantity in quantities
        ]

    def _counted_problem(self, product_id, location_id, quantity, count):
        product = self.env["product.product"].browse(product_id)
        is_held = self.integration_id.late_count_policy == "hold"
        return Problem(
            code="counted_later",
            product_id=product_id,
            location_ids=(location_id,),
            quantity=quantity,
            is_waiting=is_held,
            message=self._counted_texts()[is_held, quantity > 0]
            % {
                "product": product.display_name,
                "quantity": number_text(self.env, abs(quantity)),
                "uom": product.uom_id.name,
                "unit": self.env["stock.location"].browse(location_id).name,
                "moment": moment_text(self.env, count.moment, self.outlet_id.tz),
            },
        )

    def _counted_texts(self):
        """{(is it held, was it used): text}"""
        return {
            (True, True): self.env._(
                "%(product)s: %(quantity)s %(uom)s were sold before %(unit)s was "
                "counted on %(moment)s and are not posted, because the integration "
                "holds such use. Choose Keep the count (How it posts, Counted since), "
                "then post the day again."
            ),
            (True, False): self.env._(
                "%(product)s: %(quantity)s %(uom)s would come back of what was sold "
                "before %(unit)s was counted on %(moment)s. They are not posted, "
                "because the integration holds such use. Choose Keep the count (How it "
                "posts, Counted since), then post the day again."
            ),
            (False, True): self.env._(
                "%(product)s: %(quantity)s %(uom)s were sold before %(unit)s was "
                "counted on %(moment)s and posted after it, so they are missing twice "
                "from what Odoo says is there. Count it again; or choose Keep the "
                "count (How it posts, Counted since), then post the day again."
            ),
            (False, False): self.env._(
                "%(product)s: %(quantity)s %(uom)s came back of what was sold before "
                "%(unit)s was counted on %(moment)s, so Odoo knows of more than there "
                "is. Count it again; or choose Keep the count (How it posts, Counted "
                "since), then post the day again."
            ),
        }
