from odoo import api, fields, models
from odoo.tools import format_date

from .pos_bridge_mapping import CONDITION_FIELDS


class PosBridgeMapping(models.Model):
    """Changes that leave alone what is planned for later days.

    The context key ``pos_bridge_until`` is the last day of such a change.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    made_until = fields.Date(
        readonly=True,
        copy=False,
        help="The last day that it was made for: another one was planned already.",
    )

    def _get_key(self):
        """Which of several mappings of one item this is a version of."""
        return self.item_id.id, *(self[name].id for name in CONDITION_FIELDS)

    @api.model
    def _by_key(self, items):
        """{key: all that the items are or were mapped to}; what is superseded aside"""
        domain = [("item_id", "in", items.ids), ("superseded", "=", False)]
        return self.search(domain).grouped(lambda mapping: mapping._get_key())

    def _span(self):
        """From when until when it holds."""
        self.ensure_one()
        last = self.date_to and self._day_text(self.date_to)
        return f"{self.since} \N{EN DASH} {last or '…'}"

    @api.model
    def _day_text(self, day):
        return format_date(self.env, day, date_format=self.env._("d MMM y"))

    @api.model
    def _planned_from(self, items):
        """{item: first day of what is planned for it, without a condition}"""
        domain = [("item_id", "in", items.ids), ("superseded", "=", False)]
        domain += [("date_from", ">", fields.Date.context_today(self))]
        domain += [(name, "=", False) for name in CONDITION_FIELDS]
        return dict(self._read_group(domain, ["item_id"], ["date_from:min"]))

    @api.model
    def _create_until(self, vals, last_day):
        """A mapping for the days before another one that is planned."""
        self.check_access("create")
        # Nobody but a change may say when a mapping ends.
        made = self.sudo().create({**vals, "date_to": last_day, "made_until": last_day})
        return made.with_env(self.env)

    @api.model
    def _last_day_of_change(self):
        """None: it holds from its first day on, whatever was planned."""
        return fields.Date.to_date(self.env.context.get("pos_bridge_until")) or None
