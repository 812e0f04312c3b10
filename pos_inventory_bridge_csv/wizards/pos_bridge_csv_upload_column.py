from odoo import fields, models

from ..models.pos_bridge_csv_format import MEANINGS


class PosBridgeCsvUploadColumn(models.TransientModel):
    """One column of the file that is uploaded, and what it means."""

    _name = "pos.bridge.csv.upload.column"
    _description = "Column of an uploaded file"
    _order = "id"

    upload_id = fields.Many2one(
        "pos.bridge.csv.upload", required=True, ondelete="cascade"
    )
    name = fields.Char("Column", required=True)
    samples = fields.Char("For Example")
    meaning = fields.Selection(MEANINGS, help="Empty: the column is not used.")
    separator = fields.Char(
        "Codes Separated By", help="Of codes: between several of them in one cell."
    )
