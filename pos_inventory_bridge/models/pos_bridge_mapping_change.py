from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .pos_bridge_mapping import CONDITION_FIELDS, CONTENT_FIELDS

# What only a change or an end of a mapping writes.
LINEAGE_FIELDS = ("date_to", "previous_id", "superseded", "made_on", "made_until")


class PosBridgeMapping(models.Model):
    """Making, changing and ending: a change ends a mapping and makes a successor, and
    the days that it touches are marked.
    """

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

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
