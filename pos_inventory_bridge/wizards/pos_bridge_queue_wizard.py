from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.pos_bridge_transfer_queue import WORKERS_MAX


class PosBridgeQueueWizard(models.TransientModel):
    """How many workers run what waits, and what waits now."""

    _name = "pos.bridge.queue.wizard"
    _description = "Workers of the queue"

    workers = fields.Selection(
        [(str(number), str(number)) for number in range(1, WORKERS_MAX + 1)],
        required=True,
        default=lambda self: str(max(len(self._active_workers()), 1)),
        help="So many sales days are fetched and posted at once. Each till is asked "
        "for one day at a time and each outlet posts its days in order, so more "
        "workers help only with several outlets.",
    )
    waiting_count = fields.Integer("Waiting Now", compute="_compute_counts")
    trouble_count = fields.Integer("Failed or Parked", compute="_compute_counts")

    @api.depends("workers")
    def _compute_counts(self):
        transfers = self.env["pos.bridge.transfer"]
        open_states = [("state", "in", ("queued", "running"))]
        trouble = [("state", "in", ("failed", "parked")), ("is_settled", "=", False)]
        self.waiting_count = transfers.search_count(open_states)
        self.trouble_count = transfers.search_count(trouble)

    @api.model
    def _active_workers(self):
        return self.env["pos.bridge.transfer"]._workers().filtered("active")

    def action_save(self):
        """A worker that is busy this moment cannot be changed: Odoo says so."""
        self.ensure_one()
        manager = "pos_inventory_bridge.pos_bridge_group_manager"
        if not self.env.user.has_group(manager):
            raise AccessError(
                self.env._("Ask a manager of POS Inventory to change the workers.")
            )
        for number, worker in enumerate(self.env["pos.bridge.transfer"]._workers(), 1):
            is_wanted = number <= int(self.workers)
            if worker.active != is_wanted:
                worker.active = is_wanted
        return {"type": "ir.actions.act_window_close"}

    def action_view_waiting(self):
        return self._action_run_log("waiting")

    def action_view_trouble(self):
        return self._action_run_log("trouble")

    def _action_run_log(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_transfer_action"
        )
        return {**action, "context": {f"search_default_{name}": 1}}
