from collections import defaultdict

from ..tools.sheet_cells import RowError, read_text


class SheetTargets:
    """What rows of a workbook call recipes, ingredients and units."""

    def __init__(self, env):
        self.env = env
        self.units = {unit.name.casefold(): unit for unit in env["uom.uom"].search([])}
        boms = self.env["mrp.bom"]
        recipes = boms.search([("type", "in", boms._pos_bridge_types())])
        goods = self.env["product.product"].search([("type", "=", "consu")])
        self.targets = {"recipe": defaultdict(list), "ingredient": defaultdict(list)}
        self.by_id = {}
        for kind, records in (("recipe", recipes), ("ingredient", goods)):
            for record in records:
                dish = self._dish(record)
                self.by_id[f"{kind} {record.id}"] = record
                for text in {dish.name, record.display_name, dish.default_code}:
                    if text:
                        self.targets[kind][text.strip().casefold()].append(record)

    @staticmethod
    def _dish(record):
        return record.product_tmpl_id if record._name == "mrp.bom" else record

    def find(self, row, kind, item):
        """The product or recipe that a row names; None where it needs none.

        Exported rows carry what they were about. That counts as long as name and
        reference are those of then: what a person writes there wins.
        """
        if kind not in self.targets:
            return None
        name, code = read_text(row.get("target")), read_text(row.get("code"))
        if not (name or code):
            raise RowError(self.env._("It says not what is used."))
        named = self._named(row, kind)
        is_new_code = code and (not named or code != self._code(named))
        if named and not is_new_code and name in self._names(named):
            return named
        return self._only_one(row, kind, item, is_new_code)

    def _only_one(self, row, kind, item, is_new_code):
        name, code = read_text(row.get("target")), read_text(row.get("code"))
        found = self._found(kind, row, item)
        if not found:
            raise RowError(self.env._("There is no %(name)s.", name=name or code))
        if code and name and (is_new_code or len(found) > 1):
            found = self._of_code(found, kind, row, is_new_code)
        if len(found) > 1:
            raise RowError(
                self.env._("Several are called %s: add its reference.", name or code)
            )
        return found[0]

    def find_unit(self, row, own):
        text = read_text(row.get("unit"))
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

    def _named(self, row, kind):
        """What this row was about when it was exported."""
        named = self.by_id.get(read_text(row.get("target_id")))
        model = {"recipe": "mrp.bom"}.get(kind, "product.product")
        return named if named and named._name == model else None

    def _names(self, record):
        return (self._dish(record).name.strip(), record.display_name.strip(), "")

    def _code(self, record):
        return (self._dish(record).default_code or "").strip()

    def _found(self, kind, row, item):
        """All that are called as the row says, of the item's company or of none."""
        text = read_text(row.get("target")) or read_text(row.get("code"))
        return [
            each
            for each in self.targets[kind].get(text.casefold(), [])
            if not each.company_id or each.company_id == item.company_id
        ]

    def _of_code(self, found, kind, row, is_needed):
        """Those of them that have the row's reference."""
        name, code = read_text(row.get("target")), read_text(row.get("code"))
        coded = self.targets[kind].get(code.casefold(), [])
        fitting = [each for each in found if each in coded]
        if not fitting and is_needed:
            raise RowError(
                self.env._(
                    "There is no %(name)s with the reference %(code)s.",
                    name=name,
                    code=code,
                )
            )
        return fitting or found
