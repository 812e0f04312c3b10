from odoo import api, models
from odoo.exceptions import UserError

#: Where a move is in the books; only its posting says so.
BOOKING_FIELDS = {
    "account_move_id",
    "pos_bridge_booked_value",
    "pos_bridge_debit_account_id",
    "pos_bridge_credit_account_id",
}
#: What a posted transfer says; notes, activities and people may change.
PICKING_FIELDS = {
    "name",
    "origin",
    "state",
    "location_id",
    "location_dest_id",
    "picking_type_id",
    "scheduled_date",
    "partner_id",
}


class StockMove(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """A move that is added to a done transfer is done at once."""
        pickings = {vals["picking_id"] for vals in vals_list if vals.get("picking_id")}
        self.env["stock.picking"].browse(pickings)._check_pos_bridge_untouched()
        return super().create(vals_list)

    def write(self, vals):
        if BOOKING_FIELDS & vals.keys() and not self.env.su:
            self._check_pos_bridge_untouched()
        return super().write(vals)

    def unlink(self):
        """Before core says of its lines that nothing can be done."""
        self._check_pos_bridge_untouched()
        return super().unlink()

    def _action_cancel(self):
        """Core sends to a return, which is no way out here."""
        self._check_pos_bridge_untouched()
        return super()._action_cancel()


class StockMoveLine(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Core makes a move of its own for a line without one."""
        pickings = {vals["picking_id"] for vals in vals_list if vals.get("picking_id")}
        self.env["stock.picking"].browse(pickings)._check_pos_bridge_untouched()
        return super().create(vals_list)

    def unlink(self):
        """Before core says that nothing can be done."""
        self._check_pos_bridge_untouched()
        return super().unlink()

    def write(self, vals):
        """The run dates and picks its lines itself, with all rights."""
        if {"date", "picked"} & vals.keys() and not self.env.su:
            self._check_pos_bridge_untouched()
        return super().write(vals)


class StockPicking(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    def write(self, vals):
        if PICKING_FIELDS & vals.keys() and not self.env.su:
            self._check_pos_bridge_untouched()
        return super().write(vals)


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    @api.model_create_multi
    def create(self, vals_list):
        scraps = super().create(vals_list)
        scraps._check_pos_bridge_picking()
        return scraps

    def write(self, vals):
        result = super().write(vals)
        if "picking_id" in vals:
            self._check_pos_bridge_picking()
        return result

    def _check_pos_bridge_picking(self):
        """What a day took is gone already; what is spoiled lies in the storage unit."""
        for picking in self.picking_id.filtered("pos_bridge_day_id"):
            raise UserError(
                self.env._(
                    "%s was posted by a sales day: what it took cannot be scrapped "
                    "once more. Scrap what is spoiled from the storage unit instead, "
                    "under Inventory > Operations > Scrap, without a transfer.",
                    picking.display_name,
                )
            )


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    def write(self, vals):
        if vals.get("active") is False or "code" in vals:
            changing = self.filtered(
                lambda kind: (
                    vals.get("active") is False
                    or vals.get("code", kind.code) != kind.code
                )
            )
            changing._check_pos_bridge_type()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pos_bridge(self):
        self._check_pos_bridge_type()

    def _check_pos_bridge_type(self):
        companies = self.env["res.company"].sudo()
        own = companies.search([("pos_bridge_picking_type_id", "in", self.ids)])
        for kind in own.pos_bridge_picking_type_id:
            raise UserError(
                self.env._(
                    "Sales days are posted with the operation type %s, so it stays. "
                    "To stop posting, pause the outlets under POS Inventory > "
                    "Configuration.",
                    kind.display_name,
                )
            )


class StockLocation(models.Model):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.location"

    def write(self, vals):
        if vals.get("active") is False and not self.env.su:
            self._check_pos_bridge_in_use()
        if "usage" in vals:
            changing = self.filtered(lambda place: place.usage != vals["usage"])
            changing._check_pos_bridge_usage()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_pos_bridge(self):
        self._check_pos_bridge_in_use()
        self._check_pos_bridge_usage()

    def _check_pos_bridge_in_use(self):
        """Where outlets take from, and where what was used goes to, stays."""
        outlets = self.env["pos.bridge.outlet"].sudo()
        for outlet in outlets.search([("company_id", "in", self.company_id.ids)]):
            if outlet.storage_unit_id in self:
                raise UserError(
                    self.env._(
                        "The outlet %(outlet)s takes its goods from %(unit)s. Link it "
                        "to another storage unit first, on the outlet; then archive "
                        "this one.",
                        outlet=outlet.name,
                        unit=outlet.storage_unit_id.display_name,
                    )
                )
            if outlet.consumption_location_id in self:
                raise UserError(self._text_of_consumption(outlet))

    def _text_of_consumption(self, outlet):
        return self.env._(
            "%(place)s is where the ledger puts what the outlet %(outlet)s used, so it "
            "stays. To stop posting, pause the outlet.",
            place=outlet.consumption_location_id.display_name,
            outlet=outlet.name,
        )

    def _check_pos_bridge_usage(self):
        """A place of another kind would turn what was posted into something else."""
        outlets = self.env["pos.bridge.outlet"].sudo()
        outlet = outlets.search([("consumption_location_id", "in", self.ids)], limit=1)
        if outlet:
            raise UserError(self._text_of_consumption(outlet))
        usage = self.env["pos.bridge.usage"].sudo()
        row = usage.search([("location_id", "in", self.ids)], limit=1)
        if row:
            raise UserError(
                self.env._(
                    "Sales were deducted from %s, so it stays what it is. Link its "
                    "outlets to another storage unit and archive it instead.",
                    row.location_id.display_name,
                )
            )
