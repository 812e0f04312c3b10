import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.messages import describe
from ..models.pos_bridge_csv_format import meanings_of, prepare_rules
from ..models.pos_bridge_csv_layout import FORMAT_FIELDS
from ..tools import presets
from ..tools.proposal import propose
from ..tools.reader import Refusal, named_columns, read_cells, read_header
from ..tools.rows import read_first
from ..tools.sheet import read_sheet

#: So many are shown as they would be read.
SHOWN_ROWS = 20


class PosBridgeCsvUpload(models.TransientModel):
    """Shows what a file says before anything is stored.

    Three steps: the file; how it is read, which a manager confirms once; what it says.
    """

    _name = "pos.bridge.csv.upload"
    _description = "Upload of a sales file"
    _inherit = ["pos.bridge.csv.format"]

    step = fields.Selection(
        [("file", "File"), ("layout", "How It Is Read"), ("check", "What It Says")],
        required=True,
        default="file",
    )
    integration_id = fields.Many2one(
        "pos.bridge.integration",
        required=True,
        domain="[('connector', '=', 'csv')]",
        default=lambda self: self._default_integration_id(),
    )
    layout_id = fields.Many2one("pos.bridge.csv.layout", compute="_compute_layout_id")
    file = fields.Binary("Sales File", required=True)
    file_name = fields.Char()
    is_proposal = fields.Boolean(help="How it is read is a proposal, not agreed yet.")
    column_ids = fields.One2many("pos.bridge.csv.upload.column", "upload_id")
    needs_date = fields.Boolean(compute="_compute_needs_date")
    date = fields.Date("Business Date", help="The file has no date column.")
    rows_html = fields.Html(compute="_compute_rows", sanitize=False)
    rows_error = fields.Char(compute="_compute_rows")
    error = fields.Text(readonly=True)
    summary_html = fields.Html(readonly=True)
    known_file_id = fields.Many2one("pos.bridge.csv.file", readonly=True)
    is_first_file = fields.Boolean(compute="_compute_is_first_file")
    has_mapping = fields.Boolean(
        compute="_compute_has_mapping",
        help="Without any, posting would move nothing: mapping is next.",
    )

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

    @api.depends("integration_id")
    def _compute_has_mapping(self):
        groups = self.env["pos.bridge.item"]._read_group(
            [
                ("integration_id", "in", self.integration_id.ids),
                ("mapping_state", "!=", "unmapped"),
            ],
            ["integration_id"],
        )
        mapped = [integration for (integration,) in groups]
        for upload in self:
            upload.has_mapping = upload.integration_id in mapped

    @api.depends("integration_id")
    def _compute_is_first_file(self):
        """Nothing is there yet that it could replace, or be added to."""
        files = self.env["pos.bridge.csv.file"]
        for upload in self:
            mine = [("integration_id", "=", upload.integration_id.id)]
            upload.is_first_file = not files.search_count(mine, limit=1)

    @api.depends("column_ids.meaning", "step", "integration_id")
    def _compute_needs_date(self):
        for upload in self:
            layout, columns = upload.layout_id, upload.column_ids
            if upload.step == "file":
                upload.needs_date = layout.is_confirmed and layout._needs_day()
            else:
                meanings = set(columns.mapped("meaning"))
                upload.needs_date = not {"date", "moment"} & meanings

    @api.depends(
        *("step", "date", "column_ids.meaning", "column_ids.separator"),
        *FORMAT_FIELDS,
    )
    def _compute_rows(self):
        """The first rows, as they would be read."""
        for upload in self:
            upload.rows_html = upload.rows_error = False
            if upload.step != "layout":
                continue
            try:
                first = read_first(
                    upload._content(), upload._plain_layout(), SHOWN_ROWS
                )
            except Refusal as refusal:
                upload.rows_error = describe(self.env, refusal)
            else:
                upload.rows_html = upload._render_rows(*first)

    # === STEPS === #

    def action_read(self):
        """From the file to what it says, or to the question how it is read."""
        self.ensure_one()
        self.error = False
        try:
            header = None
            if self.layout_id.is_confirmed:
                header = self._header_of(self.layout_id)
            if header and self._take_layout(header):
                return self._check()
            self._take_proposal()
        except Refusal as refusal:
            self.error = describe(self.env, refusal)
        return self._again()

    def action_change(self):
        """Look again at how the files of this till are read, and change it."""
        if not self._shows_all_rules():
            raise UserError(
                self.env._(
                    "The rules of this layout differ in more than the column of the "
                    "codes, which cannot be shown here: change them in the layout "
                    "itself (on the integration)."
                )
            )
        samples = {each.name: each.samples for each in propose(self._content()).columns}
        for column in self.column_ids:
            column.samples = ", ".join(samples.get(column.name, ()))
        self.write({"step": "layout", "is_proposal": True, "error": False})
        return self._again()

    def _shows_all_rules(self):
        """Whether the columns say all that the rules of the layout say."""
        try:
            return self._rules() == self.layout_id._plain_rules()
        except Refusal:
            return False

    def action_propose(self):
        """Look at the file anew, as if nobody had said how it is read."""
        try:
            self._take_proposal()
        except Refusal as refusal:
            raise UserError(describe(self.env, refusal)) from refusal
        return self._again()

    def action_back(self):
        """To the step before; nothing was stored yet."""
        is_checked = self.step == "check" and self.is_proposal
        self.write({"step": "layout" if is_checked else "file", "error": False})
        return self._again()

    def action_check(self):
        """A person agrees to how it is read; show what the whole file says."""
        self.ensure_one()
        return self._check()

    def action_store(self):
        """Keep the file; its days can be posted from there."""
        return self._store()[0]._action_open()

    def action_store_and_post(self):
        """Keep the file and post its days; a file that is known is only opened."""
        file, is_new = self._store()
        return file.action_post() if is_new else file._action_open()

    def action_store_and_map(self):
        """Keep the file and read its sales, so that the best sellers come first, and go
        on to what is next: storage units, then the items.
        """
        file, is_new = self._store()
        if is_new:
            file.action_post()
        integration = self.integration_id
        bare = integration.outlet_ids.filtered(lambda each: not each.storage_unit_id)
        if bare:
            return integration.get_formview_action()
        return integration.action_setup_items()

    def _store(self):
        """Keep the file, and what a person agreed to about how it is read.

        :return: (file, whether there is something new to post)
        """
        self.ensure_one()
        is_agreed_anew = self.is_proposal
        if is_agreed_anew:
            # Writing it needs the right to; who lacks it is told so.
            values = self.read(FORMAT_FIELDS, load=None)[0]
            values.pop("id")
            self.layout_id._confirm(values, self._rules())
            self.is_proposal = False
        name = self.file_name or self.env._("Upload")
        file, is_new = self.env["pos.bridge.csv.file"]._store(
            self.integration_id, name, self._content(), self.date
        )
        if is_agreed_anew and not is_new:
            file._read_again()
        return file, is_new or is_agreed_anew

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Upload Sales"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # === HOW IT IS READ === #

    def _content(self):
        upload = (self._origin or self).with_context(bin_size=False)
        return base64.b64decode(upload.file or b"")

    def _header_of(self, written):
        cells = read_cells(self._content(), written.encoding, written._sign())
        return named_columns(read_header(cells, written.header_row)[1])

    def _take_layout(self, header):
        """Read the file as agreed; False: it lacks columns, so somebody must look."""
        layout = self.layout_id
        rules = layout._plain_rules()
        known = {name.casefold() for name in header}
        needed = {name.casefold() for rule in rules for name in rule.columns()}
        if needed - known:
            self._require_manager(sorted(needed - known), header)
            return False
        values = layout.read(FORMAT_FIELDS, load=None)[0]
        values.pop("id")
        meanings = meanings_of(rules)
        columns = [
            (name, *meanings.get(name.casefold(), (False, False)), "")
            for name in header
        ]
        self.write({**values, "is_proposal": False})
        self._write_columns(columns)
        return True

    def _require_manager(self, missing, header):
        if not self.layout_id.has_access("write"):
            columns, found = ", ".join(missing), ", ".join(header)[:200]
            raise Refusal("columns_missing", columns=columns, found=found)

    def _take_proposal(self):
        """What the file looks like, for a person to confirm."""
        if not self.layout_id.has_access("write"):
            raise UserError(
                self.env._(
                    "Nobody has said yet how the files of %s are read. A manager "
                    "uploads the first one.",
                    self.integration_id.name,
                )
            )
        proposal = propose(self._content())
        preset = presets.named(proposal.preset)
        known = preset.written if preset else {}
        seen = {
            "decimal_separator": proposal.decimal_separator,
            "date_format": proposal.date_order,
        }
        self.write(
            {
                "step": "layout",
                "error": False,
                "is_proposal": True,
                "preset": proposal.preset,
                "encoding": proposal.encoding,
                "delimiter": self._delimiter_of(proposal.delimiter),
                "header_row": proposal.header_row,
                # What the file shows outranks what its kind usually has.
                **{name: value or known.get(name) for name, value in seen.items()},
                **{k: value for k, value in known.items() if k not in seen},
            }
        )
        self._write_columns(
            (each.name, each.meaning, each.separator, ", ".join(each.samples))
            for each in proposal.columns
        )

    def _write_columns(self, columns):
        self.column_ids = [Command.clear()] + [
            Command.create(
                {
                    "name": name,
                    "meaning": meaning,
                    "separator": separator,
                    "samples": samples,
                }
            )
            for name, meaning, separator, samples in columns
            if name
        ]

    def _rules(self):
        return prepare_rules(
            [(each.name, each.meaning, each.separator) for each in self.column_ids]
        )

    def _plain_layout(self):
        """As agreed, or as it is proposed here."""
        layout = self.layout_id.sudo()
        if not self.is_proposal:
            return layout._plain_layout(self.date)
        return layout._plain_layout(self.date, self, self._rules())

    # === WHAT IT SAYS === #

    def _check(self):
        self.step = "check"
        self.known_file_id = self.error = self.summary_html = False
        files = self.env["pos.bridge.csv.file"]
        content = self._content()
        try:
            layout = self._plain_layout()
            sheet = read_sheet(content, layout, self.layout_id.sudo()._locator(self))
        except Refusal as refusal:
            self.error = describe(self.env, refusal)
        else:
            self.summary_html = self._render_summary(sheet)
            if not self.is_proposal:
                self.known_file_id = files._find(
                    self.integration_id, content, self.date
                )
        return self._again()
