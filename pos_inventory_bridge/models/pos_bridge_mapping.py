from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.wording import number_text

CONDITION_FIELDS = ("parent_item_id", "parent_group_id", "outlet_id")
# What a mapping says; changing it makes a new mapping, so that the old one stays
# readable.
CONTENT_FIELDS = (
    "map_type",
    "product_id",
    "bom_id",
    "quantity",
    "uom_id",
    "is_subtraction",
)


class PosBridgeMapping(models.Model):
    """What one sold unit of an item uses, from a date on.

    A mapping is never changed once it is there: a change ends it and makes a successor
    (``previous_id``), from today on, or from the date in the context key
    ``pos_bridge_from_date``, which is how a person corrects past days.
    """

    _name = "pos.bridge.mapping"
    _description = "POS mapping"
    _check_company_auto = True
    _order = "item_id, date_from desc, id desc"

    item_id = fields.Many2one(
        "pos.bridge.item", required=True, ondelete="cascade", index=True, readonly=False
    )
    integration_id = fields.Many2one(
        related="item_id.integration_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="item_id.company_id", store=True, index=True, precompute=True
    )
    map_type = fields.Selection(
        [
            ("ingredient", "Ingredient"),
            ("recipe", "Recipe"),
            ("parent", "The modified item"),
            ("nothing", "Nothing"),
        ],
        required=True,
        default="recipe",
        help="Ingredient: one product is deducted. Recipe: all its ingredients are. "
        "The "
        "modified item: what the item it modifies uses, times the quantity. Nothing: "
        "the "
        "item is ignored.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Ingredient",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('type', '=', 'consu')]",
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        string="Recipe",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('type', 'in', ('recipe', 'phantom'))]",
    )
    quantity = fields.Float(
        default=1.0,
        digits=False,
        min_display_digits="Product Unit",
        help="How much one sold unit uses: of the ingredient, or of the recipe's yield "
        "(portions). Kept exactly as typed.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_subtraction = fields.Boolean(
        help="For what was left out (no chips): gives back instead of using."
    )
    parent_item_id = fields.Many2one(
        "pos.bridge.item",
        string="Only Under Item",
        check_company=True,
        domain="[('integration_id', '=', integration_id)]",
        help="Only where the item modifies this one.",
    )
    parent_group_id = fields.Many2one(
        "pos.bridge.item.group",
        string="Only Under Group",
        check_company=True,
        domain="[('integration_id', '=', integration_id)]",
    )
    outlet_id = fields.Many2one(
        "pos.bridge.outlet",
        string="Only in Outlet",
        check_company=True,
        domain="[('integration_id', '=', integration_id)]",
    )
    condition = fields.Char(
        "Only Where",
        compute="_compute_condition",
        help="Under which item or group, or in which outlet alone this holds.",
    )
    date_from = fields.Date("First Day", help="Empty: always.")
    since = fields.Char(compute="_compute_since", help="From when it holds.")
    date_to = fields.Date(string="Until", readonly=True, copy=False, help="Last day.")
    previous_id = fields.Many2one(
        "pos.bridge.mapping", readonly=True, copy=False, ondelete="restrict"
    )
    superseded = fields.Boolean(
        readonly=True,
        copy=False,
        help="Replaced before it held on any day; kept as proof.",
    )
    made_on = fields.Date(default=fields.Date.context_today, readonly=True, copy=False)
    reason = fields.Char(copy=False)

    _quantity_positive = models.Constraint(
        "CHECK(map_type = 'nothing' OR quantity > 0)",
        "The quantity of a mapping must be above zero. For what was left out, tick "
        '"is subtraction".',
    )

    @api.depends("map_type", "product_id", "bom_id")
    def _compute_uom_id(self):
        for mapping in self:
            mapping.uom_id = (
                mapping.product_id.uom_id
                if mapping.map_type == "ingredient"
                else mapping.bom_id.product_uom_id
            )

    @api.depends("item_id", "map_type", "product_id", "bom_id", "quantity", "uom_id")
    def _compute_display_name(self):
        types = dict(self._fields["map_type"]._description_selection(self.env))
        for mapping in self:
            target = mapping.product_id or mapping.bom_id.product_tmpl_id
            quantity = number_text(self.env, mapping.quantity)
            amount = f"{quantity} {mapping.uom_id.name or ''}"
            name = f"{target.display_name} {amount}"
            mapping.display_name = (
                name.strip() if target else types.get(mapping.map_type, "")
            ) + (self.env._(" (gives back)") if mapping.is_subtraction else "")

    @api.depends(*CONDITION_FIELDS)
    def _compute_condition(self):
        for mapping in self:
            names = [mapping[name].display_name for name in CONDITION_FIELDS]
            mapping.condition = ", ".join(filter(None, names))

    @api.depends("date_from")
    def _compute_since(self):
        for mapping in self:
            date, pattern = mapping.date_from, self.env._("d MMM y")
            mapping.since = (
                format_date(self.env, date, date_format=pattern)
                if date
                else self._always()
            )

    @api.model
    def _always(self):
        return self.env._("always")

    # === DATES === #

    def _first(self):
        return self.date_from or fields.Date.to_date("0001-01-01")

    def _last(self):
        return self.date_to or fields.Date.to_date("9999-12-31")

    def _is_valid_on(self, date):
        return not self.superseded and self._first() <= date <= self._last()

    def _has_condition(self):
        return any(self[name] for name in CONDITION_FIELDS)

    @api.model
    def _domain_valid_on(self, date):
        return (
            Domain("superseded", "=", False)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", date))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
        )

    def _siblings(self):
        """All mappings of the same item under the same condition, itself included."""
        self.ensure_one()
        domain = [("item_id", "=", self.item_id.id), ("superseded", "=", False)]
        domain += [(name, "=", self[name].id) for name in CONDITION_FIELDS]
        return self.search(domain)

    # === ACTIONS === #

    def action_change(self):
        """Open the mapping sheet for this mapping, its condition included."""
        self.ensure_one()
        action = self.item_id.action_map()
        action["context"] = {**action["context"], "default_mapping_id": self.id}
        return action
