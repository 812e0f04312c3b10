from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

CURES = [
    ("map", "Map"),
    ("unit", "Choose a unit"),
    ("recipe", "Open recipe"),
    ("ingredient", "Open ingredient"),
    ("count", "Count it"),
    ("lot", "Open lots"),
    ("counted", "See the count"),
    ("digits", "Use 5 digits"),
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
    "lot_missing": "lot",
    "counted_later": "counted",
    "no_issue_storage": "unit",
    "negative_stock": "count",
    "day_incomplete": "fetch",
    "total_mismatch": "fetch",
    "day_shrank": "smaller",
    "source_question": "smaller",
}


class PosBridgeException(models.Model):
    """What puts an exception right, and the way there."""

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.exception"

    cure = fields.Selection(
        CURES, compute="_compute_cure", help="What would put this right."
    )

    @api.depends("cause", "item_id", "product_id")
    def _compute_cure(self):
        for problem in self:
            problem.cure = problem._get_cure()

    def _get_cure(self):
        """Which of the cures it is; a connector may know a better one."""
        if self.cause == "rounding_loss":
            return "digits"
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
            return self._inventory_needed(self.product_id)
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
        return self.item_id._review_item().action_map()

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

    def action_count(self):
        """Odoo's own count of all ingredients of these exceptions that are short."""
        problems = self.filtered(lambda each: each.cure == "count")
        if not problems:
            return self._tell(self.env._("No ingredient here has to be counted."))
        return self._count_places(problems._places_to_count())

    @api.model
    def _count_places(self, places):
        """
        :param places: {storage unit: products to be counted there}
        """
        products = self.env["product.product"].union(*places.values())
        if not self.env["stock.quant"].has_access("create"):
            return self._inventory_needed(products)
        action = self.env["stock.quant"].action_view_inventory()
        action["name"] = self.env._("Count These Ingredients")
        action["domain"] = Domain.OR(
            Domain("product_id", "in", counted.ids)
            & Domain("location_id.storage_unit_id", "=", unit.id)
            for unit, counted in places.items()
        )
        action["context"] = {"inventory_mode": True, "no_at_date": True}
        if len(products) == 1:
            action["context"]["default_product_id"] = products.id
        if len(places) == 1:
            action["context"]["default_location_id"] = next(iter(places)).id
        return action

    def _places_to_count(self):
        """{storage unit: products} that the days of these exceptions took there."""
        short = {(problem.day_id, problem.product_id) for problem in self}
        places = defaultdict(self.env["product.product"].browse)
        for row in self.day_id.usage_in_force_ids:
            if (row.day_id, row.product_id) in short:
                places[row.location_id] |= row.product_id
        return places

    def _cure_count(self):
        return self.action_count()

    def _cure_digits(self):
        """Only a manager may: the setting counts for all of Odoo."""
        integration = self.integration_id
        if integration.has_access("write"):
            return integration.action_use_more_digits()
        return self._tell(
            self.env._(
                "With how many digits Odoo keeps quantities is for a manager to "
                "choose: ask somebody with the right POS Inventory / Manager."
            )
        )

    def _cure_lot(self):
        """Which lots there are of it, and what is left of each."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lots of %s", self.product_id.display_name),
            "res_model": "stock.lot",
            "view_mode": "list,form",
            "domain": [("product_id", "=", self.product_id.id)],
            "context": {"create": False},
        }

    def action_count_again(self):
        """Odoo's own count of this ingredient, of which a count knows too little."""
        self.ensure_one()
        return self._count_places(self._places_to_count())

    def _cure_counted(self):
        """The count before which it was sold: there it can be taken back."""
        counts = self.day_id.sudo()._late_counts()
        move_ids = [
            count.move_id
            for (product_id, _unit), count in counts.items()
            if product_id == self.product_id.id
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Count of %s", self.product_id.display_name),
            "res_model": "stock.move.line",
            "view_mode": "list,form",
            "domain": [("move_id", "in", move_ids)],
            "context": {"create": False},
        }

    def _cure_fetch(self):
        return self.day_id.action_fetch()

    def _cure_upload(self):
        """For connectors that are given files; theirs to say how."""
        return self._open(self.day_id)

    def _cure_smaller(self):
        return self.day_id.action_preview()

    @api.model
    def _inventory_needed(self, products):
        if len(products) == 1:
            message = self.env._(
                "Counting and receiving %s is done in Odoo's Inventory: ask somebody "
                "with the right Inventory / User.",
                products.display_name,
            )
        else:
            message = self.env._(
                "Counting and receiving ingredients is done in Odoo's Inventory: ask "
                "somebody with the right Inventory / User."
            )
        return self._tell(message)

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
            *(self.cause, self.integration_id.id, item.id, product.id),
            is_place and self.outlet_id.id,
            of_day and self.day_id.id,
        )
