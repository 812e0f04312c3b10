import hashlib
import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.wording import number_text

#: Digest of a version that says: no recipe from here on.
ENDED = "ended"


class PosBridgeRecipeVersion(models.Model):
    """What a recipe was from a date on. Versions are added, never changed.

    On a date, of all versions that have begun the youngest record counts: a version
    made today from today leaves the past alone, one made today from the 1st replaces
    everything from the 1st on. One history per product: it spans all of its recipe
    bills, archived too.
    """

    _name = "pos.bridge.recipe.version"
    _description = "Recipe version"
    _order = "id desc"
    _rec_name = "bom_id"

    bom_id = fields.Many2one("mrp.bom", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="bom_id.company_id", store=True)
    date_from = fields.Date("First Day", help="Empty: always.")
    yield_quantity = fields.Float(digits=False, min_display_digits=1)
    yield_uom_id = fields.Many2one("uom.uom", required=True)
    lines = fields.Json(
        help="Product, quantity and unit as typed, trim, issue storage, variants. "
        "Empty: from then on it is no recipe any more."
    )
    digest = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Changed by", default=lambda self: self.env.user
    )
    made_on = fields.Date(default=fields.Date.context_today, readonly=True)
    reason = fields.Char()
    summary = fields.Text(compute="_compute_summary")
    since = fields.Char(compute="_compute_since")

    @api.depends("bom_id", "date_from")
    def _compute_display_name(self):
        for version in self:
            since = (
                self.env._("from %s", fields.Date.to_string(version.date_from))
                if version.date_from
                else self.env._("always")
            )
            name = version.bom_id.product_tmpl_id.display_name
            version.display_name = f"{name} ({since})"

    @api.depends("date_from")
    def _compute_since(self):
        for version in self:
            version.since = (
                format_date(
                    self.env, version.date_from, date_format=self.env._("d MMM y")
                )
                if version.date_from
                else self.env._("Always")
            )

    @api.depends("lines")
    def _compute_summary(self):
        """In as many queries for a thousand versions as for one."""
        products = self._named("product.product", "product_id")
        units = self._named("uom.uom", "uom_id")
        for version in self:
            version.summary = "\n".join(
                version._line_text(
                    line, products.get(line["product_id"]), units.get(line["uom_id"])
                )
                for line in version.lines or ()
            )

    def _named(self, model, key):
        """{id: record} of what the lines name, as far as it still exists."""
        ids = {line[key] for version in self for line in version.lines or ()}
        return {record.id: record for record in self.env[model].browse(ids).exists()}

    def _line_text(self, line, product, unit):
        """:param product: None if it was deleted since; so is the unit"""
        quantity = number_text(self.env, line["quantity"])
        percent = number_text(self.env, line.get("trim") or 0)
        trim = self.env._(", trim %s %%", percent) if line.get("trim") else ""
        unit_name = unit.name if unit else ""
        name = product.display_name if product else "?"
        return f"{quantity} {unit_name} {name}{trim}"

    # === WRITING VERSIONS === #

    @api.model
    def _prepare_vals(self, bom):
        """What a bill says now, as the values of a version (without dates)."""
        content = {
            "yield_quantity": bom.product_qty,
            "yield_uom_id": bom.product_uom_id.id,
            "lines": [self._prepare_line(line) for line in bom.bom_line_ids],
        }
        text = json.dumps(content, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return {"bom_id": bom.id, **content, "digest": digest}

    @api.model
    def _prepare_line(self, line):
        return {
            "product_id": line.product_id.id,
            "quantity": line.product_qty,
            "uom_id": line.product_uom_id.id,
            "trim": line.trim_percentage,
            "location_id": line.issue_location_id.id,
            "variant_value_ids": line.bom_product_template_attribute_value_ids.ids,
        }

    @api.model
    def _of_company(self, company):
        """All versions of a company's recipes, archived ones too, by id."""
        return self.search([("company_id", "in", (False, company.id))], order="id")

    @api.model
    def _history(self, bill):
        """All versions of what a bill makes, whichever bill they are of, by id."""
        versions = self.search(
            [("bom_id.product_tmpl_id", "=", bill.product_tmpl_id.id)], order="id"
        )
        return versions.filtered(lambda version: version._is_about(bill))

    def _is_about(self, bill, product=None):
        """Is this part of the history of what the bill makes (or of the product)?"""
        own, variant = self.bom_id, product or bill.product_id
        if variant and own.product_id and own.product_id != variant:
            return False
        if not bill:
            return True
        return own.company_id in (bill.company_id, bill.company_id.browse())

    def _read_ahead_products(self):
        """{id: product} of all that is made or taken here and still exists."""
        ids = {line["product_id"] for version in self for line in version.lines or ()}
        bills = self.bom_id.with_context(active_test=False)
        made = bills.product_tmpl_id.product_variant_ids
        return (self.env["product.product"].browse(ids) | made)._pos_bridge_read_ahead()

    @api.model
    def _record(self, bom, date_from=None, reason=None, history=None, made_on=None):
        """Write down what a bill says, if the last version says something else.

        Days that used the recipe since are marked: posting them again would differ.

        :param date_from: from when it holds; None: always if it is the first, else
            today. A second change on one day takes the place of the first
        :param made_on: when the bill came to say this; None: today
        :return: the version that says what the bill says
        """
        vals = self._prepare_vals(bom)
        history = self._history(bom) if history is None else history
        last = history[-1:]
        if last.digest == vals["digest"] and date_from is None:
            return last
        if date_from is None and last:
            date_from = self._default_date_from(last)
        elif date_from is None and self._was_deducted(bom):
            # It was an ingredient until now, and past days say so.
            date_from = fields.Date.context_today(self)
        version = self.create(
            {
                **vals,
                "date_from": date_from or False,
                "reason": reason,
                "made_on": made_on or fields.Date.context_today(self),
            }
        )
        last._forget_if_replaced(version)
        if last:
            version._mark_days_stale()
        return version

    @api.model
    def _was_deducted(self, bom):
        """Was the product that this bill makes taken from stock itself before?"""
        tmpl = bom.product_tmpl_id.with_context(active_test=False)
        made = bom.product_id or tmpl.product_variant_ids
        usage = self.env["pos.bridge.usage"].sudo()
        return bool(usage.search_count([("product_id", "in", made.ids)], limit=1))

    @api.model
    def _record_end(self, history):
        """Its last active bill is gone: from today on the product is no recipe."""
        last = history[-1:]
        if not last or last.digest == ENDED:
            return last
        return self.create(
            {
                "bom_id": last.bom_id.id,
                "date_from": fields.Date.context_today(self),
                "yield_quantity": last.yield_quantity,
                "yield_uom_id": last.yield_uom_id.id,
                "lines": None,
                "digest": ENDED,
            }
        )

    @api.model
    def _record_existing(self, bom, history=None):
        """Write down what a bill says that was not made just now."""
        made_on = fields.Datetime.context_timestamp(self, bom.create_date).date()
        return self._record(bom, history=history, made_on=made_on)

    def _record_now(self, bill):
        """Bring this history up to what the bill says; it may have been changed or
        archived behind our back (SQL), which counts from today.
        """
        return self._record_existing(bill, self) if bill else self._record_end(self)

    @api.model
    def _default_date_from(self, last):
        today = fields.Date.context_today(self)
        is_free = last.date_from == today or not last._is_used()
        return last.date_from or None if last.made_on == today and is_free else today

    def _forget_if_replaced(self, successor):
        """Steps on the way to one change, line after line, are no history."""
        for version in self:
            is_same = version.bom_id == successor.bom_id
            is_same = is_same and version.date_from == successor.date_from
            if is_same and not version._is_used():
                version.unlink()

    def _is_used(self):
        usage = self.env["pos.bridge.usage"]
        return bool(
            usage.search_count([("recipe_path", "like", f"/{self.id}/")], limit=1)
        )

    # === STALE DAYS === #

    def _mark_days_stale(self):
        """Days from this version's date on that used any version of its recipe."""
        self.ensure_one()
        day_model = self.env["pos.bridge.day"]
        since = (
            Domain("business_date", ">=", self.date_from)
            if self.date_from
            else Domain.TRUE
        )
        paths = [f"/{version.id}/" for version in self._history(self.bom_id)]
        used = Domain.OR(Domain("recipe_path", "like", path) for path in paths)
        in_force = Domain("revision_to", "=", False)
        failed = [("resolved", "=", False), ("code", "in", self._definition_codes())]
        usage_of_day = Domain("usage_ids", "any", in_force & used)
        day_model._mark_stale(
            since & (usage_of_day | Domain("exception_ids", "any", failed)),
            self.env._("Recipe %s changed", self.bom_id.product_tmpl_id.display_name),
        )

    @api.model
    def _definition_codes(self):
        return [
            "recipe_not_found",
            "recipe_cycle",
            "invalid_trim_pct",
            "validation_error",
        ]
