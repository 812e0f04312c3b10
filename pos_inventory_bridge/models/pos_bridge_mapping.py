from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.recipe_book import RecipeError
from ..tools.wording import number_text

CONDITION_FIELDS = ("parent_item_id", "parent_group_id", "outlet_id")
# What only a change or an end of a mapping writes.
LINEAGE_FIELDS = ("date_to", "previous_id", "superseded", "made_on", "made_until")
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
    precision_warning = fields.Char(compute="_compute_precision_warning")

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

    @api.depends("product_id", "quantity", "uom_id", "map_type", "bom_id")
    def _compute_precision_warning(self):
        for company, mappings in self.grouped("company_id").items():
            book = mappings._book_of_today(company)
            for mapping in mappings:
                mapping.precision_warning = mapping._get_precision_warning(book)

    @api.model
    def _book_of_today(self, company):
        today = fields.Date.context_today(self)
        boms = self.env["mrp.bom"].sudo()
        return boms._get_recipe_book(company, today, records=False)

    def _get_precision_warning(self, book):
        """What Odoo's precision would lose of one sold unit; False if nothing."""
        self.ensure_one()
        losses = []
        for product, quantity in self._amounts_per_unit(book):
            rounded = product.uom_id.round(quantity)
            if quantity and abs(rounded - quantity) > 0.01 * abs(quantity):
                losses.append(
                    self.env._(
                        "%(product)s: one %(item)s uses %(quantity)s %(unit)s, Odoo "
                        "keeps "
                        "%(rounded)s",
                        product=product.display_name,
                        item=self.item_id.name,
                        quantity=number_text(self.env, quantity),
                        unit=product.uom_id.name,
                        rounded=number_text(self.env, rounded),
                    )
                )
        return "; ".join(losses) or False

    def _amounts_per_unit(self, book):
        """(product, quantity in its unit) that one sold unit uses, unrounded."""
        try:
            needs = self._needs_per_unit(book)
        except RecipeError:
            return
        for need in needs:
            product = self.env["product.product"].browse(need.product_id)
            yield product, float(need.quantity)

    # === CONSTRAINTS === #

    @api.constrains(*CONTENT_FIELDS)
    def _check_target(self):
        kits = self.product_id._pos_bridge_kits()
        for mapping in self:
            if mapping.map_type == "ingredient":
                mapping._check_ingredient(kits)
            elif mapping.map_type == "recipe":
                mapping._check_recipe()

    def _check_ingredient(self, kits):
        if not self.product_id:
            raise ValidationError(
                self.env._("%s: choose the ingredient it uses.", self.item_id.name)
            )
        if self.product_id in kits:
            raise ValidationError(
                self.env._(
                    "%(product)s is a kit and cannot be taken from stock itself: map "
                    "%(item)s to it as a recipe.",
                    product=self.product_id.display_name,
                    item=self.item_id.name,
                )
            )
        self._check_unit(self.product_id.uom_id, self.product_id.display_name)

    def _check_recipe(self):
        if not self.bom_id:
            raise ValidationError(
                self.env._("%s: choose the recipe it uses.", self.item_id.name)
            )
        if self.bom_id.type not in self.env["mrp.bom"]._pos_bridge_types():
            raise ValidationError(
                self.env._("%s is no recipe.", self.bom_id.display_name)
            )
        self._check_unit(self.bom_id.product_uom_id, self.bom_id.display_name)

    def _check_unit(self, target_unit, target_name):
        if not self.uom_id or not self.uom_id._has_common_reference(target_unit):
            raise ValidationError(
                self.env._(
                    "%(target)s is counted in %(unit)s; %(other)s cannot be converted.",
                    target=target_name,
                    unit=target_unit.name,
                    other=self.uom_id.name or "-",
                )
            )

    @api.constrains("item_id", *CONDITION_FIELDS)
    def _check_conditions(self):
        for mapping in self:
            for name in CONDITION_FIELDS:
                condition = mapping[name]
                if condition and condition.integration_id != mapping.integration_id:
                    raise ValidationError(
                        self.env._(
                            "%(condition)s does not belong to the integration of "
                            "%(item)s.",
                            condition=condition.display_name,
                            item=mapping.item_id.name,
                        )
                    )

    @api.constrains("item_id", "date_from", "date_to", "superseded", *CONDITION_FIELDS)
    def _check_overlap(self):
        """On every date, one mapping per item and condition."""
        checked = self - self.filtered("superseded")
        siblings = self._by_key(checked.item_id)
        for mapping in checked:
            for other in siblings.get(mapping._get_key(), mapping) - mapping:
                if (
                    mapping._first() <= other._last()
                    and other._first() <= mapping._last()
                ):
                    raise ValidationError(
                        self.env._(
                            "%(item)s is mapped already on these days (%(other)s). "
                            "Change that mapping instead.",
                            item=mapping.item_id.name,
                            other=other.display_name,
                        )
                    )

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

    def _default_date_from(self):
        """From when a change holds that names no date."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        # A second change on one day takes the place of the first, wherever that began,
        # unless days were posted with it: the past is changed on purpose only.
        is_free = self.date_from == today or not self._is_used()
        return self.date_from or None if self.made_on == today and is_free else today

    def _is_used(self):
        usage = self.env["pos.bridge.usage"].sudo()
        return bool(usage.search_count([("mapping_id", "=", self.id)], limit=1))

    # === CHANGES === #

    @api.model_create_multi
    def create(self, vals_list):
        """The first mapping of an item holds for always; after a deletion, from that
        on.
        """
        for vals in vals_list:
            self._check_lineage_untouched(vals)
            if "date_from" not in vals:
                vals["date_from"] = self._prepare_date_from(vals)
        mappings = super().create(vals_list)
        mappings._mark_days_stale()
        return mappings

    @api.model
    def _prepare_date_from(self, vals):
        domain = [("item_id", "=", vals.get("item_id")), ("superseded", "=", False)]
        domain += [(name, "=", vals.get(name, False)) for name in CONDITION_FIELDS]
        ended = self.search(domain).filtered("date_to")
        return max(ended.mapped("date_to")) + timedelta(days=1) if ended else False

    def write(self, vals):
        """Content makes successors; condition and item are what a mapping *is*."""
        if {"item_id", *CONDITION_FIELDS} & vals.keys():
            raise ValidationError(
                self.env._("Another item or condition needs a mapping of its own.")
            )
        self._check_lineage_untouched(vals)
        if not {"date_from", *CONTENT_FIELDS} & vals.keys():
            return super().write(vals)
        self.check_access("write")
        rest = {
            k: v for k, v in vals.items() if k not in ("date_from", *CONTENT_FIELDS)
        }
        for mapping in self:
            changed = mapping._changed_content(vals)
            if changed or "date_from" in vals:
                mapping._change({**changed, **rest}, mapping._date_from_of_change(vals))
        return True

    def _check_lineage_untouched(self, vals):
        if not self.env.su and set(LINEAGE_FIELDS) & vals.keys():
            raise AccessError(
                self.env._("A mapping is ended by changing or deleting it.")
            )

    def _changed_content(self, vals):
        self.ensure_one()
        current = self.read(CONTENT_FIELDS, load=None)[0]
        changed = {
            name: vals[name]
            for name in CONTENT_FIELDS
            if name in vals and vals[name] != current[name]
        }
        if changed and "uom_id" in vals:
            # Given on purpose, though it was the same before: a new target must not
            # bring its own.
            changed["uom_id"] = vals["uom_id"]
        return changed

    def _date_from_of_change(self, vals):
        if "date_from" in vals:
            return fields.Date.to_date(vals["date_from"]) or None
        asked = self.env.context.get("pos_bridge_from_date")
        return fields.Date.to_date(asked) if asked else self._default_date_from()

    def _change(self, vals, date_from):
        """End this mapping and hold ``vals`` from ``date_from`` on (None: always).

        Every later version of the same mapping is replaced too, unless the change has
        a last day. Returns the successor.
        """
        self.ensure_one()
        until = self._last_day_of_change()
        successor_vals = {
            **self.copy_data()[0],
            **vals,
            "date_from": date_from or False,
            "date_to": until or False,
            "previous_id": self.id,
        }
        if "uom_id" not in vals and {"product_id", "bom_id", "map_type"} & vals.keys():
            successor_vals.pop("uom_id", None)
        self._end_from(date_from, until)
        return self.sudo().create(successor_vals).with_env(self.env)

    def _end_from(self, date, until=None):
        """No version of this mapping holds from ``date`` on (None: ever), those aside
        that begin after ``until``.
        """
        self.ensure_one()
        siblings = self._siblings()
        if until:
            siblings = siblings.filtered(lambda mapping: mapping._first() <= until)
        gone = siblings.filtered(lambda mapping: not date or mapping._first() >= date)
        gone.sudo().write({"superseded": True})
        running = (siblings - gone).filtered(lambda mapping: mapping._last() >= date)
        if running:
            running.sudo().write({"date_to": date - timedelta(days=1)})

    def unlink(self):
        """Deleting ends: from today on the item is not mapped, past days keep it."""
        asked = fields.Date.to_date(self.env.context.get("pos_bridge_from_date"))
        self.check_access("unlink")
        date = asked or fields.Date.context_today(self)
        ended = self.filtered(lambda mapping: mapping._last() >= date)
        for mapping in ended:
            mapping._end_from(date)
        ended._mark_days_stale(date)
        return super(PosBridgeMapping, self.browse()).unlink()

    def action_change(self):
        """Open the mapping sheet for this mapping, its condition included."""
        self.ensure_one()
        action = self.item_id.action_map()
        action["context"] = {**action["context"], "default_mapping_id": self.id}
        return action

    # === STEP: RESOLVE === #

    @api.model
    def _resolve(self, outlet, date, pairs):
        """The mapping in force for each (item id, parent item id), the most specific
        one.

        :param pairs: set of (item id, parent item id or 0)
        :return: {(item id, parent item id): mapping, empty where there is none}
        """
        item_ids = {item_id for item_id, _parent in pairs}
        domain = self._domain_valid_on(date) & Domain("item_id", "in", list(item_ids))
        candidates = {}
        for mapping in self.search(domain):
            candidates.setdefault(mapping.item_id.id, []).append(mapping)
        parents = self.env["pos.bridge.item"].browse(
            {parent for _i, parent in pairs if parent}
        )
        groups = {parent.id: parent.group_id.id for parent in parents}
        return {
            (item_id, parent_id): self._most_specific(
                candidates.get(item_id, ()), parent_id, groups.get(parent_id), outlet.id
            )
            for item_id, parent_id in pairs
        }

    @api.model
    def _most_specific(self, candidates, parent_id, group_id, outlet_id):
        """Parent item beats parent group beats outlet beats none; all conditions must
        fit.
        """
        here = {
            "parent_item_id": parent_id,
            "parent_group_id": group_id,
            "outlet_id": outlet_id,
        }
        fitting = [
            mapping
            for mapping in candidates
            if all(mapping[name].id in (False, here[name]) for name in CONDITION_FIELDS)
        ]
        if not fitting:
            return self.browse()
        return max(
            fitting,
            key=lambda mapping: tuple(bool(mapping[name]) for name in CONDITION_FIELDS),
        )
