# SPDX-License-Identifier: LGPL-2.1-or-later
"""The media planes of the room server beside each other: what a room costs its publisher and the
media server, and what the way through one adds."""
import resource
import shutil
import statistics

import network
from children import Fault
from report import Figure

ROOM = 'planes'
# Options of the room server; by the second it starts a Janus of its own.
PLANES = (('mesh',), ('janus', '--media=janus'))
CONSUMERS, CONSUMERS_SHORT = (1, 4, 16, 32), (1, 2)
FRAME_RATE = 30
RISE_TARGET = 10
JOIN_TARGET = 180
ADDED_TARGET = 5
AUDIENCE, AUDIENCE_SHORT = 100, 6
MEETING, MEETING_SHORT = 8, 3
# Everybody receives at least so much of what is sent.
RECEIVED_SHARE = 0.95
COLUMNS = ('plane', 'consumers', 'kbit/s', 'fps', 'key frames/s', 'publisher CPU %',
           'room server CPU %', 'media server CPU %', 'consumers CPU %', 'publisher threads',
           'media server threads', 'files', 'RSS KiB')
# One each, the first for the publisher; what serves goes wherever there is room.
PUBLISHER_CORE, CONSUMER_CORE = 0, 1


def absence():
    """Why Janus cannot be measured here, as a sentence, or None."""
    if not shutil.which('janus'):
        return 'There is no Janus, so the media planes are not measured: ./dev setup test'
    return network.provide()


