from odoo import fields, models

from ..tools.sold import Sold


class PosBridgeCsvPart(models.Model):
    """What one file tells of one outlet on one date: so a day is read without its file.

    Rows stand as the layout of the upload read them; a later change of the layout
    changes nothing until the file is read again.
    """

    _name = "pos.bridge.csv.part"
    _description = "Part of a CSV upload"
    _order = "file_id, source_date, id"

    file_id = fields.Many2one(
        "pos.bridge.csv.file", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    outlet = fields.Char(required=True, help="As the file names it.")
    source_date = fields.Date(required=True, help="As the file says it.")
    rows = fields.Json(help="See Sold.as_plain for what stands where.")

    _unique_part = models.Constraint(
        "UNIQUE(file_id, outlet, source_date)", "This part is known already."
    )

    def _sold(self):
        """The rows, as a list of ``Sold``."""
        return [
            Sold.from_plain(part.outlet, part.source_date, row)
            for part in self
            for row in part.rows
        ]
