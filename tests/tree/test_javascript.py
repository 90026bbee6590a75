#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every file of the browser's part looks as CONTRIBUTING.md asks."""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

import javascript
import tap

ROOT = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).parents[2]))
LICENCE_LINE = '// SPDX-License-Identifier: LGPL-2.1-or-later\n'


def need(case, name):
    """The command of a program of npm's. Where node is, it has to be there, too."""
    if not shutil.which('node'):
        case.skipTest('no node: ./dev setup test installs it')
    command = javascript.program(ROOT, name)
    case.assertTrue(command, f'no {name}: ./dev setup test installs it')
    return command


class TheTree(unittest.TestCase):
    def test_is_formatted(self):
        complaints, count = javascript.check_format(ROOT, need(self, 'prettier'))
        self.assertEqual([], complaints)
        self.assertGreater(count, 3)

    def test_has_types_that_fit(self):
        self.assertEqual([], javascript.check_types(ROOT, need(self, 'tsc'))[0])

    def test_names_its_licence(self):
        self.assertEqual([], javascript.check_heads(ROOT))

    def test_has_no_endless_file(self):
        self.assertEqual([], javascript.check_lengths(ROOT))

    def test_names_no_registry(self):
        self.assertEqual([], javascript.check_lock(ROOT))

    def test_prints_nothing(self):
        self.assertEqual([], javascript.check_console(ROOT))


class TheCheck(unittest.TestCase):
    """It finds what is wrong in a tree made for it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        (self.root / 'app' / 'web').mkdir(parents=True)
        (self.root / 'tests' / 'web').mkdir(parents=True)
        shutil.copy(ROOT / '.prettierrc.json', self.root)
        shutil.copy(ROOT / 'tests' / 'web' / 'tsconfig.json', self.root / 'tests' / 'web')

    def write(self, text, name='app/web/a.js'):
        (self.root / name).write_text(text, encoding='utf-8')

    def test_format(self):
        prettier = need(self, 'prettier')
        self.write("export const a = 'b';\n")
        # With the configuration of tsc
        self.assertEqual(([], 2), javascript.check_format(self.root, prettier))
        self.write('export const a = "b"\n')
        self.assertEqual(1, len(javascript.check_format(self.root, prettier)[0]))
        self.write('export const a = ;\n')
        self.assertTrue(javascript.check_format(self.root, prettier)[0])

    def test_types(self):
        tsc = need(self, 'tsc')
        self.write('/** @type {number} */\nexport const a = 1;\n')
        self.assertEqual(([], 1), javascript.check_types(self.root, tsc))
        self.write("/** @type {number} */\nexport const a = '1';\n")
        self.assertEqual(1, len(javascript.check_types(self.root, tsc)[0]))

    def test_licence(self):
        self.write(LICENCE_LINE)
        self.assertEqual([], javascript.check_heads(self.root))
        self.write('export const a = 1;\n')
        self.assertEqual(1, len(javascript.check_heads(self.root)))

    def test_length(self):
        self.write('\n' * javascript.LINES_MAX)
        self.assertEqual([], javascript.check_lengths(self.root))
        self.write('\n' * (javascript.LINES_MAX + 1))
        self.assertEqual(1, len(javascript.check_lengths(self.root)))

    def test_lock(self):
        for row, count in (({}, 0), ({'resolved': 'https://example.org/a.tgz'}, 1)):
            self.write(json.dumps({'packages': {'node_modules/a': row}}),
                       'tests/web/package-lock.json')
            self.assertEqual(count, len(javascript.check_lock(self.root)))

    def test_console(self):
        self.write("// as console.log does\nexport const a = 1;\n")
        self.assertEqual([], javascript.check_console(self.root))
        self.write("console.log('a');\n")
        self.assertEqual(1, len(javascript.check_console(self.root)))
        self.write("if (debug) console.debug('a');\n")
        self.assertEqual([], javascript.check_console(self.root))


if __name__ == '__main__':
    tap.main()
