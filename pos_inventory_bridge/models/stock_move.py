from collections import defaultdict

from odoo import api, models
from odoo.fields import Command

# What a done move says; changing it would change a posted day behind its back.
DONE_FIELDS = {
    "quantity",
    "product_id",
    "product_uom",
    "product_uom_qty",
    "location_id",
    "location_dest_id",
    "lot_ids",
    "move_line_ids",
    "picking_id",
    "company_id",
    "is_inventory",
    "origin_returned_move_id",
    "state",
}
# The run dates its moves itself, with all rights; nobody else does.
DATE_FIELDS = {"date"}


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "pos.bridge.posted.mixin"]

    _pos_bridge_counts = models.Index(
        "(company_id, date) WHERE is_inventory AND pos_bridge_day_id IS NULL"
    )

    # === WHAT IS POSTED === #

    @api.model
    def _pos_bridge_posted(self, day):
        """{(product, unit, consumption location): quantity} of a day's done moves.

        Found by their link to the day and never by date or place; a move into the unit
        (a return) counts negative.
        """
        posted = defaultdict(float)
        groups = self.sudo()._read_group(
            [("pos_bridge_day_id", "=", day.id), ("state", "=", "done")],
            ["product_id", "location_id", "location_dest_id"],
            ["quantity:sum"],
        )
        for product, source, destination, quantity in groups:
            if source.usage == "internal":
                posted[product.id, source.id, destination.id] += quantity
            else:
                posted[product.id, destination.id, source.id] -= quantity
        products = self.env["product.product"]
        return {
            key: products.browse(key[0]).uom_id.round(quantity)
            for key, quantity in posted.items()
        }

    def _pos_bridge_returnable(self):
        """What of this move can still come back: what it took minus what did."""
        self.ensure_one()
        returned = self.returned_move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_id == self.location_dest_id
            )
        )
        return self.product_id.uom_id.round(
            self.quantity - sum(returned.mapped("quantity"))
        )

    def _pos_bridge_uncounted(self, inventory_id):
        """What of this move no count row stands against yet."""
        self.ensure_one()
        against = self.returned_move_ids.filtered(
            lambda move: (
                move.state == "done"
                and inventory_id in (move.location_id | move.location_dest_id).ids
            )
        )
        return self.product_id.uom_id.round(
            self.quantity - sum(against.mapped("quantity"))
        )

    # === POSTING: what core does that our own done moves do not need === #

    def _should_bypass_reservation(self, forced_location=False):
        """Our lines reserve nothing; what others had reserved is freed all the same."""
        if self.pos_bridge_day_id and not self.env.context.get(
            "pos_bridge_free_others"
        ):
            return True
        return super()._should_bypass_reservation(forced_location)

    def _skip_push(self):
        return bool(self.pos_bridge_day_id) or super()._skip_push()

    def _prepare_merge_moves_distinct_fields(self):
        names = super()._prepare_merge_moves_distinct_fields()
        return [*names, "pos_bridge_day_id", "pos_bridge_posting_id"]

    # === GOODS ARRIVE === #

    def _action_done(self, cancel_backorder=False):
        """Sales days may wait for what has just arrived."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["pos.bridge.open"]._note_arrival(done)
        return done

    # === VALUE === #

    def _set_value(self, correction_quantity=None):
        """Average cost: a day posted late costs what the goods cost on that day.

        Core's replay charges every issue the average of its own date; posting it at
        today's average would make stock value and entries drift apart. Only where
        something was priced after the day does this differ from core.
        """
        moment = self.env.context.get("pos_bridge_moment")
        if not moment or correction_quantity is not None:
            return super()._set_value(correction_quantity=correction_quantity)
        against = self._pos_bridge_against()
        replay = (self - against).filtered(
            lambda move: (
                move.pos_bridge_day_id
                and move.product_id.cost_method == "average"
                and not move.product_id.lot_valuated
                and move._is_out()
            )
        )
        later = replay.product_id._pos_bridge_priced_after(moment)
        replay = replay.filtered(lambda move: move.product_id in later)
        super(StockMove, self - replay - against)._set_value(
            correction_quantity=correction_quantity
        )
        averages = later._pos_bridge_averages(moment)
        unknown = later.filtered(lambda p: not averages.get(p.id, (0.0,))[0])
        first = unknown._pos_bridge_first_costs()
        for move in replay:
            product = move.product_id
            cost = averages.get(product.id, (0.0,))[0] or first.get(product.id)
            cost = cost or product.standard_price
            move.value = cost * move._get_valued_qty()
        against._pos_bridge_take_origin_value()
        return None

    def _pos_bridge_against(self):
        """Those that take out what a return of the same posting brings back: for core
        they are issues like any other. First in first out keeps its own order.
        """
        return self.filtered(
            lambda move: (
                move.pos_bridge_day_id
                and move.is_inventory
                and move._is_out()
                and move.origin_returned_move_id._pos_bridge_valued_origin()
                and move.product_id.cost_method != "fifo"
            )
        )

    def _pos_bridge_valued_origin(self):
        """The issue whose value this bears: a return that is posted together with what
        stands against it has none yet.
        """
        return self.origin_returned_move_id or self.filtered("is_in")

    def _pos_bridge_take_origin_value(self):
        """The share of the value that goes back and forth."""
        for move in self:
            origin = move.origin_returned_move_id._pos_bridge_valued_origin()
            move.value = origin.value * move._get_valued_qty() / origin.quantity

    def _create_account_move(self):
        """One entry per posting, one line per account, on the accounting date."""
        own = self.filtered(
            lambda move: move.pos_bridge_day_id and move._should_create_account_move()
        )
        entries = super(StockMove, self - own)._create_account_move()
        entry_vals = own._prepare_pos_bridge_entry_vals()
        if not entry_vals:
            return entries
        entry = self.env["account.move"].sudo().create(entry_vals)
        own.filtered("value").account_move_id = entry
        # Not "soft": a date that is still tomorrow in UTC must not leave a draft
        # behind.
        entry._post(soft=False)
        return entries | entry

    def _prepare_pos_bridge_entry_vals(self):
        """Values of the entry for these moves; empty where nothing has a value."""
        lines = self._pos_bridge_balances()
        if not lines:
            return {}
        reference = self._pos_bridge_entry_reference()
        return {
            "journal_id": self.company_id._get_pos_bridge_stock_journal().id,
            "date": self.env.context.get("force_period_date"),
            "ref": reference,
            "narration": self.pos_bridge_posting_id[:1].late_reason,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account,
                        "name": reference,
                        "debit": max(balance, 0.0),
                        "credit": max(-balance, 0.0),
                        "analytic_distribution": dict(distribution),
                    }
                )
                for (account, distribution), balance in lines.items()
            ],
        }

    def _pos_bridge_entry_reference(self):
        """Like "Bar, 3 March 2026, correction 2"."""
        return ", ".join(dict.fromkeys(self.picking_id.mapped("origin")))

    def _pos_bridge_balances(self):
        """{(account, analytic distribution): balance}, without what is zero. Only the
        side of the cost is distributed.
        """
        balances = defaultdict(float)
        for move in self:
            places = move.location_id | move.location_dest_id
            costs = places.valuation_account_id.ids
            distribution = tuple(sorted(move._get_analytic_distribution().items()))
            for vals in move._get_account_move_line_vals():
                account = vals["account_id"]
                key = account, distribution if account in costs else ()
                balances[key] += vals["debit"] - vals["credit"]
        currency = self.company_id.currency_id
        return {
            key: currency.round(balance)
            for key, balance in balances.items()
            if not currency.is_zero(balance)
        }

    # === PROTECTION === #

    def write(self, vals):
        guarded = DONE_FIELDS if self.env.su else DONE_FIELDS | DATE_FIELDS
        if guarded & vals.keys():
            own = self.filtered(lambda move: move.pos_bridge_day_id)
            own.filtered(
                lambda move: move._differs(guarded, vals)
            )._check_pos_bridge_untouched()
        return super().write(vals)

    def _differs(self, names, vals):
        """Would these values change one of the named fields?"""
        return any(
            vals[name] != self._fields[name].convert_to_write(self[name], self)
            for name in names & vals.keys()
        )

    # === LINEAGE === #

    def _pos_bridge_origins(self):
        """Which usage rows made this move: [(usage row, signed quantity)].

        For the move's key, each row's share in the ledger at its revision minus that
        before.
        """
        self.ensure_one()
        return self.pos_bridge_posting_id._origins(self)

    def action_pos_bridge_origins(self):
        """Open the usage rows that this move stands for."""
        self.ensure_one()
        return self.env["pos.bridge.usage"]._action_of_move(self)

    def action_pos_bridge_ledger(self):
        """The ledger of what this move moved, in the storage units that it touches."""
        lines = self.move_line_ids
        units = (lines.location_id | lines.location_dest_id).storage_unit_id
        return self.env["pos.bridge.ledger"]._action_of(self.product_id, units)

    def _pos_bridge_ledger_action(self):
        """The ledger's entries of these moves alone."""
        units = (self.location_id | self.location_dest_id).storage_unit_id
        return self.env["pos.bridge.ledger"]._action_of(self.product_id, units, self)
