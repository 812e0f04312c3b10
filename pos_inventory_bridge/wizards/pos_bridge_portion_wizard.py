from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.item_name import read_name
from ..tools.wording import number_text
from .pos_bridge_suggest_wizard import size_label, size_place


class PosBridgePortionWizard(models.TransientModel):
    """How many portions of its recipe each size is, for many mapped items at once."""

    _name = "pos.bridge.portion.wizard"
    _inherit = "pos.bridge.change.from.mixin"
    _description = "Portions of many items"

    item_ids = fields.Many2many("pos.bridge.item", readonly=True)
    kept_text = fields.Char(
        compute="_compute_kept_text",
        help="What these items were or will be mapped to and keep as it is.",
    )
    line_ids = fields.One2many("pos.bridge.portion.line", "wizard_id")
    left_out_text = fields.Char(readonly=True)

    # === FILLING === #

    @api.model
    def _open(self, items):
        """For those of these items that are mapped to a recipe."""
        mapped = items.filtered(
            lambda item: item.mapping_state == "mapped" and item.mapping_id.bom_id
        )
        if not mapped:
            raise UserError(
                self.env._(
                    "Portions are of a recipe: choose items that are mapped to one. "
                    "For items that are not mapped, use Suggestions."
                )
            )
        wizard = self.create(
            {
                "item_ids": [Command.set(mapped.ids)],
                "line_ids": [
                    Command.create(vals) for vals in self._prepare_lines(mapped)
                ],
                "left_out_text": self._get_left_out_text(items - mapped),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portion Sizes"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _prepare_lines(self, items):
        by_size = defaultdict(items.browse)
        for item in items:
            by_size[self._size_of(item)] |= item
        return [
            {
                "name": size,
                "item_ids": [Command.set(of_size.ids)],
                **self._prepare_portions(of_size.mapping_id),
            }
            for size, of_size in sorted(
                by_size.items(), key=lambda pair: size_place(pair[0])
            )
        ]

    @api.model
    def _size_of(self, item):
        """As its name says it: "l", "menu"; nothing where it names none, or several."""
        sizes = read_name(item.name).sizes
        return next(iter(sizes)) if len(sizes) == 1 else ""

    @api.model
    def _prepare_portions(self, mappings):
        """What these are now, if that is one and the same."""
        found = sorted({mapping._portions() for mapping in mappings})
        texts = [number_text(self.env, portions) for portions in found]
        shown = ", ".join(texts[:4]) + (" …" if len(texts) > 4 else "")
        return {"now": shown, "portions": found[0] if len(found) == 1 else 0.0}

    @api.model
    def _get_left_out_text(self, items):
        if not items:
            return False
        return self.env._(
            "Left out, because they are not mapped to a recipe, or wait for a look: %s",
            ", ".join(items[:5].mapped("name")) + (" …" if len(items) > 5 else ""),
        )

    @api.depends("item_ids", "change_from", "date_from")
    def _compute_kept_text(self):
        """Another recipe before, or one that is planned, has portions of its own."""
        for wizard in self:
            kept = wizard._get_kept()
            names = [
                f"{mapping.item_id.name} ({mapping.display_name}, {mapping._span()})"
                for mapping in kept[:5]
            ]
            text = ", ".join(names) + (" …" if len(kept) > 5 else "")
            wizard.kept_text = bool(kept) and self.env._(
                "Stays as it is, because it is another recipe or planned for later: %s",
                text,
            )

    def _get_kept(self):
        today = fields.Date.context_today(self)
        is_past = self.change_from == "date" and self.date_from
        first = min(self.date_from, today) if is_past else today
        sheets, lines = self.env["pos.bridge.mapping.wizard"], self.line_ids
        kept = self.env["pos.bridge.mapping"]
        for item in self.item_ids._origin:
            reached = sheets._without_condition(item).filtered(
                lambda mapping: mapping._last() >= first
            )
            kept |= reached - lines._in_force_since(item, first)
        return kept.sorted(lambda mapping: (mapping.item_id.name, mapping._first()))

    # === SAVING === #

    def action_apply(self):
        """Change the portions of all sizes for which some are stated."""
        self.ensure_one()
        date = self._get_date()
        changed = {
            line: mappings
            for line in self.line_ids
            if line.portions > 0 and (mappings := line._mappings_to_change(date))
        }
        if not changed:
            raise UserError(
                self.env._("Nothing is changed: write how many portions a size is.")
            )
        every = self.env["pos.bridge.item"].union(
            *(mappings.item_id for mappings in changed.values())
        )
        before = every.mapping_ids
        for line, mappings in changed.items():
            for mapping in mappings:
                mapping._change_portions(line.portions, date)
        every.invalidate_recordset(["mapping_ids"])
        sheet = self.env["pos.bridge.mapping.wizard"]._of_items(every)
        days = sheet._waiting_days(every.mapping_ids - before)
        message = self.env._("Portions of %s items are changed", len(every))
        saved = sheet._saved(message, days)
        saved["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return saved

    def _get_date(self):
        if self.change_from != "date":
            return None
        today = fields.Date.context_today(self)
        if not self.date_from or self.date_from > today:
            raise UserError(
                self.env._(
                    "Choose the first day that this is true for: today, or past."
                )
            )
        return self.date_from


class PosBridgePortionLine(models.TransientModel):
    """One size of the chosen items."""

    _name = "pos.bridge.portion.line"
    _description = "Portions of a size"

    wizard_id = fields.Many2one(
        "pos.bridge.portion.wizard", required=True, ondelete="cascade"
    )
    name = fields.Char("Size", readonly=True)
    label = fields.Char("Size in the Name", compute="_compute_label")
    item_ids = fields.Many2many("pos.bridge.item", readonly=True)
    item_count = fields.Integer("Items", compute="_compute_label")
    items_text = fields.Char("Such As", compute="_compute_label")
    now = fields.Char(
        "Portions Now", readonly=True, help="Of the recipe, as they are mapped today."
    )
    portions = fields.Float(
        digits=False,
        min_display_digits=1,
        help="So many portions of the recipe are one of this size; 0: as they are.",
    )

    @api.depends("name", "item_ids")
    def _compute_label(self):
        for line in self:
            line.label = size_label(line.name) if line.name else self.env._("None")
            line.item_count = len(line.item_ids)
            names = line.item_ids[:3].mapped("name")
            line.items_text = ", ".join(names) + (
                " …" if line.item_count > len(names) else ""
            )

    def _mappings_to_change(self, date):
        """Where these items used another portion of their recipe on a day since the
        date (None: where they do today).
        """
        mappings = self.env["pos.bridge.mapping"].union(
            *(self._in_force_since(item, date) for item in self.item_ids)
        )
        return mappings.filtered(
            lambda mapping: mapping.bom_id and mapping._portions() != self.portions
        )

    @api.model
    def _in_force_since(self, item, date):
        """The item's mappings to its recipe, from the date up to today."""
        if not date:
            return item.mapping_id
        today = fields.Date.context_today(self)
        mappings = self.env["pos.bridge.mapping.wizard"]._without_condition(item)
        return mappings.filtered(
            lambda mapping: (
                mapping.bom_id == item.mapping_id.bom_id
                and mapping._first() <= today
                and mapping._last() >= date
            )
        )


class PosBridgeMapping(models.Model):
    """Portions of what a mapping uses."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    def _portions(self):
        """How much of its recipe one sold unit uses, in the recipe's own unit."""
        self.ensure_one()
        unit = self.bom_id.product_uom_id
        if self.uom_id == unit:
            return self.quantity
        return self.uom_id._compute_quantity(self.quantity, unit, round=False)

    def _change_portions(self, portions, date):
        """Of this version alone: what held before it or is planned after it stays.

        :param date: first day of a correction of past days; None: from today
        """
        self.ensure_one()
        vals = {"quantity": portions, "uom_id": self.bom_id.product_uom_id.id}
        if date:
            vals["date_from"] = max(date, self._first())
        self.with_context(pos_bridge_until=self.date_to).write(vals)


class PosBridgeMappingWizard(models.TransientModel):
    """The mapping sheet, for what changes many mappings at once."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.wizard"

    @api.model
    def _of_items(self, items):
        return self.create(
            {"item_ids": [Command.set(items.ids)], "is_beside_list": True}
        )


class PosBridgeItem(models.Model):
    """Portions of many items."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    def action_portions(self):
        """Say once for all chosen items how many portions each size is."""
        return self.env["pos.bridge.portion.wizard"]._open(self)
