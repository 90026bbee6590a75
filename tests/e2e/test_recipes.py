#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What comes of lines of the README that give on what they receive without decoding it."""
import itertools
import re
import socket
import statistics
import time

import fixture
import readme_lines
import tap

FRAME = re.compile(r'(shown|heard): last-message = chain .* pts: (\d+):(\d+):([\d.]+)')
MANY = 30
# Nobody gets a key frame from it without asking.
ENCODER = '--encoder=vp8enc deadline=1 keyframe-max-dist=100000 target-bitrate=800000'


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


class RecipesTest(fixture.Case):
    def setUp(self):
        super().setUp()
        self.server = self.start_server()

    def start_line(self, name, *exchange):
        """A line of the README, at the server of the test."""
        words = readme_lines.words_of(readme_lines.blocks('line')[name])
        for old, new in exchange:
            self.assertIn(old, words)
            words[words.index(old)] = new
        words = [word for old in words for word in
                 ([old, f'server={self.server.url}'] if old == 'roomsignal' else [old])]
        return self.start(words[0], '-m', *words[1:])

    def start_sender(self, channel, *options):
        member = self.start_member(self.server, f'--channel={channel}', '--uid=sender', '--code=3',
                                   '--size=320x240', '--receive=', ENCODER, *options)
        member.wait_message('publish-state', state='publishing')
        return member

    def play(self, file):
        """When each frame of a file is, by the name of the sink, in seconds."""
        player = self.start('gst-launch-1.0', '-v', 'filesrc', f'location={file}', '!',
                            'matroskademux', 'name=d',
                            *'d.video_0 ! queue ! vp8dec ! fakesink name=shown silent=false '
                            'd.audio_0 ! queue ! opusdec ! fakesink name=heard silent=false'
                            .split())
        self.assertEqual(0, player.wait(), player.tell())
        times = {'shown': [], 'heard': []}
        for name, hours, minutes, seconds in filter(None, (
                match and match.groups() for match in map(FRAME.search, player.lines))):
            times[name].append((int(hours) * 60 + int(minutes)) * 60 + float(seconds))
        return times

    def await_size(self, file, size):
        end = time.monotonic() + fixture.PATIENCE
        while not file.exists() or file.stat().st_size < size:
            self.assertLess(time.monotonic(), end, f'{file} does not grow to {size} bytes')
            time.sleep(0.05)

    def test_record(self):
        self.start_sender('standup')
        recorder = self.start_line('record')
        file = self.folder / 'them.mkv'
        self.await_size(file, 150_000)
        recorder.interrupt()
        self.assertEqual(0, recorder.wait(), recorder.tell())
        times = self.play(file)
        for name, least in (('shown', MANY), ('heard', 50)):
            self.assertGreater(len(times[name]), least, name)
            self.assertEqual(sorted(times[name]), times[name])
        self.assertLess(min(times['shown'][0], times['heard'][0]), 0.1)
        self.assertLess(max(times['shown'][0], times['heard'][0]), 5)

    def test_rtp(self):
        port = free_port()
        player = self.start('gst-launch-1.0', '-v', 'udpsrc', f'port={port}',
                            'caps=application/x-rtp,media=video,clock-rate=90000,'
                            'encoding-name=VP8,payload=96', '!',
                            *'rtpvp8depay ! vp8dec ! fakesink name=shown silent=false'.split())
        player.wait_for('Setting pipeline to PLAYING')
        self.start_sender('standup')
        line = self.start_line('rtp', ('port=5004', f'port={port}'))
        seen = itertools.count(1)
        player.wait_for(lambda text: FRAME.search(text) and next(seen) >= MANY)
        line.interrupt()
        line.wait()
        self.assertFalse(line.has('^(ERROR|WARNING)'), line.tell())

    def assert_even(self, member):
        """The pictures go on at the pace of their capture."""
        first = member.wait_event('picture', sender=3)
        member.wait_event('picture', counter=lambda counter: counter >= first['counter'] + MANY)
        pictures = [event for event in member.events('picture') if event['sender'] == 3]
        counters = [event['counter'] for event in pictures]
        self.assertEqual(sorted(set(counters)), counters, 'in order, none twice')
        steps = [(b['pts'] - a['pts']) / 1e6 / (b['counter'] - a['counter'])
                 for a, b in itertools.pairwise(pictures)]
        self.assertGreater(min(steps), 0)
        self.assertAlmostEqual(33, statistics.median(steps), delta=10)

    def test_bridge(self):
        """From room to room, for who comes late, too: a key frame is asked for on both ways."""
        sender = self.start_sender('talk')
        bridge = self.start_line('bridge')
        listeners = [self.start_member(self.server, '--channel=listeners', '--uid=first',
                                       '--no-video', '--no-audio')]
        self.assert_even(listeners[0])
        listeners.append(self.start_member(self.server, '--channel=listeners', '--uid=late',
                                           '--no-video', '--no-audio'))
        self.assert_even(listeners[1])
        for listener in listeners:
            listener.wait_event('sound', hz=500, share=lambda share: share > 0.9)
        sender.do('leave')  # and comes back: the bridge lives on
        bridge.wait_for('member-left.*sender')
        mark = listeners[0].mark()
        sender.do('join')
        listeners[0].wait_event('picture', since=mark, sender=3)
        bridge.interrupt()
        self.assertEqual(0, bridge.wait(), bridge.tell())
        self.assertFalse(bridge.has('^(ERROR|WARNING)'), bridge.tell())


if __name__ == '__main__':
    tap.main()
