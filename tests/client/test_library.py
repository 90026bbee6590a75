#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared library exports what its headers declare, and nothing else.

    test_library.py LIBRARY HEADER…
"""
import pathlib
import re
import subprocess
import sys
import unittest

import tap

LIBRARY = sys.argv[1]
HEADERS = [pathlib.Path(name).read_text(encoding='utf-8') for name in sys.argv[2:]]
DECLARED = re.compile(r'NERTC_API\s[^;{]*?\b(nertc_\w+) \(')
TYPE = re.compile(r'NERTC_API\s+G_DECLARE_FINAL_TYPE \(\w+, (nertc_\w+),')


class LibraryTest(unittest.TestCase):
    def test_exports(self):
        symbols = subprocess.run(['nm', '--dynamic', '--defined-only', LIBRARY], check=True,
                                 capture_output=True, text=True).stdout
        exported = {line.split()[2] for line in symbols.splitlines()}
        declared = {name for text in HEADERS for name in DECLARED.findall(text)}
        declared |= {f'{name}_get_type' for text in HEADERS for name in TYPE.findall(text)}
        self.assertEqual(sorted(declared), sorted(exported))
        self.assertGreater(len(declared), 50)

    def test_soname(self):
        dynamic = subprocess.run(['objdump', '-p', LIBRARY], check=True, capture_output=True,
                                 text=True).stdout
        self.assertRegex(dynamic, r'SONAME +libnertc-1\.so\.0\n')


if __name__ == '__main__':
    del sys.argv[1:]
    tap.main()
