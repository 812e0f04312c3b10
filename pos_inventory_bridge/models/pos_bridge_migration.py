from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DAYS_BACK = 90


class PosBridgeMigration(models.Model):
    """Past sales of an outlet, read and posted day by day, oldest first."""

    _name = "pos.bridge.migration"
    _description = "POS historical migration"
    _order = "id desc"

    outlet_id = fields.Many2one(
        "pos.bridge.outlet", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, precompute=True
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) - timedelta(days=DAYS_BACK)
        ),
    )
    date_to = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=1),
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    progress = fields.Float(compute="_compute_progress")
    transfer_ids = fields.One2many("pos.bridge.transfer", "migration_id")

    _one_running_per_outlet = models.UniqueIndex(
        "(outlet_id) WHERE state = 'running'",
        "Past sales of this outlet are being read already.",
    )

    @api.depends("outlet_id.name", "date_from", "date_to")
    def _compute_display_name(self):
        for migration in self:
            span = f"{migration.date_from} - {migration.date_to}"
            migration.display_name = f"{migration.outlet_id.name or ''}, {span}"

    @api.depends("transfer_ids.state")
    def _compute_progress(self):
        for migration in self:
            transfers = migration.transfer_ids
            waiting = transfers.filtered(lambda run: run.state in ("queued", "running"))
            done = len(transfers) - len(waiting)
            migration.progress = 100.0 * done / len(transfers) if transfers else 0.0

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for migration in self:
            if migration.date_from > migration.date_to:
                raise ValidationError(
                    self.env._("The first day must not be later than the last day.")
                )

    def action_start(self):
        """Queue every day of the range; the scheduled action works them off."""
        for migration in self.filtered(lambda migration: migration.state == "draft"):
            span = (migration.date_to - migration.date_from).days + 1
            dates = [
                migration.date_from + timedelta(days=number) for number in range(span)
            ]
            days = self.env["pos.bridge.day"]._get_or_create(migration.outlet_id, dates)
            self.env["pos.bridge.transfer"]._enqueue(
                days, "migration", priority=20, migration_id=migration.id
            )
            migration.state = "running"

    def _finish_if_done(self):
        """Done when none of its days waits any more, failed ones included."""
        for migration in self.filtered(lambda migration: migration.state == "running"):
            waiting = [
                ("migration_id", "=", migration.id),
                ("state", "in", ("queued", "running")),
            ]
            if not self.env["pos.bridge.transfer"].search_count(waiting, limit=1):
                migration.state = "done"

    def action_cancel(self):
        for migration in self:
            migration.transfer_ids.action_cancel()
            migration.state = "cancelled"
