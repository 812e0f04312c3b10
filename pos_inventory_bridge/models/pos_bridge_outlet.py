import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import business_day


class PosBridgeOutlet(models.Model):
    """A place that sells: a location or store of the POS, a till named in a file."""

    _name = "pos.bridge.outlet"
    _description = "POS outlet"
    _inherit = ["mail.thread", "mail.activity.mixin", "analytic.mixin"]
    _check_company_auto = True
    _order = "integration_id, name, id"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="integration_id.company_id", store=True, index=True, precompute=True
    )
    external_id = fields.Char(
        string="ID at the Till",
        required=True,
        copy=False,
        help="Its identity at the POS.",
    )
    name = fields.Char(required=True)
    tz = fields.Selection(
        lambda self: [(name, name) for name in pytz.common_timezones],
        string="Timezone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
    )
    day_start = fields.Float(
        default=5.0,
        help="Local hour at which a business day begins: what is sold before it "
        "belongs to "
        "the day before.",
    )
    consumption_location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        copy=False,
        check_company=True,
        help="Where used goods go in Odoo's ledger; one per outlet, so that two "
        "outlets "
        "never wait for each other.",
    )
    storage_ids = fields.One2many("pos.bridge.outlet.storage", "outlet_id")
    storage_unit_id = fields.Many2one(
        "stock.location",
        compute="_compute_storage_unit_id",
        inverse="_inverse_storage_unit_id",
        search="_search_storage_unit_id",
        domain="[('is_storage_unit', '=', True), ('company_id', '=', company_id)]",
        help="The unit that today's sales are deducted from. A change counts from "
        "today.",
    )
    state = fields.Selection(
        [("inactive", "Inactive"), ("active", "Active"), ("paused", "Paused")],
        required=True,
        default="inactive",
        readonly=True,
        copy=False,
        tracking=True,
    )
    paused_reason = fields.Char(readonly=True, copy=False)
    activated_on = fields.Date(readonly=True, copy=False)
    watermark_date = fields.Date(
        "Complete Until",
        readonly=True,
        copy=False,
        help="Up to here every business day since its activation is complete: the till "
        "told all of it, and it is posted, undone or had no sales.",
    )
    failed_runs = fields.Integer(readonly=True, copy=False)
    calendar_id = fields.Many2one(
        "resource.calendar",
        check_company=True,
        string="Opening Hours",
        help="A day that was open by these hours and sold nothing is missing; on a "
        "closed day nothing is expected. Enter closing days as time off of these "
        "hours.",
    )
    analytic_distribution = fields.Json(
        help="Where the cost of what this outlet uses belongs. A change counts for "
        "what is posted from then on; what comes back goes back to where it was.",
    )
    day_ids = fields.One2many("pos.bridge.day", "outlet_id")

    _unique_external_id = models.Constraint(
        "UNIQUE(integration_id, external_id)", "This outlet is known already."
    )
    _day_start_hour = models.Constraint(
        "CHECK(day_start >= 0 AND day_start < 24)",
        "A day starts between 00:00 and 23:59.",
    )

    @api.depends("storage_ids.location_id", "storage_ids.date_from")
    def _compute_storage_unit_id(self):
        for outlet in self:
            outlet.storage_unit_id = outlet._storage_unit_on(outlet._today())

    def _inverse_storage_unit_id(self):
        for outlet in self:
            outlet._link_storage_unit(outlet.storage_unit_id)

    def _search_storage_unit_id(self, operator, value):
        """Outlets are few: the links in force today are compared one by one."""
        if operator not in ("in", "any"):
            return NotImplemented
        domain = value if operator == "any" else [("id", "in", list(value))]
        units = self.env["stock.location"].search(domain)
        linked = self.search([("storage_ids", "!=", False)]).filtered("storage_unit_id")
        found = [
            ("id", "in", linked.filtered(lambda o: o.storage_unit_id in units).ids)
        ]
        if operator == "in" and False in value:
            return ["|", ("id", "not in", linked.ids), *found]
        return found

    @api.model_create_multi
    def create(self, vals_list):
        outlets = super().create(vals_list)
        for outlet in outlets:
            outlet.sudo().consumption_location_id = (
                outlet._create_consumption_location()
            )
        # Two workers that both made it with their first posting would both number a
        # picking 1.
        for company in outlets.company_id.sudo():
            if company._get_pos_bridge_warehouse():
                company._get_pos_bridge_picking_type()
        return outlets

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_days(self):
        if self.day_ids:
            raise UserError(
                self.env._("An outlet with sales days is kept: deactivate it instead.")
            )

    def _create_consumption_location(self):
        company = self.company_id.sudo()
        return (
            self.env["stock.location"]
            .sudo()
            .create(company._prepare_pos_bridge_consumption_vals(self.name))
        )

    # === DATES === #

    def _today(self):
        """The business date that is open in this outlet now."""
        self.ensure_one()
        now = pytz.utc.localize(fields.Datetime.now())
        return business_day.business_date_of(now, self.tz or "UTC", self.day_start)

    def _storage_unit_on(self, date):
        """The unit linked on a date; the youngest link that has begun decides."""
        self.ensure_one()
        begun = self.storage_ids.filtered(
            lambda link: not link.date_from or link.date_from <= date
        )
        return begun.sorted(lambda link: link.id or link._origin.id)[-1:].location_id

    def _link_storage_unit(self, location, date_from=None):
        """Deduct from ``location`` from a date on (today), or always if nothing was
        linked.

        A link is added and none is changed, so every past day keeps its unit; a date in
        the past corrects: it outranks every link made before, and marks the days it
        touches.
        """
        self.ensure_one()
        youngest = self.storage_ids.sorted("id")[-1:]
        if youngest and date_from is None:
            date_from = self._today()
        begun = not youngest.date_from or youngest.date_from <= date_from
        if youngest and youngest.location_id == location and begun:
            return
        self.env["pos.bridge.outlet.storage"].create(
            {
                "outlet_id": self.id,
                "location_id": location.id,
                "date_from": date_from,
            }
        )

    # === STEPS === #

    @api.model
    def _upsert(self, integration, outlets):
        """Make what is new; a name that a person gave stays. Returns all of them."""
        known = {
            outlet.external_id: outlet
            for outlet in self.search([("integration_id", "=", integration.id)])
        }
        result = self.browse()
        for data in outlets:
            outlet = known.get(data.external_id)
            if not outlet:
                outlet = self.create(self._prepare_outlet_vals(integration, data))
            result |= outlet
        return result

    @api.model
    def _prepare_outlet_vals(self, integration, data):
        vals = {
            "integration_id": integration.id,
            "external_id": data.external_id,
            "name": data.name,
        }
        sibling = integration.outlet_ids[:1]
        tz = data.tz or sibling.tz or integration.company_id.partner_id.tz
        if tz:
            vals["tz"] = tz
        if data.day_start is not None:
            vals["day_start"] = data.day_start
        return vals


