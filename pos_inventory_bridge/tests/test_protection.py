"""Rule 15: what a sales day posted is changed by nobody, whatever else they may do.

Each attempt goes the way of the web client, by an administrator of everything, an
inventory administrator and an accountant. Each is refused in words that say what to do
instead, and leaves stock and books as they were.
"""

from contextlib import suppress
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .common import DAY
from .test_books_clicks import PizzaCommon

DAY_WAY_OUT = "use Undo on the sales day"
STOCK_GROUPS = ("stock.group_stock_manager", "mrp.group_mrp_manager")
BOOK_GROUPS = ("account.group_account_manager", "account.group_account_user")


class ProtectionCommon(PizzaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = "pos_inventory_bridge.pos_bridge_group_manager"
        settings = ("base.group_system", "product.group_product_manager", manager)
        cls.people = {
            "administrator": cls._person("boss", STOCK_GROUPS + BOOK_GROUPS + settings),
            "stock manager": cls._person("keeper", STOCK_GROUPS),
            "accountant": cls.accountant,
        }

    @classmethod
    def _person(cls, login, groups):
        person = cls._create_accountant(f"pos_bridge_{login}", cls.company)
        known = [cls.env.ref(name, raise_if_not_found=False) for name in groups]
        person.group_ids = [Command.set([group.id for group in known if group])]
        return person

    def setUp(self):
        super().setUp()
        self.post_pizzas()
        self.posting = self.day().posting_ids
        self.picking = self.posting.picking_ids
        self.move = self.posting.move_ids.filtered(
            lambda move: move.product_id == self.mozzarella
        )

    def rpc(self, person, records, method, *args, **kwargs):
        """As the web client calls it."""
        model = self.env[records._name].with_user(person)
        context = {"allowed_company_ids": self.company.ids, **kwargs.pop("context", {})}
        ids = [records.ids] if records else []
        return call_kw(model, method, [*ids, *args], {**kwargs, "context": context})

    def look(self):
        """What stock and books say, down to the last row."""
        self.env.flush_all()
        self.env.invalidate_all()
        day = self.day()
        moves = day.move_ids.sorted()
        entry = moves.account_move_id
        return [
            moves.read(["quantity", "date", "value", "location_id", "state", "picked"]),
            moves.move_line_ids.read(["quantity", "lot_id", "location_id", "date"]),
            moves.picking_id.read(["origin", "state", "date_done", "is_locked"]),
            entry.read(["state", "date", "ref"]),
            entry.line_ids.read(["account_id", "balance"]),
            self.balance(self.cost),
            self.row_counts(),
        ]

    def refused(self, what, way_out, records, method, *args, **kwargs):
        """Everybody is told the way out; who lacks the right anyway is told so."""
        before = self.look()
        told = []
        for name, person in self.people.items():
            with self.subTest(f"{what}: {name}"):
                # An AccessError is one, too.
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    self.rpc(person, records, method, *args, **kwargs)
                    self.env.flush_all()
                if isinstance(caught.exception, AccessError):
                    self.assertNotEqual(name, "administrator", caught.exception)
                else:
                    self.assertRegex(str(caught.exception), way_out)
                    told.append(name)
        self.assertTrue(told, what)
        self.assertEqual(self.look(), before, what)


@tagged("post_install", "-at_install")
class TestMovesStay(ProtectionCommon):
    def test_moves(self):
        for what, vals in {
            "done quantity": {"quantity": 9},
            "demand": {"product_uom_qty": 9},
            "source": {"location_id": self.kitchen.id},
            "destination": {"location_dest_id": self.kitchen.id},
            "date": {"date": "2026-01-01 10:00:00"},
            "product": {"product_id": self.tomato.id},
            "state": {"state": "draft"},
            "its entry": {"account_move_id": False},
            "what was booked": {"pos_bridge_booked_value": 1},
            "its lines": {"move_line_ids": [Command.clear()]},
        }.items():
            self.refused(what, DAY_WAY_OUT, self.move, "write", vals)
        link = {"pos_bridge_posting_id": False}
        self.refused("its posting", "stays its own", self.move, "write", link)

    def test_move_lines(self):
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self.mozzarella.id}
        )
        line = self.move.move_line_ids
        for what, vals in {
            "done quantity": {"quantity": 9},
            "lot": {"lot_id": lot.id},
            "source": {"location_id": self.kitchen.id},
            "date": {"date": "2026-01-01 10:00:00"},
            "picked": {"picked": False},
        }.items():
            self.refused(what, DAY_WAY_OUT, line, "write", vals)
        self.refused("deleted line", DAY_WAY_OUT, line, "unlink")

    def test_nothing_is_added(self):
        lines, moves = self.env["stock.move.line"], self.env["stock.move"]
        vals = {
            "product_id": self.mozzarella.id,
            "location_id": self.bar.id,
            "location_dest_id": self.outlet.consumption_location_id.id,
            "picking_id": self.picking.id,
        }
        self.refused("line", DAY_WAY_OUT, lines, "create", [{**vals, "quantity": 2}])
        more = {**vals, "product_uom_qty": 2, "company_id": self.company.id}
        self.refused("move", DAY_WAY_OUT, moves, "create", [more])

    def test_transfers(self):
        for what, vals in {
            "date": {"date_done": "2026-01-01 10:00:00"},
            "schedule": {"scheduled_date": "2026-01-01 10:00:00"},
            "source": {"location_id": self.kitchen.id},
            "reference": {"origin": "mine"},
            "moves": {"move_ids": [Command.clear()]},
        }.items():
            self.refused(what, DAY_WAY_OUT, self.picking, "write", vals)
        for method in ("action_toggle_is_locked", "action_cancel", "unlink"):
            self.refused(method, DAY_WAY_OUT, self.picking, method)

    def test_deleted_moves(self):
        self.refused("deleted move", DAY_WAY_OUT, self.move, "unlink")

    def test_notes_may_be_taken(self):
        """Protection is for what was posted, not against people."""
        keeper = self.people["stock manager"]
        self.rpc(keeper, self.picking, "write", {"note": "<p>Looked at</p>"})
        self.assertIn("Looked at", str(self.picking.note))

    def test_return(self):
        wizards = self.env["stock.return.picking"]
        context = {"active_id": self.picking.id, "active_model": "stock.picking"}
        for person in self.people.values():
            wizard = wizards.with_user(person).with_context(
                allowed_company_ids=self.company.ids, **context
            )
            with suppress(AccessError), self.env.cr.savepoint():
                opened = wizard.create({"picking_id": self.picking.id})
                with self.assertRaisesRegex(UserError, DAY_WAY_OUT):
                    self.rpc(person, opened, "action_create_returns_all")
                with self.assertRaisesRegex(UserError, DAY_WAY_OUT):
                    self.rpc(person, opened, "action_create_exchanges")
        self.assertFalse(self.picking.return_ids)

    def test_return_button_is_not_there(self):
        form = Form(self.picking.with_user(self.people["administrator"]))
        arch = form._view["tree"]
        wizard = self.env.ref("stock.act_stock_return_picking").id
        (button,) = arch.xpath(f"//button[@name='{wizard}']")
        self.assertIn("pos_bridge_day_id", button.get("invisible"))

    def test_scrap(self):
        vals = {
            "product_id": self.mozzarella.id,
            "scrap_qty": 1,
            "picking_id": self.picking.id,
        }
        scraps = self.env["stock.scrap"]
        self.refused(
            "scrap", "Scrap .* from the storage unit", scraps, "create", [vals]
        )

    def test_our_moves_are_merged_with_nothing(self):
        """Two moves that agree in all but their day stay two."""
        moves = self.env["stock.move"]
        for name in ("pos_bridge_day_id", "pos_bridge_posting_id"):
            self.assertIn(name, moves._prepare_merge_moves_distinct_fields())
        vals = {
            "product_id": self.mozzarella.id,
            "product_uom_qty": 1,
            "location_id": self.bar.id,
            "location_dest_id": self.outlet.consumption_location_id.id,
            "picking_type_id": self.picking.picking_type_id.id,
            "company_id": self.company.id,
        }
        days = [self.day().id, self.day(DAY + timedelta(days=1)).id]
        both = moves.sudo().create([{**vals, "pos_bridge_day_id": day} for day in days])
        both.state = "confirmed"
        self.assertEqual(both._merge_moves(), both)
        self.assertEqual(len(both.exists()), 2)

    def test_everything_else_of_odoo_still_works(self):
        """A stock keeper's own delivery of the same product is theirs."""
        keeper = self.people["stock manager"]
        receipt = self.receive(self.mozzarella, 3, self.bar, "2026-03-05 08:00:00")
        move = receipt.move_ids.with_user(keeper).with_context(
            allowed_company_ids=self.company.ids
        )
        move.quantity = 2
        self.assertEqual(receipt.move_ids.quantity, 2)


