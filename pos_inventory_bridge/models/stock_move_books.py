from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

ACCOUNTANTS = (
    "account.group_account_user",
    "account.group_account_manager",
    "stock.group_stock_manager",
)


class StockMove(models.Model):
    """Analytic cost of what an outlet used, and a value for what left without one."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    # === ANALYTIC: once, on the journal item of the cost or else on the move === #

    def _get_analytic_distribution(self):
        """That of the outlet; what comes back goes back to where it was."""
        origin = self.origin_returned_move_id
        posting = (origin if origin.pos_bridge_day_id else self).pos_bridge_posting_id
        if not self.pos_bridge_day_id or self.is_inventory:
            return super()._get_analytic_distribution()
        return posting.sudo().analytic_distribution or {}

    def _create_analytic_move(self):
        """A journal entry makes its analytic lines itself; without one, and only once
        they are done, the moves make theirs.
        """
        own = self.filtered("pos_bridge_day_id")
        alone = own.filtered(
            lambda move: move.state == "done" and not move.account_move_id
        )
        return super(StockMove, self - own | alone)._create_analytic_move()

    def _prepare_analytic_line_values(self, account_field_values, amount, unit_amount):
        vals = super()._prepare_analytic_line_values(
            account_field_values, amount, unit_amount
        )
        if posting := self.pos_bridge_posting_id.sudo():
            vals.update(name=posting.name, date=posting.accounting_date)
        return vals

    # === BRANCHES === #

    def _get_account_move_line_vals(self):
        """A branch whose product has no stock account takes that of its parent."""
        vals_list = super()._get_account_move_line_vals()
        if self.pos_bridge_day_id:
            for vals in vals_list:
                vals["account_id"] = vals["account_id"] or self._stock_account_above()
        return vals_list

    def _stock_account_above(self):
        for company in self.company_id.sudo().parent_ids[::-1]:
            product = self.product_id.with_company(company)
            if account := product._get_product_accounts()["stock_valuation"]:
                return account.id
        return False

    # === WITHOUT COST === #

    @api.model
    def _domain_pos_bridge_uncosted(self):
        """What left for a sales day and was worth nothing."""
        return (
            Domain("pos_bridge_day_id", "!=", False)
            & Domain("state", "=", "done")
            & Domain("is_out", "=", True)
            & Domain("is_inventory", "=", False)
            & Domain("value", "=", 0)
            & Domain("quantity", ">", 0)
        )

    def action_pos_bridge_revalue(self):
        """Give what left without a value the cost that is known now; what came back of
        it follows. Values that were posted stay. Where none is chosen, all that the
        list shows are meant.
        """
        if not any(self.env.user.has_group(group) for group in ACCOUNTANTS):
            raise AccessError(self.env._("Ask an accountant to value these moves."))
        chosen = self or self._pos_bridge_listed()
        chosen.check_access("read")
        uncosted = Domain("id", "in", chosen.ids) & self._domain_pos_bridge_uncosted()
        moves = self.sudo().search(uncosted, order="id")
        values = {}
        for company, own in moves.grouped("company_id").items():
            values |= own._of_company(company)._pos_bridge_known_values()
        if not values:
            raise UserError(
                self.env._(
                    "None of these products has a cost yet. Receive them with a price, "
                    "or enter a cost on the product."
                )
            )
        for company, own in moves.grouped("company_id").items():
            company._pos_bridge_check_today_open()
            own._of_company(company)._pos_bridge_revalue(values)

    @api.model
    def _pos_bridge_listed(self):
        """What the list shows from which an action was called, if it says so."""
        listed = self.env.context.get("active_domain")
        if not listed or self.env.context.get("active_model") != self._name:
            return self.browse()
        return self.search(Domain(listed) & self._domain_pos_bridge_uncosted())

    def _of_company(self, company):
        return self.with_company(company).with_context(pos_bridge_one_company=True)

    def _pos_bridge_known_values(self):
        """{move: what it is worth}: at average cost that of its own date, or the first
        that was known after it; else today's.
        """
        average = self.product_id.filtered(lambda p: p.cost_method == "average")
        first = average._pos_bridge_first_costs()
        values = {}
        for move in self:
            product = move.product_id
            cost = first.get(product.id) or product.standard_price
            if value := move.company_currency_id.round(cost * move._get_valued_qty()):
                values[move] = value
        return values

    def _pos_bridge_revalue(self, values):
        """Core keeps who set which value and when; only this writes the entry."""
        moves = self.filtered(lambda move: move in values)
        followers = moves._pos_bridge_uncosted_followers()
        while followers:
            values |= followers._pos_bridge_values_of_origins(values)
            moves |= followers
            followers = followers._pos_bridge_uncosted_followers()
        self.env["product.value"].create(
            [
                {
                    "move_id": move.id,
                    "value": values[move],
                    "company_id": move.company_id.id,
                    "description": self.env._("It had left without a cost."),
                }
                for move in moves
            ]
        )
        today = fields.Date.context_today(self)
        for posting_moves in moves.grouped("pos_bridge_posting_id").values():
            posting_moves.with_context(
                force_period_date=today, pos_bridge_revalued=True
            )._create_account_move()
        moves._create_analytic_move()

    def _pos_bridge_uncosted_followers(self):
        """What a sales day moved against these, without a value either: what came back,
        and what only moves the difference of a count.
        """
        return self.returned_move_ids.filtered(
            lambda move: (
                move.pos_bridge_day_id
                and move.state == "done"
                and move.is_valued
                and not move.value
            )
        )

    def _pos_bridge_values_of_origins(self, values):
        """{move: its share of what its origin is worth}.

        Rounded as a sum: what came back in parts is together worth what it would be at
        once, so nothing is left of what came back entirely.
        """
        result = {}
        for origin, moves in (
            self.sorted("id").grouped("origin_returned_move_id").items()
        ):
            price = values[origin] / origin._get_valued_qty()
            currency, quantity, given = origin.company_currency_id, 0.0, 0.0
            for move in moves:
                quantity += move._get_valued_qty()
                together = currency.round(price * quantity)
                result[move] = currency.round(together - given)
                given = together
        return result

    def _pos_bridge_entry_reference(self):
        reference = super()._pos_bridge_entry_reference()
        if self.env.context.get("pos_bridge_revalued"):
            return self.env._("%s: valued at the cost that is known now", reference)
        return reference

    def _set_value(self, correction_quantity=None):
        """What a sales day posted keeps its value, whatever prices do later, until an
        accountant gives it another.
        """
        settled = self.browse()
        if not self.env.context.get("pos_bridge_moment"):
            settled = self.filtered(
                lambda move: move.pos_bridge_day_id and move.state == "done"
            )
        settled._pos_bridge_take_manual_value()
        return super(StockMove, self - settled)._set_value(
            correction_quantity=correction_quantity
        )

    def _pos_bridge_take_manual_value(self):
        entered = (
            self.env["product.value"]
            .sudo()
            .search([("move_id", "in", self.ids)], order="date, id")
        )
        # Only the last one counts; those before it were booked, or never held.
        last = {each.move_id: each for each in entered}
        changed = [move for move, entry in last.items() if move.value != entry.value]
        for moves in self._pos_bridge_by_turn(changed):
            for move in moves.with_context(pos_bridge_books_later=True):
                if not move.value:
                    move.pos_bridge_valued_at = last[move].date
                move.value = last[move].value
            moves._pos_bridge_book_values()
        entered.move_id.filtered("is_in").product_id._update_standard_price()

    @api.model
    def _pos_bridge_by_turn(self, moves):
        """Of each day the moves of one posting at a time: the cost of each posting is
        booked as its own, and however many moves it has, at once.
        """
        turns = defaultdict(self.browse)
        of_day = self.browse([move.id for move in moves]).grouped("pos_bridge_day_id")
        for day_moves in of_day.values():
            of_posting = day_moves.grouped("pos_bridge_posting_id").values()
            for turn, posting_moves in enumerate(of_posting):
                turns[turn] |= posting_moves
        return list(turns.values())
