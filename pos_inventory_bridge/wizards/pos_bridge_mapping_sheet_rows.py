from odoo.fields import Domain

from ..models.pos_bridge_mapping import CONDITION_FIELDS
from ..tools.sheet_cells import (
    RowError,
    UnclearNumber,
    read_date,
    read_number,
    read_text,
)
from .pos_bridge_mapping_sheet_dates import SheetDates, Versions
from .pos_bridge_mapping_sheet_targets import SheetTargets

YES = {"x", "yes", "ja", "y", "j", "1", "true", "wahr"}
NO = {"", "no", "nein", "n", "0", "false", "falsch", "-"}
CONDITIONS = {
    "under_item": "pos.bridge.item",
    "under_group": "pos.bridge.item.group",
    "outlet": "pos.bridge.outlet",
}
#: What a person says of an item; without "uses" it cannot be understood.
SAID = (
    *("target", "code", "quantity", "unit", "gives_back", "since"),
    *(*CONDITIONS, "reason"),
)


class SheetRows:
    """What the rows of a workbook mean in this database; reads all at once.

    ``resolve`` gives for each row its item, what it should be mapped to, from when on,
    and which mapping that changes.

    :param date: first day of a correction of past days; None: changes hold from today
    """

    def __init__(self, env, rows, today, date=None):
        self.env, self.today = env, today
        self.dates = SheetDates(env, today, date)
        self._find_conditions(rows)
        self._find_items(rows)
        self.targets = SheetTargets(env)
        self._find_kinds()
        self._find_mappings()
        self.seen = {}

    # === WHAT IS THERE === #

    def _find_items(self, rows):
        self.tills = self.env["pos.bridge.integration"].search([])
        items = self._of_codes("pos.bridge.item", "item_id", rows)
        self.items = {
            (each.integration_id.id, each.external_id): each for each in items
        }
        self.known_items = items

    def _find_conditions(self, rows):
        """{(column, integration, code): record}"""
        self.conditions = {
            (column, record.integration_id.id, record.external_id): record
            for column, model in CONDITIONS.items()
            for record in self._of_codes(model, column, rows)
        }

    def _of_codes(self, model, column, rows):
        """Those that a column of the workbook names."""
        codes = {read_text(row.get(column)) for _number, row in rows} - {""}
        domain = Domain("external_id", "in", list(codes))
        if model == "pos.bridge.item":
            domain &= Domain("date_to", "=", False)
        return self.env[model].with_context(active_test=False).search(domain)

    def _find_kinds(self):
        """In every language: a workbook may come from somebody who uses another."""
        field = self.env["pos.bridge.mapping"]._fields["map_type"]
        self.kinds = {}
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for code in [*languages, self.env.lang]:
            env = self.env["res.lang"].with_context(lang=code).env
            self.kind_labels = dict(field._description_selection(env))
            for kind, label in self.kind_labels.items():
                self.kinds[label.casefold()] = self.kinds[kind] = kind

    def _find_mappings(self):
        mappings = self.env["pos.bridge.mapping"]
        self.mappings = mappings._by_key(self.known_items)
        every = mappings.union(*self.mappings.values())
        self.by_item = every.grouped("item_id")

    # === ONE ROW === #

    def resolve(self, number, row):
        """{item, vals, status, mapping (that it changes), since, ...} of one row.

        :raises RowError: it cannot be used
        """
        item = self._item(row)
        kind = self._kind(row)
        if not kind:
            return self._left_alone(row, item)
        conditions = self._conditions(row, item)
        since = self._date(row.get("since"))
        vals = self._content(row, kind, item)
        vals["reason"] = read_text(row.get("reason")) or False
        key = item.id, *conditions.values()
        versions = Versions(self.mappings.get(key, ()), self.today)
        found = self.dates.resolve(versions, vals, since)
        self._once(number, key, found)
        if found.get("is_reason_only"):
            return {"item": item, **found, "vals": {"reason": vals["reason"]}}
        return {"item": item, **found, "vals": {**vals, **conditions}}

    def _left_alone(self, row, item):
        """A row that says nothing; what is mapped stays so."""
        if any(self._is_said(row, name) for name in SAID):
            raise RowError(
                self.env._(
                    "Uses is empty, though the row says more: write there one of "
                    "these: %(kinds)s. To leave the item as it is, empty the row; a "
                    "spreadsheet deletes no mapping.",
                    kinds=", ".join(self.kind_labels.values()),
                )
            )
        mappings = self.by_item.get(item, self.env["pos.bridge.mapping"])
        mapped = mappings.filtered(lambda mapping: mapping._last() >= self.today)
        found = {"item": item, "vals": {}, "mapping": None, "since": None}
        if not mapped:
            return {**found, "status": "empty"}
        names = ", ".join(mapped.mapped("display_name"))
        message = self.env._("Stays mapped to %s: the row says nothing.", names)
        return {**found, "status": "same", "message": message}

    def _is_said(self, row, name):
        text = read_text(row.get(name)).casefold()
        return bool(text) and not (name == "gives_back" and text in NO)

    def _item(self, row):
        code = read_text(row.get("item_id"))
        if not code:
            raise RowError(self.env._("The ID of the item is missing."))
        name = read_text(row.get("integration"))
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
        text = read_text(row.get("uses")).casefold()
        if text and text not in self.kinds:
            raise RowError(
                self.env._(
                    "%(text)s is none of these: %(kinds)s.",
                    text=row["uses"],
                    kinds=", ".join(self.kind_labels.values()),
                )
            )
        return self.kinds.get(text)

    def _conditions(self, row, item):
        """Under which item or group, and in which outlet, alone."""
        return {
            name: self._condition(column, read_text(row.get(column)), item)
            for name, column in zip(CONDITION_FIELDS, CONDITIONS, strict=True)
        }

    def _condition(self, column, code, item):
        if not code:
            return False
        found = self.conditions.get((column, item.integration_id.id, code))
        if not found:
            raise RowError(
                self.env._(
                    "%(till)s has no %(code)s to put it under.",
                    till=item.integration_id.name,
                    code=code,
                )
            )
        return found.id

    def _once(self, number, key, found):
        """No two rows say something of one item for the same days."""
        mapping = found["mapping"]
        is_plan = not mapping or found["is_plan"]
        about = found["since"] if is_plan else ("version", mapping.id)
        before = self.seen.setdefault((key, about), number)
        if before != number:
            raise RowError(self.env._("Row %s says this item already.", before))

    # === WHAT IT SAYS === #

    def _content(self, row, kind, item):
        target = self.targets.find(row, kind, item)
        quantity = self._quantity(row, kind)
        own = target and (target.product_uom_id if kind == "recipe" else target.uom_id)
        return {
            "map_type": kind,
            "product_id": target.id if kind == "ingredient" else False,
            "bom_id": target.id if kind == "recipe" else False,
            "quantity": quantity,
            "uom_id": self.targets.find_unit(row, own).id if target else False,
            "is_subtraction": self._yes(row.get("gives_back")),
        }

    def _quantity(self, row, kind):
        value = row.get("quantity")
        if kind == "nothing":
            return 1.0
        try:
            quantity = read_number(value)
        except UnclearNumber as error:
            raise RowError(
                self.env._(
                    "%s can be read in two ways: write it as a number, without a "
                    "separator of thousands.",
                    value,
                )
            ) from error
        except (ValueError, TypeError) as error:
            raise RowError(self.env._("%s is no quantity.", value)) from error
        if quantity is None:
            raise RowError(self.env._("The quantity is missing."))
        # What is not smaller than the largest number is no number: NaN, infinity.
        if not 0 < quantity < float("inf"):
            raise RowError(
                self.env._(
                    "The quantity must be above zero. For what was left out, say that "
                    "it gives back."
                )
            )
        return quantity

    def _yes(self, value):
        text = read_text(value).casefold()
        if text not in YES | NO:
            raise RowError(self.env._("%s is neither yes nor no.", value))
        return text in YES

    def _date(self, value):
        try:
            return read_date(value)
        except ValueError as error:
            raise RowError(
                self.env._("%s is no date: write it as 2026-03-31.", value)
            ) from error
