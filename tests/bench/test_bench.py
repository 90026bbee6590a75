#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The benchmark refuses what cannot be true, and says why."""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'common')]

import browser
import children
import report
import tap


class FigureTest(unittest.TestCase):
    def test_readings_that_can_be_true(self):
        figure = report.Figure('spawn', 'ms', [3.0, 1.0, 2.0], target=2)
        self.assertEqual([], list(figure.complaints(3)))
        self.assertEqual(2.0, figure.median)
        self.assertTrue(figure.met())
        self.assertFalse(report.Figure('spawn', 'ms', [3.0], target=2).met())

    def test_what_cannot_be_true_is_told(self):
        for values, what in (([], '0 readings'), ([1.0], '1 readings'), ([1.0, 0.0], '0.0 ms'),
                             ([1.0, -2.0], '-2.0 ms'), ([1.0, 1e9], '1000000000.0 ms'),
                             ([1.0, math.nan], 'nan ms')):
            with self.subTest(values=values):
                told = list(report.Figure('spawn', 'ms', values).complaints(2))
                self.assertEqual(1, len(told))
                self.assertIn(f'spawn: {what}', told[0])

    def test_a_missed_target_is_no_complaint(self):
        figure = report.Figure('spawn', 'ms', [500.0], target=330)
        self.assertEqual([], list(figure.complaints(1)))
        self.assertIn('≤ 330 missed', '\n'.join(report.figure_table([figure])))

    def test_a_target_that_is_a_least(self):
        figure = report.Figure('sent', 'kbit/s', [900.0], target=1000, at_least=True)
        self.assertFalse(figure.met())
        self.assertIn('≥ 1000 missed', '\n'.join(report.figure_table([figure])))
        self.assertTrue(report.Figure('sent', '', [1000.0], target=1000, at_least=True).met())


class BrowserTest(unittest.TestCase):
    def test_what_is_ours(self):
        """All but the browser's answer and its connection."""
        marks = {'offer': 70, 'answered': 90, 'connected': 300, 'frame': 350}
        self.assertEqual(120, browser.ours(marks))


class StagesTest(unittest.TestCase):
    STAGES = (('late', 'it ends'), ('early', 'it begins'))

    def test_rows_are_in_the_order_of_time(self):
        stages = report.Stages('spawn', self.STAGES, [{'early': 1.0, 'late': 5.0},
                                                      {'early': 3.0, 'late': 9.0}])
        self.assertEqual([], list(stages.complaints()))
        self.assertEqual([('early', 'it begins', 2.0, 2.0), ('late', 'it ends', 7.0, 5.0)],
                         list(stages.rows()))

    def test_a_mark_that_is_missing_is_told(self):
        stages = report.Stages('spawn', self.STAGES, [{'early': 1.0}, {'early': 1.0, 'late': 2.0}])
        self.assertEqual(['spawn: 1 of 2 runs have no “late”'], list(stages.complaints()))


class ReportTest(unittest.TestCase):
    def test_what_spoils_readings_is_told(self):
        quiet = {'load-average': 0.1, 'cores': 2, 'b_sanitize': 'none'}
        self.assertEqual([], list(report.warnings(quiet)))
        for change, what in (({'load-average': 3.5}, '3.50 on 2 cores'),
                             ({'b_sanitize': 'address'}, 'address')):
            told = list(report.warnings({**quiet, **change}))
            self.assertEqual(1, len(told))
            self.assertIn(what, told[0])

    def test_table_and_json_have_the_same_figures(self):
        figure = report.Figure('join', 'ms', [1.25, 2.5, 3.75], peer=('other', '4–5', 'quoted'))
        stages = report.Stages('join', (('joined', 'it is joined'),), [{'joined': 2.5}])
        consumers = [{'consumers': 0, 'threads': 9}]
        planes = [{'plane': 'mesh', 'consumers': 1, 'media server CPU %': None}]
        described = report.machine()
        table = '\n'.join(report.lines(described, [figure], [stages], consumers, planes))
        for part in ('join', '2.50', '1.25', '3.75', '4–5  other, quoted', 'it is joined', 'mesh'):
            self.assertIn(part, table)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, 'bench.json')
            report.write(path, described, True, ['busy'], [figure], [stages], consumers,
                         planes)
            document = json.loads(path.read_text(encoding='utf-8'))
        self.assertEqual(2.5, document['figures'][0]['median'])
        self.assertEqual('quoted', document['figures'][0]['peer']['how'])
        self.assertEqual(['busy'], document['warnings'])


class ChildTest(unittest.TestCase):
    def start(self, script):
        child = children.Child(['sh', '-c', script], None)
        self.addCleanup(child.end)
        return child

    def test_events_come_in_order(self):
        child = self.start('echo noise; echo \'{"event": "a", "n": 1}\'; read word; '
                           'echo "{\\"event\\": \\"a\\", \\"n\\": 2, \\"word\\": \\"$word\\"}"')
        self.assertEqual(1, child.wait_event('a')['n'])
        since = child.command('go')
        self.assertEqual('go', child.wait_event('a', since)['word'])
        self.assertEqual(2, child.wait_event('a', n=2)['n'])
        child.finish()

    def test_an_early_end_is_told_with_its_last_words(self):
        child = self.start('echo out of order')
        with self.assertRaisesRegex(children.Fault, 'played: not before the end.*\n.*out of order'):
            child.wait_event('played')

    def test_a_bad_end_is_told(self):
        child = self.start('exit 7')
        with self.assertRaisesRegex(children.Fault, 'status 7'):
            child.finish()


# A build whose subscriber gets no picture; all else goes as it should.
PROGRAMS = {
    'app/server/nertc-server': 'echo listening on ws://127.0.0.1:1/room; exec cat',
    'tests/bench/bench-certificate': 'echo \'{"event": "certificate", "make": 1000}\'',
    'tests/bench/bench-publisher': """
echo '{"event": "publish-state", "state": "publishing"}'
n=0
while :; do
  n=$((n + 15))
  echo "{\\"event\\": \\"encoded\\", \\"frames\\": $n, \\"bytes\\": $((n * 3125)), \\"at\\": $((n * 33333))}"
  sleep 0.02
done""",
    'tests/bench/bench-subscriber': 'echo no picture came; exec cat',
}


class ProgramTest(unittest.TestCase):
    def test_without_a_picture_it_fails_and_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, script in PROGRAMS.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f'#!/bin/sh\n{script}\n', encoding='utf-8')
                path.chmod(0o755)
            done = subprocess.run([sys.executable, HERE / 'bench.py', f'--build={folder}'],
                                  capture_output=True, text=True, check=False,
                                  env={**os.environ, 'NERTC_TEST_PATIENCE': '0.1'})
            left = [path for path in pathlib.Path('/proc').glob('[0-9]*/cmdline')
                    if folder.encode() in self.words_of(path)]
            self.assertFalse(pathlib.Path(folder, 'bench.json').exists())
        self.assertEqual(1, done.returncode)
        self.assertIn('bench: played: not within 2 s', done.stderr)
        self.assertIn('no picture came', done.stderr)
        self.assertEqual('', done.stdout)
        self.assertEqual([], left)

    @staticmethod
    def words_of(path):
        try:
            return path.read_bytes()
        except OSError:
            return b''

    def test_without_a_build_it_fails_and_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, HERE / 'bench.py', f'--build={folder}'],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn('build first', done.stderr)
        self.assertEqual('', done.stdout)


if __name__ == '__main__':
    tap.main()
