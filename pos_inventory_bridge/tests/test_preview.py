"""What posting again would change: shown beforehand, written nowhere, and true."""

from lxml import etree

from odoo.tests import Form, tagged

from .common import DAY, PosBridgeCommon


@tagged("post_install", "-at_install")
class TestPreview(PosBridgeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flour = cls.ingredient("Flour", cost=2.0)
        cls.egg = cls.ingredient("Egg", cls.uom_unit, cost=0.5)
        cls.stock_up((cls.flour, cls.egg))
        cls.pizza = cls.recipe("Pizza", [(cls.flour, 0.25)])
        cls.piz = cls.item("PIZ", cls.pizza)
        cls.egg_item = cls.item("EGG", cls.egg)

    def wizard(self, days=None):
        days = (days or self.day()).with_user(self.user)
        context = days.action_preview()["context"]
        wizards = self.env["pos.bridge.preview.wizard"].with_user(self.user)
        return wizards.with_context(**context)

    def shown(self, days=None):
        """{ingredient: (now, then, difference, value)} as the dialog shows them."""
        wizard = self.wizard(days)
        Form(wizard)
        lines = wizard.default_get(["day_ids", "line_ids"])["line_ids"]
        names = ("now_quantity", "then_quantity", "difference", "value")
        return {
            self.env["product.product"].browse(vals["product_id"]).name: tuple(
                round(vals[name], 6) for name in names
            )
            for _command, _id, vals in lines
        }

    def change_for_past_days(self, item, **vals):
        item.mapping_ids.with_user(self.user).write({**vals, "date_from": DAY})

    def test_before_the_first_posting(self):
        self.sell({"PIZ": 4, "EGG": 3})
        self.env["pos.bridge.sale"]._upsert_day(
            self.outlet, DAY, self.till[self.outlet.id, DAY]
        )
        # 4 x 0.25 kg at 2.00, 3 eggs at 0.50
        self.assertEqual(self.shown(), {"Flour": (0, 1, 1, 2), "Egg": (0, 3, 3, 1.5)})

    def test_a_look_writes_nothing(self):
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        self.change_for_past_days(self.piz, quantity=2)
        before = self.row_counts()
        counter, stale = self.day().run_counter, self.day().stale_reason
        self.shown()
        self.assertEqual(self.row_counts(), before)
        self.assertEqual(self.day().run_counter, counter)
        self.assertEqual(self.day().stale_reason, stale)
        for name in ("pos.bridge.preview.wizard", "pos.bridge.preview.line"):
            self.assertFalse(self.env[name].sudo().search_count([]))

    def test_what_was_shown_is_posted(self):
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        self.change_for_past_days(self.piz, quantity=2)
        self.change_for_past_days(self.egg_item, quantity=1 / 3)
        # 8 x 0.25 kg instead of 1 kg; 1 egg instead of 3 that cost 0.50 each
        expected = {"Flour": (1, 2, 1, 2), "Egg": (3, 1, -2, -1)}
        self.assertEqual(self.shown(), expected)
        Form(self.wizard()).save().action_post()
        posting = self.day().posting_ids.sorted("revision")[-1]
        posted = {
            move.product_id.name: (
                move.quantity * (1 if move.location_id == self.bar else -1),
                move.value * (1 if move.location_id == self.bar else -1),
            )
            for move in posting.move_ids
        }
        self.assertEqual(posted, {"Flour": (1, 2), "Egg": (-2, -1)})
        self.assertEqual(posting.value, 1)
        self.assertEqual(self.shown(), {})

    def test_what_comes_back_has_the_value_that_left(self):
        self.sell({"EGG": 4})
        self.run_day()
        self.egg.sudo().with_company(self.company).standard_price = 9
        self.change_for_past_days(self.egg_item, quantity=0.5)
        self.assertEqual(self.shown(), {"Egg": (4, 2, -2, -1)})

    def test_undone_day_stays(self):
        self.sell({"EGG": 4})
        self.run_day()
        self.day().sudo().hold_revision = "0"
        self.run_day("undo")
        self.assertEqual(self.shown(), {})
        self.assertTrue(Form(self.wizard()).is_undone)

    def test_item_in_error_keeps_what_was_posted(self):
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        self.egg.active = False
        self.assertEqual(self.shown(), {})

    def test_smaller_day_is_shown_and_confirmed(self):
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        self.sell({"EGG": 3})
        self.run_day()
        self.assertEqual(self.exceptions().code, "day_shrank")
        self.assertEqual(self.shown(), {"Flour": (1, 0, -1, -2)})
        wizard = Form(self.wizard()).save()
        self.assertTrue(wizard.is_smaller)
        wizard.action_post_smaller()
        self.assertEqual(self.used(), {"Egg": 3})
        self.assertFalse(self.exceptions())

    def test_smaller_day_is_what_was_looked_at(self):
        """Between the look and the click the till lost even more: look again."""
        self.sell({"PIZ": 4, "EGG": 3})
        self.run_day()
        self.sell({"EGG": 3})
        self.run_day()
        wizard = Form(self.wizard()).save()
        self.assertFalse(wizard.is_outdated)
        self.sell({"EGG": 1})
        self.run_day()
        again = wizard.action_post_smaller()
        self.assertEqual(self.used(), {"Flour": 1, "Egg": 3})
        self.assertEqual(again["res_model"], wizard._name)
        second = Form(wizard.browse().with_context(**again["context"])).save()
        self.assertTrue(second.is_outdated)
        second.action_post_smaller()
        self.assertEqual(self.used(), {"Egg": 1})
        self.assertFalse(self.exceptions())

    def test_button_of_the_day_shows_it_first(self):
        view = self.env["pos.bridge.day"].get_view(view_type="form")
        buttons = etree.fromstring(view["arch"]).xpath(
            "//button[@string='Post the Smaller Day']"
        )
        self.assertEqual([node.get("name") for node in buttons], ["action_preview"])

    def test_several_days_are_added_up(self):
        other = DAY.replace(day=4)
        for date in (DAY, other):
            self.sell({"PIZ": 4}, day=date)
            self.run_day(day=self.day(date))
        self.change_for_past_days(self.piz, quantity=2)
        days = self.day() | self.day(other)
        self.assertEqual(self.shown(days), {"Flour": (2, 4, 2, 4)})
        Form(self.wizard(days)).save().action_post()
        self.assertEqual(days.mapped("revision"), [2, 2])