@tagged("post_install", "-at_install")
class TestEntriesStay(ProtectionCommon):
    WAY_OUT = "stock and books would part. .*use Undo on the sales day"

    def test_entry(self):
        entry = self.entry()
        for method in ("button_draft", "button_cancel", "unlink"):
            self.refused(method, self.WAY_OUT, entry, method)
        for what, vals in {
            "state": {"state": "draft"},
            "date": {"date": "2026-01-01"},
            "lines": {"line_ids": [Command.clear()]},
        }.items():
            self.refused(what, self.WAY_OUT, entry, "write", vals)

    def test_items(self):
        line = self.entry().line_ids[0]
        other = self.cost.copy({"name": "Other cost", "code": "999002"})
        for what, vals in {
            "account": {"account_id": other.id},
            "balance": {"balance": 1},
            "debit": {"debit": 1},
        }.items():
            self.refused(what, self.WAY_OUT, line, "write", vals)
        self.refused("deleted item", self.WAY_OUT, line, "unlink")

    def test_reversal(self):
        boss = self.people["administrator"]
        context = {"active_model": "account.move", "active_ids": self.entry().ids}
        wizard = (
            self.env["account.move.reversal"]
            .with_user(boss)
            .with_context(allowed_company_ids=self.company.ids, **context)
            .create({"journal_id": self.entry().journal_id.id})
        )
        for method in ("refund_moves", "modify_moves"):
            with self.assertRaisesRegex(UserError, self.WAY_OUT):
                self.rpc(boss, wizard, method, context=context)

    def test_buttons_are_not_there(self):
        boss = self.people["administrator"]
        entry = self.entry().with_user(boss)
        entry = entry.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(entry.show_reset_to_draft_button)
        arch = Form(entry)._view["tree"]
        wizard = self.env.ref("account.action_view_account_move_reversal").id
        buttons = arch.xpath(f"//button[@name='{wizard}'][@invisible]")
        self.assertTrue(buttons)
        self.assertIn("pos_bridge_posting_id", buttons[0].get("invisible"))

    def test_other_entries_are_reset_as_ever(self):
        lines = [
            Command.create({"account_id": self.cost.id, "balance": 5}),
            Command.create({"account_id": self.cost.id, "balance": -5}),
        ]
        journal = self.company.account_stock_journal_id
        own = self.env["account.move"].create(
            {"journal_id": journal.id, "line_ids": lines}
        )
        own.action_post()
        self.rpc(self.people["administrator"], own, "button_draft")
        self.assertEqual(own.state, "draft")


