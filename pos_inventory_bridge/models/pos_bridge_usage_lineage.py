from odoo import api, fields, models

from ..tools.wording import number_text


class PosBridgeUsage(models.Model):
    """From the ledger to the receipts and back: what a row had to do with it.

    A list that was opened from a stock move, or from a receipt line, shows of each row
    the part that adds up to it.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.usage"

    change_quantity = fields.Float(
        string="In This Posting",
        digits=False,
        min_display_digits=1,
        compute="_compute_change_quantity",
        help="What this row changed in the use that the stock move stands for: minus "
        "where the row ended with that posting.",
    )
    line_quantity = fields.Float(
        string="By This Line",
        digits=False,
        min_display_digits=1,
        compute="_compute_line_quantity",
        help="The share of the receipt line in what its item used that day.",
    )

    @api.depends_context("pos_bridge_of_move")
    def _compute_change_quantity(self):
        move = self.env["stock.move"].browse(
            self.env.context.get("pos_bridge_of_move", [])
        )
        changes = {}
        if move:
            origins = move._pos_bridge_origins()
            changes = {row.id: quantity for row, quantity in origins}
        for usage in self:
            usage.change_quantity = changes.get(usage.id, 0.0)

    @api.depends_context("pos_bridge_of_line")
    def _compute_line_quantity(self):
        line = self.env["pos.bridge.sale.line"].browse(
            self.env.context.get("pos_bridge_of_line", [])
        )
        for usage in self:
            shares = usage._line_shares() if line else {}
            usage.line_quantity = shares.get(line, 0.0)

    def _line_shares(self):
        """{receipt line: its share of this row}. In force they add up to the row; a row
        that ended was made of lines as the till told them then.
        """
        self.ensure_one()
        lines = self._sale_lines()
        counted = lines._counted_quantities(self.product_id)
        total = sum(counted.values()) if not self.revision_to else self.sold_quantity
        return {
            line: round(self.quantity * quantity / total, 12) if total else 0.0
            for line, quantity in counted.items()
        }

    def _sale_lines(self):
        """The receipt lines of the row's item, as the till tells them now."""
        self.ensure_one()
        return self.day_id._sale_lines(self.item_id, self.parent_item_id)

    def _pos_bridge_moves(self):
        """The stock moves that these rows had a part in, corrections included."""
        moves = self.env["stock.move"]
        keys = {row._ledger_key() for row in self}
        related = self.search(
            [
                ("day_id", "in", self.day_id.ids),
                ("product_id", "in", self.product_id.ids),
            ]
        ).grouped("day_id")
        for move in self.day_id.posting_ids.move_ids:
            posting = move.pos_bridge_posting_id
            if move._pos_bridge_key() in keys:
                rows = related[posting.day_id]
                origins = posting._origins_among(move, rows)
                if any(row in self for row, _quantity in origins):
                    moves |= move
        return moves

    # === ACTIONS === #

    @api.model
    def _action_of_move(self, move):
        """Open the rows that a stock move stands for; they add up to what the posting
        moved, but for what Odoo's precision rounds off.
        """
        origins = move._pos_bridge_origins()
        rows = self.union(*(row for row, _quantity in origins))
        name = move._pos_bridge_text(sum(quantity for _row, quantity in origins))
        return rows._action_of(name, "move", move)

    @api.model
    def _action_of_line(self, line):
        """Open what a receipt line used."""
        rows = self.search(
            [
                ("outlet_id", "=", line.outlet_id.id),
                ("business_date", "=", line.business_date),
                ("item_id", "=", line.item_id.id),
                ("parent_item_id", "=", line.parent_item_id.id),
                ("revision_to", "=", False),
            ]
        )
        name = self.env._("What %s used", line.display_name)
        action = rows._action_of(name, "line", line)
        return {**action, "help": self._help_of_line(line)}

    def _action_of(self, name, kind, record):
        """These rows, each with its part in a record.

        :param kind: "move" or "line", as in the names of context and view
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "display_name": name,
            "res_model": self._name,
            "views": [
                (self._view_id(f"pos_bridge_usage_view_list_{kind}"), "list"),
                (self._view_id("pos_bridge_usage_view_form"), "form"),
            ],
            "domain": [("id", "in", self.ids)],
            "context": {f"pos_bridge_of_{kind}": record.id},
        }

    @api.model
    def _help_of_line(self, line):
        if line.vanished_at or line.sale_id.vanished_at:
            return self.env._("The till took this line back: it uses nothing.")
        return self.env._(
            "This line used nothing: its item is not mapped, is ignored, or the day "
            "was not posted yet."
        )

    @api.model
    def _view_id(self, name):
        return self.env.ref(f"pos_inventory_bridge.{name}").id

    def action_view_sale_lines(self):
        """The receipt lines of one row, with the share of each in it."""
        action = super().action_view_sale_lines()
        if len(self) != 1:
            return action
        unit = self.uom_id.display_name
        quantity = number_text(self.env, self.quantity)
        name = f"{self.item_id.display_name}: {quantity} {unit} {self.product_id.name}"
        if self.revision_to:
            # Receipts are kept as the till tells them now; what it told before is gone.
            name = self.env._("%s, replaced since: the lines as they are now", name)
        return {
            **action,
            "name": name,
            "display_name": name,
            "views": [
                (self._view_id("pos_bridge_sale_line_view_list_usage"), "list"),
                (self._view_id("pos_bridge_sale_line_view_form"), "form"),
            ],
            "context": {"pos_bridge_of_usage": self.id},
        }

    def action_view_moves(self):
        """The stock moves that this row had a part in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_move_action_day"
        )
        name = f"{self.product_id.display_name}, {self.day_id.display_name}"
        action.update(name=name, display_name=name, context={})
        action["domain"] = [("id", "in", self._pos_bridge_moves().ids)]
        return action
