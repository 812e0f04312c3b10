from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.poor_mapping import judge
from ..tools.suggest import Suggester
from ..tools.suggestion import Item, Known, Target
from ..tools.wording import number_text

#: A suggestion that price and cost speak against is no more than this.
POOR = 0.5
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
#: From this on the mapping sheet comes filled in; it is saved by a person only.
PREFILLED = 0.7


class PosBridgeItem(models.Model):
    """What an item that is not mapped probably uses; nothing of it is ever stored.

    It is worked out for the items that are shown, all at once, so a recipe that was
    named a moment ago is suggested already. ``tools/suggest.py`` decides.
    """

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    suggestion = fields.Char(
        compute="_compute_suggestion",
        help="What it probably uses, by its name, its SKU, and what is mapped already. "
        "It counts for nothing until somebody accepts it.",
    )
    suggestion_confidence = fields.Float(
        "Confidence",
        compute="_compute_suggestion",
        aggregator=None,
        help="How sure the suggestion is. Above 90 % names or codes are the same, and "
        "so is the size.",
    )
    suggestion_reason = fields.Char(
        "Because", compute="_compute_suggestion", help="Why this is suggested."
    )
    suggestion_is_complete = fields.Boolean(
        compute="_compute_suggestion", help="It also says how much one sold unit uses."
    )

    def _compute_suggestion(self):
        suggested = self._origin._suggest()
        words = self._suggestion_words(suggested.values())
        for item in self:
            found = suggested.get(item._origin.id)
            item.suggestion = found and words.get_target(found)
            item.suggestion_reason = found and words.get_reason(found)
            item.suggestion_confidence = found.confidence if found else 0.0
            item.suggestion_is_complete = bool(found and found.is_complete)

    @api.model
    def _suggestion_words(self, suggested):
        return SuggestionWords(self.env, suggested)

    # === ACTIONS === #

    def action_accept_suggestion(self):
        """Map these items as suggested; one click takes it back."""
        suggested = self._suggest()
        vals_list = [
            {"item_id": item_id, **self._prepare_suggested_vals(found)}
            for item_id, found in suggested.items()
            if found.is_complete
        ]
        if not vals_list:
            raise UserError(
                self.env._(
                    "Nothing can be accepted: choose yourself what these items use."
                )
            )
        return self._accept(vals_list)

    @api.model
    def _accept(self, vals_list):
        """Map items and tell the list; the notification offers to undo it."""
        items = self.browse(vals["item_id"] for vals in vals_list)
        name = self.env._("Suggestions accepted: %s items", len(items))
        message = name
        if len(items) == 1:
            name = self.env._("Suggestion accepted: %s", items.name)
            message = self.env._("%s is mapped", items.name)
        return (
            self.env["pos.bridge.mapping.batch"]._make(name, vals_list)._made(message)
        )

    def action_suggestions(self):
        """Look at what is suggested for the chosen items, or for all that wait."""
        return self.env["pos.bridge.suggest.wizard"]._open(self)

    # === SUGGESTING === #

    def _suggest(self, portions=None, copied_from=None):
        """{item id: ``Suggestion``} for those of these items that wait for a mapping.

        :param portions: {size: portions} that a person has stated
        :param copied_from: an integration whose mappings alone are looked at
        """
        waiting = self.filtered(lambda item: item.mapping_state == "unmapped")
        suggested = {}
        for company, items in waiting.grouped("company_id").items():
            suggester = self._suggester(company, portions, copied_from)
            plain = {each.id: each for each in suggester.items}
            for item in items:
                found = suggester.suggest(plain[item.id])
                if found:
                    suggested[item.id] = item._doubted(found)
        return suggested

    def _doubted(self, found):
        """Less sure where one sold unit would use goods for more than it sells for."""
        self.ensure_one()
        if found.map_type != "ingredient" or not found.quantity or found.gives_back:
            return found
        product = self.env["product.product"].browse(found.target.id)
        product = product.with_company(self.company_id)
        quantity = found.quantity
        if found.unit and found.unit != product.uom_id.id:
            unit = self.env["uom.uom"].browse(found.unit)
            quantity = unit._compute_quantity(quantity, product.uom_id, round=False)
        if judge(self.list_price, product.standard_price * quantity):
            return found.at_most(POOR, is_doubted=True)
        return found

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

    @api.model
    def _prepare_suggested_vals(self, found):
        """A suggestion as the content of a mapping."""
        target, kind = found.target, found.map_type
        unit = found.unit or (target and target.own_unit)
        return {
            "map_type": kind,
            "product_id": target.id if kind == "ingredient" else False,
            "bom_id": target.id if kind == "recipe" else False,
            "quantity": found.quantity or 1.0,
            "uom_id": unit if kind in ("ingredient", "recipe") else False,
            "is_subtraction": found.gives_back,
        }


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


class SuggestionWords:
    """Suggestions in words that a reader of the list understands."""

    def __init__(self, env, suggested):
        self.env = env
        found = list(suggested)
        units = {each.unit or each.target.own_unit for each in found if each.target}
        units = env["uom.uom"].browse(filter(None, units))
        self.units = {unit.id: unit.name for unit in units}
        kinds = env["pos.bridge.mapping"]._fields["map_type"]
        self.kinds = dict(kinds._description_selection(env))

    def get_target(self, found):
        """Coffee beans 0.009 kg, as a mapping is called."""
        if not found.target:
            return self.kinds[found.map_type]
        unit = self.units.get(found.unit or found.target.own_unit, "")
        amount = number_text(self.env, found.quantity) if found.quantity else "?"
        text = f"{found.target.name} {amount} {unit}".strip()
        return text + self.env._(" (gives back)") if found.gives_back else text

    def get_reason(self, found):
        """Why, and what is not sure of it."""
        reasons = self._reasons()
        kind = found.map_type if f"{found.reason}_{found.map_type}" in reasons else ""
        text = reasons[f"{found.reason}_{kind}" if kind else found.reason]
        return "; ".join([text % {"name": found.named}, *self._doubts(found)])

    def _doubts(self, found):
        if found.open_size:
            size = ", ".join(map(str.upper, sorted(found.open_size)))
            yield self.env._("how many portions is %s?", size)
        if not found.quantity:
            yield self.env._("how much of it?")
        if found.is_doubted:
            yield self.env._("the quantity does not fit price and cost")

    def _reasons(self):
        return defaultdict(
            str,
            {
                "name_same_recipe": self.env._("Same name as recipe %(name)s"),
                "name_same_ingredient": self.env._("Same name as ingredient %(name)s"),
                "name_class": self.env._(
                    "Same name as %(name)s but for the kind of dish"
                ),
                "name_meaning": self.env._("Means the same as %(name)s"),
                "name_alike": self.env._("Spelled much like %(name)s"),
                "name_partly": self.env._("Has words in common with %(name)s"),
                "elsewhere": self.env._("Mapped so in %(name)s"),
                "sku": self.env._("Same SKU, mapped so in %(name)s"),
                "other_name": self.env._("Same SKU in %(name)s, but another name"),
                "sku_code": self.env._("Same SKU as %(name)s"),
                "barcode": self.env._("Its SKU is the barcode of %(name)s"),
                "size": self.env._("Another size of %(name)s"),
                "nothing": self.env._("Deposit, fee or voucher: no goods leave"),
            },
        )
