from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.suggest import Suggester
from ..tools.suggestion import Item, Known, Target

#: Read of all mappings at once.
KNOWN_FIELDS = (
    "item_id",
    "integration_id",
    "outlet_id",
    "map_type",
    "product_id",
    "bom_id",
    "quantity",
    "uom_id",
    "is_subtraction",
)


class PosBridgeItem(models.Model):
    """What is known of a company, told to ``tools/suggest.py`` in plain objects."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    @api.model
    def _suggester(self, company, portions=None, copied_from=None):
        """All that is known of a company, in a fixed number of queries."""
        items = self._plain_items(company)
        targets = self._plain_targets(company)
        known = self._plain_known(company, items, targets, copied_from)
        return Suggester(
            [] if copied_from else targets.values(),
            known,
            items.values(),
            portions,
        )

    @api.model
    def _plain_items(self, company):
        """{item id: ``Item``}"""
        records = self.with_context(active_test=False)
        names = ["name", "sku", "group_id", "integration_id"]
        rows = records.search_read(
            [("company_id", "=", company.id)], names, order="id", load=None
        )
        groups = self.env["pos.bridge.item.group"].search_fetch(
            [("company_id", "=", company.id)], ["name"]
        )
        group_names = {group.id: group.name for group in groups}
        return {
            row["id"]: Item(
                id=row["id"],
                name=row["name"],
                sku=row["sku"] or "",
                group=group_names.get(row["group_id"], ""),
                till=row["integration_id"],
            )
            for row in rows
        }

    @api.model
    def _plain_known(self, company, items, targets, copied_from=None):
        """What people have mapped, in force today and not under another item."""
        today = fields.Date.context_today(self)
        domain = self.env["pos.bridge.mapping"]._domain_valid_on(today)
        domain &= Domain("company_id", "=", company.id)
        domain &= Domain("parent_item_id", "=", False)
        domain &= Domain("parent_group_id", "=", False)
        if copied_from:
            domain &= Domain("integration_id", "=", copied_from.id)
        # Without a condition first: that is what most of its sales use.
        mappings = self.env["pos.bridge.mapping"].search_fetch(
            domain, KNOWN_FIELDS, order="outlet_id desc, id"
        )
        places = dict.fromkeys(mappings.integration_id)
        places = {place.id: place.name for place in places}
        return [
            Known(
                item=items[mapping.item_id.id],
                target=mapping._plain_target(targets),
                quantity=mapping.quantity,
                unit=mapping.uom_id.id or 0,
                map_type=mapping.map_type,
                gives_back=mapping.is_subtraction,
                place=mapping.outlet_id.name or places[mapping.integration_id.id],
            )
            for mapping in mappings
            if mapping.item_id.id in items
        ]

    @api.model
    def _plain_targets(self, company):
        """{(kind, id): ``Target``} that mappings of this company can have."""
        measures = Measures(self.env)
        boms = self.env["mrp.bom"]
        own = Domain("company_id", "in", (False, company.id))
        recipes = boms.search(own & Domain("type", "in", boms._pos_bridge_types()))
        goods = Domain("type", "=", "consu") & Domain("is_storable", "=", True)
        goods &= Domain("product_tmpl_id", "not in", recipes.product_tmpl_id.ids)
        products = self.env["product.product"].search(own & goods)
        targets = [self._plain_recipe(bom, measures) for bom in recipes]
        targets += [self._plain_ingredient(each, measures) for each in products]
        return {target.key: target for target in targets}

    @api.model
    def _plain_recipe(self, bom, measures):
        dish = bom.product_id or bom.product_tmpl_id
        return Target(
            "recipe",
            bom.id,
            dish.name,
            code=dish.default_code or "",
            barcode=dish.barcode or "",
            own_unit=bom.product_uom_id.id,
            **measures.of(bom.product_uom_id),
        )

    @api.model
    def _plain_ingredient(self, product, measures):
        serving = product.serving_quantity
        unit = product.serving_uom_id
        if serving and unit and unit != product.uom_id:
            serving = unit._compute_quantity(serving, product.uom_id, round=False)
        return Target(
            "ingredient",
            product.id,
            product.name,
            code=product.default_code or "",
            barcode=product.barcode or "",
            own_unit=product.uom_id.id,
            serving=serving,
            **measures.of(product.uom_id),
        )


class PosBridgeMapping(models.Model):
    """What a person has mapped, as evidence for what is alike."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping"

    def _plain_target(self, targets):
        """Its ``Target``, also of goods that nobody would be suggested any more."""
        record = self.product_id or self.bom_id
        kind = "recipe" if self.bom_id else "ingredient"
        if not record:
            return None
        found = targets.get((kind, record.id))
        return found or Target(
            kind, record.id, record.display_name, own_unit=self.uom_id.id
        )


class Measures:
    """What is weighed, poured and counted, as ``Target`` wants to know it."""

    def __init__(self, env):
        self.known = {}
        self.bases = {
            int(unit.parent_path.split("/")[0]): (dimension, unit.factor)
            for dimension, unit in (
                ("count", env.ref("uom.product_uom_unit")),
                ("weight", env.ref("uom.product_uom_kgm")),
                ("volume", env.ref("uom.product_uom_litre")),
            )
        }

    def of(self, unit):
        if unit.id not in self.known:
            self.known[unit.id] = self._measure(unit)
        return self.known[unit.id]

    def _measure(self, unit):
        root = int(unit.parent_path.split("/")[0])
        dimension, factor = self.bases.get(root, ("other", 1.0))
        size = unit.factor / factor
        is_piece = dimension == "count" and size == 1.0
        return {"dimension": None if is_piece else dimension, "unit_size": size}
