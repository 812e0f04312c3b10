from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.money_share import share_of_money
from .pos_bridge_exception import LOOK_CODES

WEEK = 7


class Todo(NamedTuple):
    """What waits in one outlet: how many days, items, or other exceptions."""

    looks: int = 0
    failed: int = 0
    missing: int = 0
    unmapped: int = 0
    stale: int = 0
    others: int = 0


class PosBridgeOutlet(models.Model):
    """An outlet's card on the overview, with the one thing to do now."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.outlet"

    def _get_overview_cards(self, matrix):
        """
        :param matrix: as ``get_day_matrix`` gives it
        :return: list of ``{"id", "name", "integration_id", "state", "state_label",
            "last_day", "next_run", "cells", "mapped_share", "step"}``; ``next_run`` in
            UTC, the step as ``_get_next_step`` gives it
        """
        cells = {row["id"]: row["cells"] for row in matrix["outlets"]}
        last_days, shares = self._get_last_days(), self._get_mapped_shares()
        todos = self._get_todos()
        return [
            {
                "id": outlet.id,
                "name": outlet.name,
                "integration_id": outlet.integration_id.id,
                "state": outlet.state,
                "state_label": outlet.state_text,
                "last_day": last_days.get(outlet.id, False),
                "next_run": outlet.next_run_at,
                "cells": cells.get(outlet.id, []),
                "mapped_share": shares.get(outlet.id),
                "step": outlet._get_next_step(todos.get(outlet.id, Todo())),
            }
            for outlet in self
        ]

    def _get_last_days(self):
        """{outlet id: the newest day that was posted, in words}."""
        groups = self.env["pos.bridge.day"]._read_group(
            [
                ("outlet_id", "in", self.ids),
                ("state", "in", ("posted", "provisional", "no_sales")),
            ],
            ["outlet_id"],
            ["business_date:max"],
        )
        pattern = self.env._("EEE d MMM y")
        return {
            outlet.id: format_date(self.env, date, date_format=pattern)
            for outlet, date in groups
        }

    def _get_mapped_shares(self):
        """{outlet id: share of the money of the last 7 days whose items are mapped or
        ignored, 0 to 1}, without outlets that sold nothing. Today is one of the seven
        once something of it is known.
        """
        today = fields.Date.context_today(self)
        names = ("posted", "ignored", "undone", "unmapped", "failed")
        groups = self.env["pos.bridge.day"]._read_group(
            [
                ("outlet_id", "in", self.ids),
                ("business_date", ">=", today - timedelta(days=WEEK)),
                ("business_date", "<=", today),
            ],
            ["outlet_id", "business_date:day"],
            [f"{name}_amount:sum" for name in names],
        )
        told_today = {
            outlet
            for outlet, date, *amounts in groups
            if date == today and any(amounts)
        }
        sums = defaultdict(lambda: [0.0] * len(names))
        for outlet, date, *amounts in groups:
            if outlet not in told_today or date > today - timedelta(days=WEEK):
                pairs = zip(sums[outlet.id], amounts, strict=True)
                sums[outlet.id] = [total + amount for total, amount in pairs]
        shares = {key: share_of_money(each[:3], each[3:]) for key, each in sums.items()}
        return {key: share for key, share in shares.items() if share is not None}

    # === WHAT WAITS === #

    def _get_todos(self):
        """{outlet id: ``Todo``}."""
        counts = defaultdict(dict)
        for outlet_id, dates in self._get_missing_dates().items():
            counts[outlet_id]["missing"] = len(dates)
        days = self.env["pos.bridge.day"]
        domains = {
            "failed": Domain("state", "=", "failed"),
            "stale": days._domain_to_post_again(),
        }
        for name, domain in domains.items():
            groups = days._read_group(
                domain & Domain("outlet_id", "in", self.ids), ["outlet_id"], ["__count"]
            )
            for outlet, count in groups:
                counts[outlet.id][name] = count
        for outlet_id, found in self._get_open_exceptions().items():
            counts[outlet_id].update(found)
        return {outlet_id: Todo(**found) for outlet_id, found in counts.items()}

    def _get_open_exceptions(self):
        """{outlet id: {"looks": days, "unmapped": items, "others": days}}."""
        open_ones = Domain("outlet_id", "in", self.ids) & Domain("resolved", "=", False)
        unmapped = Domain("code", "=", "unmapped_pos_item")
        looks = Domain("code", "in", LOOK_CODES)
        # One that was mapped since waits for its days to be posted again.
        still = unmapped & Domain("item_id.mapping_state", "=", "unmapped")
        kinds = {
            "looks": (looks, "day_id:count_distinct"),
            "unmapped": (still, "item_id:count_distinct"),
            "others": (self._domain_other_exceptions(), "day_id:count_distinct"),
        }
        found = defaultdict(dict)
        for name, (domain, measure) in kinds.items():
            groups = self.env["pos.bridge.exception"]._read_group(
                open_ones & domain, ["outlet_id"], [measure]
            )
            for outlet, count in groups:
                found[outlet.id][name] = count
        return found

    def _domain_other_exceptions(self):
        """Those that no step before asks about."""
        return Domain("code", "not in", ("unmapped_pos_item", *LOOK_CODES))

    # === THE ONE THING TO DO NOW === #

    def _get_next_step(self, todo):
        """What matters most: first what keeps sales from being known, then what keeps
        them from being deducted, then what would be tidier.

        :return: ``{"tone", "text", "button", "method"}``: a public method of the
            outlet; no button where the person may not do it
        """
        self.ensure_one()
        steps = (
            self._step_of_set_up,
            self._step_of_connection,
            self._step_of_days,
            self._step_of_exceptions,
        )
        for step in steps:
            if found := step(todo):
                return found
        return self._overview_step("success", self.env._("Everything is done."))

    def _overview_step(self, tone, text, button="", method="", manager=False):
        is_manager = self.env.user.has_group(
            "pos_inventory_bridge.pos_bridge_group_manager"
        )
        if manager and not is_manager:
            text = self.env._("%s Ask a manager of POS Inventory.", text)
            button = method = ""
        return {"tone": tone, "text": text, "button": button, "method": method}

    def _step_of_set_up(self, todo):
        is_automatic = self.integration_id.can_run_automatically
        if self.state != "inactive" or not (is_automatic or self.is_fed_by_hand):
            return None
        missing = self._missing_for_activation()
        if not missing:
            if self.is_fed_by_hand:
                return None
            return self._overview_step(
                *("info", self.env._("Ready to be activated.")),
                *(self.env._("Activate"), "action_activate"),
                manager=True,
            )
        return self._overview_step(
            *("info", missing[0], self.env._("Set up"), "action_overview_open"),
        )

    def _step_of_connection(self, todo):
        integration = self.integration_id
        if integration.state == "error":
            return self._overview_step(
                *("danger", self.env._("The connection to the till is lost.")),
                *(self.env._("Connect again"), "action_setup_integration"),
                manager=True,
            )
        if self.state == "paused":
            return self._overview_step(
                *("warning", self.env._("Paused %s", self.paused_reason or "")),
                *(self.env._("Resume"), "action_resume"),
                manager=True,
            )
        return None

    def _step_of_days(self, todo):
        if todo.looks:
            return self._overview_step(
                *("warning", self.env._("Days that wait for a look: %s", todo.looks)),
                *(self.env._("Look at them"), "action_overview_looks"),
            )
        if todo.failed:
            return self._overview_step(
                *("danger", self.env._("Days that failed: %s", todo.failed)),
                *(self.env._("See why"), "action_overview_failed"),
            )
        if todo.missing:
            return self._overview_step(
                *("danger", self.env._("Days that are missing: %s", todo.missing)),
                *(self.env._("Fetch them"), "action_fetch_missing"),
            )
        return None

    def _step_of_exceptions(self, todo):
        if todo.unmapped:
            return self._overview_step(
                *("warning", self.env._("Items sold, not mapped: %s", todo.unmapped)),
                *(self.env._("Map them"), "action_overview_map"),
            )
        if todo.others:
            return self._overview_step(
                *("warning", self.env._("Days with exceptions: %s", todo.others)),
                *(self.env._("Solve them"), "action_overview_exceptions"),
            )
        if todo.stale:
            return self._overview_step(
                *("warning", self.env._("Days to post again: %s", todo.stale)),
                *(self.env._("See what changes"), "action_overview_stale"),
            )
        return None

    # === THE WAY THERE === #

    def action_overview_open(self):
        return self.get_formview_action()

    def action_overview_looks(self):
        return self._action_overview("pos_bridge_day_action", "attention", "look")

    def action_overview_failed(self):
        return self._action_overview("pos_bridge_day_action", "failed")

    def action_overview_stale(self):
        return self._action_overview("pos_bridge_day_stale_action")

    def action_overview_exceptions(self):
        """Those that the card counts: of this outlet alone, by cause."""
        action = self._action_overview("pos_bridge_exception_action", "group_cause")
        domain = Domain("outlet_id", "=", self.id) & Domain("resolved", "=", False)
        return {**action, "domain": list(domain & self._domain_other_exceptions())}

    def action_overview_map(self):
        return self.integration_id.action_setup_items()

    def _action_overview(self, name, *filters):
        """A list of what belongs to this outlet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"pos_inventory_bridge.{name}"
        )
        context = {f"search_default_{each}": 1 for each in filters}
        context["search_default_outlet_id"] = self.id
        return {**action, "context": context}
