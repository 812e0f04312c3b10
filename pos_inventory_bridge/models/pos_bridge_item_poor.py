from odoo import api, fields, models
from odoo.fields import Domain

POOR_MAPPINGS = [
    ("no_lines", "Empty recipe"),
    ("unit", "Unit does not fit"),
    ("unusable", "Not usable"),
    ("too_much", "Costs too much"),
    ("too_little", "Costs too little"),
]


class PosBridgeItem(models.Model):
    """Mappings that are there, but look wrong."""

    # One file per subject; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    poor_mapping = fields.Selection(
        POOR_MAPPINGS,
        compute="_compute_poor_mapping",
        search="_search_poor_mapping",
        help="The mapping in force cannot be used, or uses goods for more than the "
        "item's net price, or for less than a thousandth of it.",
    )

    def _compute_poor_mapping(self):
        mapping_model = self.env["pos.bridge.mapping"]
        for company, items in self.grouped("company_id").items():
            book = mapping_model._book_of_today(company)
            items.mapping_id._read_costs_ahead(book)
            for item in items:
                mapping = item.mapping_id
                item.poor_mapping = mapping and mapping._get_poor_code(book)

    @api.model
    def _search_poor_mapping(self, operator, value):
        """All mapped items are looked at: cost, price and recipes change anywhere."""
        if operator != "in":
            return NotImplemented
        mapped = self.search([("mapping_state", "in", ("mapped", "review"))])
        ids = {code: [] for code, _label in POOR_MAPPINGS}
        for item in mapped.filtered("poor_mapping"):
            ids[item.poor_mapping].append(item.id)
        found = Domain("id", "in", [i for code in value if code for i in ids[code]])
        if False in value:
            found |= Domain(
                "id", "not in", [i for codes in ids.values() for i in codes]
            )
        return found

    def _get_net_price(self):
        """What one sold unit brings: the till's price, or what it sold for where the
        till lists none, or lists it with tax.
        """
        self.ensure_one()
        listed = max(self.list_price, 0.0)
        if listed and self.integration_id._connector()._lists_net_prices:
            return listed
        is_sold = self.sold_7_days > 0
        return self.money_7_days / self.sold_7_days if is_sold else listed
