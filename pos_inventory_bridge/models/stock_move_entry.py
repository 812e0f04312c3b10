from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.wording import number_text


class StockMove(models.Model):
    """What a move put into the books, as it was booked.

    A journal entry is aggregated per account, and accounts, costs and values may change
    later: so each move keeps its own part of the entry.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    pos_bridge_booked_value = fields.Float(
        "Booked",
        digits=False,
        readonly=True,
        copy=False,
        help="What this move put into its journal entry, on either side.",
    )
    pos_bridge_debit_account_id = fields.Many2one(
        "account.account", "Debited Account", readonly=True, copy=False
    )
    pos_bridge_credit_account_id = fields.Many2one(
        "account.account", "Credited Account", readonly=True, copy=False
    )
    pos_bridge_valued_at = fields.Datetime(
        "Valued On",
        readonly=True,
        copy=False,
        help="When this got its value, where it had left without one.",
    )
    pos_bridge_late_reason = fields.Char(
        related="pos_bridge_posting_id.late_reason", string="Why Not on the Sales Day"
    )
    pos_bridge_business_date = fields.Date(
        related="pos_bridge_day_id.business_date", string="Business Date"
    )

    pos_bridge_used_quantity = fields.Float(
        "Used",
        digits="Product Unit",
        compute="_compute_pos_bridge_used",
        help="What left the storage unit; negative where it came back.",
    )
    pos_bridge_used_value = fields.Monetary(
        "Value of What Was Used",
        currency_field="company_currency_id",
        compute="_compute_pos_bridge_used",
    )

    pos_bridge_unit_id = fields.Many2one(
        "stock.location",
        "From",
        compute="_compute_pos_bridge_used",
        help="The storage unit that it left, or came back to.",
    )

    @api.depends("quantity", "value", "location_id.usage", "location_dest_id")
    def _compute_pos_bridge_used(self):
        for move in self:
            is_out = move.location_id.usage == "internal"
            sign = 1 if is_out else -1
            place = move.location_id if is_out else move.location_dest_id
            move.pos_bridge_unit_id = place
            move.pos_bridge_used_quantity = sign * move.quantity
            move.pos_bridge_used_value = sign * abs(move.value)

    def _create_account_move(self):
        entries = super()._create_account_move()
        own = self.filtered(lambda move: move.pos_bridge_day_id)
        own.filtered("account_move_id")._pos_bridge_note_booking()
        return entries

    def _pos_bridge_note_booking(self):
        """Keep what each move was booked with."""
        for move in self:
            credit, debit = move._get_account_move_line_vals()
            move.write(
                {
                    "pos_bridge_booked_value": debit["debit"] - debit["credit"],
                    "pos_bridge_debit_account_id": debit["account_id"],
                    "pos_bridge_credit_account_id": credit["account_id"],
                }
            )

    @api.model
    def _domain_pos_bridge_left_to_closing(self):
        """What has a value and no journal entry: a closing of the stock valuation books
        it, whichever way its product is valued since.
        """
        return Domain("account_move_id", "=", False) & Domain("value", "!=", 0)

    def _pos_bridge_left_to_closing(self):
        return self.filtered_domain(self._domain_pos_bridge_left_to_closing())

    @api.model
    def _domain_pos_bridge_closed_in(self, after, until):
        """What a closing of this time booked. Core looks at dates alone: what got its
        value once its closing was made is in none.
        """
        moved = Domain("date", "<=", until)
        if after:
            moved &= Domain("date", ">", after)
        valued = Domain("pos_bridge_valued_at", "=", False)
        valued |= Domain("pos_bridge_valued_at", "<=", until)
        return self._domain_pos_bridge_left_to_closing() & moved & valued

    def _pos_bridge_closing(self, closings):
        """(entry, was too early): the first of [(moment, entry)] since this was moved;
        no entry where this had no value yet.
        """
        none = self.env["account.move"]
        for moment, entry in closings:
            if moment >= self.date:
                is_early = (self.pos_bridge_valued_at or moment) > moment
                return (none if is_early else entry), is_early
        return none, False

    # === WHAT IT STANDS FOR === #

    def _pos_bridge_key(self):
        """Ids of product, unit and consumption location, as usage rows have them."""
        is_out = self.location_id.usage == "internal"
        unit, other = self.location_id, self.location_dest_id
        if not is_out:
            unit, other = other, unit
        return self.product_id.id, unit.id, other.id

    def _pos_bridge_of_one_key(self):
        """All moves of this posting between the same two places, either way."""
        self.ensure_one()
        key = self._pos_bridge_key()
        return self.pos_bridge_posting_id.move_ids.filtered(
            lambda move: move._pos_bridge_key() == key
        )

    def _pos_bridge_text(self, used):
        """Like "Coffee, Bar: 4 kg moved, 4.003 kg used": used is not rounded."""
        unit = self.product_id.uom_id
        moves = self._pos_bridge_of_one_key()
        taken = sum(moves.mapped("pos_bridge_used_quantity"))
        moved = f"{number_text(self.env, unit.round(taken))} {unit.display_name}"
        name = f"{self.product_id.display_name}, {self.pos_bridge_unit_id.name}"
        if abs(taken - used) < 1e-9:
            return f"{name}: {moved}"
        return self.env._(
            "%(name)s: %(moved)s moved, %(used)s used",
            name=name,
            moved=moved,
            used=f"{number_text(self.env, used)} {unit.display_name}",
        )

    # === ACTIONS === #

    def action_pos_bridge_entry(self):
        """The journal entry that books this move."""
        return self.account_move_id.get_formview_action()

    def action_pos_bridge_posting(self):
        return self.pos_bridge_posting_id.get_formview_action()
