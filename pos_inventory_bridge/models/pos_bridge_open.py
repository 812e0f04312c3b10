from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .pos_bridge_exception import CODES
from .pos_bridge_outlet_schedule import PRIORITY_READ_AGAIN

#: What is posted by itself as soon as the goods are there.
GOODS_CODES = ("negative_stock", "lot_missing")
#: Why something waits, where that is not what the exception is called.
REASONS = {
    "negative_stock": "Not there",
    "lot_missing": "No usable lot",
    "period_locked": "Period closed",
}


class PosBridgeOpen(models.Model):
    """What a day used of an ingredient and the ledger does not say yet.

    Written by each run, in the transaction that posts: what the day should take is what
    it took plus what is open.
    """

    _name = "pos.bridge.open"
    _description = "POS quantity that waits"
    _order = "business_date, day_id, product_id, id"
    _rec_name = "product_id"

    day_id = fields.Many2one(
        "pos.bridge.day", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, precompute=True
    )
    outlet_id = fields.Many2one(related="day_id.outlet_id", store=True, precompute=True)
    business_date = fields.Date(
        related="day_id.business_date", store=True, precompute=True
    )
    product_id = fields.Many2one(
        "product.product", string="Ingredient", required=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", string="Storage Unit", required=True, ondelete="restrict"
    )
    consumption_location_id = fields.Many2one(
        "stock.location", required=True, ondelete="restrict"
    )
    quantity = fields.Float(
        "Open",
        digits="Product Unit",
        help="What the day used and the ledger does not say yet, in the product's "
        "unit; negative: still to be given back.",
    )
    code = fields.Selection(
        [(code, REASONS.get(code, name)) for code, name in CODES],
        string="Why",
        required=True,
    )
    count_move_id = fields.Many2one(
        "stock.move",
        string="Last Count",
        help="The last count of it that the day's last run knew.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    location_name = fields.Char(related="location_id.name", string="From")
    free_quantity = fields.Float(
        "There Now",
        digits="Product Unit",
        compute="_compute_free_quantity",
        help="In the storage unit and on its shelves, without what others have "
        "reserved; of an ingredient with lots what usable lots have.",
    )

    _waiting_goods = models.Index("(product_id, location_id)")

    def _compute_free_quantity(self):
        free = self.env["stock.quant"]._pos_bridge_free(
            {row._key()[:2] for row in self}, fields.Datetime.now()
        )
        for row in self:
            row.free_quantity = free[row._key()[:2]]

    def _get_reason(self):
        """In words; empty for no row."""
        return dict(self._fields["code"]._description_selection(self.env)).get(
            self.code, False
        )

    def _key(self):
        return self.product_id.id, self.location_id.id, self.consumption_location_id.id

    # === STEP: LOG === #

    @api.model
    def _replace(self, day, quantities, codes):
        """Make the rows of a day say what is open now.

        :param quantities: {(product, unit, consumption location): quantity}
        :param codes: {the same: why}
        """
        known = {row._key(): row for row in day.open_ids}
        gone = self.browse().union(
            *(row for key, row in known.items() if key not in quantities)
        )
        gone.unlink()
        counts, new = day._late_counts() if quantities else {}, []
        for key, quantity in quantities.items():
            count = counts.get(key[:2])
            vals = {
                "quantity": quantity,
                "code": codes[key],
                "count_move_id": count.move_id if count else False,
            }
            if key not in known:
                new.append({**self._prepare_vals(day, key), **vals})
            elif known[key]._differs(vals):
                known[key].write(vals)
        self.create(new)

    def _differs(self, vals):
        return any(
            self._fields[name].convert_to_write(self[name], self) != value
            for name, value in vals.items()
        )

    @api.model
    def _prepare_vals(self, day, key):
        product_id, location_id, consumption_location_id = key
        return {
            "day_id": day.id,
            "product_id": product_id,
            "location_id": location_id,
            "consumption_location_id": consumption_location_id,
        }

    # === OLDEST FIRST === #

    @api.model
    def _claims(self, day, places, but=()):
        """{(product id, unit id): what days before this one wait for}.

        :param but: ids of days that are left out
        """
        older = Domain("business_date", "<", day.business_date) | (
            Domain("business_date", "=", day.business_date)
            & Domain("day_id", "<", day.id)
        )
        products, units = ({place[part] for place in places} for part in (0, 1))
        rows = self.search_fetch(
            Domain(self._domain_goods())
            & Domain("product_id", "in", list(products))
            & Domain("location_id", "in", list(units))
            & Domain("day_id", "not in", list(but))
            & older,
            ["product_id", "location_id", "quantity"],
        )
        claims = defaultdict(float)
        for row in rows:
            claims[row._key()[:2]] += row._movable()
        return claims

    def _movable(self):
        """What of this can be posted at all, once the goods are there."""
        return self.product_id._pos_bridge_movable(self.quantity)

    # === GOODS ARRIVE === #

    def _waiting(self):
        """Those that wait for goods."""
        return self.filtered(lambda row: row.code in GOODS_CODES)

    @api.model
    def _domain_goods(self):
        return [("code", "in", GOODS_CODES), ("quantity", ">", 0)]

    @api.model
    def _note_arrival(self, moves):
        """Goods came into storage units, or were counted there: let the days that wait
        for them be queued.

        One indexed query, and none where no storage unit got anything. The rest is
        done later by a scheduled action, so that whoever receives goods neither waits
        nor meets a run.
        """
        done = moves.filtered(lambda move: move.state == "done")
        arrived = done.move_line_ids.filtered(
            lambda line: (
                line.location_dest_id.storage_unit_id
                and line.location_dest_id.storage_unit_id
                != line.location_id.storage_unit_id
            )
        )
        counted = done.filtered(
            lambda move: move.is_inventory and not move.pos_bridge_day_id
        )
        units = (
            arrived.location_dest_id | counted.location_id | counted.location_dest_id
        ).storage_unit_id
        if not units:
            return
        waiting = self.sudo().search_count(
            [
                *self._domain_goods(),
                ("product_id", "in", (arrived.product_id | counted.product_id).ids),
                ("location_id", "in", units.ids),
            ],
            limit=1,
        )
        action = self._scheduled_action() if waiting else None
        if action:
            action._trigger()

    @api.model
    def _scheduled_action(self):
        name = "pos_inventory_bridge.ir_cron_queue_waiting"
        found = self.env.ref(name, raise_if_not_found=False)
        return (found or self.env["ir.cron"]).sudo()

    @api.model
    def _cron_queue_waiting(self):
        """Scheduled, and at once when goods arrive or a period is opened: queue the
        days that need not wait any more, oldest business date first. No till is asked
        for it.
        """
        days = self._days_due()
        queue = self.env["pos.bridge.transfer"]
        queue._enqueue(days, "goods", priority=PRIORITY_READ_AGAIN)._dispatch()

    @api.model
    def _days_due(self):
        """The days of which something need not wait any more."""
        return self.search(self._domain_goods())._days_to_post()

    def _days_to_post(self):
        """The days of these rows of which something can be posted now: older days have
        the first claim on what is there, and what was counted since may be gone from
        there already. Few queries for all of them.
        """
        counted = self._counted_since()
        stock = self.env["stock.quant"]._pos_bridge_free(
            {row._key()[:2] for row in self}, fields.Datetime.now()
        )
        days = self.env["pos.bridge.day"]
        for row in self:
            place = row._key()[:2]
            is_counted = row in counted
            is_due = is_counted or row._is_enough(stock[place])
            if is_due and not row.day_id.waits_for_look:
                days |= row.day_id
            stock[place] -= 0.0 if is_counted else row._movable()
        return days

    def _counted_since(self):
        """Those that were counted after their day began, and no run knows it."""
        result = self.browse()
        for company, rows in self.grouped("company_id").items():
            begins = {day: day._begin() for day in rows.day_id}
            counts = self.env["pos.bridge.day"]._last_counts(
                company, min(begins.values())
            )
            for row in rows:
                count = counts.get(row._key()[:2])
                is_known = not count or count.move_id == row.count_move_id.id
                if not is_known and count.moment > begins[row.day_id]:
                    result |= row
        return result

    def _is_enough(self, free):
        """Would a run post anything of this, so much being there?"""
        wanted = self._movable()
        part = min(wanted, free)
        policy = self.day_id.integration_id.negative_stock_policy
        if policy == "hold" and self.product_id.uom_id.compare(part, wanted) < 0:
            return False
        return self.product_id.uom_id.compare(part, 0) > 0

    # === ACTIONS === #

    def action_view_day(self):
        self.ensure_one()
        return self._exceptions()._open(self.day_id)

    def action_receive(self):
        """The receipts that wait for this ingredient, or a new one."""
        self.ensure_one()
        return self._exceptions().action_receive()

    def action_count(self):
        """Odoo's own count of these ingredients in their storage units."""
        return self._exceptions()._count_places(self._places())

    def action_post(self):
        """Post the days of these rows again now, as far as the goods are there."""
        return self.day_id._run_now("goods")

    def _exceptions(self):
        """The exceptions that say so; settled ones, too."""
        return self.day_id.exception_ids.filtered(
            lambda problem: problem.product_id in self.product_id
        )[-1:]

    def _places(self):
        """{storage unit: ingredients} of these rows."""
        return {
            unit: rows.product_id for unit, rows in self.grouped("location_id").items()
        }
