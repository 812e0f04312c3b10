from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.pos_bridge_mapping import CONTENT_FIELDS

#: More lines than these are no look any more.
MOST_LINES = 1000
#: Chosen from the beginning are suggestions that are surer than this.
THRESHOLD = 90


#: From small to large, as a menu lists them.
SIZE_ORDER = ("xs", "s", "m", "l", "xl", "xxl")


def size_place(size):
    """Where a size stands in a menu; what is no letter comes last."""
    known = SIZE_ORDER.index(size) if size in SIZE_ORDER else len(SIZE_ORDER)
    return known, size


def size_label(size):
    """As a menu writes it: XL, or a word."""
    return size.upper() if len(size) <= 3 else size


def _by_size(pair):
    size, count = pair
    place, _size = size_place(size)
    return place, -count, size


class PosBridgeSuggestWizard(models.TransientModel):
    """A look at all suggestions at once, before any of them is accepted."""

    _name = "pos.bridge.suggest.wizard"
    _description = "Accept suggested mappings"

    item_ids = fields.Many2many("pos.bridge.item", readonly=True)
    integration_ids = fields.Many2many(
        "pos.bridge.integration", compute="_compute_integration_ids"
    )
    copied_from_id = fields.Many2one(
        "pos.bridge.integration",
        string="Only as Mapped in",
        domain="[('company_id', 'in', company_ids), ('id', 'not in', only_till_ids)]",
        help="Suggest nothing but what is mapped in this integration: by the same SKU, "
        "or by the same name.",
    )
    only_till_ids = fields.Many2many(
        "pos.bridge.integration", compute="_compute_integration_ids"
    )
    company_ids = fields.Many2many("res.company", compute="_compute_integration_ids")
    threshold = fields.Integer(
        "Choose Above (%)",
        default=THRESHOLD,
        help="Suggestions that are surer than this are chosen.",
    )
    line_ids = fields.One2many("pos.bridge.suggest.line", "wizard_id")
    size_ids = fields.One2many("pos.bridge.suggest.size", "wizard_id")
    waiting_count = fields.Integer(readonly=True)
    waiting_money = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    chosen_count = fields.Integer(compute="_compute_chosen")
    chosen_money = fields.Monetary(compute="_compute_chosen")
    summary = fields.Char(compute="_compute_chosen")
    empty_reason = fields.Char(compute="_compute_empty_reason")

    @api.depends("item_ids")
    def _compute_integration_ids(self):
        for wizard in self:
            tills = wizard.item_ids.integration_id
            wizard.integration_ids = tills
            wizard.company_ids = tills.company_id
            wizard.only_till_ids = len(tills) == 1 and tills

    @api.depends("line_ids.is_chosen", "line_ids.money_7_days")
    def _compute_chosen(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("is_chosen")
            wizard.chosen_count = len(chosen)
            wizard.chosen_money = sum(chosen.mapped("money_7_days"))
            wizard.summary = wizard._get_summary()

    def _get_summary(self):
        """64 of 91 items: 8,512.10 € of the 9,120.00 € that they sold for in 7 days."""
        values = {"count": self.chosen_count, "all": self.waiting_count}
        if not self.currency_id:
            return self.env._("%(count)s of %(all)s items are chosen.", **values)
        return self.env._(
            "%(count)s of %(all)s items are chosen: %(money)s of the %(total)s that "
            "they sold for in the last seven days.",
            **values,
            money=self.currency_id.format(self.chosen_money),
            total=self.currency_id.format(self.waiting_money),
        )

    @api.depends("line_ids", "copied_from_id")
    def _compute_empty_reason(self):
        for wizard in self:
            wizard.empty_reason = not wizard.line_ids and wizard._get_empty_reason()

    def _get_empty_reason(self):
        """Why nothing is suggested, and what to do first."""
        if self.copied_from_id:
            return self.env._(
                "Nothing that is mapped in %s has the SKU or the name of one of these "
                "items. Empty the field above and look again.",
                self.copied_from_id.name,
            )
        item_model = self.env["pos.bridge.item"]
        if any(item_model._plain_targets(company) for company in self.company_ids):
            return self.env._(
                "No ingredient and no recipe is called like one of these items. Map "
                "the best seller by hand: items like it are suggested here afterwards."
            )
        return self.env._(
            "You have no ingredients or recipes yet, so there is nothing to suggest. "
            "Begin with Map on your best seller, and make there what it uses."
        )

    # === FILLING === #

    @api.model
    def _open(self, items, **vals):
        """For these items, or for all that wait where none are chosen."""
        item_model = self.env["pos.bridge.item"]
        waiting = item_model.search(
            [
                ("mapping_state", "=", "unmapped"),
                *([("id", "in", items.ids)] * bool(items)),
            ],
            order="money_7_days desc, name, id",
        )
        if not waiting:
            raise UserError(
                self.env._("All of these items are mapped: nothing is left to suggest.")
            )
        currency = waiting.currency_id
        wizard = self.create(
            {
                "item_ids": [Command.set(waiting.ids)],
                "waiting_count": len(waiting),
                "waiting_money": sum(waiting.mapped("money_7_days")),
                "currency_id": len(currency) == 1 and currency.id,
                **vals,
            }
        )
        wizard._fill()
        return wizard._action()

    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suggestions"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _fill(self):
        """Suggest anew, with the portions that were stated so far."""
        portions = {
            size.name: size.portions for size in self.size_ids if size.portions > 0
        }
        suggested = self.item_ids._suggest(portions, self.copied_from_id)
        words = self.item_ids._suggestion_words(suggested.values())
        shown = [item for item in self.item_ids if item.id in suggested][:MOST_LINES]
        self._fill_sizes([suggested[item.id] for item in shown], portions)
        planned = self.env["pos.bridge.mapping"]._planned_from(self.item_ids)
        self.line_ids = [Command.clear()] + [
            Command.create(
                self._prepare_line(item, suggested[item.id], words, planned.get(item))
            )
            for item in shown
        ]

    def _prepare_line(self, item, found, words, planned_from=None):
        reason = words.get_reason(found)
        if planned_from:
            reason = self.env._(
                "%(reason)s; holds until what is planned begins on %(date)s",
                reason=reason,
                date=self.env["pos.bridge.mapping"]._day_text(planned_from),
            )
        return {
            **item._prepare_suggested_vals(found),
            "item_id": item.id,
            "quantity": found.quantity or 0.0,
            "confidence": found.confidence,
            "reason": reason,
            "money_7_days": item.money_7_days,
            "currency_id": item.currency_id.id,
        }

    def _fill_sizes(self, suggested, portions):
        """The sizes of which nobody has said yet how many portions they are."""
        counts = dict.fromkeys(portions, 0)
        for found in suggested:
            for size in found.open_size if len(found.open_size) == 1 else ():
                counts[size] = counts.get(size, 0) + 1
        self.size_ids = [Command.clear()] + [
            Command.create(
                {"name": size, "item_count": count, "portions": portions.get(size, 0.0)}
            )
            for size, count in sorted(counts.items(), key=_by_size)
        ]

    # === ACTIONS === #

    def action_refresh(self):
        """Look again, with other portions or another integration to copy from."""
        self._fill()
        return self._action()

    def action_accept(self):
        """Map what is chosen, and nothing else."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Choose what you want to accept first."))
        open_lines = chosen.filtered(lambda line: line.quantity <= 0)
        if open_lines:
            raise UserError(
                self.env._(
                    "%s: write how much one sold unit uses, or do not choose it.",
                    ", ".join(open_lines[:5].item_id.mapped("name")),
                )
            )
        waiting = chosen.item_id.filtered(lambda item: item.mapping_state == "unmapped")
        vals_list = [
            line._prepare_mapping_vals() for line in chosen if line.item_id in waiting
        ]
        if not vals_list:
            raise UserError(self.env._("Somebody else has mapped all of these by now."))
        saved = self.env["pos.bridge.item"]._accept(vals_list)
        saved["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return saved


class PosBridgeSuggestSize(models.TransientModel):
    """How many portions of a recipe a size is."""

    _name = "pos.bridge.suggest.size"
    _description = "Size of suggested mappings"

    wizard_id = fields.Many2one(
        "pos.bridge.suggest.wizard", required=True, ondelete="cascade"
    )
    name = fields.Char("Size", required=True, readonly=True)
    label = fields.Char("Size of Item", compute="_compute_label")
    item_count = fields.Integer("Items", readonly=True)
    portions = fields.Float(
        digits=False,
        min_display_digits=1,
        help="So many portions of the recipe are one of this size; 0: not said yet.",
    )

    @api.depends("name")
    def _compute_label(self):
        for size in self:
            size.label = size_label(size.name)


class PosBridgeSuggestLine(models.TransientModel):
    """One suggestion, which a person chooses or not."""

    _name = "pos.bridge.suggest.line"
    _description = "Suggested mapping"
    _order = "money_7_days desc, id"

    wizard_id = fields.Many2one(
        "pos.bridge.suggest.wizard", required=True, ondelete="cascade"
    )
    item_id = fields.Many2one("pos.bridge.item", required=True, readonly=True)
    is_chosen = fields.Boolean(
        "Accept", compute="_compute_is_chosen", store=True, readonly=False
    )
    map_type = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    bom_id = fields.Many2one("mrp.bom", readonly=True)
    target = fields.Char("Uses", compute="_compute_target")
    quantity = fields.Float(digits=False, min_display_digits=1)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    is_subtraction = fields.Boolean("Gives Back", readonly=True)
    confidence = fields.Float(readonly=True, aggregator=None)
    reason = fields.Char("Because", readonly=True)
    money_7_days = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @api.depends("confidence", "wizard_id.threshold")
    def _compute_is_chosen(self):
        for line in self:
            limit = line.wizard_id.threshold / 100
            line.is_chosen = line.confidence > limit and line.quantity > 0

    @api.depends("product_id", "bom_id", "map_type")
    def _compute_target(self):
        for line in self:
            target = line.product_id or line.bom_id
            name = target.display_name or self.env._("Nothing")
            line.target = (
                self.env._("%s (gives back)", name) if line.is_subtraction else name
            )

    def _prepare_mapping_vals(self):
        self.ensure_one()
        content = {name: self[name] for name in ("item_id", *CONTENT_FIELDS)}
        return self._convert_to_write(content)