@tagged("post_install", "-at_install")
class TestProductsStay(ProtectionCommon):
    def test_unit(self):
        gram = self.env.ref("uom.product_uom_gram")
        vals = {"uom_id": gram.id}
        template = self.mozzarella.product_tmpl_id
        way_out = "Make a new product with the other unit"
        self.refused("template", way_out, template, "write", vals)
        self.refused("variant", way_out, self.mozzarella, "write", vals)

    def test_unit_before_anything_was_posted(self):
        """A mapping or a recipe is enough: core would relabel what they say, too."""
        gram = self.env.ref("uom.product_uom_gram")
        basil, oregano = self.ingredient("Basil"), self.ingredient("Oregano")
        self.item("PESTO", basil, 0.01)
        self.recipe("Pizza", [(oregano, 0.01)])
        boss = self.people["administrator"]
        for product in (basil, oregano):
            with self.assertRaisesRegex(UserError, "Make a new product"):
                self.rpc(boss, product, "write", {"uom_id": gram.id})
        free = self.ingredient("Free")
        self.rpc(boss, free, "write", {"uom_id": gram.id})
        self.assertEqual(free.uom_id, gram)

    def test_ratio_of_a_unit(self):
        can = self.env["uom.uom"].create(
            {
                "name": "Can",
                "relative_factor": 2.5,
                "relative_uom_id": self.uom_kg.id,
            }
        )
        boss = self.people["administrator"]
        self.rpc(boss, can, "write", {"relative_factor": 3})
        self.item("CAN", self.tomato, 1, uom_id=can.id)
        with self.assertRaisesRegex(UserError, "Make a new unit"):
            self.rpc(boss, can, "write", {"relative_factor": 4})
        self.rpc(boss, can, "write", {"name": "Big can"})
        self.assertEqual((can.name, can.relative_factor), ("Big can", 3))

    def test_kind(self):
        template = self.mozzarella.product_tmpl_id
        way_out = "Make a new product of the other kind"
        for vals in ({"is_storable": False}, {"type": "service"}):
            self.refused(f"{vals}", way_out, template, "write", vals)
        boss = self.people["administrator"]
        free = self.ingredient("Free")
        self.rpc(boss, free, "write", {"is_storable": False})
        self.assertFalse(free.is_storable)

    def test_tracking(self):
        template = self.mozzarella.product_tmpl_id
        vals = {"tracking": "serial"}
        self.refused("serial", "tracked by lots", template, "write", vals)
        boss = self.people["administrator"]
        self.rpc(boss, template, "write", {"tracking": "lot"})
        self.assertEqual(template.tracking, "lot")
        with self.assertRaisesRegex(UserError, "Make a new product"):
            self.rpc(boss, template, "write", {"tracking": "none"})

    def test_archiving_what_is_used(self):
        uses = "Margherita, Calzone|Calzone, Margherita"
        template = self.mozzarella.product_tmpl_id
        for records in (template, self.mozzarella):
            self.refused("archive", f"used by: ({uses})", records, "action_archive")
        self.item("SLICE", self.tomato, 0.1)
        boss = self.people["administrator"]
        with self.assertRaisesRegex(UserError, "Slice, Margherita"):
            self.rpc(boss, self.tomato, "action_archive")

    def test_archiving_the_dish_of_a_mapped_recipe(self):
        dish = self.env["mrp.bom"].search([("product_tmpl_id.name", "=", "Calzone")])
        boss = self.people["administrator"]
        with self.assertRaisesRegex(UserError, "Calzone is used by: Calzone"):
            self.rpc(boss, dish.product_tmpl_id, "action_archive")

    def test_archiving_what_was_used(self):
        """What is in no recipe and no mapping any more may go; its past stays."""
        boss = self.people["administrator"]
        recipes = self.env["mrp.bom"].search(
            [("bom_line_ids.product_id", "=", self.tomato.id)]
        )
        line = recipes.bom_line_ids.filtered(lambda l: l.product_id == self.tomato)
        line.unlink()
        self.rpc(boss, self.tomato, "action_archive")
        self.assertFalse(self.tomato.active)
        self.run_day("repost")
        self.assertEqual(self.used(), {"Mozzarella": 4, "Tomato": 2})

    def test_products_are_not_deleted(self):
        """Nothing of the past loses its product; Odoo offers to archive instead."""
        boss = self.people["administrator"]
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.rpc(boss, self.mozzarella.product_tmpl_id, "unlink")
            self.env.flush_all()
        self.assertTrue(self.mozzarella.exists(), caught.exception)


