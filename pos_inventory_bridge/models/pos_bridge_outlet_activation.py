from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .pos_bridge_migration import ACTIVE_STATES


class PosBridgeOutlet(models.Model):
    """From synced to active: what is in the way, and the cure of each."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    setup_steps = fields.Json("Set-up", compute="_compute_setup_steps")
    missing = fields.Text(
        "To Do",
        compute="_compute_setup_steps",
        help="What has to be done before its sales are fetched and posted by "
        "themselves.",
    )
    running_migration_id = fields.Many2one(
        "pos.bridge.migration",
        compute="_compute_running_migration_id",
        help="The reading of its past sales that is not over yet; a paused one is not.",
    )
    can_run_automatically = fields.Boolean(
        related="integration_id.can_run_automatically"
    )
    is_fed_by_hand = fields.Boolean(related="integration_id.is_fed_by_hand")
    state_text = fields.Char(
        "Status",
        compute="_compute_state_text",
        help="Whether its sales are fetched and posted by themselves.",
    )

    @api.depends(
        *("state", "paused_reason", "storage_ids.location_id"),
        *("integration_id.state", "integration_id.connector"),
        *("integration_id.automatic", "integration_id.paused_reason"),
    )
    @api.depends_context("uid", "lang")
    def _compute_setup_steps(self):
        for outlet in self:
            steps = outlet._get_setup_steps()
            outlet.setup_steps = steps
            texts = [step["text"] for step in steps if step["state"] != "done"]
            outlet.missing = "\n".join(texts) or False

    @api.depends("state", "integration_id.connector")
    @api.depends_context("lang")
    def _compute_state_text(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for outlet in self:
            outlet.state_text = labels.get(outlet.state)
            if outlet.state == "inactive" and outlet.is_fed_by_hand:
                outlet.state_text = self.env._("By upload")

    def _compute_running_migration_id(self):
        running = self.env["pos.bridge.migration"].search(
            [("outlet_id", "in", self._origin.ids), ("state", "in", ACTIVE_STATES)]
        )
        by_outlet = {migration.outlet_id: migration for migration in running}
        for outlet in self:
            outlet.running_migration_id = by_outlet.get(outlet._origin, False)

    # === WHAT IS IN THE WAY === #

    def _get_setup_steps(self):
        """Every rule of the activation, as entries of the set-up checklist."""
        self.ensure_one()
        if not self.integration_id.can_run_automatically:
            return [*self._setup_connector(), self._setup_storage()]
        steps = [
            self._setup_connection(),
            self._setup_items(),
            self._setup_storage(),
            *self._setup_migration(),
            self._setup_mapping(),
        ]
        if not any(step["blocks"] for step in steps):
            steps.append(self._setup_active())
        return [*steps, self._setup_automatic()]

    def _step(self, *values, **more):
        return self.integration_id._setup_step(*values, **more)

    def _setup_connector(self):
        if self.integration_id.connector != "none":
            return []
        text = self.env._(
            "The integration has no connector: choose there where the sales come from."
        )
        return [
            self._step(
                *("connect", self.env._("Connected"), "todo", text),
                *(self.env._("Open"), "action_setup_integration"),
                blocks=True,
            )
        ]

    def _setup_connection(self):
        text = self.env._("The integration is not connected: press Connect there.")
        is_done = self.integration_id.state == "connected"
        if is_done:
            text = self.integration_id.name
        return self._step(
            *("connect", self.env._("Connected"), "done" if is_done else "todo", text),
            *(self.env._("Open"), "action_setup_integration"),
            blocks=True,
        )

    def _setup_items(self):
        count = self.integration_id.item_count
        text = self.env._("No item is known yet: sync the items of the till.")
        if count:
            text = self.env._("Items known: %s", count)
        button = self.env._("Sync again") if count else self.env._("Sync")
        return self._step(
            *("synced", self.env._("Items synced"), "done" if count else "todo", text),
            *(button, "action_setup_sync"),
            blocks=True,
        )

    def _setup_storage(self):
        unit, title = self.storage_unit_id, self.env._("Storage unit")
        if unit and unit.company_id == self.company_id:
            return self._step("storage", title, "done", unit.name)
        text = self.env._(
            "%(outlet)s has no storage unit: choose one.", outlet=self.name
        )
        if unit:
            text = self.env._(
                "%(unit)s belongs to another company: choose one of %(company)s.",
                unit=unit.name,
                company=self.company_id.name,
            )
        return self._step(
            *("storage", title, "todo", text),
            *(self.env._("Storage units"), "action_setup_units"),
            blocks=True,
        )

    def _setup_migration(self):
        """Only until it is over: two at work on the same days would be hard to
        follow.
        """
        migration = self.running_migration_id
        if not migration or self.state != "inactive":
            return []
        text = self.env._(
            "Past sales are being read right now: let that finish, or cancel it."
        )
        if migration.state == "paused":
            text = self.env._(
                "The reading of past sales is paused: resume it and let it finish, or "
                "cancel it."
            )
        return [
            self._step(
                *("migration", self.env._("No migration running"), "todo", text),
                *(self.env._("Open"), "action_setup_migration"),
                blocks=True,
            )
        ]

    def _setup_mapping(self):
        """A warning only: what is sold before an item is mapped waits, and counts."""
        count = self.integration_id.item_count
        mapped = count - self.integration_id.unmapped_item_count
        text = self.env._("%(mapped)s of %(count)s items", mapped=mapped, count=count)
        if not mapped:
            text = self.env._(
                "Nothing is mapped yet: sales are read, but nothing is deducted."
            )
        state = "done" if mapped else "attention"
        button = self.env._("Open") if mapped else self.env._("Map")
        return self._step(
            *("items", self.env._("Items mapped"), state, text),
            *(button, "action_setup_map"),
            for_user=True,
        )

    def _setup_active(self):
        title = self.env._("Active")
        if self.state == "active":
            since = self._activated_since()
            return self._step("activate", title, "done", self.env._("Since %s", since))
        if self.state == "paused":
            text = self.env._("Paused %s", self.paused_reason or "")
            return self._step(
                *("activate", title, "attention", text),
                *(self.env._("Resume"), "action_resume"),
            )
        text = self.env._("Everything is ready: press Activate.")
        if self.integration_id.item_count == self.integration_id.unmapped_item_count:
            text = self.env._(
                "It can be activated; its sales are read, and wait for the mapping."
            )
        return self._step(
            *("activate", title, "todo", text),
            *(self.env._("Activate"), "action_activate"),
        )

    def _setup_automatic(self):
        integration, title = self.integration_id, self.env._("Runs by itself")
        if integration.paused_reason:
            text = self.env._(
                "The integration was paused %s", integration.paused_reason
            )
            return self._step(
                *("automatic", title, "attention", text),
                *(self.env._("Resume"), "action_setup_resume"),
            )
        text = self.env._(
            "Automatic runs are off: switch them on in the integration, under When It "
            "Runs."
        )
        if integration.automatic:
            text = integration._get_daily_line()
            return self._step("automatic", title, "done", text)
        return self._step(
            *("automatic", title, "todo", text),
            *(self.env._("Switch on"), "action_setup_automatic"),
        )

    def _missing_for_activation(self):
        """What still stands in the way, in plain words; empty when nothing does."""
        steps = self._get_setup_steps()
        return [step["text"] for step in steps if step["blocks"]]

    def _setup_text(self):
        """How far this outlet is, for the checklist of its integration."""
        self.ensure_one()
        if self.state == "active":
            since = self._activated_since()
            return self.env._(
                "%(outlet)s active since %(since)s", outlet=self.name, since=since
            )
        if self.state == "paused":
            return self.env._("%(outlet)s paused", outlet=self.name)
        if self._missing_for_activation():
            return self.env._("%(outlet)s not ready", outlet=self.name)
        return self.env._("%(outlet)s ready", outlet=self.name)

    def _activated_since(self):
        pattern = self.env._("d MMM y")
        return format_date(self.env, self.activated_on, date_format=pattern)

    # === THE WAY TO EACH CURE === #

    def action_setup_integration(self):
        return self.integration_id.get_formview_action()

    def action_setup_sync(self):
        return self.integration_id.action_sync_items()

    def action_setup_units(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.stock_location_action_unit"
        )

    def action_setup_migration(self):
        return self.running_migration_id.get_formview_action()

    def action_setup_map(self):
        return self.integration_id.action_setup_items()

    def action_setup_automatic(self):
        """Switched on for all outlets of the integration that are active."""
        self.integration_id.automatic = True

    def action_setup_resume(self):
        return self.integration_id.action_resume()

    # === ACTIVATE === #

    def action_activate(self):
        for outlet in self:
            outlet._check_activation()
            outlet.write(outlet._prepare_activation_vals())
        return self._offer_past_sales()

    def _check_activation(self):
        missing = self._missing_for_activation()
        if missing:
            title = self.env._("%s cannot be activated yet:", self.name)
            texts = [f"\N{BULLET} {text}" for text in missing]
            raise UserError("\n".join([title, *texts]))

    def _prepare_activation_vals(self):
        """From the open business day on; what lies before it is not expected."""
        today = self._today()
        return {
            "state": "active",
            "activated_on": today,
            "automatic_from": today,
            "watermark_date": False,
            "daily_queued_date": False,
            "intraday_queued_at": False,
            "paused_reason": False,
            "failed_runs": 0,
        }

    def _offer_past_sales(self):
        """A question, once: an outlet whose past was read is not asked again."""
        known = self.env["pos.bridge.migration"].search_count(
            [("outlet_id", "in", self.ids), ("state", "!=", "cancelled")], limit=1
        )
        if len(self) != 1 or known:
            message = self.env._("Active: %s.", ", ".join(self.mapped("name")))
            return self.integration_id._notification(message, "success")
        return self._open_wizard(
            "pos.bridge.activation.wizard",
            self.env._("%s Is Active", self.name),
            {"outlet_id": self.id},
        )

    @api.model
    def _open_wizard(self, model, name, vals):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": self.env[model].create(vals).id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }
