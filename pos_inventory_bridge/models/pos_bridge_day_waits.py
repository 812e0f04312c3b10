from collections import defaultdict

from odoo import api, fields, models

from .pos_bridge_exception import WAITING_CAUSES


class PosBridgeDay(models.Model):
    """What of a day the ledger does not say yet, in words: its state is not plainly
    *posted* then, nor *undone*.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    shown_state = fields.Selection(
        [
            ("pending", "Pending"),
            ("provisional", "Provisional"),
            ("waits", "Waits"),
            ("part", "Partly posted"),
            ("posted", "Posted"),
            ("undoing", "Undo waits"),
            ("undone", "Undone"),
            ("no_sales", "No sales"),
            ("failed", "Failed"),
        ],
        string="State of the Day",
        compute="_compute_shown_state",
        help="Provisional: posted, but the source says that sales are still missing. "
        "Partly posted: the ledger does not say yet all that was used.",
    )
    waits_text = fields.Char(
        string="Waits",
        compute="_compute_waits_text",
        help="Of how many ingredients the ledger does not say yet all that was used, "
        "and what for they wait.",
    )

    @api.depends("state", "hold_revision", "open_quantity_count", "posting_ids")
    def _compute_shown_state(self):
        waiting = self.filtered("open_quantity_count")
        counts = waiting._count_by_day("pos.bridge.posting", "day_id")
        for day in self:
            day.shown_state = day.state
            if day in waiting and day._is_undone():
                day.shown_state = "undoing"
            elif day in waiting and day.state == "posted":
                day.shown_state = "part" if day.id in counts else "waits"

    @api.depends("open_quantity_count", "open_ids.code")
    def _compute_waits_text(self):
        """Like "2 x Waits for goods, 1 x Waits after a count"."""
        told = self._told_of_what_waits()
        for day in self:
            day.waits_text = day._counted_causes(told[day.id])

    def _told_of_what_waits(self):
        """{day id: {cause: number of ingredients}}; no query where nothing waits."""
        told = defaultdict(dict)
        waiting = self.filtered("open_quantity_count")
        # Who may see the day may see this.
        groups = (
            self.env["pos.bridge.open"]
            .sudo()
            ._read_group(
                [("day_id", "in", waiting.ids)], ["day_id", "code"], ["__count"]
            )
        )
        for day, code, count in groups:
            told[day.id][day._waiting_cause(code)] = count
        return told

    def _waiting_cause(self, code):
        """What it is called that this keeps something out of the ledger."""
        holds = self.integration_id.negative_stock_policy == "hold"
        if code == "negative_stock" and holds:
            return "held_for_goods"
        return WAITING_CAUSES.get(code, code)

    @api.model
    def _counted_causes(self, counts):
        """:param counts: {cause: number}"""
        field = self.env["pos.bridge.exception"]._fields["cause"]
        names = dict(field._description_selection(self.env))
        return ", ".join(
            f"{count} \N{MULTIPLICATION SIGN} {names[cause]}"
            for cause, count in counts.items()
        )
