from collections import defaultdict

from odoo import api, fields, models


class StockLocation(models.Model):
    """A storage unit as its people know it: who sells from it, and what lies there."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.location"

    pos_bridge_outlet_ids = fields.Many2many(
        "pos.bridge.outlet",
        string="Outlets",
        compute="_compute_pos_bridge_outlet_ids",
        help="Outlets whose sales are deducted from here today.",
    )
    pos_bridge_currency_id = fields.Many2one(related="company_id.currency_id")
    pos_bridge_stock_count = fields.Integer(
        "Ingredients", compute="_compute_pos_bridge_stock"
    )
    pos_bridge_stock_value = fields.Float(
        "Stock Value",
        digits=False,
        compute="_compute_pos_bridge_stock",
        help="What lies on its shelves, at today's cost.",
    )

    @api.model
    def default_get(self, fields):
        """A new storage unit lies in the warehouse, so that its stock counts there."""
        values = super().default_get(fields)
        is_unit = values.get("is_storage_unit") and not values.get("location_id")
        if is_unit and "location_id" in fields:
            company_id = values.get("company_id") or self.env.company.id
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", company_id)], limit=1
            )
            stock = warehouse.lot_stock_id
            parent = warehouse.view_location_id if stock.storage_unit_id else stock
            values["location_id"] = parent.id
        return values

    @api.model
    def name_create(self, name):
        """A storage unit needs no more than its name: made where it is chosen."""
        if not self.env.context.get("default_is_storage_unit"):
            return super().name_create(name)
        unit = self.create({"name": name.strip()})
        return unit.id, unit.display_name

    @api.depends("complete_name")
    def _compute_display_name(self):
        new = self.filtered(lambda location: not location.name)
        new.display_name = self.env._("New")
        return super(StockLocation, self - new)._compute_display_name()

    @api.depends("pos_bridge_storage_ids")
    def _compute_pos_bridge_outlet_ids(self):
        outlets = self.env["pos.bridge.outlet"].search([("storage_ids", "!=", False)])
        by_unit = outlets.grouped("storage_unit_id")
        for location in self:
            found = by_unit.get(location._origin, outlets.browse())
            location.pos_bridge_outlet_ids = found

    def _compute_pos_bridge_stock(self):
        counts, values = defaultdict(int), defaultdict(float)
        for (unit, product), quantity in self._pos_bridge_stock().items():
            company = unit.company_id or self.env.company
            counts[unit] += 1
            values[unit] += quantity * product.with_company(company).standard_price
        for location in self:
            location.pos_bridge_stock_count = counts[location._origin]
            location.pos_bridge_stock_value = values[location._origin]

    def _pos_bridge_stock(self):
        """{(unit, product): quantity} on the shelves of these storage units now."""
        groups = self.env["stock.quant"]._read_group(
            [("location_id.storage_unit_id", "in", self._origin.ids)],
            ["product_id", "location_id"],
            ["quantity:sum"],
        )
        stock = defaultdict(float)
        for product, location, quantity in groups:
            stock[location.storage_unit_id, product] += quantity
        return {
            key: quantity
            for key, quantity in stock.items()
            if not key[1].uom_id.is_zero(quantity)
        }

    def action_pos_bridge_stock(self):
        """What lies in this unit now."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_quant_action_unit"
        )
        action["domain"] = [("location_id.storage_unit_id", "=", self.id)]
        return action
