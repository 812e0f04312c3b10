from odoo import api, fields, models
from odoo.exceptions import UserError


class PosBridgeMappingWizard(models.TransientModel):
    """The mapping sheet: what one sold unit of these items uses, and from when on."""

    _name = "pos.bridge.mapping.wizard"
    _description = "Map POS items"

    item_ids = fields.Many2many("pos.bridge.item", required=True)
    mapping_id = fields.Many2one(
        "pos.bridge.mapping", help="The mapping under a condition that is changed."
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    map_type = fields.Selection(
        [
            ("recipe", "Recipe"),
            ("ingredient", "Ingredient"),
            ("parent", "The modified item"),
            ("nothing", "Nothing"),
        ],
        required=True,
        default="recipe",
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
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
    )
    is_subtraction = fields.Boolean()
    apply_from = fields.Selection(
        [("default", "As usual"), ("date", "Also past days from")],
        required=True,
        default="default",
        help="As usual: a first mapping holds for always, a change from today on.",
    )
    date_from = fields.Date()
    reason = fields.Char()
    precision_warning = fields.Char(compute="_compute_precision_warning")

    @api.depends("item_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.item_ids.company_id[:1]

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

    @api.depends("map_type", "product_id", "bom_id", "quantity", "uom_id", "item_ids")
    def _compute_precision_warning(self):
        for wizard in self:
            mapping = self.env["pos.bridge.mapping"].new(
                {**wizard._prepare_mapping_vals(), "item_id": wizard.item_ids[:1].id}
            )
            book = mapping._book_of_today(wizard.company_id or self.env.company)
            wizard.precision_warning = mapping._get_precision_warning(book)

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

    def action_apply(self):
        """Map every item; those that are mapped already are changed."""
        self.ensure_one()
        if self.apply_from == "date" and not self.date_from:
            raise UserError(
                self.env._("Choose the first past day that this is true for.")
            )
        date = self.date_from if self.apply_from == "date" else False
        if date and date > fields.Date.context_today(self):
            raise UserError(self.env._("A correction of past days begins in the past."))
        vals = self._prepare_mapping_vals()
        mapping_model = self.env["pos.bridge.mapping"].with_context(
            pos_bridge_from_date=fields.Date.to_string(date) if date else False
        )
        for item in self.item_ids:
            current = (self.mapping_id or item.mapping_id).with_env(mapping_model.env)
            if current and date:
                current.write({**vals, "date_from": date})
            elif current:
                current.write(vals)
            else:
                first = {"date_from": date} if date and item.mapping_ids else {}
                mapping_model.create({**vals, **first, "item_id": item.id})
        self.item_ids.filtered(
            lambda item: item.review_state != "none"
        ).action_review_done()
        return {"type": "ir.actions.act_window_close"}

    def action_use_more_digits(self):
        """One click against the loss, then the sheet again as it was."""
        self.item_ids.integration_id.action_use_more_digits()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _prepare_mapping_vals(self):
        return {
            "map_type": self.map_type,
            "product_id": self.product_id.id,
            "bom_id": self.bom_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "is_subtraction": self.is_subtraction,
            "reason": self.reason,
        }
