from odoo import api, fields, models
from odoo.tools import format_date


class PosBridgeMappingWizard(models.TransientModel):
    """The mapping sheet: what one sold unit of these items uses, and from when on."""

    _name = "pos.bridge.mapping.wizard"
    _inherit = "pos.bridge.change.from.mixin"
    _description = "Map POS items"

    item_ids = fields.Many2many("pos.bridge.item", required=True)
    mapping_id = fields.Many2one(
        "pos.bridge.mapping", help="The mapping under a condition that is changed."
    )
    is_beside_list = fields.Boolean(help="No dialog: there is none to close.")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    group_id = fields.Many2one("pos.bridge.item.group", compute="_compute_header")
    title = fields.Char(compute="_compute_header")
    facts = fields.Char(compute="_compute_header", help="What the till says of it.")
    mapping_state = fields.Selection(
        lambda self: (
            self.env["pos.bridge.item"]
            ._fields["mapping_state"]
            ._description_selection(self.env)
        ),
        string="State",
        compute="_compute_header",
    )
    current = fields.Char(
        "Mapped to", compute="_compute_header", help="In force today, and since when."
    )
    is_single = fields.Boolean(compute="_compute_header")
    is_first = fields.Boolean(
        compute="_compute_header", help="None of these items is mapped yet."
    )
    review_kind = fields.Selection(
        lambda self: (
            self.env["pos.bridge.item"]
            ._fields["review_kind"]
            ._description_selection(self.env)
        ),
        compute="_compute_review",
    )
    review_text = fields.Text("What Changed", compute="_compute_review")
    new_from = fields.Date(
        "First Day of the New Item",
        compute="_compute_new_from",
        store=True,
        readonly=False,
        help="The first business date on which the new item was sold. Proposed is the "
        "first one whose receipts name it as the till does now.",
    )
    map_type = fields.Selection(
        [
            ("recipe", "Recipe"),
            ("ingredient", "Ingredient"),
            ("parent", "The modified item"),
            ("nothing", "Nothing"),
        ],
        required=True,
        default="recipe",
        help="Recipe: one sold unit uses what the recipe lists. Ingredient: it uses "
        "one ingredient. The modified item: for modifiers such as a double, it uses "
        "once more what the item it stands under uses. Nothing: its sales use nothing.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Ingredient",
        domain="[('type', '=', 'consu'), ('company_id', 'in', (False, company_id))]",
        compute="_compute_target",
        store=True,
        readonly=False,
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        string="Recipe",
        domain="[('type', 'in', ('recipe', 'phantom')),"
        " ('company_id', 'in', (False, company_id))]",
        compute="_compute_target",
        store=True,
        readonly=False,
    )
    quantity = fields.Float(
        default=1.0,
        digits=False,
        min_display_digits=1,
        compute="_compute_quantity",
        store=True,
        readonly=False,
        help="How much one sold unit uses: of the ingredient, or portions of the "
        "recipe. Kept exactly as typed.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
    )
    is_subtraction = fields.Boolean(
        help="For what was left out (no chips): each one sold gives back instead of "
        "using."
    )
    first_from = fields.Selection(
        [("always", "Always"), ("today", "From today"), ("date", "From a date")],
        string="Since",
        required=True,
        default="always",
        help="Always: also for what was sold before it was mapped; after a deletion, "
        "from that deletion on. Days that were posted without it are marked, and "
        "change only when they are posted again.",
    )
    first_note = fields.Char(
        compute="_compute_first_note",
        help="What always means for items that were mapped before, or will be.",
    )
    reason = fields.Char(help="Why, for those who look at it later.")

    # === HEADER === #

    @api.depends("item_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.item_ids.company_id[:1]

    @api.depends("item_ids", "mapping_id")
    def _compute_header(self):
        for wizard in self:
            items = wizard.item_ids
            mappings = wizard.mapping_id or items.mapping_id
            states = set(items.mapped("mapping_state"))
            wizard.is_single = len(items) == 1
            wizard.is_first = not mappings
            wizard.group_id = len(items.group_id) == 1 and items.group_id
            wizard.mapping_state = states.pop() if len(states) == 1 else False
            wizard.title = wizard._get_title()
            wizard.facts = wizard._get_facts()
            wizard.current = wizard.is_single and wizard._get_current(mappings)

    def _get_title(self):
        items = self.item_ids
        return (
            items.name
            if len(items) == 1
            else self.env._("%(count)s items", count=len(items))
        )

    def _get_facts(self):
        """Of one item what the till says of it; of several which they are."""
        items = self.item_ids
        if len(items) != 1:
            names = ", ".join(items[:5].mapped("name"))
            return f"{names} …" if len(items) > 5 else names
        item = items
        facts = [
            self.env._("Item ID %s", item.external_id),
            item.sku and self.env._("SKU %s", item.sku),
            item.list_price and item.currency_id.format(item.list_price),
            item.group_id and self.env._("group %s", item.group_id.name),
            item.item_type and self.env._("type %s", item.item_type),
            item.kitchen_name and self.env._("in the kitchen %s", item.kitchen_name),
        ]
        return " \N{MIDDLE DOT} ".join(filter(None, facts))

    def _get_current(self, mapping):
        """Coffee beans 0.009 kg, from 3 March."""
        if not mapping:
            return False
        return self.env._(
            "%(mapping)s (since: %(date)s)",
            mapping=mapping.display_name,
            date=mapping.since,
        )

    @api.depends("item_ids")
    def _compute_review(self):
        for wizard in self:
            item = wizard.item_ids._origin
            is_single = len(item) == 1
            wizard.review_kind = is_single and item.review_kind
            wizard.review_text = is_single and item.review_text

    @api.depends("item_ids")
    def _compute_new_from(self):
        for wizard in self:
            item = wizard.item_ids._origin
            is_open = len(item) == 1 and item.review_kind
            wizard.new_from = is_open and item._first_sold_as_now()

    @api.depends("item_ids", "mapping_id")
    def _compute_first_note(self):
        for wizard in self:
            ended = wizard.is_first and wizard._get_note_of_ended()
            notes = filter(None, [ended, wizard._get_note_of_planned()])
            wizard.first_note = " ".join(notes) or False

    def _get_note_of_ended(self):
        ends = list(filter(None, map(self._always_from, self.item_ids)))
        if not ends:
            return False
        if not self.is_single:
            return self.env._(
                "Some were mapped before: for them, always begins where that mapping "
                "ended."
            )
        return self.env._(
            "It was mapped before: always means from %s on, where that mapping ended. "
            "To reach further back, choose a date.",
            format_date(self.env, ends[0]),
        )

    def _get_note_of_planned(self):
        today = fields.Date.context_today(self)
        held = self.mapping_id or self.item_ids.mapping_id
        mappings = self.env["pos.bridge.mapping"].union(
            *(mapping._siblings() for mapping in held),
            *map(self._without_condition, self.item_ids - held.item_id),
        )
        planned = mappings.filtered(lambda mapping: mapping._first() > today)
        if not planned:
            return False
        return self.env._(
            "What was planned from %s on is replaced.",
            format_date(self.env, min(planned.mapped("date_from"))),
        )

    # === TARGET === #

    @api.depends("map_type")
    def _compute_target(self):
        """Switching the type clears the target."""
        for wizard in self:
            if wizard.map_type != "ingredient":
                wizard.product_id = False
            if wizard.map_type != "recipe":
                wizard.bom_id = False

    @api.depends("product_id", "bom_id")
    def _compute_quantity(self):
        for wizard in self:
            serving = wizard.product_id.serving_quantity
            wizard.quantity = serving or wizard.quantity or 1.0

    @api.depends("product_id", "bom_id")
    def _compute_uom_id(self):
        for wizard in self:
            product = wizard.product_id
            serving_unit = product.serving_quantity and product.serving_uom_id
            wizard.uom_id = (
                serving_unit or product.uom_id or wizard.bom_id.product_uom_id
            )

    @api.model
    def default_get(self, fields_list):
        """One item that is mapped already comes with what it is mapped to."""
        values = super().default_get(fields_list)
        items = self.env["pos.bridge.item"].browse(
            self.env.context.get("default_item_ids")
        )
        mapping = self.env["pos.bridge.mapping"].browse(values.get("mapping_id"))
        if not mapping and len(items) == 1:
            mapping = items.mapping_id
        if mapping:
            values.update(
                map_type=mapping.map_type,
                product_id=mapping.product_id.id,
                bom_id=mapping.bom_id.id,
                quantity=mapping.quantity,
                uom_id=mapping.uom_id.id,
                is_subtraction=mapping.is_subtraction,
            )
        return values

    # === ACTIONS === #

    def action_open_item(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "pos.bridge.item",
            "res_id": self.item_ids.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_test_day(self):
        return self.item_ids[:1].action_test_day()

    def action_use_more_digits(self):
        """One click against the loss, then the sheet again as it was."""
        self.item_ids.integration_id.action_use_more_digits()
        if self.is_beside_list:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
