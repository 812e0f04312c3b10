from collections import defaultdict

from odoo import api, fields, models


class PosBridgeUsage(models.Model):
    """A row that stands for its ingredient: all that the day used of it from there."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.usage"

    currency_id = fields.Many2one(related="company_id.currency_id")
    location_name = fields.Char(related="location_id.name", string="From")
    total_quantity = fields.Float(
        string="Used",
        digits=False,
        min_display_digits=1,
        compute="_compute_totals",
        help="By all items of the day, unrounded, in the product's unit.",
    )
    posted_quantity = fields.Float(
        string="In the Ledger",
        digits="Product Unit",
        compute="_compute_totals",
        help="What the day's stock moves say, after all corrections.",
    )
    posted_value = fields.Monetary(
        string="Value",
        compute="_compute_totals",
        help="What the goods that left were worth, minus what came back.",
    )
    is_posted = fields.Boolean(
        compute="_compute_totals", help="The ledger says what was used."
    )
    on_hand_quantity = fields.Float(
        string="On Hand",
        digits="Product Unit",
        compute="_compute_on_hand_quantity",
        help="Now, of this ingredient in this storage unit and on its shelves.",
    )

    @api.depends("day_id", "product_id", "location_id", "consumption_location_id")
    def _compute_totals(self):
        used, posted = self._used_totals(), self._posted_totals()
        for usage in self:
            key = (usage.day_id.id, *usage._ledger_key())
            unit = usage.uom_id
            usage.total_quantity = round(used.get(key, 0.0), 12)
            usage.posted_quantity, usage.posted_value = posted[key]
            usage.is_posted = not unit.compare(
                unit.round(usage.total_quantity), usage.posted_quantity
            )

    def _used_totals(self):
        """{(day, product, unit, consumption location): quantity in force}."""
        groups = self._read_group(
            [
                ("day_id", "in", self.day_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("revision_to", "=", False),
            ],
            ["day_id", "product_id", "location_id", "consumption_location_id"],
            ["quantity:sum"],
        )
        return {
            tuple(record.id for record in records): quantity
            for *records, quantity in groups
        }

    def _posted_totals(self):
        """{(day, product, unit, consumption location): [quantity, value]}, net."""
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("pos_bridge_day_id", "in", self.day_id.ids),
                    ("product_id", "in", self.product_id.ids),
                    ("state", "=", "done"),
                ],
                ["pos_bridge_day_id", "product_id", "location_id", "location_dest_id"],
                ["quantity:sum", "value:sum"],
            )
        )
        totals = defaultdict(lambda: [0.0, 0.0])
        for day, product, source, destination, quantity, value in groups:
            is_out = source.usage == "internal"
            places = (source, destination) if is_out else (destination, source)
            sign = 1 if is_out else -1
            total = totals[day.id, product.id, places[0].id, places[1].id]
            total[0] += sign * quantity
            total[1] += sign * abs(value)
        return totals

    @api.depends("product_id", "location_id")
    def _compute_on_hand_quantity(self):
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id.storage_unit_id", "in", self.location_id.ids),
                ],
                ["product_id", "location_id"],
                ["quantity:sum"],
            )
        )
        totals = defaultdict(float)
        for product, location, quantity in groups:
            totals[product, location.storage_unit_id] += quantity
        for usage in self:
            key = usage.product_id, usage.location_id.storage_unit_id
            usage.on_hand_quantity = totals[key]

    def action_view_items(self):
        """The items that used this ingredient that day; each leads to its receipts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_usage_action"
        )
        name = f"{self.product_id.display_name}, {self.day_id.display_name}"
        action["name"] = action["display_name"] = name
        action["domain"] = [
            ("day_id", "=", self.day_id.id),
            ("product_id", "=", self.product_id.id),
            ("location_id", "=", self.location_id.id),
            ("consumption_location_id", "=", self.consumption_location_id.id),
        ]
        action["context"] = {
            "search_default_in_force": 1,
            "pos_bridge_one": True,
            "pos_bridge_counted": self.day_id.is_counted_since,
        }
        return action

    def action_view_ledger(self):
        """All that ever moved of this ingredient in this storage unit."""
        self.ensure_one()
        return self.env["pos.bridge.ledger"]._action_of(
            self.product_id, self.location_id.storage_unit_id
        )
