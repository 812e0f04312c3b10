import base64

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..tools.mapping_sheet import SheetRefused, read_sheet, write_sheet
from ..tools.sheet_cells import RowError
from .pos_bridge_mapping_sheet_rows import SheetRows

STATUSES = [
    ("error", "Not possible"),
    ("new", "New"),
    ("change", "Changes"),
    ("saved", "Saved"),
    ("same", "As it is"),
    ("empty", "Not mapped"),
]


class PosBridgeMappingSheet(models.TransientModel):
    """Mappings as a spreadsheet: out, changed by a person, looked at, and in again."""

    _name = "pos.bridge.mapping.sheet"
    _inherit = "pos.bridge.change.from.mixin"
    _description = "Mappings as a spreadsheet"

    integration_id = fields.Many2one(
        "pos.bridge.integration", help="Empty: all integrations."
    )
    only_waiting = fields.Boolean(
        "Only What Is Not Mapped", help="To fill in what is missing."
    )
    exported = fields.Binary("Spreadsheet", readonly=True)
    exported_name = fields.Char()
    file = fields.Binary("Filled In")
    file_name = fields.Char()
    change_from = fields.Selection(
        string="Changes Hold",
        help="For items that are mapped already. From today: past days keep what they "
        "used. Correct past days: those days are marked, and change only when they are "
        "posted again. Items without a mapping get it for always, or from the day that "
        "the spreadsheet says.",
    )
    step = fields.Selection([("file", "File"), ("check", "Look")], default="file")
    line_ids = fields.One2many("pos.bridge.mapping.sheet.line", "sheet_id")
    error = fields.Char(readonly=True)
    summary = fields.Char(compute="_compute_summary")
    todo_count = fields.Integer(compute="_compute_summary")

    @api.depends("line_ids.status")
    def _compute_summary(self):
        for sheet in self:
            counts = {status: 0 for status, _label in STATUSES}
            for line in sheet.line_ids:
                counts[line.status] += 1
            sheet.todo_count = counts["new"] + counts["change"]
            sheet.summary = self.env._(
                "%(new)s new, %(change)s changed, %(same)s as they are, %(empty)s not "
                "mapped still, %(error)s not possible.",
                **counts,
            )
            if counts["saved"]:
                saved = self.env._("%s saved;", counts["saved"])
                sheet.summary = f"{saved} {sheet.summary}"

    @api.model
    def _headings(self):
        return {
            "integration": self.env._("Integration"),
            "item_id": self.env._("Item ID"),
            "item": self.env._("Item"),
            "sku": self.env._("SKU"),
            "group": self.env._("Group"),
            "uses": self.env._("Uses"),
            "target": self.env._("Recipe or Ingredient"),
            "code": self.env._("Reference"),
            "quantity": self.env._("Quantity"),
            "unit": self.env._("Unit"),
            "gives_back": self.env._("Gives Back"),
            "since": self.env._("Since"),
            "outlet": self.env._("Only in Outlet"),
            "under_item": self.env._("Only Under Item"),
            "under_group": self.env._("Only Under Group"),
            "reason": self.env._("Reason"),
            "target_id": self.env._("Known As"),
        }

    # === OUT === #

    def action_export(self):
        """All mappings that hold today or later, and the items without one."""
        self.ensure_one()
        name = self.env._("Mappings")
        content = write_sheet(self._export_rows(), self._headings(), name)
        self.write(
            {
                "exported": base64.b64encode(content),
                "exported_name": f"{name} {fields.Date.context_today(self)}.xlsx",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/exported"
            f"?filename_field=exported_name&download=true",
            "target": "download",
        }

    def _export_rows(self):
        domain = Domain("date_to", "=", False)
        if self.integration_id:
            domain &= Domain("integration_id", "=", self.integration_id.id)
        items = self.env["pos.bridge.item"].search(
            domain, order="integration_id, money_7_days desc, name, id"
        )
        today = fields.Date.context_today(self)
        held = Domain("item_id", "in", items.ids) & Domain("superseded", "=", False)
        held &= Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        # An empty first day is the earliest one, in a database the last.
        mappings = self.env["pos.bridge.mapping"].search(held, order="id")
        mappings = mappings.sorted(lambda mapping: mapping._first())
        by_item = mappings.grouped("item_id")
        kinds = dict(mappings._fields["map_type"]._description_selection(self.env))
        for item in items:
            known = by_item.get(item, ())
            if known and self.only_waiting:
                continue
            for mapping in known:
                yield {**self._item_cells(item), **self._mapping_cells(mapping, kinds)}
            if not known:
                yield self._item_cells(item)

    def _item_cells(self, item):
        return {
            "integration": item.integration_id.name,
            "item_id": item.external_id,
            "item": item.name,
            "sku": item.sku,
            "group": item.group_id.name,
        }

    def _mapping_cells(self, mapping, kinds):
        target = mapping.product_id or mapping.bom_id.product_tmpl_id
        record = mapping.product_id or mapping.bom_id
        is_used = mapping.map_type != "nothing"
        return {
            "uses": kinds[mapping.map_type],
            "target": target.name,
            "code": target.default_code,
            "target_id": f"{mapping.map_type} {record.id}" if record else None,
            "quantity": mapping.quantity if is_used else None,
            "unit": mapping.uom_id.name if record else None,
            "gives_back": "x" if mapping.is_subtraction else None,
            "since": mapping.date_from or None,
            "outlet": mapping.outlet_id.external_id,
            "under_item": mapping.parent_item_id.external_id,
            "under_group": mapping.parent_group_id.external_id,
            "reason": mapping.reason,
        }

    # === IN === #

    def action_check(self):
        """Show what the file says, row by row; nothing is saved."""
        self.ensure_one()
        self.error = False
        date = self._get_date()
        try:
            rows = read_sheet(self._content(), self._headings())
        except SheetRefused as refused:
            self.error = self._refusal(refused)
            return self._action()
        self.line_ids = [Command.clear()] + [
            Command.create(line) for line in self._look(rows, date)
        ]
        self.step = "check"
        return self._action()

    def action_back(self):
        self.step = "file"
        return self._action()

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _refusal(self, refused):
        texts = {
            "unreadable": self.env._(
                "This is no workbook that can be read. Save it as XLSX and try again."
            ),
            "too_large": self.env._("The file is larger than %(size)s MB."),
            "too_many": self.env._("The file has more than %(rows)s rows."),
            "no_header": self.env._(
                "No row names the columns. Begin with an exported spreadsheet: it "
                "needs at least the columns Item ID and Uses."
            ),
            "empty": self.env._("The file has no rows."),
        }
        return texts[refused.code] % refused.values

    def _look(self, rows, date):
        known = SheetRows(self.env, rows, fields.Date.context_today(self), date)
        for number, row in rows:
            line = {"row": number, "name": str(row.get("item") or row.get("item_id"))}
            try:
                found = known.resolve(number, row)
            except RowError as error:
                yield {**line, "status": "error", "message": str(error)}
                continue
            yield {**line, **self._prepare_line(found)}

    def _prepare_line(self, found):
        mapping, vals = found["mapping"], found["vals"]
        line = {
            "item_id": found["item"].id,
            "name": found["item"].name,
            "status": found["status"],
            "mapping_id": mapping and mapping.id,
            "vals": vals,
            "since": found["since"],
            "day": found.get("day"),
            "is_plan": found.get("is_plan"),
            "message": found.get("message"),
        }
        if "map_type" in vals:
            mapping = self.env["pos.bridge.mapping"].new(
                {**vals, "item_id": found["item"].id}
            )
        if mapping:
            line["says"] = mapping.display_name
        return line

    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mappings as a Spreadsheet"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


class PosBridgeMappingSheetLine(models.TransientModel):
    """One row of the file, and what it would do."""

    _name = "pos.bridge.mapping.sheet.line"
    _description = "Row of a spreadsheet of mappings"
    _order = "rank, row"

    sheet_id = fields.Many2one(
        "pos.bridge.mapping.sheet", required=True, ondelete="cascade"
    )
    row = fields.Integer()
    rank = fields.Integer(compute="_compute_rank", store=True)
    name = fields.Char("Item")
    item_id = fields.Many2one(
        "pos.bridge.item", string="Known Item", ondelete="cascade"
    )
    status = fields.Selection(STATUSES, required=True)
    says = fields.Char("Uses")
    since = fields.Date(help="First day of what this row says; empty: always.")
    day = fields.Date(help="The first day, where row or sheet name one.")
    is_plan = fields.Boolean(help="It changes on a later day what holds until then.")
    message = fields.Char("What Is to Be Known")
    mapping_id = fields.Many2one("pos.bridge.mapping", ondelete="cascade")
    vals = fields.Json()

    @api.depends("status")
    def _compute_rank(self):
        ranks = {status: rank for rank, (status, _label) in enumerate(STATUSES)}
        for line in self:
            line.rank = ranks[line.status]