@tagged("post_install", "-at_install")
class TestPlacesStay(ProtectionCommon):
    def test_storage_unit(self):
        for quant in self.env["stock.quant"].search(
            [("location_id", "=", self.bar.id)]
        ):
            quant.sudo().with_context(inventory_mode=True).quantity = 0
        way_out = "Link it to another storage unit first"
        self.refused("archive", way_out, self.bar, "action_archive")
        self.refused("delete", way_out, self.bar, "unlink")
        vals = {"is_storage_unit": False}
        self.refused("no unit", "Link its outlets to another", self.bar, "write", vals)
        vals = {"usage": "view"}
        boss = self.people["administrator"]
        with self.assertRaises(UserError):
            self.rpc(boss, self.bar, "write", vals)

    def test_consumption_location(self):
        place = self.outlet.consumption_location_id
        way_out = "pause the outlet"
        self.refused("archive", way_out, place, "action_archive")
        self.refused("delete", way_out, place, "unlink")
        self.refused("usage", way_out, place, "write", {"usage": "inventory"})

    def test_another_account_is_the_accountants_business(self):
        place = self.outlet.consumption_location_id
        other = self.cost.copy({"name": "Other cost", "code": "999003"})
        boss = self.people["administrator"]
        self.rpc(boss, place, "write", {"valuation_account_id": other.id})
        self.assertEqual(place.valuation_account_id, other)

    def test_operation_type(self):
        kind = self.picking.picking_type_id
        way_out = "pause the outlets"
        self.refused("archive", way_out, kind, "action_archive")
        self.refused("delete", way_out, kind, "unlink")
        self.refused("code", way_out, kind, "write", {"code": "incoming"})


