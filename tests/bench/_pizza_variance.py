"""What *theoretical against actual* should say: figures out of a ``Truth``."""

from datetime import timedelta

from _pizza_story import OUTLETS, at

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
#: Below this share of money, ingredients and moves the screen warns.
ENOUGH = 0.95
FIGURES = (
    *("opening", "receipt", "transfer", "theoretical", "waste", "other"),
    *("count_difference", "closing", "receipt_value", "theoretical_value"),
    *("waste_value", "count_value", "variance_share", "move_count", "costed_count"),
)


class Variance:
    """Lines between two dates, or from count to count.

    :param figures: a ``Figures``
    :param outlet: only of this one's unit
    """

    def __init__(self, figures, basis, first, last, outlet=None):
        self.figures, self.stock, self.basis = figures, figures.stock, basis
        self.first, self.last, self.outlet = first, last, outlet
        self.since, self.until = at(first) - SECOND, at(last + DAY) - SECOND
        self.lines = {
            (place, name): line
            for place in OUTLETS
            for name in figures.truth.story.names
            if outlet in (None, place)
            for line in [self._line(place, name)]
            if line
        }

    def _line(self, outlet, name):
        since, until, is_counted = self._span(outlet, name)
        moves = [m for m in self.stock.by_name[name] if m.outlet == outlet]
        inside = [move for move in moves if since < move.moment <= until]
        opening = sum(move.quantity for move in moves if move.moment <= since)
        if not (inside or opening or is_counted):
            return None
        kinds = ("receipt", "transfer", "issue", "waste", "count")
        kg = {k: sum(m.quantity for m in inside if m.kind == k) for k in kinds}
        money = {k: sum(m.value or 0 for m in inside if m.kind == k) for k in kinds}
        valued = [m for m in inside if m.value is not None and m.quantity]
        values = (
            *(opening, kg["receipt"], kg["transfer"], -kg["issue"], -kg["waste"], 0),
            *(kg["count"], opening + sum(kg.values()), money["receipt"]),
            *(-money["issue"], -money["waste"], money["count"]),
            -kg["count"] / kg["issue"] if kg["issue"] else 0,
            *(len(valued), sum(bool(move.value) for move in valued)),
        )
        line = dict(zip(FIGURES, map(float, values), strict=True))
        return line | {"is_counted": is_counted, "since": since, "until": until}

    def _span(self, outlet, name):
        """(after which moment, up to which, whether it was counted)."""
        since, until = self.since, self.until
        if self.basis == "dates":
            counts = self.stock.counted[outlet, name]
            return since, until, any(since < moment <= until for moment in counts)
        start = self.stock.last_count(outlet, name, since + DAY)
        end = self.stock.last_count(outlet, name, until)
        if start and end > start:
            return start, end, True
        return since, until, False

    def coverage(self):
        """How far it may be trusted."""
        lines = self.lines.values()
        used = [line for line in lines if line["theoretical"]]
        moves = sum(line["move_count"] for line in lines)
        share = self.figures.mapped_share(
            *(self.first, self.last, self.outlet), is_use=True
        )
        shares = {
            "mapped_share": share or 0.0,
            "counted_share": part(sum(line["is_counted"] for line in used), len(used)),
            "costed_share": part(sum(line["costed_count"] for line in lines), moves),
        }
        return shares | {
            "variance_value": sum(
                line["count_value"] for line in lines if line["is_counted"]
            ),
            "line_count": len(self.lines),
            "is_covered": float(min(shares.values()) >= ENOUGH),
        }


def part(some, whole):
    return some / whole if whole else 0.0
