#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every word of the call application can be translated, and is."""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

import tap
import translations

ROOT = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).parents[2]))

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


class Case(unittest.TestCase):
    def setUp(self):
        if not shutil.which('xgettext'):
            self.skipTest('no xgettext: ./dev setup build installs it')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.template = self.folder / 'words.pot'


class TheTranslations(Case):
    def test_know_every_file(self):
        self.assertEqual([], translations.check_list(ROOT))

    def test_see_every_word_of_the_ui(self):
        self.assertEqual([], translations.check_marks(ROOT))

    def test_are_in_good_form(self):
        for language in translations.languages(ROOT):
            with self.subTest(language):
                self.assertEqual([], translations.check_format(ROOT / 'po' / f'{language}.po'))

    def test_are_complete(self):
        self.assertEqual([], translations.extract(ROOT, self.template))
        for language in translations.languages(ROOT):
            with self.subTest(language):
                self.assertEqual([], translations.untranslated(
                    ROOT / 'po' / f'{language}.po', self.template, self.folder))


class TheCheck(Case):
    """It finds what is wrong in a tree made for it."""

    def setUp(self):
        super().setUp()
        for name in ('po', 'app/call/ui', 'data'):
            (self.folder / name).mkdir(parents=True)
        self.write('po/POTFILES', 'app/call/main.c\n')
        self.write('app/call/main.c', 'puts (_ ("Good day"));\nprintf (_ ("%s came"), name);\n')
        self.write('po/xx.po', HEADER + 'msgid "Good day"\nmsgstr "Moin"\n\n#, c-format\n'
                   'msgid "%s came"\nmsgstr "%s ist da"\n')

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding='utf-8')

    def untranslated(self):
        self.assertEqual([], translations.extract(self.folder, self.template))
        return translations.untranslated(self.folder / 'po/xx.po', self.template, self.folder)

    def test_nothing(self):
        self.assertEqual([], translations.check_list(self.folder))
        self.assertEqual([], translations.check_format(self.folder / 'po/xx.po'))
        self.assertEqual([], self.untranslated())

    def test_a_file_that_is_not_named(self):
        self.write('app/call/ui/a.ui', '<property name="label" translatable="yes">Join</property>')
        self.write('app/call/ui/b.ui', '<property name="label">42</property>')
        self.assertEqual(['po/POTFILES: app/call/ui/a.ui has words and is not named'],
                         translations.check_list(self.folder))

    def test_a_file_that_is_gone(self):
        self.write('po/POTFILES', 'app/call/main.c\napp/call/ui/old.c\n')
        self.assertEqual(['po/POTFILES: there is no app/call/ui/old.c'],
                         translations.check_list(self.folder))

    def test_words_without_a_mark(self):
        self.write('app/call/ui/a.ui', '<property name="label">Join</property>')
        self.assertEqual(['app/call/ui/a.ui: ‘Join’ is not marked as translatable'],
                         translations.check_marks(self.folder))

    def test_a_wrong_placeholder(self):
        self.write('po/xx.po', HEADER + '#, c-format\nmsgid "%s came"\nmsgstr "%d ist da"\n')
        self.assertTrue(translations.check_format(self.folder / 'po/xx.po'))

    def test_what_nobody_translated(self):
        self.write('app/call/main.c', 'puts (_ ("Good day"));\nputs (_ ("Something new"));\n')
        self.assertEqual(['untranslated: "Something new"'], self.untranslated())


if __name__ == '__main__':
    tap.main()
