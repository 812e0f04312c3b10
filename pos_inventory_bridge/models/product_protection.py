from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: What a product is to stock and books; what was posted was posted as that.
KIND_FIELDS = {"type", "is_storable"}
#: Uses that a sentence names; more are counted.
MOST_NAMED = 5


class ProductTemplate(models.Model):
    """What must not happen to a product while sales days stand on it (rule 15)."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    def write(self, vals):
        if KIND_FIELDS & vals.keys():
            changing = self.filtered(
                lambda tmpl: any(
                    tmpl[name] != vals[name] for name in KIND_FIELDS & vals.keys()
                )
            )
            changing._pos_bridge_variants()._check_pos_bridge_kind()
        if "tracking" in vals:
            changing = self.filtered(lambda tmpl: tmpl.tracking != vals["tracking"])
            changing._pos_bridge_variants()._check_pos_bridge_tracking(vals["tracking"])
        if vals.get("active") is False:
            self._pos_bridge_variants()._check_pos_bridge_archived()
        return super().write(vals)

    def _pos_bridge_variants(self):
        return self.with_context(active_test=False).product_variant_ids


class ProductProduct(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def write(self, vals):
        if vals.get("active") is False:
            self._check_pos_bridge_archived()
        return super().write(vals)

    def _check_pos_bridge_kind(self):
        """Core only warns, in the form: stock, value and entries of what was posted
        would no longer belong together.
        """
        move = self._pos_bridge_was_moved()
        if move:
            raise UserError(
                self.env._(
                    "%s was deducted by sales days as goods that lie in stock, and "
                    "stays that. Make a new product of the other kind, map it and use "
                    "it in the recipes from today on, then archive this one.",
                    move.product_id.display_name,
                )
            )

    def _check_pos_bridge_tracking(self, tracking):
        """To begin with lots is fine: what was posted before has none. All else would
        leave lots behind that nobody counts, or want a number for a spoonful.
        """
        move = self.env["stock.move"]
        if tracking != "lot":
            move = self._pos_bridge_was_moved()
        if move:
            raise UserError(
                self.env._(
                    "%s was deducted by sales days: from there it can be tracked by "
                    "lots, and neither by serial numbers nor by nothing any more. Make "
                    "a new product for that, and map it from today on.",
                    move.product_id.display_name,
                )
            )

    def _pos_bridge_was_moved(self):
        """A stock move of a sales day that moved one of these products, if any."""
        moved = Domain("product_id", "in", self.ids)
        moved &= Domain("pos_bridge_day_id", "!=", False)
        return self.env["stock.move"].sudo().search(moved, limit=1)

    def _check_pos_bridge_archived(self):
        """Refuse people what would leave items unposted from tomorrow on.

        A programme that archives is not stopped; sales days then keep what they have
        and say so (rule 10).
        """
        if self.env.su:
            return
        for product in self.filtered("active"):
            uses = product.sudo()._pos_bridge_uses()
            if uses:
                rest = len(uses) - MOST_NAMED
                named = [*uses[:MOST_NAMED], *([f"+ {rest}"] if rest > 0 else [])]
                raise UserError(
                    self.env._(
                        "%(product)s is used by: %(uses)s. Archived, none of that "
                        "could be deducted any more. Put another ingredient there "
                        "first; then archive it. Past days keep what they used.",
                        product=product.display_name,
                        uses=", ".join(named),
                    )
                )

    def _pos_bridge_uses(self):
        """Names of the items and recipes that take this product from today on."""
        self.ensure_one()
        mappings = self.env["pos.bridge.mapping"]
        mine = Domain("product_id", "=", self.id)
        mine |= Domain("bom_id.product_tmpl_id", "=", self.product_tmpl_id.id)
        ended = Domain("date_to", "!=", False)
        ended &= Domain("date_to", "<", fields.Date.context_today(self))
        mapped = mappings.search(mine & ~ended & Domain("superseded", "=", False))
        lines = self.env["mrp.bom.line"].search(
            [
                ("product_id", "=", self.id),
                ("bom_id.type", "in", self.env["mrp.bom"]._pos_bridge_types()),
                ("bom_id.active", "=", True),
            ]
        )
        recipes = lines.bom_id.product_tmpl_id.mapped("name")
        return list(dict.fromkeys([*mapped.item_id.mapped("name"), *recipes]))
