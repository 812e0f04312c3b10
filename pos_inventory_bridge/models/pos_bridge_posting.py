import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..tools import business_day
from ..tools.plan import Problem
from ..tools.wording import moment_text


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

    # === WHEN === #

    @api.model
    def _timing(self, day):
        """Move date and accounting date of what is posted now for a business date;
        empty where every moment up to now is closed.

        The end of the business date; behind a lock date or the last closing of the
        stock valuation, the first open date instead, with the reason.
        """
        day.company_id._pos_bridge_hold_locks()
        date, reason = day.business_date, False
        locked_until = self._locked_until(day.company_id, date)
        while locked_until:
            reason = self.env._(
                "%(date)s is closed in accounting up to %(until)s.",
                date=format_date(self.env, day.business_date),
                until=format_date(self.env, locked_until),
            )
            date = locked_until + timedelta(days=1)
            locked_until = self._locked_until(day.company_id, date)
        moment = business_day.last_moment(date, day.outlet_id.tz)
        now = datetime.now(UTC)
        moment = min(moment, now).replace(tzinfo=None, microsecond=0)
        closing = self._last_closing(day)
        if closing and moment <= closing:
            moment = closing + timedelta(seconds=1)
            tz = day.outlet_id.tz
            date = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()
            reason = self.env._(
                "The stock valuation is closed up to %s.",
                moment_text(self.env, closing, tz),
            )
        timing = {"move_date": moment, "accounting_date": date, "late_reason": reason}
        # Core looks at the day in UTC; no open moment has come yet.
        is_closed = self._locked_until(day.company_id, moment.date())
        return {} if is_closed else timing

    @api.model
    def _closed_problem(self, day):
        date = format_date(self.env, day.business_date)
        if day._is_undone():
            message = self.env._(
                "%s is closed in accounting, and so is today: nothing was taken back. "
                "It is taken back by itself as soon as a day is open.",
                date,
            )
        else:
            message = self.env._(
                "%s is closed in accounting, and so is today: nothing was posted. It "
                "is posted by itself as soon as a day is open; or open the period and "
                "post the day again.",
                date,
            )
        return Problem(code="period_locked", is_waiting=True, message=message)

    @api.model
    def _locked_until(self, company, date):
        """The last locked date, if this one is locked. Exceptions of the user count."""
        violations = company._get_lock_date_violations(
            date, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        return max((lock_date for lock_date, _field in violations), default=None)

    @api.model
    def _last_closing(self, day):
        """Moment of the last periodic closing, if that books what this day uses; what
        is valued in real time is booked as it goes.
        """
        moment = day.company_id._get_last_closing_date()
        if not moment:
            return False
        groups = self.env["pos.bridge.usage"]._read_group(
            [("day_id", "=", day.id)], ["product_id"]
        )
        valuations = {product.valuation for (product,) in groups}
        return "periodic" in valuations and moment

    # === MOVES === #

    def _create_pickings(self, deltas):
        """One picking per storage unit and direction, its moves ready to be done."""
        groups = defaultdict(list)
        for delta in deltas:
            if delta.quantity > 0:
                groups[delta.location_id, "out"].append(self._prepare_issue_vals(delta))
            else:
                groups[delta.location_id, "in"] += self._prepare_return_vals(delta)
        vals_list = [
            self._prepare_picking_vals(moves) for _key, moves in sorted(groups.items())
        ]
        return self.env["stock.picking"].create(vals_list)

    def _prepare_picking_vals(self, moves):
        day = self.day_id
        return {
            "picking_type_id": day.company_id._get_pos_bridge_picking_type().id,
            "company_id": day.company_id.id,
            "location_id": moves[0]["location_id"],
            "location_dest_id": moves[0]["location_dest_id"],
            "origin": self.name,
            "scheduled_date": self.move_date,
            "pos_bridge_day_id": day.id,
            "pos_bridge_posting_id": self.id,
            "move_ids": [Command.create(move) for move in moves],
        }

    def _prepare_issue_vals(self, delta):
        return self._prepare_move_vals(
            delta.product_id,
            delta.quantity,
            delta.location_id,
            delta.consumption_location_id,
        )

    def _prepare_return_vals(self, delta):
        """Returns of the day's own moves, newest first, so that each carries the value
        that left. What no move of the day took comes in without an origin, at today's
        cost.
        """
        product = self.env["product.product"].browse(delta.product_id)
        left = -delta.quantity
        places = delta.consumption_location_id, delta.location_id
        result = []
        for origin in self._issues(delta):
            quantity = min(left, origin._pos_bridge_returnable())
            if product.uom_id.compare(quantity, 0) > 0:
                vals = self._prepare_move_vals(product.id, quantity, *places)
                result.append({**vals, "origin_returned_move_id": origin.id})
                left = product.uom_id.round(left - quantity)
        if product.uom_id.compare(left, 0) > 0:
            result.append(self._prepare_move_vals(product.id, left, *places))
        return result

    def _issues(self, delta):
        """The day's own issue moves of one key, newest first; nothing comes back before
        it left.
        """
        return self.env["stock.move"].search(
            [
                ("pos_bridge_day_id", "=", self.day_id.id),
                ("date", "<=", self.move_date),
                ("product_id", "=", delta.product_id),
                ("location_id", "=", delta.location_id),
                ("location_dest_id", "=", delta.consumption_location_id),
                ("state", "=", "done"),
            ],
            order="id desc",
        )

    def _prepare_move_vals(self, product_id, quantity, location_id, location_dest_id):
        """A move that only waits for being done: not reserved, not merged, not
        exploded.
        """
        day = self.day_id
        unit = self.env["product.product"].browse(product_id).uom_id
        places = {
            "product_id": product_id,
            "location_id": location_id,
            "location_dest_id": location_dest_id,
            "company_id": day.company_id.id,
            "picked": True,
        }
        return {
            **places,
            "product_uom": unit.id,
            "product_uom_qty": quantity,
            "picking_type_id": day.company_id._get_pos_bridge_picking_type().id,
            "pos_bridge_day_id": day.id,
            "pos_bridge_posting_id": self.id,
            "date": self.move_date,
            "state": "confirmed",
            "move_line_ids": [
                Command.create(
                    {**places, "product_uom_id": unit.id, "quantity": quantity}
                )
            ],
        }

    def _reprice(self, moves):
        """Average cost is replayed by date, and core priced these while they were dated
        now.
        """
        returned = moves.filtered("is_in").product_id
        issued = moves.filtered("is_out").product_id
        replayed = issued._pos_bridge_priced_after(self.move_date)
        average = (returned | replayed).filtered(
            lambda product: product.cost_method == "average"
        )
        averages = average._pos_bridge_averages()
        average.with_context(pos_bridge_averages=averages)._update_standard_price()
        # What came back is older than what came in since: it leaves first.
        fifo = returned.filtered(lambda product: product.cost_method == "fifo")
        fifo._pos_bridge_priced_after(self.move_date)._update_standard_price()

    def _late_problems(self):
        """It is where it belongs then: nobody has to do anything."""
        if not self.late_reason:
            return []
        message = self.env._(
            "%(reason)s This posting is dated %(date)s; the sales day keeps its own "
            "date.",
            reason=self.late_reason,
            date=format_date(self.env, self.accounting_date),
        )
        return [Problem(code="period_locked", message=message, is_settled=True)]
