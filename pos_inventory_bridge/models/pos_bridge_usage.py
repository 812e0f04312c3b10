from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from ..tools.plan import Delta
from .mrp_bom import exact

# Rows that agree in all of these are parts of the same use.
IDENTITY_FIELDS = (
    "item_id",
    "parent_item_id",
    "mapping_id",
    "recipe_version_id",
    "recipe_path",
    "product_id",
    "location_id",
    "consumption_location_id",
    "count_move_id",
)
# How much of it they are.
AMOUNT_FIELDS = ("sold_quantity", "quantity")
# What is reconciled with the ledger.
KEY_FIELDS = ("product_id", "location_id", "consumption_location_id")


class PosBridgeUsage(models.Model):
    """The use of one ingredient by one item on one day. Rows are only added and ended.

    The rows in force at revision n are those that began at or before n and did not end
    at or before it. They are what the ledger should say of that day, unrounded.
    """

    _name = "pos.bridge.usage"
    _description = "POS usage of an ingredient"
    _order = "day_id, item_id, id"
    _rec_name = "product_id"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, precompute=True
    )
    outlet_id = fields.Many2one(related="day_id.outlet_id", store=True, precompute=True)
    business_date = fields.Date(
        related="day_id.business_date", store=True, precompute=True, index=True
    )
    item_id = fields.Many2one("pos.bridge.item", required=True, index=True)
    parent_item_id = fields.Many2one("pos.bridge.item", string="Modifies")
    mapping_id = fields.Many2one("pos.bridge.mapping", required=True, index=True)
    recipe_version_id = fields.Many2one(
        "pos.bridge.recipe.version", help="The recipe whose line takes the ingredient."
    )
    recipe_path = fields.Char(
        index="trigram", help="Ids of the recipe versions on the way, outermost first."
    )
    recipe_path_name = fields.Char("Through", compute="_compute_recipe_path_name")
    product_id = fields.Many2one("product.product", required=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    location_id = fields.Many2one(
        "stock.location", string="Storage Unit", required=True
    )
    consumption_location_id = fields.Many2one("stock.location", required=True)
    sold_quantity = fields.Float(digits=False, min_display_digits=1)
    quantity = fields.Float(
        digits=False, min_display_digits=1, help="In the product's unit, never rounded."
    )
    count_move_id = fields.Many2one(
        "stock.move",
        help="What was sold before this count was missing from it already.",
    )
    is_count = fields.Boolean(
        "Out of a Count's Difference",
        help="No use: it takes out of a count's difference what was sold before that "
        "count and posted after it, so that the counted stock stands.",
    )
    revision_from = fields.Integer(required=True)
    revision_to = fields.Integer(help="Ended by this revision; empty: in force.")

    _in_force = models.Index("(day_id) WHERE revision_to IS NULL")

    @api.depends("recipe_path")
    def _compute_recipe_path_name(self):
        for usage in self:
            ids = [int(part) for part in (usage.recipe_path or "").split("/") if part]
            versions = self.env["pos.bridge.recipe.version"].browse(ids)
            usage.recipe_path_name = " > ".join(
                version.bom_id.product_tmpl_id.name for version in versions
            )

    def _in_force_at(self, revision):
        """U(n): those of these rows that were in force at a revision of their day."""
        return self.filtered(
            lambda row: (
                row.revision_from <= revision
                and not (row.revision_to and row.revision_to <= revision)
            )
        )

    @api.model
    def _in_force_of(self, day):
        return self.search([("day_id", "=", day.id), ("revision_to", "=", False)])

    # === STEP: RECONCILE === #

    @api.model
    def _replace(self, day, explosion, computed_keys, revision):
        """Make the rows of the computed items what they should be; the same rows stay.

        :param computed_keys: "item/parent" of the items that were computed (None: all)
        :return: True if any row ended or began
        """
        ended, began = self._plan(day, explosion, computed_keys)
        ended.write({"revision_to": revision})
        self._begin(day, began, revision)
        return bool(ended or began)

    @api.model
    def _begin(self, day, began, revision):
        # Also what could be computed from the day: there are hundreds of rows.
        common = {
            "day_id": day.id,
            "company_id": day.company_id.id,
            "outlet_id": day.outlet_id.id,
            "business_date": day.business_date,
            "revision_from": revision,
        }
        self.create([{**vals, **common} for vals in began])

    @api.model
    def _plan(self, day, explosion, computed_keys):
        """(rows that would end, values of rows that would begin); writes nothing."""
        old = self._in_force_of(day).filtered(lambda usage: not usage.is_count)
        if computed_keys is not None:
            old = old.filtered(lambda usage: usage._key() in computed_keys)
        old = old.filtered(lambda usage: not usage._is_kept(explosion.kept))
        old = old.grouped(lambda usage: usage._own_identity(explosion.counts))
        wanted = defaultdict(list)
        for rows in explosion.rows.values():
            for vals in rows:
                wanted[self._identity(vals)].append(vals)
        ended, began = self.browse(), []
        for identity in dict.fromkeys([*wanted, *old]):
            rows = old.get(identity, self.browse())
            if not self._says_same(rows, wanted[identity]):
                ended |= rows
                began += wanted[identity]
        return ended, began

    @api.model
    def _says_same(self, rows, vals_list):
        """Are these rows, added up, what the values are?"""
        return bool(rows) == bool(vals_list) and all(
            self._sum(rows.mapped(name)) == self._sum(vals[name] for vals in vals_list)
            for name in AMOUNT_FIELDS
        )

    def _key(self):
        return f"{self.item_id.id}/{self.parent_item_id.id or 0}"

    def _is_kept(self, kept):
        """Rows of an item, or of one of its ingredients, that could not be resolved
        stay.
        """
        if self._key() not in kept:
            return False
        products = kept[self._key()]
        return products is None or self.product_id.id in products

    @api.model
    def _identity(self, vals):
        return tuple(vals.get(name) or False for name in IDENTITY_FIELDS)

    def _own_identity(self, counts):
        vals = {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in IDENTITY_FIELDS
        }
        return self._identity({**vals, "count_move_id": self._counted_by(counts)})

    @api.model
    def _targets(self, day, ended=None, began=()):
        """{(product, unit, consumption location): quantity}, rounded once, as it should
        be.

        While a day is undone only the rows of counts count.

        :param ended: rows that are looked at as if they had ended
        :param began: values of rows that are looked at as if they were in force
        """
        sums = defaultdict(list)
        for usage in self._in_force_of(day) - (ended or self.browse()):
            if not day._is_undone() or usage.is_count:
                sums[usage._ledger_key()].append(usage.quantity)
        for vals in began:
            sums[tuple(vals[name] for name in KEY_FIELDS)].append(vals["quantity"])
        products = self.env["product.product"].browse({key[0] for key in sums})
        units = {product.id: product.uom_id for product in products}
        return {
            key: units[key[0]].round(self._sum(quantities))
            for key, quantities in sums.items()
        }

    @api.model
    def _sum(self, quantities):
        """Rows added up as what was written: 0.3 - 0.275 is 0.025 and not less, which
        is half a hundredth and rounded up. What is left of a third's last digits goes.
        """
        total = sum(map(exact, quantities), Decimal(0))
        return float(round(total, 12))

    def _ledger_key(self):
        return self.product_id.id, self.location_id.id, self.consumption_location_id.id

    @api.model
    def _delta(self, day, ended=None, began=()):
        """What the ledger lacks: the rounded target minus what the day's moves say.

        With rows that would end and begin: what it would lack then.
        """
        targets = self._targets(day, ended, began)
        posted = self.env["stock.move"]._pos_bridge_posted(day)
        result = []
        for key in sorted(targets.keys() | posted.keys()):
            unit = self.env["product.product"].browse(key[0]).uom_id
            missing = unit.round(targets.get(key, 0.0) - posted.get(key, 0.0))
            if not unit.is_zero(missing):
                result.append(Delta(*key, missing))
        return result

    @api.model
    def _lost_by_rounding(self, day):
        """[(product, exact, rounded)] where Odoo's precision loses 1 % or more of a
        day.
        """
        sums = defaultdict(list)
        for usage in self._in_force_of(day).filtered(lambda usage: not usage.is_count):
            sums[usage.product_id].append(usage.quantity)
        result = []
        for product, quantities in sums.items():
            used = self._sum(quantities)
            rounded = product.uom_id.round(used)
            if used and abs(rounded - used) >= 0.01 * abs(used):
                result.append((product, used, rounded))
        return result

    # === ACTIONS === #

    def action_view_sale_lines(self):
        """The receipt lines that these rows were made of."""
        lines = self.env["pos.bridge.sale.line"]
        for usage in self:
            lines |= usage.day_id._sale_lines(usage.item_id, usage.parent_item_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipt Lines"),
            "res_model": "pos.bridge.sale.line",
            "view_mode": "list,form",
            "domain": [("id", "in", lines.ids)],
        }
