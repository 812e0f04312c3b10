"""Why did we use 4 kg of mozzarella on 3 March, and where is it in the books?

By clicks alone, both ways, by an accountant who has no right in POS Inventory.
"""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from .common import DAY
from .test_posting import BooksCommon

#: By hand. Four pizzas Margherita take 0.5 kg of mozzarella and 0.4 kg of tomatoes; one
#: calzone 0.2 kg of mozzarella, of which a fifth is cut off. 12 + 8 Margherita were
#: sold, and 6 calzone. Mozzarella costs 8.00 a kg, tomatoes 1.50.
MARGHERITA, CALZONE = 20 * 0.125, 6 * 0.2 / 0.8
MOZZARELLA_COST, TOMATO_COST = 4 * 8.00, 2 * 1.50


class PizzaCommon(BooksCommon):
    """A real-time company with a chart of accounts, and a day of its pizzas."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mozzarella = cls.ingredient("Mozzarella", cost=8)
        cls.tomato = cls.ingredient("Tomato", cost=1.5)
        margherita = cls.recipe(
            "Margherita", [(cls.mozzarella, 0.5), (cls.tomato, 0.4)], quantity=4
        )
        cls.item("MARGHERITA", margherita)
        cls.item("CALZONE", cls.recipe("Calzone", [(cls.mozzarella, 0.2, 20)]))
        cls.cost = cls.company._get_pos_bridge_cost_account()
        cls.accountant = cls._create_accountant("pos_bridge_accountant", cls.company)

    @classmethod
    def _create_accountant(cls, login, company):
        groups = (
            "account.group_account_readonly",
            "account.group_account_invoice",
            "stock.group_stock_user",
        )
        return cls.env["res.users"].create(
            {
                "name": "Accountant",
                "login": login,
                "password": login,
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
                "group_ids": [Command.set([cls.env.ref(name).id for name in groups])],
            }
        )

    def setUp(self):
        super().setUp()
        for product in (self.mozzarella, self.tomato):
            self.receive(product, 50, self.bar, "2026-03-01 08:00:00")

    def sell_pizzas(self, first=12, gone=False):
        sales = [
            self.receipt("R1", [self.line(1, "MARGHERITA", first, 9)]),
            self.receipt(
                "R2",
                [self.line(1, "MARGHERITA", 8, 9), self.line(2, "CALZONE", 6, 11)],
            ),
        ]
        if not gone:
            # Entered and taken off again: such lines use nothing.
            void = self.line(2, "MARGHERITA", -2, 9, kind="void")
            sales.append(self.receipt("R3", [self.line(1, "MARGHERITA", 2, 9), void]))
        self.sell(sales)

    def post_pizzas(self):
        self.sell_pizzas()
        self.run_day()

    def entry(self):
        return self.day().posting_ids[-1].sudo().account_move_ids

    def open(self, action, user=None, **context):
        """The records that an action shows, with its context, as the accountant."""
        records = self.env[action["res_model"]].with_user(user or self.accountant)
        records = records.with_context(**action.get("context") or {}, **context)
        if action.get("res_id"):
            return records.browse(action["res_id"])
        return records.search(action["domain"])

    def as_accountant(self, records):
        return records.with_user(self.accountant).with_context(
            allowed_company_ids=self.company.ids
        )


@tagged("post_install", "-at_install")
class TestBooksClicks(PizzaCommon):
    def test_from_the_entry_to_the_receipt(self):
        self.post_pizzas()
        line = self.as_accountant(self.entry()).line_ids.filtered(
            lambda line: line.account_id == self.cost
        )
        self.assertEqual(line.balance, MOZZARELLA_COST + TOMATO_COST)
        parts = self.open(line.action_pos_bridge_bookings())
        self.assertEqual(
            {part.product_id.name: (part.quantity, part.balance) for part in parts},
            {"Mozzarella": (4, MOZZARELLA_COST), "Tomato": (2, TOMATO_COST)},
        )
        mozzarella = parts.filtered(lambda part: part.product_id == self.mozzarella)
        move = self.open(mozzarella.action_open_move())
        self.assertEqual((move.quantity, move.value), (4, MOZZARELLA_COST))
        action = mozzarella.action_view_origins()
        self.assertEqual(action["name"], "Mozzarella, Bar: 4 kg")
        rows = self.open(action)
        self.assertEqual(
            {row.item_id.external_id: round(row.change_quantity, 12) for row in rows},
            {"MARGHERITA": MARGHERITA, "CALZONE": round(CALZONE, 12)},
        )
        pizza = rows.filtered(lambda row: row.item_id.external_id == "MARGHERITA")
        self.assertEqual(pizza.mapping_id.item_id, pizza.item_id)
        self.assertIn("0.5 kg Mozzarella", pizza.recipe_version_id.summary)
        lines = self.open(pizza.action_view_sale_lines())
        self.assertEqual(
            sorted(
                (line.sale_id.receipt_number, line.counted_quantity, line.used_quantity)
                for line in lines
            ),
            [("R1", 12, 1.5), ("R2", 8, 1.0), ("R3", -2, -0.25), ("R3", 2, 0.25)],
        )
        self.assertEqual(lines.used_uom_id, self.uom_kg)

    def test_from_the_receipt_to_the_entry(self):
        self.post_pizzas()
        sale = self.as_accountant(self.day()).sale_ids.filtered(
            lambda sale: sale.receipt_number == "R1"
        )
        rows = self.open(sale.line_ids.action_view_usage())
        self.assertEqual(
            {row.product_id.name: row.line_quantity for row in rows},
            {"Mozzarella": 1.5, "Tomato": 1.2},
        )
        row = rows.filtered(lambda row: row.product_id == self.mozzarella)
        move = self.open(row.action_view_moves())
        self.assertEqual(move.pos_bridge_used_quantity, 4)
        self.assertEqual(move.pos_bridge_used_value, MOZZARELLA_COST)
        posting = self.open(move.action_pos_bridge_posting())
        self.assertEqual(posting.day_id.business_date, DAY)
        entry = self.open(posting.action_view_entries())
        self.assertEqual(entry, self.open(move.action_pos_bridge_entry()))
        self.assertEqual(entry, self.as_accountant(self.entry()))
        self.assertEqual(self.open(entry.action_pos_bridge_day()), posting.day_id)
        self.assertEqual(self.open(entry.action_pos_bridge_posting()), posting)

    def test_a_correction_shows_its_difference_alone(self):
        """Two Margherita less: 0.25 kg and 0.2 kg come back, at what they cost."""
        self.post_pizzas()
        self.integration.shrink_limit = 1
        self.sell_pizzas(first=10)
        self.run_day()
        line = self.entry().line_ids.filtered(lambda line: line.account_id == self.cost)
        self.assertEqual(line.balance, -(0.25 * 8 + 0.2 * 1.5))
        parts = self.open(self.as_accountant(line).action_pos_bridge_bookings())
        self.assertEqual(
            {part.product_id.name: (part.quantity, part.balance) for part in parts},
            {"Mozzarella": (-0.25, -2), "Tomato": (-0.2, -0.3)},
        )
        part = parts.filtered(lambda part: part.product_id == self.mozzarella)
        action = part.action_view_origins()
        self.assertEqual(action["name"], "Mozzarella, Bar: -0.25 kg")
        rows = self.open(action)
        self.assertEqual(sorted(rows.mapped("change_quantity")), [-2.5, 2.25])
        moves = self.open(rows[-1].action_view_moves())
        self.assertEqual(moves.product_id, self.mozzarella)
        self.assertIn(part.move_id, moves)
        ended = rows.filtered("revision_to")
        both = self.open(ended.action_view_moves())
        self.assertEqual(sorted(both.mapped("pos_bridge_used_quantity")), [-0.25, 4])

    def test_what_is_rounded_off_is_told(self):
        """0.004 kg can not be moved at two digits; the row has it all the same."""
        self.item("PINCH", self.mozzarella, 0.004)
        self.sell({"PINCH": 1, "CALZONE": 1})
        self.run_day()
        move = self.moves()
        self.assertEqual(move.quantity, 0.25)
        action = self.as_accountant(move).action_pos_bridge_origins()
        self.assertEqual(
            action["name"], "Mozzarella, Bar: 0.25 kg moved, 0.254 kg used"
        )
        self.assertAlmostEqual(
            sum(self.open(action).mapped("change_quantity")), 0.254, 9
        )

    def test_parts_stay_what_was_booked(self):
        """Another account or value later does not part the list from the entry."""
        self.post_pizzas()
        entry = self.entry()
        other = self.cost.copy({"name": "Other cost", "code": "999001"})
        self.outlet.consumption_location_id.valuation_account_id = other
        self.categ.property_cost_method = "standard"
        self.mozzarella.standard_price = 11
        self.env.flush_all()
        parts = self.open(self.as_accountant(entry).action_pos_bridge_bookings())
        for line in entry.line_ids:
            own = parts.filtered(
                lambda part, line=line: part.account_id == line.account_id
            )
            self.assertAlmostEqual(sum(own.mapped("balance")), line.balance, 2)
        self.assertEqual(len(parts), 4)

    def test_from_the_ledger(self):
        """The entry of 4 kg leads through its day to the same rows and back."""
        self.post_pizzas()
        ledger = self.as_accountant(self.env["pos.bridge.ledger"])
        entry = ledger.search(
            [("product_id", "=", self.mozzarella.id), ("day_id", "=", self.day().id)]
        )
        self.assertEqual((entry.quantity, entry.value), (-4, -MOZZARELLA_COST))
        self.assertEqual(entry.source_text, entry.source)
        day = self.open(entry.action_open_source())
        used = day.used_ids.filtered(lambda row: row.product_id == self.mozzarella)
        self.assertEqual(used.total_quantity, 4)
        rows = self.open(used.action_view_items())
        self.assertAlmostEqual(sum(rows.mapped("quantity")), 4, 9)
        self.assertEqual(self.open(rows[0].action_view_moves()), entry.move_id)

    def test_a_line_that_is_gone_used_nothing(self):
        self.post_pizzas()
        self.integration.shrink_limit = 1
        self.sell_pizzas(gone=True)
        self.run_day()
        gone = self.env["pos.bridge.sale"].search([("external_id", "=", "R3")]).line_ids
        action = self.as_accountant(gone[0]).action_view_usage()
        self.assertIn("took this line back", action["help"])
        self.assertEqual(set(self.open(action).mapped("line_quantity")), {0})

    def test_queries_do_not_grow_with_the_lines(self):
        """An entry of a big day opens as fast as that of a small one."""
        self.post_pizzas()
        entry = self.entry()
        action = entry.action_pos_bridge_bookings()
        self.env.flush_all()
        counts = []
        for limit in (1, 4):
            self.env.invalidate_all()
            parts = self.env["pos.bridge.booking"].search(action["domain"], limit=limit)
            before = self.env.cr.sql_log_count
            parts.read(["product_id", "unit_name", "quantity", "uom_id", "balance"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestAccountant(PizzaCommon):
    """Who may read an entry may follow it; nobody sees another company's."""

    MODELS = (
        "pos.bridge.day",
        "pos.bridge.posting",
        "pos.bridge.usage",
        "pos.bridge.mapping",
        "pos.bridge.recipe.version",
        "pos.bridge.sale",
        "pos.bridge.sale.line",
        "pos.bridge.item",
        "pos.bridge.outlet",
        "pos.bridge.transfer",
        "pos.bridge.exception",
        "pos.bridge.ledger",
        "pos.bridge.booking",
    )

    def test_reads_and_writes_nothing(self):
        self.post_pizzas()
        for name in self.MODELS:
            model = self.as_accountant(self.env[name])
            self.assertTrue(model.has_access("read"), name)
            for right in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(right), f"{name} {right}")
        for name in ("pos.bridge.token", "pos.bridge.integration"):
            self.assertFalse(self.as_accountant(self.env[name]).has_access("read"))

    def test_has_no_menu_and_posts_nothing(self):
        self.post_pizzas()
        menus = self.as_accountant(self.env["ir.ui.menu"])._visible_menu_ids()
        menu = self.env.ref("pos_inventory_bridge.pos_bridge_menu")
        self.assertNotIn(menu.id, menus)
        before = self.row_counts()
        day = self.as_accountant(self.day())
        for button in ("action_repost", "action_fetch", "action_undo"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(day, button)()
        self.assertEqual(self.row_counts(), before)

    def test_every_screen_on_the_way_opens(self):
        """All fields of all lists and forms can be read, computed ones included."""
        self.post_pizzas()
        day = self.day()
        for records in (
            self.entry(),
            self.entry().line_ids,
            day,
            day.posting_ids,
            day.move_ids,
            day.usage_ids,
            day.usage_ids.mapping_id,
            day.usage_ids.recipe_version_id,
            day.sale_ids,
            day.sale_ids.line_ids,
            self.env["pos.bridge.ledger"].search([]),
            self.env["pos.bridge.booking"].search([]),
        ):
            self.assertTrue(records, records._name)
            self.look(self.as_accountant(records))

    def look(self, records):
        for kind in ("list", "form"):
            views = records.get_views([(False, kind)])
            names = views["models"][records._name]["fields"]
            self.env.invalidate_all()
            known = [name for name in names if name in records._fields]
            with self.subTest(f"{records._name} {kind}"):
                records.web_read({name: {} for name in known})

    def test_buttons_of_those_who_post_are_not_shown(self):
        arch = self.as_accountant(self.env["pos.bridge.day"]).get_view(
            self.env.ref("pos_inventory_bridge.pos_bridge_day_view_form").id, "form"
        )["arch"]
        for name in (
            "action_repost",
            "action_fetch",
            "action_undo",
            "action_preview",
            "action_open_cure",
            "action_resolve",
        ):
            self.assertNotIn(f'name="{name}"', arch)
        self.assertIn('name="action_view_account_moves"', arch)

    def test_other_company_sees_nothing(self):
        self.post_pizzas()
        other = self.env["res.company"].create({"name": "Company C"})
        stranger = self._create_accountant("pos_bridge_other_accountant", other)
        for name in self.MODELS:
            model = self.env[name].with_user(stranger)
            model = model.with_context(allowed_company_ids=other.ids)
            self.assertEqual(model.search_count([]), 0, name)
        booking = self.env["pos.bridge.booking"].search([], limit=1)
        with self.assertRaises(AccessError):
            booking.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).read(["balance"])


