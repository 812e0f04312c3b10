import hashlib
import time
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..tools.reader import Refusal, is_workbook
from ..tools.sheet import Sheet
from ..tools.sold import Reject
from .messages import describe

#: Parts that are written at once.
PARTS_AT_ONCE = 20
#: A person waits so long for days to be posted; the scheduled action does the rest.
SECONDS_TO_WAIT = 20
#: A receipt that outlasts its day is asked for with what came before.
REACH = timedelta(days=2)


class PosBridgeCsvFile(models.Model):
    """An uploaded file, kept as it came; the connector asks it like an API."""

    _name = "pos.bridge.csv.file"
    _description = "CSV upload"
    _order = "answers_since desc, id desc"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    name = fields.Char(required=True)
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="restrict")
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
    part_ids = fields.One2many("pos.bridge.csv.part", "file_id")
    gaps = fields.Json(help="Where refused rows are missing, see Reject.as_plain.")
    catalogue = fields.Json(help="Item codes with name and price, and outlets.")
    date_is_business_date = fields.Boolean(readonly=True)
    reject_ids = fields.One2many("pos.bridge.csv.reject", "file_id")
    reject_count = fields.Integer("Refused Rows")
    note_count = fields.Integer("Rows That Are No Sales")
    rejects_attachment_id = fields.Many2one(
        "ir.attachment",
        "Refused Rows as a File",
        ondelete="set null",
        help="The header, the refused rows as they came, and why each was refused.",
    )
    day_ids = fields.Many2many(
        "pos.bridge.day", string="Sales Days", help="Of which the file tells."
    )
    open_day_count = fields.Integer(compute="_compute_progress")
    failed_day_count = fields.Integer(compute="_compute_progress")
    progress = fields.Float(
        "Posted Days", compute="_compute_progress", help="Share of its days, in %."
    )

    _unique_digest = models.Constraint(
        "UNIQUE(integration_id, digest)", "This file was uploaded already."
    )

    @api.depends("day_ids.state", "day_ids.transfer_ids.state")
    def _compute_progress(self):
        open_days = self.env["pos.bridge.transfer"]._read_group(
            [
                ("day_id", "in", self.day_ids.ids),
                ("state", "in", ("queued", "running")),
            ],
            aggregates=["day_id:recordset"],
        )[0][0]
        for file in self:
            count = len(file.day_ids)
            file.open_day_count = len(file.day_ids & open_days)
            failed = file.day_ids.filtered(lambda day: day.state == "failed")
            file.failed_day_count = len(failed - open_days)
            file.progress = 100 * (1 - file.open_day_count / count) if count else 0

    @api.ondelete(at_uninstall=False)
    def _unlink_marks_days(self):
        """What earlier files say counts again, as soon as a person posts it."""
        for file in self.sudo():
            self.env["pos.bridge.day"]._mark_stale(
                [("id", "in", file.day_ids.ids)],
                self.env._("The upload %s was deleted", file.name),
            )

    # === STORE === #

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
        layout = integration.sudo().csv_layout_ids
        sheet = self._read_for_user(integration, content, date)
        file = self.sudo().create(
            {
                "integration_id": integration.id,
                "name": name,
                "digest": self._digest(integration, content, date),
                "date": layout._needs_day() and date,
            }
        )
        file.attachment_id = file._attach(name, content)
        file._write_sheet(sheet, content)
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

    def _attach(self, name, content):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": "text/csv"
                if not is_workbook(content)
                else "application/octet-stream",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    @api.model
    def _read_for_user(self, integration, content, date=None):
        """:raises UserError: in plain words, why the file cannot be used"""
        try:
            return integration.sudo().csv_layout_ids._read_sheet(content, date)
        except Refusal as refusal:
            raise UserError(describe(self.env, refusal)) from refusal

    def _write_sheet(self, sheet, content):
        """Write down what the file says, in place of what it said before."""
        self.ensure_one()
        self.part_ids.unlink()
        self.rejects_attachment_id.unlink()
        self.reject_ids._replace(self, sheet, content)
        date_from, date_to = sheet.source_days
        names = sheet.names().items()
        self.write(
            {
                "date_from": date_from,
                "date_to": date_to,
                "line_count": len(sheet.sold),
                "gaps": sheet.plain_gaps(),
                "catalogue": {
                    "items": {
                        code: [name, price if price is None else str(price), *rest]
                        for code, (name, price, *rest) in names
                    },
                    "outlets": sorted({sold.outlet for sold in sheet.sold}),
                },
                "date_is_business_date": self._layout().date_is_business_date,
            }
        )
        self._write_parts(sheet.all_sold)
        self._upsert_catalogue()

    def _write_parts(self, all_sold):
        groups = defaultdict(list)
        for sold in all_sold:
            groups[sold.outlet, sold.source_day].append(sold)
        for some in split_every(PARTS_AT_ONCE, groups.items(), list):
            parts = self.env["pos.bridge.csv.part"].create(
                [
                    {
                        "file_id": self.id,
                        "outlet": outlet,
                        "source_date": day,
                        "rows": [sold.as_plain() for sold in group],
                    }
                    for (outlet, day), group in some
                ]
            )
            # All rows of a large file would not fit into memory as JSON values.
            parts.flush_recordset()
            parts.invalidate_recordset()

    def _layout(self):
        return self.integration_id.csv_layout_ids

    def _upsert_catalogue(self):
        """Make what is new; of what is known, the newest file has the say."""
        integration = self.integration_id
        connector = integration._connector()
        self.env["pos.bridge.outlet"]._upsert(
            integration, connector._outlets_of(integration, self)
        )
        items = connector._items_of(integration, connector._files(integration))
        mine = self.catalogue["items"]
        self.env["pos.bridge.item"]._upsert(
            integration, [item for item in items if item.external_id in mine]
        )

    # === ASK === #

    def _sheets(self, outlet=None, day=None):
        """What these files say, newest first, as a list of ``Sheet``.

        :param outlet: only this outlet's (its ID at the till), around ``day``
        """
        domain = [("file_id", "in", self.ids)]
        if outlet:
            domain += [
                ("outlet", "=", outlet),
                ("source_date", ">=", day - REACH),
                ("source_date", "<=", day + REACH),
            ]
        parts = self.env["pos.bridge.csv.part"].search(domain).grouped("file_id")
        nothing = self.env["pos.bridge.csv.part"]
        return [
            Sheet(
                parts.get(file, nothing)._sold(),
                file._gaps_near(outlet, day),
                file._layout()._locator(file),
                file.date_is_business_date,
            )
            for file in self
        ]

    def _gaps_near(self, outlet, day):
        """The refused rows that may be of this outlet and around this day."""
        gaps = map(Reject.from_plain, self.gaps or ())
        if not outlet:
            return list(gaps)
        return [
            gap
            for gap in gaps
            if gap.outlet in (None, outlet)
            and (not gap.source_day or abs(gap.source_day - day) <= REACH)
        ]

    def _days_told(self):
        """The sales days that the file tells of; made where they are missing."""
        self.ensure_one()
        (sheet,) = self._sheets()
        days = self.env["pos.bridge.day"]
        for outlet in self.integration_id.outlet_ids:
            told = sheet.days.get(outlet.external_id, ())
            days |= days._get_or_create(outlet, told)
        return days

    # === POST === #

    def _queue(self):
        """Queue a run for every day that the file tells of. Returns the transfers."""
        self.ensure_one()
        self.check_access("read")
        file = self.sudo()
        before = file.day_ids
        file.day_ids = file._days_told()
        file.state = "queued"
        days = before | file.day_ids
        return self.env["pos.bridge.transfer"]._enqueue(days, "upload")

    def action_post(self):
        """Post what the file says; posting it again changes nothing."""
        until = time.monotonic() + SECONDS_TO_WAIT
        waiting = self._queue()
        while waiting and time.monotonic() < until:
            waiting[0]._run_all()
            waiting = waiting[1:]
        if waiting:
            waiting._dispatch()
            return self._action_open()
        return self.action_view_days()

    def action_use_again(self):
        """Let this file answer for its days, though others were uploaded since."""
        self.check_access("read")
        siblings = self.search([("integration_id", "=", self.integration_id.id)])
        last = max(siblings.mapped("answers_since"))
        after = max(fields.Datetime.now(), last + timedelta(seconds=1))
        self.sudo().answers_since = after
        return self.action_post()

    def action_read_again(self):
        """Read the kept file by the layout as it is now, and post what differs."""
        self._read_again()
        return self.action_post()

    def _read_again(self):
        self.ensure_one()
        self.check_access("read")
        file = self.sudo()
        content = file.attachment_id.raw
        sheet = self._read_for_user(file.integration_id, content, file.date)
        file._write_sheet(sheet, content)

    # === LOOK === #

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_view_days(self):
        """The days that the file tells of."""
        days = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_day_action"
        )
        days["domain"] = [("id", "in", self.day_ids.ids)]
        return days

    def action_download_rejects(self):
        """The refused rows as a file, to be corrected in a spreadsheet."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.rejects_attachment_id.id}?download=true",
            "target": "download",
        }