class PosBridgeOutletStorage(models.Model):
    """Which storage unit an outlet deducts from, from a date on; only added."""

    _name = "pos.bridge.outlet.storage"
    _description = "POS outlet storage unit"
    _check_company_auto = True
    _order = "date_from desc, id desc"

    outlet_id = fields.Many2one(
        "pos.bridge.outlet", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True)
    location_id = fields.Many2one(
        "stock.location",
        string="Storage Unit",
        check_company=True,
        ondelete="restrict",
        domain="[('is_storage_unit', '=', True)]",
        help="Empty: from this date on the outlet has none.",
    )
    date_from = fields.Date(help="Empty: always.")
    since = fields.Char(compute="_compute_since")

    @api.depends("date_from")
    def _compute_since(self):
        for link in self:
            link.since = (
                format_date(self.env, link.date_from)
                if link.date_from
                else self.env._("Always")
            )

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        for link in links:
            link._mark_days_stale()
        return links

    def write(self, vals):
        """A link is history: another unit means another link, from today on."""
        if not {"location_id", "date_from"} & vals.keys():
            return super().write(vals)
        for link in self:
            location = self.env["stock.location"].browse(
                vals.get("location_id", link.location_id.id)
            )
            date_from = fields.Date.to_date(vals.get("date_from")) or None
            link.outlet_id._link_storage_unit(location, date_from)
        return True

    def unlink(self):
        """From today on the outlet has no unit; what was, was."""
        for outlet in self.outlet_id:
            if outlet.storage_unit_id in self.location_id:
                outlet._link_storage_unit(self.env["stock.location"])
        return super(PosBridgeOutletStorage, self.browse()).unlink()

    def _mark_days_stale(self):
        self.ensure_one()
        domain = [("outlet_id", "=", self.outlet_id.id)]
        if self.date_from:
            domain.append(("business_date", ">=", self.date_from))
        self.env["pos.bridge.day"]._mark_stale(
            domain, self.env._("Storage unit changed: %s", self.location_id.name or "-")
        )
