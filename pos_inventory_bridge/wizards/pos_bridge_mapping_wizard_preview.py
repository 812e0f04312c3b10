from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..models.mrp_bom import exact
from ..models.pos_bridge_mapping import CONDITION_FIELDS, CONTENT_FIELDS
from ..tools.plan import EVENTS, Explosion, Sold

#: More ingredients than these are only counted.
SHOWN_INGREDIENTS = 6


class PosBridgeMappingWizard(models.TransientModel):
    """What is typed in the mapping sheet, tried on the last week; writes nothing."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.mapping.wizard"

    preview = fields.Char(
        compute="_compute_preview",
        help="What the sales of the last seven business dates would have used.",
    )
    warning = fields.Char(
        compute="_compute_preview", help="What looks wrong with this mapping."
    )
    precision_warning = fields.Char(
        compute="_compute_preview", help="What Odoo's rounding would lose."
    )
    no_cost_warning = fields.Char(
        compute="_compute_preview", help="The ingredients whose cost is not known."
    )

    @api.depends(*CONTENT_FIELDS, "item_ids", "mapping_id")
    def _compute_preview(self):
        for wizard in self:
            mappings = wizard._typed_mappings()
            book = mappings._book_of_today(wizard.company_id or self.env.company)
            every, dates = wizard._sold_last_week()
            resolved = wizard._resolve_sold(every)
            sold = wizard._won_by(mappings, every, resolved)
            explosions = wizard._dry_run(mappings, book, sold, resolved)
            wizard.precision_warning = (
                mappings[:1]._get_precision_warning(book) if mappings else False
            )
            wizard.no_cost_warning = wizard._get_no_cost(mappings[:1], book)
            wizard.warning = wizard._get_warning(mappings, book, explosions)
            wizard.preview = (
                wizard._get_sentence(sold, dates, explosions)
                if sold
                else wizard._get_sentence_of_one(mappings[:1], book, bool(every))
            )

    def _typed_mappings(self):
        """What is typed, as mappings that are nowhere stored, one per item."""
        conditions = {name: self.mapping_id[name].id for name in CONDITION_FIELDS}
        vals = {**self._prepare_mapping_vals(), **conditions}
        mapping_model = self.env["pos.bridge.mapping"]
        return mapping_model.union(
            *(
                mapping_model.new({**vals, "item_id": item._origin.id})
                for item in self.item_ids
            )
        )

    # === DRY RUN === #

    def _sold_last_week(self):
        """Per outlet and item what the last week sold, as a day would be told it.

        :return: [(outlet, newest date, ``Sold``)], (first date, last date)
        """
        items = self.item_ids._origin
        domain = items._week_domain() & Domain("item_id", "in", items.ids)
        groups = self.env["pos.bridge.sale.line"]._read_group(
            domain,
            [
                *("outlet_id", "item_id", "parent_item_id", "kind"),
                "sale_id.foreign_currency",
            ],
            [
                "quantity:sum",
                "amount_net:sum",
                "business_date:min",
                "business_date:max",
            ],
        )
        kinds, dates = defaultdict(dict), []
        for *key, kind, foreign, quantity, money, first, last in groups:
            of_key = kinds[tuple(key)]
            before = of_key.get(kind, (Decimal(0), Decimal(0)))
            own = Decimal(0) if foreign else exact(money)
            of_key[kind] = before[0] + exact(quantity), before[1] + own
            dates += [first, last]
        sold = [
            (outlet, max(dates), self._as_sold(item, parent, sums))
            for (outlet, item, parent), sums in kinds.items()
        ]
        return sold, (min(dates), max(dates)) if dates else ()

    @api.model
    def _as_sold(self, item, parent, sums):
        """:param sums: kind -> (quantity, net money)"""
        quantities = {kind: quantity for kind, (quantity, _money) in sums.items()}
        plain = [amount for kind, amount in quantities.items() if kind not in EVENTS]
        money = [amount for _quantity, amount in sums.values()]
        return Sold(
            item_id=item.id,
            parent_item_id=parent.id or 0,
            quantity=sum(plain, Decimal(0)),
            events={kind: quantities[kind] for kind in EVENTS if kind in quantities},
            line_count=1,
            amount=sum(money, Decimal(0)),
        )

    def _resolve_sold(self, sold):
        """{outlet: {(item id, parent item id): mapping in force today}}, the modified
        items included.
        """
        pairs = defaultdict(set)
        for outlet, _date, each in sold:
            pairs[outlet] |= {
                (each.item_id, each.parent_item_id),
                (each.parent_item_id, 0),
            }
        today = fields.Date.context_today(self)
        mappings = self.env["pos.bridge.mapping"]
        return {
            outlet: mappings._resolve(outlet, today, of_outlet)
            for outlet, of_outlet in pairs.items()
        }

    def _won_by(self, typed, sold, resolved):
        """What would follow the typed mapping, because no other one fits better."""
        typed_of = {mapping.item_id._origin.id: mapping for mapping in typed}
        won = []
        for outlet, date, each in sold:
            mapping = typed_of[each.item_id]
            other = resolved[outlet][each.item_id, each.parent_item_id]
            parent = self.env["pos.bridge.item"].browse(each.parent_item_id or None)
            # First, so that it takes the place of the one that it changes.
            best = mapping._most_specific(
                [mapping, *other], parent.id or 0, parent.group_id.id, outlet.id
            )
            if best == mapping:
                won.append((outlet, date, each))
        return won

    def _dry_run(self, mappings, book, sold, resolved):
        """The very step that a day takes, on days that are nowhere stored."""
        mapping_of = {mapping.item_id._origin.id: mapping for mapping in mappings}
        explosions = []
        for outlet, date, each in sold if self._has_target() else ():
            day = self.env["pos.bridge.day"].new(
                {"outlet_id": outlet.id, "business_date": date}
            )
            explosion = Explosion()
            day._explode_item(
                explosion, book, each, mapping_of[each.item_id], resolved[outlet]
            )
            explosions.append(explosion)
        return explosions

    def _has_target(self):
        needs = {"recipe": self.bom_id, "ingredient": self.product_id}
        return self.map_type == "parent" or bool(needs.get(self.map_type))

    # === WORDS === #

    def _get_warning(self, mappings, book, explosions):
        if not self._has_target():
            return False
        for mapping in mappings:
            text = mapping._get_poor_text(book)
            if text:
                name = mapping.item_id.name
                return text if self.is_single else f"{name}: {text}"
        problems = [problem for each in explosions for problem in each.problems]
        return problems[0].message if problems else False

    def _get_no_cost(self, mapping, book):
        """All of the items use the same, so that one of them tells it."""
        used = mapping._amounts_per_unit(book) if mapping else ()
        products = self.env["product.product"].browse(
            [product.id for product, _quantity in used]
        )
        return products._pos_bridge_no_cost_text(self.company_id or self.env.company)

    def _get_sentence(self, sold, dates, explosions):
        """41 sold from Monday to Sunday → 12.3 kg Pumpkin from Kitchen, 58.20 EUR."""
        effect_of = self.item_ids.integration_id.policy_ids._effect
        net = sum(each.net(effect_of) for _outlet, _date, each in sold)
        pattern = self.env._("EEE d MMM")
        first, last = (
            format_date(self.env, date, date_format=pattern) for date in dates
        )
        told = self.env._(
            "%(count)s sold from %(first)s to %(last)s",
            count=self._number(net),
            first=first,
            last=last,
        )
        if self.map_type != "nothing" and not self._has_target():
            money = float(sum(each.amount for _outlet, _date, each in sold))
            return self.env._(
                "%(told)s for %(money)s: choose what one of them uses.",
                told=told,
                money=self.company_id.currency_id.format(money),
            )
        return f"{told} \N{RIGHTWARDS ARROW} {self._get_use(explosions)}"

    def _get_use(self, explosions):
        rows = [
            row for each in explosions for rows in each.rows.values() for row in rows
        ]
        if not rows:
            return self.env._("nothing is used")
        amounts = defaultdict(float)
        for row in rows:
            amounts[row["location_id"], row["product_id"]] += row["quantity"]
        places = defaultdict(list)
        for (location_id, product_id), quantity in amounts.items():
            places[location_id].append((product_id, quantity))
        texts = [self._get_use_of_place(*each) for each in places.items()]
        products = {product_id: 0.0 for _place, product_id in amounts}
        for (_place, product_id), quantity in amounts.items():
            products[product_id] += quantity
        return f"{'; '.join(texts)}, {self._get_cost(products.items())}"

    def _get_use_of_place(self, location_id, amounts):
        place = self.env["stock.location"].browse(location_id).name
        values = {"amounts": self._get_amounts(amounts), "place": place}
        if all(quantity < 0 for _product, quantity in amounts):
            return self.env._("gives back %(amounts)s to %(place)s", **values)
        return self.env._("%(amounts)s from %(place)s", **values)

    def _get_sentence_of_one(self, mapping, book, is_sold):
        """Of what was not sold lately, or not as typed, what one would use."""
        told = self.env._("Not sold in the last seven days with sales.")
        if is_sold:
            told = self.env._(
                "All that the last seven days with sales sold follows other mappings, "
                "whose conditions fit better."
            )
        amounts = [
            (product.id, quantity)
            for product, quantity in (
                mapping._amounts_per_unit(book) if mapping else ()
            )
        ]
        if not amounts:
            return told
        return self.env._(
            "%(told)s One would use %(amounts)s, %(cost)s.",
            told=told,
            amounts=self._get_amounts(amounts),
            cost=self._get_cost(amounts),
        )

    def _get_amounts(self, amounts):
        products = self.env["product.product"]
        texts = [
            f"{self._number(abs(quantity))} {product.uom_id.name} {product.name}"
            for product, quantity in (
                (products.browse(product_id), quantity)
                for product_id, quantity in amounts[:SHOWN_INGREDIENTS]
            )
        ]
        more = len(amounts) - SHOWN_INGREDIENTS
        if more > 0:
            texts.append(self.env._("%(count)s more", count=more))
        return ", ".join(texts)

    def _get_cost(self, amounts):
        company = self.company_id or self.env.company
        products = self.env["product.product"].with_company(company)
        cost = sum(
            products.browse(product_id).standard_price * abs(quantity)
            for product_id, quantity in amounts
        )
        return company.currency_id.format(cost)

    @api.model
    def _number(self, value):
        """As many digits as say something, in the user's language."""
        digits = 2 if abs(value) >= 10 else 5
        code = self.env.lang or self.env.user.lang or "en_US"
        lang = self.env["res.lang"]._lang_get(code)
        text = lang.format(f"%.{digits}f", float(value), grouping=True)
        point = lang.decimal_point
        return text.rstrip("0").rstrip(point) if point in text else text
