from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

from ..tools.wording import number_text

#: For more there are past sales, which can be paused and say how long they take.
MOST_DATES = 31
#: A person waits for so many days; the rest is run in the background.
DAYS_WAITED_FOR = 5
WAITING_STATES = ("queued", "running")
INGREDIENTS_NAMED = 3


class PosBridgeFetchWizard(models.TransientModel):
    """Read the till now, for a day or some, and show at once what came of it."""

    _name = "pos.bridge.fetch.wizard"
    _description = "Fetch sales"

    step = fields.Selection(
        [("ask", "Days"), ("result", "Result")], required=True, default="ask"
    )
    outlet_ids = fields.Many2many("pos.bridge.outlet", string="Outlets", required=True)
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date()
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self._default_date(),
        help="The same as From for one day; 31 days at most.",
    )
    line_ids = fields.One2many("pos.bridge.fetch.line", "wizard_id")
    progress = fields.Float(compute="_compute_progress")
    summary = fields.Char(compute="_compute_progress")

    @api.model
    def _default_date(self):
        return fields.Date.context_today(self) - timedelta(days=1)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "outlet_ids" in fields_list and not values.get("outlet_ids"):
            values["outlet_ids"] = [Command.set(self._default_outlets().ids)]
        return values

    @api.model
    def _default_outlets(self):
        """The one that was looked at, or the only one there is."""
        outlets = self.env["pos.bridge.outlet"]
        context = self.env.context
        if context.get("default_outlet_id"):
            return outlets.browse(context["default_outlet_id"])
        integration = context.get("pos_bridge_integration_id")
        domain = [("integration_id", "=", integration)] if integration else []
        found = outlets.search(domain)
        active = found.filtered(lambda outlet: outlet.state == "active") or found
        return active if len(active) == 1 else outlets

    @api.onchange("date_from")
    def _onchange_date_from(self):
        """One day, unless a person says until when."""
        self.date_to = self.date_from

    @api.depends("line_ids.transfer_id.state")
    def _compute_progress(self):
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            waiting = sum(states.count(state) for state in WAITING_STATES)
            count = len(states)
            wizard.progress = 100 * (count - waiting) / count if count else 100
            wizard.summary = self.env._(
                "%(days)s: posted %(done)s, with exceptions %(partial)s, "
                "failed %(failed)s, waiting %(waiting)s",
                days=self.env._("1 day")
                if count == 1
                else self.env._("%s days", count),
                done=states.count("done"),
                partial=states.count("partial"),
                failed=states.count("failed") + states.count("parked"),
                waiting=waiting,
            )

    # === ACTIONS === #

    def action_fetch(self):
        """Run the first days now and queue the others; then show what happened."""
        self.ensure_one()
        self._check_dates()
        span = (self.date_to - self.date_from).days + 1
        dates = [self.date_from + timedelta(days=number) for number in range(span)]
        days = self.env["pos.bridge.day"]
        for outlet in self.outlet_ids:
            days |= days._get_or_create(outlet, dates)
        return self._fetch(days)

    @api.model
    def _show(self, days):
        """The same for these days, which were chosen elsewhere."""
        dates = days.mapped("business_date")
        wizard = self.create(
            {
                "outlet_ids": [Command.set(days.outlet_id.ids)],
                "date_from": min(dates),
                "date_to": max(dates),
            }
        )
        return wizard._fetch(days)

    def _fetch(self, days):
        days._check_may_run()
        days = days.sorted("business_date")
        now, later = days[:DAYS_WAITED_FOR], days[DAYS_WAITED_FOR:]
        # The scheduled action leaves those to the person for a minute.
        moment = fields.Datetime.now() + timedelta(minutes=1)
        queue = self.env["pos.bridge.transfer"]
        first = queue._enqueue(now, "manual", next_try_at=moment)
        rest = queue._enqueue(later, "manual")
        transfers = first | rest
        self.step = "result"
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"day_id": run.day_id.id, "transfer_id": run.id})
                for run in transfers.sorted("business_date")
            ),
        ]
        first._run_all()
        rest._dispatch()
        return self._reopen()

    def _check_dates(self):
        if self.date_from > self.date_to:
            raise UserError(
                self.env._("The first day must not be later than the last day.")
            )
        if self.date_to > max(outlet._today() for outlet in self.outlet_ids):
            raise UserError(
                self.env._(
                    "%s is in the future: nothing was sold yet.",
                    format_date(self.env, self.date_to),
                )
            )
        if (self.date_to - self.date_from).days >= MOST_DATES:
            raise RedirectWarning(
                self.env._(
                    "At most %s days can be fetched at once. Past Sales reads as many "
                    "as you like, can be paused, and says how long it takes.",
                    MOST_DATES,
                ),
                self.env.ref("pos_inventory_bridge.pos_bridge_migration_action").id,
                self.env._("Past Sales"),
            )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Was Fetched"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_view_days(self):
        """Open the days that were fetched."""
        days = self.line_ids.day_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_day_action"
        )
        return {**action, "domain": [("id", "in", days.ids)], "context": {}}


