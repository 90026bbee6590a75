#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures a build of gst-nertc on this machine: prints a table, and writes JSON.

Exit status: 0 if everything was measured, whether or not targets are reached; 1 if a figure is
missing or cannot be true; 2 for wrong options; 77 if there is no Janus for --planes, or no
Xvfb for --app.
"""
import argparse
import pathlib
import signal
import sys

import app
import planes
import report
from app import AppBench
from browser import BrowserBench, absence
from children import Children, Fault
from measure import ROOM, Bench
from planes import PlanesBench
from rooms import RoomsBench

WATCHDOG_S = 1800
# For meson
SKIPPED = 77


class Absent(Fault):
    """Of what is to be measured."""


def measure(bench):
    """Returns: figures, stages, rows of consumers"""
    def say(what):
        print(f'bench: {what} …', file=sys.stderr, flush=True)

    say('RSA key')
    bench.prepare()
    certificate = bench.certificate()
    say('spawn')
    spawn, spawn_stages = bench.spawn()
    say('join')
    join = bench.join()
    say('webrtcbin')
    tuned, tuned_stages = bench.webrtcbin('webrtcbin', '--latency=0', '--pacing')
    plain, _ = bench.webrtcbin('webrtcbin as it is')
    say('subscribe')
    subscribe, subscribe_stages = bench.subscribe(tuned)
    page, page_stages = measure_page(bench, say)
    say('delay')
    delays = bench.delays()
    say('many streams at once')
    gallery = bench.gallery()
    say('consumers')
    per_consumer, consumers = bench.consumers()
    say('consumers that come and go')
    cycles = bench.cycles()
    return ([spawn, certificate, join, subscribe, tuned, plain, *page, gallery, *delays,
             *per_consumer, *cycles], [spawn_stages, subscribe_stages, tuned_stages, *page_stages],
            consumers)


def measure_page(bench, say):
    """Returns: figures, stages; none where there is no browser"""
    missing = absence()
    if missing:
        bench.warnings.append(missing)
        return [], []
    say('page')
    bench.page = BrowserBench(bench, ROOM)
    return bench.page.measure()


def measure_planes(bench):
    """Returns: figures, rows"""
    missing = planes.absence()
    if missing:
        raise Absent(missing)
    print('bench: media planes …', file=sys.stderr, flush=True)
    bench.planes = PlanesBench(bench)
    return bench.planes.measure(), bench.planes.rows


def measure_rooms(bench):
    """Returns: figures"""
    print('bench: the room server …', file=sys.stderr, flush=True)
    bench.rooms = RoomsBench(bench)
    return bench.rooms.measure()


def measure_app(bench):
    """Returns: figures"""
    missing = app.absence()
    if missing:
        raise Absent(missing)
    print('bench: the call application …', file=sys.stderr, flush=True)
    bench.app = AppBench(bench)
    return bench.app.measure()


def complaints(bench, figures, stages):
    for figure in figures:
        yield from figure.complaints(bench.readings(figure))
    for part in stages:
        yield from part.complaints()


def run(options):
    build = options.build.resolve()
    described = {**report.machine(), **report.build_options(build)}
    with Children(build) as children:
        bench = Bench(children, options.short)
        for warning in report.warnings(described):
            print(f'bench: {warning}', file=sys.stderr)
            bench.warnings.append(warning)
        if options.rooms:
            figures, rows, stages, consumers = measure_rooms(bench), [], [], []
        elif options.app:
            figures, rows, stages, consumers = measure_app(bench), [], [], []
        elif options.planes:
            (figures, rows), stages, consumers = measure_planes(bench), [], []
        else:
            (figures, stages, consumers), rows = measure(bench), []
    wrong = list(complaints(bench, figures, stages))
    if wrong:
        raise Fault('\n  '.join(['These figures are not to be believed:', *wrong]))
    report.write(options.output, described, options.short, bench.warnings, figures, stages,
                 consumers, rows)
    for line in report.lines(described, figures, stages, consumers, rows):
        print(line)
    for line in bench.warnings:
        print(f'\nWarning: {line}')
    print(f'\nAll readings are in {options.output}')


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--build', type=pathlib.Path, default=pathlib.Path('build'),
                        metavar='FOLDER', help='the build to measure (default build)')
    parser.add_argument('--output', type=pathlib.Path, metavar='FILE',
                        help='where the JSON goes (default bench.json in the build)')
    parser.add_argument('--short', action='store_true', help='few readings, in less than a minute')
    parser.add_argument('--planes', action='store_true',
                        help='the media planes only: mesh and Janus beside each other')
    parser.add_argument('--rooms', action='store_true',
                        help='the room server only: joins, messages, memory')
    parser.add_argument('--app', action='store_true',
                        help='the call application only: its start, and what pictures take')
    options = parser.parse_args()
    options.output = options.output or options.build / 'bench.json'
    return options


def on_alarm(number, frame):
    raise Fault(f'It took longer than {WATCHDOG_S} s in all')


def main():
    options = parse_options()
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    signal.alarm(WATCHDOG_S)
    try:
        run(options)
    except Absent as absent:
        print(f'bench: {absent}', file=sys.stderr)
        return SKIPPED
    except Fault as fault:
        print(f'bench: {fault}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == '__main__':
    sys.exit(main())