@tagged("post_install", "-at_install")
class TestDates(PizzaCommon):
    """Where a posting is dated later than its day, every screen says why."""

    def test_behind_a_lock_date(self):
        self.env.flush_all()
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.post_pizzas()
        posting = self.as_accountant(self.day().posting_ids)
        self.assertEqual(str(posting.accounting_date), "2026-04-01")
        self.assertEqual(posting.business_date, DAY)
        reason = posting.late_reason
        self.assertIn("closed in accounting up to 03/31/2026", reason)
        self.assertIn("belongs to the sales day 03/03/2026", posting.late_text)
        self.assertIn("dated 04/01/2026", posting.late_text)
        move = posting.move_ids[:1]
        self.assertEqual(move.pos_bridge_late_reason, reason)
        self.assertEqual(move.pos_bridge_business_date, DAY)
        self.assertEqual(
            self.as_accountant(self.entry()).pos_bridge_late_reason, reason
        )
        self.assertEqual(str(self.entry().date), "2026-04-01")
        self.assertTrue(posting.day_id.is_late)
        entry = self.as_accountant(self.env["pos.bridge.ledger"]).search(
            [("day_id", "=", posting.day_id.id)], limit=1
        )
        self.assertEqual(entry.late_reason, reason)
        self.assertTrue(entry.source_text.endswith(f"({reason})"))

    def test_behind_a_hard_lock(self):
        self.env.flush_all()
        self.company.sudo().hard_lock_date = "2026-03-15"
        self.post_pizzas()
        posting = self.day().posting_ids
        self.assertEqual(str(posting.accounting_date), "2026-03-16")
        self.assertIn("up to 03/15/2026", posting.late_text)

    def test_an_open_day_has_nothing_to_say(self):
        self.post_pizzas()
        day = self.day()
        self.assertFalse(day.is_late)
        self.assertFalse(day.posting_ids.late_text)
        self.assertFalse(day.posting_ids.booking_text)
        self.assertFalse(self.entry().pos_bridge_late_reason)


