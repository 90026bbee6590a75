# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured, and how. Every function waits for the processes before it to be at rest, and
raises Fault if a program did not deliver what it should."""
import statistics

from children import Fault
from report import Figure, Stages

ROOM = 'bench'
SPAWN_TARGET = 330
SUBSCRIBE_TARGET = 100
# The stream has to be about 0.8 Mbit/s, sound and packets included.
VIDEO_KBIT = (400, 1200)
# The publisher and the consumers have a core each.
CONSUMERS = (1, 4, 8, 16)
CONSUMERS_SHORT = (1, 2)
CONSUMER_TARGETS = {4: 2.5, 8: 2, 16: 2}
STREAM_TARGET = 2.5
PAIRS = (1, 8)
PAIRS_SHORT = (1, 2)
PUBLISHER_CORE, CONSUMER_CORE = 0, 1
# One frame of the camera and the time a sink has to draw are in all of these.
SYNC_TARGET, NO_SYNC_TARGET, PREVIEW_TARGET = 65, 15, 40
GALLERY, GALLERY_TARGET = 8, 250
CYCLES, CYCLES_SHORT, CYCLERS = 1000, 12, 4
# Of a window in which the processor's use is measured.
WINDOW_FRAMES = 45
WINDOW_FRAMES_SHORT = 30

SPAWN_STAGES = (
    ('main', 'main () is entered'),
    ('initialized', 'GStreamer has read its registry'),
    ('pipeline', 'the elements are made'),
    ('playing', 'the pipeline is set to PLAYING'),
    ('joined', 'the room is joined'),
    ('opened', 'the server has opened a transport'),
    ('sender-offered', 'the publisher has made its offer'),
    ('offer', 'the offer has arrived'),
    ('certificate', "the process's RSA key is made"),
    ('receiver-answered', 'the answer is made'),
    ('receiver-ice', 'ICE is connected'),
    ('receiver-connected', 'DTLS is connected'),
    ('sender-key-frame', 'the publisher has encoded a key frame'),
    ('receiver-packet', 'the first video packet has left the jitter buffer'),
    ('encoded', 'the key frame is at the decoder'),
    ('frame', 'the first decoded frame is at the sink'),
)
SUBSCRIBE_STAGES = (
    ('sender-made', 'the publisher has begun with a transport'),
    *(stage for stage in SPAWN_STAGES[6:] if stage[0] != 'certificate'),
)
WEBRTCBIN_STAGES = (
    ('playing', 'the two pipelines are made'),
    *(stage for stage in SUBSCRIBE_STAGES if stage[0] not in ('sender-made', 'offer')),
)
CONSUMER_COLUMNS = ('consumers', 'RSS KiB', 'threads', 'files', 'CPU %', 'consumers CPU %',
                    'encoders', 'encoded fps')


def since(began, *traces):
    """The marks of all @traces in ms after @began."""
    return {mark: (time - began) / 1000 for trace in traces for mark, time in trace.items()}


class Bench:
    def __init__(self, children, short):
        self.children = children
        self.short = short
        self.count = 3 if short else 30
        self.windows = 2 if short else 30
        self.window = WINDOW_FRAMES_SHORT if short else WINDOW_FRAMES
        self.warnings = []
        self.url = None
        self.publisher = None
        self.page = None
        self.planes = None
        self.rooms = None
        self.app = None

    def readings(self, figure):
        """How many readings a figure has to have."""
        if self.rooms:
            return 1
        if self.app:
            return self.app.readings(figure)
        if self.planes and figure.name in self.planes.counts:
            return self.planes.counts[figure.name]
        if figure.name.startswith('page'):
            return self.page.readings(figure)
        if 'CPU' in figure.name:
            return self.windows
        return 1 if figure.name.startswith('publisher') else self.count

    def prepare(self):
        """The registry of GStreamer is written once, not by the first process that is measured;
        then the server, and a publisher that is under way."""
        self.children.finish(self.children.program('certificate'))
        self.url = self.children.server()
        self.publisher = self.start_publisher(ROOM)
        self.check_bitrate()

    def start_publisher(self, room):
        publisher = self.children.program('publisher', f'--server={self.url}', f'--channel={room}')
        publisher.wait_event('publish-state', state='publishing')
        self.wait_frames(publisher, self.window)
        return publisher

    def start_subscriber(self, room):
        return self.children.program('subscriber', f'--server={self.url}', f'--channel={room}')

    # The publisher

    @staticmethod
    def wait_frames(publisher, count, begin=0):
        """Returns: what the publisher said when it had encoded @count frames after @begin"""
        line = publisher.mark()
        while True:
            event = publisher.wait_event('encoded', line)
            if event['frames'] >= begin + count:
                return event
            line = publisher.mark()

    def window_of(self, publisher):
        """Returns: (event at the begin, event at the end) of a window in which it encoded"""
        begin = publisher.wait_event('encoded', publisher.mark())
        return begin, self.wait_frames(publisher, self.window, begin['frames'])

    def check_bitrate(self):
        begin, end = self.window_of(self.publisher)
        seconds = (end['at'] - begin['at']) / 1e6
        rate = (end['frames'] - begin['frames']) / seconds
        # By frames, so that a busy machine that encodes fewer is not blamed here.
        kbit = (end['bytes'] - begin['bytes']) * 8 / 1000 / (end['frames'] - begin['frames']) * 30
        if not VIDEO_KBIT[0] <= kbit <= VIDEO_KBIT[1]:
            raise Fault(f'The publisher encodes {kbit:.0f} kbit/s instead of about 750')
        if rate < 25:
            self.warnings.append(f'The publisher encodes {rate:.1f} frames per second instead of '
                                 f'30: the machine is too busy or too slow for these figures.')

    @staticmethod
    def check_played(event):
        if event['frames'] < 10 or event.get('sounds') == 0:
            raise Fault(f"Played were {event['frames']} frames and {event.get('sounds')} pieces "
                        f'of sound')

    # Spawn

    def spawn_once(self):
        since_publisher = self.publisher.mark()
        subscriber = self.start_subscriber(ROOM)
        played = subscriber.wait_event('played')
        self.check_played(played)
        served = self.publisher.wait_event('served', since_publisher)
        leaving = self.publisher.mark()
        self.children.finish(subscriber)
        self.publisher.wait_event('peers', leaving, count=0)
        return since(subscriber.began, served['marks'], played['marks'])

    def spawn(self):
        self.spawn_once()
        runs = [self.spawn_once() for _ in range(self.count)]
        return (Figure('spawn', 'ms', [run['frame'] for run in runs], SPAWN_TARGET,
                       ('webrtcsink/webrtcsrc', '460–530', 'quoted')),
                Stages('spawn', SPAWN_STAGES, runs))

    # Subscribe

    def subscribe_once(self, subscriber):
        leaving = self.publisher.mark()
        unsubscribing = subscriber.command('unsubscribe')
        subscriber.wait_event('peers', unsubscribing, count=0)
        self.publisher.wait_event('peers', leaving, count=0)
        since_publisher = self.publisher.mark()
        subscribing = subscriber.command('subscribe')
        played = subscriber.wait_event('played', subscribing)
        self.check_played(played)
        served = self.publisher.wait_event('served', since_publisher)
        return since(played['marks']['began'], served['marks'], played['marks'])

    def subscribe(self, webrtcbin):
        """@webrtcbin: the Figure to put beside it"""
        subscriber = self.start_subscriber(ROOM)
        subscriber.wait_event('played')
        self.subscribe_once(subscriber)
        runs = [self.subscribe_once(subscriber) for _ in range(self.count)]
        leaving = self.publisher.mark()
        self.children.finish(subscriber)
        self.publisher.wait_event('peers', leaving, count=0)
        return (Figure('subscribe', 'ms', [run['frame'] for run in runs], SUBSCRIBE_TARGET,
                       ('webrtcbin', webrtcbin.median, 'measured')),
                Stages('subscribe', SUBSCRIBE_STAGES, runs))

    # The yardstick

    def connect_once(self, pair):
        connecting = pair.command('connect')
        played = pair.wait_event('played', connecting)
        self.check_played(played)
        disconnecting = pair.command('disconnect')
        pair.wait_event('peers', disconnecting, count=0)
        return since(played['marks']['began'], played['marks'])

    def webrtcbin(self, name, *options):
        pair = self.children.program('webrtcbin', *options)
        pair.wait_event('ready')
        self.connect_once(pair)
        runs = [self.connect_once(pair) for _ in range(self.count)]
        self.children.finish(pair)
        return (Figure(name, 'ms', [run['frame'] for run in runs]),
                Stages(name, WEBRTCBIN_STAGES, runs))

    # Small things

    def join_once(self, client):
        joining = client.command('join')
        joined = client.wait_event('joined', joining)
        client.wait_event('left', joining)
        if joined['members'] != 1:
            raise Fault(f"{joined['members']} members were in the room instead of 1")
        return joined['took'] / 1000

    def join(self):
        client = self.children.program('join', f'--server={self.url}', f'--channel={ROOM}')
        self.join_once(client)
        values = [self.join_once(client) for _ in range(self.count)]
        self.children.finish(client)
        return Figure('join', 'ms', values)

    def certificate_once(self):
        program = self.children.program('certificate')
        event = program.wait_event('certificate')
        self.children.finish(program)
        return event['make'] / 1000

    def certificate(self):
        return Figure('RSA key', 'ms', [self.certificate_once() for _ in range(self.count)])

    # Delay

    def delay(self, name, target, peer, *options):
        program = self.children.program(
            'delay', f'--server={self.url}', '--channel=delay', *options,
            f'--count={self.count * 7}')
        values = program.wait_event('delays')['values']
        self.children.finish(program)
        return Figure(name, 'ms', values, target, peer)

    def delays(self):
        alone = self.delay('preview alone', None, None, '--preview', '--alone')
        beside = self.delay('preview beside a call', None, None, '--preview', '--latency=300')
        return [
            self.delay('capture to render, sync=true', SYNC_TARGET,
                       ('webrtcsink→webrtcsrc', '243', 'quoted'), '--latency=20', '--sync'),
            self.delay('capture to render, sync=false', NO_SYNC_TARGET,
                       ('webrtcsink→webrtcsrc', '28', 'quoted'), '--latency=20'),
            alone, beside,
            Figure('preview, delay by a call', 'ms',
                   [value - alone.median for value in beside.values], PREVIEW_TARGET,
                   ('a naive pipeline', '344', 'quoted'), bounds=(-100, 1000))]

    # Many streams at once

    def gallery_once(self, program, publisher):
        leaving = publisher.mark()
        unsubscribing = program.command('unsubscribe')
        program.wait_event('unsubscribed', unsubscribing)
        publisher.wait_event('peers', leaving, count=0)
        subscribing = program.command('subscribe')
        return max(program.wait_event('shown', subscribing)['values'])

    def gallery(self):
        where = (f'--server={self.url}', '--channel=gallery')
        publisher = self.children.program('publisher', *where, f'--streams={GALLERY}')
        for _ in range(GALLERY):
            publisher.wait_event('publish-state', state='publishing')
        program = self.children.program('gallery', *where, f'--streams={GALLERY}')
        program.wait_event('shown')
        self.gallery_once(program, publisher)
        values = [self.gallery_once(program, publisher) for _ in range(self.count)]
        self.children.finish(program)
        self.children.finish(publisher)
        return Figure(f'subscribe, last of {GALLERY} streams', 'ms', values, GALLERY_TARGET)

    # What a consumer costs

    def usage(self, sender, consumers, *children):
        """Returns: for each window, what each of @children uses of a core, %; @sender tells of
        the frames that it encodes"""
        return self.usage_in(self.windows, self.window, sender, consumers, *children)

    def usage_in(self, windows, window, sender, consumers, *children):
        """As above, in so many windows of so many frames"""
        readings = []
        while len(readings) < windows:
            begin = sender.wait_event('encoded', sender.mark())
            before = [child.processor_seconds() for child in children]
            end = self.wait_frames(sender, window, begin['frames'])
            after = [child.processor_seconds() for child in children]
            seconds = (end['at'] - begin['at']) / 1e6
            if end.get('encoders', 1) != 1:
                raise Fault(f"{consumers} consumers made {end['encoders']} encoders instead of 1")
            rate = (end['frames'] - begin['frames']) / seconds
            readings.append(([100 * (b - a) / seconds for a, b in zip(before, after)], rate))
        return readings

    def grow(self, crowd, present, wanted, event):
        for _ in range(wanted - present):
            adding = crowd.command('more')
            crowd.wait_event(event, adding)

    @staticmethod
    def slope(name, readings, base, number, index, target, peer=None):
        """Returns: what each consumer after the first costs, @number of them beside @base"""
        def used(consumers):
            return [window[0][index] for window in readings[consumers]]
        return Figure(f'{name}, {number}', '%',
                      [(many - one) / (number - base)
                       for many, one in zip(used(number), used(base))],
                      target, peer, bounds=(-100, 100))

    def pairs(self):
        """Returns: what a pair of webrtcbins costs, both ends"""
        numbers = PAIRS_SHORT if self.short else PAIRS
        program = self.children.program('webrtcbin')
        program.wait_event('ready')
        readings, present = {}, 0
        for number in numbers:
            self.grow(program, present, number, 'played')
            present = number
            readings[number] = self.usage(program, number, program)
        self.children.finish(program)
        return self.slope('webrtcbin CPU per pair, both ends', readings, numbers[0], numbers[-1],
                          0, None)

    def consumers(self):
        """Returns: the figures for each added consumer, and the rows that they come from"""
        self.children.finish(self.publisher)
        self.publisher = None
        numbers = CONSUMERS_SHORT if self.short else CONSUMERS
        where = (f'--server={self.url}', '--channel=crowd')
        publisher = self.children.program('publisher', *where, '--raw', core=PUBLISHER_CORE)
        publisher.wait_event('publish-state', state='publishing')
        crowd = self.children.program('crowd', *where, core=CONSUMER_CORE)
        readings, rows, present = {}, [], 0
        for number in numbers:
            self.grow(crowd, present, number, 'receiving')
            present = number
            readings[number] = self.usage(publisher, number, publisher, crowd)
            used = [statistics.median(window[0][i] for window in readings[number])
                    for i in range(2)]
            rows.append(dict(zip(CONSUMER_COLUMNS, (
                number, publisher.resident_kib(), publisher.count('task'), publisher.count('fd'),
                used[0], used[1], 1,
                statistics.median(window[1] for window in readings[number])))))
        self.children.finish(crowd)
        self.children.finish(publisher)
        return self.consumer_figures(readings, rows, numbers), rows

    def consumer_figures(self, readings, rows, numbers):
        pairs = self.pairs()
        figures = [self.slope('publisher CPU per consumer', readings, numbers[0], number, 0,
                              CONSUMER_TARGETS.get(number),
                              ('webrtcsink', '11 raw, 3.2 encoded', 'quoted'))
                   for number in numbers[1:]]
        figures += [self.slope('CPU per received stream', readings, numbers[0], number, 1,
                               STREAM_TARGET, ('webrtcbin', '1.7–2.6', 'quoted'))
                    for number in numbers[1:]]
        both = {number: [([sum(used)], rate) for used, rate in windows]
                for number, windows in readings.items()}
        number = 8 if 8 in numbers else numbers[-1]
        figures += [self.slope('CPU per consumer, both ends', both, numbers[0], number, 0, None,
                               ('webrtcbin', pairs.median, 'measured')), pairs]
        return figures + [
            Figure(f'publisher {name} per consumer', unit,
                   [(rows[-1][column] - rows[0][column]) / (numbers[-1] - numbers[0])],
                   target, peer, bounds=(0, 100000))
            for name, unit, column, target, peer in (
                ('RSS', 'KiB', 'RSS KiB', 2048, ('webrtcbin', '1740–6144', 'quoted')),
                ('threads', '', 'threads', 9, ('webrtcsink', '10', 'quoted')),
                ('files', '', 'files', None, ('webrtcbin', '24', 'quoted')))]

    # Consumers that come and go

    def cycles(self):
        """Returns: what a publisher has more of after many consumers came and went"""
        cycles = CYCLES_SHORT if self.short else CYCLES
        where = (f'--server={self.url}', '--channel=cycles')
        publisher = self.children.program('publisher', *where)
        publisher.wait_event('publish-state', state='publishing')
        crowd = self.children.program('crowd', *where, f'--cycles={cycles // 2}')
        self.grow(crowd, 0, CYCLERS, 'receiving')
        counts = []
        for _ in range(2):
            cycling = crowd.command('cycle')
            crowd.wait_event('cycled', cycling, patience=600)
            counts.append((publisher.count('task'), publisher.count('fd'),
                           publisher.resident_kib()))
        self.children.finish(crowd)
        self.children.finish(publisher)
        # What is kept for the next consumer is there after the first half.
        return [Figure(f'publisher {name} after {cycles // 2} more joins', unit, [late - early],
                       target, peer, bounds=(-100000, 100000))
                for name, unit, target, peer, early, late in zip(
                    ('threads', 'files', 'RSS'), ('', '', 'KiB'), (0, 0, 1024),
                    (None, ('webrtcsink', '3 in 150', 'quoted'),
                     ('webrtcsink', '4096 in 150', 'quoted')), *counts)]
