from odoo import fields, models
from odoo.tools import SQL


class PosBridgeCorrectionReport(models.Model):
    """Every posting after a day's first one: what, when, why, who, value."""

    _name = "pos.bridge.correction.report"
    _description = "Corrections"
    _auto = False
    _order = "posted_at desc, id desc"
    _rec_name = "posting_id"

    posting_id = fields.Many2one(
        "pos.bridge.posting", string="Correction", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outlet_id = fields.Many2one("pos.bridge.outlet", readonly=True)
    day_id = fields.Many2one("pos.bridge.day", string="Sales Day", readonly=True)
    business_date = fields.Date(readonly=True)
    accounting_date = fields.Date(
        readonly=True,
        help="The date in the books; later than the business date where that was "
        "closed.",
    )
    posted_at = fields.Datetime(string="When", readonly=True)
    kind = fields.Selection(
        [("usage", "Correction"), ("undo", "Undone"), ("redo", "Posted again")],
        readonly=True,
    )
    reason = fields.Char(string="Why", readonly=True)
    late_reason = fields.Char(
        readonly=True, help="Why this is not dated on the business date."
    )
    is_late = fields.Boolean(string="Late", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        readonly=True,
        help="Who asked for it; empty where the scheduled run followed the till.",
    )
    value = fields.Monetary(
        readonly=True,
        help="What the goods were worth that left with it; negative where more came "
        "back.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT posting.id, posting.id AS posting_id, posting.company_id,
                   day.outlet_id, posting.day_id, day.business_date,
                   posting.accounting_date, posting.posted_at, posting.kind,
                   posting.reason, posting.late_reason,
                   posting.late_reason IS NOT NULL AS is_late,
                   transfer.requested_by AS user_id, moved.value
              FROM pos_bridge_posting posting
              JOIN pos_bridge_day day ON day.id = posting.day_id
              LEFT JOIN pos_bridge_transfer transfer
                ON transfer.id = posting.transfer_id
             CROSS JOIN LATERAL (
                    SELECT SUM(ABS(COALESCE(move.value, 0)) *
                               CASE WHEN source.usage = 'internal'
                                    THEN 1 ELSE -1 END) AS value
                      FROM stock_move move
                      JOIN stock_location source ON source.id = move.location_id
                     WHERE move.pos_bridge_posting_id = posting.id
                       AND move.is_inventory IS NOT TRUE
                       AND move.state = 'done') moved
             WHERE EXISTS (
                   SELECT FROM pos_bridge_posting earlier
                    WHERE earlier.day_id = posting.day_id
                      AND earlier.revision < posting.revision)
            """
        )

    def action_open_posting(self):
        """The posting with its moves."""
        self.ensure_one()
        return self.posting_id.get_formview_action()


class PosBridgeChangeReport(models.Model):
    """What people changed: mappings and recipes, youngest first."""

    _name = "pos.bridge.change.report"
    _description = "Changes of mappings and recipes"
    _auto = False
    _order = "changed_at desc, id desc"
    _rec_name = "subject"

    changed_at = fields.Datetime(string="When", readonly=True)
    kind = fields.Selection(
        [("mapping", "Mapping"), ("recipe", "Recipe")], readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    subject = fields.Char(compute="_compute_subject", string="What")
    item_id = fields.Many2one("pos.bridge.item", readonly=True)
    bom_id = fields.Many2one("mrp.bom", string="Recipe", readonly=True)
    mapping_id = fields.Many2one("pos.bridge.mapping", readonly=True)
    version_id = fields.Many2one("pos.bridge.recipe.version", readonly=True)
    target = fields.Char(compute="_compute_subject", string="What It Says")
    date_from = fields.Date(
        string="From", readonly=True, help="First business date; empty: always."
    )
    date_to = fields.Date(string="Until", readonly=True, help="Last business date.")
    reason = fields.Char(string="Why", readonly=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT mapping.id * 2::bigint AS id, mapping.create_date AS changed_at,
                   'mapping' AS kind, mapping.company_id, mapping.item_id,
                   mapping.bom_id, mapping.id AS mapping_id, NULL::int AS version_id,
                   mapping.date_from, mapping.date_to, mapping.reason,
                   mapping.create_uid AS user_id
              FROM pos_bridge_mapping mapping
             UNION ALL
            SELECT version.id * 2::bigint + 1, version.create_date, 'recipe',
                   version.company_id, NULL, version.bom_id, NULL, version.id,
                   version.date_from, NULL, version.reason, version.user_id
              FROM pos_bridge_recipe_version version
            """
        )

    def _compute_subject(self):
        for change in self:
            if change.kind == "mapping":
                change.subject = change.item_id.display_name
                change.target = change.mapping_id.display_name
            else:
                change.subject = change.bom_id.product_tmpl_id.display_name
                change.target = change.version_id.summary

    def action_open(self):
        """The mapping or the version itself."""
        self.ensure_one()
        return (self.mapping_id or self.version_id).get_formview_action()
