"""The German of an add-on says everything that its template asks for."""

import re
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

#: What a translation keeps as it is: %(name)s, %s, %%, tags and line ends
KEPT = re.compile(r"%\(\w+\)[a-z]|%[%a-z]|</?\w+|\n")


class TranslationChecks:
    """Mixin for a test class of an add-on."""

    #: Words that are the same in German. The OCA's check wants them left empty.
    same_in_german = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_on = cls.test_module
        folder = Path(get_module_path(add_on), "i18n")
        cls.template = polib.pofile(str(folder / f"{add_on}.pot"))
        cls.german = polib.pofile(str(folder / "de.po"))

    def test_every_message_is_there(self):
        wanted = {entry.msgid for entry in self.template}
        there = {entry.msgid for entry in self.german if not entry.obsolete}
        self.assertEqual(wanted - there, set(), "de.po lacks messages")
        self.assertEqual(there - wanted, set(), "the template does not have these")

    def test_every_message_is_translated(self):
        empty = {entry.msgid for entry in self.german if not entry.msgstr}
        self.assertEqual(empty, self.same_in_german)

    def test_nothing_is_fuzzy(self):
        self.assertEqual([entry.msgid for entry in self.german.fuzzy_entries()], [])

    def test_placeholders_and_tags_are_kept(self):
        changed = {
            entry.msgid: entry.msgstr
            for entry in self.german.translated_entries()
            if _kept(entry.msgid) != _kept(entry.msgstr)
        }
        self.assertEqual(changed, {})


def _kept(text):
    return sorted(KEPT.findall(text))


@tagged("post_install", "-at_install")
class TestTranslation(TranslationChecks, TransactionCase):
    same_in_german = {
        "%(product)s in %(unit)s",
        "%(what)s (%(place)s): %(examples)s.",
        "<span>%</span>",
        "ID",
        "Icon",
        "Integration",
        "Name",
        "Optional",
        "Rest",
        "Revision",
        "Status",
        "Test",
        "Transfer",
        "Transfers",
        "Version",
        "https://",
        "id",
    }
