from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.business_day import last_moment
from ..tools.money_share import share_of_money
from ..tools.wording import number_text

#: Below this a difference says more about the set-up than about the goods.
ENOUGH = 0.95
#: More units than a person compares at first sight.
UNITS_AT_ONCE = 20


class PosBridgeVarianceWizard(models.TransientModel):
    """What should have been used against what was, between two dates or two counts.

    Everything comes from Odoo's own done moves; opening and closing are what is on hand
    now, less what moved since.
    """

    _name = "pos.bridge.variance.wizard"
    _description = "Theoretical against actual"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    basis = fields.Selection(
        [("dates", "Between two dates"), ("counts", "From count to count")],
        required=True,
        default="dates",
        help="From count to count: of each ingredient the time from its last count on "
        "or before the first date to its last count on or before the second one. Only "
        "this compares a counted stock with a counted stock.",
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._first())
    date_to = fields.Date("To", required=True, default=lambda self: self._last())
    unit_ids = fields.Many2many("stock.location", compute="_compute_unit_ids")
    since = fields.Datetime(compute="_compute_span")
    until = fields.Datetime(compute="_compute_span")
    storage_unit_ids = fields.Many2many(
        "stock.location",
        string="Storage Units",
        domain="[('is_storage_unit', '=', True), ('company_id', '=', company_id)]",
        help="Empty: all of them.",
    )
    line_ids = fields.One2many("pos.bridge.variance.line", "wizard_id", readonly=True)
    mapped_share = fields.Float(
        "Revenue Mapped",
        readonly=True,
        help="Share of the net money of this time whose items are mapped or ignored. "
        "What is undone counts as not mapped: its use is missing here.",
    )
    counted_share = fields.Float(
        "Ingredients Counted",
        compute="_compute_coverage",
        help="Share of the ingredients used in this time that were counted in it.",
    )
    costed_share = fields.Float(
        "Moves with a Cost",
        compute="_compute_coverage",
        help="Share of the moves of this time that bear a value.",
    )
    has_sales = fields.Boolean(readonly=True)
    line_count = fields.Integer(compute="_compute_coverage")
    is_covered = fields.Boolean(compute="_compute_coverage")
    variance_value = fields.Monetary(
        "Difference in Money",
        compute="_compute_coverage",
        help="Of all that was counted; negative: missing. At the value that the ledger "
        "booked, without the first count of what nobody had entered before.",
    )
    coverage_text = fields.Char(compute="_compute_coverage")

    @api.model
    def _first(self):
        return fields.Date.context_today(self) - relativedelta(months=1, day=1)

    @api.model
    def _last(self):
        return fields.Date.context_today(self) - relativedelta(day=1, days=1)

    @api.depends("basis", "date_from", "date_to")
    def _compute_display_name(self):
        self.display_name = self.env._("Theoretical against Actual")

    @api.depends("line_ids", "mapped_share", "has_sales")
    def _compute_coverage(self):
        for wizard in self:
            figures = wizard._line_figures()
            used, moves = figures["used"], figures["moves"]
            wizard.line_count = figures["lines"]
            wizard.counted_share = figures["counted"] / used if used else 0.0
            wizard.costed_share = figures["costed"] / moves if moves else 0.0
            wizard.variance_value = figures["value"]
            shares = wizard.mapped_share, wizard.counted_share, wizard.costed_share
            wizard.is_covered = wizard.has_sales and min(shares) >= ENOUGH
            wizard.coverage_text = wizard._coverage_text(used)

    def _line_figures(self):
        """What the coverage needs of all lines, added up by the database."""
        groups = self.env["pos.bridge.variance.line"]._read_group(
            [("wizard_id", "=", self._origin.id)],
            ["is_used", "is_counted"],
            ["__count", "move_count:sum", "costed_count:sum", "variance_value:sum"],
        )
        figures = dict.fromkeys(
            ("lines", "used", "counted", "moves", "costed", "value"), 0
        )
        for is_used, is_counted, count, moves, costed, value in groups:
            figures["lines"] += count
            figures["used"] += count if is_used else 0
            figures["counted"] += count if is_used and is_counted else 0
            figures["moves"] += moves
            figures["costed"] += costed
            figures["value"] += value
        return figures

    def _coverage_text(self, used):
        """One sentence: how far the figures may be trusted."""
        if not self.has_sales and not used:
            return self.env._("Nothing was sold in this time: choose another one.")
        shares = [
            number_text(self.env, share * 100, 1)
            for share in (self.mapped_share, self.counted_share, self.costed_share)
        ]
        text = self.env._(
            "%(mapped)s %% of the revenue is mapped, %(counted)s %% of the ingredients "
            "used were counted, %(costed)s %% of the moves have a cost.",
            mapped=shares[0],
            counted=shares[1],
            costed=shares[2],
        )
        if self.is_covered:
            return text
        return self.env._(
            "%s At this coverage a difference is no sign of theft: what is not mapped "
            "or not counted looks like a loss. Map, count and price first.",
            text,
        )

    # === COMPARE === #

    @api.model
    def action_open_new(self):
        """The comparison of the last whole month; of a chain the first unit's."""
        wizard = self.create({})
        units = wizard._units()
        if len(units) > UNITS_AT_ONCE:
            wizard.storage_unit_ids = units[:1]
        return wizard.action_compare()

    def action_compare(self):
        """Work the lines out again and show them."""
        self.ensure_one()
        self._check_right()
        if self.date_from > self.date_to:
            raise UserError(
                self.env._("The first date lies behind the second one: swap them.")
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM pos_bridge_variance_line WHERE wizard_id = %s", self.id)
        )
        self.env.cr.execute(self._query_lines())
        self._set_opening_counts_apart()
        self.line_ids.invalidate_model()
        self.mapped_share, self.has_sales = self._mapped_share()
        self.invalidate_recordset()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Theoretical against Actual"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _check_right(self):
        """The query knows no record rules, so company and units are checked here."""
        self.check_access("write")
        self.env["pos.bridge.ledger"].check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of the companies you work in."))
        self.storage_unit_ids.check_access("read")

    def _units(self):
        """Those chosen, or all that the person may see; looked for once."""
        return self.unit_ids

    @api.depends("company_id", "storage_unit_ids")
    def _compute_unit_ids(self):
        for wizard in self:
            domain = Domain("is_storage_unit", "=", True)
            domain &= Domain("company_id", "=", wizard.company_id.id)
            units = self.env["stock.location"].search(domain)
            chosen = wizard.storage_unit_ids
            wizard.unit_ids = units & chosen if chosen else units

    @api.depends("unit_ids", "date_from", "date_to")
    def _compute_span(self):
        for wizard in self:
            zones = wizard._zones()
            for name, date in (
                ("since", wizard.date_from - timedelta(days=1)),
                ("until", wizard.date_to),
            ):
                moment = max(last_moment(date, zone) for zone in zones)
                wizard[name] = moment.replace(tzinfo=None)

    def _zones(self):
        """Where the outlets are that use the units: sales are dated there, not where
        the person is who compares.
        """
        outlets = self.env["pos.bridge.outlet"].with_context(active_test=False)
        used = [("storage_ids.location_id", "in", self._units().ids)]
        zones = [zone for (zone,) in outlets._read_group(used, ["tz"])]
        return zones or [self.env.tz.zone if self.env.tz else "UTC"]

    def _span(self):
        """(last moment before, last moment of) the time between both dates, in UTC."""
        return self.since, self.until

    def _mapped_share(self):
        """(share of the money of these days that is mapped or ignored, any sales?)."""
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("business_date", ">=", self.date_from)
        domain &= Domain("business_date", "<=", self.date_to)
        if self.storage_unit_ids:
            used = self.env["pos.bridge.outlet"].search(
                [("storage_ids.location_id", "in", self.storage_unit_ids.ids)]
            )
            domain &= Domain("outlet_id", "in", used.ids)
        names = ("posted", "ignored", "unmapped", "failed", "undone")
        [sums] = self.env["pos.bridge.day"]._read_group(
            domain, [], [f"{name}_amount:sum" for name in names]
        )
        share = share_of_money(sums[:2], sums[2:])
        return share or 0.0, share is not None

    def action_view_lines(self):
        """The same lines as a list that can be filtered, grouped and exported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_variance_line_action"
        )
        return {**action, "domain": [("wizard_id", "=", self.id)]}
