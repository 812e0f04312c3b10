from odoo.tests import TransactionCase, tagged

from odoo.addons.pos_inventory_bridge.tests.test_i18n import TranslationChecks


@tagged("post_install", "-at_install")
class TestTranslation(TranslationChecks, TransactionCase):
    same_in_german = {"ID", "Integration", "SIDES"}
