from odoo import api, fields, models
from odoo.exceptions import UserError

LINKS = {"pos_bridge_day_id", "pos_bridge_posting_id"}


class PosBridgePostedMixin(models.AbstractModel):
    """What a sales day posted: linked to it, and changed by nobody (rule 15)."""

    _name = "pos.bridge.posted.mixin"
    _description = "Posted by a POS sales day"

    pos_bridge_day_id = fields.Many2one(
        "pos.bridge.day",
        string="POS Sales Day",
        copy=False,
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    pos_bridge_posting_id = fields.Many2one(
        "pos.bridge.posting",
        string="POS Posting",
        copy=False,
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Only a run says what a sales day posted; it runs with all rights."""
        if not self.env.su and any(LINKS & vals.keys() for vals in vals_list):
            raise UserError(
                self.env._("Only posting a sales day makes its stock moves.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if LINKS & vals.keys() and not self.env.su:
            raise UserError(self.env._("What a sales day posted stays its own."))
        return super().write(vals)

    def _check_pos_bridge_untouched(self):
        """Raise for anything that a sales day has posted."""
        for record in self.filtered("pos_bridge_day_id"):
            if record.state == "done":
                raise UserError(
                    self.env._(
                        "%(record)s was posted by the sales day %(day)s and is never "
                        "changed by hand. Correct the sales, the mapping or the recipe "
                        "and post the day again, or use Undo on the sales day.",
                        record=record.display_name,
                        day=record.sudo().pos_bridge_day_id.display_name,
                    )
                )
