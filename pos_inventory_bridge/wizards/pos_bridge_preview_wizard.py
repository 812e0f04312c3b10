from odoo import Command, api, fields, models

#: More would make a person wait too long for a look.
DAYS_LOOKED_AT = 31


class PosBridgePreviewWizard(models.TransientModel):
    """What posting some days again would change: looked at first, posted on a click."""

    _name = "pos.bridge.preview.wizard"
    _description = "What posting again would change"

    day_ids = fields.Many2many("pos.bridge.day", required=True)
    day_count = fields.Integer("Days", compute="_compute_day_count")
    is_smaller = fields.Boolean(
        compute="_compute_is_smaller",
        help="So much would come back that a person must confirm it.",
    )
    is_undone = fields.Boolean(compute="_compute_is_smaller")
    is_partial = fields.Boolean(compute="_compute_day_count")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    told_text = fields.Char(
        "What the Till Told",
        compute="_compute_told_text",
        help="All receipts of these days, with their refunds and voids.",
    )
    is_look = fields.Boolean(
        "All Wait for a Look",
        compute="_compute_look",
        help="All these days wait for a look.",
    )
    look_count = fields.Integer(compute="_compute_look")
    questions = fields.Text(
        compute="_compute_look", help="Why these days must be looked at."
    )
    seen_questions = fields.Json(
        help="Of each day what was asked when it was looked at; only this is answered."
    )
    seen_digests = fields.Json(
        help="Of each day the sales that were looked at; only these are confirmed."
    )
    is_outdated = fields.Boolean(
        help="The sales changed since the last look, so nothing was posted."
    )
    has_counted = fields.Boolean(
        compute="_compute_has_counted", help="Some of it was sold before a count."
    )
    has_waiting = fields.Boolean(
        compute="_compute_has_waiting", help="Some of it would wait for goods."
    )
    is_closed = fields.Boolean(
        "Closed in Accounting",
        compute="_compute_is_closed",
        help="No date is open, so that nothing can be posted now.",
    )
    is_background = fields.Boolean(help="Many days: nobody waits for them.")
    # Only shown, never saved: a look leaves nothing behind.
    line_ids = fields.One2many("pos.bridge.preview.line", "wizard_id")

    @api.depends("day_ids")
    def _compute_day_count(self):
        for wizard in self:
            wizard.day_count = len(wizard.day_ids)
            wizard.is_partial = wizard.day_count > DAYS_LOOKED_AT

    @api.depends("line_ids.is_count")
    def _compute_has_counted(self):
        for wizard in self:
            wizard.has_counted = any(wizard.line_ids.mapped("is_count"))

    @api.depends("day_ids")
    def _compute_told_text(self):
        for wizard in self:
            sales = self.env["pos.bridge.sale"]
            wizard.told_text = sales._told_text(wizard._looked_at())

    @api.depends("day_ids")
    def _compute_is_closed(self):
        """No date up to today is open, so that nothing can be posted now."""
        posting = self.env["pos.bridge.posting"].sudo()
        for wizard in self:
            companies = wizard._looked_at().company_id.sudo()
            wizard.is_closed = any(map(posting._is_all_closed, companies))

    @api.depends("line_ids.waiting_quantity")
    def _compute_has_waiting(self):
        for wizard in self:
            wizard.has_waiting = any(wizard.line_ids.mapped("waiting_quantity"))

    @api.depends("day_ids")
    def _compute_look(self):
        for wizard in self:
            days = wizard.day_ids._origin
            waiting = days.filtered("waits_for_look")
            asked = "\n".join(waiting.mapped("source_questions")).split("\n")
            wizard.look_count = len(waiting)
            wizard.is_look = bool(waiting) and waiting == days
            wizard.questions = "\n".join(dict.fromkeys(asked)) or False

    @api.depends("day_ids")
    def _compute_is_smaller(self):
        for wizard in self:
            days = wizard._looked_at()
            wizard.is_smaller = any(day._would_shrink() for day in days)
            wizard.is_undone = any(day._is_undone() for day in days)

    @api.depends("day_ids")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.day_ids.currency_id[:1]

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        days = self.env["pos.bridge.day"].browse(
            self.env.context.get("default_day_ids")
        )
        wizard = self.new({"day_ids": days.ids})
        if "line_ids" in fields_list and days:
            lines = wizard._prepare_lines()
            values["line_ids"] = [Command.create(vals) for vals in lines]
        if "seen_digests" in fields_list:
            values["seen_digests"] = {
                str(day.id): day._get_sales_digest() for day in wizard._looked_at()
            }
        if "seen_questions" in fields_list:
            values["seen_questions"] = {
                str(day.id): day.asked_digest for day in days if day.asked_digest
            }
        return values

    def _looked_at(self):
        return self.day_ids._origin.sorted("business_date")[:DAYS_LOOKED_AT]

    def _prepare_lines(self):
        """One line per ingredient and unit, added up over the days; biggest first."""
        sums = {}
        # One after the other: no goods would be taken twice.
        for day in self._looked_at().with_context(pos_bridge_seen={}):
            for change in day._preview():
                place = change.product_id, change.location_id, change.is_count
                key = *place, day.currency_id.id
                amounts = (
                    *(change.now, change.then, change.difference),
                    *(change.value, change.waits),
                )
                old = sums.get(key, (0.0,) * len(amounts))
                sums[key] = [a + b for a, b in zip(old, amounts, strict=True)]
        lines = [self._prepare_line(*key, *values) for key, values in sums.items()]
        return sorted(lines, key=lambda line: -abs(line["value"]))

    @api.model
    def _prepare_line(
        self,
        product_id,
        location_id,
        is_count,
        currency_id,
        now,
        then,
        difference,
        value,
        waits,
    ):
        return {
            "product_id": product_id,
            "location_id": location_id,
            "is_count": is_count,
            "currency_id": currency_id,
            "now_quantity": now,
            "then_quantity": then,
            "difference": difference,
            "value": value,
            "waiting_quantity": waits,
        }

    def action_post(self):
        """Post each of the days again, once."""
        if self.is_background:
            return self.day_ids._post_in_background()
        return self.day_ids.action_repost()

    def action_post_smaller(self):
        """Post the day though it gives much back, if it still is what was looked at;
        else let the person look again.
        """
        day = self.day_ids.ensure_one()
        seen = self._digest_if_seen(day)
        return day.action_post_smaller_day(seen) if seen else self._look_again()

    def action_post_as_read(self):
        """Post these days though the till's answer is in question: what was looked at
        is posted, and nothing else. Of many days one that would shrink waits on.
        """
        seen, vals = self.seen_questions or {}, {}
        if self.day_count == 1:
            day = self.day_ids
            vals["confirmed_digest"] = self._digest_if_seen(day)
            is_same = seen.get(str(day.id)) == day.asked_digest
            if not (is_same and vals["confirmed_digest"]):
                return self._look_again()
        return self.day_ids.action_post_as_read(seen, **vals)

    def _digest_if_seen(self, day):
        """The sales of the day, if they are those that were looked at."""
        seen = (self.seen_digests or {}).get(str(day.id))
        return seen == day._get_sales_digest() and seen

    def _look_again(self):
        action = self.day_ids.action_preview()
        action["context"] = {**action["context"], "default_is_outdated": True}
        return action


