from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..models.pos_bridge_day import CHANGEABLE_STATES
from ..models.pos_bridge_mapping import CONTENT_FIELDS


class PosBridgeMappingWizard(models.TransientModel):
    """What the mapping sheet's buttons save, and what they tell the list then."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.wizard"

    # === BUTTONS === #

    def action_apply(self):
        """Map every item; those that are mapped already are changed."""
        self.ensure_one()
        days = self._map(self._prepare_mapping_vals(), self._get_date())
        message = (
            self.env._("%s is mapped", self.title)
            if self.is_single
            else self.env._("%s are mapped", self.title)
        )
        return self._saved(message, days)

    def action_apply_next(self):
        """The same, and on with the next item that waits."""
        return self._and_next(self.action_apply())

    def action_ignore(self):
        """The sales of these items use nothing, and nobody has to look at them."""
        self.ensure_one()
        days = self._map({"map_type": "nothing", "reason": self.reason})
        message = (
            self.env._("%s is ignored", self.title)
            if self.is_single
            else self.env._("%s are ignored", self.title)
        )
        return self._and_next(self._saved(message, days))

    def action_ignore_group(self):
        """All items of the group that are not mapped are ignored, later ones too."""
        self.ensure_one()
        self.group_id.action_ignore()
        message = self.env._(
            "All of %s that is not mapped is ignored, new items too",
            self.group_id.name,
        )
        return self._and_next(self._saved(message))

    def action_same_item(self):
        """What the till changed is the same item still."""
        self.ensure_one()
        before = self.item_ids.mapping_ids
        self.item_ids.action_same_item()
        self.item_ids.invalidate_recordset(["mapping_ids"])
        days = self._waiting_days(self.item_ids.mapping_ids - before)
        message = self.env._("%s is the same item still", self.title)
        return self._and_next(self._saved(message, days))

    def action_new_item(self):
        """From a day on it is another item; that one is mapped next."""
        self.ensure_one()
        new = self.item_ids._new_item_from(self.new_from)
        message = self.env._(
            "%(item)s is a new item since %(date)s: map it",
            item=new.name,
            date=format_date(self.env, new.date_from),
        )
        saved = self._saved(message)
        saved["params"]["item_ids"] = new.ids
        return saved

    def action_delete(self):
        """From today on these items are not mapped; what is posted stays."""
        self.ensure_one()
        mappings = self.mapping_id or self.item_ids.mapping_id
        mappings.unlink()
        message = (
            self.env._("%s is not mapped from today on", self.title)
            if self.is_single
            else self.env._("%s are not mapped from today on", self.title)
        )
        return self._saved(message, self._waiting_days(mappings, today=True))

    # === MAPPING === #

    def _map(self, vals, date=None):
        """Map the items from a date on (None: as usual).

        :return: the posted days that this marked
        """
        before = self.item_ids.mapping_ids
        mapping_model, new = self.env["pos.bridge.mapping"], []
        for item in self.item_ids:
            current = self.mapping_id or item.mapping_id
            if current:
                current.write({**vals, "date_from": date} if date else vals)
                continue
            dated = {**vals, "date_from": date or self._always_from(item)}
            reached = self._reached(item, dated["date_from"])
            if reached:
                reached.write(dated)
            else:
                new.append({**dated, "item_id": item.id})
        mapping_model.create(new)
        self.item_ids.filtered(
            lambda item: item.review_state != "none"
        ).action_review_done()
        self.item_ids.invalidate_recordset(["mapping_ids"])
        return self._waiting_days(self.item_ids.mapping_ids - before)

    @api.model
    def _without_condition(self, item):
        return item.mapping_ids.filtered(
            lambda mapping: not mapping.superseded and not mapping._has_condition()
        )

    @api.model
    def _always_from(self, item):
        """From when "always" is for an item without mapping: from the end of the
        mapping that it had, so that deleting one stays what it was; else False.
        """
        today = fields.Date.context_today(self)
        mappings = self._without_condition(item)
        ended = mappings.filtered(lambda mapping: mapping._last() < today)
        last = max(ended.mapped("date_to"), default=False)
        return last and last + timedelta(days=1)

    @api.model
    def _reached(self, item, date):
        """The mapping of an unmapped item that a date reaches into: one that was
        deleted, or one that is planned; it is changed from then on.
        """
        reached = self._without_condition(item).filtered(
            lambda mapping: not date or mapping._last() >= date
        )
        return reached.sorted(lambda mapping: mapping._first())[-1:]

    def _get_date(self):
        """From when what is typed shall hold; None: as usual."""
        if not self.is_first:
            return super()._get_date()
        if self.first_from == "date":
            return self._get_stated_date()
        is_today = self.first_from == "today"
        return fields.Date.context_today(self) if is_today else None

    def _prepare_mapping_vals(self):
        content = {name: self[name] for name in (*CONTENT_FIELDS, "reason")}
        return self._convert_to_write(content)

    # === WHAT IS TOLD === #

    @api.model
    def _waiting_days(self, mappings, today=False):
        """Posted days that wait, if these mappings touch one of them."""
        if not mappings:
            return self.env["pos.bridge.day"]
        date = fields.Date.context_today(self) if today else None
        touched = mappings._domain_touched_days(date)
        waiting = Domain("stale_reason", "!=", False)
        waiting &= Domain("state", "in", CHANGEABLE_STATES)
        days = self.env["pos.bridge.day"]
        if not days.search_count(touched & waiting, limit=1):
            return days
        # With those that the items before it touched: one click for all of them.
        ours = Domain("integration_id", "in", self.item_ids.integration_id.ids)
        return days.search(ours & waiting)

    def _saved(self, message, days=()):
        """Tell the sheet and the list; offer to post the days that wait."""
        count, button = len(days), self.env._("Post it again")
        if count == 1:
            message = self.env._("%s; one posted day waits.", message)
        elif days:
            button = self.env._("Post %(count)s days again", count=count)
            message = self.env._(
                "%(message)s; %(count)s posted days wait.",
                message=message,
                count=count,
            )
        else:
            message = f"{message}."
        close = {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "pos_bridge_mapping_saved",
            "params": {
                "message": message,
                "day_ids": days.ids if days else [],
                "button": button,
                "map_type": self.map_type,
                "go_on": False,
                "next": not self.is_beside_list and close,
            },
        }

    @api.model
    def _and_next(self, saved):
        return {**saved, "params": {**saved["params"], "go_on": True}}
