#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The last line of `./dev test` tells the truth: a project of known tests is run by meson."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / 'common')]

import tally
import tap

PROJECT = '''
project ('sample')
sh = find_program ('sh')
foreach name, script : {
  'good': 'exit 0',
  'bad': 'echo what; echo why >&2; exit 1',
  'skipped': 'exit 77',
  'slow': 'sleep 60',
}
  test (name, sh, args: ['-c', script], timeout: 1)
endforeach
foreach name, script : {
  'tap': 'printf "ok 1 a\\n# of b\\nnot ok 2 b\\n# after b\\nok 3 c # SKIP no c\\nok 4 d\\n1..4\\n"',
  'tap-crash': 'printf "1..2\\nok 1 a\\n"; kill -SEGV $$',
  'tap-none': 'echo "1..0 # SKIP nothing here"',
}
  test (name, sh, args: ['-c', script], protocol: 'tap')
endforeach
'''


class TallyTest(unittest.TestCase):
    def test_counts_what_meson_ran(self):
        if not shutil.which('meson'):
            self.skipTest('no meson')
        with tempfile.TemporaryDirectory() as folder:
            source, build = pathlib.Path(folder, 'source'), pathlib.Path(folder, 'build')
            source.mkdir()
            (source / 'meson.build').write_text(PROJECT, encoding='utf-8')
            subprocess.run(['meson', 'setup', build, source], check=True, capture_output=True)
            status = subprocess.run(['meson', 'test', '-C', build], check=False,
                                    capture_output=True).returncode
            found, failures = tally.tally_of_run(build / 'meson-logs')
        self.assertNotEqual(0, status)
        # good; tap 1, 4; tap-crash 1 | bad, slow, tap 2, the crash | skipped, tap 3, tap-none
        self.assertEqual(tally.Tally(passed=4, failed=4, skipped=3), found)
        outputs = {failure.test: failure.output for failure in failures}
        self.assertEqual({'bad: FAIL', 'slow: TIMEOUT', 'tap: FAIL', 'tap-crash: ERROR'},
                         set(outputs))
        self.assertEqual('what\nwhy', outputs['bad: FAIL'])
        self.assertEqual('# of b\nnot ok 2 b\n# after b', outputs['tap: FAIL'])


if __name__ == '__main__':
    tap.main()
