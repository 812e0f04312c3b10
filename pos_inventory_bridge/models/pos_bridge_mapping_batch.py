from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class PosBridgeMappingBatch(models.Model):
    """Mappings that were made together, so that they can be taken back together."""

    _name = "pos.bridge.mapping.batch"
    _description = "Mappings made together"
    _check_company_auto = True
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    mapping_ids = fields.One2many("pos.bridge.mapping", "batch_id", readonly=True)
    mapping_count = fields.Integer("Items", compute="_compute_counts")
    open_count = fields.Integer(
        "Not Changed Since",
        compute="_compute_counts",
        help="So many of them still hold as they were made: these can be taken back.",
    )
    undone_on = fields.Datetime("Taken Back", readonly=True)

    @api.depends("mapping_ids.superseded", "mapping_ids.date_to")
    def _compute_counts(self):
        for batch in self:
            batch.mapping_count = len(batch.mapping_ids)
            batch.open_count = len(batch._unchanged())

    def _unchanged(self):
        """Those that hold as they were made: neither changed nor deleted since."""
        return self.mapping_ids.filtered(
            lambda mapping: (
                not mapping.superseded and mapping.date_to == mapping.made_until
            )
        )

    @api.model
    def _make(self, name, vals_list):
        """Map items that have no mapping today, all in one go; what is planned for
        later days stays.

        :param vals_list: values of mappings, ``item_id`` included
        """
        items = self.env["pos.bridge.item"].browse(
            vals["item_id"] for vals in vals_list
        )
        planned = self.env["pos.bridge.mapping"]._planned_from(items)
        by_item = {vals["item_id"]: vals for vals in vals_list}
        batches = self.browse()
        for company, of_company in items.grouped("company_id").items():
            batch = self.create({"name": name, "company_id": company.id})
            batch._fill(of_company, by_item, planned)
            batches |= batch
        items.invalidate_recordset(["mapping_ids"])
        return batches

    def _fill(self, items, by_item, planned):
        wizard, mappings = self.env["pos.bridge.mapping.wizard"], []
        for item in items:
            vals = {
                "date_from": wizard._always_from(item),
                **by_item[item.id],
                "batch_id": self.id,
            }
            if item in planned:
                last_day = planned[item] - timedelta(days=1)
                self.env["pos.bridge.mapping"]._create_until(vals, last_day)
            else:
                mappings.append(vals)
        self.env["pos.bridge.mapping"].create(mappings)

    def action_undo(self):
        """Take back what these made, as if it had never been; what was changed or
        deleted since stays as it is now.
        """
        mappings = self._unchanged()
        if not mappings:
            raise UserError(
                self.env._("Nothing is left of it: all was changed or deleted since.")
            )
        kept = len(self.mapping_ids) - len(mappings)
        mappings._take_back()
        self.undone_on = fields.Datetime.now()
        message = self.env._("Mappings taken back: %s", len(mappings))
        if kept:
            message = self.env._(
                "Mappings taken back: %(count)s; changed since, so kept: %(kept)s",
                count=len(mappings),
                kept=kept,
            )
        return self._told(message, mappings)

    def _made(self, message):
        """Tell the list of items; its notification can undo this."""
        before_plans = self.mapping_ids.filtered("made_until").item_id
        if before_plans:
            message = self.env._(
                "%(message)s, until what is planned begins: %(items)s",
                message=message,
                items=", ".join(before_plans[:5].mapped("name"))
                + (" …" if len(before_plans) > 5 else ""),
            )
        saved = self._told(message, self.mapping_ids)
        saved["params"]["batch_ids"] = self.ids
        return saved

    @api.model
    def _told(self, message, mappings):
        sheet = self.env["pos.bridge.mapping.wizard"].new(
            {"item_ids": mappings.item_id.ids, "is_beside_list": True}
        )
        return sheet._saved(message, sheet._waiting_days(mappings))


class PosBridgeMapping(models.Model):
    """Mappings that came with others."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    batch_id = fields.Many2one(
        "pos.bridge.mapping.batch",
        string="Made With",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _take_back(self):
        """As if they had never been; the days that sold their items wait."""
        self.check_access("unlink")
        by_key = self._by_key(self.item_id)
        alone = self.filtered(lambda mapping: by_key.get(mapping._get_key()) == mapping)
        alone.sudo().write({"superseded": True})
        for mapping in self - alone:
            mapping._end_from(mapping.date_from or None, mapping.date_to)
        self._mark_days_stale()
        self.item_id.invalidate_recordset(["mapping_ids"])
