"""What on hand, use and a count's difference must be, worked out from what was sold and
counted: plain sums that know nothing of revisions, rows and moves.
"""

from datetime import datetime

from .common import DAY, PosBridgeCommon


def at(text):
    """ "3 23:00" -> 3 March 2026, 23:00 UTC."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, int(day), hour, minute)


def on_hand(counted_at, counted, received, used):
    """What must be there: what was counted last, and what came and went since.

    :param received: [(moment, quantity)]; ``used`` likewise
    """
    return round(
        counted
        + sum(quantity for moment, quantity in received if moment > counted_at)
        - sum(quantity for moment, quantity in used if moment and moment >= counted_at),
        6,
    )


def difference(there, received, used):
    """What all counts together found: what is there, that neither came nor went."""
    came = sum(quantity for _moment, quantity in received)
    went = sum(quantity for _moment, quantity in used)
    return round(there - came + went, 6)


def add_stories(cls, names):
    """One test for every story; ``cls.assertStory`` tells it."""
    for name in names:

        def test(self, name=name):
            self.assertStory(name)

        test.__name__ = f"test_{name.replace(' ', '_').replace(',', '')}"
        setattr(cls, test.__name__, test)


class CountsCommon(PosBridgeCommon):
    """A bar that takes coffee, sold with the times at which it was rung up (UTC)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.ingredient("Coffee", cost=4)
        cls.esp = cls.item("ESP", cls.coffee, 1)
        cls.integration.shrink_limit = 1
        cls.user.group_ids |= cls.env.ref("pos_inventory_bridge.pos_bridge_group_undo")

    def setUp(self):
        super().setUp()
        self.told, self.counted, self.received = [], None, []
        self.is_undone = False

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
        self.told = [(when and at(when), float(quantity)) for when, quantity in sales]
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
        used = [] if self.is_undone else self.told
        there = on_hand(*self.counted, self.received, used)
        self.assertEqual(self.there(), there)
        total = sum(quantity for _moment, quantity in used)
        self.assertEqual(self.net_into("customer"), round(total, 6))
        self.assertEqual(
            -self.net_into("inventory"), difference(there, self.received, used)
        )

    def check_again(self):
        """And running again posts and writes nothing."""
        self.check()
        before = self.row_counts()
        for trigger in ("automatic", "manual", "repost"):
            self.run_day(trigger)
        self.assertEqual(self.row_counts(), before)
