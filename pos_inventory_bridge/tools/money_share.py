"""Which share of money something is, where refunds may outweigh sales."""


def share_of_money(known, rest):
    """0 to 1, or None where there is no money at all.

    Sums below nothing weigh as much as those above: 100.00 that are known and -50.00
    that are not are two thirds, and not two hundred per cent.

    :param known, rest: iterables of sums
    """
    known, rest = (sum(map(abs, sums)) for sums in (known, rest))
    return known / (known + rest) if known + rest else None
