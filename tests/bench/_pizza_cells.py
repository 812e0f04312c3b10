"""Cells of the reports against figures that were worked out apart from Odoo."""

from datetime import datetime, timedelta

#: Quantities and shares of money are floats in Odoo; this is their end.
CLOSE, NOTHING = 1e-6, 1e-9
DAY = timedelta(days=1)


class Tally:
    """
    :param results: where it is written how many cells of what were compared
    """

    def __init__(self, results):
        self.results = results
        self.compared = self.differences = 0

    def compare(self, name, want, have):
        """Each cell of a figure: {where: what}."""
        wrong = [
            key
            for key in sorted(want.keys() | have.keys(), key=str)
            if key not in want or key not in have or not is_same(want[key], have[key])
        ]
        for key in wrong[:3]:
            expected, told = (cells.get(key, "nothing") for cells in (want, have))
            print(f"   {name}, {key}: expected {expected}, told {told}")
        self.results.add(f"{name}: compared", len(want))
        if wrong:
            self.results.add(f"{name}: differences", len(wrong))
        self.differences += len(wrong)
        self.compared += len(want)


class Cells:
    """
    :param env: of a back-office user
    :param figures: a ``Figures``
    """

    def __init__(self, env, figures, tally):
        self.env, self.figures, self.compare = env, figures, tally.compare
        self.truth, self.days = figures.truth, figures.truth.story.days

    def told(self, model, groups, measure, domain=()):
        """{groups: figure} as the pivot shows it, without groups of nothing."""
        rows = self.env[model]._read_group(list(domain), groups, [measure])
        return {
            key[0] if len(key) == 1 else key: float(figure)
            for *group, figure in rows
            for key in [tuple(self.name_of(each) for each in group)]
            if figure
        }

    def name_of(self, value):
        if not hasattr(value, "_name"):
            return value.date() if isinstance(value, datetime) else value
        names = {
            "pos.bridge.item": "external_id",
            "product.product": "default_code",
            "mrp.bom": "product_tmpl_id.default_code",
        }
        path = names.get(value._name, "name")
        return (value.mapped(path) or [""])[0] or "" if value else ""


def is_same(want, have):
    if isinstance(want, float | int) and isinstance(have, float | int):
        return abs(want - have) <= CLOSE * max(1.0, abs(want))
    return want == have


def without_nothing(cells):
    """A group of nothing is shown as nothing or as 0, which is the same."""
    return {key: value for key, value in cells.items() if abs(value) > NOTHING}


def end_of_month(first):
    return (first + 32 * DAY).replace(day=1) - DAY


def cells_of(rows):
    """{(*where, number): figure} of {where: figures}."""
    return {
        (*key, number): value
        for key, values in rows.items()
        for number, value in enumerate(values)
    }
