from odoo import api, fields, models
from odoo.fields import Domain


class PosBridgeIntegration(models.Model):
    """The set-up checklist: what is done, what is missing, and the way to each cure."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    setup_steps = fields.Json("Set-up", compute="_compute_setup_steps")
    can_run_automatically = fields.Boolean(compute="_compute_can_run_automatically")
    is_fed_by_hand = fields.Boolean(
        compute="_compute_can_run_automatically",
        help="A person brings its sales: nothing is connected or activated.",
    )

    @api.depends(
        *("state", "connector", "automatic", "paused_reason"),
        *("outlet_ids.state", "outlet_ids.storage_ids.location_id"),
    )
    @api.depends_context("uid", "lang")
    def _compute_setup_steps(self):
        for integration in self:
            saved = integration._origin
            integration.setup_steps = saved._get_setup_steps() if saved else []

    @api.depends("connector")
    def _compute_can_run_automatically(self):
        for integration in self:
            is_asked = integration._can_run_automatically()
            integration.can_run_automatically = is_asked
            has_connector = integration.connector != "none"
            integration.is_fed_by_hand = has_connector and not is_asked

    def _can_run_automatically(self):
        """Can the till be asked every day? Not where a person brings the sales."""
        self.ensure_one()
        return self.connector != "none"

    def _get_setup_steps(self):
        """The steps of the checklist, in order, as plain data.

        A connector adds, replaces or removes entries. Each is a dictionary: ``key``,
        ``title``, ``state`` (done, todo, attention), ``text``, ``optional`` (the list
        counts as done without it), and ``button`` and ``method``: a public method of
        the integration that leads to the cure.
        """
        self.ensure_one()
        return [
            self._setup_connect(),
            self._setup_outlets(),
            self._setup_storage(),
            self._setup_items(),
            self._setup_activate(),
            self._setup_past_sales(),
        ]

    @api.model
    def _setup_step(self, key, title, state, text, button="", method="", **more):
        """One entry.

        :param more: ``for_user``: back-office users may press its button, too;
            ``optional``: all is done without it; ``blocks``: an outlet cannot be
            activated before it is done
        """
        is_manager = self.env.user.has_group(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        if not (is_manager or more.pop("for_user", False)):
            button = method = ""
        return {
            "key": key,
            "title": title,
            "state": state,
            "text": text,
            "button": button,
            "method": method,
            "optional": more.get("optional", False),
            "blocks": more.get("blocks", False) and state != "done",
        }

    def _setup_connect(self):
        label = dict(self._fields["connector"]._description_selection(self.env))
        texts = {
            "draft": self.env._("Not connected yet."),
            "connected": self.env._("Connected: %s", label.get(self.connector)),
            "error": self.env._("The till refused the connection."),
        }
        states = {"draft": "todo", "connected": "done", "error": "attention"}
        text, state = texts[self.state], states[self.state]
        if self.connector == "none":
            text = self.env._("Choose where the sales come from, then connect.")
            state = "todo"
        button = self.env._("Check") if state == "done" else self.env._("Connect")
        needs_page = self.uses_oauth2 and state != "done"
        method = "action_authorize" if needs_page else "action_connect"
        title = self.env._("Connected")
        return self._setup_step("connect", title, state, text, button, method)

    def _setup_outlets(self):
        outlets = self.outlet_ids
        names = ", ".join(outlets.mapped("name"))
        text = names or self.env._("None known yet: they come with the items.")
        button = self.env._("Sync again") if outlets else self.env._("Sync")
        return self._setup_step(
            "outlets",
            self.env._("Outlets synced"),
            "done" if outlets else "todo",
            text,
            button,
            "action_sync_items",
        )

    def _setup_storage(self):
        bare = self.outlet_ids.filtered(lambda outlet: not outlet.storage_unit_id)
        if bare:
            names = ", ".join(bare.mapped("name"))
            state = "attention"
            text = self.env._("No storage unit yet: %s", names)
        elif self.outlet_ids:
            state = "done"
            pairs = [(each.name, each.storage_unit_id.name) for each in self.outlet_ids]
            text = ", ".join(f"{outlet} → {unit}" for outlet, unit in pairs)
        else:
            state = "todo"
            text = self.env._("What each outlet's sales are deducted from.")
        title = self.env._("Storage units")
        return self._setup_step(
            "storage",
            title,
            state,
            text,
            self.env._("Choose"),
            "action_setup_outlets",
        )

    def _setup_items(self):
        count, missing = self.item_count, self.unmapped_item_count
        if count:
            state = "attention" if missing else "done"
            text = self._setup_items_text(count, missing)
        else:
            state, text = "todo", self.env._("No item known yet.")
        return self._setup_step(
            "items",
            self.env._("Items mapped"),
            state,
            text,
            self.env._("Map the rest") if missing else self.env._("Open"),
            "action_setup_items",
            for_user=True,
        )

    def _setup_items_text(self, count, missing):
        share = self._mapped_share()
        values = {"mapped": count - missing, "count": count}
        if share is None:
            return self.env._("%(mapped)s of %(count)s", **values)
        return self.env._(
            "%(mapped)s of %(count)s, %(share)s %% of last week's money",
            share=round(100 * share),
            **values,
        )

    def _mapped_share(self):
        """Share of the money of the week, as the list of items has it, whose items are
        mapped or ignored.
        """
        items = self.env["pos.bridge.item"]
        figures = items._week_figures(Domain("item_id.integration_id", "=", self.id))
        settled = items.browse(figures).filtered(lambda item: item._is_settled())
        total = sum(money for _sold, money in figures.values())
        mapped = sum(figures[item_id][1] for item_id in settled.ids)
        return mapped / total if total > 0 else None

    def _setup_activate(self):
        waiting = self.outlet_ids.filtered(lambda outlet: outlet.state != "active")
        texts = [outlet._setup_text() for outlet in self.outlet_ids]
        if self.outlet_ids and not self.automatic:
            texts.append(self.env._("automatic runs are switched off"))
        is_done = self.outlet_ids and not waiting and self.automatic
        paused = waiting.filtered(lambda outlet: outlet.state == "paused")
        if self.paused_reason:
            texts.append(self.env._("paused as a whole"))
        is_paused = paused or self.paused_reason
        state = "attention" if is_paused else "done" if is_done else "todo"
        return self._setup_step(
            "activate",
            self.env._("Activate"),
            state,
            ", ".join(texts) or self.env._("Sales are then fetched by themselves."),
            self.env._("Open"),
            "action_setup_outlets" if waiting else "action_setup_automatic",
        )

    def _setup_past_sales(self):
        migrations = self.env["pos.bridge.migration"].search(
            [
                ("outlet_id", "in", self.outlet_ids.ids),
                ("state", "not in", ("draft", "cancelled")),
            ]
        )
        texts = [
            self._past_sales_text(outlet, migrations) for outlet in self.outlet_ids
        ]
        done = migrations.filtered(lambda each: each.state == "done").outlet_id
        is_done = self.outlet_ids and not self.outlet_ids - done
        return self._setup_step(
            "past_sales",
            self.env._("Past sales"),
            "done" if is_done else "todo",
            ", ".join(texts) or self.env._("The last 90 days can be read, too."),
            self.env._("Open") if migrations else self.env._("Start"),
            "action_setup_past_sales",
            optional=True,
        )

    def _past_sales_text(self, outlet, migrations):
        latest = migrations.filtered(lambda each: each.outlet_id == outlet)[:1]
        values = {"outlet": outlet.name}
        if latest.state == "done":
            days = (latest.date_to - latest.date_from).days + 1
            return self.env._("Days read for %(outlet)s: %(days)s", days=days, **values)
        if latest.state == "running":
            share = round(latest.progress)
            return self.env._(
                "%(outlet)s: %(share)s %% read so far", share=share, **values
            )
        if latest.state == "paused":
            return self.env._("%(outlet)s paused", **values)
        return self.env._("%(outlet)s not started", **values)

    # === THE WAY TO EACH CURE === #

    def action_setup_outlets(self):
        return self._action_view("pos_bridge_outlet_action", "integration_id")

    def action_setup_automatic(self):
        """The switch stands on the integration itself."""
        self.ensure_one()
        return self._notification(
            self.env._("Switch it on or off in the tab When It Runs."), "info"
        )

    def action_setup_items(self):
        action = self.action_view_items()
        if self.unmapped_item_count:
            action["context"]["search_default_unmapped"] = 1
        return action

    def action_setup_past_sales(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pos_inventory_bridge.pos_bridge_migration_action"
        )
        action["domain"] = [("outlet_id", "in", self.outlet_ids.ids)]
        action["context"] = {"default_outlet_id": self.outlet_ids[:1].id}
        return action


class PosBridgeItem(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.item"

    def _is_settled(self):
        """Somebody has said what its sale uses, be it nothing."""
        self.ensure_one()
        return self.mapping_state in ("mapped", "ignored")
