from odoo import models

from ..tools.plan import Problem


class PosBridgeDay(models.Model):
    """Step *allow*: what of the difference may be posted now; the rest stays open.

    Each rule takes deltas and gives back those that may pass, smaller ones perhaps,
    and what a person should know of the others. What does not pass is computed again by
    the next run.
    """

    # One file per step; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.day"

    def _allowed(self, deltas):
        """What may be posted of what the ledger lacks.

        :param deltas: list of ``Delta`` in (product, unit, consumption location) order
        :return: (deltas in the same order, list of ``Problem``)
        """
        problems = []
        for rule in self._get_posting_rules():
            deltas, found = rule(deltas)
            problems += found
        return deltas, problems

    def _get_posting_rules(self):
        return [self._without_kits]

    def _without_kits(self, deltas):
        """Core would explode the move of a kit, so its posting stays as it is."""
        products = self.env["product.product"].browse(
            dict.fromkeys(delta.product_id for delta in deltas)
        )
        kits = products._pos_bridge_kits()
        allowed = [delta for delta in deltas if delta.product_id not in kits.ids]
        return allowed, [self._kit_problem(kit) for kit in kits]

    def _kit_problem(self, product):
        return Problem(
            code="validation_error",
            product_id=product.id,
            message=self.env._(
                "%s is a kit now and can be neither taken nor given back. Archive "
                "its bill of materials, then post the day again.",
                product.display_name,
            ),
        )
