from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import locks
from ..tools.errors import AuthenticationFailed, ConnectorError, TemporaryFailure

ENOUGH_DIGITS = 5
#: So long a person waits while others read the till.
SECONDS_OF_A_PERSON = 20


class PosBridgeIntegration(models.Model):
    _name = "pos.bridge.integration"
    _description = "POS integration"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    connector = fields.Selection(
        [("none", "No connector")],
        required=True,
        default=lambda self: self._default_connector(),
        help="Where the sales come from.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("connected", "Connected"), ("error", "Error")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    automatic = fields.Boolean(
        tracking=True, help="Fetch and post every business day without being asked."
    )
    paused_reason = fields.Char(readonly=True, copy=False)
    daily_hour = fields.Float(
        default=6.0, help="Local hour after which the business day before is fetched."
    )
    intraday_minutes = fields.Selection(
        [
            ("0", "Not before it ends"),
            ("15", "Every 15 minutes"),
            ("30", "Every 30 minutes"),
            ("60", "Every hour"),
        ],
        string="Open Day Is Read",
        required=True,
        default="0",
        help="How often the open day is fetched; its posting is provisional until it "
        "ends.",
    )
    reread_days = fields.Integer(
        "Past Days Read Again",
        default=3,
        help="So many past days are read again once a day, to see what was corrected "
        "at the till.",
    )
    shrink_limit = fields.Float(
        default=0.2,
        help="If a reading of the till would give back more than this share of a "
        "posted "
        "day's money, nothing is posted until a person confirms.",
    )
    storage_priority = fields.Selection(
        [("outlet", "Outlet first"), ("specific", "Recipe and ingredient first")],
        required=True,
        default="outlet",
        help="Outlet first: goods leave the outlet's storage unit; the issue storage "
        "of "
        "recipe or ingredient counts only where the outlet has none. Recipe and "
        "ingredient "
        "first: the issue storage of recipe line, recipe or ingredient wins.",
    )
    negative_stock_policy = fields.Selection(
        [
            ("post", "Post and report"),
            ("available", "Post what is there"),
            ("hold", "Hold the ingredient"),
        ],
        required=True,
        default="post",
        help="What becomes of an ingredient of which more was used than Odoo knows of.",
    )
    late_count_policy = fields.Selection(
        [
            ("compensate", "Keep the count, move the use out of its difference"),
            ("hold", "Hold the ingredient"),
            ("post", "Post all the same"),
        ],
        string="Counted Since",
        required=True,
        default="compensate",
        help="What is done with sales that are posted after a count and were sold "
        "before it: they were missing already from what was counted.",
    )
    fallback_location_id = fields.Many2one(
        "stock.location",
        string="Fallback Storage Unit",
        check_company=True,
        domain="[('is_storage_unit', '=', True)]",
        help="Used where neither outlet, recipe nor ingredient names a storage unit.",
    )
    payload_days = fields.Integer(
        "Days Answers Are Kept",
        default=90,
        help="The till's answers are kept this long, for proof and replay.",
    )
    outlet_ids = fields.One2many("pos.bridge.outlet", "integration_id")
    item_ids = fields.One2many("pos.bridge.item", "integration_id")
    policy_ids = fields.One2many("pos.bridge.policy", "integration_id")
    token_ids = fields.One2many(
        "pos.bridge.token", "integration_id", groups=fields.NO_ACCESS
    )
    unmapped_item_count = fields.Integer(compute="_compute_counts")
    item_count = fields.Integer(compute="_compute_counts")
    exception_count = fields.Integer(compute="_compute_counts")
    precision_warning = fields.Text(compute="_compute_precision_warning")

    _shrink_limit_share = models.Constraint(
        "CHECK(shrink_limit >= 0 AND shrink_limit <= 1)",
        "The limit for a shrinking day is a share between 0 % and 100 %.",
    )

    @api.model
    def _default_connector(self):
        """The only one that is installed, or none."""
        names = [name for name, _title in self._fields["connector"].selection]
        installed = [name for name in names if name != "none"]
        return installed[0] if len(installed) == 1 else "none"

    def _compute_counts(self):
        exceptions = self.env["pos.bridge.exception"]
        for integration in self:
            own_items = [("integration_id", "=", integration._origin.id)]
            items = self.env["pos.bridge.item"]
            integration.item_count = items.search_count(own_items)
            integration.unmapped_item_count = items.search_count(
                [*own_items, ("mapping_state", "=", "unmapped")]
            )
            integration.exception_count = exceptions.search_count(
                [
                    ("integration_id", "=", integration._origin.id),
                    ("resolved", "=", False),
                ]
            )

    def _compute_precision_warning(self):
        """Which mappings use amounts that Odoo's global precision cannot hold."""
        for integration in self:
            mappings = self.env["pos.bridge.mapping"].search(
                [
                    ("integration_id", "=", integration._origin.id),
                    ("superseded", "=", False),
                ]
            )
            texts = dict.fromkeys(filter(None, mappings.mapped("precision_warning")))
            integration.precision_warning = "\n".join(texts) or False

    def write(self, vals):
        """Days, moves and books of its outlets are those of its company, for ever."""
        for integration in self.filtered("outlet_ids"):
            if (
                vals.get("company_id", integration.company_id.id)
                != integration.company_id.id
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s has outlets already, so it stays with its company.",
                        name=integration.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_outlets(self):
        if self.outlet_ids:
            raise UserError(
                self.env._("An integration with outlets is kept: pause it instead.")
            )

    def _connector(self):
        """The only place that knows which model speaks to this integration's POS."""
        self.ensure_one()
        return self.env[f"pos.bridge.connector.{self.connector}"]

    @contextmanager
    def _till_to_oneself(self):
        """For a person who waits: the integration, whose till nobody else asks
        meanwhile. Vendors allow one stream of requests per connection.
        """
        self.ensure_one()
        with self.env.registry.cursor() as cursor:
            if not locks.take(cursor, "integration", self.id, SECONDS_OF_A_PERSON):
                raise TemporaryFailure(
                    self.env._("Its sales are being read just now: try again soon.")
                )
            yield self.with_context(pos_bridge_person_waits=True)

    def _sync_outlets(self):
        self.ensure_one()
        outlets = list(self._connector().fetch_outlets(self))
        if self.uses_oauth2:
            self._oauth2_check_alone(outlet.external_id for outlet in outlets)
        return self.env["pos.bridge.outlet"]._upsert(self, outlets)

    def _sync_items(self):
        self.ensure_one()
        return self._upsert_items(self._connector().fetch_items(self))

    def _upsert_items(self, told):
        """An outlet whose items could not be listed takes none of them away."""
        is_all = self._connector()._lists_all_items and not getattr(told, "lost", ())
        return self.env["pos.bridge.item"]._upsert(self, told, complete=is_all)

    # === ACTIONS === #

    def action_connect(self):
        """Ask the POS something small; say in plain words what it answered."""
        self.ensure_one()
        if self.connector == "none":
            raise UserError(
                self.env._("Choose first where the sales come from: the connector.")
            )
        if self.uses_oauth2:
            self._oauth2_check_alone()
        try:
            with self._till_to_oneself() as integration:
                message = integration._connector().check_connection(integration)
        except AuthenticationFailed as error:
            self.state = "error"
            self._note_connection(str(error), failed=True)
            return self._notification(str(error), "danger")
        except ConnectorError as error:
            self._note_connection(str(error), failed=True)
            return self._notification(str(error), "warning")
        self.state = "connected"
        self._note_connection(message)
        return self._notification(message, "success")

    def action_sync_items(self):
        self.ensure_one()
        try:
            with self._till_to_oneself() as integration:
                integration._sync_outlets()
                told = integration._connector().fetch_items(integration)
                items = integration._upsert_items(told)
        except ConnectorError as error:
            raise UserError(str(error)) from error
        message = self.env._("Items known now: %s.", len(items))
        reviews = items.filtered(lambda item: item.review_state != "none")
        if reviews:
            message += " " + self.env._(
                "The till has changed some that were mapped, to be looked at under "
                "Review: %s.",
                len(reviews),
            )
        lost = getattr(told, "lost", ())
        if lost:
            message += " " + self.env._(
                "The till does not show us these outlets, so their items stay as they "
                "were: %s. Ask whoever looks after the till to show them to the user "
                "who connected, or pause them.",
                ", ".join(lost),
            )
        kind = "warning" if reviews or lost else "success"
        return self._notification(message, kind)

    def action_use_more_digits(self):
        """Odoo's global precision is changed by this click and never otherwise. Days
        that lost something are marked; an open web client would show the old digits.
        """
        self.env["decimal.precision"]._pos_bridge_use_more_digits(ENOUGH_DIGITS)
        lost = [("resolved", "=", False), ("cause", "=", "rounding_loss")]
        self.env["pos.bridge.day"]._mark_stale(
            [("company_id", "in", self.company_id.ids), ("exception_ids", "any", lost)],
            self.env._("Odoo keeps more digits"),
        )
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_view_items(self):
        return self._action_view("pos_bridge_item_action", "integration_id")

    def action_view_exceptions(self):
        return self._action_view("pos_bridge_exception_cause_action", "integration_id")

    def _action_view(self, action, field):
        self.ensure_one()
        values = self.env["ir.actions.act_window"]._for_xml_id(
            f"pos_inventory_bridge.{action}"
        )
        values["domain"] = [(field, "=", self.id)]
        values["context"] = {"search_default_open": 1, f"default_{field}": self.id}
        return values

    @api.model
    def _notification(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
