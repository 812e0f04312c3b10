import hashlib
import json

from odoo import api, fields, models
from odoo.tools import format_date


class PosBridgePosting(models.Model):
    """Step *post*: one revision of a day, as done stock moves, which only this makes.

    A posting is never changed: what it got wrong is put right by the next one.
    """

    _name = "pos.bridge.posting"
    _description = "POS posting"
    _order = "day_id, revision"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, precompute=True
    )
    revision = fields.Integer(required=True)
    transfer_id = fields.Many2one(
        "pos.bridge.transfer", ondelete="set null", index="btree_not_null"
    )
    kind = fields.Selection(
        [("usage", "Usage"), ("undo", "Undo"), ("redo", "Redo")], required=True
    )
    name = fields.Char(required=True)
    reason = fields.Char()
    posted_at = fields.Datetime(required=True)
    move_date = fields.Datetime(required=True)
    accounting_date = fields.Date(required=True)
    late_reason = fields.Char(help="Why this is not dated on the business date.")
    analytic_distribution = fields.Json(
        readonly=True,
        help="That of the outlet when this was posted; what comes back reverses it.",
    )
    plan_digest = fields.Char(help="Fingerprint of what was to be posted.")
    picking_ids = fields.One2many("stock.picking", "pos_bridge_posting_id")
    move_ids = fields.One2many("stock.move", "pos_bridge_posting_id")
    account_move_ids = fields.Many2many(
        "account.move",
        string="Journal Entries",
        compute="_compute_account_move_ids",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    _unique_revision = models.Constraint(
        "UNIQUE(day_id, revision)", "A revision of a day is posted once."
    )

    @api.depends("move_ids.account_move_id")
    def _compute_account_move_ids(self):
        for posting in self:
            posting.account_move_ids = posting.move_ids.account_move_id

    @api.depends("name")
    def _compute_display_name(self):
        for posting in self:
            posting.display_name = posting.name

    # === POST === #

    @api.model
    def _post(self, day, deltas, timing, revision, transfer, kind, reason):
        """Post what the ledger lacks, as revision n of the day: all of its moves or
        none.

        :param deltas: list of ``Delta`` in (product, unit, consumption location) order
        :param timing: as ``_timing`` gives it
        :return: (posting, list of ``Problem``: what a person should know about it)
        """
        posting = self.create(
            {
                "day_id": day.id,
                "revision": revision,
                "transfer_id": transfer.id,
                "kind": kind,
                "name": self._title(day, kind, reason),
                "reason": reason,
                "posted_at": fields.Datetime.now(),
                "plan_digest": self._digest(deltas),
                "analytic_distribution": day.outlet_id.analytic_distribution,
                **timing,
            }
        )
        posting._do(posting._create_pickings(deltas))
        # Core checks the dates as whoever writes them, and a lock has exceptions.
        self.env.flush_all()
        return posting, posting._late_problems()

    def _do(self, pickings):
        """Do them: together what is accounted on one date, so that it is one entry."""
        moments = pickings.grouped("scheduled_date")
        for accounting_date, group in pickings.grouped(self._accounted_on).items():
            group.with_context(
                force_period_date=accounting_date,
                pos_bridge_moment=self.move_date,
                cancel_backorder=True,
            )._action_done()
        for moment, group in moments.items():
            group.date_done = moment
        self._reprice(pickings.move_ids)

    def _accounted_on(self, _picking):
        return self.accounting_date

    @api.model
    def _digest(self, deltas):
        plan = [
            [
                delta.product_id,
                delta.location_id,
                delta.consumption_location_id,
                delta.quantity,
            ]
            for delta in deltas
        ]
        return hashlib.sha256(json.dumps(plan).encode()).hexdigest()

    @api.model
    def _title(self, day, kind, reason):
        """Like "Bar, 3 March 2026, correction 2: recipe Margherita changed"."""
        date = format_date(
            self.env, day.business_date, date_format=self.env._("d MMMM y")
        )
        title = f"{day.outlet_id.name}, {date}"
        earlier = day.posting_ids.filtered(lambda posting: posting.kind == "usage")
        if kind == "undo":
            title = self.env._("%s, undone", title)
        elif kind == "redo":
            title = self.env._("%s, posted again after undo", title)
        elif earlier:
            title = self.env._(
                "%(day)s, correction %(number)s", day=title, number=len(earlier)
            )
        has_reason = reason and earlier and kind == "usage"
        return f"{title}: {reason}" if has_reason else title
