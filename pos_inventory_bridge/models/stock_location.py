from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# What managers of the bridge may say of any location.
UNIT_FIELDS = ("is_storage_unit", "pos_bridge_address_id")


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_storage_unit = fields.Boolean(
        help="A place that POS sales are deducted from: a bar, a kitchen, a cellar. "
        "Its "
        "shelves (child locations) count as the unit."
    )
    pos_bridge_address_id = fields.Many2one(
        "res.partner", string="Storage Unit Address"
    )
    storage_unit_id = fields.Many2one(
        "stock.location",
        compute="_compute_storage_unit_id",
        store=True,
        index=True,
        recursive=True,
        help="The storage unit that this place is part of.",
    )
    pos_bridge_storage_ids = fields.One2many("pos.bridge.outlet.storage", "location_id")

    @api.depends("is_storage_unit", "location_id.storage_unit_id")
    def _compute_storage_unit_id(self):
        for location in self:
            location.storage_unit_id = (
                location
                if location.is_storage_unit
                else location.location_id.storage_unit_id
            )

    @api.constrains("is_storage_unit", "usage", "location_id")
    def _check_storage_unit(self):
        for location in self:
            if location.is_storage_unit and location.usage != "internal":
                raise ValidationError(
                    self.env._(
                        "%s holds no stock of its own: only an internal location can "
                        "be a storage unit.",
                        location.display_name,
                    )
                )
            inside = self._units_inside(location)
            above = location.location_id.storage_unit_id
            if inside and (above or (location.is_storage_unit and inside - location)):
                raise ValidationError(
                    self.env._("%s: storage units do not nest.", location.display_name)
                )

    @api.model
    def _units_inside(self, location):
        return self.search(
            [("id", "child_of", location.id), ("is_storage_unit", "=", True)]
        )

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create(vals_list)
        if not self._may_write_locations() and not all(
            locations.mapped("is_storage_unit")
        ):
            raise AccessError(self.env._("You can add storage units only."))
        return locations

    def write(self, vals):
        if not self._may_write_locations():
            self._check_unit_fields_only(vals)
        if vals.get("is_storage_unit") is False:
            self._check_unit_is_free()
        return super().write(vals)

    @api.model
    def _may_write_locations(self):
        """Managers of the bridge set up units, the rest is the warehouse's business."""
        return self.env.su or self.env.user.has_group("stock.group_stock_manager")

    def _check_unit_fields_only(self, vals):
        allowed = set(UNIT_FIELDS)
        if all(self.mapped("is_storage_unit")):
            allowed |= {"name", "active"}
        if vals.keys() - allowed:
            raise AccessError(
                self.env._(
                    "You can name storage units and mark locations as such. Anything "
                    "else of a location needs an inventory administrator."
                )
            )

    def _check_unit_is_free(self):
        """The ledger of a unit that sales were deducted from stays its own."""
        for location in self.filtered("is_storage_unit"):
            used = (
                self.env["pos.bridge.usage"]
                .sudo()
                .search_count([("location_id", "=", location.id)], limit=1)
            )
            if used:
                raise UserError(
                    self.env._(
                        "Sales were deducted from %s, so it stays a storage unit. "
                        "Link its "
                        "outlets to another unit and archive it instead.",
                        location.display_name,
                    )
                )

    def _pos_bridge_shortages(self, products):
        """[(product, quantity below zero)] of what this unit owes."""
        self.ensure_one()
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", products.filtered("is_storable").ids),
                ("location_id", "child_of", self.id),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        return [
            (product, quantity)
            for product, quantity in groups
            if product.uom_id.compare(quantity, 0) < 0
        ]

    def action_pos_bridge_ledger(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_ledger_action"
        )
        action["domain"] = [("storage_unit_id", "=", self.storage_unit_id.id)]
        return action
