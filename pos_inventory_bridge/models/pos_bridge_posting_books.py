from odoo import api, fields, models
from odoo.tools import format_date

ACCOUNTANTS = "account.group_account_readonly,account.group_account_invoice"


class PosBridgePosting(models.Model):
    """When a posting was moved and booked, why not on the business date, and where it
    is in the books.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.posting"

    business_date = fields.Date(
        related="day_id.business_date", help="The sales day that it belongs to."
    )
    late_text = fields.Char(
        compute="_compute_late_text",
        help="Which dates it has, and why they are not the business date.",
    )
    closing_ids = fields.Many2many(
        "account.move",
        string="Stock Closings",
        compute="_compute_closing_ids",
        groups=ACCOUNTANTS,
        help="The closings of the stock valuation that booked what of this posting has "
        "no journal entry of its own.",
    )
    entry_ids = fields.Many2many(
        "account.move",
        string="In the Books",
        compute="_compute_entry_ids",
        groups=ACCOUNTANTS,
        help="Its own journal entry, and the closings that booked the rest.",
    )
    booking_text = fields.Char(
        compute="_compute_booking_text",
        help="Why it, or a part of it, has no journal entry of its own.",
    )

    @api.depends("late_reason", "move_date", "accounting_date")
    def _compute_late_text(self):
        for posting in self:
            posting.late_text = posting.late_reason and posting._late_pattern() % {
                "reason": posting.late_reason,
                "business_date": format_date(self.env, posting.business_date),
                "accounting_date": format_date(self.env, posting.accounting_date),
            }

    def _late_pattern(self):
        if self.waited_for_goods:
            return self.env._(
                "%(reason)s So this belongs to the sales day %(business_date)s, and is "
                "dated %(accounting_date)s in stock and in the books: the goods "
                "arrived then."
            )
        if self.takes_back_late:
            return self.env._(
                "%(reason)s So this belongs to the sales day %(business_date)s, and is "
                "dated %(accounting_date)s in stock and in the books: nothing comes "
                "back before it left."
            )
        return self.env._(
            "%(reason)s So this belongs to the sales day %(business_date)s, and is "
            "dated %(accounting_date)s in stock and in the books, the first moment "
            "that is open."
        )

    @api.depends(
        "move_ids.account_move_id",
        "move_ids.value",
        "move_ids.date",
        "move_ids.pos_bridge_valued_at",
    )
    def _compute_closing_ids(self):
        """Of each move without an entry the first closing since it was moved."""
        entries = self.env["account.move"]
        for company, postings in self.grouped("company_id").items():
            closings = entries._pos_bridge_closings(company)
            for posting in postings:
                left = posting.sudo().move_ids._pos_bridge_left_to_closing()
                posting.closing_ids = entries.union(
                    *(move._pos_bridge_closing(closings)[0] for move in left)
                )

    @api.depends("account_move_ids", "closing_ids")
    def _compute_entry_ids(self):
        for posting in self:
            posting.entry_ids = posting.account_move_ids | posting.closing_ids

    @api.depends(
        "move_ids.account_move_id",
        "move_ids.value",
        "move_ids.date",
        "move_ids.pos_bridge_valued_at",
    )
    def _compute_booking_text(self):
        for posting in self:
            posting.booking_text = posting.sudo()._get_booking_text()

    def _get_booking_text(self):
        """Why a posting, or a part of it, has no journal entry; False where all of it
        has one.
        """
        moves = self.move_ids.with_company(self.company_id)
        if self._is_valued_after_closing():
            return self.env._(
                "What had left without a cost got its value after the stock valuation "
                "was closed: no closing booked it as a cost."
            )
        if moves.account_move_id:
            return self._get_booking_text_of_rest(moves._pos_bridge_left_to_closing())
        if not moves:
            return self.env._("No journal entry: nothing moved.")
        if self.closing_ids:
            return self.env._("Booked by the closing of the stock valuation.")
        if "real_time" not in moves.product_id.mapped("valuation"):
            return self.env._(
                "No journal entry: this company books its stock when it closes the "
                "period."
            )
        if not any(moves.mapped("value")):
            return self.env._(
                "No journal entry: what moved had no cost. Give its ingredients one, "
                "or bill their receipts."
            )
        places = moves.location_id | moves.location_dest_id
        if not places.valuation_account_id:
            return self.env._(
                "No journal entry: the consumption location has no cost account. Set "
                "it there; what is posted from then on is booked."
            )
        return self.env._(
            "No journal entry: when this was posted, stock was booked at the end of "
            "the period."
        )

    def _is_valued_after_closing(self):
        """Whether the closing of its time passed by what had no value yet."""
        late = self.move_ids._pos_bridge_left_to_closing().filtered(
            "pos_bridge_valued_at"
        )
        if not late:
            return False
        closings = self.env["account.move"]._pos_bridge_closings(self.company_id)
        return any(move._pos_bridge_closing(closings)[1] for move in late)

    def _get_booking_text_of_rest(self, moves):
        """Why these have no journal entry though others of the posting have one."""
        if moves and self.closing_ids:
            return self.env._(
                "What its journal entry does not say was booked by the closing of the "
                "stock valuation."
            )
        if "periodic" in moves.product_id.mapped("valuation"):
            return self.env._(
                "A part of it has no journal entry yet: the company books these "
                "products when it closes the period."
            )
        return False

    # === ACTIONS === #

    def action_view_entries(self):
        """The journal entry of this posting, and the closings that booked the rest."""
        return self.entry_ids._action_pos_bridge_entries()


class PosBridgeDay(models.Model):
    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    is_late = fields.Boolean(
        compute="_compute_is_late",
        help="Some postings are not dated on the business date; each says why.",
    )

    @api.depends("posting_ids.late_reason")
    def _compute_is_late(self):
        for day in self:
            day.is_late = any(day.posting_ids.mapped("late_reason"))