class PosBridgePreviewLine(models.TransientModel):
    _name = "pos.bridge.preview.line"
    _description = "What posting again would change of an ingredient"

    wizard_id = fields.Many2one("pos.bridge.preview.wizard")
    product_id = fields.Many2one("product.product", string="Ingredient")
    location_id = fields.Many2one("stock.location", string="Storage Unit")
    is_count = fields.Boolean()
    location_name = fields.Char(compute="_compute_location_name", string="From")
    uom_id = fields.Many2one(related="product_id.uom_id")
    currency_id = fields.Many2one("res.currency")
    now_quantity = fields.Float(
        "Now", digits="Product Unit", help="What the ledger says of these days."
    )
    then_quantity = fields.Float(
        "Then", digits="Product Unit", help="What it would say after posting again."
    )
    difference = fields.Float(
        digits="Product Unit",
        help="What would be posted; negative comes back into the storage unit.",
    )
    waiting_quantity = fields.Float(
        "Waits",
        digits="Product Unit",
        help="What was used and would not be posted yet, as the goods are not there.",
    )
    value = fields.Monetary(
        help="What is taken at today's cost, what comes back at the value that left."
    )

    @api.depends("location_id", "is_count")
    def _compute_location_name(self):
        for line in self:
            name = line.location_id.name
            line.location_name = (
                self.env._("%s, difference of a count", name) if line.is_count else name
            )
