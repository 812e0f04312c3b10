from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: What a posted entry says; changing it would part the books from the stock.
BOOKED_FIELDS = {"state", "date", "journal_id", "line_ids"}
BOOKED_LINE_FIELDS = {
    "account_id",
    "debit",
    "credit",
    "balance",
    "amount_currency",
    "move_id",
}


class AccountMove(models.Model):
    """The journal entry of a posting: where it comes from, and that it stays as it is.

    What made an entry is read from its stock moves, the only place that says so.
    """

    _inherit = "account.move"

    pos_bridge_posting_id = fields.Many2one(
        "pos.bridge.posting",
        string="POS Posting",
        compute="_compute_pos_bridge_posting_id",
        search="_search_pos_bridge_posting_id",
        help="The posting of a sales day that this entry books.",
    )
    pos_bridge_day_id = fields.Many2one(
        related="pos_bridge_posting_id.day_id", string="POS Sales Day"
    )
    pos_bridge_late_reason = fields.Char(
        related="pos_bridge_posting_id.late_reason", string="Why Not on the Sales Day"
    )
    pos_bridge_late_text = fields.Char(related="pos_bridge_posting_id.late_text")
    pos_bridge_is_closing = fields.Boolean(
        "Closes the Stock Valuation",
        readonly=True,
        copy=False,
        help="In a company without real-time valuation this entry books what was used.",
    )
    pos_bridge_closed_posting_count = fields.Integer(
        "POS Postings", compute="_compute_pos_bridge_closed_posting_count"
    )

    @api.depends("stock_move_ids.pos_bridge_posting_id")
    def _compute_pos_bridge_posting_id(self):
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("account_move_id", "in", self._origin.ids),
                    ("pos_bridge_posting_id", "!=", False),
                ],
                ["account_move_id", "pos_bridge_posting_id"],
            )
        )
        postings = {entry.id: posting.id for entry, posting in groups}
        for entry in self:
            entry.pos_bridge_posting_id = postings.get(entry._origin.id, False)

    @api.model
    def _search_pos_bridge_posting_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        moves = Domain("pos_bridge_posting_id", "in", [each for each in value if each])
        domain = Domain("stock_move_ids", "any", moves)
        if False in value:
            moves = Domain("pos_bridge_posting_id", "!=", False)
            domain |= ~Domain("stock_move_ids", "any", moves)
        return domain

    # === CLOSING OF A PERIOD === #

    def _pos_bridge_closed_at(self):
        """The moment up to which this closing of the stock valuation booked: as core
        sees it, when it was posted, or the midnight of its date.
        """
        self.ensure_one()
        state = self.env["ir.model.fields"]._get("account.move", "state")
        changes = self.sudo().message_ids.tracking_value_ids.filtered(
            lambda change: change.field_id == state
        )
        midnight = datetime.combine(self.date, time.min)
        return changes.sorted("id")[-1:].create_date or midnight

    @api.model
    def _pos_bridge_closings(self, company):
        """[(moment, entry)] of the posted closings of a company, oldest first."""
        entries = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("pos_bridge_is_closing", "=", True),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        closings = [(entry._pos_bridge_closed_at(), entry) for entry in entries]
        return sorted(closings, key=lambda closing: closing[0])

    def _domain_pos_bridge_closed(self):
        """The postings whose moves this closing booked."""
        self.ensure_one()
        closings = self._pos_bridge_closings(self.company_id)
        own = [number for number, (_at, entry) in enumerate(closings) if entry == self]
        if not own:
            return Domain.FALSE
        # What was booked at once is not booked again.
        after = closings[own[0] - 1][0] if own[0] else None
        moves = self.env["stock.move"]._domain_pos_bridge_closed_in(
            after, closings[own[0]][0]
        )
        domain = Domain("company_id", "=", self.company_id.id)
        return domain & Domain("move_ids", "any", moves)

    def _compute_pos_bridge_closed_posting_count(self):
        postings = self.env["pos.bridge.posting"].sudo()
        for entry in self:
            count = 0
            if entry.pos_bridge_is_closing:
                count = postings.search_count(entry._domain_pos_bridge_closed())
            entry.pos_bridge_closed_posting_count = count

    # === PROTECTION === #

    def write(self, vals):
        if BOOKED_FIELDS & vals.keys():
            self._check_pos_bridge_untouched()
        return super().write(vals)

    def button_draft(self):
        self._check_pos_bridge_untouched()
        return super().button_draft()

    def button_cancel(self):
        self._check_pos_bridge_untouched()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_pos_bridge_untouched()
        return super()._reverse_moves(default_values_list, cancel)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pos_bridge(self):
        self._check_pos_bridge_untouched()

    def _check_pos_bridge_untouched(self):
        """Raise for the posted entry of a sales day: stock and books go together."""
        posted = self.filtered(lambda entry: entry.state == "posted")
        for entry in posted.filtered("pos_bridge_posting_id"):
            raise UserError(
                self.env._(
                    "%(entry)s books what the sales day %(day)s took from stock, and "
                    "is never reset, reversed or changed by hand: stock and books "
                    "would part. Correct the sales, the mapping or the recipe and post "
                    "the day again, or use Undo on the sales day; both make a journal "
                    "entry of their own.",
                    entry=entry.display_name,
                    day=entry.sudo().pos_bridge_day_id.display_name,
                )
            )

    @api.depends("pos_bridge_posting_id")
    def _compute_show_reset_to_draft_button(self):
        result = super()._compute_show_reset_to_draft_button()
        self.filtered("pos_bridge_posting_id").show_reset_to_draft_button = False
        return result

    # === ACTIONS === #

    def _action_pos_bridge_entries(self):
        """These entries, as accountants list them: with date, reference and journal."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Entries"),
            "res_model": self._name,
            "domain": [("id", "in", self.ids)],
            "context": {"create": False, "view_no_maturity": True},
        }
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        view = self.env.ref("account.view_move_tree")
        return {**action, "views": [(view.id, "list"), (False, "form")]}

    def action_pos_bridge_posting(self):
        return self.pos_bridge_posting_id.get_formview_action()

    def action_pos_bridge_day(self):
        return self.pos_bridge_day_id.get_formview_action()

    def action_pos_bridge_bookings(self):
        """The moves and ingredients that make up this entry."""
        self.ensure_one()
        return self.env["pos.bridge.booking"]._action_of(self)

    def action_pos_bridge_closed_postings(self):
        """The postings that this closing of the stock valuation booked."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_posting_action"
        )
        domain = self._domain_pos_bridge_closed()
        return {**action, "domain": list(domain), "context": {}}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    pos_bridge_posting_id = fields.Many2one(
        related="move_id.pos_bridge_posting_id", string="POS Posting"
    )

    def action_pos_bridge_bookings(self):
        """The moves and ingredients whose values add up to this journal item."""
        self.ensure_one()
        return self.env["pos.bridge.booking"]._action_of(self.move_id, self.account_id)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_pos_bridge_untouched()
        return lines

    def write(self, vals):
        if BOOKED_LINE_FIELDS & vals.keys():
            self._check_pos_bridge_untouched()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pos_bridge(self):
        self._check_pos_bridge_untouched()

    def _check_pos_bridge_untouched(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        posted.move_id._check_pos_bridge_untouched()
