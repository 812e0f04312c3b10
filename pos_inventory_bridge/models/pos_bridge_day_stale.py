from odoo import api, models
from odoo.fields import Domain

#: Behind the daily transfers, before past sales.
PRIORITY = 15


class PosBridgeDay(models.Model):
    """Days that a corrected mapping, recipe or storage unit touches: they are shown,
    and nothing posts them unasked.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    @api.model
    def _domain_to_post_again(self):
        """A day that is undone stays undone, whatever was corrected since."""
        return Domain("stale_reason", "!=", False) & Domain("hold_revision", "=", False)

    @api.model
    def action_view_to_post_again(self):
        """The list of them, with their number in its title."""
        domain = self._domain_to_post_again()
        count = self.search_count(domain)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_day_stale_action"
        )
        name = self.env._("To Post Again (%s)", count)
        return {**action, "name": name, "display_name": name, "domain": list(domain)}

    def action_preview_to_post_again(self):
        """What posting them again would change: those chosen, or all that there are."""
        days = self or self.search(self._domain_to_post_again())
        action = days.action_preview()
        action["context"] = {**action["context"], "default_is_background": True}
        return action

    def _post_in_background(self):
        """Post these days again one after the other, while the person goes on."""
        self._check_may_run()
        queue = self.env["pos.bridge.transfer"]
        queue._enqueue(self, "repost", priority=PRIORITY)._dispatch()
        told = self.env["pos.bridge.integration"]._notification(
            self._get_text_of_rest(len(self)), "success"
        )
        told["params"]["sticky"] = True
        return told

    def action_fetch_and_show(self):
        """Read the till again for these days, and show what came of each."""
        return self.env["pos.bridge.fetch.wizard"]._show(self)
