"""Theoretical against actual, and what is there."""

import itertools
from collections import defaultdict

from _pizza_cells import DAY, Cells
from _pizza_stock import cents
from _pizza_story import OUTLETS
from _pizza_variance import FIGURES, Variance


class StockCells(Cells):
    def variances(self):
        counts = [day for day in self.days[1:] if day.day in (1, 12)]
        first, last = self.days[3], self.days[-3]
        spans = [("dates", first, last, None), ("dates", *self.a_month(), None)]
        spans += [("dates", first, last, outlet) for outlet in OUTLETS]
        spans += [("counts", first, last, None)]
        spans += [("counts", *pair, None) for pair in itertools.pairwise(counts)]
        cells, coverage = defaultdict(lambda: ({}, {})), ({}, {})
        for span in spans:
            variance, wizard = Variance(self.figures, *span), self.wizard_of(*span)
            self.lines_of(span, variance, wizard, cells)
            for name, value in variance.coverage().items():
                coverage[0][*span, name] = float(value)
                coverage[1][*span, name] = float(wizard[name])
        for (basis, name), pair in cells.items():
            self.compare(f"variance between {basis}, {name}", *pair)
        self.compare("variance, coverage", *coverage)

    def a_month(self):
        """The last whole one."""
        end = self.days[-1].replace(day=1) - DAY
        return end.replace(day=1), end

    def wizard_of(self, basis, first, last, outlet):
        units = self.env["pos.bridge.outlet"].search([("name", "=", outlet)])
        wizard = self.env["pos.bridge.variance.wizard"].create(
            {
                "basis": basis,
                "date_from": first,
                "date_to": last,
                "storage_unit_ids": units.storage_unit_id.ids,
            }
        )
        wizard.action_compare()
        return wizard

    def lines_of(self, span, variance, wizard, cells):
        for line in variance.lines.items():
            for name in (*FIGURES, "is_counted", "since", "until"):
                cells[span[0], name][0][*span, *line[0]] = line[1][name]
        for line in wizard.line_ids:
            place = line.storage_unit_id.name.removeprefix("Kitchen of ")
            key = *span, place, line.product_id.default_code
            for name in (*FIGURES, "is_counted", "since", "until"):
                cells[span[0], name][1][key] = line[name]

    def stock(self):
        stock = self.truth.stock
        want, have = {}, {}
        for (outlet, name), kg in stock.on_hand.items():
            want[outlet, name, "quantity"] = float(kg)
            want[outlet, name, "value"] = float(cents(kg * stock.cost(name)))
        for row in self.env["pos.bridge.stock"].search([]):
            outlet = row.storage_unit_id.name.removeprefix("Kitchen of ")
            for figure in ("quantity", "value"):
                have[outlet, row.product_id.default_code, figure] = row[figure]
        self.compare("what is there", want, have)
