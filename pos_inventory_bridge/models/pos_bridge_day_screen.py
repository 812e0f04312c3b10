from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.tools import format_date


class PosBridgeDay(models.Model):
    """What the screens show of a day beyond what is stored, and where they lead."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    weekday = fields.Char(compute="_compute_weekday", help="Of the business date.")
    sale_ids = fields.Many2many(
        "pos.bridge.sale", string="Receipts", compute="_compute_sale_ids"
    )
    sale_count = fields.Integer(compute="_compute_sale_ids")
    move_count = fields.Integer(compute="_compute_move_count")
    posting_count = fields.Integer(compute="_compute_posting_count")
    open_count = fields.Integer(
        string="Number of Exceptions", compute="_compute_open_text"
    )
    used_ids = fields.One2many(
        "pos.bridge.usage",
        string="What Was Used",
        compute="_compute_used_ids",
        help="One line per ingredient and storage unit; it opens the items that used "
        "it.",
    )
    is_counted_since = fields.Boolean(
        compute="_compute_used_ids",
        help="Some of it was sold before a count and posted after it.",
    )
    open_text = fields.Char(
        string="What Is Open",
        compute="_compute_open_text",
        help="What waits for a person on this day.",
    )
    is_short = fields.Boolean(
        compute="_compute_is_short",
        help="More was used of an ingredient than Odoo knows of.",
    )
    account_move_count = fields.Integer(
        compute="_compute_account_move_count",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    @api.depends("business_date")
    @api.depends_context("lang")
    def _compute_weekday(self):
        for day in self:
            day.weekday = format_date(self.env, day.business_date, date_format="EEE")

    @api.depends("outlet_id", "business_date")
    def _compute_sale_ids(self):
        """One search for all days: receipts know their outlet and date."""
        sales = self.env["pos.bridge.sale"].search(
            [
                ("outlet_id", "in", self.outlet_id.ids),
                ("business_date", "in", self.mapped("business_date")),
            ]
        )
        by_day = sales.grouped(lambda sale: (sale.outlet_id, sale.business_date))
        for day in self:
            key = day.outlet_id, day.business_date
            day.sale_ids = by_day.get(key, sales.browse())
            day.sale_count = len(day.sale_ids)

    @api.depends("move_ids")
    def _compute_move_count(self):
        counts = self._count_by_day("stock.move", "pos_bridge_day_id")
        for day in self:
            day.move_count = counts.get(day.id, 0)

    @api.depends("posting_ids")
    def _compute_posting_count(self):
        counts = self._count_by_day("pos.bridge.posting", "day_id")
        for day in self:
            day.posting_count = counts.get(day.id, 0)

    @api.depends("move_ids.account_move_id")
    def _compute_account_move_count(self):
        counts = self._count_by_day(
            "stock.move", "pos_bridge_day_id", "account_move_id:count_distinct"
        )
        for day in self:
            day.account_move_count = counts.get(day.id, 0)

    def _count_by_day(self, model, field, aggregate="__count"):
        groups = (
            self.env[model]
            .sudo()
            ._read_group([(field, "in", self.ids)], [field], [aggregate])
        )
        return {day.id: count for day, count in groups}

    @api.depends("usage_ids.revision_to")
    def _compute_used_ids(self):
        """The first row in force of each ingredient stands for all of them."""
        groups = self.env["pos.bridge.usage"]._read_group(
            [
                ("day_id", "in", self.ids),
                ("revision_to", "=", False),
                ("is_count", "=", False),
            ],
            ["day_id", "product_id", "location_id", "consumption_location_id"],
            ["count_move_id:count", "id:min"],
        )
        groups.sort(key=lambda group: (group[1].name, group[-1]))
        first_ids, counted = {day: [] for day in self.ids}, self.browse()
        for day, _product, _unit, _consumption, counts, first_id in groups:
            first_ids[day.id].append(first_id)
            counted |= day if counts else counted[:0]
        usage = self.env["pos.bridge.usage"]
        for day in self:
            day.used_ids = usage.browse(first_ids.get(day.id, ()))
            day.is_counted_since = day._origin in counted

    @api.depends("open_exception_ids.code")
    def _compute_is_short(self):
        for day in self:
            day.is_short = "negative_stock" in day.open_exception_ids.mapped("code")

    @api.depends(
        "open_exception_ids.cause", "open_quantity_count", "stale_reason", "state"
    )
    def _compute_open_text(self):
        """Like "2 x Waits for goods, 1 x Not mapped, Mapping of Soup changed"; what
        waits is told also where a person left its exception as it is.
        """
        groups = self.env["pos.bridge.exception"]._read_group(
            [("day_id", "in", self.ids), ("resolved", "=", False)],
            ["day_id", "cause", "is_waiting"],
            ["__count"],
        )
        waiting = self._told_of_what_waits()
        told = defaultdict(dict)
        counts = Counter()
        for day, cause, is_waiting, count in groups:
            counts[day.id] += count
            # What waits is told by ingredient, not by exception.
            if not (is_waiting and waiting[day.id]):
                told[day.id][cause] = count
        for day in self:
            day.open_count = counts[day.id]
            text = self._counted_causes(waiting[day.id] | told[day.id])
            day.open_text = ", ".join(filter(None, [text, day.stale_reason]))

    # === ACTIONS === #

    def action_count(self):
        """Count all ingredients of which the day used more than Odoo knows of."""
        return self.open_exception_ids.action_count()

    def action_view_postings(self):
        return self._action_view("pos_inventory_bridge.pos_bridge_posting_action")

    def action_view_transfers(self):
        return self._action_view("pos_inventory_bridge.pos_bridge_transfer_action")

    def action_view_exceptions(self):
        action = self._action_view("pos_inventory_bridge.pos_bridge_exception_action")
        action["context"] = {"search_default_open": 1}
        return action

    def action_view_ledger(self):
        """The entries that this day made."""
        return self.sudo().move_ids._pos_bridge_ledger_action()

    def action_view_sales(self):
        action = self._action_view("pos_inventory_bridge.pos_bridge_sale_action")
        action["domain"] = [("id", "in", self.sale_ids.ids)]
        return action

    def action_view_account_moves(self):
        """The journal entries of all postings of this day."""
        return self.posting_ids.account_move_ids._action_pos_bridge_entries()

    def _action_view(self, xml_id):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("day_id", "in", self.ids)]
        action["context"] = {}
        return action
