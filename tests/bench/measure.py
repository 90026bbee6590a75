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
CONSUMERS = (1, 2, 4)
# Of a window in which the processor's use is measured.
WINDOW_FRAMES = 60
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
CONSUMER_COLUMNS = ('consumers', 'RSS KiB', 'threads', 'files', 'CPU %', 'encoders', 'encoded fps')


def since(began, *traces):
    """The marks of all @traces in ms after @began."""
    return {mark: (time - began) / 1000 for trace in traces for mark, time in trace.items()}


class Bench:
    def __init__(self, children, short):
        self.children = children
        self.count = 5 if short else 30
        self.rounds = 1 if short else 3
        self.window = WINDOW_FRAMES_SHORT if short else WINDOW_FRAMES
        self.warnings = []
        self.url = None
        self.publisher = None

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

    # What a consumer costs its publisher

    def consumer_row(self, publisher, consumers):
        before = publisher.processor_seconds()
        begin, end = self.window_of(publisher)
        after = publisher.processor_seconds()
        seconds = (end['at'] - begin['at']) / 1e6
        if end['encoders'] != 1:
            raise Fault(f"{consumers} consumers made {end['encoders']} encoders instead of 1")
        return dict(zip(CONSUMER_COLUMNS, (
            consumers, publisher.resident_kib(), publisher.count('task'), publisher.count('fd'),
            100 * (after - before) / seconds, end['encoders'],
            (end['frames'] - begin['frames']) / seconds)))

    def consumer_round(self, room):
        publisher = self.start_publisher(room)
        rows = [self.consumer_row(publisher, 0)]
        subscribers = []
        for consumers in CONSUMERS:
            while len(subscribers) < consumers:
                subscribers.append(self.start_subscriber(room))
                self.check_played(subscribers[-1].wait_event('played'))
            rows.append(self.consumer_row(publisher, consumers))
        for subscriber in subscribers:
            self.children.finish(subscriber)
        self.children.finish(publisher)
        return rows

    def consumers(self):
        """Returns: the figures for each added consumer, and the rows that they come from"""
        self.children.finish(self.publisher)
        self.publisher = None
        rounds = [self.consumer_round(f'{ROOM}-{i}') for i in range(self.rounds)]
        figures = [
            Figure(f'{name} per consumer', unit,
                   [(rows[-1][column] - rows[0][column]) / CONSUMERS[-1] for rows in rounds],
                   bounds=bounds)
            for name, unit, column, bounds in (
                ('publisher RSS', 'KiB', 'RSS KiB', (0, 100000)),
                ('publisher threads', '', 'threads', (0, 100)),
                ('publisher files', '', 'files', (0, 200)))]
        medians = [{column: statistics.median(rows[i][column] for rows in rounds)
                    for column in CONSUMER_COLUMNS} for i in range(len(rounds[0]))]
        return figures, medians
