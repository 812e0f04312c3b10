from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.pos_bridge_mapping import CONDITION_FIELDS
from .pos_bridge_mapping_sheet_dates import Versions

#: What one row may run into without stopping the others.
REFUSALS = (UserError, ValidationError)


class PosBridgeMappingSheet(models.TransientModel):
    """Saving what was looked at."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.sheet"

    def action_apply(self):
        """Save what is new or changed; a row which fails leaves the others."""
        self.ensure_one()
        self._get_date()
        todo = self.line_ids.filtered(lambda line: line.status in ("new", "change"))
        if not todo:
            raise UserError(self.env._("Nothing of this file would change anything."))
        batches = self._create_batches(todo)
        before = todo.item_id.mapping_ids
        todo.with_context(pos_bridge_mark_later=True)._save_all(batches)
        todo.item_id.invalidate_recordset(["mapping_ids"])
        made = todo.item_id.mapping_ids - before
        made._mark_days_stale()
        saved = todo.filtered(lambda line: line.status == "saved")
        return self._tell(saved, made, self._drop_empty(batches))

    def _create_batches(self, lines):
        """{company: batch}, outside of what a failing row takes back."""
        new = lines.filtered(lambda line: line.status == "new")
        name = self.env._("New in spreadsheet: %s", self.file_name or "")
        companies = new.item_id.company_id
        batches = self.env["pos.bridge.mapping.batch"].create(
            [{"name": name, "company_id": company.id} for company in companies]
        )
        return dict(zip(companies, batches, strict=True))

    def _drop_empty(self, batches):
        every = self.env["pos.bridge.mapping.batch"].union(*batches.values())
        every.invalidate_recordset(["mapping_ids"])
        used = every.filtered("mapping_ids")
        # Users may not delete batches; these were made a moment ago for nothing.
        (every - used).sudo().unlink()
        return used

    def _tell(self, saved, mappings, batch):
        failed = self.line_ids.filtered(lambda line: line.status == "error")
        if failed:
            message = self.env._(
                "Rows saved: %(count)s; not possible: %(failed)s",
                count=len(saved),
                failed=len(failed),
            )
        else:
            message = self.env._("Rows saved: %s", len(saved))
        told = batch._told(message, mappings)
        new = batch.mapping_ids
        told["params"]["batch_ids"] = batch.ids
        if new and len(new) < len(saved):
            text = self.env._("Take back the new ones (%s)", len(new))
            told["params"]["undo_button"] = text
        told["params"]["next"] = (
            self._action() if failed else {"type": "ir.actions.act_window_close"}
        )
        return told


class PosBridgeMappingSheetLine(models.TransientModel):
    """Rows that are saved: the new ones together, the others one by one."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.sheet.line"

    def _save_all(self, batches):
        stale = self.filtered(lambda line: line._is_overtaken())
        stale.write(
            {
                "status": "error",
                "message": self.env._(
                    "Somebody has changed this since you looked: look at the file "
                    "again."
                ),
            }
        )
        rest = self - stale
        rest -= rest._create_plain(batches)
        # Of several new versions the last one is first: those before end where it
        # begins.
        rest = rest.sorted(lambda line: line.since or date.min)
        new = rest.filtered(lambda line: line.status == "new")
        saved = self.browse().union(
            *(
                line
                for line in [*reversed(new), *(rest - new)]
                if line._save_or_say_why(batches)
            )
        )
        saved.status = "saved"

    def _is_overtaken(self):
        """What this row would change is not in force any more."""
        today = fields.Date.context_today(self)
        mapping = self.mapping_id
        return bool(mapping) and (mapping.superseded or mapping._last() < today)

    def _save_or_say_why(self, batches):
        try:
            with self.env.cr.savepoint():
                self._save(batches)
        except REFUSALS as error:
            self.write({"status": "error", "message": str(error)})
            return False
        return True

    # === NEW === #

    def _create_plain(self, batches):
        """Make all at once that stand alone; nothing where one of them is refused.

        :return: the lines that are saved with it
        """
        new = self.filtered(lambda line: line.status == "new")
        by_key = new.grouped(lambda line: line._get_key())
        known = self.env["pos.bridge.mapping"]._by_key(new.item_id)
        plain = self.browse().union(
            *(
                lines
                for key, lines in by_key.items()
                if len(lines) == 1 and key not in known
            )
        )
        try:
            with self.env.cr.savepoint():
                self.env["pos.bridge.mapping"].create(
                    [line._prepare_new(batches) for line in plain]
                )
        except REFUSALS:
            # Which one it was, and why, is found out row by row.
            return self.browse()
        plain.status = "saved"
        return plain

    def _get_key(self):
        return self.item_id.id, *(self.vals.get(name) for name in CONDITION_FIELDS)

    def _prepare_new(self, batches):
        return {
            **self.vals,
            "item_id": self.item_id.id,
            "date_from": self.since,
            "batch_id": batches[self.item_id.company_id].id,
        }

    # === ONE BY ONE === #

    def _save(self, batches):
        """What this row says, from the day on that it or the person says."""
        if self.status == "new":
            self._save_new(batches)
        elif "map_type" in self.vals:
            self._save_change()
        else:
            self.mapping_id.write(self.vals)

    def _siblings(self):
        if self.mapping_id:
            return self.mapping_id._siblings()
        domain = [("item_id", "=", self.item_id.id), ("superseded", "=", False)]
        domain += [(name, "=", self.vals.get(name)) for name in CONDITION_FIELDS]
        return self.env["pos.bridge.mapping"].search(domain)

    def _versions(self):
        return Versions(self._siblings(), fields.Date.context_today(self))

    def _save_new(self, batches):
        """For the days on which nothing is mapped; what is planned stays."""
        vals, until = self._prepare_new(batches), self._versions().until(self.since)
        mappings = self.env["pos.bridge.mapping"]
        if until:
            mappings._create_until(vals, until)
        else:
            mappings.create(vals)

    def _save_change(self):
        dated = {"date_from": self.day} if self.day else {}
        mapping = self.mapping_id
        if self.is_plan:
            mapping = self._versions().on(self.day) or mapping
        self._change(mapping, dated)

    def _change(self, mapping, dated):
        """A version takes the place of this one, for as long as that was to hold."""
        content = {
            name: value
            for name, value in self.vals.items()
            if name not in CONDITION_FIELDS
        }
        lasting = mapping.with_context(pos_bridge_until=mapping.date_to)
        lasting.write({**content, **dated})
