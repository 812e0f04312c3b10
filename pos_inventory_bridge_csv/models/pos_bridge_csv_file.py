import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.reader import Refusal


class PosBridgeCsvFile(models.Model):
    """An uploaded file. It stays as it came; the connector reads it like another's API."""

    _name = "pos.bridge.csv.file"
    _description = "CSV upload"
    _order = "id desc"

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
        integration = integration.sudo()
        digest = hashlib.sha256(b"%s %s" % (str(date or "").encode(), content)).hexdigest()
        same = [("integration_id", "=", integration.id), ("digest", "=", digest)]
        if file := self.search(same):
            return file, False
        sheet = self._read_for_user(integration, content, date)
        vals = self._prepare_vals(sheet)
        vals |= {"integration_id": integration.id, "date": date, "digest": digest}
        file = self.sudo().create({**vals, "name": name})
        attachment = {"name": name, "raw": content, "res_model": self._name}
        file.attachment_id = self.env["ir.attachment"].sudo().create(
            {**attachment, "res_id": file.id, "mimetype": "text/csv"}
        )
        connector = integration._connector()
        outlets, items = connector._outlets_of, connector._items_of
        self.env["pos.bridge.outlet"].sudo()._upsert(
            integration, outlets(integration, [sheet])
        )
        self.env["pos.bridge.item"].sudo()._upsert(integration, items(integration, [sheet]))
        return file.sudo(self.env.su), True

    @api.model
    def _read_for_user(self, integration, content, date=None):
        """:raises UserError: in plain words, why the file cannot be used"""
        try:
            return integration.csv_layout_ids._read(content, date)
        except Refusal as refusal:
            raise UserError(self._describe(refusal)) from refusal

    @api.model
    def _prepare_vals(self, sheet):
        date_from, date_to = sheet.source_days()
        rejects = [
            {"row": reject.row, "reason": self._describe(reject.refusal), "raw": reject.raw}
            for reject in sorted(sheet.rejects, key=lambda reject: reject.row)
        ]
        return {
            "date_from": date_from,
            "date_to": date_to,
            "line_count": len(sheet.sold),
            "reject_count": len(rejects),
            "reject_ids": [fields.Command.create(reject) for reject in rejects],
        }

    def _read(self):
        """What this file says, by the layout as it is now."""
        self.ensure_one()
        layout = self.integration_id.csv_layout_ids
        return layout._read(self.attachment_id.sudo().raw, self.date)

    def _queue(self):
        """Queue a run for every day that the file tells of. Returns the transfers."""
        self.ensure_one()
        file = self.sudo()
        days = self.env["pos.bridge.day"].sudo()
        by_outlet = file._read().days
        for outlet in file.integration_id.outlet_ids:
            days |= days._get_or_create(outlet, by_outlet.get(outlet.external_id, ()))
        file.state = "queued"
        return self.env["pos.bridge.transfer"]._enqueue(days, "upload")

    def action_post(self):
        """Post what the file says; posting it again changes nothing."""
        transfers = self._queue()
        transfers._run_all()
        return self._action_view_days(transfers.day_id)

    def action_view_days(self):
        by_outlet = self._read().days
        domain = fields.Domain.OR(
            fields.Domain("outlet_id.external_id", "=", outlet)
            & fields.Domain("business_date", "in", sorted(days))
            for outlet, days in by_outlet.items()
        )
        own = fields.Domain("integration_id", "=", self.integration_id.id)
        return self._action_view_days(self.env["pos.bridge.day"].search(own & domain))

    def _action_view_days(self, days):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales Days"),
            "res_model": "pos.bridge.day",
            "view_mode": "list,form",
            "domain": [("id", "in", days.ids)],
        }

    @api.model
    def _describe(self, refusal):
        """What a refusal says to a person."""
        values = dict(refusal.values)
        if "reason" in values:
            values["reason"] = self._describe(values["reason"])
        sentences = {
            "all_refused": self.env._(
                "No row of the file can be used. Check the layout. Row %(row)s: %(reason)s"
            ),
            "bad_date": self.env._("'%(value)s' is no date like 2026-03-31."),
            "bad_kind": self.env._(
                "'%(value)s' is no kind of sale: use sale, modifier, refund, void, comp or "
                "staff_meal."
            ),
            "bad_number": self.env._(
                "'%(value)s' is no number; decimals stand behind '%(separator)s'."
            ),
            "bad_time": self.env._("'%(value)s' is no time like 23:05."),
            "cells": self.env._("The row has more or fewer cells than the header."),
            "code_missing": self.env._("The row has no item code."),
        }
        return sentences[refusal.code] % values
