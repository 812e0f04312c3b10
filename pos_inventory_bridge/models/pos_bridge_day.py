from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

#: Days that posting again would change; one that is undone stays undone.
CHANGEABLE_STATES = ("posted", "provisional", "failed")
#: Days that have used something, or have given it back again.
EVER_POSTED_STATES = (*CHANGEABLE_STATES, "undone")
#: Of the days that a person posts at once; each may take seconds.
DAYS_WHILE_WAITING = 20


class PosBridgeDay(models.Model):
    """One outlet on one business date: what was sold, what the ledger says, what is
    open.
    """

    _name = "pos.bridge.day"
    _description = "POS sales day"
    _inherit = ["mail.thread"]
    _order = "business_date desc, outlet_id"

    outlet_id = fields.Many2one(
        "pos.bridge.outlet", required=True, ondelete="restrict", index=True
    )
    integration_id = fields.Many2one(related="outlet_id.integration_id", store=True)
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    business_date = fields.Date(required=True, index=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("provisional", "Provisional"),
            ("posted", "Posted"),
            ("undone", "Undone"),
            ("no_sales", "No sales"),
            ("failed", "Failed"),
        ],
        required=True,
        default="pending",
        readonly=True,
        help="Provisional: posted, but the source says that sales are still missing.",
    )
    attention = fields.Boolean(
        compute="_compute_attention",
        store=True,
        help="A person should look at this day.",
    )
    stale_reason = fields.Char(
        readonly=True, help="Why posting this day again would change the ledger."
    )
    source_complete = fields.Boolean(readonly=True)
    source_missing = fields.Char(
        readonly=True, help="What the source does not tell, as far as it knows that."
    )
    sales_digest = fields.Char(
        readonly=True, help="The sales that the ledger stands for."
    )
    sold_state = fields.Json(
        help="Item by item, what its usage rows were made of and how that went."
    )
    run_counter = fields.Integer(readonly=True)
    revision = fields.Integer(readonly=True)
    hold_revision = fields.Selection(
        [("0", "Undone")], readonly=True, help="Empty: the ledger follows the sales."
    )
    is_reported = fields.Boolean(
        readonly=True,
        help="The source gave totals of its own; else they are those read.",
    )
    reported_figures = fields.Json(
        readonly=True, help="Which totals those are: count, quantity, amount."
    )
    reported_count = fields.Integer(readonly=True)
    reported_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    reported_amount = fields.Monetary(readonly=True)
    read_count = fields.Integer(readonly=True)
    read_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    read_amount = fields.Monetary(readonly=True)
    posted_count = fields.Integer(readonly=True)
    posted_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    posted_amount = fields.Monetary(readonly=True)
    ignored_count = fields.Integer(readonly=True)
    ignored_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    ignored_amount = fields.Monetary(readonly=True)
    unmapped_count = fields.Integer(readonly=True)
    unmapped_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    unmapped_amount = fields.Monetary(readonly=True)
    failed_count = fields.Integer(readonly=True)
    failed_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    failed_amount = fields.Monetary(readonly=True)
    undone_count = fields.Integer(readonly=True)
    undone_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    undone_amount = fields.Monetary(
        readonly=True,
        help="Net money of mapped items whose goods are back: the day is undone.",
    )
    zero_count = fields.Integer(readonly=True)
    zero_quantity = fields.Float(readonly=True, digits=False, min_display_digits=1)
    zero_amount = fields.Monetary(readonly=True)
    signed_by = fields.Many2one("res.users", readonly=True)
    signed_at = fields.Datetime(readonly=True)
    signed_revision = fields.Integer(readonly=True)
    usage_ids = fields.One2many("pos.bridge.usage", "day_id")
    usage_in_force_ids = fields.One2many(
        "pos.bridge.usage",
        "day_id",
        string="Usage in Force",
        domain=[("revision_to", "=", False)],
    )
    posting_ids = fields.One2many("pos.bridge.posting", "day_id")
    transfer_ids = fields.One2many("pos.bridge.transfer", "day_id")
    exception_ids = fields.One2many("pos.bridge.exception", "day_id")
    open_exception_ids = fields.One2many(
        "pos.bridge.exception",
        "day_id",
        string="Open Exceptions",
        domain=[("resolved", "=", False)],
    )
    move_ids = fields.One2many("stock.move", "pos_bridge_day_id")
    has_shrunk = fields.Boolean(compute="_compute_has_shrunk")

    _unique_day = models.Constraint(
        "UNIQUE(outlet_id, business_date)", "This sales day exists already."
    )

    @api.depends("outlet_id.name", "business_date")
    def _compute_display_name(self):
        for day in self:
            # How a date with its weekday is written, for translators: Sun 8 Mar 2026.
            pattern = self.env._("EEE d MMM y")
            date = format_date(self.env, day.business_date, date_format=pattern)
            day.display_name = f"{day.outlet_id.name or ''} \N{MIDDLE DOT} {date}"

    @api.depends("exception_ids.resolved", "stale_reason", "state")
    def _compute_attention(self):
        for day in self:
            is_open = any(not problem.resolved for problem in day.exception_ids)
            day.attention = is_open or bool(day.stale_reason) or day.state == "failed"

    @api.depends("open_exception_ids.code")
    def _compute_has_shrunk(self):
        for day in self:
            day.has_shrunk = "day_shrank" in day.open_exception_ids.mapped("code")

    # === FINDING DAYS === #

    @api.model
    def _get_or_create(self, outlet, dates):
        """The days of an outlet, in the order of the dates; made where they are
        missing.
        """
        outlet.check_access("read")
        dates = sorted(set(dates))
        days = self.search(
            [("outlet_id", "=", outlet.id), ("business_date", "in", dates)]
        )
        missing = set(dates) - set(days.mapped("business_date"))
        days |= self.sudo().create(
            [
                {"outlet_id": outlet.id, "business_date": date}
                for date in sorted(missing)
            ]
        )
        return days.with_env(self.env).sorted("business_date")

    @api.model
    def _domain_sold(self, items):
        """Days on which any of the items stands on a receipt."""
        groups = self.env["pos.bridge.sale.line"]._read_group(
            [("item_id", "in", items.ids), ("vanished_at", "=", False)],
            ["outlet_id"],
            ["business_date:array_agg_distinct"],
        )
        return Domain.OR(
            Domain("outlet_id", "=", outlet.id) & Domain("business_date", "in", dates)
            for outlet, dates in groups
        )

    @api.model
    def _mark_stale(self, domain, reason):
        """Say of days that were posted why they may have to be posted again; moves
        nothing.
        """
        done = Domain("state", "in", EVER_POSTED_STATES)
        days = self.sudo().search(Domain(domain) & done)
        days.filtered(lambda day: not day.stale_reason).stale_reason = reason
        return days

    def _is_undone(self):
        return self.hold_revision == "0"

    def _is_redo_pending(self):
        """It was undone, and what came back is to be taken again."""
        last = self.posting_ids.sorted("revision")[-1:]
        return last.kind == "undo" and not self._is_undone()

    def _note_failure(self):
        """Posting went wrong; an undone day stays what it is."""
        if not self._is_undone():
            self.state = "failed"

    def _take(self):
        """Take the day for one run: lock it and write it, before anything posted is
        read.

        Under repeatable read a lock alone would let a second run, whose snapshot is
        older, see nothing of what the first one posted; writing makes that run fail and
        start again.

        :return: False if somebody else has it
        """
        self.ensure_one()
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        self.run_counter += 1
        self.flush_recordset(["run_counter"])
        return True

    # === ACTIONS === #

    def action_repost(self):
        """Compute the whole day from what is stored; the till is not asked."""
        return self._run_now("repost")

    def action_fetch(self):
        """Read the till again and post the difference."""
        return self._run_now("manual")

    def action_post_smaller_day(self, seen_digest=None):
        """Give back what the till does not know any more, after a person has looked.

        :param seen_digest: the sales that were looked at (none: those stored now);
            should they change before this runs, the day waits for another look
        """
        self.ensure_one()
        self._check_may_run()
        seen = seen_digest or self._get_sales_digest()
        return self._run_now("repost", confirmed_digest=seen)

    def action_undo(self):
        """Give back all that this day took; its sales stay and can be posted again."""
        self._check_undo_right()
        self.sudo().hold_revision = "0"
        return self._run_now("undo")

    def action_redo(self):
        self._check_undo_right()
        self.sudo().hold_revision = False
        return self._run_now("redo")

    def _check_may_run(self):
        """A run is made with all rights, so the person who asks for it is checked."""
        if not self.env.su and not self.env.user.has_group(
            "pos_inventory_bridge.pos_bridge_group_user"
        ):
            raise AccessError(
                self.env._("Posting sales days needs the right POS Inventory / User.")
            )
        self.check_access("read")

    def _check_undo_right(self):
        self._check_may_run()
        if not self.env.user.has_group("pos_inventory_bridge.pos_bridge_group_undo"):
            raise UserError(
                self.env._(
                    "Undo and redo of a day need the right to undo: ask a manager."
                )
            )

    def _run_now(self, trigger, **vals):
        """Run these days while the person waits; of many the later ones wait in the
        queue, so that the request does not run out of time.
        """
        self._check_may_run()
        days = self.sorted("business_date")
        later = days[DAYS_WHILE_WAITING:]
        # The scheduled action leaves it to the person for a minute.
        moment = fields.Datetime.now() + timedelta(minutes=1)
        transfers = self.env["pos.bridge.transfer"]._enqueue(
            days - later, trigger, next_try_at=moment, **vals
        )
        queued = transfers._enqueue(later, trigger, **vals)
        transfers._run_all()
        told = transfers._outcome_notification()
        if later:
            queued._dispatch()
            rest = self._get_text_of_rest(len(later))
            told["params"]["message"] += f"\n{rest}"
            told["params"]["sticky"] = True
        return told

    def _get_text_of_rest(self, count):
        return self.env._(
            "Days that are posted in the background: %s. Reports are not complete "
            "before that is done; the run log shows how far it is.",
            count,
        )
