"""Rule 9: what was sold before a count and is posted after it."""

from odoo.tests import tagged

from .common import DAY, PosBridgeCommon
from .counted import at, difference, on_hand


class CountsCommon(PosBridgeCommon):
    """A bar that takes coffee, sold with the times at which it was rung up (UTC)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee", cost=4)
        cls.esp = cls.item("ESP", cls.coffee, 1)
        cls.integration.shrink_limit = 1
        cls.received = []

    def setUp(self):
        super().setUp()
        self.sold, self.counted = [], None
        self.received = []

    # === WHAT HAPPENS === #

    def deliver(self, quantity, when, cost=None):
        self.receive(self.coffee, quantity, self.bar, at(when), cost)
        self.received.append((at(when), quantity))

    def count(self, quantity, when, location=None, product=None):
        """As a person does it: type what is there, apply, dated when it was counted."""
        product, location = product or self.coffee, location or self.bar
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": product.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory(at(when))
        if product == self.coffee:
            self.counted = at(when), quantity
        return self.env["stock.move"].search(
            [("product_id", "=", product.id), ("is_inventory", "=", True)],
            order="id desc",
            limit=1,
        )

    def ring(self, *sales, day=DAY):
        """What the till says of a day: (when, quantity) of espressos."""
        self.sold = [(when and at(when), quantity) for when, quantity in sales]
        self.sell(
            [
                self.receipt(
                    f"R{number}",
                    [self.line(1, "ESP", quantity, 2, sold_at=self.moment(when))],
                    day,
                )
                for number, (when, quantity) in enumerate(sales)
            ],
            day,
        )

    def moment(self, when):
        moment = when and at(when)
        return moment and self.at(*moment.timetuple()[:5])

    # === WHAT MUST BE === #

    def there(self, product=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.coffee).id),
                ("location_id", "child_of", self.bar.id),
            ]
        )
        return round(sum(quants.mapped("quantity")), 6)

    def net_into(self, usage, product=None):
        """What went from the bar to places of a kind, minus what came back."""
        moves = self.env["stock.move"].search(
            [("product_id", "=", (product or self.coffee).id), ("state", "=", "done")]
        )
        out = moves.filtered(lambda move: move.location_dest_id.usage == usage)
        back = moves.filtered(lambda move: move.location_id.usage == usage)
        return round(sum(out.mapped("quantity")) - sum(back.mapped("quantity")), 6)

    def check(self):
        there = on_hand(*self.counted, self.received, self.sold)
        self.assertEqual(self.there(), there)
        used = sum(quantity for _moment, quantity in self.sold)
        self.assertEqual(self.net_into("customer"), round(used, 6))
        self.assertEqual(
            -self.net_into("inventory"), difference(there, self.received, self.sold)
        )

    def check_again(self):
        """And running again posts and writes nothing."""
        self.check()
        before = self.row_counts()
        for trigger in ("automatic", "manual", "repost"):
            self.run_day(trigger)
        self.assertEqual(self.row_counts(), before)


@tagged("post_install", "-at_install")
class TestCounts(CountsCommon):
    def test_the_example(self):
        count = self.count(10, "3 22:00")
        self.ring(("3 07:10", 2), ("3 23:40", 3))
        self.run_day()
        self.check_again()
        rows = self.day().usage_ids
        self.assertEqual(
            [(row.quantity, row.count_move_id, row.is_count) for row in rows],
            [(2, count, False), (3, count.browse(), False), (-2, count, True)],
        )
