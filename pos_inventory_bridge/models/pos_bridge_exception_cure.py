from markupsafe import Markup

from odoo import api, fields, models

CURES = [
    ("map", "Map"),
    ("unit", "Choose a unit"),
    ("recipe", "Open recipe"),
    ("ingredient", "Open ingredient"),
    ("count", "Count it"),
    ("fetch", "Fetch again"),
    ("upload", "Upload a complete file"),
    ("smaller", "Look at it"),
    ("day", "Open day"),
]
CURE_OF_CODE = {
    "unmapped_pos_item": "map",
    "item_review": "map",
    "unauthorized_access": "map",
    "recipe_not_found": "recipe",
    "recipe_cycle": "recipe",
    "invalid_trim_pct": "recipe",
    "ingredient_not_found": "ingredient",
    "lot_missing": "ingredient",
    "no_issue_storage": "unit",
    "negative_stock": "count",
    "day_incomplete": "fetch",
    "total_mismatch": "fetch",
    "day_shrank": "smaller",
}


class PosBridgeException(models.Model):
    """What puts an exception right, and the way there."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.exception"

    cure = fields.Selection(
        CURES, compute="_compute_cure", help="What would put this right."
    )

    @api.depends("code", "item_id", "product_id")
    def _compute_cure(self):
        for problem in self:
            problem.cure = problem._get_cure()

    def _get_cure(self):
        """Which of the cures it is; a connector may know a better one."""
        if self.code == "validation_error":
            return "map" if self.item_id else "ingredient"
        cure = CURE_OF_CODE.get(self.code, "day")
        mapping = self.item_id.mapping_id
        return "map" if cure == "recipe" and not mapping.bom_id else cure

    # === ACTIONS === #

    def action_open_cure(self):
        """Go where this can be put right, or do it."""
        self.ensure_one()
        return getattr(self, f"_cure_{self.cure}")()

    def action_receive(self):
        """The receipts that wait for this ingredient, or a new one."""
        self.ensure_one()
        if not self.env["stock.picking"].has_access("create"):
            return self._inventory_needed()
        picking_type = self.env["stock.picking.type"].search(
            [("code", "=", "incoming"), ("company_id", "=", self.company_id.id)],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive %s", self.product_id.display_name),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [
                ("picking_type_code", "=", "incoming"),
                ("state", "not in", ("done", "cancel")),
                ("product_id", "=", self.product_id.id),
            ],
            "context": {"default_picking_type_id": picking_type.id},
            "help": self._receive_help(),
        }

    def _receive_help(self):
        return Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
            self.env._("No receipt of %s is waiting", self.product_id.display_name),
            self.env._("Make a new one for what was delivered and never entered."),
        )

    def _cure_map(self):
        return self.item_id.action_map()

    def _cure_recipe(self):
        return self._open(self.item_id.mapping_id.bom_id)

    def _cure_ingredient(self):
        return self._open(self.product_id)

    def _cure_day(self):
        return self._open(self.day_id)

    def _cure_unit(self):
        if self.env["pos.bridge.outlet"].has_access("write"):
            return self._open(self.outlet_id)
        return self._tell(
            self.env._(
                "Which storage unit %s sells from is for a manager to choose: ask "
                "somebody with the right POS Inventory / Manager. You can name one on "
                "the recipe instead.",
                self.outlet_id.name,
            )
        )

    def _cure_count(self):
        """Odoo's own count of this ingredient, in the units that the day used."""
        if not self.env["stock.quant"].has_access("create"):
            return self._inventory_needed()
        rows = self.day_id.usage_in_force_ids
        units = rows.filtered(lambda row: row.product_id == self.product_id).location_id
        action = self.env["stock.quant"].action_view_inventory()
        action["domain"] = [
            ("product_id", "=", self.product_id.id),
            ("location_id.storage_unit_id", "in", units.ids),
        ]
        action["context"] = {
            "inventory_mode": True,
            "default_product_id": self.product_id.id,
            "default_location_id": units[:1].id,
        }
        return action

    def _cure_fetch(self):
        return self.day_id.action_fetch()

    def _cure_upload(self):
        """For connectors that are given files; theirs to say how."""
        return self._open(self.day_id)

    def _cure_smaller(self):
        return self.day_id.action_preview()

    def _inventory_needed(self):
        return self._tell(
            self.env._(
                "Counting and receiving %s is done in Odoo's Inventory: ask somebody "
                "with the right Inventory / User.",
                self.product_id.display_name,
            )
        )

    @api.model
    def _tell(self, message):
        """A plain word instead of a form in which nothing can be changed."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "warning", "sticky": False},
        }

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    def action_preview_days(self):
        """What posting the days of these exceptions again would change."""
        return self.day_id.action_preview()

    def _cause_identity(self):
        """What the worklist adds up: exceptions that agree in this have one cure."""
        is_place = self.code in ("no_issue_storage", "negative_stock")
        item = self.env["pos.bridge.item"] if is_place else self.item_id
        product = self.product_id
        if self.code == "no_issue_storage":
            product = self.env["product.product"]
        of_day = not self.item_id and not self.product_id
        return (
            *(self.code, self.integration_id.id, item.id, product.id),
            is_place and self.outlet_id.id,
            of_day and self.day_id.id,
        )
