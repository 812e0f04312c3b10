from odoo import api, fields, models

#: What is read as money without tax.
MONEY = ("amount", "price")


class PosBridgeCsvUpload(models.TransientModel):
    """Asks about tax: money with it would make every margin too good."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.csv.upload"

    money_columns = fields.Char(compute="_compute_money_columns")

    @api.depends("column_ids.meaning")
    def _compute_money_columns(self):
        for upload in self:
            names = upload._money_columns().mapped("name")
            upload.money_columns = ", ".join(names)

    def _money_columns(self):
        return self.column_ids.filtered(lambda column: column.meaning in MONEY)

    def action_leave_money_out(self):
        """Read no money at all; what was sold is deducted all the same."""
        self._money_columns().meaning = False
        return self._again()
