import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.messages import describe

#: So many refused rows are shown before the upload; all are kept with the file.
SHOWN_REJECTS = 20


class PosBridgeCsvUpload(models.TransientModel):
    """Shows what a file says before anything is stored."""

    _name = "pos.bridge.csv.upload"
    _description = "Upload of a CSV file"

    integration_id = fields.Many2one(
        "pos.bridge.integration",
        required=True,
        domain="[('connector', '=', 'csv')]",
        default=lambda self: self._default_integration_id(),
    )
    currency_id = fields.Many2one(related="integration_id.company_id.currency_id")
    layout_id = fields.Many2one("pos.bridge.csv.layout", compute="_compute_layout_id")
    needs_date = fields.Boolean(compute="_compute_layout_id")
    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()
    date = fields.Date("Business Date", help="The file has no date column.")
    error = fields.Text(compute="_compute_preview")
    known_file_id = fields.Many2one("pos.bridge.csv.file", compute="_compute_preview")
    days = fields.Char(compute="_compute_preview")
    outlets = fields.Char(compute="_compute_preview")
    line_count = fields.Integer("Lines", compute="_compute_preview")
    amount = fields.Monetary("Net Money", compute="_compute_preview")
    new_items = fields.Char(compute="_compute_preview")
    unmapped_count = fields.Integer("Codes Without Mapping", compute="_compute_preview")
    reject_count = fields.Integer("Refused Rows", compute="_compute_preview")
    rejects = fields.Text("Why Refused", compute="_compute_preview")

    @api.model
    def _default_integration_id(self):
        integrations = self.env["pos.bridge.integration"].search(
            [("connector", "=", "csv")], limit=2
        )
        return integrations if len(integrations) == 1 else integrations.browse()

    @api.depends("integration_id")
    def _compute_layout_id(self):
        for upload in self:
            upload.layout_id = upload.integration_id.csv_layout_ids
            upload.needs_date = upload.layout_id._needs_day()

    @api.depends("integration_id", "file", "date")
    def _compute_preview(self):
        names = ("error", "known_file_id", "days", "outlets", "line_count", "amount")
        names += ("new_items", "unmapped_count", "reject_count", "rejects")
        for upload in self:
            upload.update({**dict.fromkeys(names, False), **upload._prepare_preview()})

    def _prepare_preview(self):
        if not self.file or not self.layout_id or (self.needs_date and not self.date):
            return {}
        files = self.env["pos.bridge.csv.file"]
        content, date = self._content(), self.date
        try:
            sheet = files._read_for_user(self.integration_id, content, date)
        except UserError as error:
            return {"error": str(error)}
        return {
            "known_file_id": files._find(self.integration_id, content, date),
            **self._prepare_totals(sheet),
            **self._prepare_rejects(sheet),
        }

    def _prepare_totals(self, sheet):
        days = sorted(set().union(*sheet.days.values()))
        names = sheet.names()
        items = self.env["pos.bridge.item"].search(
            [
                ("integration_id", "=", self.integration_id.id),
                ("external_id", "in", list(names)),
            ]
        )
        new = sorted(names.keys() - set(items.mapped("external_id")))
        unmapped = items.filtered(lambda item: item.mapping_state == "unmapped")
        return {
            "days": ", ".join(format_date(self.env, day) for day in days),
            "outlets": ", ".join(sorted({row.outlet for row in sheet.sold})),
            "line_count": len(sheet.sold),
            "amount": float(sum(row.amount for row in sheet.sold)),
            "new_items": ", ".join(names[code][0] or code for code in new),
            "unmapped_count": len(new) + len(unmapped),
        }

    def _prepare_rejects(self, sheet):
        return {
            "reject_count": len(sheet.rejects),
            "rejects": "\n".join(
                self.env._(
                    "Row %(row)s: %(reason)s",
                    row=reject.row,
                    reason=describe(self.env, reject.refusal),
                )
                for reject in sheet.rejects[:SHOWN_REJECTS]
            ),
        }

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def action_store(self):
        """Keep the file; its days can be posted from there."""
        return self._store()[0]._action_open()

    def action_store_and_post(self):
        """Keep the file and post its days; a file that is known is only opened."""
        file, is_new = self._store()
        return file.action_post() if is_new else file._action_open()

    def _store(self):
        self.ensure_one()
        name = self.file_name or self.env._("Upload")
        return self.env["pos.bridge.csv.file"]._store(
            self.integration_id, name, self._content(), self.date
        )
