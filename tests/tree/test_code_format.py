#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every file looks as .clang-format, .editorconfig and CONTRIBUTING.md ask."""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

import code_format
import tap

ROOT = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).parents[2]))
LICENCE_LINE = f'/* {code_format.LICENCE} */\n'


class TheTree(unittest.TestCase):
    def test_is_formatted(self):
        program = code_format.formatter()
        if not program:
            self.skipTest('no clang-format 14')
        complaints, count = code_format.check_format(ROOT, program)
        self.assertEqual([], complaints)
        self.assertGreater(count, 20)

    def test_names_its_licence(self):
        self.assertEqual([], code_format.check_heads(ROOT))

    def test_has_no_endless_file(self):
        self.assertEqual([], code_format.check_lengths(ROOT))
        self.assertEqual([], code_format.check_functions(ROOT))

    def test_is_python_where_it_says_so(self):
        self.assertEqual([], code_format.check_python(ROOT))

    def test_has_no_stray_white_space(self):
        self.assertEqual([], code_format.check_whitespace(ROOT))


class TheCheck(unittest.TestCase):
    """It finds what is wrong in a tree made for it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / 'gst').mkdir()
        shutil.copy(ROOT / '.clang-format', self.root)

    def write(self, text, name='a.c'):
        (self.root / 'gst' / name).write_text(text, encoding='utf-8')

    def test_format(self):
        program = code_format.formatter()
        if not program:
            self.skipTest('no clang-format 14')
        self.write('int\nmain (void)\n{\n  return 0;\n}\n')
        self.assertEqual(([], 1), code_format.check_format(self.root, program))
        self.write('int main(void) { return 0; }\n')
        self.assertEqual(1, len(code_format.check_format(self.root, program)[0]))

    def test_licence(self):
        self.write(LICENCE_LINE)
        self.assertEqual([], code_format.check_heads(self.root))
        self.write('int i;\n')
        self.assertEqual(1, len(code_format.check_heads(self.root)))

    def test_length(self):
        self.write('\n' * code_format.LINES_MAX)
        self.assertEqual([], code_format.check_lengths(self.root))
        self.write('\n' * (code_format.LINES_MAX + 1))
        self.assertEqual(1, len(code_format.check_lengths(self.root)))

    def test_function_length(self):
        self.write('int\nf (void)\n{\n' + '  g ();\n' * 60 + '}\n')
        self.assertEqual([], code_format.check_functions(self.root))
        self.write('int\nf (void)\n{\n' + '  g ();\n' * 90 + '}\n')
        self.assertEqual(1, len(code_format.check_functions(self.root)))

    def test_python(self):
        self.write('a = [1]\n', 'a.py')
        self.assertEqual([], code_format.check_python(self.root))
        self.write('a = [1)\n', 'a.py')
        self.assertEqual(1, len(code_format.check_python(self.root)))

    def test_white_space(self):
        self.write('int i;\n')
        self.assertEqual([], code_format.check_whitespace(self.root))
        self.write('int i; \nint j;')
        self.assertEqual(2, len(code_format.check_whitespace(self.root)))


if __name__ == '__main__':
    tap.main()
