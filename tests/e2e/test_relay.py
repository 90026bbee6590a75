#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media through a TURN server, and through nothing else."""
import socket

import fixture  # first: it tells where the others are

import coded_picture
import janus
import tap
import turnserver
from certificates import Certificates
from websocket_proxy import Proxy

SECRET = 'a secret of two servers'
# Where a media server is reached, too
ADDRESS = janus.ADDRESS if fixture.MEDIA else '127.0.0.1'
RELAY = 'ice-transport-policy=relay'


def find_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


class RelayTest(fixture.Case):
    def setUp(self):
        super().setUp()
        self.secret_file = self.folder / 'turn-secret'
        self.secret_file.write_text(SECRET + '\n', encoding='ascii')

    def start_turn_server(self):
        self.need('turnserver')
        port = find_port()
        turn = self.start(*turnserver.command(
            self.folder, ADDRESS, port, '--use-auth-secret', f'--static-auth-secret={SECRET}'))
        self.assertTrue(turnserver.answers(ADDRESS, port), turn.tell())
        return f'turn:{ADDRESS}:{port}'

    def start_room_server(self, turn, *options):
        return self.start_server(f'--turn={turn}', f'--turn-secret-file={self.secret_file}',
                                 *options)

    def start_pair(self, one_server, two_server, policy=RELAY, room='', more=()):
        return [self.start_member(server, f'--uid={uid}', f'--code={uid}', f'--sink={policy}',
                                  f'--src={policy}', f'--room={room}', *more)
                for uid, server in ((1, one_server), (2, two_server))]

    def check_pictures(self, one, two):
        one.wait_event('picture', sender=2)
        two.wait_event('picture', sender=1)

    def test_relays_only(self):
        server = self.start_room_server(self.start_turn_server())
        proxy = Proxy(server.port, lambda text: text)
        self.addCleanup(proxy.close)
        self.check_pictures(*self.start_pair(server, proxy.url))
        candidates = [message['params']['candidate'] for message in list(proxy.from_client)
                      if message.get('method') == 'transport.candidate']
        self.assertTrue(any(candidates))
        self.assertEqual([], [text for text in candidates if text and ' typ relay' not in text])

    def test_over_tls(self):
        """Nobody hears on the way what the password is."""
        made = Certificates(self.folder)
        certificate, key = made['good']
        server = self.start_room_server(self.start_turn_server(),
                                        f'--tls-certificate={certificate}', f'--tls-key={key}')
        self.assertTrue(server.url.startswith('wss://'), server.url)
        self.check_pictures(*self.start_pair(server, server,
                                             room=f'tls-ca-file={made.authority}'))

    def test_passwords_end(self):
        """A call that lasts longer goes over to connections that have new ones."""
        server = self.start_room_server(self.start_turn_server(), '--turn-ttl=10')
        members = self.start_pair(server, server, more=['--no-audio', '--size=160x120'])
        self.check_pictures(*members)
        for member, other in zip(members, (2, 1)):
            mark = member.mark()
            stats = member.wait_message('publish-stats', since=mark)
            first = set(fixture.transport_ids(stats))
            while first.intersection(fixture.transport_ids(stats)):
                stats = member.wait_message('publish-stats', since=member.mark())
            pictures = [event['counter'] for event in member.events('picture', mark)
                        if event['sender'] == other]
            self.assertEqual([], [step for step in coded_picture.steps(pictures) if step < 1])

    def check_told(self, member, turn):
        told = member.wait_event('warning', failure='turn')
        self.assertIn(turn.removeprefix('turn:'), told['text'])
        self.assertNotIn(SECRET, told['text'])

    def test_turn_server_that_is_of_no_use(self):
        """Because it refuses, or because it is not there: missed only where there is no other way."""
        refusing, absent = self.start_turn_server(), f'turn:{ADDRESS}:{find_port()}'
        self.secret_file.write_text('another secret', encoding='ascii')
        without = self.start_room_server(absent)
        calls = [(turn, self.start_pair(server, server, more=['--no-video']))
                 for turn, server in ((refusing, self.start_room_server(refusing)),
                                      (absent, without))]
        for turn, members in calls:
            for member in members:
                self.check_told(member, turn)
                member.kill()
        # In another room, for the uids are those of members who may still come back.
        self.check_pictures(*self.start_pair(without, without, 'ice-transport-policy=all',
                                             'channel=other'))


if __name__ == '__main__':
    tap.main()
