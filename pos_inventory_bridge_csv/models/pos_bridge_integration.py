from odoo import Command, api, fields, models

DEFAULT_COLUMNS = {
    "source_column": "code",
    "quantity_source_column": "quantity",
    "date_source_column": "date",
    "time_source_column": "time",
    "outlet_source_column": "outlet",
    "receipt_source_column": "receipt",
    "line_source_column": "line",
    "modifies_source_column": "modifies",
    "kind_source_column": "kind",
    "amount_source_column": "net",
    "name_source_column": "name",
}


class PosBridgeIntegration(models.Model):
    _inherit = "pos.bridge.integration"

    connector = fields.Selection(
        selection_add=[("csv", "CSV upload")], ondelete={"csv": "set default"}
    )
    csv_layout_ids = fields.One2many("pos.bridge.csv.layout", "integration_id")

    @api.model_create_multi
    def create(self, vals_list):
        integrations = super().create(vals_list)
        integrations._create_csv_layouts()
        return integrations

    def write(self, vals):
        result = super().write(vals)
        if "connector" in vals:
            self._create_csv_layouts()
        return result

    def _create_csv_layouts(self):
        """Something to start with: the columns that readme/CONFIGURE.md describes."""
        new = self.filtered(
            lambda each: each.connector == "csv" and not each.csv_layout_ids
        )
        rules = [Command.create(DEFAULT_COLUMNS)]
        self.env["pos.bridge.csv.layout"].create(
            [{"integration_id": each.id, "rule_ids": rules} for each in new]
        )

    def action_csv_layout(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("CSV Layout"),
            "res_model": "pos.bridge.csv.layout",
            "res_id": self.csv_layout_ids.id,
            "view_mode": "form",
        }

    def action_csv_upload(self):
        self.ensure_one()
        xml_id = "pos_inventory_bridge_csv.pos_bridge_csv_upload_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {"default_integration_id": self.id}
        return action
