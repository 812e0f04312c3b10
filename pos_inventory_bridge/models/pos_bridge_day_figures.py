import hashlib
import json

from odoo import models

from ..tools.plan import Problem
from ..tools.wording import named_list, number_text

FIGURES = ("posted", "ignored", "unmapped", "failed", "undone", "zero")
MEASURES = ("count", "quantity", "amount")


class PosBridgeDay(models.Model):
    """The account of a day: what was reported, read, posted, and what became of the
    rest.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _note_source(self, sales_day):
        """What the source says of its own answer; nobody knows the end of a day that
        goes on.
        """
        totals, missing = sales_day.control_totals, sales_day.missing or False
        if self._is_going_on():
            missing = self.env._("The day goes on: this is what was sold so far.")
        told = [name for name in MEASURES if getattr(totals, name) is not None]
        self._write_changed(
            {
                "source_complete": sales_day.complete and not self._is_going_on(),
                "source_missing": missing,
                "source_questions": "\n".join(sales_day.questions) or False,
                "question_keys": "\n".join(each.key for each in sales_day.questions)
                or False,
                "is_reported": bool(told),
                "reported_figures": told or False,
                "reported_count": totals.count or 0,
                "reported_quantity": float(totals.quantity or 0),
                "reported_amount": float(totals.amount or 0),
            }
        )

    def _digest(self, sold):
        """Fingerprint of the day's sales, as far as stock is concerned."""
        told = sorted((key, item.digest) for key, item in sold.items())
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _get_sales_digest(self):
        """The same of what is stored now."""
        self.ensure_one()
        self.check_access("read")
        return self._digest(self.sudo()._sold())

    def _remember(self, sold, explosion, keys):
        """Note of the computed items what their rows were made of. An item that failed
        is noted without a fingerprint, so that it is computed again with the next
        change.
        """
        effect_of = self.integration_id.policy_ids._effect
        states = {k: v for k, v in (self.sold_state or {}).items() if k not in keys}
        before = self.sold_state or {}
        for key in keys & sold.keys():
            item, state = sold[key], explosion.states[key]
            if state == "failed" and explosion.kept[key] is None:
                # What is posted of it is what was posted before.
                was = before.get(key, {})
                posted = was if was.get("state") in ("posted", "failed") else {}
                states[key] = {**posted, "state": state, "digest": False}
                continue
            states[key] = {
                "state": state,
                "digest": state != "failed" and item.digest,
                "net": float(item.net(effect_of)),
                "amount": float(item.amount),
                "count": item.line_count,
            }
        self._write_changed({"sold_state": states})

    def _keys_of_usage(self):
        return {usage._key() for usage in self.usage_in_force_ids}

    def _settle(self, sold):
        """Write the figures and the state that follow from what was done."""
        vals = self._prepare_figures(sold)
        for name in set(MEASURES) - set(self._told_measures()):
            vals[f"reported_{name}"] = vals[f"read_{name}"]
        if self._is_undone():
            vals["state"] = "undone"
        elif not sold and not self.revision:
            vals["state"] = "no_sales"
        else:
            vals["state"] = "posted" if self.source_complete else "provisional"
        self._write_changed(vals)

    def _prepare_figures(self, sold):
        """What became of the lines read: each is posted, ignored, unmapped, failed,
        undone or zero.
        """
        self.ensure_one()
        totals = {name: [0, 0.0, 0.0] for name in FIGURES}
        for item in sold.values():
            sums = item.line_count, item.total_quantity, item.amount
            for name, values in (
                (self._state_of(item), sums),
                ("zero", (item.zero_count, 0, item.zero_amount)),
            ):
                totals[name] = [
                    total + type(total)(value)
                    for total, value in zip(totals[name], values, strict=True)
                ]
        read = self._read_totals()
        vals = {}
        for name, (count, quantity, amount) in {**totals, "read": read}.items():
            vals[f"{name}_count"] = count
            vals[f"{name}_quantity"] = quantity
            vals[f"{name}_amount"] = self.currency_id.round(amount)
        return vals

    def _state_of(self, item):
        """What became of the lines of a ``Sold``; what is mapped is posted only while
        the day is not undone.
        """
        state = (self.sold_state or {}).get(item.key, {}).get("state")
        if self._is_undone() and state in (None, "posted"):
            return "undone"
        return state or "failed"

    def _write_changed(self, vals):
        """Write only what differs: a run that changes nothing writes nothing."""
        self.ensure_one()
        current = self.read(list(vals), load=None)[0]
        changed = {
            name: value for name, value in vals.items() if current[name] != value
        }
        if changed:
            self.write(changed)

    def _given_back_share(self, sold):
        """Which share of what this day posted would come back, if ``sold`` were posted.

        Share of the posted lines' net money, or of their number where they bear no
        money.
        """
        self.ensure_one()
        posted = {
            key: values
            for key, values in (self.sold_state or {}).items()
            if values["state"] in ("posted", "failed") and values.get("net", 0) > 0
        }
        by_money = sum(values["amount"] for values in posted.values()) > 0
        total = given_back = 0.0
        effect = self.integration_id.policy_ids._effect
        for key, values in posted.items():
            weight = max(values["amount"] if by_money else values["count"], 0)
            now = float(sold[key].net(effect)) if key in sold else 0.0
            total += weight
            given_back += weight * max(0.0, 1 - max(now, 0.0) / values["net"])
        return given_back / total if total else 0.0

    def _sale_lines(self, item, parent_item=None):
        """The receipt lines of an item on this day, those that vanished included."""
        self.ensure_one()
        return self.env["pos.bridge.sale.line"].search(
            [
                ("outlet_id", "=", self.outlet_id.id),
                ("business_date", "=", self.business_date),
                ("item_id", "=", item.id),
                ("parent_item_id", "=", parent_item.id if parent_item else False),
            ]
        )

    # === PROBLEMS OF THE DAY AS A WHOLE === #

    def _source_problems(self):
        """What the source itself leaves open."""
        problems = self._currency_problems()
        if not self.source_complete and not self._is_going_on():
            problems.append(self._incomplete_problem())
        if not self._adds_up("reported"):
            problems.append(self._mismatch_problem())
        elif not self._adds_up("accounted"):
            problems.append(self._lost_problem())
        return problems

    def _incomplete_problem(self):
        missing = self.source_missing or self.env._(
            "The source says that sales of this day are still missing. Fetch the day "
            "again."
        )
        message = self.env._(
            "%(missing)s What is there was posted, nothing was taken back.",
            missing=missing,
        )
        return Problem(code="day_incomplete", message=message)

    def _names_of_less(self, sold, most=8):
        """Like "Espresso 40 -> 20": the items of which the till tells less now."""
        effect_of = self.integration_id.policy_ids._effect
        texts = []
        for key, was in sorted((self.sold_state or {}).items()):
            now = float(sold[key].net(effect_of)) if key in sold else 0.0
            if was["state"] in ("posted", "failed") and now < was.get("net", 0):
                item = self.env["pos.bridge.item"].browse(int(key.split("/")[0]))
                before, after = (
                    number_text(self.env, value) for value in (was["net"], now)
                )
                texts.append(f"{item.name} {before} \N{RIGHTWARDS ARROW} {after}")
        return named_list(texts, most)

    def _shrunk_problem(self, sold):
        share = self._given_back_share(sold)
        names = self._names_of_less(sold)
        return Problem(
            code="day_shrank",
            message=self.env._(
                "The till now tells %(share)s %% less than what was posted for this "
                "day (limit: %(limit)s %%), so nothing was posted. Less was sold of: "
                "%(items)s. Fetch the day again; if it really became smaller, use "
                "Post the smaller day.",
                items=names,
                share=number_text(self.env, share * 100, 1),
                limit=number_text(self.env, self.integration_id.shrink_limit * 100),
            ),
        )

    def _ledger_problems(self, deltas):
        """Where Odoo's stock or its precision cannot follow what was used."""
        return self._shortage_problems(deltas) + self._rounding_problems()

    def _rounding_problems(self):
        lost = self.env["pos.bridge.usage"]._lost_by_rounding(self)
        return [
            Problem(
                code="validation_error",
                product_id=product.id,
                quantity=exact - rounded,
                message=self.env._(
                    "%(product)s: %(exact)s %(uom)s were used, but Odoo counts it in "
                    "steps of %(step)s and keeps %(rounded)s. Let a manager use more "
                    "digits (on the integration), then post the day again.",
                    product=product.display_name,
                    exact=number_text(self.env, exact),
                    uom=product.uom_id.name,
                    step=number_text(self.env, product.uom_id.rounding),
                    rounded=number_text(self.env, rounded),
                ),
            )
            for product, exact, rounded in lost
        ]

    def _shortage_problems(self, deltas):
        """Goods that Odoo does not know to be there were used all the same."""
        pairs = {(delta.product_id, delta.location_id) for delta in deltas}
        short = self.open_exception_ids.filtered(lambda e: e.code == "negative_stock")
        for usage in self.usage_in_force_ids:
            if usage.product_id in short.product_id:
                pairs.add((usage.product_id.id, usage.location_id.id))
        problems = []
        for location_id in sorted({location_id for _product, location_id in pairs}):
            unit = self.env["stock.location"].browse(location_id)
            products = self.env["product.product"].browse(
                sorted(
                    product for product, location in pairs if location == location_id
                )
            )
            for product, on_hand in unit._pos_bridge_shortages(products):
                problems.append(self._shortage_problem(product, unit, on_hand))
        return problems

    def _shortage_problem(self, product, unit, on_hand):
        return Problem(
            code="negative_stock",
            product_id=product.id,
            quantity=on_hand,
            message=self.env._(
                "%(product)s: %(quantity)s %(uom)s in %(unit)s after this day. More "
                "was used than Odoo knows of: enter the missing delivery, or count it.",
                product=product.display_name,
                quantity=number_text(self.env, on_hand),
                uom=product.uom_id.name,
                unit=unit.name,
            ),
        )
