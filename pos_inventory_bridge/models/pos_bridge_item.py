from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

#: Which item of which till a record stands for, and when.
TILL_FIELDS = {
    "integration_id",
    "external_id",
    "date_from",
    "date_to",
    "previous_item_id",
}


class PosBridgeItemGroup(models.Model):
    """The POS's own group of items."""

    _name = "pos.bridge.item.group"
    _description = "POS item group"
    _order = "integration_id, name, id"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    external_id = fields.Char(string="ID at the Till", required=True)
    name = fields.Char(required=True)
    ignored = fields.Boolean(
        help="Its items, also those that the till gets later, use nothing."
    )
    item_ids = fields.One2many("pos.bridge.item", "group_id")

    _unique_external_id = models.Constraint(
        "UNIQUE(integration_id, external_id)", "This group is known already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups.filtered("ignored").item_ids._ignore_if_unmapped()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if vals.get("ignored"):
            self.item_ids._ignore_if_unmapped()
        return result

    def action_ignore(self):
        """Its items use nothing, also those that come later; mapped ones stay."""
        self.ignored = True


class PosBridgeItem(models.Model):
    """An item that the POS sells. Items are never deleted: old sales name them."""

    _name = "pos.bridge.item"
    _description = "POS item"
    _check_company_auto = True
    _order = "name, id"
    _rec_names_search = ["name", "sku", "external_id"]

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="integration_id.company_id", store=True, index=True, precompute=True
    )
    external_id = fields.Char(string="Item ID", required=True, copy=False)
    name = fields.Char(required=True)
    sku = fields.Char("SKU", index="btree_not_null")
    item_type = fields.Char("Type")
    group_id = fields.Many2one(
        "pos.bridge.item.group",
        domain="[('integration_id', '=', integration_id)]",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    list_price = fields.Float(
        "Price",
        digits="Product Price",
        aggregator=None,
        help="As the till lists it: without tax, or with it where the till lists what "
        "guests pay, as Lightspeed does in most countries.",
    )
    kitchen_name = fields.Char()
    active = fields.Boolean(default=True)
    last_seen_at = fields.Datetime(readonly=True, copy=False)
    review_state = fields.Selection(
        [
            ("none", "Nothing to review"),
            ("renamed", "Changed at the till"),
            ("recycled", "Number used again"),
        ],
        required=True,
        default="none",
        copy=False,
        help="Changed at the till: its name or SKU is another one now. Number used "
        "again: its ID or SKU seems to stand for something else now.",
    )
    previous_item_id = fields.Many2one(
        "pos.bridge.item",
        string="Before",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="What had this ID or SKU before.",
    )
    date_from = fields.Date(
        "First Day",
        readonly=True,
        copy=False,
        help="The first business date on which its ID or SKU stands for this item; "
        "empty: always.",
    )
    date_to = fields.Date(
        "Last Day",
        readonly=True,
        copy=False,
        help="The last business date on which its ID stood for this item.",
    )
    mapping_ids = fields.One2many("pos.bridge.mapping", "item_id")
    mapping_id = fields.Many2one(
        "pos.bridge.mapping",
        string="Mapped to",
        compute="_compute_mapping",
        help="The mapping in force today, without conditions.",
    )
    mapping_state = fields.Selection(
        [
            ("unmapped", "Not mapped"),
            ("review", "Review"),
            ("mapped", "Mapped"),
            ("ignored", "Ignored"),
        ],
        compute="_compute_mapping",
        search="_search_mapping_state",
        help="Not mapped: its sales reduce no stock. Review: the till has changed it "
        "since it was mapped. Ignored: mapped to nothing.",
    )
    mapping_since = fields.Char(
        "Since",
        compute="_compute_mapping",
        help="Since when the mapping in force holds.",
    )

    _unique_live_external_id = models.UniqueIndex(
        "(integration_id, external_id) WHERE date_to IS NULL",
        "This item is known already.",
    )

    @api.depends(
        "review_state",
        "mapping_ids.map_type",
        "mapping_ids.date_from",
        "mapping_ids.date_to",
        "mapping_ids.superseded",
        "mapping_ids.parent_item_id",
        "mapping_ids.parent_group_id",
        "mapping_ids.outlet_id",
    )
    def _compute_mapping(self):
        today = fields.Date.context_today(self)
        for item in self:
            valid = item.mapping_ids.filtered(
                lambda mapping: mapping._is_valid_on(today)
            )
            plain = valid.filtered(lambda mapping: not mapping._has_condition())
            item.mapping_id = plain[:1]
            item.mapping_state = item._state_with(valid)
            item.mapping_since = item.mapping_id.since

    def _state_with(self, mappings):
        if self.review_state != "none":
            return "review"
        if not mappings:
            return "unmapped"
        return (
            "ignored" if set(mappings.mapped("map_type")) == {"nothing"} else "mapped"
        )

    def _search_mapping_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        used, ignored = self._domains_mapped()
        review = Domain("review_state", "!=", "none")
        domains = {
            "review": review,
            "mapped": ~review & used,
            "ignored": ~review & ignored & ~used,
            "unmapped": ~review & ~used & ~ignored,
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.model
    def _domains_mapped(self):
        """Items that use something today, and items that are mapped to nothing."""
        today = fields.Date.context_today(self)
        valid = Domain(self.env["pos.bridge.mapping"]._domain_valid_on(today))
        nothing = Domain("map_type", "=", "nothing")
        used = Domain("mapping_ids", "any", valid & ~nothing)
        return used, Domain("mapping_ids", "any", valid & nothing)

    def _field_to_sql(self, alias, field_expr, query=None):
        """The state depends on today, so it is no column; it can be counted by."""
        if field_expr != "mapping_state" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        items = self.sudo().with_context(active_test=False)
        used, ignored = (
            items._search(domain, order=None).subselect()
            for domain in self._domains_mapped()
        )
        return SQL(
            "CASE WHEN %(review)s <> 'none' THEN 'review' WHEN %(id)s IN %(used)s THEN"
            " 'mapped' WHEN %(id)s IN %(ignored)s THEN 'ignored' ELSE 'unmapped' END",
            review=super()._field_to_sql(alias, "review_state", query),
            id=SQL.identifier(alias, "id"),
            used=used,
            ignored=ignored,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold(self):
        sold = [("item_id", "in", self.ids)]
        if self.env["pos.bridge.sale.line"].sudo().search_count(sold, limit=1):
            raise UserError(
                self.env._(
                    "Receipts name this item, so it is kept: archive it instead."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        no_goods = items.filtered("item_type").filtered(
            lambda item: item._is_no_goods()
        )
        (items.filtered("group_id.ignored") | no_goods)._ignore_if_unmapped()
        return items

    def _is_no_goods(self):
        """Deposits, tips and the like, where the till says that it is one."""
        self.ensure_one()
        connector = self.integration_id._connector()
        return connector._is_no_goods(self.integration_id, self.item_type)

    def write(self, vals):
        """Which item of which till this is, is the till's word and not a person's."""
        if not self.env.su and TILL_FIELDS & vals.keys():
            raise AccessError(
                self.env._("An item keeps its ID and its integration for ever.")
            )
        return super().write(vals)

    # === ACTIONS === #

    def _ignore_if_unmapped(self):
        """A mapping to nothing for every item that has none, from always on."""
        unmapped = self.filtered(lambda item: not item.mapping_id)
        self.env["pos.bridge.mapping"].create(
            [{"item_id": item.id, "map_type": "nothing"} for item in unmapped]
        )

    def action_ignore(self):
        """Ignore those that are not mapped; say what became of the others."""
        kept = self.filtered("mapping_id")
        self._ignore_if_unmapped()
        message = self.env._("Items ignored: %s.", len(self - kept))
        if kept:
            message = self.env._(
                "Items ignored: %(count)s. Items that keep their mapping: %(kept)s.",
                count=len(self - kept),
                kept=len(kept),
            )
        return self.integration_id._notification(message, "success")

    def action_map(self):
        """Open the mapping sheet for these items."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_mapping_wizard_action"
        )
        action["context"] = {"default_item_ids": self.ids}
        return action

    def action_test_day(self):
        """Look at what this item used on a posted day, and in which moves."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_test_wizard_action"
        )
        action["context"] = {"default_item_id": self.id}
        return action
