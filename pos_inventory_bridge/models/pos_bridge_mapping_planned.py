from odoo import api, fields, models

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

    def _get_conditions(self):
        """Which of several mappings of one item this is."""
        return tuple(self[name].id for name in CONDITION_FIELDS)

    @api.model
    def _conditions_in_use(self, items):
        """{(item id, *conditions)} of all that these items are or were mapped to."""
        domain = [("item_id", "in", items.ids), ("superseded", "=", False)]
        return {
            (mapping.item_id.id, *mapping._get_conditions())
            for mapping in self.search(domain)
        }

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
