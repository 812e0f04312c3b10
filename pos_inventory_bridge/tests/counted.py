"""What on hand, use and a count's difference must be, worked out from what was sold and
counted: plain sums that know nothing of revisions, rows and moves.
"""

from datetime import datetime


def at(text):
    """"3 23:00" -> 3 March 2026, 23:00 UTC."""
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