class PosBridgeFetchLine(models.TransientModel):
    """What came of one day: used, not mapped, to look at."""

    _name = "pos.bridge.fetch.line"
    _description = "Result of fetching a sales day"

    wizard_id = fields.Many2one("pos.bridge.fetch.wizard", ondelete="cascade")
    day_id = fields.Many2one("pos.bridge.day", ondelete="cascade")
    transfer_id = fields.Many2one("pos.bridge.transfer", ondelete="cascade")
    currency_id = fields.Many2one(related="day_id.currency_id")
    state = fields.Selection(related="transfer_id.state")
    result = fields.Char(compute="_compute_note")
    sale_count = fields.Integer(related="transfer_id.sale_count")
    move_count = fields.Integer(related="transfer_id.move_count")
    unmapped_amount = fields.Monetary(
        related="day_id.unmapped_amount",
        string="Not Mapped",
        help="Money of sales that use nothing yet, as their items are not mapped.",
    )
    open_count = fields.Integer(related="day_id.open_count")
    used_text = fields.Char("Used", compute="_compute_used")
    used_value = fields.Monetary(
        "Value",
        compute="_compute_used",
        help="What the goods that the day used were worth, as the ledger says.",
    )
    note = fields.Char(
        "To Look At", compute="_compute_note", help="What waits for a person."
    )

    @api.depends("day_id.usage_ids.revision_to", "transfer_id.state")
    def _compute_used(self):
        """In few queries for all lines: the days work it out together."""
        self.day_id.used_ids.mapped("posted_value")
        for line in self:
            rows = line.day_id.used_ids.sorted("posted_value", reverse=True)
            named = [
                f"{row.product_id.name} "
                f"{number_text(self.env, row.posted_quantity)} {row.uom_id.name}"
                for row in rows[:INGREDIENTS_NAMED]
            ]
            more = len(rows) - len(named)
            rest = [self.env._("%s more", more)] if more else []
            line.used_text = ", ".join(named + rest)
            line.used_value = sum(rows.mapped("posted_value"))

    @api.depends("transfer_id.state", "transfer_id.error", "day_id.open_text")
    def _compute_note(self):
        results = self._results()
        for line in self:
            day = line.day_id
            line.result = (
                self.env._("Waits for a look")
                if day.waits_for_look and line.state == "partial"
                else results.get(line.state, "")
            )
            error = line.transfer_id._error_without_day()
            line.note = error or day.open_text or line._other_note()

    def _results(self):
        """The states of a run, in words for somebody who waits for its result."""
        return {
            "queued": self.env._("Waiting"),
            "running": self.env._("Running"),
            "paused": self.env._("Paused"),
            "done": self.env._("Posted"),
            "partial": self.env._("Exceptions"),
            "parked": self.env._("Parked"),
            "failed": self.env._("Failed"),
            "cancelled": self.env._("Cancelled"),
        }

    def _other_note(self):
        if self.day_id._is_undone():
            return self.env._("Undone: its sales are kept, nothing is posted.")
        if self.state in WAITING_STATES:
            return self.env._("Waits for its turn")
        is_empty = self.state == "done" and not self.sale_count
        return self.env._("The till told no sales") if is_empty else False

    def action_open_day(self):
        return self.day_id._get_records_action()

    def action_view_exceptions(self):
        return self.day_id.action_view_exceptions()
