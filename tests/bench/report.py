# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was measured: the figures, whether they can be true, the table and the JSON."""
import datetime
import json
import os
import platform
import re
import statistics
import subprocess


class Figure:
    """Readings of one thing, what they should reach and what a peer needs for the same."""

    def __init__(self, name, unit, values, target=None, peer=None, bounds=(0, 20000),
                 at_least=False):
        """@bounds: what lies outside (or on) them is an error of the measurement
        @at_least: more is better; else less is
        @peer: (name, figure, how), where how is measured or quoted"""
        self.name = name
        self.unit = unit
        self.values = list(values)
        self.target = target
        self.peer = peer
        self.bounds = bounds
        self.at_least = at_least

    @property
    def median(self):
        return statistics.median(self.values)

    def complaints(self, count):
        """What is wrong with it as a measurement of @count readings, as sentences."""
        low, high = self.bounds
        if len(self.values) < count:
            yield f'{self.name}: {len(self.values)} readings instead of {count}'
        for value in self.values:
            if not low < value < high:
                yield f'{self.name}: {value} {self.unit} is not between {low} and {high}'

    def met(self):
        if self.target is None:
            return None
        return self.median >= self.target if self.at_least else self.median <= self.target

    def to_json(self):
        described = {'name': self.name, 'unit': self.unit, 'n': len(self.values),
                     'median': self.median, 'min': min(self.values), 'max': max(self.values),
                     'values': self.values, 'target': self.target,
                     'at-least': self.at_least, 'met': self.met()}
        if self.peer:
            name, figure, how = self.peer
            described['peer'] = {'name': name, 'figure': figure, 'how': how}
        return described


class Stages:
    """When what came to pass in each of several runs, in ms since its beginning."""

    def __init__(self, name, stages, runs):
        """@stages: (mark, what it means); @runs: a dict of ms by mark each"""
        self.name = name
        self.stages = stages
        self.runs = runs

    def complaints(self):
        for mark, _ in self.stages:
            absent = sum(mark not in run for run in self.runs)
            if absent:
                yield f'{self.name}: {absent} of {len(self.runs)} runs have no “{mark}”'

    def rows(self):
        """(mark, meaning, median time, median of the time since the row before), in the order of
        time: some of it goes on side by side."""
        def at_of(mark):
            return statistics.median(run[mark] for run in self.runs)

        before = None
        for mark, meaning in sorted(self.stages, key=lambda stage: at_of(stage[0])):
            at = at_of(mark)
            step = at if before is None else statistics.median(
                run[mark] - run[before] for run in self.runs)
            yield mark, meaning, at, step
            before = mark

    def to_json(self):
        return {'name': self.name, 'runs': self.runs, 'stages': [
            {'mark': mark, 'meaning': meaning, 'median': at, 'step': step}
            for mark, meaning, at, step in self.rows()]}


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        match = re.search(r'^model name\s*:\s*(.+)$', file.read(), re.MULTILINE)
    return match[1] if match else platform.machine()


def gstreamer_version():
    try:
        done = subprocess.run(['pkg-config', '--modversion', 'gstreamer-1.0'],
                              capture_output=True, text=True, check=False, timeout=10)
    except OSError:
        return 'unknown'
    return done.stdout.strip() or 'unknown'


def machine():
    return {'processor': processor(), 'cores': os.cpu_count(), 'kernel': platform.release(),
            'gstreamer': gstreamer_version(), 'load-average': os.getloadavg()[0],
            'measured-at': datetime.datetime.now().astimezone().isoformat(timespec='seconds')}


def build_options(build):
    """How the programs were compiled, of what changes figures."""
    try:
        text = (build / 'meson-info' / 'intro-buildoptions.json').read_text(encoding='utf-8')
    except OSError:
        return {}
    return {option['name']: option['value'] for option in json.loads(text)
            if option['name'] in ('buildtype', 'b_sanitize')}


def warnings(described):
    """What makes readings on this machine, of this build, worth less; as sentences"""
    load, cores = described['load-average'], described['cores']
    if load > cores / 4:
        yield (f'The load average was {load:.2f} on {cores} cores before anything was started: '
               f'other work is going on, take the readings for an upper bound.')
    if described.get('b_sanitize', 'none') != 'none':
        yield f"This build has sanitizers ({described['b_sanitize']}), which slow it down."


def number(value):
    """With three digits that count."""
    if value is None:
        return '–'
    return f'{value:.0f}' if abs(value) >= 100 else f'{value:.1f}' if abs(value) >= 10 else \
        f'{value:.2f}'


def table(rows):
    """Lines with the columns of @rows under each other; the first column to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) if i == 0 or i == len(row) - 1 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        yield '  '.join(cells).rstrip()


def figure_table(figures):
    rows = [('figure', 'unit', 'median', 'min', 'max', 'n', 'target', 'peer')]
    for figure in figures:
        target = '–'
        if figure.target is not None:
            sign = '≥' if figure.at_least else '≤'
            target = f'{sign} {figure.target} {"met" if figure.met() else "missed"}'
        peer = '–'
        if figure.peer:
            name, value, how = figure.peer
            peer = f'{value if isinstance(value, str) else number(value)}  {name}, {how}'
        rows.append((figure.name, figure.unit, number(figure.median), number(min(figure.values)),
                     number(max(figure.values)), str(len(figure.values)), target, peer))
    return table(rows)


def stage_table(stages):
    rows = [(f'{stages.name}: until', 'ms', 'step', '')]
    for _, meaning, at, step in stages.rows():
        rows.append((meaning, number(at), number(step), ''))
    return table(rows)


def consumer_table(consumers):
    """@consumers: rows of measure.CONSUMER_COLUMNS, or of planes.COLUMNS"""
    rows = [tuple(consumers[0])]
    rows += [tuple(str(value) if isinstance(value, (int, str)) else number(value)
                   for value in row.values()) for row in consumers]
    return table(rows)


def lines(described, figures, stages, consumers, planes):
    """What is printed."""
    yield (f"{described['processor']}, {described['cores']} cores, GStreamer "
           f"{described['gstreamer']}, load average {described['load-average']:.2f} before")
    yield ''
    yield from figure_table(figures)
    for part in stages:
        yield ''
        yield from stage_table(part)
    for rows, what in ((consumers, 'one publisher, raw in, and consumers that do not decode, by '
                                   'their number'),
                       (planes, 'the same in each media plane; the largest number: a sound of 64 '
                                'kbit/s alone')):
        if rows:
            yield ''
            yield what
            yield from consumer_table(rows)


def write(path, described, short, warnings, figures, stages, consumers, planes):
    document = {'version': 1, 'short': short, 'machine': described, 'warnings': warnings,
                'figures': [figure.to_json() for figure in figures],
                'stages': [part.to_json() for part in stages], 'consumers': consumers,
                'planes': planes}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')
