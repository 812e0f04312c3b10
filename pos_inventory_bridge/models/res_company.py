from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pos_bridge_picking_type_id = fields.Many2one(
        "stock.picking.type",
        copy=False,
        help="Operation type of the bridge's postings.",
    )
    pos_bridge_consumption_view_id = fields.Many2one(
        "stock.location",
        copy=False,
        help="Parent of the outlets' consumption locations.",
    )

    def _get_pos_bridge_consumption_view(self):
        self.ensure_one()
        if not self.pos_bridge_consumption_view_id:
            self.pos_bridge_consumption_view_id = self.env["stock.location"].create(
                {
                    "name": self.env._("POS consumption"),
                    "usage": "view",
                    "company_id": self.id,
                }
            )
        return self.pos_bridge_consumption_view_id

    def _prepare_pos_bridge_consumption_vals(self, name):
        """Usage "customer": core then books the goods as cost of sales and counts them
        as demand. The company must be set, or the periodic closing would not see it.
        """
        self.ensure_one()
        return {
            "name": name,
            "usage": "customer",
            "location_id": self._get_pos_bridge_consumption_view().id,
            "company_id": self.id,
            "valuation_account_id": self._get_pos_bridge_cost_account().id,
        }

    def _get_pos_bridge_cost_account(self):
        """Where the cost of what was sold belongs in this company's accounts; a branch
        has those of its parent.
        """
        field_name = "property_account_expense_categ_id"
        for company in self.sudo().parent_ids[::-1]:
            category = self.env["product.category"].with_company(company)
            field = category._fields[field_name]
            default = field.get_company_dependent_fallback(category)
            if account := company.expense_account_id or default:
                return account.with_env(self.env)
        return self.env["account.account"]

    def _get_pos_bridge_warehouse(self):
        """The company's first one, or none."""
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.id)], limit=1
        )

    def _get_pos_bridge_picking_type(self):
        self.ensure_one()
        if not self.pos_bridge_picking_type_id:
            self.pos_bridge_picking_type_id = self.env["stock.picking.type"].create(
                self._prepare_pos_bridge_picking_type_vals()
            )
        return self.pos_bridge_picking_type_id

    def _prepare_pos_bridge_picking_type_vals(self):
        """Outgoing, so that lots are traced; nothing reserved, no lot made up.

        A company may have storage units and no warehouse.
        """
        warehouse = self._get_pos_bridge_warehouse()
        source = warehouse.lot_stock_id or self.env["stock.location"].search(
            [("company_id", "=", self.id), ("is_storage_unit", "=", True)], limit=1
        )
        return {
            "name": self.env._("POS consumption"),
            "code": "outgoing",
            # Not "POS": Odoo's Point of Sale numbers its pickings so.
            "sequence_code": "TILL",
            "company_id": self.id,
            "warehouse_id": warehouse.id,
            "default_location_src_id": source.id,
            "default_location_dest_id": self._get_pos_bridge_consumption_view().id,
            "reservation_method": "manual",
            "use_create_lots": False,
            "use_existing_lots": False,
        }

    def _save_closing_id(self, move_id):
        """Core remembers the last few closings only; a posting asks for its own."""
        result = super()._save_closing_id(move_id)
        self.env["account.move"].browse(move_id).pos_bridge_is_closing = True
        return result

    def _pos_bridge_manager(self):
        """Whom trouble calls: a manager of the bridge who works in this company."""
        self.ensure_one()
        group = self.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        users = self.env["res.users"].sudo()
        managers = users.search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", self.ids),
                ("share", "=", False),
            ],
            order="id",
        )
        # Somebody of this company rather than who may look into all of them.
        own = managers.filtered(lambda user: user.company_id == self)
        return (own or managers or self.env.user)[0]

    def _pos_bridge_uses_fifo(self):
        """Does any product of this company take its cost from the oldest receipts?"""
        self.ensure_one()
        categories = self.env["product.category"].sudo().with_company(self)
        is_fifo = [("property_cost_method", "=", "fifo")]
        return self.cost_method == "fifo" or bool(
            categories.search_count(is_fifo, limit=1)
        )
