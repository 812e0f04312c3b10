import csv
import io
import re

from odoo import api, fields, models

from ..tools.reader import printable
from ..tools.rows import read_some_cells
from .messages import describe

#: So many refused rows are listed with the upload; the file of them has all.
LISTED_REJECTS = 1000
LONGEST_RAW = 500
FORMULA_STARTS = ("=", "+", "-", "@")
SIGNED_NUMBER = re.compile(r"[+-][0-9.,]+")


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

    def _replace(self, file, sheet, content):
        """Write down the refused rows of a file, in place of these, and as a file."""
        self.unlink()
        notes = [reject for reject in sheet.rejects if reject.is_note]
        file.reject_count = len(sheet.rejects) - len(notes)
        file.note_count = len(notes)
        if not sheet.rejects:
            return
        reasons = {
            reject.row: describe(self.env, reject.refusal)
            for reject in reversed(sheet.rejects)
        }
        layout = file._layout()._plain_layout(file.date)
        refused = list(read_some_cells(content, layout, reasons))
        self.create(
            [
                {
                    "file_id": file.id,
                    "row": row,
                    "reason": reasons[row],
                    "raw": printable(layout.delimiter.join(cells), LONGEST_RAW),
                }
                for row, cells in refused[1 : LISTED_REJECTS + 1]
            ]
        )
        file.rejects_attachment_id = file._attach(
            self.env._("Refused rows of %s.csv", file.name.rpartition(".")[0]),
            self._as_file(layout.delimiter, refused, reasons),
        )

    @api.model
    def _as_file(self, delimiter, refused, reasons):
        """The refused rows as a file that spreadsheets open, header first."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter)
        (_number, header), *rows = refused
        title, reason = self.env._("Row"), self.env._("Reason")
        writer.writerow([*map(_harmless, header), title, reason])
        for row, cells in rows:
            blank = [""] * (len(header) - len(cells))
            writer.writerow([*map(_harmless, cells), *blank, row, reasons[row]])
        return out.getvalue().encode("utf-8-sig", errors="replace")


def _harmless(cell):
    """A spreadsheet must not compute what stands in a file of somebody else."""
    plain = cell.strip()
    is_formula = plain.startswith(FORMULA_STARTS) and not SIGNED_NUMBER.fullmatch(plain)
    return f"'{cell}" if is_formula else cell