@tagged("post_install", "-at_install")
class TestOtherMethod(ProtectionCommon):
    """Core lets a company change how it values; the next posting must be right."""

    def sell_more(self):
        """Four Margherita more: 0.5 kg of mozzarella, 0.4 kg of tomatoes."""
        self.sell_pizzas(first=16)
        self.run_day()
        return self.day().posting_ids[-1]

    def sell_less(self):
        self.sell_pizzas(first=8)
        self.run_day()
        return self.day().posting_ids[-1]

    def test_from_average_to_standard(self):
        self.categ.property_cost_method = "standard"
        self.mozzarella.standard_price = 10
        more = self.sell_more()
        self.assertAlmostEqual(more.value, 0.5 * 10 + 0.4 * 1.5, 2)
        # What comes back does so at what it left with, newest first.
        self.assertAlmostEqual(self.sell_less().value, -(5 + 0.6) - (4 + 0.6), 2)
        booked = self.balance(self.cost)
        self.assertAlmostEqual(booked, sum(self.day().posting_ids.mapped("value")), 2)

    def test_from_average_to_fifo(self):
        self.categ.property_cost_method = "fifo"
        self.assertAlmostEqual(self.sell_more().value, 0.5 * 8 + 0.4 * 1.5, 2)
        self.assertAlmostEqual(self.sell_less().value, -2 * (4 + 0.6), 2)
        booked = self.balance(self.cost)
        self.assertAlmostEqual(booked, MARGHERITA_8_BY_HAND, 2)

    def test_from_real_time_to_periodic_and_back(self):
        before = self.balance(self.cost)
        self.categ.property_valuation = "periodic"
        posting = self.sell_more()
        self.assertFalse(posting.sudo().account_move_ids)
        self.assertIn("closes the period", posting.booking_text)
        self.assertEqual(self.balance(self.cost), before)
        self.categ.property_valuation = "real_time"
        entry = self.sell_less().sudo().account_move_ids
        line = entry.line_ids.filtered(lambda line: line.account_id == self.cost)
        self.assertAlmostEqual(line.balance, -2 * (0.5 * 8 + 0.4 * 1.5), 2)


#: 16 Margherita take 2 kg of mozzarella and 1.6 kg of tomatoes, 6 calzone 1.5 kg.
MARGHERITA_8_BY_HAND = (2 + 1.5) * 8 + 1.6 * 1.5
