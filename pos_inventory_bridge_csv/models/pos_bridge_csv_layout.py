import dataclasses
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo import fields, models

from odoo.addons.pos_inventory_bridge.tools import business_day

from ..tools import sheet


class PosBridgeCsvLayout(models.Model):
    """How the files of one integration are read."""

    _name = "pos.bridge.csv.layout"
    _description = "CSV layout"
    _check_company_auto = True
    _rec_name = "integration_id"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    encoding = fields.Selection(
        [("utf-8", "UTF-8, with or without BOM")], required=True, default="utf-8"
    )
    delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon")], required=True, default=","
    )
    decimal_separator = fields.Selection(
        [(".", "Point"), (",", "Comma")], required=True, default="."
    )
    date_format = fields.Selection(
        [("iso", "2026-03-31")], required=True, default="iso"
    )
    date_is_business_date = fields.Boolean(
        help="For files with times. Set: the date column is the business day, also of "
        "what was sold after midnight. Not set: it is the calendar date, and what was "
        "sold before the day of the outlet starts belongs to the day before.",
    )
    second_file = fields.Selection(
        [
            ("replace", "Replaces what was uploaded"),
            ("add", "Adds to what was uploaded"),
        ],
        string="Second File of a Day",
        required=True,
        default="replace",
    )
    outlet_id = fields.Many2one(
        "pos.bridge.outlet",
        check_company=True,
        domain="[('integration_id', '=', integration_id)]",
        help="Where rows were sold that do not name an outlet.",
    )
    rule_ids = fields.One2many("pos.bridge.csv.rule", "layout_id", copy=True)

    _unique_integration = models.Constraint(
        "UNIQUE(integration_id)", "An integration has one layout."
    )

    def _read_sheet(self, content, day=None):
        """What a file says, as a ``Sheet``.

        :param day: the business date, for files without a date column
        :raises Refusal: the file as a whole cannot be used
        """
        self.ensure_one()
        layout = self._plain_layout(day)
        if not layout.rules:
            raise sheet.Refusal("rules_missing")
        if self._needs_day() and not day:
            raise sheet.Refusal("day_missing")
        return sheet.read_sheet(content, layout, self._locator())

    def _needs_day(self):
        return not all(rule.date_source_column for rule in self.rule_ids)

    def _plain_layout(self, day):
        return sheet.Layout(
            rules=tuple(rule._plain_rule() for rule in self.rule_ids),
            encoding=self.encoding,
            delimiter=self.delimiter,
            decimal_separator=self.decimal_separator,
            date_is_business_date=self.date_is_business_date,
            outlet=self.outlet_id.external_id or None,
            day=day or None,
            # Today, where on earth it begins first.
            latest=(datetime.now(UTC) + timedelta(hours=14)).date(),
        )

    def _locator(self):
        """(outlet, date, time) -> (business date, moment), by the outlets' clocks.

        An outlet that is not known yet gets the values that it will be made with.
        """
        default = self.env["pos.bridge.outlet"].default_get(["tz", "day_start"])
        clocks = {
            outlet.external_id: (outlet.tz, outlet.day_start)
            for outlet in self.integration_id.outlet_ids
        }
        sibling = self.integration_id.outlet_ids[:1]
        tz = sibling.tz or self.company_id.partner_id.tz or default["tz"]
        clocks[None] = tz, default["day_start"]
        return partial(_locate, clocks, self.date_is_business_date)


def _locate(clocks, is_business_date, outlet, day, time):
    if time is None:
        return day, None
    tz, day_start = clocks.get(outlet) or clocks[None]
    if is_business_date:
        is_after_midnight = time < business_day.day_start_time(day_start)
        date = day + timedelta(days=1) if is_after_midnight else day
        return day, datetime.combine(date, time, ZoneInfo(tz))
    moment = datetime.combine(day, time, ZoneInfo(tz))
    return business_day.business_date_of(moment, tz, day_start), moment


class PosBridgeCsvRule(models.Model):
    """Where in a row the sold codes stand, and what else the row says about them."""

    _name = "pos.bridge.csv.rule"
    _description = "CSV rule"
    _order = "sequence, id"

    layout_id = fields.Many2one(
        "pos.bridge.csv.layout", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="layout_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    type = fields.Selection(
        [("column_values_to_pos_codes", "Values of a column are the till's codes")],
        required=True,
        default="column_values_to_pos_codes",
    )
    source_column = fields.Char("Codes", required=True)
    separator = fields.Char(
        help="Between several codes in one cell; the quantity counts for each. "
        "Empty: one code."
    )
    quantity_source_column = fields.Char("Quantity", help="Empty: 1 per code.")
    date_source_column = fields.Char("Date", help="Empty: asked for at every upload.")
    time_source_column = fields.Char("Time", help="Local time of the outlet.")
    outlet_source_column = fields.Char("Outlet")
    receipt_source_column = fields.Char(
        "Receipt Number", help="Empty: each row is a sale of its own."
    )
    line_source_column = fields.Char("Line ID", help="Unique within the receipt.")
    modifies_source_column = fields.Char(
        "Modifies", help="Line ID of the line that this one modifies."
    )
    kind_source_column = fields.Char(
        "Kind", help="sale, modifier, refund, void, comp or staff_meal; empty: sale."
    )
    amount_source_column = fields.Char(
        "Net Amount", help="Of the whole row, without tax."
    )
    name_source_column = fields.Char("Item Name")
    price_source_column = fields.Char("Item Price", help="Of one, without tax.")

    def _plain_rule(self):
        names = {field.name for field in dataclasses.fields(sheet.Rule)}
        columns = {
            name: self[f"{name}_source_column"] or None
            for name in names - {"code", "separator"}
        }
        separator = self.separator or None
        return sheet.Rule(code=self.source_column, separator=separator, **columns)