@tagged("post_install", "-at_install")
class TestPeriodic(PizzaCommon):
    """Books follow at the end of the period, and the posting says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.categ.property_valuation = "periodic"

    def test_no_entry_yet(self):
        self.post_pizzas()
        posting = self.as_accountant(self.day().posting_ids)
        self.assertFalse(posting.account_move_ids | posting.closing_ids)
        self.assertEqual(
            posting.booking_text,
            "No journal entry: this company books its stock when it closes the period.",
        )

    def test_why_there_is_no_entry(self):
        """Each state of a company has its own sentence."""
        self.post_pizzas()
        posting = self.day().posting_ids
        self.categ.property_valuation = "real_time"
        posting.invalidate_recordset()
        self.assertIn("when this was posted", posting.booking_text)
        self.outlet.consumption_location_id.valuation_account_id = False
        posting.invalidate_recordset()
        self.assertIn("has no cost account", posting.booking_text)
        posting.move_ids.sudo().value = 0
        posting.invalidate_recordset()
        self.assertIn("had no cost", posting.booking_text)

    def test_closing_and_back(self):
        self.post_pizzas()
        self.company.sudo().action_close_stock_valuation(auto_post=True)
        closing = self.env["account.move"].search(
            [("pos_bridge_is_closing", "=", True)]
        )
        self.assertEqual(len(closing), 1)
        line = closing.line_ids.filtered(
            lambda line: line.account_id == self.cost and line.balance > 0
        )
        self.assertEqual(line.balance, MOZZARELLA_COST + TOMATO_COST)
        posting = self.as_accountant(self.day().posting_ids)
        self.assertEqual(posting.closing_ids, closing)
        self.assertIn("Booked by the closing", posting.booking_text)
        self.assertEqual(self.open(posting.action_view_entries()), closing)
        closing = self.as_accountant(closing)
        self.assertEqual(closing.pos_bridge_closed_posting_count, 1)
        postings = self.open(closing.action_pos_bridge_closed_postings())
        self.assertEqual(postings, posting)
        self.assertEqual(sum(postings.mapped("value")), MOZZARELLA_COST + TOMATO_COST)

    def value_later(self):
        self.basil.sudo().standard_price = 3
        self.env.user.group_ids |= self.env.ref("account.group_account_manager")
        self.moves().action_pos_bridge_revalue()
        self.env.flush_all()
        self.env.invalidate_all()

    def close(self):
        self.env.flush_all()
        self.company.sudo().action_close_stock_valuation(auto_post=True)
        self.env.invalidate_all()
        closings = self.env["account.move"].search(
            [("pos_bridge_is_closing", "=", True)], order="id desc", limit=1
        )
        return self.as_accountant(closings)

    def assertBookedBy(self, closings, text):
        posting = self.as_accountant(self.day().posting_ids)
        self.assertEqual(posting.closing_ids, closings)
        self.assertIn(text, posting.booking_text)
        for closing in closings:
            self.assertEqual(closing.pos_bridge_closed_posting_count, 1)

    def test_valued_after_the_closing(self):
        """The basil had no cost when the period was closed: the mozzarella is in that
        closing, the basil in none: core's next one begins after it.
        """
        self.basil = self.ingredient("Basil", cost=0)
        self.item("BASIL", self.basil, 1)
        with freeze_time("2026-03-20 10:00:00"):
            self.sell({"CALZONE": 1, "BASIL": 4})
            self.run_day()
        with freeze_time("2026-03-31 10:00:00"):
            first = self.close()
        with freeze_time("2026-04-10 10:00:00"):
            self.assertBookedBy(first, "Booked by the closing")
            self.value_later()
            self.assertBookedBy(first, "no closing booked it")

    def test_all_of_it_valued_after_the_closing(self):
        self.basil = self.ingredient("Basil", cost=0)
        self.item("BASIL", self.basil, 1)
        with freeze_time("2026-03-20 10:00:00"):
            self.sell({"CALZONE": 1}, DAY - timedelta(days=1))
            self.run_day(day=self.day(DAY - timedelta(days=1)))
            self.sell({"BASIL": 4})
            self.run_day()
        with freeze_time("2026-03-31 10:00:00"):
            first = self.close()
        with freeze_time("2026-04-10 10:00:00"):
            self.value_later()
            self.assertBookedBy(first.browse(), "no closing booked it")
            # The other day's.
            self.assertEqual(first.pos_bridge_closed_posting_count, 1)

    def test_a_posting_after_the_closing_waits_for_the_next_one(self):
        self.post_pizzas()
        self.company.sudo().action_close_stock_valuation(auto_post=True)
        later = DAY + timedelta(days=1)
        self.sell({"CALZONE": 4}, later)
        self.run_day(day=self.day(later))
        posting = self.day(later).posting_ids
        self.assertFalse(posting.sudo().closing_ids)
        self.assertIn("stock valuation is closed up to", posting.late_text)


@tagged("post_install", "-at_install")
class TestBooksTour(PizzaCommon, HttpCase):
    def test_the_question_of_the_accountant(self):
        self.post_pizzas()
        url = f"/odoo/action-account.action_move_journal_line/{self.entry().id}"
        self.start_tour(url, "pos_bridge_books", login=self.accountant.login)
