from odoo import api, fields, models

from ..tools.errors import AuthenticationFailed, ContractViolation

READING = ("automatic", "manual", "migration", "upload")
UNDOING = ("undo", "redo")


class PosBridgeTransfer(models.Model):
    """One run for one day: queue row and log.

    ``_run`` is the only place where the steps meet: fetch -> import -> resolve ->
    explode -> reconcile -> post -> log. No step knows the next one.
    From *resolve* on it is one transaction, ``_compute_and_post``.
    """

    _name = "pos.bridge.transfer"
    _description = "POS transfer"
    _order = "id desc"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, index=True, precompute=True
    )
    outlet_id = fields.Many2one(related="day_id.outlet_id", store=True, precompute=True)
    business_date = fields.Date(
        related="day_id.business_date", store=True, precompute=True
    )
    trigger = fields.Selection(
        [
            ("automatic", "Schedule"),
            ("manual", "Fetched by hand"),
            ("migration", "Past sales"),
            ("upload", "Upload"),
            ("repost", "Posted again"),
            ("undo", "Undo"),
            ("redo", "Redo"),
            ("goods", "Goods arrived"),
        ],
        required=True,
    )
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Done, exceptions"),
            ("parked", "Parked"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        index=True,
        help="Waiting: it runs by itself. Parked: the till could not be asked or its "
        "answer could not be used; nothing happens until somebody tries again. "
        "Failed: the program stopped at an error.",
    )
    priority = fields.Integer(default=10, help="Lower runs earlier.")
    attempts = fields.Integer("Tries")
    next_try_at = fields.Datetime("Next Try")
    requested_by = fields.Many2one("res.users", default=lambda self: self.env.user)
    reads_source = fields.Boolean(help="The till is asked before posting.")
    confirmed_digest = fields.Char(
        help="The sales that a person looked at and wants posted, though they are less."
    )
    error = fields.Text("What Went Wrong")
    error_payload = fields.Text(
        "What the Till Answered", help="Without secrets and without people's data."
    )
    is_settled = fields.Boolean(
        readonly=True,
        help="It failed, and a later run of this day went well or was asked for.",
    )
    sale_count = fields.Integer("Receipts")
    changed_sale_count = fields.Integer("Receipts That Changed")
    line_count = fields.Integer("Lines")
    item_count = fields.Integer("Items Computed")
    move_count = fields.Integer("Moves")
    exception_count = fields.Integer("Exceptions")
    started_at = fields.Datetime()
    finished_at = fields.Datetime()
    migration_id = fields.Many2one("pos.bridge.migration", ondelete="set null")
    posting_id = fields.Many2one(
        "pos.bridge.posting", ondelete="set null", help="The last one of this run."
    )
    posting_ids = fields.One2many(
        "pos.bridge.posting", "transfer_id", string="Stock Postings"
    )

    _one_queued_per_day = models.UniqueIndex("(day_id) WHERE state = 'queued'")
    _next_in_line = models.Index(
        "(priority, business_date, id) WHERE state IN ('queued', 'running')"
    )
    _one_running_per_day = models.UniqueIndex("(day_id) WHERE state = 'running'")

    @api.depends("day_id.display_name", "trigger")
    def _compute_display_name(self):
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        for transfer in self:
            transfer.display_name = (
                f"{transfer.day_id.display_name}, {triggers.get(transfer.trigger, '')}"
            )

    # === THE RUN === #

    def _run(self, patience=0):
        """One run, in order. Every outcome ends in this record.

        :param patience: how many seconds to wait while somebody else asks the till
        :return: False if the till was busy, so that nothing was done
        """
        self.ensure_one()
        transfer = self.with_company(self.company_id).with_context(
            tracking_disable=True,
            pos_bridge_person_waits=bool(patience),
            pos_bridge_one_company=True,
        )
        asks_till = transfer._asks_till()
        try:
            with transfer._open_till(patience) as is_free:
                if not is_free:
                    return False
                if not transfer._alone(transfer._start):
                    return True
                if asks_till:
                    sales_day = transfer._fetch()
            if asks_till:
                transfer._alone(transfer._import, sales_day)
            transfer._post_in_turn()
        except Exception as error:
            if self.env.cr.closed:
                # The database is gone: what was not committed is undone, and whoever
                # comes next takes the day as if this worker had died.
                raise
            transfer._meet_trouble(error)
        return True

    def _start(self):
        """Say that it runs; False if it is not to be run (any more)."""
        if self.state not in ("queued", "running"):
            return False
        if self._is_killed_always():
            self._fail_killed()
            return False
        wishes = self._put_dead_away()
        self.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "finished_at": False,
                "next_try_at": False,
                "attempts": self.attempts + 1,
                "error": False,
                "error_payload": False,
            }
        )
        self.flush_recordset()
        if self.reads_source and not self._asks_till():
            # Somebody wanted the till to be read, too: that is a run of its own.
            self.reads_source = False
            wishes.append({"trigger": "automatic", "priority": self.priority})
        for wish in wishes:
            self._enqueue(self.day_id, **wish)._dispatch()
        return True

    def _asks_till(self):
        """Undo, redo and posting again go without the till, even if it is down."""
        return self.reads_source and self.trigger in READING

    def _fetch(self):
        """The source is asked while nothing waits to be committed; what comes next sees
        what others did meanwhile.
        """
        outlet, date = self.outlet_id, self.business_date
        if outlet.integration_id._is_shut():
            raise AuthenticationFailed(self.env._("It was not asked again."))
        connector = outlet.integration_id._connector()
        self._commit()
        try:
            with self.env.cr.savepoint():
                sales_day = connector.fetch_sales(outlet, date)
        except ValueError as error:
            # What it told cannot be a receipt, a quantity, a date.
            raise ContractViolation(str(error)) from error
        strange = [sale for sale in sales_day.sales if sale.business_date != date]
        if strange:
            raise ContractViolation(
                self.env._(
                    "Asked for %(date)s, the source told receipt %(receipt)s of "
                    "%(other)s. Nothing of this answer was used.",
                    date=date,
                    receipt=strange[0].external_id,
                    other=strange[0].business_date,
                )
            )
        self._commit()
        return sales_day

    def _import(self, sales_day):
        day = self.day_id
        moved_from, changed = self.env["pos.bridge.sale"]._upsert_day(
            day.outlet_id, day.business_date, sales_day
        )
        day._note_source(sales_day)
        # Added up: a run that was cut off after its import posts what that one read.
        changed += self.changed_sale_count
        self.write({"sale_count": len(sales_day.sales), "changed_sale_count": changed})
        if moved_from:
            days = self.env["pos.bridge.day"]._get_or_create(day.outlet_id, moved_from)
            if sales_day.questions:
                days._wait_for(day)
            else:
                self._enqueue(days, "repost")._dispatch()

    # === OUTCOME === #

    def _log(self, day, sold, problems=(), keys=frozenset(), deltas=()):
        """Figures, exceptions and the end of this run; writes only what differs."""
        day._settle(sold)
        problems = [
            *problems,
            *day._ledger_problems(deltas),
            *day._source_problems(),
            *day._question_problems(),
        ]
        self.env["pos.bridge.exception"]._replace(day, problems, keys, self)
        self._end(day, sold, keys)

    def _log_waiting(self, day, sold, problems):
        """Nothing is posted and nothing is computed: a person must look first."""
        self.env["pos.bridge.exception"]._ask(day, problems, self)
        day._note_read()
        self._end(day, sold, set())

    def _end(self, day, sold, keys):
        open_count = self.env["pos.bridge.exception"].search_count(
            [("day_id", "=", day.id), ("resolved", "=", False)]
        )
        self.write(
            {
                "state": "partial" if open_count else "done",
                "line_count": sum(
                    item.line_count + item.zero_count for item in sold.values()
                ),
                "item_count": len(keys),
                "exception_count": open_count,
                "finished_at": fields.Datetime.now(),
            }
        )
        self._settle_trouble()
        day.outlet_id._advance_watermark()
