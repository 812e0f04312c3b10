from collections import defaultdict
from datetime import date, datetime

from odoo.fields import Domain

from ..models.pos_bridge_mapping import CONDITION_FIELDS, CONTENT_FIELDS

YES = {"x", "yes", "ja", "y", "j", "1", "true", "wahr"}
NO = {"", "no", "nein", "n", "0", "false", "falsch", "-"}


class RowError(Exception):
    """A row that cannot be used, in words for the person who wrote it."""


class SheetRows:
    """What the rows of a workbook mean in this database; reads all at once.

    ``resolve`` gives for each row its item, what it should be mapped to, from when on,
    and which mapping that changes.
    """

    def __init__(self, env, rows):
        self.env = env
        self._find_items(rows)
        self._find_targets()
        self._find_mappings()
        self.units = {unit.name.casefold(): unit for unit in env["uom.uom"].search([])}
        self.seen = {}

    # === WHAT IS THERE === #

    def _find_items(self, rows):
        self.tills = self.env["pos.bridge.integration"].search([])
        ids = {_text(row.get("item_id")) for _number, row in rows}
        items = (
            self.env["pos.bridge.item"]
            .with_context(active_test=False)
            .search([("external_id", "in", list(ids)), ("date_to", "=", False)])
        )
        self.items = {
            (each.integration_id.id, each.external_id): each for each in items
        }
        self.known_items = items

    def _find_targets(self):
        boms = self.env["mrp.bom"]
        recipes = boms.search([("type", "in", boms._pos_bridge_types())])
        goods = self.env["product.product"].search([("type", "=", "consu")])
        self.targets = {"recipe": defaultdict(list), "ingredient": defaultdict(list)}
        self.by_id = {}
        for kind, records in (("recipe", recipes), ("ingredient", goods)):
            for record in records:
                dish = record.product_tmpl_id if kind == "recipe" else record
                self.by_id[f"{kind} {record.id}"] = record
                for text in {dish.name, record.display_name, dish.default_code}:
                    if text:
                        self.targets[kind][text.casefold()].append(record)

    def _find_mappings(self):
        domain = Domain("item_id", "in", self.known_items.ids)
        domain &= Domain("superseded", "=", False)
        mappings = self.env["pos.bridge.mapping"].search(domain, order="date_from, id")
        self.mappings = defaultdict(list)
        for mapping in mappings:
            conditions = tuple(mapping[name].id for name in CONDITION_FIELDS)
            self.mappings[mapping.item_id.id, conditions].append(mapping)

    # === ONE ROW === #

    def resolve(self, number, row, today):
        """{item, vals, mapping (that it changes), status, since} of one row.

        :raises RowError: it cannot be used
        """
        item = self._item(row)
        kind = self._kind(row)
        found = {"item": item, "vals": {}, "mapping": None, "since": None}
        if not kind:
            return {**found, "status": "empty"}
        conditions = self._conditions(row, item)
        since = self._date(row.get("since"))
        self._once(number, item, conditions, since)
        vals = {**self._content(row, kind, item), "reason": row.get("reason") or False}
        mapping, is_planned = self._mapping(item, conditions, since, today)
        found |= {"vals": {**vals, **conditions}, "mapping": mapping, "since": since}
        if not mapping:
            self._check_free(item, conditions, since, today)
            return {**found, "status": "new"}
        is_same = self._is_same(mapping, vals) and not is_planned
        return {**found, "status": "same" if is_same else "change"}

    def _item(self, row):
        code = _text(row.get("item_id"))
        if not code:
            raise RowError(self.env._("The ID of the item is missing."))
        name = _text(row.get("integration"))
        tills = self.tills.filtered(lambda till: not name or till.name == name)
        if not tills:
            raise RowError(self.env._("There is no integration %s.", name))
        found = [
            self.items[till.id, code] for till in tills if (till.id, code) in self.items
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise RowError(
                self.env._("Several integrations have an item %s: say which one.", code)
            )
        raise RowError(self.env._("There is no item with the ID %s.", code))

    def _kind(self, row):
        text = _text(row.get("uses"))
        field = self.env["pos.bridge.mapping"]._fields["map_type"]
        labels = dict(field._description_selection(self.env))
        kinds = {key: key for key in labels}
        kinds |= {label.casefold(): key for key, label in labels.items()}
        if text and text.casefold() not in kinds:
            raise RowError(
                self.env._(
                    "%(text)s is none of these: %(kinds)s.",
                    text=text,
                    kinds=", ".join(labels.values()),
                )
            )
        return kinds.get(text.casefold())

    def _conditions(self, row, item):
        """Under which item or group, and in which outlet, alone."""
        found = {}
        for name, column, model in zip(
            CONDITION_FIELDS,
            ("under_item", "under_group", "outlet"),
            ("pos.bridge.item", "pos.bridge.item.group", "pos.bridge.outlet"),
            strict=True,
        ):
            code = _text(row.get(column))
            found[name] = self._condition(model, code, item).id if code else False
        return found

    def _condition(self, model, code, item):
        if model == "pos.bridge.item":
            found = self.env[model].search(
                [
                    ("integration_id", "=", item.integration_id.id),
                    ("external_id", "=", code),
                    ("date_to", "=", False),
                ]
            )
        else:
            found = self.env[model].search(
                [
                    ("integration_id", "=", item.integration_id.id),
                    ("external_id", "=", code),
                ]
            )
        if not found:
            raise RowError(
                self.env._(
                    "%(till)s has no %(code)s to put it under.",
                    till=item.integration_id.name,
                    code=code,
                )
            )
        return found

    def _once(self, number, item, conditions, since):
        key = item.id, tuple(conditions.values()), since
        before = self.seen.setdefault(key, number)
        if before != number:
            raise RowError(self.env._("Row %s says this item already.", before))

    # === WHAT IT SAYS === #

    def _content(self, row, kind, item):
        target = self._target(row, kind, item)
        quantity = self._quantity(row, kind)
        own = target and (target.product_uom_id if kind == "recipe" else target.uom_id)
        return {
            "map_type": kind,
            "product_id": target.id if kind == "ingredient" else False,
            "bom_id": target.id if kind == "recipe" else False,
            "quantity": quantity,
            "uom_id": self._unit(row, own).id if target else False,
            "is_subtraction": self._yes(row.get("gives_back")),
        }

    def _target(self, row, kind, item):
        if kind not in self.targets:
            return None
        name, code = _text(row.get("target")), _text(row.get("code"))
        named = self.by_id.get(_text(row.get("target_id")))
        if named and named._name == {"recipe": "mrp.bom"}.get(kind, "product.product"):
            dish = named.product_tmpl_id if kind == "recipe" else named
            if name in (dish.name, named.display_name, ""):
                return named
        found = self._called(kind, name) if name else self._called(kind, code)
        found = [
            each
            for each in found
            if not each.company_id or each.company_id == item.company_id
        ]
        if len(found) > 1 and code:
            found = [each for each in found if each in self._called(kind, code)]
        if not (name or code):
            raise RowError(self.env._("It says not what is used."))
        if not found:
            raise RowError(self.env._("There is no %(name)s.", name=name or code))
        if len(found) > 1:
            raise RowError(
                self.env._("Several are called %s: add its reference.", name or code)
            )
        return found[0]

    def _called(self, kind, text):
        return self.targets[kind].get(text.casefold(), [])

    def _quantity(self, row, kind):
        value = row.get("quantity")
        if kind == "nothing":
            return 1.0
        if isinstance(value, str):
            try:
                value = float(value.replace(" ", "").replace(",", "."))
            except ValueError as error:
                raise RowError(self.env._("%s is no quantity.", value)) from error
        if isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
            raise RowError(self.env._("%s is no quantity.", value))
        if value is None:
            raise RowError(self.env._("The quantity is missing."))
        # What is not smaller than the largest number is no number: NaN, infinity.
        if not 0 < value < float("inf"):
            raise RowError(
                self.env._(
                    "The quantity must be above zero. For what was left out, say that "
                    "it gives back."
                )
            )
        return float(value)

    def _unit(self, row, own):
        text = _text(row.get("unit"))
        if not text:
            return own
        if text.casefold() == own.name.casefold():
            return own
        unit = self.units.get(text.casefold())
        if not unit:
            raise RowError(self.env._("There is no unit %s.", text))
        if not unit._has_common_reference(own):
            raise RowError(
                self.env._(
                    "%(unit)s cannot be converted into %(own)s.",
                    unit=unit.name,
                    own=own.name,
                )
            )
        return unit

    def _yes(self, value):
        text = _text(value).casefold()
        if text not in YES | NO:
            raise RowError(self.env._("%s is neither yes nor no.", value))
        return text in YES

    def _date(self, value):
        if not value:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(_text(value))
        except ValueError as error:
            raise RowError(
                self.env._("%s is no date: write it as 2026-03-31.", value)
            ) from error

    # === WHAT IT CHANGES === #

    def _mapping(self, item, conditions, since, today):
        """(the mapping that a row is about, whether it plans a later version)"""
        own = self.mappings.get((item.id, tuple(conditions.values())), [])
        open_ones = [each for each in own if each._last() >= today]
        for mapping in open_ones:
            if since and mapping.date_from == since:
                return mapping, False
        is_later = bool(since and since > today)
        running = [each for each in open_ones if each._first() <= today]
        return (running or open_ones or [None])[0], is_later

    def _check_free(self, item, conditions, since, today):
        """What is said for days that another mapping has would contradict it."""
        own = self.mappings.get((item.id, tuple(conditions.values())), [])
        last = max((each._last() for each in own), default=None)
        if since and last and since <= last:
            raise RowError(
                self.env._(
                    "It was mapped until %s: begin after that.", last.isoformat()
                )
            )

    def _is_same(self, mapping, vals):
        current = mapping.read(CONTENT_FIELDS, load=None)[0]
        return all(vals[name] == current[name] for name in CONTENT_FIELDS)


def _text(value):
    """A cell as a text; a spreadsheet makes the number 12 of the code "12"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
