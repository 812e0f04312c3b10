"""What was sold, what it used and what it cost, by whatever a person groups by."""

from collections import defaultdict

from _pizza_cells import Cells, without_nothing
from _pizza_figures import STATES
from _pizza_story import FROZEN

SALES, CONSUMPTION = "pos.bridge.sales.report", "pos.bridge.consumption.report"
MONTH, DATE = "business_date:month", "business_date:day"


class SalesCells(Cells):
    def sales(self):
        """Sales, cost, margin and cost share by item, group, outlet, day and month."""
        groups = self.truth.story.groups
        measures = {
            "quantity:sum": lambda sale: sale.quantity,
            "sales:sum": lambda sale: sale.amount + sale.zero_amount,
            "amount:sum": lambda sale: sale.amount_if("posted"),
            "unmapped_amount:sum": lambda sale: sale.amount_if(
                "unmapped", "failed", "undone"
            ),
            "cost:sum": lambda sale: sale.cost,
            "margin:sum": lambda sale: sale.margin,
        }
        for title, fields, key in (
            ("item", ["item_id"], lambda s: s.item),
            ("item and month", [MONTH, "item_id"], lambda s: (s.month, s.item)),
            ("group", ["group_id"], lambda s: groups[s.item]),
            (
                "group and month",
                [MONTH, "group_id"],
                lambda s: (s.month, groups[s.item]),
            ),
            ("month", [MONTH], lambda s: s.month),
            ("outlet and day", ["outlet_id", DATE], lambda s: (s.outlet, s.day)),
        ):
            for measure, figure in measures.items():
                want = self.figures.by(key, figure)
                self.compare_sums(f"sales by {title}, {measure}", want, fields, measure)
            shares = self.figures.shares(key)
            self.compare(
                f"sales by {title}, cost_share",
                without_nothing(shares),
                self.told(SALES, fields, "cost_share:avg"),
            )
        self.states()

    def compare_sums(self, title, want, fields, measure):
        have = self.told(SALES, fields, measure)
        self.compare(title, *map(without_nothing, (want, have)))

    def states(self):
        """Money by what became of it."""
        sums = defaultdict(float)
        for (_outlet, day), figures in self.figures.accounts.items():
            for state in STATES:
                sums[day.replace(day=1), state] += figures[state]
        have = self.told(SALES, [MONTH, "state"], "sales:sum")
        self.compare("sales by what became of them", without_nothing(sums), have)

    def consumption(self):
        """What was used and what it cost by ingredient, item, recipe, outlet, day."""
        used = [("kind", "=", "used")]
        recipes = {FROZEN: ""}
        for title, fields, key in (
            ("ingredient", ["product_id"], lambda s, name: name),
            (
                "ingredient and month",
                [MONTH, "product_id"],
                lambda s, name: (s.month, name),
            ),
            (
                "ingredient and item",
                ["item_id", "product_id"],
                lambda s, name: (s.item, name),
            ),
            (
                "ingredient and recipe",
                ["bom_id", "product_id"],
                lambda s, name: (recipes.get(s.item, s.item), name),
            ),
            (
                "ingredient and outlet",
                ["outlet_id", "product_id"],
                lambda s, name: (s.outlet, name),
            ),
            (
                "ingredient, outlet and day",
                ["outlet_id", DATE, "product_id"],
                lambda s, name: (s.outlet, s.day, name),
            ),
        ):
            figures = self.figures.used_by(key)
            measures = ("quantity:sum", "cost:sum")
            for measure, want in zip(measures, figures, strict=True):
                cells = want, self.told(CONSUMPTION, fields, measure, used)
                self.compare(f"use by {title}, {measure}", *map(without_nothing, cells))
        self.against_sales()

    def against_sales(self):
        """Cost beside the money of the same items, outlets and days."""
        for title, fields, key in (
            ("item", ["item_id"], lambda s: s.item),
            ("outlet and month", ["outlet_id", MONTH], lambda s: (s.outlet, s.month)),
            ("day", [DATE], lambda s: s.day),
        ):
            for measure, figure in (
                ("cost:sum", lambda sale: sale.cost),
                ("amount:sum", lambda sale: sale.amount_if("posted")),
            ):
                want = self.figures.by(key, figure)
                cells = want, self.told(CONSUMPTION, fields, measure)
                name = f"use against sales by {title}, {measure}"
                self.compare(name, *map(without_nothing, cells))
