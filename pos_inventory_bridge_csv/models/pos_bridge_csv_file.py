import hashlib
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.reader import Refusal
from .messages import describe


class PosBridgeCsvFile(models.Model):
    """An uploaded file, kept as it came; the connector reads it like an API."""

    _name = "pos.bridge.csv.file"
    _description = "CSV upload"
    _order = "answers_since desc, id desc"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    name = fields.Char(required=True)
    attachment_id = fields.Many2one("ir.attachment", ondelete="restrict")
    digest = fields.Char(required=True, help="Fingerprint of its content.")
    state = fields.Selection(
        [("stored", "Stored"), ("queued", "Given to posting")],
        required=True,
        default="stored",
    )
    answers_since = fields.Datetime(
        default=fields.Datetime.now,
        required=True,
        readonly=True,
        help="Of two files about one day the one that answers since later counts.",
    )
    date = fields.Date(string="Business Date", help="For files without a date column.")
    date_from = fields.Date(string="From", help="First date in the file.")
    date_to = fields.Date(string="To", help="Last date in the file.")
    line_count = fields.Integer("Lines")
    reject_ids = fields.One2many("pos.bridge.csv.reject", "file_id")
    reject_count = fields.Integer("Refused Rows")

    _unique_digest = models.Constraint(
        "UNIQUE(integration_id, digest)", "This file was uploaded already."
    )

    @api.model
    def _store(self, integration, name, content, date=None):
        """Keep a file, and make the outlets and items that it names.

        A file that was uploaded before is found again, and nothing is written.

        :param bytes content: the file
        :param date: the business date, for files without a date column
        :return: (file, whether it is new)
        :raises UserError: the file cannot be used; nothing was stored
        """
        integration.check_access("read")
        if file := self._find(integration, content, date):
            return file, False
        sheet = self._read_for_user(integration, content, date)
        file = self.sudo().create(
            {
                "integration_id": integration.id,
                "name": name,
                "digest": self._digest(integration, content, date),
                "date": integration.sudo().csv_layout_ids._needs_day() and date,
                **self._prepare_vals(sheet),
            }
        )
        file._attach(content)
        file._upsert_catalogue(sheet)
        return file.with_env(self.env), True

    @api.model
    def _find(self, integration, content, date=None):
        """The earlier upload of the same file."""
        digest = self._digest(integration, content, date)
        return self.search(
            [("integration_id", "=", integration.id), ("digest", "=", digest)]
        )

    @api.model
    def _digest(self, integration, content, date):
        """Without a date column, the same content on another day is another file."""
        day = str(date) if integration.sudo().csv_layout_ids._needs_day() else ""
        return hashlib.sha256(day.encode() + b"\n" + content).hexdigest()

    def _attach(self, content):
        self.attachment_id = self.env["ir.attachment"].create(
            {
                "name": self.name,
                "raw": content,
                "mimetype": "text/csv",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _upsert_catalogue(self, sheet):
        integration = self.integration_id
        connector = integration._connector()
        outlets = connector._outlets_of(integration, [sheet])
        items = connector._items_of(integration, [sheet])
        self.env["pos.bridge.outlet"]._upsert(integration, outlets)
        self.env["pos.bridge.item"]._upsert(integration, items)

    @api.model
    def _read_for_user(self, integration, content, date=None):
        """:raises UserError: in plain words, why the file cannot be used"""
        try:
            return integration.sudo().csv_layout_ids._read_sheet(content, date)
        except Refusal as refusal:
            raise UserError(describe(self.env, refusal)) from refusal

    @api.model
    def _prepare_vals(self, sheet):
        date_from, date_to = sheet.source_days
        rejects = [
            {
                "row": reject.row,
                "reason": describe(self.env, reject.refusal),
                "raw": reject.raw,
            }
            for reject in sorted(sheet.rejects, key=lambda reject: reject.row)
        ]
        return {
            "date_from": date_from,
            "date_to": date_to,
            "line_count": len(sheet.sold),
            "reject_count": len(rejects),
            "reject_ids": [Command.create(reject) for reject in rejects],
        }

    def _read_sheet(self):
        """What this file says, by the layout as it is now."""
        self.ensure_one()
        layout = self.integration_id.csv_layout_ids
        return layout._read_sheet(self.attachment_id.sudo().raw, self.date)

    def _queue(self):
        """Queue a run for every day that the file tells of. Returns the transfers."""
        self.ensure_one()
        self.check_access("read")
        file = self.sudo()
        days = self.env["pos.bridge.day"].sudo()
        by_outlet = file._read_sheet().days
        for outlet in file.integration_id.outlet_ids:
            days |= days._get_or_create(outlet, by_outlet.get(outlet.external_id, ()))
        file.state = "queued"
        return self.env["pos.bridge.transfer"]._enqueue(days, "upload")

    def action_post(self):
        """Post what the file says; posting it again changes nothing."""
        self._queue()._run_all()
        return self.action_view_days()

    def action_use_again(self):
        """Let this file answer for its days, though others were uploaded since."""
        self.check_access("read")
        siblings = self.search([("integration_id", "=", self.integration_id.id)])
        last = max(siblings.mapped("answers_since"))
        after = max(fields.Datetime.now(), last + timedelta(seconds=1))
        self.sudo().answers_since = after
        return self.action_post()

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_view_days(self):
        """The days that the file tells of."""
        by_outlet = self._read_sheet().days
        domain = Domain.OR(
            Domain("outlet_id.external_id", "=", outlet)
            & Domain("business_date", "in", sorted(days))
            for outlet, days in by_outlet.items()
        )
        own = Domain("integration_id", "=", self.integration_id.id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales Days"),
            "res_model": "pos.bridge.day",
            "view_mode": "list,form",
            "domain": list(own & domain),
        }


class PosBridgeCsvReject(models.Model):
    """A row that was not used, and why."""

    _name = "pos.bridge.csv.reject"
    _description = "CSV row that was refused"
    _order = "file_id desc, row, id"

    file_id = fields.Many2one(
        "pos.bridge.csv.file", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    row = fields.Integer(required=True)
    reason = fields.Char(required=True)
    raw = fields.Text("Row as Uploaded")
