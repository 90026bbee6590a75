# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every bound of the server: what is within it passes, what is beyond it is refused or dropped,
and nobody else notices."""
import os
import resource
import socket
import subprocess
import sys
import time
import unittest
from urllib.parse import urlsplit

from rawsocket import CLOSE, TEXT, WATCHDOG, Closed, RawSocket, Server, encode, frame

PROGRAM = None

ROOM_FULL = 1006
TOO_MANY_ROOMS = 1007
TOO_MANY_STREAMS = 1008
RATE_EXCEEDED = 1013


class LimitsTest(unittest.TestCase):
    def serve(self, *options, **keywords):
        server = Server(PROGRAM, *options, **keywords)
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        self.server = server

    def connect(self, **keywords):
        client = RawSocket(self.server.uri, **keywords)
        self.addCleanup(client.socket.close)
        return client

    def member(self, uid, **keywords):
        client = self.connect(**keywords)
        client.join(uid=uid)
        return client

    def bare(self):
        where = urlsplit(self.server.uri)
        connection = socket.create_connection((where.hostname, where.port), WATCHDOG)
        self.addCleanup(connection.close)
        return connection

    def until(self, condition):
        deadline = time.monotonic() + WATCHDOG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    # How many

    def test_members(self):
        self.serve('--max-members=2')
        self.member('a')
        b = self.member('b')
        c = self.connect()
        self.assertEqual(c.error('room.join', channel='room'), ROOM_FULL)
        b.request('room.leave')
        c.join()

    def test_rooms(self):
        self.serve('--max-rooms=1')
        a = self.member('a')
        b = self.connect()
        self.assertEqual(b.error('room.join', channel='other'), TOO_MANY_ROOMS)
        a.request('room.leave')
        b.join('other')

    def test_streams(self):
        self.serve('--max-streams=1', '--max-subscriptions=1')
        a, b, c = (self.member(uid) for uid in 'abc')
        stream = {'source': 'camera', 'audio': True, 'video': True}
        a.request('stream.publish', streamId='s1', **stream)
        self.assertEqual(a.error('stream.publish', streamId='s2', **stream), TOO_MANY_STREAMS)
        b.request('stream.publish', streamId='s2', **stream)
        wants = {'audio': True, 'video': True}
        self.assertIn('result', c.request('stream.subscribe', streamId='s1', **wants))
        self.assertEqual(c.error('stream.subscribe', streamId='s2', **wants), TOO_MANY_STREAMS)
        c.request('stream.unsubscribe', streamId='s1')
        self.assertIn('result', c.request('stream.subscribe', streamId='s2', **wants))

    # A room larger than a message

    def test_large_room(self):
        self.serve()
        count = 100
        data = 'é' * 1024
        members = [self.connect() for _ in range(count)]
        for i, member in enumerate(members):
            member.join(uid=f'm{i}', userName=data[:128], userData=data, userUpdates=False)
            member.request('stream.publish', streamId=f's{i}', source='camera', audio=True,
                           video=True)
        last = self.connect()
        result = last.join(uid='last')
        seen = {member['uid']: [stream['streamId'] for stream in member['streams']]
                for member in result['members']}
        self.assertLess(len(seen), count)
        last.request('member.update')
        for seq, event in enumerate(last.kept, 1):
            params = event['params']
            self.assertEqual((params['seq'], params['epoch']), (seq, result['epoch']))
            if event['method'] == 'member.joined':
                self.assertEqual(params['userData'], data)
                seen[params['uid']] = []
            else:
                seen[params['uid']].append(params['streamId'])
        self.assertEqual(seen, {f'm{i}': [f's{i}'] for i in range(count)})

    # Connections that are in no room

    def test_unjoined(self):
        self.serve('--max-unjoined=3')
        first = self.connect()
        self.connect()
        self.bare()
        with self.assertRaises(Closed):
            self.connect()
        # Whoever joins makes space for one; whoever leaves takes it again.
        first.join()
        self.connect()
        with self.assertRaises(Closed):
            self.connect()

    def test_open_files(self):
        """Where the system gives no more descriptors, nobody hangs, and it is over when it is."""
        self.serve('--grace=0', open_files=74)
        members = [self.member(f'm{i}') for i in range(10)]
        for _ in range(100):
            with self.assertRaises(Closed):
                self.connect()
        members.pop().request('room.leave')
        members.pop().socket.close()
        members[0].event('member.left')
        members[0].event('member.left')
        self.connect().join()

    def test_accept_fails_for_a_time(self):
        self.serve(stderr=subprocess.PIPE)
        pid = self.server.process.pid
        self.member('a')
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (self.server.descriptors(), hard))
        waiting = self.bare()
        self.assertIn('Cannot accept', self.server.process.stderr.readline())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        waiting.sendall(b'GET /room HTTP/1.1\r\nHost: x\r\n\r\n')
        self.assertIn(b'400', waiting.recv(100))
        self.member('b')

    def test_join_timeout(self):
        self.serve('--join-timeout=1')
        started = time.monotonic()
        member = self.member('a')
        silent = self.connect()
        tcp = self.bare()
        half = self.bare()
        half.sendall(b'GET /room HTTP/1.1\r\n')
        self.assertEqual(silent.end()[1], 1008)
        for connection in (tcp, half):
            self.assertEqual(connection.recv(100), b'')
        self.assertGreaterEqual(time.monotonic() - started, 1)
        # Only now does the time of the member begin.
        left = time.monotonic()
        member.request('room.leave')
        self.assertEqual(member.end()[1], 1008)
        self.assertGreaterEqual(time.monotonic() - left, 1)

    # How fast

    def assert_flooded(self, client):
        """What a flood comes to: some answers, then refusals, then the end."""
        messages, code, _ = client.end()
        answers = [message for message in messages if 'method' not in message]
        errors = [answer['error']['code'] for answer in answers if 'error' in answer]
        self.assertEqual(set(errors), {RATE_EXCEEDED})
        # The join was the first of 20.
        self.assertGreaterEqual(len(answers) - len(errors), 19)
        self.assertEqual(code, 1008)
        return messages

    def test_flood_of_messages(self):
        self.serve('--message-rate=10', '--message-burst=20')
        other = self.member('other')
        client = self.member('flooder')
        client.send(frame(TEXT, encode('member.update', {}, 1)) * 1000)
        messages = self.assert_flooded(client)
        self.assertEqual(messages[-1]['params']['reason'], 'rate')
        self.assertEqual(other.event('member.left')['reason'], 'rate')
        other.request('member.update')

    def test_flood_before_the_join(self):
        self.serve('--message-rate=10', '--message-burst=20')
        client = self.connect()
        client.send(frame(TEXT, b'{') * 1000)
        messages, code, text = client.end()
        codes = [message['error']['code'] for message in messages]
        self.assertEqual(codes, [-32700] * 20 + [RATE_EXCEEDED] * 10)
        self.assertEqual((code, text), (1008, 'rate'))

    def test_a_little_too_fast(self):
        """Refused, with the id of what was refused, but not dropped."""
        self.serve('--message-rate=10', '--message-burst=20')
        client = self.member('a')
        client.send(b''.join(frame(TEXT, encode('member.update', {}, i)) for i in range(1, 26)))
        answers = [client.receive() for _ in range(25)]
        self.assertEqual([answer['id'] for answer in answers], list(range(1, 26)))
        self.assertEqual({answer['error']['code'] for answer in answers if 'error' in answer},
                         {RATE_EXCEEDED})
        self.until(lambda: 'result' in client.request('member.update'))

    def test_burst_of_many_transports(self):
        """What the server asks for by opening transports does not count as too fast."""
        self.serve('--message-rate=1', '--message-burst=10')
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
        consumers = [self.member(f'c{i}') for i in range(20)]
        for consumer in consumers:
            consumer.request('stream.subscribe', streamId='s', audio=True, video=True)
        transports = [publisher.event('transport.open')['transportId'] for _ in consumers]
        for transport in transports:
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 3000)
            for line in range(14):
                publisher.notify('transport.candidate', transportId=transport, sdpMLineIndex=0,
                                 candidate=f'candidate:{line}')
        for consumer in consumers:
            consumer.event('transport.description')
            for line in range(14):
                self.assertEqual(consumer.event('transport.candidate')['candidate'],
                                 f'candidate:{line}')

    def test_transports_let_nothing_else_through(self):
        self.serve('--message-rate=1', '--message-burst=20')
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
        client = self.member('a')
        requests = [('stream.subscribe', {'streamId': 's', 'audio': True, 'video': True}),
                    *[('member.update', {})] * 6, ('stream.unsubscribe', {'streamId': 's'})] * 12
        answers = (client.request(method, **params) for method, params in requests)
        self.assertEqual(next(answer['error']['code'] for answer in answers if 'error' in answer),
                         RATE_EXCEEDED)

    # Who does not read

    def test_slow_reader(self):
        self.serve('--max-queue=512')
        before = self.server.kilobytes()
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
        slow = self.member('slow', receive_buffer=4096)
        slow.request('stream.subscribe', streamId='s', audio=True, video=True)
        transport = publisher.event('transport.open')['transportId']
        # 100 times 64 KiB: the rest is for one who is not there any more.
        for _ in range(100):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 65536)
        self.assertEqual(publisher.event('transport.close')['reason'], 'slow-reader')
        self.assertEqual(publisher.event('member.left')['reason'], 'slow-reader')
        # AddressSanitizer keeps for a while what was freed.
        if 'ASAN_OPTIONS' not in os.environ:
            self.assertLess(self.server.kilobytes() - before, 4000)
        # Who reads after all learns the reason, and missed nothing before it.
        messages, code, text = slow.end()
        self.assertEqual((code, text), (1008, 'slow-reader'))
        self.assertEqual(messages[-1]['params']['reason'], 'slow-reader')
        sequence = [message['params']['seq'] for message in messages]
        self.assertEqual(sequence, list(range(1, len(sequence) + 1)))

    def test_slow_reader_who_never_reads_is_gone(self):
        self.serve('--max-queue=512')
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
        before = self.server.descriptors()
        slow = self.member('slow', receive_buffer=4096)
        slow.request('stream.subscribe', streamId='s', audio=True, video=True)
        transport = publisher.event('transport.open')['transportId']
        for _ in range(40):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 65536)
        publisher.event('member.left')
        self.until(lambda: self.server.descriptors() <= before)

    def test_snapshots_that_nobody_reads(self):
        self.serve('--max-queue=512', '--join-timeout=600', '--ping-interval=600')
        for i in range(30):
            self.connect().join(uid=f'm{i}', userName='é' * 128, userData='é' * 1024,
                                userUpdates=False)
        before = self.server.descriptors()
        slow = self.connect(receive_buffer=4096)
        # Each answer has 70 KiB.
        slow.send((frame(TEXT, encode('room.join', {'channel': 'room', 'uid': 'slow'}, 1)) +
                   frame(TEXT, encode('room.leave', {}, 2))) * 190)
        self.until(lambda: self.server.descriptors() <= before)

    def test_flood_after_the_close(self):
        """Who has closed, and does not read what is still to be sent, says nothing that counts."""
        self.serve()
        publisher = self.member('publisher')
        publisher.request('stream.publish', streamId='s', source='camera', audio=True, video=True)
        slow = self.member('slow', receive_buffer=4096)
        slow.request('stream.subscribe', streamId='s', audio=True, video=True)
        transport = publisher.event('transport.open')['transportId']
        for _ in range(10):
            publisher.notify('transport.description', transportId=transport, type='offer',
                             sdp='x' * 65536)
        publisher.request('room.ping')
        before = self.server.kilobytes()
        most = 0
        slow.send(frame(CLOSE, b'\x03\xe8'))
        try:
            for _ in range(64):
                slow.send(bytes(1 << 20))
                most = max(most, self.server.kilobytes() - before)
        except ConnectionError:
            pass  # it had its time
        self.assertLess(most, 16000)
        self.assertEqual(publisher.event('member.left')['reason'], 'left')

    # Who is not there any more

    def test_missing_pongs(self):
        self.serve('--ping-interval=1', '--grace=0')
        started = time.monotonic()
        alive = self.member('alive')
        dead = self.member('dead')
        dead.answers_pings = False
        left = alive.event('member.left')
        self.assertEqual((left['uid'], left['reason']), ('dead', 'timeout'))
        self.assertGreaterEqual(time.monotonic() - started, 2)
        self.assertLess(time.monotonic() - started, 5)
        self.assertIsNone(dead.end()[1])
        alive.request('member.update')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
