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
            "dates": [...], "outlets": [...]}``; see the methods that make each
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
        }

    # === THIS MONTH AGAINST LAST === #

    @api.model
    def _get_months(self, companies):
        """One entry per company that has sales in either month: amounts are never added
        up across currencies.

        :return: list of ``{"company", "currency_id", "this", "last"}``; the two are
            ``{"text", "sales", "cost", "margin", "margin_share", "unmapped"}``
        """
        today = fields.Date.context_today(self)
        spans = {
            "this": (today.replace(day=1), today),
            "last": (
                today.replace(day=1) - relativedelta(months=1),
                today - relativedelta(months=1),
            ),
        }
        sums = {name: self._get_sums(*span) for name, span in spans.items()}
        return [
            {
                "company": company.name,
                "currency_id": company.currency_id.id,
                **{
                    name: self._get_month(spans[name], sums[name].get(company.id))
                    for name in spans
                },
            }
            for company in companies
            if any(company.id in found for found in sums.values())
        ]

    @api.model
    def _get_sums(self, first, last):
        """{company id: amounts and cost} of the days of a span."""
        span = Domain("business_date", ">=", first) & Domain(
            "business_date", "<=", last
        )
        groups = self.env["pos.bridge.day"]._read_group(
            span,
            ["company_id"],
            [f"{name}:sum" for name in (*AMOUNTS, "cost_amount")],
        )
        return {company.id: amounts for company, *amounts in groups}

    @api.model
    def _get_month(self, span, sums):
        """What was sold, and what is left of the part whose goods were deducted: a
        margin on items that are not mapped would be a fairy tale.
        """
        sales, posted, posted_cost, *rest, cost = sums or [0.0] * 7
        margin = posted - posted_cost
        first, last = (
            format_date(self.env, date, date_format=self.env._("d MMM"))
            for date in span
        )
        return {
            "text": f"{first} \N{EN DASH} {last}",
            "sales": sales,
            "cost": cost,
            "margin": margin,
            "margin_share": margin / posted if posted > 0 else None,
            "unmapped": sum(rest),
        }
