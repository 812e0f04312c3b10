from collections import defaultdict
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..tools.plan import Delta
from ..tools.wording import number_text
from .pos_bridge_usage import KEY_FIELDS
from .pos_bridge_usage_owner import OWNER_FIELDS


class PosBridgeUsage(models.Model):
    """Rows that stand against use that a count has seen already (rule 9).

    Of each item they add up to the opposite of all that changed in its use sold before
    the count, since that was done. They are only ever added: also an undo adds to them.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.usage"

    count_date = fields.Datetime(
        related="count_move_id.date", string="Sold Before the Count Of"
    )
    counted_text = fields.Char(
        string="Counted Since",
        compute="_compute_counted_text",
        help="What of this was sold before a count and posted after it.",
    )

    @api.depends("day_id", "product_id", "location_id")
    def _compute_counted_text(self):
        """Of all that the day used of the ingredient from there."""
        self.counted_text = False
        if not any(self.day_id.mapped("is_counted_since")):
            return
        groups = self._read_group(
            [
                ("day_id", "in", self.day_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("revision_to", "=", False),
                ("count_move_id", "!=", False),
            ],
            ["day_id", "product_id", "location_id", "count_move_id", "is_count"],
            ["quantity:sum"],
            order="count_move_id",
        )
        told = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
        for day, product, unit, count, is_count, quantity in groups:
            told[day, product, unit][count][is_count] += quantity
        for usage in self:
            counts = told[usage.day_id, usage.product_id, usage.location_id]
            usage.counted_text = "; ".join(
                usage._counted_text(count, *amounts)
                for count, amounts in counts.items()
                if any(round(amount, 6) for amount in amounts)
            )

    def _counted_text(self, count, used, against):
        """Like "2 kg before 9 Mar, 08:00"; negative where use came back since."""
        return self.env._(
            "%(quantity)s %(uom)s before %(moment)s",
            quantity=number_text(self.env, round(-against or used, 6)),
            uom=self.uom_id.name,
            moment=format_datetime(
                self.env,
                count.sudo().date,
                tz=self.outlet_id.tz,
                dt_format=self.env._("d MMM, HH:mm"),
            ),
        )

    # === STEP: RECONCILE === #

    @api.model
    def _plan(self, day, explosion, computed_keys):
        ended, began = super()._plan(day, explosion, computed_keys)
        return ended, began + self._plan_counts(day, explosion.counts, ended, began)

    @api.model
    def _begin_counts(self, day, revision):
        """Add the count rows of a run that computes no use; True if there are any."""
        began = self._plan_counts(day, day._late_counts())
        self._begin(day, began, revision)
        return bool(began)

    @api.model
    def _plan_counts(self, day, counts, ended=None, began=()):
        """Values of the count rows that are missing, once these rows end and begin.

        Where counts were kept up to now they are kept on, whatever is chosen meanwhile.
        """
        keeps = day.integration_id.late_count_policy == "compensate"
        result = []
        for pair, owners in self._against(day, counts, ended, began).items():
            unit = self.env["product.product"].browse(pair[0]).uom_id
            missing = self._missing(unit, owners)
            is_kept = keeps or any(
                not unit.is_zero(owner.known) for owner in owners.values()
            )
            if is_kept and not unit.is_zero(missing):
                result += self._prepare_counts(counts[pair], owners, missing)
        return result

    def _missing(self, unit, owners):
        """How much the count rows of all items together fall short of.

        Use is rounded as the ledger rounds it: where that changed by nothing, nothing
        stands against it either.
        """
        seen, used, known = (
            unit.round(self._sum(getattr(owner, name) for owner in owners.values()))
            for name in ("seen", "used", "known")
        )
        return unit.round(self._sum([seen, -used, -known]))

    def _prepare_counts(self, count, owners, total):
        """
        :param total: what all of them add up to; what its rounding takes or gives is
            the largest one's
        """
        missing = {
            key: self._sum([owner.seen, -owner.used, -owner.known])
            for key, owner in owners.items()
        }
        largest = max(missing, key=lambda key: abs(missing[key]))
        others = (-part for key, part in missing.items() if key != largest)
        missing[largest] = self._sum([total, *others])
        return [
            {
                **dict(zip(OWNER_FIELDS, key, strict=True)),
                "mapping_id": owners[key].mapping_id,
                "consumption_location_id": count.location_id,
                "sold_quantity": 0.0,
                "quantity": quantity,
                "count_move_id": count.move_id,
                "is_count": True,
            }
            for key, quantity in missing.items()
            if quantity
        ]

    @api.model
    def _uncounted(self, day, ended=None, began=()):
        """{(product id, storage unit id): quantity} that was sold before a count and is
        neither in what was counted nor taken out of its difference.
        """
        result = {}
        against = self._against(day, day._late_counts(), ended, began)
        for pair, owners in against.items():
            unit = self.env["product.product"].browse(pair[0]).uom_id
            quantity = -self._missing(unit, owners)
            if not unit.is_zero(quantity):
                result[pair] = quantity
        return result

    @api.model
    def _delta(self, day, ended=None, began=()):
        deltas = super()._delta(day, ended, began)
        locations = self.env["stock.location"]
        if any(
            locations.browse(delta.consumption_location_id).usage == "inventory"
            for delta in deltas
        ):
            counts = self._counts_of(day, began)
            deltas = [
                replace(delta, count_move_id=counts.get(delta.key, 0))
                for delta in deltas
            ]
        if day.integration_id.late_count_policy == "hold":
            uncounted = self._uncounted(day, ended, began)
            deltas = self._with_uncounted(day, deltas, uncounted, began)
        return deltas

    @api.model
    def _with_uncounted(self, day, deltas, uncounted, began):
        """Each place's use says how much of it was sold before a count; also where that
        and what was sold since change by as much in opposite directions.
        """
        left, result = dict(uncounted), []
        for delta in deltas:
            counted = 0.0 if delta.count_move_id else left.pop(delta.place, 0.0)
            result.append(replace(delta, counted=counted))
        keys = self._use_keys(day, began) if left else {}
        result += [
            Delta(*keys[place], 0.0, counted=counted) for place, counted in left.items()
        ]
        return sorted(result)

    @api.model
    def _use_keys(self, day, began):
        """{(product id, storage unit id): ledger key of what is used from there}."""
        rows = self.search([("day_id", "=", day.id), ("is_count", "=", False)])
        keys = [row._ledger_key() for row in rows.sorted("id")]
        keys += [
            tuple(vals[name] for name in KEY_FIELDS)
            for vals in began
            if not vals.get("is_count")
        ]
        return {key[:2]: key for key in keys}

    @api.model
    def _counts_of(self, day, began):
        """{ledger key: id of the count} out of whose difference something is moved."""
        rows = self._in_force_of(day).filtered("is_count")
        known = {row._ledger_key(): row.count_move_id.id for row in rows.sorted("id")}
        new = {
            tuple(vals[name] for name in KEY_FIELDS): vals["count_move_id"]
            for vals in began
            if vals.get("is_count")
        }
        return known | new
