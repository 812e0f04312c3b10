from difflib import SequenceMatcher

from odoo import api, fields, models

#: What the till says of an item; kept when an item goes to review.
FACTS = ("name", "sku", "list_price", "item_type", "group_id", "kitchen_name")
#: Another one of these, and a person must say whether it is the same item.
IDENTITY = ("name", "sku")
#: Names that have less than this in common are hardly two spellings of one thing.
LIKENESS = 0.5


class PosBridgeIntegration(models.Model):
    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def _get_item_keys(self, item_type):
        """By what sold lines name, or named, the items of a type, those that are sold
        no more among them: SKU, or name where there is none.
        """
        self.ensure_one()
        items = self.env["pos.bridge.item"].with_context(active_test=False)
        domain = [("integration_id", "=", self.id), ("item_type", "=", item_type)]
        found = items.search_fetch(domain, ["name", "sku", "former_keys"])
        former = {
            key for each in found for key in (each.former_keys or {}).get("sku", ())
        }
        return {each.sku or each.name for each in found} | former


class PosBridgeItem(models.Model):
    """Step *sync*: bring the catalogue up to what the source lists.

    What is mapped stays mapped to what it was: a change of name, SKU or ID at the till
    goes to review, and a person decides.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    former_keys = fields.Json(
        copy=False, help="SKUs and names that it had before: old receipts name them."
    )

    @api.model
    def _upsert(self, integration, items, complete=False):
        """Bring the catalogue up to what the source lists. Returns the items seen.

        :param items: iterable of ``ItemData``; an error while they are listed leaves
            all as it was
        :param complete: that is all that the source has: what is missing is sold no
            more and is archived, its mapping stays
        """
        told = {data.external_id: data for data in items}
        known = self._known_by_id(integration)
        groups = self._upsert_groups(integration, told.values())
        sku_only = self._known_by_sku_only(known, told.values())
        seen_ids, moved_ids, new = [], [], []
        for data in told.values():
            vals = self._prepare_item_vals(data, groups)
            item = known.get(data.external_id) or sku_only.get(data.sku)
            if item:
                seen_ids.append(item.id)
                if "sku" in item._update_changed({**vals, "active": True}):
                    moved_ids.append(item.id)
            else:
                new.append({**vals, "integration_id": integration.id})
        made = self.create(new)
        seen = self.browse([*seen_ids, *made.ids])
        seen.last_seen_at = fields.Datetime.now()
        if complete and seen:
            (self.union(*known.values()) - seen)._archive_missing()
        (self.browse(moved_ids) | made)._note_taken_sku()
        return seen

    @api.model
    def _known_by_id(self, integration):
        """{ID at the till: item} of those that the ID stands for now."""
        every = self.with_context(active_test=False).search(
            [("integration_id", "=", integration.id), ("date_to", "=", False)]
        )
        return {item.external_id: item.with_env(self.env) for item in every}

    @api.model
    def _known_by_sku_only(self, known, told):
        """{SKU: item} of those that were sold before their ID was known, where just one
        item of the catalogue has that SKU.
        """
        skus = [data.sku for data in told if data.sku]
        held = {item.sku for item in known.values() if not item._is_provisional()}
        return {
            item.sku: item
            for item in known.values()
            if item._is_provisional() and item.sku not in held
            if skus.count(item.sku) == 1
        }

    def _archive_missing(self):
        """Sold no more, as far as the till says; what was never in its catalogue was
        not missing there.
        """
        gone = self.filtered(lambda item: item.active and not item._is_provisional())
        gone.active = False

    @api.model
    def _upsert_groups(self, integration, items):
        group_model = self.env["pos.bridge.item.group"]
        groups = {
            group.external_id: group
            for group in group_model.search([("integration_id", "=", integration.id)])
        }
        for data in items:
            if data.group_external_id and data.group_external_id not in groups:
                groups[data.group_external_id] = group_model.create(
                    {
                        "integration_id": integration.id,
                        "external_id": data.group_external_id,
                        "name": data.group_name or data.group_external_id,
                    }
                )
        return groups

    @api.model
    def _prepare_item_vals(self, data, groups):
        vals = {
            "external_id": data.external_id,
            "name": data.name,
            "sku": data.sku,
            "item_type": data.item_type,
            "kitchen_name": data.kitchen_name,
            "group_id": groups[data.group_external_id].id
            if data.group_external_id
            else False,
        }
        if data.price is not None:
            vals["list_price"] = float(data.price)
        return vals

    def _update_changed(self, vals):
        """Write what differs; another name or SKU of a mapped item is a person's
        business.

        :return: the names of the fields that differ
        """
        self.ensure_one()
        changed = {}
        for name, value in vals.items():
            current = self._fact(name)
            if current != (value or False) and (current or value):
                changed[name] = value or False
        if changed:
            more = {**self._former_keys_vals(changed), **self._review_vals(changed)}
            self.sudo().write({**changed, **more})
        return changed.keys()

    def _fact(self, name):
        return self[name].id if name == "group_id" else self[name]

    def _facts(self):
        return {name: self._fact(name) for name in FACTS}

    def _former_keys_vals(self, changed):
        """Receipts of past days name the item as it was called then."""
        former = dict(self.former_keys or {})
        for name in IDENTITY:
            if changed.keys() & {name} and self[name]:
                others = [key for key in former.get(name, []) if key != self[name]]
                former[name] = [*others, self[name]]
        return {"former_keys": former} if former != (self.former_keys or {}) else {}

    def _review_vals(self, changed):
        """Does that go to review, or is the item again what it was before?"""
        if not self.mapping_ids or self._is_takeover_open():
            return {}
        is_open = self.review_state != "none"
        before = (is_open and self.previous_facts) or self._facts()
        after = {**self._facts(), **{k: v for k, v in changed.items() if k in FACTS}}
        if before == after:
            return self._prepare_review_end() if is_open else {}
        # What comes back after a while is looked at as a whole.
        matters = IDENTITY if self.active else FACTS
        if not is_open and all(before[name] == after[name] for name in matters):
            return {}
        vals = {"review_state": self._review_kind(before, after)}
        if not is_open:
            today = fields.Date.context_today(self)
            vals.update(previous_facts=before, review_since=today)
        return vals

    @api.model
    def _review_kind(self, before, after):
        old, new = before["name"].casefold(), after["name"].casefold()
        is_alike = SequenceMatcher(None, old, new).ratio() >= LIKENESS
        return "renamed" if is_alike else "recycled"

    def _note_taken_sku(self):
        """Of these some have the SKU of an item that the till lists no more under it:
        the same item with another ID, or another one?
        """
        new = self.filtered(lambda item: item.sku and not item.mapping_ids)
        new = new.filtered(lambda item: not item.previous_item_id)
        if not new:
            return
        holders = self._former_holders(new)
        today = fields.Date.context_today(self)
        for item in new.sudo():
            holder = holders.get(item.sku)
            if holder and holder != item:
                item.write(
                    {
                        "review_state": "recycled",
                        "previous_item_id": holder.id,
                        "previous_facts": holder._facts(),
                        "review_since": today,
                    }
                )

    @api.model
    def _former_holders(self, new):
        """{SKU: mapped item that had it}; none where a live item still has it, for then
        nobody took it over.
        """
        others = self.with_context(active_test=False).search(
            [("integration_id", "=", new.integration_id.id)], order="last_seen_at, id"
        )
        holders, live = {}, set()
        for item in others - new:
            if item.active and item.sku:
                live.add(item.sku)
            if not item.mapping_ids:
                continue
            skus = [] if item.active else [item.sku]
            for sku in filter(None, [*(item.former_keys or {}).get("sku", []), *skus]):
                holders[sku] = item
        return {sku: item for sku, item in holders.items() if sku not in live}
