from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..models.pos_bridge_day import CHANGEABLE_STATES


class PosBridgeMappingWizard(models.TransientModel):
    """The mapping sheet: what one sold unit of these items uses, and from when on."""

    _name = "pos.bridge.mapping.wizard"
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
    change_from = fields.Selection(
        [("today", "From today"), ("date", "Correct past days from")],
        string="Change",
        required=True,
        default="today",
        help="From today: past days keep what they used. Correct past days: what is "
        "said here was true already then; those days are marked, and change only when "
        "they are posted again.",
    )
    date_from = fields.Date("First Day")
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
            notes = [wizard._get_note_of_ended(), wizard._get_note_of_planned()]
            told = " ".join(filter(None, notes)) if wizard.is_first else ""
            wizard.first_note = told or False

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
        mappings = self.env["pos.bridge.mapping"].union(
            *map(self._without_condition, self.item_ids)
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

    # === SAVING === #

    def action_apply(self):
        """Map every item; those that are mapped already are changed."""
        self.ensure_one()
        days = self._map(self._prepare_mapping_vals(), self._get_date())
        message = (
            self.env._("%s is mapped", self.title)
            if self.is_single
            else self.env._("%s are mapped", self.title)
        )
        return self._saved(message, days)

    def action_apply_next(self):
        """The same, and on with the next item that waits."""
        return self._and_next(self.action_apply())

    def action_ignore(self):
        """The sales of these items use nothing, and nobody has to look at them."""
        self.ensure_one()
        days = self._map({"map_type": "nothing", "reason": self.reason})
        message = (
            self.env._("%s is ignored", self.title)
            if self.is_single
            else self.env._("%s are ignored", self.title)
        )
        return self._and_next(self._saved(message, days))

    def action_ignore_group(self):
        """All items of the group that are not mapped are ignored, later ones too."""
        self.ensure_one()
        self.group_id.action_ignore()
        message = self.env._(
            "All of %s that is not mapped is ignored, new items too",
            self.group_id.name,
        )
        return self._and_next(self._saved(message))

    def action_same_item(self):
        """What the till changed is the same item still."""
        self.ensure_one()
        before = self.item_ids.mapping_ids
        self.item_ids.action_same_item()
        self.item_ids.invalidate_recordset(["mapping_ids"])
        days = self._waiting_days(self.item_ids.mapping_ids - before)
        message = self.env._("%s is the same item still", self.title)
        return self._and_next(self._saved(message, days))

    def action_new_item(self):
        """From a day on it is another item; that one is mapped next."""
        self.ensure_one()
        new = self.item_ids._new_item_from(self.new_from)
        message = self.env._(
            "%(item)s is a new item since %(date)s: map it",
            item=new.name,
            date=format_date(self.env, new.date_from),
        )
        saved = self._saved(message)
        saved["params"]["item_ids"] = new.ids
        return saved

    def action_delete(self):
        """From today on these items are not mapped; what is posted stays."""
        self.ensure_one()
        mappings = self.mapping_id or self.item_ids.mapping_id
        mappings.unlink()
        message = (
            self.env._("%s is not mapped from today on", self.title)
            if self.is_single
            else self.env._("%s are not mapped from today on", self.title)
        )
        return self._saved(message, self._waiting_days(mappings, today=True))

    def _map(self, vals, date=None):
        """Map the items from a date on (None: as usual).

        :return: the posted days that this marked
        """
        before = self.item_ids.mapping_ids
        mapping_model, new = self.env["pos.bridge.mapping"], []
        for item in self.item_ids:
            current = self.mapping_id or item.mapping_id
            if current:
                current.write({**vals, "date_from": date} if date else vals)
                continue
            dated = {**vals, "date_from": date or self._always_from(item)}
            reached = self._reached(item, dated["date_from"])
            if reached:
                reached.write(dated)
            else:
                new.append({**dated, "item_id": item.id})
        mapping_model.create(new)
        self.item_ids.filtered(
            lambda item: item.review_state != "none"
        ).action_review_done()
        self.item_ids.invalidate_recordset(["mapping_ids"])
        return self._waiting_days(self.item_ids.mapping_ids - before)

    @api.model
    def _without_condition(self, item):
        return item.mapping_ids.filtered(
            lambda mapping: not mapping.superseded and not mapping._has_condition()
        )

    @api.model
    def _always_from(self, item):
        """From when "always" is for an item without mapping: from the end of the
        mapping that it had, so that deleting one stays what it was; else False.
        """
        today = fields.Date.context_today(self)
        mappings = self._without_condition(item)
        ended = mappings.filtered(lambda mapping: mapping._last() < today)
        last = max(ended.mapped("date_to"), default=False)
        return last and last + timedelta(days=1)

    @api.model
    def _reached(self, item, date):
        """The mapping of an unmapped item that a date reaches into: one that was
        deleted, or one that is planned; it is changed from then on.
        """
        reached = self._without_condition(item).filtered(
            lambda mapping: not date or mapping._last() >= date
        )
        return reached.sorted(lambda mapping: mapping._first())[-1:]

    def _get_date(self):
        """From when what is typed shall hold; None: as usual."""
        choice = self.first_from if self.is_first else self.change_from
        today = fields.Date.context_today(self)
        if choice != "date":
            return today if self.is_first and choice == "today" else None
        if not self.date_from:
            raise UserError(self.env._("Choose the first day that this is true for."))
        if not self.is_first and self.date_from > today:
            raise UserError(self.env._("A correction of past days begins in the past."))
        return self.date_from

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

    @api.model
    def _waiting_days(self, mappings, today=False):
        """Posted days that wait, if these mappings touch one of them."""
        if not mappings:
            return self.env["pos.bridge.day"]
        date = fields.Date.context_today(self) if today else None
        touched = mappings._domain_touched_days(date)
        waiting = Domain("stale_reason", "!=", False)
        waiting &= Domain("state", "in", CHANGEABLE_STATES)
        days = self.env["pos.bridge.day"]
        if not days.search_count(touched & waiting, limit=1):
            return days
        # With those that the items before it touched: one click for all of them.
        ours = Domain("integration_id", "in", self.item_ids.integration_id.ids)
        return days.search(ours & waiting)

    def _saved(self, message, days=()):
        """Tell the sheet and the list; offer to post the days that wait."""
        count, button = len(days), self.env._("Post it again")
        if count == 1:
            message = self.env._("%s; one posted day waits.", message)
        elif days:
            button = self.env._("Post %(count)s days again", count=count)
            message = self.env._(
                "%(message)s; %(count)s posted days wait.",
                message=message,
                count=count,
            )
        else:
            message = f"{message}."
        close = {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "pos_bridge_mapping_saved",
            "params": {
                "message": message,
                "day_ids": days.ids if days else [],
                "button": button,
                "map_type": self.map_type,
                "go_on": False,
                "next": not self.is_beside_list and close,
            },
        }

    @api.model
    def _and_next(self, saved):
        return {**saved, "params": {**saved["params"], "go_on": True}}

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
