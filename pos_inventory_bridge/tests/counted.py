"""What on hand, use and a count's difference must be, worked out from what was sold and
counted: plain sums that know nothing of revisions, rows and moves.
"""

from datetime import datetime

import freezegun

from .common import DAY, PosBridgeCommon
from .stock_journal import StockJournalMixin


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


class CountStoriesCommon(CountsCommon):
    """Stories are lists of steps: (name, values ...), each a method ``step_...``."""

    def follow(self, story):
        for name, *values in story:
            getattr(self, f"step_{name.replace(' ', '_')}")(*values)

    def step_count(self, quantity, when):
        self.count(quantity, when)

    def step_deliver(self, quantity, when):
        self.deliver(quantity, when)

    def step_sell(self, *sales):
        self.ring(*sales)

    def step_run(self):
        self.run_day()

    def step_undo(self):
        self.day().with_user(self.user).action_undo()
        self.env.invalidate_all()
        self.is_undone = True

    def step_redo(self):
        self.day().with_user(self.user).action_redo()
        self.env.invalidate_all()
        self.is_undone = False


class ValuedCountsCommon(StockJournalMixin, CountsCommon):
    """The same at its own moments, with accounts of stock, cost and what is missing."""

    outlet_tz = "UTC"

    @classmethod
    def setUpClass(cls):
        freezer = freezegun.freeze_time(at("1 08:00"))
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.cost = cls.company._get_pos_bridge_cost_account()
        cls.outlet.consumption_location_id.valuation_account_id = cls.cost
        accounts = cls.coffee._get_product_accounts()
        cls.stock = accounts["stock_valuation"]
        inventory = cls.coffee.with_company(cls.company).property_stock_inventory
        cls.loss = cls.cost.copy({"name": "Inventory loss", "code": "500999"})
        inventory.valuation_account_id = cls.loss

    def setUp(self):
        super().setUp()
        self.clock.move_to(at("1 08:00"))

    def step_undo(self, _when):
        self.day().with_user(self.user).action_undo()
        self.is_undone = True

    def step_redo(self, _when):
        self.day().with_user(self.user).action_redo()
        self.is_undone = False
