from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo import Command, fields, models

from odoo.addons.pos_inventory_bridge.tools import business_day

from ..tools import layout as plain
from ..tools import sheet
from ..tools.reader import Refusal
from .pos_bridge_csv_format import WORD_FIELDS

#: What a layout and an upload have in common.
FORMAT_FIELDS = (
    "preset",
    "encoding",
    "delimiter",
    "decimal_separator",
    "date_format",
    "header_row",
    "date_is_business_date",
    "second_file",
    *WORD_FIELDS.values(),
)


class PosBridgeCsvLayout(models.Model):
    """How the files of one integration are read."""

    _name = "pos.bridge.csv.layout"
    _description = "CSV layout"
    _inherit = ["pos.bridge.csv.format"]
    _check_company_auto = True
    _rec_name = "integration_id"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="integration_id.company_id", store=True)
    is_confirmed = fields.Boolean(
        copy=False,
        help="A person has seen how a file is read by this layout, and agreed.",
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
        return sheet.read_sheet(content, self._plain_layout(day), self._locator())

    def _needs_day(self):
        return not all(rule.date_source_column for rule in self.rule_ids)

    def _plain_rules(self):
        return [rule._plain_rule() for rule in self.rule_ids]

    def _plain_layout(self, day=None, written=None, rules=None):
        """How a file is read, as plain data.

        :param written: another record that says how the file is written
        :param rules: other rules, as plain data
        :raises Refusal: something that every file needs is not said
        """
        self.ensure_one()
        written = written or self
        rules = self._plain_rules() if rules is None else rules
        if not rules:
            raise Refusal("rules_missing")
        if not all(rule.date for rule in rules) and not day:
            raise Refusal("day_missing")
        if not written.date_format:
            raise Refusal("date_format_missing")
        if not written.decimal_separator:
            raise Refusal("decimal_separator_missing")
        return plain.Layout(
            rules=tuple(rules),
            encoding=written.encoding,
            delimiter=written._sign(),
            decimal_separator=written.decimal_separator,
            date_order=written.date_format,
            header_row=written.header_row,
            date_is_business_date=written.date_is_business_date,
            words=written._words(),
            outlet=self.outlet_id.external_id or None,
            day=day or None,
            # Today, where on earth it begins first.
            latest=(datetime.now(UTC) + timedelta(hours=14)).date(),
            localize=partial(_localize, self._clocks()),
        )

    def _confirm(self, vals, rules):
        """A person agreed to read files like this."""
        self.ensure_one()
        commands = [Command.create(self.rule_ids._prepare_vals(rule)) for rule in rules]
        self.write(
            {**vals, "rule_ids": [Command.clear(), *commands], "is_confirmed": True}
        )

    def _locator(self, written=None):
        """(outlet, date, time) -> (business date, moment), by the outlets' clocks."""
        is_business_date = (written or self).date_is_business_date
        return partial(_locate, self._clocks(), is_business_date)

    def _clocks(self):
        """{outlet: (zone, hour at which its day starts)}.

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
        return clocks


def _localize(clocks, outlet, moment):
    tz, _day_start = clocks.get(outlet) or clocks[None]
    return moment.astimezone(ZoneInfo(tz))


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
    is_modifier = fields.Boolean(
        help="These codes modify the item that the same row sold (extra cheese, no "
        "chips)."
    )
    quantity_source_column = fields.Char("Quantity", help="Empty: 1 per code.")
    date_source_column = fields.Char("Date", help="Empty: asked for at every upload.")
    time_source_column = fields.Char(
        "Time",
        help="Local time of the outlet. The same column as the date where one cell has "
        "both.",
    )
    outlet_source_column = fields.Char("Outlet")
    receipt_source_column = fields.Char(
        "Receipt Number", help="Empty: each row is a sale of its own."
    )
    line_source_column = fields.Char("Line ID", help="Unique within the receipt.")
    modifies_source_column = fields.Char(
        "Modifies", help="Line ID of the line that this one modifies."
    )
    kind_source_column = fields.Char(
        "Kind", help="The layout has the words for it; an empty cell is a sale."
    )
    amount_source_column = fields.Char(
        "Net Amount", help="Of the whole row, without tax."
    )
    name_source_column = fields.Char("Item Name")
    price_source_column = fields.Char("Item Price", help="Of one, without tax.")
    variant_source_column = fields.Char(
        "Variant", help="A size, for example: another size is another item."
    )
    sku_source_column = fields.Char("SKU")
    group_source_column = fields.Char(
        "Item Group", help="The till's own group, which can be ignored as a whole."
    )

    def _plain_rule(self):
        return plain.Rule(
            code=self.source_column,
            separator=self.separator or None,
            is_modifier=self.is_modifier,
            **{name: self[f"{name}_source_column"] or None for name in self._others()},
        )

    def _prepare_vals(self, rule):
        return {
            "source_column": rule.code,
            "separator": rule.separator,
            "is_modifier": rule.is_modifier,
            **{f"{name}_source_column": getattr(rule, name) for name in self._others()},
        }

    def _others(self):
        """What else than the codes a rule finds in a row."""
        named = plain.Rule.__dataclass_fields__.keys()
        return [name for name in named if name not in ("code", *plain.NO_COLUMNS)]