def allow_files():
    """A connection takes some 25 of them, and a crowd is one process."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Plane:
    """A room server, and the processes that carry its media."""

    def __init__(self, children, name, *options):
        self.children = children
        self.name = name
        self.server, self.url = children.room_server(*options)
        self.media_server = None

    def find_media_server(self):
        """Once media goes through it."""
        if self.name != 'mesh' and self.media_server is None:
            found = self.server.descendants('janus')
            if len(found) != 1:
                raise Fault(f'The room server has {len(found)} processes “janus” instead of 1: '
                            f'{self.server.tell()}')
            self.media_server = found[0]

    def where(self, room):
        return f'--server={self.url}', f'--channel={room}'

    def processes(self):
        return [self.server, *([self.media_server] if self.media_server else [])]


class PlanesBench:
    def __init__(self, bench):
        self.bench = bench
        self.children = bench.children
        self.short = bench.short
        self.windows = 1 if bench.short else 5
        self.window = 30 if bench.short else 90
        self.count = 2 if bench.short else 30
        self.counts = {}
        self.begin = None  # what the publisher said when the last windows began
        self.rows = []

    def figure(self, name, unit, values, count, target=None, **options):
        self.counts[name] = count
        return Figure(name, unit, values, target, **options)

    def measure(self):
        """Returns: figures; rows of COLUMNS are in @rows"""
        allow_files()
        if self.short:
            return self.measure_shortly()
        planes = [Plane(self.children, *words) for words in PLANES]
        figures = []
        for measure in (self.consumers, self.joins, self.audience, self.meeting):
            for plane in planes:
                figures += measure(plane)
        figures += self.delays(*planes)
        for plane in planes:
            self.children.end(plane.server)
        return figures

    def measure_shortly(self):
        """A mesh is in the other half of the benchmark."""
        plane = Plane(self.children, *PLANES[-1])
        figures = []
        for measure in (self.consumers, self.joins, self.audience, self.meeting):
            figures += measure(plane)
        self.children.end(plane.server)
        return figures

    # What a publisher of one stream and its consumers cost

    def usage(self, sender, *processes):
        """Returns: for each window, what each of @processes uses of a core, %"""
        return [used for used, _ in self.windows_of(sender, *processes)]

    def windows_of(self, sender, *processes):
        self.begin = self.bench.wait_frames(sender, 1)
        return self.bench.usage_in(self.windows, self.window, sender, len(processes), *processes)

    def usage_at_full_rate(self, publisher, *processes):
        """The same; what the publisher uses is for so many frames as a camera makes, since one
        that has too little of a busy machine leaves frames out."""
        return [[used[0] * FRAME_RATE / rate, *used[1:]]
                for used, rate in self.windows_of(publisher, publisher, *processes)]

    def start_publisher(self, plane, room, option):
        publisher = self.children.program('publisher', *plane.where(room), option,
                                          core=PUBLISHER_CORE)
        publisher.wait_event('publish-state', state='publishing')
        return publisher

    def grow(self, plane, crowd, number):
        """Returns: how long each of so many more took until it received, ms"""
        took = []
        for _ in range(number):
            adding = crowd.command('more')
            took.append(crowd.wait_event('receiving', adding)['took'] / 1000)
        plane.find_media_server()
        return took

    def stop(self, *children):
        for child in children:
            self.children.finish(child)

    def check_received(self, crowd, publisher):
        """That everybody gets what is sent, in one more window."""
        def count():
            return crowd.wait_event('count', crowd.command('count'))
        begin = self.bench.wait_frames(publisher, 1)
        before = count()
        end = self.bench.wait_frames(publisher, self.window, begin['frames'])
        after = count()
        sent = end['frames'] - begin['frames']
        received = (after['frames'] - before['frames']) / after['members']
        if received < RECEIVED_SHARE * sent:
            self.bench.warnings.append(
                f"Of {sent} frames {after['members']} consumers received {received:.0f} each: the "
                f'machine is too busy or too slow for these figures.')

    def consumers(self, plane):
        numbers = CONSUMERS_SHORT if self.short else CONSUMERS
        publisher = self.start_publisher(plane, ROOM, '--raw')
        crowd = self.children.program('crowd', *plane.where(ROOM), core=CONSUMER_CORE)
        readings, present = {}, 0
        for number in numbers:
            self.grow(plane, crowd, number - present)
            present = number
            readings[number] = self.usage_at_full_rate(publisher, crowd, *plane.processes())
            self.add_row(plane, number, publisher, readings[number])
        self.check_received(crowd, publisher)
        self.stop(crowd, publisher)
        return self.consumer_figures(plane, readings, numbers[0], numbers[-1])

    def add_row(self, plane, number, publisher, windows):
        used = [statistics.median(values) for values in zip(*windows)]
        end = self.bench.wait_frames(publisher, 1)
        ms = (end['at'] - self.begin['at']) / 1000
        kbit = 8 * (end['bytes'] - self.begin['bytes']) / ms
        rate, keys = (1000 * (end[name] - self.begin[name]) / ms
                      for name in ('frames', 'keyFrames'))
        media = plane.media_server
        counts = (media.count('task'), media.count('fd'), media.resident_kib()) if media else ()
        self.rows.append(dict(zip(COLUMNS, (
            plane.name, number, kbit, rate, keys if keys < rate else None, used[0], used[2],
            used[3] if media else None, used[1], publisher.count('task'), *(counts or (None,) * 3)))))

    def consumer_figures(self, plane, readings, few, many):
        def used(number, index):
            return [window[index] for window in readings[number]]
        one = statistics.median(used(few, 0))
        figures = [
            self.figure(f'{plane.name}: publisher CPU, rise from {few} to {many} consumers', '%',
                        [100 * (value / one - 1) for value in used(many, 0)], self.windows,
                        RISE_TARGET if plane.media_server else None, bounds=(-100, 100000))]
        if plane.media_server:
            base = statistics.median(used(few, 3))
            figures.append(self.figure(
                f'{plane.name}: media server CPU per consumer, {many}', '%',
                [(value - base) / (many - few) for value in used(many, 3)], self.windows,
                bounds=(-100, 100)))
        return figures

    # Who comes in

    def join_once(self, subscriber):
        leaving = subscriber.command('leave')
        subscriber.wait_event('peers', leaving, count=0)
        joining = subscriber.command('join')
        played = subscriber.wait_event('played', joining)
        self.bench.check_played(played)
        return (played['marks']['frame'] - played['marks']['began']) / 1000

    def joins(self, plane):
        """Of a program that runs already, and has its key."""
        publisher = self.children.program('publisher', *plane.where(ROOM))
        publisher.wait_event('publish-state', state='publishing')
        subscriber = self.children.program('subscriber', *plane.where(ROOM))
        subscriber.wait_event('played')
        self.join_once(subscriber)
        values = [self.join_once(subscriber) for _ in range(self.count)]
        self.stop(subscriber, publisher)
        return [self.figure(f'{plane.name}: join to the first decoded frame', 'ms', values,
                            self.count, JOIN_TARGET if plane.media_server else None)]

    # A large audience

    def audience(self, plane):
        """Through the media server alone: those who listen send no RTCP, which it does not need."""
        if plane.name == 'mesh':
            return []
        if not self.children.has('audience'):
            self.bench.warnings.append('There is no audience, since libnice was not there when '
                                       'this was built: ./dev setup test')
            return []
        number = AUDIENCE_SHORT if self.short else AUDIENCE
        publisher = self.start_publisher(plane, 'audience', '--audio')
        audience = self.children.program('audience', *plane.where('audience'), core=CONSUMER_CORE)
        took = self.grow(plane, audience, number)
        windows = self.usage(publisher, publisher, audience, *plane.processes())
        self.add_row(plane, number, publisher, windows)
        self.check_received(audience, publisher)
        self.stop(audience, publisher)
        what = f'{plane.name}: {number} receivers of 64 kbit/s'
        return [self.figure(f'{what}, from the join of each to its first packet', 'ms', took,
                            number),
                *self.shares(what, ('publisher', 'receivers', 'room server', 'media server'),
                             windows)]

    def shares(self, what, names, windows):
        """What each process uses of a core."""
        return [self.figure(f'{what}, {name} CPU', '%', values, self.windows, bounds=(-1, 1000))
                for name, values in zip(names, zip(*windows))]

    # Where all speak

    def meeting(self, plane):
        number = MEETING_SHORT if self.short else MEETING
        meeting = self.children.program('meeting', *plane.where('meeting'), f'--members={number}')
        took = meeting.wait_event('heard')['took'] / 1000
        plane.find_media_server()
        windows = self.usage(meeting, meeting, *plane.processes())
        self.stop(meeting)
        what = f'{plane.name}: {number} members publish sound'
        return [self.figure(f'{what}, until all hear all', 'ms', [took], 1),
                *self.shares(what, ('members', 'room server', 'media server'), windows)]

    # What the way through a media server adds

    def delay_once(self, plane):
        program = self.children.program('delay', *plane.where('delay'), '--latency=20',
                                        f'--count={self.count * 3}')
        values = program.wait_event('delays')['values']
        self.children.finish(program)
        return values

    def delays(self, mesh, janus):
        """By turns, since a machine is not the same all the time."""
        rounds = [(self.delay_once(mesh), self.delay_once(janus))
                  for _ in range(1 if self.short else 3)]
        direct = [value for values, _ in rounds for value in values]
        through = [value for _, values in rounds for value in values]
        base = statistics.median(direct)
        return [self.figure('mesh: capture to render', 'ms', direct, len(direct)),
                self.figure('janus: capture to render', 'ms', through, len(through)),
                self.figure('janus: delay added by the media server', 'ms',
                            [value - base for value in through], len(through), ADDED_TARGET,
                            bounds=(-1000, 20000))]
