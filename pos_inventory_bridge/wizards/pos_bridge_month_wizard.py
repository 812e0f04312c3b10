import base64
import io
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..models.pos_bridge_day_figures import FIGURES as ACCOUNT
from ..tools.business_day import last_moment
from .pos_bridge_month_sheet import MonthSheet

#: What becomes of a day's sales, in the order of the line that adds up.
FIGURES = ("reported", "read", *ACCOUNT)


class PosBridgeMonthWizard(models.TransientModel):
    """The month for whoever keeps the books: does every day add up, what was corrected,
    what is open, and does the stock agree with its account?
    """

    _name = "pos.bridge.month.wizard"
    _description = "Accountant's month"

    month = fields.Date(
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) - relativedelta(months=1, day=1)
        ),
        help="Any day of the month.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    outlet_ids = fields.Many2many(
        "pos.bridge.outlet",
        string="Outlets",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all of them.",
    )
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(readonly=True)

    # === WHAT IS IN IT === #

    def _span(self):
        """(first day, last day)."""
        first = self.month.replace(day=1)
        return first, first + relativedelta(months=1, days=-1)

    def _outlets(self):
        self.outlet_ids.check_access("read")
        domain = Domain("company_id", "=", self.company_id.id)
        if self.outlet_ids:
            domain &= Domain("id", "in", self.outlet_ids.ids)
        return self.env["pos.bridge.outlet"].search(domain)

    def _in_month(self, name):
        first, last = self._span()
        return Domain(name, ">=", first) & Domain(name, "<=", last)

    def get_month(self):
        """All that sheet and print show.

        :return: ``{"title", "figures", "company", "currency", "outlets": [{"name",
            "has_days", "days", "total", "corrections", "exceptions"}],
            "stock": [...]}``
        """
        self.ensure_one()
        outlets = self._outlets()
        days, corrections = self._days(outlets), self._corrections(outlets)
        problems = self._exceptions(outlets)
        title = format_date(self.env, self.month, date_format="MMMM y")
        return {
            "title": title,
            "figures": FIGURES,
            "company": self.company_id.name,
            "currency": self.company_id.currency_id,
            "outlets": [
                {
                    "name": outlet.name,
                    "has_days": any(line["read"] is not None for line in days[outlet]),
                    "days": days[outlet],
                    "total": self._total(days[outlet]),
                    "corrections": corrections.get(outlet, []),
                    "exceptions": problems.get(outlet, []),
                }
                for outlet in outlets
            ],
            "stock": self._stock(),
        }

    def _days(self, outlets):
        """{outlet: one line per date of the month up to today}."""
        days = self.env["pos.bridge.day"].search(
            Domain("outlet_id", "in", outlets.ids) & self._in_month("business_date")
        )
        by_key = {(day.outlet_id.id, day.business_date): day for day in days}
        first, last = self._span()
        last = min(last, fields.Date.context_today(self))
        count = (last - first).days + 1
        dates = [first + timedelta(days=number) for number in range(count)]
        none = days.browse()
        return {
            outlet: [
                self._day_line(date, by_key.get((outlet.id, date), none))
                for date in dates
            ]
            for outlet in outlets
        }

    def _day_line(self, date, day):
        """A date without a day has no figures, which is something else than 0."""
        if not day:
            none = dict.fromkeys((*FIGURES, "cost"))
            state = self.env._("No day")
            return {
                "date": date,
                "state": state,
                "waits": "",
                "is_right": None,
                **none,
            }
        states = dict(day._fields["shown_state"]._description_selection(self.env))
        return {
            "date": date,
            "state": states[day.shown_state],
            "waits": day.waits_text,
            **{name: day[f"{name}_amount"] for name in FIGURES},
            "is_right": day._adds_up("reported") and day._adds_up("accounted"),
            "cost": day.cost_amount,
        }

    def _total(self, lines):
        return {
            name: sum(line[name] or 0.0 for line in lines)
            for name in (*FIGURES, "cost")
        }

    def _corrections(self, outlets):
        """{outlet: lines}: corrections booked in this month, or of its days."""
        found = self.env["pos.bridge.correction.report"].search(
            Domain("outlet_id", "in", outlets.ids)
            & (self._in_month("business_date") | self._in_month("accounting_date")),
            order="business_date, posted_at",
        )
        late_first = self.env["pos.bridge.posting"].search(
            Domain("day_id.outlet_id", "in", outlets.ids)
            & Domain("late_reason", "!=", False)
            & (
                self._in_month("day_id.business_date")
                | self._in_month("accounting_date")
            )
            & Domain("id", "not in", found.posting_id.ids),
        )
        lines = [
            (each.outlet_id, self._posting_line(each.posting_id, each.value, each))
            for each in found
        ]
        lines += [
            (posting.day_id.outlet_id, self._posting_line(posting, posting.value))
            for posting in late_first
        ]
        result = {}
        for outlet, line in sorted(lines, key=lambda pair: pair[1]["date"]):
            result.setdefault(outlet, []).append(line)
        return result

    def _posting_line(self, posting, value, correction=None):
        return {
            "date": posting.day_id.business_date,
            "accounting_date": posting.accounting_date,
            "posted_at": posting.posted_at,
            "posted_on": fields.Datetime.context_timestamp(
                self, posting.posted_at
            ).date(),
            "what": posting.summary,
            "who": correction.user_id.name or "" if correction else "",
            "why_late": posting.late_reason or "",
            "is_late": bool(posting.late_reason),
            "value": value,
        }

    def _exceptions(self, outlets):
        """{outlet: open exceptions of the month's days}."""
        problems = self.env["pos.bridge.exception"].search(
            Domain("outlet_id", "in", outlets.ids)
            & Domain("resolved", "=", False)
            & self._in_month("business_date"),
            order="business_date, id",
        )
        return {
            outlet: [
                {
                    "date": problem.business_date,
                    "message": problem.message,
                    "amount": problem.amount,
                }
                for problem in found
            ]
            for outlet, found in problems.grouped("outlet_id").items()
        }

    def _stock(self):
        """Stock value against its account, account by account, where Odoo books as it
        goes. At the end of the month, or now where that has not come.
        """
        company = self.company_id.with_company(self.company_id).sudo()
        # With all rights it would see what other companies have of shared products.
        company = company.with_context(pos_bridge_one_company=True)
        accounts = self._accounts_booked_as_it_goes(company)
        if not accounts:
            return []
        last = self._span()[1]
        at_date = last if last < fields.Date.context_today(self) else None
        if at_date:
            end = self._last_moment_of_outlets(company, last)
            values = company._pos_bridge_stock_values(accounts, end)
        else:
            values = company.stock_value(accounts)
        booked = company.stock_accounting_value(accounts, at_date)
        return [
            {
                "account": account.display_name or self.env._("No account"),
                "value": values.get(account, 0.0),
                "booked": booked.get(account, 0.0),
                "difference": values.get(account, 0.0) - booked.get(account, 0.0),
            }
            for account in {**values, **booked}
        ]

    def _accounts_booked_as_it_goes(self, company):
        """{product: accounts} of every stock account that some product is booked to as
        it moves; a category may do so where the company does not. What is archived may
        still be there.
        """
        categories = company.env["product.category"]
        books = "real_time"
        if company.inventory_valuation != books and not categories.search_count(
            [("property_valuation", "=", books)], limit=1
        ):
            return {}
        products = company.env["product.product"]
        found = products.with_context(active_test=False).search(
            [("is_storable", "=", True)]
        )
        found = found.with_env(company.env)
        if not found:
            return {}
        accounts = company._get_accounts_by_product(found)
        booked = {
            each["valuation"]
            for product, each in accounts.items()
            if product.valuation == books
        }
        return {
            product: each
            for product, each in accounts.items()
            if each["valuation"] in booked
        }

    def _last_moment_of_outlets(self, company, date):
        """When a date ends in the last outlet of a company: sales are dated there."""
        outlets = company.env["pos.bridge.outlet"].with_context(active_test=False)
        zones = outlets.search([("company_id", "=", company.id)]).mapped("tz")
        ends = [last_moment(date, zone) for zone in zones or [self.env.tz.zone]]
        return max(ends).replace(tzinfo=None)

    # === FOR THE PRINT === #

    def _text_of_amount(self, amount):
        if amount is None:
            return ""
        return format_amount(self.env, amount, self.company_id.currency_id)

    def _text_of_date(self, date):
        return format_date(self.env, date, date_format=self.env._("EEE d MMM"))

    # === ACTIONS === #

    def action_spreadsheet(self):
        """The month as a file for any spreadsheet program."""
        self.ensure_one()
        month = self.get_month()
        stream = io.BytesIO()
        MonthSheet(self.env, month).fill(stream)
        first, _last = self._span()
        self.write(
            {
                "file": base64.b64encode(stream.getvalue()),
                "file_name": f"{self.company_id.name} {first:%Y-%m}.xlsx",
            }
        )
        url = f"/web/content/{self._name}/{self.id}/file"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}?download=true&filename_field=file_name",
            "target": "download",
        }

    def action_print(self):
        """As a printable report."""
        self.ensure_one()
        report = self.env.ref("pos_inventory_bridge.pos_bridge_month_report_action")
        return report.report_action(self)
