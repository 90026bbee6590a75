# SPDX-License-Identifier: LGPL-2.1-or-later
"""WebSockets as only an ill-behaved client makes them, and what the server makes of it."""
import json
import socket
import sys
import threading
import unittest
from urllib.parse import urlsplit

from rawsocket import (BINARY, CLOSE, CONTINUATION, MESSAGE_MAX, PING, PONG, TEXT, WATCHDOG, Closed,
                       RawSocket, Server, encode, frame)

PROGRAM = None
JOIN = encode('room.join', {'channel': 'room', 'uid': 'x'}, 1)
MESSAGE_TOO_LARGE = 1012
PARSE = -32700


class WebSocketTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(PROGRAM, '--message-burst=100000', '--grace=0')

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        assert status == 0, f'the server ended with status {status}'

    def setUp(self):
        self.client = RawSocket(self.server.uri)
        self.addCleanup(self.client.socket.close)

    def bare(self, data=b''):
        """A TCP connection that has sent @data."""
        where = urlsplit(self.server.uri)
        connection = socket.create_connection((where.hostname, where.port), WATCHDOG)
        self.addCleanup(connection.close)
        connection.sendall(data)
        return connection

    def assert_closed(self, code):
        _, seen, _ = self.client.end()
        self.assertEqual(seen, code)

    # The handshake

    def test_subprotocol_is_required(self):
        for protocol in (None, 'nertc.v2', 'chat'):
            with RawSocket(self.server.uri, protocol=protocol) as client:
                self.assertEqual(client.status, 400)
        with RawSocket(self.server.uri, protocol='nertc.v2, nertc.v1') as client:
            self.assertEqual(client.status, 101)

    def test_only_one_path(self):
        for path, status in (('/room/1', 404), ('/rooms', 404), ('/', 404), ('/room?x=1', 101)):
            with RawSocket(self.server.uri, path=path) as client:
                self.assertEqual(client.status, status, path)

    def test_pages_of_other_machines_stay_out(self):
        rows = (('http://localhost', 101), ('http://127.0.0.1:8000', 101), ('http://[::1]:1', 101),
                ('https://example.org', 403), ('http://127.0.0.1.example.org', 403),
                ('http://localhost.example.org', 403), ('null', 403), ('http://192.168.1.1', 403))
        with Server(PROGRAM, '--auth=open') as careless:
            for origin, status in rows:
                for server in (self.server, careless):
                    with RawSocket(server.uri, origin=origin) as client:
                        self.assertEqual(client.status, status, origin)

    def test_a_name_leads_a_page_anywhere(self):
        """So that it is the same is worth nothing on this machine (DNS rebinding)."""
        connection = self.bare(b'GET /room HTTP/1.1\r\nHost: evil.example:1\r\n'
                               b'Origin: http://evil.example:1\r\n\r\n')
        text = connection.makefile(encoding='utf-8').read()
        self.assertIn(' 403 ', text)
        self.assertIn('--allow-origin', text)

    def test_pages_that_are_allowed(self):
        allowed = 'https://example.org'
        with Server(PROGRAM, f'--allow-origin={allowed}', '--allow-origin=http://a.b:81') as server:
            for origin, status in ((allowed, 101), ('HTTPS://Example.org', 101),
                                   ('http://a.b:81', 101), ('http://localhost', 101),
                                   ('http://example.org', 403), ('http://a.b', 403)):
                with RawSocket(server.uri, origin=origin) as client:
                    self.assertEqual(client.status, status, origin)
        with Server(PROGRAM, '--allow-origin=*') as server:
            for origin in (allowed, 'null'):
                with RawSocket(server.uri, origin=origin) as client:
                    self.assertEqual(client.status, 101, origin)

    def test_plain_request_is_told_what_this_is(self):
        connection = self.bare(b'GET /room HTTP/1.1\r\nHost: x\r\n\r\n')
        self.assertIn('nertc.v1', connection.makefile(encoding='utf-8').read())

    def test_frame_right_behind_the_handshake(self):
        with RawSocket(self.server.uri, extra=frame(TEXT, JOIN)) as client:
            self.assertEqual(client.receive()['result']['uid'], 'x')

    # Proper frames, oddly sent

    def test_byte_by_byte(self):
        for byte in frame(TEXT, JOIN):
            self.client.send(bytes([byte]))
        self.assertEqual(self.client.receive()['id'], 1)

    def test_many_in_one_go(self):
        self.client.join()
        self.client.send(frame(TEXT, encode('member.update', {}, 5)) * 1000)
        for _ in range(1000):
            self.assertEqual(self.client.receive(), {'jsonrpc': '2.0', 'id': 5, 'result': {}})

    def test_fragments(self):
        self.client.send(frame(TEXT, JOIN[:9], fin=False))
        self.client.send(frame(CONTINUATION, b'', fin=False))
        self.client.send(frame(PING, b'between'))
        self.client.send(frame(CONTINUATION, JOIN[9:]))
        frames = dict(self.client.receive_frame() for _ in range(2))
        self.assertEqual(frames[PONG], b'between')
        self.assertEqual(json.loads(frames[TEXT])['id'], 1)
        self.client.send(frame(TEXT, encode('room.leave', {}, 2)))
        self.assertEqual(self.client.receive()['id'], 2)

    def test_ping(self):
        for payload in (b'', b'x' * 125):
            self.client.send(frame(PING, payload))
            self.assertEqual(self.client.receive_frame(), (PONG, payload))

    def test_last_of_many_pings_is_answered(self):
        self.client.send(frame(PING, b'1') * 50 + frame(PING, b'2'))
        while self.client.receive_frame() != (PONG, b'2'):
            pass

    def test_pong_without_ping(self):
        self.client.send(frame(PONG, b'abcd') + frame(PONG))
        self.client.join()

    def test_largest_message(self):
        self.client.send_text(JOIN + b' ' * (MESSAGE_MAX - len(JOIN)))
        self.assertEqual(self.client.receive()['id'], 1)

    def test_not_utf8(self):
        self.client.send_text(b'"\xff"')
        self.assertEqual(self.client.receive()['error']['code'], PARSE)
        self.client.join()

    def test_nul_bytes(self):
        self.client.send_text(b'\0' * 100)
        self.assertEqual(self.client.receive()['error']['code'], PARSE)
        self.client.join()

    # Improper frames

    def test_improper_frames(self):
        for name, data in (
                ('no mask', frame(TEXT, JOIN, masked=False)),
                ('reserved bit', frame(TEXT, JOIN, reserved=4)),
                ('reserved opcode', frame(0x3, JOIN)),
                ('reserved control opcode', frame(0xB)),
                ('fragmented ping', frame(PING, fin=False)),
                ('long ping', frame(PING, b'x' * 126)),
                ('continuation of nothing', frame(CONTINUATION, b'x')),
                ('text within fragments', frame(TEXT, b'x', fin=False) + frame(TEXT, b'x')),
                ('close with one byte', frame(CLOSE, b'\x03')),
                ('close with code 1005', frame(CLOSE, b'\x03\xed')),
                ('close with bad UTF-8', frame(CLOSE, b'\x03\xe8\xff')),
                ('length beyond 63 bits', frame(TEXT, length=1 << 63))):
            with self.subTest(name), RawSocket(self.server.uri) as client:
                # What follows is not looked at.
                client.send(data + frame(TEXT, JOIN))
                self.assertEqual(client.end()[:2], ([], 1002))

    def test_binary(self):
        self.client.send(frame(BINARY, JOIN))
        self.assert_closed(1003)

    def test_too_large(self):
        for name, data in (
                ('one byte more', frame(TEXT, b' ' * (MESSAGE_MAX + 1))),
                ('announced only', frame(TEXT, length=1 << 40)),
                ('in fragments', frame(TEXT, b' ' * MESSAGE_MAX, fin=False) +
                 frame(CONTINUATION, b' '))):
            with self.subTest(name), RawSocket(self.server.uri) as client:
                client.send(data)
                messages, code, _ = client.end()
                self.assertEqual([message['error']['code'] for message in messages],
                                 [MESSAGE_TOO_LARGE])
                self.assertEqual(code, 1009)

    def test_member_who_breaks_the_framing_is_out(self):
        with RawSocket(self.server.uri) as other:
            other.join(uid='other')
            self.client.join(uid='x')
            self.client.send(frame(0x3))
            self.assert_closed(1002)
            self.assertEqual(other.event('member.left')['reason'], 'timeout')

    # The end

    def test_close_is_answered(self):
        self.client.send(frame(CLOSE, b'\x03\xe8bye'))
        self.assertEqual(self.client.receive_frame(), (CLOSE, b'\x03\xe8'))
        with self.assertRaises(Closed):
            self.client.fill()

    def test_nothing_counts_after_close(self):
        self.client.join(uid='x')
        with RawSocket(self.server.uri) as other:
            other.join(uid='other')
            self.client.send(frame(CLOSE, b'\x03\xe8') +
                             frame(TEXT, encode('member.update', {'userName': 'ghost'}, 9)))
            self.assertEqual(other.receive()['method'], 'member.left')

    def test_half_closed(self):
        self.client.join(uid='x')
        with RawSocket(self.server.uri) as other:
            other.join(uid='other')
            self.client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(other.event('member.left')['reason'], 'timeout')

    def test_reset(self):
        self.client.join(uid='x')
        with RawSocket(self.server.uri) as other:
            other.join(uid='other')
            # Closed with unread input, TCP resets.
            self.client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          b'\1\0\0\0\0\0\0\0')
            self.client.socket.close()
            self.assertEqual(other.event('member.left')['reason'], 'timeout')

    # Floods: one sends as fast as it can, another one goes on as if nothing was

    def while_flooded(self, connection, chunk, rounds=50):
        """Joins and leaves as somebody else, while @connection sends @chunk again and again."""
        enough = threading.Event()

        def flood():
            try:
                while not enough.is_set():
                    connection.sendall(chunk)
            except OSError:
                pass

        thread = threading.Thread(target=flood)
        thread.start()
        try:
            with RawSocket(self.server.uri) as other:
                for _ in range(rounds):
                    other.join('elsewhere')
                    other.request('room.leave')
        finally:
            enough.set()
            connection.close()
            thread.join()

    def test_flood_of_pings(self):
        self.while_flooded(self.client.socket, frame(PING) * 10000)

    def test_flood_of_fragments(self):
        before = self.server.kilobytes()
        self.client.send(frame(TEXT, b'x', fin=False))
        self.while_flooded(self.client.socket, frame(CONTINUATION, b'x' * 65536, fin=False))
        self.assertLess(self.server.kilobytes() - before, 20000)

    def test_flood_of_empty_fragments(self):
        self.client.send(frame(TEXT, b'x', fin=False))
        self.while_flooded(self.client.socket, frame(CONTINUATION, fin=False) * 10000)

    def test_flood_of_noise(self):
        self.while_flooded(self.client.socket, b'\xff' * 100000)

    def test_flood_of_body(self):
        for head in (b'Content-Length: 1000000000000', b'Transfer-Encoding: chunked'):
            with self.subTest(head):
                self.while_flooded(self.bare(b'POST /room HTTP/1.1\r\nHost: x\r\n' + head +
                                             b'\r\n\r\n'), b'x' * 100000)

    def test_flood_of_headers(self):
        before = self.server.kilobytes()
        self.while_flooded(self.bare(b'GET /room HTTP/1.1\r\n'), b'X-Long: x\r\n' * 10000)
        self.assertLess(self.server.kilobytes() - before, 20000)

    def test_flood_of_line_breaks(self):
        self.while_flooded(self.bare(), b'\r\n' * 50000)

    def test_flood_of_requests(self):
        self.while_flooded(self.bare(), b'GET / HTTP/1.1\r\nHost: x\r\n\r\n' * 1000)

    # Nothing stays behind

    def test_descriptors_are_given_back(self):
        self.client.join('room', uid='x')
        before = self.server.descriptors()
        for i in range(100):
            with RawSocket(self.server.uri) as client:
                client.join(uid='y')
                if i % 2:
                    client.send(frame(CLOSE, b'\x03\xe8'))
            self.client.event('member.left')
        for _ in range(20):
            self.bare(b'GET /room HT').close()
        # Connections are accepted in their order: once this one is in, those before it are known.
        for _ in range(100):
            with RawSocket(self.server.uri):
                if self.server.descriptors() <= before + 1:
                    break
        self.assertLessEqual(self.server.descriptors(), before + 1)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
