#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Links lead somewhere, and a feature is called done only with a test that exists."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / 'common')]

import documentation
import tap

ROOT = pathlib.Path(os.environ.get('NERTC_SOURCE_ROOT', pathlib.Path(__file__).parents[2]))


class TheTree(unittest.TestCase):
    def test_links_lead_somewhere(self):
        self.assertGreater(len(documentation.documents(ROOT)), 4)
        self.assertEqual([], documentation.check_links(ROOT))

    def test_features_have_tests(self):
        text = (ROOT / 'docs' / 'features.md').read_text(encoding='utf-8')
        complaints, states = documentation.check_features(ROOT, text)
        self.assertEqual([], complaints)
        self.assertEqual(21 + 17 + 13 + 4, len(states))


class TheCheck(unittest.TestCase):
    def test_refuses_a_link_to_nothing(self):
        with tempfile.TemporaryDirectory() as root:
            readme = pathlib.Path(root, 'README.md')
            readme.write_text('[here](README.md) [web](https://gstreamer.freedesktop.org)\n',
                              encoding='utf-8')
            self.assertEqual([], documentation.check_links(root))
            readme.write_text('[there](docs/nothing.md#part)\n', encoding='utf-8')
            self.assertEqual(1, len(documentation.check_links(root)))

    def test_reads_the_feature_table(self):
        this = 'tests/tree/test_documentation.py'
        here = f'`{this}::TheCheck.test_reads_the_feature_table`'
        for row, count in [
            (f'| R1 | join | done | `channel` | {here} |', 0),
            (f'| R1 | join | partly (no API) | `channel` | {here} |', 0),
            ('| R1 | join | planned | | |', 0),
            ('| R1 | join | done | `channel` | |', 1),
            (f'| R1 | join | planned | | {here} |', 1),
            (f'| R1 | join | soon | | {here} |', 1),
            ('| R1 | join | done | `channel` | `tests/none.py::A.test_b` |', 1),
            (f'| R1 | join | done | `channel` | `{this}::TheCheck.test_' + 'absent` |', 1),
            ('| R1 | join | done |', 1),
        ]:
            with self.subTest(row=row):
                self.assertEqual(count, len(documentation.check_features(ROOT, row)[0]))


if __name__ == '__main__':
    tap.main()
