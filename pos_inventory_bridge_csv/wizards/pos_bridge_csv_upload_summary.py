from functools import partial

from odoo import models

from odoo.addons.pos_inventory_bridge.tools.wording import number_text

from ..models.messages import describe

#: So much is shown before the upload; all of it is kept with the file.
SHOWN_REJECTS = 20
#: The latest days; those that were read before are compared with what the file says.
SHOWN_DAYS = 31


class PosBridgeCsvUpload(models.TransientModel):
    """What a file says, put into words and tables before it is stored."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.csv.upload"

    def _render_rows(self, sold, rejects):
        reasons = {each.row: describe(self.env, each.refusal) for each in rejects}
        return self.env["ir.qweb"]._render(
            "pos_inventory_bridge_csv.upload_rows",
            {
                "sold": sold,
                "reasons": reasons,
                "kinds": self._kind_names(),
                "number": partial(number_text, self.env),
                "date_format": self._date_format(),
            },
        )

    def _date_format(self):
        """How a date with its weekday is written, for translators: Sun 8 Mar 2026."""
        return self.env._("EEE d MMM y")

    def _kind_names(self):
        line = self.env["pos.bridge.sale.line"]
        return dict(line._fields["kind"]._description_selection(self.env))

    def _render_summary(self, sheet):
        return self.env["ir.qweb"]._render(
            "pos_inventory_bridge_csv.upload_summary",
            {
                **self._prepare_totals(sheet),
                **self._prepare_items(sheet),
                "rejects": [
                    (reject.row, describe(self.env, reject.refusal))
                    for reject in sheet.rejects[:SHOWN_REJECTS]
                ],
                "reject_count": sum(not each.is_note for each in sheet.rejects),
                "note_count": sum(each.is_note for each in sheet.rejects),
                "currency": self.integration_id.company_id.currency_id,
                "date_format": self._date_format(),
            },
        )

    def _prepare_totals(self, sheet):
        """Lines, receipts and money of each day and outlet, and what was there."""
        totals = {}
        for sold in sheet.sold:
            day = totals.setdefault((sold.day, sold.outlet), [0, set(), 0])
            day[0] += 1
            day[1].add(sold.receipt)
            day[2] += sold.amount
        shown = sorted(totals)[-SHOWN_DAYS:]
        effects = self._effects(sheet, shown)
        return {
            "days": [
                {
                    "date": day,
                    "outlet": outlet,
                    "lines": totals[day, outlet][0],
                    "receipts": len(totals[day, outlet][1]),
                    "amount": float(totals[day, outlet][2]),
                    "effect": effects.get((day, outlet), ""),
                }
                for day, outlet in shown
            ],
            "more_days": len(totals) - len(shown),
            "day_count": len({day for day, _outlet in totals}),
            "line_count": len(sheet.sold),
            "amount": float(sum(sold.amount for sold in sheet.sold)),
        }

    def _effects(self, sheet, keys):
        """{(day, outlet): what this file changes there}, of days that were read."""
        integration = self.integration_id.sudo()
        connector = integration._connector()
        outlets = {outlet.external_id: outlet for outlet in integration.outlet_ids}
        effects = {}
        for day, name in keys:
            outlet = outlets.get(name)
            if not outlet:
                effects[day, name] = self.env._("new outlet")
                continue
            known = self.env["pos.bridge.sale"].search(
                [
                    ("outlet_id", "=", outlet.id),
                    ("business_date", "=", day),
                    ("vanished_at", "=", False),
                ]
            )
            if known:
                answer = connector._answer_with(outlet, day, [sheet], self.second_file)
                effects[day, name] = self._effect(known, answer)
        return effects

    def _effect(self, known, answer):
        """Like "there already: 1 come, 2 change, 1 go"."""
        before = {sale.external_id: sale.payload_digest for sale in known}
        after = {sale.external_id: sale.digest for sale in answer.sales}
        missing = len(before.keys() - after.keys())
        counts = {
            "new": len(after.keys() - before.keys()),
            "changed": sum(
                after[key] != before[key] for key in after.keys() & before.keys()
            ),
            "gone": missing if answer.complete else 0,
        }
        text = self.env._("there already, the same")
        if any(counts.values()):
            text = self.env._(
                "there already; receipts that come: %(new)s, change: %(changed)s, "
                "go: %(gone)s",
                **counts,
            )
        if missing and not answer.complete:
            text += "; " + self.env._(
                "receipts that are missing and stay, since rows were refused: %s",
                missing,
            )
        return text

    def _prepare_items(self, sheet):
        """Codes that are new, and those that no mapping says what they use."""
        names, amounts = sheet.names(), {}
        for sold in sheet.sold:
            amounts[sold.code] = amounts.get(sold.code, 0) + sold.amount
        items = self.env["pos.bridge.item"].search(
            [
                ("integration_id", "=", self.integration_id.id),
                ("external_id", "in", list(names)),
            ]
        )
        mapped = items.filtered(lambda item: item.mapping_state != "unmapped")
        unmapped = names.keys() - set(mapped.mapped("external_id"))
        ranked = sorted(unmapped, key=lambda code: (-amounts[code], code))
        return {
            "new_count": len(names.keys() - set(items.mapped("external_id"))),
            "unmapped": [(names[code][0] or code, amounts[code]) for code in ranked],
            "unmapped_amount": float(sum(amounts[code] for code in unmapped)),
        }
