#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Players that know nothing of rooms play one by its address."""
import itertools

import fixture
import readme_lines
import tap
from websocket_proxy import Proxy

SINKS = ('videoconvert ! fakesink name=shown silent=false sync=true',
         'audioconvert ! fakesink name=heard silent=false sync=true')
FRAME = '{}: last-message = chain '
SIZE = r'shown\.GstPad:sink: caps = .*width=\(int\){}\b'
MANY = 30


class PlayersTest(fixture.Case):
    def setUp(self):
        super().setUp()
        self.server = self.start_server()
        self.uri = f'nertc://127.0.0.1:{self.server.port}/test?uid=player'

    def wait_frames(self, player, name, since):
        seen = itertools.count(1)
        player.wait_for(lambda line: FRAME.format(name) in line and next(seen) >= MANY,
                        since=since)

    def start_player(self, *words):
        return self.start('gst-launch-1.0', '-mv', *words)

    def assert_plays(self, player):
        """Whoever is there, one after another, each with another size."""
        for uid, width in (('2', 640), ('3', 320)):
            mark = player.mark()
            member = self.start_member(self.server, f'--uid={uid}', '--receive=',
                                       f'--size={width}x{width * 3 // 4}')
            player.wait_for(SIZE.format(width), since=mark)
            self.wait_frames(player, 'shown', mark)
            self.wait_frames(player, 'heard', mark)
            mark = player.mark()
            member.do('quit')
            player.wait_for(rf'member-left.*uid=\(string\){uid}\b', since=mark)
            self.wait_frames(player, 'heard', player.mark())
        self.end_well(player)

    def test_playbin3(self):
        """It makes sinks for what the collection of streams had that it looked at last. Each pad
        brings one, on a thread of its own, so that now and then (GStreamer 1.22) that is the first
        pad's alone, and only sound or only the picture is played: either will do here. That both
        come is for uridecodebin3, which is what playbin3 is made of."""
        player = self.start_player('playbin3', f'uri={self.uri}', f'video-sink={SINKS[0]}',
                                   f'audio-sink={SINKS[1]}')
        for uid in ('2', '3'):
            mark = player.mark()
            member = self.start_member(self.server, f'--uid={uid}', '--receive=')
            player.wait_for(r'play-state.*\(GstNertcPlayState\)playing', since=mark)
            mark = player.mark()
            seen = {name: itertools.count(1) for name in ('shown', 'heard')}
            player.wait_for(lambda line, seen=seen: any(
                FRAME.format(name) in line and next(seen[name]) >= MANY for name in seen),
                            since=mark)
            member.do('quit')
            player.wait_for(rf'member-left.*uid=\(string\){uid}\b', since=mark)
        self.end_well(player)

    def end_well(self, player):
        player.interrupt()
        self.assertEqual(0, player.wait(), player.tell())
        self.assertFalse(player.has('^(ERROR|WARNING)'), player.tell())

    def test_uridecodebin3(self):
        self.assert_plays(self.start_player(
            'uridecodebin3', f'uri={self.uri}', 'name=d', 'd.', '!', *SINKS[0].split(),
            'd.', '!', *SINKS[1].split()))

    def test_gst_play(self):
        """The line of the README, with the address and the sinks of the test."""
        words = readme_lines.words_of(readme_lines.blocks('line')['player'])
        self.assertEqual('gst-play-1.0', words[0])
        proxy = Proxy(self.server.port)
        self.addCleanup(proxy.close)
        address = proxy.url.removeprefix('ws://').removesuffix('/room')
        words[-1] = words[-1].replace('127.0.0.1:8980', address)
        channel = words[-1].split('/')[3].split('?')[0]
        first = self.start_member(self.server, f'--channel={channel}', '--uid=2', '--receive=')
        player = self.start(words[0], '--videosink=fakesink', '--audiosink=fakesink', *words[1:])
        proxy.wait_for('transport.playing', fixture.PATIENCE)
        player.wait_for('Prerolled')
        first.do('quit')
        first.wait()
        self.start_member(self.server, f'--channel={channel}', '--uid=3', '--receive=',
                          '--size=320x240')
        proxy.wait_for('transport.playing', fixture.PATIENCE, count=2)
        self.assertIsNone(player.child.poll(), player.tell())
        self.assertFalse(player.has('ERROR'), player.tell())

    def test_an_address_that_is_wrong(self):
        player = self.start_player('playbin3', 'uri=nertc://127.0.0.1/test?colour=red')
        error = player.wait_for('^ERROR')
        for part in ('colour', 'user-name', 'nertc://127.0.0.1:8980/standup'):
            self.assertIn(part, error)


if __name__ == '__main__':
    tap.main()
