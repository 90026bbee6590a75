# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts what a `meson test` run found, from the logs that it leaves in meson-logs/.

A TAP test counts once per point, every other test once. A TAP test that ends badly without a
failed point (it crashed, or took too long) counts as one failure more.
"""
import json
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

GOOD = {'OK', 'EXPECTEDFAIL'}

# What is shown of a test that failed: its end; and of a point in TAP, before and after it
OUTPUT_LINES = 40
POINT = re.compile(r'(not )?ok \d')


class Tally(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, other):
        return Tally(*(a + b for a, b in zip(self, other)))

    def __str__(self):
        return f'{self.passed} passed, {self.failed} failed, {self.skipped} skipped'


def points_of(junit):
    """The points of each TAP test: a dict of test name -> Tally."""
    points = {}
    for suite in ElementTree.parse(junit).getroot().iter('testsuite'):
        tally = Tally()
        for case in suite.iter('testcase'):
            if case.find('skipped') is not None:
                tally = tally.plus(Tally(skipped=1))
            elif case.find('failure') is not None or case.find('error') is not None:
                tally = tally.plus(Tally(failed=1))
            else:
                tally = tally.plus(Tally(passed=1))
        # The suite of a TAP test is called project.test, that of all others project.
        _, dot, name = suite.get('name').partition('.')
        if dot:
            points[name] = tally
    return points


def tally_of_test(result, points):
    if points is None:
        if result == 'SKIP':
            return Tally(skipped=1)
        return Tally(passed=1) if result in GOOD else Tally(failed=1)
    if result not in GOOD and result != 'SKIP' and not points.failed:
        return points.plus(Tally(failed=1))
    return points


class Failure(NamedTuple):
    test: str
    output: str


def bad_points(lines):
    """The lines of points in TAP that failed, and what is said on either side."""
    points = [number for number, line in enumerate(lines) if POINT.match(line)]
    found = []
    for before, point, after in zip([-1, *points], points, [*points[1:], len(lines)]):
        if lines[point].startswith('not'):
            found += lines[max(before + 1, point - OUTPUT_LINES):min(after, point + OUTPUT_LINES)]
    return found


def failure_of(test):
    lines = ((test.get('stdout') or '') + (test.get('stderr') or '')).splitlines()
    shown = bad_points(lines) or lines[-OUTPUT_LINES:]
    return Failure(f"{test['name']}: {test['result']}", '\n'.join(shown))


def tally_of_run(logs, base='testlog'):
    """The Tally of the run whose logs are @logs/@base.json and @logs/@base.junit.xml, and its
    Failures."""
    logs = pathlib.Path(logs)
    points = points_of(logs / f'{base}.junit.xml')
    total, failures = Tally(), []
    with open(logs / f'{base}.json', encoding='utf-8') as lines:
        for line in lines:
            test = json.loads(line)
            tally = tally_of_test(test['result'], points.get(test['name']))
            total = total.plus(tally)
            if tally.failed:
                failures.append(failure_of(test))
    return total, failures
