from collections import defaultdict

from odoo import models


class PosBridgePosting(models.Model):
    """From a posting's moves to the usage rows that they stand for.

    What the ledger says of a key (ingredient, unit, consumption location) after a
    posting is shared out among the rows in force then. A posting stands for what it
    changed in these shares, whatever held a part of it back before.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    def _origins(self, move):
        """Which usage rows a move of this posting stands for: [(usage, signed
        quantity)].

        Together they are what this posting moved of the move's key.
        """
        rows = self.env["pos.bridge.usage"].search(
            [("day_id", "=", self.day_id.id), ("product_id", "=", move.product_id.id)]
        )
        return self._origins_among(move, rows)

    def _origins_among(self, move, rows):
        """The same, of all of the day's rows of the ingredient; asks the database
        nothing.
        """
        self.ensure_one()
        key = move._pos_bridge_key()
        rows = rows.filtered(lambda row: row._ledger_key() == key)
        # Of the move as it comes: that reads the units of all ingredients at once.
        unit = move.product_id.uom_id
        moved, before = self._moved_up_to(key)
        shares = defaultdict(float, self._shares(rows, moved, unit))
        if before:
            earlier = before._moved_up_to(key)[0]
            for row, quantity in before._shares(rows, earlier, unit).items():
                shares[row] -= quantity
        shares = {row: round(quantity, 12) for row, quantity in shares.items()}
        return [(row, quantity) for row, quantity in shares.items() if quantity]

    def _moved_up_to(self, key):
        """(what the day's moves of a key say after this posting, the posting before
        this one that had any).
        """
        posted, before = 0.0, self.browse()
        moves = self.day_id.posting_ids.move_ids
        for move in moves.filtered(lambda move: move.product_id.id == key[0]):
            posting = move.pos_bridge_posting_id
            is_earlier = posting.revision < self.revision
            if move._pos_bridge_key() == key and (is_earlier or posting == self):
                posted += move.pos_bridge_used_quantity
                if is_earlier and posting.revision > before.revision:
                    before = posting
        return round(posted, 9), before

    def _shares(self, rows, posted, unit):
        """{row: its part of what the ledger said after this posting}: all of it, but
        for what waited, spread by size.
        """
        rows = rows._in_force_at(self.revision)
        if self.kind == "undo" and not posted:
            rows = rows.filtered("is_count")
        if not rows:
            return {}
        used = rows._sum(rows.mapped("quantity"))
        missing = posted - unit.round(used)
        size = sum(abs(row.quantity) for row in rows)
        if abs(missing) < 1e-9 or not size:
            return {row: row.quantity for row in rows}
        missing = posted - used
        return {row: row.quantity + missing * abs(row.quantity) / size for row in rows}
