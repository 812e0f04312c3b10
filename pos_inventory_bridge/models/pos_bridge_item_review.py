from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date


class PosBridgeItem(models.Model):
    """Items that the till changed: a person says whether it is the same item still.

    Until then its sales use what they used before, and every day that sold it says so.
    *Same item* keeps the mapping. *New item* lets another record take over from a date
    on: what was sold before that date keeps its item, its mapping and its use.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    previous_facts = fields.Json(
        copy=False, help="What the till said before the change."
    )
    review_since = fields.Date(
        "Changed On", readonly=True, copy=False, help="When the change was noticed."
    )
    review_text = fields.Text("What Changed", compute="_compute_review_text")
    review_kind = fields.Selection(
        [
            ("changed", "The same ID means something else"),
            ("taken", "Another ID has its SKU"),
            ("unclear", "Several items have this SKU"),
        ],
        compute="_compute_review_text",
    )

    def _is_takeover_open(self):
        """It has the SKU of an item that is sold no more, and nobody has said yet
        whether it is that item.
        """
        self.ensure_one()
        return bool(
            self.review_state == "recycled"
            and self.previous_item_id
            and not self.date_from
        )

    def _get_review_kind(self):
        if self.review_state == "none":
            return False
        if self._is_takeover_open():
            return "taken"
        is_unclear = self._is_provisional() and not self.previous_facts
        return "unclear" if is_unclear else "changed"

    @api.depends("review_state", "previous_facts", "name", "sku", "list_price")
    def _compute_review_text(self):
        for item in self:
            kind = item._get_review_kind()
            item.review_kind = kind
            item.review_text = getattr(item, f"_get_text_{kind}")() if kind else False

    def _get_text_changed(self):
        before, now = self.previous_facts or {}, self._facts()
        return "\n".join(
            [
                self.env._("Before: %s", self._facts_text(before or now)),
                self.env._("Now at the till: %s", self._facts_text(now)),
            ]
        )

    def _get_text_taken(self):
        old = self.previous_item_id
        return "\n".join(
            [
                self.env._(
                    "Before: %(item)s (item ID %(id)s, used: %(mapping)s)",
                    item=old._facts_text(self.previous_facts or old._facts()),
                    id=old.external_id,
                    mapping=old.mapping_id.display_name or "-",
                ),
                self.env._(
                    "Now at the till: %(item)s (item ID %(id)s)",
                    item=self._facts_text(self._facts()),
                    id=self.external_id,
                ),
            ]
        )

    def _get_text_unclear(self):
        others = self._namesakes()
        return self.env._(
            "Several items of the till are sold as %(key)s: %(items)s. Receipts that "
            "say no more do not tell which of them was sold.",
            key=self.env._("SKU %s", self.sku) if self.sku else self.name,
            items=", ".join(f"{item.name} ({item.external_id})" for item in others),
        )

    def _namesakes(self):
        key = ("sku", "=", self.sku) if self.sku else ("name", "=", self.name)
        till = ("integration_id", "=", self.integration_id.id)
        same = self.search([till, key, ("id", "!=", self.id)])
        return same.filtered(lambda item: not item._is_provisional())

    def _facts_text(self, facts):
        """Like "Espresso, SKU K-001, 2.40 EUR"; the group only where it has one."""
        group = self.env["pos.bridge.item.group"].browse(facts.get("group_id") or [])
        price = facts.get("list_price")
        told = [
            facts.get("name"),
            facts.get("sku") and self.env._("SKU %s", facts["sku"]),
            price and self.currency_id.format(price),
            group.exists().name and self.env._("group %s", group.name),
            facts.get("item_type") and self.env._("type %s", facts["item_type"]),
        ]
        return " \N{MIDDLE DOT} ".join(filter(None, told))

    def _review_item(self):
        """The item to decide about: itself, or the one that took its SKU."""
        self.ensure_one()
        if self.review_state != "none":
            return self
        taker = self.search(
            [("previous_item_id", "=", self.id), ("review_state", "=", "recycled")],
            limit=1,
        )
        return taker if taker and taker._is_takeover_open() else self

    # === DECISIONS === #

    def action_same_item(self):
        """It is what it was: the mapping stays."""
        items = self.filtered(lambda item: item.review_state != "none")
        for item in items.filtered(lambda each: each._is_takeover_open()):
            if not item.mapping_ids:
                item._take_mappings(item.previous_item_id)
        items.action_review_done()

    def action_review_done(self):
        """A person has decided; what was open of it is settled."""
        self.check_access("write")
        for item in self.sudo():
            taken = item._is_takeover_open()
            since = item.review_since or fields.Date.context_today(self)
            item.write(
                {
                    **item._prepare_review_end(),
                    **({"date_from": since} if taken else {}),
                }
            )
            items = item | (item.previous_item_id if taken else item.browse())
            items._settle_review_exceptions()

    @api.model
    def _prepare_review_end(self):
        return {
            "review_state": "none",
            "previous_facts": False,
            "review_since": False,
        }

    def _settle_review_exceptions(self):
        problems = self.env["pos.bridge.exception"].sudo()
        problems.search(
            [
                ("item_id", "in", self.ids),
                ("code", "=", "item_review"),
                ("resolved", "=", False),
            ]
        ).resolved = True

    def _take_mappings(self, other):
        """Use from now on what that item uses, under the same conditions."""
        mappings = self.env["pos.bridge.mapping"]
        today = fields.Date.context_today(self)
        held = Domain("superseded", "=", False)
        held &= Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        for field in ("item_id", "parent_item_id"):
            for mapping in mappings.search(held & Domain(field, "=", other.id)):
                vals = {**mapping.copy_data()[0], field: self.id}
                mappings.sudo().create({**vals, "previous_id": mapping.id})

    def _new_item_from(self, date):
        """Another item stands for this ID, or this SKU, from a date on.

        Its days from then on are marked, and change only when they are posted again.

        :return: the item that is sold from that date on
        """
        self.ensure_one()
        self.check_access("write")
        self._check_new_item_from(date)
        if self._is_takeover_open():
            return self._take_sku_from(date)
        return self._split_from(date)

    def _check_new_item_from(self, date):
        today = fields.Date.context_today(self)
        if not date or date > today:
            raise UserError(
                self.env._("Choose the first day on which it was sold: today, or past.")
            )
        if self.date_from and date <= self.date_from:
            raise UserError(
                self.env._(
                    "It is a new item since %s already: choose a later day.",
                    format_date(self.env, self.date_from),
                )
            )
        if self._get_review_kind() == "unclear":
            raise UserError(
                self.env._("Map it, or give each of the items a SKU of its own.")
            )

    def _split_from(self, date):
        """This record stays what it was, and ends; a new one has what the till says
        now.
        """
        now = self._facts()
        self._mark_new_from(date)
        self._end_mappings(date)
        old = self.sudo()
        old.write(
            {
                **(self.previous_facts or {}),
                **self._prepare_review_end(),
                "date_to": date - timedelta(days=1),
                "active": False,
            }
        )
        # The ID is free only then.
        old.flush_recordset()
        new = old.create(
            {
                **now,
                "integration_id": old.integration_id.id,
                "external_id": old.external_id,
                "date_from": date,
                "previous_item_id": old.id,
                "last_seen_at": old.last_seen_at,
            }
        )
        old._move_lines(new, Domain("business_date", ">=", date))
        self._settle_review_exceptions()
        return new.with_env(self.env)

    def _take_sku_from(self, date):
        """The SKU means this item from then on, and before it the one that had it."""
        old = self.previous_item_id
        sold = Domain("business_date", ">=", date) & Domain("sku", "=", self.sku)
        old._mark_new_from(date)
        if not old.active:
            old._end_mappings(date)
            old.sudo().date_to = date - timedelta(days=1)
        old._move_lines(self, sold)
        self.sudo().write({**self._prepare_review_end(), "date_from": date})
        (self | old)._settle_review_exceptions()
        return self

    def _end_mappings(self, date):
        mappings = self.mapping_ids.filtered(lambda mapping: not mapping.superseded)
        mappings.with_context(pos_bridge_from_date=date).unlink()

    def _mark_new_from(self, date):
        """Days that sold it since then may say something else."""
        days = self.env["pos.bridge.day"]
        domain = Domain("integration_id", "=", self.integration_id.id)
        domain &= Domain("business_date", ">=", date)
        days._mark_stale(
            domain & days._domain_sold(self),
            self.env._(
                "%(item)s is another item since %(date)s",
                item=self.name,
                date=format_date(self.env, date),
            ),
        )

    def _move_lines(self, new, domain):
        lines = self.env["pos.bridge.sale.line"].sudo()
        lines.search(domain & Domain("item_id", "=", self.id)).item_id = new

    def _first_sold_as_now(self):
        """The first business date on which receipts name it as the till does now; where
        none does, the day on which that was noticed.
        """
        self.ensure_one()
        before = self.previous_facts or {}
        sold = Domain("item_id", "in", (self | self.previous_item_id).ids)
        key = "name" if before.get("name") != self.name else "sku"
        sold &= Domain(key, "=", self[key]) & Domain("vanished_at", "=", False)
        lines = self.env["pos.bridge.sale.line"]
        first = lines._read_group(sold, aggregates=["business_date:min"])[0][0]
        return first or self.review_since or fields.Date.context_today(self)
