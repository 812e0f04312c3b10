from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

#: Dates of the marks on an outlet's card.
MARKS = 14
#: More outlets than anybody reads on one page.
MOST = 1000
#: What this month is compared by with the one before.
AMOUNTS = (
    *("read_amount", "posted_amount", "posted_cost"),
    *("unmapped_amount", "failed_amount", "undone_amount"),
)


class PosBridgeOverview(models.AbstractModel):
    """The page of every morning: is everything there, and what is the one thing to do?

    All figures come from what is stored on the days, in a number of queries that does
    not grow with outlets, days or stock moves.
    """

    _name = "pos.bridge.overview"
    _description = "POS overview"

    @api.model
    def get_overview(self):
        """All that the page shows, with the rights of whoever looks at it.

        :return: ``{"may_connect", "months": [...], "integrations": [...],
            "dates": [...], "outlets": [...], "progress": text}``;
            see the methods that make each
        """
        integrations = self.env["pos.bridge.integration"].search([], limit=MOST)
        matrix = self.env["pos.bridge.day"].get_day_matrix(count=MARKS)
        outlets = self.env["pos.bridge.outlet"].search([], limit=MOST)
        return {
            "may_connect": integrations.has_access("create"),
            "months": self._get_months(integrations.company_id),
            "integrations": integrations._get_overview_cards(outlets),
            "dates": matrix["dates"],
            "outlets": outlets._get_overview_cards(matrix),
            "progress": self.env["pos.bridge.transfer"].get_text_of_progress(),
        }

    # === THIS MONTH AGAINST LAST === #

    @api.model
    def _get_months(self, companies):
        """One entry per company that has sales: amounts are never added up across
        currencies.

        :return: list of ``{"company", "currency_id", "first", "is_past", "lacks_cost",
            "this", "last"}``: the first day of the month that is shown, whether that is
            not this one, whether goods of it have no cost yet, and ``{"text", "sales",
            "cost", "margin", "margin_share", "unmapped"}`` of it and of the one before
        """
        today = fields.Date.context_today(self)
        spans = {
            company: self._get_spans(latest, today)
            for company, latest in self._get_latest_sales(companies, today).items()
        }
        sums, sales = self._get_sums(spans), self.env["pos.bridge.sales.report"]
        return [
            {
                "company": company.name,
                "currency_id": company.currency_id.id,
                "first": first,
                "is_past": first < today.replace(day=1),
                "lacks_cost": sales._is_lacking(company, first, end),
                "this": self._get_month(spans[company][0], sums.get((company, first))),
                "last": self._get_month(spans[company][1], sums.get((company, before))),
            }
            for company, ((first, end), (before, _until)) in spans.items()
        ]

    @api.model
    def _get_latest_sales(self, companies, today):
        """{company: the newest date that has sales}."""
        groups = self.env["pos.bridge.day"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("business_date", "<=", today),
                ("read_count", ">", 0),
            ],
            ["company_id"],
            ["business_date:max"],
        )
        return dict(groups)

    @api.model
    def _get_spans(self, latest, today):
        """This month until today and the same days of the last one. Where nothing was
        sold this month: the last month that has sales, and the one before, both whole.

        :return: ``((first, last), (first, last))``
        """
        first = latest.replace(day=1)
        before = first - relativedelta(months=1)
        if first < today.replace(day=1):
            return (
                (first, first + relativedelta(months=1, days=-1)),
                (before, first - relativedelta(days=1)),
            )
        return (first, today), (before, today - relativedelta(months=1))

    @api.model
    def _get_sums(self, spans):
        """{(company, first day of the month): amounts and cost} of all spans."""
        wanted = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("business_date", ">=", first)
            & Domain("business_date", "<=", last)
            for company, each in spans.items()
            for first, last in each
        )
        groups = self.env["pos.bridge.day"]._read_group(
            wanted,
            ["company_id", "business_date:month"],
            [f"{name}:sum" for name in (*AMOUNTS, "cost_amount")],
        )
        return {(company, first): amounts for company, first, *amounts in groups}

    @api.model
    def _get_month(self, span, sums):
        """What was sold, and what is left of the part whose goods were deducted: a
        margin on items that are not mapped would be a fairy tale.
        """
        sales, posted, posted_cost, *rest, cost = sums or [0.0] * 7
        margin = posted - posted_cost
        return {
            "text": self._get_text_of_span(*span),
            "sales": sales,
            "cost": cost,
            "margin": margin,
            "margin_share": margin / posted if posted > 0 else None,
            "unmapped": sum(rest),
        }

    @api.model
    def _get_text_of_span(self, first, last):
        """Like "October 2026" of a whole month, or "1 Nov - 12 Nov"."""
        if last == first + relativedelta(months=1, days=-1):
            return format_date(self.env, first, date_format="LLLL y")
        begin, end = (
            format_date(self.env, date, date_format=self.env._("d MMM"))
            for date in (first, last)
        )
        return f"{begin} \N{EN DASH} {end}"

    @api.model
    def action_view_sales(self, first, only_lacking=False):
        """Sales and margin of the month that begins on this day; or only where not all
        goods have a cost.
        """
        first = fields.Date.to_date(first)
        end = first + relativedelta(months=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_sales_report_action"
        )
        month = format_date(self.env, first, date_format="LLLL y")
        name = f"{action['name']}, {month}"
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [
                ("business_date", ">=", fields.Date.to_string(first)),
                ("business_date", "<", fields.Date.to_string(end)),
            ],
            "context": {"search_default_lacks_cost": 1} if only_lacking else {},
        }
